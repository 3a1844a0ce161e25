"""A cut as a value: tracks, clips, markers and transitions.

A clip on a magnetic track has an order key and a length; its start is derived (`cut.layout.layout`). A clip
on a free track has a start. A connected clip has an anchor clip and an offset from the anchor's start.
Lengths and starts are frames at the cut's rate. `source_in` is exact seconds into the source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.cut.values.transition_kinds import Direction, TransitionKind


class TrackKind(StrEnum):
    """The kind of a track: video or audio."""

    VIDEO = "video"
    AUDIO = "audio"


class SourceKind(StrEnum):
    """The kind of a clip's source: a shot, a media file, another cut, a title or a gap."""

    SHOT = "shot"
    ASSET = "asset"
    CUT = "cut"
    TITLE = "title"  # text, which is stored in the clip's effects
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class ClipSource:
    """The source of a clip. `ref` is the id of the shot, media file or cut, and is empty for a gap or a
    title.
    """

    kind: SourceKind
    ref: str = ""


GAP = ClipSource(SourceKind.GAP)

NewId = Callable[[str], str]
"""Makes a new id from its prefix (`clip`, `track`, `marker`, `cut`), as `core.ids.new_id` does."""


class Available(NamedTuple):
    """The seconds [start, end) of a source's own time for which media exists (OpenTimelineIO: available
    range).

    The time of a media file begins with its first frame. The time of a shot begins at the start of the shot:
    handles of its take are before 0 and after its length.
    """

    start: Fraction
    end: Fraction

    @classmethod
    def from_duration(cls, seconds: Fraction, head: Fraction = Fraction(0)) -> Available:
        """Return the range of a file with a duration of `seconds`. `head` is the handle before a shot's first
        frame.
        """
        return cls(-head, seconds - head)


MediaLength = Callable[[ClipSource], Available | None]
"""What media a source has; None: as long as one asks (stills, slates)."""


def return_no_media_limit(_: ClipSource) -> Available | None:
    """Return None for every source: a `MediaLength` for sources of unlimited length."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A track of a cut. The clips of a magnetic track have an order instead of starts, and leave no gaps."""

    id: str
    cut: str
    name: str  # V1, V2, A1 …
    kind: TrackKind
    order: str  # bottom to top for video, top to bottom for audio
    magnetic: bool = False
    muted: bool = False
    solo: bool = False
    locked: bool = False
    hidden: bool = False
    height: int = 1  # height in rows of the screen
    sync_lock: bool = False  # a ripple on another track also moves the later clips of this track
    gain_db: float = 0.0  # gain of all sound on the track


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A clip of a cut. Exactly one position is set: `order` (magnetic track), `start` (free) or `anchor` with
    `offset`.

    Clips with the same `link` are the picture and sound of one recording and stay in sync. Clips with the
    same `group` are selected together. Both are opaque names, and empty for none.
    """

    id: str
    cut: str
    track: str
    source: ClipSource
    frames: int
    order: str | None = None
    start: int | None = None
    anchor: str | None = None
    offset: int | None = None
    source_in: Fraction = Fraction(0)
    gain_db: float = 0.0
    opacity: float = 1.0
    fade_in: int = 0  # frames
    fade_out: int = 0  # frames
    muted: bool = False
    label: str = ""
    effects: Effects = NO_EFFECTS
    link: str = ""
    group: str = ""


def create_trackless_clip(
    source: ClipSource, frames: int, source_in: Fraction = Fraction(0), label: str = ""
) -> Clip:
    """Return a clip without an id and a track, to be appended, inserted or overwritten with.

    A clip of any cut can be used in the same way (paste): the edit gives it a new id and position and keeps
    the rest.
    """
    return Clip(id="", cut="", track="", source=source, frames=frames, source_in=source_in, label=label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A transition between two neighbouring clips of a track, centred on their edit: `frames // 2` are before
    the edit.

    `colour` is the colour of a dip. `direction` is the direction of a wipe's edge or of a push. `softness` is
    the softness of a wipe's edge, as a share of the raster.
    """

    id: str
    cut: str
    left: str
    right: str
    frames: int
    kind: TransitionKind = TransitionKind.DISSOLVE
    direction: Direction = Direction.RIGHT
    colour: str = "#000000"
    softness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A marker on the cut's time, or on a clip; `frame` then counts from the clip's start.

    `kind` is empty for a plain marker, `note` for a review note (with `author`), and `grew` if a line became
    longer than its clip. A reply has the marker that it answers as its `parent` and is at the same frame.
    """

    id: str
    cut: str
    frame: int
    clip: str | None = None
    text: str = ""
    colour: str = ""
    name: str = ""  # one letter, for marks that have a name
    done: bool = False
    kind: str = ""
    author: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """An edit of the film. Tracks are ordered by their keys; clips are in no particular order.

    `waiting` are the ids of shots that were added after their part of the cut was edited manually. The editor
    places them.
    """

    id: str
    name: str
    rate: Fraction = Fraction(25)
    width: int = 768
    height: int = 512
    sample_rate: int = 48000
    tracks: tuple[Track, ...] = ()
    clips: tuple[Clip, ...] = ()
    transitions: tuple[Transition, ...] = ()
    markers: tuple[Marker, ...] = ()
    frozen: bool = False
    hand_edited: bool = False
    order: str = "V"
    playhead: int = 0
    mark_in: int | None = None
    mark_out: int | None = None  # exclusive
    waiting: tuple[str, ...] = ()
