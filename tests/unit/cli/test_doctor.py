"""The command `auditor doctor`: its ladder, its exit codes, and wrong words."""

from pathlib import Path

import pytest

from auditor.cli.app import main


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_a_leg_that_fails_gives_2_and_the_legs_that_nobody_looked_at_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--proxy", "127.0.0.1:1", "--confdir", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out.count("→") == 2
    assert "✖ proxy                nobody listens at 127.0.0.1:1" in said.out
    assert said.err.splitlines()[-1].startswith(
        "exit 2 (failed): proxy, proxy's CA failed; not checked: test request, phone (adb)"
    )


def test_the_ladder_is_there_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--proxy", "127.0.0.1:1", "--confdir", str(tmp_path), "--lang", "zh"])
    said = capsys.readouterr()
    assert "✖ 代理                 127.0.0.1:1 无人监听" in said.out
    assert said.err.splitlines()[-1].startswith("exit 2 (failed): proxy, proxy's CA failed; not checked: test request")


@pytest.mark.parametrize("proxy", ["nonsense", "host:", ":80", "host:99999", "host:x", "host:٣"])
def test_a_proxy_that_is_no_place_is_told(proxy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--proxy", proxy]) == 2
    assert "is no HOST:PORT" in capsys.readouterr().err


def test_a_session_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--session", "nosuch"]) == 2
    assert "nosuch: there is no such folder" in capsys.readouterr().err
