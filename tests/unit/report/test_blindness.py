from auditor.report.blindness import blind_spots

from . import sample_audit


def test_every_kind_of_blindness_is_said_in_both_languages() -> None:
    english = [spot.en for spot in blind_spots(sample_audit.audit())]
    assert english == [
        "printer-2.pcap: damaged",
        "The phase “delete account” was not recorded",
        "iot.example.cn (alibaba_cloud, printer): the content of 6 flows could not be seen",
        "203.0.113.9 (203.0.113.9, printer): the content of 2 flows could not be seen",
        "api.paypal.com (paypal, app): the content of 2 flows could not be seen",
        "1 body or payload was not looked through to the end",
        "phases recorded: 87.5 %, needed 100 %",
        "hosts decrypted: 50 %, needed 60 %",
        "bodies inspected: 98 %, needed 100 %",
        "packets lost or unreadable: not known, needed 0.1 %",
    ]
    assert "阶段“注销账户”未录制" in [spot.zh for spot in blind_spots(sample_audit.audit())]


def test_nothing_hidden_is_nothing_said() -> None:
    assert blind_spots(sample_audit.passed()) == ()


def test_captured_names_in_it_are_safe() -> None:
    assert not any("\x1b" in spot.en + spot.zh for spot in blind_spots(sample_audit.hostile()))
