"""Every usual way to write one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.variants import spellings
from auditor.model.vocabulary import KINDS

MAC = "00:1A:7D:DA:71:13"


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("mac", MAC, "001a7dda7113"),
        ("mac", MAC, "00-1A-7D-DA-71-13"),
        ("mac", MAC, "001a.7dda.7113"),
        ("mac", MAC, "1371da7d1a00"),
        ("mac", MAC, str(0x001A7DDA7113)),
        ("mac", MAC, "0:1a:7d:da:71:13"),
        ("mac", MAC, "0,26,125,218,113,19"),
        ("mac", MAC, "0.26.125.218.113.19"),
        ("mac", MAC, "0, 26, 125, -38, 113, 19"),
        ("bssid", MAC, "00_1a_7d_da_71_13"),
        ("mac", MAC, "001A:7DDA:7113"),
        ("mac", MAC, "001a-7dda-7113"),
        ("mac", MAC, "21a:7dff:feda:7113"),
        ("mac", MAC, "02:1A:7D:FF:FE:DA:71:13"),
        ("mac", MAC, "001A7DFFFEDA7113".lower().replace("001a", "021a")),
        ("imei", "352099001761481", "35209900176148"),
        ("imei", "352099001761481", "35-209900-176148-1"),
        ("imei", "352099001761481", "3520990017614878"),
        ("imei", "352099001761481", "3520 9900 1761 481"),
        ("imei", "352099001761483", "35-209900-176148-3"),
        ("imei", "352099001761483", "352099001761481"),
        ("oaid", "7c1f0b525d3e4f7a9a410d0e5d3f2a11", "7C1F0B52_5D3E_4F7A_9A41_0D0E5D3F2A11"),
        ("oaid", "7c1f0b525d3e4f7a9a410d0e5d3f2a11", "7C1F0B52-5D3E-4F7A-9A41-0D0E5D3F2A11"),
        ("email", "Lin.Mei+x@gmail.com", "linmei@gmail.com"),
        ("email", "Lin.Mei@example.org", "lin.mei@example.org"),
        ("birth_date", "1991-04-07", "07/04/1991"),
        ("birth_date", "1991-04-07", "04.07.1991"),
        ("birth_date", "1991-04-07", "19910407"),
        ("birth_date", "1991-04-07", "1991/4/7"),
        ("birth_date", "1991-04-07", "1991年4月7日"),
        ("postal_address", "1 Nail Rd, Hangzhou", "1 Nail Rd Hangzhou"),
        ("postal_address", "浙江省杭州市西湖区文三路90号东部软件园", "浙江省 杭州市 西湖区 文三路90号东部软件园"),
        ("postal_address", "浙江省 杭州市西湖区文三路90号", "浙江省杭州市西湖区 文三路90号"),
        ("postal_address", "杭州市西湖区文三路90号2幢", "文三路90号2幢"),
        ("email", "lin.mei-7@example.org", "linmei7exampleorg"),
        ("user_name", "lin_mei_77", "linmei77"),
        ("ssid", "Lin-Home 5G", "LinHome5G"),
        ("ip", "2408:8207:18c3:0041::5a1", "2408:8207:18c3:0041::5a1"),
        ("ip", "2408:8431:32b9::7cce:15bc", "2408:8431:32b9:0:0:0:7cce:15bc"),
        ("ssid", "SALON-7", '"SALON-7"'),
        ("token", "Sess_8e353e56", "SESS_8E353E56"),
        ("ip", "192.168.31.7", "3232243463"),
        ("android_id", "9774d56d682e549c", str(0x9774D56D682E549C)),
        ("android_id", "9774d56d682e549c", str(0x9774D56D682E549C - 2**64)),
        ("android_id", "9774d56d682e549c", "9774-d56d-682e-549c"),
        ("android_id", "9774d56d682e549c", "97:74:D5:6D:68:2E:54:9C"),
        ("resident_id", "11010519491231002x", "11010519491231002X"),
        ("resident_id", "11010519491231002X", "110105 19491231 002x"),
        ("serial", "ABCD-1234-EF", "ABCD1234EF"),
        ("serial", "ABCD-1234-EF", "abcd 1234 ef"),
        ("ip", "192.168.31.7", "7.31.168.192.in-addr.arpa"),
        ("ip", "192.168.31.7", str(0x071FA8C0)),
        ("ip", "192.168.31.7", "0xC0A81F07".replace("0xC", "0XC")),
        ("ip", "fd12::7", str(0xFD12_0000_0000_0000_0000_0000_0000_0007)),
        ("push_token", "0a" * 32, ("0A" * 32)),
        ("push_token", "0a" * 32, " ".join(["0a0a0a0a"] * 8)),
        ("password", "Nail-Demo", "Nail-Demo"),
        ("password", "Nail%29&Demo-7", "Nail)&Demo-7"),
        ("nickname", "Zoé Nails", "Zoe\u0301 Nails"),
        ("nickname", "Zoe\u0301 Nails", "Zoé Nails"),
        ("ssid", "Müller-5G", "MU\u0308LLER-5G"),
        ("postal_address", "2217 Larkspur Rd, Apt 5C, Boise, ID 83709", "2217 Larkspur Rd"),
        ("postal_address", "2217 Larkspur Rd, Apt 5C, Boise, ID 83709", "2217 Larkspur Rd, Apt 5C"),
        ("postal_address", "Hauptstraße 117, 80331 München, Germany", "Hauptstraße 117"),
        ("postal_address", "浙江省杭州市西湖区文新街道文三路90号2幢", "浙江省 杭州市 西湖区 文新街道文三路90号2幢"),
        ("postal_address", "浙江省杭州市西湖区文新街道文三路90号2幢", "浙江省/杭州市/西湖区/文新街道文三路90号2幢"),
        ("postal_address", "浙江省杭州市西湖区文新街道文三路90号2幢", "浙江省，杭州市，西湖区，文新街道文三路90号2幢"),
        ("imei", "352099001761481", "53029900711684F1"),
        ("imei", "352099001761481", "53029900711684f1"),
        ("imsi", "460011234567890", "64001132547698F0"),
        ("imsi", "460011234567890", "4906102143658709"),
        ("iccid", "89860012345678901237", "98680021436587092173"),
        ("phone", "+86 13749246576", "+86 137-4924-6576"),
        ("phone", "+14155550123", "+1 415-555-0123"),
    ],
)
def test_written(kind: str, value: str, written: str) -> None:
    """One spelling of each kind that has several."""
    assert written.encode() in {spelling.data for spelling in spellings(kind, value)}


def test_binary_forms() -> None:
    """Bytes as they stand in records: a MAC, a UUID in both orders, telephony BCD."""
    assert bytes.fromhex("001a7dda7113") in {each.data for each in spellings("mac", MAC) if each.binary}
    raw = bytes.fromhex("7c1f0b525d3e4f7a9a410d0e5d3f2a11")
    assert {raw, raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]} <= {
        each.data for each in spellings("oaid", raw.hex()) if each.binary
    }
    assert bytes.fromhex("3520990017614810") in {each.data for each in spellings("imei", "352099001761481") if each.binary}


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "+86 13749246576"), ("phone", "137 4924 6576"), ("mac", "00-1A-7D-DA-71-13"), ("birth_date", "7 Apr 1991")],
)
def test_what_the_user_wrote_is_the_likeliest(kind: str, value: str) -> None:
    """Its digests are looked for in every way, whatever spelling it is."""
    first = spellings(kind, value)[0]
    assert (first.data, first.seldom) == (value.encode(), False)


@pytest.mark.parametrize(
    ("kind", "value", "raw"),
    [
        ("push_token", "0a" * 31 + "ff", "0a" * 31 + "ff"),
        ("push_token", f"<{' '.join(['0A0B0C0D'] * 8)}>", "0a0b0c0d" * 8),
        ("token", "9f" * 16, "9f" * 16),
        ("meid", "A0000091234567", "a0000091234567"),
        ("ip", "2408:8207:18c3:41::5a1", "2408820718c3004100000000000005a1"),
    ],
)
def test_the_bytes_that_a_text_stands_for(kind: str, value: str, raw: str) -> None:
    """Tokens in hex, an MEID and an address of IPv6 as records hold them."""
    assert bytes.fromhex(raw) in {each.data for each in spellings(kind, value) if each.binary}


def test_four_bytes_are_no_spelling() -> None:
    """An address of IPv4 stands in every file by chance, and so does what is short."""
    assert not [
        each for kind, value in (("ip", "10.1.2.3"), ("token", "cafe" * 3)) for each in spellings(kind, value) if each.binary
    ]


def test_what_is_short_or_without_a_number_is_no_part_of_an_address() -> None:
    """The first line alone is looked for only where it says a house."""
    assert {each.data for each in spellings("postal_address", "Boise, ID 83709")} & {b"Boise", b"ID 83709"} == set()


def test_case_counts_in_secrets() -> None:
    """A password and a token are looked for as they are."""
    assert {each.data for each in spellings("password", "Ab3dEf")} == {b"Ab3dEf"}


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=30))
def test_any_value(kind: str, value: str) -> None:
    """Whatever a user plants, no spelling is empty and none stands twice."""
    found = [(spelling.data, spelling.binary) for spelling in spellings(kind, value)]
    assert len({data for data, _ in found}) == len(found)
    assert all(data for data, _ in found)


def test_what_is_seldom_is_hashed_less() -> None:
    """A spelling that few clients use has only the commonest digests with a salt, the others have all."""
    told = {each.data: each.seldom for each in spellings("mac", MAC)}
    assert (told[b"001a7dda7113"], told[b"21a:7dff:feda:7113"]) == (False, True)
