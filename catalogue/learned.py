"""Models that are learned once and then read: from a cache, or by a process of their own when a phrase has changed."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from zipfile import BadZipFile

from catalogue.model import Model, read_model
from catalogue.subject import digest, examples

log = logging.getLogger(__name__)


class LearningError(RuntimeError):
    """A model could not be learned. Says which, why and what to do."""

    def __init__(self, language: str, reason: str) -> None:
        super().__init__(
            f"cannot learn what is said in {language} from the phrases: {reason or 'no reason given'}. "
            "Install the program with all it needs (python -m pip install -e .) and see that there is memory and disk."
        )
        self.language, self.reason = language, reason


def learned(language: str, cache: Path) -> Model:
    """The model of a language. Raises PhraseError when its phrases cannot be used, LearningError when it cannot be
    learned from them."""
    prepare([language], cache)
    path = _path(language, cache)
    try:
        return read_model(path)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        # A full disk or a crash of the machine may cut a file short.
        log.warning("%s cannot be read (%s) and is learned anew", path, error)
        path.unlink(missing_ok=True)
    prepare([language], cache)
    return read_model(path)


def prepare(languages: Iterable[str], cache: Path) -> None:
    """Learn what `cache` (a folder) lacks, each language in a process of its own, side by side. Raises as `learned`."""
    missing = [(language, path) for language in languages if not (path := _path(language, cache)).exists()]
    for language, _ in missing:
        examples(language)
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
    running = [(language, path, _start(language)) for language, path in missing]
    for language, path, process in running:
        written, complaint = process.communicate()
        if process.returncode:
            raise LearningError(language, complaint.decode("utf-8", "replace").strip().rpartition("\n")[2])
        _keep(written, path)
        _remove_older(language, path)


def _path(language: str, cache: Path) -> Path:
    return cache / f"matcher-{language}-{digest(language)}.npz"


def _start(language: str) -> subprocess.Popen[bytes]:
    """A fresh interpreter: what it loads to learn is large, and gone when it ends."""
    package = str(Path(__file__).resolve().parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module, and a name from a fixed list
        [sys.executable, "-P", "-m", "catalogue.learner", language],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _keep(written: bytes, path: Path) -> None:
    """Another process may start at the same time: it must never read half a file."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(written)
    Path(unfinished).replace(path)


def _remove_older(language: str, path: Path) -> None:
    for other in path.parent.glob(f"matcher-{language}-*.npz"):
        if other != path:
            other.unlink(missing_ok=True)
