"""The questions of a reading: their texts, sizes in tokens, and the keys under which answers are stored."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from milimo_tui.engines.llm.chat_model import ChatRequest, estimate_tokens
from milimo_tui.engines.llm.reading.answer_schemas import make_people_schema, make_scene_schema
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import PersonState
from milimo_tui.story.values.text import fold, has_phrase

# Change this number if questions, schemas or the parsing of answers change, so that old answers are not used.
VERSION = 2
# Tokens of an answer for each paragraph of a scene, and for each person.
_BEAT_TOKENS, _PERSON_TOKENS = 90, 160
_LEAST_ANSWER = 500
_MOST_ANSWER = 4096
PEOPLE, SCENE = "people", "scene"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingQuestion:
    """A question of a reading. `task` is `people` or `scene`, and `scenes` are the numbers of the scenes that
    it is about. `tokens` is the largest size of the answer.
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


def ask_for_people(scenes: Sequence[NumberedScene], names: Sequence[str]) -> ReadingQuestion:
    """Return the question for the people of some scenes. `names` are the people whom the format of the script
    names; those whom these scenes name get an entry of their own.
    """
    texts = "\n\n".join(f"Scene {scene.number}\n{scene.format_for_model()}" for scene in scenes)
    folded = fold(texts)
    named = [name for name in names if has_phrase(folded, fold(name))]
    wanted = _LEAST_ANSWER + _PERSON_TOKENS * len(named)
    return _make_question(
        PEOPLE,
        scenes,
        make_people_schema(named),
        min(wanted, _MOST_ANSWER),
        people=", ".join(named) or "nobody yet",
        script=texts,
    )


def ask_for_scene(
    scene: NumberedScene, people: Sequence[Person], begins: Sequence[PersonState]
) -> ReadingQuestion:
    """Return the question for a scene. `people` are the people whom the answer may name, and `begins` are
    their states at the start of the scene.
    """
    states = {state.name: state for state in begins}
    listed = ", ".join(_format_person_line(person, states.get(person.name)) for person in people)
    wanted = _LEAST_ANSWER + _BEAT_TOKENS * len(scene.filmed)
    return _make_question(
        SCENE,
        [scene],
        make_scene_schema(scene, [person.name for person in people]),
        min(wanted, _MOST_ANSWER),
        people=listed,
        script=f"Scene {scene.number}\n{scene.format_for_model()}",
    )


def _format_person_line(person: Person, state: PersonState | None) -> str:
    """Return a person with the present look, for the list of people in a question."""
    facts = [person.age.text, person.build.text]
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
    example = f"Example:\n{row['example'].strip()}\n\nAnswer to the example:\n{row['answer'].strip()}"
    return ReadingQuestion(
        task=task,
        scenes=tuple(scene.number for scene in scenes),
        system=f"{row['system'].strip()}\n\n{example}",
        user=user,
        schema=schema,
        tokens=tokens,
    )


@cache
def _read_reading_prompts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("reading_prompts.toml").read_text(encoding="utf-8"))
