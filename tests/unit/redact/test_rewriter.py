"""Values: in every disguise of the corpus the pseudonym stands where the value stood, and what cannot be saved becomes zeros."""

import zlib
from base64 import a85decode, a85encode, b64decode, b64encode, b85decode, b85encode
from codecs import encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.message import decode
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Confidence, Direction, Match, Part
from auditor.redact.pictures import StandIns
from auditor.redact.rewriter import Rewriter
from tests.corpus.disguises import TUNED_SEED, Disguise, corpus
from tests.corpus.subjects import made_up
from tests.unit.redact.people import KEY, KNOWLEDGE, VALUES, detectors, pseudonyms, rewriter, subjects

KINDS = frozenset({"imei", "mac", "android_id", "nickname", "phone", "birth_date"})
STRIDE = 13
"""Every so many disguises of these kinds; all 9,324 of the corpus take two minutes."""
ZEROS = frozenset({"deflate behind a length"})
"""What has no stand-in of the same length, which the head before it, of no known format, tells."""
PLANTED = subjects()
MINE = rewriter(PLANTED)
NEW = pseudonyms(PLANTED)


def rewritten(message: Message, tool: Rewriter) -> Message:
    """The message with every piece rewritten as the readers' messages are."""
    codings = ", ".join(
        piece.data.decode() for piece in message.pieces if piece.part is Part.HEADER and piece.name.lower() == "content-encoding"
    )
    made = [
        tool.value(
            piece.data,
            codings if piece.part is Part.BODY else "",
            piece.name if piece.part in (Part.HEADER, Part.COOKIE) else "",
        )
        for piece in message.pieces
    ]
    return replace(message, pieces=tuple(replace(piece, data=data) for piece, data in zip(message.pieces, made, strict=True)))


def test_the_pseudonym_is_found_in_every_disguise_in_which_the_value_was() -> None:
    """A sample over all kinds, spellings, encodings and digests: nothing is left, nothing lost, and only `ZEROS` are cut out."""
    whole = made_up(TUNED_SEED)
    planted = replace(whole, identifiers=tuple(entry for entry in whole.identifiers if entry.kind in KINDS))
    tool, cut = rewriter(planted), rewriter(planted).cut
    before, behind = detectors(planted)
    failed, zeros = [], 0
    for number, disguise in enumerate(corpus(planted, TUNED_SEED)):
        if number % STRIDE == 0 and sees(before, disguise.message, disguise):
            made = rewritten(disguise.message, tool)
            zeros += disguise.encoding in ZEROS
            if sees(before, made) or sees(behind, made, disguise) is (disguise.encoding in ZEROS):
                failed.append((disguise.label, disguise.spelling, disguise.encoding))
    assert failed == []
    assert tool.cut == cut + zeros


def sees(detector: object, message: Message, disguise: Disguise | None = None) -> bool:
    """Whether a planted value is surely found; that of the disguise where one is given."""
    found = detector.sightings(message, decode(message).fields)  # type: ignore[attr-defined]
    sure = [one for one in found if one.match is Match.PLANTED and one.confidence is not Confidence.LOW]
    return any(disguise is None or one.identifier == disguise.label for one in sure)


@pytest.mark.parametrize("kind", ["imei", "nickname", "mac"])
def test_turned_text_and_base85_hold_the_pseudonym_too(kind: str) -> None:
    """Backwards, thirteen letters on, and in base85: nothing is cut out."""
    cut, old, new = MINE.cut, VALUES[kind], NEW[kind]
    assert MINE.text(old[::-1]) == new[::-1]
    assert encode(MINE.text(encode(old, "rot13")), "rot13") == new
    for on, off in ((b85encode, b85decode), (a85encode, a85decode)):
        assert off(MINE.value(on(f'{{"device":"{old}"}}'.encode()))) == f'{{"device":"{new}"}}'.encode()
    assert MINE.cut == cut


@pytest.mark.parametrize(
    "url", ["https://{}:x@a.example/", "wss://u:{}@a.example:8443/s?q=1", "https://a.example/p#{}", "a://b/#k={}"]
)
@pytest.mark.parametrize("kind", ["mac", "location", "email", "user_name"])
def test_percent_encoding_outside_the_path_of_a_url_is_rewritten(url: str, kind: str) -> None:
    """As user, as password and in the fragment."""
    old, new = quote(VALUES[kind], safe=""), quote(NEW[kind], safe="")
    assert MINE.text(url.format(old)) == url.format(new)


