"""The main job: my sessions, pull the set, read it, print it."""

from datetime import timedelta

import sqlalchemy as sa

from qbank.storage import db, units
from qbank.storage.models import QuestionSet, SetView
from tests import craft
from tests.page import Client
from tests.web.an_organisation import NOW, PASSWORD, public_id


def path_of(settings, reference):
    return f"/sessions/{public_id(settings, reference)}"


def pulled(client, settings, reference="AS-00001"):
    return client.press(client.get(path_of(settings, reference)), "Pull the question set")


def test_home_shows_an_assessor_the_sessions_of_the_day(assessor):
    page = assessor.get("/")

    assert "1 session, in the order of the day" in page.main
    assert "Today at 2pm in 2 hours Amira Hassan AS-00001" in page.main
    assert "Jo Bell" not in page.main


def test_home_tells_another_role_what_it_finds(manager):
    page = manager.get("/")

    assert "Bank manager" in page.main
    assert "Today" not in page.main
    assert page.link("Read the standards") == "/standards"
    assert "/sessions" not in page.paths()


def test_my_sessions_are_mine_only_in_their_groups(assessor):
    page = assessor.get("/sessions")

    assert page.main.startswith("My sessions 2 assessment sessions assigned to you Today")
    assert "Next 1 session, soonest first" in page.main
    assert "Sam Lee" not in page.main


def test_a_session_says_who_when_where_and_which_sitting(assessor, settings):
    page = assessor.get(path_of(settings, "AS-00001"))

    for words in (
        "Work-based project with interview Session AS-00001 Amira Hassan, today at 2pm, in 2 hours",
        "Employer Northgate Housing",
        "Today at 2pm, for 60 minutes",
        "Lawful length 54 to 66 minutes",
        "Where By video",
        "Sitting first sitting",
        "Submission due by 21 May 2026, 14 days before",
        "Question set opens Tuesday 2 June 2026 at 2pm",
    ):
        assert words in page.main


def test_pulling_shows_ten_questions_with_all_that_the_assessor_needs(assessor, settings):
    page = pulled(assessor, settings)

    stems = page.all("h3", css_class="question__stem")
    assert page.path == f"{path_of(settings, 'AS-00001')}/set"
    assert len(stems) == 10
    assert "The question set is drawn and kept" in page.main
    for part in ("Probes", "Listen for", "Evidence for a pass", "Evidence for a distinction"):
        assert page.main.count(part) >= 10


def test_W6_the_page_proves_rule_by_rule_that_the_set_is_lawful(assessor, settings):
    page = pulled(assessor, settings)

    assert "10 different questions, no fewer and no more 10 of 10 Plan, W6 holds" in page.main
    assert "does not hold" not in page.main
    assert "heads in a row" in page.main


def test_L1_whoever_opens_the_set_again_sees_the_same_one(assessor, settings):
    first = pulled(assessor, settings)

    again = assessor.get(first.path)

    assert "The question set is drawn and kept" not in again.main
    assert stems_of(again) == stems_of(first)
    assert len(stems_of(first)) == 10


def stems_of(page):
    return [stem.get("id") + "".join(stem.itertext()) for stem in page.all("h3", css_class="question__stem")]


def test_a_second_press_gives_the_set_that_stands(assessor, settings):
    session = assessor.get(path_of(settings, "AS-00001"))
    first = assessor.press(session, "Pull the question set")

    second = assessor.press(session, "Pull the question set")

    assert stems_of(second) == stems_of(first)


def test_a_drawn_session_offers_to_read_and_to_print_and_no_second_pull(assessor, settings):
    pulled(assessor, settings)

    page = assessor.get(path_of(settings, "AS-00001"))

    assert "The question set was drawn today at midday." in page.main
    assert "Pull the question set" not in page.buttons()
    assert page.link("Read the question set").endswith("/set")
    assert page.link("Open the pack for print").endswith("/pack")


def test_a_session_that_has_begun_without_its_set_says_so_first_and_still_offers_it(settings, app_at):
    late = Client(app_at(NOW + timedelta(hours=2, minutes=5)))
    late.sign_in("grace@example.org", PASSWORD)

    page = late.get(path_of(settings, "AS-00001"))

    assert "This session has begun and its question set is not pulled" in page.main
    assert "It was due to start today at 2pm." in page.main
    assert "The question set is drawn and kept" in late.press(page, "Pull the question set").main


def test_the_titles_of_a_sessions_pages_name_the_session(assessor, settings):
    pulled(assessor, settings)
    path = path_of(settings, "AS-00001")

    titles = [assessor.get(path + page).title for page in ("", "/set", "/pack")]

    assert titles == ["Session AS-00001 – qbank", "Question set AS-00001 – qbank", "Pack AS-00001 – qbank"]


