"""What the two scripted phones do in each phase. In: phones. Out: traffic through the proxy, and rows in their ledger.

`ANDROID` and `IPHONE` give the acts by phase; a phase without an act is silent for that phone.
"""

import base64
import ssl
import time
from collections.abc import Callable, Mapping

from tests.lab import mqtt
from tests.lab.bodies import binary_body, form_body, json_body, protobuf_body, text_body
from tests.lab.phone import SURFACE, Phone
from tests.lab.truth import join, plant, sealed_json, traces_of
from tests.lab.world import APNS, BY_HOST, FIRST_PARTY_BUCKET, HTTPDNS, HTTPS, MQTT_TLS, OTHER_BUCKET, SMTP

API = "https://api.o2nails.com"
UNKNOWN = "https://stats.salon-metrics.example"
JPUSH = "https://stats.jpush.cn/v3/report"
OPAQUE_HOSTS = ("mcgw.alipay.com", "1-courier.push.apple.com")
"""Hosts that the tester has set to be passed through, because their clients are pinned."""
PRIVATE_UPSTREAM = 8443
"""A port on which nobody listens."""
_PRINT_JOB = b"\x89PNG\r\n\x1a\n" + bytes(range(251)) * 40
type Act = Callable[[Phone], None]


def before_consent(phone: Phone) -> None:
    """The app has been started; the consent dialog is open and untouched."""
    phone.get("http://connectivitycheck.gstatic.com/generate_204")
    phone.get(f"{API}/v1/config", query={"platform": "android", "version": "2.8.4.8"})
    device = {"android_id": plant("phone-android-id"), "imei": plant("phone-imei", "md5"), "model": "DEMO-21"}
    phone.post(JPUSH, json_body({"type": "active_user", "device": device}, "gzip"))
    envelope = sealed_json({"header": {"oaid": plant("phone-oaid"), "sdk": "9.6.0"}}, "base64", "zlib")
    phone.post("https://ulogs.umeng.com/unify_logs", text_body(envelope))
    resolve = {"host": "api.o2nails.com", "sid": "0a1b2c3d4e5f"}
    phone.get(f"http://{HTTPDNS}/139450/d", query=resolve)


def consented(phone: Phone) -> None:
    """The user has pressed Agree: the SDKs start."""
    report = {"device_id": plant("phone-android-id"), "model": "DEMO-21", "os": "Android 14"}
    phone.post_at(BY_HOST["api.o2nails.com"].address, "api.o2nails.com", "/v1/device/report", json_body(report))
    crash = {"deviceId": plant("phone-android-id", "sha256"), "crash": "none"}
    phone.post("https://android.bugly.qq.com/rqd/async", json_body(crash, "gzip"), query={"aid": "demo900012345"})
    statistics = {"ui": plant("phone-imei"), "mc": plant("phone-mac"), "av": "2.8.4.8"}
    phone.post("http://pingma.qq.com/mstat/report", json_body([statistics], "gzip"))
    token = {"mac": plant("phone-mac", "sha1", variant="mac:nosep:lower"), "accessId": "1500000000"}
    phone.post("https://guid.tpns.tencent.com/guid/v2/token", json_body(token))
    register = {"appKey": "330000000", "deviceId": plant("phone-push-token"), "platform": "android"}
    phone.post("https://mpush-api.aliyun.com/v2.0/a/register", form_body(register))
    phone.post("https://adash-emas.cn-hangzhou.aliyuncs.com/upload", json_body({"dau": 1, "app": "2.8.4.8"}))
    hit = {"v": "1", "t": "screenview", "tid": "UA-000000-1", "cid": plant("phone-aaid"), "cd": "Home"}
    phone.post("https://www.google-analytics.com/collect", form_body(hit))
    installation = {"fid": "demoFirebaseInstallation01", "appId": "1:000000000000:android:demo"}
    phone.post("https://firebaseinstallations.googleapis.com/v1/projects/demo/installations", json_body(installation))
    phone.post("https://app-measurement.com/a", protobuf_body({1: "first_open", 7: plant("phone-aaid")}, "gzip"))
    visit = {"si": "demo0000000000000000000000000000", "et": "0", "uid": plant("phone-imei", "sha256")}
    phone.get("https://hm.baidu.com/hm.gif", query=visit)


