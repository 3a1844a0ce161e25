"""The layout of the timeline's rows: ruler, flags, the rows of each lane, stems, the minimap.

Pure: a film and a height in, one `TimelineRow` for each row out. Other modules draw the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.tui.timeline.values.model import Film, Lane

# Cells of track headers, to the left of the time: with the name alone, and with flags and levels.
HEAD, WIDE_HEAD = 6, 20
WIDE_FROM = 140  # Smallest width at which headers show all flags and the level.
MOST_PICTURE = 4  # Most rows of a clip's pictures.
MOST_WAVE = 3
CURVE_ROWS, LEAST_CURVE = 7, 3

_Rows = Callable[["Part", int], list["Line"]]


class Kind(Enum):
    """The kind of a row of the timeline."""

    RULER = "ruler"
    FLAGS = "flags"
    LANE = "lane"
    CURVE = "curve"  # A number over time, under the lane of its clip.
    STEMS = "stems"  # The stems of connected clips, between the lanes.
    SPACE = "space"
    MAP = "map"


class Part(Enum):
    """The part of each clip that a row of a lane shows."""

    TITLE = "title"
    WORDS = "words"
    PICTURE = "picture"
    WAVE = "wave"  # The clip's sound; without sound, its text or nothing.
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the widget. A part with several rows counts them from the top: `row` of `rows`."""

    kind: Kind
    lane: int = -1
    part: Part = Part.TITLE
    row: int = 0
    rows: int = 1


def has_wide_heads(width: int) -> bool:
    """Return True if headers show flags and levels in a timeline of `width` columns."""
    return width >= WIDE_FROM


def head_of(width: int) -> int:
    """Return the cells of track headers in a timeline of `width` columns."""
    return WIDE_HEAD if has_wide_heads(width) else HEAD


def lines_of(
    film: Film, height: int, current: int, *, pictures: bool = False, curve: int = -1
) -> tuple[Line, ...]:
    """Divide the widget's rows: ruler and flags, lanes, a space, the minimap at the bottom.

    Spare rows go to V1 first (its text and its sound), then to sound, keyframes and other pictures. If there
    are more lanes than rows, the lanes around the current one are shown. With a `curve` under a lane, the
    curve gets its rows first, and every lane has one row. `pictures` says that the terminal can show
    pictures.
    """
    if height <= 0:
        return ()
    if 0 <= curve < len(film.lanes):
        return _with_curve(film, height, curve)
    with_map, with_flags = height >= 4, height >= 5
    room = height - 1 - with_map - with_flags
    lanes = _lanes_shown(film, room, current)
    spare = room - len(lanes) - 1  # one row stays free above the minimap
    stems = film.is_connected and spare >= 3 and len(lanes) > 1
    counts = _counts(film, lanes, spare - stems, pictures=pictures)
    out = [Line(Kind.RULER)]
    if with_flags:
        out.append(Line(Kind.FLAGS))
    main = film.main_lane()
    for lane in lanes:
        if stems and lane == main:
            out.append(Line(Kind.STEMS, lane))
        out += _parts(film.lanes[lane], lane, counts[lane], is_main=lane == main, pictures=pictures)
    if with_map:
        out += [Line(Kind.SPACE)] * min(height - len(out) - 1, 1)
        out.append(Line(Kind.MAP))
    out += [Line(Kind.SPACE)] * (height - len(out))
    return tuple(out[:height])


def _with_curve(film: Film, height: int, lane: int) -> tuple[Line, ...]:
    """Lay out ruler and flags, the lanes around the edited one with one row each, the curve under it, and the
    minimap.
    """
    rows = max(LEAST_CURVE, min(CURVE_ROWS, height - 4 - min(len(film.lanes), 2)))
    room = max(1, height - rows - 3)
    out = [Line(Kind.RULER), Line(Kind.FLAGS)]
    for index in _lanes_shown(film, room, lane):
        out.append(Line(Kind.LANE, index))
        if index == lane:
            out += [Line(Kind.CURVE, lane, row=row, rows=rows) for row in range(rows)]
    out += [Line(Kind.SPACE)] * max(0, height - len(out) - 1)
    return (*out[: height - 1], Line(Kind.MAP))


