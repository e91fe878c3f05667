"""How long the judgement of a large session takes, and how much memory: python -m tests.benchmarks.judge_bench [FLOWS SIGHTINGS].

A million flows to 500 hosts with 100,000 sightings must be judged in 10 s and 2 GB. Measured is everything between attributed
tables and the result document, in seconds of processor time; making the tables up is not.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from auditor.catalog import register_file, rule_texts
from auditor.judge import claims, coverage, findings, verdict
from auditor.judge.document import Judgement, Setting, document
from auditor.judge.facts import Facts
from auditor.judge.foreground import foreground
from auditor.judge.rules import RULES
from auditor.judge.waivers import waiver_rows
from auditor.model.arrow import arrow_of, from_arrow
from auditor.model.rule import Cited
from auditor.model.session import Session, Waiver
from auditor.model.tables import FLOWS, SIGHTINGS
from auditor.model.vocabulary import Outcome, Severity, Surface
from auditor.recipients import recipients_table

HOSTS = 500
LIMIT_SECONDS = 10.0
LIMIT_BYTES = 2 << 30
START = 1_700_000_000_000_000_000
DAY = "2026-01-01"

RELATIONS = (
    "first_party",
    "declared",
    "other_surface",
    "other_purpose",
    "same_group",
    "undeclared",
    "system",
    "network",
    "unknown",
)
PARTIES = {"first_party": "first_party", "declared": "tencent_cloud", "other_surface": "baidu"}
PURPOSES = ("push", "analytics", "crash_reporting", "cloud_hosting", "payment", "firmware_update", "dns")
KINDS = ("imei", "mac", "oaid", "phone", "email", "ssid", "ip", "push_token", "android_id", "serial")


def facts(flows: int, sightings: int, seed: int = 7) -> Facts:
    """Made-up facts of that size: a host has one surface and up to three kinds; 20 hosts are in a background capture too."""
    random = np.random.default_rng(seed)
    pairs = _pairs(flows, random)
    return Facts(
        pairs=arrow_of(pairs),
        sightings=arrow_of(_sightings(sightings, pairs, random)),
        register=register_file.load("o2nails-1.1"),
        session=Session(name="bench", folder=None, required_phases=("before_consent", "print")),
        surfaces=tuple(Surface),
        persona_age=12,
    )


def _pairs(flows: int, random: np.random.Generator) -> pd.DataFrame:
    host = random.zipf(1.3, flows) % HOSTS
    relation = random.integers(0, len(RELATIONS), HOSTS)
    names = np.array([f"host{number}.group{number % 400}.example" for number in range(HOSTS)])
    words = np.array(RELATIONS)[relation]
    parties = np.array([PARTIES.get(word) for word in words], dtype=object)
    surface = np.array(["app", "app", "printer", "site"])[host % 4]
    ids = np.arange(flows)
    idle = (ids % 50 == 0) & (host < 20)
    columns: dict[str, Any] = {
        "capture": np.where(idle, "idle.mitm", "app.mitm"),
        "flow_id": ids.astype(str),
        "surface": surface,
        "phase": np.array(["before_consent", "print", "background", None], dtype=object)[random.integers(0, 4, flows)],
        "client_ip": np.full(flows, "192.168.1.2"),
        "server_ip": np.char.add("203.0.", (host % 250).astype(str)),
        "server_port": np.full(flows, 443),
        "transport": np.full(flows, "tcp"),
        "application": np.array(["http", "tls", "mqtt"])[random.integers(0, 3, flows)],
        "host": names[host],
        "url": np.char.add("https://x/", (ids % 5000).astype(str)),
        "started": START + ids * 1000,
        "ended": START + ids * 1000 + 500,
        "bytes_up": random.integers(60, 5000, flows),
        "bytes_down": random.integers(60, 50000, flows),
        "visibility": np.array(["cleartext", "decrypted", "decrypted", "opaque"])[random.integers(0, 4, flows)],
        "tls_version": np.array(["TLSv1.3", "TLSv1.2", "TLSv1", None], dtype=object)[random.integers(0, 4, flows)],
        "entity": np.char.add("Entity ", (host % 400).astype(str)),
        "country": np.array(["CN", "US", "DE"])[host % 3],
        "server_country": np.array([None, "CN", "SG"], dtype=object)[host % 3],
        "party": parties[host],
        "recipient": np.where(parties[host] != None, parties[host].astype(str), np.char.add("group", (host % 400).astype(str))),  # noqa: E711
        "relation": words[host],
        "step": np.full(flows, "exact"),
        "confidence": np.array(["high", "medium", "low"])[host % 3],
        "reason": np.full(flows, "made up"),
        "background": idle,
    }
    arrays = [
        pa.array(columns[field.name], type=field.type) if field.name in columns else _nulls(field, flows) for field in _schema()
    ]
    frame = from_arrow(pa.Table.from_arrays(arrays, schema=_schema()))
    more = {
        "purposes": np.array(PURPOSES)[host % len(PURPOSES)],
        "vantage": np.array(["app", "server"])[host % 2],
        "entity_match": np.array(["exact", "same_group"])[host % 2],
        "compared_party": parties[host],
        "entity_zh": np.full(flows, "实体"),
    }
    frame = frame.assign(**{name: pd.Series(values, dtype="string") for name, values in more.items()})
    return frame.assign(flow=frame["capture"].astype("string") + "#" + frame["flow_id"].astype("string"))


def _schema() -> pa.Schema:
    return FLOWS.arrow_schema()


def _nulls(field: pa.Field, size: int) -> pa.Array:
    if field.name == "unread":
        values = [["request body: over the limit"] if number % 1000 == 0 else [] for number in range(size)]
        return pa.array(values, type=field.type)
    return pa.nulls(size, field.type)


def _sightings(count: int, pairs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    flow = pairs.iloc[np.sort(random.integers(0, len(pairs), count))].reset_index(drop=True)
    number = flow["host"].str.extract(r"(\d+)", expand=False).astype("int64").to_numpy()
    kind = np.array(KINDS)[(number * 7 + random.integers(0, 3, count)) % len(KINDS)]
    encodings: tuple[list[str], ...] = (["json"], ["gzip", "json", "md5"], [], ["base64"])
    columns: dict[str, Any] = {
        "direction": np.array(["up", "up", "up", "down"])[random.integers(0, 4, count)],
        "kind": kind,
        "identifier": np.char.add("the-", kind),
        "match": np.array(["planted", "pattern"])[random.integers(0, 2, count)],
        "confidence": np.array(["high", "medium", "low"])[random.integers(0, 3, count)],
        "part": np.array(["body", "query", "header"])[random.integers(0, 3, count)],
        "path": np.full(count, "$.x"),
        "encodings": [encodings[number % 4] for number in range(count)],
        "variant": np.full(count, "v"),
        "masked": np.full(count, "ab..yz"),
        "digest": np.char.add("d", kind),
        "location": np.full(count, "message 0 +1"),
    }
    taken = {name: flow[name] for name in ("capture", "flow_id", "surface", "phase", "host", "recipient")}
    schema = SIGHTINGS.arrow_schema()
    arrays = [
        pa.array(columns[field.name], type=field.type)
        if field.name in columns
        else pa.array((flow["started"] if field.name == "at" else taken[field.name]).array, from_pandas=True).cast(field.type)
        for field in schema
    ]
    frame = from_arrow(
        pa.Table.from_arrays(
            [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays], schema=schema
        )
    )
    beside = ("flow", "relation", "party", "entity", "service", "group", "purposes", "compared_party", "visibility")
    return frame.assign(**{name: flow[name] for name in beside})


def judge(made: Facts) -> dict[str, float]:
    """Seconds of each step."""
    cited = {text.id: Cited(text=text, citations=text.references) for text in rule_texts.load()}
    waivers = tuple(
        Waiver(
            rule="FLOW-PARTY-OMITTED", party=f"group{number}", identifier="*", surface="app", reason="r", owner="o", expires=DAY
        )
        for number in range(20)
    )
    took: dict[str, float] = {}

    def timed[T](name: str, step: Callable[[], T]) -> T:
        begun = time.process_time()
        result = step()
        took[name] = round(time.process_time() - begun, 2)
        return result

    front = timed("foreground", lambda: foreground(made))
    for rule in RULES:
        timed(f"rule {rule.id}", lambda rule=rule: findings.find(front.facts, cited, (rule,)))  # type: ignore[misc]
    rules = sum(seconds for name, seconds in took.items() if name.startswith("rule "))
    judged = timed("find", lambda: findings.waived(findings.find(front.facts, cited), waivers, DAY))
    gates = timed("gates", lambda: coverage.gates(front.facts, coverage.Recorded()))
    rows = [entry.finding for entry in judged]
    inputs = [verdict.InputState("app.mitm", Outcome.READ)]
    judgement = Judgement(
        judged=judged,
        gates=gates,
        verdict=timed("verdict", lambda: verdict.decide(rows, gates, inputs, Severity.HIGH)),
        claims=timed("claims", lambda: claims.check_claims(front.facts)),
        waivers=timed("waivers", lambda: waiver_rows(waivers, rows, DAY)),
    )
    setting = Setting(
        version="0",
        as_of=DAY,
        fail_on=Severity.HIGH,
        catalog_sha256="",
        destinations=0,
        references=0,
        cited=cited,
        applied=(),
        inputs=(),
    )
    recipients = timed("recipients", lambda: recipients_table(front.facts))
    timed("document", lambda: document(front.facts, judgement, setting, recipients, made.pairs))
    took["findings"] = len(judged)
    took["total"] = round(
        sum(seconds for name, seconds in took.items() if not name.startswith("rule ") and name != "findings"), 2
    )
    took["rules alone"] = round(rules, 2)
    return took


def main(argv: list[str]) -> int:
    """Prints the measures; 1 where a limit was passed."""
    flows, sightings = (int(argv[0]), int(argv[1])) if len(argv) == 2 else (1_000_000, 100_000)
    made = facts(flows, sightings)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    cpu = time.process_time()
    took = judge(made)
    took["cpu"] = round(time.process_time() - cpu, 2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        json.dumps({"flows": flows, "sightings": sightings, **took, "tables_mb": before >> 20, "peak_mb": peak >> 20}, indent=1)
    )
    return int(took["total"] > LIMIT_SECONDS or peak > LIMIT_BYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
