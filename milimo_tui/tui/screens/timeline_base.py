"""The Timeline screen's ground: the film as lanes, the view onto it, the picture under the playhead.

Draws snapshots; motions and zoom change the view alone. What edits the cut is in the modules beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import timecode
from milimo_tui.cut.values import Clip, Cut
from milimo_tui.tui import timeline_grammar as grammar
from milimo_tui.tui import timeline_model as model
from milimo_tui.tui.follow import FilmChanged
from milimo_tui.tui.monitor import Monitor
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.timeline_faces import Faces, faces_of, work_of
from milimo_tui.tui.timeline_film import film_of, offline_clips
from milimo_tui.tui.timeline_inspector import facts_of
from milimo_tui.tui.timeline_model import Film, Span, View
from milimo_tui.tui.widgets.canvas import palette_of
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.facts import Facts
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.text import line
from milimo_tui.tui.widgets.timeline import Timeline
from milimo_tui.tui.widgets.timeline_draw import Sight, TrimEdge, ideal_height

if TYPE_CHECKING:
    from milimo_tui.cut.plan import Plan
    from milimo_tui.studio.registry import Outcome
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke
    from milimo_tui.tui.follow import Queue

KEEP_SECONDS = 1.5  # a playhead that rests this long is kept in the project
FIRST_ZOOM = 8  # frames a cell where nothing was remembered
LAID_AT_ONCE = 1500  # clips; laying out more would be felt
LEAST_TOP = 8  # rows of picture and inspector
VIEW_KEY = "timeline"


class TimelineBase(StudioScreen):
    """What is seen. `cutting` is the cut as lanes (or what a trim would make of it), `view` where we are."""

    MODE: ClassVar[str] = "timeline"
    TITLE = "Timeline"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("timeline", "global")
    CSS_PATH = "timeline.tcss"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.cutting = Film()
        self.view = View(zoom=FIRST_ZOOM)
        self.faces = Faces()
        self.plan: Plan | None = None
        self.plan_key = ""
        self.visual_from: int | None = None
        self.visual_clips = False
        self._snapshot: Snapshot | None = None
        self._cut_id = ""
        self._folder = Path()
        self._queue_jobs: dict[str, Any] = {}
        self._stale: frozenset[str] = frozenset()
        self._offline: frozenset[str] = frozenset()
        self._wanted: tuple[str, int, int, int] | None = None
        self._seen: tuple[str, int, int, int] | None = None
        self._frame_lock = asyncio.Lock()
        self._laid_film: Snapshot | None = None  # what `_laid` was made of
        self._laid = Film()
        self._zoomed = False  # by hand, or as it was left: then a resize keeps it
        self._keep_timer: Timer | None = None
        self._kept_playhead = -1

    def body(self) -> Iterable[Widget]:
        yield Horizontal(Picture(id="picture"), Facts(id="inspector"), id="top")
        yield Timeline(id="timeline")
        yield Empty(id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "timeline")

    # -- what is under the playhead ----------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    @property
    def playhead(self) -> int:
        return self.view.playhead

    @property
    def cut(self) -> Cut | None:
        return self._snapshot.cut if self._snapshot else None

    @property
    def span(self) -> Span | None:
        """The clip under the playhead on the lane in hand."""
        lane = self.cutting.lane(self.view.lane)
        return lane.near(self.playhead) if lane else None

    @property
    def shown_span(self) -> Span | None:
        """The clip the inspector speaks of: the lane's own, else V1's."""
        if self.span is not None:
            return self.span
        main = self.cutting.lane(self.cutting.main_lane())
        return main.near(self.playhead) if main else None

    def name_of(self, clip: Clip) -> str:
        return self.faces.of(clip).name

    # -- drawing -----------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        """Draw a film; a cut of thousands of clips is laid out in a thread first."""
        if film is None or film.cut is None or film is self._laid_film:
            self._show(film)
        elif len(film.cut.clips) <= LAID_AT_ONCE:
            self._laid_film, self._laid = film, _lay(film)
            self._show(film)
        else:
            self.background(partial(self._lay_out, film), "resolve-layout", exclusive=True)

    async def _lay_out(self, film: Snapshot) -> None:
        laid = await self.in_thread(partial(_lay, film))
        if self.film is film or self._snapshot is None:
            self._laid_film, self._laid = film, laid
            self.show_film(film)

    async def command(self, id: str, /, **values: Any) -> Outcome | None:
        """Run a command; when it is done, this screen shows the film that it made."""
        outcome = await super().command(id, **values)
        if outcome is not None:
            await self._show_now()
        return outcome

    async def _show_now(self) -> None:
        studio = self.studio_app.studio

        def read() -> tuple[Snapshot, Film]:
            film = studio.snapshot()
            return film, _lay(film)

        try:
            self._laid_film, self._laid = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        if self._snapshot is not self._laid_film and self.is_attached:
            await self.studio_app.on_film_changed(FilmChanged(self._laid_film))

    def _show(self, film: Snapshot | None) -> None:
        before, self._snapshot = self._snapshot, film
        cut = film.cut if film else None
        there = cut is not None and bool(cut.clips or cut.markers)
        self.query_one("#top").display = self.timeline.display = there
        self._teach(film, there)
        if film is None or cut is None:
            self._cut_id = ""
            self.refresh_lines()
            return
        self.cutting = self._laid
        if cut.id != self._cut_id:
            self._enter_cut(cut)
        self.view = model.follow(self.view, self.cutting)
        self._make_faces(film)
        self.redraw()
        known = (before.revision, before.cut.id) if before is not None and before.cut is not None else None
        if known != (film.revision, cut.id):  # a playhead that moved changes no frame
            self.background(partial(self.look_at, film, cut), "resolve", exclusive=True)

    def _teach(self, film: Snapshot | None, there: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there
        if film is None:
            empty.teach("No film is open.", [("g h", "goes home, where a film is started")])
        elif film.cut is None:
            empty.teach(
                "There is no cut yet.",
                [
                    ("", "A cut begins as the storyboard's shots in order."),
                    ("g s", "goes to the script; c c commits it"),
                ],
            )
        else:
            empty.teach(
                f"The cut “{film.cut.name}” is empty.",
                [
                    ("g m", "goes to the media: y yanks a file"),
                    ("p", "inserts here what was yanked"),
                    ("u", "undoes"),
                ],
            )

    def _enter_cut(self, cut: Cut) -> None:
        """Another cut: its playhead, V1, and the view it was left with."""
        self._cut_id = cut.id
        self._folder = self.studio_app.studio.project().paths.root
        self._kept_playhead = cut.playhead
        self._zoomed = False
        fresh = View(0, self.cutting.main_lane(), self._first_zoom(self.view.width), 0, self.view.width)
        self.view = model.seek(fresh, self.cutting, cut.playhead)
        self.background(partial(self._recall_view, cut.id), "view", exclusive=True)

    def _first_zoom(self, width: int) -> int:
        """The whole film where clips can still be read then, else as near as they can."""
        return min(FIRST_ZOOM, model.fit_zoom(self.cutting.frames, width))

    async def _recall_view(self, cut_id: str) -> None:
        project = self.studio_app.studio.project()
        kept = await self.in_thread(lambda: project.get_ui(VIEW_KEY))
        if isinstance(kept, dict) and kept.get("cut") == cut_id == self._cut_id:
            zoom, origin = int(kept.get("zoom", FIRST_ZOOM)), int(kept.get("origin", 0))
            lane = int(kept.get("lane", self.view.lane))
            self._zoomed = True
            there = replace(self.view, zoom=max(1, zoom), origin=max(0, origin), lane=lane)
            self.view = model.follow(there, self.cutting)
            self.redraw()

    def show_queue(self, queue: Queue) -> None:
        self._queue_jobs = {job["id"]: job for job in queue.jobs}
        if self._snapshot is not None and self._snapshot.cut is not None:
            self._make_faces(self._snapshot)
            self.redraw()

    def _make_faces(self, film: Snapshot) -> None:
        folder = str(self.studio_app.studio.project().paths.root)
        work = work_of(self._queue_jobs, lambda job: job.get("project") == folder)
        made = faces_of(film.story, work, stale=self._stale, offline=self._offline)
        if made != self.faces:
            self.faces = made

    async def look_at(self, film: Snapshot, cut: Cut) -> None:
        """What takes files and hashes: the cut's plan, stale shots, offline media. In a thread."""
        studio = self.studio_app.studio

        def look() -> tuple[Plan | None, str, frozenset[str]]:
            from milimo_tui.studio.making import states
            from milimo_tui.studio.planning import plan_of

            stale = frozenset(state.shot.id for state in states(film.story) if state.stale)
            if not cut.clips:
                return None, "", stale
            plan = plan_of(film.story, studio.project().paths, cut)
            return plan, plan.signature(), stale

        try:
            self.plan, self.plan_key, self._stale = await self.in_thread(look)
        except MilimoError as error:
            self.plan, self.plan_key = None, ""
            self.studio_app.say_error(error)
            return
        self._offline = offline_clips(self.plan) if self.plan else frozenset()
        self._make_faces(film)
        self.plan_changed(self.plan)
        self.redraw()
        self.ask_frame()

    def plan_changed(self, plan: Plan | None) -> None:
        """The film sounds or shows otherwise than before."""

    def sight(self) -> Sight:
        """What the timeline draws now."""
        return Sight(self.cutting, self.view, self.faces, picked=self.selection, trim=self.trim_edge())

    def trim_edge(self) -> TrimEdge | None:
        """The edge in hand in TRIM; none outside of it."""
        return None

    @property
    def selection(self) -> tuple[int, int] | None:
        """The range selected in visual mode."""
        if self.visual_from is None:
            return None
        reach = grammar.selected(self.cutting, self.view, self.visual_from, clips=self.visual_clips)
        return (reach.start, reach.end)

    def redraw(self) -> None:
        """Timeline, inspector and lines from the present values."""
        timeline = self.timeline
        palette = _palette(self.ink.tokens, self.ink.plain)
        if timeline.palette is not palette:
            timeline.paint(palette)
        timeline.look(self.sight())
        self._draw_inspector()
        self.refresh_lines()

    def _draw_inspector(self) -> None:
        span = self.shown_span
        lane = self.cutting.lane(self.view.lane)
        facts = facts_of(span, lane, self.cutting, self.faces, self.playhead)
        self.query_one(Facts).show(facts)

    def facts(self) -> Text:
        ink, film = self.ink, self.cutting
        if self.cut is None:
            return line()
        text = line(
            (timecode(self.playhead, film.rate), ink.strong),
            (f" / {timecode(film.frames, film.rate)}", ink.muted),
        )
        text.append(f"   {self.transport()}", ink.accent)
        if self.size.width >= 100:
            text.append(f"   {float(film.rate):g} fps", ink.muted)
        return text

    def transport(self) -> str:
        """`▶ 1×`, `■`: how it plays."""
        return "■"

    def place_text(self) -> Text:
        """Cut, track in hand and zoom: the timecode stands in the header here."""
        ink, lane = self.ink, self.cutting.lane(self.view.lane)
        if self.cut is None or lane is None:
            return line()
        return line(
            (self.cut.name, ink.muted),
            "  ",
            (lane.track.name, ink.text),
            (f"  {self.view.zoom} f a cell", ink.muted),
        )

    # -- layout ------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._share_rows)

    def _share_rows(self) -> None:
        """Rows to the timeline as it can use them, the rest to the picture, its width by its shape."""
        body = self.query_one("#body").size.height
        if body <= 0:
            return
        below = min(ideal_height(self.cutting), max(9, body * 11 // 20))
        top = max(LEAST_TOP, body - below - 1)
        cut = self.cut
        shape = cut.width / cut.height if cut else 1.5
        self.query_one("#top").styles.height = top
        widest = max(20, self.size.width - 44)
        self.query_one(Picture).styles.width = min(widest, round(top * 2 * shape))

    def on_timeline_resized(self, event: Timeline.Resized) -> None:
        self.view = model.resize(self.view, self.cutting, event.cells)
        if not self._zoomed and self.cutting.frames:
            self.view = model.zoom_to(self.view, self.cutting, self._first_zoom(event.cells))
        self.redraw()
        self._share_rows()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._seen = None
        self.ask_frame()

    # -- the picture -------------------------------------------------------------------------------

    def ask_frame(self) -> None:
        """Ask for the frame under the playhead; only the newest ask is answered."""
        wide, high = self.query_one(Picture).wanted_pixels
        self._wanted = (self.plan_key, min(self.playhead, max(0, self.cutting.frames - 1)), wide, high)
        if self._wanted != self._seen:
            self.background(self._show_newest, "frames")

    async def _show_newest(self) -> None:
        """One request at a time: when it is back, the newest wish is next and those between are dropped."""
        if self._frame_lock.locked():
            return
        async with self._frame_lock:
            while self._wanted is not None and self._wanted != self._seen:
                wanted = self._wanted
                await self.show_frame(wanted)
                self._seen = wanted

    async def show_frame(self, wanted: tuple[str, int, int, int]) -> None:
        """Fetch a frame and draw it; words where there is none."""
        key, frame, wide, high = wanted
        if self.plan is None or key != self.plan_key or not self.is_attached:
            return
        picture = self.query_one(Picture)
        pixels = await self.monitor.frame(self.plan, frame, wide, high)
        if picture.is_attached:
            picture.show(pixels, self.monitor.trouble or "no picture here")

    # -- motions -----------------------------------------------------------------------------------

    def go_to(self, frame: int) -> None:
        """Put the playhead on a frame: picture, inspector and lines follow."""
        self.view = model.seek(self.view, self.cutting, frame)
        self.redraw()
        self.ask_frame()
        self._keep_soon()

    def go_to_frame(self, frame: int) -> bool:
        if self.cut is None:
            return False
        self.halt()
        self.go_to(frame)
        return True

    def halt(self) -> None:
        """Stop what plays, because a hand is on the timeline."""

    def act_move(self, stroke: Stroke) -> None:
        to = str(stroke.binding.args["to"])
        self.halt()
        motion = grammar.MOTIONS[to](self.cutting, self.view, stroke.times)
        if not motion.found and to in grammar.WHY_NOT:
            self.say(grammar.WHY_NOT[to])
        self.go_to(motion.frame)

    def act_mark_jump(self, stroke: Stroke) -> None:
        motion = model.named_mark(self.cutting, self.playhead, stroke.argument)
        if motion.found:
            self.halt()
            self.go_to(motion.frame)
        else:
            self.say(f"there is no mark {stroke.argument}", "warn", f"m {stroke.argument} sets it here")

    def act_lane_down(self, stroke: Stroke) -> None:
        self._move_lane(stroke.times)

    def act_lane_up(self, stroke: Stroke) -> None:
        self._move_lane(-stroke.times)

    def _move_lane(self, count: int) -> None:
        self.view = model.move_lane(self.view, self.cutting, count)
        self.redraw()

    def on_timeline_sought(self, event: Timeline.Sought) -> None:
        self.halt()
        if event.lane is not None:
            self.view = replace(self.view, lane=event.lane)
        self.go_to(event.frame)

    def on_timeline_scrolled(self, event: Timeline.Scrolled) -> None:
        if event.zoom:
            self._zoom(model.zoom_in if event.zoom > 0 else model.zoom_out, 1)
        else:
            origin = max(0, self.view.origin + event.cells * self.view.zoom)
            self.view = replace(self.view, origin=min(origin, max(0, self.cutting.frames - self.view.zoom)))
            self.redraw()

    # -- zoom --------------------------------------------------------------------------------------

    def _zoom(self, how: Any, count: int) -> None:
        self._zoomed = True
        self.view = how(self.view, self.cutting, count)
        self.redraw()

    def act_zoom_in(self, stroke: Stroke) -> None:
        self._zoom(model.zoom_in, stroke.times)

    def act_zoom_out(self, stroke: Stroke) -> None:
        self._zoom(model.zoom_out, stroke.times)

    def act_zoom_centre(self, stroke: Stroke) -> None:
        self.view = model.centre(self.view, self.cutting)
        self.redraw()

    def act_zoom_fit(self, stroke: Stroke) -> None:
        self._zoomed = True
        self.view = model.zoom_fit(self.view, self.cutting)
        self.redraw()

    def act_zoom_selection(self, stroke: Stroke) -> None:
        span = self.span
        picked = self.selection or self.cutting.marked or ((span.start, span.end) if span else None)
        if picked is None:
            self.say("nothing is marked or under the playhead", "warn")
            return
        self.view = model.follow(model.zoom_range(self.view, self.cutting, *picked), self.cutting)
        self.redraw()

    # -- keeping -----------------------------------------------------------------------------------

    def _keep_soon(self) -> None:
        if self._keep_timer is not None:
            self._keep_timer.stop()
        self._keep_timer = self.set_timer(KEEP_SECONDS, self.keep_place)

    def keep_place(self) -> None:
        """Keep playhead and view with the project, so that they survive a restart."""
        if self.cut is not None:
            self.background(partial(self._keep, self._place()), "keep")

    async def _keep(self, write: Callable[[], None]) -> None:
        try:
            await self.studio_app.editing.run(write)
        except MilimoError as error:
            self.studio_app.say_error(error)

    def _place(self) -> Callable[[], None]:
        """The write that keeps where we are now; it does nothing once another film is open."""
        studio, view, cut_id, folder = self.studio_app.studio, self.view, self._cut_id, self._folder
        playhead = view.playhead if view.playhead != self._kept_playhead else None
        self._kept_playhead = view.playhead
        kept = {"cut": cut_id, "zoom": view.zoom, "origin": view.origin, "lane": view.lane}

        def write() -> None:
            project = studio.project_or_none()
            if project is None or project.paths.root != folder or project.read_only:
                return
            if cut_id in {cut.id for cut in studio.snapshot().cuts}:
                project.set_ui(VIEW_KEY, kept)
                if playhead is not None:
                    project.set_cut_state(cut_id, playhead=playhead)

        return write

    def on_screen_suspend(self) -> None:
        self.halt()
        self.keep_place()

    def on_unmount(self) -> None:
        """Leaving: nothing runs after this, so the place is kept at once."""
        if self.cut is not None:
            with suppress(MilimoError):  # a place that can't be kept is no reason to stay
                self._place()()


def _lay(film: Snapshot) -> Film:
    """The current cut as lanes; an empty film where there is no cut."""
    return film_of(film.layout, film.story) if film.layout is not None else Film()


_PALETTES: dict[tuple[Any, bool], Any] = {}


def _palette(tokens: Any, plain: bool) -> Any:
    """One palette a theme: the timeline's cache of rows hangs on it."""
    if (tokens, plain) not in _PALETTES:
        _PALETTES[tokens, plain] = palette_of(tokens, plain=plain)
    return _PALETTES[tokens, plain]
