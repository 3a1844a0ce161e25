"""Read a story in prose by rules alone, in English, French and Japanese; report each kind with nothing found.

Nothing is invented: the action of a scene is made of the story's own sentences, and its dialogue of quoted
words. Every item has the sentence that it came from. The time is linear in the length of the story.
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
from milimo_tui.story.scenario.names_found import Named, people_in
from milimo_tui.story.scenario.places_found import Finder, Where
from milimo_tui.story.scenario.prose import Paragraph, Said, loud, paragraphs, quieted, sentences, spoken
from milimo_tui.story.scenario.scenario import Beat, Item, ItemKind, Keys, Scenario, none_found
from milimo_tui.story.scenario.speakers import Speakers
from milimo_tui.story.scenario.structure import structured
from milimo_tui.story.values.film import Setting

MOST_LETTERS = 2_000_000  # maximum letters of one story
THEME_HITS = 2  # number of typical words from which a theme or tone counts
MOST_THEMES = 3
UNNAMED = "?"  # the speaker of words without a name next to them
NOWHERE = "a place that the story does not name"


def digest_of(text: str) -> str:
    """Return the SHA-256 digest that identifies a story."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def checked_length(text: str) -> str:
    """Return the text. Raises BadInput if it is empty or too long."""
    if not text.strip():
        raise BadInput("there is no story in this text", "it is empty")
    if len(text) > MOST_LETTERS:
        raise BadInput(
            f"a story of {len(text):,} letters is too long", f"up to {MOST_LETTERS:,}: cut it in parts"
        )
    return text


def read_prose(text: str, name: str = "") -> Scenario:
    """Read a story by rules. Raises BadInput for an empty or too long story."""
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
    starts: bool = False  # time has passed before the scene

    @property
    def heading(self) -> str:
        setting = self.where.setting if self.where else Setting.NONE
        prefix = f"{setting.value}. " if setting else ""
        time = f" - {self.time}" if self.time else ""
        return f"{prefix}{(self.where.name if self.where else NOWHERE).upper()}{time}"


@dataclass(slots=True)
class _Part:
    """A piece of a paragraph that happens at one place: its text, and its first sentence in full."""

    text: str
    where: Where | None
    time: str
    words: str


