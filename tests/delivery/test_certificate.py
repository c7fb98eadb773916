"""The certificate says what holds, in words and figures; replay finds whatever was changed."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace

import pytest

from delivery.canonical import digest
from delivery.certificate import Certificate, certify, commitment
from delivery.conditioning import conditioned_on
from delivery.draw import draw
from delivery.eligibility import Eligibility, bits
from delivery.errors import BadEvidence, DoesNotReplay
from delivery.prospects import in_words
from delivery.randomness import Stream
from delivery.replay import replay
from tests.delivery.checker import faults
from tests.delivery.enumeration import entropy_of, exposure_of, law_on, sets_of
from tests.delivery.test_draw import most_that_leave_a_set

SEED = b"\x07" * 32


def certified(plan, eligibility=None):
    snapshot = eligibility or Eligibility()
    sealed = commitment(attempt="A-1", plan_digest=plan.digest, seed=SEED)
    return certify(plan, draw(plan, seed=SEED, eligibility=snapshot), snapshot, commitment=sealed)


def test_the_commitment_is_the_hash_of_its_length_prefixed_parts():
    plan_digest = "ab" * 32
    parts = [b"qbank commitment 1", b"A-1", bytes.fromhex(plan_digest), SEED]
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)

    sealed = commitment(attempt="A-1", plan_digest=plan_digest, seed=SEED)

    assert sealed == hashlib.sha256(message).hexdigest()


@pytest.mark.parametrize("changed", [{"attempt": "A-2"}, {"plan_digest": "cd" * 32}, {"seed": bytes(32)}])
def test_another_attempt_plan_or_seed_gives_another_commitment(changed):
    facts = {"attempt": "A-1", "plan_digest": "ab" * 32, "seed": SEED}

    assert commitment(**facts) != commitment(**(facts | changed))


def test_every_line_of_the_proof_holds_for_a_drawn_set(any_plan):
    certificate = certified(any_plan)

    assert certificate.holds
    assert faults(certificate.references, any_plan.pool, any_plan.specification) == []
    assert {line.requirement for line in certificate.proof} >= {"length", "coverage", "enemies", "excluded"}


def test_the_proof_cites_the_plans_rules(plain_plan):
    rules = {line.requirement: line.rule for line in certified(plain_plan).proof}

    assert rules["length"] == "W6"
    assert rules["coverage"] == "W7"
    assert rules["enemies"] == "Enemies named in the question bank"


def test_the_proof_says_in_words_and_figures_what_was_found(strict_plan):
    said = {line.requirement: (line.sentence, line.figure) for line in certified(strict_plan).proof}

    assert said["length"] == ("5 different questions, no fewer and no more", "5 of 5")
    assert said["coverage"] == ("Every one of the 5 required KSBs is covered", "5 of 5")
    assert said["enemies"] == ("No two enemy questions meet", "0 pairs")
    assert said["excluded"] == ("Nothing is barred for this apprentice", "none")
    assert said["seconds"][0] == "Planned time in minutes, from 22:00 to 28:00"
    assert said["demand"][0] == "Demand of the questions together, from 8 to 12"
    assert said["most_per_ksb"][0] == "No KSB is carried by more than 3 questions"


def test_the_proof_of_a_timed_set_says_what_it_explores(timed_plan):
    said = {line.requirement: line.sentence for line in certified(timed_plan).proof}

    assert said["length"].endswith("as many as the planned time holds")
    assert said["optional"].endswith("of the 4 KSBs that sets explore evenly are explored here")


def test_a_set_that_breaks_a_rule_is_not_called_lawful(strict_plan):
    drawn = draw(strict_plan, seed=SEED, eligibility=Eligibility())
    fewer = replace(drawn, references=drawn.references[1:], positions=drawn.positions[1:])

    certificate = certify(strict_plan, fewer, Eligibility())

    assert not certificate.holds
    assert "length" in {line.requirement for line in certificate.proof if not line.holds}


def test_a_set_with_a_barred_question_is_not_called_lawful(plain_plan):
    drawn = draw(plain_plan, seed=SEED, eligibility=Eligibility())

    certificate = certify(plain_plan, drawn, Eligibility({drawn.references[0]: "met"}))

    assert {line.requirement: line.holds for line in certificate.proof}["excluded"] is False


def test_the_words_say_the_chance_and_what_somebody_could_guess(plain_plan):
    words = " ".join(certified(plain_plan).words)

    assert "The chance of exactly this set was about 1 in " in words
    assert "bits of chance" in words
    assert f"of {5}, on average" in words


def test_a_certificate_comes_back_from_plain_json(any_plan):
    certificate = certified(any_plan)

    back = Certificate.from_dict(json.loads(json.dumps(certificate.to_dict())))

    assert back.digest == certificate.digest


def test_a_certificate_names_versions_and_never_the_seed(any_plan):
    certificate = certified(any_plan)

    assert all(set(question) == {"reference", "version", "digest"} for question in certificate.questions)
    assert SEED.hex() not in json.dumps(certificate.to_dict())


def test_what_was_drawn_replays(any_plan):
    replay(any_plan, SEED, Eligibility(), certified(any_plan))


def test_what_was_drawn_by_conditioning_replays_from_the_states_it_met(plain_plan):
    snapshot = Eligibility(dict.fromkeys(most_that_leave_a_set(plain_plan), "met"))
    certificate = certified(plain_plan, snapshot)

    replay(plain_plan, SEED, snapshot, certificate)

    assert certificate.way == "conditioned"
    assert certificate.walk is not None


CHANGES = {
    "plan": "0" * 64,
    "eligibility": "0" * 64,
    "method": "discussion",
    "way": "conditioned",
    "attempts": 99,
    "questions": (),
    "figures": {},
    "proof": (),
    "words": ("Trust us.",),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_certificate_does_not_replay_and_the_change_is_named(strict_plan, what):
    forged = replace(certified(strict_plan), **{what: CHANGES[what]})

    with pytest.raises(DoesNotReplay, match=what) as refusal:
        replay(strict_plan, SEED, Eligibility(), forged)

    assert refusal.value.what == what


def test_another_seed_does_not_replay(strict_plan):
    with pytest.raises(DoesNotReplay):
        replay(strict_plan, bytes(32), Eligibility(), certified(strict_plan))


def test_forged_states_of_a_conditioned_draw_do_not_replay(plain_plan):
    snapshot = Eligibility(dict.fromkeys(most_that_leave_a_set(plain_plan)[:-2], "met"))
    other = Eligibility(dict.fromkeys(most_that_leave_a_set(plain_plan)[1:], "met"))
    honest = certified(plain_plan, snapshot)
    forged = replace(honest, walk=certified(plain_plan, other).walk)

    with pytest.raises(DoesNotReplay) as refusal:
        replay(plain_plan, SEED, snapshot, forged)

    assert refusal.value.what == "walk"


def test_the_proof_says_how_many_questions_this_apprentice_may_not_be_given(plain_plan):
    def excluded_line(*references):
        certificate = certified(plain_plan, Eligibility(dict.fromkeys(references, "met")))
        return next((line.sentence, line.figure) for line in certificate.proof if line.requirement == "excluded")

    one, other = plain_plan.pool.references[:2]

    assert excluded_line(one) == ("The one question that this apprentice may not be given is not in it", "0 of 1")
    assert excluded_line(one, other)[0] == "None of the 2 questions that this apprentice may not be given is in it"


def test_after_exclusions_the_figures_are_those_of_the_law_that_was_used(any_plan):
    """The discussion's best guess was certified at 2.07 for an apprentice for whom it was 3.00."""
    first = draw(any_plan, seed=bytes(32), eligibility=Eligibility())
    snapshot = Eligibility(dict.fromkeys(first.references[:2], "met"))
    sets = sets_of(any_plan.pool, any_plan.specification, snapshot.excluded)
    weights, rewards = (list(map(float, each)) for each in (any_plan.log_weights, any_plan.log_rewards))
    truth = law_on(sets, any_plan.pool, any_plan.specification, weights, rewards)
    exposure = exposure_of(truth, len(any_plan.pool))

    certificate = certified(any_plan, snapshot)

    law = certificate.figures["law"]
    noise = 5 / math.sqrt(law["sets"])
    usual = math.ceil(float(law["length"]))
    guess = sum(sorted(exposure)[-usual:])
    assert law["basis"] == "recorded sets"
    assert float(law["largest_exposure"]) == pytest.approx(max(exposure), abs=noise)
    assert float(law["overlap"]) == pytest.approx(sum(rate * rate for rate in exposure), abs=noise * usual)
    assert float(law["best_guess_lowest"]) - noise * usual <= guess <= float(law["best_guess"]) + noise * usual
    assert float(law["entropy_bits"]) == pytest.approx(entropy_of(truth), abs=noise * 4)
    assert "earlier sets tell nothing" not in " ".join(certificate.words)
    assert f"estimated from the {law['sets']:,} recorded sets" in " ".join(certificate.words)


