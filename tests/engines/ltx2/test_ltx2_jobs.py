"""Test LTX-2 as a job: continuing after a crash, stopping at any stage, and unusable weights or inputs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import (
    BadInput,
    Cancelled,
    Damaged,
    MilimoError,
    OutOfMemory,
    Refused,
    Unavailable,
)
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.take.job import compute_take_signature
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import Chunk, Conditioning, Control, MakeVideo
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.read.frames import FrameReader
from tests.budget import thorough
from tests.engines.ltx2.test_ltx2_traps import StepRecorder
from tests.engines.recording_context import FolderCheckpoints, JobRecorder
from tests.engines.spoiled_weights import foreign_lora, larger_lora, pickled
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import tags

__all__ = ["tiny"]

RATE = Fraction(24)
# Separate prompts force two chunks, although the take fits into one
PARTS = (Chunk(), Chunk(prompt="the lamp goes out"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("jobs") / "home"
    store = furnish(folder, tiny, "ltx2", "ltx2-upsampler", "ltx2-distilled-lora", "ltx2-ic-canny")
    alone = tiny("ltx2-temporal") / "latent_upsampler" / "diffusion_pytorch_model.safetensors"
    store.register(  # one file without a configuration, as Lightricks publishes it
        InstalledWeights(
            id="time-file", family="ltx2", role="temporal_upsampler", path=str(alone), form="file", tiny=True
        )
    )
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 9, "rate": "24/1"}
    return MakeVideo(**{**base, "width": 128, "height": 128, "steps": 2, "seed": 3, **settings})


def picture(folder: Path, width: int, height: int) -> str:
    path = folder / f"{width}x{height}.png"
    Image.new("RGB", (width, height), "teal").save(path)
    return str(path)


# Stopping


def _shots(folder: Path) -> dict[str, MakeVideo]:
    """Return one request for each pipeline, by name."""
    still = picture(folder, 64, 64)
    clip = folder / "clip.mov"
    frames = np.full((9, 64, 64, 3), 90, np.uint8)
    write_take(clip, frames, width=64, height=64, rate=RATE, frames=9)
    keyed = tuple(Conditioning(input=still, frame=frame) for frame in (0, -1))
    return {
        "text": spec(),
        "key frames": spec(frames=17, width=64, height=64, stages="one", conditioning=keyed),
        "control": spec(width=64, height=64, stages="one", control=(Control(kind="canny", input=str(clip)),)),
        "time": spec(frames=17, width=64, height=64, stages="one", temporal_upscale=True),
        "chain": spec(frames=129, width=64, height=64, stages="one", chunks=PARTS),
    }


@pytest.mark.long("models")
@pytest.mark.parametrize("name", thorough("cancels", ["text", "key frames", "control", "time", "chain"]))
def test_stop_at_any_step_of_any_pipeline_ends_there(name: str, tmp_path: Path) -> None:
    shot = _shots(tmp_path)[name]
    whole = StepRecorder(tmp_path / "whole")
    Ltx2().run(shot, whole)
    moments = list(dict.fromkeys(whole.stages))
    assert len({stage for stage, _ in moments}) >= 4
    # Only the last step of each stage is tried: `test_ltx2_traps` stops at each step. Chunk 1 of a chain is
    # left out because it is made like any other take.
    tried = {at: (at, done) for at, done in moments if not at.startswith("chunk 1 ")}.values()
    for index, moment in enumerate(tried):
        stopped = StepRecorder(tmp_path / f"stopped{index}", stop=moment)
        words = f"{name} {index}"  # new words in each round, because encoded prompts are cached
        unread = shot.model_copy(update={"prompt": words, "negative": words})
        with pytest.raises(Cancelled):
            Ltx2().run(unread, stopped)
        assert stopped.stages[-1] == moment  # no stage started after the stop
        assert not (stopped.workspace / "take.mov").exists()


# A single file from Lightricks, and controls together with other settings


def _makers_name(key: str) -> str:
    """Return a tensor's name in Lightricks' single files."""
    for ours, theirs in _RENAMED:
        key = key.replace(ours, theirs)
    return f"model.diffusion_model.{key}"


_RENAMED = (
    ("video_a2v_cross_attn_scale_shift_table", "scale_shift_table_a2v_ca_video"),
    ("audio_a2v_cross_attn_scale_shift_table", "scale_shift_table_a2v_ca_audio"),
    ("av_cross_attn_video_scale_shift", "av_ca_video_scale_shift_adaln_single"),
    ("av_cross_attn_audio_scale_shift", "av_ca_audio_scale_shift_adaln_single"),
    ("av_cross_attn_video_a2v_gate", "av_ca_a2v_gate_adaln_single"),
    ("av_cross_attn_audio_v2a_gate", "av_ca_v2a_gate_adaln_single"),
    ("proj_in", "patchify_proj"),
    ("time_embed", "adaln_single"),
    ("norm_q", "q_norm"),
    ("norm_k", "k_norm"),
)


@pytest.mark.long("models")
def test_single_file_makes_the_same_take_as_the_folder(home: Path, tmp_path: Path) -> None:
    source = home / "models" / "tiny-ltx2" / "transformer" / "diffusion_pytorch_model.safetensors"
    path = tmp_path / "makers.safetensors"
    save_file({_makers_name(key): value for key, value in load_file(source).items()}, path)
    store = ModelStore(home / "models")
    store.register(
        InstalledWeights(
            id="one-file",
            family="ltx2",
            generation="2.0",
            path=str(path),
            form="file",
            base="tiny-ltx2",
            tiny=True,
        )
    )
    shot = spec(width=64, height=64, stages="one")
    takes = []
    for model in ("tiny-ltx2", "one-file"):
        made = Ltx2().run(shot.model_copy(update={"model": model}), StepRecorder(tmp_path / model))
        takes.append(_pictures(made.outputs[0].path, 9))
    store.forget("one-file")
    # Weights from another file have other memory addresses. The rounding of matrix products on a CPU depends
    # on the address and on the number of free cores, and 8-bit pictures and their encoder round once more.
    folder, file = (np.frombuffer(take, np.uint8).astype(int) for take in takes)
    assert np.abs(folder - file).max() <= 2
    assert np.mean(folder != file) < 0.1


@pytest.mark.long("models")
def test_control_leaves_out_no_other_value_of_the_shot(home: Path, tmp_path: Path, tiny: Tiny) -> None:
    """Steps, guidance, negative prompt, LoRAs and key frames take effect together with a control."""
    lora = Lora(id=str(tiny("ltx2-camera-lora") / "lora.safetensors"), strength=0.5)
    still = picture(tmp_path, 64, 64)
    shot = spec(
        control=(Control(kind="canny", input=still),),
        conditioning=(Conditioning(input=still),),
        loras=(lora,),
        guidance=2.0,
        negative="rain",
        steps=3,
    )
    made = Ltx2().run(shot, StepRecorder(tmp_path / "whole"))
    data = json.loads(tags(Path(made.outputs[0].path))["milimo"])
    assert data["pipeline"] == "ic_lora"
    assert (len(data["sigmas"]), data["guidance"]["text"]) == (3, 2.0)
    assert {"lora", "tiny-ltx2-ic-canny", "tiny-ltx2-distilled-lora"} <= set(data["also"])
    other = Ltx2().run(shot.model_copy(update={"negative": "snow"}), StepRecorder(tmp_path / "other"))
    assert _pictures(made.outputs[0].path, 9) != _pictures(other.outputs[0].path, 9)


@pytest.mark.long("models")
@pytest.mark.parametrize(
    "shot", [spec(frames=17, stages="two"), spec(frames=129, width=64, height=64, chunks=PARTS)]
)
def test_progress_never_goes_back(shot: MakeVideo, tmp_path: Path) -> None:
    """Each stage starts once and its progress only increases, because the queue combines the stages into one
    measure.
    """
    told = StepRecorder(tmp_path)
    Ltx2().run(shot, told)
    names = [stage for stage, _ in groupby(stage for stage, _ in told.stages)]
    assert len(names) == len(set(names))
    for name in names:
        steps = [done for stage, done in told.stages if stage == name]
        assert steps == sorted(steps)


# Out of memory


@pytest.mark.long("models")
def test_smaller_plan_restarts_where_it_computes_differently(
    tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If decoding runs out of memory, the 16-bit retry starts again instead of continuing from 32-bit
    latents.
    """
    # A separate home, because it records that the card ran out of memory
    furnish(tmp_path / "home", tiny, "ltx2")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    shot = spec(width=64, height=64, stages="one")
    first = JobRecorder(tmp_path)

    def runs_out(module: torch.nn.Module, _: object) -> None:
        if type(module).__name__ == "LTX2VideoDecoder3d":
            raise torch.OutOfMemoryError("no room")

    hook = torch.nn.modules.module.register_module_forward_pre_hook(runs_out)
    try:
        with pytest.raises(OutOfMemory, match=r"CPU as “float32"):
            Ltx2().run(shot, first)
    finally:
        hook.remove()
    assert first.kept.saved == [("sampling", 2)]
    second = JobRecorder(tmp_path, rung=1)
    made = Ltx2().run(shot, second)
    assert made.facts["recipe"] == "bf16, in main memory"
    assert ("sampling", 0, 2) in second.reports


