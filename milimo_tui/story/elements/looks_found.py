"""Looks as the screenplay gives them: an introduction, clothes put on and taken off, a state, another age.

Pure. What is no description stays out: of what somebody does only the words of `dressing` are taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from milimo_tui.story.elements.dressing import (
    GARMENT,
    HAIR,
    ON,
    PUT_ON,
    STATE,
    STRIPS,
    TAKEN_OFF,
    bare,
    garments_of,
)
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay, ScriptScene
from milimo_tui.story.values.film import Era
from milimo_tui.story.values.text import collapse, fold, sentences

_BRACKET = re.compile(r"\s*\(([^()]{1,80})\)")
_DECADE = "twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"
_NUMBER = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]\w+)?|ten|eleven|twelve|\w{3,5}teen"
)
_AGE = re.compile(
    rf"^(?:(?:in )?(?:his |her |their )?(?:early |mid[- ]|late )?(?:\d{{1,2}}s|{_DECADE})"
    rf"|(?:about |around |nearly |almost |now )?(?:\d{{1,3}}|{_NUMBER})(?: years old)?|about (?:his|her) age"
    r"|teens|a teenager)$",
    re.IGNORECASE,
)
_NOW_AGED = re.compile(r"(?<!\w)(?:now|aged|is) (\d{1,3})(?!\w)", re.IGNORECASE)
_FINITE = re.compile(r"(?:[^\W\d_]+(?<!s)s|[^\W\d_]+ing|is|has|does|who|whose|that|he|she|they|not|never)")
_NO_VERBS = frozenset(
    {
        "always",
        "perhaps",
        "his",
        "hers",
        "its",
        "this",
        "glasses",
        "jeans",
        "boots",
        "eyes",
        "reading",
        "gloves",
    }
    | {
        "shoes",
        "tails",
        "pearls",
        "braids",
        "spectacles",
        "scrubs",
        "clothes",
        "dressing",
        "wedding",
        "evening",
    }
    | {
        "missing",
        "suspenders",
        "sneakers",
        "trousers",
        "overalls",
        "pyjamas",
        "pajamas",
        "curls",
        "hands",
        "arms",
    }
    | {"shorts", "tights", "sunglasses", "goggles", "riding", "running", "bathing", "swimming", "morning"}
)
_GOES_ON = re.compile(
    r"^(?:and|but|then|so|as|while|until|till|when|at|by|from|to|into|beside|behind|on)\b", re.I
)
_ALONE = re.compile(r"an? ", re.IGNORECASE)  # behind an act: a thing held, “a corsage on her wrist”
_FELT = (
    "afraid alone amused angry anxious ashamed bored calm confused curious delighted desperate "
    "excited furious grateful happy hopeful horrified hurt lost moved nervous overjoyed overwhelmed "
    "panicked proud relieved sad scared serious shocked silent speechless still stunned surprised "
    "terrified thoughtful uneasy upset worried "
)
_FEELINGS = frozenset(_FELT.split())
_TITLE = re.compile(r"\b(?:MR|MRS|MS|DR|ST|PROF|SGT|LT|CAPT)\.$")
_SHE, _HE = frozenset({"she", "her", "hers", "herself"}), frozenset({"he", "him", "his", "himself"})
_FLASHBACK = re.compile(r"\bflash ?-?back\b", re.IGNORECASE)
_RESUMES = re.compile(r"(?:^|\b)(?:back to\b|end (?:of )?flashback|present day)", re.I)
_GOES_ON_IN_TIME = re.compile(r"\b(?:continuous|later|same(?: time)?|moments?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDraft:
    """How somebody looks from a sentence of the script on. `sentence` is empty at the head of a scene."""

    name: str
    line: int
    end_line: int
    scene_line: int
    sentence: str
    quote: str
    opens: bool  # the first one: it holds in its whole scene
    era: Era
    age: str = ""
    wardrobe: str = ""
    hair: str = ""
    condition: str = ""
    text: str = ""


_UNDRESSED = frozenset({"bare-chested", "naked", "shirtless"})


@dataclass(slots=True)
class _State:
    """All that is known of somebody at a moment."""

    age: str = ""
    about: list[str] = field(default_factory=list)
    wardrobe: list[str] = field(default_factory=list)
    hair: str = ""
    condition: list[str] = field(default_factory=list)

    def facts(self) -> tuple[str, ...]:
        return (self.age, *self.about, *self.wardrobe, self.hair, *self.condition)

    def wear(self, phrase: str) -> None:
        worn = garments_of(phrase)
        self.wardrobe = [each for each in self.wardrobe if not worn & garments_of(each)] + [phrase]
        self.condition = [each for each in self.condition if each not in _UNDRESSED]

    def take_off(self, phrase: str) -> None:
        gone = garments_of(phrase)
        self.wardrobe = [each for each in self.wardrobe if not gone & garments_of(each)]

    def put(self, phrase: str) -> None:
        """Keep a phrase where it belongs."""
        if _AGE.match(phrase):
            self.age = phrase
        elif GARMENT.search(phrase):
            self.wear(phrase)
        elif HAIR.search(phrase):
            self.hair = phrase
        elif STATE.search(phrase):
            self.condition = [*(each for each in self.condition if each != phrase), phrase]
        elif phrase not in self.about:
            self.about.append(phrase)


def looks_found(screenplay: Screenplay, names: Mapping[str, str]) -> tuple[LookDraft, ...]:
    """Return the looks of people in the order of the script; `names` has by each name the one they go by."""
    return tuple(_Reader(names).read(screenplay))


class _Reader:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {fold(name): whose for name, whose in names.items()}
        longest_first = sorted(names, key=len, reverse=True)
        # A name in any case but small letters; the capitals behind it are its surname.
        spelled = "|".join(re.escape(form) for name in longest_first for form in (name.upper(), name))
        self._mention = re.compile(rf"(?<![\w-])(?:{spelled})(?![\w-])") if spelled else None
        self._states: dict[tuple[str, Era], _State] = {}
        self._she: Counter[str] = Counter()
        self._last = ""
        self._here: dict[str, None] = {}  # who was named in the scene, the latest last

    def read(self, screenplay: Screenplay) -> Iterator[LookDraft]:
        if self._mention is None:
            return
        era = Era.PRESENT
        for scene in screenplay.scenes:
            if _FLASHBACK.search(scene.heading) and not _RESUMES.search(scene.heading):
                its = Era.FLASHBACK
            else:
                its = era
            if _RESUMES.search(scene.heading):
                its = era = Era.PRESENT
            yield from self._scene(scene, its)
            for element in scene.elements:
                if element.kind in (Kind.TRANSITION, Kind.ACTION):
                    text = element.text.strip()
                    if _RESUMES.search(text) and len(text) < 40:
                        era = Era.PRESENT
                    elif _FLASHBACK.search(text) and len(text) < 40:
                        era = Era.FLASHBACK

    def _scene(self, scene: ScriptScene, era: Era) -> Iterator[LookDraft]:
        self._last = ""
        self._here = {}
        if not _GOES_ON_IN_TIME.search(scene.slug.time_of_day):
            yield from self._dry(scene, era)
        for element in scene.elements:
            if element.kind is not Kind.ACTION:
                continue
            for sentence in _whole_sentences(collapse(element.text)):
                for name, quote, opens in self._sentence(sentence, era):
                    place = (element.span.line, element.span.end_line, scene.span.line)
                    yield self._draft(name, era, place, sentence, quote, opens)

    def _dry(self, scene: ScriptScene, era: Era) -> Iterator[LookDraft]:
        """A state such as “soaked” ends where time has gone on."""
        for (name, its), state in self._states.items():
            if its is era and state.condition:
                state.condition = []
                yield self._draft(name, era, (scene.span.line,) * 3, "", scene.heading, False)

    def _draft(
        self, name: str, era: Era, place: tuple[int, int, int], sentence: str, quote: str, opens: bool
    ) -> LookDraft:
        state = self._states[name, era]
        return LookDraft(
            name=name,
            line=place[0],
            end_line=place[1],
            scene_line=place[2],
            sentence=sentence,
            quote=quote,
            opens=opens,
            era=era,
            age=state.age,
            wardrobe=", ".join(state.wardrobe),
            hair=state.hair,
            condition=", ".join(state.condition),
            text=", ".join(filter(None, state.facts())),
        )

    def _sentence(self, sentence: str, era: Era) -> Iterator[tuple[str, str, bool]]:
        """Whose look a sentence changes, by which words, and whether it is the first that is said of them."""
        for name, text, introduced in self._parts(sentence):
            state = self._states.get((name, era))
            opens = state is None or not any(state.facts())
            state = state or _State()
            before = state.facts()
            _read(state, text, introduced=introduced, first=opens)
            if state.facts() != before and any(state.facts()):
                self._states[name, era] = state
                yield name, text.strip(" ,"), opens

    def _parts(self, sentence: str) -> Iterator[tuple[str, str, bool]]:
        """A sentence by the people it tells of: whom, the words behind the name, whether it is introduced."""
        assert self._mention is not None
        found = list(self._mention.finditer(sentence))
        head = sentence[: found[0].start()] if found else sentence
        words = {word.casefold() for word in re.findall(r"\w+", head)}
        who = self._meant(words)
        if who and head.strip():
            self._tell(who, head)
            yield who, " " + head, False
        for at, mention in enumerate(found):
            name = self._names[fold(mention[0])]
            if sentence[mention.end() : mention.end() + 2] in ("'s", "’s"):
                continue
            end = found[at + 1].start() if at + 1 < len(found) else len(sentence)
            rest = sentence[mention.end() : end]
            capitals = mention[0].isupper()
            surname = re.match(r"(?:\s+[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w’']))+", rest) if capitals else None
            if surname:
                kept = 0
                for word in re.finditer(r"\s+(\S+)", surname[0]):
                    if not word[1].strip(",").isupper() or len(word[1]) < 2:
                        break
                    kept = word.end()
                rest = rest[kept:]
            aged = _BRACKET.match(rest)
            introduced = capitals or bool(aged)
            if introduced and at == 0 and head.rstrip().endswith(":"):
                rest += ", " + head.rstrip(" :")
            self._tell(name, rest)
            yield name, rest, introduced
            self._last = name
            self._here.pop(name, None)
            self._here[name] = None

    def _tell(self, name: str, text: str) -> None:
        said = {word.casefold() for word in re.findall(r"\w+", text)}
        self._she[name] += bool(said & _SHE) - bool(said & _HE)

    def _meant(self, said: set[str]) -> str:
        """Whom a pronoun means: the last one named, where it fits."""
        if not self._last or not said & (_SHE | _HE):
            return ""
        others = [name for name in self._here if name != self._last]
        for name in (self._last, *reversed(others)):
            leaning = self._she[name]
            if leaning == 0 or bool(said & (_SHE if leaning > 0 else _HE)):
                return name
        return ""


def _whole_sentences(text: str) -> list[str]:
    """The sentences of a text; a title in capitals (MR.) does not end one."""
    out: list[str] = []
    for sentence in sentences(text):
        if out and _TITLE.search(out[-1]):
            out[-1] += " " + sentence
        else:
            out.append(sentence)
    return out


def _read(state: _State, text: str, *, introduced: bool, first: bool) -> None:
    """Take what a text says of somebody's looks into their state."""
    bracket = _BRACKET.match(text)
    if bracket:
        _bracket(state, bracket[1])
        text = text[bracket.end() :]
    pieces = re.split(r"([,;:.!?–—]|\s--?\s)", text)
    clauses = pieces[::2]
    lists = introduced or first
    for at, raw in enumerate(clauses):
        clause = raw.strip()
        if not clause:
            continue
        told = not clauses[0].strip() or _ALONE.match(clause) or _is_visible(clause)
        if at and lists and told and _is_phrase(clause):
            if clause.casefold() not in _FEELINGS:
                state.put(bare(clause))
            continue
        if at and introduced and not _GOES_ON.match(clause):
            lists = lists and not _is_act(clause)
        _change(state, clause)


