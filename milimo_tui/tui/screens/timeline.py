"""The Timeline screen: the cut as tracks, the frame under the playhead, and the keys that edit and play it.

Seeing, editing, trimming and playing each have a module beside this one; this adds the waveforms.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.cut.values import Clip
from milimo_tui.tui.screens.timeline_frames import TimelineFrames
from milimo_tui.tui.widgets.timeline_draw import Sight
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan import Plan


class TimelineScreen(TimelineFrames):
    """All of it together."""

    def __init__(self) -> None:
        super().__init__()
        self._peaks: dict[str, Peaks | None] = {}  # by file
        self._file_of: dict[str, str] = {}  # clip → file that sounds
        self._wave_turn = self._no_wave

    def sight(self) -> Sight:
        return replace(super().sight(), peaks=self._wave_turn)

    def _no_wave(self, clip: Clip) -> Peaks | None:
        return None

    def plan_changed(self, plan: Plan | None) -> None:
        """Which file each clip sounds from; waves not known yet are asked for one after the other."""
        super().plan_changed(plan)
        sounds = plan.sounds if plan is not None else ()
        self._file_of = {sound.clip: sound.media.path for sound in sounds if sound.media.path}
        self._show_waves()
        missing = [path for path in dict.fromkeys(self._file_of.values()) if path not in self._peaks]
        if missing:
            self.background(partial(self._measure, missing), "waves", exclusive=True)

    async def _measure(self, paths: list[str]) -> None:
        cache = self.studio_app.studio.project().paths.cache
        for path in paths:
            self._peaks[path] = await self.monitor.peaks(Path(path), cache)
            if self.is_attached:
                self._show_waves()

    def _show_waves(self) -> None:
        """Draw with what is known now: a new function, so that the timeline's cache sees a change."""
        known = {clip: self._peaks.get(path) for clip, path in self._file_of.items()}
        self._wave_turn = lambda clip: known.get(clip.id)
        if self.cut is not None:
            self.redraw()
