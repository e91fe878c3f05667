"""The legal forms of companies in Latin letters: `LEGAL_FORM` finds one in a name, however it is written."""

import re

_FORMS = frozenset(
    (
        *("inc", "incorporated", "llc", "l.l.c", "ltd", "limited", "corp", "corporation", "company", "co", "plc", "gmbh", "ag"),
        *(
            "se",
            "kg",
            "kgaa",
            "ug",
            "bv",
            "b.v",
            "nv",
            "n.v",
            "sas",
            "s.a.s",
            "sa",
            "s.a",
            "sarl",
            "srl",
            "s.r.l",
            "spa",
            "s.p.a",
        ),
        *("a/s", "ab", "oy", "oyj", "as", "aps", "pty", "pte", "pvt", "kk", "k.k", "sl", "s.l", "lp", "llp", "unlimited", "pbc"),
        *("d.o.o", "s.r.o", "a.s", "bhd", "sdn", "cv", "c.v", "fz-llc", "s.à", "s.à.r.l", "sàrl", "r.l", "s.c.a", "cie", "o.o"),
        *("e.v", "s.l.u", "slu", "s.a.r.l", "ltda", "kft", "zrt", "uab", "oü", "jsc", "pjsc", "a.ş"),
    )
)
"""Legal forms, lower case and without the last dot."""
_LOWER_FORMS = frozenset(("inc", "ltd", "d.o.o", "s.r.o", "a.s", "gmbh", "plc", "llc", "r.l", "o.o", "e.v"))
"""Forms that some companies write in lower case."""
_SHORT_FORMS = frozenset(("as", "se", "sa", "ab", "ag", "lp", "sl", "ug", "kg", "co", "cv", "sas", "spa"))
"""Forms that are words as well: only in capitals, or as the company writes them."""
_CAPITALS_ALSO = {"co": "Co", "spa": "SpA"}
"""Short forms that are written in another way, too."""


def _spellings(form: str) -> str:
    """A form as companies write it: any case behind a capital, a small first letter only where that is common."""
    if form in _SHORT_FORMS:
        return "|".join(map(re.escape, filter(None, (form.upper(), _CAPITALS_ALSO.get(form)))))
    letters = [f"[{sign.upper()}{sign}]" if sign.isalpha() else re.escape(sign) for sign in form]
    return "".join(letters if form in _LOWER_FORMS else (re.escape(form[0].upper()), *letters[1:]))


LEGAL_FORM = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(map(_spellings, sorted(_FORMS, key=lambda form: (-len(form), form))))})(?![A-Za-z])"
)
"""A form without its last dot."""
