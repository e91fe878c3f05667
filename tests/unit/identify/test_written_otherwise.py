"""Values in names whatever stands between their letters, also cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.written_otherwise import WrittenOtherwise
from auditor.model.session import PlantedValue


def hidden(text: str, *values: tuple[str, str]) -> list[str]:
    """The parts of a text that are not shown, each once."""
    planted = [PlantedValue(label=kind, kind=kind, value=value, owner="phone") for kind, value in values]
    data = text.encode()
    return sorted({data[start:end].decode() for start, end, _ in WrittenOtherwise(planted).spans(data)})


@pytest.mark.parametrize(
    ("kind", "value", "text", "part"),
    [
        ("email", "lin.mei_77@example.org", "lin-mei-77-example-org.api.example.com", "lin-mei-77-example-org"),
        ("postal_address", "12 Example Lane, Demo District", "12-example-lane-demo-district.t.example.com",
         "12-example-lane-demo-district"),
        ("password", "Nail#7291pass", "com.nail-7291pass.app", "nail-7291pass"),
        ("nickname", "Salon美Keeper", "salon-keeper.t.example.com", "salon-keeper"),
        ("imei", "352099001761481", "3520-9900-1761-481.t.example.com", "3520-9900-1761-481"),
        ("phone", "+8613900000199", "139.0000.0199.t.example.com", "139.0000.0199"),
        ("location", "23.106400,113.324500,500", "23-106400-113-324500.t.example.com", "23-106400-113-324500"),
    ],
)  # fmt: skip
def test_signs_that_stand_for_others(kind: str, value: str, text: str, part: str) -> None:
    """As a label of a host name or the name of an app has them."""
    assert part in hidden(text, (kind, value))


def test_a_value_that_was_cut() -> None:
    """Four fifths of it betray it, from its beginning or its end; half of it is a common part."""
    token = "04f1c0de5e9a7b36d2184fb07ce6a951"
    assert hidden(f"content-encoding {token[:26]}", ("push_token", token)) == [token[:26]]
    assert hidden(f"x-{token[6:]}.example.com", ("push_token", token)) == [token[6:]]
    assert hidden(f"{token[:16]}.example.com", ("push_token", token)) == []


def test_texts_that_are_looked_through_together_have_nothing_in_common() -> None:
    """The bytes between them are no signs of a value."""
    assert hidden("lin.mei.exa\0\0mple.org", ("email", "lin.mei@example.org")) == []


def test_short_values_and_strangers_stay() -> None:
    """Eight letters are looked for, and a device of the same maker is another one."""
    assert hidden("mei-7.example.com", ("nickname", "mei7")) == []
    assert hidden("35-209900-999999.example.com", ("imei", "352099001761481")) == []
    assert hidden("anything.example.com") == []


@given(st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_any_text_is_read(text: str, value: str) -> None:
    """Spans lie within the text, whatever it is and whatever was planted."""
    planted = [PlantedValue(label="x", kind="other", value=value, owner="phone")]
    data = text.encode(errors="replace")
    assert all(0 <= start < end <= len(data) for start, end, _ in WrittenOtherwise(planted).spans(data))


def test_parts_of_a_path_are_words_of_their_own() -> None:
    """A client's name is made of what its topic holds one behind the other; the serial number is hidden as itself."""
    client = ("other", "a1o2demo001.V11DEMO004711")
    assert hidden("/sys/a1o2demo001/V11DEMO004711/thing/event", client) == []
    assert hidden("/sys/a1o2demo001-V11DEMO004711/thing/event", client) == ["a1o2demo001-V11DEMO004711"]
