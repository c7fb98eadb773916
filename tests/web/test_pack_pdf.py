"""The pack as PDF: what the page shows, for whom, and that every copy is on record."""

import pytest
import sqlalchemy as sa

from qbank.storage import db, units
from qbank.storage.models import SetView
from tests import craft
from tests.documents.a_reader import Reader, folded
from tests.web.an_organisation import public_id
from tests.web.test_sessions import path_of, pulled, stems_of


def the_pdf(client, settings, query=""):
    return client.http.get(f"{path_of(settings, 'AS-00001')}/pack.pdf{query}")


def views(settings):
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        found = store.execute(sa.select(SetView.how, SetView.copy_mark).order_by(SetView.id)).all()
    engine.dispose()
    return found


@pytest.mark.parametrize("variant", ["standard", "large", "contrast"])
def test_the_pdf_holds_the_questions_of_the_set_in_its_order(assessor, settings, variant):
    page = pulled(assessor, settings)
    stems = [folded("".join(stem.itertext())) for stem in page.all("h3", css_class="question__stem")]

    found = Reader(the_pdf(assessor, settings, f"?variant={variant}").data)

    headings = [one.text for one in found.headings(2)]
    asked = [heading for heading in headings if heading[0].isdigit()]
    assert len(stems_of(page)) == len(asked) == 10
    assert [squeezed(heading) for heading in asked] == [
        squeezed(stem).removeprefix("Question").replace(":", "", 1) for stem in stems
    ]


def squeezed(text):
    return "".join(text.split())


def test_the_pdf_says_for_whom_it_was_made_when_and_shows_words_of_ksbs_and_criteria(assessor, settings):
    pulled(assessor, settings)

    aloud = Reader(the_pdf(assessor, settings).data).text()

    assert "it was made for Grace Mensah on Thursday 4 June 2026 at midday. Return or destroy it" in aloud
    assert "Apprentice Amira Hassan, AP-0001" in aloud
    assert "Why and how to look ahead before acting" in aloud  # K4 is in every set
    assert aloud.count("Listen for") >= 10


def test_every_pdf_is_on_record_as_printed_with_the_mark_that_it_bears(assessor, settings):
    pulled(assessor, settings)

    marks = [Reader(the_pdf(assessor, settings).data).text().partition("marked ")[2][:9] for _ in range(2)]

    assert [tuple(view) for view in views(settings)][1:] == [("printed", mark) for mark in marks]
    assert len(set(marks)) == 2


def test_a_pdf_is_kept_by_nobody_and_named_after_its_session(assessor, settings):
    pulled(assessor, settings)

    answer = the_pdf(assessor, settings)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=AS-00001-pack-")


def test_the_pages_offer_the_pdf_in_its_three_variants(assessor, settings):
    drawn = pulled(assessor, settings)

    for page in (drawn, assessor.get(path_of(settings, "AS-00001"))):
        assert page.link("standard").endswith("/pack.pdf?variant=standard")
        assert page.link("large type (18 points)").endswith("/pack.pdf?variant=large")
        assert page.link("high contrast").endswith("/pack.pdf?variant=contrast")


def test_where_large_type_is_approved_the_pack_is_set_in_it_without_being_asked(assessor, manager, settings):
    pulled(assessor, settings)
    before = Reader(the_pdf(assessor, settings).data).sizes()
    address = f"/bookings/{public_id(settings, 'AS-00001')}/adjustments"
    manager.press(manager.get(address), "Approve the adjustment", change="large", because="Sight")

    approved = Reader(the_pdf(assessor, settings).data).sizes()
    asked_otherwise = Reader(the_pdf(assessor, settings, "?variant=standard").data).sizes()

    assert min(approved) >= 18
    assert min(before) == min(asked_otherwise) < 18


def test_an_unknown_variant_is_refused_and_shows_nothing(assessor, settings):
    pulled(assessor, settings)

    answer = the_pdf(assessor, settings, "?variant=tiny")

    assert answer.status_code == 404
    assert "Choose one of: standard, large, contrast." in answer.text
    assert [how for how, _ in views(settings)] == ["read"]


def test_R3_what_the_set_does_not_open_is_probed_on_every_pack_and_what_it_opens_is_not(assessor, settings):
    pulled(assessor, settings)
    page = assessor.get(f"{path_of(settings, 'AS-00001')}/pack")
    aloud = Reader(the_pdf(assessor, settings).data)

    on_the_page = [craft.words(each) for each in page.all("h3") if (each.get("id") or "").startswith("probe-")]
    on_paper = [one.text for one in aloud.headings(3) if one.text.endswith((", pass", ", distinction"))]
    blocks = " ".join(craft.words(each) for each in page.all("section", css_class="pack__block"))

    assert on_the_page == on_paper != []
    assert [code for code in on_the_page if f" {code.split(',')[0]}." in blocks.partition("Criteria")[2]] == []
