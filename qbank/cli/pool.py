"""`qbank pool`: the engine without a database, for researchers and for checking: fit, draw by the thousand, report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from qbank.cli.terminal import progress_bar
from qbank.domain.errors import Refusal

if TYPE_CHECKING:
    from delivery.plan import DrawPlan

MOST_SETS_KNOWN: Final = 30
LABEL: Final = "qbank pool draws 1"
TOLD_EVERY: Final = 100
FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.group()
def pool() -> None:
    """Fit a draw plan to a bank in a JSON file, draw from it, and report what the law is like."""


@pool.command()
@click.argument("bank", type=FILE)
@click.option("--out", type=FILE, required=True, help="Write the draw plan here, as JSON.")
def fit(bank: Path, out: Path) -> None:
    """Fit the draw plan of BANK."""
    plan = _fitted(bank)
    _write(out, plan.content.decode())
    click.echo(f"Draw plan {plan.digest} of {len(plan.pool):,} questions: {out}.")


@pool.command()
@click.argument("bank", type=FILE)
@click.option("--count", type=click.IntRange(min=1), required=True, help="How many question sets.")
@click.option("--seed", required=True, help="Hexadecimal digits; the same seed gives the same sets.")
@click.option("--out", type=FILE, required=True, help="Write a list of ids a line here, in asking order.")
@click.option("--weights", type=FILE, help="Also write the log-weight of each question here.")
@click.option("--plan", "kept", type=FILE, help="Draw from this plan instead of fitting one.")
def draws(*, bank: Path, count: int, seed: str, out: Path, weights: Path | None, kept: Path | None) -> None:
    """Draw independent question sets from BANK, by the walk that a session's set is drawn by."""
    try:
        secret = bytes.fromhex(seed)
    except ValueError:
        raise Refusal("The seed is not hexadecimal.", remedy="Give it in digits 0 to 9 and letters a to f.") from None
    plan = _fitted(bank, kept)
    _write(out, "".join(json.dumps(each) + "\n" for each in _drawn(plan, secret, count)))
    if weights is not None:
        pairs = zip(plan.pool.references, plan.log_weights, strict=True)
        _write(weights, json.dumps({reference: float(weight) for reference, weight in pairs}, indent=1) + "\n")
    click.echo(f"{count:,} question sets from draw plan {plan.digest}: {out}.")


@pool.command()
@click.argument("bank", type=FILE)
@click.option("--plan", "kept", type=FILE, help="Report on this plan instead of fitting one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def report(*, bank: Path, kept: Path | None, as_json: bool) -> None:
    """Say how even and how unforeseeable sets of BANK are."""
    plan = _fitted(bank, kept)
    found = _figures(plan)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        if name != "pooled_knowledge":
            click.echo(f"{name.replace('_', ' '):28} {value}")
    click.echo("questions of the next set already heard, by the number of earlier sets seen:")
    for sets, heard in enumerate(found["pooled_knowledge"], start=1):
        click.echo(f"{sets:4} {heard:6.2f}")


def _fitted(bank: Path, kept: Path | None = None) -> DrawPlan:
    """The plan of a bank: fitted now, or the kept one when it is of this bank."""
    from delivery.exchange import read_bank
    from delivery.plan import DrawPlan
    from delivery.plan import fit as fit_plan

    questions, specification = read_bank(_read(bank))
    if kept is None:
        with progress_bar() as tell:
            return fit_plan(questions, specification, progress=tell)
    plan = DrawPlan.from_dict(_read(kept))
    if (plan.pool.digest, plan.specification.digest) != (questions.digest, specification.digest):
        raise Refusal(f"{kept} is not a draw plan of {bank}.", remedy="Fit it again: qbank pool fit.")
    return plan


def _drawn(plan: DrawPlan, seed: bytes, count: int) -> Iterator[tuple[str, ...]]:
    """Sets in asking order; set i is drawn from a seed of its own, the first words of stream i."""
    from delivery.draw import draw
    from delivery.eligibility import Eligibility
    from delivery.randomness import many_words

    nothing_met = Eligibility()
    with progress_bar() as tell:
        for number in range(count):
            own = many_words(seed, 4, number=number, label=LABEL)
            yield draw(plan, seed=own, eligibility=nothing_met).references
            if number % TOLD_EVERY == 0:
                tell("Drawing", number / count)


def _figures(plan: DrawPlan) -> dict[str, Any]:
    """The plan's figures as numbers, how often a walk is lawful, and pooled knowledge after 1 to 30 sets."""
    from delivery.exposure import pooled_knowledge
    from delivery.plan import OF_THE_LAW

    figures = {name: _plain(plan.figures[name]) for name in OF_THE_LAW}
    acceptance = plan.rehearsal.acceptance()
    rates = [float(rate) for rate in plan.figures["exposure"].values()]
    return {
        "questions": len(plan.pool),
        **figures,
        "lawful_walks": acceptance.lawful / plan.rehearsal.trials,
        "pooled_knowledge": [pooled_knowledge(rates, sets) for sets in range(1, MOST_SETS_KNOWN + 1)],
    }


def _plain(value: object) -> object:
    return float(value) if isinstance(value, str) else value


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.", remedy="Look at its name.") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path} is not JSON: {str(error)[:120]}.", remedy="Write it again as one JSON value.") from error


def _write(path: Path, content: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(content, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.", remedy="Name another file.") from error
