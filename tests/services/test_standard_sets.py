"""Standard sets: assembled, adjusted inside the rules, approved by a second person, put in use, and drawn by lot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from delivery.errors import DoesNotReplay, Infeasible
from delivery.rotation import ApprovedSets
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.lifecycle import Replaced, Sitting, State
from qbank.domain.people import COMMAND_LINE
from qbank.domain.standard_sets import Decided, Standing
from qbank.services import assembling, extending, kept_sets, session_requests, standard_sets, verifying
from qbank.services.assembling import Wanted
from qbank.services.extending import LeftOpen
from qbank.services.kept_evidence import shown_evidence
from qbank.services.replacing import Replacement
from qbank.services.standard_sets import Exchange
from qbank.settings import Settings
from qbank.storage import draw_plans, units
from qbank.storage.models import AssessmentSession, Attempt, AuditEntry, Seed
from qbank.storage.queries.families import awaiting_approval, states_of
from qbank.storage.queries.sets import set_of
from tests.delivery.checker import faults
from tests.services.a_bank import CIPHER, METHOD, NOW, a_session, pulled, the_person
from tests.services.a_family import STANDARD, a_family, decide, in_use, put_in_use, submit, the_family, withdraw

LATER = NOW + timedelta(days=40)


def silently(_step, _share):
    """For whoever does not ask how far it is."""


def written(bank, work):
    return units.in_write_unit(bank, work)


def exchanged(bank, key, asked, *, by="author", seen=None):
    found = the_family(bank, key)

    def work(store):
        number = found.number if seen is None else seen
        standard_sets.exchange(store, found, asked, seen=number, by=the_person(store, by).actor, at=NOW)

    written(bank, work)
    return the_family(bank, key)


def plan_of(bank, key):
    with units.read_unit(bank) as store:
        return draw_plans.plan(store, the_family(bank, key).fitted_plan_id)


def that_fits(bank, key, number=1, *, fits=True):
    """A question of a set, and one outside of all sets that could take its place, or could not."""
    plan, found = plan_of(bank, key), the_family(bank, key)
    used = set().union(*found.sets)
    for out in found.sets[number - 1]:
        for into in plan.pool.references:
            chosen = [into if name == out else name for name in found.sets[number - 1]]
            if into not in used and (not faults(chosen, plan.pool, plan.specification)) is fits:
                return Exchange(number, out, into)
    raise AssertionError("The bank has no such question.")


def evidence(bank, session):
    """As an export holds it, through JSON and back."""
    with units.read_unit(bank) as store:
        drawn = set_of(store, session)
        row = store.get_one(Attempt, store.get_one(AssessmentSession, session).attempt_id)
        seed = CIPHER.opened(store.get_one(Seed, row.id).ciphertext, attempt=row.reference)
        sets = draw_plans.standard_sets(store, drawn.draw_plan_id)
        plan = draw_plans.plan(store, drawn.draw_plan_id)
        found = replace(
            shown_evidence(store, drawn.session_reference), seed=seed, plan=plan.to_dict(), sets=sets.to_dict()
        )
    return json.loads(json.dumps(found.to_dict(with_stems=False)))


@pytest.fixture
def family(bank) -> int:
    """The key of four sets that an author assembled."""
    return written(bank, a_family)


@pytest.fixture
def used(bank) -> int:
    """The key of four sets that bookings follow."""
    return written(bank, in_use)


@pytest.fixture
def session(bank, used) -> int:
    """The key of a session that was booked afterwards and whose set was drawn."""
    assert used
    key = written(bank, lambda store: a_session(store).id)
    pulled(bank, key)
    return key


def test_sets_are_assembled_as_a_job_from_the_live_questions(bank, tmp_path):
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path / "cache")
    told: list[str] = []

    def tell(step, _share):
        told.append(step)

    with units.read_unit(bank) as store:
        person = the_person(store, "author").actor
    key = assembling.assemble(
        bank,
        settings,
        Wanted(STANDARD, METHOD, 3),
        by=person,
        at=NOW,
        tell=tell,
    )

    found, plan = the_family(bank, key), plan_of(bank, key)
    assert len(found.sets) == 3
    assert len(set().union(*found.sets)) == sum(map(len, found.sets))
    assert [faults(each, plan.pool, plan.specification) for each in found.sets] == [[]] * 3
    assert (found.standing, found.made_by, found.gap) == (Standing.ASSEMBLED, ("author",), 0)
    assert told[-1] == "Keeping them"


def test_a_method_that_is_not_there_has_no_standard_sets(bank, tmp_path):
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path / "cache")

    with pytest.raises(NotFound):
        assembling.assemble(bank, settings, Wanted(STANDARD, "tea"), by=COMMAND_LINE, at=NOW, tell=silently)


def test_a_question_is_exchanged_for_one_that_keeps_the_set_lawful(bank, family):
    asked = that_fits(bank, family)

    found = exchanged(bank, family, asked)

    assert asked.into in found.sets[0]
    assert asked.out not in set().union(*found.sets)
    assert (found.number, found.standing) == (2, Standing.ASSEMBLED)


def test_a_question_that_breaks_a_rule_is_refused_with_the_rule_named(bank, family):
    asked = that_fits(bank, family, fits=False)

    with pytest.raises(RuleBroken, match=r"^Set 1 would break a rule \(T[78]\): .* – here .*\.") as caught:
        exchanged(bank, family, asked)

    assert caught.value.rule in {"T7", "T8"}
    assert the_family(bank, family).number == 1


def test_a_question_that_is_withdrawn_or_no_question_of_the_plan_is_not_put_in(bank, family):
    asked = that_fits(bank, family)
    withdraw(bank, asked.into)

    with pytest.raises(RuleBroken, match="is resting, so it is not asked"):
        exchanged(bank, family, asked)
    with pytest.raises(RuleBroken, match="is no question of the draw plan"):
        exchanged(bank, family, replace(asked, into="Q-9999"))
    with pytest.raises(NotFound):
        exchanged(bank, family, replace(asked, number=9))


def test_two_people_who_adjust_at_once_do_not_undo_one_another(bank, family):
    exchanged(bank, family, that_fits(bank, family), seen=1)

    with pytest.raises(RuleBroken, match="Somebody changed these sets meanwhile"):
        exchanged(bank, family, that_fits(bank, family, 2), seen=1)


@pytest.mark.parametrize("maker", ["author", "other"])
def test_L8_nobody_approves_sets_that_they_assembled_adjusted_or_submitted(bank, family, maker):
    exchanged(bank, family, that_fits(bank, family), by="other")
    written(bank, lambda store: submit(store, family, by="assessor"))

    with pytest.raises(RuleBroken, match="nobody approves their own") as caught:
        written(bank, lambda store: decide(store, family, by=maker))
    with pytest.raises(RuleBroken, match="nobody approves their own"):
        written(bank, lambda store: decide(store, family, by="assessor"))

    assert caught.value.rule == "L8"
    written(bank, lambda store: decide(store, family, by="approver"))
    assert the_family(bank, family).standing is Standing.APPROVED


def test_an_adjustment_after_submission_needs_another_submission(bank, family):
    written(bank, lambda store: submit(store, family))
    exchanged(bank, family, that_fits(bank, family))

    with pytest.raises(RuleBroken, match="These sets are being adjusted"):
        written(bank, lambda store: decide(store, family))
    with units.read_unit(bank) as store:
        assert awaiting_approval(store) == []


def test_sets_that_are_sent_back_are_adjusted_before_they_are_submitted_again(bank, family):
    written(bank, lambda store: submit(store, family))
    written(bank, lambda store: decide(store, family, Decided.SENT_BACK))

    with pytest.raises(RuleBroken, match="These sets are sent back as they are"):
        written(bank, lambda store: submit(store, family))
    exchanged(bank, family, that_fits(bank, family))
    written(bank, lambda store: submit(store, family))

    with units.read_unit(bank) as store:
        assert [each.id for each in awaiting_approval(store)] == [family]


def test_approved_sets_stay_as_they_are_and_only_they_are_put_in_use(bank, family):
    with pytest.raises(RuleBroken, match="Nobody has approved these sets"):
        written(bank, lambda store: put_in_use(store, family))
    written(bank, lambda store: submit(store, family))
    written(bank, lambda store: decide(store, family))

    with pytest.raises(RuleBroken, match="approved and stay as they are"):
        exchanged(bank, family, that_fits(bank, family))
    written(bank, lambda store: put_in_use(store, family))
    assert the_family(bank, family).in_use


def test_O3_a_session_booked_afterwards_gets_one_of_the_approved_sets(bank, used, session):
    with units.read_unit(bank) as store:
        drawn = set_of(store, session)
        assert list(kept_sets.differences(store)) == []

    names = tuple(each.reference for each in drawn.questions)
    assert names in the_family(bank, used).sets
    assert drawn.certificate["words"][0].endswith("each of the 4 that this apprentice may have being equally likely.")
    assert all(line["holds"] for line in drawn.certificate["proof"])
    assert pulled(bank, session).references == names


def test_a_session_booked_before_keeps_the_plan_that_it_was_promised(bank):
    before = written(bank, lambda store: a_session(store).id)
    written(bank, in_use)

    pulled(bank, before)

    with units.read_unit(bank) as store:
        drawn = set_of(store, before)
        assert draw_plans.standard_sets(store, drawn.draw_plan_id) is None
        assert "sets" not in drawn.certificate


def test_both_engines_replay_a_standard_set_and_notice_another(bank, session):
    found = evidence(bank, session)

    verified = verifying.verify_found(found)

    assert verified.commitment is verifying.Committed.FITS
    assert verified.plan_digest == ApprovedSets.from_dict(found["sets"]).digest
    found["sets"]["sets"].reverse()
    with pytest.raises(DoesNotReplay):
        verifying.verify_found(found)


def test_L2_a_re_sit_gets_a_standard_set_that_shares_no_question_with_the_first(bank, session):
    with units.read_unit(bank) as store:
        first = {each.reference for each in set_of(store, session).questions}
    again = written(bank, lambda store: a_session(store, kind=Sitting.RE_SIT, starts_at=LATER, at=LATER).id)

    second = set(pulled(bank, again, at=LATER).references)

    assert not first & second
    verifying.verify_found(evidence(bank, again))


def test_L2_where_no_set_is_left_the_booking_is_refused_by_name(bank):
    written(bank, lambda store: in_use(store, count=1))
    first = written(bank, lambda store: a_session(store).id)
    pulled(bank, first)

    def work(store):
        again = a_session(store, kind=Sitting.RE_SIT, starts_at=LATER, at=LATER)
        session_requests.must_be_drawable(store, store.get_one(Attempt, again.attempt_id), LATER)

    with pytest.raises(Infeasible, match="standard set without a question that this apprentice may not be given"):
        written(bank, work)


def test_a_withdrawn_question_suspends_the_sets_that_hold_it(bank, used):
    found = the_family(bank, used)
    for each in found.sets[:3]:
        withdraw(bank, each[0], State.QUARANTINED)
    session = written(bank, lambda store: a_session(store).id)

    names = pulled(bank, session).references

    assert names == found.sets[3]
    with units.read_unit(bank) as store:
        states = states_of(store, found.fitted_plan_id)
        words = set_of(store, session).certificate["words"]
    suspended = standard_sets.suspended(found.sets, states)
    assert suspended == {number: {found.sets[number - 1][0]: "quarantined"} for number in (1, 2, 3)}
    assert words[0] == "Set 4 of 4 was drawn, the only one that this apprentice may have."


def test_sets_with_a_withdrawn_question_are_neither_submitted_nor_put_in_use(bank, family):
    out = that_fits(bank, family)
    withdraw(bank, out.out)

    with pytest.raises(RuleBroken, match=f"Set 1 holds {out.out}, which is resting"):
        written(bank, lambda store: submit(store, family))

    exchanged(bank, family, out)
    written(bank, lambda store: submit(store, family))


def test_a_standard_set_is_extended_from_the_plan_beneath_and_all_of_it_replays(bank, session):
    with units.read_unit(bank) as store:
        first = set_of(store, session).questions
    asked = Replacement(first[0].position, Replaced.KNOWN, "They told the group.")
    extending.extend(bank, session, asked, by=COMMAND_LINE, at=NOW, cipher=CIPHER)
    extending.extend(bank, session, LeftOpen(first[1].ksbs, 600, 1), by=COMMAND_LINE, at=NOW, cipher=CIPHER)

    found = evidence(bank, session)

    assert verifying.verify_found(found).extension_count == 2
    with units.read_unit(bank) as store:
        assert list(kept_sets.differences(store)) == []
    found["sets"]["plan"] = "0" * 64
    with pytest.raises(DoesNotReplay):
        verifying.verify_found(found)


@pytest.mark.usefixtures("used")
def test_the_trail_tells_of_every_act_and_shows_no_question(bank):
    with units.read_unit(bank) as store:
        told = [(each.act, each.facts) for each in store.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))]

    acts = [act for act, _ in told]
    assert [act for act in acts if act.startswith("standard sets")] == [
        "standard sets assembled",
        "standard sets submitted",
        "standard sets approved",
    ]
    assert acts[-1] == "draw plan adopted"
    assert not any("Q-0" in facts for act, facts in told if act.startswith("standard sets"))
