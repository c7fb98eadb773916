"""The page on which the cohort factor is switched on, and what a set's page says of it."""

from __future__ import annotations

from tests.web.an_organisation import STANDARD, public_id

METHOD = f"/plans/{STANDARD}/interview"
COHORT = f"{METHOD}/cohort"
SAVE = "Save the choice"


def choose(manager, **typed):
    return manager.press(manager.get(COHORT), SAVE, **typed)


def test_the_method_says_that_it_is_off_and_leads_to_the_choice(manager, overseer):
    page = manager.get(METHOD)

    assert "come as often as all others" in page.main
    assert COHORT in page.paths()
    assert COHORT not in overseer.get(METHOD).paths()


def test_it_is_switched_on_with_the_figures_that_the_plan_proposes(manager):
    done = choose(manager, standing="on")

    assert "Done Sets that are drawn from now on follow this." in done.main
    assert "let pass at 0.8 for each question that others nearby were asked in the last 12 months" in done.main
    assert "factor 0.800000" in manager.get("/audit").main


def test_a_factor_out_of_bounds_is_refused_and_what_was_typed_stays(manager):
    page = choose(manager, standing="on", factor="0.1", months="6")

    assert page.status == 409
    assert "The factor lies between 0.333333 and 0.999999" in page.main
    assert page.form(SAVE).fields["factor"] == "0.1"


def test_switched_on_without_figures_it_asks_for_them(manager):
    page = choose(manager, standing="on", factor="", months="")

    assert page.status == 400
    assert "Enter a number such as 0.7" in page.main
    assert "Enter a number of months such as 12" in page.main


def test_the_page_of_a_set_says_what_was_heard_nearby(settings, manager, assessor, other_assessor):
    choose(manager, standing="on")
    for client, reference in ((other_assessor, "AS-00003"), (assessor, "AS-00001")):
        page = client.press(client.get(f"/sessions/{public_id(settings, reference)}"), "Pull the question set")

    assert "10 questions of the bank were asked lately of others at the same provider or employer" in page.main
