"""The bulk path as machine code: the functions of `frames` to `records` go in, the same functions, without the GIL, come out.

Importing numba costs more than reading a million packets, so numba is imported only to compile. What comes out is kept as object
files in the user's cache folder; later runs load them with llvmlite alone. The files' names hold a hash of the sources, the
versions and the processor, so that a stale one is never used, and files that cannot be written only cost the next run its time.
"""

import ctypes
import hashlib
import inspect
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from auditor.capture import (
    columns,
    conversations,
    frames,
    glance,
    glance_dns,
    glance_http,
    glance_quic,
    glance_tls,
    name_store,
    network,
    pending,
    records,
    tunnels,
)
from auditor.capture.engine import PLAIN, Call, Engine

MODULES: tuple[ModuleType, ...] = (
    frames, network, tunnels, conversations, records, name_store, pending, glance_tls, glance_dns, glance_http, glance_quic,
    glance,
)  # fmt: skip
INLINED = frozenset({
    "u16", "u16le", "u32", "u32le", "step", "_limit", "_ipv4", "_tcp", "_udp", "_transport", "_tunnel", "_network", "dissect",
    "_is_end", "_side_of_source", "_hash", "_hash_end", "_conversation", "_reopens", "_note_handshake", "_count", "_pick",
    "converse", "_record", "_u32", "_half",
})  # fmt: skip
"""What runs for every packet: calls with a dozen arguments cost more than what they do."""
DOORS = ("follow", "rebuild", "walk_records", "walk_blocks", "glance")
"""What is called from outside."""
_NEVER_CALLED = (
    "NRT_MemInfo_call_dtor", "NRT_Free", "numba_gil_ensure", "numba_gil_release", "numba_unpickle", "numba_do_raise",
    "numba_runtime_build_excinfo_struct",
)  # fmt: skip
"""What numba's code links to in order to free its own arrays and to raise. The bulk path allocates and raises nothing."""
_DECLARED = re.compile(r'^declare .*?@"?([\w.$]+)"?\(', re.MULTILINE)


def cache_folder() -> Path:
    """Where compiled code is kept: `NUMBA_CACHE_DIR`, else the user's cache folder."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "auditor"


def _parameters(function: FunctionType) -> list[str]:
    """The kinds of a function's parameters, then of its result: int, bool, None, Bytes, Cells, Rows or Pointer."""
    notes = inspect.get_annotations(function)
    return [getattr(notes[name], "__name__", str(notes[name])) for name in (*inspect.signature(function).parameters, "return")]


def fingerprint() -> str:
    """What the compiled code depends on."""
    import llvmlite
    import llvmlite.binding as llvm

    digest = hashlib.sha256()
    here = Path(__file__)
    for module in (columns, *MODULES):
        digest.update(Path(str(module.__file__)).read_bytes())
    for path in (here, here.with_name("entries.py")):
        digest.update(path.read_bytes())
    for part in (llvmlite.__version__, sys.version, llvm.get_host_cpu_name(), llvm.get_process_triple()):
        digest.update(part.encode())
    return digest.hexdigest()[:32]


def cached() -> bool:
    """Whether the compiled code is there already."""
    return all(path.is_file() for path in _paths().values())


def _paths() -> Mapping[str, Path]:
    mark = fingerprint()
    return {door: cache_folder() / f"{door}-{mark}.o" for door in DOORS}


