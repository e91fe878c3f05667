"""The bulk path as machine code: the functions of `frames` to `records` go in, the same functions, without the GIL, come out.

`machine_code` writes them in LLVM's language and LLVM does the rest, which takes two or three seconds. What comes out is kept as
an object file in the user's cache folder. The file's name holds a hash of the sources, the versions and the processor, so that a
stale one is never used, and a file that cannot be written only costs the next run its time.
"""

import ctypes
import hashlib
import os
import sys
import tempfile
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

from auditor.capture import (
    bulk,
    columns,
    conversations,
    frames,
    glance,
    glance_ciphers,
    glance_dns,
    glance_handshake,
    glance_http,
    glance_initial,
    glance_notes,
    glance_quic,
    glance_tag,
    glance_tls,
    handover,
    name_store,
    network,
    pending,
    records,
    tunnels,
)
from auditor.capture.engine import PLAIN, Call, Engine

MODULES: tuple[ModuleType, ...] = (
    frames, network, tunnels, conversations, records, name_store, pending, glance_tls, glance_dns, glance_http, glance_tag,
    glance_ciphers, glance_quic, glance_notes, glance_handshake, glance_initial, glance, handover, bulk,
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


def cache_folder() -> Path:
    """Where compiled code is kept: the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "auditor"


def fingerprint() -> str:
    """What the compiled code depends on."""
    import llvmlite
    import llvmlite.binding as llvm

    digest = hashlib.sha256()
    here = Path(__file__)
    for module in (columns, *MODULES):
        digest.update(Path(str(module.__file__)).read_bytes())
    for path in (here, *(here.with_name(f"{name}.py") for name in ("machine_code", "machine_values", "cipher_instructions"))):
        digest.update(path.read_bytes())
    for part in (
        llvmlite.__version__,
        sys.version,
        llvm.get_host_cpu_name(),
        llvm.get_process_triple(),
        llvm.get_host_cpu_features().flatten(),
    ):
        digest.update(part.encode())
    return digest.hexdigest()[:32]


def cached() -> bool:
    """Whether the compiled code is there already."""
    return _path().is_file()


def _path() -> Path:
    return cache_folder() / f"packets-{fingerprint()}.o"


def engine() -> Engine:
    """The compiled functions, from the cache or compiled now (two or three seconds)."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    path = _path()
    try:
        code = path.read_bytes()
    except OSError:
        code = _compile()
        _keep(code, path)
    return _load(code)


def _keep(code: bytes, path: Path) -> None:
    """Writes the file as a whole; a folder that cannot be written is no fault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(code)
        Path(temporary).replace(path)
    except OSError:
        return


def _compile() -> bytes:
    """The object file with all doors."""
    import llvmlite.binding as llvm

    from auditor.capture.cipher_instructions import cipher_instructions
    from auditor.capture.machine_code import assembly

    features = llvm.get_host_cpu_features()
    module = llvm.parse_assembly(assembly(DOORS, INLINED, cipher_instructions(features)))
    module.verify()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features.flatten(), opt=3, reloc="pic", codemodel="jitdefault"
    )
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def _load(code: bytes) -> Engine:
    """Loads the object file and gives its doors a Python shape."""
    import llvmlite.binding as llvm

    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    linker.add_object_file(llvm.ObjectFileRef.from_data(code))
    linker.finalize_object()
    calls = {door.__name__: call_at(linker.get_function_address(f"auditor_{door.__name__}")) for door in DOORS}
    return Engine(**calls, converse=PLAIN.converse, keeps=linker, glances=True)


def call_at(address: int) -> Call:
    """A function that hands arrays on as pointer, length and (of matrices) width, and numbers as they are.

    What the last call handed on is kept: most arrays are the same each time, and asking one for its place takes longer than the
    call itself.
    """
    entry = ctypes.CFUNCTYPE(ctypes.c_int64)(address)
    last: list[Any] = []
    given: list[list[Any]] = []

    def call(*values: Any) -> int:
        if not last:
            last.extend(None for _ in values)
            given.extend([] for _ in values)
        for place, value in enumerate(values):
            if value is not last[place]:
                last[place], given[place] = value, _given(value)
        return int(entry(*chain.from_iterable(given)))

    return call


def _given(value: Any) -> list[Any]:
    """What is handed on for a parameter."""
    if isinstance(value, int):
        return [ctypes.c_int64(value)]
    return [ctypes.c_void_p(value.ctypes.data), *(ctypes.c_int64(size) for size in value.shape)]
