"""The craft checks notice what they are for: one page that is well made, and one fault after another put into it."""

from __future__ import annotations

import pytest

from tests import craft

GOOD = """<!doctype html>
<html lang="en-GB"><head><title>My sessions – qbank</title></head>
<body><a href="#main">Skip to main content</a>
<main id="main"><h1>My sessions</h1>
<form method="post" action="/find"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name"><button>Find</button></form>
<table><tr><th>When</th></tr><tr><td>Today</td></tr></table>
<img src="/static/mark.svg" alt=""></main></body></html>"""

FAULTS = {
    "an element left open": ("<button>Find</button>", "<button>Find"),
    "an element where it may not stand": ("<h1>My sessions</h1>", "<p><h1>My sessions</h1></p>"),
    "no h1": ("<h1>My sessions</h1>", "<p>My sessions</p>"),
    "two h1": ("<table>", "<h1>More</h1><table>"),
    "a title that says something else": ("<title>My sessions", "<title>Welcome"),
    "a heading level left out": ("<table>", "<h3>Today</h3><table>"),
    "no language": (' lang="en-GB"', ""),
    "an id twice": ("<table>", '<table id="name">'),
    "a pointer to nowhere": ('<input id="name"', '<input aria-describedby="hint" id="name"'),
    "a field without a label": ("<label", "<b"),
    "a script inside the page": ("<table>", "<script>go()</script><table>"),
    "a style inside the page": ("<table>", '<table style="color:red">'),
    "an attribute that is a script": ("<table>", '<table onclick="go()">'),
    "something fetched from elsewhere": ("/static/mark.svg", "//cdn.example/mark.svg"),
    "no skip link": ('<a href="#main">Skip to main content</a>', ""),
    "no main": ('<main id="main">', '<div id="main">'),
    "a picture without words": (' alt=""', ""),
    "a button that says nothing": ("<button>Find</button>", "<button></button>"),
    "a table without headings": ("<th>When</th>", "<td>When</td>"),
    "a form that anybody can forge": ('name="csrf_token"', 'name="other"'),
    "a None on the screen": ("<td>Today</td>", "<td>None</td>"),
}


def faults_of(html: str) -> list[str]:
    tree, faults = craft.parse(html)
    return [*faults, *craft.faults(tree)]


def test_a_well_made_page_has_no_fault():
    assert faults_of(GOOD) == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_craft_checks_notice(name):
    right, wrong = FAULTS[name]
    assert right in GOOD

    assert faults_of(GOOD.replace(right, wrong, 1)) != []
