"""Sightings: labels, places, masks and digests; what is found once, what is not found, and what is never shown."""

import base64
import gzip
import hashlib
import hmac
import json
import random
import uuid
import zlib
from base64 import b32encode, b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify import planted
from auditor.identify.detector import Detector
from auditor.model.content import Piece, Place
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Confidence, Direction, Match, Part
from tests.unit.identify.sessions import IMEI, KEY, MAC, PLANTED, detector, in_body, sight, unplanted, with_secrets


def test_sighting_carries_everything() -> None:
    """Each column of a sighting, for a value in a compressed document."""
    (found,) = in_body(gzip.compress(json.dumps({"device": {"imei": IMEI}}).encode()))
    assert (found.flow_id, found.at, found.host, found.direction) == ("f", 7, "h.example", Direction.UP)
    assert (found.kind, found.identifier, found.match, found.confidence) == ("imei", "imei", Match.PLANTED, Confidence.HIGH)
    assert (found.part, found.path, found.encodings) == (Part.BODY, "$.device.imei", ("gzip", "json"))
    assert (found.variant, found.masked, found.location) == ("imei:15", "35•••••••••••81", "message 0 +0")


def test_digest_is_keyed_and_canonical() -> None:
    """All spellings of a value share one digest: HMAC-SHA-256 of the canonical value, 32 hex digits."""
    expected = hmac.new(KEY, b"001a7dda7113", hashlib.sha256).hexdigest()[:32]
    for text in (MAC, MAC.upper(), MAC.replace(":", ""), hashlib.md5(MAC.encode()).hexdigest()):
        assert [found.digest for found in in_body(json.dumps({"v": text}))] == [expected]


def test_pattern_has_the_digest_of_the_planted() -> None:
    """A value links across sessions of one key whether it was planted or only recognised."""
    (planted,) = in_body(json.dumps({"imei": IMEI}))
    (pattern,) = in_body(json.dumps({"imei": "35-209900-176148-1"}), by=unplanted())
    assert planted.digest == pattern.digest
    assert (pattern.match, pattern.identifier) == (Match.PATTERN, None)


def test_one_sighting_for_each_place() -> None:
    """A value that stands twice is sighted twice; one that can be read in two ways, once."""
    assert len(in_body(json.dumps({"a": IMEI, "b": IMEI}))) == 2
    assert len(in_body(json.dumps({"a": json.dumps({"b": IMEI})}))) == 1
    assert len(in_body(f"d={base64.b64encode(IMEI.encode()).decode()}&x=1")) == 1
    assert len(in_body(f"m={MAC.replace(':', '%3A')}&x=1")) == 1


def test_value_in_a_shadowed_name_is_seen() -> None:
    """What a parser would drop is still a sighting."""
    assert [found.identifier for found in in_body('{"a":"' + IMEI + '","a":"x"}')] == ["imei"]


def test_value_as_a_key_is_seen_and_masked() -> None:
    """A value that is a name in a document is seen, and the path does not show it."""
    found = in_body(json.dumps({IMEI: {"imsi": "460011234567890"}}))
    assert "imei" in [sighting.identifier for sighting in found]
    assert not any(IMEI in sighting.path for sighting in found)


def test_location_in_packets() -> None:
    """In a packet capture the place is the packet of the value's first byte."""
    places = (Place(0, 8, 54), Place(10, 9, 54))
    (found,) = sight(Piece(Part.PAYLOAD, "", b"0123456789 " + IMEI.encode(), places))
    assert found.location == "packet 9 +55"


@pytest.mark.parametrize(
    "text",
    [
        "1" + IMEI,
        IMEI + "12",
        "0." + IMEI,
        "113900000199",
        "139000001990",
        "xmeimei",
        "meimeix",
        "119910407",
        "19910407a",
        "192.168.31.70",
        "1192.168.31.7",
        "berlin.mei@example.org",
        "nail-demo-7291",
        hashlib.md5(IMEI.encode()).hexdigest()[:11],
        hashlib.md5(IMEI.encode()).hexdigest()[1:15],
    ],
)
def test_near_misses(text: str) -> None:
    """A value inside a longer one is another value."""
    assert [found for found in in_body(json.dumps({"v": text})) if found.match is Match.PLANTED] == []


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        (IMEI[:14], "imei:14"),
        (IMEI[:14] + "07", "imei:16"),
        ("35-209900-176148-1", "imei:grouped:dash"),
        (MAC.upper(), "mac:colon:upper"),
        ("001a7dda7113", "mac:nosep:lower"),
        ("001A7DDA7113", "mac:nosep:upper"),
        ("00-1A-7D-DA-71-13", "mac:dash:upper"),
        ("001a.7dda.7113", "mac:cisco:lower"),
        ("00:1a:7D:da:71:13", "mac:colon:mixed"),
        (str(int("001a7dda7113", 16)), "mac:integer"),
        ("13:71:da:7d:1a:00", "mac:reversed:colon:lower"),
        ("8613900000199", "phone:digits"),
        ("13900000199", "phone:national"),
        ("008613900000199", "phone:00"),
        ("lin.mei@example.org", "email:lower"),
        ("07.04.1991", "birth_date:dmy:dot"),
        ("1991年4月7日", "birth_date:zh"),
        ("7c1f0b525d3e4f7a9a410d0e5d3f2a11", "oaid:nosep:lower"),
    ],
)
def test_variants_are_named(text: str, variant: str) -> None:
    """The spelling that matched is named."""
    assert [found.variant for found in in_body(json.dumps({"v": text}))] == [variant]


