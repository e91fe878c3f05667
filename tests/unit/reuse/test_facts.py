"""What was seen, on disk and back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from auditor.model.arrow import saying
from auditor.model.reading import Damage
from auditor.model.session import CaptureFile
from auditor.model.tables import OBSERVED, SIGHTINGS
from auditor.model.vocabulary import Outcome, Surface
from auditor.observe import Input, Observations
from auditor.reuse.facts import FILES, loaded, stored

INPUT = Input(
    capture=CaptureFile(path="app.har", name="app.har", surface=Surface.APP),
    sha256="0" * 64,
    outcome=Outcome.READ,
    format="har",
    surface=Surface.APP,
    flows=1,
)


def plain(text: str) -> str:
    """Nothing is planted."""
    return text


def hiding(text: str) -> str:
    """`secret` is planted."""
    return text.replace("secret", "••")


@pytest.fixture
def observed() -> Observations:
    rows: list[dict[str, Any]] = [
        {
            "flow_id": "0",
            "host": "a.example",
            "url": "https://a.example/secret",
            "names": ["a.example"],
            "cnames": [],
            "unread": [],
        },
        {"flow_id": "1", "host": None, "names": None, "cnames": [], "started": 1, "unread": ["body: secret"]},
    ]
    texts = {"capture": "app.har", "surface": "app", "phase": None}
    beside = {name: pa.array([text] * len(rows), pa.string()) for name, text in texts.items()}
    flows = saying(OBSERVED.of_rows(rows), {**beside, "background": pa.array([False] * len(rows))})
    sightings = SIGHTINGS.of_rows([{"capture": "app.har", "flow_id": "0", "path": "$.secret", "encodings": ["gzip"]}])
    return Observations(flows=flows, sightings=sightings, inputs=(INPUT,))


def _kept(observed: Observations, mask: object, folder: Path) -> Observations | None:
    files = stored(observed, mask)  # type: ignore[arg-type]
    assert files is not None
    assert set(files) == set(FILES)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return loaded(folder)


def test_what_was_kept_is_what_was_seen(observed: Observations, tmp_path: Path) -> None:
    found = _kept(observed, plain, tmp_path)
    assert found is not None
    assert found.inputs == observed.inputs
    assert found.network == observed.network
    assert found.flows.equals(observed.flows)
    assert found.sightings.equals(observed.sightings)


def test_a_path_that_is_no_text_is_not_kept(observed: Observations, tmp_path: Path) -> None:
    capture = replace(INPUT.capture, path="x/\udcff.har", keylog="x/keys.log")
    found = _kept(replace(observed, inputs=(replace(INPUT, capture=capture),)), plain, tmp_path)
    assert found is not None
    assert (found.inputs[0].capture.path, found.inputs[0].capture.keylog) == ("app.har", None)


def test_texts_that_decide_nothing_are_kept_masked(observed: Observations, tmp_path: Path) -> None:
    found = _kept(observed, hiding, tmp_path)
    assert found is not None
    assert found.flows["url"][0].as_py() == "https://a.example/••"
    assert found.sightings["path"].to_pylist() == ["$.••"]
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(("column", "value"), [("host", "secret.example"), ("capture", "secret.har")])
def test_where_a_deciding_name_holds_a_planted_value_nothing_is_kept(observed: Observations, column: str, value: str) -> None:
    flows = saying(observed.flows, {column: pa.array([value] * len(observed.flows))})
    assert stored(replace(observed, flows=flows), hiding) is None


@pytest.mark.parametrize(
    "entry",
    [
        replace(INPUT, outcome=Outcome.TORN),
        replace(INPUT, damage=(Damage("byte 1", "cut"),)),
        replace(INPUT, outcome=Outcome.MISSING),
    ],
)
def test_inputs_that_are_not_whole_are_read_again_each_time(observed: Observations, entry: Input) -> None:
    assert stored(replace(observed, inputs=(entry,)), plain) is None


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("data", [None, b"", b"PAR1", b"{}", b"[]"])
def test_files_that_are_none_are_nothing(observed: Observations, tmp_path: Path, name: str, data: bytes | None) -> None:
    _kept(observed, plain, tmp_path)
    if data is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(data)
    assert loaded(tmp_path) is None


def test_a_flow_that_is_named_after_a_value_is_not_kept(observed: Observations) -> None:
    """Its sightings must find it; what else its writer chose is kept masked."""
    flows = observed.flows
    named = saying(flows, {"flow_id": pa.array(["secret", "1"], pa.string())})
    assert stored(replace(observed, flows=named), hiding) is None
    chosen = saying(flows, {name: pa.array(["secret", None], pa.string()) for name in ("alpn", "tls_version", "transport")})
    files = stored(replace(observed, flows=chosen), hiding)
    assert files is not None
    assert not any(b"secret" in data for data in files.values())
