"""Draws waveforms, and pictures of the first and last frame, on the clips of the Timeline screen as soon as
they are available.

A compound clip shows the contents of its cut. A clip whose take is being made shows the preview of the
running job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.strip import Strip

from milimo_tui.cut.plan.visible_file import get_shown_media_file
from milimo_tui.cut.values.cut import Clip, SourceKind
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.tui.play.job_previews import JobPreviews
from milimo_tui.tui.timeline.widgets.clip_pictures import (
    ClipPictures,
    PictureRequest,
    choose_picture_columns,
    find_end_second,
    make_picture_request,
)
from milimo_tui.tui.timeline.widgets.clip_waves import ClipWaves
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent, no_pictures

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Media, RenderPlan
    from milimo_tui.tui.terminal.images.drawing import Drawing
    from milimo_tui.tui.timeline.base.core import TimelineCore


class ClipPreviews:
    """The source of the waveforms and pictures on the clips of the Timeline screen."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self._waves = ClipWaves()
        self._frames = ClipPictures(
            self._find_end_frame, lambda: core.run_in_background(self._fetch_frames, "clip-frames")
        )
        # The media of compound clips (clips that show another cut), by clip id. A picture request looks up
        # here which file the inner cut shows.
        self._nests: dict[str, Media] = {}
        self._jobs = JobPreviews(core)
        # Pictures of running jobs, drawn for the terminal, by path of the preview file that the job wrote.
        self._work: dict[str, Drawing] = {}
        # Size of a clip's picture in columns and rows. Job previews are drawn in this size.
        self._cells = (0, 0)
        # The value of `_frames.of` when `_of` was made. `_frames.of` is replaced when new frames arrive, so
        # if the two differ, `_of` must be made again.
        self._frames_of = self._frames.of
        self._of = partial(self._find_clip_strips, self._frames.of)

    def add_previews(self, content: TimelineContent) -> TimelineContent:
        """Return a copy of the timeline content with two functions added. The timeline widget calls them to
        get the waveform and the pictures of each clip.
        """
        if self._frames_of is not self._frames.of:
            self._renew_picture_function()
        pictures = self._of if self._core.timeline.shows_pictures else no_pictures
        return replace(content, peaks=self._waves.of, pictures=pictures)

    def redraw_previews(self, *, lost_alone: bool = False) -> None:
        """Discard the pictures on the clips and draw them again. If `lost_alone` is True, do so only for job
        previews that cannot be sent to the terminal a second time.
        """
        if not lost_alone:
            self._frames.drop_drawings()
        for path, drawing in list(self._work.items()):
            if drawing.is_once or not lost_alone:
                self._core.studio_app.forget_drawing(self._work.pop(path))
        self.update_job_previews()

    def _renew_picture_function(self) -> None:
        """Replace the function that returns the clips' pictures by a new one. The timeline's cache of rows
        compares this function too, so the timeline then draws the rows again.
        """
        self._frames_of = self._frames.of
        self._of = partial(self._find_clip_strips, self._frames.of)

    def _find_clip_strips(
        self, frames: Callable[[Clip, str, int], Sequence[Strip]], clip: Clip, end: str, rows: int
    ) -> Sequence[Strip]:
        """Return the picture for one end of a clip as strips of cells, `rows` cells high. `end` is `head` or
        `tail`. At the head this is the preview of the running job if there is one, otherwise the frame that
        `frames` returns.
        """
        path = self._core.clip_styles.find_preview(clip)
        drawing = self._work.get(path) if path and end == "head" else None
        if path:
            cut = self._core.cut
            shape = Fraction(cut.width, cut.height) if cut is not None else Fraction(1)
            self._cells = (choose_picture_columns(rows, shape), rows)
        return drawing.strips if drawing is not None else frames(clip, end, rows)

    def update_job_previews(self) -> None:
        """Draw the job previews that have changed, and discard the previews of jobs that have ended."""
        core, work = self._core, self._core.clip_styles.work.values()
        paths = [each.preview for each in work if each.preview]
        for path in [path for path in self._work if path not in paths]:
            core.studio_app.forget_drawing(self._work.pop(path))

        def show_job_preview(path: str, drawing: Drawing) -> None:
            before = self._work.get(path)
            core.studio_app.send_drawing(drawing)
            self._work[path] = drawing
            self._renew_picture_function()
            core.redraw()
            if before is not None:
                core.studio_app.forget_drawing(before, drawing)

        if core.timeline.shows_pictures:
            film = core.film.story.project if core.film is not None else None
            raster = (film.width, film.height) if film is not None else None
            self._jobs.update_previews(
                paths, lambda: self._cells, self._work.__contains__, show_job_preview, raster
            )

    def update_waveforms(self, plan: RenderPlan | None) -> None:
        """Show the waveforms that are known for the clips of a plan. Measure the missing waveforms in the
        background, one after the other.
        """
        self._nests = _collect_nested_media(plan)
        missing = self._waves.update_sounds(plan)
        self._redraw_cut()
        if missing:
            self._core.run_in_background(partial(self._measure_waveforms, missing), "waves", exclusive=True)

    async def _measure_waveforms(self, sounds: list[HeardSound]) -> None:
        core = self._core
        cache = core.studio_app.studio.require_project().paths.cache
        for sound in sounds:
            self._waves.store_peaks(sound, await core.monitor.read_peaks(sound, cache))
            if core.is_attached:
                self._redraw_cut()

    def _redraw_cut(self) -> None:
        if self._core.cut is not None:
            self._core.redraw()

    def _find_end_frame(self, clip: Clip, end: str, rows: int) -> PictureRequest | None:
        """Return the picture request for the first frame (`end` is `head`) or last frame (`tail`) of a clip.
        None if the clip has no file.
        """
        core = self._core
        asset, cut = core.clip_styles.find_clip_asset(clip), core.cut
        if cut is None or clip.id in core.offline:
            return None
        shape = Fraction(cut.width, cut.height)
        if clip.source.kind is SourceKind.CUT:
            return self._find_nested_end_frame(clip, end, rows, shape)
        if asset is None:
            return None
        return make_picture_request(
            clip,
            asset,
            end,
            rows,
            begins=core.clip_styles.find_source_offset(clip),
            rate=core.cutting.rate,
            shape=shape,
            folder=core.folder,
        )

    def _find_nested_end_frame(
        self, clip: Clip, end: str, rows: int, shape: Fraction
    ) -> PictureRequest | None:
        """Return the picture request for one end of a compound clip. None if its cut is not planned yet, or
        shows no file at that position.
        """
        media = self._nests.get(clip.id)
        found = (
            get_shown_media_file(media, find_end_second(clip, end, self._core.cutting.rate))
            if media is not None
            else None
        )
        return (
            (found.path, found.seconds, choose_picture_columns(rows, shape), rows)
            if found is not None
            else None
        )

    async def _fetch_frames(self) -> None:
        await self._frames.fetch_missing(self._draw_end_frame, self._core.redraw)

    async def _draw_end_frame(self, wanted: PictureRequest) -> Sequence[Strip]:
        path, at, columns, rows = wanted
        found = await self._core.studio_app.pictures.draw_file(Path(path), columns, rows, seconds=float(at))
        return found.strips if found is not None else ()


def _collect_nested_media(plan: RenderPlan | None) -> dict[str, Media]:
    """Return the media of the compound clips in a plan, by clip id."""
    stretches = plan.stretches if plan is not None else ()
    layers = (layer for stretch in stretches for layer in stretch.list_pictures())
    return {layer.clip: layer.media for layer in layers if layer.media.kind == "cut"}
