"""What stands behind a head that nobody knows: only what proves itself."""

import base64
import gzip
import json
import plistlib
import zlib
from random import Random

import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.framed import Framed
from auditor.decode.limits import OverLimitError
from auditor.decode.message import decode
from tests.unit.decode.messages import body, read, values

HEAD = b"\x01\x02HLO\0\x2a"
DOCUMENT = json.dumps({"d": json.dumps({"imei": "352099001761481", "名": "小蓝"})}).encode()


@pytest.mark.parametrize(
    "run",
    [
        gzip.compress(DOCUMENT, mtime=0),
        gzip.compress(DOCUMENT * 900, mtime=0),
        zlib.compress(DOCUMENT),
        zstandard.compress(DOCUMENT),
        lz4.frame.compress(DOCUMENT),
        plistlib.dumps({"d": "352099001761481"}, fmt=plistlib.FMT_BINARY),
        DOCUMENT,
        b"[[352099001761481]]",
        b"<?xml version='1.0'?><imei>352099001761481</imei>",
    ],
)
def test_behind_a_head(run: bytes) -> None:
    """A run of each kind is found whole, and its values with it."""
    assert (values(Framed(), HEAD + run) or [])[0] == run
    assert any(b"352099001761481" in value for _, value, words in read(HEAD + run) if words)


def test_documents_one_after_another() -> None:
    """Each document ends before the next head."""
    assert values(Framed(), HEAD + b'{"a":"bc"}' + HEAD + b'{"d":"ef"}\xff') == [b'{"a":"bc"}', b'{"d":"ef"}']


def test_runs_of_text_in_a_small_message() -> None:
    """Base64 of bytes is a value of its own between a head and a tail; words beside a document are no second document."""
    packed = base64.b64encode(gzip.compress(b"352099001761481", mtime=0))
    assert (values(Framed(), HEAD + b"\0" + packed + b"\0\xff") or [])[0] == packed
    assert values(Framed(), b"\0\1" + bytes([len(packed)]) + packed + b"\0\xff") == [packed]
    assert any(value == b"352099001761481" for _, value, _ in read(HEAD + b"\0" + packed + b"\0\xff"))
    assert values(Framed(), HEAD + b'a long word before {"a":"bc"}' + HEAD) == [b'{"a":"bc"}']
    assert values(Framed(), HEAD + bytes(2048) + packed) is None


@pytest.mark.parametrize("letters", ["", "X", "eY", "zQ9"])
def test_base64_behind_letters_of_a_head(letters: str) -> None:
    """Bytes of a head may be printable: the base64 of text behind them is cut where it gives text."""
    coded = base64.urlsafe_b64encode(DOCUMENT).rstrip(b"=")
    assert coded in (values(Framed(), b"\x10\x02\x99" + letters.encode() + coded) or [])


@pytest.mark.parametrize(
    "data",
    [
        HEAD,
        HEAD + b"\x1f\x8b\x08 a magic number",
        HEAD + b"x\x9c the like",
        HEAD + b"\x28\xb5\x2f\xfd\xff\xff\xff",
        HEAD + b"\x04\x22\x4d\x18\xff\xff\xff",
        HEAD + b'{"a',
        HEAD + b"{}}}}}}}",
        DOCUMENT,
        HEAD + gzip.compress(b"a" * 99, mtime=0)[:-9],
    ],
)
def test_no_proof(data: bytes) -> None:
    """What only begins so is left alone: the value is searched as it stands."""
    assert values(Framed(), data) is None


def test_decoys_hide_nothing() -> None:
    """Behind many beginnings that are none a run is found; of text with too many of them that is said."""
    text, run = b"some text and more text, some text and more text\0", zlib.compress(DOCUMENT)
    assert run in (values(Framed(), (text + b"x\x9cabcdefg [[ ") * 90 + run) or [])
    assert decode(body((text + b"x\x9cabcdefg ") * 1_100 + run)).unread == ("request body: more than 1000 beginnings of formats",)
    assert "more than 1000 beginnings of formats" in str(decode(body(HEAD + b"{[" * 700_000 + b"\0" + run)).unread)


def test_documents_without_end() -> None:
    """Two hundred records with a document each are as many documents."""
    record = b'\0\0\0\x0b{"a":"bcd"}'
    assert values(Framed(), record * 200) == [b'{"a":"bcd"}'] * 200


def test_noise_shows_nothing() -> None:
    """Ciphertext of a megabyte holds no run by chance."""
    assert not values(Framed(), Random(4).randbytes(1 << 20))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"\x1f\x8b\x08", b"x\x9c", b'{"', b"PK\3\4", b"\x28\xb5\x2f\xfd"]),
    st.binary(max_size=99),
)
def test_any_bytes(head: bytes, magic: bytes, rest: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Framed(), head + magic + rest)
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
