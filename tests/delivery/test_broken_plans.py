"""A plan whose parts do not belong together is refused when it is read; kept states of another draw do not replay."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from delivery.canonical import packed, unpacked
from delivery.certificate import certify
from delivery.draw import draw
from delivery.eligibility import Eligibility
from delivery.errors import BadPlan, DoesNotReplay
from delivery.plan import DrawPlan
from delivery.replay import replay
from tests.delivery.test_draw import most_that_leave_a_set


def two_of_one_name(document):
    document["pool"][1]["reference"] = document["pool"][0]["reference"]


def an_enemy_of_nobody(document):
    document["pool"][0]["enemies"] = ["Q-9999"]


def a_weight_too_few(document):
    document["log_weights"].pop()


def questions_that_are_no_list_of_objects(document):
    document["pool"][0] = "Q-0000"


def figures_that_are_no_object(document):
    document["figures"] = None


def changed(column, kind, numbers):
    def change(document):
        layer = document["walk"][0]
        layer[column] = packed(numbers(unpacked(layer[column], kind)), kind)

    return change


def a_recorded_set_cut_short(document):
    column = unpacked(document["rehearsal"]["sets"], "H")
    document["rehearsal"]["sets"] = packed(column[:-1], "H")


def more_recorded_sets_than_were_drawn(document):
    column = unpacked(document["rehearsal"]["sets"], "H")
    document["rehearsal"]["sets"] = packed([*column, *column], "H")


@pytest.mark.parametrize(
    "change",
    [
        two_of_one_name,
        an_enemy_of_nobody,
        a_weight_too_few,
        questions_that_are_no_list_of_objects,
        figures_that_are_no_object,
        pytest.param(changed("first", "I", lambda column: [1, *column[1:]]), id="a walk that begins at its second way"),
        pytest.param(
            changed("first", "I", lambda column: [*column[:-1], column[-1] + 1]), id="a way that is not there"
        ),
        pytest.param(changed("upper", "Q", lambda column: column[:-1]), id="a way without words"),
        pytest.param(changed("include", "Q", lambda column: column[:-1]), id="a question without words"),
        pytest.param(changed("count", "H", lambda column: [99, *column[1:]]), id="more than a layer holds"),
        a_recorded_set_cut_short,
        more_recorded_sets_than_were_drawn,
    ],
)
def test_a_plan_whose_parts_do_not_belong_together_is_refused(plain_plan, change):
    document = copy.deepcopy(plain_plan.to_dict())
    DrawPlan.from_dict(document)
    change(document)

    with pytest.raises(BadPlan):
        DrawPlan.from_dict(document)


def test_states_that_were_kept_with_another_seeds_draw_do_not_replay(plain_plan):
    snapshot = Eligibility(dict.fromkeys(most_that_leave_a_set(plain_plan)[:-2], "met"))
    seeds = [bytes([number]) * 32 for number in range(12)]
    own, *others = (
        certify(plain_plan, draw(plain_plan, seed=seed, eligibility=snapshot), snapshot, commitment="")
        for seed in seeds
    )
    assert own.way == "conditioned"
    replay(plain_plan, seeds[0], snapshot, own)

    said = []
    for other in others:
        if set(other.references) != set(own.references):
            with pytest.raises(DoesNotReplay) as refused:
                replay(plain_plan, seeds[0], snapshot, replace(own, walk=other.walk))
            said.append(str(refused.value))

    assert any("leaves the states" in each for each in said)
