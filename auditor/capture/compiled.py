"""The bulk path as machine code: the functions of `frames` to `records` go in, the same functions, without the GIL, come out.

`machine_code` writes them in LLVM's language; `object_code` has them compiled, which takes two or three seconds, and keeps them.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

from auditor import code_arrays
from auditor.capture import (
    bulk,
    cipher_instructions,
    columns,
    conversations,
    frames,
    glance,
    glance_ciphers,
    glance_dns,
    glance_handshake,
    glance_http,
    glance_initial,
    glance_mqtt,
    glance_notes,
    glance_quic,
    glance_tag,
    glance_tls,
    handover,
    machine_code,
    machine_values,
    name_store,
    network,
    pending,
    records,
    tunnels,
)
from auditor.capture.engine import PLAIN, Engine
from auditor.object_code import ObjectCode, functions

MODULES: tuple[ModuleType, ...] = (
    frames, network, tunnels, conversations, records, name_store, pending, glance_tls, glance_dns, glance_http, glance_tag,
    glance_ciphers, glance_quic, glance_notes, glance_handshake, glance_initial, glance_mqtt, glance, handover, bulk,
)  # fmt: skip
INLINED = frozenset({
    "u16", "u16le", "u32", "u32le", "step", "_limit", "_ipv4", "_tcp", "_udp", "_transport", "_tunnel", "_network", "dissect",
    "_is_end", "_side_of_source", "_hash", "_hash_end", "_conversation", "_reopens", "_note_handshake", "_count", "_pick",
    "converse", "_record", "_u32", "_half",
})  # fmt: skip
"""What runs for every packet: calls with a dozen arguments cost more than what they do."""
DOORS: tuple[Any, ...] = (
    conversations.follow, conversations.rebuild, bulk.follow_records, records.walk_blocks, glance.glance, handover.gather,
)  # fmt: skip
"""What is called from outside."""


CODE = ObjectCode(
    "packets",
    DOORS,
    tuple(
        Path(str(module.__file__))
        for module in (code_arrays, columns, *MODULES, machine_code, machine_values, cipher_instructions)
    ),
    lambda features: machine_code.assembly(DOORS, INLINED, cipher_instructions.cipher_instructions(features)),
)


def engine() -> Engine:
    """The compiled functions, from the cache or compiled now (two or three seconds)."""
    calls, keeps = functions(CODE)
    return Engine(**calls, converse=PLAIN.converse, keeps=keeps, glances=True)
