"""Tags the flows of mitmproxy with who receives them, against what the privacy policy declares.

    mitmdump -w captures/today/app.mitm -s addons/audit.py --set audit_session=captures/today

The script is only the wiring: options and session in, the engine of `auditor.record` out. Works in mitmdump, mitmproxy and
mitmweb; `auditor record app` runs the same engine.
"""

from auditor.equipment import equip
from auditor.record.addon import AuditAddon

addons = [AuditAddon(equip)]
