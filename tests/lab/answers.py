"""What the lab's web servers say. In: host, method and path. Out: an `Answer`, the same one every time.

Pure, so that a client can look up which planted values come back to it. Anything without an entry gets a short JSON "ok".
"""

from dataclasses import dataclass
from pathlib import Path

from tests.lab.bodies import NO_BODY, Body, binary_body, json_body, text_body
from tests.lab.truth import plant
from tests.lab.world import BY_HOST, FIRMWARE_BUCKET, FIRST_PARTY_BUCKET, HTTPDNS, OTHER_BUCKET

PAGES = Path(__file__).parent / "pages"
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
_PATTERN = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, body and further headers of one response."""

    body: Body = NO_BODY
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


_OK = Answer(body=json_body({"code": 0, "msg": "ok"}))
_ANSWERS = {
    ("connectivitycheck.gstatic.com", "/generate_204"): Answer(status=204),
    ("captive.apple.com", "/hotspot-detect.html"): Answer(body=text_body("<HTML>Success</HTML>", "text/html")),
    ("api.o2nails.com", "/v1/config"): Answer(
        body=json_body({"code": 0, "min_version": "2.8.0", "features": ["print", "shop"]}, "gzip")
    ),
    ("api.o2nails.com", "/v1/register"): Answer(
        body=json_body({"code": 0, "data": {"token": plant("persona-token"), "nickname": plant("persona-nickname")}}),
        headers=(("set-cookie", "region=CN; Path=/; HttpOnly"),),
    ),
    ("api.o2nails.com", "/v1/printers/bind"): Answer(
        body=json_body({"code": 0, "printer": {"sn": plant("printer-serial"), "online": True}})
    ),
    ("guid.tpns.tencent.com", "/guid/v2/token"): Answer(body=json_body({"retcode": 0, "token": plant("phone-push-token")})),
    (HTTPDNS, "/139450/d"): Answer(
        body=json_body({"host": "api.o2nails.com", "ips": [BY_HOST["api.o2nails.com"].address], "ttl": 60})
    ),
    ("fw.o2nails.com", "/firmware/check"): Answer(
        body=json_body({"update": True, "version": "1.0.4", "url": f"https://{FIRMWARE_BUCKET}/v11/1.0.4.bin"})
    ),
    (FIRMWARE_BUCKET, "/v11/1.0.4.bin"): Answer(body=binary_body(bytes(range(256)) * 64, "application/octet-stream")),
    (FIRST_PARTY_BUCKET, "/patterns/spring.png"): Answer(body=binary_body(_PATTERN, "image/png")),
    (OTHER_BUCKET, "/share/rose.png"): Answer(body=binary_body(_PATTERN, "image/png")),
    ("www.google-analytics.com", "/g/collect"): Answer(status=204),
    ("region1.google-analytics.com", "/g/collect"): Answer(status=204),
    ("hm.baidu.com", "/hm.gif"): Answer(body=binary_body(_GIF, "image/gif")),
    ("www.facebook.com", "/tr"): Answer(body=binary_body(_GIF, "image/gif")),
}
_FILES = {
    ("www.o2nails.com", "/shop"): "shop.html",
    ("www.o2nails.com", "/shop/account"): "account.html",
    ("www.o2nails.com", "/shop/order"): "order.html",
    ("www.o2nails.com", "/shop/thanks"): "thanks.html",
    ("www.o2nails.com", "/shop.css"): "shop.css",
    ("www.o2nails.com", "/shop.js"): "shop.js",
    ("www.googletagmanager.com", "/gtag/js"): "gtag.js",
    ("hm.baidu.com", "/hm.js"): "hm.js",
    ("affim.baidu.com", "/chat.js"): "chat.js",
    ("connect.facebook.net", "/en_US/fbevents.js"): "fbevents.js",
    ("www.paypal.com", "/sdk/js"): "paypal.js",
    ("fonts.googleapis.com", "/css2"): "fonts.css",
}
_COOKIES = {
    "shop.html": (("set-cookie", "shop_session=demo-5f2c; Path=/; Secure"),),
    "hm.js": (("set-cookie", "HMACCOUNT=DEMO0BAIDU; Path=/; Domain=hm.baidu.com; Secure; SameSite=None"),),
}


def answer(host: str, path: str) -> Answer:
    """The response to a request for this path (without query) on this host."""
    page = _FILES.get((host, path))
    if page is None:
        return _ANSWERS.get((host, path), _OK)
    content_type = _TYPES[Path(page).suffix]
    headers = (("access-control-allow-origin", "*"), *_COOKIES.get(page, ()))
    return Answer(body=binary_body((PAGES / page).read_bytes(), content_type), headers=headers)
