"""A standard set by lot: uniform among those that a session may have, certified, replayed, verified twice."""

from __future__ import annotations

import copy
import json
import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.canonical import digest
from delivery.certificate import commitment
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DoesNotReplay, Infeasible
from delivery.pool import Pool
from delivery.rotation import ApprovedSets, certify_standard, draw_standard, replay_standard
from qbank.verify import verify
from tests.delivery.a_plan import an_observation
from tests.delivery.a_pool import a_candidate, a_pool

PLAN = an_observation(
    Pool.of(a_candidate(reference=f"Q-{at}{side}", seconds=160) for at in range(5) for side in "AB"), ksbs="K1"
)
FIVE = ApprovedSets.of(PLAN, [(f"Q-{at}A", f"Q-{at}B") for at in range(5)])
SEED = bytes(range(32))
MET = Eligibility({"Q-0A": "met", "Q-3B": "met"})


def evidence_of(eligibility=MET, seed=SEED):
    sealed = commitment(attempt="A-1", plan_digest=FIVE.digest, seed=seed)
    drawn = draw_standard(FIVE, seed=seed, eligibility=eligibility)
    certificate = certify_standard(FIVE, PLAN, drawn, eligibility, commitment=sealed)
    found = {
        "sets": FIVE.to_dict(),
        "plan": PLAN.to_dict(),
        "seed": seed.hex(),
        "eligibility": eligibility.to_dict(),
        "certificate": certificate,
        "certificate_digest": digest(certificate),
        "attempt": "A-1",
    }
    return json.loads(json.dumps(found))


@given(
    st.binary(min_size=32, max_size=32), st.sets(st.sampled_from([f"Q-{at}{side}" for at in range(5) for side in "AB"]))
)
def test_a_standard_set_shares_no_question_with_what_may_not_be_given(seed, met):
    eligibility = Eligibility(dict.fromkeys(met, "met"))
    lawful = [each for each in FIVE.sets if not met & {name for name, _, _ in each}]
    if not lawful:
        with pytest.raises(Infeasible, match="approve 1 more standard set without these questions"):
            draw_standard(FIVE, seed=seed, eligibility=eligibility)
        return

    drawn = draw_standard(FIVE, seed=seed, eligibility=eligibility)

    assert FIVE.sets[drawn.number] in lawful
    assert drawn.open == len(lawful)
    assert drawn == draw_standard(FIVE, seed=seed, eligibility=eligibility)


def test_each_set_that_is_left_is_equally_likely():
    draws = 3_000

    found = Counter(
        draw_standard(FIVE, seed=number.to_bytes(32, "big"), eligibility=MET).number for number in range(draws)
    )

    assert set(found) == {1, 2, 4}
    error = math.sqrt(draws * (1 / 3) * (2 / 3))
    assert all(abs(count - draws / 3) < 5 * error for count in found.values())


def test_the_certificate_replays_and_names_the_price():
    evidence = evidence_of()
    certificate = evidence["certificate"]

    replay_standard(ApprovedSets.from_dict(evidence["sets"]), PLAN, SEED, MET, certificate)

    assert certificate["figures"] == {"log2_probability": "-1.584963", "rotation_bits": "2.321928"}
    assert certificate["words"][1].startswith("5 sets in rotation hold 2.3 bits of chance")
    assert [line["requirement"] for line in certificate["proof"]][:2] == ["length", "coverage"]
    with pytest.raises(DoesNotReplay):
        replay_standard(replace(FIVE, method="another"), PLAN, SEED, MET, certificate)


def test_sets_of_another_plan_or_of_questions_that_it_does_not_have_do_not_replay():
    certificate = evidence_of()["certificate"]
    other = an_observation(a_pool(A="K1"), ksbs="K1")
    strange = replace(FIVE, sets=(*FIVE.sets[:-1], (("Q-4A", 2, "0" * 64),)))

    with pytest.raises(DoesNotReplay, match="plan"):
        replay_standard(FIVE, other, SEED, MET, certificate)
    with pytest.raises(DoesNotReplay, match="sets"):
        replay_standard(strange, PLAN, SEED, MET, certificate)


def test_where_one_set_is_left_the_certificate_says_so():
    met = Eligibility({f"Q-{at}A": "met" for at in range(4)})

    certificate = evidence_of(met)["certificate"]

    assert certificate["words"][0] == "Set 5 of 5 was drawn, the only one that this apprentice may have."
    assert certificate["figures"]["log2_probability"] == "0.000000"


def test_the_second_program_agrees():
    for number in range(20):
        assert verify(evidence_of(seed=bytes([number]) * 32)).first_failure is None


@pytest.mark.parametrize(
    ("what", "path", "value"),
    [
        ("questions", ("certificate", "number"), 0),
        ("open", ("certificate", "open"), 5),
        ("figures", ("certificate", "figures", "rotation_bits"), "9.000000"),
        ("commitment", ("certificate", "commitment"), "0" * 64),
        ("method", ("certificate", "method"), "interview"),
        ("sets", ("sets", "sets", 0, 0, "reference"), "Q-9A"),
        ("sets' questions", ("sets", "sets", 0, 0, "version"), 2),
        ("sets' plan", ("sets", "plan"), "0" * 64),
        ("plan", ("plan", "pool", 0, "seconds"), 170),
        ("lawful", ("plan", "specification", "seconds"), [300, 310]),
        ("proof", ("certificate", "proof"), []),
        ("eligibility", ("eligibility", "excluded"), {}),
        ("commitment", ("seed",), "11" * 32),
    ],
)
def test_whatever_was_changed_is_named(what, path, value):
    evidence = copy.deepcopy(evidence_of())
    place = evidence
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    evidence["certificate_digest"] = digest(evidence["certificate"])

    assert what in {finding.what for finding in verify(evidence).findings if not finding.holds}


def test_sets_of_another_shape_are_refused():
    good = FIVE.to_dict()

    for wrong in ({}, good | {"format": "x"}, good | {"sets": [[]]}, good | {"sets": [[{"reference": "Q-1"}]]}):
        with pytest.raises(BadEvidence):
            ApprovedSets.from_dict(wrong)
    assert ApprovedSets.from_dict(good) == FIVE
