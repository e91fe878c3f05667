"""Why a body was not looked through, in Chinese: an entry of `unread` goes in (`part: reason`), the same in Chinese comes out.

What is not listed here stays as it is: an English reason is better than none.
"""

import re
from functools import cache

_PARTS = {
    "http message": "HTTP 消息",
    "http2 frame": "HTTP/2 帧",
    "http2 headers": "HTTP/2 头部",
    "http3": "HTTP/3",
    "http3 frame": "HTTP/3 帧",
    "http3 headers": "HTTP/3 头部",
    "dns message": "DNS 消息",
    "tls handshake": "TLS 握手",
    "dtls handshake": "DTLS 握手",
    "quic handshake": "QUIC 握手",
    "mqtt packet": "MQTT 报文",
    "websocket": "WebSocket",
    "websocket message": "WebSocket 消息",
    "messages": "消息",
    "httpdns": "HTTPDNS",
    "names": "名称",
    "server name": "服务器名称",
    "payload": "载荷",
    "esp payload": "ESP 载荷",
    "l2tp payload": "L2TP 载荷",
    "gre payload": "GRE 载荷",
}
_SIDES = {"request": "请求", "response": "响应"}
_PIECES = {
    "": "",
    "url_path": "路径",
    "query": "查询参数",
    "header": "头部",
    "cookie": " Cookie",
    "body": "正文",
    "payload": "载荷",
    "dns": " DNS 名称",
    "sni": " SNI",
    "mqtt": " MQTT 字段",
}
"""Behind the side: Chinese words stand without a space, names with one."""
_SIDED = re.compile(r"(request|response)(?: (\w+)(?: (.+))?)?")
_THINGS = {"values": "个值", "nested values": "个嵌套值", "bytes of nested values": "字节的嵌套值", "tokens": "个令牌"}
_THINGS |= {"parts": "个部分", "members": "个成员", "streams": "个流", "identifiers": "个标识符"}
_THINGS |= {"different ones": "个不同的名称", "values that may be identifiers": "个可能是标识符的值"}
_ENDS = {"is cut short": "不完整", "is damaged": "已损坏", "looks encrypted": "看似已加密"}
_WORDS = {**_THINGS, **_ENDS}

_REASONS: tuple[tuple[str, str], ...] = (
    (r"not in the HAR", "HAR 中没有"),
    (r"a file is not in the HAR", "HAR 中缺少一个文件"),
    (r"cut in the HAR", "在 HAR 中被截断"),
    (r"not valid base64", "不是有效的 base64"),
    (r"not recorded", "未被录制"),
    (r"a message was dropped by the proxy", "代理丢弃了一条消息"),
    (r"(.+) is not there", "缺少 {}"),
    (r"damaged", "已损坏"),
    (r"its compression is damaged", "其压缩已损坏"),
    (r"the table does not hold it", "表格中没有"),
    (r"the capture does not hold its end", "捕获文件中没有其结尾"),
    (r"the capture does not hold all of it", "捕获文件中没有其全部内容"),
    (r"the capture does not hold what they refer to", "捕获文件中没有其引用的内容"),
    (r"parts of streams are missing from the capture", "捕获文件中缺少流的一部分"),
    (r"(\d+) bytes missing from the capture", "捕获文件中缺少 {} 字节"),
    (r"(\d+) bytes missing from the capture, cut by the snap length", "捕获文件中缺少 {} 字节（被抓包长度截断）"),
    (r"(\d+) bytes were sent again with another content", "{} 字节以不同内容重发"),
    (r"looks encrypted or compressed", "看似已加密或压缩"),
    (r"looks encrypted or packed, (\d+) bytes", "看似已加密或打包，{} 字节"),
    (r"(\d+) bytes of no known format, searched as they stand", "{} 字节格式未知，按原样搜索"),
    (r"(.+), a compression that is not opened", "{} 压缩，未解开"),
    (r"too many conversations at once to wait for its end", "同时进行的会话过多，未等到其结尾"),
    (r"encrypted client hello offered, the name may be the outer one", "客户端提供了加密的 ClientHello，名称可能只是外层名称"),
    (r"no Initial packet of the client could be decrypted", "客户端的 Initial 包都无法解密"),
    (r"version (.+) is not known", "版本 {} 未知"),
    (r"encrypted, or authenticated alone, which is not read", "已加密，或仅经认证而不被读取"),
    (r"version 3 over IP is not read", "不读取 IP 之上的第 3 版"),
    (r"question and answer are encrypted", "问题和回答都已加密"),
    (r"what it carries is not read", "不读取其承载的内容"),
    (r"longer than the limit of (.+)", "超过 {} 的上限"),
    (r"over the limit of (.+)", "超过 {} 的上限"),
    (r"(\d+) bytes are over the limit of (.+)", "{} 字节超过 {} 的上限"),
    (r"longer than (\d+) bytes, searched as it stands", "超过 {} 字节，按原样搜索"),
    (r"more than (\d+) at once", "同时超过 {} 个"),
    (r"more than (\d+) (?:runs|words|frames|lists|beginnings) of (\w+)", "超过 {} 段 {}"),
    (rf"more than ([\d,]+) ({'|'.join(_THINGS)})", "超过 {} {}"),
    (r"one planted value in more than (\d+) places", "同一个植入值出现在超过 {} 处"),
    (r"nested deeper than (\d+) encodings", "嵌套超过 {} 层编码"),
    (r"content-encoding (.+), but the body is not", "头部声明了内容编码 {}，正文却不是"),
    (r"content-encoding (\S+)", "内容编码 {} 未解开"),
    (r"(\d+) content-encodings", "有 {} 层内容编码"),
    (r"content-encoding (.+) grows past the limit after (\d+) bytes", "内容编码 {} 解开 {} 字节后超过上限"),
    (rf"content-encoding (.+) ({'|'.join(_ENDS)})", "内容编码 {} {}"),
    (r"zlib is damaged in an image's text", "图像文字中的 zlib 已损坏"),
    (r"zip member of method (\d+) is not opened", "压缩方法为 {} 的 zip 成员未解开"),
    (r"pdf: a filter that is not opened", "pdf：有一个过滤器未解开"),
    (r"(.+?):? (looks encrypted|is cut short|is damaged)", "{} {}"),
    (r"(.+) grows past the limit after (\d+) bytes", "{} 解开 {} 字节后超过上限"),
    (r"(\w+) of more than (\d+) (parts|members|streams)", "{} 含超过 {} {}"),
    (r"(\w+) failed with (\w+)", "{} 出错（{}）"),
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), chinese) for pattern, chinese in _REASONS)


def reason_in_chinese(entry: str) -> str:
    """The entry in Chinese; the entry itself where its reason is not known."""
    part, _, reason = entry.partition(": ")
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(reason):
            return f"{_part(part)}：{chinese.format(*(_WORDS.get(word, word) for word in found.groups()))}"
    return entry


def _part(part: str) -> str:
    found = _SIDED.fullmatch(part)
    if found is None or (found[2] or "") not in _PIECES:
        return _PARTS.get(part, part)
    return f"{_SIDES[found[1]]}{_PIECES[found[2] or '']}{f' {found[3]}' if found[3] else ''}"
