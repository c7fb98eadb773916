"""The second program agrees with the first, bit for bit, and notices whatever was changed."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.canonical import canonical, packed, unpacked
from delivery.certificate import certify, commitment
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.figures import Acceptance, log2_of
from delivery.plan import fit
from delivery.randomness import Stream
from qbank.verify import verify
from qbank.verify.reckoning import log2, rate_interval
from qbank.verify.words import number_below, reordered, words_of
from qbank.verify.writing import digest_of, written
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_specification, pools
from tests.delivery.enumeration import sets_of
from tests.delivery.test_canonical import PLAIN

SEEDS = st.binary(min_size=32, max_size=32)


def evidence_of(plan, seed, eligibility, *, attempt="A-1"):
    """What an export would hold, through JSON and back."""
    sealed = commitment(attempt=attempt, plan_digest=plan.digest, seed=seed)
    drawn = draw(plan, seed=seed, eligibility=eligibility)
    certificate = certify(plan, drawn, eligibility, commitment=sealed)
    return json.loads(
        json.dumps(
            {
                "plan": plan.to_dict(),
                "seed": seed.hex(),
                "eligibility": eligibility.to_dict(),
                "certificate": certificate.to_dict(),
                "attempt": attempt,
            }
        )
    )


def test_a_published_draw_is_verified(evidence):
    verdict = verify(evidence)

    assert verdict.first_failure is None
    assert verdict.holds
    assert len(verdict.findings) > 12


@settings(deadline=None, max_examples=80)
@given(pools(), st.integers(2, 4), st.booleans(), SEEDS, st.sets(st.integers(0, 8), max_size=2), st.data())
def test_both_programs_agree_on_random_pools(pool, length, timed, seed, out, data):
    specification = a_specification(
        length=None if timed else length, required="K1 K2", optional="K3", seconds=(150, 330), demand=(2, 9)
    )
    weights = data.draw(st.lists(st.floats(-4, 4), min_size=len(pool), max_size=len(pool)))
    plan = a_plan(pool, specification, log_weights=weights, log_rewards=[0.7])
    assume(plan is not None and plan.rehearsal.acceptance().lawful > 20)
    eligibility = Eligibility({pool.references[at]: "met" for at in out if at < len(pool)})
    assume(sets_of(pool, specification, eligibility.excluded))

    verdict = verify(evidence_of(plan, seed, eligibility))

    assert verdict.first_failure is None


def test_both_programs_agree_on_a_bank_of_real_shape():
    plan = fit(
        a_bank(questions=40, ksbs="K1 K2 K3 K4 S1 S2 S3", number=11, enemies=4),
        a_specification(length=7, required="K1 K2 K3 K4 S1 S2 S3", seconds=(1950, 2250), most_per_ksb=4),
    )
    excluded = Eligibility(dict.fromkeys(plan.pool.references[:9], "met"))

    for number in range(3):
        verdict = verify(evidence_of(plan, number.to_bytes(32, "big"), excluded))

        assert verdict.first_failure is None


TAMPERINGS = {
    "plan": lambda each: each["plan"]["pool"][0].update(seconds=61),
    "eligibility": lambda each: each["eligibility"]["excluded"].update({"Q-0000": "met"}),
    "commitment": lambda each: each.update(attempt="attempt 2"),
    "questions": lambda each: each["certificate"]["questions"].reverse(),
    "way": lambda each: each["certificate"].update(way="conditioned"),
    "acceptance": lambda each: each["certificate"]["figures"]["acceptance"].update(trials=256),
    "figures": lambda each: each["certificate"]["figures"].update(log2_probability="-1.000000"),
    "law's figures": lambda each: each["certificate"]["figures"]["law"].update(best_guess="0.100000"),
    "proof": lambda each: each["certificate"]["proof"][0].update(holds=False),
    "method": lambda each: each["certificate"].update(method="discussion"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_changed_is_found_and_named(ordinary, what):
    TAMPERINGS[what](ordinary)

    verdict = verify(ordinary)

    assert not verdict.holds
    assert what in {finding.what for finding in verdict.findings if not finding.holds}


def test_another_seed_is_found(ordinary):
    ordinary["seed"] = "00" * 32

    failed = {finding.what for finding in verify(ordinary).findings if not finding.holds}

    assert {"commitment", "questions"} <= failed


def test_skipping_a_lawful_set_of_the_stream_is_found(published):
    """Draw shopping: the second lawful set of a seed is passed off as the first."""
    case = published["cases"][0]
    evidence = json.loads(json.dumps({"plan": published["plan"]} | case))
    evidence["certificate"]["attempts"] += 1

    failed = {finding.what for finding in verify(evidence).findings if not finding.holds}

    assert "first" in failed


def with_weight(document, weight):
    """A plan of which one weight was changed and every digest made to fit: only the law gives it away."""
    document["plan"]["log_weights"][0] = weight
    document["certificate"]["plan"] = digest_of(document["plan"])
    del document["attempt"]
    return document


def test_a_walk_that_does_not_follow_from_its_weights_is_found_although_every_digest_fits(ordinary):
    verdict = verify(with_weight(ordinary, "3.000000000"))

    assert verdict.first_failure.what == "law"


def test_a_recorded_run_that_was_chosen_is_found(ordinary):
    ordinary["plan"]["rehearsal"]["seed"] = "11" * 32
    ordinary["certificate"]["plan"] = digest_of(ordinary["plan"])
    del ordinary["attempt"]

    failed = {finding.what for finding in verify(ordinary).findings if not finding.holds}

    assert failed == {"rehearsal"}


@pytest.mark.parametrize("lacking", ["plan", "seed", "eligibility", "certificate"])
def test_evidence_that_lacks_a_part_is_a_finding_and_no_crash(ordinary, lacking):
    del ordinary[lacking]

    assert verify(ordinary).first_failure.what == "evidence"


@pytest.mark.parametrize(
    "broken", [{"plan": []}, {"seed": "xyz"}, {"certificate": {"plan": None}}, {"eligibility": {"excluded": 3}}]
)
def test_evidence_of_another_shape_is_a_finding_and_no_crash(ordinary, broken):
    assert not verify(ordinary | broken).holds


def test_without_an_attempt_the_commitment_is_not_looked_at(ordinary):
    del ordinary["attempt"]

    verdict = verify(ordinary)

    assert verdict.holds
    assert "commitment" not in {finding.what for finding in verdict.findings}


def test_a_verdict_is_plain_data(ordinary):
    told = verify(ordinary).to_dict()

    assert json.loads(json.dumps(told)) == told
    assert told["holds"] is True


@given(PLAIN)
def test_both_programs_write_the_same_canonical_json(value):
    assert written(value).encode("utf-8", "surrogatepass") == canonical(value)


@pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, b"bytes"])
def test_the_second_program_refuses_what_has_no_one_form_too(value):
    with pytest.raises(ValueError, match="canonical JSON"):
        written(value)


@given(st.binary(max_size=40), st.integers(0, 2**64 - 1), st.integers(1, 2**40), st.integers(1, 30))
def test_both_programs_make_the_same_choices(seed, number, bound, size):
    one, other = Stream(seed, number), words_of("qbank draw 1", seed, number)

    assert [one.word() for _ in range(200)] == [next(other) for _ in range(200)]
    assert one.below(bound) == number_below(bound, other)
    assert list(one.shuffled(range(size))) == reordered(list(range(size)), other)


@given(st.integers(1, 2**300), st.integers(0, 6))
def test_both_programs_find_the_same_logarithm(numerator, words):
    one, other = log2_of(numerator, words), log2(Fraction(numerator, 1 << (64 * words)))

    assert abs(Fraction(one) - other) < Fraction(1, 10**25)


@given(st.integers(1, 10**6).flatmap(lambda trials: st.tuples(st.just(trials), st.integers(0, trials))))
def test_both_programs_find_the_same_interval(counts):
    trials, lawful = counts

    assert tuple(map(float, rate_interval(lawful, trials))) == pytest.approx(
        Acceptance(trials, lawful).interval, abs=1e-12
    )


def repacked(document, column, change):
    """The evidence with one column of the walk's first layer changed, and every digest made to fit."""
    layer = document["plan"]["walk"][0]
    kind = {"first": "I", "count": "H", "following": "I", "upper": "Q", "include": "Q"}[column]
    layer[column] = packed(change(list(unpacked(layer[column], kind))), kind)
    document["certificate"]["plan"] = digest_of(document["plan"])
    del document["attempt"]
    return document


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("first", lambda numbers: numbers[:0]),
        ("count", lambda numbers: numbers[:-1]),
        ("following", lambda numbers: [9_999] * len(numbers)),
        ("upper", lambda numbers: [number // 2 for number in numbers]),
        ("include", lambda numbers: [number ^ (1 << 40) for number in numbers]),
        ("upper", lambda numbers: [number - (1 << 40) if number < 2**64 - 1 else number for number in numbers]),
    ],
)
def test_a_walk_with_changed_numbers_is_found_although_every_digest_fits(ordinary, column, change):
    assert not verify(repacked(ordinary, column, change)).holds


def test_a_walk_whose_layers_hold_a_question_twice_is_found(ordinary):
    members = ordinary["plan"]["walk"][0]["members"]
    ordinary["plan"]["walk"][1]["members"] = members

    assert not verify(ordinary).holds