@pytest.mark.parametrize(
    ("document", "variant"),
    [
        ({"lat": 23.1064, "lng": 113.3245}, "location:lat+lon"),
        ({"p": {"longitude": "113.32451", "latitude": "23.10642"}}, "location:lat+lon"),
        ({"latE6": 23106400, "lngE6": 113324500}, "location:lat+lon"),
        ({"location": "113.3245,23.1064"}, "location:lon,lat"),
        ({"x": "23.1064;113.3245"}, "location:lat,lon"),
        ({"coordinates": [113.3245, 23.1064]}, "location:lon,lat"),
    ],
)
def test_planted_place(document: object, variant: str) -> None:
    """A position within the radius of a planted place is that place, in any order and unit."""
    found = [sighting for sighting in in_body(json.dumps(document)) if sighting.kind == "location"]
    assert [(sighting.identifier, sighting.variant) for sighting in found] == [("location", variant)]


def test_place_outside_the_radius() -> None:
    """A position a kilometre away is a pattern, not the planted place."""
    (found,) = in_body(json.dumps({"lat": 23.1164, "lng": 113.3345}))
    assert (found.match, found.identifier) == (Match.PATTERN, None)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_chinese_charsets(encoding: str) -> None:
    """Chinese text is found in the charsets of older servers."""
    text = "name=小蓝nails" if encoding != "big5" else "name=小藍nails"
    found = in_body(text.encode(encoding))
    assert bool(found) is (encoding != "big5")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_short_chinese_name_in_wide_characters(encoding: str) -> None:
    """Three characters alone, which nothing tells from other bytes; two may stand anywhere by chance."""
    for name, is_found in (("陈思远", True), ("陈思", False)):
        subjects = Subjects(identifiers=(PlantedValue(label="name", kind="user_name", value=name, owner="persona"),))
        by = Detector.build(subjects, KEY, load_identifier_knowledge())
        assert bool(in_body(name.encode(encoding), by=by)) is is_found


def test_checksum_is_of_low_confidence() -> None:
    """CRC32 proves little."""
    (found,) = in_body(json.dumps({"v": f"{zlib.crc32(IMEI.encode()):08x}"}))
    assert (found.confidence, found.encodings) == (Confidence.LOW, ("json", "crc32"))


@pytest.mark.parametrize("kind", ["password", "card"])
def test_secrets_show_only_their_length(kind: str) -> None:
    """Passwords and card numbers are shown as kind and length."""
    (found,) = [sighting for sighting in in_body(json.dumps({"v": PLANTED[kind]})) if sighting.identifier == kind]
    assert found.masked == f"{kind} of {len(PLANTED[kind])} characters"


def test_short_values_are_all_dots() -> None:
    """Below ten characters nothing of a value is shown."""
    (found,) = in_body(json.dumps({"v": "meimei"}))
    assert found.masked == "••••••"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"https://a.example/dev/{IMEI}/x", "https://a.example/dev/35•••••••••••81/x"),
        (f"{IMEI}.t.example.com", "35•••••••••••81.t.example.com"),
        ("/d/00%3A1a%3A7d%3Ada%3A71%3A13/x", "/d/00•••••••••••••13/x"),
        ("/u/lin.mei%40example.org", "/u/li•••••••••••••••rg"),
        ("user other.person@mail.example.com", "user ot" + "•" * 25 + "om"),
        ("/img/logo@2x.png", "/img/logo@2x.png"),
        ("192.168.31.7", "19••••••••.7"),
        ("/v1/orders/20261122001", "/v1/orders/20261122001"),
        ("", ""),
    ],
)
def test_mask_text(text: str, masked: str) -> None:
    """Planted values and checked patterns are masked in hosts, URLs and names; everything else stays."""
    assert detector().mask_text(text) == masked


def test_digest_in_a_url_is_masked() -> None:
    """The plain hash of an IMEI can be turned back, so it is masked too."""
    digest = hashlib.md5(IMEI.encode()).hexdigest()
    assert digest not in detector().mask_text(f"/d/{digest}/x")


