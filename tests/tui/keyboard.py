"""Send keys to an app under test, and wait until all their effects have been handled and drawn.

Textual's own pilot waits until the process uses almost no CPU time. During playback or reading this takes up
to three seconds a key. This module checks Textual's message queues instead and gives threads a short time to
finish.
"""

from __future__ import annotations

import asyncio
import time
import unicodedata
from typing import Any

from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

CALM_SECONDS = 1.0  # Time limit for a screen that is redrawn continuously.
ROUNDS = 2  # Number of consecutive idle checks needed, because a handled message may have started new work.
MOMENT = 0.004  # Length of a pause in seconds. If half of it was spent on work, more work is expected.


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys by their names, each after the effects of the previous key are handled."""
    driver = pilot.app._driver
    assert driver is not None
    for key in keys:
        event = key_event(key)
        event.set_sender(pilot.app)
        driver.send_message(event)
        await calm(pilot)


def key_event(key: str) -> events.Key:
    """Return the event of a key, given by its name or as a character."""
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    try:
        char = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        char = name if len(name) == 1 else ""
    return events.Key(name, char or None)


async def calm(pilot: Pilot[Any]) -> None:
    """Wait until every message has been handled and every change is drawn."""
    app, end, rounds = pilot.app, time.monotonic() + CALM_SECONDS, 0
    while rounds < ROUNDS and time.monotonic() < end:
        await pilot._wait_for_screen()
        worked = time.process_time()
        await asyncio.sleep(MOMENT)
        worked = time.process_time() - worked
        rounds = rounds + 1 if worked < MOMENT / 2 and _is_calm(app) else 0
        if app._screen_stack:
            app.screen._on_timer_update()


def _is_calm(app: App[Any]) -> bool:
    """Return True if no message, layout or repaint is pending."""
    if not app._screen_stack:
        return True
    screen = app.screen
    waits = screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen._callbacks
    return (screen.is_mounted and not waits) and all(
        pump._message_queue.empty() for pump in (app, *screen.walk_children(with_self=True))
    )
