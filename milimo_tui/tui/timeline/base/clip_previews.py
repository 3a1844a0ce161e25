"""Draws waveforms, first and last frames on the clips of the Timeline screen, once they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.strip import Strip

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.timeline.widgets.clip_pictures import ClipPictures, Wanted, wanted_of
from milimo_tui.tui.timeline.widgets.clip_waves import ClipWaves
from milimo_tui.tui.timeline.widgets.drawing import TimelineContent, no_pictures

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.tui.timeline.base.core import TimelineCore


class ClipPreviews:
    """Waveforms and frames of the clips on the screen."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._waves = ClipWaves()
        self._frames = ClipPictures(
            self._shown_at, lambda: core.background(self._fetch_frames, "clip-frames")
        )

    def with_previews(self, content: TimelineContent) -> TimelineContent:
        """Return the content with waveforms and frames on its clips."""
        pictures = self._frames.of if self._core.timeline.shows_pictures else no_pictures
        return replace(content, peaks=self._waves.of, pictures=pictures)

    # -- waveforms -------------------------------------------------------------------------------------

    def plan_changed(self, plan: Plan | None) -> None:
        """Measure the waveforms that are not known yet, one after the other."""
        missing = self._waves.follow(plan)
        self._redraw_cut()
        if missing:
            self._core.background(partial(self._measure, missing), "waves", exclusive=True)

    async def _measure(self, paths: list[str]) -> None:
        core = self._core
        cache = core.studio_app.studio.project().paths.cache
        for path in paths:
            self._waves.know(path, await core.monitor.peaks(Path(path), cache))
            if core.is_attached:
                self._redraw_cut()

    def _redraw_cut(self) -> None:
        if self._core.cut is not None:
            self._core.redraw()

    # -- first and last frames -------------------------------------------------------------------------

    def _shown_at(self, clip: Clip, end: str, rows: int) -> Wanted | None:
        """Return the moment that a clip shows at its `head` or `tail`; None where there is no file."""
        core = self._core
        asset, cut = core.clip_styles.asset_of(clip), core.cut
        if asset is None or cut is None or clip.id in core.offline:
            return None
        shape = Fraction(cut.width, cut.height)
        return wanted_of(
            clip,
            asset,
            end,
            rows,
            begins=core.clip_styles.head_of(clip),
            rate=core.cutting.rate,
            shape=shape,
            folder=core.folder,
        )

    async def _fetch_frames(self) -> None:
        await self._frames.fetch(self._draw_frame, self._core.redraw)

    async def _draw_frame(self, wanted: Wanted) -> Sequence[Strip]:
        path, at, columns, rows = wanted
        found = await self._core.studio_app.pictures.of_file(Path(path), columns, rows, seconds=float(at))
        return found.strips if found is not None else ()
