"""Verification of a scene's breakdown that a model made, before anybody sees it.

Each fact needs a quotation that the script has at its lines. A fact that fails is left out and returned with
its reason, so that the user can be asked. Nothing here changes a film.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any, TypeVar

from milimo_tui.core.format import format_count
from milimo_tui.story.breakdown.circumstance_words import names_light, names_time, names_weather
from milimo_tui.story.breakdown.facts import UNKNOWN, Fact, FactSource
from milimo_tui.story.breakdown.look_sources import (
    describes_another_person,
    is_after_name,
    is_before_introduction,
    is_before_name,
    is_negated,
    is_role,
    is_short_phrase,
    is_worded_in_scenes,
    names_another_person,
)
from milimo_tui.story.breakdown.numbered_scene import NumberedParagraph, NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.passages import contains_name
from milimo_tui.story.breakdown.people import FilmBreakdown, Person, PersonKind, Place
from milimo_tui.story.breakdown.presence import is_article, may_be_visible, mentions_person
from milimo_tui.story.breakdown.quotes import (
    find_quote,
    find_sentence,
    find_support,
    fold_quote,
    list_numbers,
    means_same,
    shares_short_words,
    shares_stems,
    shares_words,
)
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    HeardVoice,
    LookChange,
    RejectedFact,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.breakdown.worn_clothes import change_clothes
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME
from milimo_tui.story.values.shot_words import Setting, VoicePosition
from milimo_tui.story.values.text import fold, fold_accents, has_phrase, split_words
from milimo_tui.story.values.word_stems import STEM, list_word_stems

# A scene of which a larger share of the facts fails is read once more. One failure is not enough, because a
# short scene has few facts.
MOST_FAILED = 0.2
LEAST_FAILED = 2
V = TypeVar("V", Person, VisiblePerson, LookChange)


@dataclass(frozen=True, slots=True)
class VerifiedScene:
    """A breakdown with only its confirmed facts, and the rejected ones.

    `checked` is the number of facts that the model gave, and `failed` the number of those that the script
    does not confirm. Neither includes the facts that only contradict the heading, because the heading wins.
    `is_empty` is True if the model stated nothing about the scene.
    """

    breakdown: SceneBreakdown
    rejected: tuple[RejectedFact, ...] = ()
    checked: int = 0
    failed: int = 0
    is_empty: bool = False

    @property
    def problem(self) -> str:
        """The reason why the scene has to be read again; empty if its facts can be used."""
        if self.is_empty:
            return "the answer has no facts"
        if not self.checked and self.rejected:
            return "the answer only contradicts the heading"
        is_many = self.failed >= LEAST_FAILED and self.failed > MOST_FAILED * self.checked
        if is_many or 0 < self.failed == self.checked:
            return f"the script does not confirm {self.failed} of {format_count(self.checked, 'fact')}"
        return ""


@dataclass(slots=True)
class _SceneCheck:
    scene: NumberedScene
    film: FilmBreakdown
    rejected: list[RejectedFact] = field(default_factory=list)
    checked: int = 0
    overruled: int = 0  # Rejected facts that the heading decides.

    def reject(self, subject: str, text: str, reason: str, line: int, quote: str = "") -> None:
        self.rejected.append(RejectedFact(subject, text, reason, line, quote))

    def check_fact(self, fact: Fact, subject: str, known: str | None = None, table: str = "") -> Fact:
        """Return the fact with the lines of its quotation. If the quotation is not in the scene, or lacks the
        words or the numbers of the fact, another sentence that says the same is quoted. Without one, the fact
        is rejected.

        `known` is None for facts about a scene. For a fact about a person, it holds the words that other
        scenes have for the person, such as the age. `table` names the words of the format (`times`,
        `weather`) in which the fact may be translated.
        """
        if not fact or fact.source is not FactSource.MODEL:
            return fact
        self.checked += 1
        confirmed, reason = self._confirm_fact(fact, known, table)
        if not confirmed:
            self.reject(subject, fact.text, reason, fact.line, fact.quote)
        return confirmed

    def check_heading_fact(self, fact: Fact, subject: str, heading: str, table: str = "") -> Fact:
        """Return the fact as `check_fact` does. If `heading` has a value of its own, that value wins, so a
        fact that is not confirmed does no harm.
        """
        if not heading or not fact or self._confirm_fact(fact, None, table)[0]:
            return self.check_fact(fact, subject, table=table)
        self.overrule(subject, fact.text, heading)
        return UNKNOWN

    def overrule(self, subject: str, text: str, heading: str) -> None:
        """Reject a fact because the heading has another value."""
        self.overruled += 1
        self.reject(subject, text, f"the heading says {heading}", 0)

    def check_time(self, fact: Fact, heading: str) -> Fact:
        """Return a time of day as `check_heading_fact` does. Other words (“72 hours”) are rejected."""
        if fact and not heading and not names_time(fact.text):
            return self.reject_fact(fact, "time of day")
        return self.check_heading_fact(fact, "time of day", heading, "times")

    def _confirm_fact(self, fact: Fact, known: str | None, table: str) -> tuple[Fact, str]:
        """Return the fact with the lines of its quotation, or an unknown fact and the reason."""
        lines = find_quote(self.scene, fact.quote, fact.line)
        passage = f"{self.scene.join_text(*lines) if lines is not None else ''} {known or ''}"
        if known is None and fact.line == 0:
            # Place and time of a scene are mostly those of its heading.
            passage = f"{self.scene.heading} {passage}"
        is_said = shares_words(fact.text, passage) or (bool(table) and means_same(fact.text, passage, table))
        if known is None:
            is_said = is_said or shares_short_words(fact.text, passage)
        if lines is not None and is_said and list_numbers(fact.text) <= list_numbers(passage):
            return replace(fact, line=lines[0], end_line=lines[1]), ""
        support = find_support(self.scene, fact.text, fact.line)
        # Place, time, weather and light apply from their line on, so that another line is no support.
        if support is not None and (known is not None or support[0] <= fact.line <= support[1]):
            return replace(fact, line=support[0], end_line=support[1], quote=support[2]), ""
        is_number = lines is not None and is_said
        return UNKNOWN, "the script does not have its number" if is_number else "the scene does not say this"

    def reject_fact(self, fact: Fact, subject: str) -> Fact:
        """Reject a fact that is not about its subject. Return the unknown fact, or the fact of the user."""
        if not fact or fact.source is not FactSource.MODEL:
            return fact
        self.checked += 1
        self.reject(subject, fact.text, f"it is no {subject}", fact.line, fact.quote)
        return UNKNOWN

    def check_facts(self, value: V, of: str, known: str = "") -> V:
        """Return a value with each of its facts checked. `of` is the name of the person, and `known` are the
        words that other scenes have for the person.
        """
        changes: dict[str, Any] = {
            each.name: self.check_fact(fact, f"{each.name.replace('_', ' ')} of {of}", known)
            for each in fields(value)
            if isinstance(fact := getattr(value, each.name), Fact)
        }
        return replace(value, **changes)

    def check_looks(
        self, person: Person, scenes: Sequence[NumberedScene], others: Sequence[str]
    ) -> Iterator[tuple[str, Any]]:
        """Yield each part of the first look of a person, without statements that repeat another part, lack
        the words of the script, or describe another person. A list, such as “coat, scarf”, is checked entry
        by entry.
        """
        names = (person.name, *person.other_names)
        given: list[set[str]] = []
        for part in ("age", "clothes", "build", "features", "role"):
            fact: Fact = getattr(person, part)
            is_worded = is_worded_in_scenes(fact.text, scenes) and is_short_phrase(fact.text, part)
            is_list = is_worded and part not in ("age", "role")
            pieces = re.split(r"[,;]\s+", fact.text) if is_list else [fact.text]
            count = len(pieces)
            pieces = [each for each in pieces if not is_negated(each)]
            kept = []
            for piece in pieces if fact else ():
                support = find_support(self.scene, piece, fact.line)
                source = replace(fact, line=support[0], quote=support[2]) if support is not None else fact
                is_phrase = part != "role" or (
                    is_role(piece, person) and not is_after_name(piece, source.quote, names)
                )
                is_said = is_worded and is_phrase
                is_own_role = part == "role" and is_before_name(piece, source.quote, names)
                is_other = not is_own_role and (
                    describes_another_person(piece, self.scene, names, others)
                    or is_before_introduction(source, self.scene, names)
                    or (part == "role" and any(map(partial(contains_name, text=piece), others)))
                    or (part in ("features", "build") and names_another_person(piece, others))
                )
                words = list_word_stems(piece, 1)
                if not is_said or is_other:
                    reason = "it is said of another person" if is_said else "the scene does not say this"
                    self.reject(f"{part} of {person.name}", piece, reason, fact.line, fact.quote)
                elif any(words == each or (part != "age" and words <= each) for each in given):
                    continue
                else:
                    kept.append(piece)
                    given.append(words)
            is_complete = len(kept) == count
            yield part, (fact if is_complete else replace(fact, text=", ".join(kept)) if kept else UNKNOWN)

    def find_known_name(self, name: str, subject: str, line: int) -> str:
        """Return the name of a person of the film by any of its names. An unknown name is rejected, and
        the result is empty.
        """
        self.checked += 1
        person = self.film.find_person(name)
        if person is None:
            self.reject(subject, name, "no such person is in the script", line)
            return ""
        return person.name

    def check_visible(self, people: Sequence[VisiblePerson], line: int) -> Iterator[VisiblePerson]:
        seen: set[str] = set()
        for each in people:
            name = self.find_known_name(each.name, "person in the picture", line)
            person = self.film.find_person(name)
            if person is None or name in seen:
                continue
            if person.kind is PersonKind.VOICE or not may_be_visible(person, self.scene, line):
                # Small models put everybody who is listed into each line. Nothing is asked about it.
                continue
            seen.add(name)
            yield self.check_facts(replace(each, name=name), name)

    def check_beat(self, beat: SceneBeat, paragraph: NumberedParagraph) -> SceneBeat:
        visible = [
            each
            for each in self.check_visible(beat.visible, paragraph.line)
            if not self._is_only_voice(each.name, paragraph)
        ]
        heard: list[HeardVoice] = []
        for voice in beat.heard:
            name = self.find_known_name(voice.name, "voice", paragraph.line)
            if name and name not in (each.name for each in heard):
                heard.append(replace(voice, name=name))
        speaker = ""
        if paragraph.kind is ParagraphKind.SPEECH:
            speaker = self._find_speaker(paragraph)
            visible, heard = self._place_speaker(speaker, paragraph, visible, heard)
        names = {each.name for each in visible}
        return replace(
            beat,
            end_line=paragraph.end_line,
            visible=tuple(visible),
            heard=tuple(voice for voice in heard if voice.name not in names),
            speaker=speaker,
        )

    def _is_only_voice(self, name: str, paragraph: NumberedParagraph) -> bool:
        """Return True if the cue of a speech says that the speaker is not in the picture, and no action
        before names the speaker.
        """
        person = self.film.find_person(name)
        if person is None or not paragraph.is_absent or not any(map(person.is_called, paragraph.speakers)):
            return False
        before = (each.text for each in self.scene.paragraphs if not each.cue and each.line < paragraph.line)
        names = (person.name, *person.other_names)
        return not any(contains_name(each, text) for text in before for each in names)

    def _find_speaker(self, paragraph: NumberedParagraph) -> str:
        name = " and ".join(paragraph.speakers)
        person = self.film.find_person(name)
        return person.name if person is not None else name

    def _place_speaker(
        self,
        speaker: str,
        paragraph: NumberedParagraph,
        visible: list[VisiblePerson],
        heard: list[HeardVoice],
    ) -> tuple[list[VisiblePerson], list[HeardVoice]]:
        """Return the visible people and the voices of a speech with its speaker in one of the two. A speaker
        is visible if the cue has no extension and the model does not state anything else.
        """
        person = self.film.find_person(speaker)
        is_voice = person is not None and person.kind is PersonKind.VOICE
        known = speaker in (each.name for each in heard) or speaker in (each.name for each in visible)
        if known and not (is_voice and speaker in (each.name for each in visible)):
            return visible, heard
        if paragraph.is_absent or is_voice:
            position = (
                VoicePosition.VOICE_OVER if "V.O" in paragraph.cue.upper() else VoicePosition.OFF_SCREEN
            )
            return visible, [*heard, HeardVoice(speaker, position)]
        return [VisiblePerson(name=speaker), *visible], heard

    def check_beats(self, beats: Sequence[SceneBeat]) -> Iterator[SceneBeat]:
        """Yield the beats of each paragraph in the order of the script. A paragraph without a beat is not
        yielded; Milimo reads it without a model.
        """
        by_line: dict[int, list[SceneBeat]] = {}
        for beat in beats:
            paragraph = self.scene.find_paragraph(beat.line)
            if paragraph is None or paragraph.kind is ParagraphKind.DIRECTION:
                self.checked += 1
                self.reject("beat", f"line {beat.line}", "the scene has no such line", beat.line)
                continue
            by_line.setdefault(paragraph.line, []).append(beat)
        for paragraph in self.scene.filmed:
            mine = by_line.get(paragraph.line, [])
            if len(mine) > 1 and not covers_paragraph(paragraph, [beat.text for beat in mine]):
                mine = [_join_beats(mine)]
            for beat in mine:
                text = beat.text if len(mine) > 1 else ""
                yield self.check_beat(replace(beat, line=paragraph.line, text=text), paragraph)

    def check_circumstances(self, circumstances: Sequence[Circumstances]) -> Iterator[Circumstances]:
        """Yield the place, time, weather and light in the order of the lines. At the beginning of a scene,
        setting and time of day of the heading win over other statements.
        """
        for each in sorted(circumstances, key=lambda one: one.line):
            if each.line > 0 and self.scene.find_paragraph(each.line) is None:
                self.checked += 1
                self.reject(
                    "place, time or weather", f"line {each.line}", "the scene has no such line", each.line
                )
                continue
            is_start = each.line == 0 and self.scene.has_heading
            location, time = (self.scene.location, self.scene.time_of_day) if is_start else ("", "")
            time = "" if RELATIVE_TIME.match(time) else time
            setting = self.scene.setting if is_start else Setting.NONE
            done = replace(
                each,
                place=self.check_heading_fact(each.place, "place", location),
                time_of_day=self.check_time(each.time_of_day, time),
                weather=self.check_fact(each.weather, "weather", table="weather")
                if names_weather(each.weather.text)
                else self.reject_fact(each.weather, "weather"),
                light=self.check_fact(each.light, "light")
                if names_light(each.light.text)
                else self.reject_fact(each.light, "light"),
                setting=setting or each.setting,
            )
            # A heading such as INT./EXT. is both.
            if setting not in (Setting.NONE, Setting.BOTH) and each.setting not in (Setting.NONE, setting):
                self.overrule("setting", each.setting.value, setting.value)
            yield done

    def check_changes(self, changes: Sequence[LookChange]) -> Iterator[LookChange]:
        """Yield the confirmed changes of looks. Clothes that the person wears already are no change."""
        worn: dict[str, str] = {}
        for change in changes:
            name = self.find_known_name(change.name, "person whose look changes", change.line)
            if not name:
                continue
            person = self.film.find_person(name)
            known = (person.age, person.build, person.features, person.clothes) if person is not None else ()
            words = " ".join(fact.text for fact in known)
            done = self.check_facts(replace(change, name=name), name, words)
            if person is not None:
                done = self._check_change(done, person)
                before = worn.setdefault(name, person.clothes.text)
                now = list_word_stems(done.clothes.text)
                if now and now <= list_word_stems(before):
                    done = replace(done, clothes=UNKNOWN)
                elif done.clothes:
                    worn[name] = change_clothes(before, done.clothes)
            facts = [fact for fact in (done.age, done.clothes, done.features, done.condition) if fact]
            if facts:
                yield replace(done, line=min(fact.line for fact in facts))

    def _check_change(self, change: LookChange, person: Person) -> LookChange:
        """Return a change without the first look of the person, and without the condition of a thing: the
        sentence of a condition has a name of the person or a pronoun.
        """
        condition = change.condition
        sentence = find_sentence(self.scene, condition)
        if condition and not mentions_person(sentence, person):
            self.reject(
                f"condition of {person.name}", condition.text, "it is not about the person", condition.line,
                condition.quote,
            )  # fmt: skip
            condition = UNKNOWN
        looks: dict[str, Any] = {
            part: self._check_changed_look(change, person, part) for part in ("clothes", "features")
        }
        return replace(change, condition=condition, **looks)

    def _check_changed_look(self, change: LookChange, person: Person, part: str) -> Fact:
        fact: Fact = getattr(change, part)
        first: Fact = getattr(person, part)
        if fact and first and fold_quote(fact.quote) == fold_quote(first.quote):
            return UNKNOWN
        others = [each.name for each in self.film.people if each.name != person.name]
        if fact and describes_another_person(
            fact.text, self.scene, (person.name, *person.other_names), others
        ):
            reason = "it is said of another person"
            self.reject(f"{part} of {person.name}", fact.text, reason, fact.line, fact.quote)
            return UNKNOWN
        # A small model repeats an entry until its answer is full.
        return replace(fact, text=", ".join(dict.fromkeys(fact.text.split(", ")))) if fact else fact


def verify_scene(breakdown: SceneBreakdown, scene: NumberedScene, film: FilmBreakdown) -> VerifiedScene:
    """Return a scene's breakdown with only the facts that the script confirms.

    The people of `film` are the only people that may appear. The setting and the time of day of the heading
    win over other statements.
    """
    check = _SceneCheck(scene, film)
    verified = replace(
        breakdown,
        digest=scene.digest,
        circumstances=tuple(check.check_circumstances(breakdown.circumstances)),
        changes=tuple(sorted(check.check_changes(breakdown.changes), key=lambda each: each.line)),
        beats=tuple(check.check_beats(breakdown.beats)),
    )
    failed = len(check.rejected) - check.overruled
    return VerifiedScene(
        verified, tuple(check.rejected), check.checked, failed, _is_empty(breakdown, scene, film)
    )


def _is_empty(breakdown: SceneBreakdown, scene: NumberedScene, film: FilmBreakdown) -> bool:
    """Return True if a breakdown states nothing about its scene. A scene in whose beats nobody is visible or
    heard is empty if its text names somebody.
    """
    started = any(
        each.place or each.time_of_day or each.weather or each.light or each.setting
        for each in breakdown.circumstances
    )
    shown = any(beat.visible or beat.heard or beat.function or beat.text for beat in breakdown.beats)
    if started or shown or breakdown.changes:
        return False
    text = fold(scene.format_for_model())
    names = (name for person in film.people for name in (person.name, *person.other_names))
    return not breakdown.beats or any(has_phrase(text, fold(name)) for name in names)


def find_in_script(person: Person, scenes: Sequence[NumberedScene], names: Sequence[str]) -> Person | None:
    """Return a person with only the names that the script has; None if it has none of them. A name is in the
    script if it is one of the cue names, or if the scenes have one of its longer words, or all words of a
    name without longer words. Endings of longer words do not count.

    A name of the reader's own, such as “Crowd” for “Hundreds in Sunday clothes”, stays the name of a person
    who has no cue.
    """
    cues = set(map(fold, names))
    rows = (f"{each.cue} {each.text}" for scene in scenes for each in scene.paragraphs)
    text = " ".join((*(scene.heading for scene in scenes), *rows))
    known = [
        name for name in (person.name, *person.other_names) if fold(name) in cues or _has_name(name, text)
    ]
    if not known:
        return None
    cue = next((name for name in known if fold(name) in cues), person.name)
    name = person.name if person.name in known else cue
    return replace(person, name=name, other_names=tuple(other for other in known if other != name))


def _has_name(name: str, text: str) -> bool:
    words = split_words(fold_accents(name))
    if any(len(word) >= STEM for word in words):
        return shares_stems(name, text)
    # “Old Tam” is not in a text that has only the word “old”, and an article is no name.
    return bool(words) and not is_article(name) and set(words) <= set(split_words(fold_accents(text)))


def keep_cues_apart(person: Person, names: Sequence[str]) -> Person:
    """Return a person without other names that are cues of the script. A model may take two speakers for one
    person, so the user is asked.
    """
    cues = set(map(fold, names))
    if fold(person.name) not in cues:
        return person
    claimed = tuple(name for name in person.other_names if fold(name) in cues - {fold(person.name)})
    others = tuple(
        name
        for name in person.other_names
        if name not in claimed and not any(has_phrase(fold(name), cue) for cue in cues - {fold(person.name)})
    )
    return replace(person, other_names=others, possibly_same=(*person.possibly_same, *claimed))


def verify_person(person: Person, scenes: Sequence[NumberedScene], others: Sequence[str] = ()) -> Person:
    """Return a person with only the facts that a scene confirms, and with the rejected statements. `others`
    are the names of other people.

    `person.scene` of the result is the index of the scene that has the quotation, or else the given one; if
    that is 0, the index of the first scene that names the person.
    """
    described = (person.role, person.age, person.build, person.features, person.clothes)
    quotes = {fact.quote for fact in described if fact}
    with_quote = (at for at, one in enumerate(scenes) if any(find_quote(one, each, 0) for each in quotes))
    name = fold(person.name)
    with_name = (at for at, one in enumerate(scenes) if has_phrase(fold(one.format_for_model()), name))
    at = next(with_quote, person.scene or next(with_name, 0))
    check = _SceneCheck(scenes[at], FilmBreakdown())
    checked = check.check_facts(replace(person, scene=at), person.name)
    looks = dict(check.check_looks(checked, scenes, others))
    return replace(checked, **looks, rejected=tuple(check.rejected))


def verify_place(place: Place, scenes: Sequence[NumberedScene]) -> Place:
    """Return a place, with its description only if a scene confirms it. `place.scene` is an index into
    `scenes`; if another of them has the quotation, it is that scene.
    """
    at = place.scene if 0 <= place.scene < len(scenes) else 0
    quote = place.description.quote
    found = (index for index in (at, *range(len(scenes))) if find_quote(scenes[index], quote, 0))
    at = next(found, at)
    check = _SceneCheck(scenes[at], FilmBreakdown())
    return replace(place, scene=at, description=check.check_fact(place.description, f"place {place.name}"))


def covers_paragraph(paragraph: NumberedParagraph, texts: Sequence[str]) -> bool:
    """Return True if the texts of several beats, joined, are the words of a paragraph, each exactly once and
    in order.
    """
    return all(texts) and _list_words(" ".join(texts)) == _list_words(paragraph.text)


def _list_words(text: str) -> list[str]:
    return [
        "".join(filter(str.isalnum, word))
        for word in fold(fold_quote(text)).split()
        if any(map(str.isalnum, word))
    ]


def _join_beats(beats: Sequence[SceneBeat]) -> SceneBeat:
    """Return one beat with the people of several beats. A statement about a person comes from the first beat
    that has the person.
    """
    visible: dict[str, VisiblePerson] = {}
    heard: dict[str, HeardVoice] = {}
    for beat in beats:
        for each in beat.visible:
            visible.setdefault(each.name, each)
        for voice in beat.heard:
            heard.setdefault(voice.name, voice)
    return replace(beats[0], text="", visible=tuple(visible.values()), heard=tuple(heard.values()))
