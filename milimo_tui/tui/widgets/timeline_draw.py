"""Draws the timeline's rows: ruler, flags, lanes of clips, minimap; only what is on the screen.

Pure: values in, a `Row` of cells out. Edges stand on eighths of a cell; state is told by shape, then colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from milimo_tui.core.time import nominal, timecode
from milimo_tui.cut.values import Clip, SourceKind, Track, TrackKind
from milimo_tui.tui.timeline_faces import Face, Faces, State
from milimo_tui.tui.timeline_model import Film, Lane, Span
from milimo_tui.tui.timeline_view import View, column_frame, ruler_step, share
from milimo_tui.tui.widgets.canvas import LEFT_EIGHTHS, Row, bar
from milimo_tui.tui.widgets.waveform import Peaks, columns
from milimo_tui.tui.widgets.waveform import rows as wave_rows

HEAD = 6  # cells of track names, left of the time


class Kind(Enum):
    RULER = "ruler"
    FLAGS = "flags"
    LANE = "lane"
    SPACE = "space"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the widget is. `part` of `parts` counts a lane's rows from the top."""

    kind: Kind
    lane: int = -1
    part: int = 0
    parts: int = 1


def no_peaks(clip: Clip) -> Peaks | None:
    return None


@dataclass(frozen=True)
class Sight:
    """Everything the rows are drawn from. `picked` is a range under an operator or a visual selection."""

    film: Film = field(default_factory=Film)
    view: View = field(default_factory=View)
    faces: Faces = field(default_factory=Faces)
    peaks: Callable[[Clip], Peaks | None] = no_peaks
    picked: tuple[int, int] | None = None
    trim: TrimEdge | None = None


@dataclass(frozen=True, slots=True)
class TrimEdge:
    """The edge in hand in TRIM: its frame, and what the trim does, for the sign that marks it."""

    lane: int
    frame: int
    sign: str = "◀▶"


# -- which row is what -----------------------------------------------------------------------------


