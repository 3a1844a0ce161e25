"""A cut as an immutable value: tracks, clips, markers and transitions.

Lengths and starts are frames at the cut's rate. `source_in` is the exact second of the source at which a clip
begins. The position of a clip depends on its track:

- On a magnetic track a clip has an order key. Its start follows from the clips before it
  (`cut.layout.layout`).
- On a free track a clip has a start.
- A connected clip is on a free track, too. It has an anchor, which is a clip of a magnetic track, and an
  offset in frames from the anchor's start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.cut.values.mixer import NO_AUTOMATION, Automation, Bus, MixRole, Send
from milimo_tui.cut.values.sound_effects import SoundChain
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
    TITLE = "title"  # The text of the title is stored in the clip's effects.
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class ClipSource:
    """The source that a clip shows. `ref` is the id of a shot, media file or cut. It is empty for a gap or a
    title.
    """

    kind: SourceKind
    ref: str = ""


GAP = ClipSource(SourceKind.GAP)

NewId = Callable[[str], str]
"""A function that returns a new id with a prefix (`clip`, `track`, `marker`, `cut`), such as
`core.ids.new_id`.
"""


class Available(NamedTuple):
    """The seconds [start, end) of a source's own time for which media exists (OpenTimelineIO: available
    range).

    The time of a media file begins with its first frame. The time of a shot begins at the start of the shot:
    handles of its take are before 0 and after its length. `picture_end` is the second at which the picture
    ends if the sound lasts longer; the last picture is then held to the end. Otherwise it is None.
    """

    start: Fraction
    end: Fraction
    picture_end: Fraction | None = None

    @classmethod
    def from_duration(cls, seconds: Fraction, head: Fraction = Fraction(0)) -> Available:
        """Return the available range of a source that is `seconds` long. `head` is the handle before the
        first frame of a shot, in seconds.
        """
        return cls(-head, seconds - head)

    @classmethod
    def from_file(cls, seconds: Fraction, end: Fraction, head: Fraction = Fraction(0)) -> Available:
        """Return the available range of a file. `seconds` is the length of its picture, and at second `end`
        its sound has ended too. `head` is the handle before the first frame of a shot, in seconds.
        """
        return cls(-head, end - head, seconds - head if end > seconds else None)


MediaLength = Callable[[ClipSource], Available | None]
"""A function that returns the time range of a source's media; None if the source has no end (stills, slates).
"""


def return_no_media_limit(_: ClipSource) -> Available | None:
    """Return None, which means that a source has unlimited media. Used as a `MediaLength` if the media is not
    known or not relevant.
    """
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A track of a cut. The clips of a magnetic track have order keys instead of starts and follow each other
    without empty time.
    """

    id: str
    cut: str
    name: str  # The name on the timeline: V1, V2, A1 and so on.
    kind: TrackKind
    # The order key among tracks of its kind. Video tracks are ordered from bottom to top, audio tracks from
    # top to bottom.
    order: str
    magnetic: bool = False
    muted: bool = False
    solo: bool = False
    locked: bool = False
    hidden: bool = False
    height: int = 1  # The height of the track on the timeline, in rows of text.
    sync_lock: bool = False  # If True, a ripple on another track also moves the later clips of this track.
    gain_db: float = 0.0  # Gain in decibels that applies to all sound on the track.
    # The settings of the track in the mixer (`cut.values.mixer`). `bus` is the id of the bus to which the
    # track goes, and empty for the master.
    role: MixRole = MixRole.NONE
    bus: str = ""
    pan: float = 0.0
    sends: tuple[Send, ...] = ()
    chain: SoundChain = ()
    automation: Automation = NO_AUTOMATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A clip of a cut. It has exactly one kind of position: `order` on a magnetic track, `start` on a free
    track, or `anchor` with `offset` if it is connected.

    Clips with the same `link` stay in sync; mostly they are the picture and the sound of one recording. Clips
    with the same `group` are selected together. `link` and `group` are ids, and empty for a clip without a
    link or group.
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
    fade_in: int = 0  # Length of the fade at the start of the clip, in frames.
    fade_out: int = 0  # Length of the fade at the end of the clip, in frames.
    muted: bool = False
    label: str = ""
    effects: Effects = NO_EFFECTS
    link: str = ""
    group: str = ""
    # The sound stream of the file that is heard, from 1, and the channels of this stream, from 1. Without
    # channels, all channels are heard at their own positions.
    stream: int = 1
    channels: tuple[int, ...] = ()


def create_trackless_clip(
    source: ClipSource, frames: int, source_in: Fraction = Fraction(0), label: str = ""
) -> Clip:
    """Return a clip without an id and a track, as an argument for the operations that append, insert or
    overwrite.

    A clip of any cut can be such an argument, too, as when pasting. The operation gives it a new id and
    position and leaves its other values unchanged.
    """
    return Clip(id="", cut="", track="", source=source, frames=frames, source_in=source_in, label=label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A transition between two neighbouring clips of a track. It is centred on their edit: `frames // 2` of
    its frames are before the edit.

    - `colour` is the colour of a dip.
    - `direction` is the direction in which the edge of a wipe, or a push, moves.
    - `softness` is the width of a wipe's soft edge, as a share of the raster.
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
    """A marker at a frame of the cut, or at a frame of a clip, counted from the clip's start.

    `kind` is empty for a plain marker and `note` for a review note. It is `grew` or `shrank` for a clip whose
    shot became longer or shorter. A reply is at the same frame as the marker that it answers, and that
    marker's id is its `parent`.
    """

    id: str
    cut: str
    frame: int
    clip: str | None = None
    text: str = ""
    colour: str = ""
    name: str = ""  # A letter for a named mark, otherwise empty.
    done: bool = False
    kind: str = ""
    author: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """An edit of the film. Tracks, and tracks of captions, are ordered by their order keys. Clips are in no
    particular order. Captions are ordered by time.

    `waiting` are the ids of new shots that could not be added automatically, because the user had edited the
    cut there. The user decides where to put them.
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
    mark_out: int | None = None  # The frame after the last frame of the marked range (exclusive), or None.
    waiting: tuple[str, ...] = ()
    buses: tuple[Bus, ...] = ()
    master_gain_db: float = 0.0
    master_chain: SoundChain = ()
    master_automation: Automation = NO_AUTOMATION
    caption_tracks: tuple[CaptionTrack, ...] = ()
    captions: tuple[CutCaption, ...] = ()
