"""Parsing of the start times that users type for queued jobs: `23:00`, `+2h`, `2026-11-21 06:30`. Pure
functions that use only the machine's time zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_time_of_day

# The longest time from now until a start, in seconds: 366 days. A later start is refused.
LONGEST = 366 * 86400.0
_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "min": 60.0, "s": 1.0}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|min|m|s)")
_DAYTIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
# The help text that all command arguments with a start time share.
ASKED = "queue, return, and start no earlier than 23:00, +2h, 2026-11-21 06:30"
HINT = "write 23:00, a span (+2h, +1h30m) or a day and time (2026-11-21 06:30)"


def parse_start_time(text: str, now: float) -> float:
    """Parse a start time and return it in seconds since 1970.

    `now` is the current time in the same unit. A time of day means its next occurrence in this machine's time
    zone. Raises BadInput for an unreadable time, a time in the past, or a time more than a year ahead.
    """
    wanted = text.strip()
    found = (
        _parse_delay(wanted, now)
        if wanted.startswith("+")
        else _parse_daytime(wanted, now) or _parse_date(wanted)
    )
    if found is None:
        raise BadInput(f"“{text}” is not a time to start at", HINT)
    if found < now - 60:
        raise BadInput(f"{text} is in the past", HINT)
    if found > now + LONGEST:
        raise BadInput(f"{text} is more than a year from now", HINT)
    return found


def parse_optional_start(text: str, now: float) -> float | None:
    """Parse a start time as `parse_start_time` does. Return None for an empty text: the job then starts in
    queue order, without an earliest time.
    """
    return parse_start_time(text, now) if text else None


def format_start_note(at: float | None, now: float) -> str:
    """Return the phrase `; it begins at 23:00`, which is appended to a message about a queued job. `at` is
    the start time in seconds since 1970. If it is None, the result is empty.
    """
    return "" if at is None else f"; it begins at {format_time_of_day(at, now)}"


def _parse_delay(text: str, now: float) -> float | None:
    """Parse a delay such as `+1h30m`. Return `now` plus the delay in seconds, or None if the text is not a
    delay.
    """
    rest = text[1:].strip()
    total = 0.0
    while rest:
        part = _SPAN.match(rest)
        if part is None:
            return None
        total += float(part[1]) * _UNITS[part[2]]
        rest = rest[part.end() :].strip()
    return now + total if text[1:].strip() else None


def _parse_daytime(text: str, now: float) -> float | None:
    part = _DAYTIME.fullmatch(text)
    if part is None or int(part[1]) > 23 or int(part[2]) > 59 or int(part[3] or 0) > 59:
        return None
    today = datetime.fromtimestamp(now)
    found = today.replace(hour=int(part[1]), minute=int(part[2]), second=int(part[3] or 0), microsecond=0)
    if found.timestamp() < now:
        # Add a calendar day and not 24 hours, so that a clock change does not shift the time of day.
        found += timedelta(days=1)
    return found.timestamp()


def _parse_date(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
