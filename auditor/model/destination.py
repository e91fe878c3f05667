"""What is known of destinations in general: the records of the catalog, before any host of a session is looked at."""

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.vocabulary import Confidence


class Purpose(StrEnum):
    """What a service is for."""

    ADVERTISING = "advertising"
    ANALYTICS = "analytics"
    ATTRIBUTION = "attribution"
    CDN = "cdn"
    CLOUD_API = "cloud_api"
    CLOUD_DATABASE = "cloud_database"
    CLOUD_HOSTING = "cloud_hosting"
    CLOUD_STORAGE = "cloud_storage"
    CODE_UPDATE = "code_update"
    CONTENT = "content"
    CRASH_REPORTING = "crash_reporting"
    CUSTOMER_SERVICE = "customer_service"
    DNS = "dns"
    EMAIL = "email"
    EXTERNAL_LINK = "external_link"
    FIRMWARE_UPDATE = "firmware_update"
    FIRST_PARTY = "first_party"
    FIRST_PARTY_CONTENT = "first_party_content"
    FIRST_PARTY_EMAIL = "first_party_email"
    FIRST_PARTY_WEB = "first_party_web"
    FRAUD_PREVENTION = "fraud_prevention"
    IOT_AUTH = "iot_auth"
    IOT_CONTROL = "iot_control"
    IOT_MESSAGING = "iot_messaging"
    LOCATION = "location"
    LOGGING = "logging"
    LOGIN = "login"
    MESSAGING = "messaging"
    NETWORK_SERVICE = "network_service"
    OS_SERVICE = "os_service"
    PAYMENT = "payment"
    PRINTING = "printing"
    PUSH = "push"
    SDK_CONFIG = "sdk_config"
    SDK_GATEWAY = "sdk_gateway"
    SDK_TELEMETRY = "sdk_telemetry"
    SMS = "sms"
    SOCIAL = "social"
    SOCIAL_SHARING = "social_sharing"
    TAG_MANAGER = "tag_manager"
    UNKNOWN = "unknown"
    VIDEO = "video"
    WEBVIEW_KERNEL = "webview_kernel"


class Vantage(StrEnum):
    """Where a host is expected to be contacted from. `server` alone: a client that goes there holds what it should not hold."""

    APP = "app"
    PRINTER = "printer"
    SITE = "site"
    OS = "os"
    SERVER = "server"


class Reach(StrEnum):
    """What a pattern of the catalog covers."""

    EXACT = "exact"
    """One host name."""
    SUFFIX = "suffix"
    """A name and every name below it, all of one service."""
    GROUP_SUFFIX = "group_suffix"
    """A name and every name below it, all of one company, the service not known."""
    ADDRESS = "address"
    """Addresses that the vendor itself publishes for one service."""
    PREFIX = "prefix"
    """An address prefix that one company has to itself."""
    CLOUD_PREFIX = "cloud_prefix"
    """An address prefix that a cloud rents out: it tells the hosting only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A parent group."""

    slug: str
    name: str
    name_zh: str | None
    asns: tuple[int, ...] = ()
    """Numbers of the networks that it runs."""
    regions: tuple[tuple[str, str], ...] = ()
    """The words for regions in its host names, each with the country (ISO 3166 alpha-2) of the servers there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntity:
    """A legal person, or what is known instead of one."""

    id: str
    name: str
    name_zh: str | None
    """None: it has none, or nobody looked; empty: it has one that is not known."""
    group: str | None
    """The group's slug; None where the group is not known."""
    country: str | None
    """ISO 3166 alpha-2."""
    party: str
    """The id that a register gives to it, where a service names no other."""
    aliases: tuple[str, ...] = ()
    """Other spellings of the same legal person."""
    former: tuple[str, ...] = ()
    """Names that it, or the group that stands for it in policies, had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyName:
    """How policies name a party: the id that a register gets for it, and the entity that the name stands for."""

    party: str
    entity: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """A source of facts."""

    code: str
    title: str
    licence: str | None = None
    """Where its terms ask for a notice, or allow checking only."""
    check_only: bool = False
    """Whether its terms forbid to take facts from it: it may confirm what another source says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of a legal person, with where the knowledge of it comes from."""

    name: str
    entity: LegalEntity
    group: Group | None
    party: str
    """The id that a register has for a party that is declared for this service."""
    purposes: tuple[Purpose, ...]
    """The first is what the service is for; further ones say what this endpoint of it does."""
    vantage: tuple[Vantage, ...]
    confidence: Confidence
    """Never none (always low where the pattern is from memory)."""
    sources: tuple[str, ...]
    """Codes of sources, each with its detail behind a colon."""
    seen: str
    """ISO date on which the sources were read."""
    shared: bool = False
    """Whether it is a platform whose customers share it, so that the content is a customer's."""
    entity_unsure: bool = False
    """Whether another company of the group may be the operator (regions abroad)."""
    server_country: str | None = None
    valid_from: str = ""
    valid_to: str = ""
    """ISO dates, both inclusive; empty: no limit."""
    note: str = ""
    place: str = ""
    """File and line in the catalog."""

    def holds_on(self, day: str) -> bool:
        """Whether the service was there on an ISO date; an empty date is any."""
        return not day or ((not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A host name or an address prefix of a service."""

    reach: Reach
    text: str
    service: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPattern:
    """How host names of a shared platform show the customer: a regular expression with a group `tenant` or `asked`."""

    name: str
    suffixes: tuple[str, ...]
    """The names that it is looked for below."""
    expression: str
    service: Service
    examples: tuple[str, ...] = ()
    """Host names that obey it; the linter tries them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortHint:
    """What a port usually carries. Never more than a hint."""

    transport: str
    port: int
    service: str
    purposes: tuple[Purpose, ...]
    source: str
    seen: str
    network: bool = False
    """Whether it is the network's own traffic (DNS, NTP)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All destinations that are known."""

    groups: tuple[Group, ...]
    entities: tuple[LegalEntity, ...]
    parties: tuple[PartyName, ...]
    patterns: tuple[Pattern, ...]
    tenants: tuple[TenantPattern, ...]
    ports: tuple[PortHint, ...]
    sources: tuple[KnownSource, ...]
    sha256: str
    """Over the names and bytes of its files."""

    def party_names(self) -> tuple[tuple[str, str], ...]:
        """Every name under which a policy may declare a party, in English and Chinese, with the id that a register gives it."""
        found = {name: one.party for one in self.parties for name in one.names}
        for entity in self.entities:
            for name in (entity.name, entity.name_zh, *entity.aliases, *entity.former):
                if name:
                    found.setdefault(name, entity.party)
        return tuple(sorted(found.items()))
