"""Test the vocabulary of shots: words that set a value, and everyday words that only look like them."""

from __future__ import annotations

from enum import StrEnum

import pytest

from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Size
from milimo_tui.story.values.vocabulary import (
    FramingReading,
    ParsedCaption,
    extract_caption,
    is_direction_line,
    is_structure_line,
    parse_framing,
)


def said(reading: FramingReading) -> set[StrEnum]:
    values = (reading.size, reading.angle, *reading.movements, reading.function, reading.rig)
    return {value for value in values if value}


WANTED: list[tuple[str, set[StrEnum]]] = [
    # Shot sizes.
    ("EXTREME CLOSE-UP of the fuse", {Size.ECU}),
    ("Big close up: an ant", {Size.ECU}),
    ("ECU - an ant", {Size.ECU}),
    ("XCU on the dial", {Size.ECU}),
    ("Medium close-up of Jun", {Size.MCU}),
    ("MCU: Jun", {Size.MCU}),
    ("CLOSE-UP: her ring", {Size.CU}),
    ("Close up of the ring", {Size.CU}),
    ("CLOSE ON the ring", {Size.CU}),
    ("Closer on the ring", {Size.CU}),
    ("Tight on his face", {Size.CU}),
    ("C/U the ring", {Size.CU}),
    ("CU - the ring", {Size.CU}),
    ("CLOSER", {Size.CU}),
    ("Medium shot of the two", {Size.MS}),
    ("MS: Mara", {Size.MS}),
    ("MS of Mara", {Size.MS}),
    ("Mid shot, Mara", {Size.MS}),
    ("Medium long shot of the gang", {Size.MLS}),
    ("A cowboy shot of the marshal", {Size.MLS}),
    ("Full shot of the band", {Size.FS}),
    ("FS - the band", {Size.FS}),
    ("Long shot of the road", {Size.LS}),
    ("LS, the road", {Size.LS}),
    ("WIDE SHOT: the bay", {Size.WS}),
    ("Wide on the bay", {Size.WS}),
    ("WIDER", {Size.WS}),
    ("WS over the bay", {Size.WS}),
    ("MASTER SHOT of the hall", {Size.WS}),
    ("EXTREME WIDE SHOT of dunes", {Size.EWS}),
    ("A vista of dunes", {Size.EWS}),
    # Camera angles.
    ("Low angle: the tower", {Angle.LOW}),
    ("A worm's-eye view of the tower", {Angle.LOW}),
    ("High angle on the crowd", {Angle.HIGH}),
    ("OVERHEAD: the table", {Angle.OVERHEAD}),
    ("A bird's-eye view of the maze", {Angle.OVERHEAD}),
    ("Top shot, the pool", {Angle.OVERHEAD}),
    ("Dutch angle on the stairs", {Angle.DUTCH}),
    ("CANTED frame", {Angle.DUTCH}),
    ("Mara in profile", {Angle.PROFILE}),
    ("At eye level with the dog", {Angle.EYE}),
    # Camera movements.
    ("Static shot of a wall", {Movement.STATIC}),
    ("LOCKED-OFF on the door", {Movement.STATIC, Rig.TRIPOD}),
    ("We pan left along the bar", {Movement.PAN_LEFT}),
    ("Pan across the shelves", {Movement.PAN_RIGHT}),
    ("WHIP PAN to the door", {Movement.PAN_RIGHT}),
    ("The camera tilts up", {Movement.TILT_UP}),
    ("Tilt down to the shoes", {Movement.TILT_DOWN}),
    ("Dolly in on the safe", {Movement.DOLLY_IN, Rig.DOLLY}),
    ("Push in on the safe", {Movement.DOLLY_IN}),
    ("We slowly push in", {Movement.DOLLY_IN}),
    ("PULL BACK TO REVEAL the army", {Movement.DOLLY_OUT}),
    ("The camera pulls back", {Movement.DOLLY_OUT}),
    ("Tracking shot through the arcade", {Movement.TRACK}),
    ("We follow her down the hall", {Movement.TRACK}),
    ("Crane up over the wall", {Movement.CRANE_UP, Rig.CRANE}),
    ("Boom down to the grave", {Movement.CRANE_DOWN}),
    ("Zoom in on the clock", {Movement.ZOOM_IN}),
    ("CRASH ZOOM", {Movement.ZOOM_IN}),
    ("Zoom out from the clock", {Movement.ZOOM_OUT}),
    ("The camera circles them", {Movement.ARC}),
    ("Arc around the duellists", {Movement.ARC}),
    ("Rack focus to the knife", {Movement.RACK}),
    ("Dolly zoom on the chief", {Movement.DOLLY_IN, Movement.ZOOM_OUT}),
    # Shot functions.
    ("TWO-SHOT: Mara and Jun", {Function.TWO_SHOT}),
    ("Three shot at the bar", {Function.THREE_SHOT}),
    ("Group shot of the team", {Function.GROUP}),
    ("OTS Mara", {Function.OTS}),
    ("Over-the-shoulder on Jun", {Function.OTS}),
    ("Over Mara's shoulder: the map", {Function.OTS}),
    ("MARA'S POV", {Function.POV}),
    ("From the killer's point of view", {Function.POV}),
    ("INSERT - THE LETTER", {Function.INSERT}),
    ("INSERT THE LETTER", {Function.INSERT}),
    ("Cut away to the clock", {Function.CUTAWAY}),
    ("ESTABLISHING - the harbour", {Function.ESTABLISHING}),
    ("An establishing shot of the harbour", {Function.ESTABLISHING}),
    ("Reaction shot: Jun", {Function.REACTION}),
    ("REVERSE ANGLE", {Function.REVERSE}),
    # Camera rigs.
    ("Handheld, through the crowd", {Rig.HANDHELD}),
    ("Steadicam behind the waiter", {Rig.STEADICAM}),
    ("AERIAL of the delta", {Rig.AERIAL}),
    ("Drone shot of the delta", {Rig.AERIAL}),
    ("Underwater shot of the wreck", {Rig.UNDERWATER}),
    # Several values in one text, where the longer name is matched first.
    ("Low angle, wide shot, handheld", {Angle.LOW, Size.WS, Rig.HANDHELD}),
    ("medium close up in profile, slow pan right", {Size.MCU, Angle.PROFILE, Movement.PAN_RIGHT}),
]  # fmt: skip

