"""Test the engine for any diffusers pipeline on tiny real classes without an engine of their own, by
comparison with a direct call.
"""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import BadInput, Cancelled, Failed, MilimoError, Refused
from milimo_tui.core.paths import Home
from milimo_tui.engines.any_pipeline.loader import configure_decoder_tiling, place_pipeline_parts
from milimo_tui.engines.any_pipeline.options import parse_call_options
from milimo_tui.engines.catalog import own_pipelines
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.pipeline_calls import read_pipeline_call
from milimo_tui.engines.contract.profile import Machine
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Conditioning, Control
from milimo_tui.media.files.tags import read_embedded_texts
from milimo_tui.studio.weights.adoption import AdoptionRequest, adopt_pipeline
from milimo_tui.tui.fields.argument_field import list_engine_choices, list_model_choices
from tests.engines.any_pipeline.requests import (
    BEGUN,
    CLIPS,
    PICTURES,
    SLOW,
    Make,
    bare,
    folders,
    held,
    home,
    make,
    still,
    take,
)
from tests.engines.recorded_calls import assert_equal, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, tiny

__all__ = ["folders", "home", "make", "tiny"]


def test_picture_equals_the_bare_call(make: Make, folders: Path) -> None:
    made = make(still(negative="blue", guidance=3.0, count=2))
    pipe = bare(folders / PICTURES)
    for number, output in enumerate(made.outputs):
        theirs = pipe(
            prompt="a red house", negative_prompt="blue", width=64, height=96, num_inference_steps=2,
            guidance_scale=3.0, generator=torch.Generator().manual_seed(7 + number),
        ).images[0]  # fmt: skip
        assert (np.asarray(Image.open(output.path)) == np.asarray(theirs)).all()
    assert made.facts["unproved"] is True
    assert made.facts["pipeline"] == "StableDiffusionPipeline"
    assert "unproved" in made.notes[0]


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("name", "asked", "called"),
    [
        (CLIPS, {"guidance": 2.0, "negative": "x"},
         {"guidance_scale": 2.0, "frame_rate": 24, "negative_prompt": "x"}),
        (CLIPS, {"options": "guidance_rescale=0.5, decode_timestep=0.05"},
         {"frame_rate": 24, "guidance_rescale": 0.5, "decode_timestep": 0.05}),
        (BEGUN, {"follows": True}, {"frame_rate": 24}),
        (SLOW, {"options": "use_dynamic_cfg=yes, max_sequence_length=16"},
         {"use_dynamic_cfg": True, "max_sequence_length": 16}),
    ],
)  # fmt: skip
def test_take_equals_the_bare_call_step_by_step(
    make: Make, folders: Path, tmp_path: Path, name: str, asked: dict[str, Any], called: dict[str, Any]
) -> None:
    first = tmp_path / "first.png"
    make_colour_chart(120, 120, seed=3).save(first)
    follows = asked.pop("follows", False)
    if follows:
        asked["conditioning"] = (Conditioning(input=str(first)),)
        called["image"] = ImageOps.fit(Image.open(first).convert("RGB"), (64, 96), Image.Resampling.LANCZOS)
    spec = take(name, **asked)
    make(spec.model_copy(update={"prompt": "another"}))  # loads the weights into memory
    ours = held(name)
    with watched(ours.transformer, ours.vae.decoder) as mine:
        made = make(spec)
    theirs = bare(folders / name)
    with watched(theirs.transformer, theirs.vae.decoder) as others:
        theirs(
            prompt="a red house", width=64, height=96, num_frames=9, num_inference_steps=2, output_type="np",
            generator=torch.Generator().manual_seed(7), **called,
        )  # fmt: skip
    assert_equal(mine, others)
    facts = made.outputs[0].facts
    assert (facts["frames"], facts["width"], facts["height"], facts["rate"]) == (9, 64, 96, "24/1")
    data = json.loads(read_embedded_texts(Path(made.outputs[0].path))["milimo"])
    assert (data["unproved"], data["spec"]["engine"]) == (True, f"diffusers:{name}")


@pytest.mark.long("models")
def test_sound_is_kept_if_the_pipeline_makes_some(make: Make, home: Home, tiny: Tiny) -> None:
    adopt_pipeline(ModelStore(home.models), tiny("ltx2"), AdoptionRequest("with-sound"))
    made = make(take("with-sound", options="max_sequence_length=32"))
    from milimo_tui.media.read.footage import Footage

    assert made.outputs[0].facts["channels"] == 2
    with Footage(Path(made.outputs[0].path)) as footage:
        assert footage.frames == 9