def test_paper_never_says_today(assessor, settings):
    pulled(assessor, settings)
    path = path_of(settings, "AS-00001")

    pack, others = assessor.get(f"{path}/pack"), [assessor.get(path), assessor.get(f"{path}/set")]

    assert "for Grace Mensah on Thursday 4 June 2026 at midday." in pack.main
    assert "today" not in pack.main.lower()
    for page in others:
        near = [one for one in page.all("time") if "today" in craft.words(one).lower()]
        assert len(near) == page.main.lower().count("today at")
        assert {one.get("data-paper") for one in near} <= {
            "Thursday 4 June 2026 at midday",
            "Thursday 4 June 2026 at 2pm",
        }


def test_every_line_of_the_proof_says_what_it_rests_on_where_that_can_be_read(assessor, settings):
    page = pulled(assessor, settings)
    standard = assessor.get("/standards/customer-service-specialist-3")

    links = [a.get("href") for table in page.all("table", css_class="table--proof") for a in table.iter("a")]
    anchors = [link.partition("#")[2] for link in links]

    assert "enemies" in anchors
    assert all(standard.by_id(anchor) is not None for anchor in anchors)


def test_digests_and_finer_figures_are_behind_a_disclosure_that_paper_leaves_closed(assessor, settings):
    page = pulled(assessor, settings)

    closed = [each for each in page.all("details", css_class="details--closed-on-paper") if "open" not in each.attrib]
    checking = [craft.words(each) for each in closed if craft.words(each).startswith("Check the draw")]

    assert len(checking) == 1
    assert "Commitment to the seed" in checking[0]
    assert page.main.count("Commitment to the seed") == 1


def test_the_page_of_a_set_shows_the_digest_of_its_certificate_as_it_is_kept(assessor, settings):
    page = pulled(assessor, settings)
    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        kept = store.scalars(sa.select(QuestionSet.certificate_digest)).one()
    engine.dispose()

    shown = {
        craft.words(row.find("dt")): "".join(row.find("dd").itertext()).split()
        for row in page.all("div", css_class="govuk-summary-list__row")
    }

    assert len(kept) == 64
    assert "".join(shown["Certificate"]) == kept


def test_someone_elses_session_does_not_exist_for_me(assessor, settings):
    theirs = path_of(settings, "AS-00003")
    seal = assessor.get("/").form("Sign out").fields["csrf_token"]

    for path in (theirs, f"{theirs}/set", f"{theirs}/pack"):
        page = assessor.get(path)
        assert page.status == 404
        assert "No session of yours has this address." in page.main
    assert assessor.http.post(f"{theirs}/pull", data={"csrf_token": seal}).status_code == 404


def test_an_unknown_session_and_someone_elses_give_the_same_answer(assessor, settings):
    theirs = assessor.get(path_of(settings, "AS-00003"))
    nobodys = assessor.get("/sessions/AAAAAAAAAAAAAAAAAAAAAA")

    assert (theirs.status, theirs.main) == (nobodys.status, nobodys.main)


def test_before_its_release_a_set_is_neither_offered_nor_drawn(assessor, settings):
    path = path_of(settings, "AS-00002")
    seal = assessor.get("/").form("Sign out").fields["csrf_token"]

    page = assessor.get(path)
    refused = assessor.http.post(f"{path}/pull", data={"csrf_token": seal})

    assert "The question set opens to you Friday 12 June 2026 at midday, in 8 days." in page.main
    assert "Pull the question set" not in page.buttons()
    assert refused.status_code == 409
    assert "The question set opens Friday 12 June 2026 at midday." in refused.text


def test_a_set_that_was_not_pulled_cannot_be_read(assessor, settings):
    page = assessor.get(f"{path_of(settings, 'AS-00001')}/set")

    assert page.status == 409
    assert "The question set of AS-00001 is not drawn yet. Pull it on the session's page." in page.main


def test_seven_days_after_the_session_its_set_is_closed(assessor, settings, app_at):
    pulled(assessor, settings)
    later = Client(app_at(NOW + timedelta(days=7, hours=2)))
    later.sign_in("grace@example.org", PASSWORD)

    session, read = later.get(path_of(settings, "AS-00001")), later.get(f"{path_of(settings, 'AS-00001')}/set")

    assert "closed to you today at 2pm" in session.main
    assert read.status == 409
    assert "The question set closed today at 2pm." in read.main


def test_the_pack_has_a_block_for_each_question_with_the_reference_of_the_session(assessor, settings):
    pulled(assessor, settings)

    page = assessor.get(f"{path_of(settings, 'AS-00001')}/pack")

    blocks = page.all("section", css_class="pack__block")
    assert page.heading == "Pack AS-00001"
    assert len(blocks) == 10
    assert all("AS-00001" in "".join(block.itertext()) for block in blocks)


def test_every_view_of_a_set_is_on_record_and_every_printed_copy_has_its_own_mark(assessor, settings):
    page = pulled(assessor, settings)
    for _ in range(2):
        assessor.get(page.path.removesuffix("/set") + "/pack")

    engine = db.engine(settings.database)
    with units.read_unit(engine) as store:
        views = store.execute(sa.select(SetView.how, SetView.copy_mark).order_by(SetView.id)).all()
    engine.dispose()

    assert [how for how, _ in views] == ["read", "printed", "printed"]
    assert views[0][1] is None
    assert len({mark for _, mark in views[1:]}) == 2
