"""Draw one row of a track: its clips with names, states, pictures, sound and keyframes, and the transitions
between clips.

Pure: values in, a `CanvasRow` of cells out. A clip's edges are drawn to an eighth of a cell. A state is shown
by a glyph and a colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from rich.cells import cell_len

from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, SourceKind, Track, TrackKind
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.timing import get_source_second
from milimo_tui.cut.values.transition_kinds import TransitionKind, get_transition_facts
from milimo_tui.tui.timeline.values.clip_style import ClipState, ClipStyle
from milimo_tui.tui.timeline.values.model import Lane
from milimo_tui.tui.timeline.values.view import column_to_frame
from milimo_tui.tui.timeline.widgets.row_layout import LanePart, TimelineRow, find_head_width, has_wide_heads
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import LEFT_EIGHTHS, CanvasRow, draw_progress_bar
from milimo_tui.tui.widgets.text import fit_to_cells
from milimo_tui.tui.widgets.waveform import compute_wave_levels
from milimo_tui.tui.widgets.waveform import draw_wave_rows as wave_rows

# A clip keeps this number of cells free for its text. Signs that would leave fewer cells are not drawn.
LEAST_WORDS = 4
MOST_ENDING = 4  # Maximum length of a file extension, in letters. A longer ending is part of the name.
# A picture that is cropped to fit a narrow clip is drawn only if this many cells of it are visible.
LEAST_PICTURE = 3
LEAST_HANDLES = 8  # Minimum width in cells of a clip that shows, with `‹` and `›`, that its source continues.
# Glyphs at the edges of a clip whose source continues before its first frame or after its last frame.
MORE_BEFORE, MORE_AFTER = "‹", "›"
STEM = "│"
# The letters of flags in a track's header, with the attribute of `Track` for each.
FLAGS = {"m": "muted", "s": "solo", "l": "locked", "h": "hidden", "y": "sync_lock"}
FLAGS_AT = 5  # The cell of the first flag in a wide header.


def list_track_flags(track: Track) -> str:
    """Return the letters of the flags that are set for a track: `m` muted, `s` solo, `l` locked, `h` hidden,
    `y` sync-locked.
    """
    return "".join(letter for letter, flag in FLAGS.items() if getattr(track, flag))


def find_flag_at(track: Track, width: int, cell: int) -> str:
    """Return the attribute of `Track` (such as `muted`) whose flag letter is drawn in a cell of the track's
    header. Return an empty string if the cell shows no flag.

    `width` is the number of columns of the timeline. A wide header shows the letters of all flags, a narrow
    header only the letters of flags that are set.
    """
    wide = has_wide_heads(width)
    letters, first = (
        ("".join(FLAGS), FLAGS_AT) if wide else (list_track_flags(track), _find_flags_cell(track))
    )
    here = letters[cell - first : cell - first + 1] if cell >= first else ""
    return FLAGS.get(here, "") if cell < find_head_width(width) else ""


def _find_flags_cell(track: Track) -> int:
    return 1 + min(3, len(track.name))


def draw_lane(content: TimelineContent, line: TimelineRow, width: int) -> CanvasRow:
    """Draw a row of a track with the track's header. `line` says which track and which of its rows. `width`
    is the number of columns.
    """
    lane = content.film.lanes[line.lane]
    row = CanvasRow(width, "muted" if lane.track.hidden or lane.track.muted else "text")
    if line.part is LanePart.TITLE:
        _draw_track_head(row, lane.track, current=line.lane == content.view.lane)
    view, cells = content.view, width - find_head_width(width)
    spans = lane.clips_between(view.origin, column_to_frame(view, cells))
    if len(spans) > cells:
        _draw_dense_lane(content, lane, row, cells, line)
    else:
        drawing = _LaneRowPainter(
            content,
            lane,
            row,
            line,
            cells,
            content.count_lane_rows(line.lane),
            _list_transition_cells(content, lane, spans),
        )
        for span in spans:
            drawing.paint_clip(span)
        if line.part is LanePart.TITLE:
            for join in drawing.joins:
                drawing.paint_transition(join)
        draw_stems(content, line, row, cells)
    _draw_selection(content, line, row, cells)
    return row


def _draw_track_head(row: CanvasRow, track: Track, *, current: bool) -> None:
    """Draw the header of a track: its name and flags. A narrow header shows the flags that are set; a wide
    header shows all flags and the track's level.
    """
    head = find_head_width(row.width)
    row.put(0, "▸" if current else " ", "accent", bold=True)
    row.put(1, track.name, "accent" if current else "muted", bold=current, limit=head - 1)
    flags, at = list_track_flags(track), _find_flags_cell(track)
    if not has_wide_heads(row.width):
        row.put(at, flags, "stale", limit=head)
        level = format_track_level(track)
        if level and at + len(flags) + 1 + len(level) <= head:
            row.put(head - 1 - len(level), level, "stale", limit=head)
        return
    for place, letter in enumerate(FLAGS):
        on = letter in flags
        row.put(FLAGS_AT + place, letter if on else "·", "stale" if on else "rule", bold=on)
    words = f"{track.gain_db:+.1f} dB".replace("-", "−") if track.gain_db else "0.0 dB"
    row.put(head - 1 - len(words), words, "stale" if track.gain_db else "muted", limit=head)


def format_track_level(track: Track) -> str:
    """Return a track's level in whole decibels, in a few cells; empty for 0 dB."""
    return f"{track.gain_db:+.0f}".replace("-", "−") if track.gain_db else ""


