"""The layout of the timeline's rows: ruler, marks, the rows of each track, stems of connected clips, and the
minimap.

Pure: a film and a height in, one `TimelineRow` for each row out. Other modules draw the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.tui.timeline.values.model import Lane, TimelineFilm

# Width in cells of the track headers, which are left of the clips: narrow with a name, and wide with flags
# and level too.
HEAD, WIDE_HEAD = 6, 20
# Minimum width of the timeline, in columns, for wide headers. A narrower timeline has narrow headers.
WIDE_FROM = 140
MOST_PICTURE = 4  # Maximum number of rows of the pictures on V1.
MOST_WAVE = 3
CURVE_ROWS, LEAST_CURVE = 7, 3

_PartRowMaker = Callable[["LanePart", int], list["TimelineRow"]]


class RowKind(Enum):
    """The kinds of rows of the timeline. The kind decides which function draws the row."""

    RULER = "ruler"
    FLAGS = "flags"
    LANE = "lane"
    CURVE = "curve"  # A row of the curve of a number, under the track of its clip.
    SPOKEN = "spoken"  # The row of spoken words, under V1.
    STEMS = "stems"  # A row above V1 for stems, the vertical lines from connected clips to V1.
    SPACE = "space"
    MAP = "map"


class LanePart(Enum):
    """The kinds of contents that a row of a track can show of each clip, such as its title or its sound."""

    TITLE = "title"
    WORDS = "words"
    PICTURE = "picture"
    # The clip's waveform. A clip without sound shows its text here if there is no other row for the text.
    WAVE = "wave"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row of the timeline. Some contents, such as pictures, take several rows; `rows` is then the number of
    these rows, and `row` is this row's index among them, from 0 at the top.
    """

    kind: RowKind
    lane: int = -1
    part: LanePart = LanePart.TITLE
    row: int = 0
    rows: int = 1


def has_wide_heads(width: int) -> bool:
    """Return True if a timeline of `width` columns has wide headers, with flags and levels."""
    return width >= WIDE_FROM


def find_head_width(width: int) -> int:
    """Return the width in cells of the track headers, for a timeline of `width` columns."""
    return WIDE_HEAD if has_wide_heads(width) else HEAD


def lay_out_rows(
    film: TimelineFilm,
    height: int,
    current: int,
    *,
    pictures: bool = False,
    curve: int = -1,
    words: bool = False,
) -> tuple[TimelineRow, ...]:
    """Divide `height` rows among the ruler, the marks, the tracks, a blank row and the minimap.

    - Each visible track gets one row. Remaining rows go to V1 first (its text and sound), then to sound,
      keyframes and pictures of other tracks.
    - If there are more tracks than rows, only the tracks around the current track are visible. `current` is
      the index of its lane.
    - If `curve` is the index of a lane, a curve is shown under that lane. The curve gets its rows first, and
      each track has one row.
    - `pictures` is True if the terminal can show pictures.
    - `words` is True if a row shows the spoken words. It is under V1, or under the last track if V1 is not
      visible.
    """
    if height <= 0:
        return ()
    if 0 <= curve < len(film.lanes):
        return _lay_out_curve_rows(film, height, curve)
    with_map, with_flags = height >= 4, height >= 5
    words = words and height >= 6
    room = height - 1 - with_map - with_flags - words
    lanes = _choose_visible_lanes(film, room, current)
    spare = room - len(lanes) - 1  # One row stays blank above the minimap.
    stems = film.is_connected and spare >= 3 and len(lanes) > 1
    counts = _share_spare_rows(film, lanes, spare - stems, pictures=pictures)
    out = [TimelineRow(RowKind.RULER)]
    if with_flags:
        out.append(TimelineRow(RowKind.FLAGS))
    main = film.main_lane_index()
    for lane in lanes:
        if stems and lane == main:
            out.append(TimelineRow(RowKind.STEMS, lane))
        out += _list_lane_rows(film.lanes[lane], lane, counts[lane], is_main=lane == main, pictures=pictures)
        if words and lane == (main if main in lanes else lanes[-1]):
            out.append(TimelineRow(RowKind.SPOKEN))
    if with_map:
        out += [TimelineRow(RowKind.SPACE)] * min(height - len(out) - 1, 1)
        out.append(TimelineRow(RowKind.MAP))
    out += [TimelineRow(RowKind.SPACE)] * (height - len(out))
    return tuple(out[:height])


def _lay_out_curve_rows(film: TimelineFilm, height: int, lane: int) -> tuple[TimelineRow, ...]:
    """Divide the rows while a curve is edited: ruler, marks, the tracks around the edited one (`lane`) with
    one row each, the curve under it, and the minimap.
    """
    rows = max(LEAST_CURVE, min(CURVE_ROWS, height - 4 - min(len(film.lanes), 2)))
    room = max(1, height - rows - 3)
    out = [TimelineRow(RowKind.RULER), TimelineRow(RowKind.FLAGS)]
    for index in _choose_visible_lanes(film, room, lane):
        out.append(TimelineRow(RowKind.LANE, index))
        if index == lane:
            out += [TimelineRow(RowKind.CURVE, lane, row=row, rows=rows) for row in range(rows)]
    out += [TimelineRow(RowKind.SPACE)] * max(0, height - len(out) - 1)
    return (*out[: height - 1], TimelineRow(RowKind.MAP))


