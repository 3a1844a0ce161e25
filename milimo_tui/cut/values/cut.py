"""A cut as a value: tracks, clips, markers, transitions.

Clips of a magnetic track carry an order key and a length, their starts are derived (`cut.layout.layout`);
clips of a free track carry a start; a connected clip carries an anchor clip and an offset from its start.
Lengths and starts are frames at the cut's rate; `source_in` is exact seconds into the source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.effects import NO_EFFECTS, Effects


class TrackKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"


class SourceKind(StrEnum):
    SHOT = "shot"
    ASSET = "asset"
    CUT = "cut"
    TITLE = "title"  # words; they are in the clip's effects
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Source:
    """What a clip shows; `ref` is the id of the shot, asset or cut, empty for a gap."""

    kind: SourceKind
    ref: str = ""


GAP = Source(SourceKind.GAP)

NewId = Callable[[str], str]
"""Makes a new id from its prefix (`clip`, `track`, `marker`, `cut`), as `core.ids.new_id` does."""


class Available(NamedTuple):
    """The seconds [start, end) of its own time that a source has media for, OpenTimelineIO's available range.

    An asset's time begins with its first frame. A shot's begins where the shot does: handles of its take lie
    before 0 and behind its length.
    """

    start: Fraction
    end: Fraction

    @classmethod
    def of(cls, seconds: Fraction, head: Fraction = Fraction(0)) -> Available:
        """What a file of so many seconds has, of which `head` are a handle before a shot's first frame."""
        return cls(-head, seconds - head)


MediaLength = Callable[[Source], Available | None]
"""What media a source has; None: as long as one asks (stills, slates)."""


def unbounded(_: Source) -> Available | None:
    """The bounds of sources that last as long as one asks."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One row of a cut. A magnetic one closes up: its clips have an order instead of starts."""

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
    height: int = 1  # rows on the screen
    sync_lock: bool = False  # a ripple on another track moves what lies behind it here as well
    gain_db: float = 0.0  # of all that sounds on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Exactly one of: `order` (magnetic track), `start` (free), `anchor` with `offset` (connected).

    Clips of one `link` are picture and sound of one thing, and keep in sync; clips of one `group` are chosen
    together. Both are opaque names, empty for none.
    """

    id: str
    cut: str
    track: str
    source: Source
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


def new_clip(source: Source, frames: int, source_in: Fraction = Fraction(0), label: str = "") -> Clip:
    """A clip that is on no track yet: what is appended, inserted and overwritten with.

    A clip of any cut does as well (paste): its id and place are given anew, the rest is kept.
    """
    return Clip(id="", cut="", track="", source=source, frames=frames, source_in=source_in, label=label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Between two neighbours of one track; centred on their edit: `frames // 2` of it lie before.

    `kind` is dissolve, dip (through `colour`), wipe or push; `direction` is where a wipe's edge or a push
    goes; `softness` a wipe's, as a share of the raster.
    """

    id: str
    cut: str
    left: str
    right: str
    frames: int
    kind: str = "dissolve"
    direction: str = "right"  # left, right, up, down
    colour: str = "#000000"
    softness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """On the cut's time, or on a clip (then `frame` counts from the clip's start).

    `kind` is empty for a plain marker, `note` for what somebody asks for (with `author`), `grew` where a line
    outgrew its clip. A reply names the marker it answers as its `parent`, and lies where that one does.
    """

    id: str
    cut: str
    frame: int
    clip: str | None = None
    text: str = ""
    colour: str = ""
    name: str = ""  # one letter for named marks
    done: bool = False
    kind: str = ""
    author: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One edit of the film. Tracks are ordered by their key, clips are in no promised order.

    `waiting` are shots (ids) that came after it was edited by hand where they belong: the editor places them.
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
