"""The two passes of a reading: the people of the film, in windows of scenes, then each scene.

Every answer is stored under a key that contains everything that went into its question. A reading that was
stopped therefore continues at the next scene, and after an edit of the script only the questions that changed
are asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from milimo_tui.core.errors import Failed
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply, OnText, remove_thoughts
from milimo_tui.engines.llm.json_repair import repair_json
from milimo_tui.engines.llm.reading.answer_parsing import (
    parse_people_answer,
    parse_people_list,
    parse_place_description,
    parse_scene_answer,
)
from milimo_tui.engines.llm.reading.look_words import (
    complete_age,
    has_look_lists,
    names_clothes,
    sort_look_words,
)
from milimo_tui.engines.llm.reading.person_kinds import (
    correct_kind,
    is_body_part,
    is_group_of_things,
)
from milimo_tui.engines.llm.reading.questions import (
    ReadingQuestion,
    ask_for_people,
    ask_for_person,
    ask_for_scene,
)
from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedParagraph, NumberedScene
from milimo_tui.story.breakdown.passages import (
    find_passage,
    has_only_voice_cues,
    is_part_of_name,
    is_voice_of,
    list_words_in_capitals,
)
from milimo_tui.story.breakdown.people import FilmBreakdown, Person, PersonKind, Place
from milimo_tui.story.breakdown.presence import mentions_person
from milimo_tui.story.breakdown.quotes import find_sentence
from milimo_tui.story.breakdown.scenes import PersonState, RejectedFact, SceneBreakdown
from milimo_tui.story.breakdown.states import add_states, compute_start_states
from milimo_tui.story.breakdown.verification import (
    VerifiedScene,
    find_in_script,
    keep_cues_apart,
    verify_person,
    verify_place,
    verify_scene,
)
from milimo_tui.story.elements.elements import is_extra_name
from milimo_tui.story.elements.place_tree import normalize_place_name
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold, has_phrase

T = TypeVar("T")
# Most people whom a question about a scene without names lists.
MOST_LISTED = 24
# A longer answer is no answer to the question. A token rarely has more letters.
MOST_LETTERS_A_TOKEN = 12


@dataclass(frozen=True, slots=True)
class SceneReading:
    """A scene as a model read it. `breakdown` is None if the answers were unreliable; `problem` then has
    the reason, and Milimo uses only the scene's format. `rejected` are the facts that the script does not
    confirm.
    """

    number: str
    breakdown: SceneBreakdown | None
    rejected: tuple[RejectedFact, ...] = ()
    problem: str = ""
    description: Fact = UNKNOWN  # What the place of the scene looks like.


@dataclass(slots=True)
class ReadingPasses:
    """A reading of a screenplay by one model.

    `context_tokens` is the number of tokens of question and answer that the model takes. `answers` maps the
    keys of questions to answers, and `on_answer` is called with each new one. `on_question` is called before
    each question, with its number, the number of all questions and its title.
    """

    chat_model: ChatModel
    context_tokens: int
    answers: dict[str, str]
    on_answer: Callable[[str, ReadingQuestion, str, ChatReply], None]
    on_text: OnText
    seed: int = 10
    asked: int = 0  # Number of questions that were sent.
    problems: list[str] = field(default_factory=list)

    def read_people(self, scenes: Sequence[NumberedScene], names: Sequence[str]) -> FilmBreakdown:
        """Return the people of the film: those of the cues, and those whom the action shows without a cue.
        `names` are the names of all cues. Each person is described by a question of its own.
        """
        people: dict[str, Person] = {}
        others = self.list_others(scenes, names)
        script = [each.text for scene in scenes for each in scene.paragraphs]
        apart = [name for name in names if not _is_unnamed(name, scenes)]
        # Somebody who is only heard may be known by another name, so voices are last.
        asked = sorted((*names, *others), key=lambda name: has_only_voice_cues(name, scenes))
        for name in asked:
            if any(person.is_called(name) for person in people.values()):
                continue
            owner = next((key for key, one in people.items() if is_voice_of(name, one.name)), None)
            if owner is not None:
                known = people[owner]
                people[owner] = replace(known, other_names=(*known.other_names, name))
                continue
            person = self.read_person(name, scenes, names)
            if person is None:
                continue
            person = self._keep_agreeing_names(keep_cues_apart(person, apart), others, scenes, names)
            without = [each for each in asked if not person.is_called(each)]
            person = correct_kind(person, scenes)
            if name in others and is_group_of_things(person, script):
                continue
            checked = verify_person(person, scenes, without)
            _merge_person(people, replace(checked, name=checked.name[:1].upper() + checked.name[1:]))
        return FilmBreakdown(tuple(_add_similar_names(tuple(people.values()))))

    def _keep_agreeing_names(
        self,
        person: Person,
        others: Sequence[str],
        scenes: Sequence[NumberedScene],
        names: Sequence[str],
    ) -> Person:
        """Return a person without other names whose own description has another kind or gender. `others` are
        the names of people without a cue, who are described by questions of their own.
        """
        kept = []
        for name in person.other_names:
            other = next((each for each in others if fold(each) == fold(name)), "")
            found = self.read_person(other, scenes, names) if other else None
            if found is None or (found.kind, found.gender) == (person.kind, person.gender):
                kept.append(name)
        return replace(person, other_names=tuple(kept))

    def list_others(self, scenes: Sequence[NumberedScene], names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of people and animals in the action who have no cue: those that the model lists,
        and words in capitals. The description of each then shows whether it is a thing.
        """
        out: dict[str, str] = {}
        script = [each.text for scene in scenes for each in scene.paragraphs]
        for window in self.divide_into_windows(scenes, names):
            listed = self._ask_for_people(ask_for_people(window), parse_people_list) or ()
            for name in (*listed, *list_words_in_capitals(window)):
                if find_in_script(Person(name=name), window, ()) is None:
                    self.add_problem(f"{name} is left out: no such person is in the script")
                elif has_look_lists(script) and (names_clothes(name, script) or is_body_part(name)):
                    continue
                elif not any(_is_known_name(name, each) for each in (*names, *out.values())):
                    out[fold(name)] = name
        return tuple(out.values())

    def read_person(self, name: str, scenes: Sequence[NumberedScene], names: Sequence[str]) -> Person | None:
        """Return a person as the first paragraphs with the name describe the person. None if the name is that
        of a thing. A speaker is never a thing.
        """
        person = Person(name=name)
        if has_only_voice_cues(name, scenes):
            return replace(person, kind=PersonKind.VOICE)
        passage = find_passage(name, scenes)
        if passage is None:
            return person if name in names else None
        question = ask_for_person(name, passage)
        answer = None
        if question.size <= self.context_tokens:
            answer = self._ask_for_people(question, parse_people_answer)
        found = next(iter(answer or ()), None)
        found = find_in_script(found, scenes, names) if found is not None else None
        if found is None:
            return person if name in names or answer is None else None
        at = next(index for index, scene in enumerate(scenes) if scene.first_line == passage.first_line)
        script = [each.text for scene in scenes for each in scene.paragraphs]
        return complete_age(sort_look_words(replace(found, scene=at), script), passage, script)

    def _ask_for_people(self, question: ReadingQuestion, parse: Callable[[Any], T]) -> T | None:
        """Return the parsed answer to a question about people. After an unusable answer, the question is
        asked once more. None if that answer is unusable too.
        """
        problem = ""
        for attempt in range(2):
            try:
                return parse(self.ask_question(question, attempt=attempt))
            except ValueError as error:
                problem = str(error)
        first, last = question.scenes[0], question.scenes[-1]
        numbers = first if first == last else f"{first}–{last}"
        self.add_problem(f"the people of scenes {numbers}: the answer is unusable: {problem}")
        return None

    def add_problem(self, sentence: str) -> None:
        """Add a problem of the reading, once."""
        if sentence not in self.problems:
            self.problems.append(sentence)

    def read_scenes(
        self,
        scenes: Sequence[NumberedScene],
        eras: Sequence[Era],
        film: FilmBreakdown,
        on_scene: Callable[[NumberedScene], None],
    ) -> Iterator[SceneReading]:
        """Yield each scene as it was read. A scene begins with the state at the end of the scene before it in
        story time. `on_scene` is called before a scene is read.
        """
        ends: dict[Era, Sequence[PersonState]] = {}
        before: NumberedScene | None = None
        for scene, era in zip(scenes, eras, strict=True):
            on_scene(scene)
            people = _list_people_of_scene(film, scene, before)
            begins = compute_start_states(people, ends.get(era, ()))
            reading = self.read_scene(scene, film, people, begins)
            if reading.breakdown is not None:
                states = {state.name: state for state in (*ends.get(era, ()), *reading.breakdown.ends)}
                ends[era] = tuple(states.values())
            before = scene
            yield reading

    def read_scene(
        self,
        scene: NumberedScene,
        film: FilmBreakdown,
        people: Sequence[Person],
        begins: Sequence[PersonState],
    ) -> SceneReading:
        """Read one scene. A scene that does not fit into the context is read in parts."""
        done = SceneBreakdown(begins=tuple(begins), ends=tuple(begins))
        rejected: list[RejectedFact] = []
        description = UNKNOWN
        try:
            parts = list(self._divide_scene(scene, people, begins))
        except _TooLongError as error:
            return SceneReading(scene.number, None, problem=error.message)
        for part in parts:
            read = self._read_part(part, film, people, done.ends)
            rejected += read.rejected
            if read.breakdown is None:
                return replace(read, number=scene.number, rejected=tuple(rejected))
            done = _join_parts(done, read.breakdown)
            description = description or read.description
        complete = replace(done, digest=scene.digest, reader=self.chat_model.model)
        return SceneReading(scene.number, complete, tuple(rejected), description=description)

    def _read_part(
        self,
        scene: NumberedScene,
        film: FilmBreakdown,
        people: Sequence[Person],
        begins: Sequence[PersonState],
    ) -> SceneReading:
        """Read a part of a scene. An unreliable answer is asked for once more with its errors named."""
        question = ask_for_scene(scene, people, begins)
        best: VerifiedScene | None = None
        description = UNKNOWN
        corrections = problem = ""
        for attempt in range(2):
            try:
                answer = self.ask_question(question, corrections, attempt)
                verified = verify_scene(parse_scene_answer(answer, scene), scene, film)
                described = parse_place_description(answer, scene)
            except ValueError as error:
                problem, corrections = str(error), "The answer was no JSON object of the requested form."
                continue
            if best is None or (bool(verified.problem), verified.failed) < (bool(best.problem), best.failed):
                best, description = verified, described
            if not verified.problem:
                break
            corrections = _describe_errors(verified)
        if best is None:
            return SceneReading(scene.number, None, problem=f"the answer is unusable: {problem}")
        if best.problem:
            return SceneReading(scene.number, None, best.rejected, best.problem)
        breakdown = add_states(best.breakdown, begins)
        sentence = find_sentence(scene, description)
        if any(mentions_person(sentence, person) for person in people):
            # Such a sentence describes a person.
            description = UNKNOWN
        return SceneReading(scene.number, breakdown, best.rejected, description=description)

    def _divide_scene(
        self, scene: NumberedScene, people: Sequence[Person], begins: Sequence[PersonState]
    ) -> Iterator[NumberedScene]:
        """Yield the parts of a scene, each with as many paragraphs as fit into the context. Raises
        _TooLongError if a single paragraph does not fit.
        """
        if scene.paragraphs and ask_for_scene(scene, people, begins).size <= self.context_tokens:
            yield scene
            return
        part: list[NumberedParagraph] = []
        for paragraph in scene.paragraphs:
            longer = replace(scene, paragraphs=(*part, paragraph))
            if part and ask_for_scene(longer, people, begins).size > self.context_tokens:
                yield replace(scene, paragraphs=tuple(part))
                part = []
            part.append(paragraph)
            if len(part) == 1:
                self._require_fitting(ask_for_scene(replace(scene, paragraphs=(paragraph,)), people, begins))
        if part:
            yield replace(scene, paragraphs=tuple(part))

    def _require_fitting(self, question: ReadingQuestion) -> None:
        """Check that a question fits into the context of the model. Raises _TooLongError."""
        if question.size > self.context_tokens:
            raise _TooLongError(
                f"scene {question.scenes[0]} needs {question.size} tokens, but {self.chat_model.model} takes "
                f"{self.context_tokens}",
                "choose a model with a longer context, or make its longest paragraph shorter",
            )

    def ask_question(self, question: ReadingQuestion, corrections: str = "", attempt: int = 0) -> Any:
        """Return the answer to a question as a JSON value, from the stored answers or from the model. Raises
        ValueError if the answer is no JSON.
        """
        asked = replace(question, user=f"{question.user}\n\n{corrections}") if corrections else question
        key = asked.compute_key(f"{self.chat_model.model} {self.seed + attempt}")
        text = self.answers.get(key)
        if text is None:
            text = self.request_answer(asked, key, attempt, is_correction=bool(corrections))
        return parse_untrusted_json(text)

    def request_answer(
        self, question: ReadingQuestion, key: str, attempt: int, *, is_correction: bool
    ) -> str:
        """Ask the model a question, and store and return its answer as JSON. Raises ValueError for an answer
        that has no JSON.
        """
        self.asked += 1
        reply = self.chat_model.reply(question.make_request(self.seed + attempt), self.on_text)
        for note in reply.notes:
            self.add_problem(note)
        said = remove_thoughts(reply.text)
        if not said.strip():
            raise ValueError("it is empty")
        if len(said) > MOST_LETTERS_A_TOKEN * question.tokens:
            raise ValueError("it is too long")
        found = repair_json(said)
        if found is None:
            raise ValueError("it has no JSON")
        if (found.is_cut or not reply.is_whole) and attempt == 0 and not is_correction:
            raise ValueError("it was cut off at its limit")
        text = _format_answer(found.value)
        self.answers[key] = text
        self.on_answer(key, question, text, reply)
        return text

    def divide_into_windows(
        self, scenes: Sequence[NumberedScene], names: Sequence[str]
    ) -> Iterator[Sequence[NumberedScene]]:
        """Yield windows of scenes so that the question about the people of each window fits into the context.
        A long scene is divided between paragraphs. A scene with a paragraph that does not fit is left out.

        Raises Failed if no scene fits.
        """
        window: list[NumberedScene] = []
        too_long: list[_TooLongError] = []
        for scene in scenes:
            try:
                parts = list(self._divide_scene(scene, (), ()))
                for part in parts:
                    self._require_fitting(ask_for_people([part]))
            except _TooLongError as error:
                too_long.append(error)
                continue
            for part in parts:
                if window and ask_for_people([*window, part]).size > self.context_tokens:
                    yield window
                    window = []
                window.append(part)
        if window:
            yield window
        if len(too_long) == len(scenes):
            raise too_long[0]


