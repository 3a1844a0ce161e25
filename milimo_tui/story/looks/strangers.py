"""Those of whom a scene tells before it says who they are. Pure.

“A man gets out. Fifty. Green fleece.”, “eleven girls in yellow tracksuits”
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import any_of, late
from milimo_tui.story.looks.clothes.garment_words import COLOURS, FABRICS
from milimo_tui.story.looks.clothes.garments import GARMENT, one_of
from milimo_tui.story.looks.descriptions import (
    age_of_all,
    brings_in,
    is_age,
    is_description,
    is_of_a_stranger,
    stranger_at,
    stranger_is,
)
from milimo_tui.story.reading.moment import Moment, Told
from milimo_tui.story.values.text import fold

_SAYS = late(r"(he|she)(?:['’]s| is| has on| wears)\b", re.IGNORECASE)
_GENDERS = {"he": "he", "his": "he", "him": "he", "she": "she", "her": "she"}


@dataclass(frozen=True, slots=True)
class Stranger:
    """The words for somebody without a name, and the action that has them, by its lines."""

    words: str
    line: int
    end_line: int
    action: str


@dataclass(slots=True)
class Strangers:
    """Who is without a name in a scene so far, a man and a woman at the most, and each one's pronoun."""

    _waiting: dict[str, Stranger] = field(default_factory=dict)  # by pronoun; empty where the word says none
    _gender: dict[str, str] = field(default_factory=dict)  # the pronoun by which each was meant last

    def begin_scene(self) -> None:
        """Forget those of the scene before."""
        self._waiting.clear()

    def keep_genders(self, told: Told) -> None:
        """Keep by which pronoun each is meant."""
        for each in told.mentions:
            by = _GENDERS.get(told.sentence[each.start : each.end].casefold(), "")
            if by and each.name:
                self._gender[each.name] = by

    def may_be(self, name: str, whose: str) -> bool:
        """Return whether “his” or “her” may be somebody's, by what they were meant by before."""
        return name in self._gender and self._gender[name] == _GENDERS.get(whose)

    def is_called(self, one: Stranger, name: str) -> None:
        """Keep that a man or a woman without a name is somebody, and so he or she."""
        if gender := stranger_is(one.words):
            self._gender.setdefault(name, gender)

    def tell(self, sentence: str, moment: Moment) -> None:
        """Keep how somebody looks who has no name yet."""
        if is_of_a_stranger(sentence) or brings_in(sentence):
            gender = stranger_is(sentence)
            self._waiting.pop(gender, None)
            self._waiting[gender] = Stranger(sentence, moment.beat.line, moment.beat.end_line, moment.text)
            return
        last = self.last_in(moment.beat.line)
        if last is not None and (is_age(sentence) or is_description(sentence, by_itself=False)):
            gender = next(reversed(self._waiting))
            self._waiting[gender] = replace(last, words=f"{last.words.rstrip(' .')}, {sentence}")

    def goes_on(self, told: Told, moment: Moment, seen: Container[str]) -> str:
        """Take “She is sixteen” for a girl just told of, where the one whom it seems to mean was here before.

        Return what it says of the stranger; nothing where it is not of her.
        """
        last, said = self.last_in(moment.beat.line), _SAYS.match(told.sentence)
        if last is None or said is None or stranger_is(last.words) != said[1].casefold():
            return ""
        if told.mentions[0].name not in seen:
            return ""
        words = told.sentence[said.end() :].strip()
        gender = next(reversed(self._waiting))
        self._waiting[gender] = replace(last, words=f"{last.words.rstrip(' .')}, {words}")
        return words

    def last_in(self, line: int) -> Stranger | None:
        """Return whom the paragraph at a line told of last; None where it told of nobody."""
        last = next(reversed(self._waiting.values()), None)
        return last if last is not None and last.line == line else None

    def known_now(self) -> None:
        """Forget who was told of last, as the text says who it is."""
        self._waiting.popitem()

    def speaks(self, name: str, line: int) -> Stranger | None:
        """Return which stranger somebody who speaks may be, and forget those who can't speak any more.

        Whoever was named at a `line` before the stranger was told of, or there, is another.
        """
        gender = self._gender.get(name, "")
        mine = [
            key
            for key, each in self._waiting.items()
            if (not gender or key in ("", gender)) and each.line < line
        ]
        found = self._waiting.pop(mine[-1]) if mine else None
        for key in mine[:-1]:
            self._waiting.pop(key)
        return found


def is_only_his(told: Told) -> bool:
    """Return whether “his” and “her” of a sentence go with somebody in it who has no name: “a man, his hat
    off”.
    """
    one = stranger_at(told.sentence)
    he = stranger_is(told.sentence)
    return (
        one >= 0
        and bool(told.mentions)
        and all(
            each.start > one
            and (by := told.sentence[each.start : each.end].casefold()) in _GENDERS
            and (each.owner or _GENDERS[by] == he)
            for each in told.mentions
        )
    )


