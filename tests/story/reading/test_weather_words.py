"""Test the weather of a scene, taken from its heading and its first sentences."""

from __future__ import annotations

import pytest

from milimo_tui.story.reading.weather_words import (
    CLEAR,
    find_opening_weather,
    find_weather_change,
    parse_heading_weather,
)
from tests.story.films import drafts


@pytest.mark.parametrize(
    ("heading", "weather"),
    [
        ("EXT. ROAD - NIGHT - RAIN", "rain"),
        ("EXT. ROAD - NIGHT (HEAVY SNOW)", "heavy snow"),
        ("EXT. ROAD, FOG - DAY", "fog"),
        ("EXT. RAIN MARKET - NIGHT", ""),
        ("EXT. ROAD - NIGHT", ""),
    ],
)
def test_heading_names_the_weather_in_its_own_part(heading: str, weather: str) -> None:
    assert parse_heading_weather(heading) == weather


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("Rain.", "rain"),
        ("Rain hammers the roof.", "rain"),
        ("A thin fog hangs over the lake.", "fog"),
        ("She runs through the driving snow.", "snow"),
        ("It is raining.", "rain"),
        ("Snow begins to fall.", "snow"),
        ("No rain now.", ""),
        ("Her rain coat drips.", ""),
        ("He speaks of rain.", ""),
        ("A storm of applause.", ""),
    ],
)
def test_opening_tells_the_weather(text: str, weather: str) -> None:
    assert find_opening_weather((text,)) == weather


def test_weather_changes_and_stops() -> None:
    assert find_weather_change("It begins to rain.") == "rain"
    assert find_weather_change("The snow has stopped.") == CLEAR
    assert find_weather_change("Mara stops.") == ""


def test_weather_is_carried_on_while_no_time_passes() -> None:
    text = (
        "EXT. ROAD - NIGHT\n\nRain. A car.\n\nINT. CAR - CONTINUOUS\n\nTwo people in it.\n\n"
        "EXT. ROAD - NIGHT\n\nThe same road.\n"
    )
    assert [scene.weather for scene in drafts(text)] == ["rain", "rain", ""]
