"""The line under a playing picture, with a progress bar, the playhead's time and the speed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.time import get_timecode_base
from milimo_tui.tui.play.play_source import draw_track
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.play.play_source import PlaySource
    from milimo_tui.tui.terminal.theme import TextStyles


def format_transport(source: PlaySource, frame: int, sign: str, ink: TextStyles, width: int) -> Text:
    """Draw the transport line: `━━━━━┃──[───]── 01:08 / 04:05 ▶ 1×`. The times are `seconds:frames`.

    Times of a source of a minute or longer begin with minutes: `1:04:08 / 12:00:00`.
    """
    base = get_timecode_base(source.plan.rate)
    long = source.frames >= 60 * base
    times = [_format_frame_time(count, base, long=long) for count in (frame, source.frames)]
    tail = join_line((f"  {times[0]}", ink.text), (f" / {times[1]}", ink.muted), (f"  {sign:<4}", ink.text))
    return draw_track(source, frame, max(4, width - tail.cell_len), ink).append_text(tail)


def _format_frame_time(count: int, base: int, *, long: bool) -> str:
    seconds, rest = divmod(count, base)
    if not long:
        return f"{seconds:02d}:{rest:02d}"
    return f"{seconds // 60}:{seconds % 60:02d}:{rest:02d}"
