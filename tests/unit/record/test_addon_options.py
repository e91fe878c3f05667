from pathlib import Path
from types import SimpleNamespace

import pytest

from auditor.errors import UsageError
from auditor.record.addon_options import OPTIONS, PREFIX, AddonSettings, check_forbidden, check_left, check_raw, read_settings


def raw(*values: str) -> SimpleNamespace:
    """A setting as mitmproxy keeps it until it knows the option."""
    return SimpleNamespace(val=list(values))


def test_options_that_are_right_pass() -> None:
    check_raw({"audit_session": raw("x"), "audit_register": "from a file", "other": raw("a", "b"), "other2": raw()})


@pytest.mark.parametrize(
    ("deferred", "message"),
    [
        ({"audit_sesion": raw("x")}, "unknown option audit_sesion (did you mean 'audit_session'?)"),
        ({"audit_session": raw()}, "the option audit_session must be given once, with one text (--set audit_session=VALUE)"),
        ({"audit_session": raw("a", "b")}, "the option audit_session must be given once"),
        ({"audit_session": 7}, "the option audit_session must be given once"),
    ],
)
def test_what_would_make_mitmproxy_drop_the_addon_is_refused(deferred: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_raw(deferred)
    assert message in str(caught.value)


def test_an_option_of_the_command_line_that_nobody_took_is_refused() -> None:
    check_left({"web_host": "from a file", "web_port": 8081}, ("mode",))
    with pytest.raises(UsageError, match=r"unknown option ignore_host \(did you mean 'ignore_hosts'\?\)"):
        check_left({"ignore_host": raw("x")}, ("mode", "ignore_hosts"))


def test_nothing_said_is_the_usual() -> None:
    assert read_settings({}) == AddonSettings()
    assert read_settings({option.name: "" for option in OPTIONS}) == AddonSettings()


def test_a_session_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        read_settings({"audit_session": str(tmp_path / "gone")})
    assert read_settings({"audit_session": str(tmp_path)}).session == tmp_path


def test_an_unknown_surface_is_refused() -> None:
    with pytest.raises(UsageError, match="known: app, printer, site"):
        read_settings({"audit_surface": "phone"})


@pytest.mark.parametrize("name", ["emudhra", "emudhra_old"])
def test_a_certificate_authority_that_was_broken_into_is_refused(name: str) -> None:
    check_forbidden(SimpleNamespace(**{name: False}))
    with pytest.raises(UsageError, match="stolen key"):
        check_forbidden(SimpleNamespace(**{name: True}))


def test_every_option_has_the_prefix_and_a_meaning() -> None:
    assert all(option.name.startswith(PREFIX) and option.meaning.endswith((".", "site.")) for option in OPTIONS)
