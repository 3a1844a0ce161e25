"""Test scene headings in French, German, Spanish, Italian and Portuguese, and headings with durations."""

from __future__ import annotations

import pytest

from milimo_tui.story.reading.eras import assign_eras
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.line_grammar import parse_forced_heading, parse_heading
from milimo_tui.story.values.shot_words import Era, Setting

INSIDE, OUTSIDE = Setting.INTERIOR, Setting.EXTERIOR


@pytest.mark.parametrize(
    ("heading", "setting", "place", "time"),
    [
        ("INNEN. WERKSTATT - NACHT", INSIDE, "WERKSTATT", "NIGHT"),
        ("AUSSEN. HOF, ABENDDÄMMERUNG", OUTSIDE, "HOF", "DUSK"),
        ("AUßEN/INNEN. AUTO - TAG", Setting.BOTH, "AUTO", "DAY"),
        ("INNEN: FLUR - ZWEI WOCHEN SPÄTER - MORGEN", INSIDE, "FLUR", "MORNING"),
        ("EXT. QUAI - NUIT - SUITE", OUTSIDE, "QUAI", "CONTINUOUS"),
        ("INTÉRIEUR. GRENIER - APRÈS-MIDI", INSIDE, "GRENIER", "AFTERNOON"),
        ("INT. GARE - QUELQUES MINUTES PLUS TARD", INSIDE, "GARE", "MINUTES LATER"),
        ("EXT. MERCADO - ATARDECER", OUTSIDE, "MERCADO", "DUSK"),
        ("INT. PATIO - TRES AÑOS DESPUÉS - DÍA", INSIDE, "PATIO", "DAY"),
        ("EST. PORTO - MEZZANOTTE", OUTSIDE, "PORTO", "MIDNIGHT"),
        ("INT. BAR NOTTE", INSIDE, "BAR", "NIGHT"),
        ("EXT. PRAIA - AMANHECER", OUTSIDE, "PRAIA", "DAWN"),
        ("INT. SALA - MAIS TARDE", INSIDE, "SALA", "LATER"),
        ("INT. ATTIC - A SECOND LATER", INSIDE, "ATTIC", "MOMENTS LATER"),
        ("INT. ATTIC - DAY - THREE DAYS LATER", INSIDE, "ATTIC", "DAY"),
        ("INT. ATTIC - NIGHT - CONTINUOUS", INSIDE, "ATTIC", "CONTINUOUS"),
        ("EXT. LANE - FOUR DAYS LATER", OUTSIDE, "LANE", ""),
        ("EXT. LANE - JUST AFTER SUNRISE", OUTSIDE, "LANE", "JUST AFTER SUNRISE"),
        ("Int. my room, night (the same one)", INSIDE, "my room", "night"),
        ("AUSSEN. GARTEN - TAG (RÜCKBLENDE)", OUTSIDE, "GARTEN", "DAY (RÜCKBLENDE)"),
        ("INNEN. HAUS - NACHT [TRAUM]", INSIDE, "HAUS", "NIGHT (TRAUM)"),
        ("INNEN. HAUS NACHT (TRAUM)", INSIDE, "HAUS", "NIGHT"),
        ("INNEN. HAUS. NACHT (TRAUM)", INSIDE, "HAUS", "NIGHT"),
        ("INNEN. HAUS (TRAUM) - NACHT", INSIDE, "HAUS", "NIGHT"),
        ("INNEN. HAUS - RÜCKBLENDE - NACHT", INSIDE, "HAUS", "NIGHT"),
        ("INNEN. HAUS - (RÜCKBLENDE) TAG", INSIDE, "HAUS", "(RÜCKBLENDE) DAY"),
        ("INNEN. HAUS - TAG (SPÄTER)", INSIDE, "HAUS", "DAY (LATER)"),
        ("INNEN. KÜCHE (ALTBAU) - TAG 2", INSIDE, "KÜCHE (ALTBAU)", "DAY 2"),
        ("EXT. PLAGE - JOUR (FLASHBACK)", OUTSIDE, "PLAGE", "DAY (FLASHBACK)"),
        ("EXT. MER - L'AUBE (QUELQUES MINUTES PLUS TARD)", OUTSIDE, "MER", "DAWN (MINUTES LATER)"),
        ("EXT. PLAYA - DÍA (FLASHBACK)", OUTSIDE, "PLAYA", "DAY (FLASHBACK)"),
        ("EXT. PLAYA - NOCHE (CONTINUO)", OUTSIDE, "PLAYA", "NIGHT (CONTINUOUS)"),
        ("ESTERNO. CASA - NOTTE (PIOGGIA)", OUTSIDE, "CASA", "NIGHT (PIOGGIA)"),
        ("INTERNO. CASA - PIÙ TARDI (SOGNO)", INSIDE, "CASA", "LATER (SOGNO)"),
        ("EXT. CASA - PÔR DO SOL (CHUVA)", OUTSIDE, "CASA", "SUNSET (CHUVA)"),
        ("INT. HOUSE (DREAM) - NIGHT", INSIDE, "HOUSE", "NIGHT"),
        ("INT. HOUSE - DREAM SEQUENCE - NIGHT", INSIDE, "HOUSE", "NIGHT"),
        ("INT. DREAM - NIGHT", INSIDE, "DREAM", "NIGHT"),
        ("INT. HOTEL - SUITE 204", INSIDE, "HOTEL - SUITE 204", ""),
        ("INT. HOTEL - SUITE (BEDROOM) - DAY", INSIDE, "HOTEL - SUITE (BEDROOM)", "DAY"),
        # A person or a thing that has the name of a time stays in the place.
        ("INT. NACHTIGALL BAR - TAG", INSIDE, "NACHTIGALL BAR", "DAY"),
    ],
)
def test_heading_gives_setting_place_and_time(heading: str, setting: Setting, place: str, time: str) -> None:
    found = parse_heading(heading)
    assert found is not None
    assert (found[1].setting, found[1].location, found[1].time_of_day) == (setting, place, time)


