"""What proxies and browsers write down beside addresses, headers and bodies."""

from base64 import b32encode
from typing import Any

from mitmproxy.test import tflow

from tests.evasion.exports import recorded
from tests.evasion.ways import IMEI, Outcome, Way
from tests.unit.capture.flow_files import asked, changed, flow_file
from tests.unit.capture.har_files import entry, posted

LABEL = b32encode(f"id={IMEI}".encode()).rstrip(b"=").lower().decode()
NAMED = [{"name": "d", "value": IMEI}]


def recordings() -> tuple[Way, ...]:
    """All of them."""
    return (*_flows(), *_exchanges(), *_entries())


def _flow(name: str, state: dict[str, Any], **changes: Any) -> Way:
    return Way(name=name, outcome=Outcome.FOUND, capture=flow_file([changed(state, **changes)]), ending="mitm")


def _asked(host: str, mode: str = "regular", header: bytes = b"", **more: Any) -> dict[str, Any]:
    return asked(mode, host, request__headers=((b"host", header),) if header else (), **more)


def _exchanges() -> tuple[Way, ...]:
    """Methods and hosts of a flow file."""
    evil = f"{LABEL}.evil.example"
    return (
        _flow("a method of its own", _asked("api.example", header=b"api.example"), request__method=b"X" + IMEI.encode()),
        _flow("host that nothing but the proxy was told", _asked(evil)),
        _flow("host before another name", _asked(evil, header=b"a.example", sni="a.example")),
        _flow("host of a whole address", _asked(evil, scheme=b"http")),
        _flow("authority", _asked("203.0.113.5", "transparent"), request__authority=evil.encode()),
        _flow("user of an authority", _asked("a.example"), request__authority=IMEI.encode() + b"@a.example"),
    )


def _flows() -> tuple[Way, ...]:
    """WebSockets and DNS in a flow file."""
    text: dict[str, Any] = {"type": 16, "data": bytes((len(IMEI),)) + IMEI.encode()}
    answered = [tflow.tdnsflow(resp=True).get_state() for _ in range(3)]
    record = answered[0]["response"]["answers"][0]
    socket = tflow.twebsocketflow().get_state()
    return (
        _flow("why a websocket was closed", socket, websocket__close_reason=IMEI),
        _flow("text of a recorded answer", answered[0], response__answers=[record | text]),
        _flow("name of a recorded answer", answered[1], response__answers=[record | {"name": f"{IMEI}.evil.example"}]),
        _flow("record beside a recorded question", answered[2], request__additionals=[record | {"data": IMEI.encode()}]),
    )


def _entries() -> tuple[Way, ...]:
    """Lists of HAR entries that say what no header and no URL says."""
    pseudo = [{"name": ":path", "value": f"/x?imei={IMEI}"}, {"name": ":authority", "value": "shop.example"}]
    beside = {"mimeType": "multipart/form-data", "text": "x=1", "params": NAMED}
    file = {"mimeType": "multipart/form-data", "params": [{"name": "d", "fileName": f"{IMEI}.png", "value": "x"}]}
    return (
        recorded("cookies alone", entry(request__cookies=NAMED)),
        recorded("cookies alone of an answer", entry(response__cookies=NAMED)),
        recorded("parameters alone of a query", entry("https://shop.example/c", request__queryString=NAMED)),
        recorded("parameters beside a text", posted(beside)),
        recorded("name of a file among parameters", posted(file)),
        recorded("method of an entry", entry(request__method=f"X{IMEI}")),
        recorded("pseudo header of no known name", entry(request__headers=[{"name": ":imei", "value": IMEI}])),
        recorded("pseudo header that says something else", entry(request__headers=pseudo)),
        recorded("where an answer leads", entry(response__redirectURL=f"https://x.example/?i={IMEI}")),
        recorded("host beside another header", entry(f"https://{LABEL}.x.example/")),
    )
