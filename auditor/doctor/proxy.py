"""Whether the proxy is there and reads what passes it: a connection and a handshake of our own through it.

The handshake goes to a server that stands for this one request on this machine, so nothing leaves it. Where a recording runs,
it holds the request as one flow to 127.0.0.1.
"""

import datetime
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from auditor.doctor.leg import Checked, Setup, failed, ok, unchecked

SECONDS = 8.0
NAME = "doctor.invalid"
"""The server's name; it resolves nowhere, and is only the handshake's."""


class _NoProxyError(Exception):
    """What listens there is no proxy, or does not let us through."""


def check_proxy(setup: Setup) -> Checked:
    """Whether somebody listens where the proxy should."""
    try:
        socket.create_connection((setup.proxy_host, setup.proxy_port), timeout=SECONDS).close()
    except OSError as error:
        return failed("proxy_unreachable", proxy=setup.proxy, why=error.strerror or error)
    return ok("proxy_reachable", proxy=setup.proxy)


def check_authority(setup: Setup) -> Checked:
    """Whether the proxy's CA is there and holds today."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(setup.ca_path.read_bytes())
    except FileNotFoundError:
        return failed("ca_missing", path=setup.ca_path)
    except (OSError, ValueError):
        return failed("ca_damaged", path=setup.ca_path)
    now = datetime.datetime.now(datetime.UTC)
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        return failed("ca_not_valid_today", path=setup.ca_path, until=found.not_valid_after_utc.date().isoformat())
    return ok("ca_there", until=found.not_valid_after_utc.date().isoformat())


def check_decrypted(setup: Setup) -> Checked:
    """Whether a request that trusts the proxy's CA is read by the proxy."""
    if not setup.ca_path.is_file():
        return unchecked("needs_ca")
    try:
        with _upstream() as port, _tunnel(setup, port) as link:
            return _judge(setup, link)
    except _NoProxyError as error:
        return failed("no_proxy_there", proxy=setup.proxy, why=error)
    except OSError as error:
        return unchecked("needs_proxy", why=error.strerror or error)


def _judge(setup: Setup, link: socket.socket) -> Checked:
    """Who signed the certificate that comes through the tunnel."""
    context = ssl.create_default_context(cafile=setup.ca_path)
    try:
        context.wrap_socket(link, server_hostname=NAME).close()
    except ssl.SSLCertVerificationError as error:
        own = "self-signed" in error.verify_message or "self signed" in error.verify_message
        return failed("passed_unread") if own else failed("other_ca", path=setup.ca_path, why=error.verify_message)
    except OSError as error:
        return failed("handshake_failed", why=error)
    return ok("decrypted")


@contextmanager
def _tunnel(setup: Setup, port: int) -> Iterator[socket.socket]:
    """A connection through the proxy to the server.

    Raises:
        _NoProxyError: what listens there is no proxy, or does not let us through.
        OSError: nobody listens there.
    """
    with socket.create_connection((setup.proxy_host, setup.proxy_port), timeout=SECONDS) as link:
        link.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < 16_384:
            part = link.recv(1024)
            if not part:
                break
            answer += part
        first = answer.partition(b"\r\n")[0]
        if not (first.startswith(b"HTTP/1.") and b" 200" in first):
            raise _NoProxyError(first[:60].decode("ascii", "replace") or "it hung up")
        yield link


@contextmanager
def _upstream() -> Iterator[int]:
    """A TLS server on a free port, with a certificate that it signed itself."""
    with TemporaryDirectory() as name:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(Path(name)))
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                with suppress(ssl.SSLError, ConnectionError, TimeoutError):
                    try:
                        link, _ = server.accept()
                    except OSError:
                        return
                    link.settimeout(SECONDS)
                    context.wrap_socket(link, server_side=True).close()

        Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            server.close()


def _certificate(folder: Path) -> Path:
    """A PEM file with a new key and a certificate of it, for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    signed = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False).sign(key, hashes.SHA256())
    path = folder / "server.pem"
    path.touch(mode=0o600)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path
