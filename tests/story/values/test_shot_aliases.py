"""Test that every spelling in the imported vocabularies leads to one value, and that meaningless words are
refused.
"""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from milimo_tui.story.values.shot_aliases import AliasedEnum
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Size

# Spellings in the vocabularies of StoryCore-Engine.
SPELLED = {
    Size: {
        "closeup": "CU", "close_up": "CU", "close-up": "CU", "Close Up": "CU", "wide": "WS", "medium": "MS",
        "ecu": "ECU", "extreme-wide": "EWS", "extreme-close-up": "ECU", "MCU": "MCU", "cowboy shot": "MLS",
    },
    Angle: {
        "eye-level": "eye", "high": "high", "low": "low", "dutch": "dutch", "birds-eye": "overhead",
        "worms-eye": "low", "bird’s eye": "overhead",
    },
    Movement: {
        "static": "static", "pan": "pan right", "tilt": "tilt up", "dolly": "dolly in", "track": "track",
        "tracking": "track", "zoom": "zoom in", "crane": "crane up", "Pan_Left": "pan left",
    },
    Function: {
        "over-the-shoulder": "OTS", "pov": "POV", "Establishing": "establishing", "insert": "insert",
        "reaction": "reaction", "two shot": "two-shot",
    },
    Rig: {"drone": "aerial", "handheld": "handheld", "crane": "crane"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("axis", "spelling", "value"),
    [(axis, spelling, value) for axis, known in SPELLED.items() for spelling, value in known.items()],
)
def test_spelling_leads_to_its_value(axis: type[StrEnum], spelling: str, value: str) -> None:
    assert axis(spelling).value == value


@pytest.mark.parametrize(
    "word", ["action", "dialogue", "transition", "standard", "choc", "plan_sequence", ""]
)
@pytest.mark.parametrize("axis", [Size, Angle, Movement, Function, Rig])
def test_spelling_without_a_picture_is_refused(axis: type[StrEnum], word: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(word))):
        axis(word)


@pytest.mark.parametrize("axis", [Size, Angle, Movement, Function, Rig])
def test_every_other_spelling_names_a_value(axis: type[AliasedEnum]) -> None:
    assert set(axis.get_aliases().values()) <= {each.value for each in axis}
