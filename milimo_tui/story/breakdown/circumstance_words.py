"""Words for weather and light in six languages. A statement about the weather or the light without such a
word is about something else: a small language model takes any noun of a line for them.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from milimo_tui.story.screenplay.format_words import fold_word, list_format_keys, list_format_words
from milimo_tui.story.values.text import fold_accents, split_words

# Beginnings of words, without accents.
_WEATHER = """rain snow drizz sleet storm cloud overcast sunn breez gust flake drops icy ice frozen freez
humid dry cold warm hot clear sky skies pleu pluv neig nuag froid chaud regn schnei stuerm wolk kalt heiss
lluev llov niev nub frio calur piov pioggi nevic nuvol freddo caldo chov nev nubl quent"""
_LIGHT = """light lamp moon candle dark black glow gloom shadow torch bulb neon fire flame flash beam lantern
ablaze blazing bright shine shining glare gleam dawn dusk blackout electric headl twilight daylight sunli
sunshin sunny starli starry lumi lampe ampoul bougi sombre obscur ombre soleil eclair phare licht leucht
kerze dunkel finster schwarz schatten sonne mond feuer flacker luces lampara bombill negr sombra luna
fuego farol candel ombra fuoco chiaro escur"""
# Words that are also beginnings of other words, such as “little”, “start”, “hello” and “soldier”.
_LIGHT_WORDS = """lit sun star stars dim dimly shine shines shone noir noire lune feu hell helle hellen heller
luz vela velas sol luce luci buio buia nero nera sole clara claro clarao fogo lua"""


def names_weather(text: str) -> bool:
    """Return True if a text has a word for weather, or is in another writing system."""
    return _has_word(text, _list_weather_words())


def names_light(text: str) -> bool:
    """Return True if a text has a word for light, its absence or its source, or is in another writing
    system.
    """
    words = set(split_words(fold_accents(text)))
    return _has_word(text, tuple(_LIGHT.split())) or not words.isdisjoint(_LIGHT_WORDS.split())


def names_time(text: str) -> bool:
    """Return True if a text has a word for a time of day or its change, or is in another writing system."""
    words = (word for key in list_format_keys("times") for word in (key, *list_format_words("times", key)))
    return _has_word(text, tuple(fold_word(word) for word in words)) or "later" in text.casefold()


@cache
def _list_weather_words() -> tuple[str, ...]:
    listed = (word for key in list_format_keys("weather") for word in list_format_words("weather", key))
    return (*_WEATHER.split(), *listed)


def _has_word(text: str, beginnings: tuple[str, ...]) -> bool:
    words = split_words(fold_accents(text).replace("’", " ").replace("'", " "))
    is_latin = all(unicodedata.name(char, "").startswith("LATIN") for char in text if char.isalpha())
    return not is_latin or any(word.startswith(beginnings) for word in words)
