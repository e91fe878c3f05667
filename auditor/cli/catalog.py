"""`auditor attribute`, `auditor explain` and `auditor schema`: what the tool knows, without any capture."""

import difflib
from typing import Annotated

import typer

from auditor.cli.ending import Ending, counted, done, tell_errors
from auditor.cli.options import (
    CatalogOption,
    Format,
    IpAsnOption,
    Language,
    Output,
    Quiet,
    RegisterOption,
    RowFormat,
    SurfaceOption,
)
from auditor.errors import ExitCode, UsageError
from auditor.model.vocabulary import Surface


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(epilog="Example: auditor attribute api.o2nails.com 203.107.1.1 --format ndjson")(attribute)
    app.command(epilog="Example: auditor explain FLOW-PARTY-OMITTED --lang zh")(explain)
    app.command(epilog="Example: auditor schema flows")(schema)


def attribute(
    names: Annotated[list[str], typer.Argument(metavar="NAME_OR_IP...", help="Hosts, URLs or addresses.", show_default=False)],
    form: Format = RowFormat.TABLE,
    output: Output = None,
    surface: SurfaceOption = None,
    register_name: RegisterOption = None,
    catalog: CatalogOption = None,
    ip_asn: IpAsnOption = None,
    quiet: Quiet = False,
) -> Ending:
    """Says what the catalog knows of a host or address, and why: every rung of the evidence ladder."""
    from auditor.attribute.ladder import Ladder
    from auditor.attribute.typed import endpoint
    from auditor.catalog import destination_rules, register_file
    from auditor.cli.output import tell_promise, write_out
    from auditor.cli.sessions import addresses
    from auditor.report.attributions import render

    known, declared = destination_rules.load(tuple(catalog or ())), register_file.load(register_name or "o2nails-1.1")
    ladder = Ladder(known, declared, declared.controller.domains, (), addresses(ip_asn))
    answers, refused = [], []
    for name in names:
        try:
            asked = endpoint(name, surface or Surface.APP)
        except UsageError as error:
            refused.append(error)
        else:
            answers.append((name, asked, ladder.attribute(asked)))
    tell_promise(output, form, quiet)
    write_out(render(answers, form.value), output)
    tell_errors(refused)
    if refused:
        return Ending(ExitCode.USAGE, f"{len(refused)} of {len(names)} are no name and no address")
    return done(counted(len(answers), "name"))


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.", show_default=False)],
    lang: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.EN,
    quiet: Quiet = False,
) -> Ending:
    """Explains a rule: what it looks for, why that matters, what to do, and what it refers to."""
    from auditor.catalog import reference_list, rule_texts
    from auditor.cli.output import show

    texts = {text.id: text for text in rule_texts.load()}
    text = texts.get(rule.upper())
    if text is None:
        raise UsageError(f"unknown rule {rule!r}", fix=_near(rule.upper(), tuple(texts)))
    english = lang is Language.EN
    references = {entry.id: entry for entry in reference_list.load()}
    title, rationale, fix = (text.title, text.rationale, text.fix) if english else (text.title_zh, text.rationale_zh, text.fix_zh)
    words = ("why", "what to do", "indicator relevant to") if english else ("原因", "处理", "相关条款(仅为线索,并非法律意见)")
    lines = [f"{text.id}  {title}  [{text.severity}]", "", f"{words[0]}: {rationale}", "", f"{words[1]}: {fix}"]
    if text.references:
        lines += ["", f"{words[2]}:"]
        lines += [f"  {references[name].citation}: {references[name].title}" for name in text.references]
    show("\n".join(lines))
    return done(text.id)


def _near(typed: str, rules: tuple[str, ...]) -> str:
    """What to type instead: the rules that hold the word, or are spelled like it; else the families that there are."""
    word = typed.strip("- ")
    near = [rule for rule in rules if word and word in rule][:5] or difflib.get_close_matches(typed, rules, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    families = sorted({rule.partition("-")[0] for rule in rules})
    return f"rules begin with {', '.join(families)}; `auditor explain FLOW` names some of a family, docs/rules.md lists all"


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help="audit, or a table: flows, sightings ...", show_default=False)],
    output: Output = None,
    quiet: Quiet = False,
) -> Ending:
    """Prints the JSON Schema of audit.json or of a table's rows."""
    from auditor.cli.output import write_out
    from auditor.report import table_schema

    write_out(table_schema.schema(name), output)
    return done(name)
