"""Checks the destination catalog: its files go in, faults come out, all at once. `python -m auditor.catalog.lint [DIR...]`.

The loader has refused what is no catalog at all (unknown keys, purposes, sources, entities). Here stands what makes a catalog
wrong or weak all the same: two rules for one name, rules that contradict each other or add nothing, suffixes under which anybody
can register, knowledge that is surer than its source.
"""

import ipaddress
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from auditor.catalog.destination_rules import Contents, bundled, folder_files, read
from auditor.errors import ConfigError, Fault, Source, UsageError
from auditor.model.destination import KnownSource, Pattern, Reach, Service, TenantPattern
from auditor.model.vocabulary import Confidence

MEMORY = "MEMORY"
"""The code of knowledge without a source."""

_BESIDE = re.compile(r"(entity|owner|operator|group|service|product|contracting)\b")
_NAMES = (Reach.EXACT, Reach.SUFFIX, Reach.GROUP_SUFFIX)
_SUFFIXES = (Reach.SUFFIX, Reach.GROUP_SUFFIX)


def lint(contents: Contents) -> tuple[Fault, ...]:
    """All faults, in the order of their places."""
    patterns = [pattern for one in contents.services for pattern in one.patterns]
    tenants = [tenant for one in contents.services for tenant in one.tenants]
    said = [pattern.service for pattern in patterns] + [tenant.service for tenant in tenants]
    services = list({id(service): service for service in said}.values())
    found = [
        *_twice(patterns),
        *_idle(patterns),
        *_too_wide(patterns),
        *_prefixes(patterns),
        *_services(services, contents),
        *_tenants(tenants),
        *_entities(services, contents),
        *_parties(services, contents),
        *_networks(contents),
        *_unused_sources(services, contents),
    ]
    return tuple(sorted(found, key=lambda fault: (fault.source.path, _line(fault), fault.what)))


def _fault(service: Service, what: str, fix: str = "") -> Fault:
    path, _, where = service.place.rpartition(": ")
    return Fault(Source(path, where), what, fix)


def _line(fault: Fault) -> int:
    digits = re.search(r"\d+", fault.source.where)
    return int(digits[0]) if digits else 0


