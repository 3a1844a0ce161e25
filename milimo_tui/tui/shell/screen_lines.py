"""The three lines of every screen: header, message, status, drawn from what the screen and the app say now.

Writes into the widgets that are given, and nowhere else.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.tui.shell.messages import message_line, said_rows
from milimo_tui.tui.shell.queue_box import box_text
from milimo_tui.tui.widgets.lines import Line, StatusLine
from milimo_tui.tui.widgets.whole import Whole

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import FrontScreen


def draw_head(screen: FrontScreen, head: Line) -> None:
    """The film and the screen at the left, the screen's facts at the right."""
    facts = screen.facts()
    right = facts if isinstance(facts, Text) else Text(facts, screen.ink.muted)
    head.show(screen.heading(), right)


def draw_message(screen: FrontScreen, message: Line, whole: Whole) -> None:
    """The question that waits for an answer, else what was said since the last key, with the place.

    What one row does not hold grows upwards.
    """
    app, ink, room = screen.studio_app, screen.ink, screen.size.width - 2
    said, rows = app.saying, list[Text]()
    left, right = Text(), screen.place_text()
    if screen.question.is_open:
        left, right = screen.question.text(ink), Text()
        rows = screen.question.rows(ink, room)
    elif said is not None:
        left, right = message_line(said, right, ink, room)
        rows = said_rows(said, ink, room)
    message.show(left, right)
    if screen.prompt.is_open:
        whole.show(screen.prompt.told, above=True)
    else:
        whole.show(rows if left.cell_len > room else ())


def draw_status(screen: FrontScreen, status: StatusLine) -> None:
    """The mode, the keys that count here, what is half typed, and the queue."""
    app, keyboard = screen.studio_app, screen.studio_app.keyboard
    contexts = ("global",) if screen.lacks_film else screen.contexts
    idle = (keyboard.keymap.chord_of(run, screen.contexts) for run in screen.idle_acts())
    status.show(
        screen.ink,
        screen.mode_name(),
        keyboard.foot(contexts, typing=screen.typing),
        frozenset(chord for chord in idle if chord),
        keyboard.chords.pending,
        box_text(app.queue, screen.ink, time.time()),
    )
