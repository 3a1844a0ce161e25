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


def test_window_looks_at_the_previous_scene() -> None:
    text = (
        "EXT. ALLOTMENT - PLOT 15 - DAY\n\nTOM (40) digs.\n\nINT. SHED - DAY\n\nANNA (30) sits.\n\n"
        "THROUGH THE WINDOW\n\nTom stops.\n"
    )
    assert moment(text, "stops").location == "ALLOTMENT - PLOT 15"


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


def test_person_who_goes_on_is_on_the_way() -> None:
    text = f"{ROOM}Anna runs.\n\nDOWN THE STAIRS\n\nThree at a time. Loaves come out, one, two, a dozen.\n"
    assert "Tom" not in moment(text, "Three").near


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


def test_voice_filtered_once_stays_on_the_line() -> None:
    text = (
        "INT. SHED - NIGHT\n\nANNA (30) telephones.\n\nTOM (V.O.)\n(filtered)\nWho is this?\n\nANNA\nMe.\n\n"
        "TOM (V.O.)\nAgain?\n"
    )
    assert moment(text, "Again").heard is VoicePosition.PHONE


@pytest.mark.parametrize(
    ("action", "left"),
    [
        ("Anna motions Tom out.", "Tom"),
        ("Tom waits outside.", "Tom"),
        ("Tom goes.", "Tom"),
    ],
)
def test_person_sent_out_is_gone(action: str, left: str) -> None:
    assert left not in moment(f"{ROOM}{action}\n\nAnna sneezes.", "sneezes").near


def test_head_that_came_in_leaves_again() -> None:
    text = f"{ROOM}The VERGER (60) puts his head in.\n\nThe head is withdrawn.\n\nAnna sneezes.\n"
    assert "Verger" not in moment(text, "sneezes").near


def test_unnamed_person_is_found() -> None:
    text = "EXT. PLOT - DAY\n\nOut of the brambles backs a girl of eight.\n\nThe girl digs.\n\nShe stops.\n"
    assert [moment(text, words).seen for words in ("digs", "stops")] == [("Girl",), ("Girl",)]


def test_comparison_makes_no_person() -> None:
    text = "EXT. PLOT - DAY\n\nANNA (30) runs like a boy.\n\nThe boy in her. The boy she was not.\n"
    assert {name for scene in scenes(text) for shot in scene.shots for name in shot.characters} <= {"Anna"}


def test_the_tall_one_and_the_other_are_found() -> None:
    text = (
        "EXT. GRAVE - DAY\n\nA TALL WOMAN and a SHORT WOMAN.\n\nTALL WOMAN\nNo.\n\nSHORT WOMAN\nYes.\n\n"
        "The tall one laughs.\n\nThe other sits down.\n"
    )
    assert moment(text, "laughs").seen == ("Tall Woman",)
    assert moment(text, "sits").seen[0] == "Short Woman"


def test_black_shows_nobody() -> None:
    assert moment(f"{ROOM}Black. A splash.", "Black").seen == ()


def test_one_after_the_other_is_nobody_else() -> None:
    assert moment(f"{ROOM}A docker laughs. The drums give up one after the other.", "docker").seen == ()


def test_one_of_a_numbered_group_does_not_stay_in_the_picture() -> None:
    text = f"{ROOM}FIRST PORTER\nA parcel.\n\nSECOND PORTER\nTwo.\n\nEverybody laughs.\n"
    assert set(moment(text, "laughs").seen) == {"Anna", "Tom"}


def test_family_is_meant_by_its_name() -> None:
    text = "INT. INN - NIGHT\n\nANNA HALE (30), TOM HALE (40) and JO BELL (20) sit.\n\nThe Hales rise.\n"
    assert set(moment(text, "rise").seen) == {"Anna Hale", "Tom Hale"}


def test_picture_on_a_screen_is_separate() -> None:
    text = (
        f"{ROOM}ON THE TV\n\nOLD BERT (80), a straw hat, sits down.\n\nOLD BERT (ON TV)\nHello.\n\n"
        "He waves.\n\nIN THE ROOM\n\nEverybody weeps, and everyone prays.\n"
    )
    assert moment(text, "waves").seen == ("Old Bert",)
    assert set(moment(text, "prays").seen) == {"Anna", "Tom"}


