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
    registrable._extractor.cache_clear()
    assert domain("www.example.co.uk") == "example.co.uk"
