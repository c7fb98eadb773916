import pytest

from qbank.domain.figures import Figure
from qbank.web.standards import figures


def a_figure(value, unit="minutes", rule="W5"):
    return Figure(
        name="a_figure", value=value, unit=unit, says="What it is", rule=rule, decision=None if rule else "ours"
    )


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (60, "minutes", "60 minutes"),
        (1, "minutes", "1 minute"),
        (4.5, "minutes", "4½ minutes"),
        (0.25, "minutes", "¼ minute"),
        (0.15, "share", "15%"),
        (2500, "words", "2,500 words"),
        (7000, "starts a year", "7,000 starts a year"),
        (1, "people", "1 person"),
        (2, "people", "2 people"),
        (3, "entry level", "entry level 3"),
        (10, "month", "month 10"),
        (True, "yes or no", "yes"),
        (False, "yes or no", "no"),
        ("pass", "grade", "pass"),
        ((9, 1, 4), "months of the year", "January, April and September"),
        ((9,), "months of the year", "September"),
    ],
)
def test_a_figure_of_the_plan_is_said_with_its_unit(value, unit, said):
    assert figures.said(a_figure(value, unit)) == said


def test_a_figure_says_whether_the_plan_or_we_set_it():
    assert figures.source(a_figure(60, rule="W5")) == "Plan, W5"
    assert figures.source(a_figure(60, rule=None)) == "Our decision"
