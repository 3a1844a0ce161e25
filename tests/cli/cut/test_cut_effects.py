"""Test effects, keyframes, speed, transitions, titles and compound clips with `milimo run cut.…
key=value`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from milimo_tui.media.read.frames import FrameReader
from tests.front_door import Milimo


def clips(film: Milimo, track: str = "V1") -> list[dict[str, Any]]:
    data = film.inside("cut", "show")
    return next(each["clips"] for each in data["tracks"] if each["name"] == track)


def run(film: Milimo, command: str, code: int = 0, **values: object) -> Any:
    return film.inside("run", f"cut.{command}", *(f"{k}={v}" for k, v in values.items()), code=code)


def effect(film: Milimo, clip: str, name: str) -> dict[str, Any]:
    return next(row for row in run(film, "effects", clip=clip) if row["id"] == name)


@pytest.mark.long("command_line")
def test_effects_and_keyframes_are_set_shown_cleared_and_undone(film: Milimo) -> None:
    clip = clips(film)[0]["id"]
    run(film, "effect", clip=clip, name="scale", value="1.5")
    run(film, "effect", clip=clip, name="blend", value="screen")
    run(film, "effect", clip=clip, name="flip_h", value="yes")
    run(film, "keyframe", clip=clip, name="opacity", frame=0, value=0, easing="ease")
    run(film, "keyframe", clip=clip, name="opacity", frame=12, value=1)
    assert effect(film, clip, "scale")["value"] == 1.5
    assert effect(film, clip, "opacity")["keys"] == [[0, 0.0, "ease"], [12, 1.0, "linear"]]
    assert clips(film)[0]["effects"] == {
        "curves": {"opacity": [[0, 0.0, "ease"], [12, 1.0]], "scale": [[0, 1.5]]},
        "blend": "screen",
        "flip_h": True,
    }
    output = film.act("cut", "show")
    assert "opacity 2 keys  scale 1.5  blend screen" in output
    run(film, "keyframe", clip=clip, name="opacity", frame=12, remove="true")
    run(film, "clear_effects", clip=clip)
    assert clips(film)[0]["effects"] == {}
    film.inside("cut", "undo")
    assert effect(film, clip, "opacity")["value"] == 0
    for values in (
        {"name": "scale", "value": "500"},
        {"name": "scale", "value": "wide"},
        {"name": "smell", "value": "1"},
        {"name": "blend", "value": "burn"},
        {"name": "lut", "value": "none.cube"},
    ):
        assert run(film, "effect", code=2, clip=clip, **values)["error"]["message"]


@pytest.mark.long("command_line")
def test_one_dimensional_lut_is_imported_and_rendered(film: Milimo) -> None:
    (film.cwd / "light.cube").write_text("LUT_1D_SIZE 2\nDOMAIN_MIN 0 0 0\n1 1 0\n1 1 0\n")
    data = film.inside("asset", "add", "light.cube")
    assert (data["kind"], data["width"], data["height"]) == ("lut", 2, 1)
    run(film, "effect", clip=clips(film)[0]["id"], name="lut", value="light.cube")
    film.inside("render", "--range", "0..1", "--preset", "ffv1", "-o", "film.mkv")
    with FrameReader(film.cwd / "film.mkv") as reader:
        shown = reader.picture(Fraction(0)).reshape(-1, 3)
    assert (abs(shown.astype(int) - (255, 255, 0)) <= 3).all(), (
        "whatever the take shows, the table says yellow"
    )


COLOURS = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("LUT_3D_SIZE 2\n0 0 0\n", "damaged LUT: it has 1 colours"),
        ("LUT_1D_SIZE 2\n0 0 0\n", "damaged LUT: it has 1 colours"),
        (f"{COLOURS}\nLUT_3D_SIZE 2\n", "not a LUT: line 1 comes before its size"),
        (f"LUT_1D_SIZE 2\n0 0 0\n1 1 1\nLUT_3D_SIZE 2\n{COLOURS}\n", "not a LUT: it has two tables"),
        (f"LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\n{COLOURS}\n", "below LUT_3D_SIZE"),
        (f"LUT_3D_SIZE 2\n{COLOURS[:-1]}nan\n", "line 9 is not three numbers"),
        ("", "no LUT_3D_SIZE or LUT_1D_SIZE"),
    ],
)
def test_lut_that_cannot_be_rendered_is_refused(milimo: Milimo, text: str, why: str) -> None:
    milimo.inside("project", "new", "Graded")
    (milimo.cwd / "look.cube").write_text(text)
    refused = milimo.inside("asset", "add", "look.cube", code=2)["error"]["message"]
    assert why in refused


def test_transitions_are_set_on_edits_and_removed(film: Milimo) -> None:
    first = clips(film)[0]["id"]
    assert "last frame" in run(film, "transition", code=2, clip=first, frames=12)["error"]["message"]
    run(film, "transition", clip=first, kind="dip", frames=10, colour="#ffffff")
    [join] = film.inside("cut", "show")["transitions"]
    assert (join["kind"], join["frames"], join["left"]) == ("dip", 10, first)
    assert re.search("╲╱ dip .*#ffffff", film.act("cut", "show"))
    run(film, "trim_out", clip=first, by=-20)
    run(film, "trim_in", clip=clips(film)[1]["id"], by=5)
    run(film, "transition", clip=first, kind="wipe", frames=2, direction="left")
    run(film, "transition_remove", clip=first)
    assert film.inside("cut", "show")["transitions"] == []
    film.inside("cut", "undo")
    assert len(film.inside("cut", "show")["transitions"]) == 1


def test_speed_and_freeze_frames_change_clip_lengths(film: Milimo) -> None:
    clip = clips(film)[0]
    run(film, "speed", clip=clip["id"], speed="200%")
    fast = clips(film)[0]
    assert abs(fast["frames"] - clip["frames"] / 2) <= 0.5
    assert fast["source_in"] == clip["source_in"]
    run(film, "speed", clip=clip["id"], reverse="true")
    assert clips(film)[0]["effects"] == {"speed": "-2/1"}
    film.inside("cut", "undo")
    film.inside("cut", "undo")
    assert clips(film)[0] == clip
    run(film, "freeze_frame", at=5, frames=8)
    assert [each["frames"] for each in clips(film)[:3]] == [5, 8, clip["frames"] - 5]
    assert clips(film)[1]["effects"] == {"speed": "0/1"}
    assert run(film, "speed", code=2, clip=clip["id"], speed="500")["error"]["message"]


def test_titles_and_compound_clips_are_made(film: Milimo) -> None:
    run(film, "title", text="Two\\nLamps", at=3, frames=20, size=0.2)
    [title] = clips(film, "V2")
    assert (title["kind"], title["start"], title["frames"]) == ("title", 3, 20)
    assert title["effects"]["title"] == {"text": "Two\nLamps", "size": 0.2}
    run(film, "title", clip=title["id"], colour="#FFAA00")
    assert clips(film, "V2")[0]["effects"]["title"]["colour"] == "#FFAA00"
    first = film.inside("cut", "show")["name"]
    film.inside("cut", "new", "Teaser", "--empty")
    run(film, "append", other_cut=first)
    [clip] = clips(film)
    assert clip["cut"]
    plan = film.inside("render", "--plan")
    assert plan["stretches"][0]["layers"][0]["media"]["plan"]["frames"] == clip["frames"]
    film.inside("cut", "use", first)
    assert "itself" in run(film, "append", code=2, other_cut="Teaser")["error"]["message"]


def test_clip_that_is_placed_on_a_track_keeps_its_effects(film: Milimo) -> None:
    effects = '{"curves":{"scale":[[0,2.0]]},"flip_v":true}'
    run(film, "overwrite", shot="1A", track="V2", at=0, frames=10, effects=effects)
    assert clips(film, "V2")[0]["effects"] == {"curves": {"scale": [[0, 2.0]]}, "flip_v": True}
    run(film, "overwrite", shot="1A", track="V2", at=0, frames=10, effects='{"lut":"asset_gone"}')
    layer = film.inside("render", "--plan")["stretches"][0]["layers"][1]
    assert layer["lut"]["path"].endswith("asset_gone"), "a render misses it by name, and never leaves it out"
    for text in ("[", '{"smell":1}', '{"curves":{"scale":[[0,99.0]]}}'):
        assert run(film, "append", code=2, shot="1A", effects=text)["error"]["message"]


def test_commands_of_the_effects_page_work(film: Milimo) -> None:
    for words in (
        ("effect", "1A", "scale", "1.2"),
        ("keyframe", "1A", "opacity", "--frame", "0", "--value", "0", "--easing", "ease"),
        ("keyframe", "1A", "scale", "--at", "00:00:00:03"),
        ("transition", "1A", "--kind", "dip", "--colour", "#ffffff", "--frames", "4"),
        ("transition-remove", "1A"),
        ("title", "Rain Market\\nNight", "--at", "0:10", "--frames", "20", "--place", "bottom", "--free"),
        ("speed", "1A", "50%"),
        ("freeze-frame", "--at", "0:10", "--frames", "9"),
        ("clear-effects", "1A"),
    ):
        film.inside("cut", *words)
    assert [clip["frames"] for clip in clips(film)[:2]] == [10, 9]


@pytest.mark.parametrize(
    ("kind", "given", "used_by"),
    [
        ("dissolve", {"direction": "left"}, ["wipe", "push"]),
        ("dip", {"softness": 0.2}, ["wipe"]),
        ("push", {"colour": "#ffffff"}, ["dip"]),
    ],
)
def test_setting_that_a_kind_of_transition_lacks_is_refused(
    film: Milimo, kind: str, given: dict[str, Any], used_by: list[str]
) -> None:
    error = run(film, "transition", clip="1A", kind=kind, overlap=True, code=2, **given)["error"]
    assert error["kind"] == "refused"
    assert error["message"].split()[-1] in given
    assert error["hint"].split(": ")[1].split(", ") == used_by
    assert not film.inside("cut", "show")["transitions"]
    run(film, "transition", clip="1A", kind=used_by[0], frames=4, overlap=True, **given)


def test_ramp_keeps_the_range_of_the_source_and_is_one_undo(film: Milimo) -> None:
    clip = clips(film)[0]
    run(film, "ramp", clip=clip["id"], keys="0:100%,20:200%:linear", pitch="keep")
    made = clips(film)[0]
    assert made["frames"] < clip["frames"]
    assert made["effects"]["keeps_pitch"] is True
    assert len(made["effects"]["curves"]["ramp"]) == 2
    film.inside("cut", "undo")
    assert clips(film)[0]["effects"] == clip["effects"]
    run(film, "ramp", clip=clip["id"], keys="fast", code=2)
    run(film, "effect", clip=clip["id"], name="ramp", value="2", code=2)


def test_commands_set_a_title_style_an_effect_and_levels(film: Milimo) -> None:
    clip = clips(film)[0]["id"]
    run(film, "title", text="Mara\\nat night", style="lower", at=0, x=0.1)
    (title,) = clips(film, "V2")
    assert title["effects"]["title"]["style"] == "lower third"
    assert title["effects"]["curves"]["x"] == [[0, 0.1]]
    run(film, "put_on", clip=clip, effect="film grain", amount="40%")
    assert effect(film, clip, "grain")["value"] == 0.4
    run(film, "put_on", clip=clip, effect="film grain", off=True)
    assert effect(film, clip, "grain")["set"] is False
    run(film, "put_on", clip=clip, effect="glitter", code=2)
    run(film, "louder", clip=clip, by=-3)
    run(film, "track_set", track="A1", louder=-2)
    data = film.inside("cut", "show")
    assert next(each for each in data["tracks"] if each["name"] == "A1")["gain_db"] == -2
    assert len(film.inside("cut", "catalog")) > 20
