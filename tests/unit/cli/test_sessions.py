"""Names of loose files in a result document: no folder, but as much of it as tells them apart."""

from pathlib import Path

import pytest

from auditor.cli.sessions import ending, portable
from auditor.errors import CaptureError
from auditor.model.loss import Loss, LossKind
from auditor.model.session import CaptureFile
from auditor.model.vocabulary import Outcome
from auditor.observe import Input
from auditor.session.folder import open_sessions

PATHS = (
    (("/a/x.har",), ["x.har"]),
    (("/a/x.har", "/b/y.har"), ["x.har", "y.har"]),
    (("/a/x.har", "/b/x.har", "/c/z.har"), ["a/x.har", "b/x.har", "z.har"]),
    (("/a/b/x", "/c/b/x", "/b/x"), ["a/b/x", "c/b/x", "/b/x"]),
    (("/a/x", "/a/./x", "/a/c/../x"), ["x"]),
    (("/x", "/a/x", "/x"), ["/x", "a/x"]),
)


@pytest.mark.parametrize(("paths", "names"), PATHS)
def test_loose_files_are_named_by_the_end_of_their_path(paths: tuple[str, ...], names: list[str]) -> None:
    (opened,) = open_sessions(paths)
    assert [capture.name.lstrip("/") for capture in portable(opened).session.captures] == [name.lstrip("/") for name in names]


def test_the_folder_it_is_called_from_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (near,) = open_sessions(("one/x.har", "two/x.har"))
    (far,) = open_sessions((str(tmp_path / "one" / "x.har"), str(tmp_path / "two" / "x.har")))
    assert [one.name for one in portable(near).session.captures] == [one.name for one in portable(far).session.captures]


def test_captures_of_a_session_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "x.har").write_text("x")
    (opened,) = open_sessions((str(tmp_path),), background=("/idle/x.har",))
    assert [capture.name for capture in portable(opened).session.captures] == ["x.har", "idle/x.har"]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((), 0),
        ((Outcome.READ, Outcome.EMPTY), 0),
        ((Outcome.TORN,), 3),
        ((Outcome.TORN, Outcome.DAMAGED), 2),
        ((Outcome.MISSING,), 2),
        ((Outcome.UNKNOWN_FORMAT,), 2),
    ],
)
def test_the_inputs_decide_how_a_command_without_verdict_ends(outcomes: tuple[Outcome, ...], code: int) -> None:
    capture = CaptureFile(path="x", name="x", surface=None)
    inputs = [Input(capture=capture, sha256=None, outcome=outcome, format=None, surface=None, flows=0) for outcome in outcomes]
    assert ending(inputs, (), "0 flows").code == code
    assert ending(inputs, (CaptureError("holds no captures"),), "0 flows").code == 2


@pytest.mark.parametrize(
    ("losses", "over", "code", "reason"),
    [
        ([(LossKind.DROPPED, 0)], 0, 0, "7 flows"),
        ([(LossKind.DROPPED, 1)], 0, 3, "7 flows, but 1 packet lost while recording"),
        (
            [(LossKind.UNREADABLE, 2), (LossKind.DROPPED, 3)],
            0,
            3,
            "7 flows, but 3 packets lost while recording and 2 packets could not be read",
        ),
        ([], 1, 3, "7 flows, but 1 body over a limit"),
    ],
)
def test_what_rows_lack_is_no_0(losses: list[tuple[LossKind, int]], over: int, code: int, reason: str) -> None:
    """The files themselves are whole."""
    lost = tuple(Loss(started=0, ended=1, delivered=9, dropped=dropped, kind=kind) for kind, dropped in losses)
    capture = CaptureFile(path="x", name="x", surface=None)
    read = Input(capture=capture, sha256=None, outcome=Outcome.READ, format=None, surface=None, flows=7, losses=lost)
    end = ending([read], (), "7 flows", over=over)
    assert (end.code, end.reason) == (code, reason)
