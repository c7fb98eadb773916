"""Evidence that somebody changed, in any way at all: a verdict or a named refusal, never an accident."""

from __future__ import annotations

import contextlib
import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.certificate import Certificate
from delivery.eligibility import Eligibility
from delivery.errors import DeliveryRefusal, DoesNotReplay
from delivery.plan import DrawPlan
from delivery.replay import replay
from qbank.domain.errors import Refusal
from qbank.domain.evidence import evidence_in, must_show_what_is_certified, seed_in, stems_shown
from qbank.verify import verify
from tests.verify.test_verify import sealed

LONGEST_SENTENCE = 600
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from([10**30, 9_999, -1, 0.5, "", "abc", "Q-0000", "\ud800", "1.000000", "AAAA", [], {}, [1], {"a": 1}]),
)


@pytest.fixture(scope="module")
def whole(published):
    """Two cases' evidence as a file holds it: from the stream, and conditioned."""
    pool = {each["reference"]: each for each in published["plan"]["pool"]}

    def listed(case):
        names = [question["reference"] for question in case["certificate"]["questions"]]
        return [{"reference": at, "ksbs": pool[at]["ksbs"], "minutes": pool[at]["seconds"] / 60} for at in names]

    opening = {"format": "qbank evidence 1", "standard": "x", "method": "interview", "session": None}
    return [
        opening | {"plan": published["plan"], "questions": listed(case)} | case
        for case in (published["cases"][1], published["cases"][2])
    ]


def places(value, path=()):
    """The paths to everything in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def judged(text):
    """Whether a file that holds everything replays; a refusal that nobody could read counts as an accident."""
    try:
        found = evidence_in(text, "The file")
        must_show_what_is_certified(found)
        certificate, plan = Certificate.from_dict(found["certificate"]), DrawPlan.from_dict(found.get("plan"))
        replay(plan, seed_in(found["seed"]), Eligibility.from_dict(found["eligibility"]), certificate)
    except (DeliveryRefusal, Refusal) as refusal:
        return len(str(refusal)) > LONGEST_SENTENCE
    return True


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from([0, 1]), st.booleans(), ODD, st.booleans())
def test_any_change_gives_a_verdict_or_a_named_refusal(whole, data, case, fitting, odd, removing):
    evidence = copy.deepcopy(whole[case])
    path = data.draw(st.sampled_from(sorted(places(evidence), key=repr)))
    *way, last = path
    inside = evidence
    for key in way:
        inside = inside[key]
    if removing:
        del inside[last]
    else:
        inside[last] = odd
    same = json.dumps(evidence) == json.dumps(whole[case])
    if fitting:
        with contextlib.suppress(AttributeError, LookupError, TypeError, ValueError):  # what cannot be sealed stays
            sealed(evidence)

    held = judged(json.dumps(evidence))

    assert verify(evidence).holds in {True, False}
    outside = path[0] in {"standard", "method", "session", "attempt", "format", "certificate_digest"}
    assert not held or same or outside or fitting


ACCIDENTS = {
    "questions that are no objects": (("certificate", "questions"), [1]),
    "a member far outside the pool": (("plan", "walk", 0, "members"), [9_999]),
    "a layer without a beginning": (("plan", "walk", 0, "first"), ""),
    "a band of one number": (("plan", "specification", "seconds"), [1_080]),
    "a recorded run of nothing": (("plan", "rehearsal", "trials"), 0),
    "a recorded run without end": (("plan", "rehearsal", "trials"), 10**12),
    "a search without end": (("plan", "most_attempts"), 10**12),
    "a figure that is none": (("plan", "figures", "best_guess"), "abc"),
    "a weight that is none": (("plan", "log_weights", 0), "nan"),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_what_used_to_be_an_accident_is_a_refusal(whole, name):
    (*way, last), odd = ACCIDENTS[name]
    evidence = copy.deepcopy(whole[0])
    inside = evidence
    for key in way:
        inside = inside[key]
    inside[last] = odd
    sealed(evidence)

    assert not judged(json.dumps(evidence))
    assert not verify(evidence).holds


def test_a_number_of_five_thousand_digits_is_not_json_to_us(whole):
    text = json.dumps(whole[0]).replace('"attempts": ', '"attempts": ' + "9" * 5_000)

    with pytest.raises(Refusal, match="is not JSON"):
        evidence_in(text, "The file")


VISIBLE = {
    "other KSBs": lambda lines: lines[0].update(ksbs=["K99"]),
    "other minutes": lambda lines: lines[0].update(minutes=99),
    "free text": lambda lines: lines.append("free text"),
    "something more": lambda lines: lines[0].update(note="ask kindly"),
    "another order": lambda lines: lines.reverse(),
}


@pytest.mark.parametrize("change", VISIBLE)
def test_a_visible_list_that_is_not_what_was_certified_is_refused(whole, change):
    evidence = copy.deepcopy(whole[0])
    must_show_what_is_certified(evidence)
    VISIBLE[change](evidence["questions"])

    with pytest.raises(DoesNotReplay, match="list of questions"):
        must_show_what_is_certified(evidence)


def test_stems_come_with_the_certified_digest_of_their_content_for_whoever_has_the_bank(whole):
    evidence = copy.deepcopy(whole[0])
    evidence["questions"][0]["stem"] = "What did you do?"
    first = evidence["certificate"]["questions"][0]

    assert stems_shown(evidence) == {first["reference"]: (first["digest"], "What did you do?")}
