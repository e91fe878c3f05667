"""`audit.json`: the result document to bytes and back. Keys sorted, UTF-8, two spaces, a line feed at the end."""

import functools
from typing import Any

import msgspec

from auditor.errors import ConfigError, Fault, Source
from auditor.model.audit import Audit

NAME = "json"
FILE = "audit.json"
SCHEMA_VERSION = 1
_TITLE = "audit.json of traffic-auditor"
_ABOUT = "The result of one audit. Every other report format is rendered from it; the complete rows are in tables/*.parquet."


def render(audit: Audit, lang: str) -> bytes:  # noqa: ARG001 - the document is the same in every language
    """The document as a member of the report folder."""
    return encode(audit)


def encode(audit: Audit) -> bytes:
    """The document's bytes: the same audit gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(audit, order="sorted"), indent=2) + b"\n"


def decode(data: bytes, path: str = FILE) -> Audit:
    """The document that these bytes hold.

    Raises:
        ConfigError: the bytes are no JSON, no audit document, or one of another schema; names the key that is wrong.
    """
    try:
        audit = msgspec.json.decode(data, type=Audit)
    except msgspec.ValidationError as error:
        raise _fault(path, f"not an audit document: {error}", "take the audit.json that `auditor audit` wrote") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _fault(path, f"not valid JSON: {error}", "audit the session again") from None
    if audit.schema != SCHEMA_VERSION:
        what = f"schema {audit.schema} of the document is not known, this version reads schema {SCHEMA_VERSION}"
        raise _fault(path, what, "audit the session again with this version")
    return audit


def schema() -> bytes:
    """The JSON Schema (2020-12) of the document, as published in docs/schema/audit.json."""
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLE,
        "description": _ABOUT,
        **_closed_schema(),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


@functools.cache
def _closed_schema() -> dict[str, Any]:
    """The schema as the types give it, without room for other keys: a misspelt key is an error."""
    document = msgspec.json.schema(Audit)
    for definition in document["$defs"].values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    document["$defs"]["Audit"]["properties"]["schema"]["const"] = SCHEMA_VERSION
    document["$defs"]["InputRow"]["properties"]["sha256"]["pattern"] = "^[0-9a-f]{64}$"
    return document


def _fault(path: str, what: str, fix: str) -> ConfigError:
    return ConfigError((Fault(Source(path), what, fix),))
