"""A scenario as a language model answers it: the schema, loose answers read into values, a story in pieces.

Pure. Each item is held against the story: one whose words do not stand there is kept, and marked so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from milimo_tui.core.safe_text import harmless
from milimo_tui.story.scenario.evidence import FoldedText, checked
from milimo_tui.story.scenario.prose import paragraphs
from milimo_tui.story.scenario.scenario import Beat, Item, ItemKind, Keys
from milimo_tui.story.scenario.structure import structured

PIECE = 6000  # letters of a story that are asked about at once, as of a script
LONGEST = 2000  # letters of one field
MOST = 200  # items of one kind in one answer


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class Told(_Loose):
    """A theme, a tone, somebody, a place or a thing: its name, what is known of it, the story's words."""

    name: str = Field(min_length=1)
    description: str = ""
    words: str = ""


class ToldLine(_Loose):
    """Something done (no character), or a spoken line."""

    character: str = ""
    text: str = Field(min_length=1)


class ToldScene(_Loose):
    """A scene: its heading, what happens in it in order, the story's words that it begins with."""

    heading: str = Field(min_length=1)
    beats: list[ToldLine] = []
    words: str = ""


class ToldPiece(_Loose):
    """What a model finds in a piece of a story."""

    theme: Told | None = None
    tone: Told | None = None
    people: list[Told] = []
    places: list[Told] = []
    objects: list[Told] = []
    scenes: list[ToldScene] = []


class ToldPart(_Loose):
    """An act or a sequence: its title, and the first scene of it (counted from 1)."""

    title: str = Field(min_length=1)
    first: int = Field(ge=1)


class ToldStructure(_Loose):
    """Acts and sequences over scenes that are listed."""

    title: str = ""
    acts: list[ToldPart] = []
    sequences: list[ToldPart] = []


def schema() -> dict[str, Any]:
    """The JSON schema of an answer about a piece."""
    return ToldPiece.model_json_schema()


def structure_schema() -> dict[str, Any]:
    """The JSON schema of an answer about acts and sequences."""
    return ToldStructure.model_json_schema()


def pieces(text: str, most: int = PIECE) -> Iterator[str]:
    """A story in pieces of whole paragraphs; a paragraph that is too long by itself is cut."""
    held: list[str] = []
    for paragraph in paragraphs(text):
        for start in range(0, max(1, len(paragraph.text)), most):
            part = paragraph.text[start : start + most]
            if held and sum(map(len, held)) + len(part) > most:
                yield "\n\n".join(held)
                held = []
            held.append(part)
    if held:
        yield "\n\n".join(held)


def read_piece(value: Any) -> ToldPiece:
    """An answer about a piece. Raises ValueError saying what it is not."""
    if isinstance(value, list):
        value = {"scenes": value}
    if isinstance(value, dict):
        value = {str(key).strip().lower(): _bounded(entry) for key, entry in value.items()}
        for name in ("theme", "tone"):
            if isinstance(value.get(name), str):
                value[name] = {"name": value[name]} if value[name].strip() else None
            elif isinstance(value.get(name), list):
                value[name] = next(iter(value[name]), None)
    try:
        told = ToldPiece.model_validate(value)
    except ValidationError as error:
        raise ValueError(_first(error)) from None
    if not (told.scenes or told.people or told.places):
        raise ValueError("it listed no scene, nobody and no place")
    return told


def read_structure(value: Any, scenes: int) -> ToldStructure:
    """An answer about acts and sequences over so many scenes. Raises ValueError where it can't be one."""
    try:
        told = ToldStructure.model_validate(value)
    except ValidationError as error:
        raise ValueError(_first(error)) from None
    for parts in (told.acts, told.sequences):
        firsts = [part.first for part in parts]
        if firsts != sorted(set(firsts)) or (firsts and (firsts[0] != 1 or firsts[-1] > scenes)):
            raise ValueError("its parts do not follow one another from the first scene on")
    if not told.acts:
        raise ValueError("it listed no acts")
    return told


def _bounded(value: Any) -> Any:
    """Lists of at most so many, texts without what a terminal would obey."""
    if isinstance(value, str):
        return harmless(value)[:LONGEST]
    if isinstance(value, list):
        return [_bounded(each) for each in value[:MOST] if each is not None]
    if isinstance(value, dict):
        return {str(key).strip().lower(): _bounded(each) for key, each in value.items() if each is not None}
    return value


