"""Signatures: bytes and an Ed25519 key in, a DSSE envelope out, and back (Dead Simple Signing Envelope, version 1.0.2).

What is signed is the pre-authentication encoding of type and payload, so neither can be taken for the other and no canonical
form of the envelope is needed. Reading is strict all the same: standard base64 with padding, no unknown keys.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from auditor.errors import IntegrityError, Source, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One signature of an envelope."""

    keyid: str
    """SHA-256 of the raw public key, 64 hex digits: a hint, never trusted."""
    sig: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"payload_type": "payloadType"}):
    """A signed payload."""

    payload: str
    payload_type: str
    signatures: tuple[Signature, ...]


def generate() -> tuple[bytes, bytes]:
    """A new key: (private, public) as PEM, PKCS #8 without a password and SubjectPublicKeyInfo. Keep the private part 0600."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public


def private_key(pem: bytes, path: str) -> "Ed25519PrivateKey":
    """The private key of a PEM file.

    Raises:
        UsageError: it is none, has a password, or is of another kind.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError("no Ed25519 private key without a password", Source(path), "make one with `auditor keygen -o FILE`")
    return key


def public_key(pem: bytes, path: str) -> "Ed25519PublicKey":
    """The public key of a PEM file; that of a private key too, so that one file serves.

    Raises:
        UsageError: it is none, or of another kind.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if b"PRIVATE KEY" in pem:
        return private_key(pem, path).public_key()
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError("no Ed25519 public key", Source(path), "take the .pub file that `auditor keygen` wrote")
    return key


def key_id(key: "Ed25519PublicKey") -> str:
    """SHA-256 of the raw public key, 64 hex digits."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def sign(payload: bytes, payload_type: str, key: "Ed25519PrivateKey") -> bytes:
    """An envelope with one signature. Ed25519 is deterministic: the same payload and key give the same bytes."""
    signature = Signature(
        keyid=key_id(key.public_key()), sig=base64.b64encode(key.sign(preauthenticated(payload, payload_type))).decode()
    )
    envelope = Envelope(payload=base64.b64encode(payload).decode(), payload_type=payload_type, signatures=(signature,))
    return _spelled(envelope)


def verify(data: bytes, payload_type: str, keys: Sequence["Ed25519PublicKey"], path: str) -> bytes:
    """The payload of an envelope that at least one of the keys has signed.

    Raises:
        IntegrityError: no envelope, another payload type, base64 that is not strict, or no signature of these keys.
    """
    from cryptography.exceptions import InvalidSignature

    envelope = _read(data, path)
    if envelope.payload_type != payload_type:
        raise IntegrityError(f"the payload type is not {payload_type}", Source(path))
    payload = _strict_base64(envelope.payload, path)
    signed = preauthenticated(payload, payload_type)
    for signature in envelope.signatures:
        raw = _strict_base64(signature.sig, path)
        for key in keys:
            try:
                key.verify(raw, signed)
            except InvalidSignature:
                continue
            return payload
    raise IntegrityError("no signature of the given key is valid", Source(path), "was the file or the key exchanged?")


def verify_own(data: bytes, payload_type: str, keys: Sequence["Ed25519PublicKey"], path: str) -> bytes:
    """As `verify`, for envelopes that this tool wrote: their bytes have one spelling, so that no changed bit goes unseen.

    Raises:
        IntegrityError: as `verify`; or the envelope is spelled in another way, or names a key that is none of the keys.
    """
    payload = verify(data, payload_type, keys, path)
    envelope = _read(data, path)
    known = {key_id(key) for key in keys}
    if _spelled(envelope) != data or any(signature.keyid not in known for signature in envelope.signatures):
        raise IntegrityError("the envelope is not as it was written: spelling or key id differ", Source(path))
    return payload


def unverified(data: bytes, path: str) -> bytes:
    """The payload without a check of any signature, for showing what an envelope claims.

    Raises:
        IntegrityError: no envelope.
    """
    return _strict_base64(_read(data, path).payload, path)


def preauthenticated(payload: bytes, payload_type: str) -> bytes:
    """PAE of the DSSE protocol: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in bytes, decimal."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _spelled(envelope: Envelope) -> bytes:
    return msgspec.json.encode(envelope, order="sorted") + b"\n"


def _read(data: bytes, path: str) -> Envelope:
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise IntegrityError(f"no DSSE envelope: {error}", Source(path)) from None
    if not envelope.signatures:
        raise IntegrityError("the envelope has no signature", Source(path))
    return envelope


def _strict_base64(text: str, path: str) -> bytes:
    """Standard alphabet, padding, no other characters, and no spare bits: one spelling only."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise IntegrityError("base64 that is not in its strict form", Source(path))
    return data
