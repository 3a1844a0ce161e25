"""Test prompts: their parts have one fixed order, and a person sees them exactly as they are sent."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.story.elements.prompt import ShotPlace, compose
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Setting, Size

PROJECT = Project(id="p", name="Film", style="Neon noir, 35 mm", negative="watermark")
SCENE = Scene(
    id="s",
    order="V",
    number="3",
    heading="INT. NOODLE BAR - NIGHT",
    setting=Setting.INTERIOR,
    location="NOODLE BAR",
    time_of_day="NIGHT",
)
PLACE = ShotPlace.from_scene(SCENE)
SHOT = Shot(
    id="x",
    scene="s",
    order="V",
    action="Mara turns to the glass and sees @Jun.",
    characters=("Mara",),
    dialogue=(Line("Mara", "You are late.", "", "quietly"),),
    size=Size.CU,
    angle=Angle.LOW,
    movement=Movement.DOLLY_IN,
)
ELEMENTS = (
    Element(
        id="m", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara", description="a tired detective"
    ),
    Element(id="j", kind=ElementKind.CHARACTER, name="Jun", trigger="@Jun", description="a cook"),
    Element(
        id="b", kind=ElementKind.LOCATION, name="Noodle Bar", trigger="@NoodleBar", description="eight stools"
    ),
)


def test_parts_are_in_order_and_form_the_text() -> None:
    prompt = compose(PROJECT, PLACE, SHOT, ELEMENTS)
    assert [(part.role, part.text) for part in prompt.parts] == [
        ("style", "Neon noir, 35 mm."),
        ("scene", "Interior, Noodle Bar (eight stools), night."),
        ("shot", "Close-up, low angle, slow push in, of Mara (a tired detective)."),
        ("action", "Mara turns to the glass and sees Jun (a cook)."),
        ("dialogue", "Mara, quietly, says: “You are late.”"),
    ]
    assert prompt.text == " ".join(part.text for part in prompt.parts)
    assert prompt.negative == "watermark"


def test_element_is_described_once() -> None:
    shot = replace(SHOT, action="@Mara waits for @Mara.")
    assert compose(PROJECT, PLACE, shot, ELEMENTS).text.count("a tired detective") == 1


def test_names_without_elements_stay_as_they_are() -> None:
    prompt = compose(PROJECT, PLACE, replace(SHOT, characters=("Mara", "Jun", "Tam")), ())
    assert prompt.parts[1].text == "Interior, Noodle Bar, night."
    assert prompt.parts[2].text.endswith("of Mara, Jun and Tam.")


def test_prompt_of_the_user_replaces_all_but_the_style() -> None:
    prompt = compose(PROJECT, PLACE, replace(SHOT, prompt="Only @Mara, from behind"), ELEMENTS)
    assert [part.role for part in prompt.parts] == ["style", "prompt"]
    assert prompt.text == "Neon noir, 35 mm. Only Mara (a tired detective), from behind"


def test_negative_prompts_of_shot_and_project_occur_once() -> None:
    assert compose(PROJECT, PLACE, replace(SHOT, negative="fog"), ()).negative == "fog, watermark"
    assert compose(PROJECT, PLACE, replace(SHOT, negative="watermark"), ()).negative == "watermark"
    assert compose(replace(PROJECT, negative=""), PLACE, SHOT, ()).negative == ""


def test_empty_fields_leave_no_trace() -> None:
    bare = Shot(id="x", scene="s", order="V", action="Rain.")
    prompt = compose(Project(id="p", name="F"), ShotPlace(), bare, ())
    assert prompt.text == "Medium shot, static camera. Rain."


def test_every_value_of_every_field_has_its_words() -> None:
    shots = [
        *(replace(SHOT, size=size) for size in Size),
        *(replace(SHOT, angle=angle) for angle in Angle),
        *(replace(SHOT, movement=movement) for movement in Movement),
        *(replace(SHOT, function=function) for function in Function),
        *(replace(SHOT, rig=rig) for rig in Rig),
    ]
    texts = [compose(PROJECT, PLACE, shot, ()).parts[2].text for shot in shots]
    assert all(text.endswith(", of Mara.") for text in texts)
    assert len(set(texts[: len(Size)])) == len(Size)


def test_voice_over_is_described_as_heard() -> None:
    shot = replace(SHOT, dialogue=(Line("Mara", "Once.", "V.O."),))
    assert compose(PROJECT, PLACE, shot, ()).parts[-1].text == "Mara is heard: “Once.”"