def register(phone: Phone) -> None:
    """The user registers with a phone number, a password and an e-mail address."""
    phone.post(f"{API}/v1/sms/send", form_body({"phone": plant("persona-phone"), "scene": "register"}))
    message = {
        "api_key": "demo0key",
        "api_secret": "demo0secret0value",
        "from": "O2Nails",
        "to": plant("persona-phone", variant="phone:digits"),
        "text": "Your code is 482163",
    }
    phone.post("https://rest.nexmo.com/sms/json", form_body(message))
    account = {
        "phone": plant("persona-phone"),
        "password": plant("persona-password"),
        "nickname": plant("persona-nickname"),
        "email": plant("persona-email"),
    }
    phone.post(f"{API}/v1/register", json_body(account))
    login = {"user": plant("persona-phone", variant="phone:national"), "password": plant("persona-password")}
    phone.post("http://api.o2nails.com/v1/login", form_body(login))
    claims = sealed_json({"sub": "10071", "email": plant("persona-email")}, "jwt")
    bearer = join("Bearer ", base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("="), ".")
    bearer = join(bearer, claims, ".", "c2lnbmF0dXJlLW9mLXRoZS1kZW1v")
    phone.get(f"{API}/v1/profile", headers={"authorization": bearer}, cookies={"o2_token": plant("persona-token")})
    profile = {"event": "login", "account": {"mobile": plant("persona-phone", "base64")}}
    phone.post("https://me.xdrig.com/v3/events", json_body(profile, "deflate"))
    crash = {"userId": plant("persona-email"), "crash": "java.lang.NullPointerException", "thread": "main"}
    phone.post("https://android.bugly.qq.com/rqd/async", json_body(crash, "gzip"), query={"aid": "demo900012345"})
    _feedback_mail(phone)


def pair_printer(phone: Phone) -> None:
    """The app finds the printer on the Wi-Fi and binds it to the account."""
    binding = {
        "mac": plant("printer-mac", variant="mac:colon:upper"),
        "sn": plant("printer-serial"),
        "wifi": {"ssid": plant("salon-ssid"), "bssid": plant("salon-bssid")},
    }
    phone.post(f"{API}/v1/printers/bind", json_body(binding), cookies={"o2_token": plant("persona-token")})
    peripheral = {"type": "peripheral", "ble": [{"mac": plant("printer-mac"), "rssi": -48}]}
    phone.post(JPUSH, json_body(peripheral, "gzip"))
    hardware = {"hw": plant("printer-mac", "sha1", variant="mac:nosep:lower"), "kind": "v11"}
    phone.post(f"{UNKNOWN}/v1/device", json_body(hardware))
    phone.get(f"https://{FIRST_PARTY_BUCKET}/patterns/spring.png")


def print_nail(phone: Phone) -> None:
    """The user picks a pattern and prints it."""
    signed = {"OSSAccessKeyId": "DEMOKEY0000000000", "Expires": "1893456000", "Signature": "ZGVtbw=="}
    headers = {"x-oss-meta-printer": plant("printer-mac", variant="mac:nosep:upper")}
    job = f"https://{FIRST_PARTY_BUCKET}/jobs/000117.png"
    phone.send("PUT", job, binary_body(_PRINT_JOB, "image/png"), query=signed, headers=headers)
    phone.get(f"https://{OTHER_BUCKET}/share/rose.png")
    messages = [{"op": "print", "sn": plant("printer-serial"), "copies": 5}, {"op": "status", "job": 117}]
    texts = [sealed_json(message) for message in messages]
    phone.websocket("wss://api.o2nails.com/ws/print", texts, [trace for text in texts for trace in traces_of(text)])
    place = {"location": plant("salon-location", variant="location:lon,lat"), "key": "demo0amap0key"}
    phone.get("https://restapi.amap.com/v3/geocode/regeo", query=place)
    phone.get(f"{UNKNOWN}/c", query={"e": "print", "session": plant("persona-token")})
    _private_protocol(phone, "m1.tuyacn.com")


def pay(phone: Phone) -> None:
    """The user opens the pay screen, looks at each method and cancels."""
    order = {"operationType": "alipay.msp.cashier.dispatch", "tid": plant("phone-imei", "base64")}
    phone.post("https://mobilegw.alipay.com/mgw.htm", form_body(order))
    phone.get("https://mclient.alipay.com/h5pay/landing.html", query={"order": "DEMO-000117"})
    checkout = {"intent": "CAPTURE", "payer": {"email_address": plant("persona-email")}, "amount": "9.90"}
    phone.post("https://api-m.paypal.com/v2/checkout/orders", json_body(checkout))
    _passed_through(phone, "mcgw.alipay.com", HTTPS, b"POST /sdklog.do HTTP/1.1\r\nHost: mcgw.alipay.com\r\n\r\n")
    _refused(phone, "loggw-exsdk.alipay.com")
    _dropped(phone, "c.paypal.com")
    _unreachable(phone, "www.paypal.com", PRIVATE_UPSTREAM)
    _given_up(phone, "www.paypal.com")


