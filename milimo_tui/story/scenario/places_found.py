"""Where and when a story in prose plays, and the things that are handled in it, by words beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from milimo_tui.story.reading.place_words import FIXTURES, PLACES, is_inside
from milimo_tui.story.scenario.languages import Language
from milimo_tui.story.values.film import Setting

_WORD = r"[\wà-ÿœ'’-]+"


@dataclass(frozen=True, slots=True)
class Where:
    """A place by its name, and whether it is inside."""

    name: str
    setting: Setting


class Finder:
    """Looks for places, times and things in sentences of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        if language.code == "en":
            self._place = re.compile(
                rf"\b(?:{language.before_place})\s+(?:{language.articles})\s+((?:[a-z-]+\s){{0,3}}[a-z-]+)",
                re.IGNORECASE,
            )
        elif language.has_blanks:
            nouns = f"{language.places_in}|{language.places_out}"
            article = rf"(?:{language.articles})(?:\s|(?<=['’]))"
            self._place = re.compile(
                rf"(?<![\w-])(?:{language.before_place})\s+(?:{article})?(?:(\w+)\s)?({nouns})\b",
                re.IGNORECASE,
            )
        else:
            nouns = f"{language.places_in}|{language.places_out}"
            self._place = re.compile(
                rf"((?:[一-龯々ァ-ヶー]{{1,6}}の)?)((?:{nouns}))(?=(?:{language.after_place}))"
            )
        self._inside = frozenset(language.places_in.split("|"))
        self._breaks = re.compile(language.whole(language.breaks), re.IGNORECASE)
        self._times = {
            time: re.compile(language.whole(words), re.IGNORECASE) for time, words in language.times.items()
        }
        if language.has_blanks:
            self._held = re.compile(
                rf"\b(?:{language.hold})\s+(?:{language.articles})(?:\s|(?<=['’]))((?:{_WORD}\s)??{_WORD})"
                rf"(?=[.,;:!?…]|\s(?:and|from|in|on|to|with|of|out|up|into|et|de|dans|sur|du|d['’])|$)",
                re.IGNORECASE,
            )
        else:
            self._held = re.compile(rf"([一-龯々ァ-ヶー]{{1,8}})を[^。、]{{0,6}}?(?:{language.hold})")

    def place(self, sentence: str) -> Where | None:
        """The first place that a sentence is told at."""
        for found in self._place.finditer(sentence):
            if self._language.code == "en":
                words = _english(found[1].lower().split())
                if words:
                    return Where(" ".join(words), _setting(bool(is_inside(words))))
                continue
            noun = found[2]
            if not self._language.has_blanks:
                return Where(f"{found[1]}{noun}", _setting(noun in self._inside))
            before = found[1] or ""
            article = re.fullmatch(rf"(?:{self._language.articles})", before, re.IGNORECASE)
            name = noun.lower() if not before or article else f"{before.lower()} {noun.lower()}"
            return Where(name, _setting(noun.lower() in self._inside))
        return None

    def time(self, sentence: str) -> str:
        """The time of day that a sentence names, as headings have it; empty for none."""
        places = [
            (found.start(), time) for time, one in self._times.items() if (found := one.search(sentence))
        ]
        return min(places)[1] if places else ""

    def breaks(self, sentence: str) -> bool:
        """Whether a sentence says that time has passed."""
        return self._breaks.search(sentence) is not None

    def things(self, sentence: str) -> tuple[str, ...]:
        """The things that somebody handles in a sentence."""
        return tuple(
            dict.fromkeys(" ".join(found[1].split()).lower() for found in self._held.finditer(sentence))
        )


def _setting(inside: bool) -> Setting:
    return Setting.INTERIOR if inside else Setting.EXTERIOR


def _english(words: list[str]) -> list[str]:
    """The words up to the last in a row that names a place: `noodle bar`; none where no word does."""
    for at, word in enumerate(words):
        single = word.removesuffix("s")
        # A counter stands in a room; a noodle bar is one.
        if {word, single} & PLACES and (at or not {word, single} & FIXTURES):
            follows = words[at + 1 : at + 2]
            return words[: at + 2] if follows and follows[0] in PLACES else words[: at + 1]
    return []
