import base64
import plistlib
import random
import time
import zlib

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import base64_text
from auditor.decode.base64_text import Base64
from auditor.decode.limits import Budget, Limits
from tests.unit.decode.messages import read, values


def test_the_part_of_a_run_before_a_plus_is_no_value_of_its_own() -> None:
    """Compressed data in base64 whose first run of URL-safe letters would be a stream that is cut short."""
    text = b"eNoNyjsOgCAQBcC7vNol8ne5DexiNBYmWhLurlPPwNGr9gdl4K6noiCp7SzsKTdbKexBiMV7iuokSWy5uw0LXr3+zCaZFXN+ALkUEA=="
    assert zlib.decompress(base64.b64decode(text)).startswith(b'{"header"')
    found = Base64().open(text, Budget(Limits()))
    assert found is not None
    assert [inner.value for inner in found.inners] == [base64.b64decode(text)]


def test_part_of_a_text_is_no_value_of_its_own() -> None:
    """Behind a plus or a slash of base64 that holds text nothing is decoded again; behind a slash of a path it is."""
    text = base64.b64encode("imei?352099001761481?ÿ?352099001761481>".encode())
    assert b"/" in text or b"+" in text
    opened = Base64().open(b"x=" + text, Budget(Limits()))
    assert opened
    assert len(list(opened.inners)) == 1
    path = b"/v1/device/" + base64.b64encode(b"imei 352099001761481")
    assert any(inner.value == b"imei 352099001761481" for inner in getattr(Base64().open(path, Budget(Limits())), "inners", ()))


@pytest.mark.parametrize("text", [b'<r><dev id="35209900176148"/></r>', b'<?><?><dev id="35209900176148"/></r>'])
def test_a_sign_of_the_other_alphabet_that_comes_early(text: bytes) -> None:
    """What stands behind it is a part of the same text; a mark before base64 stays one."""
    coded = base64.urlsafe_b64encode(text).rstrip(b"=")
    assert coded.find(b"-") < 8 or coded.find(b"_") < 8
    assert values(Base64(), coded) == values(Base64(), b"x=" + coded) == [text]
    assert b"imei 352099001761481" in (values(Base64(), b"tok_" + base64.b64encode(b"imei 352099001761481")) or [])


def test_long_noise_is_said_and_not_cut_to_pieces() -> None:
    """Ciphertext in base64, with more text beside it: no part of it is a value, and that it was not read is said."""
    noise = base64.b64encode(random.Random(1).randbytes(90_000))
    found = Base64().open(b"x " + noise + b"_Zm9v aW1laSAzNTIwOTkwMDE3NjE0ODE=", Budget(Limits()))
    assert found is not None
    assert [inner.value for inner in found.inners] == [b"imei 352099001761481"]
    assert found.cut == "looks encrypted or packed, 90000 bytes"


@pytest.mark.parametrize("size", range(61, 175, 3))
def test_folded_bytes_are_a_whole_value_however_long_the_last_line_is(size: int) -> None:
    """Lines of 76 characters, and a line's end behind the last one."""
    packed = bytes([0xA1, 0x61, 0x76, 0x58, size]) + bytes(0x80 + at % 0x7F for at in range(size))
    found = Base64().open(base64.encodebytes(packed), Budget(Limits()))
    assert found is not None
    assert packed in [inner.value for inner in found.inners]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_folded_bytes_within_a_text_are_a_value(end: bytes) -> None:
    """Lines of one length are one value of any bytes; lines of several lengths may be paths and must hold something."""
    packed = b"\xa1\x61v\x58\x40" + bytes(0x80 + at % 0x7F for at in range(64))
    lines = base64.encodebytes(packed).strip().replace(b"\n", end)
    assert packed in (values(Base64(), b"VALUES (1, '" + lines + b"')") or [])
    paths = end.join(b"at/com/example/nail/screens/login/LoginScreen/run" + b"Later" * at for at in (0, 2, 1))
    assert not any(len(value) > 64 for value in values(Base64(), b"x " + paths + end + b"end") or [])


