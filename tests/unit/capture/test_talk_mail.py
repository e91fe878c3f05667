"""Mail and file servers: lines in the clear, until STARTTLS."""

import pytest

from auditor.capture.talk_mail import begins_mail
from tests.unit.capture.test_unknown import HELLO, told

TALKS = {
    "smtp": ([(1, b"220 mx.example ESMTP\r\n"), (0, b"EHLO me\r\n"), (1, b"250 STARTTLS\r\n"), (0, b"STARTTLS\r\n"), (1, b"220 go\r\n")], 587),
    "imap": ([(1, b"* OK ready\r\n"), (0, b"a1 STARTTLS\r\n"), (1, b"a1 OK begin\r\n")], 143),
    "pop3": ([(1, b"+OK ready\r\n"), (0, b"STLS\r\n"), (1, b"+OK\r\n")], 110),
    "smtp with a space": ([(1, b"220 mx\r\n"), (0, b"EHLO me\r\n"), (1, b"250 STARTTLS\r\n"), (0, b"StartTLS \r\n"), (1, b"220 go\r\n")], 25),
    "ftp with ssl": ([(1, b"220 ready\r\n"), (0, b"AUTH SSL\r\n"), (1, b"234 ok\r\n")], 21),
    "ftp": ([(1, b"220 ready\r\n"), (0, b"AUTH TLS\r\n"), (1, b"234 ok\r\n")], 21),
}  # fmt: skip


@pytest.mark.parametrize("name", TALKS)
def test_the_host_inside_starttls_is_seen(name: str) -> None:
    """On any port; the innermost protocol is TLS."""
    runs, port = TALKS[name]
    story, messages = told([*runs, (0, HELLO)], port)
    assert (story.application, story.host[0]) == ("tls", "api.example.com")
    assert runs[0][1] in [piece.data for message in messages for piece in message.pieces]


@pytest.mark.parametrize("name", TALKS)
def test_without_tls_the_lines_are_content(name: str) -> None:
    """And the application is the mail protocol."""
    runs, port = TALKS[name]
    story, messages = told([*runs[:2], (0, b"USER persona@example.com\r\n")], port)
    assert (story.application, story.visibility) == (name.partition(" ")[0], "cleartext")
    assert any(b"persona@example.com" in piece.data for message in messages for piece in message.pieces)


@pytest.mark.parametrize(
    ("head", "answer"), [(b"22", None), (b"220 x", True), (b"", None), (b"* BY", False), (b"+OK", True), (b"GET ", False)]
)
def test_greetings(head: bytes, answer: bool | None) -> None:
    """Cut ones need more bytes."""
    assert begins_mail(head) is answer


@pytest.mark.parametrize("size", [1, 1_400])
@pytest.mark.parametrize(("port", "host"), [(21, "ftp.example"), (25, None)])
def test_a_client_of_ftp_may_say_which_host_it_means(port: int, host: str | None, size: int) -> None:
    """RFC 7151; in mail nobody does."""
    line = b"HOST FTP.example\r\n"
    runs: list[tuple[int, bytes | int]] = [(0, line[at : at + size]) for at in range(0, len(line), size)]
    story, _ = told([(1, b"220 ready\r\n"), *runs, (1, b"220 ok\r\n"), (0, b"USER me\r\n")], port)
    assert story.host[0] == host
