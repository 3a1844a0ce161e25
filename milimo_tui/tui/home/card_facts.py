"""The measurements on the test card as lines of text: the terminal's answers, the keys that arrived, the
connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_bytes
from milimo_tui.media.viewer.terminal_facts import GLYPHS_BY_SETTING

if TYPE_CHECKING:
    from milimo_tui.tui.terminal.capabilities import Terminal
    from milimo_tui.tui.terminal.line.flow import LineMeasurements
    from milimo_tui.tui.terminal.line.questions import TerminalAnswers

UNKNOWN = "?"
COLOURS = {"truecolor": "truecolour", "256": "256", "16": "16", "none": "none"}


def _format_answer_mark(is_there: bool | None) -> str:
    return UNKNOWN if is_there is None else "✓" if is_there else "no"


def format_terminal_name(terminal: Terminal, term: str, answers: TerminalAnswers | None) -> str:
    """Return the terminal's name, followed by the program around it, such as tmux. The name comes from the
    terminal's own answer, otherwise from TERM.
    """
    own = ""
    if answers is not None and answers.name:
        own = f"{answers.name} {'.'.join(map(str, answers.version))}".strip()
    return f"{own or term or UNKNOWN}{f' in {terminal.inside}' if terminal.inside else ''}"


def format_terminal_answers(
    terminal: Terminal, answers: TerminalAnswers | None, *, is_asked_all: bool
) -> str:
    """Return a line on the terminal's colours and picture protocols. A value that no answer gave is shown as
    `?`.

    `is_asked_all` is False if the terminal was only asked for its device attributes. They report Sixel, but
    no other protocol.
    """
    all_told = answers if is_asked_all else None
    cell = f"{answers.cell[0]}×{answers.cell[1]}" if answers is not None and all(answers.cell) else UNKNOWN
    parts = [
        f"colours {COLOURS[terminal.colours]}",
        f"pictures {terminal.pictures}",
        f"kitty {_format_answer_mark(all_told.graphics if all_told else None)}",
        f"sixel {_format_answer_mark(answers.sixel if answers else None)}",
        f"iTerm2 {_format_answer_mark(all_told.iterm2 if all_told and all_told.name else None)}",
        f"cell {cell}",
    ]
    return "  ".join(parts)


def format_key_facts(
    arrived: Mapping[str, bool], escape: float | None, tmux: str, answers: TerminalAnswers | None
) -> str:
    """Return a line about the keyboard: which test keys have arrived, and how long the studio needs to
    recognise Esc.

    `arrived` has the test keys, with True for a key that has arrived. `escape` is the time for Esc in
    seconds, None if not measured. `tmux` is the time that tmux itself waits after Esc, as text; empty without
    tmux.
    """
    parts = [f"{name} {'✓' if is_there else UNKNOWN}" for name, is_there in arrived.items()]
    wait = f" and {tmux} in tmux" if tmux else ""
    parts.append(f"Esc {UNKNOWN if escape is None else f'{escape * 1000:.0f} ms'}{wait}")
    parts.append(f"kitty keys {_format_answer_mark(answers.kitty_keys if answers else None)}")
    return "  ".join(parts)


def format_connection_facts(measured: LineMeasurements, terminal: Terminal) -> str:
    """Return a line on the connection to the terminal: its round trip, its data rate, and the kind of cells
    that pictures are drawn with.
    """
    cells = next((name for name, signs in GLYPHS_BY_SETTING.items() if signs == terminal.signs), "half")
    if measured.mute:
        return f"the terminal does not answer   cells {cells}"
    trip = UNKNOWN if measured.round_trip is None else f"{measured.round_trip * 1000:.0f} ms"
    rate = UNKNOWN if measured.rate is None else f"{format_bytes(measured.rate)} a second"
    return f"round trip {trip}   rate {rate}   cells {cells}"
