"""Text protocols: whom a request asks for, however it is cut; other text asks for nobody."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.asked_in_text import ENOUGH, Asking, asked, begins_request, called_host, is_sip


def _smb2(path: str, *, command: int = 3, size: int = 9) -> bytes:
    """A TREE_CONNECT request behind its header and the length of the transport."""
    wide = path.encode("utf-16-le")
    head = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 31, 0, 0, 4, 0, 0, 99) + bytes(16)
    body = head + struct.pack("<HHHH", size, 0, 72, len(wide)) + wide
    return struct.pack(">I", len(body)) + body


def _smb1(path: bytes) -> bytes:
    words = struct.pack("<BBHHH", 255, 0, 0, 8, 1)
    body = b"\xffSMBu" + bytes(27) + b"\4" + words + struct.pack("<H", len(path) + 6) + b"\0" + path + b"?????\0"
    return struct.pack(">I", len(body)) + body


REQUESTS = {
    "smb": _smb2("\\\\NAS.example\\scans"),
    "rtsp": b"DESCRIBE rtsp://user:pw@Cam.example:8554/live?x=1 RTSP/1.0\r\nCSeq: 2\r\n\r\n",
    "sip": b"INVITE sip:door@pbx.example:5060;transport=udp SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.1.9\r\n\r\n",
    "icap": b"REQMOD icap://scan.example/reqmod ICAP/1.0\r\nHost: scan.example\r\n\r\n",
    "xmpp": b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='chat.example' version='1.0'>",
    "git": b"0033git-upload-pack /project.git\0host=git.example\0",
    "tns": b"(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db.example)(PORT=1521)))",
}
HOSTS = {
    "smb": b"NAS.example",
    "rtsp": b"Cam.example", "sip": b"pbx.example", "icap": b"scan.example", "xmpp": b"chat.example", "git": b"git.example", "tns": b"db.example",
}  # fmt: skip


@pytest.mark.parametrize("protocol", REQUESTS)
def test_a_request_names_its_server(protocol: str) -> None:
    assert list(asked(REQUESTS[protocol])) == [(protocol, HOSTS[protocol])]


@pytest.mark.parametrize("protocol", [name for name in REQUESTS if name != "git"])
@pytest.mark.parametrize("size", [1, 7])
def test_a_request_in_pieces_does_too(protocol: str, size: int) -> None:
    asking, data = Asking(), b"before\r\n" + REQUESTS[protocol]
    found = [each for at in range(0, len(data), size) for each in asking.take(data[at : at + size])]
    assert set(found) == {(protocol, HOSTS[protocol])}


@pytest.mark.parametrize(
    ("data", "host"),
    [
        (_smb2(r"\\files-1\IPC$"), b"files-1"), (_smb2(r"\\192.0.2.7\IPC$"), b"192.0.2.7"),
        (_smb1(rb"\\OLD-NAS\SCANS" + b"\0"), b"OLD-NAS"), (_smb1("\\\\OLD-NAS\\SCANS\0".encode("utf-16-le")), b"OLD-NAS"),
    ],
)  # fmt: skip
def test_a_share_names_its_server(data: bytes, host: bytes) -> None:
    assert list(asked(b"before" + data)) == [("smb", host)]


@pytest.mark.parametrize(
    "data", [_smb2(r"\\a\b", command=5), _smb2(r"\\a\b", size=16), _smb2("share"), _smb2(r"\\a"), _smb1(b"x")]
)
def test_other_words_of_smb_name_nobody(data: bytes) -> None:
    assert list(asked(data)) == []


def test_every_request_of_a_connection_counts() -> None:
    data = REQUESTS["rtsp"] + REQUESTS["rtsp"].replace(b"Cam", b"other")
    assert {host for _, host in Asking().take(data)} == {b"Cam.example", b"other.example"}


@pytest.mark.parametrize("data", [
    b"see rtsp://cam.example/live RTSP/1.0\r\n", b"INVITE sip:pbx.example HTTP/1.1\r\n", b"<stream:stream>", b"RTSP/1.0 200 OK\r\n", b"",
])  # fmt: skip
def test_what_asks_for_nobody_names_nobody(data: bytes) -> None:
    assert list(asked(data)) == []


def test_a_long_stream_that_asked_for_nobody_is_let_go() -> None:
    asking = Asking()
    asking.take(bytes(ENOUGH + 1))
    assert asking.take(REQUESTS["sip"]) == []


def test_methods_of_http_with_another_scheme_are_no_http() -> None:
    assert begins_request(b"OPTIONS rtsp://cam.example/ RTSP/1.0") and begins_request(b"SIP/2.0 200 OK\r\n")
    assert not begins_request(b"OPTIONS * HTTP/1.1") and not begins_request(b"GET http://a.example/ HTTP/1.1")


def test_sip_is_told_by_its_first_line() -> None:
    assert is_sip(REQUESTS["sip"]) and is_sip(b"SIP/2.0 200 OK\r\n\r\n")
    assert not is_sip(REQUESTS["rtsp"]) and not is_sip(b"SIP")


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_any_bytes_return(parts: list[bytes]) -> None:
    asking = Asking()
    for part in parts:
        asking.take(b"INVITE sip:" + part)


def _called(name: str) -> bytes:
    """A NetBIOS session request."""
    both = b"".join(
        b"\x20" + bytes(65 + half for byte in text.ljust(16).encode() for half in divmod(byte, 16)) + b"\0"
        for text in (name, "ME")
    )
    return b"\x81\0" + struct.pack(">H", len(both)) + both


@pytest.mark.parametrize("size", [1, 72])
def test_a_session_of_netbios_calls_its_server(size: int) -> None:
    call = _called("FILES")
    asking = Asking()
    found = [each for at in range(0, len(call), size) for each in asking.take(call[at : at + size])]
    assert set(found) == {("smb", b"files")}


@pytest.mark.parametrize(
    "head", [_called("*SMBSERVER"), _called("FILES")[:30], b"x" + _called("FILES"), b"\x81\0\0\x44\x20" + b"Q" * 32 + b"\0"]
)
def test_whoever_answers_is_nobody(head: bytes) -> None:
    assert called_host(head) is None
