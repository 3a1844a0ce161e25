"""Format numbers for people: bytes, durations, times of day and counts. Also choose “a” or “an”."""

from __future__ import annotations

import re
import time

UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))

# Words and numbers that begin with the sound of a vowel, and those that do so only in writing.
_VOWEL_SOUND = re.compile(r"8|1[18](?!\d)|hour|honest|heir|hono|[aeiou]", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"uni|unet|use|usu|eur|one|once", re.IGNORECASE)


def format_bytes(count: float) -> str:
    """Return a number of bytes in decimal units: `69.0 GB`, `480 MB`, `14.2 kB`, `800 B`."""
    for unit, worth in UNITS:
        if count >= worth:
            return f"{count / worth:.1f} {unit}" if count < 100 * worth else f"{count // worth:.0f} {unit}"
    return f"{count:.0f} B"


def format_duration(seconds: float | None) -> str:
    """Return a duration as `4 s`, `3 min` or `2 h 5 min`. Empty for None."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{max(0.0, seconds):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def format_elapsed_time(seconds: float) -> str:
    """Return the duration of something that has ended: `0.4 s`, `38 s`, `2:10`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 99.5 else format_clock_duration(seconds)


def format_clock_duration(seconds: float) -> str:
    """Return a duration as minutes and seconds, or with hours: `0:42`, `1:03:07`."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def format_time_of_day(at: float | None, now: float) -> str:
    """Return a Unix time as `14:02`, with the date if it is on another day than `now`. Empty for None."""
    if at is None:
        return ""
    same = time.localtime(at)[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M" if same else "%a %d %b %H:%M", time.localtime(at))


def format_event_time(at: float, now: float) -> str:
    """Return the Unix time of an event with seconds: `23:41:07`, preceded by the date if it is on another day
    than `now`.
    """
    then = time.localtime(at)
    same = then[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M:%S" if same else "%d %b %H:%M", then)


def format_count(count: int, one: str, many: str = "") -> str:
    """Return a count and its noun: `1 take`, `1,204 takes`. `many` is the plural; by default it is `one` with
    an s.
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def choose_article(noun: str) -> str:
    """Return `a` or `an` by the initial sound of a word or number: an hour, a unit, an 8-frame dissolve."""
    return "an" if _VOWEL_SOUND.match(noun) and not _CONSONANT_SOUND.match(noun) else "a"


def add_indefinite_article(noun: str) -> str:
    """Return a noun with `a` or `an`: `an extreme wide shot`."""
    return f"{choose_article(noun)} {noun}"
