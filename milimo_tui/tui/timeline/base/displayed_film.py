"""The film on the Timeline screen, laid out as lanes (rows of clips). While an edit is being written, the
screen shows its predicted result.

This module holds the snapshots of the film. `timeline_view` draws them; other modules have the motions and
edits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.values.cut import Cut
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.render.frozen_takes import apply_frozen_takes
from milimo_tui.tui.background.collector import freeze_heap
from milimo_tui.tui.background.follower import FilmChanged
from milimo_tui.tui.timeline.base.timeline_view import FIRST_ZOOM, TimelineView
from milimo_tui.tui.timeline.values import view as views
from milimo_tui.tui.timeline.values.clip_style import build_clip_styles, collect_shot_work
from milimo_tui.tui.timeline.values.film import make_timeline_film, predict_split
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport
from milimo_tui.tui.widgets.empty import NO_FILM, TO_COMMIT, TO_HOME, Empty

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue

# Number of clips up to which a cut is laid out without a thread; more would cause a noticeable delay.
LAID_AT_ONCE = 1500
# The longest wait in seconds for a paint. After that, the next key command runs although the change is not
# painted yet.
PAINTED_SECONDS = 0.5
VIEW_KEY = "timeline"


class DisplayedFilm(TimelineView):
    """The base class of the Timeline screen that prepares each film snapshot for display. It computes the
    lanes and the styles of the clips, and restores the playhead and zoom that are stored for each cut.
    """

    def __init__(self) -> None:
        super().__init__()
        self._cut_id = ""
        self.folder = Path()
        self._queue_jobs: dict[str, JobView] = {}
        # The takes that a frozen cut (a cut locked against edits) shows, by shot id.
        self.frozen_takes: Mapping[str, str] = {}
        self.stale: frozenset[str] = frozenset()
        self.offline: frozenset[str] = frozenset()
        self._lanes_film: FilmSnapshot | None = None  # The snapshot that `lanes` was made from.
        self.lanes = TimelineFilm()
        # Id of the last long cut for which `freeze_heap` was called. That call excludes the many objects of
        # the cut from garbage collection, which would be slow otherwise, and is made once for each cut.
        self._kept_aside = ""
        self._kept_playhead = -1
        self.stuck = False  # True if the last key command could do nothing. A running macro then ends.

    def draw_film(self, film: FilmSnapshot | None) -> None:
        """Draw a film; a cut of thousands of clips is first laid out in a thread."""
        if not (self.query("#top") and self.query("#timeline")):
            return  # The screen is being closed and its widgets were removed.
        if film is None or film.cut is None or film is self._lanes_film:
            self._show_snapshot(film)
        elif len(film.cut.clips) <= LAID_AT_ONCE:
            self._lanes_film, self.lanes = film, _make_film_lanes(film)
            self._show_snapshot(film)
        else:
            self.run_in_background(partial(self._lay_out_in_thread, film), "resolve-layout", exclusive=True)

    async def _lay_out_in_thread(self, film: FilmSnapshot) -> None:
        lanes = await self.in_thread(partial(_make_film_lanes, film))
        if film.cut is not None and film.cut.id != self._kept_aside:
            self._kept_aside = film.cut.id
            freeze_heap()
        if self.film is film or self.snapshot is None:
            self._lanes_film, self.lanes = film, lanes
            self.show_film(film)

    async def run_and_wait(self, id: str, /, **values: Any) -> Outcome | None:
        """Run the command with the name `id`, then show the changed film. Return the command's outcome, or
        None if it failed.

        The result of a split is shown before it is written, because writing a cut of 30,000 clips takes a
        noticeable time.
        """
        predicted = await self._predict_command(id, values)
        outcome = await self.studio_app.run_and_wait(id, values)
        self.stuck = self.stuck or outcome is None
        if outcome is not None:
            await self.reload_film()
        elif predicted is not None and self.cutting is predicted:
            self.cutting = self.lanes
            self.redraw()
        return outcome

    async def _predict_command(self, id: str, values: Mapping[str, Any]) -> TimelineFilm | None:
        """Predict the result of a command, show it, and return it. Return None if the result of this command
        can't be predicted.
        """
        cut, at = self.cut, str(values.get("at", ""))
        if (
            id != "cut.split"
            or cut is None
            or cut.frozen
            or not at.isdecimal()
            or self.cutting is not self.lanes
        ):
            return None
        predicted = predict_split(self.cutting, int(at), str(values.get("track", "")))
        if predicted is not None:
            self.cutting = predicted
            self.redraw()
            await self.wait_for_paint()
        return predicted

    def show_message(self, text: str, kind: str = "info", hint: str = "") -> None:
        self.stuck = self.stuck or kind in ("warn", "error")
        super().show_message(text, kind, hint)

    async def wait_for_paint(self) -> None:
        """Wait until the latest changes are painted on the screen, but at most `PAINTED_SECONDS`.

        The time is limited because some changes are never painted, for example if another screen covers this
        one. Without a limit, the key commands that wait for this edit would never run.
        """
        drawn = asyncio.Event()
        self.call_after_refresh(drawn.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(drawn.wait(), PAINTED_SECONDS)

    async def reload_film(self) -> None:
        """Read the film again, and show the new snapshot if the film has changed."""
        studio = self.studio_app.studio

        def read_and_lay_out() -> tuple[FilmSnapshot, TimelineFilm]:
            film = studio.take_snapshot()
            return film, self.lanes if film is self._lanes_film else _make_film_lanes(film)

        try:
            film, lanes = await self.in_thread(read_and_lay_out)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        # The app may have shown this snapshot already, when it was informed of the change.
        if film is not self._lanes_film:
            self._lanes_film, self.lanes = film, lanes
        if self.snapshot is not self._lanes_film and self.is_attached:
            await self.studio_app.on_film_changed(FilmChanged(self._lanes_film))

    def _show_snapshot(self, film: FilmSnapshot | None) -> None:
        before, self.snapshot = self.snapshot, film
        cut = film.cut if film else None
        there = cut is not None and bool(cut.clips or cut.markers)
        self.query_one("#top").display = self.timeline.display = there
        self._show_empty_hints(film, there)
        if film is None or cut is None:
            self._cut_id = ""
            self.refresh_lines()
            return
        lane, self.cutting = self.cutting.get_lane(self.view.lane), self.lanes
        if cut.id != self._cut_id:
            self._enter_cut(cut)
        elif lane is not None:  # Tracks above the current one may have been added or removed.
            rows = [each.track.id for each in self.cutting.lanes]
            if lane.track.id in rows:
                self.view = replace(self.view, lane=rows.index(lane.track.id))
        self.view = views.fit_view_to_film(self.view, self.cutting)
        self.update_clip_styles(film)
        self.redraw()
        known = (before.revision, before.cut.id) if before is not None and before.cut is not None else None
        # The cut is planned again only if its revision has changed, because a move of the playhead alone
        # changes no frame.
        if known != (film.revision, cut.id):
            self.request_plan(film, cut)

    def _show_empty_hints(self, film: FilmSnapshot | None, there: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there
        if film is None:
            empty.show_guide(NO_FILM, [TO_HOME])
        elif film.cut is None:
            empty.show_guide(
                "There is no cut yet.",
                [
                    ("", "A cut begins as the storyboard's shots in order."),
                    TO_COMMIT,
                ],
                bare=True,
            )
        else:
            empty.show_guide(
                f"The cut “{film.cut.name}” is empty.",
                [
                    ("{ui.mode media}", "the media: {media:ui.yank} copies a file"),
                    ("{ui.insert}", "inserts the copied file here"),
                    ("{ui.undo}", "undoes"),
                ],
            )

    def _enter_cut(self, cut: Cut) -> None:
        """Switch to another cut. The playhead is restored at once and track V1 becomes current. The stored
        zoom and scroll position are read in a thread and restored a moment later.
        """
        self._cut_id = cut.id
        self.frozen_takes = {}
        self.folder = self.studio_app.studio.require_project().paths.root
        self._kept_playhead = cut.playhead
        self._zoomed = False
        fresh = TimelineViewport(
            0, self.cutting.main_lane_index(), self.choose_first_zoom(self.view.width), 0, self.view.width
        )
        self.view = views.seek_frame(fresh, self.cutting, cut.playhead)
        self.run_in_background(partial(self._restore_view, cut.id), "view", exclusive=True)

    async def _restore_view(self, cut_id: str) -> None:
        project = self.studio_app.studio.require_project()
        kept = await self.in_thread(lambda: project.ui.get(VIEW_KEY))
        if isinstance(kept, dict) and kept.get("cut") == cut_id == self._cut_id:
            zoom, origin = int(kept.get("zoom", FIRST_ZOOM)), int(kept.get("origin", 0))
            lane = int(kept.get("lane", self.view.lane))
            self._zoomed = True
            view = replace(self.view, zoom=max(1, zoom), origin=max(0, origin), lane=lane)
            self.view = views.fit_view_to_film(view, self.cutting)
            self.redraw()

    def show_queue(self, queue: LiveQueue) -> None:
        self._queue_jobs = {job.id: job for job in queue.jobs}
        if self.snapshot is not None and self.snapshot.cut is not None:
            self.update_clip_styles(self.snapshot)
            self.redraw()
            self.handle_job_progress()

    def handle_job_progress(self) -> None:
        """React to the progress of jobs in the queue. Does nothing here; `screen` overrides this method."""

    def update_clip_styles(self, film: FilmSnapshot) -> None:
        """Compute the styles of the clips again from the film and the running jobs."""
        folder = str(self.studio_app.studio.require_project().paths.root)
        work = collect_shot_work(self._queue_jobs, lambda job: job.project == folder)
        cuts = {cut.id: cut.name for cut in film.cuts}
        story = apply_frozen_takes(film.story, self.frozen_takes)
        styles = build_clip_styles(story, work, stale=self.stale, offline=self.offline, cuts=cuts)
        if styles != self.clip_styles:
            self.clip_styles = styles

    def request_plan(self, film: FilmSnapshot, cut: Cut) -> None:
        """Start to plan the frames of a cut that has changed. Does nothing here; `TimelinePicture` overrides
        this method.
        """


def _make_film_lanes(film: FilmSnapshot) -> TimelineFilm:
    """Lay out the film's current cut as lanes. Without a cut the result has no lanes."""
    return make_timeline_film(film.layout, film.story) if film.layout is not None else TimelineFilm()
