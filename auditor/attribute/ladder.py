"""The evidence ladder: an endpoint goes in, who receives its content, why and how sure that is comes out.

Every rung is asked, all evidence is kept, and the strongest rung that says who owns the content wins (`Step` is in that order).
The rest may raise the confidence where it agrees, name the hosting, or make a conflict where it contradicts. Addresses alone
never clear a flow: a prefix shows an owner and leaves the relation to the register open.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditor.attribute import rungs, weighing
from auditor.attribute.address_table import AddressTable
from auditor.attribute.comparison import FIRST_PARTY, Answer, Comparer, first_party
from auditor.attribute.host import LOCAL_SPANS, Name, read
from auditor.attribute.index import Index, suffixes
from auditor.attribute.own_names import OwnNames
from auditor.attribute.remembered import once_for_each
from auditor.attribute.rungs import RANK, Rung, at_most
from auditor.attribute.seen import Seen, look
from auditor.model.attribution import Attribution, Comparison, Endpoint, Evidence
from auditor.model.destination import Catalog, Group, LegalEntity, Purpose, Service, Vantage
from auditor.model.register import Register
from auditor.model.vocabulary import Confidence, HostSource, Relation, Step, Surface

_ORDER = {step: position for position, step in enumerate(Step)}
_DERIVED = {
    HostSource.DNS_ANSWER: Step.DNS_ANSWER,
    HostSource.HTTPDNS: Step.DNS_ANSWER,
    HostSource.CERTIFICATE: Step.CERTIFICATE,
}
"""Sources of a host that is not what the client asked for: an earlier answer, or what the server calls itself."""
_ADDRESS_ONLY = (Step.PREFIX, Step.CLOUD_PREFIX, Step.PORT)
REMEMBERED = 1 << 18
"""Endpoints whose answers are kept; a recording may run for weeks."""
_index = once_for_each(Index)
_comparer = once_for_each(Comparer)


class Ladder:
    """Attribution under one catalog, register and session."""

    def __init__(
        self,
        catalog: Catalog,
        register: Register,
        domains: tuple[str, ...] = (),
        tenants: tuple[str, ...] = (),
        addresses: AddressTable | None = None,
    ) -> None:
        """`domains` and `tenants` are the first party's own, from the session; `addresses` the user's table."""
        self.catalog = catalog
        self._index = _index(catalog)
        self._comparer = _comparer(catalog, register)
        self._addresses = addresses
        self._own = OwnNames(domains, tenants, register.controller)
        groups = {group.slug: group for group in catalog.groups}
        self._first_group = groups.get(self._comparer.first_entity.group or "")
        self._titles = {source.code: source.title for source in catalog.sources}
        self._spoken = self._index.ends | self._own.domains
        self._above: dict[str, bool] = {}
        self._spelled: dict[tuple[str, ...], str] = {}
        self._answers: dict[tuple[int, Surface], Answer] = {}
        self._attributed: dict[Endpoint, Attribution] = {}

    @property
    def uses_day(self) -> bool:
        """Whether the day of a flow can make a difference."""
        return self._index.is_dated

    @property
    def reads_addresses(self) -> bool:
        """Whether the user's table speaks of addresses."""
        return self._addresses is not None

    @property
    def spoken_addresses(self) -> tuple[tuple[int, int], ...]:
        """IPv4 addresses that the catalog may speak of, as first and last of each span."""
        return self._index.spans

    @property
    def local_addresses(self) -> tuple[tuple[int, int], ...]:
        """IPv4 addresses that stay in the local network, as first and last of each span."""
        return LOCAL_SPANS

    @property
    def hinted_ports(self) -> frozenset[int]:
        """Ports that the catalog has a word on."""
        return self._index.ports

    def speaks_of(self, name: str) -> bool:
        """Whether any rule of the catalog, session or register may hold for a name. No says that none does."""
        return name in self._spoken or self.speaks_above(name.partition(".")[2])

    @property
    def spoken_names(self) -> frozenset[str]:
        """Names that a rule may hold for as they are, or for what lies below them."""
        return self._spoken

    def speaks_above(self, parent: str) -> bool:
        """Whether any rule may hold for all that lies below a parent. Remembered: names share their parents."""
        known = self._above.get(parent)
        if known is None:
            known = self._above[parent] = not self._spoken.isdisjoint(suffixes(parent))
        return known

    def attribute(self, endpoint: Endpoint) -> Attribution:
        """The answer for one endpoint. Equal endpoints are worked out once."""
        known = self._attributed.get(endpoint)
        if known is None:
            if len(self._attributed) >= REMEMBERED:
                self._attributed.clear()
            known = self._attributed[endpoint] = self._attribute(endpoint)
        return known

    def compare(self, service: Service, surface: Surface) -> Comparison:
        """The four answers for a service of the catalog."""
        return self._answer(service, surface).comparison

    def _attribute(self, endpoint: Endpoint) -> Attribution:
        seen = look(endpoint)
        if seen.is_local:
            return self._local(seen)
        found = self._rungs(seen)
        owner = next((rung for rung in found if rung.names_owner), None)
        if owner is None:
            return self._unowned(seen, found)
        contradiction = self._contradiction(seen, owner, found)
        return self._owned(seen, owner, found, contradiction)

    def _rungs(self, seen: Seen) -> tuple[Rung, ...]:
        """All rungs that speak, strongest first."""
        endpoint, found = seen.endpoint, list[Rung]()
        if seen.name:
            found += self._name_rungs(seen.name.text, endpoint)
        if seen.address:
            found += rungs.of_address(self._index, seen.address, endpoint.day)
            row = self._addresses.row(seen.address) if self._addresses else None
            if row is not None and seen.address:
                found.append(rungs.of_row(self._index, seen.address, row))
        found += rungs.of_cnames(self._index, endpoint.cnames, endpoint.day)
        found += rungs.of_port(self._index, endpoint.transport, endpoint.server_port)
        return tuple(sorted(found, key=lambda rung: _ORDER[rung.step]))

    def _name_rungs(self, name: str, endpoint: Endpoint) -> list[Rung]:
        """The rungs of the asked name; a name that the client did not ask for stands on its source's rung."""
        found = list(rungs.of_name(self._index, name, endpoint.day, self._own.is_own_label))
        own = self._own_domain(name)
        if own is not None and not any(rung.service and rung.service.entity == self._comparer.first_entity for rung in found):
            found.insert(0, own)
        step = _DERIVED.get(endpoint.host_source)
        if step is None:
            return found
        return [
            replace(
                rung, step=step, confidence=at_most(rung.confidence, Confidence.MEDIUM), reason=f"{_SAID_BY[step]} {rung.reason}"
            )
            for rung in found
        ]

    def _own_domain(self, name: str) -> Rung | None:
        """The rung of a domain that the session or the register calls the first party's own."""
        known = self._own.domain_of(name)
        if known is None:
            return None
        own, source = known
        entity = self._comparer.first_entity
        service = Service(
            name=f"{entity.name}, own domain {own}",
            entity=entity,
            group=self._first_group,
            party=FIRST_PARTY,
            purposes=(Purpose.FIRST_PARTY,),
            vantage=(Vantage.APP, Vantage.PRINTER, Vantage.SITE),
            confidence=Confidence.HIGH,
            sources=(source,),
            seen="",
        )
        step = Step.EXACT if name == own else Step.SUFFIX
        reason = f"{name} is of the first party's own domain {own} ({source})"
        return Rung(step=step, pattern=own, service=service, confidence=Confidence.HIGH, reason=reason)

    def _answer(self, service: Service, surface: Surface) -> Answer:
        if service.party == FIRST_PARTY:
            return first_party()
        key = (id(service), surface)
        if key not in self._answers:
            self._answers[key] = self._comparer.compare(service, surface)
        return self._answers[key]

    def _contradiction(self, seen: Seen, owner: Rung, found: Sequence[Rung]) -> str | None:
        """What speaks for another owner with at least medium confidence; None where nothing does."""
        if RANK[owner.confidence] < RANK[Confidence.MEDIUM]:
            return None
        mine = self._owner_key(owner)
        for rung in found:
            sure = RANK[rung.confidence] >= RANK[Confidence.MEDIUM]
            if sure and rung.service and weighing.can_contradict(owner, rung) and self._owner_key(rung) != mine:
                return rung.reason
        return self._other_name(seen, mine)

    def _other_name(self, seen: Seen, mine: str) -> str | None:
        """Another name of the flow that is known to belong to another group.

        A name that nobody knows contradicts nothing, and a CDN's own name may stand in the certificate that it shows for others.
        """
        if seen.endpoint.application == "dns":
            return None  # names of DNS flows are questions
        for text in seen.endpoint.names:
            if text == seen.endpoint.host:
                continue
            host = read(text)
            if not isinstance(host, Name) or host.is_local or (seen.name and host.text == seen.name.text):
                continue
            rung = next(iter(self._name_rungs(host.text, replace(seen.endpoint, host_source=HostSource.NONE))), None)
            if rung is None or rung.service is None or Purpose.CDN in rung.service.purposes:
                continue
            if RANK[rung.confidence] >= RANK[Confidence.MEDIUM] and self._owner_key(rung) != mine:
                return rung.reason
        return None

    def _owner_key(self, rung: Rung) -> str:
        """What two rungs must share in order to agree: the group, else the legal person."""
        service = rung.service
        if service is None:
            return ""
        if rung.own_tenant or self._answer(service, Surface.APP).relation is Relation.FIRST_PARTY:
            return FIRST_PARTY
        return service.entity.group or service.entity.id

    def _owned(self, seen: Seen, owner: Rung, found: tuple[Rung, ...], contradiction: str | None) -> Attribution:
        service = owner.service
        assert service is not None
        surface = seen.endpoint.surface
        answer = first_party() if owner.own_tenant else self._answer(service, surface)
        if seen.name is None and seen.endpoint.application in weighing.NETWORK_APPLICATIONS:
            answer = replace(answer, relation=Relation.NETWORK, party=None)
        elif owner.step in _ADDRESS_ONLY and answer.relation not in (Relation.SYSTEM, Relation.NETWORK):
            answer = replace(answer, relation=Relation.UNKNOWN, party=None)
        entity, group = self._recipient(service, answer)
        confidence, reason = self._confirmed(owner, found, answer)
        step = owner.step
        if contradiction:
            step, confidence = Step.CONFLICT, Confidence.LOW
            reason = f"{owner.reason}; but {contradiction}"
        return Attribution(
            domain=seen.domain,
            service=service.name,
            entity=entity.name,
            entity_zh=entity.name_zh or None,
            group=group.name if group else None,
            country=entity.country,
            server_country=weighing.server_country(found),
            hosting=weighing.hosting(found),
            party=answer.party,
            recipient=answer.party or (group.slug if group else None) or seen.fallback,
            relation=answer.relation,
            tenant=owner.tenant,
            purposes=tuple(service.purposes),
            step=step,
            confidence=confidence,
            reason=reason,
            evidence=self._evidence(found, surface),
            vantage=tuple(service.vantage),
            entity_match=answer.comparison.entity,
            comparison=answer.comparison,
        )

    def _recipient(self, service: Service, answer: Answer) -> tuple[LegalEntity, Group | None]:
        if answer.relation is Relation.FIRST_PARTY:
            return self._comparer.first_entity, self._first_group
        return service.entity, service.group

    def _confirmed(self, owner: Rung, found: tuple[Rung, ...], answer: Answer) -> tuple[Confidence, str]:
        """The best confidence of the rungs that come to the same recipient, and the reason with what confirms it.

        A tenant of unknown owner stays at medium.
        """
        best, reason = owner.confidence, owner.reason
        for rung in found:
            service = rung.service
            if service is None or RANK[rung.confidence] <= RANK[best] or not weighing.same_entity(owner, rung):
                continue
            if rung.names_owner and self._answer(service, Surface.APP).party == answer.party:
                best = rung.confidence
                reason = f"{owner.reason}; that it is {service.entity.name} is confirmed by {rung.pattern}"
        if owner.tenant and not owner.own_tenant:
            return at_most(best, Confidence.MEDIUM), owner.reason
        return best, reason

    def _unowned(self, seen: Seen, found: tuple[Rung, ...]) -> Attribution:
        """Nobody is known to own the content: the hosting or the protocol may be known all the same."""
        port = next((rung.port for rung in found if rung.port), None)
        is_network = weighing.is_network(seen.endpoint, port)
        strongest = found[0] if found else None
        return Attribution(
            domain=seen.domain,
            service=port.service if port and is_network else None,
            entity=None,
            entity_zh=None,
            group=None,
            country=None,
            server_country=weighing.server_country(found),
            hosting=weighing.hosting(found),
            party=None,
            recipient=seen.fallback,
            relation=Relation.NETWORK if is_network else Relation.UNKNOWN,
            tenant=None,
            purposes=tuple(port.purposes) if port else (),
            step=strongest.step if strongest else Step.NONE,
            confidence=Confidence.LOW if strongest else Confidence.NONE,
            reason=f"{seen.why_unknown}{f'; {strongest.reason}' if strongest else ''}",
            evidence=self._evidence(found, seen.endpoint.surface),
        )

    def _local(self, seen: Seen) -> Attribution:
        where = seen.name.text if seen.name else str(seen.address)
        return Attribution(
            domain=None,
            service=None,
            entity=None,
            entity_zh=None,
            group=None,
            country=None,
            server_country=None,
            hosting=None,
            party=None,
            recipient="local",
            relation=Relation.LOCAL,
            tenant=None,
            purposes=(),
            step=Step.NONE,
            confidence=Confidence.HIGH,
            reason=f"{where} stays in the local network (private, link-local or multicast)",
            evidence=(),
        )

    def _spelled_out(self, service: Service) -> str:
        """The sources of a service with their titles."""
        known = self._spelled.get(service.sources)
        if known is None:
            codes = ((text, text.partition(":")[0]) for text in service.sources)
            texts = (f"{text} ({self._titles[code]})" if code in self._titles else text for text, code in codes)
            known = self._spelled[service.sources] = "; ".join(texts)
        return known

    def _evidence(self, found: tuple[Rung, ...], surface: Surface) -> tuple[Evidence, ...]:
        return tuple(self._testimony(rung, surface) for rung in found)

    def _testimony(self, rung: Rung, surface: Surface) -> Evidence:
        service = rung.service
        if service is None:
            return Evidence(
                step=rung.step,
                pattern=rung.pattern,
                service=rung.port.service if rung.port else None,
                entity=None,
                entity_zh=None,
                group=rung.hosting.name if rung.hosting else None,
                country=None,
                party=None,
                purposes=tuple(rung.port.purposes) if rung.port else (),
                confidence=rung.confidence,
                source=rung.port.source if rung.port else "the user's address table",
                seen=rung.port.seen if rung.port else "",
                reason=rung.reason,
            )
        answer = first_party() if rung.own_tenant else self._answer(service, surface)
        entity, group = self._recipient(service, answer)
        return Evidence(
            step=rung.step,
            pattern=rung.pattern,
            service=service.name,
            entity=entity.name,
            entity_zh=entity.name_zh or None,
            group=group.name if group else None,
            country=entity.country,
            party=None if rung.step in _ADDRESS_ONLY else answer.party,
            purposes=tuple(service.purposes),
            confidence=rung.confidence,
            source=self._spelled_out(service),
            seen=service.seen,
            reason=rung.reason,
        )


_SAID_BY = {
    Step.DNS_ANSWER: "by an earlier DNS answer:",
    Step.CERTIFICATE: "by the server's certificate:",
}
