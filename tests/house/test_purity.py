"""Rules load no framework: the import contracts see what a module imports, not what a package's `__init__` drags in."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.house.the_project import ROOT, modules_of

PURE = ("delivery", "review", "qbank.domain", "qbank.verify")
FRAMEWORKS = ("flask", "sqlalchemy", "wtforms", "jinja2", "markdown", "werkzeug", "click", "pydantic")
NOT_FOR_THE_VERIFIER = ("delivery", "review", "numpy", "scipy", "highspy")

# One interpreter that has loaded nothing forks once for each module: as strict as a fresh process, without its start.
ALONE = """
import importlib, json, os, sys
frameworks, modules = json.loads(sys.stdin.read())
assert not [name for name in frameworks if name in sys.modules]
for module in modules:
    sys.stdout.flush()
    if os.fork() == 0:
        try:
            importlib.import_module(module)
            seen = sorted(name for name in frameworks if name in sys.modules)
        except Exception as error:
            seen = [f"{type(error).__name__}: {error}"]
        print(json.dumps([module, seen]), flush=True)
        os._exit(0)
    os.wait()
"""


def what_came_along(modules: list[str], unwanted: tuple[str, ...]) -> dict[str, list[str]]:
    """For each module, imported alone: which of the unwanted packages were loaded with it."""
    command = [sys.executable, "-c", ALONE]
    request = json.dumps([unwanted, modules])
    done = subprocess.run(command, input=request, capture_output=True, text=True, cwd=ROOT, check=True, timeout=300)
    return dict(json.loads(line) for line in done.stdout.splitlines())


def test_each_pure_module_imported_alone_leaves_the_frameworks_out():
    modules = modules_of(*PURE)

    came_along = what_came_along(modules, FRAMEWORKS)

    assert sorted(came_along) == modules
    assert {module: seen for module, seen in came_along.items() if seen} == {}


def test_the_verifier_loads_nothing_of_what_it_verifies():
    modules = modules_of("qbank.verify")

    came_along = what_came_along(modules, NOT_FOR_THE_VERIFIER)

    assert {module: seen for module, seen in came_along.items() if seen} == {}


def test_the_guard_itself_notices_a_framework():
    assert what_came_along(["flask.json"], FRAMEWORKS)["flask.json"] != []