@pytest.mark.parametrize("before", ["/dev/", "https://a.example/dev/"])
@pytest.mark.parametrize("behind", ["", "/conf?v=2"])
def test_a_part_of_a_path_that_has_a_slash_of_its_own_is_rewritten(before: str, behind: str) -> None:
    """Base64 with a slash in percent-encoding: undone within the whole path it would be two parts."""
    texts = (f"{number * 7919:07} {VALUES['serial']} ok".encode() for number in range(1000))
    coded = next(code for code in (b64encode(zlib.compress(text, 9, -15)).decode().rstrip("=") for text in texts) if "/" in code)
    url = f"{before}{quote(coded, safe='')}{behind}"
    made = MINE.text(url)
    assert made.startswith(before)
    assert made.endswith(behind)
    pieces = tuple(Piece(Part.URL_PATH, "", text[text.index("/dev/") :].encode()) for text in (url, made))
    old, new = (
        Message(flow_id="", number=0, direction=Direction.UP, at=None, host=None, protocol="http", pieces=(piece,))
        for piece in pieces
    )
    finder, _ = detectors(PLANTED)
    assert [seen.identifier for seen in finder.sightings(old, decode(old).fields)] == ["serial"]
    assert not [seen for seen in finder.sightings(new, decode(new).fields) if seen.match is Match.PLANTED]


@pytest.mark.parametrize("wrap", ["{}", '{{"a":"{}"}}', "a=1&to={}", "to {} ok", '<p b="{}"/>'])
@pytest.mark.parametrize(
    "coat", [bytes, b64encode, lambda data: data.hex().encode(), lambda data: data.decode().encode("utf-16-le")]
)
def test_of_two_values_one_within_the_other_the_longer_one_is_replaced(wrap: str, coat: Callable[[bytes], bytes]) -> None:
    """What a pattern finds of a planted address, where somebody took its plus for a space, leaves nothing of its beginning."""
    values = {"email": "wanqing.tao.test+nail@qiaomei-mail.example", "token": "nail@qiaomei-mail.example"}
    planted = subjects(values)
    tool = rewriter(planted)
    made = tool.value(coat(wrap.format(values["email"]).encode()))
    plain = made.decode("utf-16-le") if b"\0" in made else made.decode()
    read = [plain]
    with suppress(ValueError):
        read.append(bytes.fromhex(plain).decode())
    with suppress(ValueError):
        read.append(b64decode(plain).decode())
    assert not [text for text in read if "wanqing" in text.lower() or "nail" in text.lower()]


@given(st.binary(max_size=300))
def test_bytes_without_a_value_stay_as_they_are(data: bytes) -> None:
    """Whatever they look like."""
    assert MINE.value(data) == data
    assert MINE.raw(data) == data


@given(st.binary(max_size=60), st.sampled_from(sorted(VALUES.keys() - {"location"})), st.binary(max_size=60))
def test_no_value_survives_in_any_surroundings(before: bytes, kind: str, behind: bytes) -> None:
    """Raw bytes keep their length, and hold nothing of it where it stood alone."""
    data = before + b" " + VALUES[kind].encode() + b" " + behind
    made = MINE.raw(data)
    assert len(made) == len(data)
    assert VALUES[kind].encode() not in made
    assert VALUES[kind].encode() not in MINE.value(data)


def test_one_value_has_one_pseudonym_in_all_its_spellings() -> None:
    """A MAC with colons, with dashes and without; a number with and without its country code."""
    mac, phone = VALUES["mac"], VALUES["phone"]
    made = (
        MINE.value(f"{mac} {mac.upper().replace(':', '-')} {mac.replace(':', '')} {phone} {phone[3:]}".encode()).decode().split()
    )
    assert made[0] == NEW["mac"]
    assert made[1] == NEW["mac"].upper().replace(":", "-")
    assert made[2] == NEW["mac"].replace(":", "")
    assert made[3:] == [NEW["phone"], NEW["phone"][3:]]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_keeps_its_content_coding(coding: str) -> None:
    """And what it holds is the same document with other values."""
    packed = PACK[coding](b'{"imei":"%s","n":1}' % VALUES["imei"].encode())
    made = MINE.value(packed, coding)
    assert made != packed
    assert MINE.value(made, coding) == made
    assert UNPACK[coding](made) == b'{"imei":"%s","n":1}' % NEW["imei"].encode()


type Packers = dict[str, Callable[[bytes], bytes]]


def _codings() -> tuple[Packers, Packers]:
    import gzip
    import zlib

    import brotli
    import zstandard

    pack: Packers = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}
    unpack: Packers = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}
    return pack, unpack


PACK, UNPACK = _codings()


def test_a_form_whose_names_are_values_in_base64_is_rewritten() -> None:
    """It shows the signs of quoted-printable and has none on: taking nothing off is no step."""
    coded = b64encode(VALUES["imei"].encode())
    form = b'--b\r\nContent-Disposition: form-data; name="%b"; filename="%b.txt"\r\n\r\n%b\r\n--b--\r\n'
    made = MINE.value(form % (coded, coded, coded))
    assert coded not in made
    assert made.count(b64encode(NEW["imei"].encode())) == 3


