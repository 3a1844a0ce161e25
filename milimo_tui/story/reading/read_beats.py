"""The pieces of a scene (`Moment`) with the facts of the scene's breakdown in place of the guesses of the
rules. Pure functions.

The format of the screenplay stays certain: the speakers of a cue, its extension, text cards and short
headings. A paragraph without a beat in the breakdown stays as the rules read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.presence import is_article
from milimo_tui.story.breakdown.scenes import Circumstances, SceneBeat, SceneBreakdown
from milimo_tui.story.breakdown.shot_facts import list_shown_beats
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.screenplay.format_words import find_english_word
from milimo_tui.story.values.shot_words import VoicePosition
from milimo_tui.story.values.text import fold, split_words

# A speaker with one of these voices is not in the picture, even if the breakdown says so: the extension of
# the cue, such as (O.S.), is certain.
_ELSEWHERE = (VoicePosition.OFF_SCREEN, VoicePosition.PHONE)
_WEATHER_ENDS = re.compile(
    r"[,;.(]|\s(?:then|later|until|begins?|starts?|stops?|ends?|falls?|comes?|is|are|has|turns?|gets?|outside)\b"
)
_SHORTEST_NAME = 3  # Shorter words of a name, such as “de”, do not mean the person.
LONGEST_CIRCUMSTANCE = 100  # characters of a time or weather


def apply_breakdown(
    moments: Sequence[Moment], breakdown: SceneBreakdown, first_line: int, language: str
) -> tuple[Moment, ...]:
    """Return the pieces of a scene with the people, voices, framings, place, time and weather of its
    breakdown. `first_line` is the line of the scene's heading in the script, and `language` the language of
    the script.
    """
    return tuple(_MomentWriter(breakdown, first_line, language).write_moments(moments))


def find_scene_time(breakdown: SceneBreakdown, language: str) -> str:
    """Return the time of day at the beginning of a scene in the form of a heading (NIGHT), or an empty
    text.
    """
    return _word_time(breakdown.find_circumstances(0).time_of_day.text, language)


def find_scene_weather(breakdown: SceneBreakdown, language: str) -> str:
    """Return the weather at the beginning of a scene, or an empty text."""
    return _word_weather(breakdown.find_circumstances(0).weather.text, language)


def _word_time(text: str, language: str) -> str:
    """Return a time of day in capitals and in English if the tables of the format know it."""
    return find_english_word(text, "times", language) or _shorten(text).upper()


def _word_weather(text: str, language: str) -> str:
    """Return the first weather that a text names, without what happens later: “snow begins at the end” is
    snow. It is in English if the tables of the format know it.
    """
    first = _WEATHER_ENDS.split(text)[0]
    for kind in ("weather", "weather_acts"):
        if word := find_english_word(first, kind, language):
            return word
    return _shorten(first)


def _shorten(text: str) -> str:
    return text[:LONGEST_CIRCUMSTANCE].strip(" .,;")


class _MomentWriter:
    def __init__(self, breakdown: SceneBreakdown, first_line: int, language: str) -> None:
        self._breakdown = breakdown
        self._language = language
        self._first_line = first_line
        self._opening = breakdown.find_circumstances(0)
        later = [each for each in breakdown.circumstances if each.line > 0]
        self._has_places = any(each.place for each in later)
        self._has_times = any(each.time_of_day for each in later)
        self._has_weather = any(each.weather for each in breakdown.circumstances)

    def write_moments(self, moments: Sequence[Moment]) -> Iterator[Moment]:
        for moment in moments:
            line = moment.beat.line - self._first_line
            beats = list_shown_beats(
                self._breakdown, line, moment.beat.end_line - self._first_line, moment.text
            )
            placed = self._apply_circumstances(moment, self._breakdown.find_circumstances(line))
            if moment.turns or moment.beat.card or not beats:
                yield placed
            elif moment.sides:
                yield self._apply_to_speech(placed, beats)
            else:
                yield self._apply_to_action(placed, beats)

    def _apply_circumstances(self, moment: Moment, here: Circumstances) -> Moment:
        """Return a piece with its place, time and weather, each only if it is not that of the scene. Values
        of the rules stay if the breakdown says that nothing changes within the scene.
        """
        opening = self._opening
        place = here.place.text if fold(here.place.text) != fold(opening.place.text) else ""
        time = _word_time(here.time_of_day.text, self._language)
        weather = _word_weather(here.weather.text, self._language)
        scene_time = find_scene_time(self._breakdown, self._language)
        scene_weather = find_scene_weather(self._breakdown, self._language)
        return replace(
            moment,
            location=place if self._has_places else moment.location,
            time_of_day=(time if time != scene_time else "") if self._has_times else moment.time_of_day,
            weather=(weather if weather != scene_weather else "") if self._has_weather else moment.weather,
            doubts=(),
        )

    def _apply_to_action(self, moment: Moment, beats: Sequence[SceneBeat]) -> Moment:
        # A reading that shows nobody is often incomplete; the people whom the line names are then shown.
        heard = {voice.name for beat in beats for voice in beat.heard}
        named = tuple(name for name in moment.seen if name not in heard)
        seen = _order_by_mention(_list_visible(beats) or named, moment.text)
        return replace(
            moment,
            seen=seen,
            near=(),
            focus=moment.thing or next(iter(seen), ""),
            is_read=True,
            function=next((beat.function for beat in beats if beat.function is not None), None),
        )

    def _apply_to_speech(self, moment: Moment, beats: Sequence[SceneBeat]) -> Moment:
        visible = _list_visible(beats)
        speakers = moment.beat.speakers
        voice = self._choose_voice(moment, beats, visible)
        if voice is VoicePosition.SEEN:
            seen = speakers
            near = tuple(name for name in visible if name not in speakers)
        else:
            if voice in _ELSEWHERE:
                visible = tuple(name for name in visible if name not in speakers)
            # A person whose thoughts are heard is the subject of the picture.
            seen = tuple(sorted(visible, key=lambda name: name not in speakers))
            near = ()
        present = near if voice is VoicePosition.SEEN else seen
        listener = moment.listener if moment.listener in present else next(iter(present), "")
        return replace(
            moment,
            sides=tuple(tuple(replace(line, heard=voice) for line in side) for side in moment.sides),
            seen=seen,
            near=near,
            listener=listener,
            heard=voice,
            focus=next(iter(seen), ""),
            is_read=True,
        )

    def _choose_voice(
        self, moment: Moment, beats: Sequence[SceneBeat], visible: Sequence[str]
    ) -> VoicePosition:
        """Return how the voice of a speech is heard. An extension of the cue that names a position is
        certain; otherwise the breakdown decides.
        """
        has_extension = any(line.extension for side in moment.sides for line in side)
        if has_extension and moment.heard is not VoicePosition.SEEN:
            return moment.heard
        heard = {voice.name: voice.position for beat in beats for voice in beat.heard}
        speakers = moment.beat.speakers
        if any(name in visible for name in speakers):
            return VoicePosition.SEEN
        position = next((heard[name] for name in speakers if name in heard), None)
        if position is None:
            return moment.heard
        return position if moment.heard is VoicePosition.SEEN else moment.heard


def _list_visible(beats: Sequence[SceneBeat]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for beat in beats for name in beat.visible_names))


def _order_by_mention(names: Sequence[str], text: str) -> tuple[str, ...]:
    """Return the people of a picture in the order in which its text names them, if it begins with one of
    them, as in “Mara walks” and “A gull lands”: that person is the subject. Otherwise the order of the
    breakdown stays. People whom the text does not name come last.
    """
    words = split_words(fold(text))
    places = {name: place for name in names if (place := _find_mention(words, name)) is not None}
    first = min(places.values(), default=len(words))
    if not places or (first and not (first == 1 and is_article(words[0]))):
        return tuple(names)
    return tuple(sorted(names, key=lambda name: places.get(name, len(words))))


def _find_mention(words: Sequence[str], name: str) -> int | None:
    """Return the index of the first word of a text that is a word of a name, or None. A word in the
    possessive, such as “Mara's”, is about a thing or about somebody else.
    """
    parts = {word for word in split_words(fold(name)) if len(word) >= _SHORTEST_NAME} or {fold(name)}
    return next((at for at, word in enumerate(words) if word in parts), None)
