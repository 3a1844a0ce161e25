"""The picture of a source that has only sound: its full waveform, and the frame under its playhead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.terminal.images.draw import Drawing
from milimo_tui.tui.timeline.values.source_side import SourceSide
from milimo_tui.tui.widgets.canvas import overlay, palette_of, style
from milimo_tui.tui.widgets.waveform import Peaks, level, rows

if TYPE_CHECKING:
    from milimo_tui.tui.timeline.base.core import TimelineCore

MOST_ROWS = 8


class SourceWave:
    """Draws waveforms of sound files; the levels of the newest file are cached."""

    def __init__(self, core: TimelineCore, monitor: Monitor) -> None:
        self._core, self._monitor = core, monitor
        self._known: tuple[Path, Peaks | None] | None = None

    async def drawn(self, path: Path, side: SourceSide, size: Size) -> Drawing | None:
        """Draw a sound in a given size; return None if it has no levels, with the reason in the monitor."""
        if self._known is None or self._known[0] != path:
            cache = self._core.studio_app.studio.project().paths.cache
            self._known = path, await self._monitor.peaks(path, cache)
        peaks = self._known[1]
        if peaks is None or not size.width:
            return None
        step = float(side.seconds(side.frames)) / size.width
        levels = [level(peaks.loudest(at * step, (at + 1) * step)) for at in range(size.width)]
        palette = palette_of(self._core.ink.tokens, plain=self._core.ink.plain)
        look, here = style(palette["wave"], palette["clip"], False), size.width * side.playhead // side.frames
        return Drawing(
            [
                overlay(Strip([Segment(row, look)], size.width), here, "┃", palette["accent"])
                for row in rows(levels, min(size.height, MOST_ROWS))
            ]
        )
