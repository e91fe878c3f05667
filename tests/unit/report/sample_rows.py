"""Made-up rows of the published tables."""

from typing import Any

from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS
from auditor.report import parquet_tables

FLOW: dict[str, Any] = {
    "capture": "app.mitm",
    "flow_id": "8f3a",
    "surface": "app",
    "phase": "print",
    "client_ip": "192.0.2.7",
    "client_port": 50123,
    "server_ip": "203.0.113.9",
    "server_port": 443,
    "transport": "tcp",
    "application": "http",
    "host": "api.example.cn",
    "host_source": "http_host",
    "domain": "example.cn",
    "names": ["api.example.cn", "cdn.example.cn"],
    "url": "https://api.example.cn/v1/print",
    "started": 1_763_632_812_000_000_001,
    "ended": 1_763_632_812_500_000_000,
    "bytes_up": 2100,
    "bytes_down": 64000,
    "visibility": "decrypted",
    "recipient": "first_party",
    "relation": "first_party",
    "step": "exact",
    "confidence": "high",
    "reason": "listed by the session",
    "background": False,
    "unread": [],
}

SIGHTING: dict[str, Any] = {
    "capture": "app.mitm",
    "flow_id": "8f3a",
    "surface": "app",
    "phase": "print",
    "at": 1_763_632_812_000_000_001,
    "direction": "up",
    "kind": "imei",
    "identifier": "phone imei",
    "match": "planted",
    "confidence": "high",
    "part": "body",
    "path": "$.device.imei",
    "encodings": ["gzip", "json"],
    "variant": "imei:plain",
    "masked": "86••21",
    "digest": "0" * 32,
    "location": "message 0 +120",
    "host": "api.example.cn",
    "recipient": "first_party",
}

FINDING: dict[str, Any] = {
    "id": "SEC-CLEARTEXT-0123456789",
    "rule": "SEC-CLEARTEXT",
    "severity": "high",
    "status": "open",
    "surface": "printer",
    "recipient": "alibaba_cloud",
    "class": "incorrect",
    "confidence": "high",
    "flows": 3,
    "references": ["GDPR Art. 32"],
    "message": "Sent in the clear.",
    "message_zh": "明文传输。",
}


def parquet() -> dict[str, bytes]:
    """The Parquet files of a report folder, by name."""
    frames = {
        "flows": FLOWS.frame([FLOW]),
        "sightings": SIGHTINGS.frame([SIGHTING]),
        "findings": FINDINGS.frame([FINDING]),
        "recipients": RECIPIENTS.frame(),
    }
    return parquet_tables.render(frames)
