"""A session that passes, so that a test which expects no pass can fail."""

from pathlib import Path

from tests.unit.capture.har_files import entry, har_file

HOST = "api.o2nails.com"
HEADERS = [{"name": "Host", "value": HOST}]


def passing_session(folder: Path) -> Path:
    """Two requests to the first party over HTTPS."""
    folder.mkdir(parents=True)
    (folder / "session.toml").write_text(
        'schema = 1\n[session]\nname = "p"\n[[capture]]\npath = "app.har"\nsurface = "app"\n', encoding="utf-8"
    )
    (folder / "subjects.toml").write_text(
        'schema = 1\n[[identifier]]\nlabel = "test phone"\nkind = "imei"\nvalue = "490154203237518"\nowner = "phone"\n',
        encoding="utf-8",
    )
    requests = (entry(f"https://{HOST}/v1/{name}", request__headers=HEADERS) for name in ("ping", "print"))
    (folder / "app.har").write_bytes(har_file(*requests))
    return folder
