"""The changes that a reading of the screenplay would make to the film: people, looks, places, shots and
prompts. Each change names the facts of the reading from which it follows.

The changes are those of the commit that accepts the reading (`screenplays.prepare_commit`), so the list shows
exactly what the commit will do. It also shows what the reading leaves open, what cannot be accepted, and what
stays because the user has set it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from milimo_tui.core.format import format_count
from milimo_tui.story.breakdown.fact_choice import list_fact_ids, make_fact_id
from milimo_tui.story.breakdown.facts import Fact, FactSource
from milimo_tui.story.breakdown.film_reading import load_current_breakdown
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    LookChange,
    RejectedFact,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.breakdown.shot_facts import list_shown_beats
from milimo_tui.story.commit.accepted_reading import (
    ProposedPerson,
    ProposedScene,
    ReadingChoice,
    make_reading_proposal,
)
from milimo_tui.story.commit.reading_prompts import ProposedPrompt, list_proposed_prompts
from milimo_tui.story.commit.user_value_doubts import format_field_value, name_shot_field
from milimo_tui.story.looks.breakdown_looks import describe_first_look
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.own_fields import get_script_value
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.shots.reading_doubts import has_possible_answer
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot, Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.suggestion import Suggestion, SuggestionState
from milimo_tui.story.values.text import fold
from milimo_tui.studio.cuts.follow import LengthPolicy
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.commit_preview import CommitEffect, list_commit_effects
from milimo_tui.studio.script.screenplays import PreparedCommit
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.written_prompts import choose_prompt_family, get_family_title
from milimo_tui.studio.writing.word_changes import describe_word_changes

PERSON_ITEM, SCENE_ITEM, PROMPT_ITEM = "person:", "scene:", "prompt:"
PROMPT = "prompt"  # The kind of a row with a prompt that the model wrote for a shot.
# Kinds of rows that the user cannot accept: facts that the script does not confirm and about which a question
# is asked or is not asked, values of the user that stay, scenes that were not read, people and scenes whose
# text has changed, and prompts that do not agree with the facts.
OPEN, UNASKED, KEPT, UNREAD, OUTDATED, UNUSED = "open", "dropped", "kept", "not read", "outdated", "unused"
_SHOT_KINDS = {"new": "new shot", "changed": "shot"}
# The fields of a scene that a reading may contradict, each with the name of the fact in a breakdown.
_SCENE_FACTS = {"location": "place", "time_of_day": "time_of_day", "weather": "weather"}
_FACT_LABELS = {"features": "face and hair", "time_of_day": "time", "looks_at": "looks at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChange:
    """A row in the list of a reading's changes.

    - `items` are the ids of the items that the user accepts or leaves out with this row: people
      (`person:Oda`), scenes without facts (`scene:3`), facts of scenes (`story.breakdown.fact_choice`), and
      prompts by the number of their shot (`prompt:3A`). Without items, the row cannot be accepted.
    - `is_heading` is True for the row of a scene; the rows of its changes follow.
    - `is_accepted` is True if the film has these items already.
    - `effect` describes the change, as for a commit of the screenplay.
    """

    effect: CommitEffect
    items: tuple[str, ...] = ()
    is_heading: bool = False
    is_accepted: bool = False


def list_reading_changes(studio: Studio, reading: ScriptReading) -> tuple[ReadingChange, ...]:
    """Return the changes that a reading would make to the film: first the people, then each scene with its
    changes. Raises BadInput for a reading that can't be parsed.
    """
    file = studio.require_project()
    found = screenplays.prepare_commit(studio, (), LengthPolicy.KEEP, asking=False, reading=reading)
    screenplay = fountain.parse(found.story.project.script.encode(), screenplays.get_script_mode(file))
    proposal = make_reading_proposal(found.story, screenplay, reading)
    comparison = _ReadingComparison(found, reading)
    lines = [scene.span.line for scene in screenplay.scenes]
    rows = [row for each in proposal.people for row in comparison.iterate_person(each, lines)]
    rows += comparison.list_new_places()
    with studio.counted("comparing the scenes", len(proposal.scenes)) as count:
        for done, scene in enumerate(proposal.scenes):
            count(done + 1, scene.heading)
            rows += comparison.iterate_scene(scene)
    return tuple(rows)


def has_chosen_item(change: ReadingChange, choice: ReadingChoice) -> bool:
    """Return True if a change follows from an item that the user has chosen by name."""
    return any(_matches_choice(item, choice) for item in change.items)


def _matches_choice(item: str, choice: ReadingChoice) -> bool:
    """Return True if an item of a change is one of the chosen items. The id of a fact begins with the number
    of its scene.
    """
    kind, _, name = item.partition(":")
    named = {PERSON_ITEM: choice.people, SCENE_ITEM: choice.scenes, PROMPT_ITEM: choice.prompts}
    if f"{kind}:" not in named:
        return choice.includes_scene(kind) and (choice.facts is None or item in choice.facts)
    chosen = named[f"{kind}:"]
    return chosen is None or fold(name) in map(fold, chosen)


class _ReadingComparison:
    """The film before and after a reading is accepted. The texts of a shot are compared for the models of one
    engine: the engine for which the prompts of a reading are written.
    """

    def __init__(self, found: PreparedCommit, reading: ScriptReading) -> None:
        self._before, self._after = found.story, found.then
        self._written = _map_prompts_of_reading(found, reading)
        self._old_shots = {shot.id: shot for shot in self._before.shots}
        self._old_scenes = {scene.id: scene for scene in self._before.scenes}
        self._scenes = {scene.number: scene for scene in self._after.live_scenes()}
        self._effects = {effect.shot: effect for effect in list_commit_effects(found) if effect.shot}
        self._old_prompts = _PromptComposer(self._before)
        # The prompts of the reading have rows of their own.
        self._prompts = _PromptComposer(replace(self._after, suggestions=self._before.suggestions))
        self._numbers = shot_spec.number_story(self._after).numbers

    # -------------------------------------------------------------- people and places

    def iterate_person(self, proposed: ProposedPerson, lines: Sequence[int]) -> Iterator[ReadingChange]:
        """Yield the row of a person with the first look in the film and in the reading, a row if the
        description that the user wrote stays, and rows of the statements that the script does not confirm.
        `lines` are the lines of the headings.
        """
        person = proposed.person
        before = proposed.element
        if not proposed.is_current:
            words = "the introduction has changed since it was read"
            yield ReadingChange(
                effect=CommitEffect(OUTDATED, before.name if before is not None else person.name, words)
            )
            return
        after = _find_character_of_person(self._after, before.id if before else "", person)
        old, new = (each.description if each is not None else "" for each in (before, after))
        look = describe_first_look(person)
        name = before.name if before is not None else person.name
        # A description that the script has, and no user, is of somebody in a flashback.
        is_of_user = before is not None and not before.found
        is_kept = is_of_user and bool(new) and new == old and bool(look) and fold(look) != fold(new)
        yield ReadingChange(
            effect=CommitEffect(
                "person" if before is not None else "new person",
                name,
                look or _describe_kind(person),
                before="" if is_kept else old,
                after=look if is_kept else new or look,
                reasons=(*_describe_names(person), *_quote_facts(person)),
            ),
            items=(f"{PERSON_ITEM}{person.name}",),
            is_accepted=proposed.is_accepted,
        )
        if is_kept:
            words = f"your description stays: {old}"
            yield ReadingChange(effect=CommitEffect(KEPT, name, words, before=old, after=old))
        start = lines[person.scene] if person.scene < len(lines) else 0
        yield from (_make_open_row(fact, start, name) for fact in person.rejected)

    def list_new_places(self) -> list[ReadingChange]:
        """Return rows of the places that the scenes of the reading add to the film."""
        known = {element.id for element in self._before.elements}
        return [
            ReadingChange(effect=CommitEffect("new place", each.name, each.description or "named in a scene"))
            for each in self._after.elements
            if each.kind is ElementKind.LOCATION and each.id not in known
        ]

    # -------------------------------------------------------------- scenes

    def iterate_scene(self, proposed: ProposedScene) -> Iterator[ReadingChange]:
        """Yield the row of a scene, and the rows of its changes."""
        scene, breakdown = self._scenes.get(proposed.number), proposed.breakdown
        name = f"scene {proposed.number}"
        line = scene.line if scene is not None else 0
        if breakdown is None or scene is None:
            why = proposed.problem or "the scene is not in the script any more"
            reasons = ("only the format of the scene is used", *_advise_reading(proposed))
            effect = CommitEffect(UNREAD, name, why, line=line, reasons=reasons)
            yield ReadingChange(effect=effect, is_heading=True)
            return
        if not proposed.is_current:
            words = "its text has changed since it was read"
            effect = CommitEffect(OUTDATED, name, words, line=line, reasons=_advise_reading(proposed))
            yield ReadingChange(effect=effect, is_heading=True)
            return
        rows = [*self._iterate_facts(scene, breakdown), *self._iterate_shots(scene, breakdown)]
        kept = [*self._iterate_kept_values(scene, breakdown)]
        ids = tuple(list_fact_ids(proposed.number, breakdown)) or (f"{SCENE_ITEM}{proposed.number}",)
        prompts = [row for row in rows if row.effect.kind == PROMPT]
        open_prompts = tuple(item for row in prompts if not row.is_accepted for item in row.items)
        known = self._list_known_facts(scene, breakdown)
        rows = [
            row
            if row in prompts
            else replace(row, is_accepted=bool(row.items) and known.issuperset(row.items))
            for row in rows
        ]
        new = [row for row in rows if not row.is_accepted and row.effect.kind != UNUSED]
        state = format_count(len(new), "change") if new else "no change"
        if proposed.is_accepted:
            # Prompts wait if they describe people of the reading who are not accepted.
            left = f", {format_count(len(open_prompts), 'prompt')} left" if open_prompts else ""
            state = f"in the film{left}"
        others = Counter(row.effect.kind for row in (*rows, *kept) if row not in new and not row.is_accepted)
        yield ReadingChange(
            effect=CommitEffect(
                "scene",
                name,
                proposed.heading,
                line=line,
                scene=scene.id,
                reasons=(
                    *_count_kinds("Changes", Counter(row.effect.kind for row in new)),
                    *_count_kinds("Left as it is", others + Counter(map(_get_open_kind, breakdown.rejected))),
                    state,
                ),
            ),
            items=(*(() if proposed.is_accepted else ids), *open_prompts),
            is_heading=True,
            is_accepted=proposed.is_accepted and not open_prompts,
        )
        yield from rows
        yield from kept
        yield from (_make_open_row(fact, scene.line) for fact in breakdown.rejected)

    def _list_known_facts(self, scene: Scene, breakdown: SceneBreakdown) -> set[str]:
        """Return the ids of the facts of a reading that the film has already."""
        old = self._old_scenes.get(scene.id)
        known = load_current_breakdown(old) if old is not None else None
        if known is None:
            return set()
        number = scene.number
        has = set(_iterate_rows(known))
        missing = {make_fact_id(number, fact) for fact in _iterate_rows(breakdown) if fact not in has}
        return set(list_fact_ids(number, breakdown)) - missing

    def _iterate_facts(self, scene: Scene, breakdown: SceneBreakdown) -> Iterator[ReadingChange]:
        old = self._old_scenes.get(scene.id)
        for place in breakdown.circumstances:
            if not _adds_circumstance(place, old):
                continue
            here = breakdown.find_circumstances(place.line)
            after = _join_words(here.place, here.time_of_day, here.weather, here.light)
            yield ReadingChange(
                effect=CommitEffect(
                    "place",
                    "",
                    _join_words(place.place, place.time_of_day, place.weather, place.light),
                    before=_describe_scene(old) if old is not None else "",
                    after=after,
                    reasons=tuple(_quote_facts(place)),
                    line=scene.line + place.line,
                ),
                items=(make_fact_id(scene.number, place),),
            )
        for change in breakdown.changes:
            before, after = self._compare_looks(scene, change)
            yield ReadingChange(
                effect=CommitEffect(
                    "look",
                    change.name,
                    _join_words(change.clothes, change.features, change.condition),
                    before=before,
                    after=after,
                    reasons=tuple(_quote_facts(change)),
                    line=scene.line + change.line,
                ),
                items=(make_fact_id(scene.number, change),),
            )

    def _compare_looks(self, scene: Scene, change: LookChange) -> tuple[str, str]:
        """Return the look of a person after a change, in the film and with the reading."""
        later = [
            shot
            for shot in self._after.live_shots()
            if shot.scene == scene.id and shot.end_line - scene.line >= change.line
        ]
        seen = [shot for shot in later if fold(change.name) in map(fold, shot.characters)] or later
        if not seen:
            return "", _join_words(change.clothes, change.features, change.condition)
        shot = seen[0]
        old = self._old_shots.get(shot.id)
        before = _describe_look(self._before, old, change.name) if old is not None else ""
        return before, _describe_look(self._after, shot, change.name)

    # -------------------------------------------------------------- shots

    def _iterate_shots(self, scene: Scene, breakdown: SceneBreakdown) -> Iterator[ReadingChange]:
        """Yield a row for each shot of a scene that gets another text, other people or another number by the
        facts of the reading, and a row for each prompt that the model wrote.
        """
        shots = [shot for shot in self._after.shots if shot.scene == scene.id]
        for shot in shots:
            effect, old = self._effects.get(shot.id), self._old_shots.get(shot.id)
            family = choose_prompt_family(shot_spec.choose_engine(self._after, shot))
            before = self._old_prompts.compose(old, family) if old is not None and not old.parked else ""
            after = self._prompts.compose(shot, family) if not shot.parked else ""
            number = self._numbers.get(shot.id) or (effect.name if effect is not None else "")
            if effect is not None or (not shot.parked and before != after):
                shown = _list_beats_of_shot(scene, shot, breakdown)
                yield ReadingChange(
                    effect=CommitEffect(
                        _SHOT_KINDS.get(effect.kind, effect.kind) if effect is not None else "shot",
                        number,
                        effect.words if effect is not None else describe_word_changes(before, after),
                        shot.id,
                        before,
                        after,
                        (*(effect.reasons if effect is not None else ()), *_quote_beats(shown, shot)),
                        effect.also if effect is not None else (),
                        shot.line,
                    ),
                    items=tuple(dict.fromkeys(make_fact_id(scene.number, beat) for beat in shown)),
                )
            if (written := self._written.get(shot.id)) is not None:
                yield self._describe_prompt(shot, number, *written, before)

    def _describe_prompt(
        self, shot: Shot, number: str, made: Suggestion, proposed: ProposedPrompt, before: str
    ) -> ReadingChange:
        """Return the row of a prompt that the model wrote for a shot. `before` is the text that is sent
        now.
        """
        effect = CommitEffect(
            UNUSED if proposed.faults else PROMPT,
            number,
            "; ".join(proposed.faults) or proposed.text,
            shot.id,
            before,
            proposed.text,
            proposed.faults or (f"for {get_family_title(proposed.family)}",),
            line=shot.line,
        )
        items = () if proposed.faults else (f"{PROMPT_ITEM}{proposed.number}",)
        return ReadingChange(
            effect=effect,
            items=items,
            is_accepted=made.state is SuggestionState.ACCEPTED and made in self._before.suggestions,
        )

    def _iterate_kept_values(self, scene: Scene, breakdown: SceneBreakdown) -> Iterator[ReadingChange]:
        """Yield a row for each value of the user that stays although the reading has another one."""
        yield from self._iterate_kept_scene_values(scene, breakdown)
        for shot in self._after.live_shots():
            old = self._old_shots.get(shot.id)
            if shot.scene != scene.id or old is None or not _list_beats_of_shot(scene, shot, breakdown):
                continue
            name = self._numbers.get(shot.id, "")
            if shot.prompt is not None:
                yield _make_kept_row(name, "your prompt stays", shot, shot.prompt)
            for field, _ in shot.own:
                if not hasattr(shot, field):
                    continue  # The entry records that the user confirmed a value.
                mine = format_field_value(getattr(shot, field))
                was, now = (format_field_value(get_script_value(each, field)) for each in (old, shot))
                if was != now and fold(now) != fold(mine):
                    words = f"your {name_shot_field(field)} stays: {mine}"
                    yield _make_kept_row(name, words, shot, mine, f"the reading says: {now}")

    def _iterate_kept_scene_values(self, scene: Scene, breakdown: SceneBreakdown) -> Iterator[ReadingChange]:
        """Yield a row for each value that the user set for a scene and that stays, until the breakdown is in
        the film.
        """
        old = self._old_scenes.get(scene.id)
        if old is not None and load_current_breakdown(old) == breakdown:
            return
        for field, fact_name in _SCENE_FACTS.items():
            mine = getattr(scene, field)
            facts = [getattr(each, fact_name) for each in breakdown.circumstances]
            texts = dict.fromkeys(fact.text for fact in facts if fact and fold(fact.text) != fold(mine))
            if texts and scene.is_set_by_user(field):
                words = f"your {name_shot_field(field)} stays: {mine}"
                says = (f"the reading says: {', '.join(texts)}",)
                name = f"scene {scene.number}"
                yield ReadingChange(
                    effect=CommitEffect(
                        KEPT, name, words, "", mine, mine, says, line=scene.line, scene=scene.id
                    )
                )


def _iterate_rows(breakdown: SceneBreakdown) -> Iterator[Circumstances | LookChange | SceneBeat]:
    yield from breakdown.circumstances
    yield from breakdown.changes
    yield from breakdown.beats


class _PromptComposer:
    """Composes prompts of one version of the film."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._performances = FilmPerformances(story)

    def compose(self, shot: Shot, engine: str) -> str:
        """Return the prompt of a shot for an engine, without the film's style. Return an empty text for a
        shot that shows another shot's take.
        """
        if self._performances.find_take_maker(shot).id != shot.id:
            return ""
        prepared = self._performances.prepare_for_take(shot)
        parts = shot_spec.compose_shot_prompt(self._story, prepared, engine).parts
        return " ".join(part.text for part in parts if part.role != "style" or part.source != "the film")


