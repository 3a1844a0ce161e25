"""Prompts by the makers' styles: whatever a shot says, one size, no marks of a script, enough words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.contract.meaning import Seen, ShotMeaning, Spoken
from milimo_tui.engines.flux2.still_words import still
from milimo_tui.engines.ltx2.paragraph import LEAST, MOST, paragraph
from milimo_tui.engines.prompting.feeling_words import made_visible, tone_of
from milimo_tui.engines.prompting.place_words import words_for
from milimo_tui.engines.prompting.script_marks import unmarked
from milimo_tui.story.values.film import Angle, Function, Movement, Rig, Size
from tools import prompts_page

SIZES = re.compile(r"(?:extreme |medium )?(?:wide shot|close-up)|medium shot", re.IGNORECASE)
NAMES = st.sampled_from(["Mara", "Jun", "Old Tam", "Zoë"])
TEXT = st.text(max_size=60) | st.sampled_from(
    ["CLOSE ON the ring.", "She is furious.", "*Wide shot* of the bay. [note]", "HE RUNS.", ""]
)
SEEN = st.builds(Seen, name=NAMES, visible=TEXT, stands=st.sampled_from(["", "left", "right"]))
SPOKEN = st.builds(
    Spoken,
    name=NAMES,
    text=st.sampled_from(["Who is it?", "I *never* said so.", "Run!"]),
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
def test_a_paragraph_is_as_its_makers_caption(meaning: ShotMeaning) -> None:
    prompt = paragraph(meaning)
    bare = re.sub(r"“[^”]*”", " ", prompt.text)
    assert len(SIZES.findall(bare)) == 1
    assert "camera" in bare
    assert LEAST <= len(prompt.text.split()) <= MOST
    assert not set(bare) & set("[]*_")
    assert all(part.source for part in prompt.parts)
    for line in meaning.lines:
        assert unmarked(line.text) in prompt.text
        if line.heard:
            assert re.search(r"heard", bare)


@given(MEANINGS)
def test_a_still_has_no_movement_and_nobody_speaks(meaning: ShotMeaning) -> None:
    text = still(meaning).text
    assert "camera" not in text or "camera" in meaning.action + meaning.focus
    assert all(line.text not in text for line in meaning.lines)


@pytest.mark.parametrize(
    ("part", "place", "outside", "row"),
    [
        ("", "Pryce House - Kitchen", False, "kitchen"),
        ("Jetty", "Lake House", True, "beach"),
        ("", "Rain Market", True, "market"),
        ("Compartment", "Night Train", False, "train"),
        ("", "Xanadu", False, "inside"),
        ("", "Xanadu", True, "outside"),
    ],
)
def test_a_place_is_known_by_its_words_or_is_a_plain_one(
    part: str, place: str, outside: bool, row: str
) -> None:
    assert words_for(part, place, outside=outside).name == row


def test_feelings_become_what_is_seen_and_tones_what_is_heard() -> None:
    assert made_visible("She is furious.") == "She shows jaw set and eyes narrowed."
    assert made_visible("She is afraid of dogs.") == "She is afraid of dogs."
    assert tone_of("low") == "in a low voice"
    assert tone_of("crossing") == ""


def test_what_a_person_worded_stands_in_the_part_it_is_for() -> None:
    meaning = ShotMeaning(
        action="Rain.", reworded={"light": "candles", "sound": ""}, by={"light": "film", "sound": "shot"}
    )
    parts = {part.role: part for part in paragraph(meaning).parts}
    assert parts["light"].text == "Candles."
    assert parts["light"].source == "by hand, for the film"
    assert "sound" not in parts


def test_the_page_of_prompts_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "prompts.md"
    assert page.read_text() == prompts_page.page(), "python -m tools.prompts_page > docs/prompts.md"
