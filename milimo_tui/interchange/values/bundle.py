"""Define the values that describe a cut for the exchange with other programs, together with its nested cuts
and its media.

The module has no I/O. Writers take a `CutBundle`. Readers create a `CutBundle` in which the sources of clips
are keys of `media`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """The media that a clip's source refers to, as a file of another program describes it.

    `starts` is the timecode of its first frame, in seconds. `seconds` is its length; None for media of
    unlimited length, such as a picture. `metadata` is JSON that only this program's own files contain (shot,
    take).

    `file_name` is the name that the camera or the user gave to the file. It may differ from the last part of
    `path`, because the files in a film's folder are named by their hash. `aliases` are other names by which
    an imported file refers to the medium, such as its reel.
    """

    name: str
    file_name: str = ""
    aliases: tuple[str, ...] = ()
    path: str = ""  # Absolute path, or empty if there is no file, as for a slate or a title.
    digest: str = ""  # SHA-256 of the file; empty: unknown.
    # The kind of media: video, picture or sound; for sources without a file also cut or title.
    kind: str = "video"
    seconds: Fraction | None = None
    rate: Fraction | None = None
    width: int = 0
    height: int = 0
    channels: int = 0
    sample_rate: int = 0
    starts: Fraction = Fraction(0)
    drops: bool = False  # True if the timecode of the file is drop-frame timecode.
    metadata: Mapping[str, Any] = field(default_factory=dict)
    timed: bool = True  # False if the imported file does not say at which timecode the media starts.


@dataclass(frozen=True, slots=True)
class EdgeTransition:
    """A transition at an end of a track, with a clip on one side only. Cuts here have no such transition, so
    an import stores it and an export writes it again. Lengths are in frames of the cut.
    """

    before: int  # Number of the transition's frames before the edge of the clip.
    after: int
    name: str = ""
    type: str = "SMPTE_Dissolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackExtras:
    """Properties of an imported track that this program does not support. They are stored so that an export
    can write them again. `tail` is the length in frames of a gap after the track's last clip.
    """

    tail: int = 0
    head_edge: EdgeTransition | None = None
    tail_edge: EdgeTransition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutBundle:
    """A cut with everything it refers to. `folder` is the base of relative media paths.

    - `cuts` has all nested cuts by their ids.
    - `media` has the media of shots and assets by source.
    - `files` has the files of LUTs and mattes by their ids.
    - `extras` has the stored properties of imported tracks by track id.
    """

    cut: Cut
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    media: Mapping[ClipSource, Medium] = field(default_factory=dict)
    files: Mapping[str, Medium] = field(default_factory=dict)
    extras: Mapping[str, TrackExtras] = field(default_factory=dict)
    folder: str = ""

    def get_medium(self, clip: Clip) -> Medium:
        """Return the media of a clip. A nested cut counts as media without a file, named like the cut. A
        title also counts as media without a file, named by its text.
        """
        source = clip.source
        if source.kind is SourceKind.CUT and source.ref in self.cuts:
            nested = self.cuts[source.ref]
            channels = 2 if self._has_audible_clips(nested) else 0
            return Medium(name=nested.name, kind="cut", rate=nested.rate, channels=channels)
        if source.kind is SourceKind.TITLE:
            words = clip.effects.title.text if clip.effects.title else ""
            return Medium(name=" ".join(words.split()) or "Title", kind="title")
        return self.media.get(source) or Medium(name=clip.label or source.ref or "clip")

    def _has_audible_clips(self, cut: Cut) -> bool:
        """Return True if any clip of a cut has sound and is not muted."""
        shown = (self.get_medium(clip) for clip in cut.clips if not clip.muted)
        return any(each.channels or each.kind == "sound" for each in shown)

    def get_exported_name(self, clip: Clip) -> str:
        """Return the name of a clip in an exported file: its label, or else the name of its media."""
        return clip.label or self.get_medium(clip).name

    def iterate_nested_cuts(self, cut: Cut | None = None) -> Iterator[Cut]:
        """Yield `cut` (None: the bundle's cut) and all cuts nested in it, each once, innermost first.

        Raises Refused if a cut is inside itself.
        """
        done: dict[str, Cut] = {}
        self._collect_nested_cuts(cut or self.cut, (), done)
        yield from done.values()

    def _collect_nested_cuts(self, cut: Cut, above: tuple[str, ...], done: dict[str, Cut]) -> None:
        if cut.id in above:
            raise Refused(f"the cut “{cut.name}” contains itself", "replace the nested clip, then export")
        if cut.id in done:
            return
        for clip in cut.clips:
            nested = self.cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
            if nested is not None:
                self._collect_nested_cuts(nested, (*above, cut.id), done)
        done[cut.id] = cut


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTimes:
    """The source times of an event in an edit decision list, as they are written in the list. Their
    meaning depends on the rate of the file, which is unknown until the file is found.

    `speed` is the number of frames in a second from the line M2, or empty. `frames` is the length of the
    event in the cut. `drops` is True if the list announces drop-frame timecode.
    """

    start: str
    end: str
    speed: str = ""
    is_frozen: bool = False
    frames: int = 0
    drops: bool = False

    @property
    def is_reversed(self) -> bool:
        """True if the event plays its source backwards."""
        return self.speed.startswith("-") and not self.is_frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class CutArrival:
    """A cut that was imported from a file, with new unique ids.

    The `media` of its bundle lists the sources that must be matched with the film's media. The `ref` of such
    a source (of kind shot or asset) is only valid inside this value. `notes` are sentences about data that
    could not be imported. `sized` is True if the file states the width and height of the cut's picture.
    `times` are the source times of clips from an edit decision list, by clip id.
    """

    bundle: CutBundle
    notes: tuple[str, ...] = ()
    sized: bool = False
    times: Mapping[str, SourceTimes] = field(default_factory=dict)
