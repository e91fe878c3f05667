"""HAR files: what browsers and proxies write down of the same tricks."""

from base64 import b64encode
from typing import Any

from tests.evasion.ways import DOCUMENT, IMEI, Outcome, Way
from tests.unit.capture.har_files import entry, har_file, posted


def recorded(name: str, made: dict[str, Any], outcome: Outcome = Outcome.FOUND) -> Way:
    """One entry."""
    return Way(name=name, outcome=outcome, capture=har_file(made), ending="har")


def exports() -> tuple[Way, ...]:
    """Entries of HAR 1.2."""
    coded = [{"name": "Content-Encoding", "value": "br"}, {"name": "Host", "value": "shop.example"}]
    text = DOCUMENT.decode()
    base64 = {"size": len(DOCUMENT), "mimeType": "application/json", "encoding": "base64", "text": b64encode(DOCUMENT).decode()}
    return (
        recorded("post data", posted({"mimeType": "application/json", "text": text})),
        recorded(
            "params alone", posted({"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "d", "value": IMEI}]})
        ),
        recorded("coding that was taken off", entry(request__headers=coded, request__postData={"mimeType": "x/y", "text": text})),
        recorded("answer in base64", entry(response__content=base64)),
        recorded("query of the address", entry(f"https://shop.example/c?d={IMEI}")),
        recorded("referer", entry(request__headers=[{"name": "Referer", "value": f"https://a.example/?i={IMEI}"}])),
        recorded("cookie", entry(request__headers=[{"name": "Cookie", "value": f"d={IMEI}"}])),
    )
