"""Tags the flows of mitmproxy with who receives them, against what the privacy policy declares.

    mitmdump -w captures/today/app.mitm -s addons/audit.py --set audit_session=captures/today

The script is only the wiring: options and session in, the engine of `auditor.record` out. Works in mitmdump, mitmproxy and
mitmweb; `auditor record app` runs the same engine.
"""

from auditor.attribute.ladder import Ladder
from auditor.catalog import destination_rules, register_file
from auditor.record.addon import AuditAddon
from auditor.record.addon_options import AddonSettings
from auditor.record.flow_label import Tag
from auditor.session.files import SessionFile, read_session
from auditor.session.folder import read_text


def attribution(settings: AddonSettings) -> Tag:
    """Attribution under the catalog, the register and the session that the options name."""
    said = SessionFile()
    if settings.session is not None and (settings.session / "session.toml").exists():
        path = str(settings.session / "session.toml")
        said = read_session(read_text(path), path)
    catalog = destination_rules.load((settings.catalog,) if settings.catalog else ())
    register = register_file.load(settings.register or said.register)
    return Ladder(catalog, register, said.domains, said.tenants).attribute


addons = [AuditAddon(attribution)]
