import pytest

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


def test_a_text_beyond_all_measure_is_shown_plain():
    html = markdown("*" * (LONGEST + 1))

    assert html == f"<p>{'*' * (LONGEST + 1)}</p>"


def test_a_stem_stands_inside_a_heading_without_a_paragraph():
    assert inline("In *your* project, what did you weigh?") == "In <em>your</em> project, what did you weigh?"
