"""Parties in tables and in records of `key: value` lines, like a directory of third-party SDKs. Paragraphs in, entries out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.policy.columns import Role, role_of
from auditor.policy.document import Paragraph
from auditor.policy.list_entries import is_plausible_name
from auditor.policy.structure import Kind, fold

_KEY = re.compile(r"^\s*[*•·-]?\s*\**(?P<key>[^::]{1,40}?)\**\s*:\**\s*(?P<value>.*)$", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"'）),。;、|]+|(?<![\w@.])www\.[^\s<>\"'）),。;、|]+", re.IGNORECASE)
_NOTHING = frozenset(("", "-", "--", "/", "n/a", "na", "none", "无", "無", "暂无", "—", "–"))
_MIN_ROLES = 2
_TITLE_ALONE = re.compile(
    r"(?:the )?(?:legal |company |third[- ]party |service )?"
    r"(?:name|company|provider|recipient|operator|vendor|third party|sdk|product|tool)s?(?: name)?"
    r"|(?:第三方|公司|主体|主體|接收方|企业|企業|机构|機構|产品|產品|插件|sdk|合作方|供应商|供應商|服务商|服務商)+(?:名称|名稱)?|名称|名稱",
    re.IGNORECASE,
)
"""A cell that is a title and can be no party."""
_EMPHASIS = " *_`"
"""What Markdown puts around a cell's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A party's values by role, each folded, with the paragraph and offset of its name."""

    paragraph: Paragraph
    start: int
    extent: tuple[Paragraph, ...]
    """All its paragraphs."""
    values: dict[Role, str]
    written: str
    """The company's name, or else the product's, as written."""
    links: tuple[str, ...]


@dataclass(slots=True)
class _Record:
    """A record that is still being read."""

    extent: list[Paragraph] = field(default_factory=list)
    values: dict[Role, str] = field(default_factory=dict)
    written: dict[Role, tuple[str, Paragraph, int]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)


def addresses(text: str) -> tuple[str, ...]:
    """The web addresses in a text."""
    return tuple(found.rstrip(".,;:") for found in _ADDRESS.findall(text))


def table_entries(paragraphs: tuple[Paragraph, ...]) -> Iterator[Entry]:
    """One entry for each row below a header with the roles of at least two columns, one of them a name."""
    header: tuple[Role | None, ...] = ()
    for paragraph in paragraphs:
        if paragraph.kind is not Kind.ROW:
            header = ()
            continue
        roles = tuple(role_of(fold(cell)) for cell in paragraph.cells)
        if _is_header(roles, paragraph) and (not header or _has_bare_title(paragraph)):
            header = roles
        elif header:
            entry = _row(header, paragraph)
            if entry:
                yield entry


def _is_header(roles: tuple[Role | None, ...], paragraph: Paragraph) -> bool:
    known = {role for role in roles if role}
    return (
        len(known) >= _MIN_ROLES
        and sum(map(bool, roles)) * 2 >= len(roles)
        and bool(known & {Role.NAME, Role.COMPANY})
        and not addresses(paragraph.plain)
    )


def _has_bare_title(paragraph: Paragraph) -> bool:
    """Whether a row below a header is one too: titles below a title that spans columns, or the next table. A party's own name and
    purpose may hold the words of titles, but no party is called `Company`."""
    return any(_TITLE_ALONE.fullmatch(fold(cell).strip(_EMPHASIS)) for cell in paragraph.cells)


def _row(header: tuple[Role | None, ...], paragraph: Paragraph) -> Entry | None:
    values: dict[Role, str] = {}
    written: dict[Role, str] = {}
    for role, cell in zip(header, paragraph.cells, strict=False):
        if role and role not in values:
            values[role] = fold(cell).strip(_EMPHASIS)
            written[role] = cell.strip(_EMPHASIS)
    name = _name_role(values)
    if name is None:
        return None
    return Entry(
        paragraph=paragraph,
        start=max(0, paragraph.text.find(written[name])),
        extent=(paragraph,),
        values=values,
        written=written[name],
        links=paragraph.links or addresses(paragraph.plain),
    )


def record_entries(paragraphs: tuple[Paragraph, ...]) -> Iterator[Entry]:
    """One entry for each group of `key: value` lines that has a name and one thing more."""
    record: _Record | None = None
    before: Paragraph | None = None
    for paragraph in paragraphs:
        pairs = _pairs(paragraph)
        if not pairs:
            yield from _closed(record)
            record, before = None, paragraph
            continue
        for role, value, offset in pairs:
            if record is None or _begins(record, role):
                yield from _closed(record)
                record = _opened(role, before)
            _take(record, role, value, offset, paragraph)
    yield from _closed(record)


def _pairs(paragraph: Paragraph) -> tuple[tuple[Role, str, int], ...]:
    """The (role, value, offset) of a paragraph of keys; several where semicolons part them."""
    if paragraph.kind in (Kind.ROW, Kind.HEADING):
        return ()
    offset = paragraph.marker.length if paragraph.marker else 0
    pairs = []
    for part in paragraph.plain[offset:].split(";"):
        found = _KEY.match(part)
        role = role_of(found["key"]) if found else None
        if found and role and not part.strip().startswith("http"):
            pairs.append((role, found["value"].strip(), offset + found.start("value")))
        offset += len(part) + 1
    return tuple(pairs)


def _begins(record: _Record, role: Role) -> bool:
    """Whether a further name opens the next record: a name always, a company when there is one or other things stand between."""
    if role is Role.NAME:
        return Role.NAME in record.values or len(record.values) > 1
    return role is Role.COMPANY and Role.COMPANY in record.values


def _opened(role: Role, before: Paragraph | None) -> _Record:
    """A new record; where it does not begin with a name, the line above may be it."""
    record = _Record()
    if role is Role.NAME or before is None or before.kind is Kind.ROW:
        return record
    if role is Role.COMPANY and not _is_title_of(before):
        return record
    name = before.body.strip(" *:#")
    if is_plausible_name(name):
        _take(record, Role.NAME, name, max(0, before.plain.find(name)), before)
    return record


def _is_title_of(before: Paragraph) -> bool:
    """Whether the line above a company is the product's name and no title of a section: bold, numbered, or an item."""
    return before.plain.startswith("**") or before.kind is Kind.ITEM or (before.marker is not None and len(before.plain) < 40)


