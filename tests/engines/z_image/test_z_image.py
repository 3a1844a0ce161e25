"""Test of the Z-Image engine on tiny real weights, without a worker, compared with the bare pipeline of
diffusers.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import ZImagePipeline
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, Refused
from milimo_tui.engines.catalog.families import find_family_of_folder, find_generation_of_folder
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.pictures.loaded_pipeline import CachedPipeline
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import Control, MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.engines.z_image.engine import ZImage
from milimo_tui.engines.z_image.pipeline import ZImageCalls
from tests.engines.recorded_calls import assert_equal, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

FULL = "tiny-z-image"
Make = Callable[..., Result]


@pytest.fixture
def make(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that runs a spec in its own workspace. The weights stay in memory between tests."""
    torch.set_num_threads(1)
    home = tmp_path / "home"
    furnish(home, tiny, "z-image-turbo", "z-image")
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_input_cache.cache_clear()  # the cached object belongs to the previous test's home
    numbers = count()

    def run(spec: Spec, context: JobRecorder | None = None) -> Result:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        return ZImage().run(spec, context or JobRecorder(workspace))

    return run


def wish(**more: object) -> MakePicture:
    return MakePicture.model_validate(
        {"engine": "z-image", "prompt": "a red house", "width": 128, "height": 96, "seed": 7, **more}
    )


def pixels(output: Output) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(output.path) as image:
        return np.asarray(image.convert("RGB"))


def held(id: str) -> CachedPipeline:
    """Return the loaded weights with this id."""
    return next(
        each.value
        for each in get_model_cache()
        if isinstance(each.value, CachedPipeline) and each.value.found.id == id
    )


@pytest.mark.parametrize(
    ("name", "asked", "call"),
    [
        ("z-image-turbo", {}, {"num_inference_steps": 8, "guidance_scale": 0.0}),
        (
            "z-image",
            {"steps": 3, "negative": "blue", "guidance": 2.5},
            {"num_inference_steps": 3, "guidance_scale": 2.5, "negative_prompt": "blue"},
        ),
    ],
)
def test_pipeline_equals_the_bare_one_step_by_step(
    make: Make, tiny: Tiny, name: str, asked: dict[str, object], call: dict[str, object]
) -> None:
    spec = wish(model=f"tiny-{name}", **asked)
    # Load the model, so that its modules can be watched
    make(spec.model_copy(update={"prompt": "something else", "steps": 1}))
    ours = held(f"tiny-{name}").pipe
    with watched(ours.transformer, ours.vae.decoder) as mine:
        picture = make(spec).outputs[0]
    bare = ZImagePipeline.from_pretrained(tiny(name), dtype=torch.float32)
    bare.set_progress_bar_config(disable=True)
    with watched(bare.transformer, bare.vae.decoder) as theirs:
        made = bare("a red house", width=128, height=96, generator=torch.Generator().manual_seed(7), **call)
    assert_equal(mine, theirs)
    assert (pixels(picture) == np.asarray(made.images[0])).all()


def test_kinds_are_recognised_by_their_configurations(tiny: Tiny) -> None:
    assert find_family_of_folder(tiny("z-image")) == find_family_of_folder(tiny("z-image-turbo")) == "z-image"
    kinds = [find_generation_of_folder(tiny(name), "z-image") for name in ("z-image-turbo", "z-image")]
    assert kinds == ["turbo", "full"]


def test_pictures_are_cropped_to_the_requested_sides_and_reported_one_by_one(
    make: Make, tmp_path: Path
) -> None:
    context = JobRecorder(tmp_path, saves=True)
    result = make(wish(width=130, height=90, count=2, steps=2), context)
    [note] = result.notes
    assert "144×96" in note
    assert "130×90" in note
    assert "16" in note
    assert [one.role for one in result.outputs] == ["picture", "picture-2"]
    assert pixels(result.outputs[0]).shape == (90, 130, 3)
    assert (pixels(result.outputs[0]) != pixels(result.outputs[1])).any()
    assert len(context.parts) == 2
    again = make(wish(width=130, height=90, seed=8, steps=2))
    assert (pixels(again.outputs[0]) == pixels(result.outputs[1])).all()


