"""Analyse a story in prose by rules alone, in English, French and Japanese.

Nothing is invented: the action of a scene consists of the story's own sentences, and its dialogue of quoted
words. Every item has the sentence that it came from. Kinds of which nothing was found are reported in a note.
The run time is linear in the length of the story.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.errors import BadInput
from milimo_tui.story.scenario.evidence import FoldedText, verify_item_words
from milimo_tui.story.scenario.languages import NAMES, Language, detect_language
from milimo_tui.story.scenario.left_out import describe_left_out_words, find_left_out_words
from milimo_tui.story.scenario.names_found import NamedPerson, find_story_people
from milimo_tui.story.scenario.places_found import PlaceFinder, StoryPlace
from milimo_tui.story.scenario.prose import (
    ProseParagraph,
    ProseSpeech,
    find_speech,
    iterate_paragraphs,
    mask_abbreviation_stops,
    restore_abbreviation_stops,
    split_prose_sentences,
)
from milimo_tui.story.scenario.scenario import (
    ItemKeyCounter,
    ItemKind,
    Scenario,
    ScenarioBeat,
    ScenarioItem,
    list_missing_kinds,
)
from milimo_tui.story.scenario.speakers import SpeakerFinder
from milimo_tui.story.scenario.structure import derive_structure
from milimo_tui.story.values.shot_words import Setting

MOST_LETTERS = 2_000_000  # Maximum number of characters of a story. A longer story is refused.
THEME_HITS = 2  # Minimum number of typical words in the story for a theme or tone to be reported.
MOST_THEMES = 3
UNNAMED = "?"  # The speaker of words for whom no name was found.
NOWHERE = "a place that the story does not name"


def digest_story(text: str) -> str:
    """Return the SHA-256 digest that identifies a story."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def require_readable_length(text: str) -> str:
    """Return the text unchanged. Raises BadInput if it is empty or too long."""
    if not text.strip():
        raise BadInput("this text has no story", "give a text that is not empty")
    if len(text) > MOST_LETTERS:
        raise BadInput(
            f"the story is too long: {len(text):,} letters",
            f"the limit is {MOST_LETTERS:,}; divide it into parts",
        )
    return text


def read_prose(text: str, name: str = "") -> Scenario:
    """Analyse a story by rules and return its scenario. Raises BadInput for an empty or too long story."""
    require_readable_length(text)
    language = detect_language(text)
    digest = digest_story(text)
    if language is None:
        languages = ", ".join(NAMES.values())
        note = f"no language that rules know ({languages}): nothing found; a text engine reads any language"
        return Scenario(name=name, notes=(note,), digest=digest, left_out=find_left_out_words(text, ()))
    found = list(iterate_paragraphs(text))
    reader = _StoryReader(language, found, FoldedText.fold_text(text))
    items = reader.read_items()
    notes = [f"read by rules, as {NAMES[language.code]}", *list_missing_kinds(items)]
    if not any(item.kind is ItemKind.ACT for item in items):
        notes.append("no acts found: fewer than four scenes")
    notes += describe_left_out_words(reader.left_out)
    return Scenario(
        name=name,
        language=language.code,
        items=items,
        notes=tuple(notes),
        digest=digest,
        left_out=tuple(reader.left_out),
    )


@dataclass(slots=True)
class _SceneDraft:
    """A scene that the reader of the story is still filling with events."""

    where: StoryPlace | None
    time: str
    first: str
    beats: list[ScenarioBeat] = field(default_factory=list)
    starts: bool = False  # True if time passes in the story right before this scene.

    @property
    def heading_text(self) -> str:
        setting = self.where.setting if self.where else Setting.NONE
        prefix = f"{setting.value}. " if setting else ""
        time = f" - {self.time}" if self.time else ""
        return f"{prefix}{(self.where.name if self.where else NOWHERE).upper()}{time}"


