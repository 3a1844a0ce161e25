"""The small film that `docs/editing.md` is drawn with, and the methods that edit it. Only used for that
page.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.cut.edit import edits
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Available, Clip, ClipSource, Cut, NewId, SourceKind
from milimo_tui.cut.values.effects import Effects, Title

RATE = Fraction(25)
# Two numbers of source frames: the first frame that the film's clips show, and the length of each source.
FIRST, MEDIA = 2, 14


class ExampleFilm:
    """A small film to edit: A, B and C on V1, t connected over A and B on V2, s under B on A1.

    The class also supplies the arguments that operations need, such as new ids and the bounds of media.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.mint: NewId = lambda prefix: f"{prefix}{next(self._numbers):04d}"
        self.lengths: dict[str, int] = {}  # lengths of sources that differ from the usual length
        self.done: list[str] = []  # names of the operations so far, in order
        self.cut = new_cuts.create_cut("Film", rate=RATE, new_id=self.mint)
        self.inner: Cut | None = None  # the cut that a compound clip shows
        for name in "ABC":
            self.apply_operation("append_clip", self.find_track_id("V1"), self.build_free_clip(name, 8))
        self.apply_operation(
            "overwrite_clip", self.find_track_id("V2"), 5, self.build_free_clip("t", 6), connected=True
        )
        self.apply_operation("overwrite_clip", self.find_track_id("A1"), 8, self.build_free_clip("s", 8))

    def find_media_bounds(self, source: ClipSource) -> Available | None:
        """Return the media that a source has."""
        if source.kind is not SourceKind.ASSET:
            return None
        return Available(Fraction(0), self.lengths.get(source.ref, MEDIA) / RATE)

    def apply_operation(self, operation: str, *args: Any, **more: Any) -> None:
        """Apply an operation of `cut.edit.edits`, given by its name, to the film."""
        self.done.append(operation)
        act: Callable[..., Cut] = getattr(edits, operation)
        tools: dict[str, Any] = {"new_id": self.mint, "bounds": self.find_media_bounds}
        known = inspect.signature(act).parameters
        self.cut = act(self.cut, *args, **{key: tools[key] for key in tools if key in known}, **more)

    def apply_to_clip(self, clip: str, operation: str, *args: Any, **more: Any) -> None:
        """Apply an operation to a clip, given by its letter."""
        self.apply_operation(operation, self.find_clip_id(clip), *args, **more)

    def build_free_clip(self, name: str, frames: int) -> Clip:
        """Return a clip that is on no track yet."""
        return edits.create_trackless_clip(ClipSource(SourceKind.ASSET, name), frames, FIRST / RATE)

    def build_title_clip(self, words: str) -> Clip:
        """Return a title clip."""
        clip = edits.create_trackless_clip(ClipSource(SourceKind.TITLE), 6)
        return replace(clip, effects=Effects(title=Title(text=words)))

    def find_track_id(self, name: str) -> str:
        """Return the id of a track by its name."""
        return next(track.id for track in self.cut.tracks if track.name == name)

    def find_clip_id(self, name: str) -> str:
        """Return the id of a clip by its letter. Of several clips the one that was added first is
        returned.
        """
        return min(clip.id for clip in self.cut.clips if name in (clip.source.ref, clip.source.kind.value))

    def nest_middle(self) -> None:
        """Make a compound clip of the middle of the film."""
        self.done.append("nest_range")
        self.cut, self.inner = edits.nest_range(self.cut, 4, 20, name="N", new_id=self.mint)

    def replace_compound(self) -> None:
        """Replace the compound clip with the clips inside it."""
        assert self.inner is not None
        self.done.append("expand_compound_clip")
        self.cut = edits.expand_compound_clip(
            self.cut, self.find_clip_id("cut"), self.inner, new_id=self.mint
        )
        self.inner = None

    def paste_range(self, at: int, **more: Any) -> None:
        """Copy frames 4 to 12 of all tracks and paste them at frame `at` on V1."""
        self.apply_operation(
            "paste_pieces", edits.copy_range(self.cut, 4, 12), at, self.find_track_id("V1"), **more
        )


Act = Callable[[ExampleFilm], None]


@dataclass(frozen=True, slots=True)
class Example:
    """An example of the page: an operation of `cut.edit.edits`, its command line after `milimo cut`, and a
    sentence about it. `group` replaces the word `cut` of the command line.

    `before` prepares the film and `act` edits it. The film is drawn before and after `act`, as three lines of
    tracks or as the lines that `tells` returns.
    """

    operation: str
    line: str
    said: str
    act: Act
    before: Act = lambda desk: None
    tracks: tuple[str, str, str] = ("V2", "V1", "A1")
    tells: Callable[[Cut], list[str]] | None = None
    group: str = "cut"
