"""Light by time of day and weather, where the script does not say: the table is `light.toml`."""

from __future__ import annotations

import re

from milimo_tui.engines.prompting.place_words import PlaceWords
from milimo_tui.engines.prompting.tables import rows


def light_for(place: PlaceWords, time_of_day: str, weather: str, *, outside: bool) -> tuple[str, str]:
    """Words of the light of a place at a time, and the names of the rows they come from."""
    light, name = place.day, "by day"
    for row in rows("light", "time"):
        if re.search(rf"\b(?:{row['words']})\b", time_of_day, re.IGNORECASE):
            light, name = row["open_air" if outside else "room"] or place.night, f"by {row['name']}"
            break
    names = [f"{place.name} {name}"]
    falling = weather_row(weather)
    if falling is not None and outside:
        names.append(falling[0])
        light = f"{light}, {falling[1]}"
    return light, ", ".join(names)


def sound_for(place: PlaceWords, weather: str, *, outside: bool) -> str:
    """What is heard of a place: its room, and the weather outside or at the window."""
    falling = weather_row(weather)
    if falling is None:
        return place.sound
    return f"{falling[2]}, {place.sound}" if outside else f"{place.sound}, {falling[2]} outside"


def weather_row(weather: str) -> tuple[str, str, str] | None:
    """The row of a weather as written: its name, its light, its sound; None where nothing is said."""
    for row in rows("light", "weather") if weather else ():
        if re.search(row["words"], weather, re.IGNORECASE):
            return row["name"], row["light"], row["sound"]
    return None
