"""JSON schemas for the answers of a language model that reads a screenplay.

A schema of a scene lists the lines of that scene and the people of that film, so that a model whose decoding
is constrained can name no others. All fields are required, as the strict mode of OpenAI demands
(platform.openai.com/docs/guides/structured-outputs).

Answers are short, because a model on a CPU writes about five tokens a second. Keys and fixed words cost
nothing there (`AnswerGrammar.list_forced_tokens`), so a statement is an entry of a list and no empty field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.engines.llm.word_lists import make_phrase_schema
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.people import PersonKind
from milimo_tui.story.values.shot_words import Setting

_TEXT: dict[str, Any] = {"type": "string"}
# The kind of an entry that is nobody. Such an entry is left out.
THING = "thing"
# Most people whom an answer about some scenes may list.
MOST_SEEN = 24
# The framings that a reading may name for a beat; the first leaves the framing to the plan of the scene.
SHOWN_AS = ("people", "insert", "reaction", "POV")
# The statements about a person and about the scene that a line may make.
PERSON_STATEMENTS = ("posture", "holds", "looks_at", "changes_into", "hair", "becomes")
DESCRIPTION = "description"
SCENE_STATEMENTS = ("place", DESCRIPTION, "time", "weather", "light")
_MOST_SCENE_STATEMENTS = 2
_MOST_FACTS = 4
_MOST_HEARD = 2
LONGEST_LISTED_NAME = 40  # characters of a name in a list of people
# Words at the beginning of a line that an answer repeats, so that the model knows which line it describes.
_REPEATED_WORDS = 4


def _make_object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _make_list(item: dict[str, Any], most: int) -> dict[str, Any]:
    """Return the schema of a list of at most `most` entries. Small models repeat an entry until the answer is
    full. The strict mode of OpenAI does without this number.
    """
    return {"type": "array", "items": item, "maxItems": most}


def make_person_schema(name: str, passage: NumberedScene) -> dict[str, Any]:
    """Return the schema of the answer about one person. Its values have only words of the passage."""
    phrase = make_phrase_schema(each.text for each in passage.paragraphs)
    facts = _make_object(
        kind={"enum": [*(kind.value for kind in PersonKind), THING]},
        gender={"enum": ["she", "he", "they", "it"]},
        role=phrase,
        age=phrase,
        clothes=phrase,
        hair_and_face=phrase,
        build=phrase,
        other_names=_make_list(phrase, 2),
    )
    return _make_object(people=_make_object(**{name: facts}))


def make_people_schema(scenes: Sequence[NumberedScene]) -> dict[str, Any]:
    """Return the schema of the answer that lists everybody who can be seen in some scenes."""
    texts = (f"{each.cue} {each.text}" for scene in scenes for each in scene.paragraphs)
    kinds = [kind.value for kind in PersonKind if kind is not PersonKind.VOICE]
    each = _make_object(name=make_phrase_schema(texts, LONGEST_LISTED_NAME), kind={"enum": [*kinds, THING]})
    return _make_object(seen=_make_list(each, MOST_SEEN))


def make_scene_schema(
    scene: NumberedScene, people: Sequence[str], voices: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the schema of the answer about a scene. `people` are the names of those who may be visible, and
    `voices` of those who are only heard.
    """
    anybody: dict[str, Any] = {"enum": [*people, *voices]} if people or voices else _TEXT
    who: dict[str, Any] = {"enum": list(people)} if people else _TEXT
    names = _make_list(who, max(len(people), 1))
    heard = _make_list(anybody, _MOST_HEARD)

    def describe_line(start: str, text: str, kind: ParagraphKind) -> dict[str, Any]:
        phrase = make_phrase_schema([text])
        place = _make_object(what={"enum": list(SCENE_STATEMENTS)}, words=phrase)
        fact = _make_object(who=who, what={"enum": list(PERSON_STATEMENTS)}, words=phrase)
        starts = {"const": repeat_beginning(start)}
        places = _make_list(place, _MOST_SCENE_STATEMENTS)
        if kind is ParagraphKind.DIRECTION:
            return _make_object(starts=starts, scene=places)
        if kind is ParagraphKind.SPEECH:
            return _make_object(starts=starts, visible=names, heard=heard)
        facts = _make_list(fact, min(2 * max(len(people), 1), _MOST_FACTS))
        shows = {"enum": list(SHOWN_AS)}
        return _make_object(starts=starts, visible=names, shows=shows, facts=facts, scene=places)

    lines = {
        str(each.line): describe_line(each.format_for_model().partition(" ")[2], each.text, each.kind)
        for each in scene.paragraphs
    }
    if scene.has_heading and scene.setting is Setting.NONE:
        # The rules cannot divide such a heading into place and time.
        lines = {"0": describe_line(scene.heading, scene.heading, ParagraphKind.DIRECTION), **lines}
    return _make_object(beats=_make_object(**lines))


def repeat_beginning(text: str) -> str:
    """Return the first words of a line, as an answer repeats them."""
    return " ".join(text.split()[:_REPEATED_WORDS])
