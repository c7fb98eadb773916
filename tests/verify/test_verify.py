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
                "certificate_digest": certificate.digest,
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


FORGED_PROOFS = {
    "a line left out": lambda proof: proof.pop(),
    "a line twice": lambda proof: proof.append(proof[0]),
    "another figure": lambda proof: proof[-1].update(figure="49:00"),
    "another rule": lambda proof: proof[0].update(rule="W99"),
}


@pytest.mark.parametrize("how", FORGED_PROOFS)
def test_a_forged_line_of_the_proof_is_found_although_every_digest_fits(published, how):
    evidence = json.loads(json.dumps({"plan": published["plan"]} | published["cases"][0]))
    FORGED_PROOFS[how](evidence["certificate"]["proof"])

    assert verify(sealed(evidence)).first_failure.what == "proof"


FORGED_FIGURES = {
    "best_guess": "0.100000",
    "covering_sets_bits": "99.000000",
    "entropy_bits": "250.000000",
    "exposure_floor": "0.990000",
    "largest_exposure": "0.010000",
    "largest_exposure_highest": "0.011000",
    "length": "5.000000",
    "overlap": "0.100000",
    "overlap_floor": "0.100000",
}


@pytest.mark.parametrize("name", FORGED_FIGURES)
def test_a_forged_figure_of_the_plan_is_found_although_every_digest_fits(published, name):
    evidence = json.loads(json.dumps({"plan": published["plan"]} | published["cases"][0]))
    evidence["plan"]["figures"][name] = FORGED_FIGURES[name]
    evidence["certificate"]["figures"]["law"][name] = FORGED_FIGURES[name]

    failure = verify(sealed(evidence)).first_failure

    assert failure.what == "plan's figures"
    assert name in failure.sentence


@pytest.mark.parametrize("name", ["Q-0000", "states", "exact"])
def test_forged_exposures_states_and_exactness_are_found(published, name):
    evidence = json.loads(json.dumps({"plan": published["plan"]} | published["cases"][0]))
    figures = evidence["plan"]["figures"]
    if name == "exact":
        figures["exact"] = True
    elif name == "states":
        figures["states"] += 1
    else:
        figures["exposure"][name] = "0.900000"

    assert verify(sealed(evidence)).first_failure.what == "plan's figures"


@pytest.mark.parametrize("kind", ["plain", "timed"])
def test_figures_that_are_exact_are_recomputed_exactly(kind):
    pool = a_bank(questions=14, ksbs="K1 K2 S1 S2 B1 B2", number=6, seconds=(60, 75, 90, 120))
    asked = {"plain": {"length": 4}, "timed": {"length": None, "optional": "S1 S2 B1 B2", "seconds": (300, 360)}}[kind]
    plan = fit(pool, a_specification(required="K1 K2", **asked))
    evidence = evidence_of(plan, bytes(32), Eligibility())
    shifted = json.loads(json.dumps(evidence))
    reference = pool.references[0]
    rate = float(plan.figures["exposure"][reference])
    shifted["plan"]["figures"]["exposure"][reference] = f"{rate + 0.00002:.6f}"

    assert verify(evidence).first_failure is None
    assert "exposure and explored" in verify(sealed(shifted)).first_failure.sentence


@pytest.mark.parametrize(("lawful", "trials"), [(1, 4_096), (5, 10**9)])
def test_a_forged_acceptance_of_a_conditioned_draw_is_found(published, lawful, trials):
    evidence = json.loads(json.dumps({"plan": published["plan"]} | published["cases"][2]))
    evidence["certificate"]["figures"]["acceptance"].update(lawful=lawful, trials=trials)

    failed = {finding.what for finding in verify(sealed(evidence)).findings if not finding.holds}

    assert "acceptance" in failed


@pytest.mark.parametrize("case", [1, 2], ids=["stream", "conditioned"])
@pytest.mark.parametrize("name", ["best_guess", "best_guess_lowest", "entropy_bits", "largest_exposure", "overlap"])
def test_a_forged_figure_of_the_law_after_exclusions_is_found(published, case, name):
    evidence = json.loads(json.dumps({"plan": published["plan"]} | published["cases"][case]))
    evidence["certificate"]["figures"]["law"][name] = "0.123456"

    failed = {finding.what for finding in verify(sealed(evidence)).findings if not finding.holds}

    assert failed == {"law's figures"}


def test_a_certificate_that_is_not_the_one_named_or_of_another_format_is_found(ordinary):
    ordinary["certificate"]["words"][0] = "Trust us."
    assert verify(ordinary).first_failure.what == "digest"

    ordinary["certificate"]["format"] = "qbank certificate 99"
    assert verify(sealed(ordinary)).first_failure.what == "format"


def test_what_cannot_be_worked_out_again_is_said_to_be_reported_and_not_verified(ordinary):
    reported = verify(ordinary).reported

    assert {finding.what for finding in reported} == {"strength", "words"}
    assert all("reported, not verified" in finding.sentence for finding in reported)


def test_a_failed_finding_says_what_failed(ordinary):
    holds = {finding.what: finding.sentence for finding in verify(ordinary).findings}
    ordinary["certificate"]["questions"].reverse()
    ordinary["certificate"]["way"] = "conditioned"
    ordinary["seed"] = "00" * 32

    failed = [finding for finding in verify(ordinary).findings if not finding.holds]

    assert len(failed) > 3
    assert all(finding.sentence != holds[finding.what] for finding in failed)


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


def sealed(document):
    """Every digest made to fit: only the content can give a change away."""
    certificate, plan = document["certificate"], document["plan"]
    for what, content in (("plan", plan), ("pool", plan["pool"]), ("specification", plan["specification"])):
        certificate[what] = digest_of(content)
    certificate["eligibility"] = digest_of(document["eligibility"])
    document["certificate_digest"] = digest_of(certificate)
    document.pop("attempt", None)
    return document


def with_weight(document, weight):
    """A plan of which one weight was changed and every digest made to fit: only the law gives it away."""
    document["plan"]["log_weights"][0] = weight
    return sealed(document)


def test_a_walk_that_does_not_follow_from_its_weights_is_found_although_every_digest_fits(ordinary):
    verdict = verify(with_weight(ordinary, "3.000000000"))

    assert verdict.first_failure.what == "law"


def test_a_recorded_run_that_was_chosen_is_found(ordinary):
    ordinary["plan"]["rehearsal"]["seed"] = "11" * 32
    sealed(ordinary)

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
    sealed(document)
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
