"""Test the reading of scenes of any film: partly named places, who is present, who leaves, and different
names of one person.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.shot_words import Era, VoicePosition


def scenes(text: str) -> tuple[SceneDraft, ...]:
    return break_down_script(fountain.parse(text.encode()), Fraction(25))


def moment(text: str, words: str) -> Moment:
    """Return the stretch of the screenplay that contains `words` and becomes one shot."""
    found = [each for scene in scenes(text) for each in scene.as_read.moments]
    return next(
        each
        for each in found
        if words in each.text or any(words in line.text for side in each.sides for line in side)
    )


ROOM = "INT. INN - TAPROOM - NIGHT\n\nANNA (30) and TOM (40) drink.\n\n"


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("IN THE DOORWAY", "INN - TAPROOM - DOORWAY"),
        ("BY THE WINDOW", "INN - TAPROOM - WINDOW"),
        ("BOOTH 14", "INN - TAPROOM - BOOTH 14"),
        ("KITCHEN - CONTINUOUS", "INN - KITCHEN"),
    ],
)
def test_part_of_a_room_does_not_leave_it(heading: str, place: str) -> None:
    assert moment(f"{ROOM}{heading}\n\nAnna sneezes.", "sneezes").location == place


def test_partial_place_is_the_one_seen_before() -> None:
    text = (
        "INT. STATION - LEFT LUGGAGE - NIGHT\n\nANNA (30) mops.\n\nINT. LEFT LUGGAGE - LATER\n\nAnna rests.\n"
    )
    assert moment(text, "rests").location == "STATION - LEFT LUGGAGE"


def test_montage_item_may_have_a_whole_heading() -> None:
    text = "EXT. TOWN - DAY\n\nRain.\n\nBEGIN MONTAGE\n\n"
    text += "A) INT. FLAT - BATH - NIGHT -- ANNA (30) paints a wall.\n"
    found = moment(text, "paints")
    assert (found.location, found.time_of_day, found.text) == (
        "FLAT - BATH",
        "NIGHT",
        "ANNA (30) paints a wall.",
    )
    assert all(shot.characters != ("Night",) for scene in scenes(text) for shot in scene.shots)


def test_year_in_a_heading_is_another_time() -> None:
    text = "INT. HALL - DAY\n\nNow.\n\nINT. HALL - NIGHT (1975)\n\nThen.\n\nINT. HALL - DAY\n\nNow.\n"
    assert [scene.era for scene in scenes(text)] == [Era.PRESENT, Era.FLASHBACK, Era.PRESENT]


def test_passing_years_are_the_film_itself() -> None:
    text = "INT. HALL - DAY (1975)\n\nOnce.\n\nINT. HALL - DAY (1985)\n\nTwice.\n"
    assert {scene.era for scene in scenes(text)} == {Era.PRESENT}


def test_title_before_a_name_is_that_name() -> None:
    text = "INT. WARD - DAY\n\nDR. SOKOL (34) waits.\n\nDR. SOKOL\nWho?\n\nSOKOL\nMe.\n"
    assert [shot.characters for shot in scenes(text)[0].shots][1:] == [("Sokol",), ("Sokol",)]


def test_mr_and_mrs_of_one_name_are_two() -> None:
    text = "INT. WARD - DAY\n\nRain.\n\nMR. VANE\nWho?\n\nMRS. VANE\nMe.\n"
    assert [moment(text, words).seen for words in ("Who", "Me")] == [("Mr. Vane",), ("Mrs. Vane",)]


def test_comparison_makes_no_person() -> None:
    text = "EXT. PLOT - DAY\n\nANNA (30) runs like a boy.\n\nThe boy in her. The boy she was not.\n"
    assert {name for scene in scenes(text) for shot in scene.shots for name in shot.characters} <= {"Anna"}


def test_black_shows_nobody() -> None:
    assert moment(f"{ROOM}Black. A splash.", "Black").seen == ()


def test_acting_crowd_is_what_is_seen() -> None:
    assert moment(f"{ROOM}The dockers cheer.\n", "cheer").seen == ()


CALL = (
    "INT. FLAT - NIGHT\n\nANNA (30) takes the phone.\n\nINT. BAR - NIGHT\n\nTOM (40) leans on the bar.\n\n"
    "INTERCUT - FLAT / BAR\n\n"
)


def test_back_to_somebody_goes_to_his_place() -> None:
    found = moment(f"{CALL}ON TOM\n\nHe drinks.\n\nBACK TO ANNA\n\nShe waits.\n", "drinks")
    assert (found.location, found.seen) == ("BAR", ("Tom",))
    found = moment(f"{CALL}ON TOM\n\nHe drinks.\n\nBACK TO ANNA\n\nShe waits.\n", "waits")
    assert (found.location, found.seen) == ("FLAT", ("Anna",))


def test_intercut_named_by_people_alternates_between_their_places() -> None:
    text = (
        "INT. FLAT - HALL - NIGHT\n\nANNA (30) takes the phone.\n\nINT. BAR - NIGHT\n\nTOM (40) drinks.\n\n"
        "INTERCUT - ANNA AND TOM\n\nTOM\nWell?\n\nANNA\nNo.\n"
    )
    assert moment(text, "Well?").location in ("BAR", "")  # An empty location means the location of the scene.
    assert moment(text, "No.").location == "FLAT - HALL"


def test_intercut_named_by_its_heading_has_both_places() -> None:
    text = (
        "INT. FLAT / INT. BAR - NIGHT - INTERCUT\n\nIn the flat ANNA (30) waits.\n\n"
        "TOM (40) drinks in the bar.\n\nTOM\nWell?\n\nANNA\nNo.\n"
    )
    assert {moment(text, "Well?").location, moment(text, "No.").location} == {"BAR", "FLAT"}


def test_side_named_differently_from_its_heading_is_its_scene() -> None:
    text = (
        "INT. FLAT - HALL - NIGHT\n\nANNA (30) takes the phone.\n\n"
        "INT. MEYER & SONS - NIGHT\n\nTOM (40) drinks.\n\n"
        "INTERCUT - FLAT / WORKSHOP\n\nTOM\nWell?\n\nANNA\nNo.\n"
    )
    # An empty location means the location of the scene.
    assert moment(text, "Well?").location in ("MEYER & SONS", "")
    assert moment(text, "No.").location == "FLAT - HALL"


def test_voice_over_of_a_montage_shows_the_people_of_its_item() -> None:
    text = (
        f"{ROOM}MONTAGE\n\n-- Tom rows a boat.\n\nANNA (V.O.)\nHe never said.\n\n-- Tom mends a net.\n\n"
        "ANNA\nNot once.\n\nEND MONTAGE\n"
    )
    found = moment(text, "Not once")
    assert "Anna" not in found.seen
    assert VoicePosition.VOICE_OVER in [line.heard for side in found.sides for line in side]


def test_intercut_without_a_place_returns_to_the_previous_scene() -> None:
    text = (
        "INT. KITCHEN - NIGHT\n\nANNA (30) dials.\n\nINT. PHONE BOOTH - NIGHT\n\nTOM (40) waits.\n\n"
        "INTERCUT TELEPHONE CONVERSATION\n\nANNA\nWhere are you?\n\nTOM\nHere.\n\nAnna hangs up.\n"
    )
    assert [moment(text, words).location for words in ("Where", "Here", "hangs up")] == [
        "KITCHEN",
        "PHONE BOOTH",
        "KITCHEN",
    ]
    assert moment(text, "hangs up").near == ()


def test_end_of_an_intercut_starts_none() -> None:
    text = (
        "INT. CAR - DAY\n\nTOM (40) drives.\n\nINTERCUT WITH:\n\nINT. WARD - DAY\n\nANNA (30) paces.\n\n"
        "TOM\nTen minutes.\n\nEND INTERCUT\n\nTom brakes.\n"
    )
    assert [moment(text, words).location for words in ("paces", "Ten", "brakes")] == ["WARD", "CAR", "CAR"]


def test_voice_without_a_name_is_not_in_the_picture() -> None:
    found = moment(f"{ROOM}Anna laughs.\n\nVOICE FROM THE CROWD\nLouder!\n", "Louder")
    assert (found.heard, found.seen) == (VoicePosition.OFF_SCREEN, ("Anna",))


def test_voice_continuing_over_pictures_of_its_speaker_is_still_over_them() -> None:
    text = f"{ROOM}MONTAGE\n\n- Tom rows.\n\nTOM (V.O.)\nIt rained.\n\n- Tom and Anna run.\n\n"
    found = moment(f"{text}TOM (CONT'D)\nThen it stopped.\n", "stopped")
    assert found.heard is VoicePosition.VOICE_OVER
    assert moment(f"{text}TOM\nThen it stopped.\n", "stopped").heard is VoicePosition.SEEN


def test_item_that_starts_with_somebody_is_no_place() -> None:
    text = f"{ROOM}MONTAGE\n\n- Tom alone at the wall, kicking.\n"
    assert "TOM" not in moment(text, "kicking").location


BAR = "INT. BAR - NIGHT\n\nANNA (30) waits.\n\n"


@pytest.mark.parametrize(
    ("heading", "location", "time"),
    [
        (".CLOSE - THE GLASS", "BAR", "NIGHT"),
        (".BACK TO SCENE", "BAR", "NIGHT"),
        (".ON ANNA", "BAR", "NIGHT"),
        (".THE BACK ROOM -- CONTINUOUS", "BAR - BACK ROOM", "NIGHT"),
        (".THE BEACH - DAY", "THE BEACH", "DAY"),
        ("INT. CANTEEN - SATURDAY, 4:55 P.M.", "CANTEEN", "AFTERNOON"),
        ("INT. POST OFFICE, KNOCKBEG. NIGHT.", "POST OFFICE, KNOCKBEG", "NIGHT"),
        ("INT. ST. BRENDAN'S HOSPITAL - WARD - NIGHT", "ST. BRENDAN'S HOSPITAL - WARD", "NIGHT"),
        ("INT. SAME BAR - LATER", "BAR", "NIGHT"),
    ],
)
def test_implied_facts_of_a_heading_are_read(heading: str, location: str, time: str) -> None:
    found = scenes(f"{BAR}{heading}\n\nShe drinks.\n")[-1]
    assert (found.location, found.time_of_day) == (location, time)


def test_sides_of_an_intercut_are_the_places_seen_before() -> None:
    text = (
        "INT. ST. BRIDE'S HOSPITAL - CORRIDOR - NIGHT\n\nANNA (30) dials.\n\nINT. BUS - NIGHT\n\n"
        "TOM (40) sleeps.\n\nINTERCUT - HOSPITAL CORRIDOR / BUS\n\nANNA\nWhere are you?\n"
    )
    assert moment(text, "Where are you").location == "ST. BRIDE'S HOSPITAL - CORRIDOR"


def test_montage_item_returns_to_an_earlier_place() -> None:
    text = (
        "INT. SHOP - DAY\n\nANNA (30) waits.\n\nSERIES OF SHOTS:\n\n"
        "A) INT. CONVENT - LAUNDRY - MORNING -- Anna irons.\n\nB) THE LAUNDRY -- Steam. Anna folds.\n"
    )
    assert (moment(text, "folds").location, moment(text, "folds").time_of_day) == (
        "CONVENT - LAUNDRY",
        "MORNING",
    )


def test_man_s_cardigan_makes_no_man() -> None:
    text = "INT. SHED - DAY\n\nHESTER (54), in a man's cardigan, waits. MR. PELL waits. She nods.\n"
    assert moment(text, "nods").seen[:1] == ("Hester",)


def test_person_kneeling_in_front_of_her_is_somebody_else() -> None:
    text = "INT. WASH - NIGHT\n\nHANNE (67) sits. WIM (70) kneels in front of her. He ties a lace.\n"
    moments = [each for each in scenes(text)[0].as_read.moments if "kneels" in each.text]
    assert set(moments[0].seen) == {"Hanne", "Wim"}


def test_things_at_the_start_of_a_sentence_are_nobody() -> None:
    text = "INT. OFFICE - NIGHT\n\nThe door BANGS. Snow comes in. Ink runs in a letter. ANNA (30) waits.\n"
    assert [name for each in scenes(text)[0].as_read.moments for name in each.seen] == ["Anna"]


def test_operator_whom_no_action_shows_is_only_heard() -> None:
    text = "INT. HALL - DAY\n\nANNA (30) dials.\n\nOPERATOR\nHold on.\n"
    found = moment(text, "Hold on")
    assert (found.heard, found.seen) == (VoicePosition.OFF_SCREEN, ("Anna",))


def test_two_shot_shows_two_people_seen_together() -> None:
    apart = "INT. HALL - DAY\n\nANNA (30) waits.\n\nTOM (40) sleeps.\n\nANNA\nTom.\n"
    together = apart.replace(".\n\nTOM", ". TOM")
    shots = [next(shot for shot in scenes(text)[0].shots if shot.dialogue) for text in (apart, together)]
    assert [set(shot.characters) for shot in shots] == [{"Anna"}, {"Anna", "Tom"}]


def test_animal_is_meant_by_its_pronoun_and_a_brass_one_is_a_thing() -> None:
    text = (
        "INT. BYRE - DAY\n\nINGRID (40) waits. A GOAT chews. The goat eats a label. She looks at a cap.\n\n"
        "A brass bird on the lid. The bird turns. The bird stops.\n"
    )
    assert [each for each in scenes(text)[0].as_read.moments if "Bird" in each.seen] == []
    assert "Goat" in moment(text, "looks at").seen


@pytest.mark.parametrize(
    "talk",
    [
        # The nurse calls Tom by name, so she and Tom are two people.
        "NURSE\nSit down, Tom.\n\nTOM\nThanks.",
        # An action has shown Tom before the call.
        "Tom looks up.\n\nNURSE\nNext.\n\nANNA\nTom, go.\n\nTOM\nYes.",
    ],
)
def test_answer_to_a_name_is_not_from_the_previous_speaker(talk: str) -> None:
    text = f"INT. WARD - DAY\n\nANNA (30) waits. The NURSE comes.\n\n{talk}\n"
    assert {"Nurse", "Tom"} <= {name for shot in scenes(text)[0].shots for name in shot.characters}


def test_cue_of_punctuation_is_read() -> None:
    assert scenes("INT. WARD - DAY\n\nANNA (30) waits.\n\n@???\nWho?\n")[0].shots


def test_partial_name_means_its_person() -> None:
    text = "INT. WARD - DAY\n\nNURSE KEANE (40) waits. Keane arrives. On the tapes: BRUNO. MARTA. PINTO.\n"
    assert {name for shot in scenes(text)[0].shots for name in shot.characters} == {"Nurse Keane"}
