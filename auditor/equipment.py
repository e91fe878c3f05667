"""What a recording of the phone must know: its settings in; attribution, a mask for names and the hashes of what was loaded out.

Shared by `auditor record app` and `addons/audit.py`, so that both say the same of a flow.
"""

import sys
from pathlib import Path

from auditor.attribute.ladder import Ladder
from auditor.catalog import destination_rules, identifier_knowledge, register_file
from auditor.identify.detector import Detector
from auditor.model.session import Subjects
from auditor.record.addon_equipment import Equipment
from auditor.record.addon_options import AddonSettings
from auditor.session.files import SessionFile, read_session, read_subjects
from auditor.session.folder import read_text
from auditor.showing import describer

NO_KEY = bytes(32)
"""Digests are not asked for here."""
SCAN = (sys.executable, "-P", "-m", "auditor.scanning")


def equip(settings: AddonSettings) -> Equipment:
    """Loads the catalog, the register and what the session says.

    Raises:
        UsageError, ConfigError: one of them is not there or has faults.
    """
    said = SessionFile()
    if settings.session is not None and (settings.session / "session.toml").exists():
        path = str(settings.session / "session.toml")
        said = read_session(read_text(path), path)
    catalog = destination_rules.load((settings.catalog,) if settings.catalog else ())
    register = register_file.load(settings.register or said.register)
    subjects = planted_in(settings.session)
    detector = Detector.build(subjects, NO_KEY, identifier_knowledge.load_identifier_knowledge())
    return Equipment(
        tag=Ladder(catalog, register, said.domains, said.tenants).attribute,
        mask=detector.mask_text,
        describe=describer(detector),
        catalog_sha256=catalog.sha256,
        register=register.id,
        planted=len(subjects.identifiers),
        scan=SCAN if subjects.identifiers else (),
    )


def planted_in(session: Path | None) -> Subjects:
    """The planted values of a session's folder; none where it has no subjects.toml.

    Raises:
        UsageError, ConfigError: the file cannot be read or has faults.
    """
    path = session / "subjects.toml" if session else None
    if path is None or not path.exists():
        return Subjects()
    return read_subjects(read_text(str(path)), str(path))
