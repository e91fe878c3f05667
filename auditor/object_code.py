"""Functions as machine code, kept between runs: what writes them in LLVM's language goes in, functions come out.

LLVM takes a second or two, so what comes out is kept as an object file in the user's cache folder. Its name holds a hash of the
sources, the versions and the processor, so that a stale one is never used, and a file that cannot be written only costs the
next run its time.
"""

import ctypes
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

type Call = Callable[..., int]


class ObjectCode(NamedTuple):
    """Functions that belong together."""

    name: str
    """The first word of the file's name."""
    doors: Sequence[Any]
    """What is called from outside."""
    sources: Sequence[Path]
    """The files that the code depends on."""
    write: Callable[[Any], str]
    """Gets the processor's features and writes all functions in LLVM's language, the doors as `auditor_` and their names."""


def cache_folder() -> Path:
    """Where compiled code is kept: the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "auditor"


def cached(code: ObjectCode) -> bool:
    """Whether the compiled code is there already."""
    return path_of(code).is_file()


def path_of(code: ObjectCode) -> Path:
    """The file that keeps it."""
    return cache_folder() / f"{code.name}-{fingerprint(code)}.o"


def fingerprint(code: ObjectCode) -> str:
    """What the compiled code depends on."""
    import llvmlite
    import llvmlite.binding as llvm

    digest = hashlib.sha256()
    for path in (Path(__file__), *code.sources):
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


def functions(code: ObjectCode) -> tuple[dict[str, Call], Any]:
    """The doors by their names, from the cache or compiled now; and what must be kept as long as they are called."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    path = path_of(code)
    try:
        data = path.read_bytes()
    except OSError:
        data = _compile(code)
        keep(data, path)
    return _load(code, data)


def keep(data: bytes, path: Path) -> None:
    """Writes the file as a whole; a folder that cannot be written is no fault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        return


def _compile(code: ObjectCode) -> bytes:
    """The object file with all doors."""
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    module = llvm.parse_assembly(code.write(features))
    module.verify()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features.flatten(), opt=3, reloc="pic", codemodel="jitdefault"
    )
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


def _load(code: ObjectCode, data: bytes) -> tuple[dict[str, Call], Any]:
    """Loads the object file and gives its doors a Python shape."""
    import llvmlite.binding as llvm

    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    linker.add_object_file(llvm.ObjectFileRef.from_data(data))
    linker.finalize_object()
    names = [door.__name__ for door in code.doors]
    return {name: call_at(linker.get_function_address(f"auditor_{name}")) for name in names}, linker


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