def test_call_signatures_are_read(folders: Path) -> None:
    for name in (
        "StableDiffusionPipeline",
        "LTXPipeline",
        "CogVideoXPipeline",
        "LTX2Pipeline",
        "SanaPipeline",
    ):
        found = read_pipeline_call(name)
        assert found is not None
        real = inspect.signature(getattr(diffusers, name).__call__).parameters
        named = [one.name for one in found.parameters]
        assert named == [one for one in real if one not in ("self", "kwargs")]
        for one in found.parameters:
            if isinstance(one.default, int | float | str):
                assert one.default == real[one.name].default


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("eta", "“eta”"),
        ("eta=much", "“much”.* a number"),
        ("clip_skip=1.5", "“1.5”.* whole number"),
        ("width=3", "width can't be"),
        ("latents=3", "option “latents”"),
        ("generator=3", "generator can't be"),
        ("foo=3", "option “foo”"),
    ],
)
def test_options_are_checked_against_the_call(text: str, why: str) -> None:
    found = read_pipeline_call("StableDiffusionPipeline")
    assert found is not None
    with pytest.raises(BadInput, match=why):
        parse_call_options(text, found)


def test_options_have_the_types_of_the_call() -> None:
    found = read_pipeline_call("StableDiffusionPipeline")
    assert found is not None
    options = parse_call_options("eta=1, clip_skip=2, sigmas=[1.0, 0.5]", found)
    assert options == {"eta": 1.0, "clip_skip": 2, "sigmas": [1.0, 0.5]}
    assert isinstance(options["eta"], float)


def test_unsupported_option_is_refused_or_reported(make: Make, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="9 frames"):
        make(take(PICTURES))
    with pytest.raises(Refused, match="LTXPipeline makes clips"):
        make(still(engine=f"diffusers:{CLIPS}"))
    with pytest.raises(Refused, match="depth control"):
        make(take(control=(Control(kind="depth", input="x.mov"),)))
    with pytest.raises(BadInput, match="option “wrong”"):
        make(take(options="wrong=1"))
    with pytest.raises(BadInput, match="StableDiffusionPipeline does not"):
        make(take(PICTURES, frames=1, options="sigmas=[1.0, 0.5]"))
    picture = tmp_path / "one.png"
    make_colour_chart(64, 64, seed=1).save(picture)
    notes = make(take(conditioning=(Conditioning(input=str(picture)),), head=1)).notes
    assert any("takes no pictures: 1" in note for note in notes)
    assert make(take(PICTURES, frames=1)).outputs[0].facts["frames"] == 1
    # Uses the engine's own model, whatever model the request names
    named = make(take(PICTURES, frames=1, model=CLIPS))
    assert named.facts["model"] == PICTURES


@pytest.mark.long("models")
def test_cancel_stops_anywhere(make: Make, tmp_path: Path) -> None:
    for spec in (take(), take(SLOW, options="max_sequence_length=16"), still()):
        whole = make(spec)
        make(spec, context := JobRecorder(tmp_path))
        for stop_at in {2, len(context.reports) // 2, len(context.reports) - 1}:
            with pytest.raises(Cancelled):
                make(spec, JobRecorder(tmp_path, stop_at=stop_at))
        assert make(spec).outputs[0].digest == whole.outputs[0].digest


@pytest.mark.parametrize("name", [PICTURES, CLIPS])
def test_layer_wise_placement_gives_the_same_result(folders: Path, name: str) -> None:
    whole, streamed = bare(folders / name), bare(folders / name)
    recipe = Recipe("diffusers", "by layers", "float32", "parts", "none")
    place_pipeline_parts(streamed, recipe, swaps=False)
    asked = {"frame_rate": 24, "num_frames": 9} if name == CLIPS else {}
    made = [
        pipe(
            "a red house", width=64, height=96, num_inference_steps=1, output_type="np",
            generator=torch.Generator().manual_seed(7), **asked,
        )[0]
        for pipe in (whole, streamed)
    ]  # fmt: skip
    assert (np.asarray(made[0]) == np.asarray(made[1])).all()


def test_tiles_belong_to_the_current_job(make: Make, tmp_path: Path) -> None:
    make(take())
    one = next(each.value for each in get_model_cache() if each.value.found.id == CLIPS)
    configure_decoder_tiling(
        one, Recipe("diffusers", "in tiles", "float32", "none", "space and time"), JobRecorder(tmp_path)
    )
    assert (one.pipe.vae.use_tiling, one.pipe.vae.use_framewise_decoding) == (True, True)
    make(take())
    assert (one.pipe.vae.use_tiling, one.pipe.vae.use_framewise_decoding) == (False, False)


def test_nan_is_reported_with_its_seed(make: Make, home: Home, folders: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled"
    shutil.copytree(folders / CLIPS, spoiled)
    path = spoiled / "transformer" / "diffusion_pytorch_model.safetensors"
    state = {name: tensor * float("nan") for name, tensor in load_file(path).items()}
    save_file(state, path)
    adopt_pipeline(ModelStore(home.models), spoiled, AdoptionRequest())
    with pytest.raises(Failed, match=r"LTXPipeline .*\(NaN\) .*step 1 of 2, seed 7"):
        make(take("spoiled"))


def _index(folder: Path, **more: object) -> None:
    path = folder / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))


