"""The place and time of each moment where they differ from the heading of its scene.

A short heading inside a scene names a spot, or returns from it. An item of a montage names its place first
(“THE LANE. Fog. …”, “Erie, a bowling alley, league night.”). A paragraph may begin with only a time (“Dawn. A
tow cable is on.”), which then applies to the end of the scene. In a scene that cuts between two places, each
person stays in one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from milimo_tui.core.late_patterns import late
from milimo_tui.story.reading.meant_headings import CLOCK, same_place, time_by_clock
from milimo_tui.story.reading.place_words import AROUND, BUILDINGS, PARTS, PLACES, ROOMS, is_place
from milimo_tui.story.reading.spots import Spot, Where, says_intercut, sides_of, within
from milimo_tui.story.reading.weather_words import WEATHERS, change
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME, is_time
from milimo_tui.story.screenplay.screenplay import ScriptScene, Slug
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Setting
from milimo_tui.story.values.text import fold, sentences, words

_ITEM = late(r"(?:(?:THE|A|AN) )?((?:[^\W\d_a-zà-öø-ÿ][^\W\d_a-zà-öø-ÿ'’]+[ ]?){1,4})\.\s+(?:([^\W\d_]+)\.)?")
# “IN THE NISSAN.”: inside the place of the previous item, at the same time.
_IN_IT = late(
    r"(?:IN|INSIDE|ABOARD|ON) (?:(?:THE|A|HIS|HER|THEIR) )?"
    r"((?:[^\W\d_a-zà-öø-ÿ][^\W\d_a-zà-öø-ÿ'’]+[ ]?){1,3})\.\s+"
)
_DASHES = late(r"\s+(?:--?|[–—])\s+")
_FIRST = late(
    r"([^.;:!?–—]{2,90}?(?:\b[ap]\.m\.)?)(?:\.|:|;|\s--|\s?[–—]|$)\s*(?:([^\W\d_]+)\.)?", re.IGNORECASE
)
_ROOM_NOW = late(r"(?:It(?:['’]s| is| was)|This (?:is|was)) (?:an? |the )(?:[^\W\d_]+ )?([^\W\d_]+)[.,]")
_IN_ROOM = late(r"(?:On|In|At|Under|By|Through|Across|Inside|Outside) (?:the|a|an) (?:[^\W\d_]+ ?){1,3}")
_ALONE = late(
    r"(?:(early|late|just before|after|nearly|almost|full|deep|past|still|first) )?([^\W\d_]+)\.(?:\s|$)",
    re.IGNORECASE,
)
# “Dark now. Headlights.”
_NOW = late(
    r"(?:It(?:['’]s| is) )?(?:(?:full |almost |nearly |quite )?(dark)"
    r"|(night|dawn|dusk|evening|morning)) (?:now|already|by now|again)\.(?:\s|$)",
    re.IGNORECASE,
)
_ARTICLE = late(
    r"^(?:(?:(?:in(?:side)?|at|on|outside|by) )?(?:the|an?|his|her|their)\s+(?:same\s+)?|same\s+)",
    re.IGNORECASE,
)
_TIME_WORDS = """dawn sunrise daybreak morning day daytime noon midday afternoon dusk sunset twilight
nightfall evening night midnight"""
_TIMES = frozenset(_TIME_WORDS.split())
_SEASON_WORDS = """january february march april may june july august september october november december
spring summer autumn winter fall harvest midsummer midwinter christmas easter
monday tuesday wednesday thursday friday saturday sunday
later again stars moonlight"""
_SEASONS = frozenset(_SEASON_WORDS.split())

_TIME_AHEAD = late(
    rf"(?:(?:(?:the|a|an|some|many|two|three|four|five|six|ten|next|following|few|\d+) )*"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|winters?|summers?)"
    r"(?: (?:later|after|on|pass|go by))"
    r"|later|(?:1[5-9]|20)\d\d"
    rf"|{'|'.join(sorted((*_SEASONS, *WEATHERS), key=len, reverse=True))})\.\s+(?=[^\W\d_])",
    re.IGNORECASE,
)

_TIME_FIRST = late(rf"({'|'.join(sorted(_TIMES, key=len, reverse=True))})\.\s+(?=[^\W\d_])", re.IGNORECASE)
_LOOKED_THROUGH = frozenset(
    ["window", "windows", "glass", "binoculars", "telescope", "keyhole", "windscreen", "windshield", "scope"]
)
_NEAR_TO = frozenset({"nearly", "almost", "full", "deep", "past", "still", "first"})
_HEAD = 90  # number of letters at the beginning of an item that can name its place
_STARS = late(r"\b(?:stars|moon|moonlight|midnight)\b", re.IGNORECASE)
USUAL = "DAY"  # time of day of an item that names none
NO_TIME, NO_PLACE, IN_WORDS, AS_PART = 0.6, 0.5, 0.6, 0.7  # certainty of each kind of guess
FEW_WORDS = 4
_MOST_DASHES = 4
MOST_WORDS = 10  # maximum words in the name of an item's place


def whole_place(location: str, known: Sequence[str]) -> str:
    """Return a place under its full earlier name: STATION - LEFT LUGGAGE, seen before, for LEFT LUGGAGE."""
    pieces = location.split(" - ")
    found: dict[str, None] = {}
    for each in known:
        older = each.split(" - ")
        if len(older) > len(pieces) and older[-len(pieces) :] == pieces:
            found[each] = None
    # Names with commas: TOWER, SCAFFOLD.
    if not found and location not in known and len(words(location)) > 1:
        mine = words(fold(location))
        found = {each: None for each in known if words(fold(each))[-len(mine) :] == mine}
    return next(iter(found)) if len(found) == 1 and location not in known else location


def part_of(slug: Slug, before: Slug) -> str:
    """Return the place of a heading that only names a room, inside the building of the previous heading.

    For example, `EXT. FORECOURT - CONTINUOUS` after a scene in the PETROL STATION, LISBON. The place is
    unchanged if its time does not continue, or if the previous place is no building.
    """
    house = before.location.split(" - ")[0].partition(",")[0].strip()
    room = words(fold(_ARTICLE.sub("", slug.location)))
    is_room = bool(room) and len(room) <= 2 and ("-".join(room) in PARTS or room[-1] in PARTS)
    in_house = bool(house) and words(fold(house))[-1] in BUILDINGS | {"station"}
    goes_on = RELATIVE_TIME.match(slug.time_of_day) is not None
    is_around = bool(room) and room[-1] in AROUND and before.setting is Setting.INTERIOR
    is_another = (
        (slug.setting is not before.setting and not is_around)
        or "/" in before.location
        or not set(room).isdisjoint(words(fold(house)))
    )
    if is_another or not (is_room and in_house and goes_on):
        return slug.location
    return f"{house} - {slug.location}"


@dataclass(frozen=True, slots=True)
class Placed:
    """The place, time and weather of a moment; an empty value means the value of the scene."""

    location: str = ""
    time_of_day: str = ""
    weather: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class PlaceReader:
    """Reader of the places of one scene's moments, in order.

    `before` is the previous scene; `homes` has the last place of each person in the film.
    """

    slug: Slug
    before: ScriptScene | None = None
    homes: dict[str, str] = field(default_factory=dict)
    now: Placed = field(default_factory=Placed)
    places: list[str] = field(default_factory=list)  # places of a montage so far
    times: dict[str, str] = field(default_factory=dict)  # place → its time of day
    told: dict[str, frozenset[str]] = field(default_factory=dict)  # place → the words of its items
    by_heading: bool = False  # the complete scene is a montage
    titled: bool = False  # the montage's title names its place
    is_asked: bool = False  # a doubt about items without a place was raised
    sides: tuple[str, ...] = ()
    home: str = ""  # full place of the scene, if its heading names only a part: INT. LEFT LUGGAGE
    intercut: bool = False  # the intercut has begun
    flashback: bool = False  # the heading marks a flashback
    stayed: tuple[str, ...] = ()  # people who were in the place of the previous scene
    opening: bool = False  # nobody was seen yet after a heading that follows an INTERCUT
    rooms: dict[str, str] = field(default_factory=dict)  # side → its room, as the text names it
    count: Counter[str] = field(default_factory=Counter)  # word counts of the scene
    known: Sequence[str] = ()  # places of the film in the form of its headings
    names: frozenset[str] = frozenset()  # first words of the names of the film's people

    def prepare(self, scene: ScriptScene) -> None:
        """Count the scene's words, and find the two places of an intercut."""
        self.count = Counter(words(fold(scene.text)))
        if self.before is not None:
            self.stayed = tuple(n for n, home in self.homes.items() if home == self.before.slug.location)
        self.flashback = re.search(r"\bFLASH-?BACK\b", scene.heading, re.IGNORECASE) is not None
        own = self.slug.location
        earlier = self.known[: self.known.index(own)] if own in self.known else self.known
        whole = self._spot_of(scene, earlier) or whole_place(own, earlier)
        if whole == own and own not in earlier and self.before is not None:
            whole = part_of(self.slug, self.before.slug)
        if whole != own:
            self.slug, self.home = replace(self.slug, location=whole), whole
            self.now = Placed(whole)
        self.sides = sides_of(scene.heading, self.slug.location, scene.text)
        if not self.sides and self.before is not None and self.before.slug.location != own:
            ends = self.before.text.rstrip().rpartition("\n")[2]
            if says_intercut(scene.text) or says_intercut(ends):
                self.sides = (self.before.slug.location, self.slug.location)
            if says_intercut(ends):
                self.opening = True
                self.begin_intercut()
        latest = tuple(dict.fromkeys(reversed(earlier)))
        homes = [self._home_of(side) for side in self.sides]
        if any(homes) and own not in homes:  # LIGAYA AND HAROLD: Harold is first seen here.
            homes = [home or own for home in homes]
        known = [home or same_place(side, latest) for home, side in zip(homes, self.sides, strict=True)]
        if len(known) == 2 and known.count("") == 1 and not self.side_like(own) and "/" not in own:
            # WORKSHOP, in a scene at AHMED RADIO REPAIRS: an intercut includes the place of its own scene.
            known = [place or own for place in known]
        elif len(known) == 2 and known.count("") == 1 and own in known and self.before is not None:
            # SWITCHBOARD, if the kitchen is here and the previous scene was at the telephone exchange.
            there, side = self.before.slug.location, self.sides[known.index("")]
            if there and there not in known and is_place(words(fold(side))):
                known = [place or within(there.partition(" - ")[0], side) for place in known]
        if (
            len(known) == 2
            and known.count("") == 1
            and (there := self._home_of_caller(scene, "".join(known)))
        ):
            # SWITCHBOARD / KITCHEN, if a speaker was last at the telephone exchange.
            side = self.sides[known.index("")]
            if is_place(words(fold(side))):
                known = [place or within(there.partition(" - ")[0], side) for place in known]
        self.sides = tuple(place or side for place, side in zip(known, self.sides, strict=True))
        if self.sides and says_intercut(scene.heading):
            self.slug = replace(self.slug, location=" / ".join(self.sides))
        if "/" in self.slug.location and self.sides:
            self.begin_intercut()

    def _spot_of(self, scene: ScriptScene, earlier: Sequence[str]) -> str:
        """Return the full place of a short heading's spot, from the last place of a speaker here: AT THE
        SWITCHBOARD.

        Empty if no such place is known, or if an earlier heading has named the place.
        """
        spot = self.slug.location.rpartition(" - ")[2]
        if self.slug.location in earlier or fold(self.slug.location) in fold(scene.heading):
            return ""
        found = dict.fromkeys(
            home for home in self._homes_of_speakers(scene) if home.rpartition(" - ")[2] == spot
        )
        return next(iter(found)) if len(found) == 1 else ""

    def _home_of_caller(self, scene: ScriptScene, here: str) -> str:
        """Return the last place of a speaker who was in a different building than `here`, or an empty
        string.
        """
        house = here.partition(" - ")[0]
        found = dict.fromkeys(
            home for home in self._homes_of_speakers(scene) if home.partition(" - ")[0] != house
        )
        return next(iter(found)) if len(found) == 1 else ""

    def _homes_of_speakers(self, scene: ScriptScene) -> Iterator[str]:
        said = {fold(each.cue.name) for each in scene.elements if each.cue}
        yield from (home for name, home in self.homes.items() if fold(name) in said)

    def _home_of(self, side: str) -> str:
        """Return the last place of the person after whom a side is named: INTERCUT - LIGAYA AND HAROLD."""
        return next((home for name, home in self.homes.items() if fold(name) == fold(side)), "")

    def begin_intercut(self) -> None:
        """Begin to cut between the scene's two places."""
        self.intercut = len(self.sides) > 1
        if self.intercut and not self.now.location:
            self.now = replace(self.now, location=self.side_like(self.slug.location) or self.sides[0])

    # -------------------------------------------------------------- two places

    def side_like(self, place: str) -> str:
        """Return the side that shares the most words with a place, or an empty string."""
        mine = set(words(fold(place)))
        scored = [(len(mine & set(words(fold(side)))), side) for side in self.sides]
        best = max(scored, default=(0, ""))
        return best[1] if best[0] and [score for score, _ in scored].count(best[0]) == 1 else ""

    def side_of(self, name: str) -> str:
        """Return the side on which a person is, or an empty string."""
        return self.side_like(self.homes.get(name, ""))

    def side_named(self, text: str) -> str:
        """Return the only side that shares a place word with a text: “Someone hammers on the bathroom
        door.”
        """
        said = [word for word in words(fold(text)) if word in PLACES]
        named = [side for side in self.sides if any(word in words(fold(side)) for word in said)]
        return named[0] if len(named) == 1 else ""

    def turn_to(self, people: Sequence[str]) -> Placed:
        """Go to the place of the first of these people; a new person is in the current place."""
        own = self.side_like(self.slug.location)
        if self.opening and people and self.intercut and own and "/" not in self.slug.location:
            # The heading has just named this place.
            self.homes.update(dict.fromkeys(people, self.slug.location))
        self.opening = self.opening and not people
        if self.intercut and people:
            home = self.side_of(people[0])
            if not home:
                others = {self.side_of(name) for name in self.homes}
                free = [side for side in self.sides if side not in others]
                home = free[0] if len(free) == 1 else self.now.location
            self.now = replace(self.now, location=self.full(home), time_of_day=self.time_at(home))
        self.settle(people)
        return self.now

    def time_at(self, side: str) -> str:
        """Return the time of day on a side that was in the previous scene; empty if this scene's time
        applies.
        """
        before = self.before
        if before is None or side != self.side_like(before.slug.location):
            return ""
        is_own = side == self.side_like(self.slug.location) and "/" not in self.slug.location
        said = before.slug.time_of_day
        return "" if is_own or RELATIVE_TIME.match(said) else said

    def full(self, side: str) -> str:
        """Return the name of a side, or the longer name in the scene's own heading."""
        own = self.slug.location
        if side in self.rooms:
            return f"{side} - {self.rooms[side]}"
        return own if "/" not in own and fold(side) in fold(own) else side

    def settle(self, people: Sequence[str]) -> None:
        """Record where these people are now."""
        place = self.now.location or self.slug.location
        if self.intercut and len(self.sides) == 2:
            new = [name for name in people if not self.side_of(name)]
            if len(new) == 2 and not any(map(self.side_of, self.homes)):
                here = self.side_like(place)  # One person is at each end of the call.
                other = next((side for side in self.sides if side != here), place)
                self.homes[new[1]], people = other, [name for name in people if name != new[1]]
        for name in people:
            if not self.intercut or self.side_of(name) in ("", self.side_like(place)):
                self.homes[name] = place

    def apart(self, name: str) -> bool:
        """Return True if a person is on the other side."""
        home = self.side_of(name) if self.intercut else ""
        return bool(home) and self.side_like(self.now.location) not in ("", home)

    # -------------------------------------------------------------- spots

    def go_to(self, spot: Spot) -> None:
        """Go to the place of a short heading."""
        if spot.time:
            self.now = replace(self.now, time_of_day=spot.time)
        if spot.ends_era and self.flashback and self.before is not None:
            self.home = self.before.slug.location
            said = self.before.slug.time_of_day
            self.now = Placed(self.home, "" if RELATIVE_TIME.match(said) else said)
        elif spot.where is Where.BACK:
            self.now = replace(self.now, location=self.home)
        elif spot.where is Where.SPOT and self.intercut:
            self.now = replace(self.now, location=self.full(self.side_like(spot.name) or self.now.location))
        elif spot.where is Where.SPOT:
            tokens = set(words(fold(spot.name)))
            if tokens <= set(words(fold(self.slug.location))):
                self.now = replace(self.now, location=self.home)
                return
            before = self.before
            elsewhere = all(self.count[token] < 2 for token in tokens)
            is_view = spot.is_way and self.slug.setting is Setting.INTERIOR and tokens <= _LOOKED_THROUGH
            if before is not None and before.slug.setting is Setting.EXTERIOR and is_view:
                self.now = replace(self.now, location=before.slug.location)
                return
            if before is not None and elsewhere and tokens <= set(words(fold(before.text))):
                # The spot was mentioned in the previous scene, so it is in that scene's place.
                where = before.slug.location
            else:
                where = self.slug.location
            self.now = replace(self.now, location=within(where, spot.name))

    # -------------------------------------------------------------- action

    def place_of(self, text: str, *, montage: bool) -> Placed:
        """Return the place of a piece of action."""
        placed = self._item(text) if montage else None
        if placed:
            return placed
        if montage and (self.places or not self.is_asked):
            self.is_asked = True  # If no item names a place, this doubt is raised only once.
            few, guess = " ".join(text.split()[:FEW_WORDS]), self.now.location or self.slug.location
            others = tuple(place for place in dict.fromkeys(reversed(self.places)) if place != guess)[:3]
            doubt = Doubt(DoubtKind.PLACE, few, guess, others, NO_PLACE, "it names no place of its own")
            return replace(self.now, doubts=(doubt,))
        self.refine(text)
        if now := _NOW.match(text):
            self.now = replace(self.now, time_of_day=(now[2] or "night").upper())
        if alone := _ALONE.match(text):
            word = alone[2].casefold()
            if word in _TIMES:
                when = word if (alone[1] or "").casefold() in _NEAR_TO else alone[0].strip(". ")
                self.now = replace(self.now, time_of_day=when.upper())
            elif word in WEATHERS:
                self.now = replace(self.now, weather=word)
        if weather := change(text):
            self.now = replace(self.now, weather=weather)
        return self.now

    def refine(self, text: str) -> None:
        """Apply words for the room of a side: “It was a kitchen.” names the room, “On the kitchen floor”
        returns to it.
        """
        if not self.intercut:
            return
        here = self.side_like(self.now.location)
        opening = next(iter(sentences(text)), text)  # The next sentence may be about the other side.
        if (named := self.side_named(text if self.homes else opening)) and named != here:
            self.now, here = replace(self.now, location=self.full(named)), named
        if (room := _ROOM_NOW.match(text)) and is_place([fold(room[1])]) and here:
            self.rooms[here] = room[1].upper()
        elif at := _IN_ROOM.match(text):
            side = next((side for side, room in self.rooms.items() if fold(room) in words(fold(at[0]))), here)
            here = side or here
        if here:
            self.now = replace(self.now, location=self.full(here))

    def seen_before(self, name: str) -> str:
        """Return the place of an earlier item that “the laundry” means, or that contains “the pillar box”."""
        if found := self.has_name(name):
            return found
        tokens = set(words(fold(name)))
        return next((place for place, told in reversed(self.told.items()) if tokens <= told), "")

    def has_name(self, name: str) -> str:
        """Return the film's place so far that a name means, or an empty string."""
        return same_place(name, (*reversed(self.places), *reversed(self.known)))

    def remember(self, place: str, time: str, text: str) -> None:
        """Record the place, time and words of a montage item."""
        self.places.append(place)
        self.times[place] = time
        self.told[place] = self.told.get(place, frozenset()) | frozenset(words(fold(text)))

    def take_heading(self, slug: Slug, text: str) -> Placed:
        """Go to the place that a complete heading of a montage item names."""
        said = re.sub(r"^SAME (?=DAY|NIGHT)", "", slug.time_of_day.partition("(")[0].strip().upper())
        is_new = is_time(said) and not RELATIVE_TIME.match(said)
        time = said if is_new else self.now.time_of_day or self.slug.time_of_day
        place = Placed(slug.location, time)
        self.remember(place.location, time, text)
        self.now = place
        return place

    def _item(self, text: str) -> Placed | None:
        """Return the place with which an item of a montage begins, or None."""
        if (ahead := _TIME_AHEAD.match(text)) and ahead.end() < len(text):
            placed = self._item(text[ahead.end() :])  # “Weeks later. New York harbour, morning.”
            if placed:
                return placed
        if (timed := _TIME_FIRST.match(text)) and (there := self._item(text[timed.end() :])):
            self.times[there.location] = timed[1].casefold()
            sure = tuple(each for each in there.doubts if each.kind is not DoubtKind.TIME)
            return replace(there, time_of_day=timed[1].upper(), doubts=sure)  # “Night. A balcony.”
        if clock := CLOCK.search(text, 0, _HEAD):
            text = f"{text[: clock.start()]}{clock[1]}{clock[2]}m{text[clock.end() :]}"
        capitals = _ITEM.match(text)
        if (within_it := _IN_IT.match(text)) and self.places:
            named = _Named(within_it[1].strip(), self.times.get(self.places[-1], ""))
            inside = False
        elif dashed := _dashed(text):
            named, inside = dashed, False
        elif capitals and capitals[1].strip().isupper():
            name, said, inside = capitals[1].strip(), (capitals[2] or "").casefold(), True
            named = _Named(name, said if said in _TIMES else "", said if said in WEATHERS else "")
        elif (
            (first := _FIRST.match(text))
            and fold(first[1].split()[0]) not in self.names  # “Kofi alone at the wall”
            and (found := _named(first[1], (first[2] or "").casefold()))
        ):
            named, inside = found, text[:4].casefold() == "the " and not self.lies_outside(found.place)
        else:
            return None
        whole = self.slug.location.partition(" - ")[0] if inside else ""
        own = named.place.upper()
        place = " - ".join(filter(None, (whole, own)))
        doubts: list[Doubt] = []
        before = place if within_it and place in self.places else self.seen_before(named.place)
        if before and not (within_it and before != place):
            place = before
            named = replace(named, time=named.time or self.times.get(place, ""))
            if not self.has_name(named.place):
                guess = (place, (own,), IN_WORDS, "an item before has that word")
                doubts.append(Doubt(DoubtKind.PLACE, named.place, *guess))
        elif whole:
            guess = (place, (own,), AS_PART, f"taken for a part of {whole}")
            doubts.append(Doubt(DoubtKind.PLACE, named.place, *guess))
        self.remember(place, named.time, text)
        if not named.time and _STARS.search(text):
            named = replace(named, time="night")
        if not named.time:
            others = ("NIGHT", "EVENING")
            doubts.append(Doubt(DoubtKind.TIME, named.place, USUAL, others, NO_TIME, "it names no time"))
        placed = Placed(place, named.time.upper() or USUAL, named.weather, tuple(doubts))
        if not inside and not self.by_heading:
            self.now = replace(placed, doubts=())
        return placed

    def lies_outside(self, place: str) -> bool:
        """Return True if a place is in no room of the scene's building: the beach, in a scene in a flat."""
        last = words(fold(place))[-1:]
        return self.slug.setting is Setting.INTERIOR and bool(last) and last[0] in PLACES - ROOMS

    def begin_montage(self, title: str) -> None:
        """Go to the place that the title names: THE LAST LAP OF THE MARKET is in the rain market."""
        told = words(fold(title))
        named = [place for place in dict.fromkeys(self.known) if _ends_in(told, words(fold(place)))]
        if len(named) == 1 and named[0] != self.slug.location:
            self.titled = True
            self.now = Placed(location=named[0])

    def end_montage(self) -> None:
        """Return to the scene's own place."""
        if self.places or self.titled:
            self.places, self.titled, self.now = [], False, Placed(self.home)
        self.is_asked = False


