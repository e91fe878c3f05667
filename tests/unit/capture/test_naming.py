"""Names behind addresses: by client, while the answer holds, the latest first."""

from auditor.capture.dns import read_dns
from auditor.capture.naming import ANYONE, MAX_ANSWERS, SECOND, Names
from auditor.capture.story import Resolved
from auditor.model.vocabulary import HostSource
from tests.unit.capture.wire import CLIENT, SERVER, dns_message

OTHER = "192.168.50.41"


def _names(*answers: tuple[str, str, int, int]) -> Names:
    names = Names()
    for client, name, at, ttl in answers:
        names.learn(client, SERVER, Resolved(name, HostSource.DNS_ANSWER, ()), at * SECOND, ttl)
    return names


def _found(names: Names, at: int, client: str = CLIENT) -> str | None:
    resolved = names.find(client, SERVER, at * SECOND)
    return resolved.name if resolved else None


def test_an_answer_holds_from_when_it_came_until_its_time_is_over() -> None:
    names = _names((CLIENT, "a.example", 100, 60))
    assert [_found(names, at) for at in (99, 100, 160, 161)] == [None, "a.example", "a.example", None]


def test_a_short_lived_answer_holds_ten_seconds() -> None:
    names = _names((CLIENT, "a.example", 100, 0))
    assert [_found(names, at) for at in (110, 111)] == ["a.example", None]


def test_another_client_was_not_told() -> None:
    assert _found(_names((CLIENT, "a.example", 100, 60)), 120, OTHER) is None


def test_what_everyone_was_told_holds_for_all() -> None:
    assert _found(_names((ANYONE, "printer.local", 100, 60)), 120, OTHER) == "printer.local"


def test_the_latest_answer_wins_and_an_older_one_that_still_holds_follows() -> None:
    names = _names((CLIENT, "old.example", 100, 600), (CLIENT, "new.example", 110, 20))
    assert [_found(names, at) for at in (105, 115, 140)] == ["old.example", "new.example", "old.example"]


def test_answers_out_of_order_are_put_in_order() -> None:
    names = _names((CLIENT, "late.example", 200, 60), (CLIENT, "early.example", 100, 60))
    assert [_found(names, at) for at in (150, 210)] == ["early.example", "late.example"]


def test_a_chain_is_known_for_the_name_that_was_asked() -> None:
    names = Names()
    message = read_dns(dns_message("a.example", SERVER, chain=("b.example", "c.example")))
    assert message is not None
    names.learn_message(CLIENT, message, SECOND)
    assert _found(names, 2) == "a.example"
    assert names.chain(CLIENT, "a.example") == ("b.example", "c.example")
    assert names.chain(OTHER, "a.example") == ()


def test_memory_is_bounded() -> None:
    names = _names((CLIENT, "a.example", 1, 60))
    names._count = MAX_ANSWERS
    names.learn(CLIENT, SERVER, Resolved("b.example", HostSource.DNS_ANSWER, ()), 2 * SECOND, 60)
    assert _found(names, 3) == "a.example"
