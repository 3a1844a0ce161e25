"""Test the division of scenes into shots: lengths by formula, splitting, framings, montages, captions and
characters.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from milimo_tui.story.plan import shot_length
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft, break_down_script
from milimo_tui.story.values.shot_words import Angle, Continuing, Function, Movement, Size
from milimo_tui.story.values.text import count_words, split_sentences

RATE = Fraction(25)


def scenes(
    text: str, rate: Fraction = RATE, mode: ScreenplayMode = ScreenplayMode.AUTO
) -> tuple[SceneDraft, ...]:
    return break_down_script(parse(text.encode(), mode), rate)


def shots(text: str, rate: Fraction = RATE) -> list[ShotDraft]:
    """Return the shots of a scene in a room with `text` under its heading."""
    return [shot for scene in scenes(f"INT. ROOM - DAY\n\n{text}", rate) for shot in scene.shots]


def words(count: int) -> str:
    return " ".join(["word"] * count)


# ------------------------------------------------------------------ the formula


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (f"MARA\n{words(10)}", Fraction(44, 10)),  # Ten words at 2.5 words a second, and 0.4 seconds.
        (f"MARA\n{words(24)}", Fraction(10)),
        ("MARA\nNo.", Fraction(1)),  # The formula gives 0.8 s, but a shot is at least one second long.
        (words(3), Fraction(3, 2)),  # Action lasts at least 1.5 seconds.
        (words(20), Fraction(32, 10)),  # The length is 0.8 seconds and 0.12 seconds for each of 20 words.
        (f"MARA\n(low)\n{words(10)}", Fraction(49, 10)),
        (f"MARA\n{words(5)}\n(beat)\n{words(5)}", Fraction(49, 10)),
        ("TITLE CARD: One", Fraction(2)),
        (f"TITLE CARD: {'x' * 60}", Fraction(9, 2)),  # Sixty characters at 15 a second, and 0.5 seconds.
        # The action takes 3.2 seconds and the caption two seconds to read.
        (f"{words(20)} SUPER: One", Fraction(52, 10)),
    ],
)
def test_seconds_follow_the_formula(text: str, seconds: Fraction) -> None:
    found = shots(text)
    assert len(found) == 1
    assert found[0].frames == shot_length.count_shot_frames(seconds, RATE)


def test_speech_with_action_takes_half_the_time_of_the_action() -> None:
    assert shot_length.estimate_shot_seconds(dialogue=10, action=20) == Fraction(44, 10) + Fraction(16, 10)
    assert shot_length.estimate_shot_seconds() == 0


@pytest.mark.parametrize(
    ("seconds", "at24", "at25"),
    [
        ("1", 24, 25), ("3/2", 36, 38), ("2", 48, 50), ("3", 72, 75), ("4", 96, 100), ("5", 120, 125),
        ("6", 144, 150), ("8", 192, 200), ("10", 240, 250), ("0", 24, 25), ("60", 240, 250), ("2.02", 48, 51),
    ],
)  # fmt: skip
def test_frames_are_rounded_half_up_and_limited(seconds: str, at24: int, at25: int) -> None:
    assert shot_length.count_shot_frames(Fraction(seconds), Fraction(24)) == at24
    assert shot_length.count_shot_frames(Fraction(seconds), Fraction(25)) == at25


def test_frames_are_counted_at_fractional_rates() -> None:
    # Ten seconds are 239.76 frames, which are rounded.
    assert shot_length.count_shot_frames(Fraction(10), Fraction(24000, 1001)) == 240


# ------------------------------------------------------------------ splitting


def test_long_action_is_split_at_sentence_ends_every_ten_seconds() -> None:
    sentence = f"She {words(18)} ends."  # The sentence has 20 words.
    found = shots(" ".join([sentence] * 8))  # Eight sentences have 160 words and last 20 seconds.
    assert [shot.action for shot in found] == [" ".join([sentence] * 4)] * 2
    assert all(shot.frames <= 250 for shot in found)


def test_ten_seconds_are_not_split_and_more_is() -> None:
    assert len(shots(f"MARA\n{words(12)}. {words(12)}.")) == 1
    assert len(shots(f"MARA\n{words(12)}. {words(13)}.")) == 2


def test_long_sentence_is_split_at_a_comma_or_between_words() -> None:
    # The speech lasts 10.8 seconds. A speech slightly over the limit is shortened rather than split.
    assert len(shots(f"MARA\n{words(26)}")) == 1
    found = shots(f"MARA\n{words(20)}, {words(20)}.")
    assert [count_words(shot.dialogue[0].text) for shot in found] == [20, 20]
    assert found[0].dialogue[0].text.endswith(",")
    assert [count_words(shot.dialogue[0].text) for shot in shots(f"MARA\n{words(50)}")] == [17, 17, 16]


def test_splitting_loses_no_word_and_keeps_each_parenthetical_once() -> None:
    text = f"MARA\n(low)\n{words(30)}. End one.\n(louder)\n{words(30)}. End two."
    found = shots(text)
    said = [line for shot in found for line in shot.dialogue]
    assert sum(count_words(line.text) for line in said) == 64
    assert [line.parenthetical for line in said if line.parenthetical] == ["low", "louder"]


@pytest.mark.parametrize("text", ["Dr. Ives waits. Then she goes.", "He pays $3.50. Then he goes."])
def test_abbreviations_and_numbers_do_not_end_a_sentence(text: str) -> None:
    assert len(split_sentences(text)) == 2


# ------------------------------------------------------------------ what is a shot


def test_structure_lines_are_no_shots() -> None:
    text = "CUT TO:\n\n# Act\n\n= Syn\n\n[[note]]\n\n/* gone */\n\n===\n\n> SLAM <\n\nTHE END\n\nLATER"
    assert [(shot.action, shot.caption) for shot in shots(text)] == [("", "SLAM")]


def test_montage_items_become_shots() -> None:
    text = "MONTAGE - THE CHASE\n\n-- He runs.\n-- She runs.\n\nA) They stop.\n\nEND MONTAGE\n\n- He waits."
    assert [shot.action for shot in shots(text)] == [
        "He runs.",
        "She runs.",
        "They stop.",
        "- He waits.",
    ]


def test_montage_is_set_where_its_title_says() -> None:
    text = """EXT. RAIN MARKET - NIGHT\n\nLanterns.\n\nINT. NOODLE BAR - NIGHT\n\nSteam.

