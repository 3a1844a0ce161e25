"""Reads a scene from its first line to its last: who is there, who is meant, who is heard.

Sentence by sentence: names, roles (“the boy”), pronouns and “both” or “everyone” are people; who acts or was
introduced is present until they leave; who is only talked about is not. Pronouns mean the last person whom
they fit, the one who acted before the one who was acted on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.story.reading import voices
from milimo_tui.story.reading.beats import Beat, beats
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.reading.people import People, fits_noun, tokens_of
from milimo_tui.story.reading.person_words import AGES, roles
from milimo_tui.story.screenplay.cast import Cast
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Function, Line, VoicePosition
from milimo_tui.story.values.text import fold, sentences

Parts = Callable[[str], Sequence[str]]  # the text of an action → the texts of its shots
_SHE = frozenset({"she", "her", "hers", "herself"})
_HE = frozenset({"he", "him", "his", "himself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
_EVERYBODY = frozenset({"everyone", "everybody", "all"})
_OWNERS = frozenset({"his", "her", "their"})
_LEAVES = re.compile(
    r"\b(?:leaves|exits|bolts|vanishes|disappears|departs|flees|escapes|is gone|are gone|drives (?:off|away)"
    r"|(?:goes|walks|runs|storms|slips|hurries|strides|rushes|backs|heads|steps) (?:out|off|away)"
    r"|(?:goes|walks|runs|storms|slips|hurries) (?:\w+ ){0,3}(?:out|off|away)\b)\b",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b(?:leaves (?:it|her|him|them|the|a|an|his|her|one|nothing|some|behind))\b", re.IGNORECASE
)
_ALONE = re.compile(r"\balone\b|\bby (?:him|her)self\b", re.IGNORECASE)
_NOT_HERE = re.compile(
    r"\b(?:no|without|photo(?:graph)? of|picture of|portrait of|letter from|thinks of"
    r"|remembers)\s+(?:an?\s|the\s)?$",
    re.I,
)
_EXCEPT = re.compile(r"\b(?:everyone|everybody|all) (?:but|except)\b", re.IGNORECASE)
_PAIR = re.compile(
    r"\b(?:both|neither|the two of them|the pair|each other|one another|the two)\b", re.IGNORECASE
)

_COUNTS = {"three": 3, "four": 4, "five": 5, "six": 6}
_COUNTED = re.compile(
    r"\b(three|four|five|six) (?:of them|heads|faces|figures)\b|\ball (?:three|four)\b", re.IGNORECASE
)
_OTHERS = re.compile(r"\bthe (?:others|rest(?= of them| \w+)|other (?:two|three|four))\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"][^”\"]{1,80}[”\"]")
_ON_SCREEN = re.compile(
    r"(?:on|in) (?:the|a|his|her) (?:\w+ )?(?:monitor|screen|television|tv|mirror|photograph)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(r"((?:[^\W\d_]+\.? ?){1,3})[,?!]")
_RELATIVES = frozenset(
    {
        "mother", "father", "mom", "mum", "dad", "wife",
        "husband", "son", "daughter", "sister", "brother", "uncle",
        "aunt", "niece", "nephew", "grandmother", "grandfather", "grandson", "granddaughter",
    }
)  # fmt: skip


@dataclass(slots=True)
class SceneReader:
    """Reads the scenes of a screenplay in their order; whom a pronoun may mean goes on from one to the next.

    `parts` cuts an action that is too long for one shot.
    """

    cast: Cast
    people: People
    parts: Parts
    is_about_nobody: Callable[[str], bool]
    recent: list[str] = field(default_factory=list)
    by_place: dict[str, list[str]] = field(default_factory=dict)  # who was at a place last

    def read(self, scene: ScriptScene) -> tuple[Moment, ...]:
        """The moments of a scene."""
        reading = _Scene(scene, self.cast, self.people, self.parts, self.is_about_nobody)
        place = fold(scene.slug.location)
        reading.recent = list(dict.fromkeys((*self.by_place.get(place, ()), *self.recent)))
        moments = tuple(reading.moments())
        self.recent = reading.recent[:8]
        self.by_place[place] = [name for name in self.recent if name in reading.present]
        return moments


@dataclass(slots=True)
class _Found:
    """What a sentence or a text shows: people in order, and what was guessed."""

    seen: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class _Scene:
    """One scene being read. `present`: who is there, the latest last; `recent`: whom pronouns may mean."""

    scene: ScriptScene
    cast: Cast
    people: People
    parts: Parts
    is_about_nobody: Callable[[str], bool]
    present: dict[str, None] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)  # the latest first
    last: tuple[str, ...] = ()
    spoke: list[str] = field(default_factory=list)  # the latest last
    on_line: set[str] = field(default_factory=set)  # voices that come through a telephone or radio
    device: bool = False  # a telephone or radio is in the scene

    def moments(self) -> Iterator[Moment]:
        found = beats(self.scene, self.cast)
        self.device = voices.is_on_line(self.scene.text)
        for index, beat in enumerate(found):
            beat = replace(beat, speakers=tuple(dict.fromkeys(map(self.people.called, beat.speakers))))
            if beat.sides:
                yield self._speech(beat, found[index + 1 :])
            elif beat.card:
                yield Moment(beat=beat, caption=beat.caption)
            else:
                opens = index == 0 and not beat.montage and (bool(self.scene.slug.location) or len(found) > 2)
                yield from self._action(beat, opens)

    # -------------------------------------------------------------- action

    def _action(self, beat: Beat, opens: bool) -> Iterator[Moment]:
        for index, text in enumerate(self.parts(beat.text)):
            first = index == 0
            found, gone = self._text(text)
            seen = tuple(found.seen)
            insert = beat.written_framing.function is Function.INSERT
            if insert and not found.seen:
                seen = ()
            elif not seen and not beat.montage and not (opens and first) and not self.is_about_nobody(text):
                seen = tuple(name for name in self.last if name in self.present)
            near = tuple(name for name in self.present if name not in seen)
            thing = text if insert or (not seen and self.is_about_nobody(text)) else ""
            yield Moment(
                beat=beat,
                text=text,
                caption=beat.caption if first else "",
                opens=opens and first,
                seen=seen,
                near=near,
                focus=seen[0] if seen else "",
                thing=thing,
                doubts=tuple(found.doubts),
            )
            self.last = seen or self.last
            for name in gone:
                self.present.pop(name, None)

    def _text(self, text: str) -> tuple[_Found, list[str]]:
        """Everybody that a text shows, and who has left by its end."""
        whole, gone = _Found(), list[str]()
        for sentence in sentences(text) or [text]:
            found = self._sentence(sentence)
            whole.seen.update(found.seen)
            whole.doubts += found.doubts
            whole.subject = whole.subject or found.subject
            if found.subject and _LEAVES.search(sentence) and not _STAYS.search(sentence):
                gone.append(found.subject)
            if found.subject and _ALONE.search(sentence):
                gone += [name for name in self.present if name not in found.seen]
            for name in found.seen:
                if name in gone and found.subject == name and not _LEAVES.search(sentence):
                    gone.remove(name)
        return whole, gone

    def _sentence(self, sentence: str) -> _Found:
        found = _Found()
        on_screen = _ON_SCREEN.match(sentence) is not None
        sentence = _QUOTED.sub(" ", sentence)
        tokens = tokens_of(sentence)
        lowered = [token.casefold() for token in tokens]
        named = {mention.at: mention for mention in self.people.mentions(tokens)}
        if counted := _COUNTED.search(sentence):
            found.seen.update(dict.fromkeys(self._last(_COUNTS.get((counted[1] or "three").casefold(), 3))))
        elif _PAIR.search(sentence):
            found.seen.update(dict.fromkeys(self._last(2)))
        elif _OTHERS.search(sentence):
            others = [name for name in self.present if name not in self.last[:1]]
            found.seen.update(dict.fromkeys(others))
        at = 0
        while at < len(tokens):
            mention = named.get(at)
            if mention is not None:
                self._named(found, mention.name, tokens, at)
                at += mention.wide
                continue
            word = lowered[at]
            if word in _SHE or word in _HE:
                self._pronoun(found, "she" if word in _SHE else "he", word, at, lowered)
            elif word in _THEY:
                self._they(found, at)
            elif word in _EVERYBODY and (
                word != "all"
                or lowered[at + 1 : at + 2] in (["of"], ["three"], ["four"])
                or at == 0
                or lowered[at - 1] == "they"
            ):
                self._everybody(found, sentence, tokens, at)
            elif _noun(word) in roles():
                self._role(found, lowered, at)
            at += 1
        if on_screen:
            for mention in named.values():
                found.seen.setdefault(mention.name)
            return found
        for name in reversed(found.seen):
            self._arrives(name)
        if found.subject:
            self._arrives(found.subject)
        return found

    def _named(self, found: _Found, name: str, tokens: list[str], at: int) -> None:
        """Somebody by name: there when they act or are introduced, else only when they are there already."""
        before = " ".join(tokens[max(0, at - 3) : at]) + " "
        owner = at < len(tokens) and tokens[at].endswith(("'s", "’s"))
        introduced = tokens[at].isupper() and len(tokens[at]) > 1
        if name in self.present or introduced:
            found.seen.setdefault(name)
        elif owner or _NOT_HERE.search(before):
            return
        elif not found.subject or any(
            token in ("and", "with", "beside", "behind", "to", ",") for token in tokens[max(0, at - 2) : at]
        ):
            found.seen.setdefault(name)
        else:
            return
        if not found.subject and not owner:
            found.subject = name

    def _pronoun(self, found: _Found, gender: str, word: str, at: int, lowered: list[str]) -> None:
        is_subject = word in ("he", "she")
        possessive = word in _OWNERS
        not_this = found.subject if word in ("him", "her") and not possessive else ""
        if possessive and any(_noun(one) in _RELATIVES for one in lowered[at + 1 : at + 3]):
            return  # “his daughter” shows her, not him
        if word == "her":
            behind = lowered[at + 1] if at + 1 < len(lowered) else "."
            possessive = behind[:1].isalpha() and behind not in (
                "and",
                "to",
                "with",
                "from",
                "in",
                "on",
                "at",
                "as",
                "by",
                "up",
                "down",
                "out",
                "over",
                "into",
                "for",
                "a",
                "the",
                "an",
                "but",
                "when",
            )
            not_this = "" if possessive else found.subject
        fits = [
            name
            for name in self._recent(found)
            if self._fits(name, gender) and name != not_this and (is_subject or name in self.present)
        ]
        if not fits:
            return
        chosen = fits[0]
        if (possessive and found.subject and self._fits(found.subject, gender)) or (
            is_subject and found.subject and self._fits(found.subject, gender)
        ):
            chosen = found.subject
        known = self.people.by_name[chosen].gender
        rivals = [name for name in fits if name != chosen and name in self.present]
        if is_subject and not found.subject and (rivals or not known) and at == 0:
            sure = 0.45 if not known else 0.75 if len(rivals) == 1 else 0.6
            reason = "the last one whom it fits" if known else "nothing says what they are called by"
            found.doubts.append(Doubt(DoubtKind.CAST, word, chosen, tuple(rivals[:3]), sure, reason))
        found.seen.setdefault(chosen)
        if is_subject and not found.subject:
            found.subject = chosen

    def _recent(self, found: _Found) -> list[str]:
        """Whom a pronoun may mean, the likeliest first: who acts in the sentence, then the latest."""
        here = [found.subject] if found.subject else []
        return list(dict.fromkeys([*here, *self.recent]))

    def _fits(self, name: str, gender: str) -> bool:
        return (
            self.people.by_name[name].gender in (gender, "", "it") if name in self.people.by_name else False
        )

    def _they(self, found: _Found, at: int) -> None:
        if at > 0 and found.seen:
            return
        group = next((name for name in self.recent if self.people.by_name[name].is_group), "")
        found.seen.update(dict.fromkeys([group] if group and self.recent[:1] == [group] else self._last(2)))
        if not found.subject and found.seen:
            found.subject = next(iter(found.seen))

    def _last(self, count: int) -> list[str]:
        """The last so many who were there, those of the last picture first."""
        there = [name for name in (*self.last, *self.recent) if name in self.present]
        return list(dict.fromkeys(there))[:count]

    def _everybody(self, found: _Found, sentence: str, tokens: list[str], at: int) -> None:
        but = set[str]()
        if _EXCEPT.search(sentence):
            but = {mention.name for mention in self.people.mentions(tokens) if mention.at > at}
            lowered = [token.casefold() for token in tokens]
            for place in range(at, len(lowered)):
                if _noun(lowered[place]) in roles():
                    but |= set(self._by_role(lowered, place))
        found.seen.update(dict.fromkeys(name for name in self.present if name not in but))
        for name in but:
            found.seen.pop(name, None)

    def _role(self, found: _Found, lowered: list[str], at: int) -> None:
        names = self._by_role(lowered, at)
        if len(names) == 1:
            found.seen.setdefault(names[0])
            if not found.subject:
                found.subject = names[0]
        elif len(names) > 1:
            found.seen.update(dict.fromkeys(names))

    def _by_role(self, lowered: list[str], at: int) -> list[str]:
        """Whom “the old man” or “both women” mean, of those who are there; nobody for “a man”."""
        noun = _noun(lowered[at])
        before = lowered[max(0, at - 3) : at]
        if noun in _RELATIVES and before[-1:] and (before[-1] in _OWNERS or before[-1].endswith("s")):
            return self._relative(noun, before[-1])
        if before[-1:] in (["a"], ["an"], ["no"], ["another"]) or (
            before[-2:-1] in (["a"], ["an"]) and before[-1] not in ("the",)
        ):
            return []
        ages = {word for word in before if word in AGES}
        if roles()[noun] == "they":
            one = {
                "women": "she",
                "girls": "she",
                "ladies": "she",
                "men": "he",
                "boys": "he",
                "gentlemen": "he",
            }.get(noun)
            groups = [
                name
                for name in self.recent
                if self.people.by_name[name].is_group and noun in name.casefold().split()
            ]
            if groups:
                return groups[:1]
            return [name for name in self.present if one and self.people.by_name[name].gender == one]
        near = [name for name in self.recent if name in self.people.by_name]
        near.sort(key=lambda name: name not in self.present)
        fits = [name for name in near if fits_noun(self.people.by_name[name], noun, ages)]
        if ages:
            exact = [name for name in fits if ages & {word.casefold() for word in name.split()}]
            plain = [name for name in fits if not AGES & {word.casefold() for word in name.split()}]
            fits = exact or plain or fits
        else:
            fits = [name for name in fits if not AGES & {word.casefold() for word in name.split()}] or fits
        return fits[:1]

    def _relative(self, noun: str, owner: str) -> list[str]:
        """“His daughter”: who is called so, else the only other one there of that gender."""
        gender = roles()[noun]
        people = self.people.by_name
        there = [name for name in self.recent if name in people and name in self.present]
        called = [name for name in there if noun in people[name].nouns or noun in name.casefold().split()]
        if called:
            return called[:1]
        bearer = _key_of(owner)
        fits = [
            name
            for name in there
            if people[name].gender == gender
            and _key_of(name) != bearer
            and (noun not in ("son", "daughter") or (people[name].age or 0) < 45)
        ]
        return fits if len(fits) == 1 else []

    def _arrives(self, name: str) -> None:
        self.present.pop(name, None)
        self.present[name] = None
        if name in self.recent:
            self.recent.remove(name)
        self.recent.insert(0, name)

    # -------------------------------------------------------------- speech

    def _speech(self, beat: Beat, later: Sequence[Beat]) -> Moment:
        speaker = beat.speakers[0] if beat.speakers else ""
        first = beat.sides[0][0]
        heard = voices.position(
            first.extension,
            first.parenthetical,
            present=speaker in self.present,
            device=self.device or speaker in self.on_line,
        )
        if heard is VoicePosition.PHONE:
            self.on_line.add(speaker)
        doubts: tuple[Doubt, ...] = ()
        listener = self._listener(beat, later)
        if heard is VoicePosition.SEEN:
            for name in reversed(beat.speakers):
                self._arrives(name)
            seen = beat.speakers
        elif heard is VoicePosition.VOICE_OVER and speaker in self.present:
            seen = (speaker,)
        elif heard is VoicePosition.VOICE_OVER:
            there = tuple(self.present)
            seen = there if len(there) < 4 else tuple(name for name in self.last if name in self.present)
        elif heard is VoicePosition.ON_A_SCREEN:
            seen = beat.speakers
        else:
            seen = (listener,) if listener else ()
        if heard is not VoicePosition.SEEN and heard is not VoicePosition.VOICE_OVER and not listener:
            seen = tuple(name for name in self.last if name in self.present and name != speaker)[:1]
        self.spoke.append(speaker)
        away = heard is not VoicePosition.SEEN and seen != (speaker,)
        near = tuple(
            name for name in self.present if name not in seen and not (away and name in beat.speakers)
        )
        sides = tuple(tuple(self._line(line, heard) for line in side) for side in beat.sides)
        self.last = seen or self.last
        return Moment(
            beat=beat,
            sides=sides,
            caption=beat.caption,
            seen=seen,
            near=near,
            listener=listener,
            heard=heard,
            focus=seen[0] if seen else "",
            doubts=doubts,
        )

    def _line(self, line: Line, heard: VoicePosition) -> Line:
        return replace(line, character=self.people.called(line.character), heard=heard)

    def _listener(self, beat: Beat, later: Sequence[Beat]) -> str:
        """Who is spoken to: who is named, else who spoke last, else who answers, else who is there."""
        here = [name for name in self.present if name not in beat.speakers]
        said = " ".join(line.parenthetical for line in beat.sides[0])
        named = [mention.name for mention in self.people.mentions(tokens_of(said))]
        words = beat.sides[0][0].text if beat.sides[0] else ""
        if called := _CALLED.match(words):
            named += [mention.name for mention in self.people.mentions(tokens_of(called[1]))]
        before = [name for name in reversed(self.spoke) if name and name not in beat.speakers]
        answers = [
            self.people.called(name)
            for one in later[:3]
            if one.sides and not one.absent
            for name in one.speakers
        ]
        for name in (*named, *before[:1], *answers, *reversed(here)):
            if name in here:
                return name
        return ""


def _noun(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _key_of(name: str) -> str:
    return _noun(name.casefold())
