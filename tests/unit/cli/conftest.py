"""A signed report of the demo's site, made once: tests that change it work on a copy."""

from pathlib import Path

import pytest

from auditor.cli.app import main

DEMO = Path(__file__).resolve().parents[3] / "captures" / "demo"


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key, its public part, and a signed report of the demo's site."""
    folder = tmp_path_factory.mktemp("signed")
    assert main(["keygen", "-o", str(folder / "key.pem"), "--quiet"]) == 0
    site = str(DEMO / "site.har")
    options = ["--key", str(folder / "key.pem"), "--out", str(folder / "out"), "--as-of", "2026-11-22", "--quiet"]
    key = folder / "digest.key"
    key.write_bytes(bytes(32))
    assert main(["audit", site, "--surface", "site", "--digest-key", str(key), *options]) == 1
    return folder
