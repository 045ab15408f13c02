"""Files that are zip archives inside (.docx, .xlsx): looked at from outside, before anything of them is unpacked."""

from __future__ import annotations

import struct
import zipfile
from typing import BinaryIO

MOST_ENTRIES = 1000
MOST_UNPACKED = 50_000_000
"""Bytes of everything together. A document of 10 MB with photographs unpacks to little more than that."""
MOST_DIRECTORY = 256 * 1024
"""Bytes of the list of contents, which is read into memory as a whole."""
END = struct.Struct("<4s4H2LH")
"""The end of the list of contents, section 4.3.16 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"""
LONGEST_COMMENT = 0xFFFF


class ArchiveError(Exception):
    """The archive is damaged or meant to do harm; `what` says in a few words why."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def contents(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """What an archive holds. Raises ArchiveError for a bomb, for names that leave a folder, and for what is no archive.

    Nothing is unpacked: readers of Python and of spreadsheet programs stop at the size that an entry announces, so the
    announced sizes are what can come of it.
    """
    _refuse_long_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise ArchiveError(f"not an archive ({error})") from None
    if len(found) > MOST_ENTRIES:
        raise ArchiveError(f"{len(found)} entries")
    if sum(entry.file_size for entry in found) > MOST_UNPACKED:
        raise ArchiveError(f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
    names = [entry.filename for entry in found]
    if len(set(names)) < len(names) or any(_leaves(name) for name in names):
        raise ArchiveError("names that no document has")
    return found


def _refuse_long_directory(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - END.size - LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < END.size:
        raise ArchiveError("not an archive")
    length = END.unpack_from(tail, at)[5]
    # Archives of more than 4 GB have a second end before this one, which may announce another length.
    if length > MOST_DIRECTORY or b"PK\6\7" in tail[max(0, at - 20) : at]:
        raise ArchiveError("too long a list of contents")
    file.seek(0)


def _leaves(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
