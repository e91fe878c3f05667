"""Coverage gates: at, just above and just below each bound; what cannot be measured is no pass."""

from dataclasses import replace
from typing import Any

import pytest

from auditor.judge.coverage import Recorded, gates, lowered
from auditor.judge.facts import Facts
from auditor.model.finding import Gate
from auditor.model.loss import Loss, LossKind
from auditor.model.register import Gates
from auditor.model.said import Said, english
from auditor.model.session import Phase, Session
from auditor.model.vocabulary import Surface
from tests.rules.case_facts import REGISTER, facts


def gate(name: str, given: Facts, recorded: Recorded | None = None) -> Gate:
    return next(entry for entry in gates(given, recorded or Recorded()) if entry.name == name)


def flows(*rows: dict[str, Any], asked: Gates | None = None, **more: Any) -> Facts:
    return facts(list(rows), register=replace(REGISTER, gates=asked or Gates()), **more)


def hosts(seen: int, hidden: int) -> Facts:
    rows = [{"host": f"s{number}.example"} for number in range(seen)]
    return flows(*rows, *({"host": f"h{number}.example", "visibility": "opaque"} for number in range(hidden)))


@pytest.mark.parametrize(("seen", "hidden", "passed"), [(4, 1, True), (81, 19, True), (79, 21, False), (0, 1, False)])
def test_hosts_decrypted_at_its_bound(seen: int, hidden: int, passed: bool) -> None:
    """0.8 passes, 0.79 does not."""
    found = gate("hosts_decrypted", hosts(seen, hidden))
    assert found.passed is passed
    assert found.value == pytest.approx(seen / (seen + hidden))


def test_a_host_that_was_seen_once_was_seen() -> None:
    """One opaque flow beside a decrypted one hides no host; the same name on another surface is another host."""
    found = gate("hosts_decrypted", flows({"visibility": "opaque"}, {}, {"surface": "printer", "visibility": "opaque"}))
    assert found.value == 0.5
    assert english(found.detail) == ("printer: log.tracker.example could not be looked into",)


def test_a_list_of_connections_shows_no_content() -> None:
    """A source that knows no payload at all never passes the gate; a conversation without payload hides nothing."""
    listed = gate("hosts_decrypted", flows({"visibility": "null", "application": "null", "bytes_up": "null"}))
    assert (listed.value, listed.passed) == (0.0, False)
    named = gate("hosts_decrypted", flows({"visibility": "null", "application": "tls"}))
    assert (named.value, named.passed) == (0.0, False)
    refused = gate("hosts_decrypted", flows({}, {"host": "b.example", "visibility": "null", "application": "null"}))
    assert (refused.value, refused.passed) == (1.0, True)


def test_traffic_that_is_nobodys_needs_no_decryption() -> None:
    """Nothing to measure: None, and passed, where only the system and the network spoke."""
    found = gate("hosts_decrypted", flows({"to": "phone", "visibility": "opaque"}, {"to": "network", "visibility": "opaque"}))
    assert (found.value, found.passed) == (None, True)


@pytest.mark.parametrize(("unknown", "passed"), [(50, True), (49, True), (51, False)])
def test_bytes_attributed_at_its_bound(unknown: int, passed: bool) -> None:
    """0.95 of 1000 bytes."""
    rows = {"bytes_up": 1000 - unknown, "bytes_down": 0}, {"to": "nameless", "bytes_up": unknown, "bytes_down": 0}
    found = gate("bytes_attributed", flows(*rows))
    assert found.passed is passed
    assert found.value == pytest.approx(1 - unknown / 1000)


def test_a_flow_of_unknown_size_is_not_nothing() -> None:
    """It counts as one byte, so that a session of such flows can miss the gate."""
    found = gate("bytes_attributed", flows({"to": "nameless", "bytes_up": "null", "bytes_down": "null"}))
    assert (found.value, found.passed, english(found.detail)) == (0.0, False, ("1 bytes to 203.0.113.9",))


def test_the_network_and_the_system_explain_themselves() -> None:
    """Their bytes count as attributed, low confidence of a recipient does not."""
    assert gate("bytes_attributed", flows({"to": "network", "confidence": "none"})).passed
    assert not gate("bytes_attributed", flows({"confidence": "low"})).passed


