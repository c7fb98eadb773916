"""Every folder is on the map, every module has a name that says what is in it, and no one else uses our names."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.the_project import ROOT, files, python_files

DRAWERS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "handler", "handlers"}
)
OURS = ("delivery", "qbank", "review")
FOLDER_ON_THE_MAP = re.compile(r"^\s*(?P<name>\.?[a-z_]+)/\s{2,}\S", re.MULTILINE)


def test_no_module_is_a_drawer():
    drawers = [str(path) for path in python_files() if set(path.with_suffix("").parts) & DRAWERS]

    assert drawers == [], "Name these after the thing they know about."


def test_the_map_in_the_readme_names_every_folder_of_the_top_level():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    on_the_map = set(FOLDER_ON_THE_MAP.findall(readme))

    top_level = {path.parts[0] for path in files() if len(path.parts) > 1}
    assert top_level - on_the_map == set(), "The README's map lacks these: a line each."


def test_the_map_in_the_readme_names_no_folder_that_is_not_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    there = {folder.name for path in files() for folder in path.parents}

    assert set(FOLDER_ON_THE_MAP.findall(readme)) - there == set()


def test_no_other_distribution_provides_our_import_names():
    providers = packages_distributions()

    assert {name: providers[name] for name in OURS if set(providers.get(name, [])) - {"qbank"}} == {}


def test_there_is_no_package_under_tests():
    packages = [str(path) for path in python_files() if path.parts[0] == "tests" and path.name == "__init__.py"]

    assert packages == [], f"A package such as {Path('tests/delivery')} would hide the real one: remove these."
