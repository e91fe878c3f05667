"""QUIC datagrams as a client sends them first: frames of the handshake go in, protected Initial packets come out (RFC 9001).

Written out here with a library's primitives, so that the comparison does not trust what it compares.
"""

import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

V1, V2, DRAFT_29, DRAFT_27, MVFST = 1, 0x6B3343CF, 0xFF00001D, 0xFF00001B, 0xFACEB002
Q050, T050, T051, MVFST_OTHER, V2_DRAFT = 0x51303530, 0x54303530, 0x54303531, 0xFACEB00E, 0xFF020000
SALTS = {
    V1: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a",
    V2: "0dede3def700a6db819381be6e269dcbf9bd2ed9",
    DRAFT_29: "afbfec289993d24c9e9786f19c6111e04390a899",
    DRAFT_27: "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
    MVFST: "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
    MVFST_OTHER: "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
    V2_DRAFT: "a707c203a59b47184a1d62ca570406ea7ae3e5d3",
    T050: "7ff579e5acd072915580304c43a2367c60488310",
    T051: "7a4edef4e7ccee5fa4506c19124fc8ccda6e033d",
    Q050: "504574efd066fe2f9d945cfcdbd3a7f0d3b56b45",
}
"""RFC 9001 section 5.2, RFC 9369 section 3.3.1, the drafts, and what Chromium had for its last ones."""
INITIAL, EARLY, HANDSHAKE, RETRY = 0, 1, 2, 3


def _label(secret: bytes, label: str, size: int) -> bytes:
    name = b"tls13 " + label.encode()
    info = struct.pack(">HB", size, len(name)) + name + b"\0"
    return HKDFExpand(hashes.SHA256(), size, info).derive(secret)


def _kind(version: int, kind: int) -> int:
    """The bits of the type, which version 2 numbers anew (RFC 9369 section 3.2)."""
    return (kind + 1) % 4 if version == V2 else kind


def _wide(value: int) -> bytes:
    """A length in two bytes (RFC 9000 section 16)."""
    return struct.pack(">H", 0x4000 | value)


def crypto(offset: int, data: bytes, kind: bytes = b"\x06") -> bytes:
    """A CRYPTO frame; in Chromium's last versions its number was 8."""
    return kind + _wide(offset) + _wide(len(data)) + data


def initial(
    version: int,
    keyed: bytes,
    frames: bytes,
    *,
    target: bytes | None = None,
    number: int = 0,
    token: bytes = b"",
    size: int = 1_200,
) -> bytes:
    """A client's Initial packet, protected with the keys of the connection id `keyed`, filled up to a size."""
    mac = HMAC(bytes.fromhex(SALTS[version]), hashes.SHA256())
    mac.update(keyed)
    secret = _label(mac.finalize(), "client in", 32)
    name = "quicv2" if version in (V2, V2_DRAFT) else "quic"
    key, iv, mask_key = _label(secret, f"{name} key", 16), _label(secret, f"{name} iv", 12), _label(secret, f"{name} hp", 16)
    to = keyed if target is None else target
    head = struct.pack(">BIB", 0xC0 | _kind(version, INITIAL) << 4 | 1, version, len(to)) + to + b"\x04scid"
    head += _wide(len(token)) + token
    plain = frames + bytes(max(0, size - len(head) - 2 - 2 - 16 - len(frames)))
    head += _wide(len(plain) + 2 + 16)
    packed = struct.pack(">H", number)
    nonce = (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")
    sealed = AESGCM(key).encrypt(nonce, plain, head + packed)
    mask = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor().update(sealed[2:18])
    first = bytes([head[0] ^ mask[0] & 0x0F])
    return first + head[1:] + bytes(a ^ b for a, b in zip(packed, mask[1:3], strict=True)) + sealed


def long_packet(version: int, kind: int, target: bytes, body: bytes) -> bytes:
    """A packet of another type; its body is noise."""
    head = struct.pack(">BIB", 0xC0 | _kind(version, kind) << 4 | 1, version, len(target)) + target + b"\x04scid"
    return head + (b"" if kind == RETRY else _wide(len(body))) + body
