"""A story in prose read by rules alone, in English, French and Japanese: what they find, and “none found”.

Nothing is made up: a scene's action is the story's own sentences, its dialogue what stands in quotes. Every
item has the sentence that it came from. Linear in the story's length.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.errors import BadInput
from milimo_tui.story.scenario.evidence import FoldedText, checked
from milimo_tui.story.scenario.languages import NAMES, Language, language_of
from milimo_tui.story.scenario.names_found import Named, people_in, speaker_of, without_attribution
from milimo_tui.story.scenario.places_found import Finder, Where
from milimo_tui.story.scenario.prose import Paragraph, paragraphs, sentences, spoken
from milimo_tui.story.scenario.scenario import Beat, Item, ItemKind, Keys, Scenario, none_found
from milimo_tui.story.scenario.structure import structured
from milimo_tui.story.values.film import Setting

MOST_LETTERS = 2_000_000  # of one story
THEME_HITS = 2  # words of a theme or tone that make it one
MOST_THEMES = 3
UNNAMED = "?"  # who says words without a name beside them
NOWHERE = "a place that the story does not name"


def digest_of(text: str) -> str:
    """What a story is known by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def checked_length(text: str) -> str:
    """The text, unless there is nothing to read in it or too much. Raises BadInput."""
    if not text.strip():
        raise BadInput("there is no story in this text", "it is empty")
    if len(text) > MOST_LETTERS:
        raise BadInput(
            f"a story of {len(text):,} letters is too long", f"up to {MOST_LETTERS:,}: cut it in parts"
        )
    return text


def read_prose(text: str, name: str = "") -> Scenario:
    """Read a story. Raises BadInput for an empty or too long one."""
    checked_length(text)
    language = language_of(text)
    digest = digest_of(text)
    if language is None:
        told = ", ".join(NAMES.values())
        note = f"no language that rules know ({told}): nothing found; a text engine reads any language"
        return Scenario(name=name, notes=(note,), digest=digest)
    found = list(paragraphs(text))
    items = _Reader(language, found, FoldedText.of(text)).items()
    notes = [f"read by rules, as {NAMES[language.code]}", *none_found(items)]
    if not any(item.kind is ItemKind.ACT for item in items):
        notes.append("no acts found: fewer than four scenes")
    return Scenario(name=name, language=language.code, items=items, notes=tuple(notes), digest=digest)


@dataclass(slots=True)
class _Scene:
    """A scene while it is read."""

    where: Where | None
    time: str
    first: str
    beats: list[Beat] = field(default_factory=list)
    starts: bool = False  # whether time has passed before it

    @property
    def heading(self) -> str:
        setting = self.where.setting if self.where else Setting.NONE
        prefix = f"{setting.value}. " if setting else ""
        time = f" - {self.time}" if self.time else ""
        return f"{prefix}{(self.where.name if self.where else NOWHERE).upper()}{time}"


