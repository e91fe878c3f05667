"""Hits of planted values: one for each value and place, the one that explains it best."""

import base64
import hashlib
import json
import time
import uuid

import pytest

from auditor import triage_code
from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.identify.needles import ALL_SPELLINGS, Secrets
from auditor.identify.planted import hashed_spellings
from auditor.model.session import PlantedValue, Subjects
from tests.unit.identify.sessions import IMEI, KEY, MAC, in_body


def seen(body: bytes | str) -> list[tuple[str | None, str, tuple[str, ...], str]]:
    """Label, path, chain and variant of each sighting."""
    return [(each.identifier, each.path, each.encodings, each.variant) for each in in_body(body) if each.identifier]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (json.dumps({"a": IMEI, "b": IMEI}), [("imei", "$.a"), ("imei", "$.b")]),
        (json.dumps({"a": f"{IMEI} {IMEI}"}), [("imei", "$.a"), ("imei", "$.a")]),
        (json.dumps({"a": {"imei": IMEI, "mac": MAC}}), [("imei", "$.a.imei"), ("mac", "$.a.mac")]),
        (json.dumps({"a": IMEI, IMEI: 1}), [("imei", "$.a"), ("imei", "$")]),
        (json.dumps({"a": json.dumps({"b": IMEI})}), [("imei", "$.a.$.b")]),
    ],
)
def test_one_for_each_place(body: str, found: list[tuple[str, str]]) -> None:
    """Values, values twice, several kinds, names, documents in documents."""
    assert [(label, path) for label, path, _, _ in seen(body)] == found