def test_turbo_reports_what_it_ignores(make: Make) -> None:
    result = make(wish(negative="blue", guidance=3, steps=1))
    assert result.facts["variant"] == "turbo"
    assert [note.partition(":")[0] for note in result.notes] == [
        "guidance 3 is left out",
        "the negative prompt is left out",
    ]


def test_each_step_is_previewed_by_a_projection_like_the_autoencoder(make: Make, tmp_path: Path) -> None:
    context = JobRecorder(tmp_path)
    make(wish(), context)
    assert len(context.pictures) == 8
    assert Image.open(io.BytesIO(context.pictures[-1])).size == (320, 240)
    loaded = held("tiny-z-image-turbo")
    vae = loaded.pipe.vae
    picture = make_colour_chart(320, 320)
    seen = np.asarray(picture, dtype=np.float32)
    with torch.no_grad():
        given = torch.from_numpy(seen / 127.5 - 1).permute(2, 0, 1)[None]
        latents = (vae.encode(given).latent_dist.mode() - vae.config.shift_factor) * vae.config.scaling_factor
    tokens, across = ZImageCalls().get_picture_tokens(latents)
    shown = np.asarray(loaded.projection.picture(tokens, across), dtype=np.float32)
    small = np.asarray(picture.resize((40, 40), Image.Resampling.BOX), dtype=np.float32)
    away = [
        float(((small - other) ** 2).mean())
        for other in (shown, shown.transpose(1, 0, 2), np.full_like(shown, shown.mean()))
    ]
    assert away[0] == min(away), "nearer than turned over its corner, and than grey"


def test_shot_of_one_frame_is_a_silent_clip_of_its_picture(make: Make, tmp_path: Path) -> None:
    still = MakeVideo(
        engine="z-image", prompt="a red house", frames=1, rate="25/1", width=128, height=96, seed=7, steps=2
    )
    result = make(still)
    take, picture = result.outputs
    assert (take.role, take.facts["frames"], take.facts["rate"]) == ("take", 1, "25/1")
    assert (pixels(picture) == pixels(make(wish(steps=2)).outputs[0])).all()
    with pytest.raises(BadInput, match="one frame, not"):
        make(still.model_copy(update={"frames": 9}))
    edges = still.model_copy(update={"control": (Control(kind="canny", input=take.path),)})
    with pytest.raises(Refused, match="canny control"):
        make(edges)
    followed = still.model_copy(update={"references": (picture.path,)})
    assert "prompt alone" in make(followed).notes[0]


def test_stop_anywhere_ends_the_job_and_does_not_affect_the_next(make: Make, tmp_path: Path) -> None:
    spec = wish(model=FULL, steps=2, negative="x")
    make(spec)  # load the weights and cache the prompt first, because both report progress
    whole = make(spec, (context := JobRecorder(tmp_path)))
    for stop_at in {1, len(context.reports) // 2, len(context.reports) - 1}:
        with pytest.raises(Cancelled):
            make(spec, JobRecorder(tmp_path, stop_at=stop_at))
    assert (pixels(make(spec).outputs[0]) == pixels(whole.outputs[0])).all()


@pytest.mark.long("models")
@pytest.mark.parametrize("name", ["z-image-turbo", "z-image"])
def test_reference_case_equals_the_bare_pipeline_twice(make: Make, name: str) -> None:
    engine = CheckEngine(engine="z-image", model=f"tiny-{name}")
    first, again = make(engine).facts, make(engine).facts
    assert (first["calls"], first["bare"], first["before"]) == (4, 0.0, "nothing")
    assert (again["hash"], again["equal"]) == (first["hash"], True)
