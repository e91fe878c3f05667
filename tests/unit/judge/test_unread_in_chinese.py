"""Every reason that a reader, a decoder or the search gives for what it left out is said in Chinese, with its numbers."""

import re
from pathlib import Path

import pytest

from auditor.judge.unread_in_chinese import reason_in_chinese

ROOT = Path(__file__).parents[3] / "auditor"
ENGLISH = re.compile(r"\b(?:is|are|was|not|of|the|than|more|bytes|with|in|longer|looks|damaged|part|message)\b")

REASONS = {
    "response body: not in the HAR": "响应正文：HAR 中没有",
    "request body: a file is not in the HAR": "请求正文：HAR 中缺少一个文件",
    "response body: cut in the HAR": "响应正文：在 HAR 中被截断",
    "request body: not valid base64": "请求正文：不是有效的 base64",
    "response body: not recorded": "响应正文：未被录制",
    "websocket: a message was dropped by the proxy": "WebSocket：代理丢弃了一条消息",
    "messages: 1.stream is not there": "消息：缺少 1.stream",
    "dns message: damaged": "DNS 消息：已损坏",
    "websocket message: its compression is damaged": "WebSocket 消息：其压缩已损坏",
    "payload: the table does not hold it": "载荷：表格中没有",
    "tls handshake: the capture does not hold its end": "TLS 握手：捕获文件中没有其结尾",
    "quic handshake: the capture does not hold all of it": "QUIC 握手：捕获文件中没有其全部内容",
    "http3 headers: the capture does not hold what they refer to": "HTTP/3 头部：捕获文件中没有其引用的内容",
    "http3: parts of streams are missing from the capture": "HTTP/3：捕获文件中缺少流的一部分",
    "payload: 812 bytes missing from the capture": "载荷：捕获文件中缺少 812 字节",
    "payload: 812 bytes missing from the capture, cut by the snap length": "载荷：捕获文件中缺少 812 字节（被抓包长度截断）",
    "payload: 12 bytes were sent again with another content": "载荷：12 字节以不同内容重发",
    "payload: looks encrypted or compressed": "载荷：看似已加密或压缩",
    "request body: looks encrypted or packed, 512 bytes": "请求正文：看似已加密或打包，512 字节",
    "request body: 512 bytes of no known format, searched as they stand": "请求正文：512 字节格式未知，按原样搜索",
    "request body: xz, a compression that is not opened": "请求正文：xz 压缩，未解开",
    "payload: too many conversations at once to wait for its end": "载荷：同时进行的会话过多，未等到其结尾",
    "quic handshake: no Initial packet of the client could be decrypted": "QUIC 握手：客户端的 Initial 包都无法解密",
    "quic handshake: version 0x1a2a3a4a is not known": "QUIC 握手：版本 0x1a2a3a4a 未知",
    "gre payload: what it carries is not read": "GRE 载荷：不读取其承载的内容",
    "l2tp payload: version 3 over IP is not read": "L2TP 载荷：不读取 IP 之上的第 3 版",
    "request body: longer than the limit of 16 MiB": "请求正文：超过 16 MiB 的上限",
    "websocket message: over the limit of 4 MiB": "WebSocket 消息：超过 4 MiB 的上限",
    "mqtt packet: 9999999 bytes are over the limit of 4 MiB": "MQTT 报文：9999999 字节超过 4 MiB 的上限",
    "request body: longer than 67108864 bytes, searched as it stands": "请求正文：超过 67108864 字节，按原样搜索",
    "http message: more than 64 at once": "HTTP 消息：同时超过 64 个",
    "request body: more than 64 runs of base64": "请求正文：超过 64 段 base64",
    "request body: more than 200000 values": "请求正文：超过 200000 个值",
    "request cookie: more than 10 nested values": "请求 Cookie：超过 10 个嵌套值",
    "request body: more than 10 bytes of nested values": "请求正文：超过 10 字节的嵌套值",
    "request body: more than 10 tokens": "请求正文：超过 10 个令牌",
    "names: more than 4,096 different ones": "名称：超过 4,096 个不同的名称",
    "response: one planted value in more than 64 places": "响应：同一个植入值出现在超过 64 处",
    "request: more than 64 identifiers": "请求：超过 64 个标识符",
    "request: more than 64 values that may be identifiers": "请求：超过 64 个可能是标识符的值",
    "request header X-Data: nested deeper than 12 encodings": "请求头部 X-Data：嵌套超过 12 层编码",
    "request body: content-encoding rot13": "请求正文：内容编码 rot13 未解开",
    "request body: content-encoding gzip, but the body is not": "请求正文：头部声明了内容编码 gzip，正文却不是",
    "request body: 9 content-encodings": "请求正文：有 9 层内容编码",
    "request body: content-encoding br grows past the limit after 99 bytes": "请求正文：内容编码 br 解开 99 字节后超过上限",
    "response body: content-encoding br is cut short": "响应正文：内容编码 br 不完整",
    "response body: gzip is damaged": "响应正文：gzip 已损坏",
    "response body: zip: looks encrypted": "响应正文：zip 看似已加密",
    "response body: grpc frame is cut short": "响应正文：grpc frame 不完整",
    "response body: zip grows past the limit after 99 bytes": "响应正文：zip 解开 99 字节后超过上限",
    "response body: zip member of method 99 is not opened": "响应正文：压缩方法为 99 的 zip 成员未解开",
    "response body: pdf: a filter that is not opened": "响应正文：pdf：有一个过滤器未解开",
    "response body: multipart of more than 1000 parts": "响应正文：multipart 含超过 1000 个部分",
    "response body: JsonText failed with KeyError": "响应正文：JsonText 出错（KeyError）",
}


@pytest.mark.parametrize(("english", "chinese"), REASONS.items(), ids=list(REASONS))
def test_a_reason_is_said_in_chinese(english: str, chinese: str) -> None:
    assert reason_in_chinese(english) == chinese


def test_what_is_not_listed_stays_as_it_is() -> None:
    for entry in ("", "request body", "request body: the moon", "no part at all"):
        assert reason_in_chinese(entry) == entry
    assert reason_in_chinese("request moon: zip: looks encrypted") == "request moon：zip 看似已加密"


def _said() -> set[str]:
    """The reasons as they stand in the sources, with a number for each place."""
    words = (
        r"(?:miss\(\(|OverLimitError\(|BrokenError\(|unread\.(?:add|append)\(|missing\.append\(|_NOTE = |cut = )f?\"([^\"]+)\""
    )
    texts = (path.read_text(encoding="utf-8") for room in ("capture", "decode") for path in (ROOT / room).glob("*.py"))
    found = {re.sub(r"\{[^}]*\}", "7", reason) for text in texts for reason in re.findall(words, text)}
    found.discard("7 7")  # a compression's name and its fault: above with their words
    return {
        reason if re.match(r"[a-z0-9 ]+: ", reason) and not reason.startswith(("pdf:", "zip:")) else f"request body: {reason}"
        for reason in found
    }


@pytest.mark.parametrize("entry", sorted(_said()))
def test_no_reason_of_the_sources_is_forgotten(entry: str) -> None:
    """A new one is to be written into the table."""
    assert reason_in_chinese(entry) != entry
    assert not ENGLISH.search(reason_in_chinese(entry))