def test_other_decoding_plan_continues_from_the_same_checkpoints(home: Path) -> None:
    shot, found = spec(), ModelStore(home / "models").resolve("ltx2")
    best = Recipe("ltx2", "bf16", "bfloat16", "none", "none")
    tiled = replace(best, name="bf16, decoded in tiles", tiling="space")
    smaller = replace(best, name="fp8", precision="fp8")
    signs = [compute_take_signature(shot, found, recipe, [], {}) for recipe in (best, tiled, smaller)]
    assert signs[0] == signs[1] != signs[2]


# Unusable weights and inputs


def _refused(shot: MakeVideo, kind: type[MilimoError], said: str, folder: Path) -> MilimoError:
    with pytest.raises(kind, match=said) as error:
        Ltx2().run(shot, StepRecorder(folder / "refused"))
    assert "\n" not in error.value.message
    assert not (folder / "refused" / "take.mov").exists()
    return error.value


def test_unusable_inputs_are_refused(tmp_path: Path) -> None:
    one = picture(tmp_path, 1, 1)
    _refused(spec(conditioning=(Conditioning(input=one),)), BadInput, "1×1: too small to follow", tmp_path)
    wide = picture(tmp_path, 20_000, 2)
    _refused(spec(conditioning=(Conditioning(input=wide),)), BadInput, "too large", tmp_path)
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    _refused(spec(conditioning=(Conditioning(input=str(text)),)), BadInput, "notes.txt", tmp_path)
    gone = str(tmp_path / "gone.png")
    _refused(spec(conditioning=(Conditioning(input=gone),)), BadInput, "gone.png", tmp_path)
    still = picture(tmp_path, 64, 64)
    _refused(
        spec(conditioning=(Conditioning(input=still, frame=40),)), BadInput, "outside a take of 9", tmp_path
    )
    _refused(spec(frames=2000), BadInput, "at most 1,441 frames", tmp_path)
    _refused(spec(steps=1), BadInput, "2 to 200 steps", tmp_path)