@pytest.mark.parametrize("size", [60, 63, 40])
@pytest.mark.parametrize("part", [Part.DNS, Part.SNI])
def test_a_value_over_several_labels_of_a_host_name_does_not_stay(size: int, part: Part) -> None:
    """In hex it is longer than a label; the name stays as long as it was, and its dots where they were."""
    digits = f"{VALUES['user_name']} {VALUES['imei']} {VALUES['email']}".encode().hex()
    name = ".".join([*(digits[at : at + size] for at in range(0, len(digits), size)), "t.example.net"]).encode()
    (made,) = MINE.pieces(
        Message(
            flow_id="",
            number=0,
            direction=Direction.UP,
            at=None,
            host=None,
            protocol="dns",
            pieces=(Piece(part, "question", name),),
        )
    )
    assert len(made) == len(name)
    assert [at for at, byte in enumerate(made) if byte == ord(".")] == [at for at, byte in enumerate(name) if byte == ord(".")]
    assert made.endswith(b".t.example.net")
    assert VALUES["imei"].encode().hex() not in made.replace(b".", b"").decode()


def test_what_cannot_be_saved_becomes_zeros_and_is_counted() -> None:
    """An encoding that the detector sees through and that cannot be put on again."""
    tool = Rewriter(subjects({"serial": VALUES["serial"]}), NEW, KNOWLEDGE, StandIns((), KEY))
    tool._counterparts._of = ({},)
    data = b"serial " + VALUES["serial"].encode()
    assert tool.value(data) == bytes(len(data))
    assert tool.cut == 1


@pytest.mark.parametrize("behind", ["/a/{}?x=1", "?id={}", "#{}"])
def test_of_a_url_that_cannot_be_saved_the_host_stays(behind: str) -> None:
    """Whoever reads the entry again needs a scheme and a host."""
    tool = Rewriter(subjects({"serial": VALUES["serial"]}), NEW, KNOWLEDGE, StandIns((), KEY))
    tool._counterparts._of = ({},)
    url = f"https://api.example.com:8443{behind.format(VALUES['serial'])}".encode()
    made = tool.value(url)
    assert made == b"https://api.example.com:8443/".ljust(len(url), b"0")
    assert tool.cut == 1
    url = f"https://{VALUES['serial']}.example.com/a".encode()
    assert tool.value(url) == b"https://" + b"0" * (len(url) - 10) + b"/0"


WORDS = st.binary(max_size=12).map(lambda data: encode(data, "hex"))


@pytest.mark.parametrize("kind", ["nickname", "email", "serial", "imei"])
@given(before=WORDS, behind=WORDS)
def test_a_value_within_a_longer_word_does_not_stay(kind: str, before: bytes, behind: bytes) -> None:
    """Doubled, or glued to something else: the detector looks for whole words, whoever reads the file does not."""
    value = VALUES[kind].encode()
    for data in (before + value + behind, before + value + value + behind, b'{"k":"x' + value + b'y"}'):
        assert value not in MINE.value(data)
        made = MINE.raw(data)
        assert value not in made
        assert len(made) == len(data)


@pytest.mark.parametrize("kind", ["nickname", "email", "ssid", "serial"])
def test_a_value_without_its_signs_within_a_longer_word_does_not_stay(kind: str) -> None:
    """As names of elements, headers and files have it, in one case."""
    bare = "".join(character for character in VALUES[kind] if character.isalnum()).encode()
    for data in (b"<e%s a='1'/>" % bare, b"X-%sz" % bare.lower(), b"dev%send" % bare.upper()):
        assert bare.lower() not in MINE.value(data).lower()
        assert bare.lower() not in MINE.raw(data).lower()


def test_a_password_in_another_case_does_not_stay() -> None:
    """Nor without its signs."""
    values = {"password": "Gr4pe!Juice424"}
    tool = rewriter(subjects(values))
    for data in (b"X-gr4pejuice424z", b"GR4PE!JUICE424", b"/p/gr4pe!juice424/x"):
        assert b"juice424" not in tool.value(data).lower()


def test_short_values_stay_within_words() -> None:
    """They stand there by chance: four letters, or eight digits of a number."""
    tool = rewriter(
        replace(
            PLANTED,
            identifiers=tuple(
                replace(entry, value="lena") if entry.kind == "nickname" else entry for entry in PLANTED.identifiers
            ),
        )
    )
    assert tool.value(b'{"who":"magdalenas"}') == b'{"who":"magdalenas"}'
