import base64
import zlib

from auditor.decode.base64_text import Base64
from auditor.decode.limits import Budget, Limits


def test_the_part_of_a_run_before_a_plus_is_no_value_of_its_own() -> None:
    """Compressed data in base64 whose first run of URL-safe letters would be a stream that is cut short."""
    text = b"eNoNyjsOgCAQBcC7vNol8ne5DexiNBYmWhLurlPPwNGr9gdl4K6noiCp7SzsKTdbKexBiMV7iuokSWy5uw0LXr3+zCaZFXN+ALkUEA=="
    assert zlib.decompress(base64.b64decode(text)).startswith(b'{"header"')
    found = Base64().open(text, Budget(Limits()))
    assert found is not None
    assert [inner.value for inner in found.inners] == [base64.b64decode(text)]
