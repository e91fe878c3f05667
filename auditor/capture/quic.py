"""QUIC Initial packets (RFC 9000 section 17.2, RFC 9001 section 5): datagrams go in, CRYPTO frames in the clear come out.

Initial packets are protected with keys that anyone can compute from the client's first connection id, so the ClientHello can be
read without secrets. Versions 1 and 2 (RFC 9369), the drafts that are still seen, and the last ones of Google are one table;
Q050 protects a hello of its own (`gquic`).
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

MAX_COALESCED = 8
MAX_FRAMES = 512
_DRAFT_29_SALT = bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899")
_DRAFT_23_SALT = bytes.fromhex("c3eef712c72ebb5a11a7d2432bb46365bef9f502")
_V2, _V2_DRAFT, _Q050, _T050, _T051 = 0x6B3343CF, 0xFF020000, 0x51303530, 0x54303530, 0x54303531
_SALTS = {
    1: bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
    _V2: bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
    _V2_DRAFT: bytes.fromhex("a707c203a59b47184a1d62ca570406ea7ae3e5d3"),
    # Google's, the last ones: Q050 with a hello of its own, the others with that of TLS
    _Q050: bytes.fromhex("504574efd066fe2f9d945cfcdbd3a7f0d3b56b45"),
    _T050: bytes.fromhex("7ff579e5acd072915580304c43a2367c60488310"),
    _T051: bytes.fromhex("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d"),
    # mvfst of Meta, which uses the draft's salt
    **dict.fromkeys((0xFACEB001, 0xFACEB002, 0xFACEB00E), _DRAFT_23_SALT),
    **dict.fromkeys(range(0xFF000017, 0xFF00001D), _DRAFT_23_SALT),
    **dict.fromkeys(range(0xFF00001D, 0xFF000023), _DRAFT_29_SALT),
}
_LABELS = {_V2: "quicv2", _V2_DRAFT: "quicv2"}
_CRYPTO = dict.fromkeys((_Q050, _T050, _T051), 8)
"""The number of CRYPTO frames where it is not that of RFC 9000."""
_NEGOTIATION = 0


@dataclass(frozen=True, slots=True)
class Header:
    """A long header."""

    version: int
    type: int
    """0 Initial, 1 0-RTT, 2 Handshake, 3 Retry: the numbers of version 1 whatever the version."""
    target: bytes
    """Destination connection id."""
    source: bytes
    """Source connection id."""
    number_at: int
    """Offset of the protected packet number."""
    end: int
    """Offset behind the packet."""
    has_token: bool = False
    """Whether an Initial packet shows a token, as it does behind a Retry."""


@dataclass(frozen=True, slots=True)
class CryptoFrame:
    """A run of the handshake stream."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """What protects the Initial packets of one side (RFC 9001 section 5.2)."""

    key: bytes
    iv: bytes
    mask: bytes


def salt_of(version: int) -> bytes | None:
    """The initial salt of a version; None for one that is not known."""
    return _SALTS.get(version)


def looks_like_quic(data: bytes) -> bool:
    """Whether a datagram begins with a long header of a version that is known, or is about versions."""
    if len(data) < 7 or data[0] & 0xC0 != 0xC0:
        return is_version_negotiation(data)
    return (salt_of(int.from_bytes(data[1:5], "big")) is not None and data[5] <= 20) or unknown_version(data) is not None


def unknown_version(data: bytes) -> str | None:
    """The version of a long header that nobody can know or this module does not: one reserved to be refused (RFC 9000
    section 15), or Google's own from Q047 and T048 on; None for any other datagram, which may be no QUIC at all."""
    version = data[1:5]
    reserved = len(version) == 4 and all(byte & 0x0F == 0x0A for byte in version)
    google = version[:2] in (b"Q0", b"T0") and version[2:].isdigit()
    known = salt_of(int.from_bytes(version, "big")) is not None
    if len(data) < 7 or data[0] & 0xC0 != 0xC0 or data[5] > 20 or known or not (reserved or google):
        return None
    return version.decode() if google else f"0x{version.hex()}"


def is_version_negotiation(data: bytes) -> bool:
    """RFC 9000 section 17.2.1: version 0, two connection ids, and versions to the end."""
    if len(data) < 11 or not data[0] & 0x80 or data[1:5] != b"\0\0\0\0" or data[5] > 20 or len(data) <= 6 + data[5]:
        return False
    versions = len(data) - 7 - data[5] - data[6 + data[5]]
    return versions > 0 and versions % 4 == 0


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """RFC 9000 section 16. Raises ValueError behind the end."""
    if at >= len(data):
        raise ValueError
    size = 1 << (data[at] >> 6)
    if at + size > len(data):
        raise ValueError
    return int.from_bytes(data[at : at + size], "big") & ((1 << (size * 8 - 2)) - 1), at + size


