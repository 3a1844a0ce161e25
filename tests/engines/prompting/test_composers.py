"""Test of prompts in the style of each model's authors: for any shot they name one shot size, contain no
screenplay markup, have at most 220 words, and say only what the facts of the shot say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.contract.meaning import MeantLine, MeantLook, MeantPose, MeantSubject, ShotMeaning
from milimo_tui.engines.flux2.still_words import compose_flux2_prompt
from milimo_tui.engines.ltx2.paragraph import MOST, compose_paragraph
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.place_names import phrase_place_and_part
from milimo_tui.engines.qwen_image.still_words import compose_qwen_prompt
from milimo_tui.engines.wan.caption import compose_wan_caption
from milimo_tui.engines.z_image.still_words import compose_z_image_still
from milimo_tui.story.elements.prompt import BY_USER, ComposedPrompt
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Size
from tools import prompts_page

COMPOSERS = (
    compose_paragraph, compose_wan_caption, compose_flux2_prompt, compose_qwen_prompt, compose_z_image_still,
)  # fmt: skip
STILLS = COMPOSERS[2:]
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
def test_paragraph_has_the_form_of_the_authors_captions(meaning: ShotMeaning) -> None:
    prompt = compose_paragraph(meaning)
    bare = re.sub(r"“[^”]*”", " ", prompt.text)
    assert len(SIZES.findall(bare)) == 1
    assert "camera" in bare
    assert len(prompt.text.split()) <= MOST
    assert not set(bare) & set("[]*_")
    assert all(part.source for part in prompt.parts)
    for line in meaning.lines:
        assert f"“{line.text}”" in prompt.text
        if line.heard:
            assert re.search(r"heard", bare)


@given(MEANINGS)
def test_still_has_no_movement_and_no_speech(meaning: ShotMeaning) -> None:
    for compose in STILLS:
        text = compose(meaning).text
        assert "camera" not in text or "camera" in meaning.action + meaning.focus
        assert all(line.text not in text for line in meaning.lines)


MARA = MeantSubject(
    name="Mara", visible="61, grey braid, a cardigan buttoned wrong", gender="she", stands="left"
)
OTTO = MeantSubject(name="Otto", visible="tired driver in a grey coat", gender="he")
# Words of the composers themselves: framing, time and grammar.
GRAMMAR = """a an the is are and with wearing of in on at to from front eye level left frame camera static
shot medium setting outdoors night time there no spoken words woman man photographic still live action film
too"""
PIER = ShotMeaning(
    action="Mara leans on the rail. Otto waits.", people=(MARA, OTTO), setting="EXT", place="Pier",
    time_of_day="NIGHT",
)  # fmt: skip


@pytest.mark.parametrize("compose", COMPOSERS)
def test_prompt_names_only_what_the_facts_name(compose: Callable[[ShotMeaning], ComposedPrompt]) -> None:
    """Furniture, sounds, light and manners of other places and other scripts are in no prompt."""
    own = " ".join((PIER.action, "Pier Mara Otto", MARA.visible, OTTO.visible)).lower()
    said = set(re.findall(r"[a-zé]+", compose(PIER).text.lower()))
    assert said <= set(re.findall(r"[a-zé]+", own)) | set(GRAMMAR.split())
    bare = ShotMeaning(setting="INT", place="Hospital", size="CU")
    assert len(compose(bare).text.split()) < 40, "no text is added to reach a number of words"


@pytest.mark.parametrize("compose", COMPOSERS)
def test_long_prompt_is_shortened_at_the_end_of_a_sentence(
    compose: Callable[[ShotMeaning], ComposedPrompt],
) -> None:
    spoken = MeantLine(name="Mara", text="We stay here.")
    long = replace(
        PIER, action=" ".join(["Mara counts the lamps on the pier once more."] * 40), lines=(spoken,)
    )
    text = compose(long).text
    assert len(text.split()) <= 220
    assert "Mara counts the lamps on the pier once more." in text
    assert re.search(r"[.”]$", text)


@pytest.mark.parametrize("place", ["Pier", "House - Kitchen", "Rain Market"])
def test_place_has_the_same_words_in_all_shots_of_a_scene(place: str) -> None:
    shots = [
        replace(PIER, place=place, action=action, people=people, size=size)
        for action, people, size in (
            ("Rain on the Pier. A kitchen radio.", (), "WS"), ("Mara speaks.", (MARA,), "CU"), ("", (), "MS"),
        )
    ]  # fmt: skip
    for compose in COMPOSERS:
        places = {part.text for shot in shots for part in compose(shot).parts if part.role == "place"}
        assert len(places) == 1


def test_words_of_the_user_are_in_their_part() -> None:
    meaning = ShotMeaning(
        action="Rain.", reworded={"light": "candles", "sound": ""}, by={"light": "film", "sound": "shot"}
    )
    parts = {part.role: part for part in compose_paragraph(meaning).parts}
    assert parts["light"].text == "Candles."
    assert parts["light"].source == f"{BY_USER}, for the film"
    assert "sound" not in parts


def test_light_and_sound_are_those_of_the_reading_or_the_user() -> None:
    meaning = replace(
        PIER, layers={"light": "one bulb", "sound": "a winch"}, sources={"light": "the reading"}
    )
    parts = {part.role: part for part in compose_paragraph(meaning).parts}
    assert parts["light"].text == "The light comes from one bulb."
    assert parts["sound"].text == "The sound is a winch."
    assert not {"light", "sound"} & {part.role for part in compose_paragraph(PIER).parts}


@pytest.mark.long("models")
def test_page_of_prompts_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "prompts.md"
    assert page.read_text() == prompts_page.build_prompts_page(), (
        "python -m tools.prompts_page > docs/prompts.md"
    )


@pytest.mark.parametrize(
    ("said", "people", "told"),
    [
        ("Close on his hand. It stops.", (OTTO,), "Otto’s hand. It stops."),
        ("His hand stops.", (OTTO, replace(MARA, gender="")), "His hand stops."),
        ("A boy of nine, a hammer in his fist.", (OTTO,), "A boy of nine, a hammer in his fist."),
        ("INSERT - HER PALM: a brass coin.", (MARA,), "Mara’s palm: a brass coin."),
        ("Rain over the lanterns.", (), "Rain over the lanterns."),
        ("High angle: the road folds back.", (), "The road folds back."),
        ("PULL BACK TO REVEAL the doors.", (), "The doors."),
        ("Pan across bare hooks.", (), "Bare hooks."),
        ("Pulls on her boots.", (), "Pulls on her boots."),
        ("He finds himself face to face with--", (OTTO,), "Otto finds himself face to face."),
        ("He lets it in.", (OTTO,), "Otto lets it in."),
        ("OTTO, a tired driver in a grey coat, knocks.", (OTTO,), "Otto knocks."),
        ("MARA (61), grey braid, boots, knocks.", (MARA,), "Mara, 61 years old, grey braid, boots, knocks."),
        ("She is furious, straight as a mast.", (), "She is furious, straight as a mast."),
        ("His father, Otto, strops a razor.", (OTTO,), "His father, Otto, strops a razor."),
        ("A beat. Otto. He runs.", (OTTO,), "Otto runs."),
    ],
)  # fmt: skip
def test_action_has_the_words_of_the_script(said: str, people: tuple[MeantSubject, ...], told: str) -> None:
    assert describe_action(ShotMeaning(action=said, size="CU", people=people)) == told


@given(TEXT)
def test_action_of_any_script_has_all_its_words(text: str) -> None:
    kept = "Otto waits."
    words = re.findall(r"\w+", describe_action(ShotMeaning(action=f"{kept} {text}")).casefold())
    assert words[:2] == ["otto", "waits"]


def test_place_of_ordinary_words_is_in_lower_case() -> None:
    assert phrase_place_and_part("Noodle Bar", "", outside=False) == "the noodle bar"
    assert phrase_place_and_part("Pryce House", "Kitchen", outside=False) == "the kitchen of Pryce House"
    assert phrase_place_and_part("Night Train", "Compartment - Moving", outside=False) == (
        "the compartment of the night train"
    )
    assert (
        phrase_place_and_part("Hotel Room", "On the Screen", outside=False) == "the hotel room, on the Screen"
    )


@given(MEANINGS)
def test_nothing_is_repeated_or_incomplete(meaning: ShotMeaning) -> None:
    for compose in COMPOSERS:
        known = " ".join(
            part.text for part in compose(meaning).parts if part.role in ("camera", "place", "light")
        )
        assert not re.search(r"\b(\w+ \w+ \w+) \1\b", known)
        assert not re.search(r"\ba (?:[aeio]\w+)|,:|\(\)|  ", known)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Mara lays the coin down. It spins.", "Mara lays the coin down."),
        ("Otto wipes his hands. Then he looks up.", "Otto wipes his hands."),
        ("Rain on the window. A monitor beeps.", "Rain on the window."),
        ("Otto knocks. No answer.", "Otto knocks."),
        ("Mara waits. Otto stands behind her.", "Mara waits. Otto stands behind her."),
    ],
)
def test_still_shows_one_moment_and_nothing_absent(said: str, moment: str) -> None:
    assert describe_action(ShotMeaning(action=said, people=(MARA, OTTO)), still=True) == moment


def test_two_people_with_one_description_are_two() -> None:
    women = tuple(
        MeantSubject(name=name, gender="she", stands=side, visible="30")
        for name, side in (("Ada", "left"), ("Bea", "right"))
    )
    text = compose_paragraph(ShotMeaning(action="They wait.", people=women)).text
    assert "Ada, a woman of 30, is on the left of the frame. Bea, another woman of 30, is on" in text


WARD = ShotMeaning(
    setting="INT", place="Hospital", time_of_day="NIGHT", size="MS", angle="eye", movement="static"
)


@pytest.mark.parametrize("action", ["Tom speaks.", "Tom speaks to Mara.", "Tom, silent, lips closed."])
def test_person_with_closed_eyes_looks_nowhere(action: str) -> None:
    asleep = MeantSubject(name="Tom", visible="63, hospital gown, eyes shut", gender="he")
    for still_one in (True, False):
        shut = describe_action(replace(WARD, action=action, people=(asleep,)), still=still_one)
        assert "look" not in shut


def test_listener_outside_the_frame_is_not_named() -> None:
    meaning = replace(WARD, action="Otto speaks to Mara.", people=(OTTO,), names=("Otto", "Mara"))
    for compose in COMPOSERS:
        assert "Mara" not in compose(meaning).text
        assert "Mara" in compose(replace(meaning, people=(OTTO, MARA))).text


def test_person_of_unknown_gender_is_one_person() -> None:
    tam = MeantSubject(name="Old Tam", visible="eighty, very straight")
    meaning = replace(
        WARD, action="Old Tam speaks.", people=(tam,), lines=(MeantLine(name="Old Tam", text="Sit."),)
    )
    for compose in COMPOSERS:
        assert not re.search(r"\b(?:they|their|them)\b", compose(meaning).text, re.IGNORECASE)


def test_idle_person_is_in_the_frame() -> None:
    for visible, told in (("", "Lene is in the frame."), ("red coat", "is in the frame.")):
        meaning = replace(
            WARD, action="The brushes turn over once.", people=(MeantSubject(name="Lene", visible=visible),)
        )
        for compose in COMPOSERS:
            assert told in compose(meaning).text


@pytest.mark.parametrize("compose", COMPOSERS)
def test_voice_and_speaker_off_screen_are_never_visible(
    compose: Callable[[ShotMeaning], ComposedPrompt],
) -> None:
    come = MeantLine(name="Mara", text="Come.", heard="off screen")
    radio = MeantSubject(name="Radio", kind="voice", visible="a red dress")
    meaning = replace(
        WARD, action="Otto waits.", people=(OTTO, MARA, radio),
        lines=(come, MeantLine(name="Radio", text="News.")),
    )  # fmt: skip
    parts = {part.role: part.text for part in compose(meaning).parts}
    assert "Mara" not in parts["people"]
    assert "Radio" not in parts["people"]
    assert "Otto" in parts["people"]
    named = replace(meaning, action="Otto waits. Mara enters.")
    assert "Mara" in {part.role: part.text for part in compose(named).parts}["people"]


@pytest.mark.parametrize("compose", COMPOSERS)
def test_animal_is_described_as_an_animal(compose: Callable[[ShotMeaning], ComposedPrompt]) -> None:
    hen = MeantSubject(
        name="Dorothea", kind="animal", gender="she", look=MeantLook(features="a small speckled hen")
    )
    text = compose(replace(WARD, action="Dorothea sits on the gate.", people=(hen,))).text
    assert "Dorothea is a small speckled hen." in text
    assert "woman" not in text


@pytest.mark.parametrize("compose", COMPOSERS)
def test_posture_things_and_gaze_are_in_the_prompt(compose: Callable[[ShotMeaning], ComposedPrompt]) -> None:
    pose = MeantPose(posture="sits on the bed", holds="a cup", looks_at="the door")
    text = compose(replace(WARD, action="Otto speaks.", people=(replace(OTTO, pose=pose),))).text
    assert "sitting on the bed, holding a cup, looking at the door" in text


@pytest.mark.parametrize(
    ("tone", "words"),
    [
        ("in French", "Otto says, in French: “Yes.”"),
        ("beat", "Otto says: “Yes.”"),
        ("to Mara", "Otto says, to Mara: “Yes.”"),
        ("shakes her hand", "Otto says (shakes her hand): “Yes.”"),
        ("", "Otto says: “Yes.”"),
    ],
)
def test_manner_of_speaking_is_that_of_the_script(tone: str, words: str) -> None:
    line = MeantLine(name="Otto", text="Yes.", tone=tone)
    assert words in compose_paragraph(replace(WARD, people=(OTTO,), lines=(line,))).text


@pytest.mark.parametrize(
    ("place", "outside"), [("Pond", True), ("Kitchen", False), ("Eternal Black Void", False)]
)
def test_place_without_int_or_ext_gets_no_walls(place: str, outside: bool) -> None:
    meaning = ShotMeaning(action="A light moves.", place=place, size="WS")
    for compose in COMPOSERS:
        text = compose(meaning).text
        assert not re.search(r"ceiling|wall|sky|indoors", text)
        assert ("outdoors" in text) is outside


def test_every_reading_of_a_place_is_in_its_sentence() -> None:
    meaning = replace(
        PIER, place_details=("a gasworks beyond the water", "behind the bar", "it is wet", "pier")
    )
    for compose in COMPOSERS:
        place = next(part.text for part in compose(meaning).parts if part.role == "place")
        assert place == (
            "The setting is the pier at night, outdoors, with a gasworks beyond the water, behind the bar."
        )
