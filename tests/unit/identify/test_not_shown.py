"""What names, URLs and paths do not show although it is no sighting."""

import base64

import pytest

from auditor.identify.masking import mask
from auditor.identify.not_shown import NotShown
from auditor.model.session import PlantedValue
from tests.unit.identify.sessions import PLANTED, detector


def hidden(text: str, **values: str) -> list[str]:
    """The parts of a text that are not shown, each once."""
    planted = [PlantedValue(label=kind, kind=kind, value=value, owner="phone") for kind, value in values.items()]
    data = text.encode()
    return sorted({data[start:end].decode() for start, end, _ in NotShown(planted).spans(data)})


@pytest.mark.parametrize("kind", ["imei", "mac", "phone", "email", "password", "oaid"])
@pytest.mark.parametrize("before", ["", "x", "xy"])
def test_base64_in_one_case(kind: str, before: str) -> None:
    """A host name's small letters: wherever the value stands in what was encoded, the whole label is hidden."""
    label = base64.urlsafe_b64encode(f"{before}{PLANTED[kind]}.".encode()).decode().rstrip("=").lower()
    assert detector().mask_text(f"{label}.t.example.org").endswith(".t.example.org")
    assert label[4:-4] not in detector().mask_text(f"{label}.t.example.org")
    assert label[:12] not in detector().mask_text(f"https://a.example.org/{label}/x")


def test_names_of_no_value_stay() -> None:
    """Long labels of letters are common."""
    for name in (
        "mznmmdk5mdaxnzyxndg0.t.example.org",
        "edge-chat.internet-telecom.example.org",
        "d3g9o9u8re44ak.cloudfront.example",
    ):
        assert detector().mask_text(name) == name


def test_a_password_in_another_case_and_one_sign_alone() -> None:
    """The password anywhere, the sign only where it is a whole part."""
    assert hidden("NAIL-DEMO-7291.example.org", password="Nail-Demo-7291") == ["NAIL-DEMO-7291"]
    assert hidden("/u/蓝/x", nickname="蓝") == ["蓝"]
    assert hidden("/u/蓝天/x", nickname="蓝") == []


@pytest.mark.parametrize("part", ["Mei#82", "mei#82", "28#ieM", "4d6569233832", "TWVpIzgy", "twvpizgy"])
def test_short_values_as_whole_parts_in_any_case(part: str) -> None:
    """Plain, backwards, in hex and in base64: too short to be looked for in encodings, and to be hidden within words."""
    assert hidden(f"https://a.example/{part}/x", password="Mei#82") == [part]
    assert hidden(f"{part}.t.example.org", password="Mei#82") == [part]
    assert hidden(f"https://a.example/x{part}x/x", password="Mei#82") == []


def test_of_a_short_value_in_an_encoding_nothing_is_shown() -> None:
    """The first two digits of its hex are its first character."""
    found = NotShown([PlantedValue(label="x", kind="password", value="Mei#82", owner="phone")]).spans(b"/u/4d6569233832")
    assert [mask(kind, "4d6569233832") for _, _, kind in found] == ["text of 12 characters"]


def test_without_values_nothing_is_hidden() -> None:
    """Nor where they are too short to make a stretch."""
    assert hidden("bwvp.example.org") == []
    assert hidden("bwvp.example.org", nickname="mei") == []
