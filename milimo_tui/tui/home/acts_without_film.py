"""The rows on Home with the actions that need no film: start a film, take the tour, pull a film, install
weights, ask the doctor.

Below them are rows for the screenplays in the working folder. Each of these rows starts a film from its
screenplay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import abbreviate_home, fit_to_cells, join_line

START, WEIGHTS, TOUR, DOCTOR, PULL, READER = "start", "weights", "tour", "doctor", "pull", "reader"
# The key that each row types when it is chosen.
ACTS = {START: "a", WEIGHTS: "w", TOUR: "T", DOCTOR: "d", PULL: "P", READER: "m"}
SCRIPT = "script:"  # Prefix of the key of a row that starts a film; the path of the screenplay follows.
MOST_SCRIPTS = 3
NO_FILM = (
    "No film yet. A screenplay is enough: it plays within a minute.",
    "Each shot that you make improves it.",
)


def act_rows(
    ink: TextStyles,
    terminal: str,
    models: int,
    scripts: Sequence[Path],
    *,
    is_first: bool,
    tour: str = "",
    box: str = "",
    reader: str = "",
) -> list[Row]:
    """Return the rows of the actions that need no film.

    `terminal` describes a possible improvement of the terminal, `tour` the tour's progress, and `box` the
    machine from which films are pulled. An empty text is replaced by a general description. `models` is the
    number of installed models. `is_first` adds an introduction, because there is no film yet. `reader` is a
    language model to install; its row is left out if the text is empty.
    """
    weights = (
        f"{format_count(models, 'model')} installed" if models else "no model installed · previs needs none"
    )
    rows: list[Row] = []
    if is_first:
        rows = [
            Row("", join_line((NO_FILM[0], ink.strong))),
            Row("", join_line((NO_FILM[1], ink.muted))),
            Row("", Text()),
        ]
    rows += [
        _build_action_row(START, "Start a film", "script, name, format, rate, style", ink),
        _build_action_row(TOUR, "Take the tour", tour or "on the sample film: you press the keys", ink),
        _build_action_row(PULL, "Pull a film", box or "from another box, over ssh", ink),
        _build_action_row(WEIGHTS, "Get real shots", weights, ink),
        *([_build_action_row(READER, "Get a reader", reader, ink)] if reader else []),
        _build_action_row(DOCTOR, "Ask the doctor", terminal or "what this machine has and needs", ink),
    ]
    for at, path in enumerate(scripts[:MOST_SCRIPTS]):
        title = "Scripts here" if not at else ""
        shown = abbreviate_home(str(path))
        rows.append(
            Row(f"{SCRIPT}{path}", join_line((fit_to_cells(title, 21), ink.text), (shown, ink.muted)))
        )
    return rows


def _build_action_row(key: str, title: str, words: str, ink: TextStyles) -> Row:
    letter = ACTS[key]
    return Row(
        key,
        join_line((fit_to_cells(title, 16), ink.text), (f"  {letter:<3}", ink.accent), (words, ink.muted)),
    )
