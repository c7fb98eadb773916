"""`qbank pool`: the engine without a database, for researchers and for checking: fit, draw by the thousand, report."""

from __future__ import annotations

import json
from codecs import iterdecode
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from string import hexdigits
from typing import TYPE_CHECKING, Any, Final

import click

from qbank.cli.terminal import progress_bar
from qbank.domain.errors import Refusal

if TYPE_CHECKING:
    from delivery.plan import DrawPlan

LABEL: Final = "qbank pool draws 1"
AT_ONCE: Final = 16_384
"""Sets: as many as are drawn between two marks of the progress bar."""
LEAST_TARGET: Final = 0.0001
"""An exposure below it would take more questions than any bank has."""
MARKED: Final = "utf-8-sig"
"""UTF-8 with or without a byte-order mark, which some editors put first."""
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
    _write(out, iterdecode(plan.written(), "utf-8"))
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
    secret = _secret(seed)
    plan = _fitted(bank, kept)
    _write(out, (json.dumps(each) + "\n" for each in _drawn(plan, secret, count)))
    if weights is not None:
        pairs = zip(plan.pool.references, plan.log_weights, strict=True)
        _write(weights, [json.dumps({reference: float(weight) for reference, weight in pairs}, indent=1), "\n"])
    click.echo(f"{count:,} question sets from draw plan {plan.digest}: {out}.")