@settings(max_examples=200, deadline=None)
@given(before=st.text(max_size=12), kind=st.sampled_from(sorted(set(PLANTED) - {"location"})), after=st.text(max_size=12))
def test_masked_text_never_holds_a_value(before: str, kind: str, after: str) -> None:
    """Whatever stands around a value on its own, the masked text does not hold it."""
    assert PLANTED[kind] not in detector().mask_text(f"{before} {PLANTED[kind]} {after}")


@settings(max_examples=200, deadline=None)
@given(part=st.sampled_from(list(Part)), name=st.text(max_size=10), data=st.binary(max_size=200), tail=st.text(max_size=20))
def test_any_message_gives_sightings(part: Part, name: str, data: bytes, tail: str) -> None:
    """Any bytes beside a planted value: sightings come back, and nothing in them is in the clear."""
    for found in sight(Piece(part, name, data), Piece(Part.QUERY, "", f"a={tail}&i={IMEI}&j=1".encode(errors="replace"))):
        assert IMEI not in repr(found)


def test_nothing_to_look_at() -> None:
    """A message without pieces has no sightings."""
    assert sight() == ()


def test_spaces_that_a_form_within_a_form_wrote_as_plus_signs() -> None:
    """No decoder takes the second plus for a space, so the value is looked for with plus signs as well."""
    (found,) = in_body("x=1&n=6222+0200+0000+0000+009")
    assert (found.identifier, found.encodings) == ("card", ("form",))
    (found,) = in_body(json.dumps({"n": "6222+0200+0000+0000+009"}))
    assert (found.identifier, found.encodings) == ("card", ("json", "plus"))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_keyed_digest_of_an_imei_with_any_software_version(algorithm: str) -> None:
    """The version is not known beforehand: all hundred are looked for, with keys and salts too."""
    text = hmac.new(b"hk", f"{IMEI[:14]}77".encode(), algorithm).hexdigest()
    (found,) = in_body(json.dumps({"v": text}), by=with_secrets())
    assert (found.identifier, found.encodings[-1], found.variant) == ("imei", f"hmac_{algorithm}", "imei:16:77:key")


def test_digest_in_the_other_base64_behind_a_printable_byte() -> None:
    """Where no decoder finds its start, the digest's own needle does, though both alphabets share its first characters."""
    digest = next(
        value for number in range(99) if b"_" in (value := _url_digest(f"{IMEI[:14]}{number:02}"))[12:] and b"_" not in value[:12]
    )
    (found,) = in_body(b"zz" + digest)
    assert found.identifier == "imei"
    assert found.encodings[0].startswith("base64")


def _url_digest(text: str) -> bytes:
    value = base64.urlsafe_b64encode(hashlib.sha512(text.encode()).digest()).rstrip(b"=")
    return b"" if b"-" in value[:12] else value


@pytest.mark.parametrize("form", ["{}", "m={}", "a=1&b={}", "xx:{}"])
def test_a_digest_in_base64_is_told_once(form: str) -> None:
    """Its text and its bytes are both looked for; one value at one place is one sighting."""
    text = base64.b64encode(hashlib.sha256(IMEI.encode()).digest()).decode()
    assert len(in_body(form.format(text))) == len(in_body(json.dumps({"v": form.format(text)}))) == 1


def test_a_message_that_its_reader_unpacked_has_the_word_and_the_place_of_its_packed_bytes() -> None:
    """The chain begins with what the reader took off; the offset is that of the packed run."""
    packed = Piece(Part.BODY, "", json.dumps({"a": 1, "imei": IMEI}).encode(), (Place(0, 12, 60),), ("deflate",))
    (found,) = sight(packed)
    assert (found.encodings, found.path, found.location) == (("deflate", "json"), "$.imei", "packet 12 +60")
    (plain,) = sight(Piece(Part.BODY, "", b"so: " + IMEI.encode(), (Place(0, 12, 60),), ("deflate",)))
    assert (plain.encodings, plain.location) == (("deflate",), "packet 12 +60")


def test_further_places_of_a_planted_value_are_no_values_that_nobody_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one value in very many places the first are told; the others are not told as another's."""
    monkeypatch.setattr(planted, "HITS_OF_ONE", 3)
    found = in_body(json.dumps([{"imei": IMEI}] * 9 + [{"imei": "868030041234566"}]))
    assert {(sighting.identifier, sighting.match) for sighting in found} == {("imei", Match.PLANTED), (None, Match.PATTERN)}
    assert sum(sighting.identifier is None for sighting in found) == 1


def test_a_token_in_a_form_is_read_through_the_form() -> None:
    """The chain and the path begin with the form, not with the token that stands in its text."""
    head, claims = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, {"imei": IMEI})
    )
    (found,) = (one for one in in_body(b"a=1&jws=" + head + b"." + claims + b".x&z=2") if one.identifier)
    assert (found.encodings, found.path) == (("form", "jwt", "json"), "jws.claims.$.imei")


