"""What of a value may be shown."""

from base64 import b32encode, b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify import masking
from auditor.identify.masking import hidden_texts, keyed_digest, mask, runs


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("imei", "352099001761481", "35•••••••••••81"),
        ("user_name", "meimei", "••••••"),
        ("serial", "SN1234567", "•••••••••"),
        ("serial", "SN12345678", "SN••••••78"),
        ("password", "Nail-Demo-7291", "password of 14 characters"),
        ("card", "6222020000000000009", "card of 19 characters"),
        ("image", "/home/lin/art.png", "image"),
        ("serial", "\x1b[31mabcdefgh", "•[•••••••••gh"),
    ],
)
def test_mask(kind: str, value: str, shown: str) -> None:
    """Two characters at each end from ten on, dots else; kinds that are never shown, only their length; no control characters."""
    assert mask(kind, value) == shown


@given(st.text(min_size=1, max_size=40))
def test_a_mask_is_never_the_value(value: str) -> None:
    """Whatever the value, the middle of it is not in its mask."""
    shown = mask("serial", value)
    assert len(shown) == len(value)
    assert set(shown[2:-2]) <= {"•"} if len(value) >= 10 else set(shown) <= {"•"}
    assert shown.isprintable()


def test_digest_depends_on_key_and_value() -> None:
    """Thirty-two hex digits that nobody can compute without the key."""
    one = keyed_digest(b"a" * 32, "352099001761481")
    assert len(one) == 32
    assert one != keyed_digest(b"b" * 32, "352099001761481")
    assert one != keyed_digest(b"a" * 32, "352099001761480")
    assert keyed_digest(b"a" * 32, "\ud800")


@pytest.mark.parametrize(
    "coded",
    [
        b64encode(b"lin@example.org").decode(),
        b64encode(b"lin@example.org").decode().rstrip("="),
        urlsafe_b64encode(b"?lin@example.org>").decode(),
        b32encode(b"lin@example.org").decode(),
        b32encode(b"lin@example.org").decode().lower().rstrip("="),
        b"lin@example.org".hex(),
        b"lin@example.org".hex().upper(),
        f"x{b'lin@example.org'.hex()}zq",
        f"dev-{b64encode(b'lin@example.org').decode()}zz",
        f"tk{b64encode(b'lin@example.org').decode()}zz",
        f"v{b32encode(b'lin@example.org').decode().lower().rstrip('=')}",
    ],
)
def test_hidden_texts(coded: str) -> None:
    """In hex, base32 and both alphabets of base64, with padding and without, also glued to other letters."""
    assert any("lin@example.org" in text for text in hidden_texts(coded))


@pytest.mark.parametrize("plain", ["averylonghostname", "0123456789abcdef0123", "7f3a9c0d5e6b8a1f22", "=" * 6])
def test_a_run_that_hides_no_text(plain: str) -> None:
    """Words and numbers are no encoded text."""
    assert list(hidden_texts(plain)) == []


@given(st.text(st.sampled_from("aZ09+_-=./ \0éŠ印\ud800"), max_size=60))
def test_runs_are_found_as_the_expression_finds_them(text: str) -> None:
    found = [(run.start(), run.end()) for run in runs(text)]
    assert found == [(run.start(), run.end()) for run in masking._RUN.finditer(text)]


@given(st.from_regex(masking._RUN, fullmatch=True))
def test_any_run(run: str) -> None:
    """Whatever it is, there is an answer, and it can be shown."""
    assert all(text.isprintable() for text in hidden_texts(run))
