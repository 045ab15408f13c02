"""What a file is, told by its bytes: nobody believes what it is called or said to be.

Only what people really send is kept. What a browser could run (HTML, SVG), programs and archives are refused.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import BinaryIO

import filetype
import imagesize

from bot.archive import ArchiveError, contents
from bot.message import Attachment, AttachmentKind, UnfitFileError
from bot.plain import file_name

HEAD = 8192
"""Bytes that tell what a file is."""
MOST_PIXELS = 120_000_000
"""Of a picture: the largest cameras of telephones make 108 million. A file of 10 MB could hold a billion, which no
telephone unpacks."""
LONGEST_SIDE = 30_000
OFFICE = "application/vnd.openxmlformats-officedocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Older office programs and WPS write these; so do installers of programs, so the name must say which it is."""
OLE_TYPES = {
    ".doc": "application/msword",
    ".wps": "application/vnd.ms-works",
    ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel",
}
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "image/avif": (".avif",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/webm": (".webm",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav",),
    "audio/aac": (".aac",),
    "audio/amr": (".amr",),
    "video/mp4": (".mp4",),
    "video/webm": (".webm",),
    "video/ogg": (".ogv", ".ogg"),
    "video/3gpp": (".3gp",),
    "video/quicktime": (".mov",),
    "application/pdf": (".pdf",),
    f"{OFFICE}wordprocessingml.document": (".docx",),
    f"{OFFICE}spreadsheetml.sheet": (".xlsx",),
    "application/msword": (".doc",),
    "application/vnd.ms-works": (".wps",),
    "application/vnd.ms-excel": (".xls", ".et"),
}
"""Every type that is kept, with the endings its files have: another ending gets the first of these behind it, so that
no telephone takes a document for a program."""
INLINE = frozenset(
    mime for mime in ENDINGS if mime.startswith(("image/", "audio/", "video/")) and mime != "video/quicktime"
)
"""Types that a page may show; everything else is only saved."""
SAME = {"image/apng": "image/png", "audio/x-wav": "audio/wav", "video/x-m4v": "video/mp4"}
BOTH = {"audio/ogg": "video/ogg", "audio/webm": "video/webm", "audio/mp4": "video/mp4"}
"""Containers of sound and of film, which begin alike."""
FAMILIES: dict[str, AttachmentKind] = {"image": "photo", "audio": "voice", "video": "video"}
HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


def examined(item: Attachment, file: BinaryIO) -> Attachment:
    """The attachment as its bytes tell. Raises UnfitFileError for what is not kept.

    `item.kind` decides only between the sound and the film of one container, and that a `file` stays one.
    """
    mime = sniff(file.read(HEAD), item.kind, item.name)
    if not mime:
        raise UnfitFileError("type")
    file.seek(0)
    if mime.startswith("image/"):
        _refuse_vast(file, mime)
    elif mime.startswith(OFFICE):
        _refuse_bomb(file)
    kind: AttachmentKind = "file" if item.kind == "file" else FAMILIES.get(mime.partition("/")[0], "file")
    name = file_name(item.name)
    if name and PurePath(name).suffix.lower() not in ENDINGS[mime]:
        name = file_name(name + ENDINGS[mime][0])
    return replace(item, kind=kind, mime=mime, name=name)


def refused_by_name(item: Attachment) -> bool:
    """Whether a file says of itself that it is nothing that is kept, before its bytes are here: that much is believed.

    A type of a family that is kept (image, audio, video) is looked at when it is here.
    """
    ending = PurePath(item.name).suffix.lower()
    known = {each for endings in ENDINGS.values() for each in endings}
    return item.kind == "file" and bool(ending) and ending not in known and item.mime not in ENDINGS


def sniff(head: bytes, kind: AttachmentKind, name: str = "") -> str:
    """The media type that the first bytes tell; empty for one that is not kept. HEAD bytes suffice."""
    if head.startswith(OLE):
        return OLE_TYPES.get(PurePath(name).suffix.lower(), "")
    guessed = _of_brand(head[8:12]) if head[4:8] == b"ftyp" else str(filetype.guess_mime(head) or "")
    mime = _sound_or_film(SAME.get(guessed, guessed), head, kind)
    return mime if mime in ENDINGS else ""


def _of_brand(brand: bytes) -> str:
    """ISO media files, by their brand (https://mp4ra.org/registered-types/brands): the library knows few of them."""
    if brand in HEIC:
        return "image/heic"
    if brand in (b"avif", b"avis"):
        return "image/avif"
    families = ((b"3g", "video/3gpp"), (b"qt  ", "video/quicktime"), (b"M4A", "audio/mp4"))
    return next((mime for begins, mime in families if brand.startswith(begins)), "video/mp4")


def _sound_or_film(mime: str, head: bytes, kind: AttachmentKind) -> str:
    """What begins alike is what the sender says; else Ogg is sound and the others are film."""
    sound = {film: each for each, film in BOTH.items()}.get(mime, mime)
    if sound not in BOTH:
        return mime
    voice = kind == "voice" or head[8:11] == b"M4A" or (sound == "audio/ogg" and kind != "video")
    return sound if voice else BOTH[sound]


def _refuse_vast(file: BinaryIO, mime: str) -> None:
    """A picture is measured by what its head says; it is never unpacked here."""
    try:
        width, height = imagesize.get(file)
    except Exception:  # the library has no error of its own, and pictures are damaged in every way there is
        width = height = -1
    if (width < 1 or height < 1) and mime != "image/heic":
        # Telephones write HEIC in ways that the library does not know yet; no browser but theirs unpacks it.
        raise UnfitFileError("damaged")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise UnfitFileError("vast")


def _refuse_bomb(file: BinaryIO) -> None:
    try:
        names = [entry.filename.lower() for entry in contents(file)]
    except ArchiveError:
        raise UnfitFileError("vast") from None
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnfitFileError("type")
