"""The processor's own instructions for SHA-256, AES and the tag of AES-GCM: its features go in, functions of the bulk path in
LLVM's assembly come out, for `machine_code` to put in the place of the ones that are written out.

They say what `glance_ciphers` and `glance_tag` say, which every other processor runs, and which tests compare them with. Between
the functions of a pair (`expand_key` and `encrypt`, `take_hash_key` and `multiply`) the cells may hold something else.

Sources: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2 (AESENC, AESKEYGENASSIST, PCLMULQDQ, SHA256RNDS2,
SHA256MSG1, SHA256MSG2); Gulley et al., "Intel SHA Extensions", 2013; Gueron and Kounavis, "Intel Carry-Less Multiplication
Instruction and its Usage for Computing the GCM Mode", 2014: a product of numbers whose bits are reversed is one bit short, for
which the key is doubled once, and is reduced by two multiplications with half of the polynomial.
"""

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from auditor.capture.glance_ciphers import HASH, KEYS, OUTPUT, ROUND, SCHEDULE, STATE, compress, encrypt, expand_key
from auditor.capture.glance_tag import SUM, TIMES, multiply, take_hash_key
from auditor.capture.machine_code import Instructions

_DECLARED = """\
declare <4 x i32> @llvm.x86.sha256rnds2(<4 x i32>, <4 x i32>, <4 x i32>)
declare <4 x i32> @llvm.x86.sha256msg1(<4 x i32>, <4 x i32>)
declare <4 x i32> @llvm.x86.sha256msg2(<4 x i32>, <4 x i32>)
declare <2 x i64> @llvm.x86.aesni.aeskeygenassist(<2 x i64>, i8 immarg)
declare <2 x i64> @llvm.x86.aesni.aesenc(<2 x i64>, <2 x i64>)
declare <2 x i64> @llvm.x86.aesni.aesenclast(<2 x i64>, <2 x i64>)
declare <2 x i64> @llvm.x86.pclmulqdq(<2 x i64>, <2 x i64>, i8 immarg)
declare i128 @llvm.bswap.i128(i128)
declare i128 @llvm.fshl.i128(i128, i128, i128)
"""
_WORDS, _HALVES = "<4 x i32>", "<2 x i64>"
_RC = (1, 2, 4, 8, 16, 32, 64, 128, 27, 54)
_HALF_POLYNOMIAL = 0xC2 << 56
_POLYNOMIAL = _HALF_POLYNOMIAL << 64 | 1


