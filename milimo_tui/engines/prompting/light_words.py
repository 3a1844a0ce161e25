"""Light by time of day and weather, where the script does not say: the table is `light.toml`."""

from __future__ import annotations

import re
from functools import lru_cache

from milimo_tui.core.late_patterns import late
from milimo_tui.engines.prompting.place_words import PlaceWords
from milimo_tui.engines.prompting.tables import rows

_COUNT = (
    r"(?:an?|one|a single|a lone|a bare|two|three|four|six|eight|many|a dozen|a hundred|a thousand|strings of"
    r"|rows of|a row of|a string of)"
)
_LAMP = (
    r"(?:lamps?|lanterns?|candles?|torch(?:es)?|bulbs?|neon signs?|headlamps|headlights|bonfire|fire"
    r"|campfire|chandeliers?|spotlights?|streetlamps?|street lamps?|flashlights?|screens?|streetlights?)"
)
_SOURCE = late(
    rf"\b({_COUNT} (?:(?!cold|dark|dead|broken|unlit|empty|blown)[a-z-]+ ){{0,2}}{_LAMP})\b"
    r"(?! (?:go|goes|is|are|went) (?:out|off|dead|dark))",
    re.IGNORECASE,
)
_GLOW = late(
    r"\b(?:(neon)(?! sign)|(headlamps|headlights|floodlights|candlelight|firelight))\b", re.IGNORECASE
)
_HEADING = late(r"\s*(?:\.|INT|EXT|I/E)", re.IGNORECASE)
_FALLING = late(
    r"(?<!no )(?<!the )\b(rain|snow|fog|mist)\b(?! ?(?:coat|market|boots?|gear|man|storm))", re.IGNORECASE
)
_CROWD = late(
    r"\b(?:crowds?|people|guests?|customers?|diners?|drinkers?|patrons?|passengers?|commuters?|shoppers?|audience"
    r"|congregation|spectators|onlookers|everyone|everybody|umbrellas|queue|regulars|workers|children|students|jury"
    r"|gallery|stalls?|families|tourists|fans|protesters|villagers|party)\b",
    re.IGNORECASE,
)
_OF_A_CROWD = late(r"\b(?:crowd|murmur\w*|voices?|chatter|talk)\b", re.IGNORECASE)
_CUE = late(r"^[^a-zß-öø-ÿ]+$")


def lamp_in(*texts: str) -> str:
    """What lights a place by the script's own words: `one lamp`; empty where it says nothing of it."""
    for text in texts:
        if found := _SOURCE.search(text):
            return found[1].lower()
        if found := _GLOW.search(text):
            return "neon light" if found[1] else found[2].lower()
    return ""


@lru_cache(maxsize=64)
def untalked(text: str) -> str:
    """The text of a scene without what is spoken in it."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "\n".join(block for block in blocks if not ("\n" in block and _CUE.match(block.split("\n", 1)[0])))


def weather_in(text: str) -> str:
    """What falls or hangs in the air as a scene opens: rain, snow, fog; empty where nothing does."""
    opening = next((line for line in text.splitlines() if line.strip() and not _HEADING.match(line)), "")
    found = _FALLING.search(opening)
    return found[1].lower() if found else ""


def is_dark(time_of_day: str) -> bool:
    """Whether lamps count at that time of day."""
    return bool(
        re.search(r"\b(?:night|midnight|evening|dusk|small hours|late)\b", time_of_day, re.IGNORECASE)
    )


def light_for(place: PlaceWords, time_of_day: str, weather: str, *, outside: bool) -> tuple[str, str]:
    """Words of the light of a place at a time, and the names of the rows they come from."""
    light, name = place.day, "by day"
    for row in rows("light", "time"):
        if re.search(rf"\b(?:{row['words']})\b", time_of_day, re.IGNORECASE):
            light, name = row["open_air" if outside else "room"] or place.night, f"by {row['name']}"
            break
    names = [f"{place.name} {name}"]
    falling = weather_row(weather)
    if falling is not None and outside and not (falling[0] == "sun" and is_dark(time_of_day)):
        names.append(falling[0])
        light = f"{light}, {falling[1]}"
    return light, ", ".join(names)


def has_crowd(*texts: str) -> bool:
    """Whether the script speaks of people without a name, whose voices are heard then."""
    return any(map(_CROWD.search, map(untalked, texts)))


def sound_for(place: PlaceWords, weather: str, *, outside: bool, crowded: bool = True) -> str:
    """What is heard of a place: its room, and the weather outside or at the window. No voices of nobody."""
    sound = place.sound if crowded else _unvoiced(place.sound)
    falling = weather_row(weather)
    if falling is None:
        return sound
    return f"{falling[2]}, {sound}" if outside else f"{sound}, with {falling[2]} outside"


def _unvoiced(sound: str) -> str:
    """Sounds without those that only people make who are there."""
    kept = [each for each in re.split(r", | and ", sound) if not _OF_A_CROWD.search(each)]
    if not kept:
        return "a quiet room tone"
    return f"{', '.join(kept[:-1])} and {kept[-1]}" if len(kept) > 1 else kept[0]


def weather_row(weather: str) -> tuple[str, str, str] | None:
    """The row of a weather as written: its name, its light, its sound; None where nothing is said."""
    for row in rows("light", "weather") if weather else ():
        if re.search(row["words"], weather, re.IGNORECASE):
            return row["name"], row["light"], row["sound"]
    return None
