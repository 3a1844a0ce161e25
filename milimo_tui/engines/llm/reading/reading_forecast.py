"""A forecast of a reading: the questions that the model would be asked, because the film stores no answer to
them. The model is not needed for the forecast.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText
from milimo_tui.engines.llm.reading.passes import ReadingPasses, SceneReading
from milimo_tui.engines.llm.reading.questions import PEOPLE, ReadingQuestion, ask_for_people
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import FilmBreakdown, Person
from milimo_tui.story.breakdown.scenes import PersonState, SceneBreakdown
from milimo_tui.story.breakdown.states import add_states
from milimo_tui.story.values.script_reading import ReadingAnswer
from milimo_tui.story.values.shot_words import Era

# The context of the model is not known. Windows of scenes are those of the stored answers.
_ANY_SIZE = 10**9


@dataclass(frozen=True, slots=True)
class EarlierReading:
    """The people and the scenes, by number, of an earlier reading. They stand in for answers that are still
    missing, so that a change in one scene does not make all later questions look new.
    """

    people: tuple[Person, ...] = ()
    scenes: Mapping[str, SceneBreakdown] = field(default_factory=dict)


NO_READING = EarlierReading()


@dataclass(frozen=True, slots=True)
class _NamedModel:
    """A model of which only the name is known. It is never asked."""

    model: str
    takes_pictures: bool = False
    context_tokens: int = _ANY_SIZE

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return no answer."""
        return ChatReply("")


@dataclass(slots=True)
class _ForecastPasses(ReadingPasses):
    """The passes of a reading that use only stored answers. `windows` are the numbers of the scenes of each
    stored answer about people. `unanswered` are the questions without an answer, by task and text.
    """

    windows: Collection[tuple[str, ...]] = ()
    earlier: EarlierReading = NO_READING
    unanswered: dict[tuple[str, str], ReadingQuestion] = field(default_factory=dict)

    def request_answer(
        self, question: ReadingQuestion, key: str, attempt: int, *, is_correction: bool
    ) -> str:
        self.unanswered.setdefault((question.task, question.user), question)
        raise ValueError("the model is not asked")

    def divide_into_windows(
        self, scenes: Sequence[NumberedScene], names: Sequence[str]
    ) -> Iterator[Sequence[NumberedScene]]:
        rest = [scene for scene in scenes if scene.paragraphs]
        found: list[list[NumberedScene]] = []
        for numbers in sorted(self.windows, key=len, reverse=True):
            window = [scene for scene in rest if scene.number in numbers]
            if len(window) == len(numbers) and self._has_answer(ask_for_people(window)):
                rest = [scene for scene in rest if scene not in window]
                found.append(window)
        places = {scene.number: at for at, scene in enumerate(scenes)}
        yield from sorted([*found, *([rest] if rest else [])], key=lambda window: places[window[0].number])

    def _has_answer(self, question: ReadingQuestion) -> bool:
        return question.compute_key(f"{self.chat_model.model} {self.seed}") in self.answers

    def list_others(self, scenes: Sequence[NumberedScene], names: Sequence[str]) -> tuple[str, ...]:
        found = ReadingPasses.list_others(self, scenes, names)
        known = tuple(person.name for person in self.earlier.people)
        is_missing = any(question.task == PEOPLE for question in self.unanswered.values())
        return tuple(dict.fromkeys((*found, *known))) if is_missing else found

    def read_person(self, name: str, scenes: Sequence[NumberedScene], names: Sequence[str]) -> Person | None:
        before = len(self.unanswered)
        found = ReadingPasses.read_person(self, name, scenes, names)
        earlier = next((each for each in self.earlier.people if each.is_called(name)), None)
        return earlier if len(self.unanswered) > before and earlier is not None else found

    def read_scene(
        self,
        scene: NumberedScene,
        film: FilmBreakdown,
        people: Sequence[Person],
        begins: Sequence[PersonState],
    ) -> SceneReading:
        found = ReadingPasses.read_scene(self, scene, film, people, begins)
        earlier = self.earlier.scenes.get(scene.number)
        if found.breakdown is not None or earlier is None:
            return found
        return SceneReading(scene.number, add_states(earlier, begins))


def forecast_questions(
    scenes: Sequence[NumberedScene],
    eras: Sequence[Era],
    names: Sequence[str],
    *,
    model: str,
    seed: int,
    answers: Sequence[ReadingAnswer] = (),
    earlier: EarlierReading = NO_READING,
) -> list[ReadingQuestion]:
    """Return the questions about scenes that a model would be asked. `eras` are those of the scenes, `names`
    the names of all cues, and `answers` the stored answers of any model.
    """
    passes = _ForecastPasses(
        _NamedModel(model),
        _ANY_SIZE,
        {answer.id: answer.text for answer in answers},
        lambda *_: None,
        lambda _: None,
        seed,
        windows=[answer.scenes for answer in answers if answer.task == PEOPLE],
        earlier=earlier,
    )
    film = passes.read_people(scenes, names)
    for _ in passes.read_scenes(scenes, eras, film, lambda _: None):
        pass
    return list(passes.unanswered.values())
