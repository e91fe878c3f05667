"""How images, sound, video, fonts, programs and databases begin: bytes go in, whether they are one of these comes out.

Four letters at the beginning would be a disguise for everybody, so what must follow them is looked at, too: a first field whose
values are few, or a length that leads to the next one. PNG is believed by its eight bytes, for its chunks are taken apart
(`image_comments`). None of these formats hides text behind a cipher.
"""

import re

_HEADS = re.compile(
    b"|".join(
        (
            rb"\x89PNG\r\n\x1a\n",
            rb"\x8aMNG\r\n\x1a\n\0\0\0\x1cMHDR",
            rb"GIF8[79]a.[\0-\x20].[\0-\x20]",
            rb"II\*\0...[\0-\x0f]|MM\0\*[\0-\x0f]",
            rb"\0\0\x01\0[\x01-\x40]\0..[\0-\x10]\0[\0\x01]\0",
            rb"wOF[F2](?:\0\x01\0\0|OTTO|true|ttcf)\0",
            rb"(?:OTTO|true|\0\x01\0\0)\0[\x01-\x40]..\0[\0-\x07]..[ -~]{4}",
            rb"ttcf\0[\x01\x02]\0\0\0\0\0[\x01-\x40]",
            rb"%PDF-[12]\.\d",
            rb"ID3[\x02-\x04].[\0-\xf0][\0-\x7f]{4}",
            rb"OggS\0[\x02\0]\0{8}",
            rb"fLaC[\0\x80]\0\0\x22",
            rb"FLV\x01[\x01\x04\x05]\0\0\0\x09",
            rb"\x1aE\xdf\xa3(?:[\x80-\xff]|[\x40-\x7f].|\x01.{7})(?:B[\x82\x86\xf2\xf3\xf7]|\xec)",
            rb"#!AMR(?:-WB)?\n",
            rb"\0asm[\x01\r]\0[\0\x01]\0",
            rb"\x7fELF[\x01\x02][\x01\x02]\x01",
            rb"dex\n\d{3}\0",
            rb"MZ\x90\0[\x01-\x07]\0\0\0",
            rb"\xca\xfe\xba\xbe(?:\0[\0\x03]\0[\x2d-\x46]|\0\0\0[\x01-\x14])",
            rb"\xcf\xfa\xed\xfe[\x07\x0c]\0\0[\0\x01]",
            rb"SQLite format 3\0[\x02-\x80\0][\0\x01][\x01\x02][\x01\x02]",
            rb"!<arch>\n",
            rb"\xabKTX (?:11|20)\xbb\r\n\x1a\n",
            rb"PVR\x03[\0\x02]\0\0\0",
            rb"\x13\xab\xa1\x5c[\x03-\x0c][\x03-\x0c][\x01-\x0c]",
            rb"glTF[\x01\x02]\0\0\0",
            rb"\xff\x4f\xff\x51\0",
            rb"RIFF....(?:WEBPVP8[ LX]|WAVE(?:fmt |JUNK|LIST|bext|fact|RIFX)|AVI LIST)",
            rb".{36}acsp",
        )
    ),
    re.DOTALL,
)
"""In each branch the letters, and what may follow. The last is an ICC profile (ISO 15076-1 section 7.2)."""
_BOX = re.compile(rb"[ -~\xa9]{4}")
_BOXES = (b"ftyp", b"styp", b"moof", b"sidx", b"moov", b"mdat", b"free", b"skip")
"""How files of ISO 14496-12 begin: the length of a box, then its kind."""
_SEGMENTS = frozenset({*range(0xC0, 0xD0), *range(0xDB, 0xF0), 0xFE})
_NAMES = {0xE0: (b"JFIF", b"JFXX", b"AVI1"), 0xE1: (b"Exif", b"http")}
"""How the commonest first ones begin (JFIF 1.02, Exif 2.3, XMP part 3)."""
_PACKET, _SYNC = 188, b"G"
"""Of MPEG-2 transport streams (ISO 13818-1 section 2.4.3.2)."""


def is_media(data: bytes) -> bool:
    """Whether the bytes begin like an image, sound, video, font, program or database."""
    if data.startswith(b"\xff\xd8\xff"):
        return _is_jpeg(data)
    if data.startswith(b"BM"):
        return int.from_bytes(data[2:6], "little") == len(data)
    if data[4:8] in _BOXES:
        return _is_box(data)
    if data.startswith(_SYNC) and data[_PACKET : _PACKET + 1] == _SYNC:
        return data[2 * _PACKET : 2 * _PACKET + 1] in (_SYNC, b"")
    return bool(_HEADS.match(data))


def _is_jpeg(data: bytes) -> bool:
    """Whether a known segment comes first, says so, and ends where another begins (ITU T.81 section B.1.1)."""
    behind = 4 + int.from_bytes(data[4:6])
    if len(data) < 10:
        return data[3:4] == b"" or data[3] in _SEGMENTS
    is_named = data[6:10] in _NAMES.get(data[3], (data[6:10],))
    return data[3] in _SEGMENTS and is_named and behind > 5 and data[behind : behind + 1] in (b"\xff", b"")


def _is_box(data: bytes) -> bool:
    """Whether another box follows where the first one ends."""
    size = int.from_bytes(data[:4])
    return size in (0, 1) or (size >= 8 and (len(data) < size + 8 or bool(_BOX.match(data, size + 4))))