@pytest.mark.parametrize(
    "line",
    ["Innen ist es kalt.", "Interior monologue of a king.", "Ext: 4410 does not answer.", "EXTRA, EXTRA"],
)
def test_sentence_that_begins_like_a_heading_is_none(line: str) -> None:
    assert parse_heading(line) is None


def test_forced_heading_with_a_colon() -> None:
    found = parse_forced_heading(".EXT: DEICH - MORGENGRAUEN")
    assert found is not None
    assert (found[1].setting, found[1].location, found[1].time_of_day) == (OUTSIDE, "DEICH", "DAWN")


@pytest.mark.parametrize(
    ("heading", "era"),
    [
        ("INNEN. FLUR - NACHT - RÜCKBLENDE", Era.FLASHBACK),
        ("INNEN. FLUR - NACHT (RÜCKBLENDE)", Era.FLASHBACK),
        ("INNEN. FLUR - NACHT (ERINNERUNG)", Era.FLASHBACK),
        ("INNEN. CAFÉ ERINNERUNG - NACHT", Era.PRESENT),
        ("INNEN. FLUR - NACHT (TRAUM)", Era.DREAM),
        ("INNEN. FLUR - NACHT (ALPTRAUM)", Era.DREAM),
        ("INT. COULOIR - JOUR (FLASH-BACK)", Era.FLASHBACK),
        ("INT. COULOIR - JOUR (SOUVENIR)", Era.FLASHBACK),
        ("INT. COULOIR - NUIT (RÊVE)", Era.DREAM),
        ("INT. SOUVENIR SHOP - DAY", Era.PRESENT),
        ("INT. PASILLO - DÍA (RECUERDO)", Era.FLASHBACK),
        ("INT. PASILLO - NOCHE (PESADILLA)", Era.DREAM),
        ("INT. CORRIDOIO - GIORNO (RICORDO)", Era.FLASHBACK),
        ("INT. CORRIDOIO - NOTTE (INCUBO)", Era.DREAM),
        ("INT. CORREDOR - DIA (LEMBRANÇA)", Era.FLASHBACK),
        ("INT. CORREDOR - NOITE (SONHO)", Era.DREAM),
    ],
)
def test_heading_names_its_era(heading: str, era: Era) -> None:
    script = f"INT. HALL - DAY\n\nEva.\n\n{heading}\n\nEva.\n"
    assert assign_eras(parse(script.encode()).scenes) == (Era.PRESENT, era)
