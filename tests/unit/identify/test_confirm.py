"""The edges of a hit: what stands alone counts, what is part of something else does not."""

from base64 import b64encode

import pytest

from auditor.identify.confirm import confirm
from auditor.identify.needles import Form, Needle

DIGEST = b"0123456789abcdef0123456789abcdef"


def confirmed(form: Form, pattern: bytes, value: bytes, full: bytes = b"", *, caseless: bool = False) -> str | None:
    """The variant of a hit where the pattern stands first; None where it is none."""
    needle = Needle(pattern, caseless, form, 0, "v", (), full or pattern)
    span = confirm(needle, value, value.lower().index(pattern.lower()))
    return span.variant if span else None


@pytest.mark.parametrize(
    ("form", "pattern", "value", "variant"),
    [
        (Form.TEXT, b"13900000199", b"tel:13900000199;", "v"),
        (Form.TEXT, b"13900000199", b"9913900000199", None),
        (Form.TEXT, b"13900000199", b"0.13900000199", None),
        (Form.TEXT, b"meimei", b"xmeimei", None),
        (Form.TEXT, b"meimei", b"x-meimei!", "v"),
        (Form.TEXT, b"826684", b"no 826684.", "v"),
        (Form.TEXT, b"826684", b"826684.75", None),
        (Form.TEXT, b"826684", b"0x826684", None),
        (Form.TEXT, b"lin@example.org", b"lin@example.org.cn", None),
        (Form.TEXT, b"lin@example.org", b"mei.lin@example.org", None),
        (Form.TEXT, b"lin@example.org", b"/u/lin@example.org.json", "v"),
        (Form.TEXT, b"192.168.31.7", b"192.168.31.77", None),
        (Form.TEXT, b"192.168.31.7", b"192.168.31.7.1", None),
        (Form.TEXT, b"00:1a:7d:da", b"x00:1a:7d:dax", None),
        (Form.IMEI, b"35209900176148", b"352099001761481", "v:15"),
        (Form.IMEI, b"35209900176148", b"35209900176148", "v:14"),
        (Form.IMEI, b"35209900176148", b"3520990017614812345", None),
        (Form.CHECKSUM, b"1a2b3c4d", b"x1a2b3c4d", None),
        (Form.CHECKSUM, b"1a2b3c4d", b"=1a2b3c4d", "v"),
        (Form.CHECKSUM, b"1a2b3c4d", b"0x1a2b3c4d", "v"),
        (Form.TEXT, b"0a25b860", b"ip=0x0a25b860&", "v"),
        (Form.TEXT, b"0a25b860", b"ip=x0a25b860&", None),
        (Form.TEXT, b"x" * 75, b"\x0aK" + b"x" * 75 + b"\x10", "v"),
        (Form.TEXT, b"x" * 75, b"aK" + b"x" * 75, None),
        (Form.TEXT, b"lin@example.org", b"\x01o" + b"lin@example.org", "v"),
        (Form.TEXT, b"lin@example.org", b"\x01o" + b"lin@example.organ", "v"),
        (Form.TEXT, b"lin@example.org", b"\x01p" + b"lin@example.org", None),
        (Form.HEX_MIDDLE, DIGEST[:16], b"\xa1p" + DIGEST[:16] + b"\x02", "v"),
        (Form.TEXT, b"5OnmlNiKnuBzseDTNn6h", b"eyJhIjoxfH0.5OnmlNiKnuBzseDTNn6h", "v"),
        (Form.TEXT, b"5Onml", b"0.5Onml", None),
        (Form.RAW, b"\x00\x1a\x7d", b"ab\x00\x1a\x7dcd", "v"),
    ],
)
def test_edges(form: Form, pattern: bytes, value: bytes, variant: str | None) -> None:
    """Numbers within numbers, words within words, fractions and longer addresses are something else."""
    assert confirmed(form, pattern, value) == variant


@pytest.mark.parametrize(
    ("value", "variant"),
    [
        (DIGEST, "v"),
        (DIGEST.upper(), "v"),
        (b"x" + DIGEST + b"x", "v"),
        (DIGEST[:16], "v:first16"),
        (b"0x" + DIGEST[:16], "v:first16"),
        (DIGEST[:16] + b"fedcba", None),
        (DIGEST[:16] + b"xyz", None),
    ],
)
def test_truncated_digest(value: bytes, variant: str | None) -> None:
    """The whole digest anywhere; its start only where it stands alone."""
    assert confirmed(Form.HEX_DIGEST, DIGEST[:12], value, DIGEST, caseless=True) == variant


