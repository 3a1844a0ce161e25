"""Test the weather of a scene, taken from its heading or from a sentence of its own."""

from __future__ import annotations

import pytest

from milimo_tui.story.reading.weather_words import find_opening_weather, parse_heading_weather
from tests.story.films import drafts


@pytest.mark.parametrize(
    ("heading", "weather"),
    [
        ("EXT. ROAD - NIGHT - RAIN", "rain"),
        ("EXT. ROAD - NIGHT (HEAVY SNOW)", "heavy snow"),
        ("EXT. ROAD, FOG - DAY", "fog"),
        ("EXT. ROUTE - NUIT - PLUIE", "rain"),
        ("AUSSEN. STRASSE - NACHT - DICHTER NEBEL", "fog"),
        ("EXT. CALLE - NOCHE, LLUVIA", "rain"),
        ("EXT. STRADA - NOTTE (NEVE)", "snow"),
        ("EXT. RUA - NOITE - CHUVA", "rain"),
        ("EXT. RUA - PÔR DO SOL (CHUVA)", "rain"),
        ("EXT. CALLE - PUESTA DE SOL", ""),
        ("EXT. RAIN MARKET - NIGHT", ""),
        ("EXT. ROAD - NIGHT", ""),
    ],
)
def test_heading_names_the_weather_in_its_own_part(heading: str, weather: str) -> None:
    assert parse_heading_weather(heading) == weather


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("Rain.", "rain"), ("Thick fog.", "thick fog"), ("Nebel.", "fog"), ("No rain now.", ""),
        ("Her rain coat drips.", ""), ("Rain hammers the roof.", ""),
    ],
)  # fmt: skip
def test_sentence_of_its_own_names_the_weather(text: str, weather: str) -> None:
    assert find_opening_weather((text,)) == weather


def test_weather_is_carried_on_while_no_time_passes() -> None:
    text = (
        "EXT. ROAD - NIGHT\n\nRain. A car.\n\nINT. CAR - CONTINUOUS\n\nTwo people in it.\n\n"
        "EXT. ROAD - NIGHT\n\nThe same road.\n"
    )
    assert [scene.weather for scene in drafts(text)] == ["rain", "rain", ""]
