"""The mapping between values and rows: a `Table` for each kind of value, with one column for each field.

A row contains JSON scalars only: flags are 0 and 1, tuples are JSON text, fractions are "n/d", and an empty
reference is NULL. This module runs no SQL.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from types import NoneType
from typing import Any, Generic, TypeVar

from milimo_tui.core.changes import Scalar
from milimo_tui.core.errors import Damaged
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Track, Transition
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.cut.values.effects_text import effects_from_json, effects_to_json
from milimo_tui.store.rows.stored_values import Board, Mask, Provenance, Render
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import (
    Asset,
    ChunkWords,
    Conditioning,
    Element,
    FrameNote,
    GuidanceParts,
    Line,
    Look,
    LoraUse,
    Project,
    Scene,
    SheetVerdict,
    Shot,
    Suggestion,
    Take,
    VoicePosition,
)
from milimo_tui.story.values.talk import Talk

V = TypeVar("V")
NUMBER = (int, float)
# The exceptions that decoding can raise for a cell that this program did not write.
UNREADABLE = (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Codec:
    """The conversion of a field that is not a plain scalar to a column and back."""

    encode: Callable[[Any], Scalar]
    decode: Callable[[Any], Any]


@lru_cache(maxsize=4096)
def _parse_ratio(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator or 1))


def _dump_compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parse_json_list(text: str, *kinds: type | tuple[type, ...]) -> list[Any]:
    """Return a JSON list whose entries all have the given kind, or are lists of the given kinds. Raises
    ValueError.
    """
    values = json.loads(text)
    if not isinstance(values, list):
        raise ValueError("no list")
    for value in values:
        cells = value if isinstance(value, list) else [value]
        if isinstance(value, list) != (len(kinds) > 1) or len(cells) > len(kinds):
            raise ValueError("an entry of another shape")
        if not all(isinstance(cell, kind) for cell, kind in zip(cells, kinds, strict=False)):
            raise ValueError("an entry of another kind")
    return values


def _parse_json_object(text: str) -> dict[str, Any]:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("no names and values")
    return values


def _decode_lines(text: str) -> tuple[Line, ...]:
    if text == "[]":
        return ()
    lines = _parse_json_list(text, str, str, str, str, str)
    return tuple(Line(*line[:4], *(VoicePosition(heard) for heard in line[4:])) for line in lines)


def _decode_texts(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(_parse_json_list(text, str))


def _encode_lines(lines: tuple[Line, ...]) -> str:
    cells = [[line.character, line.text, line.extension, line.parenthetical, line.heard] for line in lines]
    return _dump_compact_json([line if line[4] else line[:4] for line in cells])


def _decode_doubts(text: str) -> tuple[Doubt, ...]:
    if text == "[]":
        return ()
    return tuple(
        Doubt(DoubtKind(kind), words, guess, tuple(others), sure, reason)
        for kind, words, guess, others, sure, reason in _parse_json_list(
            text, str, str, str, list, NUMBER, str
        )
    )


def _encode_doubts(doubts: tuple[Doubt, ...]) -> str:
    return _dump_compact_json(
        [[one.kind, one.words, one.guess, list(one.others), one.sure, one.reason] for one in doubts]
    )


def _decode_lora_uses(text: str) -> tuple[LoraUse, ...]:
    return (
        ()
        if text == "[]"
        else tuple(LoraUse(*lora) for lora in _parse_json_list(text, str, NUMBER, str, str))
    )


def _encode_lora_uses(loras: tuple[LoraUse, ...]) -> str:
    return _dump_compact_json([[lora.id, lora.strength, lora.digest, lora.family] for lora in loras])


def _decode_guidance_parts(text: str) -> GuidanceParts:
    if text == "{}":
        return _NO_PARTS
    parts = _parse_json_object(text)
    if not all(isinstance(value, NUMBER) for value in parts.values()):
        raise ValueError("a part that is no number")
    return GuidanceParts(**parts)


def _encode_guidance_parts(parts: GuidanceParts) -> str:
    named = {field.name: getattr(parts, field.name) for field in fields(parts)}
    return _dump_compact_json({name: value for name, value in named.items() if value is not None})


def _decode_chunks(text: str) -> tuple[ChunkWords, ...]:
    return (
        ()
        if text == "[]"
        else tuple(ChunkWords(*chunk) for chunk in _parse_json_list(text, str, (int, NoneType)))
    )


def _encode_chunks(chunks: tuple[ChunkWords, ...]) -> str:
    return _dump_compact_json([[chunk.prompt, chunk.seed] for chunk in chunks])


def _decode_frame_notes(text: str) -> tuple[FrameNote, ...]:
    return () if text == "[]" else tuple(FrameNote(*note) for note in _parse_json_list(text, int, str))


def _encode_frame_notes(notes: tuple[FrameNote, ...]) -> str:
    return _dump_compact_json([[note.frame, note.text] for note in notes])


def _decode_effects(text: str) -> Effects:
    return NO_EFFECTS if text == "{}" else effects_from_json(_parse_json_object(text))


def _encode_effects(effects: Effects) -> str:
    return "{}" if effects is NO_EFFECTS else _dump_compact_json(effects_to_json(effects))


_NO_PARTS = GuidanceParts()
FLAG = Codec(int, bool)
RATIO = Codec(format_ratio, _parse_ratio)
MAYBE_RATIO = Codec(
    lambda value: None if value is None else format_ratio(value),
    lambda text: None if text is None else _parse_ratio(text),
)
REF = Codec(lambda id: id or None, lambda id: id or "")
LINES = Codec(_encode_lines, _decode_lines)
PAIRS = Codec(
    lambda pairs: _dump_compact_json([list(pair) for pair in pairs]),
    lambda text: () if text == "[]" else tuple((first, second) for first, second in json.loads(text)),
)
TEXTS = Codec(lambda texts: _dump_compact_json(list(texts)), _decode_texts)
BOX = Codec(lambda box: _dump_compact_json(list(box)), lambda text: tuple(_parse_json_list(text, int)))
LORAS = Codec(_encode_lora_uses, _decode_lora_uses)
PARTS = Codec(_encode_guidance_parts, _decode_guidance_parts)
FRAME_NOTES = Codec(_encode_frame_notes, _decode_frame_notes)
CHUNKS = Codec(_encode_chunks, _decode_chunks)
DOUBTS = Codec(_encode_doubts, _decode_doubts)
EFFECTS = Codec(_encode_effects, _decode_effects)


# Maps the annotation of a field, as text, to its codec. Enums are stored as their text. Fields of all other
# kinds are stored unchanged.
_KINDS: Mapping[str, Codec] = {
    "bool": FLAG,
    "Fraction": RATIO,
    "Fraction | None": MAYBE_RATIO,
    "GuidanceParts": PARTS,
    "Effects": EFFECTS,
    "tuple[Line, ...]": LINES,
    "tuple[str, ...]": TEXTS,
    "tuple[int, ...]": BOX,
    "tuple[LoraUse, ...]": LORAS,
    "tuple[FrameNote, ...]": FRAME_NOTES,
    "tuple[ChunkWords, ...]": CHUNKS,
    "tuple[Doubt, ...]": DOUBTS,
    "tuple[tuple[str, str], ...]": PAIRS,
}


def _find_codec(kind: type[Any], said: object) -> Codec | None:
    """Return the codec of a field, given its value's class and the field's annotation. None means no
    conversion.
    """
    text = str(said)
    if text in _KINDS:
        return _KINDS[text]
    named = getattr(sys.modules[kind.__module__], text, None)
    return make_enum_codec(named) if isinstance(named, type) and issubclass(named, StrEnum) else None


@cache
def make_enum_codec(kind: type[StrEnum]) -> Codec:
    """Return the codec of an enum, whose members are stored as their text."""
    members: dict[str, StrEnum] = {member.value: member for member in kind}

    def decode(text: str) -> StrEnum:
        member = members.get(text)
        if member is None:
            raise Damaged(f"“{text}” is not a {kind.__name__.lower()} that this Milimo knows")
        return member

    return Codec(str, decode)


class Table(Generic[V]):
    """A kind of value and its table, with a column for each field.

    Fields in `refs` may be empty and are then NULL. Fields in `without` have no column and are stored in
    other tables. A `stateful` table retains a deleted row and marks it in `state`. `loose` columns are facts
    that change outside the history, so comparisons of complete rows ignore them. Columns in `aside` are never
    written by an edit.
    """

    def __init__(
        self,
        name: str,
        kind: type[V],
        *,
        refs: Sequence[str] = (),
        without: Sequence[str] = (),
        key: str = "id",
        stateful: bool = False,
        loose: Sequence[str] = (),
        aside: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.key = key
        self.stateful = stateful
        self.loose = frozenset((*loose, *aside))
        self.aside = frozenset(aside)
        self._fields = tuple(
            (field.name, REF if field.name in refs else _find_codec(kind, field.type))
            for field in fields(kind)  # type: ignore[arg-type]
            if field.name not in without
        )
        self.columns = self._list_columns()
        self._select = ", ".join(f'{name}."{column}"' for column in self.columns)

    def _list_columns(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._fields)

    @property
    def select(self) -> str:
        """The columns to read, in the order in which `decode` takes them."""
        return self._select

    def encode(self, value: V) -> dict[str, Scalar]:
        """Return a value as its columns."""
        return {
            name: codec.encode(getattr(value, name)) if codec else getattr(value, name)
            for name, codec in self._fields
        }

    def decode(self, row: Sequence[Any], **more: Any) -> V:
        """Return the value of a row, whose columns must be in order. `more` are fields that are stored in
        other tables.

        Raises Damaged that names the row and the unreadable column.
        """
        try:
            for (name, codec), cell in zip(self._fields, row, strict=True):
                more[name] = codec.decode(cell) if codec else cell
        except (Damaged, *UNREADABLE) as error:
            raise self._make_unreadable_error(row, name, error) from error
        return self.kind(**more)

    def _make_unreadable_error(self, row: Sequence[Any], field: str, error: Exception) -> Damaged:
        id = row[self.columns.index(self.key)] if self.key in self.columns else ""
        reason = f": {error.message}" if isinstance(error, Damaged) else ""
        return Damaged(f"{f'{self.name} {id}'.rstrip()}: its {field.replace('_', ' ')} can't be read{reason}")


class ClipTable(Table[Clip]):
    """The table of clips. The source of a clip is stored in two columns: its kind and its id."""

    def _list_columns(self) -> tuple[str, ...]:
        return tuple(
            column
            for name, _ in self._fields
            for column in (("source_kind", "source") if name == "source" else (name,))
        )

    def encode(self, value: Clip) -> dict[str, Scalar]:
        row: dict[str, Scalar] = {}
        for name, codec in self._fields:
            if name == "source":
                row["source_kind"], row["source"] = value.source.kind.value, value.source.ref
            else:
                row[name] = codec.encode(getattr(value, name)) if codec else getattr(value, name)
        return row

    def decode(self, row: Sequence[Any], **more: Any) -> Clip:
        cells = iter(row)
        try:
            for name, codec in self._fields:
                cell = next(cells)
                if name == "source":
                    cell = ClipSource(_SOURCE_KIND.decode(cell), next(cells))
                more[name] = codec.decode(cell) if codec else cell
        except (Damaged, *UNREADABLE) as error:
            raise self._make_unreadable_error(row, name, error) from error
        return Clip(**more)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference picture at its position in an element's list. Each is a row."""

    id: str
    element: str
    position: int
    asset: str


