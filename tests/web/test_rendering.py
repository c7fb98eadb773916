from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.web.rendering import LONGEST, inline, markdown


def test_markdown_keeps_emphasis_and_lists():
    html = markdown("Listen for *why*.\n\n- one\n- **two**")

    assert "<em>why</em>" in html
    assert "<li><strong>two</strong></li>" in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![seen](https://elsewhere.example/pixel.png)",
        "[press](javascript:alert(1))",
        "<p style='color:red' onclick='x()'>words</p>",
        "<iframe src='https://elsewhere.example'></iframe>",
        "<svg><style>*{display:none}</style></svg>",
        "<!-- --><a href='https://elsewhere.example'>x</a>",
    ],
)
def test_nothing_but_words_survives(attack):
    html = markdown(f"before {attack} after").lower()

    for forbidden in (
        "<script",
        "<img",
        "<a",
        "<iframe",
        "<svg",
        "<style",
        "onerror",
        "onclick",
        "style=",
        "http",
        "javascript",
    ):
        assert forbidden not in html
    assert "before" in html


PIECES = st.sampled_from(
    [
        *(
            "<script>",
            "</script>",
            "<img src=x onerror=a()>",
            "<a href='javascript:a()'>",
            "<svg/onload=a()>",
            "<!--",
            "-->",
        ),
        *(
            "[a](javascript:a())",
            "![a](//b)",
            "<http://example.org>",
            "[a]: data:text/html,b",
            "[a]",
            "&lt;script&gt;",
            "&#60;",
        ),
        *(
            "*",
            "**",
            "_",
            "`",
            "```",
            "> ",
            "- ",
            "1. ",
            "    ",
            "\n",
            "\n\n",
            "\\",
            "<",
            ">",
            "&",
            '"',
            "'",
            "<p ",
            "<code style=",
        ),
    ]
)
WORDS_ONLY = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code"}


class Judge(HTMLParser):
    """What a browser would find beside words and their emphasis."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in WORDS_ONLY or attrs:
            self.found.append((tag, attrs))

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def handle_decl(self, decl):
        self.found.append(("declaration", decl))


@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_L10_whatever_is_written_a_browser_finds_words_and_emphasis_alone(text):
    assert Judge(markdown(text)).found == []
    assert Judge(inline(text)).found == []


def test_the_judge_notices_a_renderer_that_lets_html_through():
    assert [tag for tag, _ in Judge("<p>a</p><script>b</script><em onclick=c()>d</em><!-- e -->").found] == [
        "script",
        "em",
        "comment",
    ]


def test_a_text_beyond_all_measure_is_shown_plain():
    html = markdown("*" * (LONGEST + 1))

    assert html == f"<p>{'*' * (LONGEST + 1)}</p>"


def test_a_stem_stands_inside_a_heading_without_a_paragraph():
    assert inline("In *your* project, what did you weigh?") == "In <em>your</em> project, what did you weigh?"
