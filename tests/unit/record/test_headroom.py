import shutil
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.headroom import RESERVED, Headroom


def test_room_is_taken_and_given_back(tmp_path: Path) -> None:
    room = Headroom(tmp_path)
    (path,) = tmp_path.iterdir()
    assert (path.name, path.stat().st_size, path.stat().st_mode & 0o777) == (".reserve", RESERVED, 0o600)
    room.release()
    room.release()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_as_good_as_full_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"only \d+ KiB are free on its disk \(make room: "):
        Headroom(tmp_path, least=shutil.disk_usage(tmp_path).free + (1 << 40))
    assert list(tmp_path.iterdir()) == []