class _Body:
    """The instructions of one function, which works on `%work`."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def do(self, instruction: str) -> str:
        """Adds an instruction; the name of its result."""
        name = f"%t{len(self.lines)}"
        self.lines.append(f"  {name} = {instruction}")
        return name

    def call(self, kind: str, name: str, *values: str, number: int | None = None) -> str:
        """Calls an instruction of the processor on values of one kind, and a number that is part of it."""
        given = [f"{kind} {value}" for value in values] + ([] if number is None else [f"i8 {number}"])
        return self.do(f"call {kind} @llvm.x86.{name}({', '.join(given)})")

    def at(self, cell: int | str) -> str:
        """Where a cell stands."""
        return self.do(f"getelementptr inbounds i64, ptr %work, i64 {cell}")

    def write(self, kind: str, value: str, cell: int | str) -> None:
        """Stores a value from a cell on."""
        self.lines.append(f"  store {kind} {value}, ptr {self.at(cell)}, align 8")

    def as_kind(self, given: str, value: str, wanted: str) -> str:
        """The same bits."""
        return self.do(f"bitcast {given} {value} to {wanted}")

    def words(self, cell: int) -> str:
        """The words of four cells, the first in the lowest lane."""
        cells = self.do(f"load <4 x i64>, ptr {self.at(cell)}, align 8")
        return self.do(f"trunc <4 x i64> {cells} to {_WORDS}")

    def picked(self, one: str, other: str, lanes: Iterable[int]) -> str:
        """Lanes of two runs of words: 0 to 3 are those of the first."""
        chosen = ", ".join(f"i32 {lane}" for lane in lanes)
        return self.do(f"shufflevector {_WORDS} {one}, {_WORDS} {other}, <4 x i32> <{chosen}>")

    def number(self, cell: int | str) -> str:
        """The number of 128 bits whose words stand in four cells, the highest first."""
        found = "0"
        for index in range(4):
            at = self.do(f"add i64 {cell}, {index}")
            word = self.do(f"zext i64 {self.do(f'load i64, ptr {self.at(at)}')} to i128")
            found = self.do(f"or i128 {self.do(f'shl i128 {found}, 32')}, {word}")
        return found

    def put_number(self, value: str, cell: int) -> None:
        """Stores a number as `number` loads it."""
        for index in range(4):
            word = self.do(f"and i128 {self.do(f'lshr i128 {value}, {96 - 32 * index}')}, 4294967295")
            self.write("i64", self.do(f"trunc i128 {word} to i64"), cell + index)

    def swapped(self, value: str) -> str:
        """A number with its bytes in the other order."""
        return self.do(f"call i128 @llvm.bswap.i128(i128 {value})")


def _compress(body: _Body) -> None:
    """Four rounds with each run of four words; a run follows from the four before it."""
    low, high = body.words(HASH), body.words(HASH + 4)
    before = one, two = body.picked(low, high, (5, 4, 1, 0)), body.picked(low, high, (7, 6, 3, 2))  # FEBA and HGDC
    runs = [body.words(SCHEDULE + 4 * index) for index in range(4)]
    for turn in range(16):
        if turn >= 4:
            far = body.call(_WORDS, "sha256msg1", *runs[-4:-2])
            far = body.do(f"add {_WORDS} {far}, {body.picked(runs[-2], runs[-1], (1, 2, 3, 4))}")
            runs.append(body.call(_WORDS, "sha256msg2", far, runs[-1]))
        mixed = body.do(f"add {_WORDS} {runs[turn]}, {body.words(KEYS + 4 * turn)}")
        two = body.call(_WORDS, "sha256rnds2", two, one, mixed)
        one = body.call(_WORDS, "sha256rnds2", one, two, body.picked(mixed, mixed, (2, 3, 2, 3)))
    one, two = (body.do(f"add {_WORDS} {old}, {new}") for old, new in zip(before, (one, two), strict=True))
    for cell, lanes in ((HASH, (3, 2, 7, 6)), (HASH + 4, (1, 0, 5, 4))):
        body.write("<4 x i64>", body.do(f"zext {_WORDS} {body.picked(one, two, lanes)} to <4 x i64>"), cell)


def _expand_key(body: _Body) -> None:
    """Eleven keys of two cells each, their bytes in the order of the processor."""
    key = body.as_kind("i128", body.swapped(body.number("%key")), _WORDS)
    for turn, mixed in enumerate((0, *_RC)):
        if mixed:
            halves = body.as_kind(_WORDS, key, _HALVES)
            helped = body.as_kind(_HALVES, body.call(_HALVES, "aesni.aeskeygenassist", halves, number=mixed), _WORDS)
            before = key
            for lanes in ((4, 0, 1, 2), (4, 4, 0, 1), (4, 4, 4, 0)):
                key = body.do(f"xor {_WORDS} {key}, {body.picked(before, 'zeroinitializer', lanes)}")
            key = body.do(f"xor {_WORDS} {key}, {body.picked(helped, helped, (3, 3, 3, 3))}")
        body.write(_WORDS, key, ROUND + 2 * turn)


def _encrypt(body: _Body) -> None:
    """As FIPS 197 section 5.1."""
    keys = [body.do(f"load {_HALVES}, ptr {body.at(ROUND + 2 * turn)}, align 8") for turn in range(11)]
    state = body.as_kind("i128", body.swapped(body.number(STATE)), _HALVES)
    state = body.do(f"xor {_HALVES} {state}, {keys[0]}")
    for key in keys[1:-1]:
        state = body.call(_HALVES, "aesni.aesenc", state, key)
    state = body.call(_HALVES, "aesni.aesenclast", state, keys[-1])
    body.put_number(body.swapped(body.as_kind(_HALVES, state, "i128")), OUTPUT)


def _take_hash_key(body: _Body) -> None:
    """The key doubled, which makes up for the bit that each product lacks."""
    key = body.number("%key")
    doubled = body.do(f"shl i128 {key}, 1")
    overflows = body.do(f"icmp slt i128 {key}, 0")
    reduced = body.do(f"xor i128 {doubled}, {_POLYNOMIAL}")
    body.write("i128", body.do(f"select i1 {overflows}, i128 {reduced}, i128 {doubled}"), TIMES)
    for index in range(4):
        body.write("i64", "0", SUM + index)


def _multiply(body: _Body) -> None:
    """Four products of halves, then the lower half of the whole is brought into the higher one."""

    def product(one: str, other: str, halves: int) -> str:
        return body.as_kind(_HALVES, body.call(_HALVES, "pclmulqdq", one, other, number=halves), "i128")

    def folded(low: str) -> str:
        swapped = body.do(f"call i128 @llvm.fshl.i128(i128 {low}, i128 {low}, i128 64)")
        polynomial = f"<i64 {_HALF_POLYNOMIAL}, i64 0>"
        return body.do(f"xor i128 {swapped}, {product(body.as_kind('i128', low, _HALVES), polynomial, 0x00)}")

    total = body.as_kind("i128", body.number(SUM), _HALVES)
    key = body.do(f"load {_HALVES}, ptr {body.at(TIMES)}, align 8")
    middle = body.do(f"xor i128 {product(total, key, 0x01)}, {product(total, key, 0x10)}")
    low = body.do(f"xor i128 {product(total, key, 0x00)}, {body.do(f'shl i128 {middle}, 64')}")
    high = body.do(f"xor i128 {product(total, key, 0x11)}, {body.do(f'lshr i128 {middle}, 64')}")
    body.put_number(body.do(f"xor i128 {high}, {folded(folded(low))}"), SUM)


_WRITTEN: tuple[tuple[tuple[str, ...], Any, Callable[[_Body], None]], ...] = (
    (("sha", "ssse3", "sse4.1"), compress, _compress),
    (("aes", "sse2"), expand_key, _expand_key),
    (("aes", "sse2"), encrypt, _encrypt),
    (("pclmul",), take_hash_key, _take_hash_key),
    (("pclmul",), multiply, _multiply),
)
"""The features that a processor must have (`aes` is the name of another one on Arm), the function, and what writes it."""


def cipher_instructions(features: Mapping[str, bool]) -> Instructions:
    """What stands in the place of functions, as far as a processor has these features (LLVM's names)."""
    found: dict[FunctionType, str] = {}
    for needed, function, write in _WRITTEN:
        if all(features.get(feature) for feature in needed):
            body = _Body()
            write(body)
            found[function] = "\n".join(body.lines)
    return Instructions(_DECLARED if found else "", found)
