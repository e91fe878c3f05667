"""Sessions in storages, with fsspec's own file system in memory, and one that fails when told to."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from auditor.fleet import storage
from auditor.fleet.storage import COPY, StorageError, at_hand, clear_copies, is_address, publish, read_bytes, session_paths


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    """An empty storage, and no waiting for a second try."""
    monkeypatch.setattr(storage, "FIRST_PAUSE", 0.0)
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("s3://b/x", True),
        ("memory://x", True),
        ("captures/x", False),
        ("/a/b", False),
        ("C:/x", False),
        ("://x", False),
        ("a b://x", False),
    ],
)
def test_an_address_names_a_storage(path: str, answer: bool) -> None:
    assert is_address(path) is answer


def test_a_session_is_at_hand_for_its_owner_only_and_gone_afterwards(memory: MemoryFileSystem) -> None:
    memory.pipe({"/lab/a/session.toml": b"schema = 1", "/lab/a/deep/x.har": b"{}"})
    with at_hand("memory://lab/a") as folder:
        here = Path(folder)
        assert here.name == "a"
        assert sorted(path.name for path in here.rglob("*") if path.is_file()) == ["session.toml", "x.har"]
        assert (here / "deep" / "x.har").stat().st_mode & 0o777 == 0o600
        assert here.parent.stat().st_mode & 0o077 == 0
    assert not here.exists()


def test_a_key_that_was_made_goes_back_and_one_that_was_there_stays(memory: MemoryFileSystem) -> None:
    memory.pipe({"/lab/a/x.har": b"{}", "/lab/b/x.har": b"{}", "/lab/b/session.key": b"old"})
    for name in ("a", "b"):
        with at_hand(f"memory://lab/{name}") as folder:
            (Path(folder) / "session.key").write_bytes(b"new")
    assert (memory.cat("/lab/a/session.key"), memory.cat("/lab/b/session.key")) == (b"new", b"old")


def test_a_path_is_itself(tmp_path: Path) -> None:
    with at_hand(str(tmp_path)) as folder:
        assert folder == str(tmp_path)
    assert tmp_path.exists()


def test_a_session_that_is_not_there_is_named() -> None:
    with pytest.raises(StorageError, match="memory://lab/nowhere"), at_hand("memory://lab/nowhere"):
        pass


@pytest.mark.parametrize("name", ["/lab/a/../../etc/x", "/lab/a/..", "/lab/a/x\0y"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    """A bucket can hold any key."""
    with pytest.raises(StorageError):
        storage._relative(name, "/lab/a")


def test_a_storage_that_fails_is_asked_again(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe("/lab/a/x.har", b"{}")
    calls = []
    real = MemoryFileSystem.cat_file

    def failing(self: MemoryFileSystem, path: str, **options: object) -> bytes:
        calls.append(path)
        if len(calls) < 3:
            raise OSError("SlowDown")
        return bytes(real(self, path, **options))

    monkeypatch.setattr(MemoryFileSystem, "cat_file", failing)
    assert read_bytes("memory://lab/a/x.har") == b"{}"
    assert len(calls) == 3


def test_a_storage_that_always_fails_is_given_up_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(self: MemoryFileSystem, path: str, **options: object) -> bytes:
        raise OSError("secret detail")

    monkeypatch.setattr(MemoryFileSystem, "cat_file", failing)
    with pytest.raises(StorageError) as caught:
        read_bytes("memory://lab/a/x.har")
    assert "memory://lab/a/x.har" in str(caught.value)
    assert "secret detail" not in str(caught.value)


def test_publishing_replaces_a_report_and_keeps_decisions(memory: MemoryFileSystem, tmp_path: Path) -> None:
    memory.pipe({"/out/a/audit.json": b"old", "/out/a/tables/x.parquet": b"old", "/out/a/signoff-1.json": b"kept"})
    (tmp_path / "tables").mkdir()
    for name in ("audit.json", "manifest.json", "tables/flows.parquet"):
        (tmp_path / name).write_bytes(b"new")
    publish(tmp_path, "memory://out/a")
    assert sorted(memory.find("/out/a")) == [
        "/out/a/audit.json",
        "/out/a/manifest.json",
        "/out/a/signoff-1.json",
        "/out/a/tables/flows.parquet",
    ]
    assert memory.cat("/out/a/audit.json") == b"new"


def test_a_folder_of_sessions_is_its_sessions(memory: MemoryFileSystem, tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "session.toml").write_text("schema = 1")
        memory.pipe(f"/lab/{name}/session.toml", b"schema = 1")
    assert session_paths((str(tmp_path), "x.har")) == (str(tmp_path / "a"), str(tmp_path / "b"), "x.har")
    assert session_paths(("memory://lab/",)) == ("memory://lab/a", "memory://lab/b")
    assert session_paths(("memory://lab/a",)) == ("memory://lab/a",)


def test_a_folder_with_captures_of_its_own_stays_one_too(tmp_path: Path) -> None:
    """What lies beside the sessions must not be lost."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "session.toml").write_text("schema = 1")
    (tmp_path / "x.har").write_text("{}")
    assert session_paths((str(tmp_path),)) == (str(tmp_path), str(tmp_path / "a"))


def test_a_storage_without_its_package_is_an_error_in_one_line() -> None:
    with pytest.raises(Exception, match="nosuch"):
        read_bytes("nosuch://x/y")


