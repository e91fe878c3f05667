"""The inventory: what is planted, what patterns and names show, and nothing twice."""

import json

from auditor.identify.learned import FOUND, FRAMES
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Direction, Part
from auditor.redact.inventory import MOST, Inventory, chosen
from tests.unit.redact.people import KNOWLEDGE, VALUES, pseudonyms, subjects

PLANTED = subjects({kind: VALUES[kind] for kind in ("imei", "email", "serial")})


def taken(*bodies: object, headers: dict[str, str] | None = None) -> Inventory:
    """The inventory after these bodies."""
    inventory = Inventory(PLANTED, KNOWLEDGE)
    for body in bodies:
        pieces = [Piece(Part.HEADER, name, value.encode()) for name, value in (headers or {}).items()]
        pieces.append(Piece(Part.BODY, "body", json.dumps(body).encode()))
        inventory.listen(
            Message(flow_id="f", number=0, direction=Direction.UP, at=None, host="h", protocol="http", pieces=tuple(pieces))
        )
    return inventory


def found(inventory: Inventory) -> set[tuple[str, str]]:
    return {(entry.kind, entry.value) for entry in inventory.subjects().identifiers if entry.owner in (FOUND, FRAMES)}


def test_values_that_patterns_and_names_show_are_added_once() -> None:
    """Under labels of their own, behind the planted ones."""
    inventory = taken({"mail": "guest@shop.example", "password": "correct horse"}, {"email": "guest@shop.example"})
    assert found(inventory) == {("email", "guest@shop.example"), ("password", "correct horse")}
    labels = [entry.label for entry in inventory.subjects().identifiers]
    assert labels[:3] == ["imei", "email", "serial"]
    assert len(set(labels)) == len(labels)


def test_what_holds_a_planted_value_is_rewritten_and_not_replaced() -> None:
    """A user name with a serial number in it."""
    assert found(taken({"user_name": f"{VALUES['serial']}&product"})) == set()


def test_a_short_value_that_only_a_name_shows_is_passed_over_and_counted() -> None:
    """It would be replaced in words that have nothing to do with it."""
    inventory = taken({"password": "1234"}, {"password": "letmein"})
    assert found(inventory) == set()
    assert inventory.passed_over == {"password": 2}


def test_words_of_session_files_are_passed_over() -> None:
    """`kind = "postal_address"` stands in every redacted session: a network of that name would never be gone from it."""
    inventory = taken({"ssid": "postal_address"}, {"nickname": "Before_Consent"}, {"nickname": "before_noon_salon"})
    assert found(inventory) == {("nickname", "before_noon_salon")}
    assert inventory.passed_over == {"ssid": 1, "nickname": 1}


def test_of_a_signed_token_only_the_signature_is_taken() -> None:
    """What it says is rewritten from within."""
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJndWVzdCJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
    values = {value for kind, value in found(taken({"x": token})) if kind == "token"}
    assert values == {"c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"}


def test_positions_that_keys_name_are_places() -> None:
    """With a small radius."""
    assert ("location", "31.2304,121.4737,60") in found(taken({"latitude": 31.230416, "longitude": 121.473701}))


def test_hardware_addresses_of_frames_are_added() -> None:
    """By those who read the frames."""
    inventory = Inventory(PLANTED, KNOWLEDGE)
    inventory.add("mac", "02:00:00:00:00:01", FRAMES)
    assert found(inventory) == {("mac", "02:00:00:00:00:01")}


def test_there_is_a_limit() -> None:
    """A capture of somebody else's data centre is no test session."""
    import pytest

    from auditor.errors import UsageError

    inventory = Inventory(PLANTED, KNOWLEDGE)
    with pytest.raises(UsageError, match="different identifiers"):
        for number in range(MOST + 1):
            inventory.add("email", f"guest{number}@shop.example")


def test_pseudonyms_take_the_places_of_the_values() -> None:
    """Labels, kinds and owners stay."""
    made = chosen(PLANTED, pseudonyms(PLANTED))
    assert [(entry.label, entry.kind, entry.owner) for entry in made.identifiers] == [
        (entry.label, entry.kind, entry.owner) for entry in PLANTED.identifiers
    ]
    assert not {entry.value for entry in made.identifiers} & {entry.value for entry in PLANTED.identifiers}


def test_a_value_that_is_planted_is_not_found_again() -> None:
    """Another kind or spelling of it neither."""
    subject = Subjects(identifiers=(PlantedValue(label="m", kind="bssid", value="00:00:5e:00:53:01", owner="phone"),))
    inventory = Inventory(subject, KNOWLEDGE)
    inventory.add("mac", "00005e005301", FRAMES)
    assert found(inventory) == set()