def _map_prompts_of_reading(
    found: PreparedCommit, reading: ScriptReading
) -> dict[str, tuple[Suggestion, ProposedPrompt]]:
    """Return the prompts of a reading that shots have when it is accepted, by the id of the shot."""
    proposed = {(one.family, one.meant, one.text): one for one in list_proposed_prompts(reading)}
    return {
        one.shot: (one, proposed[key])
        for one in found.then.suggestions
        if one.job == reading.job and (key := (one.family, one.meant, one.text)) in proposed
    }


def _advise_reading(scene: ProposedScene) -> tuple[str, ...]:
    """Return the sentence that names the command which reads a scene again."""
    return (f"milimo script read --scenes {scene.number} reads it again",)


def _count_kinds(label: str, kinds: Mapping[str, int]) -> Iterator[str]:
    """Yield a line with the number of rows of each kind; nothing if there are none."""
    names = {
        UNUSED: "prompt left out",
        OPEN: "open fact",
        UNASKED: "dropped fact",
        KEPT: "value of yours",
    }
    many = {UNUSED: "prompts left out", KEPT: "values of yours"}
    counts = [format_count(count, names.get(kind, kind), many.get(kind, "")) for kind, count in kinds.items()]
    if counts:
        yield f"{label}: {', '.join(counts)}"


