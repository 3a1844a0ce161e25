"""Test that every fact which the Shot screen shows is sent to every engine, and that takes of engines which
were already sent the right facts stay fresh.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot, Story
from milimo_tui.story.values.place_layers import LAYERS
from milimo_tui.story.values.shot_fields import SHOT_FIELDS
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Setting, Size
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.signatures import is_signature_of

ROOM = Scene(
    id="s1",
    order="V",
    number="1",
    heading="INT. ROOM - NIGHT - RAIN",
    setting=Setting.INTERIOR,
    location="ROOM",
    part="ALCOVE",
    time_of_day="NIGHT",
    weather="rain",
)
HARBOUR = Scene(
    id="s2",
    order="W",
    number="2",
    heading="EXT. HARBOUR - DAY",
    setting=Setting.EXTERIOR,
    location="HARBOUR",
    time_of_day="DAY",
)
PLAIN = Shot(id="a", scene="s2", order="V", action="Anna waits.", characters=("Anna", "Tom"))
ROOFTOP = replace(
    PLAIN,
    id="b",
    scene="s1",
    order="W",
    location="ROOFTOP",
    time_of_day="day",
    weather="snow",
    own=(("location", ""), ("time_of_day", ""), ("weather", "")),
)
# The other end of a telephone call, for which the screenplay gives the place and the time.
INTERCUT = replace(PLAIN, id="c", scene="s1", order="X", location="HARBOUR", time_of_day="DAY")
DETAILS = replace(
    PLAIN, id="d", scene="s1", order="Y", focus="letter", stands=(("Anna", "left"),), rig=Rig.STEADICAM
)
STORY = Story(
    project=Project(id="p", name="F"),
    scenes=(ROOM, HARBOUR),
    shots=(PLAIN, ROOFTOP, INTERCUT, DETAILS),
    elements=(
        Element(
            id="e", kind=ElementKind.CHARACTER, name="Anna", trigger="@Anna", description="a tired detective"
        ),
        Element(
            id="k",
            kind=ElementKind.LOCATION,
            name="Room",
            trigger="@Room",
            description="a low ceiling",
            layers=(("light", "one lamp"),),
        ),
    ),
)
ENGINES = tuple(row.name for row in engine_registry.rows() if {"make_video", "make_picture"} & set(row.kinds))
STILLS = ("flux2", "z-image", "qwen-image")
COMPOSED = ("ltx2", "wan", *STILLS)
INDOORS = replace(PLAIN, scene="s1")

# Each fact with a shot that has the fact, and words that occur in the prompt because of the fact.
SHOWN: dict[str, tuple[Shot, str]] = {
    "location": (replace(INDOORS, location="ROOFTOP"), "rooftop"),
    "part": (replace(INDOORS, part="balcony"), "balcony"),
    "time_of_day": (replace(INDOORS, time_of_day="dawn"), "dawn"),
    "time_of_day, a clock": (replace(INDOORS, time_of_day="4 pm"), "4 pm"),
    "weather": (replace(INDOORS, weather="snow"), "snow"),
    "weather, outside": (replace(PLAIN, weather="snow"), "snow"),
    "weather, an adjective": (replace(PLAIN, weather="foggy"), "foggy"),
    "focus": (replace(INDOORS, focus="letter"), "letter"),
    "focus, a person": (replace(INDOORS, focus="Tom"), "focus on tom"),
    "lens": (replace(INDOORS, lens="85 mm at f/1.8"), "85 mm"),
    "palette": (replace(INDOORS, palette="indigo"), "indigo"),
    "cast": (replace(INDOORS, characters=("Anna", "Jun")), "jun"),
    "stands": (replace(INDOORS, stands=(("Anna", "left"),)), "left"),
    "action": (replace(INDOORS, action="Anna opens the window."), "window"),
    "caption": (replace(INDOORS, caption="Ten years later"), "“ten years later”"),
    "caption of a card": (replace(INDOORS, action="", characters=(), caption="PART 2"), "“part 2”"),
    "dialogue": (replace(INDOORS, dialogue=(Line("Tom", "Look up."),)), "look up."),
    **{f"layer {name}": (replace(PLAIN, layers=((name, "violet mist"),)), "violet") for name in LAYERS},
    **{f"size {one.value}": (replace(INDOORS, size=one), "") for one in Size},
    **{f"angle {one.value}": (replace(INDOORS, angle=one), "") for one in Angle},
    **{f"movement {one.value}": (replace(INDOORS, movement=one), "") for one in Movement},
    **{f"function {one.value}": (replace(INDOORS, function=one), "") for one in Function},
    **{f"rig {one.value}": (replace(INDOORS, rig=one), "") for one in Rig},
}

# The facts that some engines are not sent, with the reason.
SILENT = {
    "layer sound": {"wan", *STILLS},  # The model makes no sound.
    "caption": {*STILLS, "wan"},  # Words over a picture: these models draw letters only on a card.
    "dialogue": {*STILLS, "wan"},  # A still has no speech. Wan is sent the moving lips without the words.
    "size MLS": {"wan", "ltx2", *STILLS},  # The captions of these models have six sizes.
    "size FS": {"wan", "ltx2", *STILLS},
    "size LS": {"wan", "ltx2", *STILLS},
    # The number of people is sent by describing them; the others are relations to the neighbouring shots.
    **{
        f"function {one.value}": set(COMPOSED)
        for one in Function
        if one not in (Function.OTS, Function.POV, Function.SINGLE)
    },
    # A still has no movement.
    **{f"movement {one.value}": set(STILLS) for one in Movement},
    "rig handheld": set(STILLS),
    "rig steadicam": set(STILLS),
    # These carry the camera and are not seen; the movement is sent.
    "rig dolly": set(ENGINES),
    "rig crane": set(ENGINES),
}
# Shown fields whose value is not sent in words.
NOT_WORDS = {"voices", "face", "note", "negative", "seed", "pipeline", "model", "schedule", "stages",
    "temporal_upscale", "deterministic", "continuity", "beats", "subjects", "camera_lora", "options",
    "cache"}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_shown_fact_is_sent_to_every_engine(name: str) -> None:
    shot, words = SHOWN[name]
    other = PLAIN if shot.scene == PLAIN.scene else INDOORS
    other = other if words else replace(shot, id="other", **_find_other_value(name))
    silent = SILENT.get(name, set())
    for engine in ENGINES:
        prompt = shot_spec.get_prompt(STORY, shot, engine).text
        if engine in silent:
            continue
        assert words in prompt.lower(), engine
        assert prompt != shot_spec.get_prompt(STORY, other, engine).text, engine


def _find_other_value(name: str) -> dict[str, Any]:
    """Return a value for the field of a framing fact that every engine words differently."""
    field, _, value = name.partition(" ")
    for usual, other in ((Size.MS, Size.ECU), (Angle.EYE, Angle.LOW), (Movement.STATIC, Movement.PAN_LEFT)):
        if field == type(usual).__name__.lower():
            return {field: other if value == usual.value else usual}
    if field == "function":
        return {field: Function.POV if value == Function.SINGLE.value else Function.SINGLE}
    return {field: Rig.AERIAL if value == Rig.TRIPOD.value else Rig.TRIPOD}


def test_every_shown_field_is_in_the_table() -> None:
    """A new field of a shot has to be sent, or named as one that is not sent in words."""
    known = {name.partition(",")[0].partition(" ")[0] for name in SHOWN}
    assert set(SHOT_FIELDS) - known == NOT_WORDS


@pytest.mark.parametrize("engine", ENGINES)
def test_shot_in_another_place_follows_its_setting(engine: str) -> None:
    rooftop = shot_spec.get_prompt(STORY, ROOFTOP, engine).text.lower()
    assert "rooftop" in rooftop
    assert "snow" in rooftop
    assert not {"interior", "indoors", "room", "night", "rain"} & set(rooftop.replace(",", "").split())
    harbour = shot_spec.get_prompt(STORY, INTERCUT, engine).text.lower()
    assert "harbour" in harbour
    assert "exterior" in harbour or "outdoors" in harbour
    assert "night" not in harbour


@pytest.mark.parametrize(
    ("location", "setting"),
    [
        ("ROOFTOP", "EXT"),
        ("roof of the house", "EXT"),
        ("HOUSE - GARDEN", "EXT"),
        ("OUTSIDE THE BAR", "EXT"),
        ("EXT. ZORB", "EXT"),
        ("harbour", "EXT"),  # A scene plays there; it is named in lower case.
        ("KITCHEN", "INT"),
        ("MOUNTAIN CABIN", "INT"),
        ("TOWN HALL", "INT"),
        ("ROOM", "INT"),
        ("ZORB", ""),
    ],
)
def test_place_of_a_shot_decides_between_inside_and_outside(location: str, setting: str) -> None:
    shot = replace(ROOFTOP, location=location)
    assert shot_spec.get_shot_facts(STORY, shot).setting == setting
    plain = shot_spec.compose_plain_prompt(STORY, shot).text
    assert ("Interior" in plain, "Exterior" in plain) == (setting == "INT", setting == "EXT")
    assert "EXT." not in plain


def test_screen_with_a_speaker_is_where_its_scene_is() -> None:
    line = Line(character="Anna", text="Hello.", parenthetical="on screen")
    shot = replace(ROOFTOP, location="ANNA'S PHONE", dialogue=(line,))
    assert shot_spec.get_shot_facts(STORY, shot).setting == "INT"


def test_animatic_draws_the_place_of_the_shot() -> None:
    rooftop = stage_shot(shot_spec.get_shot_facts(STORY, ROOFTOP, engine="animatic"), 1.5, 1)
    assert (rooftop.kind, rooftop.inside) == ("roof", False)
    assert "snow" in rooftop.air
    assert "rain" not in rooftop.air
    harbour = stage_shot(shot_spec.get_shot_facts(STORY, INTERCUT, engine="animatic"), 1.5, 1)
    assert (harbour.kind, harbour.inside) == ("harbour", False)


# Signatures of takes that were made before the place of a shot was sent in the plain prompt.
FRESH = {
    ("ltx2", "a"): "87a86cdda50b77cc51a010fbd3980ffa5f061928c910787d94d7d1e2190dd30f",
    ("ltx2", "b"): "cbccbcffc0f5b573ba0662dd56b2d70b0ac41f43d4c67b439d972a3edab4bf09",
    ("ltx2", "c"): "17f3a57677fe9274083e011530ce235ff7dca9befc754ee4d3c71082f4a727eb",
    ("ltx2", "d"): "a4fd613415e37510827a8fe7a44a0a0bbca47cbe91e1cd17c43b7ab1cade9f43",
    ("wan", "a"): "abc87e62e8f70798d6e6db04d2f9bbe71b69c430f98893dc8d283ba7c13cc7e0",
    ("wan", "b"): "7530fcd679dfb322b08acd8b1a9f356dece32fb4fe4b3c321c1b27f180bfa832",
    ("wan", "c"): "fbb5df2a6c0d4a515f4e69c72353084284157665c8727f7dc5654fd31bfe9f84",
    ("wan", "d"): "d8bcf85843a972967647a5cf5aaebdbf9abc120f5506e727ce4e8f27094b8460",
    ("animatic", "a"): "df6abf8a65bac9b89091ddb52395dcfdd06c0097515bc1d10af3a72ee139ef72",
    ("animatic", "d"): "adaa419b7c6f0d2c0a4e3bb0f1aaf55df39153c55e29e9e34fdbeb86d868bb97",
    ("comfyui", "a"): "e08fd9201978b60f613230ee61852e6555692814654653308a3fcded68749500",
}
STALE = {
    ("animatic", "b"): "df7ae6ccab37fd8ab02047ff7200a11ea52b4303a652ab24843369d3f20099d5",
    ("animatic", "c"): "40cf61267fc93fe0131c34b4064b594f9750903d698732f40a8bd6ba89769162",
    ("comfyui", "b"): "221261d430aebd7a4d6319bf253ffd1e85003733608937591e8d55dd7cf28877",
    ("comfyui", "c"): "f758c86fcc1eaf64b73ffce1f4cda30abb375ea099e04e5984f2e6e425411be2",
    ("comfyui", "d"): "9e8193144aefc362765aacfe003100e5bec5eddd43307e0e868adbdee1a07e50",
}


@pytest.mark.parametrize(("engine", "id"), FRESH | STALE)
def test_only_takes_that_were_sent_the_wrong_place_become_stale(engine: str, id: str) -> None:
    shot = next(one for one in STORY.shots if one.id == id)
    spec = shot_spec.make_video_spec(STORY, shot, engine=engine)
    assert is_signature_of((FRESH | STALE)[engine, id], spec) == ((engine, id) in FRESH)
