"""Lines of a journal, sound, strange and hostile, as events."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.live.events import LONGEST_LIST, LONGEST_TEXT, Event, read_event


def _line(**facts: object) -> bytes:
    return orjson.dumps({"recorder": "app-1", "n": 0, "kind": "flow", "at": "2026-11-22T10:00:00.000000000Z", **facts})


def test_a_flow_record_keeps_what_a_view_shows() -> None:
    event = read_event(_line(flow_id="f1", host="api.o2nails.com", port=443, relation="first_party", state="begun"))
    assert event == Event(
        recorder="app-1",
        kind="flow",
        at="2026-11-22T10:00:00.000000000Z",
        flow_id="f1",
        host="api.o2nails.com",
        port=443,
        relation="first_party",
        state="begun",
    )


@pytest.mark.parametrize(
    ("facts", "field", "value"),
    [
        ({"flow": "f2"}, "flow_id", "f2"),
        ({"identifier_kind": "imei"}, "ident_kind", "imei"),
        ({"what": "tapped"}, "text", "tapped"),
        ({"dropped": 7}, "lost", 7),
    ],
)
def test_other_names_of_a_field_are_understood(facts: dict[str, object], field: str, value: object) -> None:
    assert getattr(read_event(_line(**facts)), field) == value


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b'"text"', b'{"kind":1}', b'{"n":1}', b"\x18", b"\xff\xfe"])
def test_what_is_no_record_is_none(line: bytes) -> None:
    assert read_event(line) is None


@pytest.mark.parametrize("value", [1.5, True, None, {}, [], "x" * 3, 1 << 80])
def test_a_field_of_another_type_is_not_known(value: object) -> None:
    event = read_event(
        _line(port=value, hosts=value) if value != 1 << 80 else _line().replace(b'"n":0', b'"port":99999999999999999999')
    )
    assert event is not None
    assert event.port is None
    assert event.hosts == ()


def test_captured_text_cannot_steer_a_terminal_and_has_a_bound() -> None:
    event = read_event(_line(host="\x1b]0;x\x07\u202eevil", service="s" * 9000, hosts=["h\x00"] * 99))
    assert event is not None
    assert event.host == "\\x1b]0;x\\x07\\u202eevil"
    assert len(event.service or "") == LONGEST_TEXT
    assert event.hosts == ("h\\x00",) * LONGEST_LIST


@given(st.binary(max_size=300))
def test_any_bytes_give_an_event_or_nothing(data: bytes) -> None:
    assert read_event(data) is None or isinstance(read_event(data), Event)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = st.sampled_from(["kind", "host", "port", "hosts", "bytes_up", "recorder", "at", "flow", "state", "masked"])


@given(st.dictionaries(_FIELDS, _JSON, max_size=8))
def test_any_object_gives_printable_texts(record: dict[str, object]) -> None:
    try:
        line = orjson.dumps(record)
    except TypeError:
        return
    event = read_event(line)
    if event is not None:
        texts = (event.host, event.flow_id, event.state, event.masked, *event.hosts)
        assert not any("\x1b" in text or "\n" in text for text in texts if text)
