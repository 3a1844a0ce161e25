"""A cut to be exchanged with another program, together with its nested cuts and its media as values.

The module has values only and no I/O. Writers take a `CutBundle`. Readers create one, whose sources are keys
of `media`.
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
    """The media of a clip's source, as the reader of a file sees it.

    `starts` is the timecode of its first picture, in seconds. `seconds` is None for media of unlimited
    length. `metadata` is JSON that this program's own files contain (shot, take).
    """

    name: str
    path: str = ""  # The absolute path, or empty if there is no file (a slate, a title).
    digest: str = ""  # SHA-256
    kind: str = "video"  # One of video, picture, sound.
    seconds: Fraction | None = None
    rate: Fraction | None = None
    width: int = 0
    height: int = 0
    channels: int = 0
    sample_rate: int = 0
    starts: Fraction = Fraction(0)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    timed: bool = True  # False if the file did not give the start of the source's own time.


@dataclass(frozen=True, slots=True)
class EdgeTransition:
    """A transition with a clip on one side only, preserved for the export. Offsets are in frames of the
    cut.
    """

    before: int  # The number of its frames before the edge.
    after: int
    name: str = ""
    type: str = "SMPTE_Dissolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackExtras:
    """Properties of another program's track that this program's track cannot have. `tail` is a gap after its
    last clip.
    """

    tail: int = 0
    head_edge: EdgeTransition | None = None
    tail_edge: EdgeTransition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutBundle:
    """A cut with everything it refers to. `folder` is the base of relative media paths.

    `media` is by source (shots and assets), `files` by the ids of LUTs and mattes, `cuts` by id with all
    nested cuts, and `kept` by track id.
    """

    cut: Cut
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    media: Mapping[ClipSource, Medium] = field(default_factory=dict)
    files: Mapping[str, Medium] = field(default_factory=dict)
    kept: Mapping[str, TrackExtras] = field(default_factory=dict)
    folder: str = ""

    def get_medium(self, clip: Clip) -> Medium:
        """Return the media of a clip. A nested cut and a title are media too, by their names."""
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
        """Return True if any clip of a cut has sound."""
        shown = (self.get_medium(clip) for clip in cut.clips if not clip.muted)
        return any(each.channels or each.kind == "sound" for each in shown)

    def get_exported_name(self, clip: Clip) -> str:
        """Return the name of a clip in another program."""
        return clip.label or self.get_medium(clip).name

    def iterate_nested_cuts(self, cut: Cut | None = None) -> Iterator[Cut]:
        """Yield the cut and all nested cuts, each once, innermost first. Raises Refused if a cut is inside
        itself.
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
class CutArrival:
    """A cut as a file described it, with new unique ids.

    `media` in its bundle lists the sources to be matched with the film's media: a source of kind shot or
    asset whose `ref` is a key of this arrival only. `notes` are sentences about data that could not be
    imported. `sized` is True if the file gave the cut's raster.
    """

    bundle: CutBundle
    notes: tuple[str, ...] = ()
    sized: bool = False
