"""Where and when a moment plays, where that is not as its scene's heading has it.

An item of a montage names its place first (“THE LANE. Fog. …”), and a paragraph may begin with a time alone
(“Dawn. A tow cable is on.”), which then holds to the scene's end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from milimo_tui.story.screenplay.screenplay import Slug

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


@dataclass(frozen=True, slots=True)
class Placed:
    """Each empty where the scene's holds."""

    location: str = ""
    time_of_day: str = ""
    weather: str = ""


@dataclass(slots=True)
class PlaceReader:
    """Reads the places of one scene's moments in order."""

    slug: Slug
    now: Placed = field(default_factory=Placed)

    def place_of(self, text: str, *, montage: bool) -> Placed:
        """Where a piece of action plays."""
        if montage and (item := _ITEM.match(text)) and item[1].strip().isupper():
            whole = self.slug.location.partition(" - ")[0]
            said = (item[2] or "").casefold()
            return Placed(
                " - ".join(filter(None, (whole, item[1].strip()))),
                said.upper() if said in _TIMES else "DAY",
                said if said in _WEATHERS else "",
            )
        if alone := _ALONE.match(text):
            word = alone[2].casefold()
            if word in _TIMES:
                self.now = replace(self.now, time_of_day=alone[0].strip(". ").upper())
            elif word in _WEATHERS:
                self.now = replace(self.now, weather=word)
        return self.now