def _take(record: _Record, role: Role, value: str, offset: int, paragraph: Paragraph) -> None:
    if paragraph not in record.extent:
        record.extent.append(paragraph)
    if role not in record.values:
        record.values[role] = value
        record.written[role] = (paragraph.text[offset : offset + len(value)], paragraph, offset)
    if role is Role.LINK:
        record.links.extend(paragraph.links or addresses(value))


def _closed(record: _Record | None) -> Iterator[Entry]:
    name = _name_role(record.values) if record else None
    if record is None or name is None or len(record.values) < _MIN_ROLES:
        return
    if not {Role.PURPOSE, Role.DATA, Role.LINK} & set(record.values):
        return
    written, paragraph, start = record.written[name]
    yield Entry(
        paragraph=paragraph,
        start=start,
        extent=tuple(record.extent),
        values=record.values,
        written=written.strip(),
        links=tuple(dict.fromkeys(record.links)),
    )


def _name_role(values: dict[Role, str]) -> Role | None:
    """Where the party's name is: the company's where it is given, else the product's."""
    for role in (Role.COMPANY, Role.NAME):
        value = values.get(role, "")
        if value.lower() not in _NOTHING and is_plausible_name(value):
            return role
    return None


def is_nothing(value: str) -> bool:
    """Whether a cell says that there is nothing."""
    return value.strip().lower() in _NOTHING
