"""The Timeline screen: the cut as tracks, the frame under the playhead, and the keys that edit and play it.

Seeing, editing, trimming and playing each have a module beside this one; this adds what is drawn on clips:
waveforms, first and last frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.strip import Strip

from milimo_tui.cut.values import Clip
from milimo_tui.tui.screens.timeline_source_keys import TimelineSourceKeys
from milimo_tui.tui.timeline.clip_pictures import ClipPictures, Wanted, wanted_of
from milimo_tui.tui.timeline.clip_waves import ClipWaves
from milimo_tui.tui.widgets.timeline_draw import Sight, no_pictures

if TYPE_CHECKING:
    from milimo_tui.cut.plan import Plan


class TimelineScreen(TimelineSourceKeys):
    """All of it together."""

    def __init__(self) -> None:
        super().__init__()
        self._waves = ClipWaves()
        self._frames = ClipPictures(
            self._shown_at, lambda: self.background(self._fetch_frames, "clip-frames")
        )

    def sight(self) -> Sight:
        pictures = self._frames.of if self.timeline.shows_pictures else no_pictures
        return replace(super().sight(), peaks=self._waves.of, pictures=pictures)

    # -- waveforms -------------------------------------------------------------------------------------

    def plan_changed(self, plan: Plan | None) -> None:
        """Waves not known yet are asked for one after the other."""
        super().plan_changed(plan)
        missing = self._waves.follow(plan)
        self._redraw_cut()
        if missing:
            self.background(partial(self._measure, missing), "waves", exclusive=True)

    async def _measure(self, paths: list[str]) -> None:
        cache = self.studio_app.studio.project().paths.cache
        for path in paths:
            self._waves.know(path, await self.monitor.peaks(Path(path), cache))
            if self.is_attached:
                self._redraw_cut()

    def _redraw_cut(self) -> None:
        if self.cut is not None:
            self.redraw()

    # -- first and last frames -------------------------------------------------------------------------

    def _shown_at(self, clip: Clip, end: str, rows: int) -> Wanted | None:
        """What a clip shows first or last; None where no file is there that shows something."""
        asset, cut = self.faces.asset_of(clip), self.cut
        if asset is None or cut is None or clip.id in self.offline:
            return None
        shape = Fraction(cut.width, cut.height)
        return wanted_of(clip, asset, end, rows, rate=self.cutting.rate, shape=shape, folder=self._folder)

    async def _fetch_frames(self) -> None:
        await self._frames.fetch(self._draw_frame, self.redraw)

    async def _draw_frame(self, wanted: Wanted) -> Sequence[Strip]:
        path, at, columns, rows = wanted
        found = await self.studio_app.pictures.of_file(Path(path), columns, rows, seconds=float(at))
        return found.strips if found is not None else ()
