"""The terminal's two voices: answers on standard output, progress and refusals on standard error."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOBase
from typing import TYPE_CHECKING, TextIO, cast

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.theme import Theme

if TYPE_CHECKING:
    from rich.console import JustifyMethod
    from rich.progress import Progress

INK = "dark_cyan"
"""Our one accent: a deep teal, as on the pages."""

_ANY_WIDTH = 10_000
"""Columns, more than any table has: nothing wraps."""

_BLANKS_AT_LINE_ENDS = re.compile(r" +$", re.MULTILINE)

_THEME = Theme({"ink": f"bold {INK}", "quiet": "dim", "holds": INK, "fails": "bold red"})


class _WithoutTrailingBlanks(TextIOBase):
    """Passes text on without the blanks at the ends of its lines, which a table fills its columns with."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        """Write whole lines; how many characters came in."""
        self._out.write(_BLANKS_AT_LINE_ENDS.sub("", text))
        return len(text)

    def flush(self) -> None:
        """Let what was written be seen."""
        self._out.flush()


def answers() -> Console:
    """Where results go. In a file or a pipe: plain text, each row on a line of its own, however long."""
    console = Console(theme=_THEME, highlight=False, soft_wrap=False)
    if console.is_terminal:
        return console
    plain = cast("TextIO", _WithoutTrailingBlanks(sys.stdout))
    return Console(theme=_THEME, highlight=False, soft_wrap=False, file=plain, width=_ANY_WIDTH)


def progress_voice() -> Console:
    """Where progress goes, so that results can be redirected."""
    return Console(theme=_THEME, highlight=False, stderr=True)


def a_table(*columns: str, right: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """A table without boxes: a rule under the header, air between columns, figures to the right.

    Args:
        columns: their headings.
        right: those of figures.
        whole: those whose cells are never broken over lines: codes, which are searched for and copied.
    """
    from rich.box import SIMPLE_HEAD

    table = Table(box=SIMPLE_HEAD, header_style="ink", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        justify: JustifyMethod = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column in whole)
    return table


def show_uncut(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose cells stay whole, for whoever copies them; a line for each where the terminal is too narrow."""
    table = a_table(*columns)
    for column in table.columns:
        column.no_wrap = True
    for row in rows:
        table.add_row(*map(escape, row))
    if console.measure(table, options=console.options.update(max_width=_ANY_WIDTH)).maximum <= console.width:
        console.print(table)
        return
    for row in rows:
        console.print()
        for heading, cell in zip(columns, row, strict=True):
            console.print(f"[ink]{escape(heading)}[/]  {escape(cell)}", soft_wrap=True)
    console.print()


@contextmanager
def progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A function to tell how far a long piece of work is, 0 to 1; the bar appears when it is first told.

    Where no terminal shows it, nothing is written.
    """
    bar: Progress | None = None
    seen = progress_voice().is_terminal

    def tell(step: str, share: float) -> None:
        nonlocal bar
        if not seen:
            return
        if bar is None:
            bar = _a_bar()
            bar.add_task(step, total=1.0)
            bar.start()
        bar.update(bar.task_ids[0], description=step, completed=share)

    try:
        yield tell
    finally:
        if bar is not None:
            bar.stop()


def _a_bar() -> Progress:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<34}"), BarColumn(32), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=progress_voice(), transient=True)
