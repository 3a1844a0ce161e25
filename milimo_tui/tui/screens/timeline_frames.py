"""The first and last frames on the timeline's clips, from the viewer process, as far as they are there.

What is drawn asks for what it lacks; that is fetched in the background and drawn when it has come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.strip import Strip

from milimo_tui.cut.timing import source_at
from milimo_tui.cut.values import Clip
from milimo_tui.story.values import AssetKind
from milimo_tui.tui.screens.timeline_source_keys import TimelineSourceKeys
from milimo_tui.tui.widgets.timeline_draw import no_pictures

if TYPE_CHECKING:
    from milimo_tui.tui.widgets.timeline_draw import Sight

MOST = 160  # drawings known at once: more than a screen shows
AT_ONCE = 6  # fetched before what has come is drawn
WIDEST = 16  # cells of one

Wanted = tuple[str, Fraction, int, int]  # file, second of it, columns, rows


class TimelineFrames(TimelineSourceKeys):
    """Frames on clips."""

    def __init__(self) -> None:
        super().__init__()
        self._frames: dict[Wanted, tuple[Strip, ...]] = {}
        self._missing: dict[Wanted, None] = {}
        self._fetching = False
        self._frames_turn = no_pictures

    def sight(self) -> Sight:
        if self._frames_turn is no_pictures and self.timeline.shows_pictures:
            self._new_turn()
        return replace(super().sight(), pictures=self._frames_turn)

    def _new_turn(self) -> None:
        """A new function, so that the timeline's cache of rows sees that there is more to draw."""
        self._frames_turn = partial(self._frame_of)

    def _frame_of(self, clip: Clip, end: str, rows: int) -> Sequence[Strip]:
        """What is there of a clip's `head` or `tail`; it is asked for where it is not."""
        wanted = self._wanted_frame(clip, end, rows)
        if wanted is None:
            return ()
        if wanted not in self._frames and wanted not in self._missing:
            self._missing[wanted] = None
            if not self._fetching:
                self._fetching = True
                self.background(self._fetch, "clip-frames")
        return self._frames.get(wanted, ())

    def _wanted_frame(self, clip: Clip, end: str, rows: int) -> Wanted | None:
        """The file, and the moment of it, that a clip shows first or last; None where no file does."""
        asset, cut = self.faces.asset_of(clip), self.cut
        if asset is None or cut is None or asset.kind is AssetKind.SOUND or clip.id in self.offline:
            return None
        frame = 0 if end == "head" else clip.frames - 1
        still = asset.kind is AssetKind.PICTURE
        at = Fraction(0) if still else max(Fraction(0), source_at(clip, frame, self.cutting.rate))
        columns = min(WIDEST, round(rows * 2 * cut.width / cut.height))
        path = asset.path if not asset.managed else str(self._folder / asset.path)
        return (path, at, columns, rows)

    async def _fetch(self) -> None:
        """Fetch what is missing, the newest wishes first, and draw it a few at a time."""
        try:
            fetched = 0
            while self._missing and self.is_attached:
                wanted, _ = self._missing.popitem()
                path, at, columns, rows = wanted
                found = await self.studio_app.pictures.of_file(Path(path), columns, rows, seconds=float(at))
                self._frames[wanted] = tuple(found.strips) if found is not None else ()
                while len(self._frames) > MOST:
                    del self._frames[next(iter(self._frames))]
                fetched += 1
                if fetched % AT_ONCE == 0 or not self._missing:
                    self._new_turn()
                    self.redraw()
        finally:
            self._fetching = False
