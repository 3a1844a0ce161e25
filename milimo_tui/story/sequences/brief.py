"""Parse a brief, which is a sentence that asks for a sequence of shots. It may give the number of shots,
mood, place, time, people and style.

Example: “Eight tense shots in a rain-wet market, with Mara and Jun, film noir.” Values that the brief does
not mention stay empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.place_words import is_inside
from milimo_tui.story.reading.weather_words import names_weather
from milimo_tui.story.sequences import tables
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import fold_accents, has_phrase

# Number of shots if a brief gives none, and maximum number of shots. A brief that asks for more is refused.
# Both numbers are those of storycore-engine.
USUAL, MOST = 5, 50
LONGEST = 1000  # Maximum number of characters of a brief. A longer brief is refused.
_COUNT = compile_lazily(
    rf"\b(\d{{1,4}}|{NUMBER_WORDS})\s(?:[\w'’-]+[\s,]+(?:and\s)?){{0,5}}?shots?\b", re.IGNORECASE
)
_PLACE = compile_lazily(
    r"\b(?:inside|outside|in|at|on|through|under|near|across|along|shots?\sof)\s+"
    r"((?:the|an?|this|that|his|her|their)\s+[^,.;:!?]+?|[^,.;:!?]+?)"
    r"(?=\s+(?:with|between|at|by|about|where|while|as|during|before|after|in the style)\b|[,.;:!?]|$)",
    re.IGNORECASE,
)
_NO_PLACE = compile_lazily(
    r"(?:the )?(?:(?:style|manner|mood)\b.*|rain|snow|fog|mist|dark|night|morning|evening)", re.IGNORECASE
)
_ARTICLE = compile_lazily(r"^(?:the|an?|this|that)\s+", re.IGNORECASE)
_TIME = compile_lazily(
    r"\b(dawn|sunrise|morning|noon|midday|afternoon|dusk|sunset|evening|night|midnight|day)(?:time)?\b",
    re.IGNORECASE,
)
_WITH = compile_lazily(r"\b(?:with|between|of|for|about)\s+([^,.;:!?]+(?:,\s*(?=[A-Z])[^,.;:!?]+)*)")
_NAME = compile_lazily(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][\w'’-]*(?:\s[A-ZÀ-ÖØ-Þ][\w'’-]*)*")
_ROLE = compile_lazily(
    r"\b(?:an?|the|two)\s+(?:[a-z-]+\s)?"
    r"(man|woman|boy|girl|child|thief|lovers?|soldiers?|detective|stranger|mother|father|sister|brother|nurse"
    r"|doctor|driver|cook|courier|old man|old woman|dancer|guard|priest|teacher|widow|king|queen|dog|cat)\b",
    re.IGNORECASE,
)
_WET = compile_lazily(
    r"\b(rain|snow|fog|mist|storm)(?:[- ](?:wet|soaked|swept|bound|covered)|y)?\b", re.IGNORECASE
)
_WEATHER = {"rainy": "rain", "snowy": "snow", "foggy": "fog", "misty": "mist", "stormy": "storm"}
BRIEF_PACES = {
    "slow": "slow",
    "slowly": "slow",
    "unhurried": "slow",
    "quick": "quick",
    "rapid": "quick",
    "fast-cut": "quick",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceBrief:
    """A parsed brief. `mood`, `kind` and `style` are names of rows in the TOML tables of this package.
    `style_words` is the style in the words of the user.
    """

    text: str
    count: int = USUAL
    is_counted: bool = False
    count_words: str = ""  # The number of shots as written in the text: `eight`.
    mood: str = ""
    kind: str = ""
    style: str = ""
    style_words: str = ""
    people: tuple[str, ...] = ()
    place: str = ""
    setting: Setting = Setting.NONE
    time_of_day: str = ""
    weather: str = ""
    pace: str = ""

    @property
    def scene_heading(self) -> str:
        """The heading of a scene at the brief's place: `EXT. RAIN-WET MARKET - NIGHT`."""
        prefix = f"{self.setting.value}. " if self.setting else ""
        time = f" - {self.time_of_day.upper()}" if self.time_of_day else ""
        return f"{prefix}{(self.place or 'a place').upper()}{time}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefOptions:
    """Values that the user gives as options in addition to the text of a brief. They take precedence over the
    words of the brief.
    """

    shots: int | None = None
    mood: str = ""
    kind: str = ""
    style: str = ""
    people: tuple[str, ...] | None = None


