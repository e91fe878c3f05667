"""Values and conditions of the bulk path as LLVM assembly: an expression of Python goes in, instructions and a name come out.

What may stand in one, and what is different from Python, says `machine_code`.
"""

import ast
import inspect
import operator
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

MATRIX = "Rows"
WIDTHS = {"Bytes": 8, "Store": 8, "Cells": 64, MATRIX: 64}
"""Kinds of arrays, and the bits of an element."""
NUMBERS = frozenset({"int", "bool"})


_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor",
    ast.LShift: "shl", ast.RShift: "ashr",
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "slt", ast.LtE: "sle", ast.Gt: "sgt", ast.GtE: "sge",
}  # fmt: skip
_EXTREMES = {"min": "@llvm.smin.i64", "max": "@llvm.smax.i64"}


_KNOWN: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
    ast.BitXor: operator.xor, ast.LShift: operator.lshift, ast.RShift: operator.rshift, ast.FloorDiv: operator.floordiv,
}  # fmt: skip
"""What two constants make is known before anything runs."""


class UnknownPythonError(Exception):
    """A function holds something that is not of the small part of Python."""


def parameters(function: Callable[..., Any]) -> dict[str, str]:
    """The kinds of a function's parameters, then of its `return`, as its annotations name them."""
    notes = inspect.get_annotations(function)
    return {
        name: getattr(notes[name], "__name__", str(notes[name])) for name in (*inspect.signature(function).parameters, "return")
    }


def flat(name: str, kind: str) -> list[str]:
    """What is handed on for a parameter, each with its type."""
    if kind in NUMBERS:
        return [f"i64 %{name}"]
    return [f"ptr noalias %{name}", f"i64 %{name}.length", *([f"i64 %{name}.width"] if kind == MATRIX else [])]


