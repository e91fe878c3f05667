"""Planted values that are files: paths in subjects.toml go in, the files' bytes come out beside them; and warnings.

A path counts from the folder of subjects.toml. A picture that cannot be read is a fault of the file, for without it nobody would
look for the picture.
"""

from dataclasses import replace
from pathlib import Path

from auditor.errors import ConfigError, Fault, Source
from auditor.model.session import PlantedImage, PlantedValue, Subjects
from auditor.named_file import is_waited_for

MAX_IMAGE = 32 * 1024 * 1024
SHORTEST = 4
"""Bytes of a value; a shorter one cannot be told from chance."""
ELSEWHERE = frozenset({"image", "location"})
"""Kinds that are not looked for as text."""


def with_images(subjects: Subjects, path: str) -> Subjects:
    """The subjects with the bytes of their images.

    Raises:
        ConfigError: a file is missing, unreadable, empty or larger than 32 MiB.
    """
    faults: list[Fault] = []
    images: list[PlantedImage] = []
    for entry in subjects.identifiers:
        if entry.kind == "image":
            data, reason = _read(Path(path).parent / entry.value)
            if reason:
                faults.append(Fault(Source(path), f"the image {entry.label!r} {reason}"))
            else:
                images.append(PlantedImage(label=entry.label, data=data))
    if faults:
        raise ConfigError(tuple(faults))
    return replace(subjects, images=tuple(images)) if images else subjects


def not_looked_for(subjects: Subjects, path: str) -> tuple[str, ...]:
    """A line for each planted value that is too short to be looked for."""
    return tuple(
        f"{path}: the value of {entry.label!r} is shorter than {SHORTEST} bytes and is not looked for: chance holds it everywhere"
        for entry in subjects.identifiers
        if _is_too_short(entry)
    )


def _is_too_short(entry: PlantedValue) -> bool:
    return entry.kind not in ELSEWHERE and len(entry.value.strip().encode(errors="surrogatepass")) < SHORTEST


def _read(path: Path) -> tuple[bytes, str]:
    """The bytes, or why there are none."""
    try:
        if is_waited_for(str(path)):
            return b"", "is no regular file"
        with path.open("rb") as file:
            data = file.read(MAX_IMAGE + 1)
    except (OSError, ValueError) as error:
        return b"", f"cannot be read: {getattr(error, 'strerror', None) or 'its path is none'}"
    if not data:
        return b"", "is empty"
    return data, f"is larger than {MAX_IMAGE >> 20} MiB" if len(data) > MAX_IMAGE else ""
