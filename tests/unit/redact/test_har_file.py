"""HAR: every string, names and values, bodies as text and as base64, numbers too."""

import json
import zlib
from base64 import b64decode, b64encode

import pytest

from auditor.errors import DamagedError
from auditor.redact import har_file
from tests.unit.redact.people import VALUES, pseudonyms, rewriter, subjects

PLANTED = subjects()
NEW = pseudonyms(PLANTED)


def made(document: object) -> dict[str, object]:
    data = har_file.rewrite(json.dumps(document).encode(), rewriter(PLANTED), "x.har")
    found: dict[str, object] = json.loads(data)
    return found


def test_strings_in_any_place_are_rewritten() -> None:
    """Also those of vendors, which no reader knows, and names."""
    document = {"log": {"_x": [{"deep": VALUES["email"], VALUES["serial"]: True}], "comment": f"by {VALUES['nickname']}"}}
    expected = {"log": {"_x": [{"deep": NEW["email"], NEW["serial"]: True}], "comment": f"by {NEW['nickname']}"}}
    assert made(document) == expected


def test_a_body_in_base64_is_rewritten_inside() -> None:
    """What is no base64, though it says so, is text."""
    body = b'{"imei":"%s"}' % VALUES["imei"].encode()
    content = {"encoding": "base64", "text": b64encode(body).decode(), "size": len(body)}
    found = made({"content": content, "other": {"encoding": "base64", "text": f"? {VALUES['imei']}"}})
    assert b64decode(found["content"]["text"]) == b'{"imei":"%s"}' % NEW["imei"].encode()  # type: ignore[index]
    assert found["other"]["text"] == f"? {NEW['imei']}"  # type: ignore[index]


def test_a_body_whose_bytes_are_characters_is_rewritten_inside() -> None:
    """Compressed, and written as Latin-1, as some recorders do."""
    packed = zlib.compress(b'{"imei":"%s"}' % VALUES["imei"].encode())
    text = made({"postData": {"text": packed.decode("latin-1")}})["postData"]["text"]  # type: ignore[index]
    assert zlib.decompress(text.encode("latin-1")) == b'{"imei":"%s"}' % NEW["imei"].encode()


def test_a_header_is_read_as_one() -> None:
    """Credentials behind their scheme."""
    value = "Basic " + b64encode(f"u:{VALUES['nickname']}".encode()).decode()
    found = made({"headers": [{"name": "Authorization", "value": value}]})
    made_value = found["headers"][0]["value"]  # type: ignore[index]
    assert made_value == "Basic " + b64encode(f"u:{NEW['nickname']}".encode()).decode()


def test_a_number_is_a_value_too() -> None:
    """An IMEI without quotes; times and sizes stay."""
    assert made({"id": int(VALUES["imei"]), "time": 12.5, "size": 8421, "ok": True}) == {
        "id": int(NEW["imei"]),
        "time": 12.5,
        "size": 8421,
        "ok": True,
    }


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_damaged(data: bytes) -> None:
    """And named."""
    with pytest.raises(DamagedError):
        har_file.rewrite(data, rewriter(PLANTED), "x.har")