def test_bodies_inspected() -> None:
    """One unread part misses the gate of 1.0, and is named; flows that nobody could see are another gate's business."""
    found = gate("bodies_inspected", flows({}, {"unread": ["request body: over 1 MB", "response body: torn"]}))
    assert (found.value, found.passed) == (0.5, False)
    assert english(found.detail) == ("app.mitm#f2 request body: over 1 MB", "app.mitm#f2 response body: torn")
    unseen = {"visibility": "null", "unread": ["request body: streamed"]}
    assert gate("bodies_inspected", flows({}, {}, {}, unseen)).value == 0.75
    assert gate("bodies_inspected", flows({}, {"visibility": "opaque"})).value == 1.0
    assert gate("bodies_inspected", flows({"visibility": "opaque"})).value is None


def test_a_lowered_bound_passes_and_is_named() -> None:
    """What the register asks less of is told."""
    asked = Gates(bodies_inspected=0.5)
    found = gate("bodies_inspected", flows({}, {"unread": ["x: y"]}, asked=asked))
    assert (found.passed, found.lowered) == (True, True)
    assert not gate("hosts_decrypted", flows({}, asked=asked)).lowered


def test_lowered_names_gates_in_either_direction() -> None:
    """Less of what is a least, more of what is a most; a stricter register lowers nothing."""
    assert lowered(Gates(min_flows=0, packet_loss=0.1, hook_errors=1, hosts_decrypted=0.9)) == (
        "min_flows",
        "packet_loss",
        "hook_errors",
    )
    assert lowered(Gates(min_flows=5, packet_loss=0.0, bytes_attributed=1.0)) == ()


def test_every_listed_surface_needs_its_flows() -> None:
    """A surface whose captures were given, and one that the register names."""
    assert gate("min_flows", flows({}, surfaces=(Surface.APP,))).passed
    missing = gate("min_flows", flows({}, surfaces=(Surface.APP, Surface.PRINTER)))
    assert (missing.passed, english(missing.detail)) == (False, ("no flow of the surface printer",))
    named = gate("min_flows", flows({}, asked=Gates(surfaces=(Surface.SITE,))))
    assert not named.passed
    assert gate("min_flows", flows({}, {}, asked=Gates(min_flows=2))).passed
    assert not gate("min_flows", flows({}, asked=Gates(min_flows=2))).passed


def test_nothing_at_all_is_no_pass() -> None:
    """A session without captures, and one whose capture is empty."""
    assert not gate("min_flows", facts([], surfaces=())).passed
    assert not gate("min_flows", facts([], surfaces=(Surface.APP,))).passed


def test_required_phases() -> None:
    """The share of those that were recorded; without a requirement there is nothing to measure."""
    phases = (Phase(id="print", start=0, end=1),)
    session = Session(name="s", folder=None, required_phases=("print", "pay"), phases=phases)
    found = gate("required_phases", flows({}, session=session))
    assert (found.value, found.passed, english(found.detail)) == (0.5, False, ("the phase pay was not recorded",))
    assert gate("required_phases", flows({})).value is None


def loss(dropped: int, started: int = 0) -> tuple[str, Loss]:
    return "p.pcapng", Loss(started=started, ended=started + 1, delivered=1000 - dropped, dropped=dropped)


@pytest.mark.parametrize(("dropped", "passed"), [(0, True), (1, True), (2, False)])
def test_packet_loss_at_its_bound(dropped: int, passed: bool) -> None:
    """0.001 of each interval: one of a thousand passes, two do not, and a quiet interval excuses no bad one."""
    found = gate("packet_loss", flows({}), Recorded(losses=(loss(0, 5), loss(dropped), loss(0, 9))))
    assert found.passed is passed
    assert found.value == pytest.approx(dropped / 1000)
    words = () if passed else ("p.pcapng: 0.20% of the packets lost",)
    assert english(found.detail) == words


def test_packets_that_nobody_can_read_are_not_called_lost() -> None:
    """They count as much as lost ones, and the reader is told what they are, in both languages."""
    encrypted = Loss(started=0, ended=1, delivered=3, dropped=1, kind=LossKind.UNREADABLE)
    found = gate("packet_loss", flows({}), Recorded(losses=(("w.pcap", encrypted),)))
    assert (found.value, found.passed) == (0.25, False)
    assert found.detail == (
        Said(
            "w.pcap: 25.00% of the packets cannot be read (encrypted below IP, or of an unknown link type)",
            "w.pcap：25.00% 的数据包无法读取（IP 层以下加密，或链路类型未知）",
        ),
    )


def test_interfaces_that_began_together_do_not_hide_each_other() -> None:
    """Each interval counts, also of two interfaces at one time."""
    assert not gate("packet_loss", flows({}), Recorded(losses=(loss(500), loss(0)))).passed


