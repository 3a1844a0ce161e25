"""The clipboard for clips that were copied from cuts. It has named registers, which are stored with the film.

A register is named by a letter. The unnamed register, whose name is an empty text, always holds the last
copy.
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
    """Store copied clips in the register named `register`, and in the unnamed register."""
    project = studio.require_project()
    kept = dict(project.ui.get(CLIPBOARD_KEY) or {})
    kept[register] = kept[""] = pieces_to_json(pieces)
    project.ui.set(CLIPBOARD_KEY, kept)


def copy_source(studio: Studio, register: str, source: Mapping[str, Any]) -> None:
    """Store a source that is not part of a cut yet in the register named `register`, and in the unnamed
    register.
    """
    project = studio.require_project()
    kept = dict(project.ui.get(CLIPBOARD_KEY) or {})
    kept[register] = kept[""] = {"source": dict(source)}
    project.ui.set(CLIPBOARD_KEY, kept)


def get_register_json(studio: Studio, register: str) -> dict[str, Any] | None:
    """Return the stored JSON of a register, or None if the register is empty."""
    found: dict[str, Any] | None = (studio.require_project().ui.get(CLIPBOARD_KEY) or {}).get(register)
    return found


def get_register_pieces(studio: Studio, register: str) -> Pieces:
    """Return the clips in a register. Raises NotFound if the register is empty or holds a source that is in
    no cut.
    """
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
    """Check that copied clips can be inserted into a cut.

    Raises Refused if a clip shows a source that is no longer in the film, or if the cut would contain itself.
    """
    there = {
        SourceKind.SHOT: {shot.id for shot in story.shots},
        SourceKind.ASSET: {asset.id for asset in story.assets},
        SourceKind.CUT: {each.id for each in cuts},
    }
    for clip in pieces.clips:
        kind, ref = clip.source.kind, clip.source.ref
        if kind in there and ref not in there[kind]:
            raise Refused(
                f"the {kind.value} {clip.label or 'of a copied clip'} is not in this film",
                "copy the clips again",
            )
        inner = next((each for each in cuts if kind is SourceKind.CUT and each.id == ref), None)
        if inner is not None and cut.id in find_nested_cuts(inner, cuts):
            raise Refused(
                f"“{inner.name}” shows “{cut.name}”, and a cut can't show itself",
                "nest a copy of one of them",
            )
