"""Who approves only one another's questions, by hand."""

from __future__ import annotations

from review.mutual import LEAST, Approved, Mutual, mutual

ADA, BEN, CY, DI = 1, 2, 3, 4


def approved(approver: int, *authors: int, times: int = 1) -> list[Approved]:
    return [Approved(approver, frozenset(authors))] * times


def test_two_who_approve_nearly_only_one_another_are_named_with_their_counts():
    found = mutual([*approved(ADA, BEN, times=8), *approved(ADA, CY, times=2), *approved(BEN, ADA, times=5)])

    assert found == (Mutual(ADA, BEN, first_of_second=8, first_of_all=10, second_of_first=5, second_of_all=5),)


def test_one_approval_more_of_somebody_else_than_one_in_five_is_not_nearly_only():
    assert mutual([*approved(ADA, BEN, times=8), *approved(ADA, CY, times=3), *approved(BEN, ADA, times=5)]) == ()


def test_fewer_than_the_least_either_way_say_nothing():
    assert mutual([*approved(ADA, BEN, times=40), *approved(BEN, ADA, times=LEAST - 1)]) == ()


def test_an_approver_whose_own_questions_others_approve_is_not_named():
    one_way = [*approved(ADA, BEN, times=20), *approved(CY, ADA, times=20)]

    assert mutual(one_way) == ()


def test_a_co_author_counts_as_an_author_and_a_version_counts_once_for_its_approver():
    found = mutual([*approved(ADA, BEN, CY, times=5), *approved(BEN, ADA, times=6)])

    assert [(each.first, each.second, each.first_of_second, each.first_of_all) for each in found] == [(ADA, BEN, 5, 5)]


def test_who_approved_most_between_them_comes_first():
    few = [*approved(ADA, BEN, times=5), *approved(BEN, ADA, times=5)]
    many = [*approved(CY, DI, times=7), *approved(DI, CY, times=9)]

    assert [(each.first, each.second) for each in mutual([*few, *many])] == [(CY, DI), (ADA, BEN)]


def test_nobody_approved_is_nobody_named():
    assert mutual([]) == ()