def test_impossible_maps_are_refused_with_the_possible_ones(tmp_path: Path) -> None:
    clip = picture(tmp_path, 64, 64)
    error = _refused(
        spec(control=(Control(kind="depth", input=clip),)), Refused, "map can't be made", tmp_path
    )
    assert "canny" in error.hint
    _refused(
        spec(control=(Control(kind="pose", input=clip, prepared=True),)),
        Unavailable,
        "needs an IC-LoRA",
        tmp_path,
    )


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("spoil", "kind", "said"),
    [
        (foreign_lora, Refused, "does not fit this model"),
        (larger_lora, Refused, "another size"),
        (pickled, BadInput, "pickle"),
    ],
)
def test_loras_of_another_model_are_refused(
    spoil: Callable[[Path], Path], kind: type[MilimoError], said: str, tmp_path: Path
) -> None:
    path = spoil(tmp_path / "bad.safetensors")
    _refused(spec(loras=(Lora(id=str(path)),)), kind, said, tmp_path)


def _spoiled(home: Path, name: str, change: Callable[[Path], None], digest: bool = True) -> str:
    """Install a copy of the tiny model, changed by `change`, and return its id."""
    folder = home / "models" / name
    if not folder.exists():
        shutil.copytree(home / "models" / "tiny-ltx2", folder)
        change(folder)
        row = InstalledWeights(id=name, family="ltx2", generation="2.0", title=name, tiny=True)
        if digest:
            ModelStore(home / "models").register(row)
    return name


