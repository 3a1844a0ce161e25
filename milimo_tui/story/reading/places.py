"""Where and when a moment plays, where that is not as its scene's heading has it.

An item of a montage names its place first (“THE LANE. Fog. …”), and a paragraph may begin with a time alone
(“Dawn. A tow cable is on.”), which then holds to the scene's end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from milimo_tui.story.screenplay.screenplay import Slug
from milimo_tui.story.values.doubts import Doubt, DoubtKind

_ITEM = re.compile(
    r"(?:(?:THE|A|AN) )?((?:[^\W\d_a-zà-öø-ÿ][^\W\d_a-zà-öø-ÿ'’]+[ ]?){1,4})\.\s+(?:([^\W\d_]+)\.)?"
)
_ALONE = re.compile(r"(?:(early|late|just before|after) )?([^\W\d_]+)\.(?:\s|$)", re.IGNORECASE)
_TIMES = frozenset(
    {
        "dawn", "sunrise", "morning", "day", "noon", "midday", "afternoon", "dusk", "sunset", "evening",
        "night", "midnight",
    }
)  # fmt: skip
_WEATHERS = frozenset(
    {"rain", "snow", "fog", "mist", "wind", "sun", "sleet", "hail", "storm", "thunder", "drizzle"}
)


USUAL = "DAY"  # of an item that names no time
NO_TIME, NO_PLACE = 0.6, 0.5  # how sure such a guess is
FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """Each empty where the scene's holds."""

    location: str = ""
    time_of_day: str = ""
    weather: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class PlaceReader:
    """Reads the places of one scene's moments in order."""

    slug: Slug
    now: Placed = field(default_factory=Placed)
    places: list[str] = field(default_factory=list)  # of a montage so far

    def place_of(self, text: str, *, montage: bool) -> Placed:
        """Where a piece of action plays."""
        if montage and (item := _ITEM.match(text)) and item[1].strip().isupper():
            whole = self.slug.location.partition(" - ")[0]
            said = (item[2] or "").casefold()
            place = " - ".join(filter(None, (whole, item[1].strip())))
            self.places.append(place)
            time = said.upper() if said in _TIMES else USUAL
            when = Doubt(
                DoubtKind.TIME, item[1].strip(), USUAL, ("NIGHT", "EVENING"), NO_TIME, "it names no time"
            )
            return Placed(place, time, said if said in _WEATHERS else "", () if said in _TIMES else (when,))
        if montage and self.places:
            words, guess = " ".join(text.split()[:FEW_WORDS]), self.slug.location
            others = tuple(dict.fromkeys(reversed(self.places)))[:3]
            doubt = Doubt(DoubtKind.PLACE, words, guess, others, NO_PLACE, "it names no place of its own")
            return replace(self.now, doubts=(doubt,))
        if alone := _ALONE.match(text):
            word = alone[2].casefold()
            if word in _TIMES:
                self.now = replace(self.now, time_of_day=alone[0].strip(". ").upper())
            elif word in _WEATHERS:
                self.now = replace(self.now, weather=word)
        return self.now
