"""`signoff.pdf`: an audit in, the page that a release manager signs out: one A4 side in one language.

Made by WeasyPrint, which is an extra (`pip install traffic-auditor[pdf]`). It may fetch nothing: the page refers to nothing, and
the fetcher refuses whatever is asked of it. The page needs fonts of the machine; without a Chinese one it is not made, because
a signed page of empty boxes is worse than none.
"""

import shutil
import subprocess
from typing import Any, NoReturn

from markupsafe import Markup

from auditor.errors import UsageError
from auditor.model.audit import Audit
from auditor.report import html

NAME = "pdf"
FILE = "signoff.pdf"
_FONTS = {"zh": ("zh-cn", "fonts-noto-cjk"), "en": ("en", "fonts-dejavu-core")}


def render(audit: Audit, lang: str) -> bytes:
    """The page.

    Raises:
        UsageError: WeasyPrint or a font for the language is not installed.
    """
    try:
        from weasyprint import HTML  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except (ImportError, OSError):  # OSError: the package is there, the libraries that it draws with are not
        raise UsageError(
            "PDF needs WeasyPrint and Pango, which are not installed",
            fix="pip install 'traffic-auditor[pdf]', or print report.html",
        ) from None
    _check_fonts(lang)
    document = HTML(string=markup(audit, lang), url_fetcher=_refuse)
    # The identifier is fixed, because a PDF that held a random one would differ from run to run.
    data: bytes = document.write_pdf(pdf_identifier=b"traffic-auditor", custom_metadata=False)
    return data


def markup(audit: Audit, lang: str) -> str:
    """The page as HTML that refers to nothing."""
    return html.fill("signoff.html.jinja", audit, lang, style=Markup(html.resource("signoff.css")))  # noqa: S704 - a file of ours


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"the sign-off page may load nothing: {url}")


def _check_fonts(lang: str) -> None:
    """Raises UsageError when fontconfig knows no font for the language. Where fontconfig cannot be asked, nothing is claimed."""
    language, package = _FONTS[lang]
    program = shutil.which("fc-list")
    if program is None:
        return
    found = subprocess.run([program, f":lang={language}", "family"], capture_output=True, timeout=20, check=False)  # noqa: S603
    if found.returncode == 0 and not found.stdout.strip():
        raise UsageError(f"no font for the language {language} is installed", fix=f"install {package}")