@dataclass(slots=True)
class _ParagraphPart:
    """A stretch of a paragraph whose events happen at one place. `text` is the stretch, and `words` is its
    first sentence as in the story, with speech.
    """

    text: str
    where: StoryPlace | None
    time: str
    words: str


class _StoryReader:
    """A reader that collects all items of one story."""

    def __init__(self, language: Language, found: Sequence[ProseParagraph], text: FoldedText) -> None:
        self._language, self._paragraphs, self._text = language, found, text
        self._finder = PlaceFinder(language)
        self._keys = ItemKeyCounter()
        self._places: dict[str, str] = {}  # Name of each place → the sentence that first names it.
        self._things: dict[str, str] = {}
        self._written: list[str] = []  # The texts that the current paragraph has added to scenes.
        self.left_out: list[str] = []  # The stretches of the story that are in no scene.

    def read_items(self) -> tuple[ScenarioItem, ...]:
        """Return all items of the story: themes, tones, people, places, objects, acts, sequences, scenes."""
        people = find_story_people([one for one in self._paragraphs if not one.is_break], self._language)
        scenes = self._read_scene_drafts([one.name for one in people])
        drafts = [self._make_scene_item(scene) for scene in scenes]
        starts = [at for at, scene in enumerate(scenes) if scene.starts]
        over, within = derive_structure(drafts, starts, self._keys)
        items = [
            *self._find_themes_or_tones(ItemKind.THEME, self._language.themes),
            *self._find_themes_or_tones(ItemKind.TONE, self._language.tones),
            *(self._make_person_item(one, scenes) for one in people),
            *(self._make_verified_item(ItemKind.PLACE, name, words) for name, words in self._places.items()),
            *(self._make_verified_item(ItemKind.OBJECT, name, words) for name, words in self._things.items()),
        ]
        return (*items, *over, *within)

    def _make_verified_item(self, kind: ItemKind, text: str, words: str, detail: str = "") -> ScenarioItem:
        item = ScenarioItem(
            key=self._keys.make_item_key(kind), kind=kind, text=text, words=words, detail=detail
        )
        return verify_item_words(item, self._text)

    def _make_person_item(self, one: NamedPerson, scenes: Sequence[_SceneDraft]) -> ScenarioItem:
        lines = sum(beat.speaker == one.name for scene in scenes for beat in scene.beats)
        mentions = f"named in {one.count} sentences" if one.count > 1 else "named once"
        text = f", says {lines} {'lines' if lines > 1 else 'line'}" if lines else ""
        return self._make_verified_item(ItemKind.PERSON, one.name, one.words, detail=f"{mentions}{text}")

    def _find_themes_or_tones(self, kind: ItemKind, table: Mapping[str, str]) -> list[ScenarioItem]:
        """Return the themes or tones whose typical words occur often enough. Only the most frequent one is
        switched on.

        `table` maps each name to a pattern of its typical words.
        """
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        for paragraph in self._paragraphs:
            for name, words in table.items():
                hits = re.findall(self._language.match_whole_words(words), paragraph.text, re.IGNORECASE)
                counts[name] += len(hits)
                if hits and name not in first:
                    first[name] = next(
                        each
                        for each in split_prose_sentences(paragraph.text)
                        if re.search(self._language.match_whole_words(words), each, re.IGNORECASE)
                    )
        best = [name for name, count in counts.most_common(MOST_THEMES) if count >= THEME_HITS]
        return [
            replace(
                self._make_verified_item(
                    kind, name.replace("_", " "), first[name], detail=f"{counts[name]} words of it"
                ),
                is_on=at == 0,
            )
            for at, name in enumerate(best)
        ]

    def _read_scene_drafts(self, people: Sequence[str]) -> list[_SceneDraft]:
        out: list[_SceneDraft] = []
        passed = False
        speakers = SpeakerFinder.from_story_people(self._paragraphs, people, self._language)
        for paragraph in self._paragraphs:
            self._written.clear()
            if paragraph.is_break:
                passed = True
                speakers.turns.clear()
                self.left_out += find_left_out_words(paragraph.text, ())
                continue
            moved = self._begins_with_time_break(paragraph)
            for part in self._split_paragraph_by_place(paragraph):
                current = out[-1] if out else None
                changes = current is None or passed or moved or (
                    part.where is not None and current.where is not None and part.where != current.where
                )  # fmt: skip
                if changes or current is None:
                    place = part.where or (current.where if current and not passed else None)
                    time = current.time if current and not (passed or moved) else ""
                    current = _SceneDraft(place, part.time or time, part.words, starts=passed or moved)
                    out.append(current)
                current.where = current.where or part.where
                current.time = current.time or part.time
                passed = moved = False
                self._read_into_scene(part.text, current, speakers)
            self.left_out += find_left_out_words(paragraph.text, self._written)
        return [scene for scene in out if scene.beats]

    def _split_paragraph_by_place(self, paragraph: ProseParagraph) -> list[_ParagraphPart]:
        """Split a paragraph into stretches, so that the events of each stretch happen at one place. Also
        record the places and objects that the paragraph names.
        """
        parts: list[_ParagraphPart] = []
        sentences = split_prose_sentences(paragraph.text) or (paragraph.text,)
        silent = paragraph.text
        # Speech is removed first, because a place mentioned in speech is not where the people are.
        for speech in find_speech(paragraph.text):
            silent = silent.replace(speech.words, "…")
        # A paragraph with speech is never split, because its speakers are found from the complete paragraph.
        splits = not find_speech(paragraph.text)
        for sentence in split_prose_sentences(silent):
            place = self._find_current_place(sentence, sentences)
            time = self._finder.find_time_of_day(sentence)
            last = parts[-1] if parts else None
            if last is None or (splits and place is not None and last.where not in (None, place)):
                parts.append(_ParagraphPart(sentence, place, time, _find_full_sentence(sentence, sentences)))
                continue
            last.text += f" {sentence}" if self._language.has_blanks else sentence
            last.where = last.where or place
            last.time = last.time or time
        if len(parts) == 1:
            parts[0].text, parts[0].words = paragraph.text, sentences[0]
        return parts

    def _find_current_place(self, sentence: str, sentences: Sequence[str]) -> StoryPlace | None:
        """Return the place where the events of a sentence happen, or None if the sentence names no such
        place. If it names several, return the last. Record all places and objects that the sentence names.

        In `sentence`, speech is replaced by “…”. `sentences` are the sentences of the paragraph with their
        speech.
        """
        place: StoryPlace | None = None
        for found in self._finder.find_places(sentence):
            self._places.setdefault(found.where.name, _find_full_sentence(sentence, sentences))
            place = found.where if found.is_here else place
        for object_name in self._finder.find_handled_things(sentence):
            if not any(one.endswith(f" {object_name}") for one in self._things):
                self._things.setdefault(object_name, _find_full_sentence(sentence, sentences))
        return place

    def _begins_with_time_break(self, paragraph: ProseParagraph) -> bool:
        sentences = split_prose_sentences(paragraph.text)
        return bool(sentences) and self._finder.says_time_passed(sentences[0])

    def _read_into_scene(self, text: str, scene: _SceneDraft, speakers: SpeakerFinder) -> None:
        """Add the actions and speeches in `text`, a stretch of the story, to a scene."""
        at = 0
        past_speakers: list[str] = []
        for speech in find_speech(text):
            self._add_action(text[at : speech.start], scene, after=at > 0, before=True)
            speaker = speakers.find_speaker(text, speech)
            if not speaker and past_speakers and past_speakers[-1]:
                # Without another name, the same person continues to speak: “Yes,” she said, “yes.”
                speaker = past_speakers[-1]
            self._add_speech(speech, speaker, scene, speakers)
            past_speakers.append(speaker)
            at = speech.end
        self._add_action(text[at:], scene, after=at > 0)
        speakers.record_paragraph(text, past_speakers)

    def _add_speech(
        self, speech: ProseSpeech, speaker: str, scene: _SceneDraft, speakers: SpeakerFinder
    ) -> None:
        """Add a speech to a scene. In a speech after a dash, sentences that describe actions are added as
        action.
        """
        stop = "." if self._language.has_blanks else ""
        pieces = speakers.split_dashed_speech(speech.words) if speech.dashed else [(speech.words, "")]
        actor = next((person for _, person in pieces if person), "")
        for words, acting_person in pieces:
            if acting_person:
                self._add_action(words, scene)
                continue
            bare = speakers.strip_attribution(words.strip())
            text = re.sub(r"[,、]$", stop, bare.strip())
            scene.beats.append(ScenarioBeat(text, speaker or actor or UNNAMED))
            self._written.append(text)

    def _add_action(
        self, text: str, scene: _SceneDraft, *, after: bool = False, before: bool = False
    ) -> None:
        """Add action to a scene, without words that only name the speaker of a speech (“said Tam”).

        `after` is True if a speech of the same paragraph precedes the text, `before` if one follows it. Other
        text names no speaker: “a greyhound called Max” is action.
        """
        bare = mask_abbreviation_stops(text).strip()
        bare = re.sub(r"^[—–]\s*|\s*[—–]$", "", bare).strip()
        pattern = self._language.make_speech_pattern()
        attribution_first = (
            rf"^[\s,]*(?:[^.!?。]{{0,30}}?{pattern}[^.!?。,]{{0,40}})(?P<stop>[.!?。,:、]|$)\s*"
        )
        attribution_last = rf"(?:^|(?<=[.!?。]\s))[^.!?。]{{0,40}}{pattern}\s*[,:、]?\s*$"
        speaker = scene.beats[-1].speaker if scene.beats else ""
        if after and speaker and (match := re.match(attribution_first, bare)):
            rest = bare[match.end() :]
            goes_on = re.match(r"(?:and|et|puis|then)\s", rest)
            # The sentence continues after the name of the speaker: “…,” said Tam, and put down the bowl.
            if goes_on:
                rest = (
                    f"{_capitalize_first_letter(speaker)} {rest[goes_on.end() :]}"
                    if speaker != UNNAMED
                    else bare
                )
            bare = rest
        if before or bare.endswith((":", "：")):
            bare = re.sub(attribution_last, "", bare)
        bare = restore_abbreviation_stops(bare.strip(" ,:、：").strip())
        if len(re.findall(r"[^\W\d_]", bare)) < 2:
            return
        # Drop words that only say that somebody spoke: 「…」と言った.
        if re.fullmatch(r"と[^。]{0,12}。?", bare):
            return
        self._written.append(bare)
        if scene.beats and not scene.beats[-1].speaker:
            scene.beats[-1] = ScenarioBeat(f"{scene.beats[-1].text}\n\n{bare}")
        else:
            scene.beats.append(ScenarioBeat(bare))

    def _make_scene_item(self, scene: _SceneDraft) -> ScenarioItem:
        item = self._make_verified_item(ItemKind.SCENE, scene.heading_text, scene.first)
        return replace(item, beats=tuple(scene.beats))


def _find_full_sentence(sentence: str, sentences: Sequence[str]) -> str:
    """Return the words of `sentence` as they occur in the story. If speech in it was replaced by “…”, return
    the longest stretch without speech instead of the sentence.

    `sentences` are the sentences of the paragraph with their speech.
    """
    if sentence in sentences or "…" not in sentence:
        return sentence
    pieces = [piece.strip(' "“”«»「」『』,') for piece in sentence.split("…")]
    return max(pieces, key=len)


def _capitalize_first_letter(name: str) -> str:
    return name[:1].upper() + name[1:]