class _Reader:
    """The reader of one story."""

    def __init__(self, language: Language, found: Sequence[Paragraph], text: FoldedText) -> None:
        self._language, self._paragraphs, self._text = language, found, text
        self._finder = Finder(language)
        self._keys = Keys()
        self._places: dict[str, str] = {}  # name → the sentence it came from
        self._things: dict[str, str] = {}

    def items(self) -> tuple[Item, ...]:
        """Return everything found, in the order of kinds."""
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
        """Return themes or tones whose words occur often enough; only the first is on."""
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
        speakers = Speakers.of(self._paragraphs, people, self._language)
        for paragraph in self._paragraphs:
            if paragraph.is_break:
                passed = True
                speakers.turns.clear()
                continue
            moved = self._breaks(paragraph)
            for part in self._parts(paragraph):
                current = out[-1] if out else None
                changes = current is None or passed or moved or (
                    part.where is not None and current.where is not None and part.where != current.where
                )  # fmt: skip
                if changes or current is None:
                    place = part.where or (current.where if current and not passed else None)
                    time = current.time if current and not (passed or moved) else ""
                    current = _Scene(place, part.time or time, part.words, starts=passed or moved)
                    out.append(current)
                current.where = current.where or part.where
                current.time = current.time or part.time
                passed = moved = False
                self._read(part.text, current, speakers)
        return [scene for scene in out if scene.beats]

    def _parts(self, paragraph: Paragraph) -> list[_Part]:
        """Return a paragraph in parts that each happen at one place; record the things in it."""
        parts: list[_Part] = []
        told = sentences(paragraph.text) or (paragraph.text,)
        silent = paragraph.text
        for said in spoken(paragraph.text):  # Places mentioned in speech are not where the people are.
            silent = silent.replace(said.words, "…")
        splits = not spoken(paragraph.text)  # A paragraph with speech is not split.
        for sentence in sentences(silent):
            here = self._seen(sentence, told)
            time = self._finder.time(sentence)
            last = parts[-1] if parts else None
            if last is None or (splits and here is not None and last.where not in (None, here)):
                parts.append(_Part(sentence, here, time, _in_full(sentence, told)))
                continue
            last.text += f" {sentence}" if self._language.has_blanks else sentence
            last.where = last.where or here
            last.time = last.time or time
        if len(parts) == 1:
            parts[0].text, parts[0].words = paragraph.text, told[0]
        return parts

    def _seen(self, sentence: str, told: Sequence[str]) -> Where | None:
        """Return the last place in which a sentence happens; record its places and things."""
        here: Where | None = None
        for found in self._finder.places(sentence):
            self._places.setdefault(found.where.name, _in_full(sentence, told))
            here = found.where if found.is_here else here
        for thing in self._finder.things(sentence):
            if not any(one.endswith(f" {thing}") for one in self._things):
                self._things.setdefault(thing, _in_full(sentence, told))
        return here

    def _breaks(self, paragraph: Paragraph) -> bool:
        told = sentences(paragraph.text)
        return bool(told) and self._finder.breaks(told[0])

    def _read(self, text: str, scene: _Scene, speakers: Speakers) -> None:
        """Add the events of a piece of the story to a scene."""
        at = 0
        who: list[str] = []
        for said in spoken(text):
            self._act(text[at : said.start], scene)
            speaker = speakers.speaker(text, said)
            if not speaker and who and who[-1]:
                speaker = who[-1]  # The same person continues: “Yes,” she said, “yes.”
            self._say(said, speaker, scene, speakers)
            who.append(speaker)
            at = said.end
        self._act(text[at:], scene)
        speakers.read(text, who)

    def _say(self, said: Said, speaker: str, scene: _Scene, speakers: Speakers) -> None:
        """Add speech to a scene, and after a dash also the acts between the words."""
        stop = "." if self._language.has_blanks else ""
        pieces = speakers.told_apart(said.words) if said.dashed else [(said.words, "")]
        doing = next((who for _, who in pieces if who), "")
        for words, does in pieces:
            if does:
                self._act(words, scene)
                continue
            bare = speakers.without_attribution(words.strip())
            scene.beats.append(Beat(re.sub(r"[,、]$", stop, bare.strip()), speaker or doing or UNNAMED))

    def _act(self, text: str, scene: _Scene) -> None:
        """Add action to a scene, without the words that only name the speaker of a line."""
        bare = quieted(text).strip()
        bare = re.sub(r"^[—–]\s*|\s*[—–]$", "", bare).strip()
        said = self._language.saying()
        behind = rf"^[\s,]*(?:[^.!?。]{{0,30}}?{said}[^.!?。,]{{0,40}})(?P<stop>[.!?。,:、]?)\s*"
        before = rf"(?:^|(?<=[.!?。]\s))[^.!?。]{{0,40}}{said}\s*[,:、]?\s*$"
        speaker = scene.beats[-1].speaker if scene.beats else ""
        if speaker and (told := re.match(behind, bare)):
            rest = bare[told.end() :]
            goes_on = re.match(r"(?:and|et|puis|then)\s", rest)
            if goes_on:  # “…,” said Tam, and put down the bowl.
                rest = f"{_sentence_case(speaker)} {rest[goes_on.end() :]}" if speaker != UNNAMED else bare
            bare = rest
        bare = re.sub(before, "", bare)
        bare = loud(bare.strip(" ,:、：").strip())
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
    """Return the story's own sentence for one without its speech; else the longest piece of the sentence."""
    if sentence in told or "…" not in sentence:
        return sentence
    pieces = [piece.strip(' "“”«»「」『』,') for piece in sentence.split("…")]
    return max(pieces, key=len)


def _sentence_case(name: str) -> str:
    return name[:1].upper() + name[1:]
