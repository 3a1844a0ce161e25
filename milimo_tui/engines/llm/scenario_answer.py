"""The analysis of a story as a scenario by a language model: the schema of the answer, tolerant parsing, and
the division of a long story into pieces.

All functions are pure. Each item of an answer is checked against the story. An item that quotes words that
are not in the story is preserved but marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.story.scenario.evidence import FoldedText, verify_item_words
from milimo_tui.story.scenario.left_out import find_left_out_words
from milimo_tui.story.scenario.prose import iterate_paragraphs
from milimo_tui.story.scenario.scenario import ItemKeyCounter, ItemKind, ScenarioBeat, ScenarioItem
from milimo_tui.story.scenario.structure import derive_structure

PIECE = 6000  # maximum characters of a story in one request, the same number as for a script
LONGEST = 2000  # maximum characters of a field in an answer
MOST = 200  # maximum number of items of one kind in an answer


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class Told(_Loose):
    """An item of an answer that is a theme, tone, person, place or object. `words` quotes the story."""

    name: str = Field(min_length=1)
    description: str = ""
    words: str = ""


class ToldLine(_Loose):
    """A beat of a scene in an answer: a spoken line, or an action if `character` is empty."""

    character: str = ""
    text: str = Field(min_length=1)


class ToldScene(_Loose):
    """A scene in an answer: its heading and its beats in order. `words` quotes the beginning of the scene in
    the story.
    """

    heading: str = Field(min_length=1)
    beats: list[ToldLine] = []
    words: str = ""


class ToldPiece(_Loose):
    """The model's answer about one piece of a story."""

    theme: Told | None = None
    tone: Told | None = None
    people: list[Told] = []
    places: list[Told] = []
    objects: list[Told] = []
    scenes: list[ToldScene] = []


class ToldPart(_Loose):
    """An act or a sequence in an answer: its title, and the number of its first scene, counted from 1."""

    title: str = Field(min_length=1)
    first: int = Field(ge=1)


class ToldStructure(_Loose):
    """The model's answer to the question how the scenes of a story form acts and sequences."""

    title: str = ""
    acts: list[ToldPart] = []
    sequences: list[ToldPart] = []


def split_story(text: str, most: int = PIECE) -> Iterator[str]:
    """Yield a story in pieces of at most `most` characters. A piece has complete paragraphs, but a paragraph
    that is longer than a piece is cut.
    """
    piece: list[str] = []
    for paragraph in iterate_paragraphs(text):
        for start in range(0, max(1, len(paragraph.text)), most):
            part = paragraph.text[start : start + most]
            if piece and sum(map(len, piece)) + len(part) > most:
                yield "\n\n".join(piece)
                piece = []
            piece.append(part)
    if piece:
        yield "\n\n".join(piece)


def parse_piece_answer(value: Any) -> ToldPiece:
    """Parse an answer about a piece of a story. Raises ValueError that describes the fault."""
    if isinstance(value, list):
        value = {"scenes": value}
    if isinstance(value, dict):
        value = {str(key).strip().lower(): _limit_answer(entry) for key, entry in value.items()}
        for name in ("theme", "tone"):
            if isinstance(value.get(name), str):
                value[name] = {"name": value[name]} if value[name].strip() else None
            elif isinstance(value.get(name), list):
                value[name] = next(iter(value[name]), None)
    try:
        piece = ToldPiece.model_validate(value)
    except ValidationError as error:
        raise ValueError(_describe_scenario_error(error)) from None
    if not (piece.scenes or piece.people or piece.places):
        raise ValueError("it listed no scene, character or place")
    return piece


def parse_structure_answer(value: Any, scenes: int) -> ToldStructure:
    """Parse an answer about acts and sequences. `scenes` is the number of scenes in the story. Raises
    ValueError if the answer lists no acts, or if its acts or sequences do not follow one another from the
    first scene on.
    """
    try:
        structure = ToldStructure.model_validate(value)
    except ValidationError as error:
        raise ValueError(_describe_scenario_error(error)) from None
    for parts in (structure.acts, structure.sequences):
        firsts = [part.first for part in parts]
        if firsts != sorted(set(firsts)) or (firsts and (firsts[0] != 1 or firsts[-1] > scenes)):
            raise ValueError("its parts do not follow one another from the first scene on")
    if not structure.acts:
        raise ValueError("it listed no acts")
    return structure


def _limit_answer(value: Any) -> Any:
    """Return the value of an answer with lists and texts cut to their limits and without terminal control
    characters.
    """
    if isinstance(value, str):
        return remove_control_characters(value)[:LONGEST]
    if isinstance(value, list):
        return [_limit_answer(each) for each in value[:MOST] if each is not None]
    if isinstance(value, dict):
        return {
            str(key).strip().lower(): _limit_answer(each) for key, each in value.items() if each is not None
        }
    return value


