"""A made-up WPA2 network on the air, written out with the standard beside it: handshake, ciphered frames, radiotap headers.

Made independently of what it tests: keys and frames are put together here from IEEE 802.11-2020 clauses 12.5.3 and 12.7, and a
test has tshark open the same capture.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from tests.unit.capture.wire import SECOND, START

ACCESS_POINT = bytes.fromhex("00005e005301")
STATION = bytes.fromhex("c04e30111207")
SSID, PASSPHRASE = "SALON-GUEST", "correct horse battery"
ANONCE, SNONCE = bytes(range(32)), bytes(range(100, 132))
GROUP_KEY = bytes(range(200, 216))
RADIOTAP = b"\x00\x00\x08\x00\x00\x00\x00\x00"
SNAP = b"\xaa\xaa\x03\x00\x00\x00"
RSN = bytes.fromhex("30140100000fac040100000fac040100000fac020000")


def pairwise_keys(passphrase: str = PASSPHRASE, ssid: str = SSID) -> bytes:
    master = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), ssid.encode(), 4096, 32)
    seed = min(ACCESS_POINT, STATION) + max(ACCESS_POINT, STATION) + min(ANONCE, SNONCE) + max(ANONCE, SNONCE)
    label = b"Pairwise key expansion\x00"
    return b"".join(hmac.new(master, label + seed + bytes([n]), hashlib.sha1).digest() for n in range(3))[:48]


def key_frame(information: int, nonce: bytes, replay: int, data: bytes = b"", kck: bytes | None = None) -> bytes:
    body = struct.pack(">BHHQ", 2, information, 16, replay) + nonce + bytes(16 + 8 + 8)
    frame = struct.pack(">BBH", 2, 3, len(body) + 16 + 2 + len(data)) + body + bytes(16) + struct.pack(">H", len(data)) + data
    if kck is None:
        return frame
    mic = hmac.new(kck, frame, hashlib.sha1).digest()[:16]
    return frame[:81] + mic + frame[97:]


def data_frame(*, to_ap: bool, payload: bytes, sequence: int, target: bytes | None = None, qos: bool = True) -> bytes:
    """A data frame without radio header, in the clear."""
    control = bytes([0x88 if qos else 0x08, 0x01 if to_ap else 0x02])
    up = ACCESS_POINT + STATION + (target or ACCESS_POINT)
    down = (target or STATION) + ACCESS_POINT + ACCESS_POINT
    head = control + b"\0\0" + (up if to_ap else down) + struct.pack("<H", sequence << 4)
    return head + (b"\0\0" if qos else b"") + payload


def ciphered(frame: bytes, key: bytes, number: int, key_id: int = 0) -> bytes:
    """The same frame, protected by CCMP."""
    qos = frame[0] == 0x88
    size = 26 if qos else 24
    head, payload = bytearray(frame[:size]), frame[size:]
    head[1] |= 0x40
    pn = number.to_bytes(6, "little")
    ccmp = pn[:2] + b"\0" + bytes([0x20 | key_id << 6]) + pn[2:]
    masked = bytes([head[0] & 0x8F, head[1] & 0xC7 & (0x7F if qos else 0xFF)])
    authenticated = masked + bytes(head[4:22]) + bytes([head[22] & 15, 0]) + (bytes([head[24] & 15, 0]) if qos else b"")
    nonce = bytes([head[24] & 15 if qos else 0]) + bytes(head[10:16]) + pn[::-1]
    return bytes(head) + ccmp + AESCCM(key, tag_length=8).encrypt(nonce, payload, authenticated)


def handshake(passphrase: str = PASSPHRASE, ssid: str = SSID) -> list[bytes]:
    """The four messages (clause 12.7.6), as frames without radio header."""
    keys = pairwise_keys(passphrase, ssid)
    clear = RSN + b"\xdd\x16\x00\x0f\xac\x01\x01\x00" + GROUP_KEY
    clear += b"\xdd" + bytes(-(len(clear) + 1) % 8)
    messages = (
        (False, key_frame(0x008A, ANONCE, 1)),
        (True, key_frame(0x010A, SNONCE, 1, RSN, keys[:16])),
        (False, key_frame(0x13CA, ANONCE, 2, aes_key_wrap(keys[16:32], clear), keys[:16])),
        (True, key_frame(0x030A, bytes(32), 2, b"", keys[:16])),
    )
    return [
        data_frame(to_ap=to_ap, payload=SNAP + b"\x88\x8e" + message, sequence=number, qos=False)
        for number, (to_ap, message) in enumerate(messages)
    ]


def beacon(ssid: str = SSID) -> bytes:
    head = b"\x80\x00\0\0" + b"\xff" * 6 + ACCESS_POINT + ACCESS_POINT + b"\0\0"
    return head + bytes(8) + b"\x64\x00\x11\x04" + bytes([0, len(ssid)]) + ssid.encode() + RSN


def on_air(frames: list[bytes]) -> list[tuple[int, bytes]]:
    """Frames with radio headers and times."""
    return [(START + number * SECOND // 100, RADIOTAP + frame) for number, frame in enumerate(frames)]
