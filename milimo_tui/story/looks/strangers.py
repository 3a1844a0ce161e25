"""Somebody of whom a scene tells before it says who it is: “A man gets out. Fifty. Green fleece.” Pure."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace

from milimo_tui.story.looks.descriptions import (
    brings_in,
    is_age,
    is_description,
    is_of_a_stranger,
    stranger_at,
    stranger_is,
)
from milimo_tui.story.reading.moment import Moment, Told

_SAYS = re.compile(r"(he|she)(?:['’]s| is| has on| wears)\b", re.IGNORECASE)
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

    def speaks(self, name: str) -> Stranger | None:
        """Return which stranger somebody who speaks may be, and forget those who can't speak any more."""
        gender = self._gender.get(name, "")
        mine = [key for key in self._waiting if not gender or key in ("", gender)]
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