@pytest.mark.parametrize("text", ['$.m["23.1066,113.3244"]', "https://x.example/23.1066%2C113.3244/p", "a/113.3244,23.1066"])
def test_a_planted_place_is_masked_in_paths_and_addresses(text: str) -> None:
    """Both orders, and where percent-encoding hides it."""
    assert "3.1066" not in detector().mask_text(text)
    assert "113.3244" not in detector().mask_text(text)


def test_a_name_of_one_sign_is_masked_where_it_stands_alone() -> None:
    """It is too short to be looked for; shown in an address it would be a clear value all the same. A letter is chance."""
    values = tuple(PlantedValue(label=text, kind="nickname", value=text, owner="persona") for text in ("猫", "a"))
    short = Detector.build(Subjects(identifiers=values), KEY, load_identifier_knowledge())
    assert short.mask_text("https://x.example/u/%E7%8C%AB/p") == "https://x.example/u/•/p"
    assert short.mask_text('$.m["猫"]') == '$.m["•"]'
    assert short.mask_text("https://a.example/u/熊猫/a") == "https://a.example/u/熊猫/a"


@pytest.mark.parametrize(
    "name",
    [
        "{}.t.example.net".format(b"somebody@example.com".hex()),
        "/a/{}/c".format(b64encode(b"somebody@example.com").decode()),
        '$.list[0]["{}"].deep'.format(b64encode(b"at 23.106400,113.324500").decode()),
        "{}.t.example.net".format(b32encode(b"+8613912345678").decode().lower().rstrip("=")),
    ],
)
def test_what_an_encoding_hides_in_a_name_is_masked(name: str) -> None:
    """Patterns and places have no needles in encoded text: a run that is one is opened."""
    masked = detector().mask_text(name)
    assert masked != name


def test_an_encoded_text_without_identifiers_stays() -> None:
    """Not every encoded text is masked."""
    name = f"/a/{b64encode(b'nothing of anybody').decode()}/c"
    assert detector().mask_text(name) == name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("/p/segNail-Demo-7291x/y", "/p/segpassword of 14 charactersx/y"),
        ("/p/x19910407x", "/p/x••••••••x"),
        ("/p/seg" + b64encode(b"cNail-Demo-7291d").decode(), "/p/segY0password of 18 charactersZA=="),
        ("6222021234567890128.t.example.net", "card of 19 characters.t.example.net"),
        ("/user/13912345678/orders", "/user/13•••••••78/orders"),
        ("/user/1391234567812/orders", "/user/1391234567812/orders"),
        ("/f_8613912345678.bin", "/f_86•••••••••78.bin"),
        ("/f_+442079460018x.bin", "/f_+4•••••••••18x.bin"),
        ("pre6222021234567890128post.t.example", "precard of 19 characterspost.t.example"),
        ("/p/NAIL-DEMO-7291/y", "/p/password of 14 characters/y"),
        ("naildemo7291.t.example.net", "password of 12 characters.t.example.net"),
        ("linmeiexampleorg.t.example.net", "li••••••••••••rg.t.example.net"),
        ("352099001761481.354099001761489.example.net", "35•••••••••••81.35•••••••••••89.example.net"),
        ("/p/" + "13912345678"[::-1], "/p/text of 11 characters"),
        ("/p/tk" + b64encode(b"+8613912345678").decode().rstrip("=") + "zz", "/p/text of 23 characters"),
    ],
)
def test_names_show_less_than_sightings_tell(name: str, masked: str) -> None:
    """A long value within a longer word, and numbers that no key names, are no sightings, but are not shown either."""
    assert detector().mask_text(name) == masked


def test_random_names_are_shown() -> None:
    """Digits of one in a thousand pass a check, and readers match flows by these names."""
    rng = random.Random(7)
    names = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(20_000)]
    assert [name for name in names if detector().mask_text(name) != name] == []


def test_planted_values_in_random_names_are_not() -> None:
    """Nor hardware addresses in names that are none: those of version 1 end with one (RFC 9562 section 5.1)."""
    idfv = "3c5ab401-0203-4abc-8def-0123456789ab"
    planted = Detector.build(
        Subjects(identifiers=(PlantedValue(label="v", kind="idfv", value=idfv, owner="phone"),)), KEY, load_identifier_knowledge()
    )
    assert idfv.upper() not in planted.mask_text(f"/v1/{idfv}/x").upper()
    mac = MAC.replace(":", "")
    for name in (f"3c5ab401-0203-4abc-8def-{mac}", f"3c5ab401-0203-11ee-8def-{mac}", "3c5ab401-0203-11ee-8def-3c5ab4010203"):
        assert name.rpartition("-")[2] not in detector().mask_text(name)
