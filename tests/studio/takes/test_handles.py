"""Test the handles that takes are requested with: always for drawn takes, and for models only where handles
do no harm.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.settings import Settings
from milimo_tui.engines.ltx2.plan import generations
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.spec_values import ShotFacts, SpokenLine
from milimo_tui.engines.specs.video_specs import Conditioning, Control, MakeVideo, Over
from milimo_tui.studio.takes import signatures
from milimo_tui.studio.takes.handles import NO_HANDLES, Handles

SHOT = MakeVideo(engine="ltx2", frames=105, rate=Fraction(24), width=768, height=512)
WANTED = Handles.from_settings(Settings())


def asked(**changes: object) -> tuple[int, int]:
    made = WANTED.add_handles(SHOT.model_copy(update=changes))
    return made.head, made.tail


def test_drawn_take_has_handles_of_twelve_frames() -> None:
    talk = ShotFacts(lines=(SpokenLine(character="MARA", text="Late."),))
    assert asked(engine="animatic") == asked(engine="animatic", facts=talk) == (12, 12)
    assert Handles.from_settings(Settings(handles=5, model_handles=7)).add_handles(SHOT).tail == 7
    assert Handles.from_settings(Settings(), 3) == Handles(3, 3)
    assert NO_HANDLES.add_handles(SHOT) == SHOT


def test_model_makes_a_head_only_if_the_first_frame_is_free() -> None:
    assert asked() == (12, 12)
    assert asked(conditioning=(Conditioning(input="/a.png", frame=40),)) == (12, 12)
    assert asked(conditioning=(Conditioning(input="/a.png"),)) == (0, 12)
    assert asked(control=(Control(kind="pose", input="/a.mov", prepared=True),)) == (0, 12)
    assert asked(facts=ShotFacts(lines=(SpokenLine(character="MARA", text="Late."),))) == (0, 12)


def test_new_picture_or_sound_over_a_take_has_no_handles() -> None:
    assert asked(engine="flux2", frames=1) == asked(frames=1) == (0, 0)
    assert asked(engine="animatic", over=Over(input="/a.mov")) == (0, 0)


SIZES = [(768, 512), (544, 960), (1024, 576), (1280, 720), (1536, 1024), (1920, 1080), (3840, 2160)]


@given(st.integers(2, 1441), st.sampled_from([8, 24, 25, 60]), st.sampled_from(SIZES))
def test_shot_made_in_one_go_includes_its_handles(frames: int, rate: int, size: tuple[int, int]) -> None:
    width, height = size
    one = {"frames": frames, "rate": Fraction(rate), "width": width, "height": height}
    made = WANTED.add_handles(SHOT.model_copy(update=one))
    weights = Weights(generations.find_generation("2.5"))
    if len(plan_ltx2_take(SHOT.model_copy(update=one), weights).parts) == 1:
        assert len(plan_ltx2_take(made.with_handles_inside(), weights).parts) == 1
    assert made.all_frames <= max(frames, engine_registry.row("ltx2").most_frames)
    assert made.frames == frames


def test_five_seconds_of_large_pictures_have_shorter_handles() -> None:
    """With full handles these takes would have to be made in two parts."""
    assert asked(width=1536, height=1024, frames=110) == (0, 11)
    assert asked(width=1536, height=1024, frames=121) == (0, 0)
    assert asked(width=1536, height=1024, frames=122) == (12, 12), "which takes two parts anyhow"


def test_table_lists_the_longest_take_of_each_model() -> None:
    row = engine_registry.row("ltx2")
    assert row.most_frames == generations.FILM
    assert row.large_passes == generations.OFFERED


def test_handles_do_not_change_the_signature_of_a_shot() -> None:
    """Existing takes stay fresh, whatever handles are requested now."""
    assert signatures.get_signature(WANTED.add_handles(SHOT)) == signatures.get_signature(SHOT)


def test_reference_frames_are_shifted_by_the_handle() -> None:
    spec = SHOT.model_copy(
        update={
            "head": 12,
            "tail": 9,
            "conditioning": tuple(Conditioning(input="/a.png", frame=frame) for frame in (0, 40, -1)),
        }
    )
    whole = spec.with_handles_inside()
    assert (whole.frames, whole.head, whole.tail) == (126, 0, 0)
    assert [one.frame for one in whole.conditioning] == [12, 52, -10]
