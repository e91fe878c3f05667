"""A WireGuard client in user space: the proxy's keys and port in; a command that runs behind the tunnel, as an app on a phone does.

    python -m tests.lab.wireguard_peer KEYS.json PORT COMMAND...

The command runs in a network namespace of its own, whose only way out is a TUN device; its packets go through the tunnel to
127.0.0.1:PORT. Needs root. The handshake is Noise IKpsk2 as in section 5.4 of the WireGuard paper, for one session, without
cookies, rekeying or roaming. KEYS.json is what mitmproxy keeps as wireguard.conf.
"""

import base64
import fcntl
import hmac
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

CONSTRUCTION = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
IDENTIFIER = b"WireGuard v1 zx2c4 Jason@zx2c4.com"
ADDRESS = "10.0.0.1/32"
MTU = 1380
INITIATION, RESPONSE, TRANSPORT = (struct.pack("<I", kind) for kind in (1, 2, 4))
OURS = struct.pack("<I", 1)
"""The index by which the other side names this session."""
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_TAI_OFFSET = 0x400000000000000A


def _digest(*parts: bytes) -> bytes:
    return blake2s(b"".join(parts)).digest()


def _derived(key: bytes, data: bytes, count: int) -> tuple[bytes, ...]:
    """HKDF with HMAC-BLAKE2s."""
    secret, found = hmac.digest(key, data, "blake2s"), [b""]
    for number in range(1, count + 1):
        found.append(hmac.digest(secret, found[-1] + bytes([number]), "blake2s"))
    return tuple(found[1:])


def _nonce(counter: int) -> bytes:
    return bytes(4) + counter.to_bytes(8, "little")


class Handshake:
    """One handshake, begun by this side."""

    def __init__(self, own: X25519PrivateKey, peer: bytes) -> None:
        self._own, self._peer = own, peer
        self._ephemeral = X25519PrivateKey.generate()
        self._chain = _digest(CONSTRUCTION)
        self._hash = _digest(_digest(self._chain, IDENTIFIER), peer)

    def _mix(self, private: X25519PrivateKey, public: bytes, count: int = 2) -> bytes:
        """Mixes a shared secret into the chain; the key that comes of it."""
        self._chain, *rest = _derived(self._chain, private.exchange(X25519PublicKey.from_public_bytes(public)), count)
        return rest[0] if rest else b""

    def _sealed(self, key: bytes, data: bytes) -> bytes:
        made = ChaCha20Poly1305(key).encrypt(_nonce(0), data, self._hash)
        self._hash = _digest(self._hash, made)
        return made

    def initiation(self) -> bytes:
        """The first message."""
        public = self._ephemeral.public_key().public_bytes_raw()
        (self._chain,) = _derived(self._chain, public, 1)
        self._hash = _digest(self._hash, public)
        static = self._sealed(self._mix(self._ephemeral, self._peer), self._own.public_key().public_bytes_raw())
        now = time.time_ns()
        stamp = struct.pack(">QI", _TAI_OFFSET + now // 10**9, now % 10**9)
        message = INITIATION + OURS + public + static + self._sealed(self._mix(self._own, self._peer), stamp)
        return message + blake2s(message, key=_digest(b"mac1----", self._peer), digest_size=16).digest() + bytes(16)

    def finish(self, response: bytes) -> "Session":
        """The session that the answer opens.

        Raises:
            ValueError, InvalidTag: it is no answer to this handshake.
        """
        if response[:4] != RESPONSE or response[8:12] != OURS:
            raise ValueError("no answer of a WireGuard server")
        public = response[12:44]
        (self._chain,) = _derived(self._chain, public, 1)
        self._hash = _digest(self._hash, public)
        self._mix(self._ephemeral, public, 1)
        self._mix(self._own, public, 1)
        self._chain, mixed, key = _derived(self._chain, bytes(32), 3)
        self._hash = _digest(self._hash, mixed)
        ChaCha20Poly1305(key).decrypt(_nonce(0), response[44:60], self._hash)
        send, receive = _derived(self._chain, b"", 2)
        return Session(response[4:8], ChaCha20Poly1305(send), ChaCha20Poly1305(receive))


@dataclass(slots=True)
class Session:
    """Keys of both directions."""

    peer: bytes
    sending: ChaCha20Poly1305
    receiving: ChaCha20Poly1305
    counter: int = 0

    def sealed(self, packet: bytes) -> bytes:
        """A datagram that carries the packet."""
        number, self.counter = self.counter, self.counter + 1
        padded = packet + bytes(-len(packet) % 16)
        return TRANSPORT + self.peer + number.to_bytes(8, "little") + self.sending.encrypt(_nonce(number), padded, b"")

    def opened(self, datagram: bytes) -> bytes:
        """The packet in a datagram; empty for what carries none."""
        if datagram[:4] != TRANSPORT:
            return b""
        return self.receiving.decrypt(_nonce(int.from_bytes(datagram[8:16], "little")), datagram[16:], b"")


def connect(keys: Path, link: socket.socket) -> Session:
    """A session with the server at the other end of the socket.

    Raises:
        OSError: no answer comes.
    """
    said = {name: base64.b64decode(value) for name, value in json.loads(keys.read_text()).items()}
    server = X25519PrivateKey.from_private_bytes(said["server_key"]).public_key().public_bytes_raw()
    handshake = Handshake(X25519PrivateKey.from_private_bytes(said["client_key"]), server)
    link.settimeout(10)
    link.send(handshake.initiation())
    return handshake.finish(link.recv(2048))


def tunnel_device() -> int:
    """A TUN device that is the only way out of this process's network namespace."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", b"tun0", _IFF_TUN | _IFF_NO_PI))
    for words in (f"addr add {ADDRESS} dev tun0", f"link set tun0 mtu {MTU} up", "route add default dev tun0"):
        subprocess.run(["ip", *words.split()], check=True)
    return device


def _send_all(device: int, link: socket.socket, session: Session) -> None:
    while True:
        link.send(session.sealed(os.read(device, 2048)))


def _receive_all(device: int, link: socket.socket, session: Session) -> None:
    while True:
        packet = session.opened(link.recv(4096))
        if packet:
            os.write(device, packet)


def main(arguments: list[str]) -> int:
    """Runs the command behind the tunnel; its exit code."""
    keys, port, *command = arguments
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:  # stays in the namespace it was made in
        link.connect(("127.0.0.1", int(port)))
        session = connect(Path(keys), link)
        link.settimeout(None)
        os.unshare(os.CLONE_NEWNET)
        device = tunnel_device()
        for pump in (_send_all, _receive_all):
            threading.Thread(target=pump, args=(device, link, session), daemon=True).start()
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
