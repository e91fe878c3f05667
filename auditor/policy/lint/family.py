"""All rules that a program can decide, in the order of the catalogue, and the function that runs them."""

from dataclasses import dataclass

from auditor.model.rule import RuleText
from auditor.model.vocabulary import Severity
from auditor.policy.lint import (
    absent,
    boilerplate,
    data,
    document_facts,
    entities,
    links,
    lists,
    meanings,
    typos,
    versions,
    wording,
)
from auditor.policy.lint.defect import Defect, LintRule
from auditor.policy.reading import PolicyReading

LANGUAGE_RULES = (
    LintRule(id="POL-LANG-PARTY-DIFF", find=versions.party_differences),
    LintRule(id="POL-LANG-CLAUSE-DIFF", find=versions.clause_differences),
)
"""What `policy compare` asks."""

RULES = (
    LintRule(id="POL-LIST-EMPTY", find=lists.empty_lists),
    LintRule(id="POL-LINK-MISSING", find=links.missing_links),
    LintRule(id="POL-LINK-HOMEPAGE", find=links.homepage_links),
    LintRule(id="POL-LINK-VAGUE", find=links.vague_links),
    LintRule(id="POL-ENTITY-CORRUPT", find=entities.corrupt_names),
    LintRule(id="POL-ENTITY-INCOMPLETE", find=entities.incomplete_names),
    *LANGUAGE_RULES,
    LintRule(id="POL-FOREIGN-BOILERPLATE", find=boilerplate.foreign_boilerplate),
    LintRule(id="POL-TYPO-JOINED", find=typos.joined_words),
    LintRule(id="POL-PURPOSE-MISSING", find=data.purpose_missing),
    LintRule(id="POL-OPEN-ENDED", find=wording.open_ended),
    LintRule(id="POL-DEF-CONFLICT", find=meanings.conflicting_definitions),
    LintRule(id="POL-DEF-GAP", find=meanings.definition_gaps),
    LintRule(id="POL-PARTY-NO-DATA", find=data.party_without_data),
    LintRule(id="POL-ADS-NO-PARTY", find=wording.advertising_without_party),
    LintRule(id="POL-LEGAL-BASIS-MISSING", find=absent.legal_basis_missing),
    LintRule(id="POL-RIGHTS-MISSING", find=absent.rights_missing),
    LintRule(id="POL-RETENTION-UNBOUNDED", find=absent.retention_unbounded),
    LintRule(id="POL-COMPLAINT-MISSING", find=absent.complaint_missing),
    LintRule(id="POL-TRANSFER-CONSENT-BY-USE", find=wording.consent_by_use),
    LintRule(id="POL-DEVICE-UNCOVERED", find=data.uncovered_device),
    LintRule(id="POL-AGE", find=document_facts.outdated),
    LintRule(id="POL-CONTACT-DOMAIN", find=document_facts.odd_contacts),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """A row of the lint table, with its file and its message in Chinese."""

    rule: str
    severity: Severity
    file: str
    line: int
    """From 1."""
    column: int
    """From 1, in code points."""
    language: str
    message: str
    message_zh: str
    references: tuple[str, ...]


def run(rules: tuple[LintRule, ...], reading: PolicyReading, texts: tuple[RuleText, ...]) -> tuple[LintFinding, ...]:
    """What the rules find, in the order of files, lines and columns. Rules whose text is not given are not run."""
    by_id = {text.id: text for text in texts}
    files = list(dict.fromkeys(paragraph.file for paragraph in reading.document.paragraphs))
    found = {_worded(by_id[rule.id], defect) for rule in rules if rule.id in by_id for defect in rule.find(reading)}
    return tuple(sorted(found, key=lambda one: (files.index(one.file), one.line, one.column, one.rule, one.message)))


def _worded(text: RuleText, defect: Defect) -> LintFinding:
    line, column = defect.paragraph.place(defect.offset)
    return LintFinding(
        rule=text.id,
        severity=text.severity,
        file=defect.paragraph.file,
        line=line,
        column=column,
        language=defect.paragraph.language,
        message=_filled(text.message, defect.detail),
        message_zh=_filled(text.message_zh, defect.detail_zh or defect.detail),
        references=text.references,
    )


def _filled(template: str, detail: str) -> str:
    """The message; a full stop of the detail does not double the template's."""
    doubled = detail.endswith(".") and "{detail}." in template and not detail.endswith("...")
    return template.replace("{detail}", detail[:-1] if doubled else detail)