def _make_kept_row(name: str, words: str, shot: Shot, mine: str, *reasons: str) -> ReadingChange:
    return ReadingChange(
        effect=CommitEffect(KEPT, name, words, shot.id, mine, mine, reasons=reasons, line=shot.line)
    )


def _get_open_kind(fact: RejectedFact) -> str:
    return OPEN if has_possible_answer(fact) else UNASKED


def _make_open_row(fact: RejectedFact, start: int, name: str = "") -> ReadingChange:
    """Return the row of a statement that the script does not confirm. `start` is the line of the scene's
    heading.
    """
    return ReadingChange(
        effect=CommitEffect(
            _get_open_kind(fact),
            name,
            f"{fact.subject_label}: “{fact.text}”",
            line=start + fact.line,
            reasons=(fact.reason, *((f"quoted: “{fact.quote}”",) if fact.quote else ())),
        )
    )


def _list_beats_of_shot(scene: Scene, shot: Shot, breakdown: SceneBreakdown) -> list[SceneBeat]:
    if not shot.digest or shot.line < scene.line:
        return []  # The user added the shot; it shows no text of the script.
    text = "" if shot.dialogue else shot.action
    return list_shown_beats(breakdown, shot.line - scene.line, shot.end_line - scene.line, text)


def _find_character_of_person(story: Story, id: str, person: Person) -> Element | None:
    characters = [each for each in story.elements if each.kind is ElementKind.CHARACTER]
    if id:
        return next((each for each in characters if each.id == id), None)
    return next((each for each in characters if each.has_name_or_alias(person.name)), None)


