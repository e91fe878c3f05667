"""Machine code for documents: when it is made, who does without it, and that both find the same."""

import base64
import json
import random
from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

import msgpack
import pytest

from auditor import triage_code
from auditor.decode import triage
from auditor.model.content import Field
from tests.benchmarks.realistic import realistic_body
from tests.unit.decode.messages import body, each


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[triage._Engine]:
    """A fresh one."""
    made = triage._Engine()
    monkeypatch.setattr(triage, "_engine", made)
    yield made


@pytest.fixture
def compiled(engine: triage._Engine, monkeypatch: pytest.MonkeyPatch) -> triage._Engine:
    """The machine code from the first byte on."""
    monkeypatch.setattr(triage_code, "MUCH", 0)
    monkeypatch.setattr(triage_code, "VERY_MUCH", 0)
    triage_code.prepare()
    return engine


def values(data: bytes) -> set[tuple[str, bytes, tuple[str, ...]]]:
    from auditor.decode.message import decode

    def is_told(field: Field) -> bool:
        return field.leaves is None and len(field.value) > 2 and not (field.encodings == ("json",) and field.path == "$")

    return {(field.path, field.value, field.encodings) for field in each(decode(body(data))) if is_told(field)}


DOCUMENTS = [realistic_body(random.Random(seed), 6000) for seed in range(6)]


def word(rng: random.Random) -> str:
    raw = rng.randbytes(rng.choice((4, 6, 9, 12, 16, 20, 31)))
    text = rng.choice((b"13800138000", b"imei=352099001761481", b'{"a":"b1234567"}', "张三".encode(), b"hello world 123"))
    return rng.choice(
        (
            base64.b64encode(raw).decode(),
            base64.urlsafe_b64encode(raw).decode().rstrip("="),
            raw.hex(),
            base64.b64encode(text).decode(),
            text.hex().upper(),
            base64.b32encode(text).decode(),
            text.decode(),
            "".join(rng.choice('abcXYZ019+/-_=%&;#?:."\\[]{}()，１\u200b') for _ in range(rng.randint(1, 30))),
        )
    )


def value(rng: random.Random) -> str:
    pairs = "&".join(f"{rng.choice(('a', 'imei', 'deviceIdentifier'))}={word(rng)}" for _ in range(rng.randint(1, 3)))
    return rng.choice(
        (
            word(rng),
            " ".join(word(rng) for _ in range(rng.randint(1, 5))),
            f"https://h.example.com/{word(rng)}/{word(rng)}?{pairs}",
            f"/{word(rng)}?{pairs}#{word(rng)}",
            f"{word(rng)}{rng.choice('._/,:')}{word(rng)}",
        )
    )


def document(seed: int) -> bytes:
    rng = random.Random(seed)
    made = {word(rng) if rng.random() < 0.2 else f"k{number}": value(rng) for number in range(40)}
    data = json.dumps(made, ensure_ascii=rng.random() < 0.4).encode()
    return data.replace(b"/", b"\\/") if rng.random() < 0.3 else data


def form(rng: random.Random) -> bytes:
    return urlencode([(rng.choice(("imei", "k", word(rng))), value(rng)) for _ in range(40)]).encode()


def xml(rng: random.Random) -> bytes:
    texts = [escape(value(rng).replace("\0", "")) for _ in range(40)]
    return ("<a>" + "".join(f'<b id="{text}">{text}</b>' for text in texts) + "</a>").encode()


def table(rng: random.Random) -> bytes:
    rows = [",".join(value(rng).replace('"', "").replace(",", ";") for _ in range(3)) for _ in range(20)]
    return "\n".join(["a,imei,c", *rows]).encode()


def packed(rng: random.Random) -> bytes:
    data: bytes = msgpack.packb({f"k{number}": rng.choice((value(rng), rng.randbytes(12))) for number in range(40)})
    return data


OTHERS = [make(random.Random(seed)) for seed in range(12) for make in (form, xml, table, packed)]


@pytest.mark.parametrize("data", [*DOCUMENTS, *map(document, range(60)), *OTHERS])
def test_both_find_the_same(data: bytes, compiled: triage._Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    found = values(data)
    assert compiled.doors is not None
    monkeypatch.setattr("auditor.decode.json_leaves.triaged", lambda data, strings: None)
    monkeypatch.setattr("auditor.decode.listed_values.triaged_values", lambda joined, starts: None)
    assert values(data) - found == set()


def test_few_fields_are_made_of_real_documents(compiled: triage._Engine) -> None:
    from auditor.decode.message import decode

    assert len(decode(body(DOCUMENTS[0])).fields) < 20
    assert len(values(DOCUMENTS[0])) > 150


def test_it_is_made_when_there_was_much(engine: triage._Engine) -> None:
    asked: list[int] = []

    def make(seen: int) -> triage.Doors | None:
        asked.append(seen)
        return triage.Doors(lambda *_: -1, lambda *_: -1, lambda *_: -1) if seen > 3000 else None

    triage.use(make, 1000)
    for _ in range(50):
        assert triage.triaged(b" " * 100, 0) is None
    assert asked == [1000, 2000, 4000]
    assert engine.doors is not None


def test_a_busy_engine_is_not_waited_for(compiled: triage._Engine) -> None:
    assert triage.triaged(DOCUMENTS[0], 0) is None  # not so many strings: something else was counted
    with compiled.lock:
        assert triage.triaged(DOCUMENTS[0], 1) is None


def test_nothing_is_made_of_small_documents(engine: triage._Engine) -> None:
    triage.use(lambda seen: pytest.fail("asked"), 0)
    assert triage.triaged(b'{"a":1}', 1) is None


def test_large_documents_have_room_of_their_own(compiled: triage._Engine) -> None:
    data = json.dumps([f"value {number} and ProductCardLarge" for number in range(20_000)]).encode()
    known = triage.triaged(data, 20_000)
    assert known is not None
    assert known.opened == []
