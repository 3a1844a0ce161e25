"""Define the tables of a film, with a `Table` for each kind of value, and codecs for fields that are stored
in a special form.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.core.untrusted_json import parse_json_object
from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Track, Transition
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.cut.values.effects_text import effects_from_json, effects_to_json
from milimo_tui.cut.values.mixer import (
    NO_AUTOMATION,
    Automation,
    Bus,
    automation_from_json,
    automation_to_json,
    sends_from_json,
    sends_to_json,
)
from milimo_tui.cut.values.sound_effects_text import chain_from_json, chain_to_json
from milimo_tui.cut.words.transcripts import Transcript
from milimo_tui.store.rows.stored_values import Board, Edit, Mask, Provenance, Render
from milimo_tui.store.sqlite.value_table import (
    NUMBER,
    UNREADABLE,
    Codec,
    Table,
    dump_compact_json,
    make_enum_codec,
    make_record_codec,
)
from milimo_tui.story.values.film import Asset, Element, Line, Look, Project, Scene, SheetVerdict, Shot, Take
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.making import ENGINES_OWN, Conditioning, GuidanceParts
from milimo_tui.story.values.script_reading import ReadingAnswer, ScriptReading
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.story.values.talk import Talk


def _encode_lines(lines: tuple[Line, ...]) -> str:
    """Return dialogue lines as a JSON list. The last fields are left out if they have their defaults: the
    voice position (`heard`) of a visible speaker, and `at_once`.
    """
    cells: list[list[object]] = []
    for line in lines:
        cell = [line.character, line.text, line.extension, line.parenthetical]
        if line.heard or line.at_once:
            cell.append(line.heard)
        cells.append([*cell, True] if line.at_once else [*cell])
    return dump_compact_json(cells)


def _decode_guidance_parts(text: str) -> GuidanceParts:
    if text == "{}":
        return ENGINES_OWN
    parts = parse_json_object(text)
    if not all(isinstance(value, NUMBER) for value in parts.values()):
        raise ValueError("a part that is no number")
    return GuidanceParts(**parts)


def _encode_guidance_parts(parts: GuidanceParts) -> str:
    named = {field.name: getattr(parts, field.name) for field in fields(parts)}
    return dump_compact_json({name: value for name, value in named.items() if value is not None})


def _decode_effects(text: str) -> Effects:
    return NO_EFFECTS if text == "{}" else effects_from_json(parse_json_object(text))


def _encode_effects(effects: Effects) -> str:
    return "{}" if effects is NO_EFFECTS else dump_compact_json(effects_to_json(effects))


def _decode_automation(text: str) -> Automation:
    return NO_AUTOMATION if text == "{}" else automation_from_json(parse_json_object(text))


_CHAIN = Codec(
    lambda chain: dump_compact_json(chain_to_json(chain)), lambda text: chain_from_json(json.loads(text))
)
_AUTOMATION = Codec(lambda automation: dump_compact_json(automation_to_json(automation)), _decode_automation)
_STRIP_CODECS = {
    "sends": Codec(
        lambda sends: dump_compact_json(sends_to_json(sends)), lambda text: sends_from_json(json.loads(text))
    ),
    "chain": _CHAIN,
    "automation": _AUTOMATION,
}

_SOURCE_KIND = make_enum_codec(SourceKind)


def _encode_source(source: ClipSource) -> tuple[str, str]:
    return source.kind.value, source.ref


def _decode_source(cells: tuple[str, str]) -> ClipSource:
    kind, ref = cells
    return ClipSource(_SOURCE_KIND.decode(kind), ref)


class ClipTable(Table[Clip]):
    """The table of clips. The source of a clip is stored in two columns: its kind and its id."""

    def _list_columns(self) -> tuple[str, ...]:
        return tuple(
            column
            for name, _ in self._fields
            for column in (("source_kind", "source") if name == "source" else (name,))
        )

    def encode(self, value: Clip) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name, codec in self._fields:
            cell = codec.encode(getattr(value, name)) if codec else getattr(value, name)
            if name == "source":
                row["source_kind"], row["source"] = cell
            else:
                row[name] = cell
        return row

    def decode(self, row: Sequence[Any], **more: Any) -> Clip:
        cells = iter(row)
        try:
            for name, codec in self._fields:
                cell = (next(cells), next(cells)) if name == "source" else next(cells)
                more[name] = codec.decode(cell) if codec else cell
        except (Damaged, *UNREADABLE) as error:
            raise self._make_unreadable_error(row, name, error) from error
        return Clip(**more)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference picture of an element. `asset` is the picture, and `position` its index in the element's
    list of pictures. Each reference is stored as a row.
    """

    id: str
    element: str
    position: int
    asset: str


PROJECT = Table("project", Project, refs=("current_cut",), key="slot")
SCENE = Table("scene", Scene, stateful=True)
SHOT = Table(
    "shot",
    Shot,
    refs=("continues", "take", "board"),
    without=("conditioning",),
    codecs={
        "dialogue": Codec(_encode_lines, make_record_codec(Line).decode),
        "guidance_parts": Codec(_encode_guidance_parts, _decode_guidance_parts),
    },
    stateful=True,
    loose=("take", "board", "chosen"),
)
CONDITIONING = Table("conditioning", Conditioning, refs=("asset", "other"))
ELEMENT = Table("element", Element, without=("references",), stateful=True)
REFERENCE = Table("reference", Reference)
LOOK = Table("look", Look)
ASSET = Table("asset", Asset)
TAKE = Table("take", Take, loose=("note", "notes", "tags"))
SOUND_TAKE = Table("sound_take", SoundTake, refs=("scene",))
LINE_TAKE = Table("line_take", LineTake, loose=("note",))
BOARD = Table("board", Board)
CUT = Table(
    "cut",
    Cut,
    without=("tracks", "clips", "transitions", "markers", "buses", "caption_tracks", "captions"),
    codecs={"master_chain": _CHAIN, "master_automation": _AUTOMATION},
    stateful=True,
    aside=("playhead", "mark_in", "mark_out"),
)
TRACK = Table("track", Track, codecs=_STRIP_CODECS)
BUS = Table("bus", Bus, codecs=_STRIP_CODECS)
CLIP = ClipTable(
    "clip",
    Clip,
    codecs={
        "source": Codec(_encode_source, _decode_source),
        "effects": Codec(_encode_effects, _decode_effects),
    },
)
TRANSITION = Table("transition", Transition)
MARKER = Table("marker", Marker)
CAPTION_TRACK = Table("caption_track", CaptionTrack)
CAPTION = Table("caption", CutCaption)
SUGGESTION = Table("suggestion", Suggestion, refs=("picture",))
SHEET = Table("sheet", SheetVerdict)
TALK = Table("talk", Talk)
TRANSCRIPT = Table("transcript", Transcript)
READING = Table("reading", ScriptReading)
READING_ANSWER = Table("reading_answer", ReadingAnswer)
MASK = Table("mask", Mask)
PROVENANCE = Table("provenance", Provenance)
RENDER = Table("render", Render)
EDIT = Table("edit", Edit, refs=("parent",))

# The tables that edits write, by name. All other tables of values contain only facts, such as results of
# jobs, which undo does not affect.
EDITED: dict[str, Table[Any]] = {
    table.name: table
    for table in (
        PROJECT, SCENE, SHOT, CONDITIONING, ELEMENT, REFERENCE, ASSET, CUT, TRACK, BUS, CLIP, TRANSITION,
        MARKER, CAPTION_TRACK, CAPTION, SUGGESTION, SHEET, TAKE, LOOK, READING, LINE_TAKE, SOUND_TAKE,
    )
}  # fmt: skip
