"""Desktop notifications of the supervisor's notices, shown by the studio while it is connected.

Each notice is shown once, on any screen, because the user may be in another window.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from textual.message import Message

from milimo_tui.core.errors import BadInput
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.notify.notices import NoticeEvent

GIVEN_UP = "given_up"
# If the queue becomes empty within this number of seconds after the end of a batch, only the notice about the
# batch is shown.
TOGETHER_SECONDS = 2.0


class NoticeReceived(Message):
    """Posted when a notice arrives in the supervisor's event stream."""

    def __init__(self, notice: Mapping[str, Any]) -> None:
        super().__init__()
        self.notice = notice


def describe_delivery_failure(notice: Mapping[str, Any]) -> str:
    """Return a sentence about a notification that could not be delivered; empty for any other notice."""
    if notice.get("event") != GIVEN_UP:
        return ""
    return f"the {notice['target']} was not notified: {notice['error']} ({notice['tries']} tries)"


class Notifier:
    """A sender of desktop notifications. It remembers the last notice, so that replayed events are not shown
    again.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last = 0
        self._batch_at = 0.0  # Time of the notice of the last batch end, in seconds since 1970.

    def is_news(self, notice: Mapping[str, Any]) -> bool:
        """Record a notice, and return True if it should be shown.

        Return False if the notice is not newer than the last one, or if it reports an empty queue right after
        the end of a batch.
        """
        fresh = int(notice["seq"]) > self._last
        self._last = max(self._last, int(notice["seq"]))
        event, at = notice.get("event"), float(notice["at"])
        if event == NoticeEvent.IDLE and at - self._batch_at < TOGETHER_SECONDS:
            return False
        self._batch_at = at if event == NoticeEvent.BATCH else self._batch_at
        return fresh

    def show_notice(self, notice: Mapping[str, Any]) -> str:
        """Show a notice on the desktop. If the terminal must show it, return the escape sequence to write;
        otherwise an empty text. This may take seconds.
        """
        from milimo_tui.studio.machine.notifications import notify_user

        if describe_delivery_failure(notice):
            return ""
        try:
            return notify_user(str(notice["title"]), str(notice["text"]), self._settings, os.environ)
        except BadInput:  # `milimo doctor` reports what is wrong with the setting.
            return ""
