"""Test of the Qwen-Image engine on tiny real weights, compared with the bare pipeline of diffusers."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import QwenImageEditPlusPipeline, QwenImagePipeline
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, Refused
from milimo_tui.engines.catalog.families import find_family_of_folder, find_generation_of_folder
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.pictures.loaded_pipeline import CachedPipeline
from milimo_tui.engines.qwen_image.engine import QwenImage
from milimo_tui.engines.qwen_image.pipeline import paths
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from tests.engines.recorded_calls import assert_equal, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

Make = Callable[..., Result]


@pytest.fixture
def make(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that runs a spec in its own workspace. The weights stay in memory between tests."""
    torch.set_num_threads(1)
    home = tmp_path / "home"
    furnish(home, tiny, "qwen-image", "qwen-image-edit")
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_input_cache.cache_clear()  # the cached object belongs to the previous test's home
    numbers = count()

    def run(spec: Spec, context: JobRecorder | None = None) -> Result:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        return QwenImage().run(spec, context or JobRecorder(workspace))

    return run


def wish(**more: object) -> MakePicture:
    return MakePicture.model_validate(
        {
            "engine": "qwen-image",
            "prompt": "a red house",
            "width": 128,
            "height": 96,
            "seed": 7,
            "steps": 3,
            **more,
        }
    )


def pixels(output: Output) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(output.path) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("asked", "call"),
    [
        ({}, {"true_cfg_scale": 4.0, "negative_prompt": " "}),
        ({"negative": "blue", "guidance": 2.5}, {"true_cfg_scale": 2.5, "negative_prompt": "blue"}),
        ({"guidance": 1.0}, {"true_cfg_scale": 1.0}),
    ],
)
def test_pipeline_equals_the_bare_one_step_by_step(
    make: Make, tiny: Tiny, asked: dict[str, object], call: dict[str, object]
) -> None:
    make(wish(prompt="something else", steps=2))  # load the model, so that its modules can be watched
    value = next(
        each.value
        for each in get_model_cache()
        if isinstance(each.value, CachedPipeline) and each.value.found.id == "tiny-qwen-image"
    )
    with watched(value.pipe.transformer, value.pipe.vae.decoder) as mine:
        picture = make(wish(**asked)).outputs[0]
    bare = QwenImagePipeline.from_pretrained(tiny("qwen-image"), dtype=torch.float32)
    bare.set_progress_bar_config(disable=True)
    with watched(bare.transformer, bare.vae.decoder) as theirs:
        made = bare(
            "a red house",
            width=128,
            height=96,
            num_inference_steps=3,
            generator=torch.Generator().manual_seed(7),
            **call,
        )
    assert_equal(mine, theirs)
    assert (pixels(picture) == np.asarray(made.images[0])).all()


def test_weights_are_recognised_by_their_pipeline(tiny: Tiny, tmp_path: Path) -> None:
    assert find_family_of_folder(tiny("qwen-image")) == "qwen-image"
    assert find_family_of_folder(tiny("qwen-image-edit")) == "qwen-image"
    kinds = [
        find_generation_of_folder(tiny(name), "qwen-image") for name in ("qwen-image", "qwen-image-edit")
    ]
    assert kinds == ["", "edit"]
    (tmp_path / "model_index.json").write_text('{"_class_name": "QwenImageLayeredPipeline"}')
    assert find_family_of_folder(tmp_path) == ""


def test_each_step_is_previewed_and_a_stop_leaves_nothing(make: Make, tmp_path: Path) -> None:
    make(wish())  # load the weights and cache the prompt first
    whole = make(wish(), (context := JobRecorder(tmp_path)))
    assert len(context.pictures) == 3
    assert Image.open(io.BytesIO(context.pictures[-1])).size == (320, 240)
    for stop_at in {1, len(context.reports) - 1}:
        with pytest.raises(Cancelled):
            make(wish(), JobRecorder(tmp_path, stop_at=stop_at))
    assert (pixels(make(wish()).outputs[0]) == pixels(whole.outputs[0])).all()


