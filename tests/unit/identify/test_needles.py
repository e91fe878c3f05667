"""The byte strings that betray a value."""

import base64
import hashlib
import hmac
from collections.abc import Callable

import pytest

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.identify.needles import ALL_SPELLINGS, Form, Needle, Secrets, needles_of, spellings_hashed
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Match
from tests.unit.identify.sessions import KEY, PLANTED, in_body

IMEI = "352099001761481"
MODEM = {"imei": IMEI, "imsi": "460011234567890"}


def z85(data: bytes) -> bytes:
    """Base85 in the alphabet of ZeroMQ's RFC 32."""
    alphabet = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
    numbers = [int.from_bytes(data[at : at + 4]) for at in range(0, len(data) // 4 * 4, 4)]
    return b"".join(bytes(alphabet[number // 85**power % 85] for power in (4, 3, 2, 1, 0)) for number in numbers)


def needles(kind: str, value: str, secrets: Secrets = Secrets()) -> list[Needle]:  # noqa: B008 - a frozen record
    """All needles of a value."""
    return list(needles_of(0, kind, value, secrets))


@pytest.mark.parametrize("kind", sorted(set(PLANTED) - {"location"}))
def test_no_needle_is_short(kind: str) -> None:
    """Whatever the kind, no needle is short enough to stand everywhere, and each names its variant."""
    for needle in needles(kind, PLANTED[kind]):
        assert len(needle.pattern) >= 4
        assert needle.variant.startswith(kind)
        pattern = needle.pattern.replace(b"-", b"") if needle.form is Form.UUID_DIGEST else needle.pattern
        assert needle.full.lower().startswith(pattern.lower()) or needle.form is Form.HEX_END


def test_short_values_have_no_plain_needle() -> None:
    """Three characters are found in everything."""
    assert [needle for needle in needles("nickname", "mei") if needle.form in (Form.TEXT, Form.EXACT)] == []


def test_digests_in_each_writing() -> None:
    """Hex by start and end, raw, base64 and base64url, the middle of MD5."""
    md5 = hashlib.md5(IMEI.encode()).hexdigest().encode()
    found = {(needle.form, needle.pattern) for needle in needles("imei", IMEI) if needle.words == ("md5",)}
    assert {(Form.HEX_DIGEST, md5[:12]), (Form.HEX_END, md5[-12:]), (Form.RAW_DIGEST, bytes.fromhex(md5[:16].decode()))} <= found
    assert (Form.HEX_MIDDLE, md5[8:24]) in {(needle.form, needle.pattern) for needle in needles("imei", IMEI)}


def test_the_middle_of_a_digest_is_sent_in_base64_too() -> None:
    """The eight bytes, of a plain and a salted MD5."""
    secrets = Secrets(("s",), ("k",))
    plain, salted = hashlib.md5(IMEI.encode()).digest(), hashlib.md5(b"s" + IMEI[:14].encode()).digest()
    found = {(needle.form, needle.full, needle.words) for needle in needles("imei", IMEI, secrets)}
    for digest in (plain, salted):
        middle = base64.b64encode(digest[4:12]).rstrip(b"=")
        assert (Form.BASE64_DIGEST, middle, ("base64", "md5_16")) in found


def test_the_ways_to_write_a_checksum() -> None:
    """In hex, without its zeros as Java's `toHexString` does it, as either kind of number, in base64 and its other alphabet."""
    made = {needle.full for needle in needles("nickname", "salon-mei-12") if needle.words[-1:] == ("crc32",)}
    assert {b"07d8437c", b"7d8437c", b"131613564", b"B9hDfA"} <= made
    made = {needle.full for needle in needles("nickname", "salon-mei-14") if needle.words[-1:] == ("crc32",)}
    assert {b"eebbe649", b"4005291593", b"-289675703"} <= made


@pytest.mark.parametrize(("name", "is_looked_for"), [("md5", True), ("sha256", True), ("sm3", False)])
def test_seldom_spellings_have_the_commonest_salted_digests(name: str, is_looked_for: bool) -> None:
    """A date in words, with a listed salt and with a key."""
    found = {needle.full for needle in needles("birth_date", "1983-06-18", Secrets(("s",), ("k",)))}
    digests = {hashlib.new(name, b"s18 June 1983").hexdigest(), hmac.new(b"k", b"18 June 1983", name).hexdigest()}
    assert all((digest.encode() in found) is is_looked_for for digest in digests)


@pytest.mark.parametrize("name", ["sha224", "sha384", "sha512", "sm3"])
def test_hmac_of_every_algorithm(name: str) -> None:
    """Not only of the three commonest."""
    digits = hmac.new(b"k", IMEI.encode(), name).hexdigest().encode()
    found = {(needle.form, needle.pattern, needle.words) for needle in needles("imei", IMEI, Secrets(hmac_keys=("k",)))}
    assert (Form.HEX_DIGEST, digits[:12], (f"hmac_{name}",)) in found


def test_the_middle_of_a_keyed_md5_is_sent_as_that_of_a_plain_one() -> None:
    secrets = Secrets(hmac_keys=("a key",))
    middle = hmac.new(b"a key", IMEI.encode(), "md5").hexdigest()[8:24].encode()
    found = {(needle.form, needle.pattern, needle.words) for needle in needles_of(0, "imei", IMEI, secrets)}
    assert (Form.HEX_MIDDLE, middle, ("hmac_md5",)) in found


def test_salts_and_keys_add_needles() -> None:
    """What the user lists is hashed with, too."""
    more = needles("imei", IMEI, Secrets(("pepper",), ("key",)))
    assert {"hmac_sha256", "md5"} <= {needle.words[0] for needle in more if needle.variant.endswith((":salt", ":key"))}


@pytest.mark.parametrize("sign", ["", "-", ":", "_", "|", "."])
@pytest.mark.parametrize(
    ("kind", "spelling"),
    [("mac", "02.1A.7D.DA.71.13"), ("mac", "13-71-da-7d-1a-02"), ("phone", "139 0000 0199"), ("birth_date", "07/04/1991")],
)
def test_salts_of_every_usual_spelling(kind: str, spelling: str, sign: str) -> None:
    """Before and behind, with each usual sign, in hex and base64."""
    found = {
        needle.full for needle in needles(kind, PLANTED[kind] if kind != "mac" else "02:1a:7d:da:71:13", Secrets(("pepper",)))
    }
    for text in (f"pepper{sign}{spelling}", f"{spelling}{sign}pepper"):
        assert hashlib.sha224(text.encode()).hexdigest().encode() in found
        assert base64.b64encode(hashlib.md5(text.encode()).digest()).rstrip(b"=") in found


@pytest.mark.parametrize("sign", [":", "|", "-", "_", "."])
def test_salts_apart_of_the_likeliest_spellings(sign: str) -> None:
    """Around the value as well, and raw and cut before, of the spellings that clients use most."""
    found = {(needle.form, needle.full) for needle in needles("imei", IMEI, Secrets(("pepper",)))}
    for text in (f"pepper{sign}{IMEI}", f"{IMEI}{sign}pepper", f"pepper{sign}{IMEI}{sign}pepper"):
        digest = hashlib.sha256(text.encode())
        assert (Form.HEX_DIGEST, digest.hexdigest().encode()) in found
        assert (Form.RAW_DIGEST, digest.digest()) in found
        assert (Form.HEX_END, digest.hexdigest().encode()) in found


@pytest.mark.parametrize("text", ["53029900711684F1", "53029900711684f1", "4906102143658709", "64001132547698F0"])
def test_numbers_of_a_sim_as_a_modem_prints_them(text: str) -> None:
    """Each two digits the other way round, as text."""
    planted = [PlantedValue(label=kind, kind=kind, value=value, owner="phone") for kind, value in MODEM.items()]
    finder = Detector.build(Subjects(identifiers=tuple(planted)), KEY, load_identifier_knowledge())
    (found,) = in_body(f"AT+CRSM: {text},OK", by=finder)
    assert found.match is Match.PLANTED


def test_places_and_pictures_are_not_text() -> None:
    """They are found in other ways."""
    assert needles("location", "1.5,2.5") == needles("image", "a.png") == []


def test_zeros_of_a_hardware_address_are_no_needle() -> None:
    """Their base32 is `AAAAAAAA`, which stands in the base64 of every black picture."""
    stretches = [needle.pattern for needle in needles("mac", "02:00:00:00:00:01") if needle.words == ("base32",)]
    assert stretches
    assert [pattern for pattern in stretches if len(set(pattern)) < 4] == []


@pytest.mark.parametrize("encode", [base64.a85encode, base64.b85encode, z85])
@pytest.mark.parametrize("before", ["", "x", "id", "no="])
def test_base85_wherever_it_starts(encode: Callable[[bytes], bytes], before: str) -> None:
    """Each alphabet, at each of the four offsets."""
    text = encode(f"{before}{IMEI}.....".encode())
    found = {(each.identifier, each.encodings[-1]) for each in in_body(b"\0" + text + b"\0") if each.identifier}
    assert found == {("imei", "base85")}


@pytest.mark.parametrize(("text", "variant"), [(IMEI[::-1], "imei:15:backwards"), ("yva.zrv@rknzcyr.bet", "email:lower:rot13")])
def test_turned_text(text: str, variant: str) -> None:
    """Backwards, and with letters thirteen further."""
    assert [each.variant.replace(":mixed", "") for each in in_body(f'{{"d":"{text}"}}') if each.identifier] == [variant]


def test_many_values_are_hashed_in_fewer_spellings() -> None:
    """A usual list is looked for in all spellings; of thousands of values the likeliest are hashed, and all are found as text."""
    assert spellings_hashed(20, Secrets(("s",), ("k",))) == ALL_SPELLINGS
    assert 1 <= spellings_hashed(5000, Secrets()) < 10
    assert spellings_hashed(10**9, Secrets()) == 1
    few = list(needles_of(0, "mac", "00:1a:7d:da:71:13", Secrets(), hashed=1))
    every = list(needles_of(0, "mac", "00:1a:7d:da:71:13", Secrets()))
    plain = {
        needle.pattern
        for needle in every
        if needle.form in (Form.TEXT, Form.RAW) and not needle.variant.endswith(("backwards", "rot13"))
    }
    assert plain <= {needle.pattern for needle in few}
    assert len(few) < len(every) / 8


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize(("kind", "near"), [("phone", "13900000198"), ("birth_date", "1991-04-06"), ("imei", "352099001761491")])
@pytest.mark.parametrize("coded", [base64.b64encode, base64.b32encode])
def test_a_value_that_differs_in_its_last_sign_is_another(
    before: str, kind: str, near: str, coded: Callable[[bytes], bytes]
) -> None:
    """A stretch of encoded text ends within a character: the next one holds the bits that tell 8 from 9."""
    text = coded(f"{before}{near};more".encode()).decode().rstrip("=")
    assert [each.variant for each in in_body(f"q {text} z") if each.identifier == kind] == []
    told = coded(f"{before}{PLANTED[kind].removeprefix('+86')};more".encode()).decode().rstrip("=")
    assert [each.identifier for each in in_body(f"q {told} z") if each.identifier] == [kind]


@pytest.mark.parametrize("coded", [lambda text: text.encode().hex(), lambda text: text.encode("utf-16-le").decode("latin-1")])
def test_a_part_of_a_longer_number_is_no_value_in_hex_and_wide_text(coded: Callable[[str], str]) -> None:
    """A number at home with another country's code before it is another number."""
    for number, found in (("9913900000199", 0), ("139000001997", 0), ("n13900000199;", 1)):
        told = in_body(b"\x01\x02" + coded(number).encode("latin-1") + b"\xfe")
        assert len([each for each in told if each.identifier == "phone"]) == found