def test_acting_crowd_is_what_is_seen() -> None:
    assert moment(f"{ROOM}The dockers cheer.\n", "cheer").seen == ()


def test_person_who_walks_out_to_somebody_is_present() -> None:
    text = f"{ROOM}Anna walks out to Tom.\n\nThey both nod.\n"
    assert set(moment(text, "both nod").seen) == {"Anna", "Tom"}


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


def test_second_sentence_about_the_other_side_does_not_place_the_first() -> None:
    text = (
        "INT. PARLOUR - NIGHT / INT. BAR - NIGHT\n\nTOM (40) on the sofa. ANNA (30) at the bar.\n\n"
        "INTERCUT AS NEEDED.\n\nTOM\nThere?\n\nANNA\nNo.\n"
    )
    assert [moment(text, words).location for words in ("There", "No.")] == ["PARLOUR", "BAR"]


def test_mention_of_nobody_shows_nobody() -> None:
    text = f"{ROOM}The crowd roars. A docker shouts something nobody hears.\n"
    assert moment(text, "roars").seen == ()


def test_voice_without_a_name_is_not_in_the_picture() -> None:
    found = moment(f"{ROOM}Anna laughs.\n\nVOICE FROM THE CROWD\nLouder!\n", "Louder")
    assert (found.heard, found.seen) == (VoicePosition.OFF_SCREEN, ("Anna",))


def test_person_taken_by_the_arm_is_present() -> None:
    text = "INT. WARD - DAY\n\nANNA (30) paces.\n\nA NURSE (40) takes her arm.\n"
    assert set(moment(text, "takes her arm").seen) == {"Anna", "Nurse"}


def test_pronoun_does_not_refer_to_one_of_many() -> None:
    text = (
        "INT. HALL - NIGHT\n\nMAYOR BLUNT (58) and ANNA (30).\n\nBLUNT\nNo.\n\nFARMER #1\nWhy?\n\nBLUNT\n"
        "So.\n\nFARMER #2\nHow?\n\nAnna rises.\n\nShe takes the paper from him.\n"
    )
    assert set(moment(text, "paper").seen) == {"Anna", "Blunt"}


def test_voice_continuing_over_pictures_of_its_speaker_is_still_over_them() -> None:
    text = f"{ROOM}MONTAGE\n\n- Tom rows.\n\nTOM (V.O.)\nIt rained.\n\n- Tom and Anna run.\n\n"
    found = moment(f"{text}TOM (CONT'D)\nThen it stopped.\n", "stopped")
    assert found.heard is VoicePosition.VOICE_OVER
    assert moment(f"{text}TOM\nThen it stopped.\n", "stopped").heard is VoicePosition.SEEN


def test_item_that_starts_with_somebody_is_no_place() -> None:
    text = f"{ROOM}MONTAGE\n\n- Tom alone at the wall, kicking.\n"
    assert "TOM" not in moment(text, "kicking").location


def test_item_may_be_outside_the_house() -> None:
    text = f"{ROOM}MONTAGE\n\n- The beach. Anna and Tom run.\n\n- The kitchen. Anna cooks.\n"
    assert [moment(text, words).location for words in ("run", "cooks")] == ["BEACH", "INN - KITCHEN"]


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


@pytest.mark.parametrize(
    ("action", "words", "seen"),
    [
        ("Tom waits.\n\nANNA'S POV: the yard. Everybody looks up.", "POV", {"Tom"}),
        ("The door opens. It isn't Tom. Anna turns.", "isn't", {"Anna"}),
        ("No Tom. Anna sits down.", "No Tom", {"Anna"}),
        ("When they have gone Anna finds a coin.", "have gone", {"Anna"}),
        ("Tom is gone.", "gone", set()),
        ("Anna sits.\n\nFar off, out of the fog, a bell.", "Far off", set()),
        ("Anna sits.\n\nAn old woman's arm goes up.", "arm", set()),
        ("The hose runs out past Anna's hand.\n\nShe hauls.", "hauls", {"Anna"}),
        ("Tom leads Anna away.\n\nHe moves Tom aside.", "aside", {"Tom"}),
        ("Ten nurses come by, each with a number in her hand.", "number", set()),
    ],
)
def test_named_person_may_be_unseen(action: str, words: str, seen: set[str]) -> None:
    assert set(moment(f"{ROOM}{action}\n", words).seen) == seen


