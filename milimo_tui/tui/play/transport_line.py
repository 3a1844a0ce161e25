"""The line under a picture that plays: a bar, the playhead's position, and the speed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.time import nominal
from milimo_tui.tui.play.play_source import track
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.tui.play.play_source import PlaySource
    from milimo_tui.tui.terminal.theme import Ink


def transport(source: PlaySource, frame: int, sign: str, ink: Ink, width: int) -> Text:
    """Draw the transport: `━━━━━┃──[───]──  01:08 / 04:05  ▶ 1×`; times are seconds and frames.

    Sources of a minute or longer begin with minutes: `1:04:08 / 12:00:00`.
    """
    base = nominal(source.plan.rate)
    long = source.frames >= 60 * base
    times = [_time(count, base, long=long) for count in (frame, source.frames)]
    tail = line((f"  {times[0]}", ink.text), (f" / {times[1]}", ink.muted), (f"  {sign:<4}", ink.text))
    return track(source, frame, max(4, width - tail.cell_len), ink).append_text(tail)


def _time(count: int, base: int, *, long: bool) -> str:
    seconds, rest = divmod(count, base)
    if not long:
        return f"{seconds:02d}:{rest:02d}"
    return f"{seconds // 60}:{seconds % 60:02d}:{rest:02d}"