def read_header(data: bytes, at: int) -> Header | None:
    """The long header at an offset; None for anything else."""
    if at + 7 > len(data) or data[at] & 0xC0 != 0xC0:
        return None
    version = int.from_bytes(data[at + 1 : at + 5], "big")
    if version == _NEGOTIATION or salt_of(version) is None:
        return None
    kind = data[at] >> 4 & 3
    if version == _V2:
        kind = (kind - 1) % 4
    try:
        position = at + 5
        target = data[position + 1 : position + 1 + data[position]]
        position += 1 + data[position]
        source = data[position + 1 : position + 1 + data[position]]
        position += 1 + data[position]
        if kind == 3:
            return Header(version, kind, target, source, len(data), len(data))
        token = 0
        if kind == 0:
            token, position = _varint(data, position)
            position += token
        length, position = _varint(data, position)
    except (ValueError, IndexError):
        return None
    return Header(version, kind, target, source, position, min(position + length, len(data)), token > 0)


def headers(data: bytes) -> Iterator[tuple[int, Header]]:
    """The coalesced packets of a datagram (RFC 9000 section 12.2) with their offsets."""
    at = 0
    for _ in range(MAX_COALESCED):
        header = read_header(data, at)
        if header is None or header.end <= at:
            return
        yield at, header
        at = header.end


def hkdf_label(label: str, size: int) -> bytes:
    """The HkdfLabel of RFC 8446 section 7.1, and the counter of the only block of HKDF-Expand (RFC 5869 section 2.3)."""
    name = b"tls13 " + label.encode()
    return size.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0\x01"


def _expand(secret: bytes, label: str, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1) for up to 32 bytes."""
    return hmac.digest(secret, hkdf_label(label, size), "sha256")[:size]


def client_keys(version: int, target: bytes) -> Keys:
    """The keys of the client's Initial packets. The version must be known."""
    secret = hmac.digest(salt_of(version) or b"", target, "sha256")
    secret = _expand(secret, "client in", 32)
    name = _LABELS.get(version, "quic")
    return Keys(_expand(secret, f"{name} key", 16), _expand(secret, f"{name} iv", 12), _expand(secret, f"{name} hp", 16))


def decrypt(data: bytes, at: int, header: Header, keys: Keys) -> bytes | None:
    """The frames of the Initial packet at an offset (RFC 9001 sections 5.3 and 5.4); None where the keys do not fit."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sample = data[header.number_at + 4 : header.number_at + 20]
    if len(sample) < 16 or header.end - header.number_at < 20:
        return None
    # ECB is what RFC 9001 section 5.4.3 prescribes for header protection.
    mask = Cipher(algorithms.AES(keys.mask), modes.ECB()).encryptor().update(sample)  # noqa: S305
    first = data[at] ^ mask[0] & 0x0F
    size = (first & 3) + 1
    number = bytes(byte ^ mask[1 + index] for index, byte in enumerate(data[header.number_at : header.number_at + size]))
    associated = bytes([first]) + data[at + 1 : header.number_at] + number
    nonce = (int.from_bytes(keys.iv, "big") ^ int.from_bytes(number, "big")).to_bytes(12, "big")
    try:
        return AESGCM(keys.key).decrypt(nonce, data[header.number_at + size : header.end], associated)
    except InvalidTag:
        return None


def crypto_frames(frames: bytes, version: int = 1) -> Iterator[CryptoFrame]:
    """The CRYPTO frames among PADDING, PING, ACK and CONNECTION_CLOSE (RFC 9000 sections 12.4 and 19); others end the reading.

    In Google's versions they have the number 8.
    """
    at = 0
    crypto = _CRYPTO.get(version, 6)
    try:
        for _ in range(MAX_FRAMES):
            while at < len(frames) and frames[at] == 0:
                at += 1
            if at >= len(frames):
                return
            kind, at = _varint(frames, at)
            if kind == crypto:
                offset, at = _varint(frames, at)
                length, at = _varint(frames, at)
                yield CryptoFrame(offset, frames[at : at + length])
                at += length
            elif kind in (2, 3):
                at = _after_ack(frames, at, kind)
            elif kind != 1:
                return
    except ValueError:
        return


def _after_ack(frames: bytes, at: int, kind: int) -> int:
    """RFC 9000 section 19.3. Raises ValueError behind the end."""
    for _ in range(2):
        _, at = _varint(frames, at)
    ranges, at = _varint(frames, at)
    for _ in range(1 + 2 * min(ranges, len(frames)) + (3 if kind == 3 else 0)):
        _, at = _varint(frames, at)
    return at
