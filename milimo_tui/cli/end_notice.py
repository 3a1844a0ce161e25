"""Send a desktop notification at the end of a command that took long, because the user may no longer be
watching the terminal.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from milimo_tui.cli import output
from milimo_tui.core.errors import Cancelled, MilimoError
from milimo_tui.core.settings import Settings

# The ids of commands that wait for jobs. Only these send a notification.
WAITING_COMMANDS = frozenset(
    {
        "app.build", "shot.make", "shot.remake", "film.film", "film.render", "film.demo", "storyboard.board",
        "job.watch", "job.wait",
    }
)  # fmt: skip


@contextmanager
def notify_at_end(id: str, name: str, settings: Settings) -> Iterator[Callable[[str], None]]:
    """Send a notification after the `with` block. Yield a function that sets the notification's text.

    `id` is the command's id and `name` its name for the title. The notification is sent only if the command
    waits for jobs, ran longer than the setting `notify_after_seconds`, and stderr is a terminal.
    """
    message = ["done"]

    def say(words: str) -> None:
        message[0] = words or message[0]

    if id not in WAITING_COMMANDS or not sys.stderr.isatty():
        yield say
        return
    began = time.monotonic()
    try:
        yield say
    except Cancelled:  # The user pressed the interrupt key and needs no notification.
        raise
    except MilimoError as error:
        _send_end_notification(name, error.message, settings, began)
        raise
    _send_end_notification(name, message[0], settings, began)


def _send_end_notification(name: str, words: str, settings: Settings, began: float) -> None:
    from milimo_tui.jobs.notify.notices import parse_notice_events
    from milimo_tui.studio.machine import notifications

    if time.monotonic() - began < settings.notify_after_seconds or not parse_notice_events(
        settings.notify_on
    ):
        return
    title = f"milimo {name}".strip()
    output.write_control_sequence(notifications.notify_user(title, words, settings, os.environ))
