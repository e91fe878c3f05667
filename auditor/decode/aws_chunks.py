"""`aws-chunked`, the coding of uploads to S3 and what is compatible with it: chunks with signatures in, the object out.

Each chunk is `SIZE[;chunk-signature=...]`, a line's end, the data, a line's end; a chunk of size 0 ends them, trailers may follow
(https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html).
"""

import re

from auditor.decode.inflated import Inflated

_HEAD = re.compile(rb"([0-9a-fA-F]{1,16})(;[^\r\n]{0,1024})?\r\n")


def inflate(data: bytes, room: int) -> Inflated | None:
    """The object. None: not this format. What stands beside sizes and signatures is its head, the trailers its rest."""
    parts, beside, at = list[bytes](), list[bytes](), 0
    while head := _HEAD.match(data, at):
        size, at = int(head[1], 16), head.end()
        if head[2] and not head[2].startswith(b";chunk-signature="):
            beside.append(head[2])
        if not size:
            return Inflated(data=b"".join(parts), head=b"\n".join(beside), rest=data[at:].strip(b"\r\n"), ended=True)
        if room <= 0:
            return Inflated(data=b"".join(parts), over_limit=True)
        parts.append(data[at : at + size])
        room -= size
        if data[at + size : at + size + 2] != b"\r\n":
            return Inflated(data=b"".join(parts), broken="is cut short" if at + size >= len(data) - 1 else "is damaged")
        at += size + 2
    return Inflated(data=b"".join(parts), broken="is cut short") if parts else None
