"""Attribution for live traffic: a recording's settings in, a function from endpoint to attribution out.

Shared by `auditor record app` and `addons/audit.py`, so that both say the same of a flow.
"""

from auditor.attribute.ladder import Ladder
from auditor.catalog import destination_rules, register_file
from auditor.record.addon_options import AddonSettings
from auditor.record.flow_label import Tag
from auditor.session.files import SessionFile, read_session
from auditor.session.folder import read_text


def prepare(settings: AddonSettings) -> Tag:
    """Attribution under the catalog, the register and the session that the settings name.

    Raises:
        UsageError, ConfigError: one of them is not there or has faults.
    """
    said = SessionFile()
    if settings.session is not None and (settings.session / "session.toml").exists():
        path = str(settings.session / "session.toml")
        said = read_session(read_text(path), path)
    catalog = destination_rules.load((settings.catalog,) if settings.catalog else ())
    register = register_file.load(settings.register or said.register)
    return Ladder(catalog, register, said.domains, said.tenants).attribute