@pool.command()
@click.argument("bank", type=FILE)
@click.option("--plan", "kept", type=FILE, help="Report on this plan instead of fitting one.")
@click.option("--target", type=float, help="Largest exposure to bring the bank to.")
@click.option("--bounds", "certified", type=FILE, help="Also write the certified bounds here, for `qbank pool check`.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def report(*, bank: Path, kept: Path | None, target: float | None, certified: Path | None, as_json: bool) -> None:
    """Say how even and how unforeseeable sets of BANK are, what no law could better, and what to write next."""
    from qbank.cli.pool_report import found_of, show

    if target is not None and not LEAST_TARGET <= target <= 1:
        raise Refusal(f"The target {target} is no share of sets.", remedy=f"Give one from {LEAST_TARGET} to 1.")
    plan = _fitted(bank, kept)
    with progress_bar() as tell:
        found = found_of(plan, target, tell)
    if certified is not None:
        _write(certified, [json.dumps(found["bounds"]), "\n"])
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        show(found)
    if not found["second_program"]["holds"]:
        raise Refusal("The second program does not agree with the bounds.", remedy="Report this with the bank.")


@pool.command()
@click.argument("bank", type=FILE)
@click.argument("certified", metavar="BOUNDS", type=FILE)
def check(bank: Path, certified: Path) -> None:
    """Look at certified BOUNDS of BANK with the second program: does a lawful set come to fewer points?"""
    from delivery.exchange import read_bank
    from qbank.verify.bounds import verify_bounds

    questions, specification = read_bank(_read(bank))
    read = {"pool": [each.to_dict() for each in questions.candidates], "specification": specification.to_dict()}
    verdict = verify_bounds(_read(certified), read)
    for finding in verdict.findings:
        click.echo(f"{finding.what}: {finding.sentence}")
    if verdict.first_failure is not None:
        raise Refusal("The bounds do not hold.", remedy="Prove them again: qbank pool report --bounds.")


@pool.command()
@click.argument("bank", type=FILE)
@click.option("--sessions", type=click.IntRange(2, 1000), required=True, help="Of one cohort, within its window.")
@click.option("--plan", "kept", type=FILE, help="Of this plan instead of fitting one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def cohort(*, bank: Path, sessions: int, kept: Path | None, as_json: bool) -> None:
    """Measure which cohort factor serves BANK: what a college has heard of its next set, and what can be guessed."""
    from delivery.cohort_choice import chosen_factor
    from qbank.cli.pool_report import show_factors

    choice = chosen_factor(_fitted(bank, kept), sessions)
    if as_json:
        measured = [
            {"factor": each.factor, "heard": each.pooled, "best_guess": each.hits, "never_pausing": each.lasting}
            for each in choice.measured
        ]
        click.echo(json.dumps({"sessions": sessions, "factor": choice.factor, "measured": measured}, indent=1))
    else:
        show_factors(choice)


@pool.command()
@click.argument("bank", type=FILE)
@click.option("--plan", "kept", type=FILE, required=True, help="The plan that the sets were drawn from.")
@click.option("--asked", type=FILE, required=True, help="The sets, a list of ids a line, as `draws` writes them.")
@click.option("--out", type=FILE, required=True, help="Write the steered plan here, as JSON.")
def steer(*, bank: Path, kept: Path, asked: Path, out: Path) -> None:
    """Fit the plan of BANK again, so that what was asked more often than it expected comes a little less often."""
    from delivery.steering import Use, steered

    plan = _fitted(bank, kept)
    times, sets = _times(asked, frozenset(plan.pool.references))
    rates = plan.figures["exposure"]
    found = steered(plan, {each: Use(times[each], sets * float(rates[each])) for each in plan.pool.references})
    _write(out, iterdecode(found.plan.written(), "utf-8"))
    click.echo(
        f"Steered by {sets:,} question sets: no exposure moved by more than {found.moved:.1%}. "
        f"Draw plan {found.plan.digest}: {out}."
    )


def _times(path: Path, known: frozenset[str]) -> tuple[Counter[str], int]:
    """How often each question of a bank stands in sets, a JSON list a line, and how many sets there are."""
    found: Counter[str] = Counter()
    sets = 0
    try:
        with path.open(encoding=MARKED) as lines:
            for number, line in enumerate(lines, start=1):
                drawn = json.loads(line)
                if not isinstance(drawn, list) or not known.issuperset(map(str, drawn)):
                    remedy = "Give sets of this bank, a JSON list of ids a line, as qbank pool draws writes them."
                    raise Refusal(f"{path}, line {number:,}, is no list of questions of this bank.", remedy=remedy)
                found.update(map(str, drawn))
                sets = number
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.", remedy="Look at its name.") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path} is not a JSON list a line: {str(error)[:120]}.", remedy="Write it again.") from error
    return found, sets


def _fitted(bank: Path, kept: Path | None = None) -> DrawPlan:
    """The plan of a bank: fitted now, or the kept one when it is of this bank."""
    from delivery.exchange import read_bank
    from delivery.plan import DrawPlan
    from delivery.plan import fit as fit_plan

    content = _read(bank)
    questions, specification = read_bank(content)
    _tell_of_unknown_enemies(content)
    if kept is None:
        with progress_bar() as tell, _telling_of_rounding(content):
            return fit_plan(questions, specification, progress=tell)
    plan = DrawPlan.from_dict(_read(kept))
    if (plan.pool.digest, plan.specification.digest) != (questions.digest, specification.digest):
        raise Refusal(f"{kept} is not a draw plan of {bank}.", remedy="Fit it again: qbank pool fit.")
    return plan


@contextmanager
def _telling_of_rounding(content: object) -> Iterator[None]:
    """Beside a refusal: minutes that are no whole seconds draw the band in, so that moving it may not be enough."""
    from delivery.errors import Infeasible
    from delivery.exchange import is_rounded

    try:
        yield
    except Infeasible:
        if is_rounded(content):
            click.echo(
                "Some minutes are no whole seconds, so the band of `time` is drawn in by a few: give them in tenths.",
                err=True,
            )
        raise


def _secret(seed: str) -> bytes:
    """The bytes of a seed; an odd number of digits has a 0 before it, as numbers have."""
    if not seed or set(seed) - set(hexdigits):
        raise Refusal("The seed is not hexadecimal.", remedy="Give it in digits 0 to 9 and letters a to f.")
    return bytes.fromhex(seed.zfill(len(seed) + len(seed) % 2))


def _tell_of_unknown_enemies(content: object) -> None:
    """On the side, for it may be meant: an enemy that is no question of the bank keeps nothing apart."""
    from delivery.exchange import unknown_enemies

    unknown = unknown_enemies(content)
    if unknown:
        (question, other), more = unknown[0], len(unknown) - 1
        besides = f", and so are {more:,} more" if more else ""
        click.echo(f"Of no effect: {other!r}, an enemy of {question}, is no question of this bank{besides}.", err=True)


def _drawn(plan: DrawPlan, seed: bytes, count: int) -> Iterator[tuple[str, ...]]:
    """Sets in asking order; set i is drawn from a seed of its own, the first words of stream i."""
    from delivery.multitude import draws
    from delivery.randomness import many_words

    with progress_bar() as tell:
        for begin in range(0, count, AT_ONCE):
            tell("Drawing", begin / count)
            numbers = range(begin, min(begin + AT_ONCE, count))
            yield from draws(plan, [many_words(seed, 4, number=number, label=LABEL) for number in numbers])


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding=MARKED))
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.", remedy="Look at its name.") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path} is not JSON: {str(error)[:120]}.", remedy="Write it again as one JSON value.") from error


def _write(path: Path, content: Iterable[str]) -> None:
    """Whole or not at all; line by line, for there may be a million.

    Through a link to what it leads to; into what is no file, a pipe or a terminal, as it comes.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8") as written:
                written.writelines(content)
        else:
            _write_file(path.resolve(), content)
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.", remedy="Name another file.") from error


def _write_file(path: Path, content: Iterable[str]) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as written:
            written.writelines(content)
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
