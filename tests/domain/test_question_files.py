"""A question's file: what is written is read again to the letter, and every slip has its line and remedy."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.domain.faults import Faults
from qbank.domain.question_files import QuestionFile, parse, read, render
from qbank.domain.questions import BankQuestion, Content, Provenance
from qbank.services.bank_folders import question_files_in
from qbank.services.starter import starter_codes, starter_questions
from tests.domain.a_question import a_question
from tests.domain.conftest import SMALL

LETTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t")
LINES = st.text(LETTERS, min_size=1, max_size=30).filter(lambda line: line.strip() != "")
TRICKY = st.sampled_from(
    ["## Stem", "\\## Stem", "+++", "- a list", "### three", "  indented", '"quoted"', "key = 1", "\u2028"]
)
PROSE = st.lists(LINES | TRICKY.filter(str.strip), min_size=1, max_size=4).map("\n".join)
CODES = st.lists(st.from_regex(r"[KSB][1-9][0-9]?", fullmatch=True), max_size=3).map(tuple)
REFERENCES = st.from_regex(r"Q-[0-9]{4,6}", fullmatch=True)
NAMES = st.text(LETTERS | st.just("\n"), min_size=1, max_size=20).filter(lambda text: text.strip() != "")
CONTENTS = st.builds(
    Content,
    stem=PROSE,
    probes=st.lists(LINES, min_size=1, max_size=4).map(tuple),
    guidance=PROSE,
    pass_evidence=PROSE,
    distinction_evidence=PROSE,
    method=st.text(string.ascii_lowercase, min_size=1),
    primary=CODES,
    secondary=CODES,
    criteria=CODES,
    demand=st.integers(0, 9),
    seconds=st.integers(0, 100_000),
    provenance=st.builds(Provenance, NAMES, NAMES, st.booleans()),
)
QUESTIONS = st.builds(
    BankQuestion, REFERENCES, CONTENTS, st.lists(REFERENCES).map(tuple), st.lists(REFERENCES).map(tuple)
)
FORM = render(a_question())


@given(QUESTIONS)
def test_a_question_survives_the_round_trip_through_its_file(question):
    assert parse(render(question), "q.md") == question


@given(CONTENTS)
def test_the_same_content_has_the_same_digest_and_any_change_another(content):
    again = parse(render(BankQuestion("Q-0001", content)), "q.md").content
    changed = Content(**{**vars(content), "demand": content.demand + 1})

    assert again.digest == content.digest
    assert changed.digest != content.digest


@pytest.mark.parametrize("code", starter_codes())
def test_every_file_of_the_starter_bank_is_in_the_form_that_is_written(code):
    from qbank import resources

    faults: list[object] = []
    entries = list(question_files_in(resources.seed_questions() / code, faults))

    assert faults == []
    assert len(entries) == len(starter_questions(code))
    for entry in entries:
        with open(entry.file, encoding="utf-8", newline="") as file:  # noqa: PTH123 - as it stands, line ends and all
            assert file.read() == render(entry.question), entry.file


def test_every_file_of_the_small_bank_is_in_the_form_that_is_written():
    for file in sorted((SMALL / "dialogue").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        assert render(parse(text, file.name)) == text


def line_of(text: str) -> int:
    return FORM[: FORM.index(text)].count("\n") + 1


END = FORM.count("\n")
SLIPS = {
    "no front matter": (FORM.removeprefix("+++\n"), 1, "does not begin with +++"),
    "front matter left open": (FORM.replace("false\n+++\n", "false\n"), 1, "not closed"),
    "an old line end": (FORM.replace("demand = 2\n", "demand = 2\r"), line_of("demand"), "a carriage return without"),
    "an escape character": (FORM.replace("there?", "there\x1b?"), line_of("- What led"), "U+001B"),
    "an escaped control character": (FORM.replace("an author", "an\\u0000"), line_of("author"), "U+0000"),
    "endless minutes": (FORM.replace("5.0", "inf"), line_of("minutes"), "too large, or is none"),
    "minutes that are no number": (FORM.replace("5.0", "nan"), line_of("minutes"), "too large, or is none"),
    "minutes of an age": (FORM.replace("5.0", "1e300"), line_of("minutes"), "too large, or is none"),
    "a number of thousands of digits": (FORM.replace("5.0", "9" * 5_000), 2, "thousands of digits"),
    "a hexadecimal number": (FORM.replace("= 2", "= 0x" + "f" * 5_000), line_of("demand"), "too large, or is none"),
    "nesting without end": (FORM.replace("5.0", "[" * 50_000 + "]" * 50_000), 2, "nested too deeply"),
    "deep nesting": (FORM.replace("5.0", "[" * 30 + "]" * 30), line_of("minutes"), "nested too deeply"),
    "a key without end": (FORM.replace("minutes", ".".join("a" * 20_000)), line_of("minutes"), "full stops"),
    "not TOML": (FORM.replace("demand = 2", "demand = = 2"), line_of("demand"), "not TOML"),
    "TOML that ends early": (FORM.replace("false\n+++", "\n+++"), line_of("employer_consulted"), "not TOML"),
    "a key twice": (FORM.replace("demand = 2", "demand = 2\ndemand = 3"), line_of("demand") + 1, "not TOML"),
    "a missing key": (FORM.replace("demand = 2\n", ""), 2, "demand is missing"),
    "an unknown key": (
        FORM.replace("demand = 2", "demand = 2\ntopic = 1"),
        line_of("demand") + 1,
        "topic is not known",
    ),
    "a KSB that is no list": (FORM.replace('["K1"]', '"K1"'), line_of("primary"), "a list of texts"),
    "demand as text": (FORM.replace("demand = 2", 'demand = "2"'), line_of("demand"), "a whole number"),
    "demand as true": (FORM.replace("demand = 2", "demand = true"), line_of("demand"), "a whole number"),
    "minutes as text": (FORM.replace("5.0", '"five"'), line_of("minutes"), "a number"),
    "minutes that are no seconds": (FORM.replace("5.0", "5.0001"), line_of("minutes"), "whole number of seconds"),
    "negative minutes": (FORM.replace("5.0", "-5.0"), line_of("minutes"), "whole number of seconds"),
    "a strange reference": (FORM.replace('"Q-0001"', '"Q-1"'), line_of("reference"), "is not a reference"),
    "no provenance": (FORM.replace("[provenance]", "[origin]"), line_of("[provenance]"), "origin is not known"),
    "no author": (FORM.replace('author = "an author"\n', ""), line_of("[provenance]"), "author is missing"),
    "consulted perhaps": (FORM.replace("= false", '= "perhaps"'), line_of("employer_consulted"), "true or false"),
    "text before the first heading": (
        FORM.replace("## Stem", "Ask:\n\n## Stem"),
        line_of("## Stem"),
        "before the first",
    ),
    "a missing heading": (FORM.replace("## Guidance", ""), END, "Guidance is missing"),
    "an unknown heading": (FORM.replace("## Guidance", "## Advice"), line_of("## Guidance"), "Advice is not known"),
    "a heading twice": (FORM.replace("## Guidance", "## Probes"), line_of("## Guidance"), "Probes is there twice"),
    "headings out of order": (
        FORM.replace("## Stem", "## X").replace("## Guidance", "## Stem").replace("## X", "## Guidance"),
        line_of("## Stem"),
        "Guidance is out of order",
    ),
    "an empty stem": (
        FORM.replace("In your project, what did you find out first, and how?", ""),
        line_of("## Stem"),
        "empty",
    ),
    "a probe that is no list": (FORM.replace("- What led", "What led"), line_of("- What led"), "This is not a probe"),
    "a probe of two lines": (
        FORM.replace("there?", "there,\nand why?"),
        line_of("- What led") + 1,
        "This is not a probe",
    ),
}


@pytest.mark.parametrize("written", ["\ufeff" + FORM, FORM.replace("\n", "\r\n")], ids=["a mark", "CRLF"])
def test_what_editors_add_unseen_is_dropped(written):
    assert parse(written, "q.md") == parse(FORM, "q.md")


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_reported_at_its_line(slip):
    text, line, said = SLIPS[slip]
    assert text != FORM

    with pytest.raises(Faults) as refusal:
        parse(text, "interview/Q-0001.md")

    reported = [(fault.line, f"{fault.what} {fault.remedy}") for fault in refusal.value.faults]
    assert any(at == line and said in message for at, message in reported), reported
    assert all(fault.file == "interview/Q-0001.md" and fault.remedy for fault in refusal.value.faults)


def test_every_slip_of_a_file_is_reported_at_once():
    text = FORM.replace("demand = 2", 'demand = "2"').replace("5.0", '"five"').replace("## Guidance", "## Advice")

    with pytest.raises(Faults) as refusal:
        parse(text, "q.md")

    assert [fault.line for fault in refusal.value.faults] == sorted(
        [line_of("demand"), line_of("minutes"), line_of("## Guidance"), END]
    )


def test_the_message_names_the_first_fault_and_counts_the_others():
    text = FORM.replace("demand = 2", 'demand = "2"').replace("5.0", '"five"')

    with pytest.raises(Faults, match=r"^q\.md:7: demand is not a whole number\. .* There is one more fault\.$"):
        parse(text, "q.md")


def test_a_question_that_comes_from_no_file_has_the_lines_it_would_have():
    entry = QuestionFile.of(a_question("Q-0042"))

    assert entry.file == "Q-0042.md"
    assert entry.fault("minutes", "x.", "y.").line == line_of("minutes")
    assert entry == read(render(a_question("Q-0042")), "Q-0042.md")