FALSE_FRIENDS = [
    "A handsome man", "The property is for sale", "Her eyes are blue", "A pancake", "The company",
    "A tilted frame", "He closes the door", "They close the shop", "Two shots ring out",
    "Two shot dead, one missing", "It's a long shot", "A long shot at goal", "A dock crane",
    "The crane down at the docks", "He cranes his neck", "A red tracksuit",
    "The railway track past the mill", "The zoom lens is broken", "The supervisor nods", "A dutch oven",
    "TV static", "Establishing a firm was hard", "The rooftop aerial", "A handheld radio crackles",
    "She pulls out a gun", "She pulls back the curtain", "Poverty", "On a bench", "MS. VALE enters",
    "Ms. Vale waits", "A frying pan over the fire", "He holds a pan over the fire", "They pan for gold",
    "The pan left on the stove", "She pushes in the drawer", "He tilts up her chin", "The panel",
    "A japanese fan", "The master of the house", "Insert the coin", "He inserts a key", "In reverse gear",
    "A chain reaction", "A single rose", "A rack of lamb", "The arc of the story", "He orbits the table",
    "Vultures circle above", "An overhead light", "A truck stops", "She follows him", "In a low voice",
    "High and dry", "A high-profile case", "The FBI profile of a killer", "A point of view",
    "A wide river", "A cowboy", "The full moon", "An extreme case", "A medium pizza",
    "The insurance covers it", "He looks over his shoulder", "A wide-angle lens", "The underwater world",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WANTED, ids=[text for text, _ in WANTED])
def test_requests_are_understood(text: str, expected: set[StrEnum]) -> None:
    assert said(parse_framing(text)) == expected


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_everyday_words_request_nothing(text: str) -> None:
    assert said(parse_framing(text)) == set()


def test_first_named_value_of_a_field_wins() -> None:
    assert parse_framing("Close on Jun, then wide on the bay").size is Size.CU
    assert parse_framing("Wide on the bay, then close on Jun").size is Size.WS


@pytest.mark.parametrize(
    ("text", "bare"), [("WIDER", True), ("CLOSE-UP:", True), ("Close on Jun", False), ("He waits", False)]
)
def test_bare_direction_is_distinguished_from_a_shot(text: str, bare: bool) -> None:
    assert parse_framing(text).is_bare_direction is bare


@pytest.mark.parametrize(
    "line",
    [
        "FADE IN:", "FADE OUT.", "FADE TO BLACK.", "CUT TO BLACK.", "SMASH CUT:", "DISSOLVE TO:",
        "THE END", "CONTINUED", "(CONTINUED)", "CONTINUED: (2)", "MONTAGE - THE CHASE", "BEGIN MONTAGE",
        "END MONTAGE", "SERIES OF SHOTS:", "INTERCUT - BAR / STREET", "BACK TO SCENE", "BEGIN FLASHBACK:",
        "END OF FLASHBACK", "FLASHBACK:", "LATER", "MOMENTS LATER", "ACT TWO", "END CREDITS",
        "OPENING TITLES", "TO BE CONTINUED...",
    ],
)  # fmt: skip
def test_structure_is_recognised(line: str) -> None:
    assert is_structure_line(line)


@pytest.mark.parametrize(
    "line", ["MARA", "CUTTER", "FADE", "ENDER", "PARTY BOY", "MASTER", "LATERAN", "CONTI", "ACTOR", "BACKUP"]
)
def test_names_are_neither_structure_nor_direction(line: str) -> None:
    assert not is_structure_line(line)
    assert not is_direction_line(line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('SUPER: "THREE DAYS LATER"', ParsedCaption("THREE DAYS LATER", "", False)),
        ("Rain. SUPER: Tokyo, 1999", ParsedCaption("Tokyo, 1999", "Rain.", False)),
        ("SUPERIMPOSE: One year on", ParsedCaption("One year on", "", False)),
        ("TITLE CARD: Part two", ParsedCaption("Part two", "", True)),
        ("TITLE: “Part two” over black.", ParsedCaption("Part two", "over black.", True)),
        ("SUPER “Berlin” over the wall.", ParsedCaption("Berlin", "over the wall.", False)),
    ],
)
def test_captions_are_removed(text: str, expected: ParsedCaption) -> None:
    assert extract_caption(text) == expected


@pytest.mark.parametrize(
    "text", ["The supervisor: gone.", "A super idea.", "Title: none", "SUPERMAN: hello", "SUPER"]
)
def test_other_texts_are_no_captions(text: str) -> None:
    assert extract_caption(text) is None
