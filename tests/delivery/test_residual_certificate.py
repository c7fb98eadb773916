"""What is certified of a residual draw: the figures of its law, the proof, and that it replays."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DoesNotReplay, TooRarelyLawful
from delivery.gaps import Gaps
from delivery.residual import draw_residual
from delivery.residual_certificate import ResidualCertificate, certify_residual, replay_residual
from tests.delivery.a_plan import an_observation
from tests.delivery.a_pool import a_bank, a_candidate, a_pool, pools
from tests.delivery.test_residual import GAPS, NOBODY, SEED, are_apart, weights_by_enumeration


def certified(plan, gaps, eligibility=NOBODY, seed=SEED):
    drawn = draw_residual(plan, gaps, seed=seed, eligibility=eligibility)
    return certify_residual(plan, gaps, drawn, eligibility, commitment="c" * 64)


@settings(deadline=None, max_examples=40)
@given(pools(hostile=False), GAPS)
def test_without_enemies_every_figure_of_the_law_is_that_of_enumeration(pool, gaps):
    weights = weights_by_enumeration(pool, gaps)
    assume(weights)

    certificate = certified(an_observation(pool), gaps)

    total = sum(weights.values())
    chances = {names: float(weight / total) for names, weight in weights.items()}
    rates = [sum(chance for names, chance in chances.items() if each in names) for each in pool.references]
    law = certificate.figures["law"]
    length = sum(rates)
    expected = {
        "length": length,
        "largest_exposure": max(rates),
        "overlap": sum(rate * rate for rate in rates),
        "best_guess": sum(sorted(rates)[-math.ceil(length - 1e-12) :]),
        "entropy_bits": -sum(chance * math.log2(chance) for chance in chances.values()),
    }
    assert {name: float(law[name]) for name in expected} == pytest.approx(expected, abs=1e-6)
    own = chances[frozenset(certificate.references)]
    assert float(certificate.figures["log2_probability"]) == pytest.approx(math.log2(own), abs=1e-6)
    assert certificate.figures["sets"] == str(len(weights))
    assert law["exact"]


@pytest.mark.parametrize("number", range(12))
def test_with_enemies_the_interval_of_the_chance_nearly_always_holds_the_truth(number):
    pool = a_bank(questions=12, ksbs="K1 K2 K3 K4", number=number, enemies=8)
    gaps = Gaps(("K1", "K2", "K3"), 1500)
    weights = weights_by_enumeration(pool, gaps)
    lawful = {names: weight for names, weight in weights.items() if are_apart(names, pool)}
    assert 0 < len(lawful) < len(weights)

    certificate = certified(an_observation(pool), gaps)

    truth = math.log2(lawful[frozenset(certificate.references)] / sum(lawful.values()))
    ends = [float(certificate.figures[f"log2_probability_{end}"]) for end in ("lowest", "highest")]
    wider = (ends[1] - ends[0]) / 2  # the interval is 2.6 standard errors either side, so this is 5.2: 2 in 10 million
    assert ends[0] - wider <= truth <= ends[1] + wider
    assert certificate.holds


def test_a_certificate_survives_json_and_replays():
    pool = a_pool(A="K1 K2", B="K1", C="K2", D="K3 K1", E="K3")
    plan = an_observation(pool)
    eligibility = Eligibility({"D": "met"})
    certificate = certified(plan, Gaps(("K1", "K2", "K3"), 3600, asked=("B",), number=2), eligibility)

    again = ResidualCertificate.from_dict(json.loads(json.dumps(certificate.to_dict())))

    assert again == certificate
    assert again.digest == certificate.digest
    assert set(again.references) == {"A", "E"}
    replay_residual(plan, SEED, eligibility, again)


@pytest.mark.parametrize("change", [{"attempts": 7}, {"commitment": ""}, {"plan": "0" * 64}, {"words": ()}])
def test_whatever_is_changed_in_a_certificate_does_not_replay(change):
    plan = an_observation(a_pool(A="K1", B="K1", C="K2", D="K2"))
    certificate = certified(plan, Gaps(("K1", "K2"), 3600))
    changed = replace(certificate, **change)

    if "commitment" in change:  # a replay cannot know it: the audit trail does
        replay_residual(plan, SEED, NOBODY, changed)
        return
    with pytest.raises(DoesNotReplay):
        replay_residual(plan, SEED, NOBODY, changed)


def test_another_seed_does_not_replay():
    plan = an_observation(a_pool(A="K1", B="K1", C="K1", D="K1", E="K2", F="K2", G="K2"))
    certificate = certified(plan, Gaps(("K1", "K2"), 3600))

    with pytest.raises(DoesNotReplay):
        replay_residual(plan, b"\x07" * 32, NOBODY, certificate)


def test_a_certificate_of_another_shape_is_refused():
    certificate = certified(an_observation(a_pool(A="K1", B="K2", C="K2")), Gaps(("K1", "K2"), 3600)).to_dict()

    for wrong in ({}, certificate | {"format": "qbank certificate 1"}, certificate | {"attempts": "1"}):
        with pytest.raises(BadEvidence):
            ResidualCertificate.from_dict(wrong)


def test_the_proof_names_the_rules_and_what_was_asked_before():
    pool = a_pool(A="K1", B="K1", C="K2")
    plan = an_observation(pool)

    lines = {line.requirement: line for line in certified(plan, Gaps(("K1", "K2"), 3600, ("A",))).proof}

    assert list(lines) == ["coverage", "seconds", "enemies", "excluded", "asked"]
    assert lines["coverage"].figure == "2 of 2"
    assert lines["seconds"].sentence == "Planned time in minutes, at most the 60:00 left"
    assert lines["asked"].sentence == "None of the 1 question asked here already, and no enemy of one, is in it"


def test_where_nearly_every_set_holds_enemies_nothing_is_certified():
    names = [f"Q-{at:03d}" for at in range(60)]
    first, second = names[:30], names[30:]
    hostile = " ".join(second)
    pool = type(a_pool()).of(
        [
            *(a_candidate(reference=name, ksbs="K1", enemies=hostile if name != first[0] else "") for name in first),
            *(a_candidate(reference=name, ksbs="K2", enemies=first[0] if name != second[0] else "") for name in second),
        ]
    )
    gaps = Gaps(("K1", "K2"), 3600)

    with pytest.raises(TooRarelyLawful, match="leave a KSB out"):
        certified(an_observation(pool), gaps)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 5))
def test_the_same_draw_is_certified_alike_every_time(number):
    plan = an_observation(a_pool(A="K1", B="K1 K3", C="K2", D="K2"))

    assert certified(plan, Gaps(("K1", "K2"), 3600, number=number)) == certified(
        plan, Gaps(("K2", "K1"), 3600, number=number)
    )