def _choose_visible_lanes(film: TimelineFilm, room: int, current: int) -> list[int]:
    lanes = list(range(len(film.lanes)))
    if len(lanes) <= room:
        return lanes
    first = max(0, min(current - room // 2, len(lanes) - room))
    return lanes[first : first + max(1, room)]


def _share_spare_rows(film: TimelineFilm, lanes: list[int], spare: int, *, pictures: bool) -> dict[int, int]:
    """Divide `spare` additional rows among tracks that have one row each. The rows go first to tracks for
    which the user set a height. The rest goes to the contents that are most useful, such as waveforms. Return
    the number of rows of each track, by lane index.
    """
    main = film.main_lane_index()
    counts = dict.fromkeys(lanes, 1)
    full = [lane for lane in lanes if film.lanes[lane].spans and lane != main]
    audio = [lane for lane in full if film.lanes[lane].track.kind is TrackKind.AUDIO]
    video = [lane for lane in full if lane not in audio]
    mains = [main] if main in counts else []
    lane_queue = [lane for lane in lanes for _ in range(film.lanes[lane].track.height - 1)]
    lane_queue += [*mains, *mains, *audio, *(lane for lane in lanes if film.lanes[lane].keyed)]
    if pictures:
        lane_queue += [*mains, *mains, *video, *audio, *mains]
    else:
        lane_queue += [*video, *audio]
    lane_queue += [*mains, *audio]
    for lane in lane_queue:
        if spare > 0 and counts[lane] < _count_useful_rows(
            film.lanes[lane], is_main=lane == main, pictures=pictures
        ):
            counts[lane] += 1
            spare -= 1
    return counts


def _count_useful_rows(lane: Lane, *, is_main: bool, pictures: bool) -> int:
    """Return the maximum number of rows for which a lane has contents to show."""
    keys = int(lane.keyed)
    if lane.track.kind is TrackKind.AUDIO:
        return 1 + keys + MOST_WAVE
    if not is_main:
        return 2 + keys + (2 if pictures else 0)
    return 4 + keys + (MOST_PICTURE if pictures else 0)


def _list_lane_rows(
    lane: Lane, index: int, count: int, *, is_main: bool, pictures: bool
) -> list[TimelineRow]:
    """List the `count` rows of a track from the top. Each row has the kind of contents that it shows."""

    def make_part_rows(part: LanePart, number: int) -> list[TimelineRow]:
        return [TimelineRow(RowKind.LANE, index, part, row, number) for row in range(number)]

    if count == 1:
        return make_part_rows(LanePart.TITLE, 1)
    keys = make_part_rows(LanePart.KEYS, 1) if lane.keyed and count >= 3 else []
    left = count - 1 - len(keys)
    if lane.track.kind is TrackKind.AUDIO:
        return [*make_part_rows(LanePart.TITLE, 1), *make_part_rows(LanePart.WAVE, left), *keys]
    if not is_main:
        return [
            *make_part_rows(LanePart.TITLE, 1),
            *_make_picture_or_text_rows(make_part_rows, left, pictures=pictures),
            *keys,
        ]
    if left == 1:
        return [*make_part_rows(LanePart.TITLE, 1), *make_part_rows(LanePart.WAVE, 1), *keys]
    waves = 1 if pictures or left < 3 else 2
    return [
        *make_part_rows(LanePart.TITLE, 1),
        *_make_picture_or_text_rows(make_part_rows, left - waves, pictures=pictures),
        *make_part_rows(LanePart.WAVE, waves),
        *keys,
    ]


def _make_picture_or_text_rows(rows: _PartRowMaker, left: int, *, pictures: bool) -> list[TimelineRow]:
    """Divide `left` rows of a track between pictures and text. A single row shows text, two rows show
    pictures, and more rows show both. If `pictures` is False, only one row is used, for text.
    """
    out: list[TimelineRow] = [] if pictures and left == 2 else rows(LanePart.WORDS, min(1, left))
    if pictures and left >= 2:
        out = [*rows(LanePart.PICTURE, left - len(out)), *out]
    return out


def find_ideal_height(film: TimelineFilm, *, pictures: bool = False, words: bool = False) -> int:
    """Return the largest number of rows that a timeline of this film can use."""
    main, rows = film.main_lane_index(), 4 + film.is_connected + words
    for index, lane in enumerate(film.lanes):
        if index == main:
            rows += (4 if not pictures else 6) + lane.keyed
        elif lane.spans:
            rows += (3 if lane.track.kind is TrackKind.AUDIO else 2) + lane.keyed
        else:
            rows += 1
        rows += max(0, lane.track.height - 1)
    return rows
