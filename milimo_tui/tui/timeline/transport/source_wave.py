"""The picture of a source that has only sound: its complete waveform, with the playhead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.timeline.values.source_side import SourceSide
from milimo_tui.tui.widgets.canvas import get_drawing_palette, make_cell_style, overlay_character
from milimo_tui.tui.widgets.waveform import Peaks, draw_wave_rows, peak_to_eighths

if TYPE_CHECKING:
    from milimo_tui.tui.timeline.base.core import TimelineCore

MAX_WAVE_ROWS = 8


class SourceWave:
    """The waveform picture of a source that has only sound, for the source viewer. The levels of the file
    drawn last are cached.
    """

    def __init__(self, core: TimelineCore, monitor: Monitor) -> None:
        self._core, self._monitor = core, monitor
        self._known: tuple[Path, Peaks | None] | None = None

    async def draw_wave(self, path: Path, side: SourceSide, size: Size) -> Drawing | None:
        """Draw the waveform of a sound file in the given size. If the file's levels cannot be measured,
        return None; the monitor then shows the reason.
        """
        if self._known is None or self._known[0] != path:
            cache = self._core.studio_app.studio.require_project().paths.cache
            self._known = path, await self._monitor.read_peaks(HeardSound(str(path)), cache)
        peaks = self._known[1]
        if peaks is None or not size.width:
            return None
        step = float(side.frame_to_seconds(side.frames)) / size.width
        levels = [
            peak_to_eighths(peaks.loudest_between(at * step, (at + 1) * step)) for at in range(size.width)
        ]
        palette = get_drawing_palette(self._core.ink.tokens, plain=self._core.ink.plain)
        look, here = (
            make_cell_style(palette["wave"], palette["clip"], False),
            size.width * side.playhead // side.frames,
        )
        return Drawing(
            [
                overlay_character(Strip([Segment(row, look)], size.width), here, "┃", palette["accent"])
                for row in draw_wave_rows(levels, min(size.height, MAX_WAVE_ROWS))
            ]
        )
