"""The place and time of each piece of action or speech, where they differ from the heading of its scene.

A short heading inside a scene names a spot in the place, or returns from it. An item of a montage names its
place first (“THE LANE. Fog. …”). A paragraph may begin with a time alone (“Dawn. A tow cable is on.”), which
then applies until the scene ends. In a scene that cuts between two places, each person stays in one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.eras import find_heading_era
from milimo_tui.story.reading.item_places import USUAL, find_place_in_item, parse_item_place
from milimo_tui.story.reading.place_words import AROUND, BUILDINGS, PARTS, PLACES
from milimo_tui.story.reading.resolved_headings import find_known_place
from milimo_tui.story.reading.spots import (
    HeadingMove,
    ShortHeading,
    find_intercut_places,
    is_intercut,
    join_place_and_spot,
    says_intercut,
)
from milimo_tui.story.reading.weather_words import translate_weather
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME, find_next_time, find_time_of_day
from milimo_tui.story.screenplay.screenplay import ScriptScene, Slug
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.shot_words import Era, Setting
from milimo_tui.story.values.text import fold, split_words

# Certainties, from 0 to 1, of guesses about a montage item: its time if it names none, its place if it names
# none, and a place taken for a part of the scene's place. Each guess raises a doubt.
NO_TIME, NO_PLACE, AS_PART = 0.6, 0.5, 0.7
FEW_WORDS = 4
_ARTICLE = compile_lazily(r"^(?:THE|AN?|HIS|HER|THEIR) ", re.IGNORECASE)
_FIRST_SENTENCE = compile_lazily(r"([^.!?,]+)[.,]")


def complete_place_name(location: str, known: Sequence[str]) -> str:
    """Return the full name under which a place was seen before: STATION - LEFT LUGGAGE for LEFT LUGGAGE. A
    place that was not seen before stays unchanged.
    """
    pieces = location.split(" - ")
    found: dict[str, None] = {}
    for each in known:
        older = each.split(" - ")
        if len(older) > len(pieces) and older[-len(pieces) :] == pieces:
            found[each] = None
    # Also search for a place whose name has a comma: TOWER, SCAFFOLD.
    if not found and location not in known and len(split_words(location)) > 1:
        words = split_words(fold(location))
        found = {each: None for each in known if split_words(fold(each))[-len(words) :] == words}
    return next(iter(found)) if len(found) == 1 and location not in known else location


def resolve_room_in_building(slug: Slug, before: Slug) -> str:
    """Return the full place of a heading that only names a room: the room inside the building of the previous
    heading. `EXT. FORECOURT - CONTINUOUS` after a scene in the PETROL STATION, LISBON is the forecourt of
    this petrol station.

    The place is unchanged if the heading's time does not continue the previous scene, or if the previous
    place is no building.
    """
    house = before.location.split(" - ")[0].partition(",")[0].strip()
    words = split_words(fold(_ARTICLE.sub("", slug.location)))
    is_room = 0 < len(words) <= 2 and ("-".join(words) in PARTS or words[-1] in PARTS)
    is_room = is_room and "," not in slug.location and BUILDINGS.isdisjoint(words)
    in_house = bool(house) and split_words(fold(house))[-1] in BUILDINGS | {"station"}
    goes_on = RELATIVE_TIME.match(slug.time_of_day) is not None
    is_around = bool(words) and words[-1] in AROUND and before.setting is Setting.INTERIOR
    is_another = (
        (slug.setting is not before.setting and not is_around)
        or "/" in before.location
        or not set(words).isdisjoint(split_words(fold(house)))
    )
    if is_another or not (is_room and in_house and goes_on):
        return slug.location
    return f"{house} - {slug.location}"


@dataclass(frozen=True, slots=True)
class MomentPlace:
    """The place, time and weather of a piece of action or speech. An empty value means that the value of the
    scene applies.
    """

    location: str = ""
    time_of_day: str = ""
    weather: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class PlaceReader:
    """Reader that finds the place of each piece of action and speech in one scene. Its methods must be called
    in the order of the script.

    `before` is the previous scene. `homes` maps each person of the film to the place where the person was
    seen last.
    """

    slug: Slug
    before: ScriptScene | None = None
    homes: dict[str, str] = field(default_factory=dict)
    now: MomentPlace = field(default_factory=MomentPlace)
    items: list[str] = field(default_factory=list)  # The places of the current montage so far.
    times: dict[str, str] = field(default_factory=dict)  # Maps a place of the montage to its time of day.
    titled: bool = False  # True if the title of the montage names its place.
    is_asked: bool = False  # True after a doubt about montage items without a place was raised.
    sides: tuple[str, ...] = ()
    home: str = ""  # Full place of the scene, if its heading names only a part of it: INT. LEFT LUGGAGE.
    intercut: bool = False  # True after the intercut has begun.
    # True at the beginning of a scene if the previous scene ends with INTERCUT, until somebody is seen. The
    # first people seen are then in the place that the heading names.
    opening: bool = False
    flashback: bool = False  # True if the heading marks a flashback.
    time: str = ""  # The time of day at the beginning of the scene.
    known: Sequence[str] = ()  # The places of the film, as written in its headings.

    def prepare_places(self, scene: ScriptScene) -> None:
        """Complete the name of the scene's place, and find the two places of an intercut."""
        self.flashback = find_heading_era(scene.heading) is Era.FLASHBACK
        own = self.slug.location
        earlier = self.known[: self.known.index(own)] if own in self.known else self.known
        whole = complete_place_name(own, earlier)
        if whole == own and own not in earlier and self.before is not None:
            whole = resolve_room_in_building(self.slug, self.before.slug)
        if whole != own:
            self.slug, self.home = replace(self.slug, location=whole), whole
            self.now = MomentPlace(whole)
        self.sides = find_intercut_places(scene.heading, self.slug.location, scene.text)
        if not self.sides and self.before is not None and self.before.slug.location != own:
            ends = self.before.text.rstrip().rpartition("\n")[2]
            if is_intercut(scene) or says_intercut(ends):
                self.sides = (self.before.slug.location, self.slug.location)
            if says_intercut(ends) or scene.slug.is_intercut:
                self.opening = True
                self.begin_intercut()
        latest = tuple(dict.fromkeys(reversed(earlier)))
        homes = [self._find_place_of_named_side(side) for side in self.sides]
        # Both sides may be named after people, as in INTERCUT - LIGAYA AND HAROLD. If only one of the people
        # was seen before, the other person is in the scene's own place.
        if any(homes) and own not in homes:
            homes = [home or own for home in homes]
        known = [home or find_known_place(side, latest) for home, side in zip(homes, self.sides, strict=True)]
        if len(known) == 2 and known.count("") == 1 and not self.find_matching_side(own) and "/" not in own:
            # A side has no known place, and the scene's own place matches neither side. The unknown side is
            # then the scene's own place: WORKSHOP, in a scene at AHMED RADIO REPAIRS.
            known = [place or own for place in known]
        self.sides = tuple(place or side for place, side in zip(known, self.sides, strict=True))
        if self.sides and says_intercut(scene.heading) and not scene.slug.is_intercut:
            self.slug = replace(self.slug, location=" / ".join(self.sides))
        if "/" in self.slug.location and self.sides:
            self.begin_intercut()

    def _find_place_of_named_side(self, side: str) -> str:
        """Return the last place of the person whose name stands for one side of an intercut: INTERCUT -
        LIGAYA AND HAROLD.
        """
        return next((home for name, home in self.homes.items() if fold(name) == fold(side)), "")

    def begin_intercut(self) -> None:
        """Begin the intercut between the scene's two places."""
        self.intercut = len(self.sides) > 1
        if self.intercut and not self.now.location:
            self.now = replace(
                self.now, location=self.find_matching_side(self.slug.location) or self.sides[0]
            )

    # -------------------------------------------------------------- two places

    def find_matching_side(self, place: str) -> str:
        """Return the side of the intercut (one of its two places) that shares the most words with `place`, or
        an empty string.
        """
        words = set(split_words(fold(place)))
        scored = [(len(words & set(split_words(fold(side)))), side) for side in self.sides]
        best = max(scored, default=(0, ""))
        return best[1] if best[0] and [score for score, _ in scored].count(best[0]) == 1 else ""

    def get_persons_side(self, name: str) -> str:
        """Return the side of the intercut on which a person is, or an empty string."""
        return self.find_matching_side(self.homes.get(name, ""))

    def find_side_in_text(self, text: str) -> str:
        """Return the side of the intercut that shares a word for a place with a text, if it is the only one:
        “Someone hammers on the bathroom door.” Otherwise return an empty string.
        """
        words = [word for word in split_words(fold(text)) if word in PLACES]
        named = [side for side in self.sides if any(word in split_words(fold(side)) for word in words)]
        return named[0] if len(named) == 1 else ""

    def move_to_people(self, people: Sequence[str]) -> MomentPlace:
        """Move to the place of the first of these people, and return the new place.

        During an intercut this is the side (one of the two places) on which the person was seen last. A
        person without a known place is on the side where nobody else is, or in the current place.
        """
        own = self.find_matching_side(self.slug.location)
        if self.opening and people and self.intercut and own and "/" not in self.slug.location:
            # The heading has just named this place, so these people are here.
            self.homes.update(dict.fromkeys(people, self.slug.location))
        self.opening = self.opening and not people
        if self.intercut and people:
            home = self.get_persons_side(people[0])
            if not home:
                others = {self.get_persons_side(name) for name in self.homes}
                free = [side for side in self.sides if side not in others]
                home = free[0] if len(free) == 1 else self.now.location
            self.now = replace(
                self.now,
                location=self.get_sides_full_name(home),
                time_of_day=self.get_sides_time_of_day(home),
            )
        self.record_peoples_places(people)
        return self.now

    def get_sides_time_of_day(self, side: str) -> str:
        """Return the time of day on a side of the intercut (one of its two places). It is known if this side
        was the place of the previous scene. Empty if the time of the current scene applies.
        """
        before = self.before
        if before is None or side != self.find_matching_side(before.slug.location):
            return ""
        is_own = side == self.find_matching_side(self.slug.location) and "/" not in self.slug.location
        time = before.slug.time_of_day
        return "" if is_own or RELATIVE_TIME.match(time) else time

    def get_sides_full_name(self, side: str) -> str:
        """Return the full place name of a side of the intercut (one of its two places): the place of the
        scene's heading if it contains the side's name.
        """
        own = self.slug.location
        return own if "/" not in own and fold(side) in fold(own) else side

    def record_peoples_places(self, people: Sequence[str]) -> None:
        """Record the current place as the last place of these people."""
        place = self.now.location or self.slug.location
        if self.intercut and len(self.sides) == 2:
            new = [name for name in people if not self.get_persons_side(name)]
            if len(new) == 2 and not any(map(self.get_persons_side, self.homes)):
                # Each side of a telephone call has one of the two people.
                here = self.find_matching_side(place)
                other = next((side for side in self.sides if side != here), place)
                self.homes[new[1]], people = other, [name for name in people if name != new[1]]
        for name in people:
            if not self.intercut or self.get_persons_side(name) in ("", self.find_matching_side(place)):
                self.homes[name] = place

    def is_on_other_side(self, name: str) -> bool:
        """Return True if a person is on the side of the intercut that is not shown now."""
        home = self.get_persons_side(name) if self.intercut else ""
        return bool(home) and self.find_matching_side(self.now.location) not in ("", home)

    # -------------------------------------------------------------- spots

    def apply_short_heading(self, spot: ShortHeading) -> None:
        """Move to the place that a short heading names."""
        present_time = self.now.time_of_day or self.time
        if spot.time:
            self.now = replace(self.now, time_of_day=spot.time)
        elif spot.is_later and find_next_time(present_time) != present_time:
            self.now = replace(self.now, time_of_day=find_next_time(present_time))
        if spot.ends_era and self.flashback and self.before is not None:
            self.home = self.before.slug.location
            time = self.before.slug.time_of_day
            self.now = MomentPlace(self.home, "" if RELATIVE_TIME.match(time) else time)
        elif spot.where is HeadingMove.BACK:
            self.now = replace(self.now, location=self.home)
        elif spot.where is HeadingMove.SPOT and self.intercut:
            side = self.find_matching_side(spot.name) or self.now.location
            self.now = replace(self.now, location=self.get_sides_full_name(side))
        elif spot.where is HeadingMove.SPOT:
            tokens = set(split_words(fold(spot.name)))
            is_home = tokens <= set(split_words(fold(self.slug.location)))
            place = self.home if is_home else join_place_and_spot(self.slug.location, spot.name)
            if is_home and spot.is_inside and self.slug.setting is Setting.EXTERIOR:
                place = f"{self.slug.location} - INSIDE"
            self.now = replace(self.now, location=place)

    # -------------------------------------------------------------- action

    def find_action_place(self, text: str, *, montage: bool) -> MomentPlace:
        """Return the place, time and weather of a piece of action. `montage` is True for a montage item."""
        placed = self._parse_item_place(text) if montage else None
        if placed:
            return placed
        if montage and self.intercut and (named := find_place_in_item(text)):
            return replace(self.now, location=named.upper())
        if montage and (self.items or not self.is_asked):
            self.is_asked = True  # This doubt is raised only once, even if no item names a place.
            few, guess = " ".join(text.split()[:FEW_WORDS]), self.now.location or self.slug.location
            others = tuple(place for place in dict.fromkeys(reversed(self.items)) if place != guess)[:3]
            doubt = Doubt(DoubtKind.PLACE, few, guess, others, NO_PLACE, "it names no place of its own")
            return replace(self.now, doubts=(doubt,))
        if self.intercut and (side := self.find_side_in_text(text)):
            self.now = replace(self.now, location=self.get_sides_full_name(side))
        if alone := _FIRST_SENTENCE.match(text):
            time, weather = find_time_of_day(alone[1]), translate_weather(alone[1])
            self.now = replace(
                self.now, time_of_day=time or self.now.time_of_day, weather=weather or self.now.weather
            )
        return self.now

    def apply_item_heading(self, slug: Slug) -> MomentPlace:
        """Move to the place that the complete heading of a montage item names, and return it."""
        time = find_time_of_day(
            re.sub(r"^SAME (?=DAY|NIGHT)", "", slug.time_of_day.partition("(")[0].strip())
        )
        self.now = MomentPlace(slug.location, time or self.now.time_of_day or self.slug.time_of_day)
        self._record_item(self.now)
        return self.now

    def _record_item(self, item: MomentPlace) -> None:
        self.items.append(item.location)
        self.times[item.location] = item.time_of_day

    def _parse_item_place(self, text: str) -> MomentPlace | None:
        """Return the place named at the beginning of a montage item, or None."""
        named = parse_item_place(text)
        if named is None:
            return None
        known = find_known_place(named.place, (*reversed(self.items), *reversed(self.known)))
        whole = "" if known or not named.is_room else self.slug.location.partition(" - ")[0]
        place = known or " - ".join(filter(None, (whole, named.place.upper())))
        time = named.time or (self.times.get(place, "") if known else "")
        doubts: list[Doubt] = []
        if whole:
            reason = f"taken for a part of {whole}"
            doubts.append(Doubt(DoubtKind.PLACE, named.place, place, (named.place.upper(),), AS_PART, reason))
        if not time:
            others = ("NIGHT", "EVENING")
            doubts.append(Doubt(DoubtKind.TIME, named.place, USUAL, others, NO_TIME, "it names no time"))
        placed = MomentPlace(place, time or USUAL, named.weather, tuple(doubts))
        self._record_item(placed)
        return placed

    def begin_montage_at_title(self, title: str) -> None:
        """Move to the known place that the title of a montage names: LAST LAP OF THE MARKET is at the rain
        market. After an intercut, the montage is not on one of its two sides.
        """
        if self.intercut:
            self.now = MomentPlace(self.home)
        words = f" {' '.join(split_words(fold(title)))} "
        named = [
            place for place in dict.fromkeys(self.known) if _names_place(words, split_words(fold(place)))
        ]
        if len(named) == 1 and named[0] != self.slug.location:
            self.titled, self.now = True, MomentPlace(location=named[0])

    def return_from_montage(self) -> None:
        """Return to the scene's own place after a montage."""
        if self.items or self.titled:
            self.items, self.titled, self.now = [], False, MomentPlace(self.home)
        self.is_asked = False


def _names_place(title: str, place: Sequence[str]) -> bool:
    """Return True if a title, with a space at its ends, has a place's name, or its last word after THE."""
    return bool(place) and (f" {' '.join(place)} " in title or f" the {place[-1]} " in title)
