"""Test the rules of FLUX.2 that need no model: the fitted request, masks and tiles."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from diffusers import FlowMatchEulerDiscreteScheduler, Flux2KleinInpaintPipeline
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.engines.flux2 import mask_regions, one_frame, tiles
from milimo_tui.engines.flux2.variants import (
    BASE,
    DEV,
    DISTILLED,
    KLEIN_KV,
    UNIT,
    check_enlarged_size,
    check_references,
    count_steps_run,
    describe_strength_limit,
    plan_flux2_course,
    read_flux2_variant,
)
from milimo_tui.engines.pictures.courses import plan_course
from milimo_tui.engines.recipes.card_rates import TYPICAL
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import build_recipe_ladder
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry import explanation
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import Chunk, Conditioning, MakeVideo
from milimo_tui.media.picture import mattes


def test_distilled_weights_run_four_steps_and_report_ignored_values() -> None:
    plan = plan_course(DISTILLED, None, 5.0, "blue")
    assert (plan.steps, plan.guidance, plan.negative, plan.has_second_pass) == (4, 1.0, "", False)
    assert [note.split(" is ")[0] for note in plan.notes] == ["guidance 5", "the negative prompt"]
    assert plan_course(DISTILLED, 6, None, "").notes == ()


def test_base_weights_are_guided_against_the_negative_prompt() -> None:
    plan = plan_course(BASE, None, None, "blue")
    assert (plan.steps, plan.guidance, plan.negative, plan.has_second_pass) == (50, 4.0, "blue", True)
    thin = plan_course(BASE, 10, 1.0, "blue")
    assert (thin.has_second_pass, thin.negative) == (False, "")
    assert "no second pass" in thin.notes[0]


def test_dev_gets_its_guidance_in_one_pass() -> None:
    plan = plan_flux2_course(DEV, None, 2.5, "blue", "taylorseer")
    assert (plan.steps, plan.guidance, plan.negative, plan.has_second_pass, plan.guidance_text) == (
        50,
        2.5,
        "",
        False,
        "2.5",
    )
    assert [note.split(" is ")[0] for note in plan.notes] == ["the negative prompt", "the cache"]
    assert plan_flux2_course(DEV, None, None, "").guidance == 4.0
    assert plan_flux2_course(KLEIN_KV, None, None, "").guidance_text == "off"


def test_references_of_klein_kv_are_computed_once_and_kept() -> None:
    """FLUX.2 klein KV encodes its reference pictures in the first step only. The result takes memory in all
    steps, but time only in the first.
    """

    def asked(model: str, pictures: int) -> Request:
        references = tuple(f"{number}.png" for number in range(pictures))
        spec = MakePicture(engine="flux2", prompt="", width=1024, height=1024, references=references)
        return explanation.make_published_request("flux2", model, spec)

    whole, *_ = build_recipe_ladder(asked("flux2-klein-9b", 4), "cuda", ())

    def seconds(model: str, pictures: int) -> float:
        return compute_recipe_costs(whole, asked(model, pictures), TYPICAL).seconds

    assert seconds("flux2-klein-9b-kv", 0) == seconds("flux2-klein-9b", 0)
    assert seconds("flux2-klein-9b", 4) > 2 * seconds("flux2-klein-9b-kv", 4)
    once, always = (
        estimate_memory(whole, asked(model, 4)) for model in ("flux2-klein-9b-kv", "flux2-klein-9b")
    )
    assert 9 < once.card_gb - always.card_gb < 12, "keys and values of 16,384 tokens in 32 blocks"


class Steps(Flux2KleinInpaintPipeline):  # type: ignore[misc]  # diffusers is untyped
    """The pipeline without weights, for its own rule of how many steps a strength runs."""

    def __init__(self, steps: int) -> None:
        self.scheduler = FlowMatchEulerDiscreteScheduler()
        self.scheduler.set_timesteps(steps)

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


@given(steps=st.integers(1, 60), strength=st.floats(0.01, 1.0))
def test_strength_runs_the_steps_of_the_pipeline(steps: int, strength: float) -> None:
    _, theirs = Steps(steps).get_timesteps(steps, strength, "cpu")
    assert count_steps_run(steps, strength) == theirs
    assert 1 <= count_steps_run(steps, strength) <= steps


@pytest.mark.parametrize(
    ("steps", "strength", "ran", "said"),
    [(4, 0.8, 4, "runs all 4"), (4, 0.5, 2, ""), (4, 0.3, 2, "runs 2"), (10, 0.8, 8, ""), (4, 1.0, 4, "")],
)
def test_limits_of_few_steps_are_reported(steps: int, strength: float, ran: int, said: str) -> None:
    assert count_steps_run(steps, strength) == ran
    note = describe_strength_limit(steps, strength)
    assert said in note if said else note == ""


def test_references_are_limited_in_order() -> None:
    assert check_references([(64, 64), (512, 64)]) == ()
    notes = check_references([(2000, 1000), *[(64, 64)] * 4])
    assert len(notes) == 2
    assert "first 4" in notes[0]
    assert "reference 1 (2000×1000)" in notes[1]
    with pytest.raises(BadInput, match="reference 2 is 1×1"):
        check_references([(64, 64), (1, 1)])
    with pytest.raises(BadInput, match="reference 1 is 1000×64"):
        check_references([(1000, 64)])


def test_upscaled_size_is_limited() -> None:
    check_enlarged_size(8192, 8192, 4)
    with pytest.raises(BadInput, match="65536×4096") as caught:
        check_enlarged_size(65536, 4096, 4)
    assert "2 times" in caught.value.hint


def test_weights_of_another_family_are_recognised_by_their_configuration(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="model_index"):
        read_flux2_variant(tmp_path)
    index = tmp_path / "model_index.json"
    index.write_text(json.dumps({"_class_name": "LTX2Pipeline"}))
    with pytest.raises(Damaged, match="LTX2Pipeline"):
        read_flux2_variant(tmp_path)
    index.write_text("{")
    with pytest.raises(Damaged, match="damaged"):
        read_flux2_variant(tmp_path)


def test_shot_of_one_frame_lists_the_ignored_values() -> None:
    plain = MakeVideo(engine="flux2", frames=1, rate="25/1", width=128, height=96)
    assert one_frame.describe_flux2_deviations(plain) == ()
    board = Conditioning(input="board.png", source="board")
    rich = plain.model_copy(
        update={
            "conditioning": (Conditioning(input="hand.png"), board),
            "references": ("a.png", "b.png", "c.png"),
            "stages": "two",
            "chunks": (Chunk(prompt="and on"),),
        }
    )
    assert [look.input for look in one_frame.list_flux2_references(rich)] == [
        "hand.png",
        "board.png",
        "a.png",
        "b.png",
    ]
    references, unused = one_frame.describe_flux2_deviations(rich)
    assert "first 4" in references
    assert "stages" in unused
    assert "continuing prompts" in unused
    end = Conditioning(input="before.mov", source="continuity")
    [look] = one_frame.list_flux2_references(plain.model_copy(update={"conditioning": (end,)}))
    assert look.frame == -1, "it goes on from the end"


# Masks


def _mask(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    return mask


def test_mask_is_cleaned_grown_and_feathered() -> None:
    noisy = _mask((200, 100), (50, 40, 80, 60)).point([5, *range(1, 250), *[250] * 6])
    clean = np.asarray(mattes.prepare_matte(noisy, (200, 100)))
    assert sorted(set(clean.ravel())) == [0, 255]
    wide = np.asarray(mattes.prepare_matte(noisy, (200, 100), grow=10, feather=8))
    assert (wide > 0).sum() > (clean > 0).sum()
    assert len(set(wide.ravel())) > 5
    assert wide[0, 0] == 0
    larger = np.asarray(mattes.prepare_matte(noisy, (400, 200)))
    assert larger.shape == (200, 400)


@pytest.mark.parametrize(
    ("mask", "grow", "said"),
    [
        (Image.new("L", (200, 100), 0), 0, "nothing in it is white"),
        (_mask((200, 100), (50, 40, 60, 50)), -20, "narrowed"),
        (Image.new("L", (100, 100), 255), 0, "the mask is"),
    ],
)
def test_unusable_masks_are_refused(mask: Image.Image, grow: int, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        mattes.prepare_matte(mask, (200, 100), grow=grow)


@given(
    size=st.tuples(st.integers(16, 900), st.integers(16, 700)),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    feather=st.integers(0, 40),
)
def test_no_pixel_outside_the_mask_changes(
    size: tuple[int, int], at: tuple[float, float, float, float], feather: int
) -> None:
    wide, high = size
    left, right = sorted((int(at[0] * (wide - 1)), int(at[1] * (wide - 1))))
    top, bottom = sorted((int(at[2] * (high - 1)), int(at[3] * (high - 1))))
    before = Image.fromarray(np.random.default_rng(wide).integers(0, 256, (high, wide, 3), dtype=np.uint8))
    soft = mattes.prepare_matte(_mask(size, (left, top, right, bottom)), size, feather=feather)
    part = mask_regions.choose_mask_region(soft, unit=UNIT, most_pixels=1024 * 1024, least_side=64)
    assert part.width % UNIT == part.height % UNIT == 0
    assert part.width * part.height <= 1024 * 1024
    assert min(part.size) >= 64
    assert part.box[0] <= left
    assert part.box[2] > right

    painted = Image.new("RGB", part.size, (1, 2, 3))
    out = mask_regions.compose(before, painted, soft, part)

    black = np.asarray(soft) == 0
    assert out.size == before.size
    assert (np.asarray(out)[black] == np.asarray(before)[black]).all()
    white = np.asarray(soft) == 255
    assert (np.asarray(out)[white] == (1, 2, 3)).all()


@given(
    size=st.tuples(st.integers(64, 600), st.integers(64, 600)),
    dot=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_model_paints_every_token_that_the_mask_touches(
    size: tuple[int, int], dot: tuple[float, float]
) -> None:
    wide, high = size
    x, y = int(dot[0] * (wide - 1)), int(dot[1] * (high - 1))
    soft = _mask(size, (x, y, x, y))
    part = mask_regions.choose_mask_region(soft, unit=UNIT, most_pixels=1024 * 1024, least_side=64)
    hard = np.asarray(mask_regions.make_model_mask(soft, part, UNIT))
    assert hard.shape == (part.height, part.width)
    column = (x - part.box[0]) * part.width // (part.box[2] - part.box[0])
    row = (y - part.box[1]) * part.height // (part.box[3] - part.box[1])
    assert hard[row, column] == 255
    assert (hard > 0).sum() <= (2 * UNIT) ** 2 * max(1, part.width * part.height // (wide * high))


# Tiles


@given(width=st.integers(1, 5000), height=st.integers(1, 3000))
def test_tiles_cover_everything_and_overlap(width: int, height: int) -> None:
    seen = np.zeros((height // 8 + 1, width // 8 + 1), dtype=np.uint8)
    places = list(tiles.iterate_tile_boxes(width, height))
    for left, top, right, bottom in places:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert right - left <= tiles.SIDE
        seen[top // 8 : bottom // 8 + 1, left // 8 : right // 8 + 1] = 1
    assert seen.all()
    firsts = sorted({box[0] for box in places})
    assert all(after - before <= tiles.SIDE - tiles.OVERLAP for before, after in pairwise(firsts))


@pytest.mark.long("models")
def test_tiles_show_no_seam_in_plain_areas() -> None:
    canvas = Image.new("RGB", (1900, 1000), (90, 120, 150))
    for number, box in enumerate(list(tiles.iterate_tile_boxes(*canvas.size))):
        # Imitates the colour drift of a model between tiles
        tint = (60, 200, 90) if number else (200, 60, 30)
        tiles.insert_tile(canvas, Image.new("RGB", (box[2] - box[0], box[3] - box[1]), tint), box)
    assert np.abs(np.asarray(canvas, dtype=int) - (90, 120, 150)).max() <= 1
