"""What a person may type, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attribute.typed import endpoint
from auditor.errors import UsageError
from auditor.model.vocabulary import Surface

CASES = [
    ("api.nexmo.com", "api.nexmo.com", None, None),
    ("HTTPS://User@Host.Example:443/x", "host.example", None, 443),
    ("https://user:pw@host.example/x?y=@evil.example", "host.example", None, 443),
    ("http://host.example\\@evil.example/", "host.example", None, 80),
    ("host.example:8443", "host.example", None, 8443),
    ("host.example.", "host.example", None, None),
    ("  host.example  ", "host.example", None, None),
    ("[2001:DB8::1]:443", None, "2001:db8::1", 443),
    ("[2001:db8::1]", None, "2001:db8::1", None),
    ("2001:db8::1", None, "2001:db8::1", None),
    ("fe80::1%eth0", None, "fe80::1", None),
    ("::ffff:203.107.1.1", None, "203.107.1.1", None),
    ("203.107.1.1", None, "203.107.1.1", None),
    ("203.107.1.1:80", None, "203.107.1.1", 80),
    ("mqtts://broker.example", "broker.example", None, 8883),
    ("bücher.example", "xn--bcher-kva.example", None, None),
]


@pytest.mark.parametrize(("text", "host", "address", "port"), CASES)
def test_forms_that_people_type(text: str, host: str | None, address: str | None, port: int | None) -> None:
    """Names, addresses, ports and URLs each come to the host that a connection would go to."""
    found = endpoint(text, Surface.SITE)
    assert (found.host, found.server_ip, found.server_port, found.surface) == (host, address, port, Surface.SITE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "two words.example",
        "host.example:0",
        "host.example:65536",
        "host.example:http",
        "evil.example\0.alipay.com",
        "a" * 64 + ".example",
        "-host.example",
        "host..example",
        "[2001:db8::1]x",
        "x" * 5000,
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    """A doubtful text is an error that says what is wrong, never a guess."""
    with pytest.raises(UsageError) as caught:
        endpoint(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@given(st.text())
def test_any_text_gives_an_endpoint_or_a_usage_error(text: str) -> None:
    """No text makes anything else than an answer or an error for the user."""
    try:
        found = endpoint(text)
    except UsageError:
        return
    assert (found.host is None) != (found.server_ip is None)


@pytest.mark.parametrize(
    ("text", "transport"),
    [
        ("ntp://time.example", "udp"),
        ("QUIC://host.example:443", "udp"),
        ("https://host.example", "tcp"),
        ("203.107.1.1:123", "tcp"),
    ],
)
def test_the_scheme_tells_the_transport(text: str, transport: str) -> None:
    """Hints of ports are of one transport: NTP's is of UDP alone."""
    assert endpoint(text).transport == transport
