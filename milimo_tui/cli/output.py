"""Outcomes and errors as a person or a program reads them: plain lines, rich tables, JSON documents.

Answers go to stdout, notes to stderr. All that verbs write to a terminal is written here, and no text of a
film, a file or an engine commands it. rich is loaded for tables and progress only.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from milimo_tui.core.errors import MilimoError, in_shell
from milimo_tui.core.host import explain
from milimo_tui.core.safe_text import harmless, in_json
from milimo_tui.studio.registry.registry import Outcome

LONGEST = 1000  # characters of a sentence on stderr


def prepare() -> None:
    """Make streams take every text: an escape for what their encoding lacks, a void for a closed one."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - stands in for the process's own
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def line(text: str) -> None:
    """One answer on stdout, never wrapped. Raises BrokenPipeError, or what `explain` makes of a full disk."""
    drawn(harmless(text))


def drawn(text: str) -> None:
    """What was drawn for a terminal, of harmless words: its colours are meant. Raises as `line` does."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        raise explain(error, "standard output", "write to") from error


def discard() -> None:
    """Let what is left for stdout go nowhere: whoever read it has gone, or there is no room for it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def document(value: Any) -> None:
    """One JSON document on a line of its own; ASCII where stdout can't take more."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    drawn(in_json(json.dumps(value, ensure_ascii=not unicode)))


def note(text: str) -> None:
    """A remark on stderr."""
    print(harmless(text), file=sys.stderr)


def question(text: str) -> None:
    """A question on stderr: the answer is typed behind it."""
    print(harmless(text), end="", file=sys.stderr, flush=True)


def signal(words: str) -> None:
    """Control words of our own on stderr (`studio.machine.notifications`): a bell, a message through it."""
    sys.stderr.write(words)
    sys.stderr.flush()


def error(problem: MilimoError, *, as_json: bool) -> None:
    """What, where, what to do: a sentence on stderr, or the JSON error document on stdout; no secrets."""
    from milimo_tui.core.secrets import redactor

    clean = redactor(os.environ)
    problem = type(problem)(_short(clean(problem.message)), _short(clean(in_shell(problem.hint))))
    if as_json:
        document(problem.as_json())
        return
    note(f"milimo: {problem.message}")
    if problem.hint:
        note(f"        {problem.hint}")


def _short(text: str) -> str:
    """The text, without the middle of what nobody reads to its end: a name of thousands of characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


def outcome(result: Outcome, *, as_json: bool) -> None:
    """Print what a command gave back."""
    for item in result.stream or ():
        if isinstance(item, Outcome):
            outcome(item, as_json=as_json)
        else:
            document(item)
    if as_json:
        if result.data is not None:
            document(result.data)
        return
    if result.columns and isinstance(result.data, list):
        if result.data:
            drawn(table(result.columns, result.rows() if result.rows else result.data))
        elif not result.message:
            line("nothing yet")
    if result.drawn:
        drawn(result.drawn)
    if result.text:
        line(result.text)
    if result.message:
        line(result.message)


def table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a quiet table; numbers right-aligned; as wide as it needs where stdout is no terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 10_000
    # Drawn into a text: on its own rich would end the process when its reader has gone.
    drawing = io.StringIO()
    console = Console(file=drawing, force_terminal=terminal, width=width, highlight=False)
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | type(None)) for row in rows)
        drawn.add_column(column.replace("_", " "), justify="right" if numeric else "left")
    for row in rows:
        drawn.add_row(*(Text(_cell(row.get(column))) for column in columns))
    console.print(drawn)
    return drawing.getvalue().rstrip("\n")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return harmless(", ".join(str(part) for part in value))
    return harmless(str(value))
