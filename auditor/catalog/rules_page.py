"""Writes the page of all rules, `docs/rules.md`, from the catalog: rules and references go in, Markdown comes out.

`python -m auditor.catalog.rules_page > docs/rules.md` makes it again.
"""

import sys
from itertools import groupby

from auditor.catalog import reference_list, rule_texts
from auditor.model.rule import Reference, RuleText

_HEAD = """\
# Rules

Every rule of the auditor, from `auditor/catalog/rules/`; `auditor explain RULE` prints one. A finding is an indicator relevant
to the references below it, never a violation of them; the auditor gives no legal advice.
所有规则均来自 `auditor/catalog/rules/`。发现仅为与所列条款相关的指标，不构成违法认定，亦非法律意见。

"""

_FAMILIES = {
    "FLOW": "Who receives what · 谁接收什么",
    "XFER": "Transfers abroad · 跨境提供",
    "DECL": "Declared and not met · 已声明未观察",
    "ID": "Identifiers · 标识符",
    "SEC": "Security on the way · 传输安全",
    "DEV": "The printer · 打印机",
    "CHILD": "Children · 儿童",
    "FREQ": "Frequency · 频率",
    "IDLE": "Idle traffic · 空闲通信",
    "CLAIM": "Statements of the policy · 政策陈述",
    "COV": "Coverage · 覆盖度",
    "POL": "The policy's text · 政策文本",
}


def render(rules: tuple[RuleText, ...], references: tuple[Reference, ...]) -> str:
    """The page as Markdown: a table of all rules, then each with its texts in English and Chinese."""
    cites = {reference.id: reference.citation for reference in references}
    order = list(_FAMILIES)
    ranked = sorted(rules, key=lambda rule: order.index(_family(rule)))
    parts = [_HEAD, _table(ranked)]
    for family, members in groupby(ranked, key=_family):
        parts.append(f"## {_FAMILIES[family]}\n\n")
        parts.extend(_entry(rule, cites) for rule in members)
    return "".join(parts)


def _family(rule: RuleText) -> str:
    return rule.id.partition("-")[0]


def _table(rules: list[RuleText]) -> str:
    rows = [
        f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {rule.finding_class} | {rule.title} | {rule.title_zh} |\n"
        for rule in rules
    ]
    return "| rule | severity | class | title | 标题 |\n| --- | --- | --- | --- | --- |\n" + "".join(rows) + "\n"


def _entry(rule: RuleText, cites: dict[str, str]) -> str:
    asked = "" if rule.automatic else " · a person must answer · 需人工判断"
    cited = "; ".join(cites[name] for name in rule.references) or "none · 无"
    return (
        f"### {rule.id}\n\n"
        f"**{rule.title} · {rule.title_zh}** ({rule.severity}, {rule.finding_class}, {rule.owner}{asked})\n\n"
        f"{rule.rationale}\n{rule.rationale_zh}\n\n"
        f"- Message · 消息: {rule.message} · {rule.message_zh}\n"
        f"- Fix · 处理: {rule.fix} · {rule.fix_zh}\n"
        f"- Relevant to · 相关条款: {cited}\n\n"
    )


if __name__ == "__main__":
    sys.stdout.write(render(rule_texts.load(), reference_list.load()).rstrip() + "\n")
