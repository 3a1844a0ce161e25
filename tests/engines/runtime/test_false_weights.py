"""Test of weights with the right layout whose contents contradict their configuration, for every family and
each component. The worker reports the fault in one sentence and does not try again, because the files would
be the same.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.media.encode.take_file import TakeWriter
from tests.engines import damaged_models, spoiled_weights
from tests.engines.any_pipeline.pipelines import stable_diffusion
from tests.engines.damaged_models import Lie
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("lies")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(Path(milimo.home), tiny, "flux2-klein")
    stable_diffusion(folder / "work" / "sd")
    Image.new("RGB", (96, 64), (90, 120, 30)).save(folder / "work" / "p.png")
    clip = folder / "work" / "c.mp4"
    with TakeWriter(clip, width=96, height=64, rate=Fraction(24), frames=2, metadata={}) as writer:
        for _ in range(2):
            writer.picture(np.full((64, 96, 3), 90, np.uint8))
    milimo.act("supervisor", "start")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def picture(engine: str, model: str) -> dict[str, Any]:
    return {
        "kind": "make_picture",
        "engine": engine,
        "model": model,
        "prompt": "a lamp",
        "width": 64,
        "height": 64,
        "steps": 2,
    }


def clip(engine: str, model: str) -> dict[str, Any]:
    return {**picture(engine, model), "kind": "make_video", "frames": 9, "rate": "24/1"}


def order(family: str, model: str, work: Path) -> dict[str, Any]:
    """Return a spec for a job that uses the weights of this family."""
    match family:
        case "ltx2":
            return {**clip("ltx2", model), "stages": "one", "schedule": "full"}
        case "wan-ti2v":
            return clip("wan", model)
        case "wan-t2v":
            # Enough steps to reach the low-noise transformer, the second of the pair
            return {**clip("wan", model), "steps": 6}
        case "sam3":
            named = {"input": str(work / "p.png"), "text": ["lamp"], "threshold": 0.0}
            return {"kind": "segment", "engine": "sam3", "model": model, **named}
        case "gemma3":
            return {"kind": "write", "engine": "gemma", "model": model, "text": "a lamp", "tokens": 4}
        case "depth":
            seen = {"control": "depth", "input": str(work / "c.mp4")}
            return {"kind": "make_control", "engine": "controls", "model": model, **seen}
        case "sd":
            return picture(f"diffusers:{model}", "")
    return picture(ENGINES[family], model)


ENGINES = {"flux2-klein": "flux2", "qwen-image": "qwen-image", "z-image-turbo": "z-image"}
PARTS = {
    "ltx2": ("transformer", "vae", "text_encoder", "connectors", "audio_vae", "vocoder"),
    "flux2-klein": ("transformer", "vae", "text_encoder"),
    "wan-ti2v": ("transformer", "vae", "text_encoder"),
    "wan-t2v": ("transformer_2",),
    "qwen-image": ("transformer", "vae", "text_encoder"),
    "z-image-turbo": ("transformer", "vae", "text_encoder"),
    "sam3": ("",),
    "gemma3": ("",),
    "depth": ("",),
    "sd": ("unet", "vae", "text_encoder"),
}
SAID: dict[Lie, tuple[str, ...]] = {
    damaged_models.other_sides: (" in its file and ",),
    damaged_models.lacks_one: (" a tensor; ", " lack 1 part"),
    damaged_models.of_another_model: (" tensors; ", " parts of SAM 3", " in its file and "),
    damaged_models.config_in_words: ("can't be loaded", "can't be made of ", "are not LTX-2"),
    damaged_models.no_numbers: ("NaN", "no number"),
}
CASES = [(family, part, lie) for family, parts in PARTS.items() for part in parts for lie in SAID]


def taken_up(studio: Milimo, tiny: Tiny, family: str, part: str, lie: Lie) -> str:
    """Copy the family's tiny weights, damage one component with `lie` and register the copy. Return its
    id.
    """
    name = "-".join(filter(None, (family, part.replace("_", ""), lie.__name__.replace("_", ""))))
    work = studio.cwd
    shutil.copytree(work / "sd" if family == "sd" else tiny(family), work / name)
    lie(work / name / part if part else work / name)
    word = f"diffusers:{work / name}" if family == "sd" else str(work / name)
    studio.act("model", "use", word)
    return name


def done(studio: Milimo, spec: dict[str, Any]) -> tuple[DetailedJob, str]:
    """Run a job. Return the ended job and its log."""
    with Client(Home(Path(studio.home))) as client:
        [job] = client.submit_jobs([JobRequest(spec=spec)])
        events = client.watch_events(jobs=[job])
        if client.fetch_job(job).ended is None:  # otherwise the job ended before the watch began
            next(event for event in events if event.get("state") in ("done", "failed"))
        return client.fetch_job(job), client.read_job_log(job)


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("family", "part", "lie"), CASES, ids=["-".join((a, b, c.__name__)) for a, b, c in CASES]
)
def test_each_part_of_each_family_is_checked(
    family: str, part: str, lie: Lie, studio: Milimo, tiny: Tiny
) -> None:
    model = taken_up(studio, tiny, family, part, lie)
    try:
        job, log = done(studio, order(family, model, studio.cwd))
    finally:
        studio.act("model", "remove", model, "--yes")
        shutil.rmtree(studio.cwd / model)
    assert (job.state, job.attempts) == ("failed", 1), (job.error, log)
    assert any(words in job.error for words in SAID[lie]), job.error
    assert len(job.error) <= 240, job.error
    assert "\n" not in job.error
    assert "Traceback" not in log
    assert job.hint


@pytest.mark.long("models")
def test_foreign_tokenizer_and_scheduler_are_refused(studio: Milimo, tiny: Tiny) -> None:
    for family in ("ltx2", "flux2-klein", "wan-ti2v", "qwen-image", "z-image-turbo"):
        model = taken_up(studio, tiny, family, "tokenizer", words_of_others)
        job, log = done(studio, order(family, model, studio.cwd))
        assert (job.state, job.attempts) == ("failed", 1), (job.error, log)
        assert job.error.startswith(f"the tokenizer of {model} "), job.error
    for family in ("flux2-klein", "wan-ti2v", "qwen-image", "z-image-turbo"):
        model = taken_up(studio, tiny, family, "", scheduler_of_others)
        job, log = done(studio, order(family, model, studio.cwd))
        assert (job.state, job.attempts) == ("failed", 1), (job.error, log)
        assert job.error.startswith(f"the scheduler of {model} is a DDPMScheduler")


def words_of_others(part: Path) -> None:
    """Replace the tokenizer's word numbers by numbers beyond the embedding table of every text encoder
    here.
    """
    path = part / "tokenizer.json"
    data = json.loads(path.read_text())
    data["model"]["vocab"] = {word: place + 100_000 for word, place in data["model"]["vocab"].items()}
    path.write_text(json.dumps(data))


def scheduler_of_others(folder: Path) -> None:
    """Replace the scheduler, here and in the model index, by one for noise prediction."""
    path = folder / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "scheduler": ["diffusers", "DDPMScheduler"]}))
    (folder / "scheduler" / "scheduler_config.json").write_text('{"_class_name": "DDPMScheduler"}')


LORAS = {
    "two ranks": "(of ranks 4 and 8)",
    "whole numbers": "(I64, 4×",
    "one side": "no part of a LoRA",
    "three sides": "no part of a LoRA",
    "no rank": "(F32, 0×",
    "no numbers": "(NaN)",
    "several scales": ".alpha (3 numbers)",
    "scales of DoRA": "no pair of a LoRA",
    "larger": " size",
    "half": "(half of a pair)",
}
WEARING = {
    "ltx2": ("transformer.transformer_blocks.0.attn1.to_k", 32, 32),
    "flux2-klein": ("transformer.transformer_blocks.0.attn.to_k", 32, 32),
    "wan-ti2v": ("transformer.blocks.0.attn1.to_k", 24, 24),
    "qwen-image": ("transformer.transformer_blocks.0.attn.to_k", 32, 32),
    "z-image-turbo": ("transformer.context_refiner.0.attention.to_k", 32, 32),
    "sd": ("unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_k", 16, 16),
}


@pytest.mark.long("models")
@pytest.mark.parametrize("family", sorted(WEARING))
def test_lora_of_the_right_family_with_false_contents_is_refused(
    family: str, studio: Milimo, tiny: Tiny, tmp_path: Path
) -> None:
    """Every family refuses a LoRA with false contents in the worker. The next job is not affected."""
    model = taken_up(studio, tiny, family, "", no_lie)
    plain = order(family, model, studio.cwd)
    module, outer, inner = WEARING[family]
    good = spoiled_weights.lora_of_lies("", module, tmp_path / "good.safetensors", outer, inner)
    assert done(studio, {**plain, "loras": [{"id": str(good)}]})[0].state == "done"
    for lie, said in LORAS.items():
        path = spoiled_weights.lora_of_lies(lie, module, tmp_path / f"{lie}.safetensors", outer, inner)
        job, log = done(studio, {**plain, "loras": [{"id": str(path)}]})
        assert (job.state, job.attempts) == ("failed", 1), (lie, job.error, log)
        assert said in job.error, (lie, job.error)
        assert "Traceback" not in log, lie
    assert done(studio, plain)[0].state == "done"


def no_lie(folder: Path) -> None:
    """Leave the weights unchanged."""
