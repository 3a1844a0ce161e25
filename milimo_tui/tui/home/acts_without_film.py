"""The actions on Home that need no film, as rows: start a film, pull one, weights, tour, doctor, scripts in
this folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from milimo_tui.core.format import plural
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit, line, with_tilde

START, WEIGHTS, TOUR, DOCTOR, PULL = "start", "weights", "tour", "doctor", "pull"
ACTS = {START: "a", WEIGHTS: "w", TOUR: "T", DOCTOR: "d", PULL: "P"}  # The key of each row.
SCRIPT = "script:"  # Prefix of a path: a row that starts a film from that screenplay.
MOST_SCRIPTS = 3
NO_FILM = (
    "No film yet. A screenplay is enough: it plays within a minute.",
    "Each shot that is made betters it.",
)


def act_rows(
    ink: Ink,
    terminal: str,
    models: int,
    scripts: Sequence[Path],
    *,
    is_first: bool,
    tour: str = "",
    box: str = "",
) -> list[Row]:
    """Return the rows of the actions.

    `terminal` describes what could be improved in the terminal, `tour` the tour's progress, `box` the machine
    that films are pulled from. `is_first`: there is no film yet.
    """
    weights = f"{plural(models, 'model')} installed" if models else "no model installed · previs needs none"
    rows: list[Row] = []
    if is_first:
        rows = [
            Row("", line((NO_FILM[0], ink.strong))),
            Row("", line((NO_FILM[1], ink.muted))),
            Row("", Text()),
        ]
    rows += [
        _row(START, "Start a film", "script, name, format, rate, style", ink),
        _row(TOUR, "Take the tour", tour or "on the sample film: you press, it goes on", ink),
        _row(PULL, "Pull a film", box or "from another box, over ssh", ink),
        _row(WEIGHTS, "Get real shots", weights, ink),
        _row(DOCTOR, "Ask the doctor", terminal or "what this machine has and lacks", ink),
    ]
    for at, path in enumerate(scripts[:MOST_SCRIPTS]):
        title = "Scripts here" if not at else ""
        shown = with_tilde(str(path))
        rows.append(Row(f"{SCRIPT}{path}", line((fit(title, 21), ink.text), (shown, ink.muted))))
    return rows


def _row(key: str, title: str, words: str, ink: Ink) -> Row:
    letter = ACTS[key]
    return Row(key, line((fit(title, 16), ink.text), (f"  {letter:<3}", ink.accent), (words, ink.muted)))
