"""What is installed is what was tested: the wheel holds three names and what they need, and works anywhere."""

from __future__ import annotations

import json
import re
import zipfile

import pytest

WHERE = "import delivery, json, qbank, review; print(json.dumps([m.__file__ for m in (delivery, qbank, review)]))"


VISIT = """
import pathlib, re, sys
from qbank.app import create_app
from qbank.cli.demo import example_settings
email, password, folder = sys.argv[1:]
from qbank.web import logs
settings = example_settings(pathlib.Path(folder))
logs.configure(settings)
client = create_app(settings).test_client()
token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)[1]
facts = {"csrf_token": token, "email": email, "password": password}
print(client.post("/sign-in", data=facts, follow_redirects=True).status_code)
print(re.search(r"<h1[^>]*>(.*?)</h1>", client.get("/sessions").text, re.DOTALL)[1].strip())
"""


def names_in(wheel) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_exactly_three_import_names(wheel):
    top = {name.split("/")[0] for name in names_in(wheel)}

    assert {name for name in top if not name.endswith(".dist-info")} == {"qbank", "delivery", "review"}


@pytest.mark.parametrize(
    "needed",
    [
        "qbank/templates/base.html",
        "qbank/templates/print/pack.typ",
        "qbank/templates/print/minutes.typ",
        "qbank/documents/fonts/",
        "qbank/static/css/qbank.css",
        "qbank/static/licences/",
        "qbank/seed_questions/customer-service-specialist-3/plan.toml",
        "qbank/seed_questions/customer-service-specialist-3/interview/",
        "qbank/storage/migrations/versions/",
    ],
)
def test_the_wheel_holds_what_the_code_reads(wheel, needed):
    assert [name for name in names_in(wheel) if name.startswith(needed)] != []


def test_the_wheel_holds_nothing_that_only_the_checkout_needs(wheel):
    strange = ("tests/", ".pyc", "node_modules", ".scss", ".db", ".map")

    assert [name for name in names_in(wheel) if any(part in name for part in strange)] == []


def test_the_code_that_runs_elsewhere_is_the_wheels(elsewhere):
    files = json.loads(elsewhere.run("python", "-c", WHERE))

    assert [file for file in files if str(elsewhere.python.parent.parent) not in file] == []


def test_elsewhere_an_empty_database_is_migrated(elsewhere):
    elsewhere.run("qbank", "db", "upgrade", data="upgraded")

    assert (elsewhere.folder / "upgraded" / "qbank.db").exists()


def test_elsewhere_the_example_is_seeded_and_its_assessor_signs_in_and_opens_a_page(elsewhere):
    folder = str(elsewhere.folder / "example")
    told = elsewhere.run("qbank", "demo", "--folder", folder, "--no-serve")
    email, password = re.search(r"(assessor@example\.org)\s+(\S+)", told).groups()

    assert elsewhere.run("python", "-c", VISIT, email, password, folder).split("\n") == ["200", "My sessions", ""]


def test_elsewhere_the_command_draws_ten_questions_without_a_database(elsewhere):
    arguments = ("--standard", "customer-service-specialist-3", "--method", "interview", "--json")

    drawn = json.loads(elsewhere.run("qbank", "draw", *arguments))

    assert len({question["reference"] for question in drawn["questions"]}) == 10
