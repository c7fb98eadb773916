"""W8: the clock of the review in force: what is overdue is not drawn, from the day it falls due."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from qbank.domain.errors import NotAllowed, NotFound, RuleBroken
from qbank.domain.lifecycle import Change, State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.reviewing import CallKind
from qbank.services import calling, continuing, eligibility, foreseeing, moving, session_requests
from qbank.services.continuing import Outlook
from qbank.storage import draw_plans, units
from qbank.storage.models import (
    Approval,
    AssessmentSession,
    Attempt,
    AuditEntry,
    BankContinuationSignature,
    EligibilitySnapshot,
    Question,
    QuestionVersion,
    ReviewCall,
)
from qbank.storage.queries import review_clock
from qbank.storage.queries.sets import set_of
from review.clock import Rhythm, Standing
from tests.services.a_bank import (
    BOOKED,
    METHOD,
    NOW,
    a_plan,
    a_session,
    fill,
    opened,
    pulled,
    the_person,
    the_plan_version,
)

STANDARD = a_plan().standard
RHYTHM = Rhythm(a_plan().review_months, a_plan().review_opens_month)
EARLY = tuple(f"Q-{number:04d}" for number in range(1, 5))
"""Questions that were loaded a hundred days before the others."""
DUE = date(2028, 2, 3)
"""As many months after that day as the small standard gives: the bank is due then, and these four."""
LAST_DAY = datetime(2028, 2, 2, 9, 0, tzinfo=UTC)
DUE_DAY = datetime(2028, 2, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def bank(shelf):
    """The small bank, loaded in two parts."""
    url = shelf.copy("two loads", lambda url: fill(url, early=len(EARLY), early_at=BOOKED - timedelta(days=100)))
    with opened(url) as engine:
        yield engine


def booked(bank, starts_at, apprentice=1):
    with units.write_unit(bank) as store:
        return a_session(store, apprentice=apprentice, starts_at=starts_at, at=starts_at - timedelta(hours=1)).id


def written(bank, work):
    return units.in_write_unit(bank, work)


def frozen(bank, session):
    with units.read_unit(bank) as store:
        attempt = store.get_one(AssessmentSession, session).attempt_id
        asked = sa.select(EligibilitySnapshot.body).where(EligibilitySnapshot.attempt_id == attempt)
        return json.loads(store.scalars(asked).one())["excluded"]


def question(store, reference):
    return store.scalars(sa.select(Question).where(Question.reference == reference)).one()


def clock_of(bank, reference, number=1):
    with units.read_unit(bank) as store:
        return review_clock.clock_of(store, question(store, reference).id, number, RHYTHM)


def ask(store, *, who="author", until=DUE + timedelta(days=20), reason="The panel could not meet.", at=DUE_DAY):
    return continuing.ask(store, STANDARD, METHOD, until=until, reason=reason, by=the_person(store, who).actor, at=at)


def signed(bank, **asked):
    """The key of a continuation that as many people signed as the small standard asks for: three."""

    def work(store):
        made = ask(store, **asked)
        for who in ("approver", "other"):
            continuing.sign(store, made.id, by=the_person(store, who).actor, at=DUE_DAY)
        return made.id

    return written(bank, work)


def rewritten(bank, reference, *, change, at):
    """The next version of a question, written and approved at that time."""

    def work(store):
        row = question(store, reference)
        old = store.scalars(
            sa.select(QuestionVersion).where(QuestionVersion.question_id == row.id).order_by(QuestionVersion.id.desc())
        ).first()
        author, approver = the_person(store, "author"), the_person(store, "approver")
        names = [column.key for column in QuestionVersion.__table__.columns if column.key not in {"id", "load_id"}]
        kept = {name: getattr(old, name) for name in names}
        made = QuestionVersion(**kept | {"number": old.number + 1, "author_id": author.id, "created_at": at})
        store.add(made)
        store.flush()
        for state in (State.DRAFT, State.AWAITING_APPROVAL):
            moving.move(store, made, state, "a test", by=author.actor, at=at)
        people = {"author_id": author.id, "approver_id": approver.id}
        store.add(
            Approval(question_version_id=made.id, decision="approved", change=change, comment="", at=at, **people)
        )
        store.flush()
        moving.move(store, old, State.RETIRED, "a test", by=approver.actor, at=at)
        moving.move(store, made, State.LIVE, "a test", by=approver.actor, at=at)

    written(bank, work)


def test_W8_a_question_is_first_due_so_long_after_its_approval_as_the_plan_says(bank):
    found = clock_of(bank, "Q-0001")

    assert (found.counted_from, found.due_on) == (date(2026, 2, 3), DUE)
    assert clock_of(bank, "Q-0060").counted_from == BOOKED.date()


def test_W8_the_day_before_it_falls_due_a_question_can_be_drawn(bank):
    session = booked(bank, LAST_DAY)

    assert pulled(bank, session, at=LAST_DAY).references
    assert frozen(bank, session) == {}


def test_W8_on_the_day_it_falls_due_a_question_is_not_drawn_with_the_plan_in_use_unchanged(bank):
    signed(bank)
    session = booked(bank, DUE_DAY)

    drawn = pulled(bank, session, at=DUE_DAY)

    assert frozen(bank, session) == dict.fromkeys(EARLY, "overdue")
    assert not {*drawn.references} & {*EARLY}


def test_W8_what_is_foreseen_of_the_draw_leaves_out_what_is_overdue_that_day(bank):
    with units.read_unit(bank) as store:
        row = the_plan_version(store)
        in_use = draw_plans.adopted(store, row.id, METHOD)
        all_due = datetime(2028, 5, 14, 9, 0, tzinfo=UTC)

        assert eligibility.of_plan(store, in_use.id, row.id, at=LAST_DAY) == {}
        assert eligibility.of_plan(store, in_use.id, row.id, at=DUE_DAY) == dict.fromkeys(EARLY, "overdue")
        assert foreseeing.as_it_is(store, row, METHOD, at=DUE_DAY) == ""
        assert "but 0 questions may be drawn" in foreseeing.as_it_is(store, row, METHOD, at=all_due)


def test_W8_the_day_begins_at_midnight_in_the_united_kingdom(bank):
    """The others fall due in May, where midnight is an hour earlier in UTC."""
    with units.read_unit(bank) as store:
        versions = {row.question_id: row.id for row in store.scalars(sa.select(QuestionVersion))}
        midnight = datetime(2028, 5, 13, 23, 0, tzinfo=UTC)

        before = review_clock.overdue(store, versions, RHYTHM, at=midnight - timedelta(seconds=1))
        after = review_clock.overdue(store, versions, RHYTHM, at=midnight)

    assert (len(before), len(after)) == (len(EARLY), len(versions))


def test_an_editorial_change_keeps_the_clock_and_a_material_one_begins_it_anew(bank):
    at = BOOKED + timedelta(days=50)
    rewritten(bank, "Q-0001", change=Change.EDITORIAL, at=at)
    rewritten(bank, "Q-0002", change=Change.MATERIAL, at=at)

    assert clock_of(bank, "Q-0001", 2) == clock_of(bank, "Q-0001", 1)
    assert clock_of(bank, "Q-0002", 2).counted_from == at.date()
    assert clock_of(bank, "Q-0002", 1).counted_from == date(2026, 2, 3)


def test_the_version_that_a_plan_pins_stays_overdue_when_a_newer_text_is_not(bank):
    signed(bank)
    rewritten(bank, "Q-0002", change=Change.MATERIAL, at=BOOKED + timedelta(days=50))
    session = booked(bank, DUE_DAY)
    pulled(bank, session, at=DUE_DAY)

    assert "Q-0002" in frozen(bank, session)


def test_W8_an_overdue_bank_is_neither_drawn_from_nor_booked_for(bank):
    session = booked(bank, DUE_DAY)

    with pytest.raises(RuleBroken, match="no set is drawn from it until a panel has decided") as caught:
        pulled(bank, session, at=DUE_DAY)
    with units.read_unit(bank) as store:
        attempt = store.get_one(Attempt, store.get_one(AssessmentSession, session).attempt_id)
        with pytest.raises(RuleBroken, match="no set is drawn from it"):
            session_requests.must_be_drawable(store, attempt, DUE_DAY)

    assert caught.value.rule == "W8"


def test_a_set_that_was_drawn_in_time_is_shown_afterwards(bank):
    session = booked(bank, LAST_DAY + timedelta(hours=14))
    first = pulled(bank, session, at=LAST_DAY + timedelta(hours=13))

    assert pulled(bank, session, at=LAST_DAY + timedelta(hours=16)) == first


def test_W8_people_sign_that_an_overdue_bank_goes_on_and_each_set_says_so(bank):
    made = signed(bank)
    pulled(bank, booked(bank, DUE_DAY), at=DUE_DAY)

    with units.read_unit(bank) as store:
        entries = list(store.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)))
    drawn = next(each for each in entries if each.act == "question set drawn")
    assert json.loads(drawn.facts)["continuation"] == made
    assert [each.act for each in entries if each.act.startswith("non-compliance")] == [
        "non-compliance: continuation asked for",
        *["non-compliance: continuation signed"] * 2,
    ]


def test_L8_fewer_signatures_than_the_plan_asks_for_are_not_enough_and_nobody_signs_twice(bank):
    made = written(bank, lambda store: ask(store).id)
    written(bank, lambda store: continuing.sign(store, made, by=the_person(store, "approver").actor, at=DUE_DAY))

    with pytest.raises(RuleBroken, match="no set is drawn"):
        pulled(bank, booked(bank, DUE_DAY), at=DUE_DAY)
    with pytest.raises(RuleBroken, match="nobody signs twice") as caught:
        written(bank, lambda store: continuing.sign(store, made, by=the_person(store, "author").actor, at=DUE_DAY))
    assert caught.value.rule == "L8"


def test_L8_the_database_refuses_the_second_signature_of_who_asked(bank):
    made = written(bank, lambda store: ask(store).id)

    def work(store):
        person = the_person(store, "author").id
        store.add(BankContinuationSignature(continuation_id=made, by_id=person, at=DUE_DAY))
        store.flush()

    with pytest.raises(IntegrityError, match="L8: whoever asks for a continuation"):
        written(bank, work)


def test_W8_before_a_continuation_is_signed_it_is_said_what_stays_out_and_whether_a_set_can_be_drawn(bank):
    with units.read_unit(bank) as store:
        before, now, late = (
            continuing.outlook(store, STANDARD, METHOD, at=at)
            for at in (NOW, DUE_DAY, datetime(2028, 5, 14, 9, 0, tzinfo=UTC))
        )

    assert (before, now) == (Outlook(DUE, 60, len(EARLY), ""), Outlook(DUE, 60, len(EARLY), ""))
    assert (late.overdue, late.lacking[:29]) == (60, "No lawful question set exists")


def test_a_continuation_ends_with_its_last_day(bank):
    signed(bank, until=DUE + timedelta(days=1))
    at = DUE_DAY + timedelta(days=1)
    assert pulled(bank, booked(bank, at), at=at).references

    with pytest.raises(RuleBroken, match="no set is drawn"):
        pulled(bank, booked(bank, at + timedelta(days=1), 2), at=at + timedelta(days=1))


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ({"at": NOW}, "not open yet"),
        ({"until": DUE - timedelta(days=1)}, "lies before the day"),
        ({"until": date(2028, 12, 1)}, "months at most"),
        ({"reason": " "}, "needs a reason"),
    ],
)
def test_a_continuation_is_for_a_bank_that_is_due_and_short_and_has_a_reason(bank, asked, because):
    with pytest.raises(RuleBroken, match=because):
        written(bank, lambda store: ask(store, **asked))


def test_a_continuation_is_asked_for_and_signed_by_people_and_while_it_lasts(bank):
    with pytest.raises(RuleBroken, match="signed by people"):
        written(
            bank,
            lambda store: continuing.ask(
                store, STANDARD, METHOD, until=DUE, reason="A test.", by=COMMAND_LINE, at=DUE_DAY
            ),
        )
    made = written(bank, lambda store: ask(store, until=DUE).id)
    late = DUE_DAY + timedelta(days=1)
    with pytest.raises(RuleBroken, match="last day has passed"):
        written(bank, lambda store: continuing.sign(store, made, by=the_person(store, "approver").actor, at=late))
    with pytest.raises(NotFound):
        written(bank, lambda store: continuing.sign(store, 99, by=the_person(store, "approver").actor, at=DUE_DAY))


def test_Q3_a_change_of_the_plan_calls_the_review_of_every_question_that_carries_the_ksb(bank):
    def work(store):
        found = calling.carriers(store, the_plan_version(store).standard_id, a_plan().ksbs[0].code)
        manager = the_person(store, "author").actor
        kind = CallKind.PLAN_OR_LAW
        return calling.call(store, found, kind=kind, reason="The law is another.", by=manager, at=NOW)

    called = written(bank, work)

    assert len(called) == 20
    assert clock_of(bank, called[0]).standing(NOW.date()) is Standing.CALLED
    with units.read_unit(bank) as store:
        kept = review_clock.calls_of(store, [question(store, called[0]).id])
        acts = store.scalars(sa.select(AuditEntry.subject).where(AuditEntry.act == "review called")).all()
    assert [(each.kind, each.reason, each.by) for each in kept] == [
        (CallKind.PLAN_OR_LAW, "The law is another.", "author")
    ]
    assert sorted(acts) == called


@pytest.mark.parametrize(
    ("references", "kind", "reason", "refusal"),
    [
        (["Q-9999"], CallKind.LEAK, "Seen in a forum.", NotFound),
        ([], CallKind.LEAK, "Seen in a forum.", RuleBroken),
        (["Q-0001"], CallKind.LEAK, " ", RuleBroken),
        (["Q-0001"], CallKind.ASSESSOR, "It is unclear.", RuleBroken),
    ],
)
def test_an_early_review_names_its_questions_what_happened_and_why(bank, references, kind, reason, refusal):
    with pytest.raises(refusal):
        written(
            bank,
            lambda store: calling.call(
                store, references, kind=kind, reason=reason, by=the_person(store, "author").actor, at=NOW
            ),
        )


def report(bank, session, position, who="assessor"):
    def work(store):
        row, person = store.get_one(AssessmentSession, session), the_person(store, who).actor
        return calling.report(store, row, position, reason="It was heard in two ways.", by=person, at=NOW)

    return written(bank, work)


def test_an_assessor_reports_a_question_of_their_own_session(bank):
    session = booked(bank, NOW)
    drawn = pulled(bank, session)

    assert report(bank, session, 2) == drawn.references[1]
    assert clock_of(bank, drawn.references[1]).standing(NOW.date()) is Standing.CALLED
    with pytest.raises(NotAllowed):
        report(bank, session, 2, who="other")
    with pytest.raises(NotFound):
        report(bank, session, 99)


def test_L8_the_database_keeps_a_report_to_a_question_of_the_reporters_own_session(bank):
    session = booked(bank, NOW)
    pulled(bank, session)

    def work(store):
        drawn = {each.reference for each in set_of(store, session).asked}
        other = next(f"Q-{number:04d}" for number in range(1, 61) if f"Q-{number:04d}" not in drawn)
        row = ReviewCall(question_id=question(store, other).id, kind=CallKind.ASSESSOR, reason="A test.", at=NOW)
        row.assessment_session_id, row.by_id = session, the_person(store, "assessor").id
        store.add(row)
        store.flush()

    with pytest.raises(IntegrityError, match="L8: an assessor reports a question of a set of their own session"):
        written(bank, work)
