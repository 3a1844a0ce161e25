"""Test text before the first scene: a transition, title or motto is no shot, and an image keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.values.shot_words import Function
from tests.front_door import Milimo
from tests.story.films import drafts

SCENE = "INT. ROOM - DAY\n\nTom waits.\n"
FADES = ("FADE IN:", "FADE IN", "**FADE IN:**", "_FADE IN:_", "Fade in:", "> FADE IN:", "FADE UP:")
TITLES = (
    "THE FOG",
    "The Fog\n\nWritten by Ann Person",
    "THE FOG\n\nby\n\nAnn Person",
    "THE FOG\nby Ann Person",
    "A screenplay by Ann Person",
    "_The Fog_\n\n**Draft 3**",
    '"THE FOG"',
    "“All happy families are alike.” - Tolstoy",
    '"All happy families are alike."\n--Leo Tolstoy',
    "All happy families are alike.\n— Leo Tolstoy",
    'EPISODE 1: "THE FOG"',
)
IMAGES = (
    "A POND.",
    "Rain on black water.",
    "We're underwater.",
    "SUPER: 1962",
    "CLOSE ON a coin.",
    "!THE FOG",
)


@given(st.sampled_from(["", *TITLES]), st.sampled_from(["", *FADES]), st.sampled_from(["\n\n", "\n"]))
def test_title_motto_and_fade_are_no_shots(title: str, fade: str, blank: str) -> None:
    head = "\n\n".join(filter(None, (title, fade)))
    blank = blank if fade or not title else "\n\n"
    scenes = drafts(f"{head}{blank if head else ''}{SCENE}")
    assert [(scene.heading, scene.number) for scene in scenes] == [("INT. ROOM - DAY", "1")]
    assert [shot.action for shot in scenes[0].shots] == ["Tom waits."]
    people = {name for scene in scenes for shot in scene.shots for name in shot.characters}
    assert people == set()


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("fade", ["", "FADE IN:\n\n"])
@pytest.mark.parametrize("title", ["", "THE FOG\n\n"])
def test_image_before_the_first_scene_is_a_shot(title: str, fade: str, image: str) -> None:
    scenes = drafts(f"{title}{fade}{image}\n\n{SCENE}")
    assert [scene.number for scene in scenes] == ["0", "1"]
    assert len(scenes[0].shots) == 1


def test_title_after_the_first_picture_is_filmed() -> None:
    scenes = drafts(f"FADE IN:\n\nTHE FOG\n\n{SCENE}")
    assert [shot.action for shot in scenes[0].shots] == ["THE FOG"]


@pytest.mark.parametrize(
    "text", ["FADE IN: INT. ROOM - DAY\n\nTom waits.\n", "FADE IN:\nINT. ROOM - DAY\n\nTom waits.\n"]
)
def test_heading_is_found_next_to_a_transition(text: str) -> None:
    assert [scene.heading for scene in drafts(text)] == ["INT. ROOM - DAY"]


def test_transition_in_mixed_case_is_no_action() -> None:
    found = parse(f"{SCENE}\nCut to:\n\nEXT. SEA\n\nHe turns to:\n".encode())
    kinds = [element.kind for element in found.elements]
    assert kinds.count(ScriptElementKind.TRANSITION) == 1
    assert found.elements[-1].kind is ScriptElementKind.ACTION


def test_check_lists_the_lines_that_are_not_filmed(milimo: Milimo) -> None:
    path = milimo.cwd / "titled.fountain"
    path.write_text(f"THE FOG\n\n“It was late.” - Old saying\n\nFADE IN:\n\n{SCENE}")
    found = milimo.json("script", "check", str(path))
    assert [problem["line"] for problem in found["problems"]] == [1, 3]
    assert found["shots"] == 1


POND = """A POND.

We're underwater, watching a fat old pike swim along.

MARTIN (V.O.)
I was nine.

"""


def test_image_before_the_first_scene_keeps_its_place() -> None:
    first = drafts(f"{POND}{SCENE}")[0]
    assert [shot.location for shot in first.shots] == ["POND"] * 3
    assert [shot.function for shot in first.shots][1] is Function.SINGLE
    assert "Pond" in first.shots[2].action


def test_voice_without_a_place_is_heard_over_the_picture_before_it() -> None:
    first = drafts(f"Smoke drifts slowly.\n\nMARTIN (V.O.)\nI was nine.\n\n{SCENE}")[0]
    assert first.shots[1].action == "Smoke drifts slowly."
