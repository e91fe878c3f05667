"""WPA2 with a passphrase: EAPOL key frames go in, the keys of each station's session come out (IEEE 802.11-2020, clause 12.7).

Only AES (CCMP): what TKIP or WPA3 protect stays closed, and is counted. The MIC of the second message proves a passphrase, so a
wrong one never opens anything.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from auditor.errors import UsageError

_KEY_INFO, _REPLAY, _NONCE, _MIC, _DATA_LENGTH, _DATA = 5, 9, 17, 81, 97, 99
"""Offsets in the EAPOL frame (clause 12.7.2, figure 12-33), from its first byte."""
_EAPOL_KEY = 3
_PAIRWISE, _ACK, _MIC_BIT, _ENCRYPTED = 0x0008, 0x0080, 0x0100, 0x1000
_AES_AND_SHA1 = 2
_GTK_KDE = b"\x00\x0f\xac\x01"


class Handshake(StrEnum):
    """What a key frame brought."""

    NOTHING = "nothing"
    OPENED = "opened"
    WRONG_PASSPHRASE = "wrong_passphrase"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class Network:
    """A Wi-Fi network with its secret."""

    ssid: str
    passphrase: str
    """8 to 63 characters, or 64 hex digits: the key itself."""

    def master_key(self) -> bytes:
        """The pairwise master key (clause J.4.1).

        Raises:
            UsageError: the passphrase has no such length.
        """
        if len(self.passphrase) == 64:
            try:
                return bytes.fromhex(self.passphrase)
            except ValueError:
                raise UsageError("a key of 64 characters must be hex digits") from None
        if not 8 <= len(self.passphrase.encode()) <= 63:
            raise UsageError("a WPA2 passphrase has 8 to 63 characters")
        return hashlib.pbkdf2_hmac("sha1", self.passphrase.encode(), self.ssid.encode(), 4096, 32)


@dataclass(slots=True)
class _Station:
    """One station's handshake as far as it was seen."""

    announced: bytes = b""
    """The access point's nonce."""
    keys: bytes = b""
    """KCK, KEK and TK, once they are proven."""


class WifiKeys:
    """All keys so far, by (access point, station); group keys by access point and number."""

    def __init__(self, networks: tuple[Network, ...]) -> None:
        self._masters = [network.master_key() for network in networks]
        self._stations: dict[tuple[bytes, bytes], _Station] = {}
        self._groups: dict[tuple[bytes, int], bytes] = {}

    def pairwise(self, access_point: bytes, station: bytes) -> bytes | None:
        """The key of frames between the two; None where no handshake was seen, or none that a passphrase fits."""
        known = self._stations.get((access_point, station))
        return known.keys[32:48] if known and known.keys else None

    def group(self, access_point: bytes, number: int) -> bytes | None:
        """The key of the access point's frames to everybody."""
        return self._groups.get((access_point, number))

    def hear(self, access_point: bytes, station: bytes, frame: bytes) -> Handshake:
        """Takes an EAPOL frame, from its version byte on."""
        if len(frame) < _DATA or frame[1] != _EAPOL_KEY:
            return Handshake.NOTHING
        information = int.from_bytes(frame[_KEY_INFO : _KEY_INFO + 2])
        if not information & _PAIRWISE:
            return Handshake.NOTHING
        known = self._stations.setdefault((access_point, station), _Station())
        if information & _ACK:
            return self._from_access_point(known, access_point, frame, information)
        if not information & _MIC_BIT or not any(frame[_NONCE : _NONCE + 32]) or not known.announced:
            return Handshake.NOTHING
        if information & 7 != _AES_AND_SHA1:
            return Handshake.NOT_SUPPORTED
        return self._prove(known, access_point, station, frame)

    def _from_access_point(self, known: _Station, access_point: bytes, frame: bytes, information: int) -> Handshake:
        """Messages 1 and 3: the nonce, and behind it the group's key."""
        nonce = frame[_NONCE : _NONCE + 32]
        if nonce != known.announced:
            known.announced, known.keys = nonce, b""
        if information & _ENCRYPTED and known.keys:
            self._take_group_key(known, access_point, frame)
        return Handshake.NOTHING

    def _prove(self, known: _Station, access_point: bytes, station: bytes, frame: bytes) -> Handshake:
        """Message 2: with both nonces the keys can be made, and its MIC tells which passphrase is right."""
        length = 4 + int.from_bytes(frame[2:4])
        signed = frame[:_MIC] + bytes(16) + frame[_MIC + 16 : length]
        nonces = sorted((known.announced, frame[_NONCE : _NONCE + 32]))
        context = b"".join((*sorted((access_point, station)), *nonces))
        for master in self._masters:
            keys = _expand(master, context)
            if hmac.compare_digest(hmac.digest(keys[:16], signed, "sha1")[:16], frame[_MIC : _MIC + 16]):
                known.keys = keys
                return Handshake.OPENED
        return Handshake.WRONG_PASSPHRASE

    def _take_group_key(self, known: _Station, access_point: bytes, frame: bytes) -> None:
        """Message 3 carries it wrapped (RFC 3394) in a key data element (clause 12.7.2, table 12-9)."""
        from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

        wrapped = frame[_DATA : _DATA + int.from_bytes(frame[_DATA_LENGTH : _DATA_LENGTH + 2])]
        try:
            data = aes_key_unwrap(known.keys[16:32], wrapped)
        except (InvalidUnwrap, ValueError):
            return
        at = 0
        while at + 2 <= len(data):
            size = data[at + 1]
            element = data[at + 2 : at + 2 + size]
            if data[at] == 0xDD and element.startswith(_GTK_KDE) and len(element) >= 22:
                self._groups[access_point, element[4] & 3] = element[6:22]
            at += 2 + size


def _expand(master: bytes, context: bytes) -> bytes:
    """PRF-384 (clause 12.7.1.2): KCK, KEK and TK."""
    parts = (hmac.digest(master, b"Pairwise key expansion\0" + context + bytes([number]), "sha1") for number in range(3))
    return b"".join(parts)[:48]
