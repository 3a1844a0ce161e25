"""The supervisor's notices, shown on the desktop by the studio while it is attached.

Each notice is shown once, whatever screen is open: the viewer of Jobs may have moved to another window by
now.
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
TOGETHER_SECONDS = 2.0  # The end of a batch and an empty queue within this time are one event to report.


class NoticeReceived(Message):
    """A notice from the supervisor's event stream."""

    def __init__(self, notice: Mapping[str, Any]) -> None:
        super().__init__()
        self.notice = notice


def describe_delivery_failure(notice: Mapping[str, Any]) -> str:
    """Describe a notice that could not be delivered; empty for any other notice."""
    if notice.get("event") != GIVEN_UP:
        return ""
    return f"the {notice['target']} was not told: {notice['error']} ({notice['tries']} tries)"


class Notifier:
    """Shows notices, and remembers the last one, so that a replay of events shows none twice."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last = 0
        self._batch_at = 0.0  # Time of the last notice of a batch's end.

    def is_news(self, notice: Mapping[str, Any]) -> bool:
        """Record a notice; return True if neither it nor another notice of the same moment was shown
        before.
        """
        fresh = int(notice["seq"]) > self._last
        self._last = max(self._last, int(notice["seq"]))
        event, at = notice.get("event"), float(notice["at"])
        if event == NoticeEvent.IDLE and at - self._batch_at < TOGETHER_SECONDS:
            return False
        self._batch_at = at if event == NoticeEvent.BATCH else self._batch_at
        return fresh

    def show_notice(self, notice: Mapping[str, Any]) -> str:
        """Show a notice on the desktop, or return the escape sequence to write to the terminal. May take
        seconds.
        """
        from milimo_tui.studio.machine.notifications import notify_user

        if describe_delivery_failure(notice):
            return ""
        try:
            return notify_user(str(notice["title"]), str(notice["text"]), self._settings, os.environ)
        except BadInput:  # `milimo doctor` reports what is wrong with the setting.
            return ""
