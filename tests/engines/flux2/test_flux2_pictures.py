"""Test the FLUX.2 engine on tiny real weights without a worker: its pictures, and the state after a stop."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import BadInput, Cancelled, Damaged, Failed, MilimoError, Refused
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.flux2 import loader
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.picture_specs import Inpaint, MakePicture, Upscale
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import Control, MakeVideo
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.read.footage import Footage
from tests.budget import thorough
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

BASE_WEIGHTS = "tiny-flux2-klein-base"
Make = Callable[..., Result]


@pytest.fixture
def make(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that runs a request in a separate workspace. The weights stay in memory between
    tests.
    """
    torch.set_num_threads(1)
    home = tmp_path / "home"
    furnish(home, tiny, "flux2-klein", "flux2-klein-base", "flux2-lora")
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_input_cache.cache_clear()  # the cache belongs to the home, which is new
    (tmp_path / "workspace").mkdir()
    numbers = count()

    def run(spec: Spec, context: JobRecorder | None = None) -> Result:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        return Flux2().run(spec, context or JobRecorder(workspace))

    return run


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Write a picture of noise to edit, and return its path."""
    path = tmp_path / "house.png"
    noise = np.random.default_rng(5).integers(0, 256, (112, 176, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    path = tmp_path / "mask.png"
    picture = Image.new("L", (176, 112), 0)
    picture.paste(255, (60, 40, 100, 70))
    picture.save(path)
    return path


def wish(**more: object) -> MakePicture:
    return MakePicture.model_validate(
        {"engine": "flux2", "prompt": "a red house", "width": 128, "height": 96, "seed": 7, **more}
    )


def pixels(output: Output) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(output.path) as image:
        return np.asarray(image.convert("RGB"))


def marks(output: Output) -> dict[str, object]:
    with Image.open(output.path) as image:
        found: dict[str, object] = json.loads(image.info["milimo"])
    return found


def held() -> list[loader.LoadedFlux2]:
    """Return the FLUX.2 weights in memory."""
    return [each.value for each in get_model_cache() if isinstance(each.value, loader.LoadedFlux2)]


def forget() -> None:
    """Clear the caches of encoded prompts and pictures, in memory and in the home."""
    get_input_cache().clear()
    shutil.rmtree(Path(os.environ["MILIMO_HOME"]) / "cache" / "tensors", ignore_errors=True)


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """Count the runs of each encoder while the context is open."""
    runs = {"text_encoder": 0, "vae": 0}

    def count(name: str) -> Callable[..., None]:
        def one(*_: object) -> None:
            runs[name] += 1

        return one

    with ExitStack() as hooks:
        for loaded in held():
            for name, module in (
                ("text_encoder", loaded.pipe.text_encoder),
                ("vae", loaded.pipe.vae.encoder),
            ):
                hooks.callback(module.register_forward_hook(count(name)).remove)
        yield runs


@pytest.mark.long("models")
def test_picture_has_the_requested_size_and_a_seed_gives_equal_bits(make: Make) -> None:
    first = make(wish(width=130, height=90))
    [note] = first.notes
    assert "144×96" in note
    assert "130×90" in note
    assert "16" in note
    assert first.facts["steps"] == 4
    seen = pixels(first.outputs[0])
    assert seen.shape == (90, 130, 3)
    assert (pixels(make(wish(width=130, height=90)).outputs[0]) == seen).all()
    assert (pixels(make(wish(width=130, height=90, seed=8)).outputs[0]) != seen).any()
    said = marks(first.outputs[0])
    assert said["seed"] == 7
    assert isinstance(said["model"], dict)
    assert said["model"]["id"] == "tiny-flux2-klein"
    assert said["model"]["tiny"] is True


@pytest.mark.long("models")
def test_base_weights_are_guided_and_a_negative_prompt_changes_the_picture(make: Make) -> None:
    plain = make(wish(model=BASE_WEIGHTS, steps=2))
    kept_out = make(wish(model=BASE_WEIGHTS, steps=2, negative="blue"))
    assert (pixels(plain.outputs[0]) != pixels(kept_out.outputs[0])).any()
    assert plain.facts["guidance"] == 4.0
    free = make(wish(model=BASE_WEIGHTS, steps=2, guidance=1.0, negative="blue"))
    assert "no second pass" in free.notes[0]


def test_distilled_weights_report_the_ignored_negative_prompt(make: Make) -> None:
    told = make(wish(negative="blue"))
    assert (pixels(told.outputs[0]) == pixels(make(wish()).outputs[0])).all()
    assert "negative prompt" in told.notes[0]


def test_references_count_in_their_order(make: Make, house: Path, mask: Path) -> None:
    alone = pixels(make(wish()).outputs[0])
    one = pixels(make(wish(references=(str(house), str(mask)))).outputs[0])
    other = pixels(make(wish(references=(str(mask), str(house)))).outputs[0])
    assert (one != alone).any()
    assert (one != other).any()
    many = make(wish(references=(str(house),) * 5, steps=1))
    [note] = many.notes
    assert "5 references" in note
    assert "first 4" in note


@pytest.mark.long("models")
def test_encoded_prompts_and_pictures_are_not_encoded_again(make: Make, house: Path, mask: Path) -> None:
    make(wish(steps=1))
    forget()
    asked = wish(references=(str(house), str(mask)), steps=1)
    with counted() as first:
        shown = pixels(make(asked).outputs[0])
    assert first == {"text_encoder": 1, "vae": 2}
    with counted() as again:
        assert (pixels(make(asked).outputs[0]) == shown).all()
        make(asked.model_copy(update={"seed": 8, "references": (str(mask), str(house))}))
        get_input_cache().clear()  # as for another worker of this home, which has only the files
        assert (pixels(make(asked).outputs[0]) == shown).all()
    assert again == {"text_encoder": 0, "vae": 0}
    part = Inpaint(input=str(house), mask=str(mask), prompt="a dog", references=(str(house),), steps=1)
    with counted() as painted:
        make(part)
        make(part.model_copy(update={"seed": 9}))
    assert painted == {"text_encoder": 1, "vae": 1}, "the part around the mask; the reference is known"
    Image.open(house).rotate(180).save(house)
    with counted() as other:
        make(asked)
    assert other == {"text_encoder": 0, "vae": 1}, "by what is in it, not by its name"


@pytest.mark.long("models")
def test_each_of_several_pictures_is_usable_at_once_and_a_retry_continues(make: Make, tmp_path: Path) -> None:
    context = JobRecorder(tmp_path / "workspace")
    forget()
    result = make(wish(count=3), context)
    assert [output.role for output in result.outputs] == ["picture", "picture-2", "picture-3"]
    assert context.parts == list(result.outputs)
    assert [marks(output)["seed"] for output in result.outputs] == [7, 8, 9]
    assert (pixels(result.outputs[1]) == pixels(make(wish(seed=8)).outputs[0])).all()
    assert context.reports[-1] == ("painting", 15, 15)

    workspace = tmp_path / "again"
    workspace.mkdir()
    forget()
    with pytest.raises(Cancelled):
        make(
            wish(count=3, seed=20), JobRecorder(workspace, stop_at=context.reports.index(("painting", 7, 15)))
        )
    retried = JobRecorder(workspace)
    again = make(wish(count=3, seed=20), retried)
    assert [output.role for output in again.outputs] == ["picture", "picture-2", "picture-3"]
    assert len(retried.parts) == 2, "the first one was there"
    assert ("painting", 6, 15) in retried.reports
    assert ("painting", 1, 15) not in retried.reports


@pytest.mark.long("models")
def test_weights_are_loaded_once_and_only_a_lora_is_read(make: Make, tmp_path: Path) -> None:
    get_model_cache().clear()
    context = JobRecorder(tmp_path / "workspace")
    first = pixels(make(wish(), context).outputs[0])
    assert [what.partition(" ")[0] for what in context.loads] == ["pipeline"]
    context.loads.clear()
    worn = pixels(make(wish(loras=(Lora(id="tiny-flux2-lora", strength=4.0),)), context).outputs[0])
    assert context.loads == ["LoRA tiny-flux2-lora"]
    assert (worn != first).any()
    context.loads.clear()
    weaker = pixels(make(wish(loras=(Lora(id="tiny-flux2-lora", strength=2.0),)), context).outputs[0])
    assert (weaker != worn).any()
    bare = pixels(make(wish(), context).outputs[0])
    assert (bare == first).all(), "the layers are as they were"
    assert context.loads == []


def test_lora_for_another_model_is_refused(make: Make, tiny: Tiny) -> None:
    other = next(tiny("ltx2-camera-lora").glob("*.safetensors"))
    with pytest.raises(Refused, match="fit tiny-flux2-klein"):
        make(wish(loras=(Lora(id=str(other)),)))
    own = next(tiny("flux2-lora").glob("*.safetensors"))
    with pytest.raises(Refused, match="has changed"):
        make(wish(loras=(Lora(id=str(own), digest="0" * 64),)))


def test_inpainting_keeps_everything_outside_the_mask_bit_by_bit(make: Make, house: Path, mask: Path) -> None:
    result = make(
        Inpaint(input=str(house), mask=str(mask), prompt="a dog", grow=3, feather=6, seed=3, strength=1.0)
    )
    before, after = np.asarray(Image.open(house)), pixels(result.outputs[0])
    assert after.shape == before.shape
    changed = (before != after).any(axis=2)
    inside = np.zeros(changed.shape, dtype=bool)
    inside[40 - 7 : 70 + 7, 60 - 7 : 100 + 7] = True
    assert not changed[~inside].any()
    assert changed[45:65, 65:95].mean() > 0.9
    said = marks(result.outputs[0])
    assert isinstance(said["inputs"], list)
    assert len(said["inputs"]) == 2


@pytest.mark.long("models")
def test_inpainting_uses_references_and_runs_the_steps_of_its_strength(
    make: Make, house: Path, mask: Path
) -> None:
    given = Inpaint(input=str(house), mask=str(mask), prompt="a dog", seed=3, strength=0.5)
    plain = make(given)
    assert plain.facts["steps_run"] == 2
    shown = make(given.model_copy(update={"references": (str(mask), str(house))}))
    assert (pixels(shown.outputs[0]) != pixels(plain.outputs[0])).any()
    guided = given.model_copy(update={"model": BASE_WEIGHTS, "steps": 4, "negative": "blue"})
    other = guided.model_copy(update={"negative": ""})
    assert (pixels(make(guided).outputs[0]) != pixels(make(other).outputs[0])).any()


def test_upscaled_picture_shows_the_same_in_new_detail(make: Make, house: Path, tmp_path: Path) -> None:
    scaled = make(Upscale(input=str(house), factor=2, strength=0.0), bare := JobRecorder(tmp_path))
    [note] = scaled.notes
    assert "strength 0" in note
    assert bare.reports == [], "and asks for no model"
    detailed = make(Upscale(input=str(house), factor=2, strength=0.5, seed=4))
    assert detailed.facts["tiles"] == 1
    one, other = (pixels(result.outputs[0]).astype(int) for result in (scaled, detailed))
    assert one.shape == other.shape == (224, 352, 3)
    assert (one != other).any()
    broad = [Image.fromarray(x.astype(np.uint8)).resize((4, 3), Image.Resampling.BOX) for x in (one, other)]
    assert np.abs(np.asarray(broad[0], dtype=int) - np.asarray(broad[1], dtype=int)).max() < 40


@pytest.mark.long("models")
def test_upscaling_continues_after_its_last_tile(make: Make, tmp_path: Path) -> None:
    wide = tmp_path / "wide.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 600, 3), dtype=np.uint8)).save(wide)
    spec = Upscale(input=str(wide), factor=2, strength=0.3, seed=4, steps=2)
    whole = make(spec, (context := JobRecorder(tmp_path / "workspace", saves=True)))
    assert whole.facts["tiles"] == 2
    assert context.kept.saved == [("painting", 1)]
    again = make(spec, (retried := JobRecorder(tmp_path / "workspace")))
    assert (pixels(again.outputs[0]) == pixels(whole.outputs[0])).all()
    assert ("painting", 1, 4) not in retried.reports


@pytest.mark.long("models")
def test_take_of_one_frame_is_a_picture_with_seed_negative_and_steps(make: Make) -> None:
    still = MakeVideo(
        engine="flux2",
        prompt="a red house",
        negative="blue",
        frames=1,
        rate="24000/1001",
        width=128,
        height=96,
        seed=7,
        steps=3,
        model=BASE_WEIGHTS,
    )
    result = make(still)
    take, picture = result.outputs
    assert (take.role, take.facts["frames"], take.facts["rate"]) == ("take", 1, "24000/1001")
    assert (take.facts["width"], take.facts["height"], take.facts["sample_rate"]) == (128, 96, 48000)
    same = make(wish(model=BASE_WEIGHTS, negative="blue", steps=3))
    assert (pixels(picture) == pixels(same.outputs[0])).all()
    assert result.facts["seed"] == 7
    with pytest.raises(BadInput, match="one frame, not"):
        make(still.model_copy(update={"frames": 10}))


def test_take_of_one_frame_uses_the_references_of_its_shot(
    make: Make, house: Path, mask: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mov"
    frames = [np.full((64, 96, 3), grey, np.uint8) for grey in (20, 90, 200)]
    write_take(clip, frames, width=96, height=64, rate=Fraction(25), frames=3)
    with Footage(clip) as footage:
        for number in (0, 2):
            Image.fromarray(footage.frame(number)).save(tmp_path / f"{number}.png")
    asked = {"engine": "flux2", "prompt": "a red house", "frames": 1, "rate": "25/1", "seed": 7, "steps": 2}
    followed = MakeVideo.model_validate(
        {
            **asked,
            "width": 128,
            "height": 96,
            "references": [str(house)],
            "conditioning": [
                {"input": str(clip), "at": -1, "strength": 0.4},
                {"input": str(clip)},
                {"input": str(mask), "strength": 0.0},
            ],
        }
    )
    result = make(followed)
    inputs = (str(tmp_path / "2.png"), str(tmp_path / "0.png"), str(house))
    assert (pixels(result.outputs[1]) == pixels(make(wish(steps=2, references=inputs)).outputs[0])).all()
    [note] = result.notes
    assert note.startswith("strength 0.4 ")
    edges = followed.model_copy(update={"control": (Control(kind="canny", input=str(clip)),)})
    with pytest.raises(Refused, match="canny control"):
        make(edges)


def test_previews_are_small_and_of_each_step(make: Make, tmp_path: Path) -> None:
    context = JobRecorder(tmp_path / "workspace")
    make(wish(), context)
    assert len(context.pictures) == 4
    assert all(len(picture) < 40_000 for picture in context.pictures)
    assert Image.open(io.BytesIO(context.pictures[0])).size == (320, 240)


def test_nan_fails_the_job_with_its_seed(make: Make) -> None:
    make(wish())
    loaded = next(one for one in held() if one.found.id == "tiny-flux2-klein")
    layer = loaded.pipe.transformer.proj_out.weight
    before = layer.detach().clone()
    with torch.no_grad():
        layer.fill_(torch.nan)
    try:
        with pytest.raises(Failed, match=r"\(NaN\) of picture 1 of 2 at step 4 of 4, seed 7"):
            make(wish(count=2))
    finally:
        with torch.no_grad():
            layer.copy_(before)


@pytest.mark.parametrize(
    ("size", "said"), [((1, 1), "too small"), ((16385, 20), "too large"), ((2000, 64), "differ too much")]
)
def test_pictures_of_odd_sizes_are_refused(
    make: Make, tmp_path: Path, size: tuple[int, int], said: str
) -> None:
    path = tmp_path / "odd.png"
    Image.new("RGB", size).save(path)
    with pytest.raises(BadInput, match=said):
        make(wish(references=(str(path),)))


SPECS: dict[str, Callable[[Path, Path], Spec]] = {
    "words": lambda house, mask: wish(model=BASE_WEIGHTS, steps=3, negative="x"),
    "references": lambda house, mask: wish(references=(str(house),)),
    "inpaint": lambda house, mask: Inpaint(input=str(house), mask=str(mask), prompt="a dog", seed=3),
    "upscale": lambda house, mask: Upscale(input=str(house), factor=2, strength=0.6, seed=3),
    "still take": lambda house, mask: MakeVideo(
        engine="flux2", prompt="x", frames=1, rate="25/1", width=128, height=96
    ),
}


@pytest.mark.long("models")
@pytest.mark.parametrize("kind", thorough("models", list(SPECS)))
def test_stop_anywhere_ends_the_job_and_does_not_affect_the_next(
    make: Make, house: Path, mask: Path, tmp_path: Path, kind: str
) -> None:
    spec = SPECS[kind](house, mask)
    make(spec)  # load the weights first, because loading reports progress too
    forget()
    whole = make(spec, (context := JobRecorder(tmp_path / "workspace")))
    stages = [stage for stage, _, _ in context.reports]
    assert {"reading the prompt", "painting"} <= set(stages)
    steps = [index for index, stage in enumerate(stages, start=1) if stage == "painting"]
    for stop_at in {2, steps[0], steps[len(steps) // 2], steps[-2]}:
        forget()
        stopped = JobRecorder(tmp_path / "workspace", stop_at=stop_at)
        with pytest.raises(Cancelled):
            make(spec, stopped)
        assert len(stopped.reports) == stop_at, "nothing was done after the word"
    again = make(spec)
    assert (pixels(again.outputs[-1]) == pixels(whole.outputs[-1])).all()


@pytest.mark.long("models")
def test_memory_is_freed_after_thirty_stops(make: Make, house: Path, mask: Path, tmp_path: Path) -> None:
    """The process's memory does not grow over the last of thirty stopped jobs, when the caches are warm."""
    process = psutil.Process()
    specs = [build(house, mask) for build in SPECS.values()]
    used: list[float] = []
    for number in range(30):
        with pytest.raises(MilimoError):
            make(specs[number % len(specs)], JobRecorder(tmp_path / "workspace", stop_at=2 + number % 7))
        used.append(process.memory_info().rss / 1e6)
    slope = float(np.polyfit(range(20), used[10:], 1)[0])
    assert slope < 5, used