def _ends_in(told: Sequence[str], place: Sequence[str]) -> bool:
    """Return True if a title has a place's name, or the place's last word after an article: `the market`."""
    if not place:
        return False
    size = len(place)
    whole = any(list(told[at : at + size]) == list(place) for at in range(len(told)))
    return whole or any(
        told[at] == place[-1] and told[at - 1] in ("the", "this", "that") for at in range(1, len(told))
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """The place, time and weather that a montage item names."""

    place: str
    time: str = ""
    weather: str = ""


def _named(phrase: str, after: str) -> _Named | None:
    """Return the place, time and weather in the first phrase of an item; `after` is the single word that
    follows.
    """
    if len(phrase.split()) > MOST_WORDS:
        return None
    places: list[str] = []
    time, weather = "", ""
    for piece in re.split(r",| - ", phrase):
        tokens = words(fold(piece))
        if not tokens:
            continue
        if clock := CLOCK.search(piece):
            time = time_by_clock(int(clock[1]), clock[2].casefold())
            tokens = words(fold(CLOCK.sub("", piece)))
            piece = CLOCK.sub("", piece)
        if len(tokens) > 2 and tokens[-1] in _TIMES and tokens[-2] in ("at", "by") and is_place(tokens[:-2]):
            time, piece = tokens[-1], " ".join(piece.split()[:-2])  # “A beach at dawn.”
            places.append(_ARTICLE.sub("", piece.strip(), count=1))
        elif tokens and tokens[-1] in _TIMES:
            time = tokens[-1]
        elif tokens and tokens[-1] in WEATHERS:
            weather = tokens[-1]
        elif tokens and tokens[-1] not in _SEASONS:
            places.append(_ARTICLE.sub("", piece.strip(), count=1))
    proper = bool(places) and all(word[:1].isupper() for word in places[0].split())
    is_timed = len(places) < len(re.split(r",| - ", phrase)) and not re.match(r"an?\b", phrase, re.IGNORECASE)
    has_place = is_timed or any(is_place(words(fold(each))) for each in places[:2])
    if not places or (not has_place and not (proper and len(places[0].split()) < 3 and after)):
        return None
    if not has_place and after not in WEATHERS | _TIMES | _SEASONS:
        return None
    in_capitals = phrase.isupper()  # “A FROZEN PITCH, RIO GALLEGOS” also names the town.
    keep = [each for at, each in enumerate(places) if at == 0 or in_capitals or is_place(words(fold(each)))]
    if any(_is_told(each) for each in keep):
        return None
    time = time or (after if after in _TIMES else "")
    return _Named(
        " - ".join(each for each in keep[:3]), time, weather or (after if after in WEATHERS else "")
    )


def _dashed(text: str) -> _Named | None:
    """Return the beginning of an item in capitals between dashes: `STREET MARKET - MORNING - SNOW - The old
    man`.
    """
    pieces = _DASHES.split(text, maxsplit=_MOST_DASHES)
    head = list(takewhile(str.isupper, pieces[:-1]))
    said = [words(fold(piece)) for piece in head[1:]]
    times = [tokens[-1] for tokens in said if tokens and tokens[-1] in _TIMES]
    weathers = [tokens[-1] for tokens in said if tokens and tokens[-1] in WEATHERS | {"sun", "sunshine"}]
    rest = [piece for piece, tokens in zip(head[1:], said, strict=True) if is_place(tokens)]
    if not (times or weathers or any(tokens and tokens[-1] in _SEASONS for tokens in said)):
        return None
    weather = weathers[0] if weathers else ""
    return _Named(" - ".join([head[0], *rest]), times[0] if times else USUAL.casefold(), weather)


def _is_told(piece: str) -> bool:
    """Return True if words narrate an act instead of naming a place."""
    tokens = words(piece)
    if any(
        fold(word) in ("he", "she", "they", "it", "we", "his", "her", "their", "is", "are") for word in tokens
    ):
        return True
    lower = [fold(word) for word in tokens[1:] if word.islower()]
    return any(
        word.endswith(("s", "ing"))
        and not word.endswith("ss")
        and word.removesuffix("s") not in PLACES
        and word not in PLACES
        for word in lower
    )
