"""What counts as a host name, before anybody is asked whose it is."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attribute.host import Fault, Invalid, Name, is_local, read, read_address

NAMES = [
    ("alipay.com", "alipay.com"),
    ("ALIPAY.COM", "alipay.com"),
    ("alipay.com.", "alipay.com"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("Bücher.example", "xn--bcher-kva.example"),
    ("_dns.resolver.arpa", "_dns.resolver.arpa"),
    ("r4---sn-abc.example", "r4---sn-abc.example"),
    ("a" * 63 + ".example", "a" * 63 + ".example"),
    ("alipay。com", "alipay.com"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names_in_their_plain_form(text: str, name: str) -> None:
    """Case, a trailing dot and Unicode forms make no difference."""
    found = read(text)
    assert isinstance(found, Name)
    assert found.text == name


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        (".", Fault.EMPTY),
        ("evil.example\0.alipay.com", Fault.CHARACTER),
        ("user:pw@alipay.com", Fault.CHARACTER),
        ("alipay.com:443", Fault.CHARACTER),
        ("alipay.com/x", Fault.CHARACTER),
        ("alipay.com ", Fault.CHARACTER),
        ("ali*pay.com", Fault.CHARACTER),
        ("alipay..com", Fault.LABEL),
        (".alipay.com", Fault.LABEL),
        ("alipay.com..", Fault.LABEL),
        ("a" * 64 + ".com", Fault.LABEL),
        ("-alipay.com", Fault.HYPHEN),
        ("alipay-.com", Fault.HYPHEN),
        ("a." * 127 + "com", Fault.LONG),
        ("xn--a.example", Fault.IDNA),
        ("\u202ealipay.com", Fault.IDNA),
    ],
)
def test_what_is_no_name(text: str, fault: Fault) -> None:
    """Each kind of unsound text is refused with its reason."""
    assert read(text) == Invalid(fault)


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("аlірау.com", "alipay.com"),  # Cyrillic letters
        ("xn--80ak6aa92e.com", "apple.com"),
        ("alıpay.com", "alipay.com"),  # Turkish dotless i
        ("bücher.example", "bucher.example"),
        ("阿里云.example", None),
        ("alipay.com", None),
    ],
)
def test_homographs_show_what_they_imitate(text: str, looks_like: str | None) -> None:
    """A name in other letters says which ASCII name it is drawn like."""
    found = read(text)
    assert isinstance(found, Name)
    assert found.lookalike == looks_like
    assert found.text != "alipay.com" or looks_like is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.107.1.1", "203.107.1.1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8:0:0::1", "2001:db8::1"),
        ("fe80::1%wlan0", "fe80::1"),
        ("::ffff:203.107.1.1", "203.107.1.1"),
        ("[::ffff:10.0.0.1]", "10.0.0.1"),
    ],
)
def test_addresses_in_every_form(text: str, address: str) -> None:
    """Literals are addresses, with brackets and zone or without, IPv4-mapped as IPv4."""
    assert str(read_address(text)) == address
    assert read(text) == read_address(text)


@pytest.mark.parametrize("text", ["203.107.1", "203.107.1.256", "203.107.1.01", "1e100.net", "::g", "[::1", "", "0x7f.1"])
def test_what_is_no_address(text: str) -> None:
    """Short, octal and hexadecimal forms, which some clients accept, are no addresses here."""
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("10.1.2.3", True),
        ("172.31.0.1", True),
        ("172.32.0.1", False),
        ("192.168.1.1", True),
        ("100.64.0.1", True),
        ("169.254.1.1", True),
        ("127.0.0.1", True),
        ("224.0.0.251", True),
        ("239.255.255.250", True),
        ("255.255.255.255", True),
        ("0.0.0.0", True),
        ("203.0.113.7", False),
        ("198.51.100.7", False),
        ("8.8.8.8", False),
        ("fe80::1", True),
        ("fd00::1", True),
        ("ff02::fb", True),
        ("::1", True),
        ("2001:db8::1", False),
        ("2606:4700::1", False),
    ],
)
def test_local_addresses(text: str, local: bool) -> None:
    """Private, shared, link-local, loopback, multicast and broadcast stay in the house; addresses for documentation do not."""
    assert is_local(ipaddress.ip_address(text)) is local


@pytest.mark.parametrize(
    ("text", "local"),
    [("printer.local", True), ("router.lan", True), ("nas", True), ("x.home.arpa", True), ("local.example", False)],
)
def test_local_names(text: str, local: bool) -> None:
    """Names of the local network are told by their end."""
    found = read(text)
    assert isinstance(found, Name)
    assert found.is_local is local


@given(st.text() | st.from_regex(r"[a-zA-Z0-9.\-:\[\]%@/_]{0,300}"))
def test_any_text_is_read(text: str) -> None:
    """Any text is a name, an address or a fault, and a name obeys the rules of names."""
    found = read(text)
    if isinstance(found, Name):
        assert len(found.text) <= 253
        assert found.text == found.text.lower()
        assert read(found.text) == found
