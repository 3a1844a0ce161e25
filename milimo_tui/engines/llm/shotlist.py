"""Shot lists in a language model's answer: the schema of the answer, tolerant parsing, and the division of a
long script into pieces.

All functions are pure. The model's words for a size or an angle are matched with the vocabulary of the
screenplay parser.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.story.shots import shots
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size
from milimo_tui.story.values.vocabulary import FramingReading, parse_framing

# Maximum characters of a script in one request. They are about 1,500 tokens, and the answer has about twice
# as many.
PIECE = 6000
MOST_SECONDS = 60.0
LONGEST = 4000  # maximum characters of a field in an answer
_RATE = Fraction(25)

A = TypeVar("A", bound=StrEnum)


class ShotListValue(BaseModel):
    """The base class of all values in a shot list, such as scenes, shots and spoken lines."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ListedLine(ShotListValue):
    """A spoken line of a shot in a shot list."""

    character: str = ""
    text: str = ""

    @field_validator("character", "text", mode="before")
    @classmethod
    def _clean_line_text(cls, value: Any) -> str:
        return _clean_field_text(value)


class ListedShot(ShotListValue):
    """A shot of a shot list. If `seconds` is None, the duration is estimated from the shot's action and
    dialogue.
    """

    action: str = ""
    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    characters: tuple[str, ...] = ()
    dialogue: tuple[ListedLine, ...] = ()
    seconds: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _normalize_shot_fields(cls, value: Any) -> Any:
        """Convert a shot of a model's answer, whose fields may have other names and types, to the fields of
        this class.
        """
        if not isinstance(value, dict):
            return value
        given = {str(key).strip().lower(): entry for key, entry in value.items()}
        action = _clean_field_text(given.get("action") or given.get("description"))
        spoken = " ".join(
            _clean_field_text(given.get(name))
            for name in ("shot_type", "size", "angle", "movement", "function")
        )
        hint = parse_framing(spoken.replace("_", " "))
        by_action = parse_framing(action)
        movements = hint.movements or by_action.movements
        return {
            "action": action,
            "size": _match_vocabulary(Size, given.get("size"), hint.size or by_action.size, Size.MS),
            "angle": _match_vocabulary(Angle, given.get("angle"), hint.angle or by_action.angle, Angle.EYE),
            "movement": _match_vocabulary(
                Movement, given.get("movement"), movements[0] if movements else None, Movement.STATIC
            ),
            "function": _match_vocabulary(
                Function, given.get("function"), _choose_function(hint, by_action), Function.SINGLE
            ),
            "characters": _read_character_names(given),
            "dialogue": _read_dialogue_lines(given),
            "seconds": _parse_shot_seconds(given.get("seconds") or given.get("duration")),
        }


