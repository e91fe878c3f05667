"""What the catalog is silent on is answered as columns, and exactly as the ladder answers it one by one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attribute.address_table import AddressTable
from auditor.attribute.answers import answers_table, endpoints_of
from auditor.attribute.ladder import Ladder
from auditor.attribute.silent import Silent
from auditor.catalog import destination_rules, register_file

from .test_table import attributed, observed

LADDER = Ladder(destination_rules.load(), register_file.load("o2nails-1.1"), domains=("own.example",), tenants=("ours",))
HOSTS = (
    None, "", "api.example.com", "b.example.org", "example.co.uk", "co.uk", "com.cn", "x.kobe.jp", "www.ck", "printer", "printer.local",
    "nas.home.arpa", "hm.baidu.com", "evilbaidu.com", "baidu.com.example", "API.Example.com", "dot.example.", "192.0.2.7", "1.2.3",
    "300.1.1.1", "xn--80ak6aa92e.com", "bad host", "-x.example", "x_y.example", "a..b", "own.example", "shop.own.example",
    "ours.oss-cn-shenzhen.aliyuncs.com", "other.oss-cn-shenzhen.aliyuncs.com", "a" * 64 + ".example", ".".join(["abc"] * 70),
    "münchen.example", "evil.com\0.example.org", "r1.cn-shanghai.example", "127.0.0.1", "2001:db8::1", "somebody.github.io",
)  # fmt: skip
SERVERS = (
    None, "", "203.0.113.9", "192.168.1.1", "10.1.2.3", "100.64.0.1", "172.16.9.9", "172.32.0.1", "0.0.0.0", "127.0.0.1", "169.254.7.7",
    "224.0.0.251", "239.255.255.250", "255.255.255.255", "255.255.255.254", "8.8.8.8", "203.107.1.1", "119.29.29.29", "47.96.0.1",
    "2001:db8::9", "fe80::1", "ff02::fb", "::ffff:203.0.113.9", "01.2.3.4", "not an address", "17.253.1.1",
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {
        "host": st.sampled_from(HOSTS),
        "host_source": st.sampled_from(("tls_sni", "dns_answer", "certificate", "none")),
        "server_ip": st.sampled_from(SERVERS),
        "server_port": st.sampled_from((None, 53, 80, 123, 443, 853, 1883, 5353, 9100, 40_000)),
        "transport": st.sampled_from(("tcp", "udp", "icmp")),
        "application": st.sampled_from((None, "dns", "ntp", "tls", "http")),
        "surface": st.sampled_from(("app", "printer", "site")),
        "names": st.lists(st.sampled_from(("api.example.com", "hm.baidu.com", "printer")), max_size=2),
        "cnames": st.lists(st.sampled_from(("x.cdn.example", "x.w.kunlunca.com", "")), max_size=2),
    }
)


def one_by_one(ladder: Ladder, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the ladder says of each row."""
    endpoints = endpoints_of(observed(*rows).drop_columns("started"))
    found: list[dict[str, Any]] = answers_table(endpoints, [ladder.attribute(endpoint) for endpoint in endpoints]).to_pylist()
    return found


@given(st.lists(ROWS, min_size=1, max_size=12))
def test_columns_and_ladder_agree(rows: list[dict[str, Any]]) -> None:
    """Whatever the rows are, the table says of each what the ladder says of its endpoint alone."""
    flows, endpoints = attributed(observed(*rows), LADDER)
    spread = endpoints.iloc[flows["endpoint"].tolist()].to_dict("records")
    plain = [{name: _plain(value) for name, value in row.items() if name != "endpoint"} for row in spread]
    assert plain == one_by_one(LADDER, rows)
    for row, expected in zip(flows.to_dict("records"), plain, strict=True):
        assert {name: _plain(row[name]) for name in ("recipient", "reason", "step", "domain")} == {
            name: expected[name] for name in ("recipient", "reason", "step", "domain")
        }


def _plain(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, str) or value is None:
        return value
    if hasattr(value, "tolist") or isinstance(value, list):
        return list(value)
    return None if pd.isna(value) else value


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_alone(host: str | None) -> None:
    """Each kind of name, with and without a server's address."""
    rows = [{"host": host, "server_ip": server} for server in (None, "203.0.113.9", "192.168.1.1")]
    found = attributed(observed(*rows), LADDER)[0]
    assert [_plain(text) for text in found["reason"]] == [row["reason"] for row in one_by_one(LADDER, rows)]


def test_the_usual_case_is_silent() -> None:
    """Unknown names, unknown and local addresses are answered as columns; known names and whatever is odd are not."""
    rows: list[dict[str, Any]] = [
        {"host": "api.example.com", "server_ip": "203.0.113.9"},
        {"host": None, "server_ip": "203.0.113.9"},
        {"host": None, "server_ip": "192.168.1.1"},
        {"host": "hm.baidu.com", "server_ip": "203.0.113.9"},
        {"host": "xn--80ak6aa92e.com", "server_ip": "203.0.113.9"},
        {"host": "api.example.com", "server_ip": "2001:db8::1"},
        {"host": "api.example.com", "cnames": ["x.w.kunlunca.com"]},
        {"host": "own.example"},
    ]
    assert Silent(LADDER, observed(*rows)).found.tolist() == [True, True, True, False, False, False, False, False]


def test_a_table_of_addresses_leaves_addresses_to_the_ladder() -> None:
    """With --ip-asn every address may have a country and a network."""
    table = AddressTable("203.0.113.0\t203.0.113.255\t64500\tDE\tEXAMPLE-AS\n", "table.tsv")
    ladder = Ladder(LADDER.catalog, register_file.load("o2nails-1.1"), addresses=table)
    rows = [{"host": "api.example.com", "server_ip": "203.0.113.9"}]
    found = attributed(observed(*rows), ladder)[0]
    assert found["server_country"].tolist() == ["DE"]


SAME = {"host_source": "tls_sni", "transport": "tcp", "server_port": 443, "application": "tls"}
OF_ONE_KIND = [{**SAME, "host": host, "server_ip": server} for host in HOSTS for server in SERVERS]
OF_MANY_KINDS = [
    {
        "host": host,
        "server_ip": server,
        "server_port": port,
        "transport": transport,
        "application": application,
        "surface": surface,
    }
    for host, server in (("api.example.com", "8.8.8.8"), ("b.example.org", None), (None, "192.168.1.1"), (None, "203.0.113.9"))
    for port in (None, 0, 53, 123, 443, 853, 1883, 5353, 9100)
    for transport in ("tcp", "udp")
    for application in (None, "dns", "ntp", "tls")
    for surface in ("app", "printer", "site")
]


@pytest.mark.parametrize("rows", [OF_ONE_KIND, OF_MANY_KINDS], ids=["one kind", "many kinds"])
def test_rows_that_share_an_answer_keep_their_own_names(rows: list[dict[str, Any]]) -> None:
    """Of rows of one kind only the first is asked about: what it is called must not become the others' name."""
    flows, _ = attributed(observed(*rows), LADDER)
    expected = one_by_one(LADDER, rows)
    for name in ("recipient", "domain", "reason", "relation", "service", "step", "entity", "confidence"):
        assert [_plain(value) for value in flows[name]] == [row[name] for row in expected], name
