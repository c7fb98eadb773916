"""The pictures of docs/engine.md: what a draw is, how evenly it asks, and what earlier sets tell.

python -m tests.benchmarks.engine_pictures docs

Plain SVG: a few kilobytes each, no fonts of their own. The last two show the starter bank's interview, from
its fitted plan, exact tables of equal weights, and the closed form for "least used first".
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from delivery.frontier import frontier_of
from delivery.plan import fit
from delivery.tables import marginals_of, tables_of
from tests.benchmarks.banks import starter

WIDTH, HEIGHT = 640, 330
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 18, 48
INK, OURS, OTHERS, FAINT = "#1a1a1a", "#0b5d4d", "#8a5a00", "#d8d8d8"
EARLIER = 66
"""Sets: three times as many as one cycle of the least used."""


def text(x, y, words, colour=INK, anchor="start", size=14):
    placed = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {placed} fill="{colour}" font-size="{size}">{escape(words)}</text>'


def line(points, colour, width=2.0, dashes=""):
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def box(x, y, width, height, fill):
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" fill="{fill}"/>'


def svg(parts, height=HEIGHT):
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">'
    return "\n".join([opening, f'<rect width="{WIDTH}" height="{height}" fill="white"/>', *parts, "</svg>\n"])


class Axes:
    """A frame, and where values stand in it."""

    def __init__(self, widest, highest, across, up):
        self.widest, self.highest = widest, highest
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        self.parts = [
            line([(LEFT, TOP), (LEFT, bottom), (right, bottom)], INK, 1),
            text((LEFT + right) / 2, HEIGHT - 8, across, anchor="middle"),
            f'<g transform="translate(16 {(TOP + bottom) / 2:g}) rotate(-90)">{text(0, 0, up, anchor="middle")}</g>',
        ]

    def place(self, x, y):
        return (
            LEFT + x / self.widest * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - y / self.highest * (HEIGHT - TOP - BOTTOM),
        )

    def curve(self, values, colour, **how):
        self.parts.append(line([self.place(x, y) for x, y in values], colour, **how))

    def label(self, x, y, words, colour=INK, anchor="start"):
        self.parts.append(text(*self.place(x, y), words, colour, anchor))

    def ticks(self, across, up, written):
        for x in across:
            self.parts.append(text(self.place(x, 0)[0], HEIGHT - BOTTOM + 18, f"{x:,}", anchor="middle", size=13))
        for y in up:
            self.parts.append(text(LEFT - 6, self.place(0, y)[1] + 4, written(y), anchor="end", size=13))


def what_a_draw_is():
    """From the secret number to the first lawful set."""
    rows = [
        ("first set of the stream", (2, 7), "two questions give each other away: passed over"),
        ("second set", (9,), "holds a question met before: passed over"),
        ("third set", (), "lawful: it is given, in an order by lot"),
    ]
    parts = [
        box(12, 14, 616, 40, "#eef3f1"),
        text(24, 39, "Fixed at booking: the secret number, the draw plan, what may not be given", size=15),
    ]
    for at, (name, bad, verdict) in enumerate(rows):
        y = 92 + 66 * at
        parts.append(text(24, y, name))
        good = OURS if not bad else "#9aa5a1"
        parts += [box(190 + 42 * place, y - 18, 36, 26, OTHERS if place in bad else good) for place in range(10)]
        parts.append(text(190, y + 26, verdict, OURS if not bad else OTHERS))
    return svg(parts, 276)


def how_evenly(ours, equal, floor):
    """Share of sets that ask each question, from the busiest to the rarest."""
    axes = Axes(len(ours), 0.08, "questions of the interview, the busiest first", "share of sets that ask it")
    axes.ticks(range(0, len(ours) + 1, 50), (0, 0.02, 0.04, 0.06, 0.08), lambda y: f"{y:.0%}")
    axes.curve(list(enumerate(sorted(equal, reverse=True))), OTHERS)
    axes.curve(list(enumerate(sorted(ours, reverse=True))), OURS, width=3)
    axes.curve([(0, floor), (len(ours), floor)], INK, width=1, dashes="5 4")
    axes.label(40, 0.062, "every covering set equally likely", OTHERS)
    axes.label(6, floor - 0.007, "ours, nearly on the dashed floor that no law goes below", OURS)
    return svg(axes.parts)


def what_history_tells(ours, questions, length):
    """Questions of the next set that are named right by who saw all earlier sets."""
    cycle = questions // length
    least_used = [(m, length * length / (questions - length * (m % cycle))) for m in range(EARLIER + 1)]
    axes = Axes(EARLIER, length, "earlier sets that somebody has seen, all of them", "of ten questions named right")
    axes.ticks(range(0, EARLIER + 1, 11), range(0, length + 1, 2), str)
    axes.curve(least_used, OTHERS)
    axes.curve([(0, ours), (EARLIER, ours)], OURS, width=3)
    axes.label(23, 8.6, "least used first:", OTHERS)
    axes.label(23, 7.9, "each 22nd is known whole", OTHERS)
    axes.label(23, 1.6, f"ours: {ours:.2f}, always", OURS)
    return svg(axes.parts)


def pictures():
    """Names and contents."""
    bank = next(each for each in starter() if each.name.endswith("interview"))
    plan = fit(bank.pool, bank.specification)
    frontier = frontier_of(bank.pool, bank.specification)
    equal = marginals_of(frontier, tables_of(frontier, np.zeros(len(bank)), np.zeros(0)), len(bank)).questions
    ours = [float(rate) for rate in plan.figures["exposure"].values()]
    floor, guess = float(plan.figures["exposure_floor"]), float(plan.figures["best_guess"])
    yield "engine-draw.svg", what_a_draw_is()
    yield "engine-exposure.svg", how_evenly(ours, equal, floor)
    yield "engine-history.svg", what_history_tells(guess, len(bank), bank.specification.length)


if __name__ == "__main__":
    for name, content in pictures():
        Path(sys.argv[1], name).write_text(content, encoding="utf-8")