def test_unknown_loss_is_not_no_loss() -> None:
    """A capture that does not say how many packets were lost has not shown that it lost none."""
    found = gate("packet_loss", flows({}), Recorded(loss_unknown=("p.pcap",)))
    assert (found.value, found.passed) == (None, False)
    assert english(found.detail) == ("p.pcap: does not say how many packets were lost",)
    silent = Loss(started=0, ended=1, delivered=0, dropped=0)
    assert gate("packet_loss", flows({}), Recorded(losses=(("p.pcapng", silent),))).value == 0.0
    assert gate("packet_loss", flows({})).passed


def test_hook_errors() -> None:
    """One error of the recorder is one too many, unless the register says otherwise."""
    recorded = Recorded(hook_errors=("response: boom",))
    assert not gate("hook_errors", flows({}), recorded).passed
    assert gate("hook_errors", flows({}, asked=Gates(hook_errors=1)), recorded).passed


def test_long_lists_are_cut_and_say_so() -> None:
    """Fifty details, and how many more."""
    found = gate("hosts_decrypted", hosts(0, 60))
    assert len(found.detail) == 51
    assert found.detail[-1] == ("and 10 more", "另有 10 项")
    assert english(gate("hosts_decrypted", hosts(0, 51)).detail)[-1] == "and 1 more"
    assert english(gate("hosts_decrypted", hosts(0, 50)).detail)[-1] == "app: h9.example could not be looked into"


def test_each_gate_says_what_it_asks() -> None:
    """The register's bound beside the value, which a report shows; required phases are never lowered."""
    asked = Gates(min_flows=2, hosts_decrypted=0.7, bytes_attributed=0.6, bodies_inspected=0.5, packet_loss=0.01, hook_errors=3)
    given = gates(flows({}, {}, {}, asked=asked), Recorded(losses=(loss(2),), hook_errors=("a", "b")))
    assert [(entry.name, entry.value, entry.least, entry.lowered) for entry in given] == [
        ("min_flows", 3.0, 2.0, False),
        ("required_phases", None, 1.0, False),
        ("hosts_decrypted", 1.0, 0.7, True),
        ("bytes_attributed", 1.0, 0.6, True),
        ("bodies_inspected", 1.0, 0.5, True),
        ("packet_loss", 0.002, 0.01, True),
        ("hook_errors", 2.0, 3.0, True),
    ]


def test_the_least_of_the_surfaces_is_what_the_gate_measures() -> None:
    """Two flows of one surface do not make up for the other; without any surface there is nothing, and that is said."""
    both = (Surface.APP, Surface.PRINTER)
    assert gate("min_flows", flows({}, {}, {"surface": "printer"}, surfaces=both)).value == 1.0
    assert gate("min_flows", flows({}, {}, surfaces=both)).value == 0.0
    nothing = gate("min_flows", facts([], surfaces=()))
    assert (nothing.value, nothing.detail) == (0.0, (Said("no capture was given", "未提供任何抓包文件"),))


def test_what_is_not_attributed_is_told_largest_first() -> None:
    """Both directions count; of two of one size the name decides; a flow that names nobody at all still has its place."""
    rows = [
        {"to": "nameless", "server_ip": f"203.0.113.{number}", "bytes_up": size, "bytes_down": size}
        for number, size in ((3, 5), (1, 5), (2, 400), (4, 7))
    ]
    nobody = {"to": "nameless", "server_ip": "null", "bytes_up": 1, "bytes_down": 2}
    found = gate("bytes_attributed", flows(*rows, nobody, {"bytes_up": 1000, "bytes_down": 163}))
    assert english(found.detail) == (
        "800 bytes to 203.0.113.2",
        "14 bytes to 203.0.113.4",
        "10 bytes to 203.0.113.1",
        "10 bytes to 203.0.113.3",
        "3 bytes to ?",
    )
    assert found.value == pytest.approx(1163 / 2000)


def test_details_are_said_in_both_languages() -> None:
    """Every gate's words have their Chinese; what a file says of itself stays as it is."""
    session = Session(name="s", folder=None, required_phases=("pay",))
    given = flows({"to": "nameless"}, {"visibility": "opaque"}, session=session, surfaces=(Surface.APP, Surface.PRINTER))
    recorded = Recorded(losses=(loss(9),), loss_unknown=("p.pcap",))
    said = [detail.zh for entry in gates(given, recorded) for detail in entry.detail]
    assert all(detail.en for entry in gates(given, recorded) for detail in entry.detail)
    assert said == [
        "没有打印机的流量",
        "未录制阶段 支付",
        "应用：无法查看 log.tracker.example 的内容",
        *[word for word in said if "字节发往" in word],
        "p.pcapng：丢失 0.90% 的数据包",
        "p.pcap：未说明丢失了多少数据包",
    ]