def lines_of(film: Film, height: int, current: int) -> tuple[Line, ...]:
    """Share out the widget's rows: ruler and flags, lanes, a space, the minimap at the bottom.

    Spare rows go to V1 first (its words and its sound), then to sound, then to other pictures. Where
    there are more lanes than rows, those around the current one show.
    """
    if height <= 0:
        return ()
    lanes = list(range(len(film.lanes)))
    with_map = height >= 4
    with_flags = height >= 5
    room = height - 1 - with_map - with_flags
    if len(lanes) > room:
        first = max(0, min(current - room // 2, len(lanes) - room))
        lanes = lanes[first : first + max(1, room)]
    parts = dict.fromkeys(lanes, 1)
    main = film.main_lane()
    audio = [lane for lane in lanes if film.lanes[lane].track.kind is TrackKind.AUDIO]
    video = [lane for lane in lanes if lane not in audio and lane != main]
    spare = room - len(lanes) - 1  # one row stays free above the minimap
    wishes = [main, main, *audio, *([main] if height > 16 else []), *video, *audio] if main in parts else []
    for lane in wishes:
        if spare > 0:
            parts[lane] += 1
            spare -= 1
    out = [Line(Kind.RULER)]
    if with_flags:
        out.append(Line(Kind.FLAGS))
    for lane in lanes:
        out += [Line(Kind.LANE, lane, part, parts[lane]) for part in range(parts[lane])]
    if with_map:
        free = height - len(out) - 1
        out += [Line(Kind.SPACE)] * min(free, 1)
        out.append(Line(Kind.MAP))
    out += [Line(Kind.SPACE)] * (height - len(out))
    return tuple(out[:height])


def ideal_height(film: Film) -> int:
    """The rows beyond which a timeline of this film has no use for more."""
    main, rows = film.main_lane(), 4
    for index, lane in enumerate(film.lanes):
        rows += 4 if index == main else 3 if lane.track.kind is TrackKind.AUDIO else 2
    return rows


def draw(sight: Sight, line: Line, width: int) -> Row:
    """One row of the widget, without the playhead over lanes (that is laid over the cached row)."""
    if line.kind is Kind.RULER:
        return _ruler(sight, width)
    if line.kind is Kind.FLAGS:
        return _flags(sight, width)
    if line.kind is Kind.MAP:
        return _minimap(sight, width)
    if line.kind is Kind.LANE:
        return _lane(sight, line, width)
    return Row(width)


# -- ruler, flags, minimap ---------------------------------------------------------------------------


def short_timecode(frame: int, rate: Fraction, *, frames: bool, hours: bool) -> str:
    """`MM:SS`, with hours and frames where asked: the ruler's labels."""
    text = timecode(frame, rate)
    head = text if frames else text[: -1 - len(text.replace(";", ":").rpartition(":")[2])]
    return head if hours else head[3:]


def _ruler(sight: Sight, width: int) -> Row:
    row = Row(width, "muted")
    film, view = sight.film, sight.view
    hours = film.frames >= nominal(film.rate) * 3600
    cells = len(short_timecode(0, film.rate, frames=True, hours=hours))
    step = ruler_step(film.rate, view.zoom, cells)
    in_frames = step < nominal(film.rate)
    if not in_frames:
        cells = len(short_timecode(0, film.rate, frames=False, hours=hours))
        step = max(nominal(film.rate), ruler_step(film.rate, view.zoom, cells))
    frame = -(-view.origin // step) * step
    while frame < view.end:
        label = short_timecode(frame, film.rate, frames=in_frames, hours=hours)
        column = HEAD + view.cell(frame)
        if column + len(label) <= width:
            row.put(column, label, "muted")
        frame += step
    return row


def _flags(sight: Sight, width: int) -> Row:
    row = Row(width, "rule")
    film, view = sight.film, sight.view
    cells = width - HEAD
    hours = film.frames >= nominal(film.rate) * 3600
    step = ruler_step(film.rate, view.zoom, 8 if hours else 5)
    frame = -(-view.origin // step) * step
    while frame < view.end:
        row.put(HEAD + view.cell(frame), "╷", "rule")
        frame += step
    marked = film.marked
    if marked:
        _span_sign(row, view, marked, "[━]", "text", cells)
    if sight.picked:
        _span_sign(row, view, sight.picked, "╞═╡", "accent", cells)
    for marker in film.markers:
        if view.shows(marker.frame):
            sign = marker.name or ("◇" if marker.done else "◆")
            row.put(HEAD + view.cell(marker.frame), sign[:1], "text" if marker.name else "stale", bold=True)
    if sight.trim and view.shows(sight.trim.frame):
        row.put(HEAD + view.cell(sight.trim.frame), sight.trim.sign, "accent", bold=True)
    return row


def _span_sign(row: Row, view: View, span: tuple[int, int], signs: str, ink: str, cells: int) -> None:
    """`[━━━]` over the cells of a range; an end off the screen has no bracket."""
    first, last = view.cell(span[0]), max(view.cell(span[0]), view.cell(span[1] - 1))
    for cell in range(max(0, first), min(last + 1, cells)):
        sign = signs[0] if cell == first else signs[2] if cell == last else signs[1]
        row.put(HEAD + cell, sign, ink, bold=True)


def _minimap(sight: Sight, width: int) -> Row:
    """The whole film on one row: where the screen is, where the playhead is, what is not there yet."""
    row = Row(width, "rule")
    film, view = sight.film, sight.view
    caption = "  whole film" if width >= 60 else ""
    cells = max(1, width - HEAD - len(caption) - 1)
    main = film.lane(film.main_lane())
    left = share(view.origin, film.frames, cells)
    right = share(min(view.end, film.frames), film.frames, cells)
    for cell in range(cells):
        state = State.PLAIN
        span = main.at(film.frames * cell // cells) if main else None
        if span is not None:
            state = sight.faces.of(span.clip).state
        inside = left <= cell <= right
        sign = "━" if inside else "─"
        if state is State.EMPTY:
            sign = "╍" if inside else "╌"
        elif state in (State.FAILED, State.OFFLINE):
            sign = state.glyph
        quiet = state in (State.PICKED, State.PLAIN, State.EMPTY)
        row.put(HEAD + cell, sign, ("muted" if inside else "rule") if quiet else state.colour)
    if film.frames:
        row.put(HEAD + left, "[", "text", bold=True)
        row.put(HEAD + right, "]", "text", bold=True)
        row.put(HEAD + share(view.playhead, film.frames, cells), "┃", "accent", bold=True)
    row.put(HEAD + cells, caption, "muted")
    return row


# -- lanes -------------------------------------------------------------------------------------------


def track_flags(track: Track) -> str:
    """Muted, solo, locked, hidden as letters, as `T m s l h` set them."""
    flags = (("m", track.muted), ("s", track.solo), ("l", track.locked), ("h", track.hidden))
    return "".join(letter for letter, on in flags if on)


def _lane(sight: Sight, line: Line, width: int) -> Row:
    lane = sight.film.lanes[line.lane]
    current = line.lane == sight.view.lane
    row = Row(width, "muted" if lane.track.hidden or lane.track.muted else "text")
    if line.part == 0:
        row.put(0, "▸" if current else " ", "accent", bold=True)
        row.put(1, lane.track.name, "accent" if current else "muted", bold=current, limit=HEAD - 1)
        row.put(1 + min(3, len(lane.track.name)), track_flags(lane.track), "stale", limit=HEAD)
    view, cells = sight.view, width - HEAD
    spans = lane.between(view.origin, column_frame(view, cells))
    if len(spans) > cells:
        _dense(sight, lane, row, cells, line)
        return row
    occupied = 0
    for span in spans:
        occupied = _clip(sight, lane, row, span, occupied, cells, line, current)
    if line.part == 0:
        _transitions(sight, lane, row, spans)
    return row


def _clip(
    sight: Sight, lane: Lane, row: Row, span: Span, occupied: int, cells: int, line: Line, current: bool
) -> int:
    """Draw one clip's row; `occupied` is the first free cell. Returns the first free cell after it."""
    view = sight.view
    start, end = view.eighth(span.start), view.eighth(span.end)
    first = max(0, -(-start // 8))
    cut_right = end > cells * 8
    last_eighth = cells * 8 if cut_right else end - 1  # an eighth of ground parts neighbours
    last, rest = divmod(last_eighth, 8)
    face = sight.faces.of(span.clip)
    under = current and span.start <= view.playhead < span.end
    ground = "current" if under else "sound" if lane.track.kind is TrackKind.AUDIO else "clip"
    if face.gap:
        row.fill(HEAD + first, HEAD + last + (rest > 3), "╌", "rule")
        return max(occupied, last + 1)
    lead = start // 8
    if start > 0 and start % 8 and lead >= occupied and start % 8 < 7 and lead < last:
        row.put(HEAD + lead, "▐", f"{ground} edge")  # begins inside a free cell
    if last < first or (last == first and rest == 0):
        row.put(HEAD + min(lead, cells - 1), "▏", f"{ground} edge")
        return max(occupied, lead + 1)
    row.fill(HEAD + first, HEAD + last, " ", "text", ground)
    if rest:
        row.fill(HEAD + last, HEAD + last + 1, LEFT_EIGHTHS[rest], f"{ground} edge")
    _inside(sight, lane, row, span, face, first, last, line, ground)
    return last + (rest > 0)


def _inside(
    sight: Sight, lane: Lane, row: Row, span: Span, face: Face, first: int, last: int, line: Line, ground: str
) -> None:
    """The words, state or wave between a clip's edges: cells [first, last)."""
    room = last - first
    if room <= 0:
        return
    wave_part = line.parts - 1
    if line.part == wave_part and _has_sound(lane) and (line.part > 0 or lane.track.kind is TrackKind.AUDIO):
        drawn = _wave(sight, row, span, first, last)
        if drawn and line.part > 0:
            return
        if drawn:
            if room > 8:
                row.put(HEAD + first + 1, f" {face.name} ", "text", limit=HEAD + last)
            return
    if line.part == 0:
        _title(row, face, first, last)
    elif line.part == 1 and face.line and room > 3:
        row.put(HEAD + first + 1, face.line, "quiet", limit=HEAD + last - 1)


def _has_sound(lane: Lane) -> bool:
    return lane.track.magnetic or lane.track.kind is TrackKind.AUDIO


def _title(row: Row, face: Face, first: int, last: int) -> None:
    room = last - first
    glyph, colour = face.state.glyph, face.state.colour
    pad = 1 if room > 4 else 0
    begin, end = HEAD + first + pad, HEAD + last
    if room < len(face.name):
        if glyph.strip():
            row.put(HEAD + first, glyph, colour, bold=True)
        return
    at = row.put(begin, face.name, "text", bold=True, limit=end)
    if face.state is State.WORKING and end - at > 4:
        _progress(row, face, at + 1, end)
        return
    if glyph.strip() and end - at >= 2:
        row.put(end - 1 - (end - at > 3), glyph, colour, bold=True)
        end -= 2 + (end - at > 3)
    if face.words and end - at > 3:
        row.put(at + 1, face.words, "text", limit=end - 1)


def _progress(row: Row, face: Face, begin: int, end: int) -> None:
    """`▒▒▒▒░░ 62 %` in what is left of a clip that is being made."""
    share_done = face.progress or 0.0
    number = f" {share_done * 100:.0f} %" if end - begin >= 9 else ""
    cells = end - begin - len(number) - 1
    if cells > 0:
        row.put(begin, bar(share_done, cells, "▒", "░"), "working")
    row.put(begin + max(0, cells), number, "working", limit=end)


def _wave(sight: Sight, row: Row, span: Span, first: int, last: int) -> bool:
    """A clip's sound as blocks; False where its peaks are not known."""
    peaks = sight.peaks(span.clip)
    if peaks is None:
        return False
    view = sight.view
    offset = column_frame(view, first) - span.start
    gain = 0.0 if span.clip.muted else 10 ** (span.clip.gain_db / 20)
    levels = columns(
        peaks,
        source_in=span.clip.source_in,
        rate=sight.film.rate,
        offset=offset,
        zoom=view.zoom,
        cells=last - first,
        gain=gain,
        speed=span.clip.effects.speed,
    )
    row.put(HEAD + first, wave_rows(levels, 1)[0], "wave")
    return True


def _transitions(sight: Sight, lane: Lane, row: Row, spans: Sequence[Span]) -> None:
    """`╲╱` over the edit between two clips that dissolve."""
    if not lane.dissolves:
        return
    for left, right in pairwise(spans):
        if (left.clip.id, right.clip.id) in lane.dissolves:
            cell = sight.view.cell(right.start)
            row.put(HEAD + cell - 1, "╲╱", "text", bold=True)


def _dense(sight: Sight, lane: Lane, row: Row, cells: int, line: Line) -> None:
    """More clips than cells: one glance a cell, at the clip under its first frame."""
    view = sight.view
    for cell in range(cells):
        frame = column_frame(view, cell)
        span = lane.at(frame)
        if span is None or span.clip.source.kind is SourceKind.GAP:
            continue
        state = sight.faces.of(span.clip).state if line.part == 0 else State.PLAIN
        sign, ink = ("▏", "rule") if state in (State.PICKED, State.PLAIN) else (state.glyph, state.colour)
        row.put(HEAD + cell, sign, ink, "clip")
