"""The log says which request, which view, how it went; nothing that anybody wrote."""

import io
import json

import pytest

from qbank.settings import Mode
from qbank.web import logs
from tests.web.an_organisation import PASSWORD


@pytest.fixture
def written(settings):
    stream = io.StringIO()
    logs.configure(settings, stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_answer_is_a_line_with_the_reference_that_the_answer_carries(written, visitor):
    answer = visitor.http.get("/sign-in?next=/standards")

    (line,) = written()
    assert line["reference"] == answer.headers["X-Request-Reference"]
    assert (line["event"], line["method"], line["endpoint"], line["status"]) == (
        "answered",
        "GET",
        "security.login",
        200,
    )
    assert line["person"] is None
    assert "standards" not in str(line)


def test_a_signed_in_person_is_a_number_and_an_address_is_never_logged(written, visitor):
    visitor.sign_in("grace@example.org", PASSWORD)

    assert written()[-1]["person"] == 1
    assert "example.org" not in str(written())


def test_references_are_never_alike_and_files_are_not_logged(written, visitor):
    references = {visitor.http.get("/sign-in").headers["X-Request-Reference"] for _ in range(10)}
    visitor.http.get("/static/css/qbank.css", buffered=True)

    assert len(references) == 10
    assert len(written()) == 10


def test_the_example_logs_only_what_is_wrong(settings, visitor):
    stream = io.StringIO()
    logs.configure(settings.model_copy(update={"mode": Mode.DEMO}), stream)
    visitor.http.get("/sign-in")

    assert stream.getvalue() == ""
