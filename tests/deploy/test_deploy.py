"""What a deployment starts from says what is true: settings, commands, and that little is allowed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import cli
from bot.server import Part
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
FILES = [ROOT / "compose.yaml", ROOT / "Dockerfile", *UNITS]
PYTHON = "/srv/lianzhu/.venv/bin/python"
HARDENED = (
    *("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"),
    *("CapabilityBoundingSet=", "UMask=0077", "User=lianzhu"),
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_exist_when_a_deployment_sets_them(path: Path) -> None:
    known = {f"LIANZHU_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"LIANZHU_[A-Z_]+[A-Z]", path.read_text("utf-8"))) <= known


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_commands_exist_when_a_unit_starts_them(path: Path) -> None:
    [line] = re.findall(r"^ExecStart=.*run_bot\.py (.*)", path.read_text("utf-8"), re.MULTILINE)
    words = [word for word in line.split() if re.fullmatch(r"[a-z-]+", word)]
    helped = CliRunner().invoke(cli, [words[0], "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert helped.exit_code == 0
    for option in words[1:]:
        assert option in helped.output
    if "%i" in line:
        named = set(re.findall(r"lianzhu@([a-z]+)", path.read_text("utf-8"))) - {"service"}
        assert named == {part.value for part in Part} - {"all"}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_may_do_little_when_it_runs(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert set(HARDENED) <= set(lines)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_a_unit_when_it_reads_it(path: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed here")
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PYTHON, sys.executable)
        (tmp_path / unit.name).write_text(text)
    name = path.name.replace("@.", "@web.")
    if name != path.name:
        (tmp_path / name).symlink_to(tmp_path / path.name)
    told = subprocess.run([analyze, "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
    assert str(path.stem) not in told.stderr, told.stderr
    assert told.returncode == 0, told.stderr


def test_images_are_pinned_when_containers_are_built() -> None:
    images = [service["image"] for service in COMPOSE["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert len(images) == 3
    for image in images:
        assert re.search(r":\d+\.\d+", image), f"{image} is not pinned to a version"


def test_only_the_web_server_reaches_it_when_the_containers_run() -> None:
    services = COMPOSE["services"]
    assert {name: service.get("ports") for name, service in services.items()} == {
        "bot": ["127.0.0.1:8080:8080"],
        "postgres": None,
        "redis": None,
    }
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", list(COMPOSE["services"]))
def test_a_container_may_do_little_and_comes_back_when_it_runs(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert "healthcheck" in service or ("build" in service and "HEALTHCHECK" in dockerfile)
    # PostgreSQL's own image leaves root by itself.
    assert "user" in service or name == "postgres"
    assert "PASSWORD" not in str({k: v for k, v in service.get("environment", {}).items() if not k.endswith("_FILE")})


def test_the_command_exists_when_the_container_starts() -> None:
    command = COMPOSE["services"]["bot"]["command"]
    helped = CliRunner().invoke(cli, [command[0], "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert helped.exit_code == 0
    assert all(word in helped.output for word in command if word.startswith("--"))


def test_no_secret_goes_into_an_image_when_it_is_built() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {".env", "var", "secrets", ".git"} <= set(left_out)
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
