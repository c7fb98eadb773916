"""The wider substitution: the plan's law given what was asked, on the sets that keep all others but one."""

from __future__ import annotations

import math
from itertools import combinations, islice, product

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from delivery.cohort import Cohort
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, BadSpecification, DoesNotReplay, Infeasible
from delivery.substitution import SubstitutionLaw, draw_substitute, law_of
from delivery.substitution_certificate import SubstitutionCertificate, certify_substitute, replay_substitute
from delivery.vacancy import Openings, Vacancy
from delivery.wider_substitution import WiderLaw
from tests.delivery.a_plan import a_plan
from tests.delivery.a_pool import a_bank, a_candidate, a_pool, a_specification
from tests.delivery.checker import faults

SEED = bytes(range(32))
NOBODY = Eligibility()


def by_enumeration(plan, vacancy, eligibility, *, kept):
    """The plan's law on lawful sets with what was asked and so many of the others: the chance of each set."""
    log_weights = dict(
        zip(plan.pool.references, map(float, eligibility.log_weights(plan.pool, plan.log_weights)), strict=True)
    )
    rewards = dict(zip(plan.specification.optional, map(float, plan.log_rewards), strict=True))
    by_reference = {each.reference: each for each in plan.pool.candidates}
    known = {vacancy.out, *vacancy.met}
    known |= {name for each in known for name in by_reference[each].enemies}
    weights = {}
    for chosen in combinations(plan.pool.references, len(vacancy.standing) + 1):
        new = set(chosen) - set(vacancy.standing)
        if not set(vacancy.asked) <= set(chosen) or len(set(chosen) & set(vacancy.standing)) != kept:
            continue
        if new & known or faults(chosen, plan.pool, plan.specification, eligibility.excluded):
            continue
        covered = set().union(*(by_reference[each].ksbs for each in chosen))
        log = sum(log_weights[each] for each in chosen) + sum(rewards[code] for code in covered & rewards.keys())
        weights[frozenset(chosen)] = math.exp(log)
    total = sum(weights.values())
    return {chosen: weight / total for chosen, weight in weights.items()}


def sets_of(law):
    """The chance of each whole set by a wider law."""
    standing, names = frozenset(law.vacancy.standing), law.references
    return {
        standing - {names[way.goes]} | {names[way.one], names[way.other]}: float(chance)
        for way, chance in law.chances().items()
    }


def the_likeliest_to_be_wider(plan, drawn, asked, eligibility):
    """Of the sets, beginning with the first: a vacancy that nobody fills alone, else any."""
    vacancy = None
    for first, place in product(drawn, (1, 2, 3)):
        standing = (*first[: place - 1], *first[place:])
        vacancy = Vacancy(standing, place, first[place - 1], asked=standing[:asked])
        if not Openings.of(plan, vacancy, eligibility).alone(plan):
            break
    return vacancy


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10**4),
    st.lists(st.floats(-3, 3), min_size=14, max_size=14),
    st.floats(-1, 2),
    st.integers(0, 10**6),
    st.integers(0, 2),
    st.booleans(),
)
def test_the_law_is_the_plans_on_sets_that_keep_all_but_one_of_what_was_not_asked(
    number, logs, reward, which, asked, heard
):
    pool = a_bank(questions=14, ksbs="K1 K2 K3 K4 K5", number=number, enemies=3, seconds=(60, 90, 120))
    specification = a_specification(length=3, required="K1 K2 K3 K4", optional="K5", seconds=(210, 330), most_per_ksb=2)
    plan = a_plan(pool, specification, log_weights=logs, log_rewards=[reward], trials=40)
    sets = [each for each in combinations(pool.references, 3) if not faults(each, pool, specification)]
    assume(plan and sets)
    eligibility = Eligibility(cohort=Cohort("P", "0.400000", pool.references[::2]) if heard else None)
    begin = which % len(sets)
    vacancy = the_likeliest_to_be_wider(plan, [*sets[begin:], *sets[:begin]], asked, eligibility)
    alone = by_enumeration(plan, vacancy, eligibility, kept=2)
    expected = by_enumeration(plan, vacancy, eligibility, kept=1)
    event("alone" if alone else "exchanged" if expected else "refused")

    if alone:
        with pytest.raises(BadSpecification, match="alone"):
            law_of(plan, vacancy, eligibility)
    elif not expected:
        with pytest.raises(Infeasible):
            law_of(plan, vacancy, eligibility)
        with pytest.raises(Infeasible):
            WiderLaw.must_have_a_way(plan, vacancy, eligibility)
    else:
        WiderLaw.must_have_a_way(plan, vacancy, eligibility)
        law = law_of(plan, vacancy, eligibility)
        assert sets_of(law) == pytest.approx(expected, abs=1e-9)
        assert sum(law.chances().values()) == 1
        replayed(plan, law, eligibility)


