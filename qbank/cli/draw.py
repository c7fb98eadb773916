"""`qbank draw`: draw a question set, of a session or as a rehearsal; `qbank draw verify`: replay one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbank.domain.errors import NotFound, Refusal

if TYPE_CHECKING:
    from qbank.domain.evidence import Evidence
    from qbank.services.verifying import Verified

STANDARD_INPUT = "-"


@click.group(invoke_without_command=True)
@click.option("--standard", help="The standard's code.")
@click.option("--method", help="The assessment method: interview, observation, discussion.")
@click.option("--session", help="Draw for this assessment session (AS-00042); without it, a rehearsal.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--seed", help="64 hexadecimal digits, to repeat a rehearsal.")
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    help="Also write all that a verifier needs to FILE, less the words.",
)
@click.pass_context
def draw(
    ctx: click.Context,
    *,
    standard: str | None,
    method: str | None,
    session: str | None,
    as_json: bool,
    seed: str | None,
    evidence: Path | None,
) -> None:
    """Draw a lawful question set, and show rule by rule that it is.

    With --session it is that session's set: drawn once for ever, the same for whoever asks again. Without it, it is a
    rehearsal, of which nothing is recorded.
    """
    if ctx.invoked_subcommand is not None:
        return
    from qbank.cli.draw_screen import show_set
    from qbank.cli.drawing import for_session, rehearsal

    if session is not None:
        if seed is not None:
            raise Refusal("A session has its own seed.", remedy="Leave --seed out, or rehearse without --session.")
        found = for_session(session, standard, method)
    elif standard is None or method is None:
        raise Refusal("Which set?", remedy=_which_set())
    else:
        found = rehearsal(standard, method, seed)
    if evidence is not None:
        _write(evidence, found)
    if as_json:
        click.echo(json.dumps(_without_plan(found), ensure_ascii=False, indent=2))
    else:
        show_set(found)


@draw.command()
@click.argument("file", required=False)
@click.option("--session", help="Replay this assessment session's set (AS-00042) from the database.")
@click.option("--alone", is_flag=True, help="FILE is of a session that the database here does not know.")
@click.option("--all", "every", is_flag=True, help="Replay every set that the database keeps, voided ones too.")
def verify(file: str | None, session: str | None, *, alone: bool, every: bool) -> None:
    """Replay a draw: from FILE (made with --json or --evidence; - for standard input), of a session, or every one."""
    from qbank.cli.draw_screen import show_verified

    if every:
        if file is not None or session is not None or alone:
            raise Refusal("Every set is all of them.", remedy="Give --all by itself.")
        _verify_every()
        return
    show_verified(_verified(file, session, alone=alone))


def _verify_every() -> None:
    """Say of each kept set that does not hold what is wrong, and how many do."""
    from qbank.cli.draw_screen import show_every
    from qbank.cli.terminal import progress_bar
    from qbank.services.verifying_sets import verify_every
    from qbank.settings import Settings

    with progress_bar() as tell:
        looked = verify_every(Settings.from_environ(), tell)
    show_every(looked)
    if looked.wrong:
        remedy = "Keep the database as it is, and run qbank audit verify and qbank db check."
        raise Refusal("Not everything that is kept holds: see above.", remedy=remedy, rule="L4")


def _verified(file: str | None, session: str | None, *, alone: bool) -> Verified:
    from qbank.domain.plain_text import MOST_EVIDENCE_BYTES, decoded
    from qbank.services.files import text_of
    from qbank.services.verifying import verify_session, verify_text
    from qbank.settings import Settings

    settings = Settings.from_environ()
    if session is not None and file is not None:
        raise Refusal("A file and a session are two things.", remedy="Name one of them.")
    if session is not None and alone:
        raise Refusal("A session is verified by the database.", remedy="Leave --alone out, or name a file.")
    if session is not None:
        return verify_session(session, settings)
    if file is None and sys.stdin.isatty():
        raise Refusal("Nothing to verify.", remedy="Name a file made with qbank draw --json, or give --session.")
    if file is None or file == STANDARD_INPUT:
        name, data = "The standard input", sys.stdin.buffer.read(MOST_EVIDENCE_BYTES + 1)
        return verify_text(decoded(data, name, most_bytes=MOST_EVIDENCE_BYTES), name, settings, alone=alone)
    path = Path(file)
    if not path.exists():
        raise NotFound(f"There is no file {file}.", remedy="Name a file made with qbank draw --json.")
    return verify_text(text_of(path, most_bytes=MOST_EVIDENCE_BYTES), file, settings, alone=alone)


def _write(file: Path, found: Evidence) -> None:
    try:
        file.write_text(json.dumps(found.to_dict(with_stems=False), ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        remedy = "Name a file in a folder that is there and that you may write to."
        raise Refusal(f"{file} cannot be written: {error.strerror}.", remedy=remedy) from None


def _without_plan(found: Evidence) -> dict[str, object]:
    """A plan is thousands of numbers: it is named by its digest, and kept beside."""
    data = found.to_dict(with_stems=True)
    data.pop("plan", None)
    return data


def _which_set() -> str:
    from qbank.services.starter import starter_codes

    example = next(iter(starter_codes()), "CODE")
    return f"Give --standard and --method, for example: qbank draw --standard {example} --method interview."
