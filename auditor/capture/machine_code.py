"""The small part of Python that the bulk path is written in, as LLVM assembly: functions go in, the text of one module comes out.

Every value is a 64-bit integer (a truth is 0 or 1) or an array that came in as a parameter; there are assignments, conditions,
loops over ranges, and calls of functions of the same kind. Whatever else stands in a function is refused when it is compiled.
Arrays become a pointer and a length, matrices a width as well. Indices are never negative and never checked, and two array
parameters are never the same array: that is what makes the code fast, and a call that hands one array on twice is refused.
Numbers wrap at 64 bits where Python's grow, and division by zero gives zero.

To let the bulk path use one more piece of Python, write a method that appends its instructions to `_lines` and name it in
`_STATEMENTS` here or, for what has a value, in `machine_values._VALUES`; then add a function to test_machine_code.py, which runs
it both ways. Locals live in stack slots (`%name.at`), which LLVM turns into registers. A block ends with exactly one `br` or
`ret`; behind one that leaves in the middle a new label begins. `print(assembly([function], frozenset()))` shows what comes out.
Why this is not numba: docs/architecture.md, decisions.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from auditor.capture.machine_values import NUMBERS, Values, flat

PREAMBLE = """\
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)

define internal i64 @floor_divide(i64 %a, i64 %b) alwaysinline {
  %zero = icmp eq i64 %b, 0
  %safe = select i1 %zero, i64 1, i64 %b
  %quotient = sdiv i64 %a, %safe
  %rest = srem i64 %a, %safe
  %signs = xor i64 %rest, %safe
  %differ = icmp slt i64 %signs, 0
  %uneven = icmp ne i64 %rest, 0
  %lower = and i1 %differ, %uneven
  %step = sext i1 %lower to i64
  %floor = add i64 %quotient, %step
  %answer = select i1 %zero, i64 0, i64 %floor
  ret i64 %answer
}
"""


@dataclass(frozen=True, slots=True)
class Instructions:
    """Functions whose instructions were written by hand; what they return is 0."""

    declared: str = ""
    """What a module that holds one of them must declare."""
    lines: Mapping[FunctionType, str] = field(default_factory=dict)
    """The instructions in the place of each; its parameters have the names that they have in Python."""


NONE = Instructions()


def assembly(doors: Iterable[FunctionType], inlined: frozenset[str], instructions: Instructions = NONE) -> str:
    """One module with these functions under their own names, and with all that they call.

    Raises:
        UnknownPythonError: a function cannot be compiled.
    """
    waiting = list(doors)
    names = {function: f"auditor_{function.__name__}" for function in waiting}
    texts = [PREAMBLE, instructions.declared]
    tables: dict[str, str] = {}
    done = 0
    while done < len(waiting):
        function = waiting[done]
        done += 1
        written = _Writer(function, names, waiting, tables)
        linkage = "" if names[function].startswith("auditor_") else "internal "
        hint = " alwaysinline" if function.__name__ in inlined else ""
        texts.append(written.text(linkage, hint, instructions.lines.get(function)))
    return "\n".join((*texts, *tables.values()))


class _Writer(Values):
    """One function while it is written."""

    def text(self, linkage: str, hint: str, given_lines: str | None) -> str:
        """The function's definition."""
        if given_lines is None:
            self._translate()
        else:
            self._lines.append(given_lines)
        given = ", ".join(part for name, kind in self._kinds.items() for part in flat(name, kind))
        taken = [name for name, kind in self._kinds.items() if kind in NUMBERS]
        head = [f"define {linkage}i64 @{self._names[self._function]}({given}) nounwind{hint} {{"]
        head += [f"  %{name}.at = alloca i64" for name in dict.fromkeys((*taken, *self._locals))]
        head += [f"  store i64 %{name}, ptr %{name}.at" for name in taken]
        return "\n".join((*head, *self._lines, "  ret i64 0", "}", ""))

    def _translate(self) -> None:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(self._function))).body
        assert isinstance(tree, ast.FunctionDef)
        self._block(tree.body[1:] if ast.get_docstring(tree) else tree.body)

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            write = _STATEMENTS.get(type(statement))
            if write is None:
                raise self._unknown(statement)
            write(self, statement)

    def _assign(self, node: ast.Assign) -> None:
        several = isinstance(node.value, ast.Tuple)
        values = [self._value(value) for value in (node.value.elts if isinstance(node.value, ast.Tuple) else [node.value])]
        for target in node.targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            if len(parts) != len(values) or several != isinstance(target, ast.Tuple):
                raise self._unknown(node)
            for part, value in zip(parts, values, strict=True):
                self._put(part, value)

    def _put(self, target: ast.expr, value: str) -> None:
        if isinstance(target, ast.Name):
            self._store(target.id, value)
            return
        if not isinstance(target, ast.Subscript):
            raise self._unknown(target)
        place, bits = self._place(target)
        if bits != 64:
            value = self._do(f"trunc i64 {value} to i{bits}")
        self._lines.append(f"  store i{bits} {value}, ptr {place}")

    def _augment(self, node: ast.AugAssign) -> None:
        before = self._value(node.target)
        self._put(node.target, self._operate(node, node.op, before, self._value(node.value), self._constant(node.value)))

    def _return(self, node: ast.Return) -> None:
        value = "0" if node.value is None else self._value(node.value)
        self._lines.append(f"  ret i64 {value}")
        self._begin(*self._labels(1))

    def _expression(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self._value(node.value)

    def _if(self, node: ast.If) -> None:
        yes, no, after = self._labels(3)
        self._branch(node.test, yes, no)
        self._begin(yes)
        self._block(node.body)
        self._go(after)
        self._begin(no)
        self._block(node.orelse)
        self._go(after)
        self._begin(after)

    def _while(self, node: ast.While) -> None:
        test, body, after = self._labels(3)
        self._go(test)
        self._begin(test)
        self._branch(node.test, body, after)
        self._begin(body)
        self._loop(node, test, after)
        self._go(test)
        self._begin(after)

    def _for(self, node: ast.For) -> None:
        ends = node.iter
        ranges = isinstance(ends, ast.Call) and ast.unparse(ends.func) == "range" and len(ends.args) < 3
        if not (isinstance(ends, ast.Call) and ranges and isinstance(node.target, ast.Name)):
            raise self._unknown(node)
        first, last = (["0"] if len(ends.args) == 1 else []) + [self._value(end) for end in ends.args]
        self._count += 1
        counter = f"count.{self._count}"
        self._store(counter, first)
        test, body, following, after = self._labels(4)
        self._go(test)
        self._begin(test)
        at = self._do(f"load i64, ptr %{counter}.at")
        self._lines.append(f"  br i1 {self._do(f'icmp slt i64 {at}, {last}')}, label %{body}, label %{after}")
        self._begin(body)
        self._store(node.target.id, at)
        self._loop(node, following, after)
        self._go(following)
        self._begin(following)
        self._store(counter, self._do(f"add nsw i64 {at}, 1"))
        self._go(test)
        self._begin(after)

    def _loop(self, node: ast.For | ast.While, following: str, after: str) -> None:
        if node.orelse:
            raise self._unknown(node)
        self._loops.append((following, after))
        self._block(node.body)
        self._loops.pop()

    def _leave(self, node: ast.Break | ast.Continue) -> None:
        self._go(self._loops[-1][isinstance(node, ast.Break)])
        self._begin(*self._labels(1))


_STATEMENTS: dict[type[ast.stmt], Callable[[_Writer, Any], None]] = {
    ast.Assign: _Writer._assign,
    ast.AugAssign: _Writer._augment,
    ast.Return: _Writer._return,
    ast.Expr: _Writer._expression,
    ast.If: _Writer._if,
    ast.While: _Writer._while,
    ast.For: _Writer._for,
    ast.Break: _Writer._leave,
    ast.Continue: _Writer._leave,
}
