"""Safe HTML as runs and blocks: every word is kept, in order, and nothing else has a meaning."""

from hypothesis import given, settings
from hypothesis import strategies as st

from qbank.documents.runs import DEEPEST, Block, Run, blocks_of, runs_of
from qbank.web.rendering import markdown


def words_of(blocks):
    return " ".join(
        " ".join([*(run.text for run in block.runs), *(words_of(entry) for entry in block.entries)]) for block in blocks
    )


def depth(blocks):
    return max((1 + max(depth(entry) for entry in block.entries) for block in blocks if block.entries), default=0)


def test_a_paragraph_keeps_what_is_strong_and_what_is_emphasised():
    assert blocks_of("<p>Ask <strong>how</strong> and <em>why</em>.</p>") == (
        Block(runs=(Run("Ask "), Run("how", strong=True), Run(" and "), Run("why", emphasis=True), Run("."))),
    )


def test_a_list_keeps_its_entries_and_whether_it_is_numbered():
    (bullets, numbers) = blocks_of("<ul><li>one</li><li>two</li></ul><ol><li>three</li></ol>")

    assert bullets == Block(entries=((Block(runs=(Run("one"),)),), (Block(runs=(Run("two"),)),)))
    assert numbers.numbered
    assert words_of((numbers,)).strip() == "three"


def test_a_list_inside_a_list_belongs_to_its_entry():
    (outer,) = blocks_of("<ul><li>one<ul><li>inner</li></ul></li></ul>")

    ((first, inner),) = outer.entries
    assert first.runs == (Run("one"),)
    assert inner.entries == ((Block(runs=(Run("inner"),)),),)


def test_a_line_break_is_kept_and_other_white_space_is_folded():
    assert blocks_of("<p>one<br>two\n   three</p>")[0].runs == (Run("one"), Run("\n"), Run("two three"))


def test_a_stem_of_several_paragraphs_becomes_one_line():
    assert "".join(run.text for run in runs_of(markdown("First.\n\nSecond."))) == "First. Second."


def test_lists_in_lists_beyond_reading_stand_on_the_last_level():
    text = "".join(f"{'    ' * level}- level {level}\n" for level in range(12))

    blocks = blocks_of(markdown(text))

    assert depth(blocks) <= DEEPEST
    assert all(f"level {level}" in words_of(blocks) for level in range(12))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200))
def test_whatever_is_written_every_word_that_a_page_shows_is_on_paper(text):
    html = markdown(text)

    on_paper = "".join(words_of(blocks_of(html)).split())

    assert on_paper == "".join(html.striptags().split())
