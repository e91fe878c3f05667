"""One function of the small part of Python as machine code, with a linker of its own."""

from typing import Any

import llvmlite.binding as llvm

from auditor.capture import machine_code
from auditor.capture.machine_code import NONE, Instructions
from auditor.object_code import call_at

KEPT: list[Any] = []


def compiled_alone(function: Any, instructions: Instructions = NONE) -> Any:
    """The function as machine code; arguments as `object_code` hands them on."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    module = llvm.parse_assembly(machine_code.assembly([function], frozenset(), instructions))
    module.verify()
    features = llvm.get_host_cpu_features().flatten() if instructions.lines else ""
    linker = llvm.create_mcjit_compiler(module, llvm.Target.from_default_triple().create_target_machine(features=features))
    linker.finalize_object()
    KEPT.append(linker)
    return call_at(linker.get_function_address(f"auditor_{function.__name__}"))
