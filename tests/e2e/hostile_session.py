"""A session in which everything that a stranger can choose is an attack on whoever reads the report.

Hosts, paths, queries, headers, cookies, bodies and their keys, DNS names, server names, certificate names, MQTT client ids and
topics, WebSocket paths, file names, the session's folder, its words and its phases. A planted value travels with each of them, so
that they reach findings and not only flows.
"""

import json
from pathlib import Path

from tests.unit.capture.flow_files import AT, asked, changed, flow_file
from tests.unit.capture.har_files import entry, har_file
from tests.unit.capture.test_mqtt import connect, publish
from tests.unit.capture.wire import Wire, certificate_message, client_hello, records, server_hello

IMEI = "490154203237518"
MARK = "owned-by-the-capture"
"""What a script of the capture's would write into the page's title."""

ATTACKS = (
    f"<script>document.title='{MARK}'</script>",
    f"<img src=x onerror=document.title='{MARK}'>",
    f"</script><svg onload=document.title='{MARK}'>",
    f"\"'><iframe srcdoc=\"<script>top.document.title='{MARK}'</script>\">",
    f"javascript:document.title='{MARK}'",
    "<link rel=stylesheet href=http://198.51.100.66/x.css>",
    "<meta http-equiv=refresh content='0;url=http://198.51.100.66/'>",
    "![x](http://198.51.100.66/pixel.png) [link](javascript:alert(1))",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://198.51.100.66","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "\u202egpj.exe\u2066\u200b",
    "]]></system-out></testsuite><!--",
    "{{ 7*7 }}${7*7}{%raw%}",
    "| a | b |\r\n\r\n# title\r\n<details>",
    "`tick` ```fence``` \x00\x08\ufeff",
)
NAMES = tuple(text.replace("/", "\u2215").replace("\x00", "") for text in ATTACKS)
"""As file names: everything that a file system takes."""

FOLDER = "<img src=x onerror=alert(1)>\u202e\x1b[31m"

SESSION = """\
schema = 1
[session]
name = {name}
product = {text}
app_version = {text}
firmware = {text}
topology = {text}
tester = {text}
scripted = {text}
required_phases = [{text}]
[[phase]]
id = {text}
start = 1999-12-31T00:00:00Z
end = 2027-01-01T00:00:00Z
"""
SUBJECTS = f"""\
schema = 1
[[identifier]]
label = {json.dumps(ATTACKS[0])}
kind = "imei"
value = "{IMEI}"
owner = "phone"
"""


def hostile_session(folder: Path) -> Path:
    """The session's folder, made below this one."""
    session = folder / FOLDER
    session.mkdir()
    words = SESSION.format(name=json.dumps(ATTACKS[1]), text=json.dumps(ATTACKS[0]))
    (session / "session.toml").write_text(words, encoding="utf-8")
    (session / "subjects.toml").write_text(SUBJECTS, encoding="utf-8")
    (session / f"{NAMES[0]}.mitm").write_bytes(_flows())
    (session / f"{NAMES[8]}.har").write_bytes(_entries())
    (session / f"{NAMES[13]}{NAMES[14]}.pcap").write_bytes(_packets())
    (session / f"{NAMES[1]}.broken").write_bytes(ATTACKS[1].encode())
    return session


def _flows() -> bytes:
    states = []
    for number, text in enumerate(ATTACKS):
        raw = text.encode()
        body = json.dumps({text: IMEI, "imei": IMEI, "note": text}).encode()
        states.append(
            changed(
                asked("regular", f"{text}.attack{number}.example"),
                id=f"{number}{text}",
                request__path=b"/" + raw.replace(b" ", b"%20") + b"?imei=" + IMEI.encode() + b"&q=" + raw,
                request__content=body,
                request__headers=(
                    (b"host", raw + b".example"),
                    (b"content-type", b"application/json"),
                    (b"x-" + raw, IMEI.encode()),
                    (b"cookie", raw + b"=" + IMEI.encode()),
                ),
                request__timestamp_start=AT + number,
            )
        )
    return flow_file(states)


def _entries() -> bytes:
    entries = [
        entry(
            f"https://attack{number}.example/{text}?imei={IMEI}&{text}=1",
            request__headers=[{"name": "Host", "value": text}, {"name": text, "value": IMEI}],
            response__content__text=text,
            response__content__mimeType=text,
            serverIPAddress=text,
        )
        for number, text in enumerate(ATTACKS)
    ]
    return har_file(*entries)


def _packets() -> bytes:
    wire = Wire()
    for number, text in enumerate(ATTACKS):
        raw = text.encode()[:60]
        address = f"203.0.113.{number + 1}"
        name = raw.decode(errors="ignore").replace(".", "_")[:40]
        wire.resolve(f"{name}.dns{number}.example", address, port=41_000 + number)
        clear = wire.connect(address, 1_883, sport=42_000 + number).open()
        clear.up(connect(raw, raw, b"secret") + publish(raw + b"/" + IMEI.encode(), json.dumps({text: IMEI}).encode()))
        web = wire.connect(address, 80, sport=43_000 + number).open()
        line = raw.replace(b"\r", b"").replace(b"\n", b"").replace(b" ", b"%20")
        web.up(b"GET /" + line + b"?imei=" + IMEI.encode() + b" HTTP/1.1\r\nHost: " + line + b".example\r\n\r\n")
        tls = wire.connect(address, 443, sport=44_000 + number).open()
        tls.up(records(client_hello(raw)))
        if name.isprintable():
            tls.down(records(server_hello(version=0x0303) + certificate_message(name)))
    return wire.pcap()
