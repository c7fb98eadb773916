"""The table of one bank: plain text for the terminal, Markdown for a page."""

from __future__ import annotations

import textwrap

from tests.benchmarks.methods import METHODS

NOTHING = "–"
ROUGH = 0.05
"""A figure whose standard error is a larger share of it is marked with ~."""
ENOUGH_KNOWN = 10_000
"""Sets known to whoever guesses from two."""
WIDTH = 120
HEADINGS = (
    "method",
    "sets",
    "miss a KSB",
    "break a rule",
    "exposure / z",
    "overlap / bound",
    "hits",
    "by",
    "8 of 10",
    "bits",
    "2 leaked",
    "set-up s",
    "ms a set",
    "sets a s",
    "MB",
)


def cells_of(name, row, floors):
    """One line of the table; a method that cannot serve the bank has one long cell."""
    title = METHODS[name][0]
    if "cannot" in row:
        return [title, row["cannot"]]
    if "missed" not in row:
        return [title, f"{row['draws']} sets in the time there was: too few for figures"]
    entropy = row["entropy"]
    single = row["single"] or (1 / row["a_second"] if row["a_second"] < 50_000 else None)
    return [
        title,
        f"{row['draws']:,}",
        _share(row["missed"]),
        _share(row["broken"]),
        _ratio(row["exposure"], row["exposure_error"], floors["exposure"]),
        _ratio(row["overlap"], 0.0, floors["overlap"], 3),
        _rough(row["hits"], row["hits_error"]) + f"{row['hits']:.2f}",
        row["strategy"],
        _share(row["often"]),
        NOTHING if entropy is None else f"{'' if entropy[1] else '~'}{entropy[0]:.1f}",
        _leaked(row),
        _seconds(row["set_up"]),
        NOTHING if single is None else f"{1000 * single:.2f}",
        f"{row['a_second']:,.0f}",
        f"{row['memory']:.0f}",
    ]


def _leaked(row):
    """Somebody who knows few sets guesses worse than could be guessed: marked as rough too."""
    if row["leaked"] is None:
        return NOTHING
    few = "~" if row["known"] < ENOUGH_KNOWN else _rough(row["leaked"], row["leaked_error"])
    return f"{few}{row['leaked']:.2f}"


def _share(share):
    if share == 0:
        return "0"
    return f"{100 * share:.1f}%" if share >= 0.001 else "<0.1%"


def _ratio(value, error, floor, digits=2):
    return NOTHING if not floor or not value else f"{_rough(value, error)}{value / floor:.{digits}f}"


def _rough(value, error):
    return "~" if error > ROUGH * max(value, 1e-9) else ""


def _seconds(seconds):
    return f"{seconds:.1f}" if seconds >= 0.05 else "0"


def heading_of(bank, floors):
    """Name and floors of a bank."""
    asked = bank.specification
    length = f"sets of {asked.length}" if asked.length else f"as many as fit {asked.seconds.highest} seconds"
    parts = [f"{len(bank):,} questions", length, f"{len(asked.required)} KSBs in every set"]
    if asked.optional:
        parts.append(f"{len(asked.optional)} explored")
    parts += [name for name, there in _side_rules(bank) if there]
    kind = "certified" if floors["certified"] else "simple"
    told = [f"z = {floors['exposure']:.4f}"]
    told += [f"overlap at least {floors['overlap']:.4f}"] if floors["overlap"] else []
    told += [f"best guess at least {floors['hits']:.2f} hits"] if floors["hits"] else []
    return bank.name, f"{', '.join(parts)}. Floors ({kind}): {', '.join(told)}."


def _side_rules(bank):
    asked = bank.specification
    return (
        (f"{len(bank.enemy_pairs)} enemy pairs", len(bank.enemy_pairs)),
        ("band of time", asked.seconds and asked.length),
        ("band of demand", asked.demand),
        (f"at most {asked.most_per_ksb} on a KSB", asked.most_per_ksb),
    )


def as_text(title, about, lines):
    """The table as columns of plain text."""
    whole = [line for line in lines if len(line) == len(HEADINGS)]
    widths = [max(len(row[at]) for row in [HEADINGS, *whole]) for at in range(len(HEADINGS))]
    widths[0] = max(len(line[0]) for line in [HEADINGS, *lines])
    left = {0, HEADINGS.index("by")}
    found = [title, *textwrap.wrap(about, WIDTH), ""]
    for line in [HEADINGS, *lines]:
        if len(line) == len(HEADINGS):
            padded = [
                cell.ljust(width) if at in left else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            ]
            found.append("  ".join(padded).rstrip())
        else:
            found.append(f"{line[0].ljust(widths[0])}  {line[1]}")
    return "\n".join(found) + "\n"


def as_markdown(title, about, lines):
    """The same as a Markdown table."""
    rule = ["---"] + ["--:"] * (len(HEADINGS) - 1)
    padded = [list(line) + [""] * (len(HEADINGS) - len(line)) for line in lines]
    rows = "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in padded)
    return f"### {title}\n\n{about}\n\n| {' | '.join(HEADINGS)} |\n|{'|'.join(rule)}|\n{rows}\n"