def replayed(plan, law, eligibility, seed=SEED):
    """A certificate of what the seed gives, that was read again and replayed."""
    made = certify_substitute(plan, law, law.drawn(seed), eligibility, extends="e" * 64)
    again = SubstitutionCertificate.from_dict(made.to_dict())
    assert again == made
    assert again.holds
    replay_substitute(plan, seed, eligibility, again)
    return again


@pytest.fixture(scope="module")
def narrow():
    """Forty questions of which few carry each of eight KSBs: sets of four often have a place that nobody can take."""
    specification = a_specification(length=4, required="K1 K2 K3 K4 K5 S1 S2 S3", seconds=(900, 1500), most_per_ksb=3)
    return a_plan(a_bank(questions=70, number=4, enemies=20), specification, trials=400)


def vacancies(plan):
    """One after another, sets with a place that nobody can take, with the seed of each."""
    for number in range(400):
        seed = number.to_bytes(32, "big")
        first = draw(plan, seed=seed, eligibility=NOBODY).references
        place = 2 + number % 3
        standing = (*first[: place - 1], *first[place:])
        try:
            SubstitutionLaw.of(plan, Vacancy(standing, place, first[place - 1]), NOBODY)
        except Infeasible:
            yield seed, first, Vacancy(standing, place, first[place - 1], asked=standing[:1], number=number % 3)


def test_a_set_with_an_exchange_is_lawful_and_keeps_everything_else_in_its_place(narrow):
    done = 0
    for seed, first, vacancy in islice(vacancies(narrow), 20):
        drawn = draw_substitute(narrow, vacancy, seed=seed, eligibility=NOBODY)

        whole = drawn.into(vacancy)
        changed = [at for at in range(4) if whole[at] != first[at]]
        assert faults(whole, narrow.pool, narrow.specification) == []
        assert whole[0] == first[0]
        assert changed == sorted({vacancy.place - 1, first.index(drawn.exchanged[0])})
        assert set(drawn.came).isdisjoint(first)
        done += 1
    assert done == 20


A_AND_B = a_pool(A="K1", B="K2 K3", C="K2", D="K1 K3", E="K1 K3")
ONE_WAY = Vacancy(("A",), 2, "B", asked=())


@pytest.fixture
def small():
    """Without B nothing beside A covers K2 and K3: A must go too."""
    return a_plan(A_AND_B, a_specification(required="K1 K2 K3"), log_weights=[0.0, 0.0, 0.0, 0.0, math.log(3)])


def test_what_comes_follows_the_law_and_either_comes_in_either_place(small):
    law, times = law_of(small, ONE_WAY, NOBODY), 4_000

    drawn = [law.drawn(number.to_bytes(32, "big")) for number in range(times)]

    # standard error at most 0.5 / sqrt(4000) = 0.0079; five of them
    assert {each.exchanged[0] for each in drawn} == {"A"}
    assert sum("E" in each.came for each in drawn) / times == pytest.approx(3 / 4, abs=0.04)
    assert sum(each.reference == "C" for each in drawn) / times == pytest.approx(1 / 2, abs=0.04)