@pytest.mark.parametrize("value", [IMEI, "3520", "c%3A1"])
@pytest.mark.parametrize("with_code", [False, True])
def test_a_name_is_told_by_its_document(value: str, with_code: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a value of the format, also where machine code keeps what it may be in base64."""
    if with_code:
        monkeypatch.setattr(triage_code, "MUCH", 0)
        monkeypatch.setattr(triage_code, "VERY_MUCH", 0)
        triage_code.prepare()
    name = f"Ab{IMEI}yZ" if value == "3520" else value
    told = seen(json.dumps({"devices": {name: 1, f"tk_{IMEI}": {"a": "some other text to look at"}}}))
    assert {(label, path, chain) for label, path, chain, _ in told} <= {("imei", "$", ("json",))}
    assert told


@pytest.mark.parametrize(
    ("body", "chain"),
    [
        (f"mac={MAC.replace(':', '%3A')}", ("form",)),
        (f"imei={IMEI}%20", ("form",)),
        (f"k={base64.b64encode(IMEI.encode()).decode().replace('=', '%3D')}%3D", ("form", "base64")),
        (f"k=a%3Dv%26imei%3D{IMEI}", ("form", "form")),
    ],
)
def test_a_form_of_one_pair_is_no_text_in_percent_too(body: str, chain: tuple[str, ...]) -> None:
    assert [found for _, _, found, _ in seen(body)] == [chain]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("value", [f"{IMEI}", MAC, "+8613900000199"])
@pytest.mark.parametrize("cut", [None, 30])
def test_the_alphabet_of_a_digest_is_that_of_all_its_signs(algorithm: str, value: str, cut: int | None) -> None:
    """A needle is only its beginning."""
    text = base64.urlsafe_b64encode(hashlib.new(algorithm, value.encode()).digest()).decode().rstrip("=")[:cut]
    word = "base64url" if {*"-_"} & {*text} else "base64"
    for body in (json.dumps({"h": text}), f"h={text}", text):
        assert [chain[-2:] for _, _, chain, _ in seen(body)] in ([(word, algorithm)], [])
    assert seen(json.dumps({"h": text}))


def test_decoded_goes_before_encoded() -> None:
    """A value that was decoded is not told again as a stretch of encoded text."""
    ((_, _, chain, _),) = seen(json.dumps({"d": base64.b64encode(f"id {IMEI}".encode()).decode()}))
    assert chain == ("json", "base64")


def test_the_longest_reading_counts() -> None:
    """A number with its country code is not told again without."""
    ((_, _, _, variant),) = seen("tel: +8613900000199 ;")
    assert variant == "phone:e164"


def test_a_whole_digest_is_one_sighting() -> None:
    """Its start and its end are no sightings of their own, nor its middle."""
    ((_, _, chain, variant),) = seen(json.dumps({"h": hashlib.md5(IMEI.encode()).hexdigest()}))
    assert (chain, variant) == (("json", "md5"), "imei:15")


@pytest.mark.parametrize(
    ("part", "variant"), [(slice(0, 20), "imei:15:first20"), (slice(12, 32), "imei:15:last20"), (slice(8, 24), "imei:15")]
)
def test_cut_digests(part: slice, variant: str) -> None:
    """The start, the end and the middle sixteen, each where it stands alone."""
    assert seen(json.dumps({"h": hashlib.md5(IMEI.encode()).hexdigest()[part]}))[0][3] == variant


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("version", [None, 3, 5])
@pytest.mark.parametrize("sign", ["-", ""])
def test_a_digest_as_a_uuid(name: str, version: int | None, sign: str) -> None:
    """Java's `nameUUIDFromBytes` and its like: sixteen bytes of a digest, version and variant written over them."""
    made = uuid.UUID(bytes=hashlib.new(name, IMEI.encode()).digest()[:16], version=version)
    ((_, _, chain, variant),) = seen(json.dumps({"id": str(made).replace("-", sign).upper()}))
    assert chain == ("json", name)
    assert variant in ("imei:15:uuid", "imei:15", "imei:15:first32")


def test_another_uuid_is_no_digest() -> None:
    """All other digits are those of the digest."""
    digits = hashlib.md5(IMEI.encode()).hexdigest()
    for other in (f"{digits[:17]}{'000' if digits[17:20] != '000' else '111'}", digits[:20]):
        made = str(uuid.UUID(other.ljust(32, "0")))
        assert not seen(json.dumps({"id": made}))


def test_many_hits_cost_no_more_than_their_number() -> None:
    """Ten times as many of one value in one text take about ten times as long, not a hundred times."""

    def spent(count: int) -> float:
        start = time.process_time()
        assert len(seen(f"{IMEI} " * count)) == count
        return time.process_time() - start

    assert spent(4_000) < 60 * max(spent(400), 0.005)


def test_an_imei_with_a_wrong_check_digit_is_found_by_its_digest() -> None:
    """Emulators and cloned phones have such numbers; the digest that they send is of what they have."""
    subjects = Subjects(identifiers=(PlantedValue(label="odd", kind="imei", value="867530041234563", owner="phone"),))
    by = Detector.build(subjects, KEY, load_identifier_knowledge())
    digest = hashlib.sha256(b"867530041234563").hexdigest()
    assert [sighting.identifier for sighting in in_body(f'{{"d":"{digest}"}}', by=by)] == ["odd"]


@pytest.mark.parametrize("owner", ["learned", "found", "frames"])
def test_learned_values_take_nothing_away_from_listed_ones(owner: str) -> None:
    """A capture that shows a hundred addresses leaves all digests of what the user listed; so does what a redaction finds."""
    listed = PlantedValue(label="mac", kind="mac", value=MAC, owner="phone")
    learned = tuple(
        PlantedValue(label=f"learned-ip-{number}", kind="ip", value=f"10.0.0.{number}", owner=owner) for number in range(200)
    )
    secrets = Secrets(("a", "b", "c"), ("k",))
    assert hashed_spellings((listed, *learned), secrets)[0] == hashed_spellings((listed,), secrets)[0] == ALL_SPELLINGS
    assert hashed_spellings((listed, *learned), secrets)[1] < ALL_SPELLINGS
