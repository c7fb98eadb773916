"""The second program agrees with the first on substitutions, and notices whatever was changed."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from delivery.certificate import certify, commitment
from delivery.cohort import Cohort
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DeliveryRefusal, DoesNotReplay
from delivery.substitution import law_of
from delivery.substitution_certificate import SubstitutionCertificate, certify_substitute, replay_substitute
from delivery.vacancy import Vacancy
from qbank.verify import verify
from qbank.verify.writing import digest_of
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_specification
from tests.verify.forging import what_both_judges_say

SEED = bytes(range(32))


@pytest.fixture(scope="module")
def plan():
    pool = a_bank(questions=60, number=4, enemies=20)
    specification = a_specification(
        length=10, required="K1 K2 K3 K4 K5 S1", optional="S2 S3", seconds=(2700, 3300), most_per_ksb=4
    )
    weights = [(at * 37 % 19) / 6 - 1.5 for at in range(len(pool))]
    return a_plan(pool, specification, log_weights=weights, log_rewards=[0.7, -0.4], trials=400)


def evidence_of(plan, *, place=3, number=0, eligibility=None, seed=SEED):
    """A set with one substitution, through JSON and back."""
    eligibility = eligibility or Eligibility()
    sealed = commitment(attempt="A-1", plan_digest=plan.digest, seed=seed)
    first = draw(plan, seed=seed, eligibility=eligibility)
    before = certify(plan, first, eligibility, commitment=sealed)
    names = before.references
    vacancy = Vacancy((*names[: place - 1], *names[place:]), place, names[place - 1], number=number)
    law = law_of(plan, vacancy, eligibility)
    certificate = certify_substitute(plan, law, law.drawn(seed), eligibility, extends=before.digest, commitment=sealed)
    found = {
        "plan": plan.to_dict(),
        "seed": seed.hex(),
        "eligibility": eligibility.to_dict(),
        "certificate": certificate.to_dict(),
        "certificate_digest": certificate.digest,
        "extended": {"digest": before.digest, "references": list(names)},
        "attempt": "A-1",
    }
    return json.loads(json.dumps(found))


@pytest.mark.parametrize("number", range(12))
def test_both_programs_agree_with_exclusions_and_a_cohort_or_without(plan, number):
    excluded = {} if number % 3 == 0 else {plan.pool.references[7 * number % 60]: "met"}
    cohort = Cohort("P", "0.500000", plan.pool.references[::3]) if number % 2 else None
    eligibility = Eligibility(excluded, cohort)

    verdict = verify(
        evidence_of(plan, place=1 + number % 10, eligibility=eligibility, seed=bytes([number]) * 32, number=number % 2)
    )

    assert verdict.first_failure is None
    assert {"extends", "questions", "lawful", "figures", "proof"} <= {each.what for each in verdict.findings}


def test_a_certificate_survives_json_and_replays(plan):
    evidence = evidence_of(plan)

    certificate = SubstitutionCertificate.from_dict(evidence["certificate"])

    assert certificate.digest == evidence["certificate_digest"]
    assert certificate.holds
    replay_substitute(plan, SEED, Eligibility(), certificate)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("commitment", {"commitment": "0" * 64}),
        ("extends", {"extends": "0" * 64}),
        ("words", {"words": ("Something else.",)}),
    ],
)
def test_a_changed_certificate_does_not_replay_or_is_named(plan, what, change):
    evidence = evidence_of(plan)
    changed = replace(SubstitutionCertificate.from_dict(evidence["certificate"]), **change)
    evidence["certificate"], evidence["certificate_digest"] = changed.to_dict(), changed.digest

    if what == "words":
        with pytest.raises(DoesNotReplay, match="words"):
            replay_substitute(plan, SEED, Eligibility(), changed)
    else:
        assert what in {each.what for each in verify(evidence).findings if not each.holds}


@pytest.mark.parametrize(
    ("what", "path", "value"),
    [
        ("questions", ("question", "reference"), "Q-0001"),
        ("questions", ("questions", 0, "reference"), "Q-9999"),
        ("questions", ("vacancy", "number"), 7),
        ("extends", ("vacancy", "place"), 4),
        ("figures", ("figures", "log2_probability"), "-1.000000"),
        ("figures", ("figures", "open"), 3),
        ("figures", ("figures", "best_guess"), "0.900000"),
        ("figures", ("figures", "entropy_bits"), "0.100000"),
        ("proof", ("proof", 0, "holds"), False),
        ("plan", ("plan",), "0" * 64),
        ("eligibility", ("eligibility",), "0" * 64),
    ],
)
def test_whatever_was_changed_is_named(plan, what, path, value):
    evidence = copy.deepcopy(evidence_of(plan))
    place = evidence["certificate"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    evidence["certificate_digest"] = digest_of(evidence["certificate"])

    assert what in {each.what for each in verify(evidence).findings if not each.holds}


def test_a_question_that_was_met_in_the_session_is_named(plan):
    evidence = evidence_of(plan)
    chosen = evidence["certificate"]["question"]["reference"]
    evidence["certificate"]["vacancy"]["met"] = [chosen]
    evidence["certificate_digest"] = digest_of(evidence["certificate"])

    wrong = {each.what for each in verify(evidence).findings if not each.holds}

    assert "questions" in wrong


def test_without_the_certificate_before_nothing_is_claimed_of_it(plan):
    evidence = evidence_of(plan)
    del evidence["extended"]

    found = next(each for each in verify(evidence).findings if each.what == "extends")

    assert found.holds
    assert not found.verified


def test_a_certificate_of_another_shape_is_refused(plan):
    certificate = evidence_of(plan)["certificate"]

    for wrong in ({}, certificate | {"format": "qbank certificate 1"}, certificate | {"question": "Q-0001"}):
        with pytest.raises(BadEvidence):
            SubstitutionCertificate.from_dict(wrong)


@pytest.fixture(scope="module")
def sparse():
    """Few questions with many KSBs to cover: some places of a set can be taken by nobody alone."""
    pool = a_bank(questions=70, number=4, enemies=20)
    specification = a_specification(
        length=4, required="K1 K2 K3 K4 K5 S1 S2", optional="S3", seconds=(900, 1500), most_per_ksb=3
    )
    weights = [(at * 37 % 19) / 6 - 1.5 for at in range(len(pool))]
    return a_plan(pool, specification, log_weights=weights, log_rewards=[0.7], trials=400)


def wider_evidence(plan, which=0, eligibility=None):
    """Of the sets with a place that nobody can take alone, one with its substitution; the first question was asked."""
    eligibility = eligibility or Eligibility()
    for number in range(400):
        seed = number.to_bytes(32, "big")
        sealed = commitment(attempt="A-1", plan_digest=plan.digest, seed=seed)
        before = certify(plan, draw(plan, seed=seed, eligibility=eligibility), eligibility, commitment=sealed)
        names, place = before.references, 2 + number % 3
        standing = (*names[: place - 1], *names[place:])
        vacancy = Vacancy(standing, place, names[place - 1], number=number % 2, asked=standing[:1])
        try:
            law = law_of(plan, vacancy, eligibility)
        except DeliveryRefusal:
            continue
        if which:
            which -= 1
            continue
        certificate = certify_substitute(
            plan, law, law.drawn(seed), eligibility, extends=before.digest, commitment=sealed
        )
        found = {
            "plan": plan.to_dict(),
            "seed": seed.hex(),
            "eligibility": eligibility.to_dict(),
            "certificate": certificate.to_dict(),
            "certificate_digest": certificate.digest,
            "extended": {"digest": before.digest, "references": list(names)},
            "attempt": "A-1",
        }
        return json.loads(json.dumps(found))
    raise AssertionError("no such set")


@pytest.mark.parametrize("which", range(6))
def test_both_programs_agree_where_another_question_was_exchanged(sparse, which):
    excluded = {} if which % 3 == 0 else {sparse.pool.references[7 * which % 60]: "met"}
    cohort = Cohort("P", "0.500000", sparse.pool.references[::3]) if which % 2 else None

    verdict = verify(wider_evidence(sparse, which, Eligibility(excluded, cohort)))

    assert verdict.first_failure is None
    assert {"extends", "asked", "alone", "questions", "lawful", "figures", "proof"} <= {
        each.what for each in verdict.findings
    }


@pytest.fixture(scope="module")
def exchange(sparse):
    return wider_evidence(sparse)


@pytest.mark.parametrize(
    ("what", "path", "value"),
    [
        ("questions", ("question", "reference"), "Q-0001"),
        ("questions", ("exchanged", "out"), "Q-0001"),
        ("questions", ("exchanged", "question", "version"), 9),
        ("questions", ("questions", 0, "reference"), "Q-9999"),
        ("questions", ("vacancy", "number"), 7),
        ("asked", ("vacancy", "asked"), ["Q-9999"]),
        ("figures", ("vacancy", "asked"), []),
        ("figures", ("figures", "open"), 3),
        ("figures", ("figures", "entropy_bits"), "0.100000"),
        ("proof", ("proof", -1, "holds"), False),
        ("extends", ("extends",), "0" * 64),
    ],
)
def test_whatever_was_changed_of_an_exchange_is_named(exchange, what, path, value):
    evidence = copy.deepcopy(exchange)
    place = evidence["certificate"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    evidence["certificate_digest"] = digest_of(evidence["certificate"])

    assert what in {each.what for each in verify(evidence).findings if not each.holds}


def test_what_is_held_to_be_asked_is_reported_as_the_assessors_word_and_not_as_verified(exchange):
    found = {each.what: each for each in verify(exchange).findings}

    assert found["held to be asked"].sentence.startswith("1 of the questions that stay is held to be asked: ")
    assert not found["held to be asked"].verified
    assert found["asked"].verified


def test_an_exchange_where_one_question_would_have_done_is_named(plan):
    evidence = evidence_of(plan)
    certificate = evidence["certificate"]
    certificate["format"] = "qbank substitution certificate 2"
    certificate["vacancy"]["asked"] = []
    certificate["exchanged"] = {"out": certificate["vacancy"]["standing"][0], "question": certificate["question"]}
    evidence["certificate_digest"] = digest_of(certificate)

    wrong = {each.what for each in verify(evidence).findings if not each.holds}

    assert {"alone", "questions"} <= wrong


@pytest.mark.parametrize("kind", ["alone", "with another exchanged"])
def test_every_figure_and_rule_of_the_proof_is_held_to_the_set_where_a_judge_of_its_lines_passes_any(
    plan, exchange, kind
):
    barred = Eligibility({plan.pool.references[7]: "met"})
    evidence = evidence_of(plan, eligibility=barred) if kind == "alone" else exchange
    lines = len(evidence["certificate"]["proof"])

    passed, missed = what_both_judges_say(evidence)

    assert lines >= 8
    assert (passed, missed) == (2 * lines, [])
