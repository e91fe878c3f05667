"""Media by their heads: files that libraries write are known, and what only begins with their letters is not."""

import io
import random
import sqlite3
import struct
import sys
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from auditor.decode.media_heads import is_media

NOISE = random.Random(4).randbytes(600)
MODES = {"JPEG": "RGB", "GIF": "P", "BMP": "RGB", "ICO": "RGBA"}


def picture(kind: str, **options: object) -> bytes:
    """A small picture as Pillow writes it."""
    file = io.BytesIO()
    image = Image.effect_noise((40, 32), 60).convert(MODES.get(kind, "RGB"))
    image.save(file, kind, **options)
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(NOISE)
    return file.getvalue()


def database(folder: Path) -> bytes:
    with sqlite3.connect(folder / "d.sqlite") as base:
        base.execute("create table t (a)")
    return (folder / "d.sqlite").read_bytes()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
        ("JPEG", {"icc_profile": bytes(200), "progressive": True}),
        ("GIF", {}),
        ("BMP", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("ICO", {}),
        ("PDF", {}),
        ("PPM", {}),
    ],
)
def test_pictures(kind: str, options: dict[str, object]) -> None:
    """Those of PPM begin with text that says their size."""
    assert is_media(picture(kind, **options)) is (kind != "PPM")


def test_a_sound_a_database_a_program(tmp_path: Path) -> None:
    assert is_media(sound())
    assert is_media(database(tmp_path))
    assert is_media(Path(sys.executable).resolve().read_bytes())


FONT = b"\0\1\0\0\0\x0c\0\x80\0\3\0\x40DSIG"
OTHERS = {
    "font": FONT,
    "open type": b"OTTO\0\x0b\0\x80\0\3\0\x30CFF ",
    "web font": b"wOF2\0\1\0\0\0\0\x4f\x20",
    "web font of open type": b"wOFFOTTO\0\0\x4f\x20",
    "fonts": b"ttcf\0\1\0\0\0\0\0\2",
    "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08moov",
    "part of a video": b"\0\0\0\x18styp" + bytes(16) + struct.pack(">I4s", 100, b"moof") + NOISE,
    "matroska": b"\x1aE\xdf\xa3\xa3B\x86\x81\x01",
    "webm of a recorder": b"\x1aE\xdf\xa3\1\0\0\0\0\0\0\x1fB\x86\x81\1",
    "music": b"ID3\4\0\0\0\0\x21\x76TSSE",
    "ogg": b"OggS\0\2" + bytes(8) + b"\x11\x22",
    "flac": b"fLaC\0\0\0\x22\x10",
    "flash video": b"FLV\1\5\0\0\0\x09",
    "speech": b"#!AMR\n" + NOISE[:20],
    "web assembly": b"\0asm\1\0\0\0",
    "android program": b"dex\n035\0" + NOISE[:20],
    "java class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "mach-o for two": b"\xca\xfe\xba\xbe\0\0\0\2",
    "mach-o": b"\xcf\xfa\xed\xfe\x0c\0\0\1",
    "windows program": b"MZ\x90\0\3\0\0\0",
    "archive": b"!<arch>\ndebian",
    "texture": b"\xabKTX 20\xbb\r\n\x1a\n",
    "compressed texture": b"\x13\xab\xa1\x5c\6\6\1" + NOISE[:9],
    "scene": b"glTF\2\0\0\0",
    "jpeg 2000": b"\xff\x4f\xff\x51\0\x2f",
    "animation": b"\x8aMNG\r\n\x1a\n\0\0\0\x1cMHDR",
    "transport stream": (b"G\x40\0\x10" + bytes(184)) * 3,
    "colours": NOISE[:36] + b"acsp" + NOISE[:20],
    "cut jpeg": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("name", OTHERS)
def test_heads(name: str) -> None:
    assert is_media(OTHERS[name])


@pytest.mark.parametrize(
    "name", sorted(set(OTHERS) - {"archive", "speech", "colours", "texture", "cut jpeg", "transport stream"})
)
def test_their_first_letters_before_something_else(name: str) -> None:
    """What stands behind four to eight letters is no longer taken on trust."""
    beginning = OTHERS[name][: 8 if name in ("video", "part of a video", "animation") else 4]
    assert not is_media(beginning + NOISE)


@pytest.mark.parametrize(
    "beginning", [b"GIF89a", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBP", b"SQLite format 3", b"BM"]
)
def test_a_disguise(beginning: bytes) -> None:
    assert not is_media(beginning + NOISE)


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Every beginning gets an answer."""
    assert is_media(data) in (True, False)
