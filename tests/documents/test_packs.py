"""The pack as PDF, read back by another program: its words, their order, its tags, what stands together."""

from dataclasses import replace
from itertools import pairwise

import pytest

from qbank.documents.packs import Coded, Variant, pdf
from qbank.documents.runs import Block, Run, plain
from qbank.documents.typesetting import UNUSUAL
from tests.documents.a_pack import MADE_AT, MARK, a_pack, a_question, blocks
from tests.documents.a_reader import Reader
from tests.documents.ink import BLACK, painted

SEVERAL_SHEETS = 12_000
MILLIMETRE = 72 / 25.4
FOOT = 20 * MILLIMETRE
"""The margin below what stands on a sheet, in points."""
MOST_OF_A_SHEET = {Variant.STANDARD: 3_600, Variant.CONTRAST: 2_000}


def read(pack=None, variant=Variant.STANDARD):
    return Reader(pdf(pack or a_pack(), variant))


def a_text_of(characters):
    sentence = "What was said is set against what was done. "
    return sentence * (characters // len(sentence))


@pytest.mark.parametrize("variant", Variant)
def test_a_pack_is_tagged_and_says_its_title_and_its_language(variant):
    found = read(variant=variant)

    assert found.catalogue["/MarkInfo"]["/Marked"].value
    assert found.catalogue["/Lang"] == "en-GB"
    assert found.catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert found.pdf.metadata.title == "Pack AS-00042"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in found.catalogue["/Metadata"].get_data()


@pytest.mark.parametrize("variant", Variant)
def test_what_is_read_aloud_begins_with_the_session_and_takes_each_question_in_order(variant):
    aloud = read(variant=variant).text()

    order = ["Pack AS-00042", "Amira Hassan", "The questions in the order", MARK]
    for position in (1, 2, 3):
        order += [f"at stage {position}?", "How do you know?", f"Listen for change number {position}."]
        order += [f"Explains change {position}", f"Compares change {position}"]
        order += ["What the strategy means", "Sees how strategy shapes service (pass)"]
    order += ["Criteria that the set does not open", "Words of WP9", "Words of WD2"]
    at = 0
    for words in order:
        at = aloud.index(words, at)


def test_headings_go_down_one_level_at_a_time_and_name_what_is_below_them():
    headings = read().headings(1, 2, 3)

    levels = [int(one.role[1]) for one in headings]
    assert [one.text for one in headings if one.role == "H1"] == ["Pack AS-00042"]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert "1 In your project, what changed for customers at stage 1?" in [one.text for one in headings]


@pytest.mark.parametrize("variant", Variant)
def test_every_sheet_bears_the_session_the_mark_of_the_copy_and_its_number_of_how_many(variant):
    sheets = read(variant=variant).sheets

    for number, words in enumerate(sheets, start=1):
        assert "AS-00042" in words
        assert f"copy {MARK}" in words
        assert f"Page {number} of {len(sheets)}" in words


def test_what_runs_on_every_sheet_is_read_aloud_on_none():
    aloud = read().text()

    assert "Page 1 of" not in aloud
    assert f"copy {MARK}" not in aloud


@pytest.mark.parametrize(
    ("variant", "characters"), [*((each, 60) for each in MOST_OF_A_SHEET), *MOST_OF_A_SHEET.items()]
)
def test_a_question_is_one_block_on_one_sheet(variant, characters):
    pack = a_pack(questions=(a_question(1), a_question(2, guidance=blocks(a_text_of(characters))), a_question(3)))

    aloud = read(pack, variant).aloud

    for position in (1, 2, 3):
        start = next(n for n, one in enumerate(aloud) if one.text.endswith(f"at stage {position}?"))
        end = next(n for n in range(start, len(aloud)) if aloud[n].text == "Sees how strategy shapes service (pass)")
        assert {sheet for one in aloud[start : end + 1] for sheet in (one.first_sheet, one.last_sheet)} == {
            aloud[start].first_sheet
        }


def test_in_large_type_a_part_is_never_broken_where_it_fits_on_a_sheet():
    pack = a_pack(questions=(a_question(1, guidance=blocks(a_text_of(600)), pass_evidence=blocks(a_text_of(600))),))

    broken = [one for one in read(pack, Variant.LARGE).aloud if one.first_sheet != one.last_sheet]

    assert broken == []


def test_a_text_that_is_longer_than_a_sheet_runs_on_and_loses_nothing():
    long = a_text_of(SEVERAL_SHEETS)
    pack = a_pack(questions=(a_question(1, guidance=blocks(long)),))

    for variant in Variant:
        found = read(pack, variant)
        assert long.strip() in found.text()
        assert found.text().count("Explains change 1 (WP1).") == 1


def test_where_a_question_fills_its_sheet_a_sheet_to_write_on_follows():
    pack = a_pack(
        questions=(a_question(1, guidance=blocks(a_text_of(MOST_OF_A_SHEET[Variant.STANDARD]))), a_question(2))
    )

    headings = [one.text for one in read(pack).headings(3)]

    assert "Question 1: notes" in headings
    assert "Question 2: notes" not in headings


def test_large_type_is_nowhere_below_18_points():
    assert min(read(variant=Variant.LARGE).sizes()) >= 18


@pytest.mark.parametrize("variant", Variant)
def test_in_high_contrast_everything_is_black_and_11_points_or_more_and_only_there(variant):
    found = read(variant=variant)
    colours = set().union(*(sheet.colours for sheet in painted(found.pdf)))

    is_black, is_large_enough = colours == {BLACK}, min(found.sizes()) >= 11

    assert (is_black, is_large_enough) == {
        Variant.STANDARD: (False, False),
        Variant.LARGE: (False, True),
        Variant.CONTRAST: (True, True),
    }[variant]


@pytest.mark.parametrize("variant", Variant)
def test_under_each_ordinary_question_there_are_lines_to_write_notes_on_down_to_the_foot(variant):
    found = read(variant=variant)

    for number in (1, 2, 3):
        sheets = [at for at, words in enumerate(found.sheets) if f"Question {number} of 3" in words]
        areas = [area for at in sheets for area in painted(found.pdf)[at].ruled]
        assert len(sheets) == len(areas) == 1
        assert "Notes" in found.sheets[sheets[0]]
        assert areas[0].high >= 45 * MILLIMETRE
        assert areas[0].bottom == pytest.approx(FOOT, abs=1)


def test_prescribed_probes_name_the_criterion_what_is_asked_and_what_about():
    aloud = read().text()

    assert "WP9, pass Words of WP9 Ask: Where have you done this? K3 Improvement" in aloud
    assert "Start from: The apprentice's own project" in aloud


def test_a_set_that_opens_everything_has_no_prescribed_probe():
    assert "does not open" not in read(a_pack(probes=())).text()


def test_an_observation_has_a_sheet_to_tick_each_ksb():
    pack = a_pack(observed=(Coded("K11", "Insight from information"), Coded("B9", "Goodwill")))

    aloud = read(pack).aloud

    cells = [one.text for one in aloud if one.role in {"TH", "TD"}]
    assert cells[cells.index("KSB") : cells.index("KSB") + 4] == ["KSB", "What it is", "Seen", "Seen by"]
    assert {"K11", "Insight from information", "B9", "Goodwill"} <= set(cells)


@pytest.mark.parametrize("variant", Variant)
def test_the_same_pack_gives_the_same_bytes_and_another_copy_others(variant):
    once, again, other = (
        pdf(pack, variant) for pack in (a_pack(), a_pack(), a_pack(mark="AAAA-2222", marking="Another."))
    )

    assert once == again
    assert once != other


def test_a_pack_says_when_it_was_made_and_not_when_it_was_set():
    assert read().pdf.metadata.creation_date == MADE_AT


@pytest.mark.parametrize(
    "typed",
    [
        '#import "x.typ"',
        '#eval("panic()")',
        "$x^2$ *not strong* _not emphasised_",
        "= Not a heading",
        "<label> @reference \\u{41} \\",
        "// no comment /* none */",
        "```raw``` ~ -- --- '...'",
    ],
)
def test_what_people_wrote_is_set_as_words_and_never_as_source(typed):
    question = a_question(stem=plain(typed), probes=(plain(typed),), guidance=(Block(runs=plain(typed)),))
    pack = a_pack(questions=(question,), facts=((typed, typed),), method=typed, marking=typed, starts_from=typed)

    found = read(pack)

    assert found.text().count(typed) >= 6
    assert len(found.headings(1)) == 1


def test_strong_and_emphasised_words_and_lists_are_set_as_such():
    entries = ((Block(runs=plain("first")),), (Block(runs=plain("second")),))
    guidance = (
        Block(runs=(Run("Listen "), Run("well", strong=True), Run(" now", emphasis=True))),
        Block(entries=entries),
    )

    found = read(a_pack(questions=(a_question(guidance=guidance),)))

    assert "Listen well now • first • second" in found.text()
    fonts = {str(font["/BaseFont"]) for page in found.pdf.pages for font in fonts_of(page)}
    assert any(name.endswith("Bold") for name in fonts)
    assert any(name.endswith("Italic") for name in fonts)


def test_the_characters_that_are_not_looked_up_can_all_be_printed():
    usual = "".join(chr(code) for code in range(0x20, 0x2100) if not UNUSUAL.match(chr(code)))

    assert len(usual) > 300
    assert read(a_pack(facts=(("Apprentice", usual),))).pdf.pages  # typst refuses what no font has


def fonts_of(page):
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_only_our_typeface_is_used_and_it_travels_with_the_file():
    fonts = [font for page in read().pdf.pages for font in fonts_of(page)]

    assert {str(font["/BaseFont"]).partition("+")[2].startswith("AtkinsonHyperlegible") for font in fonts} == {True}
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ωμέγα", "Анна", "Siân Ó Dónaill", "Ŵŷn"])
def test_names_in_other_letters_are_printed(name):
    assert name in read(a_pack(facts=(("Apprentice", name),))).text()


@pytest.mark.parametrize("character", ["漢", "😀", "\x07", "\uffff", "\ue000"])
def test_a_character_that_no_font_has_becomes_a_square_and_the_pack_is_made(character):
    pack = replace(a_pack(), facts=(("Apprentice", f"Before {character} after"),))

    assert "Before □ after" in read(pack).text()
    assert "A square □ stands for a character that cannot be printed here." in read(pack).text()
    assert "cannot be printed here" not in read().text()
