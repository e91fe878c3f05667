"""How clients hash a text, and how they write the hash."""

import hashlib
import hmac
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator

from tests.corpus.subjects import HMAC_KEY, SALT

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sm3")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(data: bytes) -> str:
    """Bitcoin's base58."""
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def hashed(text: str) -> Iterator[tuple[str, str]]:
    """Name of the disguise and the hash as text."""
    data = text.encode()
    for name in ALGORITHMS:
        digest = hashlib.new(name, data).digest()
        yield name, digest.hex()
        yield f"{name}, upper", digest.hex().upper()
        yield f"{name}, base64", b64encode(digest).decode()
        yield f"{name}, base64url", urlsafe_b64encode(digest).rstrip(b"=").decode()
        yield f"{name}, first 16", digest.hex()[:16]
    md5, sha = hashlib.md5(data), hashlib.sha256(data)
    yield "md5, 16 characters", md5.hexdigest()[8:24]
    yield "sha256, first 32", sha.hexdigest()[:32]
    yield "sha256, base58", base58(sha.digest())
    yield "md5 twice", hashlib.md5(md5.hexdigest().encode()).hexdigest()
    yield "md5, middle in base64", b64encode(md5.digest()[4:12]).decode()
    yield "crc32", f"{zlib.crc32(data):08x}"
    yield "crc32, as java prints it", f"0x{zlib.crc32(data):x}"
    yield "crc32, base64", b64encode(zlib.crc32(data).to_bytes(4)).decode()
    yield "md5 with salt before", hashlib.md5(SALT.encode() + data).hexdigest()
    yield "md5 with salt and sign before", hashlib.md5(f"{SALT}:".encode() + data).hexdigest()
    yield "sha256 with sign and salt behind", hashlib.sha256(data + f"_{SALT}".encode()).hexdigest()
    yield "md5 with salt behind", hashlib.md5(data + SALT.encode()).hexdigest()
    yield "sha256 with salt", hashlib.sha256(data + SALT.encode()).hexdigest()
    yield "hmac-md5", hmac.new(HMAC_KEY.encode(), data, "md5").hexdigest()
    yield "hmac-sha1, base64", b64encode(hmac.new(HMAC_KEY.encode(), data, "sha1").digest()).decode()
    yield "hmac-sha256", hmac.new(HMAC_KEY.encode(), data, "sha256").hexdigest()
    yield "hmac-sha512", hmac.new(HMAC_KEY.encode(), data, "sha512").hexdigest()
    yield "hmac-sm3", hmac.new(HMAC_KEY.encode(), data, "sm3").hexdigest()