def engine() -> Engine:
    """The compiled functions, from the cache or compiled now (about half a minute)."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    paths = _paths()
    try:
        objects = {door: path.read_bytes() for door, path in paths.items()}
    except OSError:
        objects = _compile()
        _keep(objects, paths)
    return _load(objects)


def _keep(objects: Mapping[str, bytes], paths: Mapping[str, Path]) -> None:
    """Writes each file as a whole; a folder that cannot be written is no fault."""
    try:
        cache_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        for door, path in paths.items():
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(objects[door])
            Path(temporary).replace(path)
    except OSError:
        return


class _Compiler:
    """Compiles functions and what they call, each once, with the types that their annotations say."""

    def __init__(self) -> None:
        from numba import types

        whole = types.int64
        self.types = {
            "int": whole,
            "bool": types.boolean,
            "None": types.void,
            "Bytes": types.Array(types.uint8, 1, "C"),
            "Store": types.Array(types.uint8, 1, "C"),
            "Cells": types.Array(whole, 1, "C"),
            "Rows": types.Array(whole, 2, "C"),
        }
        self.made: dict[FunctionType, Any] = {}
        self.homes = {module.__name__ for module in MODULES}

    def function(self, function: FunctionType) -> Any:
        """The function compiled."""
        from numba import njit

        if function not in self.made:
            *parameters, result = (self.types[kind] for kind in _parameters(function))
            # Explicit types keep numba from making a version for every constant and from mixing signed and unsigned numbers.
            options: Any = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
            options["forceinline"] = function.__name__ in INLINED
            make: Any = njit(result(*parameters), **options)
            self.made[function] = make(self.bound(function))
        return self.made[function]

    def bound(self, function: FunctionType) -> FunctionType:
        """The function with compiled ones in place of those that it calls."""
        known = {name: function.__globals__.get(name) for name in function.__code__.co_names}
        called = {
            name: self.function(value)
            for name, value in known.items()
            if isinstance(value, FunctionType) and value.__module__ in self.homes
        }
        return FunctionType(function.__code__, {**function.__globals__, **called}, function.__name__, function.__defaults__)

    def door(self, function: Any) -> str:
        """The entry as LLVM assembly, with everything that it calls."""
        from numba import cfunc, types

        pointer: Any = types.CPointer
        pointers = dict.fromkeys(("block", "store", "pending"), pointer(types.uint8))
        kinds = inspect.signature(function).parameters
        *parameters, result = _parameters(function)
        given = [
            pointers.get(name, pointer(types.int64)) if kind in ("Pointer", "Any") else self.types[kind]
            for name, kind in zip(kinds, parameters, strict=True)
        ]
        return str(cfunc(self.types[result](*given), error_model="numpy")(self.bound(function)).inspect_llvm())


def _compile() -> dict[str, bytes]:
    """The object files of all doors."""
    import llvmlite.binding as llvm

    from auditor.capture.entries import ENTRIES

    compiler = _Compiler()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    machine = target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="pic", codemodel="jitdefault"
    )
    objects = {}
    for door in DOORS:
        assembly = compiler.door(ENTRIES[door])
        foreign = [name for name in _DECLARED.findall(assembly) if not _is_known(name) and assembly.count(f"@{name}") > 1]
        if foreign:
            # An unknown symbol would end the process when it is loaded.
            raise RuntimeError(f"compiled code refers to {', '.join(foreign)}")
        # The entry's mangled name differs from version to version: a plain one takes its place.
        name = re.search(r'define [^@]*@"?(cfunc\.[\w.$]+)"?\(', assembly)
        if name is None:
            raise RuntimeError("compiled code has no entry")
        objects[door] = bytes(machine.emit_object(llvm.parse_assembly(assembly.replace(name[1], f"auditor_{door}"))))
    return objects


def _is_known(name: str) -> bool:
    return name.startswith("llvm.") or name in _NEVER_CALLED or hasattr(ctypes.pythonapi, name)


def _load(objects: Mapping[str, bytes]) -> Engine:
    """Loads the object files and gives their entries a Python shape."""
    import llvmlite.binding as llvm

    stop = ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value
    for symbol in _NEVER_CALLED:
        llvm.add_symbol(symbol, stop)
    calls: dict[str, Call] = {}
    linkers = []
    for door, code in objects.items():
        # One linker for each file: two files in one linker share weak symbols of the same name and different content.
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
        linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        linker.add_object_file(llvm.ObjectFileRef.from_data(code))
        linker.finalize_object()
        linkers.append(linker)
        calls[door] = _call(linker.get_function_address(f"auditor_{door}"))
    return Engine(**calls, converse=PLAIN.converse, keeps=tuple(linkers), glances=True)


def _call(address: int) -> Call:
    """A function that hands arrays on as pointer and length, and numbers as they are."""
    entry = ctypes.CFUNCTYPE(ctypes.c_int64)(address)

    def call(*values: Any) -> int:
        given: list[Any] = []
        for value in values:
            if isinstance(value, int):
                given.append(ctypes.c_int64(value))
            else:
                given += [ctypes.c_void_p(value.ctypes.data), ctypes.c_int64(len(value))]
        return int(entry(*given))

    return call