class ScenarioBuilder:
    """A scenario that is built up from the answers about all pieces of a story. An item that occurs in two
    pieces is added only once.
    """

    def __init__(self, text: str, model: str) -> None:
        self._text, self._model = FoldedText.fold_text(text), model
        self._keys = ItemKeyCounter()
        self._items: list[ScenarioItem] = []
        self.scenes: list[ScenarioItem] = []
        self.left_out: list[str] = []  # The stretches of the story that no scene of the answers contains.

    def add_piece_answer(self, piece: ToldPiece, text: str) -> None:
        """Add the items of a model's answer about a piece of the story. `text` is this piece."""
        for kind, one in ((ItemKind.THEME, piece.theme), (ItemKind.TONE, piece.tone)):
            if one is not None:
                self._add_told_item(kind, one, is_on=not any(item.kind is kind for item in self._items))
        for kind, several in (
            (ItemKind.PERSON, piece.people),
            (ItemKind.PLACE, piece.places),
            (ItemKind.OBJECT, piece.objects),
        ):
            for one in several:
                self._add_told_item(kind, one)
        for scene in piece.scenes:
            item = self._make_checked_item(ItemKind.SCENE, scene.heading, "", scene.words)
            beats = tuple(ScenarioBeat(" ".join(line.text.split()), line.character) for line in scene.beats)
            self.scenes.append(replace(item, beats=beats))
        beats_told = (line.text for scene in piece.scenes for line in scene.beats)
        self.left_out += find_left_out_words(text, beats_told)

    def add_rule_items(self, items: Sequence[ScenarioItem]) -> None:
        """Add items that were found by rules without a model, because the model's answer about a piece was
        unusable.
        """
        for item in items:
            if item.kind in (ItemKind.ACT, ItemKind.SEQUENCE):
                continue
            fresh = verify_item_words(
                replace(item, key=self._keys.make_item_key(item.kind), within=""), self._text
            )
            if item.kind is ItemKind.SCENE:
                self.scenes.append(fresh)
            elif not self._has_item(item.kind, item.text):
                self._items.append(fresh)

    def build_items(self, structure: ToldStructure | None) -> tuple[ScenarioItem, ...]:
        """Return all items of the scenario. Acts and sequences come from the model's `structure`, or from
        rules if that is None.
        """
        if structure is None:
            over, within = derive_structure(self.scenes, (), self._keys)
            return (*self._items, *over, *within)
        title = (
            [self._make_checked_item(ItemKind.TITLE, structure.title, "", structure.title)]
            if structure.title
            else []
        )
        over_list: list[ScenarioItem] = []
        act_of = self._add_structure_parts(ItemKind.ACT, structure.acts, over_list)
        sequence_of = self._add_structure_parts(ItemKind.SEQUENCE, structure.sequences, over_list)
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

    def _add_structure_parts(
        self, kind: ItemKind, parts: Sequence[ToldPart], out: list[ScenarioItem]
    ) -> list[str]:
        """Append an item for each act or sequence to `out`. Return, for each scene in order, the key of the
        act or sequence that contains it.
        """
        keys: list[str] = []
        for at, part in enumerate(parts):
            first = self.scenes[part.first - 1]
            item = self._make_checked_item(kind, part.title, "", first.words)
            out.append(item)
            last = parts[at + 1].first - 1 if at + 1 < len(parts) else len(self.scenes)
            keys += [item.key] * (last - part.first + 1)
        return keys

    def _has_item(self, kind: ItemKind, text: str) -> bool:
        wanted = text.casefold()
        return any(item.kind is kind and item.text.casefold() == wanted for item in self._items)

    def _add_told_item(self, kind: ItemKind, one: Told, *, is_on: bool = True) -> None:
        if not self._has_item(kind, one.name):
            self._items.append(
                replace(self._make_checked_item(kind, one.name, one.description, one.words), is_on=is_on)
            )

    def _make_checked_item(self, kind: ItemKind, text: str, detail: str, words: str) -> ScenarioItem:
        item = ScenarioItem(
            key=self._keys.make_item_key(kind),
            kind=kind,
            text=" ".join(text.split()),
            detail=detail,
            words=words,
            by=self._model,
        )
        return verify_item_words(item, self._text)


def format_scene_list(scenes: Sequence[ScenarioItem]) -> str:
    """Return the list of scenes for the question about acts: the number, heading and beginning of each scene,
    one scene a line.
    """
    return "\n".join(
        f"{at}. {scene.text}: {_shorten_scene_beginning(scene)}" for at, scene in enumerate(scenes, 1)
    )


def _shorten_scene_beginning(scene: ScenarioItem) -> str:
    first = scene.beats[0].text if scene.beats else scene.words
    return first if len(first) <= 120 else f"{first[:120].rstrip()}…"


def _describe_scenario_error(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "the answer"
    return f"{where}: {str(first['msg'])[:1].lower()}{str(first['msg'])[1:]}"
