"""Test the places of a scene after a short heading, and of a montage after an intercut."""

from __future__ import annotations

from milimo_tui.story.elements.place_layers_found import extract_place_layers
from milimo_tui.story.elements.things_found import extract_objects
from milimo_tui.story.screenplay.fountain import parse
from tests.story.films import drafts

INTERCUT = """INT. ENGINE ROOM - NIGHT

AMARA (40) grips the radio.

AMARA
Can you hear me?

INTERCUT - ENGINE ROOM / BRIDGE

KOJI (30) stands at the wheel.

KOJI
Loud and clear.

SERIES OF SHOTS

A) Amara swims through the corridor.

B) The ship goes down.
"""
GERMAN = """INNEN. HOF - MORGEN

Die Katze sitzt auf dem Brunnen. Sie springt.

VATER
Was macht ihr da? Und warum ist das Tor nicht zu?

Der Vater kommt aus dem Haus und die Zwillinge laufen mit dem Hund über den Hof.
"""


def test_heading_inside_leads_into_the_building_of_an_exterior() -> None:
    [scene] = drafts("EXT. CHURCH - DAY\n\nA car stops.\n\nINSIDE THE CHURCH\n\nTOM (40) saunters in.\n")
    assert [shot.location for shot in scene.shots] == ["", "CHURCH - INSIDE"]


def test_series_of_shots_after_an_intercut_is_not_on_its_last_side() -> None:
    [scene] = drafts(INTERCUT)
    assert [shot.location for shot in scene.shots][-2:] == ["CORRIDOR", ""]


def test_sentences_in_another_language_describe_no_place() -> None:
    found = extract_place_layers(parse(GERMAN.encode()).scenes, [each.as_read for each in drafts(GERMAN)])
    assert (found.places, found.scenes) == ({}, {})


def test_stressed_verbs_are_no_objects() -> None:
    text = "INT. CAB - DAY\n\nHis mask FOGS UP. Their sirens are getting LOUDER. The brass ASTROLABE turns.\n"
    names = [one.name for one in extract_objects([each.as_read for each in drafts(text)], ())]
    assert names == ["Astrolabe"]


def test_time_in_a_sentence_of_the_heading_is_no_place() -> None:
    [scene] = drafts("EXT. Nuit. Campement militaire.\n\nTOM (40) dort.\n")
    assert (scene.location, scene.time_of_day) == ("Campement militaire", "NIGHT")