def background(phone: Phone) -> None:
    """The app is in the background; nobody touches the phone."""
    client_id = join("GID_o2nails@@@", plant("phone-android-id"))
    host = "mqtt-cn-o2demo0001.mqtt.aliyuncs.com"
    with phone.tls_tunnel(host, MQTT_TLS) as link:
        for packet in (mqtt.connect(client_id, "Signature|DEMO|mqtt-cn-o2demo0001", "ZGVtbw=="), mqtt.PING):
            link.sendall(packet)
            link.recv(64)
        link.sendall(mqtt.BYE)
    phone.ledger.contact(SURFACE, host, MQTT_TLS, "mqtt", "decrypted")
    phone.ledger.sow(SURFACE, host, MQTT_TLS, "mqtt", traces_of(client_id, "client_id"))
    phone.post("https://stat.tpns.tencent.com/log/statistics/push", json_body({"token": plant("phone-push-token")}))
    for beat in range(3):
        beacon = {"type": "heartbeat", "seq": beat, "uid": plant("phone-android-id", "md5")}
        phone.post(JPUSH, json_body(beacon, "gzip"))
        time.sleep(0.3)
    phone.get("http://connectivitycheck.gstatic.com/generate_204")


def iphone_consented(phone: Phone) -> None:
    """A second phone: its system checks the network, the app measures its installation."""
    phone.get("http://captive.apple.com/hotspot-detect.html")
    phone.get("http://init.push.apple.com/bag")
    phone.post(f"{API}/v1/device/report", json_body({"device_id": plant("iphone-idfv"), "os": "iOS 18.1"}))
    session = {"app_token": "demo0adjust", "idfa": plant("iphone-idfa"), "created_at": "2026-11-22"}
    phone.post("https://app.adjust.com/session", form_body(session))


def iphone_pay(phone: Phone) -> None:
    """The app checks a receipt; the system's push connection is passed through."""
    phone.post("https://buy.itunes.apple.com/verifyReceipt", json_body({"receipt-data": "REVNTy1SRUNFSVBU"}))
    _passed_through(phone, "1-courier.push.apple.com", APNS, bytes(range(64)))


ANDROID: Mapping[str, Act] = {
    "before_consent": before_consent,
    "consented": consented,
    "register": register,
    "pair_printer": pair_printer,
    "print": print_nail,
    "pay": pay,
    "background": background,
}
IPHONE: Mapping[str, Act] = {"consented": iphone_consented, "pay": iphone_pay}


def _feedback_mail(phone: Phone) -> None:
    """The app sends a feedback mail itself, through 263's SMTP server and the proxy, without TLS."""
    host, sender = "smtp.263.net", plant("persona-email")
    lines = (
        "EHLO phone",
        f"MAIL FROM:<{sender}>",
        "RCPT TO:<service@cybernail.com>",
        "DATA",
        f"From: {sender}\r\nTo: service@cybernail.com\r\nSubject: Feedback\r\n\r\nThe demo printer works.\r\n.",
        "QUIT",
    )
    with phone.tunnel(host, SMTP) as link:
        link.recv(512)
        for line in lines:
            link.sendall(f"{line}\r\n".encode())
            link.recv(512)
    phone.ledger.contact(SURFACE, host, SMTP, "smtp", "cleartext")
    phone.ledger.sow(SURFACE, host, SMTP, "payload", traces_of(sender))


def _passed_through(phone: Phone, host: str, port: int, request: bytes) -> None:
    """A pinned client whose host the proxy passes on unopened: a flow of ciphertext."""
    with phone.tls_tunnel(host, port, pinned=True) as link:
        link.sendall(request)
        link.recv(4096)
    phone.ledger.contact(SURFACE, host, port, "tls", "opaque")


def _refused(phone: Phone, host: str) -> None:
    """A pinned client that refuses the proxy's certificate in the handshake: no flow."""
    try:
        phone.tls_tunnel(host, HTTPS, pinned=True).close()
    except ssl.SSLError:
        phone.ledger.contact(SURFACE, host, HTTPS, "tls", "opaque", recorded=False)
        return
    raise AssertionError(f"{host}: the pinned client accepted the proxy's certificate")


def _dropped(phone: Phone, host: str) -> None:
    """A client that checks its pin after the handshake and hangs up: no flow, and no error either."""
    phone.tls_tunnel(host, HTTPS).close()
    phone.ledger.contact(SURFACE, host, HTTPS, "tls", "opaque", recorded=False)


def _private_protocol(phone: Phone, host: str) -> None:
    """A connection inside TLS on which the app speaks a protocol of its own, that looks like noise."""
    frame = bytes((number * 151 + 7) % 256 for number in range(96))
    with phone.tls_tunnel(host, HTTPS) as link:
        link.sendall(len(frame).to_bytes(4) + frame)
        link.recv(512)
    phone.ledger.contact(SURFACE, host, HTTPS, "tls", "decrypted")


def _unreachable(phone: Phone, host: str, port: int) -> None:
    """A server that does not answer: nothing left the proxy."""
    try:
        phone.tunnel(host, port).close()
    except ConnectionError:
        phone.ledger.contact(SURFACE, host, port, "tls", "opaque", recorded=False)
        return
    raise AssertionError(f"{host}:{port}: somebody answered")


def _given_up(phone: Phone, host: str) -> None:
    """A client that asks for a tunnel and goes."""
    phone.tunnel(host, HTTPS).close()
    phone.ledger.contact(SURFACE, host, HTTPS, "tls", "opaque", recorded=False)
