"""The second program looks at certified bounds in its own way, and finds whatever was changed."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.bounds import bounds_of, bounds_on
from delivery.plan import fit
from qbank.verify.bounds import verify_bounds
from qbank.verify.cheapest import Search
from tests.delivery.a_pool import a_bank, a_specification, pools
from tests.delivery.enumeration import sets_of

SIX = "K1 K2 K3 S1 S2 S3"
POINTS = st.lists(st.integers(-3, 6), min_size=10, max_size=10)


@pytest.fixture(scope="module")
def plain_plan():
    """A bank of 20 questions, four in a set."""
    return fit(a_bank(questions=20, ksbs=SIX, number=4), a_specification(length=4, required=SIX))


@pytest.fixture(scope="module")
def timed_plan():
    """As many questions as the time holds."""
    pool = a_bank(questions=16, ksbs=SIX, number=2, seconds=(60, 75, 90))
    return fit(pool, a_specification(length=None, required="K1 S1", optional="K2 K3 S2", seconds=(270, 330)))


def plain(pool, specification):
    """What `verify_bounds` reads of a plan where there is none."""
    return {"pool": [each.to_dict() for each in pool.candidates], "specification": specification.to_dict()}


@settings(max_examples=200, deadline=None)
@given(
    pool=pools(most=9),
    points=POINTS,
    length=st.sampled_from((None, 2, 3, 4)),
    seconds=st.sampled_from((None, (180, 300), (200, 420))),
    demand=st.sampled_from((None, (4, 8))),
    most_per_ksb=st.sampled_from((None, 2)),
    pulls=st.dictionaries(st.sampled_from(("seconds", "demand", "K1", "K3")), st.integers(-(10**6), 10**6)),
)
def test_the_cheapest_lawful_set_is_that_of_enumeration_whatever_the_pulls(
    pool, points, length, seconds, demand, most_per_ksb, pulls
):
    seconds = seconds or ((180, 300) if length is None else None)
    specification = a_specification(
        length=length, required="K1 K2", optional="K3", seconds=seconds, demand=demand, most_per_ksb=most_per_ksb
    )
    costs = [sum(points[at] for at in positions) for positions in sets_of(pool, specification)]
    data = plain(pool, specification)

    search = Search(data["pool"], data["specification"], points[: len(pool)], pulls)

    if not costs:
        assert search.below(1_000) is None
        return
    assert search.below(min(costs)) is None
    found = search.below(min(costs) + 1)
    assert sum(points[at] for at in found) == min(costs)
    assert tuple(sorted(found)) in sets_of(pool, specification)


@settings(max_examples=25, deadline=None)
@given(
    number=st.integers(0, 10**6),
    demand=st.sampled_from((None, (7, 9))),
    most_per_ksb=st.sampled_from((None, 2)),
)
def test_the_bounds_of_any_bank_hold_in_both_programs(number, demand, most_per_ksb):
    pool = a_bank(questions=16, ksbs=SIX, number=number, enemies=2)
    specification = a_specification(length=4, required="K1 K2 S1 S2", demand=demand, most_per_ksb=most_per_ksb)
    if not sets_of(pool, specification):
        return

    verdict = verify_bounds(bounds_on(pool, specification, guesses=4).to_dict(), plain(pool, specification))

    assert verdict.holds, verdict.first_failure
    assert not verdict.reported


def test_the_bounds_of_a_plan_hold_where_the_time_decides(timed_plan):
    verdict = verify_bounds(bounds_of(timed_plan).to_dict(), timed_plan.to_dict())

    assert verdict.holds, verdict.first_failure
    assert len(verdict.findings) == 7


def more_points(bound):
    bound["weights"][0] += 1


def points_moved(bound):
    """From a question that has some to one that has none: the sum stays."""
    giving = max(range(len(bound["weights"])), key=bound["weights"].__getitem__)
    taking = min(range(len(bound["weights"])), key=bound["weights"].__getitem__)
    bound["weights"][giving] -= 1
    bound["weights"][taking] += 1


def a_higher_least(bound):
    bound["least"] += 1
    bound["bound"] = f"{bound['least'] / bound['total'] - 5e-7:.6f}"


def a_higher_bound(bound):
    bound["bound"] = f"{float(bound['bound']) + 1e-6:.6f}"


def fewer_points_are_one(bound):
    bound["total"] -= 1


def a_negative_weight(bound):
    bound["weights"][0] = -1


def a_fraction(bound):
    bound["least"] = bound["least"] + 0.5


def points_off(bound):
    bound["per_question"] = 1


def another_number_of_guesses(bound):
    bound["guesses"] += 1


def a_missing_question(bound):
    bound["weights"].pop()


@pytest.mark.parametrize(
    "tamper",
    [
        more_points,
        points_moved,
        a_higher_least,
        a_higher_bound,
        fewer_points_are_one,
        a_negative_weight,
        a_fraction,
        points_off,
        another_number_of_guesses,
        a_missing_question,
    ],
)
@pytest.mark.parametrize("which", [0, 1], ids=["largest exposure", "best guess"])
def test_a_changed_bound_is_found(plain_plan, tamper, which):
    document = copy.deepcopy(bounds_of(plain_plan).to_dict())

    tamper(document["bounds"][which])

    verdict = verify_bounds(document, plain_plan.to_dict())
    assert not verdict.holds
    assert verdict.first_failure.what == document["bounds"][which]["what"]


@pytest.mark.parametrize("name", ["pool", "specification", "plan", "format"])
def test_bounds_of_something_else_are_found(plain_plan, name):
    document = bounds_of(plain_plan).to_dict() | {name: "0" * 64}

    assert verify_bounds(document, plain_plan.to_dict()).first_failure.what == "bounds"


def of_an_unknown_kind(bounds):
    bounds[0]["what"] = "smallest exposure"


def an_overlap_with_guesses(bounds):
    bounds[2]["guesses"] = 4


def guesses_of_sets_of_another_length(bounds):
    """All points for three guesses: they add up, and four is what a set of the plan has."""
    bounds[1]["guesses"] = 3
    bounds[1]["weights"] = [5, 5, 5, *[0] * 17]
    bounds[1]["least"] = 0
    bounds[1]["bound"] = "0.000000"


def another_mean_length(bounds):
    bounds[1]["length"] = "3.000000"


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (of_an_unknown_kind, "a bound of nothing that is known"),
        (an_overlap_with_guesses, "An overlap has no guesses"),
        (guesses_of_sets_of_another_length, "another number of questions"),
        (another_mean_length, "mean length is not the plan's"),
    ],
)
def test_a_bound_of_something_else_than_it_says_is_found(plain_plan, tamper, sentence):
    document = copy.deepcopy(bounds_of(plain_plan).to_dict())

    tamper(document["bounds"])

    assert sentence in verify_bounds(document, plain_plan.to_dict()).first_failure.sentence


def test_pulls_are_a_help_and_prove_nothing(plain_plan):
    document = bounds_of(plain_plan).to_dict()
    for bound in document["bounds"]:
        bound["pulls"] = {"demand": 7 * 10**6, "K1": -(10**5)}

    assert verify_bounds(document, plain_plan.to_dict()).holds


def test_a_document_that_cannot_be_read_is_a_finding(plain_plan):
    document = bounds_of(plain_plan).to_dict() | {"bounds": [{"what": "overlap"}]}

    assert "cannot be followed" in verify_bounds(document, plain_plan.to_dict()).first_failure.sentence


def test_what_could_not_be_settled_is_said_and_not_claimed(plain_plan):
    document = bounds_of(plain_plan).to_dict()
    uneven = document["bounds"][2] | {"weights": list(range(len(plain_plan.pool))), "total": 1000, "least": 40}
    uneven["bound"] = f"{2 * 40 / 1000 - sum(at * at for at in range(len(plain_plan.pool))) / 10**6:.6f}"

    verdict = verify_bounds(document | {"bounds": [uneven]}, plain_plan.to_dict(), most=2)

    assert verdict.holds, verdict.first_failure
    assert "not settled" in verdict.reported[0].sentence


@pytest.mark.parametrize("times", [1, 1_000])
def test_a_floor_that_is_too_high_is_refuted_where_not_every_set_can_be_looked_at(times):
    pool = a_bank(questions=80, enemies=20)
    specification = a_specification(length=8, required="K1 K2 K3 K4 K5 S1 S2 S3", demand=(15, 17))
    data = plain(pool, specification)
    search = Search(data["pool"], data["specification"], [1] * 40 + [0] * 40, most=60_000)

    found = search.below(9 * times)

    assert sum(at < 40 for at in found) < 9
    assert 15 <= sum(pool.candidates[at].demand for at in found) <= 17
