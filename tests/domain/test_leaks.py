"""A text that turned up leads to the questions it repeats, and to the copies that are named in it."""

from __future__ import annotations

from qbank.domain.leaks import MOST_FOUND, Told, marks_in, traces

COMPLAINT = "Tell me how you dealt with a customer who complained about a late delivery during your project."
BUDGET = "Which budget did your recommendation need, and how did you justify the cost to your manager?"
BANK = (
    Told("Q-0001", 1, COMPLAINT),
    Told("Q-0002", 1, BUDGET),
    Told("Q-0002", 2, "What did the change cost, and who agreed to pay for it?"),
    Told("Q-0003", 1, "What does the law on data protection ask of your team when a customer phones?"),
)


def names(text):
    return [each.version.reference for each in traces(text, BANK)]


def test_a_question_is_found_word_for_word_in_any_case_and_among_other_words():
    found = traces(f"lads this came up today: {COMPLAINT.upper()} easy one", BANK)

    assert [(each.version.reference, each.said) for each in found] == [("Q-0001", "word for word")]


def test_a_light_edit_is_found_and_called_less_than_word_for_word():
    (found,) = traces("how did you deal with a customer that complained about the late delivery in your project", BANK)

    assert found.version.reference == "Q-0001"
    assert found.said != "word for word"


def test_the_nearer_of_two_questions_comes_first_whatever_their_references():
    further = Told("Q-0001", 1, "Tell me how you dealt with a supplier who was late with a delivery in your project.")
    nearer = Told("Q-0009", 1, COMPLAINT)

    for bank in ((further, nearer), (nearer, further)):
        found = traces(f"this one came up: {COMPLAINT}", bank)

        assert [(each.version.reference, each.said == "word for word") for each in found] == [
            ("Q-0009", True),
            ("Q-0001", False),
        ]
        assert found[0].score > found[1].score


def test_a_text_of_several_questions_leads_to_each_of_them():
    assert set(names(f"1. {COMPLAINT}\n2. {BUDGET}")) == {"Q-0001", "Q-0002"}


def test_an_older_version_is_named_where_that_is_the_one_that_was_told():
    (found,) = traces(BUDGET, BANK)

    assert (found.version.reference, found.version.number) == ("Q-0002", 1)


def test_another_text_leads_nowhere():
    assert names("The bus to the harbour leaves at nine and the fare is three pounds.") == []
    assert names("") == []


def test_no_more_are_shown_than_can_be_read():
    many = [Told(f"Q-{number:04d}", 1, COMPLAINT) for number in range(100)]

    assert len(traces(COMPLAINT, many)) == MOST_FOUND


def test_marks_of_copies_are_read_out_of_a_text_each_once():
    assert marks_in("This copy is marked 7F3K-Q2XM: 7f3k-q2xm. Ring 0113-496-0000.") == ("7F3K-Q2XM",)
