"""Choose a description of the light by time of day and weather, for shots whose script names no light. The
table is `light.toml`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.place_words import PlaceWords
from milimo_tui.engines.prompting.tables import list_prompt_rows
from milimo_tui.story.reading.weather_words import names_weather

_COUNT = (
    r"(?:an?|one|a single|a lone|a bare|two|three|four|six|eight|many|a dozen|a hundred|a thousand|strings of"
    r"|rows of|a row of|a string of)"
)
_LAMP = (
    r"(?:lamps?|lanterns?|candles?|torch(?:es)?|bulbs?|neon signs?|headlamps|headlights|bonfire|fire"
    r"|campfire|chandeliers?|spotlights?|streetlamps?|street lamps?|flashlights?|screens?|streetlights?)"
)
_SOURCE = compile_lazily(
    rf"\b({_COUNT} (?:(?!cold|dark|dead|broken|unlit|empty|blown)[a-z-]+ ){{0,2}}{_LAMP})\b"
    r"(?! (?:go|goes|is|are|went) (?:out|off|dead|dark))",
    re.IGNORECASE,
)
_GLOW = compile_lazily(
    r"\b(?:(neon)(?! sign)|(headlamps|headlights|floodlights|candlelight|firelight))\b", re.IGNORECASE
)
_HEADING = compile_lazily(r"\s*(?:\.|INT|EXT|I/E)", re.IGNORECASE)
_FALLING = compile_lazily(
    r"(?<!no )(?<!the )\b(rain|snow|fog|mist)\b(?! ?(?:coat|market|boots?|gear|man|storm))", re.IGNORECASE
)
_CROWD = compile_lazily(
    r"\b(?:crowds?|people|guests?|customers?|diners?|drinkers?|patrons?|passengers?|commuters?|shoppers?|audience"
    r"|congregation|spectators|onlookers|everyone|everybody|umbrellas|queue|regulars|workers|children|students|jury"
    r"|gallery|stalls?|families|tourists|fans|protesters|villagers|party)\b",
    re.IGNORECASE,
)
_OF_A_CROWD = compile_lazily(r"\b(?:crowd|murmur\w*|voices?|chatter|talk)\b", re.IGNORECASE)
_CUE = compile_lazily(r"^[^a-zß-öø-ÿ]+$")


def find_lamp(*texts: str) -> str:
    """Return the first light source in the texts, in the script's words: `one lamp`. Empty if there is
    none.
    """
    for text in texts:
        if found := _SOURCE.search(text):
            return found[1].lower()
        if found := _GLOW.search(text):
            return "neon light" if found[1] else found[2].lower()
    return ""


@lru_cache(maxsize=64)
def strip_dialogue(text: str) -> str:
    """Return the text of a scene without its dialogue."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "\n".join(block for block in blocks if not ("\n" in block and _CUE.match(block.split("\n", 1)[0])))


def find_scene_weather(text: str) -> str:
    """Return the weather that the opening of a scene names: rain, snow, fog. Empty if it names none."""
    opening = next((line for line in text.splitlines() if line.strip() and not _HEADING.match(line)), "")
    found = _FALLING.search(opening)
    return found[1].lower() if found else ""


def phrase_weather(weather: str) -> str:
    """Return the weather as a noun phrase, such as `light rain` or `foggy weather`. Empty for no weather."""
    words = weather.split()
    if not words or names_weather(words[-1]) or words[-1] == "weather":
        return weather
    return f"{weather} weather" if len(words) < 4 else weather


def is_dark(time_of_day: str) -> bool:
    """Return True if it is so dark at that time of day that lamps provide the light."""
    return bool(
        re.search(r"\b(?:night|midnight|evening|dusk|small hours|late)\b", time_of_day, re.IGNORECASE)
    )


def choose_light(place: PlaceWords, time_of_day: str, weather: str, *, outside: bool) -> tuple[str, str]:
    """Return the description of the light of a place at a time of day, and the names of the table rows that
    it comes from.
    """
    light, name = place.day, "by day"
    for row in list_prompt_rows("light", "time"):
        if re.search(rf"\b(?:{row['words']})\b", time_of_day, re.IGNORECASE):
            light, name = row["open_air" if outside else "room"] or place.night, f"by {row['name']}"
            break
    names = [f"{place.name} {name}"]
    falling = find_weather_row(weather)
    if falling is not None and outside and not (falling[0] == "sun" and is_dark(time_of_day)):
        names.append(falling[0])
        light = f"{light}, {falling[1]}"
    return light, ", ".join(names)


def has_crowd(*texts: str) -> bool:
    """Return True if the texts mention people without a name. Their voices are then part of the place's
    sound.
    """
    return any(map(_CROWD.search, map(strip_dialogue, texts)))


def choose_room_sound(place: PlaceWords, weather: str, *, outside: bool, crowded: bool = True) -> str:
    """Return the sound of a place: its room tone, and the sound of the weather outside or at the window. If
    `crowded` is False, voices are left out.
    """
    sound = place.sound if crowded else _strip_crowd_sounds(place.sound)
    falling = find_weather_row(weather)
    if falling is None:
        return sound
    return f"{falling[2]}, {sound}" if outside else f"{sound}, with {falling[2]} outside"


def _strip_crowd_sounds(sound: str) -> str:
    """Return a description of sounds without the sounds that only people make, such as voices."""
    parts = [each for each in re.split(r", | and ", sound) if not _OF_A_CROWD.search(each)]
    if not parts:
        return "a quiet room tone"
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def find_weather_row(weather: str) -> tuple[str, str, str] | None:
    """Return the name, light and sound in the table row for this weather. None if there is no such row."""
    for row in list_prompt_rows("light", "weather") if weather else ():
        if re.search(row["words"], weather, re.IGNORECASE):
            return row["name"], row["light"], row["sound"]
    return None
