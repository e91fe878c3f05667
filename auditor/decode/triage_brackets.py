"""Which bracket is open at each sign of a JSON document, and how many commas were since. Compiled or uncompiled."""

from auditor.code_arrays import Bytes, Cells

DEEP = 100
"""Brackets that may be open at once; what lies deeper goes by the hundredth."""
_NOWHERE = -1


def brackets(signs: Bytes, around: Cells, commas: Cells) -> int:
    """Writes for each place before a sign, and that behind the last one, which bracket is open there and the commas since it, the
    place of which is -1 where none is. A bracket that closes none counts for nothing. The answer is the number of places."""
    opening, since, depth, deeper = _NOWHERE, 0, 0, 0
    for at in range(len(signs)):
        around[at] = opening
        commas[at] = since
        sign = signs[at]
        if sign == 0x2C:
            since += 1
        elif sign | 0x20 == 0x7B:
            if depth < DEEP:
                depth += 1
                opening, since = at, 0
            else:
                deeper += 1
        elif sign | 0x20 == 0x7D:
            if deeper:
                deeper -= 1
            elif depth:
                depth -= 1
                since = commas[opening]
                opening = around[opening]
    around[len(signs)] = opening
    commas[len(signs)] = since
    return len(signs) + 1