def test_weights_of_another_kind_are_not_loaded(home: Path, tiny: Tiny, tmp_path: Path) -> None:
    def other(folder: Path) -> None:
        shutil.copyfile(tiny("ltx23") / "transformer" / "config.json", folder / "transformer" / "config.json")

    name = _spoiled(home, "pretends", other)
    _refused(spec(model=name), Refused, r"LTX-2: transformer .*gated_attn = True", tmp_path)


def test_truncated_weights_are_reported_before_loading(home: Path, tmp_path: Path) -> None:
    name = _spoiled(home, "cut", lambda folder: None)
    path = home / "models" / name / "vae" / "diffusion_pytorch_model.safetensors"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-100])
    _refused(spec(model=name), Damaged, "is truncated", tmp_path)


def test_missing_weights_are_reported(tmp_path: Path) -> None:
    _refused(spec(model="nobody"), MilimoError, "nobody", tmp_path)


# Continuing, alone and through the queue after a crash


@pytest.mark.long("models")
def test_long_take_continues_after_its_finished_chunk(tmp_path: Path) -> None:
    """A take stopped in the second pass of its second chunk continues from there: finished chunks are not
    made again, and the result equals an uninterrupted take.
    """
    shot = spec(frames=129, stages="two", chunks=PARTS)
    whole = Ltx2().run(shot, _keeping(tmp_path / "whole"))
    with pytest.raises(Cancelled):
        Ltx2().run(shot, _keeping(tmp_path / "again", ("chunk 2 of 2: second pass", 1)))
    again = _keeping(tmp_path / "again")
    remade = Ltx2().run(shot, again)
    sampled = [(stage, done) for stage, done in again.stages if "pass" in stage]
    assert sampled == [
        ("chunk 1 of 2: first pass", 2),
        ("chunk 1 of 2: second pass", 3),
        ("chunk 2 of 2: first pass", 2),
        *(("chunk 2 of 2: second pass", step) for step in range(4)),
    ]
    assert _pictures(whole.outputs[0].path, 129) == _pictures(remade.outputs[0].path, 129)


def _keeping(folder: Path, stop: tuple[str, int] | None = None) -> StepRecorder:
    folder.mkdir(exist_ok=True)
    told = StepRecorder(folder, stop)
    told.checkpoints = FolderCheckpoints(folder)
    return told


@pytest.fixture
def film(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("death")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, "ltx2")
    milimo.act("project", "new", "Lamps", "--rate", "24", "--size", "64x64", "--engine", "ltx2")
    script = folder / "work" / "lamps.fountain"
    script.write_text("INT. ROOM - NIGHT\n\nA lamp.\n")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("film_kills")
def test_long_take_continues_after_its_finished_chunk_when_the_worker_died(film: Milimo) -> None:
    shot = film.json("shot", "list")[0]["id"]
    film.act("shot", "set", shot, "--length", "130f", "--steps", "4", "--stages", "one", "--lock")
    film.act("shot", "chunk", "set", shot, "2", "--prompt", "The lamp goes out")
    job = film.json("shot", "make", shot, "--detach")["jobs"][0]
    _until(lambda: _has_part(film, job))
    worker = next(one for one in film.json("supervisor", "status")["workers"] if one["lane"] == "cpu")
    os.kill(worker["pid"], signal.SIGKILL)
    _until(lambda: _job(film, job)["state"] == "done")
    log = film.inside("job", "log", job, code=0)["log"]
    assert "checkpoint chunk 1 of 2: sampling 4 of 4" in log
    film.json("shot", "make", shot)
    takes = film.json("shot", "takes", shot)
    assert [(take["frames"], take["head"] + take["tail"]) for take in takes] == [(130, 7)] * 2, "137 in all"
    assert _pictures(takes[0]["path"]) == _pictures(takes[1]["path"])


def _job(film: Milimo, job: str) -> dict[str, Any]:
    return dict(film.inside("job", "show", job, code=0))


def _has_part(film: Milimo, job: str) -> bool:
    return "checkpoint chunk 1 of 2: sampling 4" in film.inside("job", "log", job, code=0)["log"]


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def _pictures(path: str, frames: int = 137) -> bytes:
    """Return the bytes of every eighth picture of a take."""
    with FrameReader(Path(path)) as reader:
        return b"".join(reader.picture(Fraction(frame) / RATE).tobytes() for frame in range(0, frames, 8))
