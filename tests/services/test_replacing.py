"""Where nothing can take a question's place alone, another that was not asked is exchanged with it, and all is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from delivery.errors import DoesNotReplay
from qbank.domain.bank_list import Wanted
from qbank.domain.errors import NotReady, RuleBroken
from qbank.domain.lifecycle import Replaced, Sitting
from qbank.domain.people import COMMAND_LINE
from qbank.services import extending, kept_sets, offline, offline_changes, verifying
from qbank.services.extending import LeftOpen
from qbank.services.kept_evidence import shown_evidence
from qbank.services.replacing import REPLACED, AskedUnknown, Replacement, may_be_exchanged
from qbank.storage import draw_plans, migrating, triggers, units
from qbank.storage.models import AssessmentSession, Attempt, AuditEntry, Question, QuestionSet, Seed, SetExtension
from qbank.storage.queries import assessments, bank_list, versions
from qbank.storage.queries.sets import set_of
from tests.delivery.checker import faults
from tests.domain.an_entry import an_entry
from tests.services.a_bank import CIPHER, ENDED, NOW, a_plan, a_session, opened, pulled, the_person
from tests.services.a_sitting import write
from tests.services.a_tight_bank import bound, fill_tightly


@pytest.fixture
def url(shelf):
    with shelf.lent("tight bank", fill_tightly) as made:
        yield made


@pytest.fixture
def bank(url):
    with opened(url) as engine:
        yield engine


@pytest.fixture
def session(bank) -> int:
    """The key of a session whose set is drawn."""
    with units.write_unit(bank) as store:
        found = a_session(store).id
    pulled(bank, found)
    return found


def the_set(bank, session):
    with units.read_unit(bank) as store:
        return set_of(store, session)


def replaced(bank, session, position, *, asked=(), at=NOW):
    wanted = Replacement(position, Replaced.FAULTY, "Two questions in one.", asked)
    return extending.extend(bank, session, wanted, by=COMMAND_LINE, at=at, cipher=CIPHER)


def whole_evidence(bank, session):
    """As an export holds it, through JSON and back."""
    with units.read_unit(bank) as store:
        drawn = set_of(store, session)
        row = store.get_one(QuestionSet, drawn.id)
        attempt = store.get_one(Attempt, row.attempt_id)
        seed = CIPHER.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
        plan = draw_plans.plan(store, row.draw_plan_id).to_dict()
        found = replace(shown_evidence(store, drawn.session_reference), seed=seed, plan=plan)
    return json.loads(json.dumps(found.to_dict(with_stems=False)))


def test_a_question_that_one_can_replace_is_replaced_alone_whatever_was_said_of_the_others(bank, session):
    short = next(each for each in the_set(bank, session).asked if each not in bound(the_set(bank, session)))

    came = replaced(bank, session, short.position, asked=())

    assert (len(came.questions), came.exchanged) == (1, None)
    assert came.certificate["format"] == "qbank substitution certificate 1"


def test_where_none_can_it_is_first_asked_which_were_asked_and_nothing_is_kept(bank, session):
    one, _ = bound(the_set(bank, session))

    with pytest.raises(AskedUnknown, match=f"No question can take the place of {one.reference} alone"):
        replaced(bank, session, one.position, asked=None)

    assert the_set(bank, session).grown == ()


def test_W6_two_are_replaced_together_each_in_its_place_and_as_many_are_asked_as_before(bank, session):
    before = the_set(bank, session)
    one, other = bound(before)

    came = replaced(bank, session, one.position)

    after = the_set(bank, session)
    names = [each.reference for each in after.asked]
    with units.read_unit(bank) as store:
        plan = draw_plans.plan(store, before.draw_plan_id)
    assert (came.replaced, came.exchanged) == (one.position, other.position)
    assert names[one.place - 1] == came.questions[0].reference
    assert names[other.place - 1] == came.questions[1].reference
    assert [each for each in after.asked if each.position <= 7] == [
        each for each in before.asked if each not in (one, other)
    ]
    assert faults(names, plan.pool, plan.specification, {}) == []
    assert len(after.met) == 9


def test_what_left_and_what_came_both_count_as_asked_wherever_times_asked_are_told(bank, session):
    left = next(each for each in the_set(bank, session).asked if each not in bound(the_set(bank, session)))

    (came,) = replaced(bank, session, left.position).questions

    with units.read_unit(bank) as store:
        told = {line.reference: line.asked for line in bank_list.listed(store, Wanted(), at=NOW).lines}
        kept = {row.reference: row for row in store.scalars(sa.select(Question))}
        used = {reference: versions.use_of(store, row).sets for reference, row in kept.items()}
    both = (left.reference, came.reference)
    assert [used[each] for each in both] == [told[each] for each in both] == [1, 1]
    assert sum(used.values()) == sum(told.values()) == 8


def test_both_that_left_lead_to_what_came_and_neither_is_replaced_again(bank, session):
    one, other = bound(the_set(bank, session))

    came = replaced(bank, session, one.position)

    assert replaced(bank, session, one.position) == came
    assert replaced(bank, session, other.position) == came
    assert len(the_set(bank, session).grown) == 1


def test_what_came_in_exchange_can_be_replaced_in_turn_and_the_evidence_replays(bank, session):
    first = replaced(bank, session, bound(the_set(bank, session))[0].position)

    second = replaced(bank, session, first.questions[1].position)

    assert second.exchanged == first.questions[0].position
    assert len({each.reference for each in the_set(bank, session).met}) == 11
    assert verifying.verify_found(whole_evidence(bank, session)).extension_count == 2


@pytest.mark.parametrize("change", ["dropped", "forgot", "exchanged"])
def test_an_exchange_that_was_dropped_or_forgets_what_was_met_does_not_replay(bank, session, change):
    first = replaced(bank, session, bound(the_set(bank, session))[0].position)
    replaced(bank, session, first.questions[1].position)
    found = whole_evidence(bank, session)
    if change == "dropped":
        del found["extensions"][0]
    elif change == "forgot":
        found["extensions"][1]["certificate"]["vacancy"]["met"].pop()
    else:
        found["extensions"][0]["certificate"]["exchanged"]["out"] = "Q-0020"

    with pytest.raises(DoesNotReplay):
        verifying.verify_found(found)


def test_a_question_that_the_record_shows_as_asked_is_not_exchanged_and_the_refusal_says_what_would_do(bank, session):
    one, other = bound(the_set(bank, session))
    write(bank, session, [an_entry("note", position=other.position)])

    for said in (None, (), (other.position,)):
        with pytest.raises(RuleBroken, match="of one that was not asked") as refused:
            replaced(bank, session, one.position, asked=said)
        assert not isinstance(refused.value, AskedUnknown)
        assert "write 1 question that carries" in str(refused.value)


def test_a_question_that_the_assessor_says_was_asked_is_not_exchanged(bank, session):
    one, other = bound(the_set(bank, session))

    with pytest.raises(RuleBroken, match="of one that was not asked"):
        replaced(bank, session, one.position, asked=(other.position,))


class Meanwhile:
    """A replacement between whose two units something else happens, once."""

    def __init__(self, wanted, happens):
        self.wanted, self.happens = wanted, [happens]

    def __getattr__(self, name):
        return getattr(self.wanted, name)

    def work_out(self, basis):
        ready = self.wanted.work_out(basis)
        if self.happens:
            self.happens.pop()()
        return ready


def test_a_question_that_is_asked_while_the_exchange_is_worked_out_stays_in_the_set(bank, session):
    one, other = bound(the_set(bank, session))
    wanted = Replacement(one.position, Replaced.FAULTY, "Two questions in one.", ())
    asked = Meanwhile(wanted, lambda: write(bank, session, [an_entry("asked", position=other.position)]))

    with pytest.raises(RuleBroken, match="of one that was not asked"):
        extending.extend(bank, session, asked, by=COMMAND_LINE, at=NOW, cipher=CIPHER)

    assert the_set(bank, session).grown == ()


def test_what_may_be_exchanged_is_what_neither_the_record_shows_as_put_nor_was_added(bank, session):
    wanted = LeftOpen(("K1",), 1200, after=0)
    (added,) = extending.extend(bank, session, wanted, by=COMMAND_LINE, at=NOW, cipher=CIPHER).questions
    drawn = the_set(bank, session)
    one, other = bound(drawn)

    may = may_be_exchanged(drawn, one.position, frozenset({1, 2}))
    came = replaced(bank, session, one.position)

    assert [each.position for each in drawn.asked] == [*range(1, 9)]
    assert added.position == 8
    assert [each.position for each in may] == [place for place in range(3, 8) if place != one.position]
    assert came.exchanged == other.position
    assert added.reference in came.certificate["vacancy"]["met"]
    assert verifying.verify_found(whole_evidence(bank, session)).extension_count == 2


def test_the_trail_tells_of_both_places_and_the_kept_set_agrees_with_its_certificates(bank, session):
    one, other = bound(the_set(bank, session))

    came = replaced(bank, session, one.position)

    with units.read_unit(bank) as store:
        entry = store.scalars(sa.select(AuditEntry).where(AuditEntry.act == REPLACED)).one()
        assert json.loads(entry.facts) == {
            "number": 1,
            "position": one.position,
            "exchanged": other.position,
            "reason": "faulty or unclear",
            "certificate": came.certificate_digest,
        }
        assert list(kept_sets.differences(store)) == []
        assert assessments.was_replaced(store, the_set(bank, session).id)


def test_a_kept_extension_that_names_other_places_than_its_certificate_is_noticed(bank, session):
    replaced(bank, session, bound(the_set(bank, session))[0].position)
    with bank.connect() as connection:
        triggers.drop(connection)
        connection.execute(sa.update(SetExtension).values(exchanged_position=None, question_count=1))
        triggers.create(connection)
        connection.commit()

    with units.read_unit(bank) as store:
        wrong = {each.what for each in kept_sets.differences(store)}

    assert {"extension's questions", "extension's places"} <= wrong


def test_what_the_record_says_otherwise_than_the_exchange_is_reported_and_the_set_stays_as_it_was(bank, session):
    one, other = bound(the_set(bank, session))
    third = next(each for each in the_set(bank, session).asked if each not in (one, other))
    came = replaced(bank, session, one.position, asked=(third.position,))
    write(bank, session, [an_entry("note", position=third.position)])
    with units.read_unit(bank) as store:
        assert list(kept_sets.disagreements(store)) == []

    not_asked = an_entry("asked", position=third.position, how="not asked", because="No time.")
    write(bank, session, [not_asked, an_entry("asked", position=other.position)])

    with units.read_unit(bank) as store:
        told = list(kept_sets.disagreements(store))
        assert list(kept_sets.differences(store)) == []
    assert came.certificate["vacancy"]["asked"] == [third.reference]
    assert {each[:6]: each.partition("the record ")[2] for each in told} == {
        third.reference: "calls it not asked.",
        other.reference: "shows that it was.",
    }


def test_L2_a_re_sit_meets_none_of_the_four(bank, session):
    replaced(bank, session, bound(the_set(bank, session))[0].position)
    met = {each.reference for each in the_set(bank, session).met}
    with units.write_unit(bank) as store:
        again = a_session(store, kind=Sitting.RE_SIT, starts_at=ENDED + timedelta(days=1), at=ENDED).id

    assert met.isdisjoint(pulled(bank, again, at=ENDED + timedelta(days=1)).references)


def test_an_offline_copy_is_told_of_both_questions_that_are_not_asked_any_more(bank, session):
    with units.write_unit(bank) as store:
        row, drawn = store.get_one(AssessmentSession, session), set_of(store, session)
        copy = offline.planned(a_plan(), row.starts_at, mark="2345-6789")
        offline.keep(store, row, drawn, copy, by=the_person(store, "assessor").actor, at=NOW)
    one, other = bound(drawn)

    replaced(bank, session, one.position, at=NOW + timedelta(minutes=5))

    with units.read_unit(bank) as store:
        told = offline_changes.since(store, copy.mark)
    assert [each.position for each in told] == [one.position, other.position]
    assert [each.words.partition(" ")[0] for each in told] == [one.reference, other.reference]


@pytest.mark.parametrize("twice", ["replaced", "exchanged"])
def test_L7_the_database_lets_a_question_leave_its_set_once(bank, session, twice):
    replaced(bank, session, bound(the_set(bank, session))[0].position)
    with units.read_unit(bank) as store:
        row = store.scalars(sa.select(SetExtension)).one()
        values = {
            column.name: getattr(row, column.name) for column in SetExtension.__table__.columns if column.name != "id"
        }
    gone = (row.replaced_position, row.exchanged_position)
    places = {
        "replaced": {"replaced_position": gone[1], "exchanged_position": 10},
        "exchanged": {"replaced_position": 11, "exchanged_position": gone[0]},
    }

    with pytest.raises(IntegrityError, match="leaves its set once"), units.write_unit(bank) as store:
        store.execute(sa.insert(SetExtension).values(values | {"number": 2, "first_position": 10} | places[twice]))


def test_an_older_program_does_not_get_a_set_with_an_exchange_that_it_would_ask_wrongly(bank, session, url):
    replaced(bank, session, bound(the_set(bank, session))[0].position)

    with pytest.raises(NotReady, match="an older program would ask them"):
        migrating.downgrade(url, "0021")

    assert len(the_set(bank, session).grown) == 1


def test_an_older_program_that_a_database_without_exchanges_is_handed_back_to_extends_sets_as_before(
    bank, session, url
):
    short = [each for each in the_set(bank, session).asked if each not in bound(the_set(bank, session))]
    replaced(bank, session, short[0].position)
    with units.read_unit(bank) as store:
        row = dict(store.execute(sa.select(SetExtension.__table__)).mappings().one())
    migrating.downgrade(url, "0021")

    with bank.begin() as connection:
        table = sa.Table("set_extensions", sa.MetaData(), autoload_with=connection)
        values = row | {"number": 2, "replaced_position": short[1].position, "first_position": 9}
        kept = {name: values[name] for name in (column.name for column in table.columns) if name != "id"}
        connection.execute(sa.insert(table).values(kept | {"certificate_digest": "0" * 64}))
        assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 2