def test_a_file_that_comes_short_is_asked_for_again(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every storage says that it stopped in the middle; one that never gives all of it is named."""
    memory.pipe({"/lab/a/x.har": b"{}  "})
    whole = MemoryFileSystem.get_file
    cut = [True, False]

    def short(system: MemoryFileSystem, name: str, target: str) -> None:
        whole(system, name, target)
        if not cut or cut.pop(0):
            Path(target).write_bytes(b"{}")

    monkeypatch.setattr(MemoryFileSystem, "get_file", short)
    with at_hand("memory://lab/a") as folder:
        assert (Path(folder) / "x.har").read_bytes() == b"{}  "
    with pytest.raises(StorageError, match="ShortReadError"), at_hand("memory://lab/a"):
        pass


def test_a_name_that_looks_like_a_pattern_is_a_name(memory: MemoryFileSystem, tmp_path: Path) -> None:
    memory.pipe({"/l[a]b*/s/session.toml": b"", "/l[a]b*/r/audit.json": b""})
    assert session_paths(("memory://l[a]b*",)) == ("memory://l[a]b*/s",)
    (tmp_path / "new.json").write_text("x")
    publish(tmp_path, "memory://l[a]b*/r")
    assert memory.find("/l[a]b*/r") == ["/l[a]b*/r/new.json"]


def test_a_note_beside_sessions_is_no_capture(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "session.toml").write_text("schema = 1")
    (tmp_path / "README.md").write_text("x")
    assert [Path(path).name for path in session_paths((str(tmp_path),))] == ["a", "b"]


def test_a_folder_beside_sessions_whose_session_file_is_gone_is_a_session_too(memory: MemoryFileSystem, tmp_path: Path) -> None:
    """Or it would be lost in silence."""
    for name in ("a", "gone", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "session.toml").write_text("schema = 1")
    (tmp_path / "gone" / "x.har").write_text("{}")
    assert [Path(path).name for path in session_paths((str(tmp_path),))] == ["a", "empty", "gone"]
    memory.pipe(
        {"/lab/a/session.toml": b"", "/lab/gone/x.har": b"", "/lab/loose.har": b"", "/lab/README.md": b"", "/lab/.x/y": b""}
    )
    assert session_paths(("memory://lab",)) == ("memory://lab/a", "memory://lab/gone", "memory://lab/loose.har")


def test_reports_beside_sessions_are_no_sessions(memory: MemoryFileSystem, tmp_path: Path) -> None:
    """Nor is the folder that they are about to go to."""
    for name in ("lab/a/session.toml", "lab/reports/a/audit.json", "lab/one/audit.json", "lab/elsewhere/fleet/fleet.html"):
        memory.pipe(f"/{name}", b"")
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("")
    (tmp_path / "lab" / "out").mkdir()
    (tmp_path / "lab" / "elsewhere" / "fleet" / "data").mkdir()
    memory.pipe("/lab/out/.a.lock", b"")
    memory.rm("/lab/elsewhere", recursive=True)
    names = [Path(path).name for path in session_paths((str(tmp_path / "lab"),), str(tmp_path / "lab" / "x" / ".." / "out"))]
    assert names == ["a"]
    assert session_paths(("memory://lab",), "memory://lab/out/") == ("memory://lab/a",)


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of a session is personal data."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    memory.pipe({"/lab/a/x.har": b"{}"})
    left = tmp_path / f"{COPY}left" / "s"
    left.mkdir(parents=True)
    (left / "x.har").write_text("{}")
    (tmp_path / f"{COPY}file").write_text("")
    with at_hand("memory://lab/a") as one, at_hand("memory://lab/a") as other:
        assert not left.exists()
        assert one != other
        clear_copies()
        assert (Path(one) / "x.har").exists()
        assert (Path(other) / "x.har").exists()
    assert [path.name for path in tmp_path.iterdir()] == [f"{COPY}file"]


def test_a_storage_that_takes_long_to_fail_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that refuses is asked once: another answer is not to be had by asking."""
    asked: list[str] = []

    def failing(error: Exception) -> Callable[[MemoryFileSystem, str], bytes]:
        def read(system: MemoryFileSystem, path: str) -> bytes:
            asked.append(path)
            raise error

        return read

    monkeypatch.setattr(storage, "PATIENCE", -1.0)
    monkeypatch.setattr(MemoryFileSystem, "cat_file", failing(OSError("slow")))
    with pytest.raises(StorageError, match="failed 1 time: OSError"):
        read_bytes("memory://lab/x")
    monkeypatch.setattr(MemoryFileSystem, "cat_file", failing(PermissionError("no")))
    with pytest.raises(StorageError, match="access is denied"):
        read_bytes("memory://lab/y")
    assert asked == ["/lab/x", "/lab/y"]


def test_a_file_that_its_storage_does_not_give_is_named(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe({"/lab/a/x.har": b"{}"})
    monkeypatch.setattr(MemoryFileSystem, "get_file", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError()))
    with pytest.raises(StorageError, match=r"memory://lab/a/x\.har: is not there"), at_hand("memory://lab/a"):
        pass


def test_a_file_in_the_place_of_a_session_is_said_to_be_one(memory: MemoryFileSystem) -> None:
    memory.pipe({"/lab/a/x.har": b"{}"})
    with pytest.raises(StorageError, match="is a file"), at_hand("memory://lab/a/x.har"):
        pass