class _Reader:
    """One story being read."""

    def __init__(self, language: Language, found: Sequence[Paragraph], text: FoldedText) -> None:
        self._language, self._paragraphs, self._text = language, found, text
        self._finder = Finder(language)
        self._keys = Keys()
        self._places: dict[str, str] = {}  # by name, the sentence it came from
        self._things: dict[str, str] = {}

    def items(self) -> tuple[Item, ...]:
        """Everything that was found, in the order of kinds."""
        people = people_in([one for one in self._paragraphs if not one.is_break], self._language)
        scenes = self._scenes([one.name for one in people])
        drafts = [self._scene_item(scene) for scene in scenes]
        starts = [at for at, scene in enumerate(scenes) if scene.starts]
        over, within = structured(drafts, starts, self._keys)
        items = [
            *self._told(ItemKind.THEME, self._language.themes),
            *self._told(ItemKind.TONE, self._language.tones),
            *(self._person(one, scenes) for one in people),
            *(self._item(ItemKind.PLACE, name, words) for name, words in self._places.items()),
            *(self._item(ItemKind.OBJECT, name, words) for name, words in self._things.items()),
        ]
        return (*items, *over, *within)

    def _item(self, kind: ItemKind, text: str, words: str, detail: str = "") -> Item:
        item = Item(key=self._keys.next(kind), kind=kind, text=text, words=words, detail=detail)
        return checked(item, self._text)

    def _person(self, one: Named, scenes: Sequence[_Scene]) -> Item:
        lines = sum(beat.speaker == one.name for scene in scenes for beat in scene.beats)
        told = f"named in {one.count} sentences" if one.count > 1 else "named once"
        said = f", says {lines} {'lines' if lines > 1 else 'line'}" if lines else ""
        return self._item(ItemKind.PERSON, one.name, one.words, detail=f"{told}{said}")

    def _told(self, kind: ItemKind, table: Mapping[str, str]) -> list[Item]:
        """Themes or tones whose words come often enough; of several the first is on."""
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        for paragraph in self._paragraphs:
            for name, words in table.items():
                hits = re.findall(self._language.whole(words), paragraph.text, re.IGNORECASE)
                counts[name] += len(hits)
                if hits and name not in first:
                    first[name] = next(
                        each
                        for each in sentences(paragraph.text)
                        if re.search(self._language.whole(words), each, re.IGNORECASE)
                    )
        best = [name for name, count in counts.most_common(MOST_THEMES) if count >= THEME_HITS]
        return [
            replace(
                self._item(kind, name.replace("_", " "), first[name], detail=f"{counts[name]} words of it"),
                is_on=at == 0,
            )
            for at, name in enumerate(best)
        ]

    # -- scenes ------------------------------------------------------------------------------------

    def _scenes(self, people: Sequence[str]) -> list[_Scene]:
        out: list[_Scene] = []
        passed = False
        last_speaker = ""
        for paragraph in self._paragraphs:
            if paragraph.is_break:
                passed = True
                continue
            where, time, words = self._seen(paragraph)
            moved = self._breaks(paragraph)
            current = out[-1] if out else None
            changes = current is None or passed or moved or (
                where is not None and current.where is not None and where != current.where
            )  # fmt: skip
            if changes or current is None:
                place = where or (current.where if current and not passed else None)
                current = _Scene(
                    place, time or (current.time if current and not (passed or moved) else ""), words
                )
                current.starts = passed or moved
                out.append(current)
            current.where = current.where or where
            current.time = current.time or time
            passed = False
            last_speaker = self._read(paragraph, current, people, last_speaker)
        return [scene for scene in out if scene.beats]

    def _seen(self, paragraph: Paragraph) -> tuple[Where | None, str, str]:
        """The first place and time of a paragraph, and its first sentence; things are kept on the way."""
        where: Where | None = None
        time = ""
        told = sentences(paragraph.text) or (paragraph.text,)
        bare = paragraph.text
        for said in spoken(paragraph.text):  # what is spoken of is not where they are
            bare = bare.replace(said.words, "…")
        for sentence in sentences(bare):
            found = self._finder.place(sentence)
            if found is not None:
                self._places.setdefault(found.name, _in_full(sentence, told))
                where = where or found
            time = time or self._finder.time(sentence)
            for thing in self._finder.things(sentence):
                if not any(one.endswith(f" {thing}") for one in self._things):
                    self._things.setdefault(thing, _in_full(sentence, told))
        return where, time, told[0]

    def _breaks(self, paragraph: Paragraph) -> bool:
        told = sentences(paragraph.text)
        return bool(told) and self._finder.breaks(told[0])

    def _read(self, paragraph: Paragraph, scene: _Scene, people: Sequence[str], last: str) -> str:
        """Put what happens in a paragraph into a scene; returns who spoke last."""
        text, at = paragraph.text, 0
        stop = "." if self._language.has_blanks else ""
        for said in spoken(text):
            self._act(text[at : said.start], scene)
            speaker = speaker_of(text, said, people, self._language)
            words = without_attribution(said.words, self._language, dashed=said.dashed)
            if not speaker and scene.beats and scene.beats[-1].speaker and at:
                speaker = scene.beats[-1].speaker  # the same goes on: “Yes,” she said, “yes.”
            scene.beats.append(Beat(re.sub(r"[,、]$", stop, words.strip()), speaker or UNNAMED))
            last, at = speaker or last, said.end
        self._act(text[at:], scene)
        return last

    def _act(self, text: str, scene: _Scene) -> None:
        """Action of a scene; who says something is said by the cue, not told again."""
        bare = text.strip().strip("—–").strip()
        said = self._language.whole(self._language.said)
        behind = rf"^[\s,]*(?:[^.!?。]{{0,30}}?{said}[^.!?。,]{{0,40}})[.!?。,:、]?\s*"
        before = rf"(?:^|(?<=[.!?。]\s))[^.!?。]{{0,40}}{said}\s*[,:、]?\s*$"
        if scene.beats and scene.beats[-1].speaker:
            bare = re.sub(behind, "", bare)
        bare = re.sub(before, "", bare)
        bare = bare.strip(" ,:、：").strip()
        if len(re.findall(r"[^\W\d_]", bare)) < 2:
            return
        if re.fullmatch(r"と[^。]{0,12}。?", bare):  # 「…」と言った
            return
        if scene.beats and not scene.beats[-1].speaker:
            scene.beats[-1] = Beat(f"{scene.beats[-1].text}\n\n{bare}")
        else:
            scene.beats.append(Beat(bare))

    def _scene_item(self, scene: _Scene) -> Item:
        item = self._item(ItemKind.SCENE, scene.heading, scene.first)
        return replace(item, beats=tuple(scene.beats))


def _in_full(sentence: str, told: Sequence[str]) -> str:
    """The story's own sentence of one whose spoken words were left out; the longest piece of it else."""
    if sentence in told or "…" not in sentence:
        return sentence
    pieces = [piece.strip(' "“”«»「」『』,') for piece in sentence.split("…")]
    return max(pieces, key=len)
