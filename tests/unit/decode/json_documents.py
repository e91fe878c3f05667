"""JSON documents for tests, and a reading of them that shares nothing with the product's."""

import json
import re
from collections.abc import Iterator

from hypothesis import strategies as st

NAMES = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(["imei", "a b", "x-y", 'q"', "\\"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(["352099001761481", "a%20b", "Zm9vYmFyYmF6cXV4", "31.2304,121.4737", "Zq", "AndroidDevice"])
)
DOCUMENTS = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4), max_leaves=20
)
LAYOUTS = st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 2}, {"ensure_ascii": False}])


def text_of(document: object, layout: dict[str, object]) -> bytes:
    """The document as a client writes it."""
    return json.dumps(document, **layout).encode(errors="surrogatepass")  # type: ignore[arg-type]


def strings_of(value: object, path: str = "$", name: str = "") -> Iterator[tuple[str, str, str]]:
    """Path, name and text of every string."""
    if isinstance(value, dict):
        for key, item in value.items():
            step = f".{key}" if re.fullmatch(r"[A-Za-z_][\w-]{0,63}", key) else f'["{key[:64]}"]'
            yield from strings_of(item, path + (step if key else ""), key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings_of(item, f"{path}[{index}]", name)
    elif isinstance(value, str):
        yield path, name, value
