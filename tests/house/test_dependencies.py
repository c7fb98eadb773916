"""What the code imports is declared, what is declared is used, and the locks pin what is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.the_project import ROOT, python_files, tree

OURS = frozenset({"qbank", "delivery", "review", "tests"})
COMES_WITH = {
    "jinja2": "flask",
    "markupsafe": "flask",
    "werkzeug": "flask",
    "flask-login": "flask-security-too",
    "pydantic-core": "pydantic",
}
USED_WITHOUT_AN_IMPORT = {
    "defusedxml": "openpyxl reads workbooks with it where it is there",
    "email-validator": "Flask-Security checks sign-in names with it",
    "govuk-frontend-jinja": "its macros are imported by templates and by govuk-frontend-wtf",
}


def declared(*, group: str | None = None) -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["project"]["dependencies"] if group is None else project["dependency-groups"][group]
    wanted = [Requirement(line) for line in lines if isinstance(line, str)]
    return {canonicalize_name(one.name): one for one in wanted if one.marker is None or one.marker.evaluate()}


def imported() -> set[str]:
    """Distributions that the application imports, by the names that the import system knows."""
    providers = packages_distributions()
    names = {
        name.split(".")[0]
        for path in python_files()
        if path.parts[0] in {"qbank", "delivery", "review"}
        for node in ast.walk(tree(path))
        for name in modules_of(node)
    }
    outside = names - OURS - sys.stdlib_module_names - {"__future__"}
    return {canonicalize_name(providers[name][0]) if name in providers else name for name in outside}


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def pinned(lock: str) -> dict[str, set[Version]]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins: dict[str, set[Version]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)(?:\[[^\]]+\])?==(\S+)", text, re.MULTILINE):
        pins.setdefault(canonicalize_name(name), set()).add(Version(version))
    return pins


def test_everything_that_is_imported_is_declared():
    undeclared = {COMES_WITH.get(name, name) for name in imported()} - set(declared())

    assert undeclared == set(), "Add these to pyproject.toml, each with its range and reason; then make lock."


def test_everything_that_is_declared_is_used():
    unused = set(declared()) - imported() - set(USED_WITHOUT_AN_IMPORT)

    assert unused == set(), "Take these out of pyproject.toml; then make lock."


@pytest.mark.parametrize(
    ("lock", "group"),
    [
        ("requirements.txt", None),
        ("requirements.txt", "build"),
        ("requirements-dev.txt", None),
        ("requirements-dev.txt", "build"),
        ("requirements-dev.txt", "test"),
        ("requirements-dev.txt", "lint"),
    ],
)
def test_the_lock_pins_what_is_declared(lock, group):
    pins = pinned(lock)

    unmet = {
        str(wanted)
        for name, wanted in declared(group=group).items()
        if not any(version in wanted.specifier for version in pins.get(name, set()))
    }

    assert unmet == set(), "The lock is older than pyproject.toml: make lock."


def test_both_locks_pin_the_same_versions():
    run_time, everything = pinned("requirements.txt"), pinned("requirements-dev.txt")

    assert {name: versions for name, versions in run_time.items() if everything.get(name) != versions} == {}


SENDS_MAIL = (
    "import smtplib",
    "from email.message import EmailMessage",
    "from email.mime.text import MIMEText",
    "import flask_mailman",
    "from logging.handlers import SMTPHandler",
)


@pytest.mark.parametrize("line", [*SENDS_MAIL, "from email_validator import validate_email"])
@pytest.mark.parametrize("package", ["qbank", "delivery", "review"])
def test_L10_the_linter_refuses_whatever_sends_mail(package, line):
    command = (
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select",
        "TID251",
        "--stdin-filename",
        f"{package}/told.py",
        "-",
    )

    found = subprocess.run(
        command, input=f"{line}\n", cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )

    assert ("Nothing here sends e-mail" in found.stdout) == (line in SENDS_MAIL), found.stdout + found.stderr


def test_L10_nothing_that_sends_mail_is_installed_beside_it():
    """Flask-Security would send by Flask-Mailman, were it there."""
    assert {name for name in pinned("requirements.txt") if "mail" in name or "smtp" in name} == {"email-validator"}
