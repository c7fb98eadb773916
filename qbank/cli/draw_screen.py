"""What `qbank draw` shows: the questions as they are asked, the proof rule by rule, the certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.padding import Padding

from delivery.saying import clock, count_of
from qbank.cli.terminal import a_table, answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from qbank.domain.evidence import Evidence
    from qbank.services.verifying import Verified
    from qbank.services.verifying_sets import Looked


def show_set(found: Evidence) -> None:
    """The whole answer of a draw."""
    console = answers()
    seconds = sum(question.seconds for question in found.questions)
    kind = f"session {found.session}" if found.session else "rehearsal, nothing recorded"
    console.print(f"\n[ink]{escape(found.method.capitalize())}[/]  [quiet]{escape(found.standard)}, {kind}[/]")
    count = count_of(len(found.questions), "question")
    console.print(f"[quiet]{count}, {seconds / 60:g} minutes planned, in the order they are asked[/]\n")
    _show_questions(console, found)
    _show_proof(console, found.certificate)
    _show_certificate(console, found)


def show_verified(verified: Verified) -> None:
    """That a draw replays, and what that means."""
    console = answers()
    what = f"session {verified.session}" if verified.session else "a rehearsal"
    count = count_of(verified.question_count, "question")
    console.print(f"[holds]It replays.[/] {count}, {escape(verified.method)}, {escape(what)}.")
    console.print("The engine that drew it and the independent second one both arrive at the same set.")
    if verified.extension_count:
        console.print(f"So {count_of(verified.extension_count, 'extension')} of it, made in the room by the same seed.")
    if verified.heard_count is not None:
        heard = count_of(verified.heard_count, "question")
        console.print(f"The frozen snapshot names {heard} heard nearby, and the set passes the factor for them.")
    if verified.session:
        console.print(str(verified.commitment))
    if verified.anchors:
        where = f"entry {verified.anchors.commitment:,}, the pull entry {verified.anchors.pull:,}"
        console.print(f"In the audit trail the commitment is {where}, and every entry follows.")
    _say_what_was_not_verified(console, verified)
    console.print(f"[quiet]certificate[/]  {verified.certificate_digest}", soft_wrap=True)
    label = "[quiet]standard sets[/]" if verified.is_standard else "[quiet]draw plan[/]   "
    console.print(f"{label} {verified.plan_digest}", soft_wrap=True)


def show_every(looked: Looked) -> None:
    """What is wrong with kept sets, a line each, and how many both programs arrive at again."""
    console = answers()
    for each in looked.wrong:
        console.print(f"[fails]{escape(each.where)}[/]  {escape(each.sentence)}", soft_wrap=True)
    what = "every one" if looked.held == looked.sets else f"{looked.held:,}"
    console.print(f"{count_of(looked.sets, 'question set')} kept, and both programs arrive again at {what}.")
    if looked.simulated:
        console.print(f"[quiet]{count_of(looked.simulated, 'simulated set')} beside them: drawn from no seed.[/]")


def _say_what_was_not_verified(console: Console, verified: Verified) -> None:
    compared, shown = verified.words
    if compared:
        console.print(f"The words of {count_of(compared, 'question')} are those of the bank.")
    if compared < shown:
        which = "The words of the others" if compared else "The words shown"
        console.print(f"{which} were not compared: the bank that holds them is not at hand.")
    for sentence in verified.reported:
        console.print(f"[quiet]{escape(sentence)}[/]")


def _show_questions(console: Console, found: Evidence) -> None:
    for number, question in enumerate(found.questions, start=1):
        facts = f"{question.reference}   {' '.join(question.ksbs)}   {clock(question.seconds)}"
        console.print(f"[ink]{number:>2}[/]  [quiet]{facts}[/]")
        console.print(Padding(f"[bold]{escape(question.stem)}[/]", (0, 0, 1, 4)))


def _show_proof(console: Console, certificate: Mapping[str, Any]) -> None:
    console.print("[ink]Why this set is lawful[/]")
    table = a_table("", "What holds", "Here", "From", right=("Here",))
    for line in certificate["proof"]:
        verdict = "[holds]holds[/]" if line["holds"] else "[fails]FAILS[/]"
        source = line["rule"] or "the bank itself"
        table.add_row(verdict, escape(line["sentence"]), escape(line["figure"]), escape(source))
    console.print(table)


def _show_certificate(console: Console, found: Evidence) -> None:
    for sentence in found.certificate.get("words", ()):
        console.print(escape(sentence))
    console.print(f"\n[quiet]certificate[/]  {found.certificate_digest}", soft_wrap=True)
    console.print(f"[quiet]draw plan[/]    {found.certificate['plan']}", soft_wrap=True)
    if found.seed is not None:
        console.print(f"[quiet]seed[/]         {found.seed.hex()}", soft_wrap=True)
        console.print("[quiet]With --seed the same bank gives the same set again.[/]")
