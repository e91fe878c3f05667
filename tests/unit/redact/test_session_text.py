"""The session's own files: what was read of them is written again, with pseudonyms and without names and secrets."""

from auditor.model.session import CaptureFile, Phase, Subjects, Waiver
from auditor.model.vocabulary import Surface
from auditor.redact.inventory import chosen
from auditor.redact.session_text import session_toml, subjects_toml, waivers_toml
from auditor.session.files import SessionFile, read_session, read_subjects, read_waivers
from tests.unit.redact.people import VALUES, pseudonyms, rewriter, subjects

PLANTED = subjects()
NEW = pseudonyms(PLANTED)
SAID = SessionFile(
    name="session",
    product=f'the "{VALUES["nickname"]}" build \\ 2',
    region="CN",
    app_sha256="ab" * 32,
    policy=("policy.zh.txt",),
    tester="Somebody",
    required_phases=("print",),
    domains=("example.com",),
    tenants=("bucket-1",),
    captures=(
        CaptureFile(path=f"{VALUES['serial']}.pcap", name="x", surface=Surface.PRINTER, background=True, keylog="keys.log"),
        CaptureFile(path="b.har", name="b.har", surface=None, app="com.example"),
    ),
    phases=(Phase(id="print", start=1_790_000_000_123_456_000, end=1_790_000_001_000_000_000),),
)


def test_a_session_is_read_back() -> None:
    """Without the tester and the key log."""
    made = read_session(session_toml(SAID, "session", "o2nails-1.1", rewriter(PLANTED)), "session.toml")
    assert made.product == f'the "{NEW["nickname"]}" build \\ 2'
    assert (made.region, made.app_sha256, made.policy) == ("CN", "ab" * 32, ("policy.zh.txt",))
    assert (made.tester, made.captures[0].keylog) == ("", None)
    assert made.captures[0].path == f"{NEW['serial']}.pcap"
    assert (made.captures[0].surface, made.captures[0].background, made.captures[1].app) == (Surface.PRINTER, True, "com.example")
    assert (made.phases, made.required_phases, made.domains, made.tenants) == (
        SAID.phases,
        SAID.required_phases,
        SAID.domains,
        SAID.tenants,
    )


def test_planted_values_are_read_back_as_their_pseudonyms() -> None:
    """With the salts, which a digest needs to be found."""
    made = Subjects(identifiers=chosen(PLANTED, NEW).identifiers, salts=("pepper",), hmac_keys=("key",))
    assert read_subjects(subjects_toml(made, rewriter(PLANTED)), "subjects.toml") == made


def test_waivers_are_read_back() -> None:
    """A value in the reason is replaced."""
    fields = {"rule": "SEC-CLEARTEXT", "party": "first_party", "identifier": "*", "surface": "app", "owner": "QA"}
    waiver = Waiver(**fields, reason=f"asked by {VALUES['email']}", expires="2027-01-31")
    (made,) = read_waivers(waivers_toml([waiver], rewriter(PLANTED)), "waivers.toml")
    assert made == Waiver(**fields, reason=f"asked by {NEW['email']}", expires="2027-01-31")
