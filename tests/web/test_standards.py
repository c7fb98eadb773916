"""The standards' pages."""

from tests import craft

STANDARD = "/standards/customer-service-specialist-3"


def test_the_list_says_how_much_each_standard_holds(manager):
    page = manager.get("/standards")

    assert "1 standard" in page.main
    assert page.link("Customer Service Specialist") == STANDARD
    assert "Customer Service Specialist 3 1 3 47 71" in page.main


def test_a_standard_shows_every_ksb_and_every_criterion(manager):
    page = manager.get(STANDARD)

    headings = {"".join(cell.itertext()).strip() for cell in page.all("th")}
    terms = {"".join(term.itertext()).strip() for term in page.all("dt")}
    assert {
        f"{kind}{number}" for kind, last in (("K", 18), ("S", 17), ("B", 12)) for number in range(1, last + 1)
    } <= headings
    assert {"WP1", "WP16", "WD9", "OP20", "OF3", "DP12", "DD2"} <= terms


def test_a_standard_that_rests_on_summaries_says_so(manager):
    assert "The wording below is our summary" in manager.get(STANDARD).main


def test_every_number_says_where_it_comes_from(manager):
    page = manager.get(STANDARD)

    assert "Competency-based questions asked, exactly 10 questions Plan, W6" in page.main
    assert "Either way: 54 to 66 minutes 10% Plan, W5" in page.main


def test_anomalies_and_decisions_are_told(manager):
    page = manager.get(STANDARD)

    assert "K4 belongs to the interview" in page.main
    assert "Do supplementary questions count towards the ten?" in page.main


def test_what_is_long_is_read_on_demand_without_a_script(manager):
    page = manager.get(STANDARD)

    on_demand = [row for details in page.all("details") for row in details.iter("tr")]
    summaries = {craft.words(each) for each in page.all("summary")}

    assert len(on_demand) == len(page.all("tr"))
    assert {"Read the 14 KSBs of the interview", "Read every number of the interview"} <= summaries


def test_group_names_have_spaces_round_the_stroke(manager):
    assert "Knowing your customers and their needs / Customer Insight" in manager.get(STANDARD).main


def test_an_unknown_standard_is_not_found(manager):
    page = manager.get("/standards/plumbing-9")

    assert page.status == 404
    assert "No standard has this address. Choose one from the list of standards." in page.main
