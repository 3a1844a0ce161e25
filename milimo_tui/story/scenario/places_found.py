"""Find the places and times of a story in prose, and the objects that people handle.

The rules look at the words next to a noun, such as prepositions, articles and verbs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from milimo_tui.story.reading.place_words import FIXTURES, PLACES, is_inside
from milimo_tui.story.scenario.languages import Language
from milimo_tui.story.values.shot_words import Setting

_WORD = r"[\wà-ÿœ'’-]+"


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """A place of the story: its name, and its setting (interior or exterior)."""

    name: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class PlaceInSentence:
    """A place named in a sentence. `is_here` is True if the events of the sentence happen at the place."""

    where: StoryPlace
    is_here: bool


# If one of these words follows an article, a different phrase begins and the words name no place.
_BREAKING_WORDS = """but and or of the a an with for from than that to as is was"""
_BREAKS_OFF = frozenset(_BREAKING_WORDS.split())
_NO_SETTING = frozenset(("floor", "ground", "world", "wall", "water", "sky"))


class PlaceFinder:
    """Finder of places, times of day and handled objects in sentences of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        if language.code == "en":
            self._place = re.compile(
                rf"\b(?P<before>{language.before_place})\s+(?:{language.articles})\s+"
                r"(?P<words>(?:[a-zà-ÿ-]+\s){0,3}[a-zà-ÿ-]+)",
                re.IGNORECASE,
            )
            self._subject = re.compile(r"^\W*The\s(?P<words>(?:[a-zà-ÿ-]+\s){0,2}[a-zà-ÿ-]+)")
        elif language.has_blanks:
            nouns = f"{language.places_in}|{language.places_out}"
            article = rf"(?:{language.articles}|au|aux|du|des|de)(?:\s|(?<=['’]))"
            self._place = re.compile(
                rf"(?<![\w-])(?P<before>{language.before_place})\s+(?P<article>{article})?(?:(?P<words>\w+)\s)?"
                rf"(?P<noun>{nouns})\b",
                re.IGNORECASE,
            )
            self._subject = re.compile(
                rf"^\W*(?:Le\s|La\s|L['’])(?:(?P<words>\w+)\s)?(?P<noun>{nouns})\b", re.IGNORECASE
            )
        else:
            nouns = "|".join(
                sorted(f"{language.places_in}|{language.places_out}".split("|"), key=len, reverse=True)
            )
            name = (
                rf"(?P<words>(?:[一-龯々ァ-ヶー]{{1,6}}の){{0,2}}[一-龯々ァ-ヶー]{{0,4}}?)(?P<noun>{nouns})"
            )
            self._place = re.compile(rf"{name}(?P<after>{language.after_place})")
            self._subject = re.compile(rf"^{name}(?=は|が|の)")
        self._looks = (
            re.compile(language.match_whole_words(language.looks), re.IGNORECASE) if language.looks else None
        )
        self._puts = (
            re.compile(language.match_whole_words(language.puts), re.IGNORECASE) if language.puts else None
        )
        self._away = re.compile(language.away, re.IGNORECASE) if language.away else None
        self._inside = frozenset(language.places_in.split("|"))
        self._breaks = re.compile(language.match_whole_words(language.breaks), re.IGNORECASE)
        self._times = {
            time: re.compile(language.match_whole_words(words), re.IGNORECASE)
            for time, words in language.times.items()
        }
        if language.has_blanks:
            self._held = re.compile(
                rf"\b(?:{language.hold})\s+(?:{language.articles})(?:\s|(?<=['’]))((?:{_WORD}\s)??{_WORD})"
                rf"(?=[.,;:!?…]|\s(?:and|from|in|on|to|with|of|out|up|into|et|de|dans|sur|du|d['’])|$)",
                re.IGNORECASE,
            )
        else:
            self._held = re.compile(rf"([一-龯々ァ-ヶー]{{1,8}})を[^。、]{{0,6}}?(?:{language.hold})")

    def find_places(self, sentence: str) -> tuple[PlaceInSentence, ...]:
        """Return the places that a sentence names, in order."""
        out: list[PlaceInSentence] = []
        for found in self._place.finditer(sentence):
            where = self._make_story_place(found)
            # French “de” before a noun without an article names a kind of thing: a “robe de chambre”
            # (dressing gown) is not a room.
            is_kind = (
                found["before"].lower() == "de" and not found["article"]
                if self._language.code == "fr"
                else False
            )
            if where is not None and not is_kind:
                out.append(PlaceInSentence(where, self._happens_there(found, sentence, where)))
        if (
            not out
            and (subject := self._subject.search(sentence))
            and (where := self._make_story_place(subject))
        ):
            out.append(PlaceInSentence(where, is_here=False))
        return tuple(out)

    def _make_story_place(self, found: re.Match[str]) -> StoryPlace | None:
        """Return the place that a match names, or None if none of its words is a word for a place."""
        if self._language.code == "en":
            words = _cut_english_place(found["words"].lower().split())
            return (
                StoryPlace(" ".join(words), _choose_place_setting(bool(is_inside(words)))) if words else None
            )
        before, noun = found["words"] or "", found["noun"]
        if not self._language.has_blanks:
            return StoryPlace(f"{before}{noun}", _choose_place_setting(noun in self._inside))
        article = re.fullmatch(rf"(?:{self._language.articles})", before, re.IGNORECASE)
        name = noun.lower() if not before or article else f"{before.lower()} {noun.lower()}"
        return StoryPlace(name, _choose_place_setting(noun.lower() in self._inside))

    def _happens_there(self, found: re.Match[str], sentence: str, where: StoryPlace) -> bool:
        """Return True if the events of a sentence happen at the place `where`.

        Return False if people only look at the place, leave it, or put something there.
        """
        if where.name in _NO_SETTING:
            return False
        groups = found.groupdict()
        preposition = groups.get("before") or groups.get("after") or ""
        if self._away is not None and self._away.fullmatch(preposition):
            return False
        # In languages with spaces the verb is before the place, in Japanese it is after the place.
        if self._language.has_blanks:
            text = sentence[: found.start()]
            return not (
                _pattern_matches(self._looks, text)
                or _pattern_matches(self._puts, re.split(r"[,;:—–]", text)[-1])
            )
        text = re.split("、", sentence[found.end() :])[0]
        return not (
            _pattern_matches(self._looks, text) if preposition == "を" else _pattern_matches(self._puts, text)
        )

    def find_time_of_day(self, sentence: str) -> str:
        """Return the first time of day that a sentence names, as written in scene headings (`NIGHT`), or an
        empty string.
        """
        places = [
            (found.start(), time) for time, one in self._times.items() if (found := one.search(sentence))
        ]
        return min(places)[1] if places else ""

    def says_time_passed(self, sentence: str) -> bool:
        """Return True if a sentence says that time has passed (“the next morning”)."""
        return self._breaks.search(sentence) is not None

    def find_handled_things(self, sentence: str) -> tuple[str, ...]:
        """Return the objects that people handle in a sentence, in lower case and without duplicates."""
        return tuple(
            dict.fromkeys(" ".join(found[1].split()).lower() for found in self._held.finditer(sentence))
        )


def _pattern_matches(words: re.Pattern[str] | None, text: str) -> bool:
    return words is not None and words.search(text) is not None


def _choose_place_setting(inside: bool) -> Setting:
    return Setting.INTERIOR if inside else Setting.EXTERIOR


def _cut_english_place(words: list[str]) -> list[str]:
    """Return the words up to and including the word for a place (`noodle bar`). Return an empty list if there
    is none.
    """
    for at, word in enumerate(words):
        if word in _BREAKS_OFF:
            return []
        single = word.removesuffix("s")
        # Some words mean a piece of furniture if they stand alone (a counter), but a place after another word
        # (a noodle bar).
        if {word, single} & PLACES and (at or not {word, single} & FIXTURES):
            follows = words[at + 1 : at + 2]
            return words[: at + 2] if follows and follows[0] in PLACES else words[: at + 1]
    return []
