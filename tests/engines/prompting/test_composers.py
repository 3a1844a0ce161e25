"""Test of prompts in the style of each model's authors: for any shot they name one shot size, contain no
screenplay markup and have enough words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.contract.meaning import MeantLine, MeantSubject, ShotMeaning
from milimo_tui.engines.flux2.still_words import compose_flux2_prompt
from milimo_tui.engines.ltx2.paragraph import LEAST, MOST, compose_paragraph
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.feeling_words import find_tone, replace_feelings
from milimo_tui.engines.prompting.figures import replace_figures
from milimo_tui.engines.prompting.one_moment import make_participle, reduce_to_one_moment
from milimo_tui.engines.prompting.person_words import describe_person
from milimo_tui.engines.prompting.place_names import phrase_place_and_part
from milimo_tui.engines.prompting.place_words import find_place_words
from milimo_tui.engines.wan.caption import compose_wan_caption
from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Size
from tools import prompts_page

SIZES = re.compile(r"(?:extreme |medium )?(?:wide shot|close-up)|medium shot", re.IGNORECASE)
NAMES = st.sampled_from(["Mara", "Jun", "Old Tam", "Zoë"])
TEXT = st.text(max_size=60) | st.sampled_from(
    ["CLOSE ON the ring.", "She is furious.", "*Wide shot* of the bay. [note]", "HE RUNS.", ""]
)
SEEN = st.builds(MeantSubject, name=NAMES, visible=TEXT, stands=st.sampled_from(["", "left", "right"]))
SPOKEN = st.builds(
    MeantLine,
    name=NAMES,
    text=st.sampled_from(["Who is it?", "I NEVER said so [twice].", "Run!"]),
    heard=st.sampled_from(["", "off screen", "voice-over", "phone", "on a screen"]),
    tone=st.sampled_from(["", "low", "angrily", "into phone"]),
)
MEANINGS = st.builds(
    ShotMeaning,
    action=TEXT,
    size=st.sampled_from([one.value for one in Size]),
    angle=st.sampled_from([one.value for one in Angle]),
    movement=st.sampled_from([one.value for one in Movement]),
    function=st.sampled_from([one.value for one in Function]),
    rig=st.sampled_from([one.value for one in Rig]),
    people=st.lists(SEEN, max_size=6, unique_by=lambda one: one.name).map(tuple),
    focus=TEXT,
    lines=st.lists(SPOKEN, max_size=3).map(tuple),
    setting=st.sampled_from(["INT", "EXT", "INT/EXT", ""]),
    place=st.sampled_from(["Kitchen", "Rain Market", "", "Hold of the Amity"]),
    time_of_day=st.sampled_from(["NIGHT", "DAY", "DAWN", "LATER", ""]),
    weather=st.sampled_from(["", "rain", "fog"]),
    style=st.sampled_from(["", "neon noir, wide shots", "35 mm film"]),
)


@given(MEANINGS)
def test_paragraph_has_the_form_of_the_makers_captions(meaning: ShotMeaning) -> None:
    prompt = compose_paragraph(meaning)
    bare = re.sub(r"“[^”]*”", " ", prompt.text)
    assert len(SIZES.findall(bare)) == 1
    assert "camera" in bare
    assert LEAST <= len(prompt.text.split()) <= MOST
    assert not set(bare) & set("[]*_")
    assert all(part.source for part in prompt.parts)
    for line in meaning.lines:
        assert f"“{line.text}”" in prompt.text
        if line.heard:
            assert re.search(r"heard", bare)


@given(MEANINGS)
def test_still_has_no_movement_and_no_speech(meaning: ShotMeaning) -> None:
    text = compose_flux2_prompt(meaning).text
    assert "camera" not in text or "camera" in meaning.action + meaning.focus
    assert all(line.text not in text for line in meaning.lines)


@pytest.mark.parametrize(
    ("part", "place", "outside", "row"),
    [
        ("", "Pryce House - Kitchen", False, "kitchen"),
        ("Jetty", "Lake House", True, "landing"),
        ("", "Car Wash", True, "car wash"),
        ("", "Railway Bridge", True, "railway bridge"),
        ("", "Canal Bridge", True, "bridge"),
        ("", "Rain Market", True, "market"),
        ("Compartment", "Night Train", False, "train"),
        ("", "Xanadu", False, "inside"),
        ("", "Xanadu", True, "outside"),
    ],
)
def test_place_is_known_by_its_words_or_plain(part: str, place: str, outside: bool, row: str) -> None:
    assert find_place_words(part, place, outside=outside).name == row


def test_feelings_become_visible_and_tones_audible() -> None:
    assert replace_feelings("She is furious.") == "She shows jaw set and eyes narrowed."
    assert replace_feelings("She is afraid of dogs.") == "She is afraid of dogs."
    assert find_tone("low") == "in a low voice"
    assert find_tone("crossing") == ""


def test_words_of_the_user_are_in_their_part() -> None:
    meaning = ShotMeaning(
        action="Rain.", reworded={"light": "candles", "sound": ""}, by={"light": "film", "sound": "shot"}
    )
    parts = {part.role: part for part in compose_paragraph(meaning).parts}
    assert parts["light"].text == "Candles."
    assert parts["light"].source == f"{BY_USER}, for the film"
    assert "sound" not in parts


@pytest.mark.long("models")
def test_page_of_prompts_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "prompts.md"
    assert page.read_text() == prompts_page.build_prompts_page(), (
        "python -m tools.prompts_page > docs/prompts.md"
    )


MARA = MeantSubject(
    name="Mara", visible="61, grey braid, a cardigan buttoned wrong", gender="she", stands="left"
)
OTTO = MeantSubject(name="Otto", visible="tired driver in a grey coat", gender="he")


@pytest.mark.parametrize(
    ("said", "people", "told"),
    [
        ("Close on his hand. It stops.", (OTTO,), "Otto’s hand fills the frame. It stops."),
        ("INSERT - HER PALM: a brass coin.", (MARA,), "Mara’s palm holds a brass coin."),
        ("Rain over the lanterns.", (), "Rain falls over the lanterns."),
        ("Eight stools, one lamp.", (), "There are eight stools and one lamp."),
        ("High angle: the road folds back.", (), "The road folds back."),
        ("The bus alone on eight lanes.", (), "The bus is alone on eight lanes."),
        ("PULL BACK TO REVEAL the doors.", (), "The doors come into view."),
        ("OTTO, a tired driver, knocks.", (OTTO,), "Otto knocks."),
        ("On the table a letter burns.", (), "On the table a letter burns."),
        ("Sun like a slap. He runs.", (OTTO,), "Harsh sunlight falls over everything. Otto runs."),
        ("Below, the bolt jumps.", (), "Below, the bolt jumps."),
    ],
)
def test_fragments_become_sentences_and_pronouns_names(
    said: str, people: tuple[MeantSubject, ...], told: str
) -> None:
    assert describe_action(ShotMeaning(action=said, size="CU", people=people)) == told


def test_people_are_described_by_what_is_seen_with_articles() -> None:
    assert describe_person(MARA) == "a woman of 61 with a grey braid, wearing a cardigan buttoned wrong"
    assert describe_person(OTTO) == "a tired male driver in a grey coat"
    assert describe_person(MeantSubject(name="Tom", visible="12, eyes shut, blue scrubs", gender="he")) == (
        "a boy of 12 with eyes shut, wearing blue scrubs"
    )


@pytest.mark.parametrize(
    ("visible", "told"),
    [
        ("black goggles taped over the eyes", "wearing black goggles taped over the eyes"),
        ("six legs bobbing", "with six legs bobbing"),
        ("pink rubber gloves", "wearing pink rubber gloves"),
        ("black polished shoes", "wearing black polished shoes"),
        ("cardboard glasses pushed up", "wearing cardboard glasses pushed up"),
        ("leather jacket", "wearing a leather jacket"),
        ("a suit that belongs to his brother", "wearing a suit that belongs to his brother"),
        ("old battered hat", "wearing an old battered hat"),
        ("kind face", "with a kind face"),
    ],
)
def test_plurals_get_no_article(visible: str, told: str) -> None:
    assert describe_person(MeantSubject(name="Ines", visible=visible)) == told


def test_place_of_ordinary_words_is_in_lower_case() -> None:
    assert phrase_place_and_part("Noodle Bar", "", outside=False) == "the noodle bar"
    assert phrase_place_and_part("Pryce House", "Kitchen", outside=False) == "the kitchen of Pryce House"
    assert phrase_place_and_part("Night Train", "Compartment - Moving", outside=False) == (
        "the compartment of the night train"
    )


def test_lamps_light_the_scene_at_night_and_precipitation_is_its_weather() -> None:
    scene = "EXT. DEPOT - NIGHT\n\nRain. One bus waits under one lamp.\n\nOTTO\nA thousand candles!"
    meaning = ShotMeaning(
        action="He waits.",
        people=(OTTO,),
        setting="EXT",
        place="Depot",
        time_of_day="NIGHT",
        scene_words=scene,
    )
    parts = {part.role: part for part in compose_paragraph(meaning).parts}
    assert parts["light"].text.startswith("One lamp lights the scene")
    assert parts["light"].source.startswith("the script")
    assert "at night in rain" in parts["place"].text
    assert "steady rain" in parts["sound"].text.lower()


@given(MEANINGS)
def test_nothing_is_repeated_or_incomplete(meaning: ShotMeaning) -> None:
    for prompt in (compose_paragraph(meaning), compose_flux2_prompt(meaning)):
        filled = " ".join(part.text for part in prompt.parts if part.role in ("camera", "place", "light"))
        assert not re.search(r"\b(\w+ \w+ \w+) \1\b", filled)
        assert not re.search(r"\ba (?:[aeio]\w+)|,:|\(\)|  ", filled)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The market runs between the towers like a river of light.", "The market runs between the towers."),
        ("A sound like breaking glass.", "A sound like breaking glass."),
        ("He looks like a soldier.", "He looks like a soldier."),
        ("Tam, straight as a mast, waits.", "Tam, very straight, waits."),
        ("He works as a driver.", "He works as a driver."),
        ("She sets it down as if it were asleep.", "She sets it down."),
        ("Finn counts coins and does not look up.", "Finn counts coins, eyes lowered."),
        ("He yells and does not let go.", "He yells and holds on tight."),
        ("It spins, and will not stop.", "It spins on and on."),
        ("She falls asleep before she has sat down at all.", "She falls asleep."),
        ("A coin, worn thin, a hole where the face should be.", "A coin, worn thin, with a hole in it."),
        ("He has been standing there a while.", "He is standing there."),
        ("Its engine shakes, sighs, and goes out.", "Its engine shakes, hisses, and goes out."),
    ],
)
def test_figure_of_speech_shows_what_is_there(said: str, told: str) -> None:
    assert replace_figures(said) == told


@given(TEXT)
def test_facts_are_written_completely_and_once(text: str) -> None:
    once = replace_figures(text)
    assert replace_figures(once) == once
    assert not text.strip(" .,;:!?…") or once


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Mara lays the coin down. It spins.", "Mara is laying the coin down."),
        ("Otto wipes his hands and changes the drip. He looks up.", "Otto is wiping his hands."),
        ("The bus stops. Its engine shakes, hisses, and goes out.", "The bus stops. Its engine shakes."),
        ("One bus waits, its door open, and nobody at the wheel.", "One bus waits, its door open."),
        ("The coin rolls down the steps, ringing.", "The coin rolls down the steps."),
        ("Mara stands before the still brushes.", "Mara stands before the still brushes."),
        ("There are bowls and plates on the counter.", "There are bowls and plates on the counter."),
        ("Then the light goes out.", "The light goes out."),
        ("No sound at all.", ""),
    ],
)
def test_still_shows_one_moment_and_nothing_absent(said: str, moment: str) -> None:
    assert reduce_to_one_moment(said, (MARA, OTTO)) == moment


@pytest.mark.parametrize(
    ("verb", "form"),
    [("lays", "laying"), ("runs", "running"), ("carries", "carrying"), ("wipes", "wiping"), ("sits", ""),
     ("watches", "watching"), ("is", ""), ("lies", ""), ("sees", ""), ("pushes", "pushing")],
)  # fmt: skip
def test_acting_person_is_in_the_middle_of_the_action(verb: str, form: str) -> None:
    assert make_participle(verb) == form


def test_still_names_only_what_is_in_it() -> None:
    meaning = ShotMeaning(
        action="Otto knocks and does not wait. Then nobody comes.",
        people=(OTTO,),
        place="Depot",
        setting="EXT",
    )
    assert compose_flux2_prompt(meaning).text.startswith(
        "Otto is knocking. Otto is a tired male driver in a grey coat."
    )


def test_two_people_with_one_description_are_two() -> None:
    women = tuple(
        MeantSubject(name=name, gender="she", stands=side)
        for name, side in (("Ada", "left"), ("Bea", "right"))
    )
    text = compose_paragraph(ShotMeaning(action="They wait.", people=women)).text
    assert "Ada, a woman, is on the left of the frame. Bea, another woman, is on the right" in text


@pytest.mark.parametrize(
    ("action", "scene", "heard"),
    [
        ("Mara’s palm holds a coin.", "", False),
        ("The coin rolls down the steps.", "", True),
    ],
)
def test_silent_things_are_not_heard(action: str, scene: str, heard: bool) -> None:
    assert ("clink" in compose_paragraph(ShotMeaning(action=action, scene_words=scene)).text) is heard


def test_voices_of_unnamed_people_are_heard() -> None:
    bar = ShotMeaning(action="Mara waits.", people=(MARA,), place="Noodle Bar", setting="INT")
    assert "murmur" not in compose_paragraph(bar).text
    assert "murmur" in compose_paragraph(replace(bar, scene_words="Guests at every table.")).text


WARD = ShotMeaning(
    setting="INT", place="Hospital", time_of_day="NIGHT", size="MS", angle="eye", movement="static"
)


def test_still_contains_nothing_that_is_only_heard() -> None:
    meaning = replace(WARD, action="Rain on the window. A monitor counts.")
    assert describe_action(meaning) == "Rain falls on the window. A monitor beeps."
    assert describe_action(meaning, still=True) == "Rain falls on the window."


@pytest.mark.parametrize("action", ["Tom speaks.", "Tom speaks to Mara.", "Tom, silent, lips closed."])
def test_person_with_closed_eyes_looks_nowhere(action: str) -> None:
    asleep = MeantSubject(name="Tom", visible="63, hospital gown, eyes shut", gender="he")
    for still_one in (True, False):
        shut = describe_action(replace(WARD, action=action, people=(asleep,)), still=still_one)
        awake = replace(asleep, visible="63, hospital gown")
        assert "look" not in shut
        assert "look" in describe_action(replace(WARD, action=action, people=(awake,)), still=still_one)


def test_person_of_unknown_gender_is_one_person() -> None:
    tam = MeantSubject(name="Old Tam", visible="eighty, very straight")
    meaning = replace(
        WARD, action="Old Tam speaks.", people=(tam,), lines=(MeantLine(name="Old Tam", text="Sit."),)
    )
    for size in ("MS", "CU", "WS"):
        text = compose_paragraph(replace(meaning, size=size)).text
        assert "Old Tam’s" in text
        assert not re.search(r"\b(?:they|their|them)\b", text, re.IGNORECASE)


def test_idle_person_is_in_the_frame() -> None:
    for visible, told in (("", "Lene is in the frame."), ("red coat", "is in the frame.")):
        meaning = replace(
            WARD, action="The brushes turn over once.", people=(MeantSubject(name="Lene", visible=visible),)
        )
        assert told in compose_paragraph(meaning).text
        assert told in compose_flux2_prompt(meaning).text


def test_camera_is_on_the_acting_thing() -> None:
    meaning = replace(WARD, setting="EXT", size="CU", function="insert")
    for action, thing in (
        ("The bus stops where the white lines meet.", "the bus"),
        ("A brass coin rolls down the steps.", "the brass coin"),
        ("The old keys hang from a nail.", "the detail"),
    ):
        assert f"focus is on {thing}," in compose_paragraph(replace(meaning, action=action)).text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("hair white and cropped like a boy's", "hair white and cropped like a boy's"),
        ("a moustache like a drawn line", "a moustache like a drawn line"),
        ("a notary like a heron", "a notary"),
    ],
)
def test_visible_likeness_is_kept(said: str, told: str) -> None:
    assert replace_figures(said) == told


@pytest.mark.parametrize(
    ("gender", "visible", "told"),
    [
        ("she", "eight, one braid", "a girl of eight with one braid"),
        ("he", "sixty-six, bald", "a man of sixty-six, bald"),
        ("he", "Fourteen", "a teenage boy of fourteen"),
    ],
)
def test_ages_in_words_are_part_of_the_description(gender: str, visible: str, told: str) -> None:
    assert describe_person(MeantSubject(name="Kim", gender=gender, visible=visible)) == told


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("His father, Bruno, strops a razor.", "Bruno"),
        ("He's looking at the street.", "Bruno is looking at the street."),
        ("She is late. He's at the window.", ""),
    ],
)
def test_nobody_is_his_own_father_and_a_sentence_is_no_prop(action: str, told: str) -> None:
    meaning = ShotMeaning(action=action, people=(MeantSubject(name="Bruno", gender="he", visible="old"),))
    words = describe_action(meaning)
    assert "Bruno’s father" not in words
    assert "is in view" not in words
    assert words.startswith(told.removesuffix(" is looking at the street."))


@pytest.mark.parametrize(
    ("place", "known", "outside"),
    [("Pond", True, True), ("Kitchen", True, False), ("Eternal Black Void", False, False)],
)
def test_place_without_int_or_ext_gets_no_walls_from_nowhere(place: str, known: bool, outside: bool) -> None:
    meaning = ShotMeaning(action="A light moves.", place=place, size="WS")
    for prompt in (compose_paragraph(meaning), compose_wan_caption(meaning), compose_flux2_prompt(meaning)):
        text = prompt.text
        assert ("ceiling" in text or "plain wall" in text or "open sky" in text) is False
        assert ("outdoors" in text) is outside
        sources = ", ".join(part.source for part in prompt.parts)
        assert ("unknown place" in sources) is not known
    assert len(compose_paragraph(meaning).text.split()) >= LEAST
