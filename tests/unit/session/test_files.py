"""session.toml, subjects.toml and waivers.toml, key by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.model.session import CaptureFile, Phase, PlantedValue, Subjects, Waiver
from auditor.model.vocabulary import KINDS, Surface
from auditor.session.files import SessionFile, read_session, read_subjects, read_waivers

SESSION = """\
schema = 1
[session]
name = "n"
product = "p"
app_version = "1"
firmware = "2"
topology = "P2"
tester = "t"
scripted = "s"
register = "r"
required_phases = ["print"]
[first_party]
domains = ["O2Nails.com.", ".example.org"]
tenants = ["bucket"]
[[capture]]
path = "a/app.mitm"
surface = "app"
app = "com.example"
background = true
keylog = "keys.log"
[[capture]]
path = "x.pcap"
[[phase]]
id = "print"
start = 2026-11-22T10:15:00Z
end = "2026-11-22T18:16:00+08:00"
"""
MINUTE = 60_000_000_000
START = 1_795_342_500_000_000_000


def _faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_session(text, "s")
    return [str(fault).removeprefix("s: ") for fault in caught.value.faults]


def test_every_key_of_a_session_is_read() -> None:
    assert read_session(SESSION, "s") == SessionFile(
        name="n",
        product="p",
        app_version="1",
        firmware="2",
        topology="P2",
        tester="t",
        scripted="s",
        register="r",
        required_phases=("print",),
        domains=("o2nails.com", "example.org"),
        tenants=("bucket",),
        captures=(
            CaptureFile(
                path="a/app.mitm",
                name="a/app.mitm",
                surface=Surface.APP,
                app="com.example",
                background=True,
                keylog="keys.log",
            ),
            CaptureFile(path="x.pcap", name="x.pcap", surface=None),
        ),
        phases=(Phase(id="print", start=START, end=START + MINUTE),),
    )


def test_a_session_needs_nothing_but_its_schema() -> None:
    assert read_session("schema = 1", "s") == SessionFile()


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "..", ""])
def test_a_capture_outside_the_folder_is_a_fault(path: str) -> None:
    (fault,) = _faults(f'schema = 1\n[[capture]]\npath = "{path}"\n')
    assert fault.startswith("line 3: ")


@pytest.mark.parametrize("other", ["a/x.har", "./a/x.har", "a//x.har"])
def test_a_capture_that_is_listed_twice_is_a_fault(other: str) -> None:
    (fault,) = _faults(f'schema = 1\n[[capture]]\npath = "a/x.har"\n[[capture]]\npath = "{other}"\n')
    assert fault == f"line 5: the capture {other!r} is listed twice"


def test_a_phase_that_ends_before_it_starts_is_a_fault_and_any_id_is_allowed() -> None:
    text = 'schema = 1\n[[phase]]\nid = "my own"\nstart = 2026-11-22T10:15:00Z\nend = 2026-11-22T10:14:00Z\n'
    assert _faults(text) == ["line 5: the phase 'my own' ends before it starts"]


def test_every_key_of_subjects_is_read() -> None:
    text = """\
schema = 1
salts = ["s"]
hmac_keys = ["k"]
[[identifier]]
label = "phone"
kind = "imei"
value = "490154203237518"
owner = "phone"
"""
    planted = PlantedValue(label="phone", kind="imei", value="490154203237518", owner="phone")
    assert read_subjects(text, "s") == Subjects(identifiers=(planted,), salts=("s",), hmac_keys=("k",))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_planted(kind: str) -> None:
    text = f'schema = 1\n[[identifier]]\nlabel = "a"\nkind = "{kind}"\nvalue = "v"\nowner = "persona"\n'
    assert read_subjects(text, "s").identifiers[0].kind == kind


def test_faults_of_subjects_never_hold_a_value() -> None:
    secret = "490154203237518"
    text = f"""\
schema = 1
salts = [5]
[[identifier]]
label = "a"
kind = "imei"
value = {secret}
owner = "phone"
[[identifier]]
label = "a"
kind = "imei"
value = " "
owner = "dog"
vallue = "{secret}"
"""
    with pytest.raises(ConfigError) as caught:
        read_subjects(text, "s")
    lines = [fault.source.where for fault in caught.value.faults]
    assert lines == ["line 2", "line 6", "line 9", "line 11", "line 12", "line 13"]
    assert secret not in str(caught.value)


WAIVER = {
    "rule": '"SEC-CLEARTEXT"',
    "party": '"first_party"',
    "identifier": '"*"',
    "surface": '"printer"',
    "reason": '"r"',
    "owner": '"o"',
    "expires": "2027-01-31",
}


def _waiver(**changes: str) -> str:
    return "schema = 1\n[[waiver]]\n" + "".join(f"{key} = {value}\n" for key, value in (WAIVER | changes).items() if value)


def test_every_key_of_a_waiver_is_read() -> None:
    (waiver,) = read_waivers(_waiver(), "w", ("SEC-CLEARTEXT",))
    assert waiver == Waiver(
        rule="SEC-CLEARTEXT",
        party="first_party",
        identifier="*",
        surface="printer",
        reason="r",
        owner="o",
        expires="2027-01-31",
    )


@pytest.mark.parametrize("key", WAIVER)
def test_a_waiver_lacks_no_key(key: str) -> None:
    with pytest.raises(ConfigError, match=rf"line 2: \[waiver\] lacks the key '{key}'"):
        read_waivers(_waiver(**{key: ""}), "w")


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("rule", '"SEC-CLEARTXT"', "did you mean 'SEC-CLEARTEXT'"),
        ("identifier", '"imeii"', "did you mean 'imei'"),
        ("surface", '"sites"', "did you mean 'site'"),
        ("surface", '""', "unknown surface ''"),
        ("reason", '" "', "'reason' is empty"),
        ("owner", '""', "'owner' is empty"),
        ("expires", '"never"', "'expires' is no date"),
    ],
)
def test_a_wrong_waiver_is_a_fault(key: str, value: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        read_waivers(_waiver(**{key: value}), "w", ("SEC-CLEARTEXT",))
    assert len(caught.value.faults) == 1


@given(st.text())
def test_any_text_is_read_or_a_config_error(text: str) -> None:
    for read in (read_session, read_subjects, read_waivers):
        try:
            read(text, "x")
        except ConfigError as error:
            assert error.faults


def test_the_package_is_named_by_its_digest_in_either_case() -> None:
    digest = "AB" * 32
    said = read_session(f'schema = 1\n[session]\napp_sha256 = "{digest}"\n', "session.toml")
    assert (said.app_sha256, said.firmware_sha256) == (digest.lower(), "")


def test_what_is_no_digest_is_told() -> None:
    with pytest.raises(ConfigError) as raised:
        read_session('schema = 1\n[session]\nfirmware_sha256 = "1.0.3"\n', "session.toml")
    assert "no SHA-256" in raised.value.faults[0].what


@pytest.mark.parametrize("path", ["/etc/policy.txt", "../policy.txt", ""])
def test_a_policy_text_outside_the_folder_is_a_fault(path: str) -> None:
    """A session is whole in its folder."""
    (fault,) = _faults(f'schema = 1\n[session]\npolicy = ["policy.txt", "{path}"]\n')
    assert "lies outside the session's folder" in fault
