"""Counterparts: what stands for each spelling and digest of a value is the same spelling and digest of the pseudonym."""

import hashlib
import uuid
from base64 import b64encode

import pytest

from auditor.identify.batch import Batch
from auditor.identify.planted import Planted
from auditor.model.content import Field, Piece
from auditor.model.session import Subjects
from auditor.model.vocabulary import Part
from auditor.redact.counterparts import Counterparts, cased
from tests.unit.redact.people import VALUES, pseudonyms, subjects

PLANTED = Subjects(identifiers=subjects().identifiers, salts=("pepper",), hmac_keys=("key",))
NEW = pseudonyms(PLANTED)
FINDER, PARTS = Planted(PLANTED), Counterparts(PLANTED, NEW, {})


def stands_for(data: bytes) -> set[bytes | None]:
    """What stands for the hits in some bytes."""
    piece = Piece(Part.PAYLOAD, "", data)
    field = Field(part=Part.PAYLOAD, path="", key="", value=data, encodings=(), piece=piece, offset=0)
    return {PARTS.of(hit) for hit in FINDER.hits(Batch((field,)))}


MAC, OTHER = VALUES["mac"].replace(":", ""), NEW["mac"].replace(":", "")
IMEI, MADE = VALUES["imei"], NEW["imei"]
SPELLED = [
    (MAC.upper(), OTHER.upper()),
    ("00-00-5E-00-53-21", "-".join(OTHER[at : at + 2] for at in range(0, 12, 2)).upper()),
    (IMEI[:14], MADE[:14]),
    (IMEI[:14] + "07", MADE[:14] + "07"),
    (IMEI, MADE),
    (VALUES["email"].upper(), NEW["email"].upper()),
    (
        "Demo_Mei_Nails",
        NEW["nickname"][:1].upper()
        + NEW["nickname"][1:5]
        + NEW["nickname"][5:6].upper()
        + NEW["nickname"][6:9]
        + NEW["nickname"][9:10].upper()
        + NEW["nickname"][10:],
    ),
]


@pytest.mark.parametrize(("spelled", "made"), SPELLED)
def test_a_spelling_stands_for_the_same_spelling(spelled: str, made: str) -> None:
    """With the separators and in the case of what stood there."""
    assert stands_for(spelled.encode()) == {made.encode()}


@pytest.mark.parametrize("kind", ["imei", "android_id", "oaid", "email", "serial", "ssid"])
@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_a_digest_stands_for_the_digest_of_the_pseudonym(kind: str, name: str) -> None:
    """As digits, in capitals, cut short, as base64, with a salt."""
    old, new = (hashlib.new(name, text.encode()) for text in (VALUES[kind], NEW[kind]))
    assert stands_for(old.hexdigest().encode()) == {new.hexdigest().encode()}
    assert stands_for(old.hexdigest().upper().encode()) == {new.hexdigest().upper().encode()}
    assert stands_for(b"=" + old.hexdigest()[:20].encode()) == {new.hexdigest()[:20].encode()}
    assert stands_for(b64encode(old.digest())) == {b64encode(new.digest()).rstrip(b"=")}
    salted = [hashlib.new(name, b"pepper" + text.encode()).hexdigest() for text in (VALUES[kind], NEW[kind])]
    if name != "sha512" or kind == "imei":
        assert stands_for(salted[0].encode()) == {salted[1].encode()}


@pytest.mark.parametrize("name", ["md5", "sha1"])
@pytest.mark.parametrize("salted", ["{}", "pepper|{}|pepper", "{}.pepper"])
@pytest.mark.parametrize("version", [None, 3])
@pytest.mark.parametrize("sign", ["-", ""])
def test_a_digest_as_a_uuid_stands_for_that_of_the_pseudonym(name: str, salted: str, version: int | None, sign: str) -> None:
    """Version and variant stay what they are; salts around the value, too."""
    digests = [hashlib.new(name, salted.format(text).encode()).digest()[:16] for text in (VALUES["imei"], NEW["imei"])]
    old, new = (str(uuid.UUID(bytes=digest, version=version)).replace("-", sign).encode() for digest in digests)
    assert stands_for(old) == {new}


def test_an_encoded_stretch_has_no_counterpart_of_its_own() -> None:
    """Its edges hold bits of its neighbours: only taking the encoding off helps."""
    assert None in stands_for(b"x" + b64encode(b"zz" + VALUES["nickname"].encode() + b"!!"))


@pytest.mark.parametrize(
    ("there", "made", "result"),
    [(b"AbC-1", b"xyz-2", b"XyZ-2"), (b"ABC", b"wxyz", b"WXYZ"), (b"abc", b"WXYZ", b"wxyz"), (b"123", b"4567", b"4567")],
)
def test_the_case_of_what_stood_there_is_kept(there: bytes, made: bytes, result: bytes) -> None:
    """Letter by letter where the lengths are the same, else as a whole."""
    assert cased(there, made) == result