def _in_the_makers_names(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return a transformer's tensors in the format of Black Forest Labs: other names, projections in one
    matrix, shift before scale.
    """
    names = {
        "x_embedder": "img_in",
        "context_embedder": "txt_in",
        "time_guidance_embed.timestep_embedder.linear_1": "time_in.in_layer",
        "time_guidance_embed.timestep_embedder.linear_2": "time_in.out_layer",
        "stream_modulation_img.linear": "stream_modulation_img.lin",
        "stream_modulation_txt.linear": "stream_modulation_txt.lin",
        "single_stream_modulation.linear": "single_stream_modulation.lin",
        "proj_out": "final_layer.linear",
        "norm_out.linear": "final_layer.adaLN_modulation.1",
        "single_transformer_blocks": "single_blocks",
        "transformer_blocks": "double_blocks",
        "attn.to_qkv_mlp_proj": "linear1",
        "single_blocks.0.attn.to_out": "single_blocks.0.linear2",
        "single_blocks.0.attn.norm_q.weight": "single_blocks.0.norm.query_norm.scale",
        "single_blocks.0.attn.norm_k.weight": "single_blocks.0.norm.key_norm.scale",
        "attn.norm_added_q.weight": "txt_attn.norm.query_norm.scale",
        "attn.norm_added_k.weight": "txt_attn.norm.key_norm.scale",
        "attn.norm_q.weight": "img_attn.norm.query_norm.scale",
        "attn.norm_k.weight": "img_attn.norm.key_norm.scale",
        "attn.to_out.0": "img_attn.proj",
        "attn.to_add_out": "txt_attn.proj",
        "ff_context.linear_in": "txt_mlp.0",
        "ff_context.linear_out": "txt_mlp.2",
        "ff.linear_in": "img_mlp.0",
        "ff.linear_out": "img_mlp.2",
    }
    kept = dict(tensors)
    block = "transformer_blocks.0.attn."
    for fused, parts in (
        ("double_blocks.0.img_attn.qkv.weight", ("to_q", "to_k", "to_v")),
        ("double_blocks.0.txt_attn.qkv.weight", ("add_q_proj", "add_k_proj", "add_v_proj")),
    ):
        kept[fused] = torch.cat([kept.pop(f"{block}{part}.weight") for part in parts])
    scale, shift = kept["norm_out.linear.weight"].chunk(2)
    kept["norm_out.linear.weight"] = torch.cat([shift, scale])
    found = {}
    for name, tensor in kept.items():
        for ours, theirs in names.items():
            name = name.replace(ours, theirs)
        found[name] = tensor.contiguous()
    return found


@pytest.mark.long("models")
@pytest.mark.parametrize("renamed", [False, True], ids=["as diffusers saves it", "as its makers have it"])
def test_single_file_takes_its_other_parts_from_its_base(make: Make, tmp_path: Path, renamed: bool) -> None:
    """A transformer in a single file, as ComfyUI stores it, is used without copying and takes its other parts
    from the base model.
    """
    store = open_worker_store()
    base = store.folder / "tiny-flux2-klein"
    [weights] = (base / "transformer").glob("*.safetensors")
    single = tmp_path / "klein.safetensors"
    tensors = load_file(weights)
    save_file(_in_the_makers_names(tensors) if renamed else tensors, single)
    store.register(
        InstalledWeights(
            id="klein-file", family="flux2", form="file", path=str(single), base=base.name, tiny=True
        )
    )
    made = make(wish(model="klein-file"))
    assert made.facts["model"] == "klein-file"
    one, other = (pixels(result.outputs[0]).astype(int) for result in (made, make(wish())))
    assert np.abs(one - other).max() <= 2  # the same numbers, added in another order, so rounding differs


def test_checkpoint_with_false_shapes_is_one_sentence(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A matrix whose shape differs from the configuration is refused with one sentence, before a picture is
    made.
    """
    home = tmp_path / "home"
    store = furnish(home, tiny, "flux2-klein")
    monkeypatch.setenv("MILIMO_HOME", str(home))
    folder = store.resolve("flux2").path
    path = next((folder / "transformer").glob("*.safetensors"))
    state = {name: value.clone() for name, value in load_file(path).items()}
    name = next(one for one in state if state[one].ndim == 2 and len(set(state[one].shape)) == 2)
    state[name] = state[name].T.contiguous()  # the file keeps its size, so a check of the size finds nothing
    path.unlink()  # removes the link, so that the linked file stays unchanged
    save_file(state, path, metadata={"format": "pt"})
    workspace = tmp_path / "job"
    workspace.mkdir()
    get_model_cache().clear()
    with pytest.raises(Damaged, match="weights tiny-flux2-klein") as told:
        Flux2().run(wish(), JobRecorder(workspace))
    assert "\n" not in told.value.message
    assert "milimo model verify tiny-flux2-klein" in told.value.hint