def _lanes_shown(film: Film, room: int, current: int) -> list[int]:
    lanes = list(range(len(film.lanes)))
    if len(lanes) <= room:
        return lanes
    first = max(0, min(current - room // 2, len(lanes) - room))
    return lanes[first : first + max(1, room)]


def _counts(film: Film, lanes: list[int], spare: int, *, pictures: bool) -> dict[int, int]:
    """Share spare rows among lanes, each lane having one: by track height, then in order of usefulness."""
    main = film.main_lane()
    counts = dict.fromkeys(lanes, 1)
    full = [lane for lane in lanes if film.lanes[lane].spans and lane != main]
    audio = [lane for lane in full if film.lanes[lane].track.kind is TrackKind.AUDIO]
    video = [lane for lane in full if lane not in audio]
    mains = [main] if main in counts else []
    wishes = [lane for lane in lanes for _ in range(film.lanes[lane].track.height - 1)]
    wishes += [*mains, *mains, *audio, *(lane for lane in lanes if film.lanes[lane].keyed)]
    if pictures:
        wishes += [*mains, *mains, *video, *audio, *mains]
    else:
        wishes += [*video, *audio]
    wishes += [*mains, *audio]
    for lane in wishes:
        if spare > 0 and counts[lane] < _most(film.lanes[lane], is_main=lane == main, pictures=pictures):
            counts[lane] += 1
            spare -= 1
    return counts


def _most(lane: Lane, *, is_main: bool, pictures: bool) -> int:
    """Return the number of rows that a lane can use."""
    keys = int(lane.keyed)
    if lane.track.kind is TrackKind.AUDIO:
        return 1 + keys + MOST_WAVE
    if not is_main:
        return 2 + keys + (2 if pictures else 0)
    return 4 + keys + (MOST_PICTURE if pictures else 0)


def _parts(lane: Lane, index: int, count: int, *, is_main: bool, pictures: bool) -> list[Line]:
    """List the rows of a lane from the top."""

    def rows(part: Part, number: int) -> list[Line]:
        return [Line(Kind.LANE, index, part, row, number) for row in range(number)]

    if count == 1:
        return rows(Part.TITLE, 1)
    keys = rows(Part.KEYS, 1) if lane.keyed and count >= 3 else []
    left = count - 1 - len(keys)
    if lane.track.kind is TrackKind.AUDIO:
        return [*rows(Part.TITLE, 1), *rows(Part.WAVE, left), *keys]
    if not is_main:
        return [*rows(Part.TITLE, 1), *_pictures_or_words(rows, left, pictures=pictures), *keys]
    if left == 1:
        return [*rows(Part.TITLE, 1), *rows(Part.WAVE, 1), *keys]
    waves = 1 if pictures or left < 3 else 2
    return [
        *rows(Part.TITLE, 1),
        *_pictures_or_words(rows, left - waves, pictures=pictures),
        *rows(Part.WAVE, waves),
        *keys,
    ]


def _pictures_or_words(rows: _Rows, left: int, *, pictures: bool) -> list[Line]:
    """Return text if there is one row, and pictures if there are several."""
    out: list[Line] = [] if pictures and left == 2 else rows(Part.WORDS, min(1, left))
    if pictures and left >= 2:
        out = [*rows(Part.PICTURE, left - len(out)), *out]
    return out


def ideal_height(film: Film, *, pictures: bool = False) -> int:
    """Return the largest number of rows that a timeline of this film can use."""
    main, rows = film.main_lane(), 4 + film.is_connected
    for index, lane in enumerate(film.lanes):
        if index == main:
            rows += (4 if not pictures else 6) + lane.keyed
        elif lane.spans:
            rows += (3 if lane.track.kind is TrackKind.AUDIO else 2) + lane.keyed
        else:
            rows += 1
        rows += max(0, lane.track.height - 1)
    return rows