class ListedScene(ShotListValue):
    """A scene of the list. `by` is `rules` if the screenplay parser made the scene, and empty if the model
    did. `note` describes repairs.
    """

    heading: str = ""
    shots: tuple[ListedShot, ...] = ()
    by: str = ""
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _normalize_scene_fields(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        given = {str(key).strip().lower(): entry for key, entry in value.items()}
        found = given.get("shots")
        return {
            "heading": _clean_field_text(given.get("heading") or given.get("name") or given.get("scene"))[
                :300
            ],
            "shots": [shot for shot in found if _is_shot(shot)] if isinstance(found, list) else [],
        }


class ShotList(ShotListValue):
    """A complete shot list: the result of the task `breakdown`."""

    scenes: tuple[ListedScene, ...] = Field(min_length=1)

    def with_note(self, note: str, by: str = "") -> ShotList:
        """Return the list with `note` and `by`, which describe its origin, set on each scene."""
        scenes = tuple(scene.model_copy(update={"by": by, "note": note}) for scene in self.scenes)
        return ShotList.model_construct(scenes=scenes)


def make_shot_list_schema() -> dict[str, Any]:
    """Return the JSON schema for a model's answer. Fields that the program fills in itself, such as notes,
    are left out.
    """
    found = ShotList.model_json_schema()
    for ours in ("by", "note"):
        del found["$defs"][ListedScene.__name__]["properties"][ours]
    return found


def parse_shot_list(value: Any) -> tuple[ShotList, tuple[str, ...]]:
    """Parse a shot list from the JSON of an answer. Return the list, and descriptions of the repairs. Raises
    ValueError that describes the fault.
    """
    reasons: list[str] = []
    if isinstance(value, dict) and "scenes" not in value and "shots" in value:
        value = {"scenes": [value]}
        reasons.append("it listed one scene without saying so")
    elif isinstance(value, list):
        bare = bool(value) and all(_is_shot(one) and "shots" not in one for one in value)
        value = {"scenes": [{"heading": "", "shots": value}] if bare else value}
    try:
        listed = ShotList.model_validate(value)
    except ValidationError as error:
        raise ValueError(_describe_shot_list_error(error)) from None
    scenes = tuple(scene for scene in listed.scenes if scene.shots)
    if not scenes:
        raise ValueError("it listed no shots")
    if len(scenes) < len(listed.scenes):
        reasons.append("scenes without shots were left out")
    return ShotList(scenes=scenes), tuple(reasons)


def list_shots_by_rules(piece: str, mode: ScreenplayMode = ScreenplayMode.AUTO) -> ShotList | None:
    """Return the shot list that the screenplay parser makes of a piece of script without a model. None for a
    text with nothing to film.
    """
    scenes = tuple(
        ListedScene.model_construct(heading=scene.heading, shots=tuple(map(_to_listed_shot, scene.shots)))
        for scene in shots.break_down_script(fountain.parse(piece.encode(errors="replace"), mode), _RATE)
        if scene.shots
    )
    return ShotList.model_construct(scenes=scenes) if scenes else None


def split_script(
    script: str, mode: ScreenplayMode = ScreenplayMode.AUTO, most: int = PIECE
) -> tuple[str, ...]:
    """Split a script into pieces of at most `most` characters, between scenes. A scene that is longer is cut
    between paragraphs, and each of its pieces begins with the scene's heading.
    """
    out: list[str] = []
    lines = script.splitlines()
    for scene in fountain.parse(script.encode(errors="replace"), mode).scenes:
        first = lines[scene.span.line - 1].strip() if scene.span.line <= len(lines) else ""
        # The parser generates a heading if the script has none; only a written heading is part of the text.
        written = first if scene.heading in first else ""
        for part in _split_scene(written, scene.text, most):
            if out and len(out[-1]) + len(part) + 2 <= most:
                out[-1] += f"\n\n{part}"
            else:
                out.append(part)
    return tuple(out)


def join_shot_lists(lists: Sequence[ShotList]) -> ShotList:
    """Join the shot lists of the pieces of a script. A scene that was cut into several pieces becomes one
    scene again.
    """
    scenes: list[ListedScene] = []
    for scene in (scene for each in lists for scene in each.scenes):
        if scenes and scene.heading and _is_same_heading(scenes[-1].heading, scene.heading):
            scenes[-1] = scenes[-1].model_copy(update={"shots": scenes[-1].shots + scene.shots})
        else:
            scenes.append(scene)
    return ShotList.model_construct(scenes=tuple(scenes))


def _split_scene(heading: str, text: str, most: int) -> list[str]:
    """Return a scene as one piece, or as pieces of complete paragraphs that each begin with the scene's
    heading.
    """
    head = f"{heading}\n\n" if heading else ""
    out: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        for start in range(0, max(1, len(paragraph)), most):
            piece = paragraph[start : start + most]
            if out and len(out[-1]) + len(piece) + 2 <= most:
                out[-1] += f"\n\n{piece}"
            else:
                out.append(head + piece)
    return [part for part in out if part.strip()]


def _to_listed_shot(draft: shots.ShotDraft) -> ListedShot:
    return ListedShot.model_construct(
        action=draft.action,
        size=draft.size,
        angle=draft.angle,
        movement=draft.movement,
        function=draft.function,
        characters=draft.characters,
        dialogue=tuple(
            ListedLine.model_construct(character=line.character, text=line.text) for line in draft.dialogue
        ),
        seconds=None,
    )


def _is_same_heading(one: str, other: str) -> bool:
    def plain(heading: str) -> str:
        return " ".join(heading.casefold().replace("(continued)", "").split())

    return plain(one) == plain(other)


def _is_shot(value: Any) -> bool:
    """Return True if a value in a model's answer describes a shot that contains something to film."""
    if not isinstance(value, dict):
        return False
    names = {str(key).strip().lower() for key, entry in value.items() if entry}
    return bool(names & {"action", "description", "dialogue"})


def _clean_field_text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return " ".join(remove_control_characters(str(value)).split())[:LONGEST]


def _match_vocabulary(kind: type[A], given: Any, hint: A | None, default: A) -> A:
    """Return the enum member that a word of the answer names. If there is none, return `hint`, or `default`
    if `hint` is None.
    """
    plain = _clean_field_text(given).casefold().replace("_", " ")
    return next((member for member in kind if member.value.casefold() == plain), hint or default)


def _choose_function(hint: FramingReading, by_action: FramingReading) -> Function | None:
    return hint.function or by_action.function


def _read_character_names(given: dict[str, Any]) -> tuple[str, ...]:
    found = given.get("characters", given.get("character"))
    names = found if isinstance(found, list) else [found]
    return tuple(dict.fromkeys(name for name in map(_clean_field_text, names) if name))


def _read_dialogue_lines(given: dict[str, Any]) -> list[Any]:
    """Return the spoken lines of a shot in an answer. A line without a speaker is given to the shot's first
    character.
    """
    found = given.get("dialogue")
    alone = [found] if isinstance(found, str | dict) else found if isinstance(found, list) else []
    names = _read_character_names(given)
    speaker = names[0] if names else ""
    lines = [one if isinstance(one, dict) else {"character": speaker, "text": one} for one in alone]
    return [line for line in lines if _clean_field_text(line.get("text"))]


def _parse_shot_seconds(value: Any) -> float | None:
    try:
        seconds = float(str(value).removesuffix("s"))
    except ValueError:
        return None
    return min(seconds, MOST_SECONDS) if math.isfinite(seconds) and seconds > 0 else None


def _describe_shot_list_error(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "the answer"
    return f"{where}: {str(first['msg'])[:1].lower()}{str(first['msg'])[1:]}"