def test_people_counted_first_are_those_named_next() -> None:
    text = "INT. WARD - DAY\n\nTwo women sit in a row.\n\nANNA (30) coughs. MARA (60) reads.\n"
    assert set(moment(text, "in a row").seen) == {"Anna", "Mara"}


def test_they_at_the_start_of_a_scene_are_its_last_two_people() -> None:
    text = f"{ROOM}They kiss.\n\nEXT. INN - DAY\n\nThey come out.\n\nANNA\nGo.\n\nTOM\nYes.\n"
    assert set(moment(text, "come out").seen) == {"Anna", "Tom"}


def test_operator_whom_no_action_shows_is_on_the_line() -> None:
    text = "INT. HALL - DAY\n\nANNA (30) dials.\n\nOPERATOR\nHold on.\n"
    found = moment(text, "Hold on")
    assert (found.heard, found.seen) == (VoicePosition.PHONE, ("Anna",))


@pytest.mark.parametrize("said", ["Winston Pell, come here.", "Come here, Winston.", "Come here, sir."])
def test_speech_addresses_by_any_part_of_a_name(said: str) -> None:
    text = (
        f"INT. HALL - DAY\n\nANNA (30), LUCY (20) and WINSTON PELL (60) wait. Lucy sneezes.\n\nANNA\n{said}\n"
    )
    assert moment(text, said[-8:]).listener == "Winston Pell"


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
    ("named", "then"),
    [("BENOIT\nYusuf, it is signed.", "YUSUF\nI know."), ("The shirt says YUSUF.", "YUSUF\nI know.")],
)
def test_late_name_belongs_to_the_earlier_role(named: str, then: str) -> None:
    text = "INT. KITCHEN - DAY\n\nBENOIT (60) cooks. The DISHWASHER (60s, an apron to his feet) dries.\n\n"
    text += f"DISHWASHER\nEnough.\n\n{named}\n\n{then}\n\nHe laughs.\n"
    found = scenes(text)[0]
    assert {name for shot in found.shots for name in shot.characters} == {"Benoit", "Yusuf"}


@pytest.mark.parametrize(
    ("where", "action", "seen"),
    [
        ("INT. ROOM", "Anna steps inside.", {"Anna", "Tom"}),
        ("EXT. ROOM", "Anna steps inside.", {"Tom"}),
        ("EXT. HOUSE", "Anna comes out of the house.", {"Anna", "Tom"}),
        ("EXT. HOUSE", "Anna steps out of the car.", {"Anna", "Tom"}),
        ("INT. CAR", "Anna climbs out of the car.", {"Tom"}),
        ("INT. ROOM", "Anna gazes out of the studio.", {"Anna", "Tom"}),
    ],
)
def test_person_who_goes_in_leaves_the_outside_and_vice_versa(
    where: str, action: str, seen: set[str]
) -> None:
    text = f"{where} - DAY\n\nTOM (40) and ANNA (30) wait.\n\n{action}\n\nThey look up.\n"
    assert set(moment(text, "look up").seen) == seen


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


def test_person_with_two_cues_keeps_both_when_named() -> None:
    text = "INT. KITCHEN - DAY\n\nBENOIT (60) cooks. UNCLE dries.\n\nCAPTAIN UNCLE\nHo.\n\nUNCLE\nEnough.\n\n"
    text += "BENOIT\nYusuf, it is signed.\n\nYUSUF\nI know.\n"
    assert {name for shot in scenes(text)[0].shots for name in shot.characters} == {"Benoit", "Yusuf"}


def test_cue_of_punctuation_is_read() -> None:
    assert scenes("INT. WARD - DAY\n\nANNA (30) waits.\n\n@???\nWho?\n")[0].shots


def test_partial_name_means_its_person() -> None:
    text = "INT. WARD - DAY\n\nNURSE KEANE (40) waits. Keane arrives. On the tapes: BRUNO. MARTA. PINTO.\n"
    assert {name for shot in scenes(text)[0].shots for name in shot.characters} == {"Nurse Keane"}