def test_floors_are_rounded_down_largest_exposures_up_and_estimates_are_called_so(plain_plan, strict_plan):
    law = dict(certified(plain_plan).figures["law"])
    exact = in_words(law | {"exposure_floor": "0.138888", "largest_exposure": "0.142801"}, 0)
    estimated = in_words(certified(strict_plan).figures["law"], 0)

    assert "more than 14.3% of sets; no law on this bank can stay below 13.8%." in exact[2]
    assert "more than an estimated " in estimated[2]
    assert "at 99%)" in estimated[2]


def test_where_nothing_is_passed_over_the_probability_is_exact_and_no_interval_is_printed(plain_plan, strict_plan):
    exact, estimated = certified(plain_plan).figures, certified(strict_plan).figures

    assert exact["acceptance"]["exact"] is True
    assert (
        exact["log2_probability_lowest"] is exact["log2_probability_highest"] is exact["acceptance"]["lowest"] is None
    )
    assert estimated["acceptance"]["exact"] is False
    assert estimated["log2_probability_lowest"] is not None


def test_the_conditioned_run_is_one_walk_of_each_stream(plain_plan):
    snapshot = Eligibility(dict.fromkeys(most_that_leave_a_set(plain_plan), "met"))
    law = conditioned_on(plain_plan, snapshot)
    seed = bytes.fromhex(digest(["qbank conditioned run 1", plain_plan.digest, snapshot.digest]))

    walks = (law.walk.drawn(Stream(seed, number, label="qbank conditioned run 1")) for number in range(200))

    assert [bits(positions) for positions in walks] == list(law.recorded[:200])


def test_a_certificate_of_another_format_or_shape_is_refused_by_name(plain_plan):
    good = certified(plain_plan).to_dict()

    for change, words in (
        ({"format": "qbank certificate 99"}, "another format"),
        ({"questions": [1]}, "no object"),
        ({"more": "free text"}, "unknown part 'more'"),
        ({"attempts": True}, "no whole number"),
        ({"proof": [{"holds": 1}]}, "proof"),
        ({"figures": {"x": 0.5}}, "text"),
    ):
        with pytest.raises(BadEvidence, match=words):
            Certificate.from_dict(good | change)


def test_a_refusal_names_what_differs_and_holds_no_long_content(strict_plan):
    honest = certified(strict_plan)
    forged = replace(honest, words=("x" * 5_000, *honest.words[1:]))

    with pytest.raises(DoesNotReplay, match=r"words, number 1 is 'xxx") as refusal:
        replay(strict_plan, SEED, Eligibility(), forged)

    assert len(str(refusal.value)) < 400
    assert "a very long number" in str(DoesNotReplay("attempts", expected=10**5_000, found=1))
    assert "nothing there" in str(DoesNotReplay("law", expected={}, found={"sets": [1, {"a": 2}]}))
