import csv
import io
from collections.abc import Callable

import pytest

from auditor.model.audit import Audit
from auditor.report import lists

from . import sample_audit

DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, sample_audit.hostile)


def rows(name: str, audit: Audit | None = None, lang: str = "en") -> dict[str, list[str]]:
    data = lists.render(audit or sample_audit.audit(), lang)[f"lists/{name}.csv"].decode("utf-8-sig")
    return {row[0]: row for row in list(csv.reader(io.StringIO(data)))[1:]}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("build", DOCUMENTS)
def test_every_draft_is_a_table_that_no_spreadsheet_runs(build: Callable[[], Audit], lang: str) -> None:
    for name, data in lists.render(build(), lang).items():
        table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert len({len(row) for row in table}) == 1, name
        assert not [
            cell
            for row in table
            for cell in row
            if cell.startswith(("=", "+", "@", "\t", "\r")) or (cell[:1] == "-" and cell != "-")
        ]


def test_collected_data_says_where_it_goes_when_and_what_speaks_against_it() -> None:
    imei = rows("collected")["IMEI"]
    assert imei[2:5] == ["before consent", "app", "umeng.com"]
    assert imei[5] == "Personal data sent before consent (omitted)"
    assert rows("collected")["image"][5] == "no difference found"


def test_shared_data_names_strangers_declared_parties_and_those_not_met() -> None:
    shared = rows("shared")
    assert shared["umeng.com"][-1].startswith("not declared; ")
    assert shared["paypal"][-1] == "no difference found"
    assert shared["apple"][-1] == "not met in this session"
    assert shared["nexmo"][-1].startswith("only between servers")
    assert "first_party" not in shared
    assert "local" not in shared


def test_a_record_of_processing_leaves_to_the_controller_what_traffic_cannot_show() -> None:
    data = lists.render(sample_audit.audit(), "en")["lists/processing.csv"].decode("utf-8-sig")
    record = list(csv.reader(io.StringIO(data)))[1]
    assert record[0] == "Guangzhou Taiji Electronic Co., Ltd."
    assert record[2] == record[6] == "[to be filled in by the controller]"
    assert record[7] == "14 flows in the clear"
    assert "local" not in record[4]


def test_headers_have_both_languages_and_cells_the_asked_one() -> None:
    data = lists.render(sample_audit.audit(), "zh")["lists/shared.csv"].decode("utf-8-sig")
    assert data.startswith("Recipient 接收方,")
    assert rows("shared", lang="zh")["umeng.com"][1] == "友盟同欣(北京)科技有限公司"


def test_the_last_column_speaks_of_the_rows_own_recipient() -> None:
    """A difference of another recipient, or of another surface of the same one, is none of this one."""
    audit = sample_audit.audit()
    (head, *rows) = csv.reader(lists.render(audit, "en")["lists/recipients.csv"].decode("utf-8-sig").splitlines())
    about = {
        (row.recipient, row.surface)
        for row in audit.findings
        if row.status == "open" and row.finding_class not in ("clear", "not_assessable")
    }
    silent = [row for row in rows if row[-1] == "-"]
    assert len(head) == len(rows[0]) and 0 < len(silent) < len(rows)
    for row in rows:
        own = {(row[0], row[1]), (row[0], None)} & about
        assert (row[-1] == "-") == (not own), row
    assert {row[0]: row[2] for row in rows}["paypal"] == "PayPal, Inc."