def _twice(patterns: Sequence[Pattern]) -> Iterator[Fault]:
    """One text, two rules whose days overlap."""
    by_text: dict[str, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        by_text[pattern.text].append(pattern)
    for text, rules in by_text.items():
        ordered = sorted(rules, key=lambda rule: rule.service.valid_from)
        for one, other in pairwise(ordered):
            if not one.service.valid_to or other.service.valid_from <= one.service.valid_to:
                yield _fault(other.service, f"'{text}' stands here and in {one.service.place}", "one rule for one name")


def _idle(patterns: Sequence[Pattern]) -> Iterator[Fault]:
    """A rule below a suffix that says the same."""
    wide = {pattern.text: pattern for pattern in patterns if pattern.reach is Reach.SUFFIX}
    for pattern in patterns:
        if pattern.reach not in (Reach.EXACT, Reach.SUFFIX):
            continue
        above = next((wide[text] for text in _above(pattern.text) if text in wide), None)
        if above is not None and _says(above.service) == _says(pattern.service):
            yield _fault(pattern.service, f"'{pattern.text}' adds nothing to the suffix '{above.text}'", "leave it out")


def _above(name: str) -> Iterator[str]:
    labels = name.split(".")
    for start in range(1, len(labels) - 1):
        yield ".".join(labels[start:])


def _says(service: Service) -> tuple[object, ...]:
    return (
        service.name,
        service.entity.id,
        service.party,
        service.purposes,
        service.vantage,
        service.shared,
        service.server_country,
        service.entity_unsure,
    )


def _too_wide(patterns: Sequence[Pattern]) -> Iterator[Fault]:
    """A suffix under which anybody can register a name."""
    from tldextract import TLDExtract

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
    for pattern in patterns:
        if pattern.reach in _NAMES and not extract.extract_str(pattern.text).domain:
            yield _fault(pattern.service, f"'{pattern.text}' is a public suffix: anybody can register below it")


def _prefixes(patterns: Sequence[Pattern]) -> Iterator[Fault]:
    """Prefixes of two groups that overlap on one rung."""
    networks: dict[tuple[Reach, int], list[tuple[int, int, Pattern]]] = defaultdict(list)
    for pattern in patterns:
        if pattern.reach not in _NAMES:
            network = ipaddress.ip_network(pattern.text)
            span = (int(network.network_address), int(network.broadcast_address), pattern)
            networks[pattern.reach, network.version].append(span)
    for spans in networks.values():
        ordered = sorted(spans, key=lambda span: span[:2])
        for (_, end, one), (start, _, other) in pairwise(ordered):
            if start <= end and one.service.entity.group != other.service.entity.group:
                yield _fault(other.service, f"'{other.text}' overlaps '{one.text}' of another group ({one.service.place})")


def _services(services: Sequence[Service], contents: Contents) -> Iterator[Fault]:
    for service in services:
        if not service.vantage:
            yield _fault(service, f"'{service.name}' lacks a vantage", "say where it is expected: app, printer, site, os, server")
        if service.confidence is Confidence.NONE:
            yield _fault(service, f"'{service.name}' has no confidence", "high, medium or low")
        elif service.confidence is not Confidence.LOW and not vouched(service, contents.known.sources.values()):
            yield _fault(service, f"'{service.name}' is known from memory only", 'confidence = "low", or name a source')
        if service.valid_from and service.valid_to and service.valid_to < service.valid_from:
            yield _fault(service, f"'{service.name}' ends before it begins")


def vouched(service: Service, sources: Iterable[KnownSource]) -> bool:
    """Whether a source that facts may be taken from vouches for the patterns themselves, not only for what stands beside them."""
    usable = {source.code for source in sources if not source.check_only} - {MEMORY}
    cited = (text.partition(":") for text in service.sources)
    return any(code in usable and not _BESIDE.match(detail.strip()) for code, _, detail in cited)


def _tenants(tenants: Sequence[TenantPattern]) -> Iterator[Fault]:
    for tenant in tenants:
        expression = re.compile(tenant.expression)
        if not tenant.examples:
            yield _fault(tenant.service, f"tenant rule '{tenant.name}' has no examples", 'examples = ["bucket.platform.example"]')
        for example in tenant.examples:
            if not expression.fullmatch(example):
                yield _fault(tenant.service, f"tenant rule '{tenant.name}' does not match its example '{example}'")
            elif not any(example.endswith(f".{suffix}") for suffix in tenant.suffixes):
                yield _fault(tenant.service, f"the example '{example}' lies below none of the names in 'below'")


def _entities(services: Sequence[Service], contents: Contents) -> Iterator[Fault]:
    used = {service.entity.id for service in services}
    seen: set[str] = set()
    for one in contents.names:
        for entity in one.entities:
            place = Source(f"entity '{entity.id}'")
            if entity.id in seen:
                yield Fault(place, "two entities have this id", "rename one")
            seen.add(entity.id)
            if entity.id not in used:
                yield Fault(place, "no service belongs to it", "leave it out")
            if entity.country == "CN" and entity.name_zh is None:
                yield Fault(place, "a Chinese company without its Chinese name", 'name_zh = "" where it is not known')


def _parties(services: Sequence[Service], contents: Contents) -> Iterator[Fault]:
    named = {party.party for one in contents.names for party in one.parties}
    known = named | {entity.party for one in contents.names for entity in one.entities}
    for service in services:
        if service.party not in known:
            yield _fault(service, f"'{service.party}' is the party of no entity", "declare it under [[party]]")
    for party in sorted(named - {service.party for service in services}):
        yield Fault(Source(f"party '{party}'"), "no service belongs to it", "leave it out")


def _networks(contents: Contents) -> Iterator[Fault]:
    owners: dict[int, str] = {}
    slugs: set[str] = set()
    for group in (one.group for one in contents.names if one.group):
        if group.slug in slugs:
            yield Fault(Source(f"group '{group.slug}'"), "two files have this group", "one file per group")
        slugs.add(group.slug)
        for asn in group.asns:
            if owners.setdefault(asn, group.slug) != group.slug:
                yield Fault(Source(f"group '{group.slug}'"), f"AS{asn} also belongs to '{owners[asn]}'")


def _unused_sources(services: Sequence[Service], contents: Contents) -> Iterator[Fault]:
    cited = {text.partition(":")[0] for service in services for text in service.sources}
    for code in sorted(set(contents.known.sources) - cited):
        yield Fault(Source(f"source '{code}'"), "no service names it", "leave it out")


def main(folders: Sequence[str]) -> int:
    """Lints the bundled catalog, or the user's folders over it; 0 when there is nothing to mend, else 1."""
    files = list(bundled())
    try:
        for folder in folders:
            files += folder_files(folder)
        faults = lint(read(files))
    except ConfigError as error:
        faults = error.faults
    except UsageError as error:
        faults = (Fault(error.source or Source("."), error.what, error.fix),)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stderr.write(f"{len(faults)} faults in {len(files)} files\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
