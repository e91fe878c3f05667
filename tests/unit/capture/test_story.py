"""A story keeps the first name of each source, every name once, and bounded reasons."""

from auditor.capture.story import MAX_NAMES, MAX_UNREAD, Resolved, Story
from auditor.model.content import Message
from auditor.model.vocabulary import Direction, HostSource

RESOLVED = Resolved("dns.example", HostSource.DNS_ANSWER, ("x.cdn.example",))


def _story(client: int = -1, emit: list[Message] | None = None) -> Story:
    return Story(
        flow_id="tcp-0",
        client=client,
        addresses=("192.0.2.1", "192.0.2.2"),
        ports=(50_000, 443),
        emit=emit.append if emit is not None else None,
        resolve=lambda side: RESOLVED if side == 0 else None,
    )


def test_the_host_is_the_first_of_the_strongest_source() -> None:
    story = _story()
    assert story.host == ("dns.example", HostSource.DNS_ANSWER)
    story.name("Cert.Example", HostSource.CERTIFICATE)
    assert story.host == ("dns.example", HostSource.DNS_ANSWER)
    story.name("one.example:8080", HostSource.HTTP_HOST)
    story.name("two.example.", HostSource.HTTP_HOST)
    assert story.host == ("one.example", HostSource.HTTP_HOST)
    story.name("sni.example", HostSource.TLS_SNI)
    assert story.host == ("sni.example", HostSource.TLS_SNI)
    assert list(story.names) == ["cert.example", "one.example", "two.example", "sni.example"]


def test_dns_is_asked_for_the_server_s_side() -> None:
    assert _story(client=1).host == (None, HostSource.NONE)


def test_directions_follow_the_client_once_it_is_known() -> None:
    story = _story()
    assert story.direction(0) is Direction.UP
    story.opened_by(1)
    story.opened_by(0)
    assert (story.direction(1), story.is_up(1), story.server) == (Direction.UP, True, 0)


def test_an_address_or_nothing_is_no_name() -> None:
    story = _story()
    assert [story.name(raw) for raw in (b"", "192.0.2.9", "[2001:db8::1]:443")] == [None, None, None]
    assert not story.names


def test_names_and_reasons_are_bounded() -> None:
    """A name that is left out is said to be; one that stands among the names already is none."""
    story = _story()
    story.names = dict.fromkeys(f"h{number}.example" for number in range(MAX_NAMES))
    story.name("h0.example")
    assert not story.unread
    for number in range(2 * MAX_UNREAD):
        story.miss((f"reason {number}",))
    for number in range(2):
        story.name(f"more{number}.example")
    assert len(story.names) == MAX_NAMES
    assert list(story.unread)[MAX_UNREAD - 1 :] == [f"reason {MAX_UNREAD - 1}", "names: more than 100,000 different ones"]


def test_lost_bytes_of_a_part_add_up() -> None:
    story = _story()
    story.lose("payload", 5)
    story.lose("payload", 7)
    assert story.all_unread() == ("payload: 12 bytes missing from the capture",)


def test_messages_are_numbered_and_carry_their_host() -> None:
    told: list[Message] = []
    story = _story(emit=told)
    story.say(side=0, at=1, protocol="tcp", pieces=())
    story.say(side=1, at=2, protocol="tcp", pieces=(), host="own.example", missing=("body: cut",))
    assert [(message.number, message.direction, message.host) for message in told] == [
        (0, "up", "dns.example"),
        (1, "down", "own.example"),
    ]
    assert story.all_unread() == ("body: cut",)
