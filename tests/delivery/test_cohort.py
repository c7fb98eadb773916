"""The cohort factor against enumeration: the plan's law, each heard question's weight times the factor."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.certificate import Certificate, certify
from delivery.cohort import Cohort
from delivery.conditioning import conditioned_on
from delivery.draw import draw
from delivery.eligibility import FORMAT, Eligibility
from delivery.errors import BadEvidence, BadSpecification, Infeasible
from delivery.randomness import TOP, WORD
from delivery.replay import replay
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_specification, pools
from tests.delivery.enumeration import law_on, sets_of

FACTORS = st.integers(333_333, 999_999).map(lambda millionths: f"0.{millionths:06d}")


def heard_by(plan, *positions, factor="0.400000"):
    return Eligibility(cohort=Cohort("Eastbridge College", factor, tuple(plan.pool.references[at] for at in positions)))


def exact_law(plan, eligibility):
    """What the words do, as fractions: of each lawful set, one walk and the words that let it pass."""
    heard = eligibility.heard(plan.pool)
    chances = {}
    for positions in sets_of(plan.pool, plan.specification, eligibility.excluded):
        numerator, words = plan.walk.chance(positions)
        known = sum(heard >> at & 1 for at in positions)
        passing = Fraction(eligibility.cohort.threshold, WORD) ** known
        chances[positions] = Fraction(numerator, 2 ** (64 * words)) * passing
    return chances


def tilted_law(plan, eligibility):
    """What the law is said to be: by looking at each set."""
    heard, change = eligibility.heard(plan.pool), math.log(float(eligibility.cohort.factor))
    weights = [float(w) + change * (heard >> at & 1) for at, w in enumerate(plan.log_weights)]
    sets = sets_of(plan.pool, plan.specification, eligibility.excluded)
    return law_on(sets, plan.pool, plan.specification, weights, [float(each) for each in plan.log_rewards])


@settings(deadline=None, max_examples=60)
@given(
    pools(), st.integers(2, 4), FACTORS, st.sets(st.integers(0, 8)), st.sets(st.integers(0, 8), max_size=2), st.data()
)
def test_the_words_give_each_set_the_plans_chance_times_the_factor_for_each_heard_question(
    pool, length, factor, heard, out, data
):
    specification = a_specification(length=length, required="K1 K2", optional="K3", seconds=(150, 330))
    weights = data.draw(st.lists(st.floats(-4, 4), min_size=len(pool), max_size=len(pool)))
    plan = a_plan(pool, specification, log_weights=weights, log_rewards=[0.7], trials=1)
    assume(plan is not None)
    named = tuple(pool.references[at] for at in heard if at < len(pool))
    excluded = {pool.references[at]: "met" for at in out if at < len(pool)}
    eligibility = Eligibility(excluded, Cohort("a college", factor, named))
    assume(sets_of(pool, specification, eligibility.excluded))

    chances = exact_law(plan, eligibility)

    total = sum(chances.values())
    found = {positions: float(chance / total) for positions, chance in chances.items()}
    assert found == pytest.approx(tilted_law(plan, eligibility), abs=1e-9)


def test_a_conditioned_law_has_the_factor_in_its_weights(tiny_plan):
    eligibility = Eligibility({"A": "met"}, Cohort("a college", "0.400000", ("B", "C", "A")))

    walk = conditioned_on(tiny_plan, eligibility).walk

    sets = sets_of(tiny_plan.pool, tiny_plan.specification, eligibility.excluded)
    chances = {
        positions: Fraction(numerator, 2 ** (64 * words))
        for positions, (numerator, words) in ((positions, walk.chance(positions)) for positions in sets)
    }
    found = {positions: float(chance / sum(chances.values())) for positions, chance in chances.items()}
    assert found == pytest.approx(tilted_law(tiny_plan, eligibility), abs=1e-9)


def test_draws_follow_that_law(tiny_plan):
    eligibility = heard_by(tiny_plan, 0, 1, 2, 3)
    law = tilted_law(tiny_plan, eligibility)
    draws = 3_000

    drawn = [draw(tiny_plan, seed=number.to_bytes(32, "big"), eligibility=eligibility) for number in range(draws)]

    found = Counter(tuple(sorted(each.positions)) for each in drawn)
    assert set(found) <= set(law)
    for positions, chance in law.items():
        error = math.sqrt(chance * (1 - chance) * draws)
        assert abs(found[positions] - chance * draws) < 5 * error  # of 60 sets one is further out once in 30,000 runs


def test_the_printed_chance_is_conditional_and_its_interval_nearly_always_holds_the_truth(any_plan):
    eligibility = heard_by(any_plan, 0, 1, 2, 3, 4, 5)
    drawn = draw(any_plan, seed=bytes(32), eligibility=eligibility)
    figures = certify(any_plan, drawn, eligibility).figures
    if len(any_plan.pool) > 10:  # too many sets to look at each: the interval is there and holds the estimate
        assert float(figures["log2_probability_lowest"]) <= float(figures["log2_probability"])
        return

    chances = exact_law(any_plan, eligibility)
    truth = math.log2(chances[tuple(sorted(drawn.positions))] / sum(chances.values()))
    lowest, highest = (float(figures[f"log2_probability_{end}"]) for end in ("lowest", "highest"))
    assert lowest <= truth <= highest


def test_a_heard_question_comes_less_often_and_never_never(strict_plan):
    reference = max(strict_plan.figures["exposure"], key=strict_plan.figures["exposure"].get)
    at = strict_plan.pool.references.index(reference)
    eligibility = heard_by(strict_plan, at, factor="0.333333")
    before = float(strict_plan.figures["exposure"][reference])

    rate = (
        sum(
            reference in draw(strict_plan, seed=number.to_bytes(32, "big"), eligibility=eligibility).references
            for number in range(600)
        )
        / 600
    )

    after = before / 3 / (1 - before + before / 3)
    assert abs(rate - after) < 5 * math.sqrt(after * (1 - after) / 600) + 0.01  # 0.01: the plan's exposure is estimated


def test_it_is_off_by_default_and_then_the_snapshot_is_the_old_one():
    assert Eligibility().to_dict() == {"format": FORMAT, "excluded": {}}
    assert Eligibility().cohort is None


def test_the_certificate_names_the_cohort_and_replays(any_plan):
    eligibility = heard_by(any_plan, 0, 2, 4, 6)
    drawn = draw(any_plan, seed=b"\x05" * 32, eligibility=eligibility)
    certificate = certify(any_plan, drawn, eligibility)

    cohort = certificate.figures["cohort"]
    known = len(set(certificate.references) & set(eligibility.cohort.heard))
    assert cohort == {"name": "Eastbridge College", "factor": "0.400000", "heard": 4, "heard_in_set": known}
    assert certificate.words[-1].startswith("4 questions of the pool were heard at Eastbridge College lately; each")
    again = Eligibility.from_dict(eligibility.to_dict())
    assert again == eligibility
    replay(any_plan, b"\x05" * 32, again, Certificate.from_dict(certificate.to_dict()))


def test_where_so_few_sets_pass_that_the_stream_is_long_the_law_is_conditioned(plain_plan):
    everything = heard_by(plain_plan, *range(len(plain_plan.pool)), factor="0.333333")  # (1/3)^5 of sets pass

    drawn = draw(plain_plan, seed=bytes(32), eligibility=everything)

    assert drawn.way == "conditioned"
    replay(plain_plan, bytes(32), everything, certify(plain_plan, drawn, everything))


def test_hearing_everything_changes_no_chance_of_sets_of_one_length(plain_plan):
    everything = heard_by(plain_plan, *range(len(plain_plan.pool)))
    sets = sets_of(plain_plan.pool, plain_plan.specification)
    plain = {positions: Fraction(*_over(plain_plan.walk.chance(positions))) for positions in sets}

    chances = exact_law(plain_plan, everything)

    total = sum(chances.values())
    assert all(chances[positions] / total == plain[positions] / sum(plain.values()) for positions in sets[:50])


def _over(chance):
    return chance[0], 2 ** (64 * chance[1])


@pytest.mark.parametrize("factor", ["0.333332", "1.000000", "0.000000", "2.000000"])
def test_a_factor_below_a_third_or_not_below_1_is_refused(factor):
    with pytest.raises(BadSpecification, match="between a third and 1"):
        Cohort("a college", factor, ())


def test_a_snapshot_of_another_shape_is_refused():
    good = Eligibility(cohort=Cohort("a college", "0.500000", ("Q-1",))).to_dict()

    for wrong in (
        good | {"format": FORMAT},
        good | {"cohort": None},
        good | {"cohort": {"name": "a college", "factor": "0.5", "heard": []}},
        Eligibility().to_dict() | {"format": good["format"]},
    ):
        with pytest.raises(BadEvidence):
            Eligibility.from_dict(wrong)


def test_an_excluded_question_that_was_heard_as_well_stays_out(tiny_plan):
    eligibility = Eligibility({"B": "met"}, Cohort("a college", "0.500000", ("A", "B")))

    assert eligibility.heard(tiny_plan.pool) == 1
    assert "B" not in draw(tiny_plan, seed=bytes(32), eligibility=eligibility).references


def test_the_threshold_is_the_factor_of_all_words():
    assert Cohort("a college", "0.500000", ()).threshold == 2**63
    assert Cohort("a college", "0.999999", ()).threshold < TOP


def test_a_cohort_does_not_make_an_impossible_set_possible(tiny_plan):
    everything = dict.fromkeys(tiny_plan.pool.references, "met")

    with pytest.raises(Infeasible):
        draw(tiny_plan, seed=bytes(32), eligibility=Eligibility(everything, Cohort("a college", "0.500000", ("A",))))
