"""Registrable domains, without any network."""

import socket

import pytest

from auditor.attribute.registrable import domain, is_public_suffix


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("android.bugly.qq.com", "qq.com"),
        ("bucket.oss-cn-shenzhen.aliyuncs.com", "aliyuncs.com"),
        ("www.vivo.com.cn", "vivo.com.cn"),
        ("alipay.com.cn.example", "cn.example"),
        ("bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com"),
        ("s3.amazonaws.com", "amazonaws.com"),
        ("somebody.github.io", "somebody.github.io"),
        ("com", None),
        ("com.cn", None),
        ("printer", None),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_domains(name: str, expected: str | None) -> None:
    """Public and private suffixes count; a private suffix itself belongs to who registered it."""
    assert domain(name) == expected


def test_public_suffixes() -> None:
    """Anybody can register below a public suffix, but not below a private one."""
    assert is_public_suffix("com.cn")
    assert not is_public_suffix("s3.amazonaws.com")
    assert not is_public_suffix("aliyuncs.com")


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list comes from the package: not even the first look-up opens a socket."""
    from auditor.attribute import registrable

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    registrable._suffixes.cache_clear()
    registrable._looked_up.cache_clear()
    assert domain("www.example.co.uk") == "example.co.uk"


def test_the_list_is_read_as_its_own_package_reads_it() -> None:
    """For every rule of the list, its name, names below it and the name above have the domain that tldextract finds.

    One sandbox rule that nests wildcards is left out: there tldextract forgets what stands between them.
    """
    from tldextract import TLDExtract

    from auditor.attribute import registrable

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True).extract_str
    bases = [rule.removeprefix("!").removeprefix("*.") for rule, _ in registrable._rules() if "psl.hrsn.dev" not in rule]
    names = {name for base in bases for name in (base, f"a.{base}", f"b.a.{base}", f"c.b.a.{base}", base.partition(".")[2])}
    for name in sorted(filter(None, names)):
        found = extract(name)
        if found.suffix and found.domain:
            assert domain(name) == f"{found.domain}.{found.suffix}", name
        elif not found.is_private:
            assert is_public_suffix(name) is bool(found.suffix), name


def test_tldextract_itself_is_not_imported() -> None:
    """Its import costs a quarter of a second and brings an HTTP client."""
    import subprocess
    import sys

    code = (
        "import sys; from auditor.attribute.registrable import domain; domain('a.example'); sys.exit('tldextract' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
