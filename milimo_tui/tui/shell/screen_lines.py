"""Draws the three text lines of every screen: header, message line and status line.

The content comes from the screen and the app. The module writes only into the widgets that are passed to it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_clock_duration
from milimo_tui.studio.project.screen_next_step import NextStep
from milimo_tui.tui.keys.keymap import format_chord
from milimo_tui.tui.shell.messages import format_message_line, wrap_message
from milimo_tui.tui.shell.next_line import format_next_step, key_of
from milimo_tui.tui.terminal.theme import WAITING, WORKING
from milimo_tui.tui.widgets.lines import MAX_MESSAGE_ROWS, Line, StatusLine, WrappedMessage
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.keymap import Binding
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.terminal.theme import TextStyles


NEXT_STEP = ("!",)  # The key that is pressed for the user who clicks on the suggested next step.


def draw_header(screen: StudioScreen, head: Line) -> None:
    """Draw the header into `head`: the names of the film and the screen on the left, and details such as the
    number of items on the right.
    """
    facts = screen.format_header_facts()
    right = facts if isinstance(facts, Text) else Text(facts, screen.ink.muted)
    head.show_line(screen.format_header_title(), right)


def draw_message(screen: StudioScreen, message: Line, whole: WrappedMessage) -> None:
    """Draw the message line into `message`. On the left is the open question, else the latest message, else
    the suggested next step. On the right is the user's position on the screen.

    A message that does not fit into one row is drawn in the widget `whole` instead, which covers several rows
    above the message line.
    """
    app, ink, room = screen.studio_app, screen.ink, screen.size.width - 2
    shown, rows = app.shown_message, list[Text]()
    left, right = Text(), screen.format_place_text()
    message.chord = ()
    if screen.question.is_open:
        left, right = screen.question.format_question(ink, screen.with_keys), Text()
        rows = screen.question.wrap_question(ink, screen.with_keys, room)
    elif shown is not None:
        left, right = format_message_line(shown, right, ink, room)
        rows = wrap_message(shown, ink, room)
    elif app.line_figures:
        left = join_line((app.line_figures, ink.muted))
        right = right if left.cell_len + 2 + right.cell_len <= room else Text()
    else:
        left, right = format_next_step_line(screen, right, room)
        message.chord = NEXT_STEP if left.cell_len else ()
    message.show_line(left, right)
    if screen.prompt.is_open:
        most = max(MAX_MESSAGE_ROWS, screen.size.height // 3)
        whole.show_message_rows(screen.prompt.draw_rows_above(ink, room, most), above=True, most=most)
    else:
        whole.show_message_rows(rows if left.cell_len > room else ())


def format_next_step_line(screen: StudioScreen, place: Text, room: int) -> tuple[Text, Text]:
    """Return the texts for the left and the right end of the message line: the suggested next step and
    `place`.

    `room` is the width in cells. If both do not fit, one of the two is empty: the step if the screen prefers
    `place`, else `place`. No step is suggested while the user types, or while a mode of the screen has
    replaced the global keys.
    """
    app = screen.studio_app
    found = (
        app.film_tasks.get_step_here(app.queue, screen.get_current_place())
        if not screen.typing and "global" in screen.contexts
        else None
    )
    if found is None:
        return Text(), place
    here, keymap = screen.get_current_place(), app.keyboard.keymap
    text = format_next_step(found, here, keymap, screen.ink, room)
    if text.cell_len + 2 + place.cell_len <= room:
        return text, place
    return (Text(), place) if screen.prefers_place_text else (text, Text())


def draw_status(screen: StudioScreen, status: StatusLine) -> None:
    """Draw the status line: the mode, the most useful keys, the keys of an incomplete chord, and the job
    queue.
    """
    app, keyboard = screen.studio_app, screen.studio_app.keyboard
    contexts = ("global",) if screen.lacks_film else screen.contexts
    acts = screen.list_idle_acts()
    idle = (
        format_chord(binding.chord)
        for binding in keyboard.keymap.list_bindings_in_reach(screen.contexts)
        if binding.run in acts
    )
    first = () if screen.typing or screen.lacks_film else _list_needed_keys(screen, contexts)
    status.show_status(
        screen.ink,
        screen.get_mode_name(),
        keyboard.list_status_keys(contexts, typing=screen.typing, first=first, idle=acts),
        frozenset(idle),
        keyboard.parser.pending,
        format_queue_summary(app.queue, screen.ink, time.time()),
    )


def _list_needed_keys(screen: StudioScreen, contexts: tuple[str, ...]) -> list[Binding]:
    """Return the keys that are most useful now: the key of the suggested next step, then the keys of the
    actions that the screen recommends.

    The result is empty while a mode of the screen is active or a question is open, because the keymap already
    marks the useful keys there.
    """
    app, place = screen.studio_app, screen.get_current_place()
    if contexts != screen.CONTEXTS:
        # In a submode or during a question, the keymap already marks the useful keys, so no others are added.
        return []
    keymap, step = app.keyboard.keymap, app.film_tasks.get_step_here(app.queue, place)
    own = key_of(step, keymap, contexts) if isinstance(step, NextStep) else None
    found = [own] if own is not None else []
    within = keymap.list_bindings_in_reach(contexts)
    for act in place.acts:
        found += [each for each in within if each.run == act and not each.alias][:1]
    return found


def format_queue_summary(queue: LiveQueue, ink: TextStyles, now: float) -> Text:
    """Describe the queue in one line: running jobs, waiting jobs, time left; `now` is in seconds since
    1970.
    """
    active, waiting = queue.active, queue.waiting
    if not active and not waiting:
        return join_line(("queue empty" if queue.running else "", ink.muted))
    at_work = [job.worker for job in active if job.worker]
    lanes = "+".join(dict.fromkeys(at_work or [str(active[0].lane)])) if active else ""
    out = join_line(
        (f"{WORKING} {lanes} {len(active)}", ink.working)
        if active
        else (f"{WAITING} {len(waiting)} waiting", ink.stale)
    )
    if active and waiting:
        out.append(f"  {len(waiting)} queued", ink.muted)
    known = [job.eta for job in active if job.eta is not None]
    left = queue.get_seconds_left(now)
    if left is not None or known:
        out.append(f"  {format_clock_duration(max(known) if left is None else left)}", ink.muted)
    return out