def _pickled(folder: Path) -> None:
    inner = folder / "unet"
    (inner / "diffusion_pytorch_model.safetensors").rename(inner / "diffusion_pytorch_model.bin")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "unknown": (lambda at: _index(at, _class_name="MagicPipeline"), "is a MagicPipeline"),
    "part": (lambda at: _index(at, unet=["diffusers", "MagicNet"]), "unet is a MagicNet"),
    "code": (lambda at: _index(at, unet=["my_unet", "Net"]), "code (“my_unet”)"),
    "own": (lambda at: _index(at, _class_name=["pipeline", "Mine"]), "code (“Mine”)"),
    "within": (lambda at: _index(at, unet=["diffusers", "LTXPipeline"]), "unet is a custom"),
    "pickle": (_pickled, "unet is a pickle"),
    "missing": (lambda at: shutil.rmtree(at / "vae"), "vae is missing"),
    "empty": (lambda at: (at / "vae/diffusion_pytorch_model.safetensors").unlink(), "vae has no"),
    "clips": (lambda at: _index(at, _class_name="WanVideoToVideoPipeline"), "which changes clips"),
    "index": (lambda at: (at / "model_index.json").unlink(), "pipeline of diffusers"),
    "json": (lambda at: (at / "model_index.json").write_text("{"), "as JSON"),
    "modular": (lambda at: _index(at, _class_name="FluxModularPipeline"), "a modular pipeline"),
    "modular index": (
        lambda at: (at / "model_index.json").rename(at / "modular_model_index.json"),
        "Milimo does not run",
    ),
    "no call": (lambda at: _index(at, _class_name="AutoencoderKL"), "not a pipeline"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_unrunnable_pipeline_is_refused_in_one_sentence(folders: Path, tmp_path: Path, fault: str) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(folders / PICTURES, folder)
    spoil, why = BAD[fault]
    spoil(folder)
    with pytest.raises(MilimoError) as found:
        own_pipelines.read_own_pipeline(folder)
    assert why in found.value.message
    assert "\n" not in found.value.message


def test_class_with_wrong_parts_counts_as_damaged(
    make: Make, home: Home, folders: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "lies"
    shutil.copytree(folders / PICTURES, folder)
    config = json.loads((folder / "unet/config.json").read_text())
    (folder / "unet/config.json").write_text(json.dumps({**config, "cross_attention_dim": 24}))
    adopt_pipeline(ModelStore(home.models), folder, AdoptionRequest())
    with pytest.raises(MilimoError, match="weights lies"):
        make(still(engine="diffusers:lies"))


def test_each_pipeline_is_an_engine_with_its_own_kinds_of_work(home: Home) -> None:
    store = ModelStore(home.models)
    rows = {row.name: row for row in engine_registry.list_engines_with_weights(store)}
    assert rows[f"diffusers:{PICTURES}"].kinds == ("make_video", "make_picture", "check_engine")
    assert rows[f"diffusers:{CLIPS}"].kinds == ("make_video", "check_engine")
    assert engine_registry.find_engine("flux2:x") is None
    offered = {
        kind: [one.word for one in list_engine_choices(kind, store)]
        for kind in ("make_video", "make_picture")
    }
    assert {f"diffusers:{CLIPS}", f"diffusers:{PICTURES}"} <= {*offered["make_video"]}
    assert f"diffusers:{PICTURES}" in offered["make_picture"]
    assert f"diffusers:{CLIPS}" not in offered["make_picture"]
    assert [one.word for one in list_model_choices("diffusers", store)] == sorted(
        [PICTURES, CLIPS, BEGUN, SLOW]
    )
    profile = engine_registry.profile(f"diffusers:{CLIPS}")
    machine = Machine(store, store.resolve(f"diffusers:{CLIPS}"))
    plan = profile.plan(take(), machine)
    assert plan is not None
    assert (plan.pipeline, plan.fitted.frames, plan.steps) == ("LTXPipeline", 9, 2)
    assert "unproved" in plan.changes[0]
    asked = profile.request(None, machine)
    assert (asked.width, asked.height, asked.frames, asked.steps) == (704, 512, 161, 50)
    assert {part.name: part.phases for part in asked.weights.parts} == {
        "text_encoder": ("encode",), "transformer": ("denoise",), "vae": ("decode",),
    }  # fmt: skip
