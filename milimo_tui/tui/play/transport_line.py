"""The line under a picture that plays: a bar, where the playhead is, how fast it goes. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.time import nominal
from milimo_tui.tui.terminal.theme import RULE
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.tui.terminal.theme import Ink


def transport(frame: int, frames: int, rate: Fraction, sign: str, ink: Ink, width: int) -> Text:
    """Draw the transport: `━━━━━┃──────  01:08 / 04:05  ▶ 1×`; times are seconds and frames.

    From a minute on they begin with minutes: `1:04:08 / 12:00:00`.
    """
    base, long = nominal(rate), frames >= 60 * nominal(rate)
    times = [_time(count, base, long=long) for count in (frame, frames)]
    tail = line((f"  {times[0]}", ink.text), (f" / {times[1]}", ink.muted), (f"  {sign:<4}", ink.text))
    room = max(4, width - tail.cell_len)
    at = round(frame * (room - 1) / max(1, frames - 1))
    bar = line(("━" * at, ink.muted), ("┃", ink.accent), (RULE * (room - 1 - at), ink.line))
    return bar.append_text(tail)


def _time(count: int, base: int, *, long: bool) -> str:
    seconds, rest = divmod(count, base)
    if not long:
        return f"{seconds:02d}:{rest:02d}"
    return f"{seconds // 60}:{seconds % 60:02d}:{rest:02d}"
