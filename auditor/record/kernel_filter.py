"""Which printer, as its user writes it, in; a classic BPF program for the kernel out.

Programs are written here rather than compiled by libpcap, because two short ones are all that is needed and no library has
to be there for them. The kernel has taken VLAN tags off a frame before the filter sees it. Semantics of the instructions:
Linux, Documentation/networking/filter.rst; layouts: RFC 826 (ARP), RFC 791 section 3.1, RFC 8200 section 3.
"""

import ipaddress
import re
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

from auditor.errors import UsageError

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_MAC = re.compile(r"(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{12}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}")
_LIKE_AN_ADDRESS = re.compile(r"[0-9a-f:.\-]+")
_INSTRUCTION = Struct("=HBBI")

PASS_WHOLE = 0xFFFFFFFF
_PACKET_TYPE = 0xFFFFF000 + 4
"""SKF_AD_OFF + SKF_AD_PKTTYPE: the kernel's word on which way the frame went."""
_OUTGOING = 4
"""PACKET_OUTGOING of linux/if_packet.h."""
_IPV4, _ARP, _IPV6 = 0x0800, 0x0806, 0x86DD


class _Op(IntEnum):
    """The operations used, as in linux/bpf_common.h."""

    LOAD_WORD = 0x20
    LOAD_HALF = 0x28
    LOAD_BYTE = 0x30
    AND = 0x54
    JUMP_IF_EQUAL = 0x15
    RETURN = 0x06


@dataclass(frozen=True, slots=True)
class Target:
    """The device whose packets are wanted: one of its addresses."""

    mac: bytes | None = None
    address: Address | None = None

    def __str__(self) -> str:
        """The filter in the words of pcap-filter(7); written into the capture file."""
        if self.mac is not None:
            return f"ether host {self.mac.hex(':')}"
        return f"host {self.address}"


def parse_target(text: str) -> Target:
    """A MAC (with colons, dashes, dots or bare) or an IP address.

    Raises:
        UsageError: neither.
    """
    plain = text.strip().lower()
    if _MAC.fullmatch(plain):
        return Target(mac=bytes.fromhex(re.sub("[:.-]", "", plain)))
    try:
        return Target(address=ipaddress.ip_address(plain))
    except ValueError:
        fix = "give --printer as 02:00:5e:10:00:01, 192.168.4.20, or a name"
        raise UsageError(f"the printer {text!r} is neither a MAC nor an IP address", fix=fix) from None


def is_name(text: str) -> bool:
    """Whether a text can only be a printer's name: it parses as no address, and does not look like one that was mistyped."""
    try:
        parse_target(text)
    except UsageError:
        plain = text.strip().lower()
        return bool(plain) and not (_LIKE_AN_ADDRESS.fullmatch(plain) and any(sign in plain for sign in ":.-"))
    return False


def compile_filter(target: Target | None, *, ethernet: bool, loopback: bool) -> bytes:
    """The program as an array of `struct sock_filter`.

    On a loopback interface every packet shows twice, going out and coming in; only the second is kept. `target` None keeps
    everything else.

    Raises:
        UsageError: a MAC is asked for on a link that has none.
    """
    if target is not None and target.mac is not None and not ethernet:
        raise UsageError(
            "the interface's link has no MAC addresses, so --printer cannot be one", fix="give the printer's IP address"
        )
    program = _Program()
    if loopback:
        program.load(_Op.LOAD_BYTE, _PACKET_TYPE)
        program.jump(_OUTGOING, then="drop")
    if target is None:
        program.leave("pass")
    elif target.mac is not None:
        _add_either(program, target.mac, 0, 6, "ether")
    elif target.address is not None:
        _add_address(program, target.address, network=14 if ethernet else 0, ethernet=ethernet)
    return program.assemble()


def drop_everything() -> bytes:
    """A program that lets nothing through: what is in the queue then is the last there will be."""
    return _INSTRUCTION.pack(_Op.RETURN, 0, 0, 0)


def _add_address(program: "_Program", address: Address, *, network: int, ethernet: bool) -> None:
    """Passes IP packets from or to the address, and ARP that asks for it or tells it."""
    four = address.version == 4
    if ethernet:
        program.load(_Op.LOAD_HALF, 12)
        if four:
            program.jump(_ARP, then="arp")
        program.jump(_IPV4 if four else _IPV6, otherwise="drop")
    else:
        program.load(_Op.LOAD_BYTE, 0)
        program.mask(0xF0)
        program.jump(address.version << 4, otherwise="drop")
    source, destination = (12, 16) if four else (8, 24)
    _add_either(program, address.packed, network + source, network + destination, "ip")
    if four and ethernet:
        program.label("arp")
        _add_either(program, address.packed, network + 14, network + 24, "arp")


def _add_either(program: "_Program", value: bytes, first: int, second: int, name: str) -> None:
    """Passes a frame that holds the value at one of two offsets, and drops any other."""
    program.match(first, value, otherwise=f"{name} second")
    program.leave("pass")
    program.label(f"{name} second")
    program.match(second, value, otherwise="drop")
    program.leave("pass")


class _Program:
    """Instructions with named places, which `assemble` turns into the distances that the kernel wants."""

    def __init__(self) -> None:
        self.lines: list[tuple[_Op, int, str, str]] = []
        self.labels: dict[str, int] = {}

    def load(self, op: _Op, offset: int) -> None:
        self.lines.append((op, offset, "", ""))

    def mask(self, bits: int) -> None:
        self.lines.append((_Op.AND, bits, "", ""))

    def jump(self, value: int, *, then: str = "", otherwise: str = "") -> None:
        self.lines.append((_Op.JUMP_IF_EQUAL, value, then, otherwise))

    def leave(self, label: str) -> None:
        """Return: pass or drop."""
        self.lines.append((_Op.RETURN, PASS_WHOLE if label == "pass" else 0, "", ""))

    def label(self, name: str) -> None:
        self.labels[name] = len(self.lines)

    def match(self, offset: int, value: bytes, *, otherwise: str) -> None:
        """Goes on where `value` stands at the offset, in words and a rest of two bytes."""
        for start in range(0, len(value), 4):
            part = value[start : start + 4]
            self.load(_Op.LOAD_WORD if len(part) == 4 else _Op.LOAD_HALF, offset + start)
            self.jump(int.from_bytes(part), otherwise=otherwise)

    def assemble(self) -> bytes:
        """The program, with the common drop at its end."""
        self.label("drop")
        self.leave("drop")
        return b"".join(
            _INSTRUCTION.pack(op, self._distance(index, then), self._distance(index, otherwise), value)
            for index, (op, value, then, otherwise) in enumerate(self.lines)
        )

    def _distance(self, index: int, label: str) -> int:
        return self.labels[label] - index - 1 if label else 0
