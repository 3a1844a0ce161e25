"""The core of the Timeline screen: the film, the visible part of the cut, the playhead and its stored
position, and the handling of key commands. The core is passed to every part of the screen.

Some methods do nothing here or in the base classes. `screen` overrides them, because they need parts of the
screen that the core must not import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import format_timecode
from milimo_tui.tui.timeline.base.displayed_film import VIEW_KEY
from milimo_tui.tui.timeline.base.timeline_picture import TimelinePicture
from milimo_tui.tui.timeline.values import view as views
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport
from milimo_tui.tui.timeline.widgets.timeline import Timeline

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

# Seconds without motion after which the position of the playhead is stored in the project.
KEEP_SECONDS = 1.5
ZoomFunction = Callable[[TimelineViewport, TimelineFilm, int], TimelineViewport]


class TimelineCore(TimelinePicture):
    """The interface of the Timeline screen for its parts, which handle the keys."""

    def __init__(self) -> None:
        super().__init__()
        self._keep_timer: Timer | None = None

    def go_to(self, frame: int) -> None:
        """Move the playhead to `frame`. Update the picture, the inspector, and the header and status
        lines.
        """
        before = self.playhead
        self.seek_silently(frame)
        if self.playhead != before:
            self.handle_playhead_move()

    def seek_silently(self, frame: int) -> None:
        """Move the playhead to `frame` without playing the sound there, for a screen that plays it itself."""
        self.view = views.seek_frame(self.view, self.cutting, frame)
        self.redraw()
        self.request_frame()
        self._schedule_place_save()

    def handle_playhead_move(self) -> None:
        """React to a move of the playhead by the user, for example by playing the sound at that frame. Does
        nothing here; `screen` overrides this method.
        """

    def go_to_frame(self, frame: int) -> bool:
        if self.cut is None:
            return False
        self.halt_playback()
        self.go_to(frame)
        if self.playhead < frame:
            self.show_message(f"the film ends at {format_timecode(self.playhead, self.cutting.rate)}")
        return True

    def one_edit(self, name: str) -> AbstractContextManager[None]:
        """Combine all changes of the film inside the `with` block into one undo step called `name`."""
        return self.studio_app.studio.require_project().combine_edits(name)

    def go_to_clip_of(self, shot: str) -> None:
        """Move the playhead to the first clip of a shot, given by its id. Does nothing if the playhead is
        already in a clip of that shot.
        """
        spans = [span for lane in self.cutting.lanes for span in lane.spans if span.clip.source.ref == shot]
        if spans and not any(span.start <= self.playhead < span.end for span in spans):
            self.go_to(min(span.start for span in spans))

    def report_missing_mark(self, name: str) -> None:
        """Show a message that the mark `name` does not exist and which key sets it."""
        self.show_message(f"there is no mark {name}", "warn", f"{{ui.mark_set}} {name} sets it here")

    def zoom_view(self, how: ZoomFunction, count: int) -> None:
        """Zoom the timeline by `count` steps at the user's request. `how` is the function that zooms in or
        out. The zoom that the user chose then stays the same when the window is resized.
        """
        self._zoomed = True
        self.view = how(self.view, self.cutting, count)
        self.redraw()

    def on_timeline_sought(self, event: Timeline.Sought) -> None:
        self.halt_playback()
        if event.lane is not None:
            self.view = replace(self.view, lane=event.lane)
        self.go_to(event.frame)

    def on_timeline_scrolled(self, event: Timeline.Scrolled) -> None:
        if event.zoom:
            before, how = self.view, views.zoom_in_steps if event.zoom > 0 else views.zoom_out_steps
            self.zoom_view(how, 1)
            self.view = views.keep_frame_column(before, self.cutting, event.frame, self.view)
            self.redraw()
        else:
            origin = max(0, self.view.origin + event.cells * self.view.zoom)
            self.view = replace(self.view, origin=min(origin, max(0, self.cutting.frames - self.view.zoom)))
            self.redraw()

    def on_timeline_head_pressed(self, event: Timeline.HeadPressed) -> None:
        """Handle a click on the header of a track: make the track the current one. A click on a flag letter
        also toggles that flag.
        """
        self._select_track(event.lane, {"toggle": event.flag} if event.flag else {})

    def on_timeline_head_wheeled(self, event: Timeline.HeadWheeled) -> None:
        """Handle the mouse wheel on the header of a track: change the track's level by one decibel per
        notch.
        """
        self._select_track(event.lane, {"louder": event.by})

    def _select_track(self, lane: int, values: Mapping[str, Any]) -> None:
        found = self.cutting.get_lane(lane)
        if found is None:
            return
        self.view = replace(self.view, lane=lane)
        self.redraw()
        if values:
            self.run_in_background(partial(self._write_track, {"track": found.track.id, **values}))

    async def _write_track(self, values: Mapping[str, Any]) -> None:
        await self.run_and_wait("cut.track_set", **values)

    def writes(self, key_command: KeyCommand) -> bool:
        """Return True if this key command changes the film, so that later key commands must wait until it is
        done. Overridden by `screen`.
        """
        return False

    async def do(self, key_command: KeyCommand) -> None:
        """Run one key command, and wait until it is done."""

    def _schedule_place_save(self) -> None:
        if self._keep_timer is not None:
            self._keep_timer.stop()
        self._keep_timer = self.set_timer(KEEP_SECONDS, self.save_place)

    def save_place(self) -> None:
        """Store the playhead, zoom and scroll position in the project, in the background, so that they are
        restored when the film is opened again.
        """
        if self.cut is not None:
            self.run_in_background(partial(self._run_place_write, self._make_place_write()), "keep")

    async def save_place_and_wait(self) -> None:
        """Store the playhead, zoom and scroll position, and wait until they are stored, because commands read
        the playhead from the film.
        """
        if self.cut is not None:
            await self._run_place_write(self._make_place_write())

    async def _run_place_write(self, write: Callable[[], None]) -> None:
        try:
            await self.studio_app.editing.run(write)
        except MilimoError as error:
            self.studio_app.show_error(error)

    def _make_place_write(self) -> Callable[[], None]:
        """Return a function that stores the present playhead, zoom and scroll position. When the function is
        called after another film was opened, it does nothing.
        """
        studio, view, cut_id, folder = self.studio_app.studio, self.view, self._cut_id, self.folder
        playhead = view.playhead if view.playhead != self._kept_playhead else None
        self._kept_playhead = view.playhead
        kept = {"cut": cut_id, "zoom": view.zoom, "origin": view.origin, "lane": view.lane}

        def write_place() -> None:
            project = studio.project_or_none()
            if project is None or project.paths.root != folder or project.read_only:
                return
            if cut_id in {cut.id for cut in studio.take_snapshot().cuts}:
                project.ui.set(VIEW_KEY, kept)
                if playhead is not None:
                    project.facts.set_cut_state(cut_id, playhead=playhead)

        return write_place

    def save_place_while_closing(self) -> None:
        """Store the playhead, zoom and scroll position, because the screen is closing.

        This runs on the thread of edits: the background tasks of a closing screen are stopped, but the app
        waits for this thread before it ends.
        """
        if self.cut is None:
            return
        write_place = self._make_place_write()

        def write_without_report() -> None:
            with suppress(MilimoError):  # The screen is closing, so an error can no longer be shown.
                write_place()

        self.studio_app.editing.run(write_without_report)
