"""What was sighted in one place is not shown in another."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.canonical import canonical
from auditor.identify.masking import keyed_digest, mask
from auditor.identify.sighted import Row, Sighted, hiding
from auditor.model.tables import SIGHTINGS
from auditor.model.vocabulary import Match

KEY = bytes(range(32))


def sighted(*values: tuple[str, str], match: Match = Match.PATTERN) -> Sighted:
    """Who hides values of these kinds, as sightings tell of them."""
    return Sighted(
        [Row(kind, match, mask(kind, value), keyed_digest(KEY, canonical(kind, value))) for kind, value in values], KEY
    )


@pytest.mark.parametrize(
    ("kind", "value", "text", "masked"),
    [
        ("imsi", "460011234567890", "460011234567890.h.example.com", "46•••••••••••90.h.example.com"),
        ("imsi", "460011234567890", "https://a.example/x-460011234567890_1/y", "https://a.example/x-46•••••••••••90_1/y"),
        ("serial", "hucu24141gu", "/d/HUCU24141GU/up", "/d/HU•••••••GU/up"),
        ("idfa", "8A97B9D8-400E-47ED-8C9C-F4406E1FB6AD", "/i/dev-8a97b9d8-400e-47ed-8c9c-f4406e1fb6ad",
         "/i/dev-8a••••••••••••••••••••••••••••••••ad"),
        ("idfa", "8A97B9D8-400E-47ED-8C9C-F4406E1FB6AD", "8a97b9d8400e47ed8c9cf4406e1fb6ad.t.example",
         "8a••••••••••••••••••••••••••••ad.t.example"),
        ("resident_id", "11010519491231002X", "/u/11010519491231002x/", "/u/resident_id of 18 characters/"),
        ("location", "22.8367,110.8297", "/at/22.836662,110.829731/", "/at/22••••••••••••••••31/"),
        ("location", "22.8367,110.8297", "/at/110.829731%2C22.836662%2C500", "/at/text of 24 characters"),
        ("serial", "SN-77120", "/d/SN-77120", "/d/••••••••"),
        ("serial", "SN-77120", "SN-77120\0\0https://a.example/SN%2D77120\0\0x/y", "••••••••\0\0https://a.example/••••••••\0\0x/y"),
        ("nickname", "Salon美Keeper7", "/u/Salon美Keeper7", "/u/Sa•••••••••r7"),
        ("postal_address", "65 Zuramiko Road, W", "x\0\0" + "65 Zuramiko Road, W", "x\0\0" + mask("postal_address", "65 Zuramiko Road, W")),
    ],
)  # fmt: skip
def test_a_word_with_the_digest_of_a_sighting_is_hidden(kind: str, value: str, text: str, masked: str) -> None:
    """Whatever key told of it elsewhere, and however it is spelled here."""
    assert sighted((kind, value)).mask(text) == masked
    assert sighted(("imsi", "460019999999990")).mask(text) == text


def test_encodings_are_undone() -> None:
    """Percent-encoding of a part of a path, hex and base64."""
    one = sighted(("postal_address", "65 Zuramiko Road, Wajusub"), ("serial", "QX-5512 / 88120"), ("imsi", "460011234567890"))
    assert one.mask(f"/a/{quote('65 Zuramiko Road, Wajusub', safe='')}/b") == "/a/65•••••••••••••••••••••ub/b"
    assert one.mask(f"/a/{quote(quote('QX-5512 / 88120', safe=''), safe='')}") == "/a/QX•••••••••••20"
    for coded in (b"460011234567890".hex(), base64.urlsafe_b64encode(b"460011234567890").decode()):
        assert one.mask(f"https://a.example/{coded}/x") == f"https://a.example/text of {len(coded)} characters/x"


def test_what_only_a_name_shows_hides_no_common_word() -> None:
    """A user who is called `default` does not take the word from every path."""
    one = sighted(("user_name", "default"), ("user_name", "analytics"), ("token", "lin77mei20"), match=Match.NAME)
    assert one.mask("/default/analytics/lin77mei20") == "/default/analytics/li••••••20"


def test_addresses_and_planted_values_are_left_to_others() -> None:
    """Rows show addresses; planted values have needles of their own."""
    assert sighted(("ip", "192.168.31.77")).mask("no rule knows 192.168.31.77") == "no rule knows 192.168.31.77"
    other = sighted(("serial", "HUCU24141GU"), match=Match.PLANTED)
    assert other.mask("/HUCU24141GU") == "/HUCU24141GU"
    assert other.after(str) is str


def test_it_follows_another_mask() -> None:
    """What that one leaves is looked at."""
    both = sighted(("serial", "HUCU24141GU")).after(lambda text: text.replace("secret", "••"))
    assert both("/secret/HUCU24141GU") == "/••/HU•••••••GU"


def test_a_table_of_sightings_tells_what_is_hidden() -> None:
    """Its published columns are enough."""
    value = "460011234567890"
    row = {"kind": "imsi", "match": "pattern", "masked": mask("imsi", value), "digest": keyed_digest(KEY, value)}
    table = SIGHTINGS.of_rows([row, row, {**row, "match": "planted", "digest": "0" * 32}])
    assert hiding(str, table, KEY)(f"/x/{value}/y") == "/x/46•••••••••••90/y"
    assert hiding(str, SIGHTINGS.of_rows(), KEY) is str


@given(st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_any_text_is_read(text: str, value: str) -> None:
    """And it stays where it has nothing of the value."""
    masked = sighted(("serial", value)).mask(text)
    assert masked == text or value.strip().upper() in text.upper() or "%" in text
