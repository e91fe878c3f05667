"""The closed vocabularies of the tables. The words are those of the published columns."""

from enum import StrEnum


class Surface(StrEnum):
    """Whose traffic it is."""

    APP = "app"
    PRINTER = "printer"
    SITE = "site"


class Direction(StrEnum):
    """`up` is from the client to the server."""

    UP = "up"
    DOWN = "down"


class Visibility(StrEnum):
    """What could be seen of a flow's payload."""

    CLEARTEXT = "cleartext"
    DECRYPTED = "decrypted"
    OPAQUE = "opaque"


class HostSource(StrEnum):
    """Where a flow's host name was read."""

    HTTP_HOST = "http_host"
    CONNECT = "connect"
    TLS_SNI = "tls_sni"
    QUIC_SNI = "quic_sni"
    DNS_ANSWER = "dns_answer"
    HTTPDNS = "httpdns"
    CERTIFICATE = "certificate"
    MQTT = "mqtt"
    NONE = "none"


class Part(StrEnum):
    """The part of a message that a value stood in."""

    URL_PATH = "url_path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    PAYLOAD = "payload"
    DNS = "dns"
    SNI = "sni"
    MQTT = "mqtt"


class Match(StrEnum):
    """How an identifier was recognised."""

    PLANTED = "planted"
    PATTERN = "pattern"
    NAME = "name"


class Confidence(StrEnum):
    """How sure a claim is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class Step(StrEnum):
    """A rung of the evidence ladder, from the strongest to the weakest."""

    EXACT = "exact"
    TENANT = "tenant"
    SUFFIX = "suffix"
    GROUP_SUFFIX = "group_suffix"
    VENDOR_ADDRESS = "vendor_address"
    DNS_ANSWER = "dns_answer"
    CNAME = "cname"
    CERTIFICATE = "certificate"
    PREFIX = "prefix"
    CLOUD_PREFIX = "cloud_prefix"
    PORT = "port"
    CONFLICT = "conflict"
    NONE = "none"


class Relation(StrEnum):
    """How a recipient stands to what the register declares."""

    FIRST_PARTY = "first_party"
    DECLARED = "declared"
    OTHER_SURFACE = "other_surface"
    OTHER_PURPOSE = "other_purpose"
    SAME_GROUP = "same_group"
    UNDECLARED = "undeclared"
    SYSTEM = "system"
    NETWORK = "network"
    LOCAL = "local"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How bad a finding is. Order with `rank`."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return list(Severity).index(self)


class Status(StrEnum):
    """Whether a finding counts."""

    OPEN = "open"
    WAIVED = "waived"


class FindingClass(StrEnum):
    """How the observed flow stands to the policy's words."""

    CLEAR = "clear"
    VAGUE = "vague"
    AMBIGUOUS = "ambiguous"
    INCORRECT = "incorrect"
    OMITTED = "omitted"
    NOT_ASSESSABLE = "not_assessable"


class Result(StrEnum):
    """The verdict of an audit."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class Outcome(StrEnum):
    """What became of one input file; `is_error` says which are errors. `torn` was left so by this tool, `unreadable` unopened."""

    READ = "read"
    EMPTY = "empty"
    TORN = "torn"
    DAMAGED = "damaged"
    UNKNOWN_FORMAT = "unknown_format"
    UNREADABLE = "unreadable"
    MISSING = "missing"

    @property
    def is_error(self) -> bool:
        """The user named a file that could not be read to its end, and no verdict may pass over that."""
        return self in (Outcome.DAMAGED, Outcome.UNKNOWN_FORMAT, Outcome.UNREADABLE, Outcome.MISSING)


class Choice(StrEnum):
    """What a person decided about a report."""

    APPROVE = "approve"
    REJECT = "reject"
    ABSTAIN = "abstain"


KINDS = (
    "imei",
    "imeisv",
    "meid",
    "imsi",
    "iccid",
    "serial",
    "mac",
    "android_id",
    "oaid",
    "aaid",
    "idfa",
    "idfv",
    "push_token",
    "phone",
    "email",
    "user_name",
    "password",
    "nickname",
    "birth_date",
    "postal_address",
    "card",
    "resident_id",
    "ip",
    "ssid",
    "bssid",
    "location",
    "image",
    "text",
    "token",
    "other",
)
"""The kinds of identifiers."""

PURPOSES = (
    "cloud_hosting",
    "cloud_database",
    "push",
    "sms",
    "email",
    "payment",
    "crash_reporting",
    "analytics",
    "customer_service",
    "other",
)
"""What a policy can declare a party for."""
