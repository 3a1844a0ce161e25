"""The questions of a reading: their texts, sizes in tokens, and the keys under which answers are stored."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from milimo_tui.engines.llm.chat_model import ChatRequest, estimate_tokens
from milimo_tui.engines.llm.reading.answer_schemas import (
    make_people_schema,
    make_person_schema,
    make_scene_schema,
)
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import PersonState

# Change this number if questions, schemas or the parsing of answers change, so that old answers are not used.
VERSION = 4
# Tokens of an answer for each paragraph of a scene, for a person, and for a list of people.
_BEAT_TOKENS = 120
_PERSON_TOKENS = 250
_LIST_TOKENS = 250
_LEAST_ANSWER = 500
_MOST_ANSWER = 4096
# The tasks of questions: a list of people, the look of one person, a scene.
PEOPLE, PERSON, SCENE = "people", "person", "scene"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingQuestion:
    """A question of a reading. `task` is `people`, `person` or `scene`, and `scenes` are the numbers of the
    scenes that it is about. `tokens` is the largest size of the answer.
    """

    task: str
    scenes: tuple[str, ...]
    system: str
    user: str
    schema: dict[str, Any]
    tokens: int

    @property
    def size(self) -> int:
        """The estimated number of tokens of the question and its answer together."""
        return estimate_tokens(f"{self.system}{self.user}") + self.tokens

    def make_request(self, seed: int) -> ChatRequest:
        """Return the request to a language model."""
        return ChatRequest(
            system=self.system,
            user=self.user,
            schema=self.schema,
            tokens=self.tokens,
            temperature=0.0,
            seed=seed,
        )

    def compute_key(self, reader: str) -> str:
        """Return the key of the answer: a hash of everything that went into the question. `reader` is the
        name of the model.
        """
        fields = (VERSION, reader, self.task, self.system, self.user, self.schema, self.tokens)
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def ask_for_person(name: str, passage: NumberedScene) -> ReadingQuestion:
    """Return the question for the look of one person. `passage` is the scene that introduces the person, with
    only the paragraphs about the person (`find_passage`).

    A small model that describes several people in one answer gives the words about one of them to all.
    """
    return _make_question(
        PERSON,
        [passage],
        make_person_schema(name, passage),
        _PERSON_TOKENS,
        people=name,
        script=_format_scenes([passage]),
    )


def ask_for_people(scenes: Sequence[NumberedScene]) -> ReadingQuestion:
    """Return the question for everybody who can be seen in some scenes. The names of the cues are no part of
    the question, because a small model then repeats only these names.
    """
    schema, script = make_people_schema(scenes), _format_scenes(scenes)
    return _make_question(PEOPLE, scenes, schema, _LIST_TOKENS, people="everybody", script=script)


def ask_for_scene(
    scene: NumberedScene, people: Sequence[Person], begins: Sequence[PersonState]
) -> ReadingQuestion:
    """Return the question for a scene. `people` are the people whom the answer may name, and `begins` are
    their states at the start of the scene.
    """
    states = {state.name: state for state in begins}
    listed = ", ".join(_format_person_line(person, states.get(person.name)) for person in people)
    wanted = _LEAST_ANSWER + _BEAT_TOKENS * len(scene.paragraphs)
    return _make_question(
        SCENE,
        [scene],
        make_scene_schema(
            scene,
            [person.name for person in people if person.kind is not PersonKind.VOICE],
            [person.name for person in people if person.kind is PersonKind.VOICE],
        ),
        min(wanted, _MOST_ANSWER),
        people=listed,
        script=_format_scenes([scene]),
    )


def _format_person_line(person: Person, state: PersonState | None) -> str:
    """Return a person with the present look, for the list of people in a question."""
    facts = [person.role.text, person.age.text, person.build.text]
    if state is not None:
        facts += [state.features.text, state.clothes.text, state.condition.text]
    kind = "" if person.kind is PersonKind.PERSON else person.kind.value
    also = f"also {', '.join(person.other_names)}" if person.other_names else ""
    words = ", ".join(filter(None, (kind, *facts, also)))
    return f"{person.name} ({words})" if words else person.name


def _make_question(
    task: str, scenes: Sequence[NumberedScene], schema: dict[str, Any], tokens: int, **values: str
) -> ReadingQuestion:
    row = _read_reading_prompts()[task]
    user = row["user"].strip().format(**values)
    return ReadingQuestion(
        task=task,
        scenes=tuple(scene.number for scene in scenes),
        system="\n\n".join((row["system"].strip(), *_format_examples(row["examples"]))),
        user=user,
        schema=schema,
        tokens=tokens,
    )


def _format_examples(rows: Sequence[str]) -> Iterator[str]:
    """Yield the questions and the answers of the worked examples."""
    for at, text in enumerate(rows):
        yield f"{'Answer to the example' if at % 2 else 'Example'}:\n{text.strip()}"


def _format_scenes(scenes: Sequence[NumberedScene]) -> str:
    return "\n\n".join(f"Scene {scene.number}\n{scene.format_for_model()}" for scene in scenes)


@cache
def _read_reading_prompts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("reading_prompts.toml").read_text(encoding="utf-8"))