def _bracket(state: _State, words: str) -> None:
    for piece in re.split(r"[,;]", words):
        if piece.strip():
            state.put(piece.strip())


def _is_visible(clause: str) -> bool:
    return any(words.search(clause) for words in (GARMENT, HAIR, STATE)) or bool(_AGE.match(clause))


def _is_act(clause: str) -> bool:
    first = clause.split(" ")[0].lower()
    is_thing = first in _NO_VERBS or GARMENT.fullmatch(first) or HAIR.fullmatch(first)
    return bool(_FINITE.fullmatch(first)) and not is_thing


def _is_phrase(clause: str) -> bool:
    """Whether a clause of an introduction tells what somebody is or has on, not what goes on."""
    return len(clause) <= 80 and not _is_act(clause) and not _GOES_ON.match(clause)


def _change(state: _State, clause: str) -> None:
    """Take what an act changes: clothes put on and off, a state, a piece of clothing told of by the way."""
    aged = _NOW_AGED.search(clause)
    if aged:
        state.age = aged[1]
    if STRIPS.search(clause):
        state.wardrobe = []
    off = TAKEN_OFF.search(clause)
    if off and garments_of(off[1]):
        state.take_off(off[1])
        clause = clause[: off.start()] + " " + clause[off.end() :]
    on = PUT_ON.search(clause)
    if on and garments_of(on[1]):
        state.wear(bare(on[1]))
        clause = clause[: on.start()]
    for found in ON.finditer(clause):
        phrase = bare(found[1])
        if GARMENT.search(phrase) or HAIR.search(phrase):
            state.put(phrase)
    for found in STATE.finditer(clause):
        state.put(found[0].lower())
    if re.match(r"(?:\w+ )?hair\b", clause, re.IGNORECASE):
        state.hair = clause
    elif (
        (GARMENT.match(clause) or re.match(r"(?:an? |\w+ )?", clause))
        and GARMENT.match(bare(clause))
        and not _is_act(clause)
    ):
        state.put(bare(clause))