def test_no_other_question_is_exchanged_where_one_can_take_the_place_alone(small):
    with pytest.raises(BadSpecification, match="One question can take the place of A alone"):
        law_of(small, Vacancy(("B",), 1, "A", asked=()), NOBODY)


def test_a_question_that_was_asked_is_not_exchanged_and_the_refusal_says_what_would_do(small):
    with pytest.raises(Infeasible) as refused:
        law_of(small, Vacancy(("A",), 2, "B", asked=("A",)), NOBODY)

    assert "in the places of B and of one that was not asked" in str(refused.value)
    assert refused.value.smallest_change == "write 1 question that carries K2 and K3"


def test_enemies_of_what_was_met_do_not_come_and_those_of_what_goes_unasked_may():
    pool = [a_candidate(reference="A", ksbs="K1", enemies="D"), a_candidate(reference="B", ksbs="K2 K3", enemies="E")]
    pool += [a_candidate(reference=name, ksbs=ksbs) for name, ksbs in (("C", "K2"), ("D", "K1 K3"), ("E", "K1 K3"))]
    plan = a_plan(type(A_AND_B).of(pool), a_specification(required="K1 K2 K3"))

    assert set(sets_of(law_of(plan, ONE_WAY, NOBODY))) == {frozenset("CD")}


def test_beside_questions_that_break_a_requirement_among_themselves_no_two_can_come():
    ksbs = {"A": "K1", "B": "K2 K3", "C": "K2", "D": "K1 K3", "X": "K1", "Y": "K1"}
    pool = [a_candidate(reference=each, ksbs=ksbs[each], enemies="Y" if each == "X" else "") for each in ksbs]
    plan = a_plan(type(A_AND_B).of(pool), a_specification(length=4, required="K1 K2 K3"))

    with pytest.raises(Infeasible):
        law_of(plan, Vacancy(("A", "X", "Y"), 2, "B", asked=("X", "Y")), NOBODY)
    with pytest.raises(Infeasible):
        law_of(plan, Vacancy(("A",), 2, "B", asked=()), NOBODY)


def test_the_certificate_says_in_sentences_what_was_exchanged_and_by_what_chance(small):
    made = replayed(small, law_of(small, ONE_WAY, NOBODY), NOBODY)

    assert made.words == (
        "No question could take the place of B alone: A, held not asked yet, goes with it.",
        "2 ways to exchange one more question and to fill both places would leave the set lawful.",
        "The choice among them holds 0.8 bits of chance; the likeliest had 75.0%.",
        "Whoever asked for the substitution had seen the set: these figures are of these two places alone.",
    )
    assert made.to_dict()["format"] == "qbank substitution certificate 2"
    assert [line.requirement for line in made.proof][-2:] == ["met", "asked"]


@pytest.mark.parametrize(
    ("what", "value"),
    [("exchanged", {"out": "A", "question": {}}), ("exchanged", None), ("format", "qbank substitution certificate 1")],
)
def test_a_wider_certificate_of_another_shape_is_refused(small, what, value):
    data = replayed(small, law_of(small, ONE_WAY, NOBODY), NOBODY).to_dict()

    with pytest.raises(BadEvidence):
        SubstitutionCertificate.from_dict(data | {what: value})
    del data["exchanged"]
    with pytest.raises(BadEvidence):
        SubstitutionCertificate.from_dict(data)


def test_another_seed_does_not_replay(small):
    law = law_of(small, ONE_WAY, NOBODY)
    made = certify_substitute(small, law, law.drawn(SEED), NOBODY, extends="e" * 64)
    others = [bytes([number]) * 32 for number in range(9)]
    wrong = next(seed for seed in others if law.drawn(seed).came != law.drawn(SEED).came)

    with pytest.raises(DoesNotReplay):
        replay_substitute(small, wrong, NOBODY, made)


@pytest.mark.parametrize("asked", [("Z",), ("C", "A"), ("A", "A")])
def test_what_was_asked_is_of_what_stays_in_asking_order(asked):
    with pytest.raises(BadSpecification):
        Vacancy(("A", "C"), 1, "B", asked=asked)
