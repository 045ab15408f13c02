"""Files as telephones and office programs make them, as short as they can be, and files that nobody should be sent."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

OFFICE = "[Content_Types].xml", "_rels/.rels"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 1, height: int = 1) -> bytes:
    """A grey picture; one of many pixels is announced in its head only."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" + bytes(min(width, 10)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1) -> bytes:
    """The head of a photograph."""
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return start + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00\xff\xd9"


def gif(width: int = 1, height: int = 1) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


def webp(width: int = 1, height: int = 1) -> bytes:
    extended = b"\x00\x00\x00\x00" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", len(extended)) + extended
    return b"RIFF" + struct.pack("<I", len(body)) + body


def boxed(brand: bytes, *compatible: bytes) -> bytes:
    """The head of an ISO media file (mp4, m4a, 3gp, heic)."""
    inside = brand + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(inside)) + b"ftyp" + inside + bytes(32)


def archive(entries: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return whole.getvalue()


def office(folder: str, more: Mapping[str, bytes] | None = None) -> bytes:
    """An office document: `word` or `xl`."""
    main = {"word": "word/document.xml", "xl": "xl/workbook.xml"}[folder]
    return archive(dict.fromkeys((*OFFICE, main), b"<x/>") | dict(more or {}))


def claimed_size(document: bytes, size: int) -> bytes:
    """The same archive, whose last entry announces to unpack to `size` bytes."""
    at = document.rfind(b"PK\x01\x02")
    return document[: at + 24] + struct.pack("<I", size) + document[at + 28 :]


PNG = png()
WEBM = (
    b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
    + bytes(40)
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SENT = {
    "image/png": PNG,
    "image/jpeg": jpeg(),
    "image/gif": gif(),
    "image/webp": webp(),
    "image/heic": boxed(b"heic", b"mif1", b"heic"),
    "audio/ogg": b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(20),
    "audio/amr": b"#!AMR\n" + bytes(40),
    "audio/mpeg": b"ID3\x04\x00" + bytes(40),
    "audio/mp4": boxed(b"M4A ", b"M4A ", b"mp42"),
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
    "audio/aac": b"\xff\xf1" + bytes(40),
    "video/mp4": boxed(b"isom", b"isom", b"mp41"),
    "video/3gpp": boxed(b"3gp4", b"3gp4"),
    "video/webm": WEBM,
    "video/quicktime": boxed(b"qt  ", b"qt  "),
    "application/pdf": b"%PDF-1.7\n" + bytes(40),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office("word"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office("xl"),
}
"""What people really send, by the type that its bytes tell."""
REFUSED = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "svg with a head": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "text": "请看附件".encode(),
    "windows program": b"MZ" + bytes(200),
    "linux program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "android package": archive({"AndroidManifest.xml": b"x", "classes.dex": b"x"}),
    "zip": archive({"a.txt": b"x"}),
    "rar": b"Rar!\x1a\x07\x00" + bytes(40),
    "7z": b"7z\xbc\xaf'\x1c" + bytes(40),
    "gzip": b"\x1f\x8b\x08" + bytes(40),
    "installer": OLE,
    "one letter": b"x",
    "picture without a size": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "vast picture": png(40_000, 40_000),
    "wide picture": png(60_000, 2),
    "vast photograph": jpeg(65_000, 65_000),
    "vast webp": webp(16_000_000, 16_000_000),
    "document with macros": office("word", {"word/vbaProject.bin": b"x"}),
    "document that is a bomb": office("word", {"word/media/1.png": bytes(60_000_000)}),
    "document that announces a bomb": claimed_size(office("xl"), 4_000_000_000),
    "document of many parts": office("word", {f"word/{n}.xml": b"" for n in range(1200)}),
    "document that leaves its folder": office("word", {"../../etc/cron.d/x": b"x"}),
    "document cut off": office("word")[:-30],
}
"""What is not kept, whatever it is called."""
