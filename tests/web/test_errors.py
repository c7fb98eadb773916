"""Every error page: its status, its sentence, and what to do."""

import pytest
import structlog
from werkzeug.exceptions import NotFound

from qbank.domain.errors import NotReady
from qbank.web import errors, gate
from tests.page import Client, Page


def test_an_unknown_page_says_so_and_leads_home(assessor):
    page = assessor.get("/nowhere")

    assert page.status == 404
    assert page.main.startswith("Page not found There is no page at this address.")
    assert page.link("Go to the home page") == "/"


def test_an_address_with_a_nul_is_no_page_and_reaches_no_database(app):
    with app.test_request_context("/reviews/%00"), pytest.raises(NotFound):
        app.preprocess_request()


def test_an_unknown_page_leads_a_visitor_to_sign_in(visitor):
    assert visitor.get("/nowhere").link("Go to sign in") == "/sign-in"


def test_a_role_that_may_not_is_told_which_right_is_missing(manager):
    page = manager.get("/sessions")

    assert page.status == 403
    assert "This page is for people who may see the assessment sessions assigned to them" in page.main
    assert "Ask whoever runs qbank for your organisation if your work needs it." in page.main


def test_a_form_without_its_seal_changes_nothing_and_says_what_to_do(assessor):
    path = next(path for path in assessor.get("/").paths() if path.startswith("/sessions/"))

    page = Page(assessor.http.post(f"{path}/pull"), path)

    assert page.status == 400
    assert "the page's form has expired, so nothing was changed" in page.main
    assert "Pull the question set" in assessor.get(path).buttons()


def test_a_page_opened_the_wrong_way_says_so(assessor):
    path = next(path for path in assessor.get("/").paths() if path.startswith("/sessions/"))

    page = assessor.get(f"{path}/pull")

    assert page.status == 405
    assert page.heading == "This page opens only from its button"
    assert "Go back and press the button there." in page.main


def test_more_than_a_page_takes_is_refused_by_its_size(assessor):
    path = next(path for path in assessor.get("/").paths() if path.startswith("/sessions/"))

    page = Page(assessor.http.post(f"{path}/pull", data={"text": "x" * 1_100_000}), path)

    assert page.status == 413
    assert "larger than this page takes" in page.main


def an_application_that_fails(app, error):
    @gate.public
    def fails():
        raise error

    app.add_url_rule("/fails", "fails", fails)
    return Client(app)


def test_an_accident_gives_a_reference_and_not_a_word_of_what_happened(app):
    client = an_application_that_fails(app, RuntimeError("the stem of a question"))

    with structlog.testing.capture_logs() as logs:
        page = client.get("/fails")

    reference = page.all("strong", css_class="reference")[0].text
    assert page.status == 500
    assert "the stem of a question" not in page.text
    assert [entry["reference"] for entry in logs if entry["event"] == "accident"] == [reference]
    assert "the stem of a question" not in str(logs)


def test_what_is_not_ready_is_503_with_its_remedy(app):
    client = an_application_that_fails(
        app, NotReady("The database is busy.", remedy="Try again in a moment.", rule="L1")
    )

    page = client.get("/fails")

    assert page.status == 503
    assert "The database is busy. Try again in a moment." in page.main
    assert "The rule behind this: L1." in page.main


@pytest.mark.parametrize("status", sorted(errors.STATUSES))
def test_every_status_has_a_heading_a_sentence_and_a_remedy(status):
    words = errors.STATUSES[status]

    assert words.status == status
    assert words.heading
    assert words.sentence.endswith(".")
    assert words.remedy.endswith(".")
