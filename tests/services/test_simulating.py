"""A simulated history: lawful sets by the plan's law, every rule of the history in force, never taken for a draw."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime

import numpy as np
import pytest
import sqlalchemy as sa

from delivery.leaping import Chance
from qbank.domain import simulated_years
from qbank.domain.errors import NotFound, RuleBroken
from qbank.domain.people import COMMAND_LINE
from qbank.services import audit, bank_health, kept_sets, people, simulating
from qbank.services.kept_evidence import shown_evidence
from qbank.services.simulated_seals import MARK
from qbank.services.simulated_sittings import banks_of, sittings_of
from qbank.settings import Settings
from qbank.storage import draw_plans, triggers, units
from qbank.storage.models import (
    Apprentice,
    ApprenticeDetails,
    Assessment,
    AssessmentSession,
    Attempt,
    AuditEntry,
    Commitment,
    Question,
    QuestionSet,
    RecordEntry,
    SetExtension,
    SetQuestion,
)
from qbank.storage.queries import versions
from review import wearing
from review.predictability import predicted
from tests.a_server import wait_until
from tests.services.a_bank import METHOD, NOW, a_plan, a_session, fill, opened, pulled, the_plan_version

APPRENTICES = 200
A_FEW = 10
STANDARD = a_plan().standard
LATER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def lay(engine, apprentices=APPRENTICES, **options):
    with units.read_unit(engine) as store:
        row = the_plan_version(store)
    return simulating.lay(engine, row, apprentices=apprentices, by=COMMAND_LINE, at=LATER, **options)


def fill_with_history(url):
    fill(url)
    with opened(url) as engine:
        lay(engine)


@pytest.fixture
def laid(shelf):
    with shelf.lent("simulated history", fill_with_history) as address, opened(address) as engine:
        yield engine


def sets_of(store):
    """The references of each set in order of position, by its key."""
    found = defaultdict(list)
    asked = (
        sa.select(SetQuestion.question_set_id, Question.reference)
        .join(Question, Question.id == SetQuestion.question_id)
        .order_by(SetQuestion.question_set_id, SetQuestion.position)
    )
    for key, reference in store.execute(asked):
        found[key].append(reference)
    return found


def test_every_simulated_set_is_lawful_and_no_apprentice_meets_a_question_or_its_enemy_twice(laid):
    with units.read_unit(laid) as store:
        plan = draw_plans.plan(store, store.scalars(sa.select(Commitment.draw_plan_id).limit(1)).one())
        drawn = {row.id: row for row in store.scalars(sa.select(QuestionSet))}
        apprentices = defaultdict(list)
        for key, references in sets_of(store).items():
            first = references[: drawn[key].question_count]
            assert plan.lawfulness.breach([plan.pool.places[each] for each in first]) is None
            apprentices[drawn[key].apprentice_id].append(references)

    assert len(drawn) >= APPRENTICES
    assert Counter(map(len, apprentices.values()))[2] > 0
    enemies = {each.reference: each.enemies | {each.reference} for each in plan.pool.candidates}
    for sets in (each for each in apprentices.values() if len(each) > 1):
        first, second = sets
        assert not {enemy for each in first for enemy in enemies[each]} & set(second)


def test_the_use_of_a_question_counts_no_set_from_before_the_question_was_live(laid):
    """A simulated history may begin before the bank that it is drawn from."""
    with units.read_unit(laid) as store:
        used = [versions.use_of(store, question) for question in store.scalars(sa.select(Question))]

    assert used
    assert all(use.sets <= use.of for use in used)


def test_the_sets_follow_the_exposure_of_the_plan(laid):
    with units.read_unit(laid) as store:
        plan = draw_plans.plan(store, store.scalars(sa.select(Commitment.draw_plan_id).limit(1)).one())
        firsts = store.scalars(sa.select(QuestionSet.id).join(Attempt).where(Attempt.number == 1)).all()
        found = sets_of(store)
    times = Counter(reference for key in firsts for reference in found[key])

    worst = max(abs(times[each] / len(firsts) - float(plan.figures["exposure"][each])) for each in plan.pool.references)
    assert worst < 5 * (0.25 / len(firsts)) ** 0.5  # five standard errors of a share, at most a half


def test_everything_simulated_says_so_and_holds_no_personal_data_and_no_seed(laid):
    with units.read_unit(laid) as store:
        for model in (Attempt, AssessmentSession):
            assert all(each.startswith(MARK) for each in store.scalars(sa.select(model.reference)))
        simulated = store.scalars(sa.select(Apprentice.id).where(Apprentice.reference.startswith(MARK))).all()
        named = sa.select(ApprenticeDetails.apprentice_id).where(ApprenticeDetails.apprentice_id.in_(simulated))
        assert len(simulated) == APPRENTICES
        assert store.scalars(named).all() == []
        assert set(store.scalars(sa.select(Commitment.commitment))) == {"0" * 64}
        session = store.scalars(sa.select(AssessmentSession.reference).limit(1)).one()
        with pytest.raises(NotFound, match="its set is simulated"):
            shown_evidence(store, session)


def test_the_record_tells_of_questions_rephrased_and_replaced_and_of_grades(laid):
    with units.read_unit(laid) as store:
        words = Counter(store.scalars(sa.select(RecordEntry.words).where(RecordEntry.kind == "asked")))
        grades = Counter(store.scalars(sa.select(Assessment.grade)))
        replaced = store.scalar(sa.select(sa.func.count()).select_from(SetExtension))

    assert any('"how":"rephrased"' in each for each in words)
    assert replaced
    assert {"fail", "pass", "distinction"} <= set(grades)


def test_triggers_stand_and_the_seal_of_each_batch_holds_its_sets(laid):
    with laid.connect() as connection:
        assert triggers.wrong(connection) == []
    with units.read_unit(laid) as store:
        assert audit.first_broken(store) is None
        assert list(kept_sets.differences(store)) == []


def test_a_simulated_set_that_was_changed_and_one_in_no_batch_are_found(laid):
    with laid.begin() as connection:
        triggers.drop(connection)
    with units.write_unit(laid) as store:
        entry = store.scalars(sa.select(AuditEntry).where(AuditEntry.act == "history simulated")).first()
        first, second = store.scalars(sa.select(QuestionSet).order_by(QuestionSet.id).limit(2)).all()
        first.certificate = first.certificate.replace(entry.subject, f"{MARK}9999")
        pinned = store.scalars(sa.select(SetQuestion).where(SetQuestion.question_set_id == second.id)).first()
        store.execute(sa.delete(SetQuestion).where(SetQuestion.question_set_id == second.id, SetQuestion.position == 1))
        assert pinned is not None

    with units.read_unit(laid) as store:
        found = {each.what for each in kept_sets.differences(store)}
    assert found == {"certificate", "questions", "seal of the batch"}


def test_a_set_that_was_drawn_for_a_person_does_not_pass_for_a_simulated_one(laid):
    with units.write_unit(laid) as store:
        session = a_session(store, apprentice=1).id
    pulled(laid, session)
    with laid.begin() as connection:
        triggers.drop(connection)
    with units.write_unit(laid) as store:
        drawn = store.scalars(sa.select(QuestionSet).where(QuestionSet.assessment_session_id == session)).one()
        store.get_one(Attempt, drawn.attempt_id).reference = f"{MARK}AT-999999"
        key = drawn.id

    with units.read_unit(laid) as store:
        assert "seal of the batch" in {each.what for each in kept_sets.differences(store)}
        assert [each.kept for each in kept_sets.differences(store, key)] == ["simulated"]


def test_the_bank_goes_on_with_draws_for_people_after_a_history_was_laid(laid):
    with units.write_unit(laid) as store:
        session = a_session(store, apprentice=2).id

    assert pulled(laid, session, at=NOW).references


def test_a_second_history_and_a_database_with_a_stranger_are_refused(laid, bank):
    with pytest.raises(RuleBroken, match="simulated history already"):
        lay(laid)

    with units.write_unit(bank) as store:
        people.create(store, name="A", email="a@somewhere.invalid", password=None, roles=[], by=COMMAND_LINE, at=NOW)
    with pytest.raises(RuleBroken, match="may hold real people"):
        lay(bank)


def test_the_same_seed_gives_the_same_sittings_and_another_gives_others(laid):
    with units.read_unit(laid) as store:
        (bank,) = banks_of(store, the_plan_version(store))
    cohort = simulated_years.cohort(20, end=LATER.date(), chance=Chance(b"1"))
    first, again, other = (
        sittings_of(bank, 1, cohort, seed=seed, until=LATER)[0].order.tolist() for seed in (b"1", b"1", b"2")
    )

    assert first == again
    assert first != other


def test_progress_is_told_while_a_history_is_laid(bank):
    told = []

    made = lay(bank, 5, progress=lambda what, share: told.append((what, share)))

    assert {what.partition(":")[0] for what, _ in told} == {"Drawing", "Writing"}
    assert all(0 <= share < 1 for _, share in told)
    assert (made.apprentices, made.sessions - made.re_sits) == (5, 5)


def test_no_rule_reads_a_table_whole_for_each_row_of_a_history(bank):
    if bank.dialect.name == "sqlite":  # it plans each statement anew and counts nothing
        return

    lay(bank)

    bank.dispose()  # a connection that ends says what it did
    asked = sa.text("SELECT relname, seq_scan FROM pg_stat_user_tables WHERE n_live_tup > 0")
    with bank.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:  # a transaction sees one answer
        wait_until(lambda: "judgements" in dict(connection.execute(asked).all()))
        read_whole = dict(connection.execute(asked).all())
    assert [table for table, times in read_whole.items() if times > A_FEW] == []


def remembering(found):
    """What the same adversary hits where each of ten providers is given one set again and again."""
    providers = np.arange(APPRENTICES) % 10
    sets = np.random.default_rng(5).random((10, found.questions)).argsort(axis=1) < found.guesses  # noqa: TID251 - a simulation
    return predicted(sets[providers], providers, last=1, guesses=found.guesses, least=12).hits


def test_W7_with_a_history_an_adversary_hits_about_the_floor(laid, tmp_path):
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path / "cache")

    found = bank_health.work_out(laid, settings, STANDARD, METHOD, at=LATER, tell=lambda _what, _share: None)

    assert bank_health.methods_of(laid, STANDARD) == [METHOD]
    assert bank_health.KeptHealth.of(settings).of_method(STANDARD, METHOD) == found
    after_one = found.predicted[0].hits
    assert after_one.of >= 12
    assert after_one.interval.low <= found.best_guess <= after_one.interval.high  # the draws remember nothing
    assert remembering(found).interval.low > found.best_guess  # and such draws would be found out
    assert found.guess_floor <= found.best_guess + 1e-6
    assert found.exposed[0].rate.interval.high > found.largest_floor
    assert 0 < found.sets < APPRENTICES
    every, *fewer = [each.value for each in found.re_sits]
    assert every > 0  # a bank of sixty and sets of seven: some can sit again without meeting a question again
    assert [every, *fewer] == sorted([every, *fewer], reverse=True)
    assert all(each.interval.low <= each.value <= each.interval.high for each in found.re_sits)
    assert set(found.pictures) == {"exposure", "depth", "prediction", "wear", "re_sits"}


def test_the_volumes_and_the_peak_of_the_plan_say_when_the_bank_wears_out_and_when_writing_begins(laid, tmp_path):
    settings = Settings(data_folder=tmp_path, cache_folder=tmp_path / "cache")
    found = bank_health.work_out(laid, settings, STANDARD, METHOD, at=LATER, tell=lambda _what, _share: None)
    largest, middle, smallest = found.wear

    def expected(starts, peaks, peak):
        volumes = wearing.monthly(starts, peaks, peak=peak)
        so_far = round(largest.part * found.sets)
        return wearing.wears_out(found.half_heard, largest.part, volumes, so_far=so_far, today=LATER.date())

    assert largest == expected(600, [3], 4.0)
    assert largest != expected(8_000, [3], 4.0)
    assert largest.sets_a_year == pytest.approx(600 * largest.part)
    assert largest.part >= middle.part >= smallest.part > 0
    assert found.write_by == date(2027, 1, 1)  # two months before March, the peak