def test_single_step_is_refused(make: Make) -> None:
    with pytest.raises(BadInput, match="in 1 step"):
        make(wish(steps=1))


@pytest.mark.long("models")
def test_edit_equals_the_bare_pipeline_with_the_same_pictures(make: Make, tiny: Tiny, tmp_path: Path) -> None:
    seen = [tmp_path / "one.png", tmp_path / "two.png"]
    for number, path in enumerate(seen):
        make_colour_chart(96, 64, seed=number).save(path)
    shown = {"model": "tiny-qwen-image-edit", "references": tuple(map(str, seen)), "steps": 2}
    one = {**shown, "references": (str(seen[1]),)}
    # Load the model, so that its modules can be watched
    make(wish(prompt="something else", guidance=1, **one))
    value = next(
        each.value
        for each in get_model_cache()
        if isinstance(each.value, CachedPipeline) and each.value.found.id == "tiny-qwen-image-edit"
    )
    with watched(value.pipe.transformer, value.pipe.vae.decoder) as mine:
        picture = make(wish(negative="blue", **shown)).outputs[0]
    bare = QwenImageEditPlusPipeline.from_pretrained(tiny("qwen-image-edit"), dtype=torch.float32)
    bare.set_progress_bar_config(disable=True)
    with watched(bare.transformer, bare.vae.decoder) as theirs:
        made = bare(
            [Image.open(path).convert("RGB") for path in seen],
            "a red house",
            negative_prompt="blue",
            true_cfg_scale=4.0,
            width=128,
            height=96,
            num_inference_steps=2,
            generator=torch.Generator().manual_seed(7),
        )
    assert_equal(mine, theirs)
    assert (pixels(picture) == np.asarray(made.images[0])).all()
    first, second = (Image.open(path).convert("RGB") for path in seen)
    assert paths([first, second]).sees != paths([second, first]).sees, "the words are read anew"


@pytest.mark.long("models")
def test_shot_passes_its_references_to_the_edit(make: Make, tmp_path: Path) -> None:
    seen = tmp_path / "one.png"
    make_colour_chart(96, 64).save(seen)
    with pytest.raises(Refused, match="change a picture"):
        make(wish(model="tiny-qwen-image-edit"))
    assert "prompt alone" in make(wish(references=(str(seen),), steps=2)).notes[0]
    shot = MakeVideo(
        engine="qwen-image", model="tiny-qwen-image-edit", prompt="a red house", frames=1, rate="25/1",
        width=128, height=96, seed=7, steps=2, guidance=1,
        conditioning=(Conditioning(input=str(seen), strength=0.5),),
    )  # fmt: skip
    context = JobRecorder(tmp_path)
    result = make(shot, context)
    assert len(context.pictures) == 2, "a preview of each step"
    assert "strength" in result.notes[0]
    take, picture = result.outputs
    assert take.facts["frames"] == 1
    assert pixels(picture).shape == (96, 128, 3)


def test_at_most_three_references_are_used() -> None:
    profile = engine_registry.profile("qwen-image")
    profile.check_references([(512, 512)] * 3)
    with pytest.raises(Refused, match="3 references, not 4"):
        profile.check_references([(512, 512)] * 4)


@pytest.mark.long("models")
@pytest.mark.parametrize("name", ["qwen-image", "qwen-image-edit"])
def test_reference_case_equals_the_bare_pipeline_twice(make: Make, name: str) -> None:
    engine = CheckEngine(engine="qwen-image", model=f"tiny-{name}")
    first, again = make(engine).facts, make(engine).facts
    assert (first["calls"], first["bare"], first["before"]) == (8, 0.0, "nothing"), "two passes a step"
    assert (again["hash"], again["equal"]) == (first["hash"], True)