class Gathered:
    """What was told of each piece, brought together: who is in two pieces is there once."""

    def __init__(self, text: str, model: str) -> None:
        self._text, self._model = FoldedText.of(text), model
        self._keys = Keys()
        self._items: list[Item] = []
        self.scenes: list[Item] = []

    def add(self, told: ToldPiece) -> None:
        """Take in what a model told of a piece."""
        for kind, one in ((ItemKind.THEME, told.theme), (ItemKind.TONE, told.tone)):
            if one is not None:
                self._add(kind, one, is_on=not any(item.kind is kind for item in self._items))
        for kind, several in (
            (ItemKind.PERSON, told.people),
            (ItemKind.PLACE, told.places),
            (ItemKind.OBJECT, told.objects),
        ):
            for one in several:
                self._add(kind, one)
        for scene in told.scenes:
            item = self._item(ItemKind.SCENE, scene.heading, "", scene.words)
            beats = tuple(Beat(" ".join(line.text.split()), line.character) for line in scene.beats)
            self.scenes.append(replace(item, beats=beats))

    def add_read(self, items: Sequence[Item]) -> None:
        """Take in what rules read of a piece, where a model's answer could not be."""
        for item in items:
            if item.kind in (ItemKind.ACT, ItemKind.SEQUENCE):
                continue
            fresh = checked(replace(item, key=self._keys.next(item.kind), within=""), self._text)
            if item.kind is ItemKind.SCENE:
                self.scenes.append(fresh)
            elif not self._has(item.kind, item.text):
                self._items.append(fresh)

    def items(self, structure: ToldStructure | None) -> tuple[Item, ...]:
        """Everything, with acts and sequences as a model has them, else by rules."""
        if structure is None:
            over, within = structured(self.scenes, (), self._keys)
            return (*self._items, *over, *within)
        title = [self._item(ItemKind.TITLE, structure.title, "", structure.title)] if structure.title else []
        over_list: list[Item] = []
        act_of = self._parts(ItemKind.ACT, structure.acts, over_list)
        sequence_of = self._parts(ItemKind.SEQUENCE, structure.sequences, over_list)
        over_list = [
            replace(item, within=act_of[sequence_of.index(item.key)])
            if item.kind is ItemKind.SEQUENCE and item.key in sequence_of
            else item
            for item in over_list
        ]
        scenes = [
            replace(scene, within=sequence_of[at] if sequence_of else act_of[at])
            for at, scene in enumerate(self.scenes)
        ]
        return (*title, *self._items, *over_list, *scenes)

    def _parts(self, kind: ItemKind, parts: Sequence[ToldPart], out: list[Item]) -> list[str]:
        """Add the parts; return the key of the one that each scene is in."""
        keys: list[str] = []
        for at, part in enumerate(parts):
            first = self.scenes[part.first - 1]
            item = self._item(kind, part.title, "", first.words)
            out.append(item)
            last = parts[at + 1].first - 1 if at + 1 < len(parts) else len(self.scenes)
            keys += [item.key] * (last - part.first + 1)
        return keys

    def _has(self, kind: ItemKind, text: str) -> bool:
        wanted = text.casefold()
        return any(item.kind is kind and item.text.casefold() == wanted for item in self._items)

    def _add(self, kind: ItemKind, one: Told, *, is_on: bool = True) -> None:
        if not self._has(kind, one.name):
            self._items.append(replace(self._item(kind, one.name, one.description, one.words), is_on=is_on))

    def _item(self, kind: ItemKind, text: str, detail: str, words: str) -> Item:
        item = Item(
            key=self._keys.next(kind),
            kind=kind,
            text=" ".join(text.split()),
            detail=detail,
            words=words,
            by=self._model,
        )
        return checked(item, self._text)


def listed(scenes: Sequence[Item]) -> str:
    """The scenes as a model is asked about acts: a number, the heading, what it begins with."""
    return "\n".join(f"{at}. {scene.text}: {_short(scene)}" for at, scene in enumerate(scenes, 1))


def _short(scene: Item) -> str:
    first = scene.beats[0].text if scene.beats else scene.words
    return first if len(first) <= 120 else f"{first[:120].rstrip()}…"


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "the answer"
    return f"{where}: {str(first['msg'])[:1].lower()}{str(first['msg'])[1:]}"
