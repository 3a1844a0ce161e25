"""Print results and errors as plain text, as tables or as JSON documents.

Results go to stdout, remarks to stderr. Every text that a command prints goes through this module, which
removes control characters, so that no text of a film, file or engine can control the terminal. rich is
imported only for tables and progress, because importing it takes time.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from milimo_tui.core.errors import MilimoError, format_shell_hint
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.safe_text import escape_json_controls, remove_control_characters
from milimo_tui.studio.registry.registry import Outcome

# Maximum number of characters of a message on stderr. The middle of a longer message is left out.
LONGEST = 1000


def prepare_streams() -> None:
    """Make stdout and stderr accept every text.

    Characters that the stream's encoding lacks are escaped. A closed stream is replaced by the null device. A
    stream without a buffer (PYTHONUNBUFFERED) gets one, because without it Python drops the rest of a write
    that is interrupted, for example if the user stops and continues the program.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - replaces the process's own stream
        elif isinstance(stream, io.TextIOWrapper):
            if isinstance(stream.buffer, io.RawIOBase):
                stream = open(stream.fileno(), "w", 1, stream.encoding, closefd=False)  # noqa: SIM115 - as above
                setattr(sys, name, stream)
            stream.reconfigure(errors="backslashreplace")


def print_line(text: str) -> None:
    """Print one line on stdout, never wrapped.

    Raises BrokenPipeError, or the error that `explain_os_error` returns for a full disk.
    """
    print_drawn_text(remove_control_characters(text))


def print_drawn_text(text: str) -> None:
    """Print text that was drawn for the terminal, together with its colour sequences. The caller must have
    removed other control characters. Raises as `print_line` does.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_stdout()
        raise explain_os_error(error, "standard output", "write to") from error


def discard_stdout() -> None:
    """Send the rest of stdout to the null device, because its reader has exited or the disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json_document(value: Any) -> None:
    """Print a value as a JSON document on one line. Characters that stdout can't encode are escaped."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print_drawn_text(escape_json_controls(json.dumps(value, ensure_ascii=not unicode)))


def print_note(text: str) -> None:
    """Print a remark on stderr."""
    print(remove_control_characters(text), file=sys.stderr)


def print_question(text: str) -> None:
    """Print a question on stderr. The user types the answer after it."""
    print(remove_control_characters(text), end="", file=sys.stderr, flush=True)


def write_control_sequence(words: str) -> None:
    """Write a control sequence of Milimo to stderr: a bell or a desktop notification
    (`studio.machine.notifications`).
    """
    sys.stderr.write(words)
    sys.stderr.flush()


def print_error(problem: MilimoError, *, as_json: bool) -> None:
    """Print an error with secrets removed: message and hint on stderr, or, with `as_json`, a JSON document on
    stdout.
    """
    from milimo_tui.core.secrets import create_redactor

    clean = create_redactor(os.environ)
    problem = type(problem)(
        _cut_out_middle(clean(problem.message)), _cut_out_middle(clean(format_shell_hint(problem.hint)))
    )
    if as_json:
        print_json_document(problem.as_json())
        return
    print_note(f"milimo: {problem.message}")
    if problem.hint:
        print_note(f"        {problem.hint}")


def _cut_out_middle(text: str) -> str:
    """Return the text with its middle replaced by an ellipsis if it is longer than `LONGEST`, as a message
    with a very long name can be.
    """
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


def print_outcome(result: Outcome, *, as_json: bool) -> None:
    """Print the result of a command as text, or as JSON with `as_json`. Its failures are printed on stderr,
    except with `as_json`: the JSON document has them.
    """
    for item in result.stream or ():
        if isinstance(item, Outcome):
            print_outcome(item, as_json=as_json)
        else:
            print_json_document(item)
    if as_json:
        if result.data is not None:
            print_json_document(result.data)
        return
    if result.columns and isinstance(result.data, list):
        if result.data:
            print_drawn_text(draw_table(result.columns, result.rows() if result.rows else result.data))
        elif not result.message:
            print_line("nothing yet")
    if result.drawn:
        print_drawn_text(result.drawn)
    if result.text:
        print_line(result.text)
    if result.message:
        print_line(result.message)
    for failure in result.failures:
        print_error(failure, as_json=False)


def draw_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as a plain table with right-aligned numbers. The width is not limited if stdout is no
    terminal.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 10_000
    # The table is drawn into a string, because rich would end the process if the reader of stdout had exited.
    drawing = io.StringIO()
    console = Console(file=drawing, force_terminal=terminal, width=width, highlight=False)
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | type(None)) for row in rows)
        drawn.add_column(column.replace("_", " "), justify="right" if numeric else "left")
    for row in rows:
        drawn.add_row(*(Text(_format_table_cell(row.get(column))) for column in columns))
    console.print(drawn)
    drawn_text = drawing.getvalue().rstrip("\n")
    # In a pipe or a file, blanks at the end of a line would make each line as long as the longest one.
    return drawn_text if terminal else "\n".join(line.rstrip() for line in drawn_text.split("\n"))


def _format_table_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return remove_control_characters(", ".join(str(part) for part in value))
    return remove_control_characters(str(value))
