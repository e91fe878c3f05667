"""What is said of an input quotes no value."""

from auditor.errors import CaptureError, Source
from auditor.model.reading import Damage
from auditor.model.session import CaptureFile
from auditor.model.vocabulary import Outcome
from auditor.observe import Input
from auditor.without_values import without_values

SAID = Input(
    capture=CaptureFile(path="/x/secret.mitm", name="secret.mitm", surface=None),
    sha256=None,
    outcome=Outcome.DAMAGED,
    format="mitmproxy",
    surface=None,
    flows=0,
    damage=(Damage("flow secret", "names a file: secret"),),
    notes=("of secret",),
    hook_errors=("at secret",),
    error=CaptureError("no secret", Source("secret.mitm", "entry secret"), "look"),
)


def test_all_that_may_quote_the_content_is_masked() -> None:
    """The file's name stays, for whoever must open it; so do the kind of the error and what helps."""
    made = without_values(SAID, lambda text: text.replace("secret", "••"))
    assert (made.damage, made.notes, made.hook_errors) == ((Damage("flow ••", "names a file: ••"),), ("of ••",), ("at ••",))
    assert str(made.error) == "secret.mitm: entry ••: no •• (look)"
    assert type(made.error) is CaptureError
    assert made.capture == SAID.capture


def test_without_values_all_stays() -> None:
    """Nor is an error made where there is none."""
    made = without_values(Input(**{name: getattr(SAID, name) for name in SAID.__slots__} | {"error": None}), str)
    assert (made.error, made.damage, made.capture) == (None, SAID.damage, SAID.capture)
