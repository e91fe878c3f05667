import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import IntegrityError, UsageError
from auditor.report import dsse

PRIVATE, PUBLIC = dsse.generate()
OTHER_PRIVATE, OTHER_PUBLIC = dsse.generate()
KEY = dsse.private_key(PRIVATE, "key.pem")
KEYS = [dsse.public_key(PUBLIC, "key.pub")]
TYPE = "application/example"


def envelope(**changes: Any) -> bytes:
    return json.dumps(json.loads(dsse.sign(b"payload", TYPE, KEY)) | changes).encode()


def test_what_is_signed_is_the_encoding_of_the_specifications_own_example() -> None:
    assert (
        dsse.preauthenticated(b"hello world", "http://example.com/HelloWorld")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_what_was_signed_is_read_back(payload: bytes, kind: str) -> None:
    assert dsse.verify(dsse.sign(payload, kind, KEY), kind, KEYS, "x") == payload


def test_the_same_payload_and_key_give_the_same_bytes() -> None:
    assert dsse.sign(b"payload", TYPE, KEY) == dsse.sign(b"payload", TYPE, KEY)


SIGNED = json.loads(dsse.sign(b"payload", TYPE, KEY))
FOREIGN = json.loads(dsse.sign(b"payload", TYPE, dsse.private_key(OTHER_PRIVATE, "x")))["signatures"]
FORGED = [
    ({"payload": base64.b64encode(b"other").decode()}, "no signature"),
    ({"payloadType": "application/other"}, "payload type"),
    ({"signatures": []}, "no signature"),
    ({"signatures": FOREIGN}, "no signature"),
    ({"signatures": [{"keyid": "", "sig": base64.b64encode(b"\0" * 64).decode()}]}, "no signature"),
    ({"payload": SIGNED["payload"] + "\n"}, "strict"),
    ({"payload": SIGNED["payload"].rstrip("=")}, "strict"),
    ({"payload": "_-8="}, "strict"),
    ({"payload": "cGF5bG9hZE=="}, "strict"),
    ({"extra": 1}, "no DSSE envelope"),
    ({"payload": 7}, "no DSSE envelope"),
]


@pytest.mark.parametrize(("changes", "words"), FORGED)
def test_a_changed_envelope_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(IntegrityError, match=words):
        dsse.verify(envelope(**changes), TYPE, KEYS, "attestation.json")


def test_one_valid_signature_among_foreign_ones_is_enough() -> None:
    both = envelope(signatures=FOREIGN + SIGNED["signatures"])
    assert dsse.verify(both, TYPE, KEYS, "x") == b"payload"


def test_one_of_several_keys_is_enough_in_any_order() -> None:
    other = dsse.public_key(OTHER_PUBLIC, "other.pub")
    for keys in ([other, *KEYS], [*KEYS, other]):
        assert dsse.verify(envelope(), TYPE, keys, "x") == b"payload"


def test_a_key_id_is_a_hint_and_never_trusted() -> None:
    lying = [{"keyid": SIGNED["signatures"][0]["keyid"], "sig": FOREIGN[0]["sig"]}]
    with pytest.raises(IntegrityError):
        dsse.verify(envelope(signatures=lying), TYPE, KEYS, "x")


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        dsse.verify(data, TYPE, KEYS, "x")


def _elliptic() -> bytes:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n", PUBLIC, _elliptic()])
def test_a_file_that_is_no_ed25519_private_key_is_a_usage_error_that_names_it(pem: bytes) -> None:
    with pytest.raises(UsageError, match="Ed25519") as caught:
        dsse.private_key(pem, "my.pem")
    assert "my.pem" in str(caught.value)


def test_the_public_key_of_a_private_one_is_taken_too() -> None:
    assert dsse.key_id(dsse.public_key(PRIVATE, "key.pem")) == dsse.key_id(KEYS[0])
    with pytest.raises(UsageError):
        dsse.public_key(b"nothing", "x")


def test_what_an_envelope_claims_can_be_shown_without_a_key() -> None:
    assert dsse.unverified(dsse.sign(b"payload", TYPE, KEY), "x") == b"payload"


def _ec_public() -> bytes:
    key = generate_private_key(SECP256R1()).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


NO_PRIVATE = "k: no Ed25519 private key without a password (make one with `auditor keygen -o FILE`)"
NO_PUBLIC = "k: no Ed25519 public key (take the .pub file that `auditor keygen` wrote)"
NO_SIGNATURE = "k: no signature of the given key is valid (was the file or the key exchanged?)"
NOT_WRITTEN = "k: the envelope is not as it was written: spelling or key id differ"
STRICT = "k: base64 that is not in its strict form"
RENAMED = {"signatures": [{**SIGNED["signatures"][0], "keyid": "0" * 64}]}


@pytest.mark.parametrize(
    ("act", "words"),
    [
        pytest.param(lambda: dsse.private_key(b"x", "k"), NO_PRIVATE, id="private"),
        pytest.param(lambda: dsse.private_key(PUBLIC, "k"), NO_PRIVATE, id="private of a public"),
        pytest.param(lambda: dsse.public_key(b"x", "k"), NO_PUBLIC, id="public"),
        pytest.param(lambda: dsse.public_key(_ec_public(), "k"), NO_PUBLIC, id="public of another kind"),
        pytest.param(lambda: dsse.public_key(b"-----BEGIN PRIVATE KEY-----", "k"), NO_PRIVATE, id="public of a broken private"),
        pytest.param(lambda: dsse.verify(envelope(), "a/b", KEYS, "k"), "k: the payload type is not a/b", id="type"),
        pytest.param(lambda: dsse.verify(envelope(signatures=FOREIGN), TYPE, KEYS, "k"), NO_SIGNATURE, id="foreign"),
        pytest.param(lambda: dsse.verify(envelope(), TYPE, [], "k"), NO_SIGNATURE, id="no key"),
        pytest.param(
            lambda: dsse.verify(envelope(signatures=[]), TYPE, KEYS, "k"), "k: the envelope has no signature", id="unsigned"
        ),
        pytest.param(lambda: dsse.verify(envelope(payload="YQ"), TYPE, KEYS, "k"), STRICT, id="payload"),
        pytest.param(
            lambda: dsse.verify(envelope(signatures=[{"keyid": "", "sig": "%"}]), TYPE, KEYS, "k"), STRICT, id="signature"
        ),
        pytest.param(lambda: dsse.verify_own(envelope(), TYPE, KEYS, "k"), NOT_WRITTEN, id="spelling"),
        pytest.param(lambda: dsse.unverified(envelope(payload="YQ"), "k"), STRICT, id="shown"),
    ],
)
def test_a_refusal_says_what_is_wrong_where_and_what_to_do(act: Any, words: str) -> None:
    with pytest.raises((IntegrityError, UsageError)) as caught:
        act()
    assert str(caught.value) == words


@pytest.mark.parametrize(
    "read", [dsse.unverified, lambda data, path: dsse.verify(data, TYPE, KEYS, path)], ids=["shown", "verified"]
)
def test_what_is_no_envelope_is_named_by_its_path(read: Any) -> None:
    with pytest.raises(IntegrityError, match=r"^k: no DSSE envelope: \S"):
        read(b"{", "k")


def test_an_own_envelope_with_another_key_id_is_refused_however_it_is_spelled() -> None:
    """The key id is not signed: it is compared with the keys."""
    import msgspec

    spelled = msgspec.json.encode(SIGNED | RENAMED, order="sorted") + b"\n"
    assert dsse.verify(spelled, TYPE, KEYS, "k") == b"payload"
    with pytest.raises(IntegrityError) as caught:
        dsse.verify_own(spelled, TYPE, KEYS, "k")
    assert str(caught.value) == NOT_WRITTEN
    assert dsse.verify_own(dsse.sign(b"payload", TYPE, KEY), TYPE, KEYS, "k") == b"payload"


def test_a_new_pair_fits_together_and_is_never_the_same() -> None:
    private, public = dsse.generate()
    assert private.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert public.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    pair = dsse.private_key(private, "k").public_key(), dsse.public_key(public, "k")
    assert dsse.key_id(pair[0]) == dsse.key_id(pair[1]) != dsse.key_id(KEYS[0])
    assert private != dsse.generate()[0]
