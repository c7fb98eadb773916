"""The residual draw against enumeration: every set of a tiny pool, with its weight, by looking at each."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, BadSpecification, Infeasible, TooManyStates
from delivery.gaps import Gaps
from delivery.randomness import Stream
from delivery.residual import ResidualLaw, Tables, draw_residual
from delivery.specification import in_plan_order
from tests.delivery.a_plan import an_observation
from tests.delivery.a_pool import a_candidate, a_pool, pools

NOBODY = Eligibility()
SEED = bytes(range(32))


def deciding_order(questions, wanted):
    """As `docs/engine.md` says it."""
    carriers = Counter(code for each in questions for code in each.ksbs & set(wanted))
    scarcest = {
        each.reference: min((carriers[c], wanted.index(c)) for c in each.ksbs & set(wanted)) for each in questions
    }
    return sorted(
        questions,
        key=lambda each: (
            scarcest[each.reference],
            [at for at, code in enumerate(wanted) if code in each.ksbs],
            each.seconds,
            len(each.ksbs - set(wanted)),
            each.reference,
        ),
    )


def weights_by_enumeration(pool, gaps, excluded=()):
    """Each set that one draw can give, as a set of references, with its weight."""
    wanted = list(gaps.ksbs)
    out = set(excluded) | set(gaps.asked)
    out |= {name for each in pool.candidates if each.reference in gaps.asked for name in each.enemies}
    questions = [each for each in pool.candidates if each.reference not in out and each.ksbs & set(wanted)]
    found = {}
    for size in range(1, len(questions) + 1):
        for chosen in combinations(deciding_order(questions, wanted), size):
            covered = [frozenset().union(*(each.ksbs for each in chosen[:at])) & set(wanted) for at in range(size + 1)]
            grows = all(before < after for before, after in pairwise(covered))
            if grows and covered[-1] == set(wanted) and sum(each.seconds for each in chosen) <= gaps.seconds:
                beyond = sum(len(each.ksbs - set(wanted)) for each in chosen)
                found[frozenset(each.reference for each in chosen)] = Fraction(1, 2 ** (size + beyond))
    return found


def are_apart(names, pool):
    chosen = [each for each in pool.candidates if each.reference in names]
    return not any(each.enemies & names for each in chosen)


GAPS = st.builds(
    Gaps,
    ksbs=st.sets(st.sampled_from(["K1", "K2", "K3", "K4"]), min_size=1).map(tuple),
    seconds=st.integers(60, 480),
    number=st.integers(0, 3),
)


@settings(deadline=None, max_examples=150)
@given(pools(), GAPS, st.sets(st.integers(0, 8), max_size=2))
def test_the_chances_of_sets_and_questions_are_those_of_enumeration(pool, gaps, out):
    plan = an_observation(pool)
    eligibility = Eligibility({pool.references[at]: "met" for at in out if at < len(pool)})
    weights = weights_by_enumeration(pool, gaps, eligibility.excluded)
    assume(weights)

    law = ResidualLaw.of(plan, gaps, eligibility)

    total = sum(weights.values())
    assert law.sets() == len(weights)
    assert Fraction(law.total, 2**law.unit) == total
    for names, weight in weights.items():
        chosen = [each for each in pool.candidates if each.reference in names]
        assert Fraction(law.weight(chosen), law.total) == weight / total
    for reference, rate in law.exposure().items():
        assert rate == sum(weight for names, weight in weights.items() if reference in names) / total


@settings(deadline=None, max_examples=60)
@given(pools(most=6), GAPS)
def test_each_rank_below_the_total_gives_its_set_as_often_as_the_set_weighs(pool, gaps):
    plan = an_observation(pool)
    weights = weights_by_enumeration(pool, gaps)
    assume(weights)
    law = ResidualLaw.of(plan, gaps, NOBODY)
    assume(law.total <= 4096)

    drawn = Counter(frozenset(each.reference for each in law.one(OneNumber(rank))) for rank in range(law.total))

    assert drawn == {names: weight * 2**law.unit for names, weight in weights.items()}


class OneNumber(Stream):
    """A stream whose only word is this number."""

    def __init__(self, number):
        self.number = number

    def word(self):
        return self.number


@settings(deadline=None, max_examples=150)
@given(pools(), GAPS, st.binary(min_size=32, max_size=32))
def test_a_set_covers_what_was_left_open_in_time_without_enemies_or_what_was_asked(pool, gaps, seed):
    plan = an_observation(pool)
    asked = Gaps(gaps.ksbs, gaps.seconds, pool.references[:1], gaps.number)
    weights = weights_by_enumeration(pool, asked)
    lawful = [names for names in weights if are_apart(names, pool)]

    if not lawful:
        with pytest.raises(Infeasible, match="The smallest change: "):
            draw_residual(plan, asked, seed=seed, eligibility=NOBODY)
        return
    drawn = draw_residual(plan, asked, seed=seed, eligibility=NOBODY)

    assert frozenset(drawn.references) in lawful
    assert drawn == draw_residual(plan, asked, seed=seed, eligibility=NOBODY)


def test_each_residual_draw_of_a_session_has_a_stream_of_its_own():
    pool = a_pool(A="K1", B="K1", C="K1", D="K1", E="K2", F="K2", G="K2")
    plan = an_observation(pool)

    sets = {
        draw_residual(plan, Gaps(("K1", "K2"), 3600, number=number), seed=SEED, eligibility=NOBODY).references
        for number in range(40)
    }

    assert len(sets) > 12


def test_a_question_that_adds_nothing_is_not_asked():
    pool = a_pool(A="K1 K2", B="K1", C="K2")
    law = ResidualLaw.of(an_observation(pool), Gaps(("K1", "K2"), 3600), NOBODY)

    assert law.sets() == 3  # A; A after B; B and C
    assert law.exposure()["A"] < 1


def test_the_refusal_names_the_ksb_that_nobody_carries():
    plan = an_observation(a_pool(A="K1", B="K2", C="K1 K2"), ksbs="K1 K2 K3")

    with pytest.raises(Infeasible) as refused:
        draw_residual(plan, Gaps(("K1", "K3"), 600), seed=SEED, eligibility=NOBODY)

    assert refused.value.requirement == "K3 in the set"
    assert refused.value.smallest_change == "ask about K3 in your own words, and draw for the other 1"


def test_the_refusal_says_how_many_minutes_more_would_do():
    plan = an_observation(a_pool(A="K1", B="K2", C="K3"), ksbs="K1 K2 K3")

    with pytest.raises(Infeasible, match=r"takes 15:00\. The smallest change: allow 4:00 minutes more, or ask"):
        draw_residual(plan, Gaps(("K1", "K2", "K3"), 660), seed=SEED, eligibility=NOBODY)


def test_the_refusal_says_when_only_enemies_would_cover():
    pool = type(a_pool()).of(
        [a_candidate(reference="A", ksbs="K1", enemies="B"), a_candidate(reference="B", ksbs="K2")]
    )
    plan = an_observation(pool)

    with pytest.raises(Infeasible, match="without two enemy questions") as refused:
        draw_residual(plan, Gaps(("K1", "K2"), 3600), seed=SEED, eligibility=NOBODY)

    assert refused.value.smallest_change == "ask about K2 in your own words, and draw for the other 1"


@settings(deadline=None, max_examples=60)
@given(pools(hostile=False), GAPS)
def test_the_minutes_that_a_refusal_asks_for_are_enough_and_a_second_fewer_are_not(pool, gaps):
    plan = an_observation(pool)
    assume(all(any(code in each.ksbs for each in pool.candidates) for code in gaps.ksbs))
    all_of_them = weights_by_enumeration(pool, Gaps(gaps.ksbs, 10_000))
    least = min(sum(each.seconds for each in pool.candidates if each.reference in names) for names in all_of_them)

    draw_residual(plan, Gaps(gaps.ksbs, least), seed=SEED, eligibility=NOBODY)

    with pytest.raises(Infeasible, match="allow 0:01 minutes more"):
        draw_residual(plan, Gaps(gaps.ksbs, least - 1), seed=SEED, eligibility=NOBODY)


def test_gaps_that_ask_for_nothing_are_refused():
    for wrong in (lambda: Gaps((), 60), lambda: Gaps(("K1",), 0), lambda: Gaps(("K1", "K1"), 60)):
        with pytest.raises(BadSpecification):
            wrong()
    with pytest.raises(BadSpecification, match="does not assess S9"):
        draw_residual(an_observation(a_pool(A="K1", B="K2", C="K3")), Gaps(("S9",), 60), seed=SEED, eligibility=NOBODY)
    with pytest.raises(BadEvidence):
        Gaps.from_dict({"ksbs": ["K1"], "seconds": "60", "asked": [], "number": 0})


def test_gaps_survive_being_written_down_in_the_plans_order():
    gaps = Gaps(("K10", "K2", "S1"), 300, ("Q-2", "Q-1", "Q-2"), 1)

    assert Gaps.from_dict(gaps.to_dict()) == gaps
    assert gaps.ksbs == tuple(sorted(gaps.ksbs, key=in_plan_order)) == ("K2", "K10", "S1")


@settings(deadline=None, max_examples=100)
@given(pools(), GAPS)
def test_no_state_is_laid_out_that_leads_to_no_full_set(pool, gaps):
    questions = gaps.open_questions(an_observation(pool), NOBODY)
    tables = Tables.of(questions, gaps)
    levels = tables.weighed(len(gaps.ksbs) * 20)
    assume(levels[0])

    for group, here, then in zip(tables.groups, levels, levels[1:], strict=False):
        onward = {state for ways in tables.ways(group, here).values() for state in ways if state != -1}
        assert onward == then.keys()


def test_a_pool_too_large_for_tables_is_refused(monkeypatch):
    monkeypatch.setattr("delivery.residual.MOST_STATES", 3)

    with pytest.raises(TooManyStates):
        draw_residual(
            an_observation(a_pool(A="K1", B="K2", C="K1 K2")), Gaps(("K1", "K2"), 3600), seed=SEED, eligibility=NOBODY
        )


@settings(max_examples=40)
@given(st.integers(1, 2**200), st.integers(0, 9))
def test_a_number_below_a_large_bound_is_below_it_and_small_bounds_take_one_word(bound, number):
    assert 0 <= Stream(SEED, number).below_any(bound) < bound
    small = bound % 2**64 + 1
    assert Stream(SEED, number).below_any(small) == Stream(SEED, number).below(small)
