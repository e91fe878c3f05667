"""Where in a block literals may begin: its bytes and tables of beginnings go in, places come out. Compiled or uncompiled."""

from auditor.code_arrays import Bytes, Cells

BITS = 21
MIX = 0x9E3779B97F4A7C15
"""2**64 divided by the golden ratio: multiplying spreads neighbours (Knuth, section 6.4)."""
_MIX_SIGNED = MIX - (1 << 64)
"""The same among signed numbers."""
_SEVEN = 0x00FFFFFFFFFFFFFF


def begun(block: Bytes, size: int, mask: int, known: Bytes, words: Cells, places: Cells) -> int:
    """Writes each of the first `size` places at which one of `words` begins, and the number of that word, beside each other.

    A word is eight bytes, the first of them lowest, of which `mask` keeps those that count; they are in order. `known` has a bit
    for each hash, eight in a byte, the lowest first. Seven bytes must follow the last place. The answer is how many cells were
    written, or -1 where they have no room.
    """
    count, word = 0, 0
    for at in range(7):
        word = word | block[at] << 8 * (at + 1)
    for at in range(size):
        word = (word >> 8 & _SEVEN) | block[at + 7] << 56
        start = word & mask
        hashed = start * _MIX_SIGNED >> 64 - BITS & (1 << BITS) - 1
        if known[hashed >> 3] >> (hashed & 7) & 1:
            number = _number(words, start)
            if number >= 0:
                if count + 2 > len(places):
                    return -1
                places[count] = at
                places[count + 1] = number
                count += 2
    return count


def _number(words: Cells, word: int) -> int:
    """The place of a word among all in order; -1 where it is none of them."""
    low, high = 0, len(words)
    while low < high:
        middle = low + high >> 1
        if words[middle] < word:
            low = middle + 1
        else:
            high = middle
    return low if low < len(words) and words[low] == word else -1
