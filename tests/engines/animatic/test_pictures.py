"""Test that pictures follow the facts of the shot: brightness by time of day, people by framing and number,
and camera moves by kind.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.engines.animatic.draw.ink import FrameBox
from milimo_tui.engines.animatic.figures.people import Actor
from milimo_tui.engines.animatic.picture.panel import ShotPanel, paint_panel
from milimo_tui.engines.animatic.picture.planes import RGB
from milimo_tui.engines.animatic.picture.reel import Reel
from milimo_tui.engines.animatic.places.place_table import INSIDE, OUTSIDE
from milimo_tui.engines.animatic.props.still_life import PROPS
from milimo_tui.engines.animatic.stage import camera
from milimo_tui.engines.animatic.stage.acting import act_shot
from milimo_tui.engines.animatic.stage.framing import FRAMINGS
from milimo_tui.engines.animatic.stage.scratch_sound import open_mouths, score_shot, time_lines
from milimo_tui.engines.animatic.stage.script_words import EXTERIORS, INTERIORS
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size
from tests.budget import thorough
from tests.engines.animatic.shots import JUN, MARA, RATE, TAM, facts, light, picture, still


def panel(shot: ShotFacts, width: int = 240, height: int = 160) -> ShotPanel:
    aspect = width / height
    return paint_panel(
        stage_shot(shot, aspect, 7), FrameBox(-aspect / 2, -0.5, aspect / 2, 0.5), height, fine=1
    )


def figures(shot: ShotFacts) -> list[tuple[int, int]]:
    """Return the width and height in pixels of each person in the picture."""
    layers = [layer for layer in panel(shot).layers if layer.actor is not None]
    return [layer.picture.size for layer in layers]


@pytest.mark.parametrize("place", ["EXT. STREET", "EXT. BEACH", "INT. APARTMENT", "EXT. FOREST"])
def test_dusk_is_darker_than_day_and_night_darkest(place: str) -> None:
    day, dusk, night = (light(picture(facts(f"{place} - {hour}"))) for hour in ("DAY", "DUSK", "NIGHT"))
    assert day > dusk > night
    assert day > 1.5 * night


def test_evening_is_warmer_than_noon() -> None:
    noon, evening = (picture(facts(f"EXT. DESERT - {hour}", size="WS")) for hour in ("DAY", "SUNSET"))
    warmth = [float(pixels[..., 0].mean() - pixels[..., 2].mean()) for pixels in (noon, evening)]
    assert warmth[1] > warmth[0] + 20


def test_tighter_shot_has_the_taller_figure() -> None:
    heights = []
    for size in ("MS", "MLS", "FS", "LS", "WS", "EWS"):
        staging = stage_shot(facts("EXT. STREET - DAY", MARA, size=size, action="Mara waits."), 1.5, 7)
        lens, who = staging.lens, staging.actors[0]
        heights.append(
            lens.project_point((who.x, 0.0, who.z))[1] - lens.project_point((who.x, who.top, who.z))[1]
        )
    assert all(wider < tighter for tighter, wider in pairwise(heights))


def test_head_in_a_close_up_is_larger_than_a_figure_in_a_wide_shot() -> None:
    staging = stage_shot(facts("EXT. STREET - DAY", MARA, size="CU", action="Mara waits."), 1.5, 7)
    head = staging.lens.find_scale((0, 1.5, 0)) * 0.24 * 160
    (_, figure), = figures(facts("EXT. STREET - DAY", MARA, size="WS", action="Mara waits."))  # fmt: skip
    assert head > figure
    # The figure's mask shows the same: in a close-up the figure fills the frame from near its top to its
    # bottom.
    (wide, tall), = figures(facts("EXT. STREET - DAY", MARA, size="CU", action="Mara waits."))  # fmt: skip
    assert tall > 140
    assert wide > 60


@pytest.mark.parametrize("people", [(), (MARA,), (MARA, JUN), (MARA, JUN, TAM)])
def test_number_of_people_is_that_of_the_shot(people: tuple[DescribedPerson, ...]) -> None:
    assert len(figures(facts("EXT. STREET - DAY", *people, size="WS"))) == len(people)


def test_functions_add_the_people_they_need() -> None:
    both = (MARA, JUN)
    assert len(figures(facts("EXT. STREET - DAY", MARA, function="two-shot"))) == 2
    assert len(figures(facts("EXT. STREET - DAY", MARA, function="three-shot"))) == 3
    assert len(figures(facts("EXT. STREET - DAY", *both, function="group", size="WS"))) == 4
    assert len(figures(facts("EXT. STREET - DAY", *both, size="CU"))) == 1
    assert figures(facts("EXT. STREET - DAY", *both, function="insert", action="A coin.")) == []
    over = stage_shot(facts("INT. BAR - DAY", *both, function="OTS"), 1.5, 7)
    assert [actor.near for actor in over.actors] == [False, True]
    seen = stage_shot(facts("INT. BAR - DAY", *both, function="POV", action="MARA'S POV: Jun."), 1.5, 7)
    assert ([actor.appearance.name for actor in seen.actors], seen.owner) == (["JUN"], "MARA")


def test_off_screen_voice_is_not_in_the_picture() -> None:
    shot = facts("INT. BAR - DAY", MARA, say="I had one delivery left.", size="WS")
    away = shot.model_copy(update={"lines": (shot.lines[0].model_copy(update={"extension": "V.O."}),)})
    assert len(figures(shot)) == 1
    assert figures(away) == []
    assert len(figures(away.model_copy(update={"action": "Mara pushes on."}))) == 1


def test_lips_move_with_a_spoken_line_and_not_with_a_voice_over() -> None:
    shot = facts("INT. BAR - DAY", MARA, say="I had one delivery left, and no address.", action="Mara waits.")
    over = shot.model_copy(update={"lines": (shot.lines[0].model_copy(update={"extension": "V.O."}),)})
    assert _mouths(shot) >= {0, 2}
    assert _mouths(over) == {0}


def _mouths(shot: ShotFacts) -> set[int]:
    staging, timing = stage_shot(shot, 1.5, 7), time_lines(shot.lines, 4.0)
    track = score_shot(staging, 100, RATE, 48000, "")
    heard = open_mouths(track, timing, 100, RATE, 48000)
    return {state.mouth for state in act_shot(staging, heard, timing, 512, RATE)[0].states}


def test_screen_sides_are_kept_between_shots_and_reversed_on_request() -> None:
    one = stage_shot(facts("INT. BAR - DAY", MARA, JUN, function="two-shot"), 1.5, 1)
    other = stage_shot(facts("INT. BAR - DAY", JUN, MARA, function="two-shot", size="WS"), 1.5, 99)
    back = stage_shot(facts("INT. BAR - DAY", MARA, JUN, function="reverse"), 1.5, 1)
    assert _sides(one.actors) == _sides(other.actors) == _sides(back.actors)[::-1]


def _sides(actors: tuple[Actor, ...]) -> list[str]:
    return [actor.appearance.name for actor in sorted(actors, key=lambda actor: actor.x)]


def test_different_places_differ_and_the_same_place_is_equal_in_two_shots() -> None:
    kinds = {
        name: picture(facts(f"INT. {name} - DAY", size="WS"), width=96, height=64)
        for name in ("BAR", "OFFICE", "CHURCH", "CAR")
    }
    names = list(kinds)
    for index, name in enumerate(names):
        for other in names[:index]:
            assert _apart(kinds[name], kinds[other]) > 12
    first, second = (picture(facts("INT. BAR - DAY", size="WS", number=number)) for number in ("1A", "1B"))
    assert _apart(first, second) < 14


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one[30:].astype(int) - other[30:].astype(int)).mean())


@pytest.mark.long("models")
def test_every_place_and_every_prop_is_drawn() -> None:
    assert {name for name, _ in INTERIORS} <= set(INSIDE)
    assert {name for name, _ in EXTERIORS} <= set(OUTSIDE)
    for table, setting in ((INSIDE, "INT"), (OUTSIDE, "EXT")):
        for kind in table:
            shown = picture(facts(f"{setting}. {kind} - NIGHT", MARA, size="WS"), width=72, height=48)
            assert shown.std() > 8, kind
    for thing in PROPS.list_names("props"):
        words = {"hand": "Her hands.", "glass": "A whisky."}.get(thing, f"A {thing}.")
        shown = picture(facts("INT. BAR - DAY", MARA, function="insert", action=words), width=72, height=48)
        assert shown.std() > 8, thing


@pytest.mark.long("models")
@pytest.mark.parametrize("angle", thorough("drawings", list(Angle)))
def test_every_size_angle_and_function_is_drawn(angle: Angle) -> None:
    for index, size in enumerate(Size):
        for step, function in enumerate(Function):
            heading = ("EXT. STREET - DAY", "INT. ROOM - NIGHT", "INT. CAR - DUSK", "EXT. BEACH - DAWN")[
                (index + step) % 4
            ]
            shot = facts(heading, MARA, JUN, size=size, angle=angle, function=function, action="Mara sits.")
            assert panel(shot, 48, 32).layers[0].picture.size[0] >= 48
    assert set(FRAMINGS) == set(Size)


@pytest.mark.parametrize("movement", thorough("drawings", list(Movement), 4))
def test_every_camera_move_stays_inside_the_painting(movement: Movement) -> None:
    """A camera move never shows pixels from outside its layer, which would appear as a stretched or black
    edge.
    """
    reel = still(facts("EXT. STREET - DAY", MARA, movement=movement, size="FS", rig="handheld"), frames=12)
    for index in (0, 5, 11):
        pixels = np.asarray(reel.draw_picture(index))
        assert pixels.shape == (160, 240, 3)
        assert pixels[40:, (0, -1)].mean() > 20


def test_dolly_in_enlarges_the_subject_more_than_the_background() -> None:
    reel = still(facts("EXT. STREET - DAY", MARA, movement="dolly in", size="FS"), frames=100)
    lens, aspect = reel.staging.lens, reel.staging.aspect
    growth = []
    for depth in (reel.staging.distance, 60.0):
        first, last = (
            camera.find_window(reel.poses[frame], depth, lens.focal, aspect).height for frame in (0, -1)
        )
        growth.append(first / last)
    assert growth[0] > 1.15
    assert 1.0 < growth[1] < 1.05


def test_pan_right_moves_the_picture_left() -> None:
    reel = still(facts("EXT. STREET - DAY", size="WS", movement="pan right"), frames=50)
    assert _shift(reel, 20, 24) < -1.5
    reel = still(facts("EXT. STREET - DAY", size="WS", movement="pan left"), frames=50)
    assert _shift(reel, 20, 24) > 1.5


def test_static_shot_moves_slightly() -> None:
    reel = still(facts("EXT. STREET - DAY", size="WS"), frames=100)
    assert abs(_shift(reel, 0, 99)) <= 2
    assert reel.poses[0] != reel.poses[-1]


def _shift(reel: Reel, first: int, last: int) -> float:
    """Return the shift of the columns to the right between two frames, in pixels, where the edges match
    best.
    """
    one, other = (
        np.diff(np.asarray(reel.draw_picture(index).convert("L"), dtype=float)[60:150], axis=1)
        for index in (first, last)
    )

    def apart(move: int) -> float:
        return float(np.abs(one[:, 24:-24] - np.roll(other, -move, axis=1)[:, 24:-24]).mean())

    return float(min(range(-20, 21), key=apart))


def test_words_appear_under_the_speaker_and_disappear() -> None:
    shot = facts("INT. BAR - DAY", MARA, say="You are late. The broth forgave you, and I have not.")
    timing = time_lines(shot.lines, 4.0)
    staging = stage_shot(shot, 1.5, 7)
    spoken = Reel(staging, width=240, height=160, frames=100, rate=RATE, kind=RGB, timing=timing)
    silent = Reel(staging, width=240, height=160, frames=100, rate=RATE, kind=RGB)
    during, before = round(timing[0].start * 25) + 8, 2
    assert _bottom(spoken, silent, during) > 8
    assert _bottom(spoken, silent, before) == 0


def _bottom(one: Reel, other: Reel, frame: int) -> float:
    a, b = (np.asarray(reel.draw_picture(frame), dtype=int)[118:] for reel in (one, other))
    return float(np.abs(a - b).mean())


def test_slate_is_replaced_by_small_permanent_marks() -> None:
    reel = still(facts("INT. BAR - DAY", MARA), frames=100)
    strip = [np.asarray(reel.draw_picture(frame), dtype=int)[:8] for frame in (0, 60, 99)]
    assert strip[0].mean() < 45 < strip[1].mean()  # first the dark strip of the slate, then the picture
    assert reel.slate_until < 1.0


@pytest.mark.parametrize(("width", "height"), [(512, 768), (1280, 704), (320, 180), (64, 48)])
def test_any_frame_size_holds_everyone(width: int, height: int) -> None:
    shot = facts("EXT. STREET - DAY", MARA, JUN, size="CU", function="two-shot")
    staging = stage_shot(shot, width / height, 7)
    for actor in staging.actors:
        x, _ = staging.lens.project_point((actor.x, actor.top - 0.1, actor.z))
        assert abs(x) < width / height / 2
    assert picture(shot, width=width, height=height).shape == (height, width, 3)
