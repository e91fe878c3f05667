"""The lab's internet as a table: public names, the addresses they have here, and the ports that answer.

In: nothing. Out: `NAMES` for certificates, DNS and Chromium, and `routes` for the resolver addon. The addresses come from the
ranges for documentation (RFC 5737) and exist inside the lab's namespace only; a few real ones stand where an address itself
is the fact under test. A test without root binds everything to 127.0.0.1 and free ports and passes those ports to `routes`.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ROUTER = "192.168.50.1"
PUBLIC_RESOLVER = "223.5.5.5"
"""AliDNS: firmware with a resolver of its own asks here."""
HTTPDNS = "203.107.1.1"
"""Alibaba Cloud HTTPDNS start address: apps ask it over plain HTTP, without a name."""
NAMELESS = "203.0.113.250"
"""An address that no name points to."""
NAMELESS_CLOUD = "47.97.12.34"
"""An address of Alibaba's network that no name points to."""
BARE_ADDRESSES = (PUBLIC_RESOLVER, HTTPDNS, NAMELESS, NAMELESS_CLOUD)

HTTP, HTTPS, SMTP, DNS, NTP = 80, 443, 25, 53, 123
MQTT, MQTT_TLS, APNS = 1883, 8883, 5223
PRIVATE, CONTROL = 9000, 8100
"""Two ports of raw TCP services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A public name, its canonical names in the order of the answer (empty: none) and its address in the lab."""

    host: str
    address: str
    aliases: tuple[str, ...] = ()


FIRST_PARTY_BUCKET = "o2nails-demo-app.oss-cn-shenzhen.aliyuncs.com"
FIRMWARE_BUCKET = "o2nails-demo-firmware.oss-cn-shenzhen.aliyuncs.com"
OTHER_BUCKET = "nail-pattern-share.oss-cn-hangzhou.aliyuncs.com"
PRODUCT_KEY = "a1o2demo001"
IOT_HOST = f"{PRODUCT_KEY}.iot-as-mqtt.cn-shanghai.aliyuncs.com"

_ALIASES = {
    "fw.o2nails.com": ("fw.o2nails.com.w.kunlunaq.com",),
    "res.o2nails.com": ("res.o2nails.com.w.kunlunaq.com",),
    "ntp.aliyun.com": ("ntp.aliyun.com.gds.alibabadns.com",),
}
_HOSTS = (
    # first party
    "api.o2nails.com",
    "www.o2nails.com",
    "res.o2nails.com",
    "fw.o2nails.com",
    "telemetry.o2nails.com",
    # Alibaba Cloud
    FIRST_PARTY_BUCKET,
    FIRMWARE_BUCKET,
    OTHER_BUCKET,
    IOT_HOST,
    "mpush-api.aliyun.com",
    "mqtt-cn-o2demo0001.mqtt.aliyuncs.com",
    "adash-emas.cn-hangzhou.aliyuncs.com",
    "ntp.aliyun.com",
    # Tencent
    "android.bugly.qq.com",
    "guid.tpns.tencent.com",
    "stat.tpns.tencent.com",
    "pingma.qq.com",
    # Nexmo, Ant, Apple, 263, PayPal
    "rest.nexmo.com",
    "mobilegw.alipay.com",
    "mclient.alipay.com",
    "mcgw.alipay.com",
    "loggw-exsdk.alipay.com",
    "buy.itunes.apple.com",
    "init.push.apple.com",
    "1-courier.push.apple.com",
    "captive.apple.com",
    "smtp.263.net",
    "api-m.paypal.com",
    "www.paypal.com",
    "c.paypal.com",
    # Baidu and Google
    "hm.baidu.com",
    "affim.baidu.com",
    "www.googletagmanager.com",
    "www.google-analytics.com",
    "region1.google-analytics.com",
    "app-measurement.com",
    "firebaseinstallations.googleapis.com",
    "fonts.googleapis.com",
    "connectivitycheck.gstatic.com",
    # declared nowhere
    "stats.jpush.cn",
    "ulogs.umeng.com",
    "me.xdrig.com",
    "app.adjust.com",
    "restapi.amap.com",
    "connect.facebook.net",
    "www.facebook.com",
    "m1.tuyacn.com",
    "stats.salon-metrics.example",
)


def _addresses() -> Iterator[str]:
    for network in ("198.51.100.0/24", "203.0.113.0/25"):
        yield from (str(address) for address in list(ipaddress.ip_network(network).hosts())[9:])


NAMES = tuple(
    Name(host=host, address=address, aliases=_ALIASES.get(host, ())) for host, address in zip(_HOSTS, _addresses(), strict=False)
)
BY_HOST = {name.host: name for name in NAMES}
TCP_PORTS = (HTTP, HTTPS, SMTP, MQTT, MQTT_TLS, APNS, PRIVATE, CONTROL)


def routes(loopback: Mapping[int, int] | None = None) -> dict[str, list[tuple[str, int]]]:
    """Where a client that asks for `host:port` ends up, as the resolver addon wants it.

    `loopback` maps a public port to the port that answers for it on 127.0.0.1; without it addresses and ports are the table's.
    """
    targets = {name.host: name.address for name in NAMES} | {address: address for address in BARE_ADDRESSES}
    targets |= {name.address: name.address for name in NAMES}
    return {
        f"{host}:{port}": [("127.0.0.1", loopback[port]) if loopback else (address, port)]
        for host, address in targets.items()
        for port in TCP_PORTS
        if not loopback or port in loopback
    }
