"""HTTPDNS: what apps ask of a resolver over plain HTTP. Target and body of an exchange go in, names and addresses come out.

Aliyun (`/ACCOUNT/d?host=`, `/ACCOUNT/resolve?host=`) answers JSON with `host`, `ips`, `ipsv6` and `ttl`, or (`/v2/d?dn=`) with
`data.answers`, each with `dn`, `v4` and `v6`; Tencent (`/d?dn=`) text like `1.2.3.4;5.6.7.8,60`; Baidu (`/v4/resolve?dn=`) JSON
with `data`, an object of answers by name; JSON with a list `Answer` of `name`, `type`, `data` and `TTL` (`application/dns-json`)
is common to several, and Aliyun's short form is a list of addresses.
Both also sell a form whose question and answer are encrypted with the customer's key; nobody else can read it.
"""

import ipaddress
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from auditor.capture.endpoint_names import address, host_name

MAX_BODY = 65_536
MAX_ANSWERS = 64
_CNAME, _ADDRESSES = 5, (1, 28)
DEFAULT_TTL = 60
_PATH = re.compile(rb"(?:/[^/]{1,64}){0,3}/(?:d|sign_d|resolve|sign_resolve|httpdns|dns-query)$")
_ENCRYPTED = re.compile(r"(?:[0-9a-fA-F]{16})+")
"""Blocks of DES or AES, as Tencent writes them."""
_KEYS = ("host", "dn", "name", "domain")
_LISTS = ("ips", "ipsv6", "ip", "ipv6")
"""Names of the lists of addresses: Aliyun's, Baidu's."""


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """One answer."""

    name: str
    address: str
    ttl: int
    chain: tuple[str, ...] = ()
    """The canonical names behind the name."""


def is_encrypted(target: bytes) -> bool:
    """Whether a request's names are encrypted: Aliyun's `enc=`, Tencent's `dn=` in hexadecimal digits with an `id`."""
    path, _, query = target.partition(b"?")
    if not query or not _PATH.search(path):
        return False
    values = dict(parse_qsl(query.decode("latin-1"), max_num_fields=None))
    return "enc" in values or ("id" in values and _ENCRYPTED.fullmatch(values.get("dn", "")) is not None)


def asked_names(target: bytes, accept: bytes = b"") -> tuple[str, ...]:
    """The names that a request asks for; empty where it is no HTTPDNS request: by its path, or what it accepts."""
    path, _, query = target.partition(b"?")
    if not query or not (_PATH.search(path) or b"application/dns-json" in accept.lower()):
        return ()
    values = dict(parse_qsl(query.decode("latin-1"), max_num_fields=None))
    raw = next((values[key] for key in _KEYS if key in values), "")
    found = (host_name(part) for part in raw.split(","))
    return tuple(name for name in found if name and "." in name)[:MAX_ANSWERS]


def read_answer(names: tuple[str, ...], body: bytes, coding: bytes = b"") -> tuple[NamedAddress, ...]:
    """The addresses that a response gives for the names that were asked; `coding` as its Content-Encoding says."""
    if not names or len(body) > MAX_BODY:
        return ()
    text = unpacked(body, coding).decode("utf-8", "replace").strip()
    found = _from_json(names, text) if text[:1] in "{[" else _from_text(names, text)
    return tuple(found)[:MAX_ANSWERS]


def unpacked(body: bytes, coding: bytes) -> bytes:
    """The first bytes of a body in gzip or zlib, as its Content-Encoding says; none of one that is damaged."""
    if coding.strip().lower() not in (b"gzip", b"x-gzip", b"deflate"):
        return body
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, MAX_BODY)
    except zlib.error:
        return b""


def _answers(name: str, addresses: Any, ttl: Any) -> Iterator[NamedAddress]:
    if not isinstance(addresses, list):
        return
    seconds = ttl if isinstance(ttl, int) and 0 <= ttl < 1 << 31 else DEFAULT_TTL
    for entry in addresses:
        shown = address(entry)
        if shown is not None:
            yield NamedAddress(name, shown, seconds)


def _from_json(names: tuple[str, ...], text: str) -> Iterator[NamedAddress]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    for entry in _entries(data):
        name = host_name(entry.get("host")) if isinstance(entry.get("host"), str) else None
        for key in _LISTS:
            yield from _answers(name or names[0], entry.get(key), entry.get("ttl"))
    if isinstance(data, list):
        yield from _answers(names[0], [entry for entry in data if isinstance(entry, str)], None)
    elif isinstance(data, dict):
        yield from _records(names[0], data.get("Answer"))


def _records(name: str, answers: Any) -> Iterator[NamedAddress]:
    """Records in the names of RFC 8427: an address holds for the shortest lifetime of the chain to it."""
    records = [entry for entry in answers if isinstance(entry, dict)] if isinstance(answers, list) else []
    links = [entry for entry in records if entry.get("type") == _CNAME and isinstance(entry.get("data"), str)]
    chain = tuple(dict.fromkeys(filter(None, (host_name(entry["data"]) for entry in links))))
    for entry in records:
        if entry.get("type") in (None, *_ADDRESSES):
            lifetimes = [given["TTL"] for given in (entry, *links) if isinstance(given.get("TTL"), int)]
            for answer in _answers(name, [entry.get("data")], min(lifetimes, default=None)):
                yield replace(answer, chain=chain)


def _entries(data: Any) -> Iterator[dict[str, Any]]:
    """What may hold an answer: the whole, each in a list below `dns`, `data` or `data.answers`, or by name below `data`.

    Aliyun's second form splits an answer by the kind of its addresses, `v4` and `v6`.
    """
    listed = data
    if isinstance(data, dict):
        yield data
        listed = data.get("dns") or data.get("data")
    if isinstance(listed, dict):
        named = [{"host": name, **entry} for name, entry in listed.items() if isinstance(entry, dict)]
        listed = listed["answers"] if isinstance(listed.get("answers"), list) else named
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            yield entry
            parts = (entry.get(kind) for kind in ("v4", "v6"))
            yield from ({**part, "host": entry.get("dn")} for part in parts if isinstance(part, dict))


def _from_text(names: tuple[str, ...], text: str) -> Iterator[NamedAddress]:
    """`ADDRESS;ADDRESS,TTL`, or for several names `NAME.:ADDRESS;ADDRESS,TTL|...` lines."""
    for index, part in enumerate(re.split(r"[|\n]", text)):
        head, _, rest = part.rpartition(".:")
        if not head:  # the dot of the root may be left out
            head = next((name for name in names if part.lower().startswith(f"{name}:")), "")
            rest = part[len(head) + 1 :] if head else rest
        name = host_name(head) or names[min(index, len(names) - 1)]
        addresses, _, ttl = rest.partition(",")
        listed = [entry for entry in addresses.split(";") if _is_address(entry)]
        yield from _answers(name, listed, int(ttl) if ttl.strip().isdigit() and len(ttl) < 11 else None)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
