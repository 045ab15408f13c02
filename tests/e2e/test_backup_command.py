"""run_bot.py backup and restore, as an operator uses them."""

from __future__ import annotations

import dataclasses
import tarfile
from pathlib import Path

from tests.process import Programs


async def test_a_ticket_is_there_when_it_was_saved_from_a_running_server(programs: Programs, tmp_path: Path) -> None:
    server = await programs.serve()
    await programs.file()
    archive = tmp_path / "saved.tar.gz"
    saved = await programs.run("backup", str(archive))
    assert (saved.status, saved.err) == (0, "")
    await server.stop()
    other = dataclasses.replace(programs, folder=tmp_path / "elsewhere")
    restored = await other.run("restore", str(archive))
    assert (restored.status, restored.err) == (0, "")
    assert restored.out.startswith("restored ")
    assert "put your copy of that key file to" in restored.out
    (other.folder / "key").write_bytes((programs.folder / "key").read_bytes())
    assert [ticket["number"] for ticket in await other.ask("tickets", "list")] == ["LZ1001"]
    again = await other.run("restore", str(archive))
    assert again.status == 2
    assert again.err.count("\n") == 1
    assert "--replace" in again.err
    assert (await other.run("restore", str(archive), "--replace")).status == 0
    with tarfile.open(archive) as tar:
        assert {"about.json", "sha256sums", "manifest.json"} <= set(tar.getnames())


async def test_one_line_says_why_when_there_is_nothing_to_save_or_to_restore(
    programs: Programs, tmp_path: Path
) -> None:
    programs.folder.mkdir()
    for arguments in (("backup", str(tmp_path / "x.tar.gz")), ("restore", str(tmp_path / "missing.tar.gz"))):
        ended = await programs.run(*arguments)
        assert ended.status == 2
        assert ended.err.startswith("lianzhu: there is no ")
        assert ended.err.count("\n") == 1
    assert not (tmp_path / "x.tar.gz").exists()
