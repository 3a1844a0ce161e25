"""Resolution of incomplete scene headings: forced headings inside the previous scene, weekdays and clock
times. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.spots import HeadingMove, ShortHeading, join_place_and_spot, parse_short_heading
from milimo_tui.story.screenplay.heading_languages import translate_time
from milimo_tui.story.screenplay.line_grammar import DATE, RELATIVE_TIME, is_time_of_day
from milimo_tui.story.screenplay.people_words import GENERIC, KIN
from milimo_tui.story.screenplay.screenplay import ScriptScene, Slug
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import fold, split_words
from milimo_tui.story.values.vocabulary import is_structure_line, parse_framing

CLOCK = compile_lazily(r"(\d{1,2})(?::\d\d)?\s?([ap])\.?m\.?", re.IGNORECASE)
_DATE = compile_lazily(
    rf"(?:(?:on|the) )?(?:{DATE}|\d{{1,2}}(?:st|nd|rd|th)?(?![:.\d]|\s?[ap]\.?m)|christmas(?: (?:eve|day))?"
    r"|new year's (?:eve|day))\b[\s,]*",
    re.IGNORECASE,
)
# Maps a named hour to the time of day that a picture shows.
_HOURS = {
    "SMALL HOURS": "NIGHT",
    "WEE HOURS": "NIGHT",
    "SUNUP": "DAWN",
    "COCKCROW": "DAWN",
    "LUNCHTIME": "DAY",
}
_HOURS |= {"TEATIME": "AFTERNOON", "GLOAMING": "DUSK", "LAST LIGHT": "DUSK"}
_STOPS = compile_lazily(r"\.\s+")
_SAME = compile_lazily(r"(?:THE )?SAME (.+)", re.IGNORECASE)


# Matches headings such as LATER THAT NIGHT, which give a time of day although they continue the scene.
_LATER_AT = compile_lazily(
    r"(?:(?:MUCH|STILL|A LITTLE|EVEN) )?(?:LATER|EARLIER),? (?:(?:ON|IN|THAT|THE|SAME|AT) ?)*"
    r"(DAWN|MORNING|NOON|MIDDAY|AFTERNOON|DUSK|SUNSET|EVENING|NIGHT|MIDNIGHT)",
    re.IGNORECASE,
)


def convert_hour_to_time_of_day(hour: int, half: str) -> str:
    """Return the time of day at an hour of the 12-hour clock. `half` is `a` (before noon) or `p` (after
    noon).
    """
    hour = hour % 12 + (12 if half == "p" else 0)
    spans = ((5, "night"), (7, "dawn"), (12, "morning"), (14, "day"), (18, "afternoon"), (21, "evening"))
    return next((time for until, time in spans if hour < until), "night")


@dataclass(slots=True)
class HeadingResolver:
    """A resolver of scene headings, which must be called for the scenes in order. A heading without a place
    or time gets it from the previous heading.

    `names` are the first words of the names of the film's people.
    """

    names: Container[str]
    _seen: list[str] = field(default_factory=list)  # The places of the headings so far.
    # The places of headings that do not only name a part of another place.
    _own_places: set[str] = field(default_factory=set)
    _whole: Slug | None = None  # The last heading with INT. or EXT.
    _words: set[str] = field(default_factory=set)  # The words of the scenes since that heading.

    def resolve_heading(self, scene: ScriptScene) -> ScriptScene:
        """Return a scene with its heading resolved to a known place and time of day."""
        slug = _move_time_from_place(scene.slug)
        slug = replace(slug, time_of_day=_normalize_time_of_day(slug.time_of_day))
        if (again := _SAME.match(slug.location)) and (place := find_known_place(again[1], self._seen[::-1])):
            slug = replace(slug, location=place)
        self._seen.append(slug.location)
        if slug.location and (slug.setting is not Setting.NONE or self._whole is None):
            self._own_places.add(slug.location)
        if slug.setting is not Setting.NONE:
            self._whole = slug
            self._words.clear()
        elif slug.location and self._whole is not None and self._continues_scene(slug, self._whole):
            slug = self._resolve_inside_place(slug, self._whole)
        self._words.update(split_words(fold(scene.text)))
        return scene if slug == scene.slug else replace(scene, slug=slug)

    def _continues_scene(self, slug: Slug, whole: Slug) -> bool:
        time = slug.time_of_day
        return time in ("", whole.time_of_day) or RELATIVE_TIME.match(time) is not None

    def _resolve_inside_place(self, slug: Slug, whole: Slug) -> Slug:
        """Return a heading without INT. or EXT. as a part of the current place, `whole`: a view, a person or
        a spot in it. A heading that was a place of its own before is that place again.
        """
        if slug.location in self._own_places:
            return slug
        spot = parse_short_heading(slug.location.upper())
        if spot is not None and self._names_another_place(slug.location, spot):
            self._own_places.add(slug.location)
            return slug
        if spot is None:
            spot = ShortHeading(HeadingMove.SPOT, slug.location)
        first = next(iter(split_words(fold(spot.name))), "")
        is_spot = spot.where is HeadingMove.SPOT and bool(first) and first not in self.names
        place = join_place_and_spot(whole.location, spot.name) if is_spot else whole.location
        return replace(
            slug, setting=whole.setting, location=place, time_of_day=slug.time_of_day or "CONTINUOUS"
        )

    def _names_another_place(self, location: str, spot: ShortHeading) -> bool:
        """Return True if a forced heading is a place of its own, such as ETERNAL BLACK VOID: it names neither
        a view, a spot or a person, nor anything that the current scene mentions.
        """
        words = split_words(fold(location))
        if spot.where is not HeadingMove.SAME or spot.is_view or not words:
            return False
        if parse_framing(location.upper()) or is_structure_line(location.upper()):
            return False
        is_person = any(word in self.names or word in GENERIC or word in KIN for word in words)
        return not is_person and words[-1] not in self._words


def _move_time_from_place(slug: Slug) -> Slug:
    """Return a heading with the time of day from the sentences of its place: EXT. NIGHT. CAMP."""
    pieces = _STOPS.split(slug.location)
    times = [piece for piece in pieces if is_time_of_day(translate_time(piece.upper()))]
    if slug.time_of_day or len(pieces) < 2 or len(times) != 1:
        return slug
    place = ". ".join(piece for piece in pieces if piece not in times)
    return replace(slug, location=place, time_of_day=translate_time(times[0].upper()))


def _normalize_time_of_day(text: str) -> str:
    """Return a time of day without a weekday or date before it. An hour of the clock is replaced by its time
    of day.
    """
    rest, date = text, _DATE.match(text)
    while date:
        rest = rest[date.end() :]
        date = _DATE.match(rest)
    if clock := CLOCK.fullmatch(rest.strip(" .")):
        return convert_hour_to_time_of_day(int(clock[1]), clock[2].casefold()).upper()
    if at := _LATER_AT.fullmatch(rest.strip(" .")):
        return at[1].upper()
    named = _HOURS.get(rest.strip(" ,.").upper().removeprefix("THE "))
    return named or rest.strip(" ,") or ("DAY" if text else "")


def find_known_place(name: str, known: Sequence[str]) -> str:
    """Return the first of the known places that contains all words of a name, or an empty string."""
    tokens = set(split_words(fold(name))) - {"the", "a", "an"}
    named = [place for place in known if tokens and tokens <= set(split_words(fold(place)))]
    return next(
        (place for place in named if set(split_words(fold(place))) <= {*tokens, "the"}), next(iter(named), "")
    )
