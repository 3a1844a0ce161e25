"""The Timeline screen's ground: the film as lanes, the view onto it, inspector and lines.

Draws snapshots. Moving over them, and editing the cut, is in the modules beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.containers import Horizontal
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import timecode
from milimo_tui.cut.values import Clip, Cut
from milimo_tui.studio.kept_takes import as_kept
from milimo_tui.tui import timeline_grammar as grammar
from milimo_tui.tui import timeline_view as views
from milimo_tui.tui.collecting import set_aside
from milimo_tui.tui.follow import FilmChanged
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.timeline_faces import Faces, faces_of, work_of
from milimo_tui.tui.timeline_film import film_of, split_film
from milimo_tui.tui.timeline_layout import WIDE, shared
from milimo_tui.tui.timeline_model import Film, Span
from milimo_tui.tui.timeline_view import View
from milimo_tui.tui.widgets.canvas import palette_of
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.inspector import Inspector
from milimo_tui.tui.widgets.text import line
from milimo_tui.tui.widgets.timeline import Timeline
from milimo_tui.tui.widgets.timeline_draw import Sight, TrimEdge
from milimo_tui.tui.widgets.timeline_rows import ideal_height
from milimo_tui.tui.widgets.viewer import Viewer

if TYPE_CHECKING:
    from milimo_tui.studio.registry import Outcome
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.follow import Queue

FIRST_ZOOM = 8  # frames a cell where nothing was remembered
LAID_AT_ONCE = 1500  # clips; laying out more would be felt
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
        self.visual: grammar.Visual | None = None
        self._snapshot: Snapshot | None = None
        self._cut_id = ""
        self._folder = Path()
        self._queue_jobs: dict[str, Any] = {}
        self.kept: Mapping[str, str] = {}  # takes that a frozen cut shows, by their shots
        self.stale: frozenset[str] = frozenset()
        self.offline: frozenset[str] = frozenset()
        self._laid_film: Snapshot | None = None  # what `_laid` was made of
        self._laid = Film()
        self._kept_aside = ""  # the long cut that garbage collections pass over
        self._zoomed = False  # by hand, or as it was left: then a resize keeps it
        self._kept_playhead = -1

    def body(self) -> Iterable[Widget]:
        viewers = (Viewer("source-picture", id="source"), Viewer("picture", id="record"))
        yield Horizontal(*viewers, Inspector(id="inspector"), id="top")
        yield Timeline(id="timeline", pictures=self.shows_pictures)
        yield Empty(id="empty")

    @property
    def shows_pictures(self) -> bool:
        """Whether the terminal has pictures, and the colours that a small one needs."""
        app = self.studio_app
        return app.terminal.pictures != "off" and app.colours in ("truecolor", "256")

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
        if not self.query("#top"):
            return  # the screen is being taken down
        if film is None or film.cut is None or film is self._laid_film:
            self._show(film)
        elif len(film.cut.clips) <= LAID_AT_ONCE:
            self._laid_film, self._laid = film, _lay(film)
            self._show(film)
        else:
            self.background(partial(self._lay_out, film), "resolve-layout", exclusive=True)

    async def _lay_out(self, film: Snapshot) -> None:
        laid = await self.in_thread(partial(_lay, film))
        if film.cut is not None and film.cut.id != self._kept_aside:
            self._kept_aside = film.cut.id
            set_aside()
        if self.film is film or self._snapshot is None:
            self._laid_film, self._laid = film, laid
            self.show_film(film)

    async def command(self, id: str, /, **values: Any) -> Outcome | None:
        """Run a command; when it is done, this screen shows the film that it made.

        A split is shown at once, and written after that: of 30,000 clips the writing would be felt.
        """
        foreseen = await self._foresee(id, values)
        outcome = await super().command(id, **values)
        if outcome is not None:
            await self._show_now()
        elif foreseen is not None and self.cutting is foreseen:
            self.cutting = self._laid
            self.redraw()
        return outcome

    async def _foresee(self, id: str, values: Mapping[str, Any]) -> Film | None:
        """Show what a command will make of the film, where that is plain; None where it is not."""
        cut, at = self.cut, str(values.get("at", ""))
        if (
            id != "cut.split"
            or cut is None
            or cut.frozen
            or not at.isdecimal()
            or self.cutting is not self._laid
        ):
            return None
        foreseen = split_film(self.cutting, int(at), str(values.get("track", "")))
        if foreseen is not None:
            self.cutting = foreseen
            self.redraw()
            painted = asyncio.Event()
            self.call_after_refresh(painted.set)
            await painted.wait()
        return foreseen

    async def _show_now(self) -> None:
        studio = self.studio_app.studio

        def read() -> tuple[Snapshot, Film]:
            film = studio.snapshot()
            return film, self._laid if film is self._laid_film else _lay(film)

        try:
            film, laid = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        if film is not self._laid_film:  # whoever listens for changes may have been first
            self._laid_film, self._laid = film, laid
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
        self.view = views.follow(self.view, self.cutting)
        self.make_faces(film)
        self.redraw()
        known = (before.revision, before.cut.id) if before is not None and before.cut is not None else None
        if known != (film.revision, cut.id):  # a playhead that moved changes no frame
            self.resolve(film, cut)

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
        self.kept = {}
        self._folder = self.studio_app.studio.project().paths.root
        self._kept_playhead = cut.playhead
        self._zoomed = False
        fresh = View(0, self.cutting.main_lane(), self._first_zoom(self.view.width), 0, self.view.width)
        self.view = views.seek(fresh, self.cutting, cut.playhead)
        self.background(partial(self._recall_view, cut.id), "view", exclusive=True)

    def _first_zoom(self, width: int) -> int:
        """The whole film where clips can still be read then, else as near as they can."""
        return min(FIRST_ZOOM, views.fit_zoom(self.cutting.frames, width))

    async def _recall_view(self, cut_id: str) -> None:
        project = self.studio_app.studio.project()
        kept = await self.in_thread(lambda: project.get_ui(VIEW_KEY))
        if isinstance(kept, dict) and kept.get("cut") == cut_id == self._cut_id:
            zoom, origin = int(kept.get("zoom", FIRST_ZOOM)), int(kept.get("origin", 0))
            lane = int(kept.get("lane", self.view.lane))
            self._zoomed = True
            there = replace(self.view, zoom=max(1, zoom), origin=max(0, origin), lane=lane)
            self.view = views.follow(there, self.cutting)
            self.redraw()

    def show_queue(self, queue: Queue) -> None:
        self._queue_jobs = {job["id"]: job for job in queue.jobs}
        if self._snapshot is not None and self._snapshot.cut is not None:
            self.make_faces(self._snapshot)
            self.redraw()

    def make_faces(self, film: Snapshot) -> None:
        folder = str(self.studio_app.studio.project().paths.root)
        work = work_of(self._queue_jobs, lambda job: job.get("project") == folder)
        cuts = {cut.id: cut.name for cut in film.cuts}
        story = as_kept(film.story, self.kept)
        made = faces_of(story, work, stale=self.stale, offline=self.offline, cuts=cuts)
        if made != self.faces:
            self.faces = made

    def resolve(self, film: Snapshot, cut: Cut) -> None:
        """The cut shows another film than before: find out what its frames are."""

    def sight(self) -> Sight:
        """What the timeline draws now."""
        reach = self.reach
        return Sight(
            self.cutting,
            self.view,
            self.faces,
            picked=(reach.start, reach.end) if reach else None,
            picked_lanes=reach.lanes if reach else (),
            trim=self.trim_edge(),
        )

    def trim_edge(self) -> TrimEdge | None:
        """The edge in hand in TRIM; none outside of it."""
        return None

    @property
    def selection(self) -> tuple[int, int] | None:
        """The range selected in visual mode."""
        reach = self.reach
        return (reach.start, reach.end) if reach else None

    @property
    def reach(self) -> grammar.Reach | None:
        """What is selected in visual mode, and on which tracks."""
        return grammar.selected(self.cutting, self.view, self.visual) if self.visual is not None else None

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
        """What the clip under the playhead is."""

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

    @property
    def is_wide(self) -> bool:
        """Whether source and record stand side by side."""
        return self.size.width >= WIDE

    @property
    def shows_source(self) -> bool:
        """Whether the source's picture is on the screen."""
        return self.is_wide

    def _share_rows(self) -> None:
        """Rows to the timeline as it can use them, the rest to the viewers, their width by the film's shape.

        Side by side where there is room for both, else one of the two.
        """
        body = self.query_one("#body").size.height
        if body <= 0:
            return
        cut = self.cut
        shape = cut.width / cut.height if cut else 1.5
        ideal = ideal_height(self.cutting, pictures=self.shows_pictures)
        top, width = shared(body, self.size.width, ideal, shape)
        self.query_one("#top").styles.height = top
        source, record = self.query_one("#source", Viewer), self.query_one("#record", Viewer)
        source.display = self.shows_source
        record.display = self.is_wide or not self.shows_source
        source.caption.display = record.caption.display = self.shows_source
        for viewer in (source, record):
            viewer.styles.width = width

    def on_timeline_resized(self, event: Timeline.Resized) -> None:
        self.view = views.resize(self.view, self.cutting, event.cells)
        if not self._zoomed and self.cutting.frames:
            self.view = views.zoom_to(self.view, self.cutting, self._first_zoom(event.cells))
        self.redraw()
        self._share_rows()

    def halt(self) -> None:
        """Stop what plays, because a hand is on the timeline."""


def _lay(film: Snapshot) -> Film:
    """The current cut as lanes; an empty film where there is no cut."""
    return film_of(film.layout, film.story) if film.layout is not None else Film()


_PALETTES: dict[tuple[Any, bool], Any] = {}


def _palette(tokens: Any, plain: bool) -> Any:
    """One palette a theme: the timeline's cache of rows hangs on it."""
    if (tokens, plain) not in _PALETTES:
        _PALETTES[tokens, plain] = palette_of(tokens, plain=plain)
    return _PALETTES[tokens, plain]
