"""A cut on its way to or from another program: with the cuts inside it, and what its clips show, by value.

Values alone, no I/O. Writers take a `Bundle`; readers make one, whose sources are keys of `media`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Clip, Cut, Source, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What a clip's source is to whoever reads the file. `starts` is the timecode of its first picture, in
    seconds; `seconds` None lasts as long as asked. `metadata` is JSON that our own files carry (shot, take).
    """

    name: str
    path: str = ""  # absolute; empty: there is no file (a slate, words)
    digest: str = ""  # SHA-256
    kind: str = "video"  # video, picture, sound
    seconds: Fraction | None = None
    rate: Fraction | None = None
    width: int = 0
    height: int = 0
    channels: int = 0
    sample_rate: int = 0
    starts: Fraction = Fraction(0)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    timed: bool = True  # False: the file did not say where the source's own time begins


@dataclass(frozen=True, slots=True)
class Edge:
    """A transition that has a clip on one side only, kept for the way out. Offsets in frames of the cut."""

    before: int  # frames of it before the edge
    after: int
    name: str = ""
    type: str = "SMPTE_Dissolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a track of another program had and ours can't hold. `tail` is a gap behind its last clip."""

    tail: int = 0
    head_edge: Edge | None = None
    tail_edge: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """`media` by source (shots and assets), `files` by the ids of LUTs and mattes, `cuts` by id: all that
    are inside. `kept` by track id. `folder`: media inside it are named by their path from there.
    """

    cut: Cut
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    media: Mapping[Source, Medium] = field(default_factory=dict)
    files: Mapping[str, Medium] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    folder: str = ""

    def medium(self, clip: Clip) -> Medium:
        """What a clip shows. A nested cut is a medium too: by its name."""
        source = clip.source
        if source.kind is SourceKind.CUT and source.ref in self.cuts:
            nested = self.cuts[source.ref]
            channels = 2 if self._is_audible(nested) else 0
            return Medium(name=nested.name, kind="cut", rate=nested.rate, channels=channels)
        if source.kind is SourceKind.TITLE:
            words = clip.effects.title.text if clip.effects.title else ""
            return Medium(name=" ".join(words.split()) or "Title", kind="title")
        return self.media.get(source) or Medium(name=clip.label or source.ref or "clip")

    def _is_audible(self, cut: Cut) -> bool:
        """Whether anything in a cut has sound."""
        shown = (self.medium(clip) for clip in cut.clips if not clip.muted)
        return any(each.channels or each.kind == "sound" for each in shown)

    def name(self, clip: Clip) -> str:
        """What a clip is called in another program."""
        return clip.label or self.medium(clip).name

    def inside(self, cut: Cut | None = None) -> Iterator[Cut]:
        """The cut and all that are inside it, each once, the innermost first. Raises Refused for a circle."""
        done: dict[str, Cut] = {}
        self._walk(cut or self.cut, (), done)
        yield from done.values()

    def _walk(self, cut: Cut, above: tuple[str, ...], done: dict[str, Cut]) -> None:
        if cut.id in above:
            raise Refused(f"the cut “{cut.name}” is inside itself", "replace that clip, then export")
        if cut.id in done:
            return
        for clip in cut.clips:
            nested = self.cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
            if nested is not None:
                self._walk(nested, (*above, cut.id), done)
        done[cut.id] = cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A cut as a file had it, on ids that nobody else has. `media` is what its sources have to become:
    a source of kind shot or asset whose `ref` is a key of this arrival alone.

    `notes` are sentences about what could not be taken over. `sized`: the file said its raster.
    """

    bundle: Bundle
    notes: tuple[str, ...] = ()
    sized: bool = False