def parse_brief(
    text: str, options: BriefOptions, known: Sequence[str] = (), places: Sequence[str] = ()
) -> SequenceBrief:
    """Parse the text of a brief. `options` are values that the user gave as options; they take precedence
    over the text. `known` are the names of the film's people, and `places` the names of its places.

    Raises BadInput for an empty or very long brief, too many shots, and an unknown mood or kind.
    """
    words = " ".join(text.split())
    if not words:
        raise BadInput(
            "a brief needs a description of what is seen",
            "for example: eight tense shots in a rain-wet market",
        )
    if len(words) > LONGEST:
        raise BadInput(
            f"the brief is too long: {len(words)} letters",
            f"the limit is {LONGEST}; for a story, use milimo script transform",
        )
    found = _COUNT.search(words)
    stated_count = (int(found[1]) if found[1].isdigit() else parse_number_words(found[1])) if found else 0
    count = options.shots if options.shots is not None else stated_count or USUAL
    if not 1 <= count <= MOST:
        raise BadInput(f"a sequence can't have {count} shots", f"use 1 to {MOST}")
    place = _find_brief_place(words, places)
    # Words in the name of a place may set the mood too: “the quiet street” makes a quiet sequence.
    mood = options.mood and _find_row_name(options.mood, tables.read_moods(), "mood")
    kind = options.kind and _find_row_name(options.kind, tables.read_sequence_kinds(), "kind of sequence")
    style = tables.find_first_row(options.style or words, tables.read_styles())
    people = _find_brief_people(words, known, place) if options.people is None else options.people
    return SequenceBrief(
        text=words,
        count=count,
        is_counted=options.shots is not None or bool(stated_count),
        count_words=found[1] if found else "",
        mood=mood or _get_row_name(tables.find_first_row(words, tables.read_moods())),
        kind=kind or _get_row_name(tables.find_first_row(words, tables.read_sequence_kinds())),
        style=_get_row_name(style),
        style_words=options.style.strip() or (style.prompt if style else ""),
        people=people,
        place=place,
        setting=_choose_setting(place, words),
        time_of_day=_find_time_of_day(words),
        weather=_find_weather(words),
        pace=next(
            (BRIEF_PACES[word] for word in re.findall(r"[\w-]+", words.casefold()) if word in BRIEF_PACES), ""
        ),
    )


def _find_row_name(
    word: str, rows: dict[str, tables.Mood] | dict[str, tables.SequenceKind], what: str
) -> str:
    """Return the name of the table row that `word` selects. The row either has that name, or its pattern
    matches `word`. Raises BadInput if there is no such row.

    `what` names the kind of row for the error message, such as `mood`.
    """
    row = rows.get(word.strip().casefold()) or tables.find_first_row(word, dict(rows))
    if row is None:
        raise BadInput(f"there is no {what} “{word}”", f"choices: {', '.join(rows)}")
    return _get_row_name(row)


def _get_row_name(row: tables.Mood | tables.SequenceKind | tables.FilmingStyle | None) -> str:
    return row.name if row is not None else ""


def _find_brief_place(words: str, places: Sequence[str]) -> str:
    """Return the place of a brief: the longest name in `places` that it mentions, or otherwise the phrase
    after “in”, “at” or “on”. Return an empty string if there is none.
    """
    named = [name for name in places if name and has_phrase(fold_accents(words), fold_accents(name))]
    if named:
        return max(named, key=len)
    for found in _PLACE.finditer(words):
        phrase = _ARTICLE.sub("", found[1].strip())
        is_about = found[0].split()[1:2] == ["of"] and _NAME.fullmatch(phrase.partition(" and ")[0])
        if is_about or _ROLE.match(found[1]):  # “Eight shots of Mara” names a person, not a place.
            continue
        if phrase and not _NO_PLACE.fullmatch(phrase) and not _TIME.fullmatch(phrase):
            return phrase
    return ""


def _choose_setting(place: str, words: str) -> Setting:
    """Return the setting (interior or exterior) that a brief asks for. `words` is the text of the brief.

    The words “inside” and “outside” decide first. Otherwise the words of the place decide. Otherwise a
    mention of weather means an exterior.
    """
    if re.search(r"\boutside\b", words, re.IGNORECASE):
        return Setting.EXTERIOR
    if re.search(r"\binside\b", words, re.IGNORECASE):
        return Setting.INTERIOR
    inside = is_inside(re.findall(r"[^\W\d_]+", place.casefold()))
    if inside is not None:
        return Setting.INTERIOR if inside else Setting.EXTERIOR
    return Setting.EXTERIOR if _find_weather(words) else Setting.NONE


def _find_time_of_day(words: str) -> str:
    found = _TIME.search(words)
    return found[1].lower() if found else ""


def _find_weather(words: str) -> str:
    if found := _WET.search(words):
        return found[1].lower()
    for word in re.findall(r"[^\W\d_]+", words.casefold()):
        if word in _WEATHER or names_weather(word):
            return str(_WEATHER.get(word, word))
    return ""


def _find_brief_people(words: str, known: Sequence[str], place: str) -> tuple[str, ...]:
    """Return the people of a brief: people of the film whom the brief names, and names after “with” or
    “between”. If there are none, return people who are named by their role (“the waiter”).
    """
    out = {name: None for name in known if name and has_phrase(fold_accents(words), fold_accents(name))}
    folded = {part for name in out for part in fold_accents(name).split()}
    for phrase in _WITH.findall(words):
        for name in _NAME.findall(phrase):
            if name not in place and not set(fold_accents(name).split()) & folded:
                out[name] = None
    if not out:
        out = dict.fromkeys(found[1].lower() for found in _ROLE.finditer(words) if found[0] not in place)
        out = {f"the {name}": None for name in out}
    return tuple(out)