_MANY = late(
    r"(?<!\w)(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|sixty|several"
    r"|hundreds of|a (?:dozen|score|row|line|crowd|handful|group|couple) (?:of )?|\d+|some|the)[, -]+"
    r"(?:[\w'’-]+ ){0,3}?(?P<some>[^\W\d_]{3,}s|[^\W\d_]*men|children|people))(?!['’\w])"
    r"|(?<!\w)(?:the|an?|his|her|their) (?:[\w'’-]+ ){0,2}?(?P<body>choir|team|band|staff|crew|squad"
    r"|class|family|company"
    r"|platoon|orchestra|chorus|troupe|gang|party)(?!['’\w])"
    r"|(?<![\w'’])(?P<capitals>(?-i:[A-Z]{3,}(?:S|MEN)))(?!['’\w])",
    re.IGNORECASE,
)
_CLAD = late(
    rf"(?<!\w)in (?!their\b|his\b|her\b|the\b)(?P<clad>[^,;:.]*?(?:{GARMENT.pattern})(?: and"
    rf" [^,;:.]*?(?:{GARMENT.pattern}))?"
    rf"|(?:(?!the\b)[\w-]+ )?(?:{any_of(COLOURS + FABRICS)})(?=[,;:.]|$| (?:and|at|by|on|along|in|with"
    rf"|who|from|behind|around"
    r"|against|sit|stand|lie|wait|walk|run|come|go|carry|watch|march|lean|kneel|eat|play|dance|smoke"
    r"|talk|sing|queue"
    r"|file|line|move|hold|look|are|have|turn)\b))",
    re.IGNORECASE,
)
_LISTED = late(rf",\s*(?P<clad>(?:[\w'’-]+ ){{1,3}}(?:{GARMENT.pattern}))(?!\w)", re.IGNORECASE)
_ONE_OF = late(
    r"(?<!\w)(?:one of (?:them|the)|(?:like|than|of|unlike) the (?:rest|others)|among them"
    r"|the (?:leader|first|last|smallest|tallest|biggest|oldest|eldest"
    r"|youngest|loudest|nearest|foremost|tiniest|shortest|fattest|thinnest)(?:(?! (?:of|time|thing|day)\b)"
    r"| of (?:them|the (?:lot|bunch|pack|group))))"
    r"(?!\w)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Alike:
    """Groups of a scene so far, by the word for one of them, with the clothes that each has on."""

    _clothes: dict[str, str] = field(default_factory=dict)
    _ages: dict[str, str] = field(default_factory=dict)
    _groups: dict[str, str] = field(default_factory=dict)  # of whom it is known, in any scene: of which group

    def begin_scene(self) -> None:
        """Forget those of the scene before."""
        self._clothes.clear()
        self._ages.clear()

    def tell(self, sentence: str) -> dict[str, str]:
        """Keep how several are dressed. Return the clothes of each who is known to be one of them."""
        before = dict(self._clothes)
        if clad := _CLAD.search(sentence) or _LISTED.search(sentence):
            for many in _MANY.finditer(sentence):
                word = many["some"] or many["body"] or many["capitals"]
                if word.isupper() or not GARMENT.fullmatch(word):
                    self._clothes[_one(word)] = one_of(f"in {clad['clad']}")
                    self._ages[_one(word)] = age_of_all(sentence)
        told = {one: clothes for one, clothes in self._clothes.items() if before.get(one) != clothes}
        return {name: told[one] for name, one in self._groups.items() if one in told}

    def clothes_of(self, name: str, words: str) -> str:
        """Return the clothes of somebody who is one of a group, by the name or what is told; else none."""
        called = {fold(word) for word in re.findall(r"[^\W\d_]+", f"{name} {words}")}
        names = {fold(word) for word in name.split()}
        for one, clothes in reversed(self._clothes.items()):
            is_named = one in names or (len(names) > 1 and any(len(w) > 2 and one.endswith(w) for w in names))
            is_meant = one in {_one(word) for word in called} or len(self._clothes) == 1
            if is_named or (is_meant and _ONE_OF.search(words)):
                self._groups[name] = one
                return clothes
        return ""

    def age_of(self, name: str) -> str:
        """Return the age of the group of which somebody is known to be one; empty for none."""
        return self._ages.get(self._groups.get(name, ""), "")


def _one(word: str) -> str:
    """The singular of a word for people."""
    folded = fold(word)
    return folded[:-3] + "man" if folded.endswith("men") else folded.removesuffix("s")