MONTAGE - THE LAST LAP OF THE MARKET\n\n-- They run.\n-- A coin rolls.\n\nEND MONTAGE\n\nThe bar again.
"""
    [_, bar] = scenes(text)
    assert [shot.location for shot in bar.shots] == ["", "RAIN MARKET", "RAIN MARKET", ""]
    [_, bar] = scenes(text.replace("OF THE MARKET", "OF THE YEAR"))
    assert {shot.location for shot in bar.shots} == {""}


@pytest.mark.parametrize(
    "start", ["SERIES OF SHOTS:\n", "MONTAGE\n", "MONTAGE - THE CHASE: the town wakes.\n"]
)
def test_montage_in_one_paragraph_is_read(start: str) -> None:
    actions = [shot.action for shot in shots(f"{start}- He runs.\n- She runs.")]
    assert actions[-2:] == ["He runs.", "She runs."]
    assert actions[:-2] in ([], ["the town wakes."])


def test_list_outside_a_montage_is_split_if_all_lines_are_items() -> None:
    assert len(shots("- A wheel.\n- A hand.\n- A door.")) == 3


def test_captions_are_over_the_previous_picture_or_wait_for_the_first() -> None:
    assert [(s.action, s.caption) for s in shots("He waits.\n\nSUPER: ONE")] == [("He waits.", "ONE")]
    assert [(s.action, s.caption) for s in shots("SUPER: ONE\n\nHe waits.")] == [("He waits.", "ONE")]
    assert [(s.action, s.caption) for s in shots("SUPER: ONE")] == [("", "ONE")]


def test_bare_direction_belongs_to_the_next_shot() -> None:
    found = shots("He waits.\n\nCLOSE-UP:\n\nThe ring turns.")
    assert [shot.action for shot in found] == ["He waits.", "The ring turns."]
    assert found[1].size is Size.CU
    assert [shot.action for shot in shots("He waits.\n\nWIDER")] == ["He waits.", "WIDER"]


def test_dual_dialogue_is_one_shot_of_two_as_long_as_the_longer() -> None:
    found = shots(f"MARA\n{words(10)}\n\nJUN ^\n{words(4)}")
    assert len(found) == 1
    assert [line.character for line in found[0].dialogue] == ["Mara", "Jun"]
    assert found[0].function is Function.TWO_SHOT
    assert found[0].frames == shot_length.count_shot_frames(Fraction(44, 10), RATE)


def test_two_simultaneous_long_speeches_are_split_together() -> None:
    found = shots(f"MARA\n{words(40)}\n\nJUN ^\nNo, {words(4)}. Yes, {words(4)}.")
    assert len(found) == 2
    assert [sum(1 for line in shot.dialogue if line.character == "Jun") for shot in found] == [1, 1]


def test_lyrics_without_a_cue_are_sung_by_nobody_in_the_picture() -> None:
    found = shots("~La la\n~lo lo")
    assert [line.text for line in found[0].dialogue] == ["La la lo lo"]
    assert found[0].characters == ()


# ------------------------------------------------------------------ people


def test_cues_and_mentions_give_people() -> None:
    text = "MARA looks at Jun.\n\nShe turns.\n\nMARA\nHi.\n\nJUN\nHo.\n\nA mark on the wall.\n\nMARK\nHey."
    found = shots(text)
    assert [shot.characters for shot in found[:2]] == [("Mara", "Jun"), ("Mara",)]
    assert found[4].characters == ()  # The word “mark” is not the character Mark.


def test_names_of_several_words_and_possessives_are_found() -> None:
    found = shots("Big Tam's hand. Zoë leaves.\n\nBIG TAM\nOh.\n\nTAM\nEh.\n\nZOË\nBye.")
    assert found[0].characters == ("Big Tam", "Zoë")


def test_joint_cue_is_two_people_if_both_are_known() -> None:
    found = shots("MARA\nYes.\n\nJUN\nNo.\n\nMARA AND JUN\nMaybe.\n\nSALT & PEPPER\nHey.")
    assert found[2].characters == ("Mara", "Jun")
    assert found[2].dialogue[0].character == "Mara and Jun"
    assert found[3].dialogue[0].character == "Salt & Pepper"


def test_joint_cue_may_shorten_a_name() -> None:
    found = shots("DR. SOKOL\nYes.\n\nJUN\nNo.\n\nJUN/SOKOL\nMaybe.")
    assert found[0].characters == ("Dr. Sokol",)
    assert found[2].characters == ("Jun", "Dr. Sokol")


def test_voice_over_does_not_show_the_speaker_speaking() -> None:
    alone = shots("A river.\n\nMARA (V.O.)\nOnce there was a river.")
    assert alone[1].characters == ()
    thinking = shots("Mara waits.\n\nMARA (V.O.)\nOnce there was a river.\n\nJUN\nHm.")
    assert thinking[1].characters == ("Mara",)
    assert "silent" in thinking[1].action
    unseen = shots("JUN\nHello?\n\nMARA (O.S.)\nIn here.")
    assert unseen[1].characters == ("Jun",)
    assert unseen[1].dialogue[0].extension == "O.S."


# ------------------------------------------------------------------ framing


def test_explicit_words_decide() -> None:
    found = shots("CLOSE ON Jun, low angle.\n\nPan left across the shelves.")
    assert (found[0].size, found[0].angle) == (Size.CU, Angle.LOW)
    assert found[1].movement is Movement.PAN_LEFT


def test_first_picture_of_a_scene_establishes_it() -> None:
    inside, outside = scenes("INT. ROOM - DAY\n\nDust.\n\nEXT. BAY - DAY\n\nGulls.")
    assert [scene.shots[0].function for scene in (inside, outside)] == [Function.ESTABLISHING] * 2
    assert outside.shots[0].size is Size.EWS
    assert scenes("INT. ROOM - DAY\n\nINSERT - a ring.")[0].shots[0].function is Function.INSERT


def test_number_of_people_selects_the_function() -> None:
    text = "Dust.\n\nA and B wait.\n\nA waits with B, C.\n\nA, B, C, D wait.\n\n" + "".join(
        f"{name}\nHi.\n\n" for name in "ABCD"
    )
    assert [shot.function for shot in shots(text)[1:4]] == [
        Function.TWO_SHOT,
        Function.THREE_SHOT,
        Function.GROUP,
    ]


def test_dialogue_has_a_master_then_singles_that_come_closer() -> None:
    talk = "Mara and Jun sit.\n\n" + "MARA\nYou are late again, Jun.\n\nJUN\nThe train stood still.\n\n" * 5
    found = shots(f"{talk}A beat.\n\nMARA\nI was never waiting for you!")
    said = [shot for shot in found if shot.dialogue]
    assert any(shot.function is Function.OTS for shot in said)
    assert said[-1].size is Size.CU
    assert "turn" in said[-1].reason
    assert all(left.characters != right.characters for left, right in pairwise(said))
    assert all(shot.characters[0] == shot.dialogue[0].character for shot in said)
    assert all(shot.reason for shot in found)
    assert shots(f"{talk}A beat.\n\nMARA\nI was never waiting for you!") == found


def test_screen_sides_are_kept_through_a_scene() -> None:
    found = shots("Mara and Jun sit.\n\n" + "MARA\nYou are late again, Jun.\n\nJUN\nNo, I am not.\n\n" * 4)
    stands = [dict(shot.stands) for shot in found if shot.stands]
    assert len(stands) > 1
    assert {one["Mara"] for one in stands} == {"left"}
    assert {one["Jun"] for one in stands} == {"right"}


def test_long_speech_continues_closer_and_never_restarts() -> None:
    speech = "I waited for you at the pier in the rain until the last ferry had gone. " * 3
    found = [shot for shot in shots(f"Mara and Jun sit.\n\nMARA\n{speech}") if shot.dialogue]
    assert len(found) > 1
    assert [shot.within for shot in found] == [Continuing.END] + [Continuing.CLOSER] * (len(found) - 1)
    assert {shot.leader for shot in found[1:]} == {found[0].digest}
    assert " ".join(line.text for shot in found for line in shot.dialogue) == speech.strip()


def test_off_screen_voice_is_over_the_listener() -> None:
    found = shots("JUN\nHello?\n\nMARA (O.S.)\nIn here.\n\nMARA (V.O.)\n(filtered)\nAre you there?")
    assert [(shot.characters, shot.dialogue[0].heard.value) for shot in found] == [
        (("Jun",), ""), (("Jun",), "off screen"), (("Jun",), "off screen"),
    ]  # fmt: skip


# ------------------------------------------------------------------ scenes


def test_continuous_and_later_scenes_keep_the_time_of_day() -> None:
    text = (
        "INT. A - NIGHT\n\na\n\nINT. B - CONTINUOUS\n\nb\n\nEXT. C - MOMENTS LATER\n\nc\n\nEXT. D - DAY\n\nd"
    )
    assert [scene.time_of_day for scene in scenes(text)] == ["NIGHT", "NIGHT", "NIGHT", "DAY"]
    assert scenes("INT. B - CONTINUOUS\n\nb")[0].time_of_day == "CONTINUOUS"


def test_shots_know_their_lines() -> None:
    found = scenes("INT. A - DAY\n\nOne\ntwo.\n\nMARA\n(low)\nHi.\n")[0]
    assert [(shot.line, shot.end_line) for shot in found.shots] == [(3, 4), (6, 8)]
    assert found.line == 1


def test_digests_depend_on_the_text_alone() -> None:
    one = shots("He waits.\n\nMARA\nHello there.")
    two = shots("A new first shot.\n\nHe *waits*.\n\nMARA (CONT'D)\nHello   there.")
    assert [shot.digest for shot in one] == [shot.digest for shot in two[1:]]
    other = shots("He waits!\n\nMARA\nHello There.")
    assert {shot.digest for shot in one}.isdisjoint(shot.digest for shot in other)


def test_montage_item_names_its_place_and_a_single_time_lasts_to_the_scenes_end() -> None:
    items = "-- THE LANE. Fog. Mara rides.\n\n-- THE KITCHEN. Night. Mara reads."
    text = f"MONTAGE - A YEAR\n\n{items}\n\nEND OF MONTAGE"
    lane, kitchen = (shot for scene in scenes(f"EXT. FARM - YARD - DAY\n\n{text}") for shot in scene.shots)
    assert (lane.location, lane.time_of_day, lane.weather) == ("FARM - LANE", "DAY", "fog")
    assert (kitchen.location, kitchen.time_of_day) == ("FARM - KITCHEN", "NIGHT")
    found = shots("Mara waits.\n\nDawn. A cock crows.\n\nMARA\nAt last.")
    assert [shot.time_of_day for shot in found] == ["", "DAWN", "DAWN"]


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("Six SOLDIERS stand in a row.", Function.GROUP),
        ("Dozens of nuns ride bicycles.", Function.GROUP),
        ("A family waits.", Function.GROUP),
        ("A family photograph lies there.", Function.INSERT),
        ("Two hands grip the rail.", Function.INSERT),
        ("A coin spins.", Function.INSERT),
    ],
)
def test_unnamed_group_is_people_and_no_thing(text: str, function: Function) -> None:
    _, shot = shots(f"MARA sits down.\n\n{text}")
    assert shot.function is function


@pytest.mark.parametrize(
    "words",
    [
        "INT. NOT A HEADING",
        "INT. CAFE - DAY",
        "EXT. YARD - DAY. He runs.",
        "I/E. CAR. The wheel turns.",
        "INT. NOT A HEADING, says the sign",
    ],
)
def test_forced_action_keeps_words_that_look_like_a_heading(words: str) -> None:
    text = f"INT. ROOM - NIGHT\n\nHe waits.\n\n!{words}\n\nMARA\nHi.\n"
    [scene] = break_down_script(parse(text.encode()), Fraction(25))
    found = [shot for shot in scene.shots if shot.action.rstrip(".") == words.rstrip(".")]
    assert [shot.location for shot in found] == [""], "the words name no other place"
