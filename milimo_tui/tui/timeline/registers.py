"""Registers: what was yanked, by letter, kept with the film so that it outlives a screen and a restart.

One holds clips of a cut with their places, on one track or many (the studio's clipboard), or a source clip: a
file of Media, or what match frame found. Blocking (the project's database): call from a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.core.time import parse_ratio, ratio_text
from milimo_tui.cut.pieces import Pieces
from milimo_tui.cut.pieces_text import from_json
from milimo_tui.cut.values import SourceKind

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Studio


@dataclass(frozen=True, slots=True)
class SourceClip:
    """A source to put into a cut. `frames` 0: as long as it is, or as the marked range."""

    shot: str = ""
    asset: str = ""
    frames: int = 0
    source_in: Fraction = Fraction(0)
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "shot": self.shot,
            "asset": self.asset,
            "frames": self.frames,
            "source_in": ratio_text(self.source_in),
            "name": self.name,
        }

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> SourceClip:
        return cls(**{**value, "source_in": parse_ratio(value["source_in"])})

    def arguments(self) -> dict[str, Any]:
        """The fields as `cut.insert` and `cut.overwrite` take them."""
        given: dict[str, Any] = {"source_in": ratio_text(self.source_in)}
        given |= {"shot": self.shot} if self.shot else {"asset": self.asset}
        return given | ({"frames": self.frames} if self.frames else {})


def keep(studio: Studio, name: str, source: SourceClip) -> None:
    """Put a source clip into a register, and into the unnamed one; clips of a cut are kept by `cut.copy`."""
    from milimo_tui.studio import clipboard

    clipboard.keep_source(studio, name, source.as_json())


def recall(studio: Studio, name: str) -> SourceClip | Pieces | None:
    """What a register holds; None where it was never filled."""
    from milimo_tui.studio import clipboard

    kept = clipboard.raw(studio, name)
    if kept is None:
        return None
    return SourceClip.of_json(kept["source"]) if "source" in kept else from_json(kept)


def first_source(held: SourceClip | Pieces) -> dict[str, str]:
    """The shot or asset that a register holds first, as `cut.replace` takes it; empty for none."""
    if isinstance(held, SourceClip):
        return {"shot": held.shot} if held.shot else {"asset": held.asset}
    sources = (clip.source for clip in held.clips)
    return next(
        (
            {source.kind.value: source.ref}
            for source in sources
            if source.kind in (SourceKind.SHOT, SourceKind.ASSET)
        ),
        {},
    )
