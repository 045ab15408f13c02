"""The file of services."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.service import CODES, SERVICES_FILE, ServiceDataError, load_services


def test_all_services_stand_in_order_when_loaded() -> None:
    assert tuple(load_services()) == CODES


def test_five_aids_are_marked_when_loaded() -> None:
    aids = {code for code, service in load_services().items() if service.five_aids}
    assert aids == {"meals", "cleaning", "medical-escort", "mobility", "school-transport"}


def _changed(folder: Path, old: str, new: str) -> Path:
    path = folder / "services.toml"
    path.write_text(SERVICES_FILE.read_text("utf-8").replace(old, new), "utf-8")
    return path


def test_missing_service_is_named_when_file_lacks_it(tmp_path: Path) -> None:
    entry = '[[service]]\ncode = "respite"\ncategory = "daily-care"\nname = "喘息服务"\n'
    with pytest.raises(ServiceDataError, match="respite: missing"):
        load_services(_changed(tmp_path, entry, ""))


def test_unknown_code_is_refused_when_misspelt(tmp_path: Path) -> None:
    with pytest.raises(ServiceDataError, match="'meal'"):
        load_services(_changed(tmp_path, 'code = "meals"', 'code = "meal"'))


def test_double_code_is_refused_when_copied(tmp_path: Path) -> None:
    with pytest.raises(ServiceDataError, match="stands twice"):
        load_services(_changed(tmp_path, 'code = "bathing"', 'code = "meals"'))


def test_wrong_category_is_refused_when_misspelt(tmp_path: Path) -> None:
    with pytest.raises(ServiceDataError, match="wrong category"):
        load_services(_changed(tmp_path, 'category = "capability"', 'category = "skills"'))


def test_unknown_field_is_refused_when_misspelt(tmp_path: Path) -> None:
    with pytest.raises(ServiceDataError, match="fiveaids"):
        load_services(_changed(tmp_path, "five_aids", "fiveaids"))


def test_file_and_remedy_are_told_when_file_is_absent(tmp_path: Path) -> None:
    with pytest.raises(ServiceDataError, match=r"nowhere\.toml.*TOML"):
        load_services(tmp_path / "nowhere.toml")
