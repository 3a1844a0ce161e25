"""Convert copied clips to and from JSON, so that a copy outlives a screen and other programs can paste it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values import effects_text
from milimo_tui.cut.values.cut import (
    ClipSource,
    Marker,
    SourceKind,
    TrackKind,
    Transition,
    create_trackless_clip,
)
from milimo_tui.cut.values.pieces import ClipPiece, PieceRow, Pieces

_CLIP = ("gain_db", "opacity", "fade_in", "fade_out", "muted", "label", "link", "group", "stream")
_TRANSITION = ("left", "right", "frames", "kind", "direction", "colour", "softness")
_MARKER = ("frame", "clip", "text", "colour", "done", "kind", "author")
_PLAIN = create_trackless_clip(ClipSource(SourceKind.GAP), 1)


def pieces_to_json(pieces: Pieces) -> dict[str, Any]:
    """Return pieces as JSON: rows of clips with their positions, transitions and markers. Defaults are left
    out.
    """
    return {
        "frames": pieces.frames,
        "fps": format_ratio(pieces.rate),
        "rows": [
            {
                "kind": row.kind.value,
                "index": row.index,
                "clips": [_piece_to_json(each) for each in row.pieces],
            }
            for row in pieces.rows
        ],
        "transitions": [{name: getattr(each, name) for name in _TRANSITION} for each in pieces.transitions],
        "markers": [{name: getattr(each, name) for name in _MARKER} for each in pieces.markers],
    }


def pieces_from_json(body: Mapping[str, Any]) -> Pieces:
    """Return the pieces that a JSON value describes. Raises Damaged."""
    try:
        pieces = Pieces(
            frames=int(body["frames"]),
            rate=Fraction(body["fps"]),
            rows=tuple(
                PieceRow(
                    TrackKind(row["kind"]),
                    int(row["index"]),
                    tuple(_piece_from_json(each) for each in row["clips"]),
                )
                for row in body["rows"]
            ),
            transitions=tuple(Transition(id="", cut="", **each) for each in body.get("transitions", ())),
            markers=tuple(Marker(id="", cut="", **each) for each in body.get("markers", ())),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError, AttributeError) as error:
        what = reason(error) if isinstance(error, KeyError) else "they are in an unknown format"
        raise Damaged(f"the copied clips can't be read: {what}") from error
    rows = pieces.rows
    apart = all(
        left.end <= right.at for row in rows for left, right in zip(row.pieces, row.pieces[1:], strict=False)
    )
    first = min((piece.at for row in rows for piece in row.pieces), default=-1)
    last = max((piece.end for row in rows for piece in row.pieces), default=0)
    shortest = min((clip.frames for clip in pieces.clips), default=0)
    if not apart or first < 0 or last > pieces.frames or shortest < 1 or pieces.rate <= 0:
        raise Damaged("the copied clips can't be read: they overlap or exceed the copied range")
    return pieces


def _piece_to_json(piece: ClipPiece) -> dict[str, Any]:
    clip = piece.clip
    values: dict[str, Any] = {
        "id": clip.id,
        "at": piece.at,
        "source": clip.source.kind.value,
        "ref": clip.source.ref,
        "frames": clip.frames,
        "source_in": format_ratio(clip.source_in),
    }
    values |= {name: getattr(clip, name) for name in _CLIP if getattr(clip, name) != getattr(_PLAIN, name)}
    values |= {"channels": list(clip.channels)} if clip.channels else {}
    effects = effects_text.effects_to_json(clip.effects)
    return (
        values | ({"effects": effects} if effects else {}) | ({"connected": True} if piece.connected else {})
    )


def _piece_from_json(body: Mapping[str, Any]) -> ClipPiece:
    clip = create_trackless_clip(
        ClipSource(SourceKind(body["source"]), str(body.get("ref", ""))),
        int(body["frames"]),
        Fraction(body.get("source_in", 0)),
    )
    settings = {name: body[name] for name in _CLIP if name in body}
    clip = replace(
        clip,
        id=str(body.get("id", "")),
        effects=effects_text.effects_from_json(body.get("effects", {})),
        channels=tuple(int(each) for each in body.get("channels", ())),
        **settings,
    )
    return ClipPiece(int(body["at"]), clip, bool(body.get("connected")))
