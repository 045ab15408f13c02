"""A changed phrase file changes the answer, without code; nothing else does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from catalogue import catalogue as package

SENTENCE = "院里的葡萄架该剪枝了"
"""What no service does, until somebody says so in a phrase file."""
ASK = """
import sys
from pathlib import Path
from catalogue.catalogue import Catalogue
print(Catalogue.load(Path(sys.argv[1])).understand(sys.argv[2]).candidates[0].code)
"""

TAUGHT = """
from catalogue.subject import examples
print("\\n".join(example.text for example in examples("letters")))
"""


def answer(folder: Path, cache: Path) -> str:
    """The first candidate, by the program in `folder`."""
    command = [sys.executable, "-P", "-c", ASK, str(cache), SENTENCE]
    done = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_the_answer_changes_when_a_phrase_is_added(tmp_path: Path) -> None:
    folder, cache = tmp_path / "program", tmp_path / "cache"
    shutil.copytree(Path(package.__file__).parent, folder / "catalogue")
    before = answer(folder, cache)
    with (folder / "catalogue" / "data" / "phrases" / "zh" / "study-tours.txt").open("a", encoding="utf-8") as file:
        file.write("葡萄架剪枝\n想学剪葡萄架\n院里葡萄架没人剪枝\n")
    assert before != "study-tours"
    assert answer(folder, cache) == "study-tours"


def test_letters_are_learned_from_the_same_words_in_the_same_order_when_it_is_another_process() -> None:
    taught = [
        subprocess.run(
            [sys.executable, "-P", "-c", TAUGHT],
            env={"PYTHONPATH": str(Path(package.__file__).parents[1]), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert taught[0] == taught[1] != b""
