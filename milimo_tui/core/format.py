"""How numbers are told to people: bytes, lengths of time, times of day, counted things."""

from __future__ import annotations

import time

UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def bytes_text(count: int) -> str:
    """`69.0 GB`, `85 MB`, `12 kB`, `800 B`."""
    for unit, worth in UNITS:
        if count >= worth:
            return f"{count / worth:.{1 if unit == 'GB' else 0}f} {unit}"
    return f"{count} B"


def duration(seconds: float | None) -> str:
    """`4 s`, `3 min`, `2 h 5 min`; empty for None."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{max(0.0, seconds):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def clock(seconds: float) -> str:
    """A length for people: `0:42`, `1:03:07`."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def time_of_day(at: float | None, now: float) -> str:
    """`14:02`, with the day when it is another one; empty for None."""
    if at is None:
        return ""
    same = time.localtime(at)[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M" if same else "%a %d %b %H:%M", time.localtime(at))


def plural(count: int, one: str, many: str = "") -> str:
    """`1 take`, `3 takes`; `many` where it is not with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"
