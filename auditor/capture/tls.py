"""TLS handshakes in the clear: handshake messages go in, server name, versions, protocols and certificate names come out.

RFC 8446 and RFC 5246. Nothing here decrypts. `split_records` and `split_handshake` cut a tape; the `read_*` functions take one
message's body and return None where it breaks the rules.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_HELLO_DONE = 1, 2, 11, 14
MAX_RECORD = 16_384 + 2_048
MAX_HANDSHAKE = 256 * 1024
MAX_NAMES = 100
"""Server names of one hello that are kept."""
_SERVER_NAME, _ALPN, _SUPPORTED_VERSIONS, _ECH = 0, 16, 43, 0xFE0D
_VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a client says before anything is encrypted."""

    server_name: bytes | None
    name_at: int
    """Offset of the server name in the message's body."""
    alpn: tuple[str, ...]
    version: str | None
    """The highest version offered."""
    encrypted: bool
    """Whether it carries an encrypted ClientHello (or one for show): the name may be the outer one."""
    more_names: tuple[tuple[bytes, int], ...] = ()
    """Further names with their offsets, which no client may send (RFC 6066 section 3): readers differ in which of them counts."""


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What the server chose."""

    version: str | None
    alpn: str | None


def version_name(number: int) -> str | None:
    """The published name of a protocol version; None for one that is not known."""
    return _VERSIONS.get(number)


def is_record(head: bytes) -> bool:
    """Whether a TLS record can begin with these bytes (up to five)."""
    if not head or not CHANGE_CIPHER_SPEC <= head[0] <= APPLICATION_DATA:
        return False
    if len(head) > 1 and head[1] != 3:
        return False
    if len(head) > 2 and head[2] > 4:
        return False
    return len(head) < 5 or 0 < int.from_bytes(head[3:5], "big") <= MAX_RECORD


def old_hello_size(head: bytes) -> int | None:
    """Bytes of the hello in the format of SSL 2 with which a client may begin (RFC 5246 appendix E.2), by its first eleven.

    0 where none begins here, None for too few bytes. It names no server.
    """
    limits = ((0x80, 0x80), (12, 255), (1, 1), (3, 3), (0, 3), (0, 0), (3, 255), (0, 0), (0, 0), (0, 0), (16, 32))
    if not all(least <= byte <= greatest for byte, (least, greatest) in zip(head, limits, strict=False)):
        return 0
    if len(head) < len(limits):
        return None
    size = head[1]
    return 2 + size if size == 9 + head[6] + head[10] else 0


class _Reader:
    """Takes length-prefixed vectors off a body."""

    def __init__(self, data: bytes, at: int, end: int, *, whole: bool = True) -> None:
        """Where the data is known to be cut (not `whole`), a vector that goes on behind it ends with it."""
        self.data, self.at, self.end, self.whole = data, at, min(end, len(data)), whole

    def number(self, size: int) -> int:
        """A big-endian number. Raises ValueError behind the end."""
        if self.at + size > self.end:
            raise ValueError
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")

    def vector(self, size: int) -> "_Reader":
        """A vector whose length has `size` bytes. Raises ValueError behind the end."""
        length = self.number(size)
        if self.at + length > self.end:
            if self.whole:
                raise ValueError
            length = self.end - self.at
        self.at += length
        return _Reader(self.data, self.at - length, self.at, whole=self.whole)

    def skip(self, size: int) -> None:
        """Raises ValueError behind the end."""
        if self.at + size > self.end:
            raise ValueError
        self.at += size

    def ends_early(self) -> bool:
        """Whether the next extension goes on behind the end."""
        head = self.data[self.at : min(self.at + 4, self.end)]
        return len(head) < 4 or self.at + 4 + int.from_bytes(head[2:], "big") > self.end

    def rest(self) -> bytes:
        """Everything up to the end."""
        return self.data[self.at : self.end]

    def __bool__(self) -> bool:
        return self.at < self.end


def read_client_hello(body: bytes, *, whole: bool = True) -> ClientHello | None:
    """RFC 8446 section 4.1.2. Of a body that was cut (not `whole`) the extensions count that are there.

    A list of versions or protocols that breaks its rules counts up to there: it must not hide the server's name.
    """
    try:
        reader = _Reader(body, 0, len(body), whole=whole)
        version = reader.number(2)
        reader.skip(32)
        reader.vector(1)
        reader.vector(2)
        reader.vector(1)
        given = list(_extensions(reader))
        names = [name for kind, value in given if kind == _SERVER_NAME for name in _readable(_server_names(value))]
    except ValueError:
        return None
    found = dict(reversed(given))
    name, at = names[0] if names else (None, 0)
    alpn = tuple(_readable(_protocols(found[_ALPN]))) if _ALPN in found else ()
    offered = _readable(_versions(found[_SUPPORTED_VERSIONS])) if _SUPPORTED_VERSIONS in found else []
    best = max((value for value in offered if value in _VERSIONS), default=version)
    return ClientHello(name, at, alpn, _VERSIONS.get(best), _ECH in found, tuple(names[1:MAX_NAMES]))


def _readable[T](values: Iterator[T]) -> list[T]:
    """Those that come before one that cannot be read."""
    found: list[T] = []
    try:
        for value in values:
            found.append(value)  # noqa: PERF402 - what came before an error must be kept
    except ValueError:
        pass
    return found


def read_server_hello(body: bytes) -> ServerHello | None:
    """RFC 8446 section 4.1.3."""
    try:
        reader = _Reader(body, 0, len(body))
        version = reader.number(2)
        reader.skip(32)
        reader.vector(1)
        reader.skip(3)
        found = dict(_extensions(reader))
        if _SUPPORTED_VERSIONS in found:
            version = found[_SUPPORTED_VERSIONS].number(2)
        alpn = next(_protocols(found[_ALPN]), None) if _ALPN in found else None
    except ValueError:
        return None
    return ServerHello(_VERSIONS.get(version), alpn)


def _extensions(reader: _Reader) -> Iterator[tuple[int, _Reader]]:
    """RFC 8446 section 4.2; a hello without extensions ends before them."""
    if not reader:
        return
    extensions = reader.vector(2)
    seen = set()
    while extensions:
        if not reader.whole and extensions.ends_early():
            return
        kind = extensions.number(2)
        value = extensions.vector(2)
        if kind not in seen or kind == _SERVER_NAME:
            seen.add(kind)
            yield kind, value


def _server_names(reader: _Reader) -> Iterator[tuple[bytes, int]]:
    """RFC 6066 section 3: the host names, and their offsets."""
    if not reader:
        return
    names = reader.vector(2)
    while names:
        kind = names.number(1)
        value = names.vector(2)
        if kind == 0 and value:
            yield value.rest(), value.at


def _protocols(reader: _Reader) -> Iterator[str]:
    """RFC 7301 section 3.1, without GREASE values (RFC 8701 section 2)."""
    protocols = reader.vector(2)
    while protocols:
        value = protocols.vector(1).rest()
        grease = len(value) == 2 and value[0] == value[1] and value[0] & 15 == 10
        if not grease:
            yield value.decode("ascii", "backslashreplace")


def _versions(reader: _Reader) -> Iterator[int]:
    versions = reader.vector(1)
    while versions:
        yield versions.number(2)


def certificate_names(body: bytes) -> tuple[str, ...]:
    """The names of the first certificate in a Certificate message (RFC 5246 section 7.4.2): subject alternative names, else CN.

    Empty where there is none, or where the certificate cannot be read.
    """
    try:
        chain = _Reader(body, 0, len(body)).vector(3)
        raw = chain.vector(3).rest() if chain else b""
    except ValueError:
        return ()
    return _names_of(raw) if raw else ()


def _names_of(raw: bytes) -> tuple[str, ...]:
    from cryptography import x509

    # The library raises KeyError for string types that a name may not have.
    unreadable = (ValueError, TypeError, KeyError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd serial numbers and the like are nothing to tell a user
        try:
            certificate = x509.load_der_x509_certificate(raw)
            return _alternative_names(certificate) or _common_names(certificate)
        except unreadable:
            return ()


def _alternative_names(certificate: "x509.Certificate") -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(extension.value.get_values_for_type(x509.DNSName))


def _common_names(certificate: "x509.Certificate") -> tuple[str, ...]:
    from cryptography.x509.oid import NameOID

    return tuple(str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
