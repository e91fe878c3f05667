import itertools
from dataclasses import replace

import msgspec
import pytest

from auditor.model.audit import Audit
from auditor.model.vocabulary import Severity, Surface
from auditor.report.matrix import CONTACT, Cell, Row, State, matrix

from . import sample_audit


def row(recipient: str) -> Row:
    return next(row for row in matrix(sample_audit.audit()).rows if row.recipient == recipient)


def cell(recipient: str, kind: str) -> Cell:
    kinds = matrix(sample_audit.audit()).kinds
    return row(recipient).cells[kinds.index(kind)]


CASES = [
    ("umeng.com", "imei", State.OMITTED, 3),
    ("umeng.com", "oaid", State.OMITTED, 11),
    ("umeng.com", "phone", State.NOT_SEEN, 0),
    ("tencent_cloud", "mac", State.VAGUE, 3),
    ("first_party", "image", State.CLEAR, 0),
    ("first_party", "phone", State.WAIVED, 3),
    ("paypal", "phone", State.COULD_NOT_SEE, 0),
    ("alibaba_cloud", "imei", State.COULD_NOT_SEE, 0),
    ("apple", "imei", State.NO_FLOW, 0),
    ("google", CONTACT, State.INCORRECT, 3),
    ("ant_financial", CONTACT, State.CLEAR, 0),
    ("nexmo", CONTACT, State.NO_FLOW, 0),
]


@pytest.mark.parametrize(("recipient", "kind", "state", "flows"), CASES)
def test_a_cell_says_the_worst_that_is_known(recipient: str, kind: str, state: State, flows: int) -> None:
    found = cell(recipient, kind)
    assert (found.state, found.flows) == (state, flows)


def test_the_first_party_stands_first_then_declared_parties_then_strangers_the_worst_first() -> None:
    rows = matrix(sample_audit.audit()).rows
    assert rows[0].recipient == "first_party"
    assert [row.recipient for row in rows if not row.declared] == ["umeng.com", "203.0.113.9"]
    assert all(first.declared >= second.declared for first, second in itertools.pairwise(rows))


def test_every_declared_party_has_a_row_even_when_it_was_not_met() -> None:
    audit = sample_audit.audit()
    assert {party.party for party in audit.parties} <= {row.recipient for row in matrix(audit).rows}


def test_kinds_of_the_users_own_stand_last() -> None:
    audit = sample_audit.audit()
    other = replace(audit, recipients=(replace(audit.recipients[0], kinds=("zzz", "imei")),))
    assert matrix(other).kinds[-1] == "zzz"


def test_the_local_network_has_no_row_unless_something_was_found_there() -> None:
    assert "local" not in [row.recipient for row in matrix(sample_audit.audit()).rows]


def test_nothing_recorded_gives_an_empty_matrix() -> None:
    assert matrix(sample_audit.empty()).rows == ()


def test_a_finding_about_nobody_makes_no_column() -> None:
    audit = sample_audit.audit()
    claim = msgspec.structs.replace(audit.findings[0], recipient=None, kind="only_listed_sharing")
    assert "only_listed_sharing" not in matrix(replace(audit, findings=(claim,))).kinds


def test_several_companies_of_a_group_are_all_named() -> None:
    """A row about Umeng and AutoNavi, which are one recipient, names both."""
    audit = sample_audit.audit()
    (first,) = [one for one in audit.recipients if one.recipient == "umeng.com"][:1]
    other = replace(first, surface=Surface.SITE, entity="AutoNavi Software Co., Ltd.", entity_zh="高德软件有限公司")
    made = replace(audit, recipients=(*audit.recipients, other))
    named = next(one for one in matrix(made).rows if one.recipient == "umeng.com")
    assert named.name == "Umeng (Beijing) Technology Co., Ltd.; AutoNavi Software Co., Ltd."
    assert named.name_zh == "友盟同欣(北京)科技有限公司；高德软件有限公司"


def test_what_is_only_noted_about_the_contact_is_no_cell() -> None:
    """A declared party that was not met is info, and its row says so already; the same of a kind of data is a cell."""
    audit = sample_audit.audit()
    note = msgspec.structs.replace(audit.findings[0], recipient="baidu", kind=None, severity=Severity.INFO)
    assert all(cell.finding is None for cell in _cells(replace(audit, findings=(note,)), "baidu"))
    about = msgspec.structs.replace(note, kind="imei")
    assert any(cell.finding == about.id for cell in _cells(replace(audit, findings=(about,)), "baidu"))


def _cells(audit: Audit, recipient: str) -> tuple[Cell, ...]:
    return next(row.cells for row in matrix(audit).rows if row.recipient == recipient)
