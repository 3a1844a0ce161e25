"""Draws the Timeline screen: the lanes, the header, the inspector and the text lines. It also divides the
rows of the screen between the viewers and the tracks.

It draws only the values that it holds. `displayed_film` chooses the film; motions and edits are in other
modules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal
from textual.widget import Widget

from milimo_tui.core.screens import ScreenName
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.tui.panes.divider import Divider
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.play.meters import Meters
from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
from milimo_tui.tui.timeline.values import grammar
from milimo_tui.tui.timeline.values import view as views
from milimo_tui.tui.timeline.values.clip_style import ClipStyles
from milimo_tui.tui.timeline.values.edit_sides import EditSide
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.spoken_lane import SpokenLane
from milimo_tui.tui.timeline.values.view import TimelineViewport
from milimo_tui.tui.timeline.widgets.effects_panel import EffectsPanel
from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.timeline.widgets.row_layout import find_ideal_height
from milimo_tui.tui.timeline.widgets.shares import (
    DEFAULT_PANE_SIZES,
    WIDE,
    ManualPaneSizes,
    TopView,
    divide_rows_and_columns,
)
from milimo_tui.tui.timeline.widgets.sound_panel import SoundPanel
from milimo_tui.tui.timeline.widgets.timeline import Timeline
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent, TrimEdge
from milimo_tui.tui.timeline.widgets.title_panel import TitlePanel
from milimo_tui.tui.timeline.widgets.viewer import Viewer
from milimo_tui.tui.widgets.canvas import get_drawing_palette
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot

FIRST_ZOOM = 8  # The zoom in frames per cell, used if no zoom was stored.


class TimelineView(PanedScreen):
    """The base class that draws the Timeline screen.

    `cutting` is the cut as lanes; during a trim, it is the cut with the trim applied. `view` has the visible
    part of the cut and the playhead.
    """

    MODE: ClassVar[str] = ScreenName.TIMELINE
    TITLE = "Timeline"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("timeline", "panes", "viewing", "global")
    CSS_PATH = "screen.tcss"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.cutting = TimelineFilm()
        self.view = TimelineViewport(zoom=FIRST_ZOOM)
        self.clip_styles = ClipStyles()
        self.visual: grammar.VisualSelection | None = None
        self.snapshot: FilmSnapshot | None = None
        self.panes = DEFAULT_PANE_SIZES  # The pane sizes that the user set.
        # True if the zoom was set by the user or restored. A change of the window size then keeps this zoom.
        self._zoomed = False
        # True while the inspector and text lines are to be drawn after the next paint of the timeline.
        self._rest_is_due = False

    def compose_body(self) -> Iterable[Widget]:
        viewers = (Viewer("source-picture", id="source"), Viewer("picture", id="record"))
        panels = (
            Divider(id="beside", upright=True),
            TitlePanel(id="title-panel"),
            SoundPanel(id="sound-panel"),
            Inspector(id="inspector"),
        )
        yield Horizontal(EffectsPanel(id="effects-panel"), *viewers, Meters(id="meters"), *panels, id="top")
        yield Divider(id="under")
        yield Timeline(id="timeline", pictures=self.shows_pictures)
        yield Empty(self.with_keys, id="empty")

    @property
    def shows_pictures(self) -> bool:
        """True if pictures are turned on and the terminal has at least 256 colours, which small pictures
        need.
        """
        app = self.studio_app
        return app.terminal.pictures != "off" and app.colours in ("truecolor", "256")

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    @property
    def playhead(self) -> int:
        return self.view.playhead

    @property
    def cut(self) -> Cut | None:
        return self.snapshot.cut if self.snapshot else None

    @property
    def span(self) -> PlacedClip | None:
        """The clip at the playhead on the current track, or None."""
        lane = self.cutting.get_lane(self.view.lane)
        return lane.clip_at_or_end(self.playhead) if lane else None

    @property
    def shown_span(self) -> PlacedClip | None:
        """The clip that the inspector describes: the clip at the playhead on the current track, else on track
        V1, else None.
        """
        if self.span is not None:
            return self.span
        main = self.cutting.get_lane(self.cutting.main_lane_index())
        return main.clip_at_or_end(self.playhead) if main else None

    def get_clip_name(self, clip: Clip) -> str:
        return self.clip_styles.find_clip_style(clip).name

    def make_timeline_content(self) -> TimelineContent:
        """Return everything that the timeline widget draws, as one value: lanes, view, clip styles,
        selection, trim and curve.
        """
        reach = self.selected_range
        return TimelineContent(
            self.cutting,
            self.view,
            self.clip_styles,
            picked=(reach.start, reach.end) if reach else None,
            picked_lanes=reach.lanes if reach else (),
            trim=self.get_trim_edge(),
            ends=self.ink.tokens.ansi,
            cuts_pictures=self.studio_app.terminal.pictures in ("blocks", "kitty"),
            curve=self.get_curve_lane(),
            words=self.get_spoken_lane(),
        )

    def get_curve_lane(self) -> CurveLane | None:
        """Return the curve to draw under a lane; None if no curve is being edited. Overridden by `screen`."""
        return None

    def get_spoken_lane(self) -> SpokenLane | None:
        """Return the spoken words of the cut; None if their row is hidden. Overridden by `screen`."""
        return None

    @property
    def live_top_view(self) -> TopView | None:
        """The kind of view above the tracks for the active live mode, such as `TopView.TITLE`. None unless a
        title, an effect or a curve is being edited.
        """
        return None

    def get_trim_edge(self) -> TrimEdge | None:
        """Return the edge of a clip that is being trimmed; None unless the mode is TRIM. Overridden by
        `screen`.
        """
        return None

    def get_edit_sides(self) -> tuple[EditSide, ...]:
        """Return the frames to show during a trim: the two frames at the trimmed edge, or four frames if an
        entire clip is moved. Empty unless the mode is TRIM.
        """
        return ()

    @property
    def selection(self) -> tuple[int, int] | None:
        """The range of frames selected in visual mode, as (first frame, frame after the last). None outside
        visual mode.
        """
        reach = self.selected_range
        return (reach.start, reach.end) if reach else None

    @property
    def selected_range(self) -> grammar.TimelineRange | None:
        """The selected frames and tracks in visual mode; None outside visual mode."""
        return (
            grammar.find_selected_range(self.cutting, self.view, self.visual)
            if self.visual is not None
            else None
        )

    def redraw(self) -> None:
        """Redraw timeline, inspector and text lines from the present values."""
        timeline = self.timeline
        palette = get_drawing_palette(self.ink.tokens, plain=self.ink.plain)
        if timeline.palette is not palette:
            timeline.set_palette(palette)
        timeline.show_content(self.make_timeline_content())
        self.refresh_header()
        if self.is_inspecting:
            self._draw_slower_parts()
        elif not self._rest_is_due:
            self._rest_is_due = self.call_after_refresh(self._draw_slower_parts)

    def _draw_slower_parts(self) -> None:
        """Draw the inspector, text lines and captions. This is done after the timeline is painted, so that a
        motion of the playhead is visible sooner.

        Several motions in a row cause only one such drawing.
        """
        self._rest_is_due = False
        if self.is_attached:
            self.draw_inspector()
            self.refresh_lines()
            self.draw_captions()
            self.query_one("#record", Viewer).show_side_words(self.get_edit_sides())

    def draw_captions(self) -> None:
        """Draw the captions below the pictures of source and record. Does nothing here; `screen` overrides
        this method.
        """

    @property
    def is_inspecting(self) -> bool:
        """True if the inspector has the keyboard focus."""
        return False

    def draw_inspector(self) -> None:
        """Draw the description of the clip at the playhead in the inspector. Does nothing here; `screen`
        overrides this method.
        """

    def format_header_facts(self) -> Text:
        ink, film = self.ink, self.cutting
        if self.cut is None:
            return join_line()
        text = join_line(
            (format_timecode(self.playhead, film.rate), ink.strong),
            (f" / {format_timecode(film.frames, film.rate)}", ink.muted),
        )
        text.append(f"   {self.format_playing_sign()}", ink.accent)
        if self.size.width >= 100:
            text.append(f"   {float(film.rate):g} fps", ink.muted)
        return text

    def format_playing_sign(self) -> str:
        """Return the glyph and speed of playback for the header, such as `▶ 1×`, or `■` while stopped."""
        return "■"

    def format_place_text(self) -> Text:
        """Return the name of the cut, the current track and the zoom. The timecode is left out, because it is
        in the header.
        """
        ink, lane = self.ink, self.cutting.get_lane(self.view.lane)
        if self.cut is None or lane is None:
            return join_line()
        return join_line(
            (self.cut.name, ink.muted),
            "  ",
            (lane.track.name, ink.text),
            (f"  {self.view.zoom} f a cell", ink.muted),
        )

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self.divide_screen)

    def choose_first_zoom(self, width: int) -> int:
        """Return the zoom in frames per cell for a cut that has no stored zoom: the zoom at which the entire
        film fits into `width` cells, if clips are readable at that zoom, otherwise the default zoom.
        """
        whole = views.find_fitting_zoom(self.cutting.frames, width)
        return whole if whole <= FIRST_ZOOM or views.is_readable_zoom(self.cutting, whole) else FIRST_ZOOM

    @property
    def is_wide(self) -> bool:
        """True if the screen is wide enough to show source and record side by side."""
        return self.size.width >= WIDE

    @property
    def shows_source(self) -> bool:
        """True if the picture of the source (the material to insert) is on the screen."""
        return False

    @property
    def shows_scope(self) -> bool:
        """True if a scope, such as a waveform, is shown next to the picture."""
        return False

    @property
    def top_view(self) -> TopView:
        """The kind of view above the tracks: one picture, source and record, a trim, a scope and so on."""
        if self.live_top_view is not None:
            return self.live_top_view
        sides = len(self.get_edit_sides())
        if sides:
            return TopView.CLIP if sides > 2 else TopView.EDGE
        if self.shows_scope and not self.shows_source:
            return TopView.SCOPE
        return TopView.BOTH if self.is_wide and self.shows_source else TopView.ONE

    def divide_screen(self) -> ManualPaneSizes | None:
        """Divide the screen between the tracks and the viewers above them. The tracks get the rows that they
        can use, and the viewers get the rest. The width of the viewers follows the shape of the film. During
        a trim, the pictures have the full width and all rows that the tracks do not need.

        Return the pane sizes that the user set, limited to the available space. Return None if the present
        view ignores them.
        """
        body = self.query_one("#body").size.height
        if body <= 0:
            return None
        cut, seen = self.cut, self.top_view
        shape = cut.width / cut.height if cut else 1.5
        ideal = find_ideal_height(
            self.cutting, pictures=self.shows_pictures, words=self.get_spoken_lane() is not None
        )
        shares = divide_rows_and_columns(body, self.size.width, ideal, shape, seen, self.panes)
        self.query_one("#top").styles.height = shares.top
        source, record = self.query_one("#source", Viewer), self.query_one("#record", Viewer)
        trimming = seen in (TopView.EDGE, TopView.CLIP)
        making = seen in (TopView.TITLE, TopView.TRY, TopView.CURVE)
        source.display = self.shows_source and not trimming and not making
        record.display = trimming or making or seen is TopView.BOTH or not self.shows_source
        record.caption.display = seen is TopView.BOTH
        record.set_side_words_width(shares.words)
        shows_inspector = shares.inspector and seen is not TopView.TITLE
        self.query_one(Inspector).display = self.query_one("#beside").display = shows_inspector
        if seen is TopView.TRY:
            self.query_one(EffectsPanel).set_plain_width(shares.viewer)
        for viewer in (source, record):
            viewer.styles.width = shares.viewer or "1fr"
            viewer.picture.styles.height = shares.picture or "1fr"
        return shares.panes

    def on_timeline_resized(self, event: Timeline.Resized) -> None:
        self.view = views.resize_view(self.view, self.cutting, event.cells)
        if not self._zoomed and self.cutting.frames:
            self.view = views.set_zoom(self.view, self.cutting, self.choose_first_zoom(event.cells))
        self.redraw()
        self.divide_screen()

    def halt_playback(self) -> None:
        """Stop playback, because the user edits or moves the playhead. Does nothing here; `screen` overrides
        this method.
        """