def test_base64url_whose_second_half_is_no_text_is_read_to_its_end() -> None:
    """A property list goes on behind the first dash of the alphabet."""
    packed = plistlib.dumps({"a": "小蓝?>" * 9, "imei": "352099001761481"}, fmt=plistlib.FMT_BINARY)
    coded = base64.urlsafe_b64encode(packed).rstrip(b"=")
    assert b"_" in coded or b"-" in coded
    assert packed in (values(Base64(), b'msg="' + coded + b'" x') or [])


LINES = st.sampled_from(
    [b"A" * 39, b"A" * 40, b"b" * 76, b"A" * 81, b"a", b"\n", b"\r\n", b"\r", b"\n  ", b"=", b"==", b" x", b"-"]
)


def test_the_parts_of_a_token_are_its_own() -> None:
    """A JWT within a text is read as what it is; base64 beside it is opened all the same."""
    header, claims, text = (
        base64.urlsafe_b64encode(part) for part in (b'{"alg":"none"}', b'{"did":"352099001761481"}', b"a text of words")
    )
    token = b".".join(part.rstrip(b"=") for part in (header, claims, b"c2ln"))
    assert values(Base64(), b"os=x; t=" + token + b"; v=" + text) == [b"a text of words"]


@given(st.lists(LINES, max_size=9).map(b"".join))
def test_lines_are_found_where_the_expression_finds_them(data: bytes) -> None:
    """Looked for from the ends of lines, texts in lines are the same as tried from every byte."""
    expected = [block.span() for block in base64_text._FOLDED.finditer(data) if len(block[0]) > base64_text._LEAST_FOLDED]
    assert list(base64_text._folded(data)) == expected


def test_a_long_run_before_a_line_costs_its_length_once() -> None:
    """Megabytes of base64 without a line end are not tried as a line from each of their letters."""
    data = base64.b64encode(b"some words of a text " * 100_000) + b"\nend"
    began = time.process_time()
    list(base64_text._folded(data))
    assert time.process_time() - began < 0.1  # 1.4 when it was


def test_a_data_url_is_base64_of_any_bytes() -> None:
    """What stands before says so: the bytes need not be text."""
    packed = b"\xa1\x61v\x4f352099001761481"
    found = Base64().open(b"data:application/cbor;base64," + base64.b64encode(packed), Budget(Limits()))
    assert found is not None
    assert [inner.value for inner in found.inners] == [packed]


@pytest.mark.parametrize("ending", ["\xff\xfe?\xa0", "??>>~~?\xff"])
@pytest.mark.parametrize("before", [b"", b"token="])
def test_text_that_goes_on_in_the_other_alphabet_is_one_value(ending: str, before: bytes) -> None:
    """Of base64url the first part is base64, too, and text where the first dash or low line comes late."""
    value = f"a text of four and twenty signs {ending} and more".encode("utf-8" if before else "latin-1")
    text = base64.urlsafe_b64encode(value)
    assert b"_" in text or b"-" in text
    found = Base64().open(before + text, Budget(Limits()))
    assert found is not None
    assert [inner.value for inner in found.inners] == [value]


@pytest.mark.parametrize("form", [b"HELO me\n%s", b"HELO me\r\n%s\r\nbye", b"%s\nend\n"])
def test_a_line_of_its_own_is_base64_of_any_bytes(form: bytes) -> None:
    """As devices that speak in lines send what they packed."""
    packed = b"\xa1\x61v\x4f352099001761481\xff"
    found = Base64().open(form % base64.b64encode(packed), Budget(Limits()))
    assert found is not None
    assert [inner.value for inner in found.inners] == [packed]


def test_a_long_run_of_many_parts_costs_its_length_once() -> None:
    """Each part between low lines goes on to the end."""
    data = b"x=" + b"QUFBQUFBQUFBQUFBQUFB_" * 20_000 + b"!"
    began = time.process_time()
    Base64().open(data, Budget(Limits()))
    assert time.process_time() - began < 1.5


def test_large_binary_documents() -> None:
    """A body that is nothing but base64 of a large record is opened, however large."""
    record = msgpack.packb({"text": ["some text of a record" * 60_000] * 5, "imei": "352099001761481"})
    assert b"352099001761481" in [value for _, value, words in read(base64.b64encode(record)) if words == ("base64", "msgpack")]
