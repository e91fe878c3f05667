import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mitmproxy import flowfilter

from auditor.report.reproduce import recipe

CASES = [
    ("app.mitm#8f3a", "mitmproxy", "a.example", "", "~d a\\.example"),
    ("app.mitm#8f3a", "mitmproxy", None, "", "~all"),
    ("p.pcapng#tcp-3", "pcapng", None, "", "tcp.stream == 3"),
    ("p.pcap#udp-12", "pcap", None, "", "udp.stream == 12"),
    ("p.pcap#udp-12", "pcap", None, "packet 812 +14", "frame.number == 812"),
    ("s.har#4", "har", None, "", "log.entries[4]"),
]


@pytest.mark.parametrize(("flow", "form", "host", "location", "shown"), CASES)
def test_each_format_is_opened_with_the_filter_of_its_tool(
    flow: str, form: str, host: str | None, location: str, shown: str
) -> None:
    way = recipe(flow, form, host, location)
    assert way is not None
    assert way.filter == shown


@pytest.mark.parametrize(("flow", "form"), [("x.csv#row-1", "pcapdroid_csv"), ("p.pcap#icmp-0", "pcap"), ("nothing", "")])
def test_where_no_common_tool_helps_there_is_no_recipe(flow: str, form: str) -> None:
    assert recipe(flow, form, None) is None


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(max_size=20), st.sampled_from(("mitmproxy", "pcap", "har")))
def test_captured_names_cannot_leave_their_quotes_in_a_shell(capture: str, host: str, form: str) -> None:
    way = recipe(f"{capture}#tcp-1", form, host)
    assert way is not None
    words = shlex.split(way.command, comments=True)
    assert words[0] in ("mitmweb", "wireshark", "jq")
    assert len(words) == {"mitmproxy": 6, "pcap": 5, "har": 3}[form]


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", min_codepoint=32), min_size=1, max_size=20))
def test_a_host_becomes_a_filter_that_mitmproxy_reads(host: str) -> None:
    way = recipe("app.mitm#1", "mitmproxy", host)
    assert way is not None
    flowfilter.parse(way.filter)