def list_read_places(scenes: Sequence[NumberedScene], readings: Sequence[SceneReading]) -> tuple[Place, ...]:
    """Return the places of the headings with their descriptions, each from the first scene that has one and
    whose text confirms it.
    """
    out: dict[str, Place] = {}
    for at, (scene, reading) in enumerate(zip(scenes, readings, strict=True)):
        name = normalize_place_name(scene.location)
        place = verify_place(Place(name=name, description=reading.description), [scene])
        if name and place.description:
            out.setdefault(fold(name), replace(place, scene=at))
    return tuple(out.values())


class _TooLongError(Failed):
    """Raised if a question does not fit into the context of the model."""


def _format_answer(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _describe_errors(verified: VerifiedScene) -> str:
    rows = [f"- line {one.line}, {one.subject} “{one.text}”: {one.reason}" for one in verified.rejected]
    rows = rows or [f"- {verified.problem}"]
    return "\n".join(("An earlier answer had these errors; do not repeat them:", *rows))


def _is_known_name(name: str, known: str) -> bool:
    """Return True if a name is a known one in a shorter or longer form."""
    return is_part_of_name(name, known) or has_phrase(fold(known), fold(name))


def _is_unnamed(name: str, scenes: Sequence[NumberedScene]) -> bool:
    """Return True if a cue names nobody, such as “Man” and “A voice”, or is only heard. Somebody with another
    name may have such a cue at first.
    """
    if is_extra_name(name) or fold(name).startswith(("a ", "an ")):
        return True
    return all(each.is_absent for scene in scenes for each in scene.paragraphs if name in each.speakers)


def _merge_person(people: dict[str, Person], person: Person) -> None:
    """Add a person, or add what a later window says to a person that is known already."""
    known = next((each for each in people.values() if each.is_called(person.name)), None)
    if known is None:
        people[fold(person.name)] = person
        return
    names = dict.fromkeys((*known.other_names, person.name, *person.other_names))
    names.pop(known.name, None)
    if not any((known.age, known.build, known.features, known.clothes)):
        known = replace(
            known,
            scene=person.scene,
            age=person.age,
            build=person.build,
            features=person.features,
            clothes=person.clothes,
            rejected=person.rejected,
        )
    same = tuple(dict.fromkeys((*known.possibly_same, *person.possibly_same)))
    people[fold(known.name)] = replace(
        known, other_names=tuple(names), gender=known.gender or person.gender, possibly_same=same
    )


def _join_parts(done: SceneBreakdown, part: SceneBreakdown) -> SceneBreakdown:
    """Return the breakdown of a scene with the next part added."""
    return replace(
        done,
        circumstances=(*done.circumstances, *part.circumstances),
        ends=part.ends,
        changes=(*done.changes, *part.changes),
        beats=(*done.beats, *part.beats),
    )


def _add_similar_names(people: Sequence[Person]) -> Iterator[Person]:
    """Yield the people with the names of others who may be the same person: those that the model named, and
    those of which one name contains the other as complete words, such as “Guard” and “Older guard”. Each pair
    is named once.
    """
    named: set[frozenset[str]] = set()
    for one in people:
        others = [other for other in people if other is not one]
        claimed = [other.name for other in others if any(map(other.is_called, one.possibly_same))]
        similar = [other.name for other in others if _is_similar_name(one.name, other.name)]
        new = [
            each for each in dict.fromkeys((*claimed, *similar)) if frozenset((one.name, each)) not in named
        ]
        named |= {frozenset((one.name, each)) for each in new}
        yield replace(one, possibly_same=tuple(new))


def _is_similar_name(one: str, other: str) -> bool:
    short, long = sorted((fold(one), fold(other)), key=len)
    return has_phrase(long, short)


def _list_people_of_scene(
    film: FilmBreakdown, scene: NumberedScene, before: NumberedScene | None
) -> tuple[Person, ...]:
    """Return the people whom a question about a scene lists: those whom the scene or the scene before it
    names. A small model puts everybody who is listed into the picture. If no name is found, the first people
    of the film are listed.
    """
    text = fold(f"{scene.format_for_model()} {before.format_for_model() if before is not None else ''}")
    named = tuple(
        person
        for person in film.people
        if any(has_phrase(text, fold(name)) for name in (person.name, *person.other_names))
    )
    return named or film.people[:MOST_LISTED]
