"""The phone's page: phases in both languages without JavaScript, and who may mark one."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.live.phase_page import MOST_BODY, ORIGIN, PhaseAnswer, PhasePage, PhaseRequest


class Recorder:
    def __init__(self) -> None:
        self.marked: list[str] = []
        self.page = PhasePage(phase=lambda: self.marked[-1] if self.marked else None, mark=self.mark, token="t0ken")

    def mark(self, phase: str) -> None:
        if not phase.isidentifier():
            raise UsageError(f"the phase {phase!r} is no id")
        self.marked.append(phase)

    def get(self, target: str = "/", **headers: str) -> PhaseAnswer:
        return self.page.answer(PhaseRequest(method="GET", target=target, headers=headers))

    def post(self, fields: Mapping[str, str], headers: Mapping[str, str]) -> PhaseAnswer:
        return self.page.answer(PhaseRequest(method="POST", target="/", headers=headers, body=urlencode(fields).encode()))


SOUND = {"token": "t0ken", "phase": "print", "lang": "zh", "list": "release"}


def test_it_shows_what_to_do_next_in_the_language_of_the_phone() -> None:
    recorder = Recorder()
    assert "next: cold start" in recorder.get().body.decode()
    assert "下一步：冷启动" in recorder.get("/", **{"accept-language": "zh-CN,zh;q=0.9"}).body.decode()
    assert "下一步：冷启动" in recorder.get("/?lang=zh").body.decode()
    assert "14. delete the account" in recorder.get("/?list=release").body.decode()


def test_a_press_marks_the_phase_and_the_page_comes_again() -> None:
    recorder = Recorder()
    answer = recorder.post(SOUND, {"origin": ORIGIN})
    assert (answer.status, recorder.marked) == (HTTPStatus.SEE_OTHER, ["print"])
    assert dict(answer.headers)["Location"] == "/?lang=zh&list=release"
    assert "下一步：支付页面" in recorder.get("/?lang=zh&list=release").body.decode()


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({"token": ""}, {"origin": ORIGIN}),
        ({"token": "guess"}, {"origin": ORIGIN}),
        ({"token": "тoken"}, {"origin": ORIGIN}),
        ({}, {"origin": "http://evil.example"}),
        ({}, {"origin": "null"}),
        ({}, {"origin": "https://audit.phase"}),
        ({}, {"origin": ORIGIN, "sec-fetch-site": "cross-site"}),
        ({}, {"sec-fetch-site": "same-site"}),
    ],
)
def test_no_other_site_marks_a_phase(change: dict[str, str], headers: dict[str, str]) -> None:
    recorder = Recorder()
    assert recorder.post(SOUND | change, headers).status is HTTPStatus.FORBIDDEN
    assert recorder.marked == []


def test_a_phase_that_is_none_is_told_on_the_page_and_escaped() -> None:
    answer = Recorder().post(SOUND | {"phase": "<script>alert(1)</script>"}, {})
    assert answer.status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert b"<script" not in answer.body
    assert b"&lt;script&gt;" in answer.body


def test_it_has_a_strict_policy_and_no_script() -> None:
    answer = Recorder().get()
    assert dict(answer.headers)["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert b"<script" not in answer.body
    assert b"style=" not in answer.body


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("GET", "/phase.css", b"", HTTPStatus.OK),
        ("GET", "/nosuch", b"", HTTPStatus.NOT_FOUND),
        ("GET", "/../x", b"", HTTPStatus.NOT_FOUND),
        ("PUT", "/", b"", HTTPStatus.METHOD_NOT_ALLOWED),
        ("POST", "/", b"x" * (MOST_BODY + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        ("POST", "/", b"&" * 400, HTTPStatus.FORBIDDEN),
        ("HEAD", "/", b"", HTTPStatus.OK),
    ],
)
def test_other_requests(method: str, target: str, body: bytes, status: HTTPStatus) -> None:
    request = PhaseRequest(method=method, target=target, headers={}, body=body)
    assert Recorder().page.answer(request).status is status


@given(
    st.text(max_size=20),
    st.text(max_size=40),
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(["origin", "accept-language"]), st.text(max_size=20)),
)
def test_any_request_gets_an_answer_and_marks_nothing(method: str, target: str, body: bytes, headers: dict[str, str]) -> None:
    recorder = Recorder()
    answer = recorder.page.answer(PhaseRequest(method=method, target=target, headers=headers, body=body))
    assert isinstance(answer.status, HTTPStatus)
    assert recorder.marked == []
    assert all("\n" not in value and "\r" not in value for _, value in answer.headers)
