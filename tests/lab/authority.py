"""A throw-away certificate authority for the lab. In: host names. Out: PEM files and server-side TLS contexts.

Each host name gets a leaf certificate of its own, so that a certificate in a capture names one host only, as it would outside.
"""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFETIME = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A server certificate with its key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs leaf certificates and keeps them in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lab throw-away CA")])
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._leaves: dict[tuple[str, ...], Leaf] = {}
        self.certificate = folder / "ca.pem"
        self.leaf_key = folder / "leaf.key"

    def create(self) -> None:
        """Write the CA's certificate and the key that all leaves share."""
        self.folder.mkdir(parents=True, exist_ok=True)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(constraints, critical=True).add_extension(_SIGNS_CERTIFICATES, critical=True)
        self.certificate.write_bytes(_pem(builder.sign(self._key, hashes.SHA256())))
        private = self._leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.leaf_key.touch(mode=0o600)
        self.leaf_key.write_bytes(private)

    def leaf(self, *names: str) -> Leaf:
        """A certificate for these host names or addresses; the first is the subject's common name."""
        if names not in self._leaves:
            path = self.folder / f"leaf-{len(self._leaves)}.pem"
            subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
            builder = self._builder(subject, self._leaf_key.public_key())
            alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
            path.write_bytes(_pem(builder.sign(self._key, hashes.SHA256())))
            self._leaves[names] = Leaf(certificate=path, key=self.leaf_key)
        return self._leaves[names]

    def server_context(self, names: tuple[str, ...], alpn: tuple[str, ...] = ()) -> ssl.SSLContext:
        """A server context that presents the leaf of the name asked for, and none to a client that asks for another."""
        contexts = {name: self._plain_context(name, alpn) for name in names}
        fallback = self._plain_context(names[0], alpn)

        def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
            if name is None:
                return None
            if name not in contexts:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            connection.context = contexts[name]
            return None

        fallback.sni_callback = choose
        return fallback

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        """A certificate with the key identifiers of RFC 5280, section 4.2.1, which strict clients ask for."""
        now = datetime.datetime.now(datetime.UTC)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + LIFETIME)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(issuer, critical=False)
        )

    def _plain_context(self, name: str, alpn: tuple[str, ...]) -> ssl.SSLContext:
        leaf = self.leaf(name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.certificate, leaf.key)
        context.options |= ssl.OP_NO_COMPRESSION
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context


_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
