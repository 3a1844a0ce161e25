"""The clipboard for clips copied out of cuts. Its registers are stored with the film, so they outlive a
screen.

A register is named by a letter. The unnamed register has the empty name and holds the last copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.cut.values.compound import find_nested_cuts
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.cut.values.pieces import Pieces
from milimo_tui.cut.values.pieces_text import pieces_from_json, pieces_to_json
from milimo_tui.story.values.film import Story
from milimo_tui.studio.session.studio import Studio

CLIPBOARD_KEY = "clipboard"


def copy_pieces(studio: Studio, register: str, pieces: Pieces) -> None:
    """Store pieces in a register, and in the unnamed register."""
    project = studio.require_project()
    kept = dict(project.ui.get(CLIPBOARD_KEY) or {})
    kept[register] = kept[""] = pieces_to_json(pieces)
    project.ui.set(CLIPBOARD_KEY, kept)


def copy_source(studio: Studio, register: str, source: Mapping[str, Any]) -> None:
    """Store a source clip that is in no cut yet in a register, and in the unnamed register."""
    project = studio.require_project()
    kept = dict(project.ui.get(CLIPBOARD_KEY) or {})
    kept[register] = kept[""] = {"source": dict(source)}
    project.ui.set(CLIPBOARD_KEY, kept)


def get_register_json(studio: Studio, register: str) -> dict[str, Any] | None:
    """Return the stored JSON of a register, or None if the register is empty."""
    found: dict[str, Any] | None = (studio.require_project().ui.get(CLIPBOARD_KEY) or {}).get(register)
    return found


def get_register_pieces(studio: Studio, register: str) -> Pieces:
    """Return the clips that a register holds. Raises NotFound if no clips were copied into the register."""
    kept = studio.require_project().ui.get(CLIPBOARD_KEY) or {}
    if register in kept and "source" in kept[register]:
        raise NotFound(
            "the register contains a source, not clips of a cut", "milimo cut insert inserts a source"
        )
    if register not in kept:
        where = f"register {register}" if register else "the register"
        raise NotFound(f"{where} is empty", "milimo cut copy copies clips into it")
    return pieces_from_json(kept[register])


def require_sources(pieces: Pieces, cut: Cut, story: Story, cuts: Sequence[Cut]) -> None:
    """Check that pieces can be inserted into a cut.

    Raises Refused if pieces show a source that is no longer in the film, or if the cut would show itself.
    """
    there = {
        SourceKind.SHOT: {shot.id for shot in story.shots},
        SourceKind.ASSET: {asset.id for asset in story.assets},
        SourceKind.CUT: {each.id for each in cuts},
    }
    for clip in pieces.clips:
        kind, ref = clip.source.kind, clip.source.ref
        if kind in there and ref not in there[kind]:
            raise Refused(f"the {kind.value} {clip.label or ref} is not in this film", "copy the clips again")
        inner = next((each for each in cuts if kind is SourceKind.CUT and each.id == ref), None)
        if inner is not None and cut.id in find_nested_cuts(inner, cuts):
            raise Refused(
                f"“{inner.name}” shows “{cut.name}”, and a cut can't show itself",
                "nest a copy of one of them",
            )