def _draw_selection(content: TimelineContent, line: TimelineRow, row: CanvasRow, cells: int) -> None:
    """Draw the background of the selected range, if this row belongs to a selected track."""
    if content.picked is None or not content.is_picked(line.lane):
        return
    first, last = content.view.frames_to_cells(*content.picked)
    begin, end = find_head_width(row.width) + max(0, first), find_head_width(row.width) + min(cells, last + 1)
    row.fill_cells(begin, end, ground="chosen")
    row.recolour_text(begin, end, "text")


@dataclass
class _LaneRowPainter:
    """A painter that draws the clips and transitions of one row of a track into a `CanvasRow`."""

    content: TimelineContent
    lane: Lane
    row: CanvasRow
    line: TimelineRow
    cells: int
    rows: int
    joins: tuple[_TransitionCells, ...] = ()

    def __post_init__(self) -> None:
        # Width in cells of the track's header, which is left of the clips.
        self.head = find_head_width(self.row.width)

    @property
    def is_current_lane(self) -> bool:
        """True if this track is the current one and no range is selected. Then keys act on the clip under the
        playhead, which is highlighted.
        """
        return self.line.lane == self.content.view.lane and self.content.picked is None

    def paint_clip(self, span: PlacedClip) -> None:
        """Draw the part of a clip that is in this row: its background, its edges and its contents."""
        view, row, cells = self.content.view, self.row, self.cells
        start, end = view.frame_to_eighth(span.start), view.frame_to_eighth(span.end)
        first = max(0, -(-start // 8))
        # The last eighth of a cell stays empty, so that neighbouring clips are separate.
        last_eighth = cells * 8 if end > cells * 8 else end - 1
        last, rest = divmod(last_eighth, 8)
        clip_style = self.content.clip_styles.find_clip_style(span.clip)
        if clip_style.gap:
            row.fill_cells(self.head + first, self.head + last + (rest > 3), "╌", "rule")
            return
        if self.content.ends:
            last, rest = last + (rest > 3), 0
        ground = self._choose_background(span)
        if last < first or (last == first and rest == 0):
            row.put(self.head + min(start // 8, cells - 1), "▏", "edge")
            return
        row.fill_cells(self.head + first, self.head + last, " ", "text", ground)
        if rest:
            row.fill_cells(self.head + last, self.head + last + 1, LEFT_EIGHTHS[rest], ground)
        if last > first:
            self._paint_inside(span, clip_style, *self._paint_edges(span, first, last))
        if last - first == 1 and row.get_char(self.head + first) == " ":
            row.put(self.head + first, "▏", "edge")
        if ground == "current":
            row.recolour_text(self.head + first, self.head + last, "text")

    def _paint_edges(self, span: PlacedClip, first: int, last: int) -> tuple[int, int]:
        """Draw the left edge of a clip. In a theme without background colours, draw the right edge too.
        Return the range of cells inside the edges: its first cell, and the cell after its last.
        """
        if last - first < 2:
            return first, last
        begins, stops = self.content.view.frame_to_eighth(span.start) >= 0, span.end <= self._end
        # In the sixteen-colour themes the edge glyph fills half of a cell. A reversed background would fill
        # the other half too, so the edge gets no background.
        ground = "" if self.content.ends else None
        if begins:
            sign = "▐" if self.content.ends else "▏"
            if span.clip.anchor is not None and self.line.part is LanePart.TITLE and last - first >= 8:
                sign = "└" if self.lane.track.kind is TrackKind.VIDEO else "┌"
            self.row.put(self.head + first, sign, "edge", ground)
        if stops and self.content.ends:
            self.row.put(self.head + last - 1, "▌", "edge", ground)
        return first + begins, last - (stops and self.content.ends)

    def _choose_background(self, span: PlacedClip) -> str:
        if self.is_current_lane and span.start <= self.content.view.playhead < span.end:
            return "current"
        return "clip"

    def _paint_inside(self, span: PlacedClip, clip_style: ClipStyle, first: int, last: int) -> None:
        """Draw the contents of a clip in cells [first, last). The kind of row decides which contents: the
        title, the sound, pictures or keyframes.
        """
        match self.line.part:
            case LanePart.TITLE:
                self._paint_title(span, clip_style, first, last)
            case LanePart.WORDS:
                self._paint_line_text(clip_style, first, last)
            case LanePart.WAVE:
                if not self._paint_wave(span, first, last) and self.line.rows == 1 and self._is_second:
                    self._paint_line_text(clip_style, first, last)
            case LanePart.PICTURE:
                self._paint_pictures(span, first, last)
            case LanePart.KEYS:
                self._paint_keys(span, first, last)

    @property
    def _is_second(self) -> bool:
        """True if the track has exactly two rows, one for titles and one for sound. A clip without sound then
        shows its text in the sound row, because no other row is left for the text.
        """
        return self.rows == 2

    def _paint_line_text(self, clip_style: ClipStyle, first: int, last: int) -> None:
        if clip_style.line and last - first > LEAST_WORDS + 1:
            _put_shortened(self.row, self.head + first, clip_style.line, self.head + last - 1, "quiet")

    def _paint_title(self, span: PlacedClip, clip_style: ClipStyle, first: int, last: int) -> None:
        """Draw the name, state and signs of a clip. On a sound track of one row, draw the name over the
        waveform instead.
        """
        for join in self.joins:
            if join.right == span.clip.id:
                first = max(first, join.last + 2)
            elif join.left == span.clip.id:
                last = min(last, join.first)
        lone_sound = self.rows == 1 and self.lane.track.kind is TrackKind.AUDIO
        if lone_sound and self._paint_wave(span, first, last):
            if last - first > 2 * LEAST_WORDS:
                name = shorten_name(clip_style.name, last - first - LEAST_WORDS)
                self.row.put(self.head + first, f"{name} ", "text", limit=self.head + last)
            return
        before, after = (False, False)
        if last - first >= LEAST_HANDLES:
            before, after = self.content.clip_styles.find_handles(span.clip, self.content.film.rate)
        if before and self.content.view.frame_to_eighth(span.start) >= 0:
            self.row.put(self.head + first, MORE_BEFORE, "quiet")
            first += 1
        _draw_clip_title(self.row, clip_style, first, last)
        if after and span.end <= self._end:
            self.row.put(self.head + last - 1, MORE_AFTER, "quiet")

    def _paint_wave(self, span: PlacedClip, first: int, last: int) -> bool:
        """Draw the waveform of a clip, scaled by the clip's speed and level. Return False if the peaks of its
        sound file are not known yet.
        """
        has_sound = self.lane.track.magnetic or self.lane.track.kind is TrackKind.AUDIO
        peaks = self.content.peaks(span.clip) if has_sound else None
        if peaks is None:
            return False
        view, clip = self.content.view, span.clip
        levels = compute_wave_levels(
            peaks,
            source_in=self.content.clip_styles.find_source_offset(clip) + clip.source_in,
            rate=self.content.film.rate,
            offset=column_to_frame(view, first) - span.start,
            zoom=view.zoom,
            cells=last - first,
            gain=0.0 if clip.muted else 10 ** (clip.gain_db / 20),
            speed=clip.effects.speed,
            seconds=self._make_file_time(clip) if get_speed_ramp(clip.effects) else None,
        )
        rows = self.line.rows if self.line.part is LanePart.WAVE else 1
        row = self.line.row if self.line.part is LanePart.WAVE else 0
        self.row.put(self.head + first, wave_rows(levels, rows)[row], "wave")
        return True

    def _make_file_time(self, clip: Clip) -> Callable[[int], Fraction]:
        """Return a function that converts a frame of the clip to the time in its file, in seconds."""
        head, rate = self.content.clip_styles.find_source_offset(clip), self.content.film.rate
        return lambda frame: head + get_source_second(clip, frame, rate)

    def _paint_pictures(self, span: PlacedClip, first: int, last: int) -> None:
        """Draw the picture of the clip's first frame and, if there is space, of its last frame. Pictures that
        are not loaded yet are left out.
        """
        for end in ("head", "tail"):
            strips = self.content.pictures(span.clip, end, self.line.rows)
            if self.line.row >= len(strips):
                continue
            strip = strips[self.line.row]
            room = last - first - 1
            if strip.cell_length > room and self.content.cuts_pictures and room >= LEAST_PICTURE:
                strip = strip.crop(0, room)
            if strip.cell_length > room or (end == "tail" and 2 * strip.cell_length + 1 > room):
                return
            hidden = (
                self.content.view.frame_to_eighth(span.start) < 0 if end == "head" else span.end > self._end
            )
            if not hidden:
                at = first if end == "head" else last - 1 - strip.cell_length
                self.row.place_strip(self.head + at, strip)

    @property
    def _end(self) -> int:
        return column_to_frame(self.content.view, self.cells)

    def _paint_keys(self, span: PlacedClip, first: int, last: int) -> None:
        """Draw the keyframes of all numbers of the clip on one row."""
        curves = [curve for _, curve in span.clip.effects.curves if len(curve) > 1]
        if not curves:
            return
        self.row.fill_cells(self.head + first, self.head + last, "┈", "quiet")
        begin = max(
            0, self.content.view.frame_to_cell(span.start)
        )  # A keyframe in the first cell replaces the edge.
        for frame in {key.frame for curve in curves for key in curve if 0 <= key.frame < span.clip.frames}:
            cell = self.content.view.frame_to_cell(span.start + frame)
            if begin <= cell < last:
                self.row.put(self.head + cell, "◆", "accent")

    def paint_transition(self, join: _TransitionCells) -> None:
        """Draw a transition over the edit between two clips, as wide as its duration."""
        if join.last - join.first >= 2:
            start, end = max(0, join.first), min(self.cells, join.last + 1)
            self.row.fill_cells(self.head + start, self.head + end, " ", "text", "join")
        middle = (join.first + join.last + 1) // 2
        if 0 < middle < self.cells:
            self.row.put(self.head + middle - 1, get_transition_facts(join.kind).sign, "text", bold=True)


@dataclass(frozen=True, slots=True)
class _TransitionCells:
    """A transition as it is drawn: in cells `first` to `last`, between the clips with the ids `left` and
    `right`.
    """

    left: str
    right: str
    first: int
    last: int
    kind: TransitionKind


def _list_transition_cells(
    content: TimelineContent, lane: Lane, spans: Sequence[PlacedClip]
) -> tuple[_TransitionCells, ...]:
    """List the transitions between the visible clips `spans` of a lane, with their cells."""
    if not lane.dissolves:
        return ()
    out = []
    for left, right in pairwise(spans):
        found = lane.dissolves.get((left.clip.id, right.clip.id))
        if found is not None:
            start = right.start - found.frames // 2
            first, last = content.view.frames_to_cells(start, start + found.frames)
            if last - first < 2:
                last = content.view.frame_to_cell(right.start)
                first = last - 1
            out.append(_TransitionCells(left.clip.id, right.clip.id, first, last, found.kind))
    return tuple(out)


def _draw_clip_title(row: CanvasRow, clip_style: ClipStyle, first: int, last: int) -> None:
    """Draw a clip's name at the left, its state and signs at the right, and its text between them, as far as
    there is space.
    """
    room = last - first
    glyph, colour = clip_style.state.glyph.strip(), clip_style.state.colour
    name = clip_style.name
    if room < cell_len(name):
        # If the name does not fit, show only the glyph of the shot's state, which is more useful than half of
        # the shot's number.
        if glyph or room < LEAST_WORDS:
            row.put(find_head_width(row.width) + first, glyph, colour, bold=True)
            return
        name = shorten_name(name, room)
    begin, end = find_head_width(row.width) + first, find_head_width(row.width) + last
    at = row.put(begin, name, "text", bold=True, limit=end)
    if clip_style.state is ClipState.WORKING and end - at > 4:
        _draw_progress(row, clip_style, at + 1, end)
        return
    if glyph and end - at >= 2:
        mark = (
            f"{glyph}{clip_style.take}"
            if clip_style.take and end - at > 3 + len(str(clip_style.take))
            else glyph
        )
        end -= len(mark) + (end - at > 3)
        row.put(end, mark, colour, bold=True)
        end -= 1
    # Number of cells that the signs must leave free for the clip's text. A clip without text needs none.
    kept = 1 + LEAST_WORDS if clip_style.words and end - at > 3 else 0
    for sign in clip_style.signs:
        if end - at > len(sign) + kept:
            end -= len(sign)
            row.put(end, sign, "quiet")
            end -= 1
    if clip_style.words and end - at > 3 - (not clip_style.signs):
        _put_shortened(row, at + 1, clip_style.words, end, "text")


def shorten_name(name: str, cells: int) -> str:
    """Shorten a name to at most `cells` cells. A file extension is removed first; then the name is cut with
    an ellipsis.
    """
    if cell_len(name) <= cells:
        return name
    stem, _, ending = name.rpartition(".")
    if stem and len(ending) <= MOST_ENDING and " " not in ending:
        name = stem
    return name if cell_len(name) <= cells else fit_to_cells(name, cells).rstrip()


def _put_shortened(row: CanvasRow, at: int, words: str, limit: int, ink: str) -> None:
    """Write text from cell `at` to before cell `limit`. If the text is too long, cut it, with an ellipsis if
    there is space for one.
    """
    room = limit - at
    if 2 * LEAST_WORDS <= room < cell_len(words):
        words = fit_to_cells(words, room).rstrip()
    row.put(at, words, ink, limit=limit)


def _draw_progress(row: CanvasRow, clip_style: ClipStyle, begin: int, end: int) -> None:
    """Draw the progress of a take that is being made, `▒▒▒▒░░ 62 %`, in cells [begin, end) of its clip."""
    done = clip_style.progress or 0.0
    number = f" {done * 100:.0f} %" if end - begin >= 9 else ""
    cells = end - begin - len(number) - 1
    if cells > 0:
        row.put(begin, draw_progress_bar(done, cells, "▒", "░"), "working")
    row.put(begin + max(0, cells), number, "working", limit=end)


def draw_stems(content: TimelineContent, line: TimelineRow, row: CanvasRow, cells: int) -> None:
    """Draw stems, the vertical lines from connected clips to V1, in cells of this row that no clip uses."""
    if not content.film.is_connected:
        return
    main, view = content.film.main_lane_index(), content.view
    above = line.lane <= main
    farther = range(line.lane) if above else range(line.lane + 1, len(content.film.lanes))
    for index in farther:
        if (index < main) is not above:
            continue
        for span in content.film.lanes[index].clips_between(view.origin, column_to_frame(view, cells)):
            cell = view.frame_to_cell(span.start)
            if (
                span.clip.anchor is not None
                and 0 <= cell < cells
                and row.is_free(find_head_width(row.width) + cell)
            ):
                row.put(find_head_width(row.width) + cell, STEM, "quiet")


def _draw_dense_lane(
    content: TimelineContent, lane: Lane, row: CanvasRow, cells: int, line: TimelineRow
) -> None:
    """Draw a row of a track that has more clips than the row has cells. Each cell shows the state of the clip
    under the cell's first frame.
    """
    view = content.view
    for cell in range(cells):
        span = lane.clip_at(column_to_frame(view, cell))
        if span is None or span.clip.source.kind is SourceKind.GAP:
            continue
        state = (
            content.clip_styles.find_clip_style(span.clip).state
            if line.part is LanePart.TITLE
            else ClipState.PLAIN
        )
        sign, ink = (
            ("▏", "edge") if state in (ClipState.PICKED, ClipState.PLAIN) else (state.glyph, state.colour)
        )
        row.put(find_head_width(row.width) + cell, sign, ink, "clip")
