"""Frames of a made-up access point, for tests: beacons, and the first half of a four-way handshake (IEEE 802.11-2020, 12.7)."""

import hashlib
import hmac
import struct

BSSID = bytes.fromhex("02005e102030")
STATION = bytes.fromhex("02005e405060")
RSN = bytes.fromhex("30140100000fac040100000fac040100000fac020000")
WPA = bytes.fromhex("dd160050f20101000050f20201000050f20201000050f202")


def beacon(ssid: bytes = b"AcmeNails-1020", *, private: bool = True, elements: bytes = RSN, bssid: bytes = BSSID) -> bytes:
    """A beacon without radiotap."""
    head = b"\x80\x00\x00\x00" + b"\xff" * 6 + bssid + bssid + b"\x00\x00"
    capabilities = 0x0011 if private else 0x0001
    return head + bytes(8) + struct.pack("<HH", 100, capabilities) + bytes([0, len(ssid)]) + ssid + elements


def handshake(key: str, ssid: bytes = b"AcmeNails-1020", version: int = 2) -> tuple[bytes, bytes]:
    """Messages 1 and 2, whose integrity code this key gives."""
    first_nonce, second_nonce = b"\xa1" * 32, b"\x0b" * 32
    first = _message(0x0088 | version, first_nonce, bytes(16))
    blank = _message(0x0108 | version, second_nonce, bytes(16))
    pairwise = hashlib.pbkdf2_hmac("sha1", key.encode(), ssid, 4096, 32)
    data = min(BSSID, STATION) + max(BSSID, STATION) + min(first_nonce, second_nonce) + max(first_nonce, second_nonce)
    confirmation = hmac.digest(pairwise, b"Pairwise key expansion" + b"\0" + data + b"\0", "sha1")[:16]
    code = hmac.digest(confirmation, blank, "sha1" if version == 2 else "md5")[:16]
    second = _message(0x0108 | version, second_nonce, code)
    return _data(b"\x08\x02", STATION, BSSID, BSSID, first), _data(b"\x08\x01", BSSID, STATION, BSSID, second)


def _message(info: int, nonce: bytes, code: bytes) -> bytes:
    body = b"\x02" + struct.pack(">HH", info, 16) + struct.pack(">Q", 1) + nonce + bytes(16 + 8 + 8) + code + b"\x00\x00"
    return b"\x02\x03" + struct.pack(">H", len(body)) + body


def _data(control: bytes, one: bytes, two: bytes, three: bytes, packet: bytes) -> bytes:
    return control + b"\x00\x00" + one + two + three + b"\x00\x00" + bytes.fromhex("aaaa03000000888e") + packet


def pcap(*frames: bytes, link: int = 105) -> bytes:
    """A capture of these frames, a second apart."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + b"".join(
        struct.pack("<IIII", 1_700_000_000 + number, 0, len(frame), len(frame)) + frame for number, frame in enumerate(frames)
    )