class Values:
    """One function while it is written: what stands in its expressions."""

    def __init__(
        self, function: FunctionType, names: dict[FunctionType, str], waiting: list[FunctionType], tables: dict[str, str]
    ) -> None:
        """`names`, `waiting` and `tables` are shared: what functions are called, which are still to come, constants."""
        self._function = function
        self._names = names
        self._waiting = waiting
        self._tables = tables
        self._kinds = parameters(function)
        del self._kinds["return"]
        self._lines: list[str] = []
        self._locals: dict[str, None] = {}
        self._count = 0
        self._loops: list[tuple[str, str]] = []
        """Where `continue` and `break` of each loop around go."""

    # --- writing

    def _new(self) -> str:
        self._count += 1
        return f"%t{self._count}"

    def _do(self, instruction: str) -> str:
        """Adds an instruction; the name of its result."""
        name = self._new()
        self._lines.append(f"  {name} = {instruction}")
        return name

    def _labels(self, count: int) -> list[str]:
        self._count += 1
        return [f"l{self._count}.{index}" for index in range(count)]

    def _go(self, label: str) -> None:
        self._lines.append(f"  br label %{label}")

    def _begin(self, label: str) -> None:
        """What follows stands behind the label; the block before must have ended."""
        self._lines.append(f"{label}:")

    def _unknown(self, node: ast.AST) -> UnknownPythonError:
        return UnknownPythonError(f"{self._function.__name__}: {ast.unparse(node)}")

    def _store(self, name: str, value: str) -> None:
        self._locals[name] = None
        self._lines.append(f"  store i64 {value}, ptr %{name}.at")

    # --- conditions

    def _branch(self, node: ast.expr, yes: str, no: str) -> None:
        """Goes to one label where the condition holds, else to the other."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._branch(node.operand, no, yes)
        elif isinstance(node, ast.BoolOp):
            for part in node.values[:-1]:
                (further,) = self._labels(1)
                self._branch(part, *((further, no) if isinstance(node.op, ast.And) else (yes, further)))
                self._begin(further)
            self._branch(node.values[-1], yes, no)
        else:
            holds = self._do(f"icmp ne i64 {self._value(node)}, 0")
            self._lines.append(f"  br i1 {holds}, label %{yes}, label %{no}")

    def _chosen(self, node: ast.IfExp) -> str:
        yes, no, after = self._labels(3)
        self._count += 1
        name = f"chosen.{self._count}"
        self._branch(node.test, yes, no)
        for label, value in ((yes, node.body), (no, node.orelse)):
            self._begin(label)
            self._store(name, self._value(value))
            self._go(after)
        self._begin(after)
        return self._do(f"load i64, ptr %{name}.at")

    def _either(self, node: ast.BoolOp) -> str:
        """`and` and `or` give the operand that decides."""
        self._count += 1
        name = f"chosen.{self._count}"
        further, after = self._labels(2)
        for index, part in enumerate(node.values):
            value = self._value(part)
            self._store(name, value)
            if index == len(node.values) - 1:
                self._go(after)
                continue
            holds = self._do(f"icmp ne i64 {value}, 0")
            labels = (f"{further}.{index}", after) if isinstance(node.op, ast.And) else (after, f"{further}.{index}")
            self._lines.append(f"  br i1 {holds}, label %{labels[0]}, label %{labels[1]}")
            self._begin(f"{further}.{index}")
        self._begin(after)
        return self._do(f"load i64, ptr %{name}.at")

    # --- values

    def _constant(self, node: ast.expr) -> int | None:
        """The number that is known already: a literal, a constant of the module, or what two of them make."""
        if isinstance(node, ast.Constant):
            return int(node.value) if isinstance(node.value, int) else None
        if isinstance(node, ast.Name) and node.id not in self._kinds and node.id not in self._locals:
            value = self._function.__globals__.get(node.id)
            return int(value) if isinstance(value, int) else None
        if isinstance(node, ast.BinOp):
            left, right = self._constant(node.left), self._constant(node.right)
            if left is not None and right is not None and type(node.op) in _KNOWN:
                return int(_KNOWN[type(node.op)](left, right))
        return None

    def _value(self, node: ast.expr) -> str:
        """The name of the expression's value, or the number itself."""
        known = self._constant(node)
        if known is not None:
            return str(known)
        write = _VALUES.get(type(node))
        if write is None:
            raise self._unknown(node)
        return write(self, node)

    def _name(self, node: ast.Name) -> str:
        if node.id not in self._locals and self._kinds.get(node.id) not in NUMBERS:
            raise self._unknown(node)
        return self._do(f"load i64, ptr %{node.id}.at")

    def _unary(self, node: ast.UnaryOp) -> str:
        value = self._value(node.operand)
        if isinstance(node.op, ast.Not):
            return self._do(f"zext i1 {self._do(f'icmp eq i64 {value}, 0')} to i64")
        return self._do(f"sub i64 0, {value}" if isinstance(node.op, ast.USub) else f"xor i64 -1, {value}")

    def _binary(self, node: ast.BinOp) -> str:
        return self._operate(node, node.op, self._value(node.left), self._value(node.right), self._constant(node.right))

    def _operate(self, node: ast.AST, sign: ast.operator, left: str, right: str, known: int | None) -> str:
        if type(sign) in _ARITHMETIC:
            return self._do(f"{_ARITHMETIC[type(sign)]} i64 {left}, {right}")
        if known is not None and known > 0 and known & (known - 1) == 0:
            if isinstance(sign, ast.FloorDiv):
                return self._do(f"ashr i64 {left}, {known.bit_length() - 1}")
            if isinstance(sign, ast.Mod):
                return self._do(f"and i64 {left}, {known - 1}")
        if not isinstance(sign, ast.FloorDiv | ast.Mod):
            raise self._unknown(node)
        quotient = self._do(f"call i64 @floor_divide(i64 {left}, i64 {right})")
        if isinstance(sign, ast.FloorDiv):
            return quotient
        return self._do(f"sub i64 {left}, {self._do(f'mul i64 {quotient}, {right}')}")

    def _compare(self, node: ast.Compare) -> str:
        left, found = self._value(node.left), ""
        for sign, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(sign, ast.In | ast.NotIn):
                truth = self._is_among(left, right, wanted=isinstance(sign, ast.In))
            else:
                value = self._value(right)
                truth = self._do(f"icmp {_COMPARISONS[type(sign)]} i64 {left}, {value}")
                left = value
            found = self._do(f"and i1 {found}, {truth}") if found else truth
        return self._do(f"zext i1 {found} to i64")

    def _is_among(self, value: str, choices: ast.expr, *, wanted: bool) -> str:
        if not isinstance(choices, ast.Tuple):
            raise self._unknown(choices)
        found = "false"
        for choice in choices.elts:
            found = self._do(f"or i1 {found}, {self._do(f'icmp eq i64 {value}, {self._value(choice)}')}")
        return found if wanted else self._do(f"xor i1 {found}, true")

    def _element(self, node: ast.Subscript) -> str:
        place, bits = self._place(node)
        value = self._do(f"load i{bits}, ptr {place}")
        return value if bits == 64 else self._do(f"zext i{bits} {value} to i64")

    def _place(self, node: ast.Subscript) -> tuple[str, int]:
        """Where an element stands, and how many bits it has."""
        if not isinstance(node.value, ast.Name):
            raise self._unknown(node)
        name = node.value.id
        kind = self._kinds.get(name)
        if kind is None:
            return self._place_in_tuple(node, name), 64
        if kind not in WIDTHS or (kind == MATRIX) != isinstance(node.slice, ast.Tuple):
            raise self._unknown(node)
        if isinstance(node.slice, ast.Tuple):
            row, column = (self._value(part) for part in node.slice.elts)
            index = self._do(f"add i64 {self._do(f'mul i64 {row}, %{name}.width')}, {column}")
        else:
            index = self._value(node.slice)
        return self._do(f"getelementptr inbounds i{WIDTHS[kind]}, ptr %{name}, i64 {index}"), WIDTHS[kind]

    def _place_in_tuple(self, node: ast.Subscript, name: str) -> str:
        """The place of a number in a tuple of the module, which is written out here."""
        numbers = self._function.__globals__.get(name)
        if not isinstance(numbers, tuple) or not all(isinstance(number, int) for number in numbers):
            raise self._unknown(node)
        table = f"@{self._function.__module__.rpartition('.')[2]}.{name}"
        written = ", ".join(f"i64 {number}" for number in numbers)
        self._tables[table] = f"{table} = private unnamed_addr constant [{len(numbers)} x i64] [{written}]\n"
        return self._do(f"getelementptr inbounds i64, ptr {table}, i64 {self._value(node.slice)}")

    def _call(self, node: ast.Call) -> str:
        name = ast.unparse(node.func)
        if name == "len":
            (array,) = (ast.unparse(argument) for argument in node.args)
            if self._kinds.get(array) not in WIDTHS:
                raise self._unknown(node)
            return f"%{array}.length"
        if name in _EXTREMES:
            first, second = (self._value(argument) for argument in node.args)
            return self._do(f"call i64 {_EXTREMES[name]}(i64 {first}, i64 {second})")
        function = self._function.__globals__.get(name)
        if not isinstance(function, FunctionType) or node.keywords:
            raise self._unknown(node)
        return self._do(f"call i64 @{self._called(function)}({', '.join(self._handed(node, function))})")

    def _called(self, function: FunctionType) -> str:
        if function not in self._names:
            self._names[function] = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
            self._waiting.append(function)
        return self._names[function]

    def _handed(self, node: ast.Call, function: FunctionType) -> Iterable[str]:
        """The arguments of a call as they are handed on."""
        *kinds, _ = parameters(function).values()
        arrays = [ast.unparse(argument) for argument, kind in zip(node.args, kinds, strict=True) if kind not in NUMBERS]
        if len(set(arrays)) < len(arrays) or not all(name in self._kinds for name in arrays):
            raise self._unknown(node)
        for argument, kind in zip(node.args, kinds, strict=True):
            if kind in NUMBERS:
                yield f"i64 {self._value(argument)}"
                continue
            name = ast.unparse(argument)
            if WIDTHS[kind] != WIDTHS[self._kinds[name]]:
                raise self._unknown(node)
            yield from (part.replace("noalias ", "") for part in flat(name, kind))


_VALUES: dict[type[ast.expr], Callable[[Values, Any], str]] = {
    ast.Name: Values._name,
    ast.UnaryOp: Values._unary,
    ast.BinOp: Values._binary,
    ast.BoolOp: Values._either,
    ast.Compare: Values._compare,
    ast.IfExp: Values._chosen,
    ast.Subscript: Values._element,
    ast.Call: Values._call,
}
