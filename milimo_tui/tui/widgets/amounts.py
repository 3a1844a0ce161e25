"""Amounts as words: bytes, how long something took, when it was. Pure."""

from __future__ import annotations

import time

from milimo_tui.core.format import clock


def bytes_text(count: int) -> str:
    """`812 kB`, `14.2 MB`, decimal units."""
    if not count:
        return ""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}" if count < 100 * size else f"{count // size} {unit}"
    return f"{count} B"


def took_text(seconds: float) -> str:
    """`0.4 s`, `38 s`, `2:10`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 99.5 else clock(seconds)


def clock_of(at: float, now: float) -> str:
    """`23:41:07`, with the date in front of it on another day."""
    then = time.localtime(at)
    same = then[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M:%S" if same else "%d %b %H:%M", then)
