"""Who gets through to the page: only the right Host, token, method and origin."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.live.page_access import Access, PageRequest, Refusal, authorities

OWN = "127.0.0.1:4000"
ACCESS = Access(token="secret", authorities=authorities("127.0.0.1", 4000), routes={"": "GET", "events": "GET", "phase": "POST"})


def _route(method: str, target: str, **headers: str) -> str | HTTPStatus:
    named = {name.replace("_", "-"): (value,) for name, value in ({"host": OWN} | headers).items()}
    found = ACCESS.route(PageRequest(method=method, target=target, headers=named))
    return found.status if isinstance(found, Refusal) else found


@pytest.mark.parametrize(
    ("method", "target", "headers", "answer"),
    [
        ("GET", "/secret/", {}, ""),
        ("GET", "/secret/", {"host": "localhost:4000"}, ""),
        ("GET", "/secret/", {"host": "LOCALHOST:4000"}, ""),
        ("GET", "/secret/?x=1", {"sec_fetch_site": "none"}, ""),
        ("GET", "/secret/events", {"sec_fetch_site": "same-origin"}, "events"),
        ("POST", "/secret/phase", {"origin": f"http://{OWN}", "sec_fetch_site": "same-origin"}, "phase"),
        ("POST", "/secret/phase", {"origin": "http://localhost:4000"}, "phase"),
        # the name: rebinding
        ("GET", "/secret/", {"host": "evil.example:4000"}, HTTPStatus.MISDIRECTED_REQUEST),
        ("GET", "/secret/", {"host": "127.0.0.1"}, HTTPStatus.MISDIRECTED_REQUEST),
        ("GET", "/secret/", {"host": "127.0.0.1:4001"}, HTTPStatus.MISDIRECTED_REQUEST),
        ("GET", "/secret/", {"host": ""}, HTTPStatus.MISDIRECTED_REQUEST),
        # the token
        ("GET", "/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "/guess/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "/secretx/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "//secret/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "/secret/../secret/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "http://127.0.0.1:4000/secret/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "/sécret/", {}, HTTPStatus.NOT_FOUND),
        ("GET", "/secret/etc/passwd", {}, HTTPStatus.NOT_FOUND),
        # the method
        ("POST", "/secret/", {}, HTTPStatus.METHOD_NOT_ALLOWED),
        ("GET", "/secret/phase", {}, HTTPStatus.METHOD_NOT_ALLOWED),
        ("OPTIONS", "/secret/phase", {"origin": "http://evil.example"}, HTTPStatus.METHOD_NOT_ALLOWED),
        # another origin
        ("POST", "/secret/phase", {}, HTTPStatus.FORBIDDEN),
        ("POST", "/secret/phase", {"origin": "null"}, HTTPStatus.FORBIDDEN),
        ("POST", "/secret/phase", {"origin": "http://evil.example"}, HTTPStatus.FORBIDDEN),
        ("POST", "/secret/phase", {"origin": f"https://{OWN}"}, HTTPStatus.FORBIDDEN),
        ("POST", "/secret/phase", {"origin": f"http://{OWN}", "sec_fetch_site": "cross-site"}, HTTPStatus.FORBIDDEN),
        ("GET", "/secret/events", {"origin": "http://evil.example"}, HTTPStatus.FORBIDDEN),
        ("GET", "/secret/events", {"sec_fetch_site": "none"}, HTTPStatus.FORBIDDEN),
        ("GET", "/secret/events", {"sec_fetch_site": "same-site"}, HTTPStatus.FORBIDDEN),
        ("GET", "/secret/", {"sec_fetch_site": "cross-site"}, HTTPStatus.FORBIDDEN),
        ("GET", "/secret/", {"sec_fetch_site": "same-site"}, HTTPStatus.FORBIDDEN),
    ],
)
def test_only_the_person_at_this_machine_gets_through(
    method: str, target: str, headers: dict[str, str], answer: str | HTTPStatus
) -> None:
    assert _route(method, target, **headers) == answer


def test_a_host_that_is_told_twice_or_not_at_all_is_none() -> None:
    for hosts in ((), (OWN, OWN), (OWN, "evil.example")):
        request = PageRequest(method="GET", target="/secret/", headers={"host": hosts} if hosts else {})
        assert isinstance(ACCESS.route(request), Refusal)


def test_a_second_origin_that_is_foreign_counts() -> None:
    request = PageRequest(
        method="POST", target="/secret/phase", headers={"host": (OWN,), "origin": (f"http://{OWN}", "http://evil.example")}
    )
    assert isinstance(ACCESS.route(request), Refusal)


@pytest.mark.parametrize(
    ("host", "known"),
    [("127.0.0.1", "localhost:9"), ("::1", "[::1]:9"), ("192.168.50.1", "192.168.50.1:9"), ("fd00::1", "[fd00::1]:9")],
)
def test_a_page_is_known_by_the_address_that_it_listens_on(host: str, known: str) -> None:
    assert known in authorities(host, 9)


@given(
    st.text(max_size=30),
    st.text(max_size=30),
    st.dictionaries(st.sampled_from(["host", "origin", "sec-fetch-site"]), st.tuples(st.text(max_size=20))),
)
def test_without_the_token_nothing_gets_through(method: str, target: str, headers: dict[str, tuple[str, ...]]) -> None:
    if "secret" not in target:
        assert isinstance(ACCESS.route(PageRequest(method=method, target=target, headers=headers)), Refusal)