_SOURCE_KIND = make_enum_codec(SourceKind)
PROJECT = Table("project", Project, refs=("current_cut",), key="slot")
SCENE = Table("scene", Scene, stateful=True)
SHOT = Table(
    "shot",
    Shot,
    refs=("continues", "take", "board"),
    without=("conditioning",),
    stateful=True,
    loose=("take", "board", "chosen"),
)
CONDITIONING = Table("conditioning", Conditioning, refs=("asset", "other"))
ELEMENT = Table("element", Element, without=("references",), stateful=True)
REFERENCE = Table("reference", Reference)
LOOK = Table("look", Look)
ASSET = Table("asset", Asset)
TAKE = Table("take", Take, loose=("note", "notes", "tags"))
BOARD = Table("board", Board)
CUT = Table(
    "cut",
    Cut,
    without=("tracks", "clips", "transitions", "markers"),
    stateful=True,
    aside=("playhead", "mark_in", "mark_out"),
)
TRACK = Table("track", Track)
CLIP = ClipTable("clip", Clip)
TRANSITION = Table("transition", Transition)
MARKER = Table("marker", Marker)
SUGGESTION = Table("suggestion", Suggestion, refs=("picture",))
SHEET = Table("sheet", SheetVerdict)
TALK = Table("talk", Talk)
MASK = Table("mask", Mask)
PROVENANCE = Table("provenance", Provenance)
RENDER = Table("render", Render)

# The tables that edits write, by name. All other tables contain facts.
EDITED: dict[str, Table[Any]] = {
    table.name: table
    for table in (
        PROJECT, SCENE, SHOT, CONDITIONING, ELEMENT, REFERENCE, ASSET, CUT, TRACK, CLIP, TRANSITION, MARKER,
        SUGGESTION, SHEET, TAKE, LOOK,
    )
}  # fmt: skip
