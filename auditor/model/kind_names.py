"""What people call the kinds of identifiers: a kind goes in, its name in English and Chinese comes out."""

from collections.abc import Mapping

from auditor.model.said import Said

KIND_NAMES: Mapping[str, Said] = {
    "imei": Said("IMEI", "IMEI"),
    "imeisv": Said("IMEISV", "IMEISV"),
    "meid": Said("MEID", "MEID"),
    "imsi": Said("IMSI", "IMSI"),
    "iccid": Said("SIM card number", "SIM 卡号"),
    "serial": Said("serial number", "序列号"),
    "mac": Said("MAC address", "MAC 地址"),
    "android_id": Said("Android ID", "Android ID"),
    "oaid": Said("OAID", "OAID"),
    "aaid": Said("advertising ID", "广告 ID"),
    "idfa": Said("IDFA", "IDFA"),
    "idfv": Said("IDFV", "IDFV"),
    "push_token": Said("push token", "推送令牌"),
    "phone": Said("phone number", "手机号"),
    "email": Said("e-mail address", "电子邮箱"),
    "user_name": Said("user name", "用户名"),
    "password": Said("password", "密码"),
    "nickname": Said("nickname", "昵称"),
    "birth_date": Said("date of birth", "出生日期"),
    "postal_address": Said("postal address", "邮寄地址"),
    "card": Said("card number", "银行卡号"),
    "resident_id": Said("resident ID", "身份证号"),
    "ip": Said("IP address", "IP 地址"),
    "ssid": Said("Wi-Fi name (SSID)", "Wi-Fi 名称（SSID）"),
    "bssid": Said("Wi-Fi station (BSSID)", "Wi-Fi 热点地址（BSSID）"),
    "location": Said("location", "位置"),
    "image": Said("image", "图像"),
    "text": Said("free text", "自由文本"),
    "token": Said("account token", "账户令牌"),
    "other": Said("other planted value", "其他预置值"),
}


def kind_name(kind: str) -> Said:
    """The name of a kind; a kind that a newer catalog knows stays as it is."""
    return KIND_NAMES.get(kind) or Said.plain(kind)