def _describe_look(story: Story, shot: Shot, name: str) -> str:
    element = next((each for each in story.elements if each.has_name_or_alias(name)), None)
    if element is None:
        return ""
    return describe_visible_look(element, find_look_at_shot(story, shot, element))


def _describe_names(person: Person) -> list[str]:
    return [f"also called {', '.join(person.other_names)}"] if person.other_names else []


def _describe_kind(person: Person) -> str:
    return "no look is described" if person.kind == "person" else f"{person.kind.value}, no look is described"


def _describe_scene(scene: Scene) -> str:
    return ", ".join(filter(None, (scene.location, scene.time_of_day.lower(), scene.weather)))


def _adds_circumstance(place: Circumstances, scene: Scene | None) -> bool:
    """Return True if the reading says more about the place, time, weather or light than the film has."""
    known = fold(_describe_scene(scene)) if scene is not None else ""
    stated = (place.place, place.time_of_day, place.weather, place.light)
    return any(fact and fold(fact.text) not in known for fact in stated)


def _join_words(*facts: Fact) -> str:
    return ", ".join(fact.text for fact in facts if fact)


def _quote_facts(value: Person | Circumstances | LookChange) -> Iterator[str]:
    """Yield the known facts of a value, each with its quotation."""
    for name, fact in _map_facts_by_name(value).items():
        yield _format_fact(_FACT_LABELS.get(name, name), fact)


def _quote_beats(beats: Sequence[SceneBeat], shot: Shot) -> Iterator[str]:
    """Yield the facts about people in beats. A quotation is left out if it is in the text of the shot."""
    for beat in beats:
        for person in beat.visible:
            for name, fact in _map_facts_by_name(person).items():
                is_shown = fold(fact.quote) in fold(shot.action)
                known = replace(fact, quote="") if is_shown else fact
                yield _format_fact(f"{person.name}, {_FACT_LABELS.get(name, name)}", known)


def _map_facts_by_name(value: Person | Circumstances | LookChange | VisiblePerson) -> Mapping[str, Fact]:
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: fact for name, fact in found.items() if isinstance(fact, Fact) and fact}


def _format_fact(label: str, fact: Fact) -> str:
    if fact.source is FactSource.USER:
        return f"{label}: {fact.text} (set by you)"
    if not fact.quote:
        return f"{label}: {fact.text}"
    if fold(fact.quote) == fold(fact.text):
        return f"{label}: “{fact.quote}”"
    return f"{label}: {fact.text}, from “{fact.quote}”"
