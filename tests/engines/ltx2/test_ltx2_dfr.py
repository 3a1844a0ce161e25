"""Test DFR by comparison with diffusers' own pipelines, combined as its documentation describes.

DFR makes key frames together with a take, refines both at full size, and doubles the frame rate in a further
round.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.pipelines.ltx2.dfr_layout import resolve_canvas, temporal_tile_plan
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from milimo_tui.core.errors import Cancelled, MilimoError, Refused, Unavailable
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.dfr import ROUND, STRENGTH, make_dfr_canvas
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED, REFINE
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import (
    Beat,
    Beats,
    Chunk,
    Conditioning,
    Control,
    MakeVideo,
    get_full_quality_fields,
)
from milimo_tui.media.read.probe import probe
from tests.engines.bare_pipelines import Bare, Calls, _grown, settle, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

WIDTH, HEIGHT, SEED = 128, 128, 11


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("dfr") / "home"
    furnish(folder, tiny, "ltx25-distilled", "ltx25-upsampler", "ltx2-temporal", "ltx25-detailing")
    return folder


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_model_cache().clear()
    yield
    get_model_cache().clear()


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 25, "rate": "24/1", "seed": SEED}
    base |= {"width": WIDTH, "height": HEIGHT, "stages": "dfr", "model": "tiny-ltx25-distilled"}
    return MakeVideo(**{**base, **settings})


# The plan


@given(st.integers(min_value=1, max_value=200), st.booleans())
def test_canvas_is_arranged_as_in_diffusers(latents: int, doubled: bool) -> None:
    frames = 8 * latents + 1
    ours = make_dfr_canvas(frames, doubled=doubled)
    whole, _, positions = resolve_canvas(frames)
    assert (ours.frames, list(ours.positions)) == (whole, positions)
    again = make_dfr_canvas(whole)
    assert again.positions == ours.positions  # padding a padded length changes nothing
    if doubled:
        tiles = temporal_tile_plan([2 * one for one in positions], 2 * (whole - 1) + 1, 2)
        assert ours.tiles == len(tiles)


def weights(**settings: Any) -> Weights:
    return Weights(find_generation("2.5"), **{"distilled": True, **settings})


def test_dfr_plan_has_key_frames_two_stages_and_the_distilled_schedule() -> None:
    way = plan_ltx2_take(spec(frames=121, width=1024, height=576), weights())
    assert way.keyframes is not None
    assert way.keyframes.positions == (24, 48, 72, 96, 120)
    assert (way.stages, way.schedule, way.guidance.passes) == (2, "distilled", 1)
    assert way.steps == len(DISTILLED) + len(REFINE)
    assert any("5 key frames" in change for change in way.changes)
    doubled = plan_ltx2_take(spec(frames=121, temporal_upscale=True, width=1024, height=576), weights())
    assert doubled.keyframes is not None
    assert doubled.keyframes.positions == (32, 64)
    assert doubled.steps == way.steps + 2 * len(ROUND)


@pytest.mark.parametrize(
    ("settings", "known", "kind", "word"),
    [
        ({}, {"detailing_lora": False}, Unavailable, "milimo model download ltx-2.5-detailing"),
        ({"schedule": "full"}, {"distilled": False}, Refused, "--stages two"),
        (
            {"control": (Control(input="/a.mov", kind="canny"),)},
            {"controls": {"canny"}},
            Refused,
            "input: control",
        ),
        ({"chunks": (Chunk(prompt="a"), Chunk(prompt="b"))}, {}, Refused, "its own prompt"),
        ({"cache": "taylorseer"}, {}, Refused, "step cache"),
        ({"frames": 481, "width": 1920, "height": 1088}, {}, Refused, "in one pass"),
    ],
)
def test_impossible_dfr_request_is_refused_with_a_suggestion(
    settings: dict[str, Any], known: dict[str, Any], kind: type[MilimoError], word: str
) -> None:
    with pytest.raises(kind) as told:
        plan_ltx2_take(spec(**settings), weights(**known))
    assert word in f"{told.value} {told.value.hint}"


def test_other_generations_paint_no_key_frames() -> None:
    with pytest.raises(Refused, match=r"LTX-2\.3 .*key frames"):
        plan_ltx2_take(spec(), Weights(find_generation("2.3"), distilled=True))


def test_dfr_take_is_no_draft() -> None:
    assert get_full_quality_fields(spec(steps=4))["stages"] == "dfr"
    assert get_full_quality_fields(spec(stages="one"))["stages"] == "auto"


# The take


def by_themselves(
    tiny: Tiny, frames: int, *, doubled: bool, pictures: Sequence[tuple[int, Image.Image]] = ()
) -> Calls:
    """Run Lightricks' combination of diffusers' pipelines without project code, and return the calls.
    `pictures` are followed, by latent index.
    """
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        LTX2DFRPipeline,
        LTX2DFRTemporalRefinePipeline,
        LTXEulerAncestralRFScheduler,
    )
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    plain = FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False, shift_terminal=None)
    pipe = Bare(tiny("ltx25-distilled"), "float32").pipeline(LTX2DFRPipeline, scheduler=plain)
    dice = torch.Generator("cpu").manual_seed(SEED)
    rate = 12.0 if doubled else 24.0
    followed = [LTX2VideoCondition(frames=picture, index=at) for at, picture in pictures]
    asked = {"prompt": "a lamp", "frame_rate": rate, "generator": dice, "output_type": "latent"}
    asked |= {"conditions": followed or None}
    with watched() as calls:
        first = pipe(**asked, width=WIDTH // 2, height=HEIGHT // 2, num_frames=frames)
        picture, keys = (
            _grown(pipe.vae, tiny("ltx25-upsampler"), one, torch.float32)
            for one in (first.frames, first.keyframes)
        )
        file = tiny("ltx25-detailing") / "lora.safetensors"
        pipe.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name="detailing")
        pipe.set_adapters(["detailing"], adapter_weights=[STRENGTH])
        second = pipe(
            **asked, width=WIDTH, height=HEIGHT, num_frames=frames, latents=picture,
            audio_latents=first.audio, keyframes_latents=keys, keyframe_positions=first.keyframe_positions,
            reference_latents=first.frames, noise_scale=REFINE[0], sigmas=list(REFINE),
        )  # fmt: skip
        pipe.transformer.disable_adapters()
        if doubled:
            model = LTX2LatentUpsamplerModel.from_pretrained(tiny("ltx2-temporal") / "latent_upsampler")
            settle(model)
            parts = {name: part for name, part in pipe.components.items() if name in PARTS}
            refine = LTX2DFRTemporalRefinePipeline(
                **parts, scheduler=LTXEulerAncestralRFScheduler(eta=0.5), temporal_latent_upsampler=model
            )
            refine.set_progress_bar_config(disable=True)
            whole = (second.frames.shape[2] - 1) * 8 + 1
            refine(
                **asked, width=WIDTH, height=HEIGHT, num_frames=whole, latents=second.frames,
                audio_latents=first.audio, keyframes_latents=second.keyframes,
                keyframe_positions=second.keyframe_positions, source_seconds=whole / rate,
                condition_num_frames=frames,
            )  # fmt: skip
    del pipe
    gc.collect()
    return calls


PARTS = ("vae", "audio_vae", "text_encoder", "tokenizer", "connectors", "transformer", "vocoder")


@pytest.mark.long("models")
@pytest.mark.parametrize(("frames", "doubled"), [(25, False), (41, False), (97, True)])
def test_dfr_take_equals_that_of_diffusers(
    tiny: Tiny, at_home: None, tmp_path: Path, frames: int, doubled: bool
) -> None:
    """All inputs and outputs of the transformer are equal to those of diffusers, bit by bit."""
    with watched() as ours:
        made = Ltx2().run(
            spec(frames=frames, temporal_upscale=doubled, width=WIDTH, height=HEIGHT),
            StandaloneContext(tmp_path),
        )
    take = probe(Path(made.outputs[0].path))
    assert (take.frames, take.width, take.height) == (frames, WIDTH, HEIGHT)
    sampled = (frames + 1) // 2 if doubled else frames
    theirs = by_themselves(tiny, sampled, doubled=doubled)
    tiles = make_dfr_canvas(sampled, doubled=doubled).tiles
    assert len(ours.tensors) == len(DISTILLED) + len(REFINE) + tiles * len(ROUND)
    assert ours.differences(theirs) == [0.0] * len(ours.tensors)


@pytest.mark.long("models")
def test_pictures_are_followed_at_any_frame_as_in_diffusers(
    tiny: Tiny, at_home: None, tmp_path: Path
) -> None:
    colours = Image.linear_gradient("L").convert("RGB").resize((WIDTH, HEIGHT))
    file = tmp_path / "a.png"
    colours.save(file)

    def taken(frame: int) -> Calls:
        keyed = tuple(Conditioning(input=str(file), frame=at) for at in (0, frame))
        with watched() as calls:
            Ltx2().run(spec(conditioning=keyed), JobRecorder(tmp_path))
        return calls

    theirs = by_themselves(tiny, 25, doubled=False, pictures=[(0, colours), (2, colours)])
    # Frame 9 is the first frame of latent 2
    assert taken(9).differences(theirs) == [0.0] * len(theirs.tensors)
    assert max(taken(12).differences(theirs)) > 0  # frame 12 is not, so the result differs


@pytest.mark.long("models")
@pytest.mark.parametrize("stage", ["first pass", "second pass", "frames doubled"])
def test_stopped_take_continues_to_the_same_result(at_home: None, tmp_path: Path, stage: str) -> None:
    beats = Beats(parts=(Beat(words="a lamp", start=0, end=20), Beat(words="a door", start=20, end=49)))
    order = spec(frames=49, temporal_upscale=True, prompt="a lamp, then a door", beats=beats)
    whole = JobRecorder(tmp_path / "whole")
    whole.workspace.mkdir()
    made = Ltx2().run(order, whole)
    stop = next(at for at, told in enumerate(whole.reports, 1) if told[:2] == (stage, 2))
    folder = tmp_path / "stopped"
    folder.mkdir()
    with pytest.raises(Cancelled):
        Ltx2().run(order, JobRecorder(folder, stop_at=stop, saves=True))
    again = JobRecorder(folder, saves=True)
    remade = Ltx2().run(order, again)
    assert remade.outputs[0].digest == made.outputs[0].digest
    begun = next(done for told, done, _ in again.reports if told == stage)
    # A doubling round restarts at 0, because each part has its own noise
    assert (begun == 0) == (stage == "frames doubled")
