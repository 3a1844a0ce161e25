"""Registers: named stores for copied clips, as in Vim. Each is named by a letter. Registers are stored with
the film, so they remain after a restart.

A register holds either clips of a cut with their positions, on one or several tracks, or a `SourceClip`. A
source clip comes from the Media screen or from match frame. The functions read and write the film's database,
so call them from a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.core.time import format_ratio, parse_ratio
from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.cut.values.pieces import Pieces
from milimo_tui.cut.values.pieces_text import pieces_from_json

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio

# The kinds of source that the source viewer can show, each with the name of the command argument for the
# source's id.
_FIELDS = {SourceKind.SHOT: "shot", SourceKind.ASSET: "asset", SourceKind.CUT: "other_cut"}


@dataclass(frozen=True, slots=True)
class SourceClip:
    """A copied source that can be put into a cut: the id of a shot, an asset or another cut. `frames` is the
    length that the clip will have. If it is 0, the length is that of the film's marked range, or of the full
    source if no range is marked.
    """

    shot: str = ""
    asset: str = ""
    cut: str = ""
    frames: int = 0
    source_in: Fraction = Fraction(0)
    name: str = ""

    @property
    def source(self) -> ClipSource:
        """The source as a `ClipSource`, the value that clips of a cut use."""
        if self.cut:
            return ClipSource(SourceKind.CUT, self.cut)
        return (
            ClipSource(SourceKind.SHOT, self.shot) if self.shot else ClipSource(SourceKind.ASSET, self.asset)
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "shot": self.shot,
            "asset": self.asset,
            "cut": self.cut,
            "frames": self.frames,
            "source_in": format_ratio(self.source_in),
            "name": self.name,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> SourceClip:
        return cls(**{**value, "source_in": parse_ratio(value["source_in"])})

    def to_insert_arguments(self) -> dict[str, Any]:
        """Return the source clip as arguments of the commands `cut.insert` and `cut.overwrite`."""
        given = {"source_in": format_ratio(self.source_in), **to_source_argument(self.source)}
        return given | ({"frames": self.frames} if self.frames else {})


def store_source(studio: Studio, name: str, source: SourceClip) -> None:
    """Store a source clip in the register `name` and in the unnamed register. (The command `cut.copy` stores
    clips of a cut.)
    """
    from milimo_tui.studio.cuts import clipboard

    clipboard.copy_source(studio, name, source.to_json())


def recall_register(studio: Studio, name: str) -> SourceClip | Pieces | None:
    """Return the contents of a register, or None if nothing was ever stored in it."""
    from milimo_tui.studio.cuts import clipboard

    kept = clipboard.get_register_json(studio, name)
    if kept is None:
        return None
    return SourceClip.from_json(kept["source"]) if "source" in kept else pieces_from_json(kept)


def find_first_source(contents: SourceClip | Pieces) -> dict[str, str]:
    """Return the argument of `cut.replace` that names the first source in a register's contents. Return an
    empty dictionary if they have no shot, file or cut.
    """
    if isinstance(contents, SourceClip):
        return to_source_argument(contents.source)
    sources = (clip.source for clip in contents.clips)
    return next((to_source_argument(source) for source in sources if source.kind in _FIELDS), {})


def to_source_argument(source: ClipSource) -> dict[str, str]:
    """Return the command argument that names a source, such as `{"shot": id}`."""
    return {_FIELDS[source.kind]: source.ref}