@pytest.mark.parametrize(
    ("value", "variant"),
    [
        (DIGEST[-16:], "v:last16"),
        (b"k=" + DIGEST[-20:] + b"&", "v:last20"),
        (b"ff" + DIGEST[-16:], None),
        (DIGEST[-16:] + b"0", None),
    ],
)
def test_digest_cut_at_the_front(value: bytes, variant: str | None) -> None:
    """The end of a digest where it stands alone; the whole one is told by its start."""
    pattern = DIGEST[-12:]
    needle = Needle(pattern, True, Form.HEX_END, 0, "v", (), DIGEST)
    span = confirm(needle, value, value.rindex(pattern))
    assert (span.variant if span else None) == variant


def test_case_is_told() -> None:
    """A hit in another case than the variant's is one, and says that it is not exact."""
    needle = Needle(b"meimei", True, Form.TEXT, 0, "v", (), b"meimei")
    span = confirm(needle, b"MeiMei", 0)
    assert span is not None
    assert not span.exact
    assert confirm(needle._replace(caseless=False), b"MeiMei", 0) is None


def test_raw_digest() -> None:
    """Raw bytes whole, or their start where nothing else stands."""
    needle = Needle(b"12345678", False, Form.RAW_DIGEST, 0, "v", (), b"1234567890abcdef")
    assert [
        bool(confirm(needle, value, value.index(b"12345678"))) for value in (b"x1234567890abcdef", b"1234567890", b"1234567899")
    ] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("value", "sure"),
    [(b"id=9a7b3c5d1e2f4a60&", True), (b"00ff9a7b3c5d1e2f4a6017", False), (b"D9a7b3c5d1e2f4a60", False)],
)
def test_hex_within_a_longer_run_is_less_sure(value: bytes, sure: bool) -> None:
    """So many digits in hex are hardly chance, but the run may be another number."""
    text = b"9a7b3c5d1e2f4a60"
    span = confirm(Needle(text, True, Form.TEXT, 0, "v", (), text), value, value.index(text))
    assert span is not None
    assert span.sure is sure


def stretch(word: str, text: bytes, within: bytes) -> bool | None:
    """Whether a stretch of encoded text is sure; None where it is a part of something else."""
    pattern = b64encode(text)[: len(text) * 8 // 6] if word == "base64" else text.hex().encode()
    span = confirm(Needle(pattern, False, Form.EMBEDDED, 0, "v", (word,), pattern, text), within, within.index(pattern))
    return None if span is None else span.sure


@pytest.mark.parametrize(
    ("before", "behind", "sure"),
    [
        (b"", b"", True),
        (b"u=;", b";x", True),
        (b"", b"s", None),
        (b"abc", b"", None),
        (b"?ab", b"", False),
        (b"1ab", b"", None),
    ],
)
@pytest.mark.parametrize("word", ["base64", "hex"])
def test_a_part_of_a_longer_word_is_no_value_in_encoded_text(word: str, before: bytes, behind: bytes, sure: bool | None) -> None:
    """What is encoded beside a stretch counts as if it stood there in the clear; one letter or two may mark what follows."""
    text = before + b"meimei_7z" + behind
    assert stretch(word, b"meimei_7z", b64encode(text) if word == "base64" else text.hex().encode()) is sure


@pytest.mark.parametrize(
    ("digits", "is_found"), [("35209900176148", True), ("3520990017614807", True), ("35209900176148071", False)]
)
def test_an_imei_may_go_on_in_encoded_text_too(digits: str, is_found: bool) -> None:
    """Behind its fourteen digits, by the check digit or the software's version."""
    core = b"35209900176148"
    for word, coded in (("utf16", digits.encode("utf-16-le")), ("hex", digits.encode().hex().encode())):
        pattern = core.decode().encode("utf-16-le") if word == "utf16" else core.hex().encode()
        needle = Needle(pattern, word == "hex", Form.EMBEDDED, 0, "imei:14", (word,), pattern, core)
        assert (confirm(needle, b"\x8a" + coded + b"\0\0", 1) is not None) is is_found


@pytest.mark.parametrize(
    ("value", "is_sure"),
    [(b"to=lin@example.org", True), (b"7_lin@example.org", False), (b"mei-lin@example.org", False), (b"- lin@example.org", True)],
)
def test_what_may_be_the_name_of_another_mailbox_is_less_sure(value: bytes, is_sure: bool) -> None:
    """A mailbox may be called mei-lin; SDKs join a number and an address with the same signs."""
    needle = Needle(b"lin@example.org", False, Form.TEXT, 0, "v", (), b"lin@example.org")
    span = confirm(needle, value, value.index(b"lin@"))
    assert span is not None
    assert span.sure is is_sure
