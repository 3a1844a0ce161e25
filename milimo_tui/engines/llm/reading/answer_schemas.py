"""JSON schemas for the answers of a language model that reads a screenplay.

A schema of a scene lists the lines of that scene and the people of that film, so that a model whose decoding
is constrained can name no others. All fields are required, as the strict mode of OpenAI demands
(platform.openai.com/docs/guides/structured-outputs).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.story.breakdown.numbered_scene import NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.people import PersonKind

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
# A person in a line of a scene: in the picture, only heard, or neither.
PRESENCE = ("visible", "heard", "absent")
# Most entries of an answer about place, time, weather and light within one scene.
MOST_CIRCUMSTANCES = 6
# The framings that a reading may name for a beat; the first leaves the framing to the plan of the scene.
SHOWN_AS = ("people", "insert", "reaction", "POV")


def _make_object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _make_list(item: dict[str, Any], most: int = 0) -> dict[str, Any]:
    """Return the schema of a list of at most `most` entries; 0 means any number. Small models repeat an entry
    until the answer is full. The strict mode of OpenAI does without this number.
    """
    return {"type": "array", "items": item} | ({"maxItems": most} if most else {})


def make_people_schema(names: Sequence[str]) -> dict[str, Any]:
    """Return the schema of the answer about the people of some scenes. `names` are the people whom the format
    of the script names there; an answer has an entry for each, and a list of other people.

    The quotation comes first, so that a model copies the words before it divides them into values.
    """
    facts: dict[str, Any] = {
        "quote": _TEXT,
        "kind": {"enum": [kind.value for kind in PersonKind]},
        "gender": {"enum": ["she", "he", "they", "it", ""]},
        "age": _TEXT,
        "build": _TEXT,
        "features": _TEXT,
        "clothes": _TEXT,
        "other_names": _TEXTS,
    }
    named = _make_object(**{name: _make_object(**facts) for name in names})
    return _make_object(people=named, others=_make_list(_make_object(name=_TEXT, **facts)))


def make_scene_schema(scene: NumberedScene, people: Sequence[str]) -> dict[str, Any]:
    """Return the schema of the answer about a scene. `people` are the names that the answer may use."""
    who: dict[str, Any] = {"enum": list(people)} if people else _TEXT
    lines = [each.line for each in scene.filmed]
    presence = _make_object(**{name: {"enum": list(PRESENCE)} for name in people})
    detail = _make_object(who=who, posture=_TEXT, holds=_TEXT, looks_at=_TEXT)
    speech = _make_object(people=presence)
    action = _make_object(
        people=presence, shows={"enum": list(SHOWN_AS)}, details=_make_list(detail, len(people))
    )
    change = _make_object(
        line={"enum": lines or [0]}, quote=_TEXT, who=who, clothes=_TEXT, features=_TEXT, condition=_TEXT
    )
    circumstances = _make_object(
        line={"enum": [0, *(each.line for each in scene.paragraphs)]},
        quote=_TEXT,
        place=_TEXT,
        inside={"type": "boolean"},
        time=_TEXT,
        weather=_TEXT,
        light=_TEXT,
    )
    return _make_object(
        beats=_make_object(
            **{
                str(each.line): speech if each.kind is ParagraphKind.SPEECH else action
                for each in scene.filmed
            }
        ),
        changes=_make_list(change, 2 * len(people)),
        circumstances=_make_list(circumstances, MOST_CIRCUMSTANCES),
    )
