"""The small film that `docs/editing.md` is drawn with, and a hand that edits it; for that page alone."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.cut.edit import edits
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Available, Clip, Cut, NewId, Source, SourceKind
from milimo_tui.cut.values.effects import Effects, Title

RATE = Fraction(25)
FIRST, MEDIA = 2, 14  # source frames: where the clips of the film begin, and how many there are


class Desk:
    """A, B and C on V1, t hanging over A and B on V2, s under B on A1; and what an operation needs."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.mint: NewId = lambda prefix: f"{prefix}{next(self._numbers):04d}"
        self.lengths: dict[str, int] = {}  # sources that have other lengths than the rest
        self.done: list[str] = []  # operations by name, as they were done
        self.cut = new_cuts.new_cut("Film", rate=RATE, new_id=self.mint)
        self.inner: Cut | None = None  # that of a compound clip
        for name in "ABC":
            self.do("append", self.track("V1"), self.new(name, 8))
        self.do("overwrite", self.track("V2"), 5, self.new("t", 6), connected=True)
        self.do("overwrite", self.track("A1"), 8, self.new("s", 8))

    def bounds(self, source: Source) -> Available | None:
        """What media a source has."""
        if source.kind is not SourceKind.ASSET:
            return None
        return Available(Fraction(0), self.lengths.get(source.ref, MEDIA) / RATE)

    def do(self, operation: str, *args: Any, **more: Any) -> None:
        """An operation by its name, on the film as it is."""
        self.done.append(operation)
        act: Callable[..., Cut] = getattr(edits, operation)
        tools: dict[str, Any] = {"new_id": self.mint, "bounds": self.bounds}
        known = inspect.signature(act).parameters
        self.cut = act(self.cut, *args, **{key: tools[key] for key in tools if key in known}, **more)

    def on(self, clip: str, operation: str, *args: Any, **more: Any) -> None:
        """An operation on a clip, by its letter."""
        self.do(operation, self.clip(clip), *args, **more)

    def new(self, name: str, frames: int) -> Clip:
        """A clip that is on no track yet."""
        return edits.new_clip(Source(SourceKind.ASSET, name), frames, FIRST / RATE)

    def title(self, words: str) -> Clip:
        """A clip of words."""
        clip = edits.new_clip(Source(SourceKind.TITLE), 6)
        return replace(clip, effects=Effects(title=Title(text=words)))

    def track(self, name: str) -> str:
        """A track's id."""
        return next(track.id for track in self.cut.tracks if track.name == name)

    def clip(self, name: str) -> str:
        """The id of a clip by its letter; of several the one that was there first."""
        return min(clip.id for clip in self.cut.clips if name in (clip.source.ref, clip.source.kind.value))

    def nest(self) -> None:
        """Make a compound clip of the middle."""
        self.done.append("nest")
        self.cut, self.inner = edits.nest(self.cut, 4, 20, name="N", new_id=self.mint)

    def un_nest(self) -> None:
        """Put its clips in its place again."""
        assert self.inner is not None
        self.done.append("un_nest")
        self.cut = edits.un_nest(self.cut, self.clip("cut"), self.inner, new_id=self.mint)
        self.inner = None

    def paste(self, at: int, **more: Any) -> None:
        """Copy frames 4 to 12 of all tracks, and put it down."""
        self.do("paste", edits.copy_range(self.cut, 4, 12), at, self.track("V1"), **more)


Act = Callable[[Desk], None]


@dataclass(frozen=True, slots=True)
class Example:
    """An operation by its name in `cut.edit.edits`, the line that does it without `milimo cut`, and a
    sentence.

    The film is prepared, drawn, edited by `act`, and drawn again: three lines of tracks, or of `tells`.
    """

    operation: str
    line: str
    said: str
    act: Act
    before: Act = lambda desk: None
    tracks: tuple[str, str, str] = ("V2", "V1", "A1")
    tells: Callable[[Cut], list[str]] | None = None
