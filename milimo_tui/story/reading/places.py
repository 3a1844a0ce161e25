"""The place and time of each piece of action or speech, where they differ from the heading of its scene.

A short heading inside a scene names a spot in the place, or returns from it. An item of a montage names its
place first (“THE LANE. Fog. …”, “Erie, a bowling alley, league night.”). A paragraph may begin with a time
alone (“Dawn. A tow cable is on.”), which then applies until the scene ends. In a scene that cuts between two
places, each person stays in one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.item_places import (
    ARTICLE,
    SEASONS,
    TIMES,
    USUAL,
    ItemPlace,
    parse_dashed_item,
    parse_item_phrase,
)
from milimo_tui.story.reading.place_words import AROUND, BUILDINGS, PARTS, PLACES, ROOMS, names_a_place
from milimo_tui.story.reading.resolved_headings import CLOCK, find_known_place
from milimo_tui.story.reading.spots import (
    HeadingMove,
    ShortHeading,
    find_intercut_places,
    join_place_and_spot,
    says_intercut,
)
from milimo_tui.story.reading.weather_words import WEATHERS, find_weather_change
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME, is_time_of_day
from milimo_tui.story.screenplay.screenplay import ScriptScene, Slug
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import fold, split_sentences, split_words

_ITEM = compile_lazily(
    r"(?:(?:THE|A|AN) )?((?:[^\W\d_a-zà-öø-ÿ][^\W\d_a-zà-öø-ÿ'’]+[ ]?){1,4})\.\s+(?:([^\W\d_]+)\.)?"
)
# Matches words for the place of the previous montage item, entered at the same time: “IN THE NISSAN.”
_IN_IT = compile_lazily(
    r"(?:IN|INSIDE|ABOARD|ON) (?:(?:THE|A|HIS|HER|THEIR) )?"
    r"((?:[^\W\d_a-zà-öø-ÿ][^\W\d_a-zà-öø-ÿ'’]+[ ]?){1,3})\.\s+"
)
_FIRST = compile_lazily(
    r"([^.;:!?–—]{2,90}?(?:\b[ap]\.m\.)?)(?:\.|:|;|\s--|\s?[–—]|$)\s*(?:([^\W\d_]+)\.)?", re.IGNORECASE
)
_ROOM_NOW = compile_lazily(
    r"(?:It(?:['’]s| is| was)|This (?:is|was)) (?:an? |the )(?:[^\W\d_]+ )?([^\W\d_]+)[.,]"
)
_IN_ROOM = compile_lazily(
    r"(?:On|In|At|Under|By|Through|Across|Inside|Outside) (?:the|a|an) (?:[^\W\d_]+ ?){1,3}"
)
_ALONE = compile_lazily(
    r"(?:(early|late|just before|after|nearly|almost|full|deep|past|still|first) )?([^\W\d_]+)\.(?:\s|$)",
    re.IGNORECASE,
)
# Matches a time of day that applies from here on: “Dark now. Headlights.”
_NOW = compile_lazily(
    r"(?:It(?:['’]s| is) )?(?:(?:full |almost |nearly |quite )?(dark)"
    r"|(night|dawn|dusk|evening|morning)) (?:now|already|by now|again)\.(?:\s|$)",
    re.IGNORECASE,
)
_TIME_AHEAD = compile_lazily(
    rf"(?:(?:(?:the|a|an|some|many|two|three|four|five|six|ten|next|following|few|\d+) )*"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|winters?|summers?)"
    r"(?: (?:later|after|on|pass|go by))"
    r"|later|(?:1[5-9]|20)\d\d"
    rf"|{'|'.join(sorted((*SEASONS, *WEATHERS), key=len, reverse=True))})\.\s+(?=[^\W\d_])",
    re.IGNORECASE,
)

_TIME_FIRST = compile_lazily(
    rf"({'|'.join(sorted(TIMES, key=len, reverse=True))})\.\s+(?=[^\W\d_])", re.IGNORECASE
)
_LOOKED_THROUGH = frozenset(
    ["window", "windows", "glass", "binoculars", "telescope", "keyhole", "windscreen", "windshield", "scope"]
)
_NEAR_TO = frozenset({"nearly", "almost", "full", "deep", "past", "still", "first"})
_HEAD = 90  # Number of characters at the beginning of a montage item that are searched for a clock time.
_STARS = compile_lazily(r"\b(?:stars|moon|moonlight|midnight)\b", re.IGNORECASE)
# Certainties, from 0 to 1, of guesses about a montage item: its time if it names none, its place if it names
# none, a place found by a word of an earlier item, and a place taken for a part of the scene's place. Each
# guess raises a doubt.
NO_TIME, NO_PLACE, IN_WORDS, AS_PART = 0.6, 0.5, 0.6, 0.7
FEW_WORDS = 4


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
    words = split_words(fold(ARTICLE.sub("", slug.location)))
    is_room = bool(words) and len(words) <= 2 and ("-".join(words) in PARTS or words[-1] in PARTS)
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
    places: list[str] = field(default_factory=list)  # The places of the current montage so far.
    times: dict[str, str] = field(default_factory=dict)  # Maps a place to its time of day.
    # Maps a place to the words of the montage items there.
    told: dict[str, frozenset[str]] = field(default_factory=dict)
    by_heading: bool = False  # True if the complete scene is a montage.
    titled: bool = False  # True if the title of the montage names its place.
    is_asked: bool = False  # True after a doubt about montage items without a place was raised.
    sides: tuple[str, ...] = ()
    home: str = ""  # Full place of the scene, if its heading names only a part of it: INT. LEFT LUGGAGE.
    intercut: bool = False  # True after the intercut has begun.
    flashback: bool = False  # True if the heading marks a flashback.
    stayed: tuple[str, ...] = ()  # The people who were in the place of the previous scene.
    # True at the beginning of a scene if the previous scene ends with INTERCUT, until somebody is seen. The
    # first people seen are then in the place that the heading names.
    opening: bool = False
    # Maps a side of the intercut (one of its two places) to the room there that the action names, such as
    # “kitchen”.
    rooms: dict[str, str] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)  # Counts the words of the scene.
    known: Sequence[str] = ()  # The places of the film, as written in its headings.
    names: frozenset[str] = frozenset()  # The first words of the names of the film's people.

    def prepare_places(self, scene: ScriptScene) -> None:
        """Count the words of a scene, complete the name of its place, and find the two places of an
        intercut.
        """
        self.count = Counter(split_words(fold(scene.text)))
        if self.before is not None:
            self.stayed = tuple(n for n, home in self.homes.items() if home == self.before.slug.location)
        self.flashback = re.search(r"\bFLASH-?BACK\b", scene.heading, re.IGNORECASE) is not None
        own = self.slug.location
        earlier = self.known[: self.known.index(own)] if own in self.known else self.known
        whole = self._find_speakers_spot(scene, earlier) or complete_place_name(own, earlier)
        if whole == own and own not in earlier and self.before is not None:
            whole = resolve_room_in_building(self.slug, self.before.slug)
        if whole != own:
            self.slug, self.home = replace(self.slug, location=whole), whole
            self.now = MomentPlace(whole)
        self.sides = find_intercut_places(scene.heading, self.slug.location, scene.text)
        if not self.sides and self.before is not None and self.before.slug.location != own:
            ends = self.before.text.rstrip().rpartition("\n")[2]
            if says_intercut(scene.text) or says_intercut(ends):
                self.sides = (self.before.slug.location, self.slug.location)
            if says_intercut(ends):
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
        elif len(known) == 2 and known.count("") == 1 and own in known and self.before is not None:
            # The known side is the scene's own place. The unknown side is then a part of the previous scene's
            # place: SWITCHBOARD, if this scene is in the kitchen and the previous scene was at the telephone
            # exchange.
            there, side = self.before.slug.location, self.sides[known.index("")]
            if there and there not in known and names_a_place(split_words(fold(side))):
                known = [place or join_place_and_spot(there.partition(" - ")[0], side) for place in known]
        if (
            len(known) == 2
            and known.count("") == 1
            and (there := self._find_callers_place(scene, "".join(known)))
        ):
            # The unknown side is a part of the place where a speaker of this scene was last: SWITCHBOARD, if
            # this speaker was at the telephone exchange.
            side = self.sides[known.index("")]
            if names_a_place(split_words(fold(side))):
                known = [place or join_place_and_spot(there.partition(" - ")[0], side) for place in known]
        self.sides = tuple(place or side for place, side in zip(known, self.sides, strict=True))
        if self.sides and says_intercut(scene.heading):
            self.slug = replace(self.slug, location=" / ".join(self.sides))
        if "/" in self.slug.location and self.sides:
            self.begin_intercut()

    def _find_speakers_spot(self, scene: ScriptScene, earlier: Sequence[str]) -> str:
        """Return the full place of a heading that names only a spot (AT THE SWITCHBOARD). It is derived from
        the place where a speaker of this scene was seen last.

        Empty if no such place is known, or if an earlier heading has already named the place.
        """
        spot = self.slug.location.rpartition(" - ")[2]
        if self.slug.location in earlier or fold(self.slug.location) in fold(scene.heading):
            return ""
        found = dict.fromkeys(
            home for home in self._iterate_speakers_places(scene) if home.rpartition(" - ")[2] == spot
        )
        return next(iter(found)) if len(found) == 1 else ""

    def _find_callers_place(self, scene: ScriptScene, here: str) -> str:
        """Return the last place of a speaker who was in another building than `here`, or an empty string."""
        house = here.partition(" - ")[0]
        found = dict.fromkeys(
            home for home in self._iterate_speakers_places(scene) if home.partition(" - ")[0] != house
        )
        return next(iter(found)) if len(found) == 1 else ""

    def _iterate_speakers_places(self, scene: ScriptScene) -> Iterator[str]:
        cues = {fold(each.cue.name) for each in scene.elements if each.cue}
        yield from (home for name, home in self.homes.items() if fold(name) in cues)

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
        """Return the full place name of a side of the intercut (one of its two places).

        If the script names a room on this side, the name ends with the room. Otherwise the place of the
        scene's heading is returned if it contains the side's name, or else the side's name.
        """
        own = self.slug.location
        if side in self.rooms:
            return f"{side} - {self.rooms[side]}"
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
        if spot.time:
            self.now = replace(self.now, time_of_day=spot.time)
        if spot.ends_era and self.flashback and self.before is not None:
            self.home = self.before.slug.location
            time = self.before.slug.time_of_day
            self.now = MomentPlace(self.home, "" if RELATIVE_TIME.match(time) else time)
        elif spot.where is HeadingMove.BACK:
            self.now = replace(self.now, location=self.home)
        elif spot.where is HeadingMove.SPOT and self.intercut:
            self.now = replace(
                self.now,
                location=self.get_sides_full_name(self.find_matching_side(spot.name) or self.now.location),
            )
        elif spot.where is HeadingMove.SPOT:
            tokens = set(split_words(fold(spot.name)))
            if tokens <= set(split_words(fold(self.slug.location))):
                self.now = replace(self.now, location=self.home)
                return
            before = self.before
            elsewhere = all(self.count[token] < 2 for token in tokens)
            is_view = spot.is_way and self.slug.setting is Setting.INTERIOR and tokens <= _LOOKED_THROUGH
            if before is not None and before.slug.setting is Setting.EXTERIOR and is_view:
                self.now = replace(self.now, location=before.slug.location)
                return
            if before is not None and elsewhere and tokens <= set(split_words(fold(before.text))):
                # The previous scene mentioned the spot, so the spot is in the place of that scene.
                where = before.slug.location
            else:
                where = self.slug.location
            self.now = replace(self.now, location=join_place_and_spot(where, spot.name))

    # -------------------------------------------------------------- action

    def find_action_place(self, text: str, *, montage: bool) -> MomentPlace:
        """Return the place, time and weather of a piece of action. `montage` is True for a montage item."""
        placed = self._parse_item_place(text) if montage else None
        if placed:
            return placed
        if montage and (self.places or not self.is_asked):
            self.is_asked = True  # This doubt is raised only once, even if no item names a place.
            few, guess = " ".join(text.split()[:FEW_WORDS]), self.now.location or self.slug.location
            others = tuple(place for place in dict.fromkeys(reversed(self.places)) if place != guess)[:3]
            doubt = Doubt(DoubtKind.PLACE, few, guess, others, NO_PLACE, "it names no place of its own")
            return replace(self.now, doubts=(doubt,))
        self.refine_side(text)
        if now := _NOW.match(text):
            self.now = replace(self.now, time_of_day=(now[2] or "night").upper())
        if alone := _ALONE.match(text):
            word = alone[2].casefold()
            if word in TIMES:
                time = word if (alone[1] or "").casefold() in _NEAR_TO else alone[0].strip(". ")
                self.now = replace(self.now, time_of_day=time.upper())
            elif word in WEATHERS:
                self.now = replace(self.now, weather=word)
        if weather := find_weather_change(text):
            self.now = replace(self.now, weather=weather)
        return self.now

    def refine_side(self, text: str) -> None:
        """Interpret words about a room on a side of the intercut (one of its two places). “It was a kitchen.”
        names the room of the current side. A later “On the kitchen floor” returns to this side.
        """
        if not self.intercut:
            return
        here = self.find_matching_side(self.now.location)
        # Only the first sentence counts, because the next may be about the other side.
        opening = next(iter(split_sentences(text)), text)
        if (named := self.find_side_in_text(text if self.homes else opening)) and named != here:
            self.now, here = replace(self.now, location=self.get_sides_full_name(named)), named
        if (match := _ROOM_NOW.match(text)) and names_a_place([fold(match[1])]) and here:
            self.rooms[here] = match[1].upper()
        elif at := _IN_ROOM.match(text):
            side = next(
                (side for side, match in self.rooms.items() if fold(match) in split_words(fold(at[0]))), here
            )
            here = side or here
        if here:
            self.now = replace(self.now, location=self.get_sides_full_name(here))

    def find_earlier_item_place(self, name: str) -> str:
        """Return the place of an earlier montage item that `name` means (“the laundry”), or in whose items
        `name` was mentioned (“the pillar box”). Otherwise return an empty string.
        """
        if found := self.find_place_by_name(name):
            return found
        tokens = set(split_words(fold(name)))
        return next((place for place, words in reversed(self.told.items()) if tokens <= words), "")

    def find_place_by_name(self, name: str) -> str:
        """Return the place seen so far in the film that a name means, or an empty string."""
        return find_known_place(name, (*reversed(self.places), *reversed(self.known)))

    def record_item_place(self, place: str, time: str, text: str) -> None:
        """Record the place, time and words of a montage item."""
        self.places.append(place)
        self.times[place] = time
        self.told[place] = self.told.get(place, frozenset()) | frozenset(split_words(fold(text)))

    def apply_item_heading(self, slug: Slug, text: str) -> MomentPlace:
        """Move to the place that the complete heading of a montage item names, and return it."""
        time_text = re.sub(r"^SAME (?=DAY|NIGHT)", "", slug.time_of_day.partition("(")[0].strip().upper())
        is_new = is_time_of_day(time_text) and not RELATIVE_TIME.match(time_text)
        time = time_text if is_new else self.now.time_of_day or self.slug.time_of_day
        place = MomentPlace(slug.location, time)
        self.record_item_place(place.location, time, text)
        self.now = place
        return place

    def _parse_item_place(self, text: str) -> MomentPlace | None:
        """Return the place named at the beginning of a montage item, or None."""
        if (ahead := _TIME_AHEAD.match(text)) and ahead.end() < len(text):
            # A jump in time may precede the place: “Weeks later. New York harbour, morning.”
            placed = self._parse_item_place(text[ahead.end() :])
            if placed:
                return placed
        if (timed := _TIME_FIRST.match(text)) and (there := self._parse_item_place(text[timed.end() :])):
            self.times[there.location] = timed[1].casefold()
            other_doubts = tuple(each for each in there.doubts if each.kind is not DoubtKind.TIME)
            # A time may precede the place: “Night. A balcony.”
            return replace(there, time_of_day=timed[1].upper(), doubts=other_doubts)
        if clock := CLOCK.search(text, 0, _HEAD):
            text = f"{text[: clock.start()]}{clock[1]}{clock[2]}m{text[clock.end() :]}"
        capitals = _ITEM.match(text)
        if (within_it := _IN_IT.match(text)) and self.places:
            named = ItemPlace(within_it[1].strip(), self.times.get(self.places[-1], ""))
            inside = False
        elif dashed := parse_dashed_item(text):
            named, inside = dashed, False
        elif capitals and capitals[1].strip().isupper():
            name, condition, inside = capitals[1].strip(), (capitals[2] or "").casefold(), True
            named = ItemPlace(
                name, condition if condition in TIMES else "", condition if condition in WEATHERS else ""
            )
        elif (
            (first := _FIRST.match(text))
            # The first word must not be a person's name: “Kofi alone at the wall”.
            and fold(first[1].split()[0]) not in self.names
            and (found := parse_item_phrase(first[1], (first[2] or "").casefold()))
        ):
            named, inside = found, text[:4].casefold() == "the " and not self.is_outside_building(found.place)
        else:
            return None
        whole = self.slug.location.partition(" - ")[0] if inside else ""
        own = named.place.upper()
        place = " - ".join(filter(None, (whole, own)))
        doubts: list[Doubt] = []
        before = place if within_it and place in self.places else self.find_earlier_item_place(named.place)
        if before and not (within_it and before != place):
            place = before
            named = replace(named, time=named.time or self.times.get(place, ""))
            if not self.find_place_by_name(named.place):
                guess = (place, (own,), IN_WORDS, "an item before has that word")
                doubts.append(Doubt(DoubtKind.PLACE, named.place, *guess))
        elif whole:
            guess = (place, (own,), AS_PART, f"taken for a part of {whole}")
            doubts.append(Doubt(DoubtKind.PLACE, named.place, *guess))
        self.record_item_place(place, named.time, text)
        if not named.time and _STARS.search(text):
            named = replace(named, time="night")
        if not named.time:
            others = ("NIGHT", "EVENING")
            doubts.append(Doubt(DoubtKind.TIME, named.place, USUAL, others, NO_TIME, "it names no time"))
        placed = MomentPlace(place, named.time.upper() or USUAL, named.weather, tuple(doubts))
        if not inside and not self.by_heading:
            self.now = replace(placed, doubts=())
        return placed

    def is_outside_building(self, place: str) -> bool:
        """Return True if a place is not a room of the scene's building: the beach, in a scene in a flat."""
        last = split_words(fold(place))[-1:]
        return self.slug.setting is Setting.INTERIOR and bool(last) and last[0] in PLACES - ROOMS

    def begin_montage_at_title(self, title: str) -> None:
        """Move to the known place that the title of a montage names. For example, THE LAST LAP OF THE MARKET
        plays in a known rain market.
        """
        words = split_words(fold(title))
        named = [
            place for place in dict.fromkeys(self.known) if _mentions_place(words, split_words(fold(place)))
        ]
        if len(named) == 1 and named[0] != self.slug.location:
            self.titled = True
            self.now = MomentPlace(location=named[0])

    def return_from_montage(self) -> None:
        """Return to the scene's own place after a montage."""
        if self.places or self.titled:
            self.places, self.titled, self.now = [], False, MomentPlace(self.home)
        self.is_asked = False


def _mentions_place(title_words: Sequence[str], place: Sequence[str]) -> bool:
    """Return True if the words of a title contain a place's name, or the last word of the name after an
    article: `the market`.
    """
    if not place:
        return False
    size = len(place)
    whole = any(list(title_words[at : at + size]) == list(place) for at in range(len(title_words)))
    return whole or any(
        title_words[at] == place[-1] and title_words[at - 1] in ("the", "this", "that")
        for at in range(1, len(title_words))
    )
