"""The policy's text beside a session: the files that session.toml names, and what the tool knows, in; rows of the document out.

What is wrong with the declaration is told as `auditor policy lint` tells it. Where the text is another one than the register
was confirmed for, the differences are told too: an audit that judges by yesterday's declaration cannot pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from auditor import policy
from auditor.errors import AuditError, CaptureError, Source, UnknownFormatError
from auditor.model.audit import Audit
from auditor.model.declaration import LintRow, TextChangeRow, TextRow
from auditor.model.destination import Catalog
from auditor.model.register import Register
from auditor.model.rule import Cited
from auditor.model.said import Said
from auditor.model.session import PolicyText

UNVERIFIED = ("not verified", "未核实")
"""What the catalog writes behind a name that nobody looked up: no text has such a name."""

_WHAT_ZH = {
    "added": "新增",
    "removed": "删除",
    "version": "版本",
    "effective": "生效日期",
    "name_en": "英文名称",
    "name_zh": "中文名称",
    "languages": "语言",
    "purposes": "目的",
    "surfaces": "适用端",
    "categories": "数据类别",
    "links": "链接",
    "countries": "国家或地区",
    "child_age": "儿童年龄",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What an audit says of the policy's text. Empty where a session names none."""

    texts: tuple[TextRow, ...] = ()
    lint: tuple[LintRow, ...] = ()
    changes: tuple[TextChangeRow, ...] = ()
    error: str | None = None
    """Why the text could not be read."""

    @property
    def doubts(self) -> tuple[Said, ...]:
        """Why a verdict by this register is open."""
        number = len(self.changes)
        if not number:
            return ()
        first = self.changes[0]
        points = "1 point" if number == 1 else f"{number} points"
        what_zh = _WHAT_ZH.get(first.what, first.what)
        return (
            Said(
                f"the policy's text differs from the confirmed register in {points}, "
                f"like: {first.party or 'document'} {first.what}",
                f"政策文本与已确认的登记表有 {number} 处不同，例如：{first.party or '文档'}（{what_zh}）",
            ),
        )


def known_parties(catalog: Catalog) -> tuple[policy.KnownParty, ...]:
    """The parties whose ids a register takes from the catalog, with the names that a text may give them."""
    names: dict[str, list[str]] = {}
    for name, party in catalog.party_names():
        if not any(mark in name for mark in UNVERIFIED):
            names.setdefault(party, []).append(name)
    return tuple(policy.KnownParty(party=party, names=tuple(found)) for party, found in names.items())


def recognised(reading: policy.PolicyReading, names: str) -> policy.PolicyReading:
    """The reading, where it is of a policy. What most of which is in another language could not be seen: that is no other format.

    Raises:
        UnknownFormatError: it is of something else.
    """
    if policy.is_foreign(reading) or policy.is_policy(reading):
        return reading
    fix = "give the policy's own text; a page that a browser puts together is saved when it is shown"
    raise UnknownFormatError(
        "does not look like a privacy policy: it names no party, and little that policies speak of", Source(names), fix
    )


def declared(texts: tuple[PolicyText, ...], register: Register, catalog: Catalog, cited: Mapping[str, Cited]) -> Declared:
    """The rows about the texts; an error instead where they are no readable text."""
    if not texts:
        return Declared()
    rows = tuple(TextRow(path=text.name, sha256=text.sha256) for text in texts)
    try:
        files = tuple(policy.PolicyFile(name=text.name, data=text.data) for text in texts)
        reading = recognised(policy.read(files, known_parties(catalog)), ", ".join(text.name for text in texts))
    except (AuditError, CaptureError) as error:
        return Declared(texts=rows, error=str(error))
    found = policy.lint(reading, tuple(entry.text for entry in cited.values()))
    changes = policy.changes(reading, register)
    return Declared(
        texts=rows,
        lint=tuple(_lint_rows(found, cited)),
        changes=tuple(TextChangeRow(party=one.party, what=one.what, was=one.was, now=one.now, line=one.line) for one in changes),
    )


def _lint_rows(found: Iterable[policy.LintFinding], cited: Mapping[str, Cited]) -> Iterable[LintRow]:
    for defect in found:
        about = cited[defect.rule]
        yield LintRow(
            rule=defect.rule,
            severity=defect.severity,
            line=defect.line,
            column=defect.column,
            language=defect.language,
            message=defect.message,
            message_zh=defect.message_zh,
            references=about.citations,
            title=about.text.title,
            title_zh=about.text.title_zh,
            file=defect.file,
        )


def with_declared(audit: Audit, found: Declared) -> Audit:
    """The document with what is said of the policy's text."""
    if not found.texts:
        return audit
    register = replace(audit.register, texts=found.texts, text_changes=found.changes)
    return replace(audit, register=register, lint=found.lint)
