"""Test of the Wan engine on tiny real weights, without a worker, compared with the bare pipelines of
diffusers.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from diffusers import UniPCMultistepScheduler, WanImageToVideoPipeline, WanPipeline
from numpy.typing import NDArray
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file

from milimo_tui.core.errors import BadInput, Cancelled, Damaged, Refused
from milimo_tui.engines.catalog.families import find_family_of_folder, find_generation_of_folder
from milimo_tui.engines.catalog.rows.wan import BLOCK_MODULES
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import Conditioning, Control, Extension, MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.engines.wan.engine import Wan
from milimo_tui.engines.wan.halves import describe_single_halves
from milimo_tui.engines.wan.kinds import NEGATIVE, PICTURE, SMALL, WORDS
from milimo_tui.engines.wan.lengths import compute_wan_length
from milimo_tui.engines.wan.loader import LoadedWan
from milimo_tui.engines.wan.passes import decode_wan_frames
from milimo_tui.media.files.tags import read_embedded_texts
from tests.budget import thorough
from tests.engines.recorded_calls import assert_equal, watched
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

Make = Callable[..., Result]
# Noise shift by model: `sample_shift` of wan/configs in Wan-Video/Wan2.2 (March 2026). The published
# diffusers conversions have 3.
SHIFTS = {"wan-ti2v": 5.0, "wan-t2v": 12.0, "wan-i2v": 5.0}


@pytest.fixture
def make(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that runs a spec in its own workspace. The weights stay in memory between tests."""
    torch.set_num_threads(1)
    home = tmp_path / "home"
    furnish(home, tiny, "wan-ti2v", "wan-t2v", "wan-i2v", "wan-lora")
    monkeypatch.setenv("MILIMO_HOME", str(home))
    get_input_cache.cache_clear()  # the cached object belongs to the previous test's home
    numbers = count()

    def run(spec: Spec, context: JobRecorder | None = None) -> Result:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        return Wan().run(spec, context or JobRecorder(workspace))

    return run


def wish(**more: object) -> MakeVideo:
    spec = {
        "engine": "wan", "prompt": "a red house", "frames": 9, "rate": "24/1", "width": 64, "height": 96,
        "seed": 7, "steps": 3, **more,
    }  # fmt: skip
    return MakeVideo.model_validate(spec)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "first.png"
    make_colour_chart(120, 120, seed=3).save(path)
    return path


def held(id: str) -> LoadedWan:
    """Return the loaded weights with this id."""
    return next(
        each.value
        for each in get_model_cache()
        if isinstance(each.value, LoadedWan) and each.value.found.id == id
    )


def bare_pipeline(cls: Any, folder: Path, shift: float) -> Any:
    """Return the bare pipeline of diffusers with this noise shift, the value of the authors'
    configuration.
    """
    bare = cls.from_pretrained(folder, dtype=torch.float32)
    bare.scheduler = UniPCMultistepScheduler.from_config(bare.scheduler.config, flow_shift=shift)
    bare.set_progress_bar_config(disable=True)
    return bare


def frames(output: Output) -> list[NDArray[Any]]:
    with av.open(output.path) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("name", "rate", "asked", "call", "follows"),
    [
        ("wan-ti2v", 24, {}, {"guidance_scale": 5.0, "negative_prompt": NEGATIVE}, False),
        ("wan-ti2v", 24, {"guidance": 1.0}, {"guidance_scale": 1.0}, True),
        (
            "wan-t2v",
            16,
            {"negative": "blue"},
            {"guidance_scale": 4.0, "guidance_scale_2": 3.0, "negative_prompt": "blue"},
            False,
        ),
        (
            "wan-i2v",
            16,
            {"guidance": 2.5},
            {"guidance_scale": 2.5, "guidance_scale_2": 2.5, "negative_prompt": NEGATIVE},
            True,
        ),
    ],
)
def test_pipeline_equals_the_bare_one_step_by_step(
    make: Make,
    tiny: Tiny,
    first: Path,
    name: str,
    rate: int,
    asked: dict[str, object],
    call: dict[str, object],
    follows: bool,
) -> None:
    given = (Conditioning(input=str(first), source="board"),) if follows else ()
    spec = wish(model=f"tiny-{name}", rate=f"{rate}/1", conditioning=given, **asked)
    # Load the model, so that its modules can be watched
    make(spec.model_copy(update={"prompt": "something else", "steps": 2}))
    ours = held(f"tiny-{name}").pipe
    with watched(*filter(None, (ours.transformer, ours.transformer_2, ours.vae.decoder))) as mine:
        take = make(spec).outputs[0]
    cls = WanImageToVideoPipeline if follows else WanPipeline
    bare = bare_pipeline(cls, tiny(name), SHIFTS[name])
    if follows:
        picture = Image.open(first).convert("RGB")
        call = {**call, "image": ImageOps.fit(picture, (64, 96), Image.Resampling.LANCZOS)}
    with watched(*filter(None, (bare.transformer, bare.transformer_2, bare.vae.decoder))) as theirs:
        bare(
            prompt="a red house", width=64, height=96, num_frames=9, num_inference_steps=3,
            generator=torch.Generator().manual_seed(7), **call,
        )  # fmt: skip
    assert_equal(mine, theirs)
    assert take.facts["frames"] == 9
    assert take.facts["rate"] == f"{rate}/1"
    assert json.loads(read_embedded_texts(Path(take.path))["milimo"])["shift"] == SHIFTS[name]


def test_shift_chosen_for_weights_stays(make: Make, tiny: Tiny, tmp_path: Path) -> None:
    """A shift that the weights specify is used, as distilled weights do. Only 3, the value that the converter
    writes for every pair, is replaced.
    """
    folder = tmp_path / "home" / "models" / "tiny-wan-t2v"
    own = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
    assert own["flow_shift"] == 3.0
    assert WORDS.choose_shift(3.0) == 12.0
    assert (WORDS.choose_shift(8.0), SMALL.choose_shift(5.0), PICTURE.choose_shift(3.0)) == (8.0, 5.0, 5.0)


def test_decoded_frames_equal_those_of_the_bare_pipeline(make: Make, tiny: Tiny, tmp_path: Path) -> None:
    make(wish(steps=2))
    bare = WanPipeline.from_pretrained(tiny("wan-ti2v"), dtype=torch.float32)
    bare.set_progress_bar_config(disable=True)
    dice = torch.Generator().manual_seed(1)
    latents = torch.randn(1, 48, 3, 6, 4, generator=dice)
    asked: dict[str, Any] = {"num_inference_steps": 1, "width": 64, "height": 96, "num_frames": 9}
    with watched(bare.vae.decoder) as given:
        frame = bare("x", latents=latents, guidance_scale=1.0, output_type="np", **asked).frames[0]
    assert given
    frames = bare("x", latents=latents, guidance_scale=1.0, output_type="latent", **asked).frames
    ours = np.stack(list(decode_wan_frames(held("tiny-wan-ti2v"), frames, 7, JobRecorder(tmp_path))))
    assert (ours == np.round(frame * 255).astype(np.uint8)).all()


def test_kinds_are_recognised_by_their_index(tiny: Tiny, tmp_path: Path) -> None:
    for name, kind in (("wan-ti2v", "ti2v-5b"), ("wan-t2v", "t2v-a14b"), ("wan-i2v", "i2v-a14b")):
        assert (find_family_of_folder(tiny(name)), find_generation_of_folder(tiny(name), "wan")) == (
            "wan",
            kind,
        )


def test_frames_are_sampled_by_time_at_another_rate(make: Make) -> None:
    assert compute_wan_length(SMALL, 121, Fraction(24)).made == 121
    at_25 = compute_wan_length(SMALL, 100, Fraction(25))
    assert (at_25.made, [at_25.find_nearest_model_frame(n) for n in range(4)]) == (101, [0, 1, 2, 3])
    assert "4 % faster" in at_25.changes[0]
    pair = compute_wan_length(WORDS, 25, Fraction(24))
    assert pair.made == 17
    assert [pair.find_nearest_model_frame(n) for n in range(7)] == [0, 1, 1, 2, 3, 3, 4]
    with pytest.raises(BadInput, match=r"at most 5\.0 s .*8\.0 s") as found:
        compute_wan_length(WORDS, 192, Fraction(24))
    assert "121f" in (found.value.hint or "")
    result = make(wish(model="tiny-wan-t2v", frames=9, width=64, height=64, steps=2, guidance=1))
    assert result.outputs[0].facts["frames"] == 9
    assert "16 frames a second" in result.notes[0]
    shown = frames(result.outputs[0])
    held_still, goes_on = (
        float(np.abs(shown[2].astype(int) - shown[other].astype(int)).mean()) for other in (1, 3)
    )
    assert held_still < goes_on / 4, "both are the second frame of the model"


def test_take_starts_with_its_picture_is_silent_and_records_its_recipe(make: Make, first: Path) -> None:
    spec = wish(
        width=66, height=90, head=0, tail=2, conditioning=(Conditioning(input=str(first), strength=0.5),)
    )
    result = make(spec)
    [take] = result.outputs
    assert (take.facts["width"], take.facts["height"], take.facts["frames"]) == (66, 90, 11)
    assert result.notes[0].startswith("13 frames ")
    assert " 11" in result.notes[0]
    assert all(word in result.notes[1] for word in ("96×96", "66×90", "32"))
    assert "no strength" in result.notes[2]
    with av.open(take.path) as container:
        assert not any(frame.to_ndarray().any() for frame in container.decode(audio=0))
    marks = json.loads(read_embedded_texts(Path(take.path))["milimo"])
    assert marks["kind"] == "ti2v-5b"
    assert marks["begins"] is True
    assert marks["made"] == [13, "1"]
    assert marks["spec"]["conditioning"][0]["input"].startswith("sha256:")


def test_impossible_request_is_reported(make: Make, first: Path) -> None:
    followed = (Conditioning(input=str(first)),)
    with pytest.raises(Refused, match="begin with a"):
        make(wish(model="tiny-wan-i2v"))
    words = make(wish(model="tiny-wan-t2v", rate="16/1", steps=2, guidance=1, conditioning=followed))
    assert "prompt alone" in words.notes[0]
    with pytest.raises(Refused, match="change takes"):
        make(wish(extension=Extension(input=str(first), frames=1, made=8)))
    with pytest.raises(Refused, match="canny control"):
        make(wish(control=(Control(kind="canny", input=str(first)),)))


def test_checkpoint_with_false_shapes_is_one_sentence(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    store = furnish(home, tiny, "wan-ti2v")
    monkeypatch.setenv("MILIMO_HOME", str(home))
    path = next((store.resolve("wan").path / "transformer").glob("*.safetensors"))
    state = {name: value.clone() for name, value in load_file(path).items()}
    name = next(one for one in state if state[one].ndim == 2 and len(set(state[one].shape)) == 2)
    state[name] = state[name].T.contiguous()  # keeps the file size
    path.unlink()  # remove the hard link, so that other tests keep their file
    save_file(state, path, metadata={"format": "pt"})
    get_model_cache().clear()
    (tmp_path / "job").mkdir()
    with pytest.raises(Damaged, match="can't be loaded: ") as told:
        Wan().run(wish(), JobRecorder(tmp_path / "job"))
    assert "\n" not in told.value.message


def test_lora_with_the_makers_names_is_applied_and_removed(make: Make) -> None:
    plain = make(wish(steps=2)).outputs[0].digest
    worn = make(wish(steps=2, loras=(Lora(id="tiny-wan-lora"),)))
    assert worn.outputs[0].digest != plain
    assert make(wish(steps=2)).outputs[0].digest == plain


def lora(
    path: Path, seed: int, wanted: Sequence[str] = ("attn1",), *, kohya: bool = False, width: int = 24
) -> Path:
    """Write a LoRA for these modules in all blocks, with the names of Wan's authors or, with `kohya`, of the
    kohya trainer. `width` replaces the model width of 24. Return its path.
    """
    from milimo_tui.tiny_models.wan import WORDS as CHANNELS
    from milimo_tui.tiny_models.wan import transformer

    torch.manual_seed(seed)
    theirs = {ours: name for name, ours in BLOCK_MODULES.items()}
    state: dict[str, torch.Tensor] = {}
    for name, layer in transformer(**CHANNELS).named_modules():
        block, module = ".".join(name.split(".")[:2]), ".".join(name.split(".")[2:])
        if isinstance(layer, torch.nn.Linear) and module.startswith(tuple(wanted)):
            sides = [width if side == 24 else side for side in layer.weight.shape]
            whole = f"{block}.{theirs[module]}"
            whole = f"lora_unet_{whole.replace('.', '_')}" if kohya else f"diffusion_model.{whole}"
            state[f"{whole}.lora_down.weight"] = torch.randn(4, sides[1]) * 0.3
            state[f"{whole}.lora_up.weight"] = torch.randn(sides[0], 4) * 0.3
            state[f"{whole}.alpha"] = torch.tensor(2.0)
    save_file(state, path)
    return path


@pytest.mark.parametrize(
    ("names", "kohya", "said"),
    thorough(
        "models",
        [
            (("style-high_noise", "style-low_noise"), False, ""),
            (
                ("Wan22-LowNoise",),
                False,
                "(“high noise”)",
            ),
            (("of-2.1",), True, ""),
        ],
    ),
)
def test_pair_of_loras_is_applied_by_half_as_in_the_bare_pipeline(
    make: Make, tiny: Tiny, tmp_path: Path, names: tuple[str, ...], kohya: bool, said: str
) -> None:
    files = [
        lora(tmp_path / f"{name}.safetensors", at, ("attn", "ffn") if kohya else ("attn1",), kohya=kohya)
        for at, name in enumerate(names)
    ]
    asked = {"model": "tiny-wan-t2v", "rate": "16/1", "guidance": 1.0, "steps": 4, "height": 64}
    plain = make(wish(**asked)).outputs[0].digest
    ours = held("tiny-wan-t2v").pipe
    strengths = (0.5, 1.0)
    loras = tuple(Lora(id=str(path), strength=one) for path, one in zip(files, strengths, strict=False))
    with watched(ours.transformer, ours.transformer_2) as mine:
        result = make(wish(**asked, loras=loras))
    assert any(said in note for note in result.notes) is bool(said)
    bare = bare_pipeline(WanPipeline, tiny("wan-t2v"), 12.0)
    for path, strength in zip(files, strengths, strict=False):
        low, high = "low" in path.stem.lower(), "high" in path.stem
        for second in (False, True):
            if (second and high) or (low and not second):
                continue
            bare.load_lora_weights(
                str(path), adapter_name=path.stem.replace(".", "_"), load_into_transformer_2=second
            )
            part = bare.transformer_2 if second else bare.transformer
            part.set_adapters([path.stem.replace(".", "_")], [strength])
    with watched(bare.transformer, bare.transformer_2) as theirs:
        bare(
            prompt="a red house", width=64, height=64, num_frames=9, num_inference_steps=4,
            guidance_scale=1.0, guidance_scale_2=1.0, generator=torch.Generator().manual_seed(7),
        )  # fmt: skip
    assert_equal(mine, theirs)
    assert result.outputs[0].digest != plain
    assert make(wish(**asked)).outputs[0].digest == plain, "taken off again"


@pytest.mark.parametrize(
    ("names", "lonely"),
    [
        (("a-high", "a-low", "of-2.1"), ()),
        (("a-high", "a-low", "b-high"), ("b-high",)),
        (("a-high-e20", "a-low-e25"), ()),  # files of one LoRA from different epochs
        (("a_HIGH", "a_LOW", "b_low", "c_low"), ("b_low", "c_low")),
    ],
)
def test_half_requested_alone_is_reported(names: tuple[str, ...], lonely: tuple[str, ...]) -> None:
    assert tuple(said.partition(" is active")[0] for said in describe_single_halves(names)) == lonely


def test_half_a_set_of_trainer_names_is_refused_in_one_sentence(make: Make, tmp_path: Path) -> None:
    part = lora(tmp_path / "part.safetensors", 0, ("attn1",), kohya=True)
    with pytest.raises(BadInput, match=r"part.safetensors lacks .*blocks_0_cross_attn_q"):
        make(wish(model="tiny-wan-t2v", rate="16/1", steps=2, loras=(Lora(id=str(part)),)))


def test_take_that_ends_with_a_picture_equals_the_bare_pipeline(
    make: Make, tiny: Tiny, first: Path, tmp_path: Path
) -> None:
    last = tmp_path / "last.png"
    make_colour_chart(120, 120, seed=9).save(last)
    given = (Conditioning(input=str(first)), Conditioning(input=str(last), frame=-1, strength=0.7))
    spec = wish(model="tiny-wan-i2v", rate="16/1", guidance=1.0, height=64, conditioning=given)
    make(spec.model_copy(update={"steps": 2}))
    ours = held("tiny-wan-i2v").pipe
    with watched(ours.transformer, ours.transformer_2) as mine:
        result = make(spec)
    bare = bare_pipeline(WanImageToVideoPipeline, tiny("wan-i2v"), 5.0)
    begins, ends = (
        ImageOps.fit(Image.open(path).convert("RGB"), (64, 64), Image.Resampling.LANCZOS)
        for path in (first, last)
    )
    with watched(bare.transformer, bare.transformer_2) as theirs:
        bare(
            prompt="a red house", image=begins, last_image=ends, width=64, height=64, num_frames=9,
            num_inference_steps=3, guidance_scale=1.0, guidance_scale_2=1.0,
            generator=torch.Generator().manual_seed(7),
        )  # fmt: skip
    assert_equal(mine, theirs)
    assert any("last picture" in note for note in result.notes)
    assert any("full strength" in note for note in result.notes)
    assert json.loads(read_embedded_texts(Path(result.outputs[0].path))["milimo"])["ends"] == 8
    small = make(wish(steps=2, guidance=1.0, conditioning=given))
    assert any("after its first picture" in note for note in small.notes)


def test_last_picture_is_at_the_last_frame_of_the_shot() -> None:
    whole = compute_wan_length(PICTURE, 81, Fraction(16), 80)
    assert (whole.made, whole.find_nearest_model_frame(80), whole.changes) == (81, 80, ())
    odd = compute_wan_length(PICTURE, 11, Fraction(16), 10)
    assert (odd.made, [odd.find_nearest_model_frame(at) for at in (0, 5, 10)]) == (13, [0, 6, 12])
    assert "a little faster" in odd.changes[-1]
    tailed = compute_wan_length(PICTURE, 13, Fraction(16), 8)
    assert (tailed.made, [tailed.find_nearest_model_frame(at) for at in (7, 8, 12)]) == (9, [7, 8, 8])
    assert "for 4 frames" in tailed.changes[-1]


def test_previews_cancel_and_earlier_attempts_work(make: Make, tmp_path: Path, first: Path) -> None:
    spec = wish(conditioning=(Conditioning(input=str(first)),), guidance=1)
    make(spec)  # load the weights and cache the prompt first, because both report progress
    context = JobRecorder(tmp_path)
    whole = make(spec, context)
    assert len(context.pictures) == 3
    assert Image.open(io.BytesIO(context.pictures[-1])).width == 320
    assert context.kept.saved == [("painting", 3)]
    again = JobRecorder(tmp_path)
    assert make(spec, again).outputs[0].digest == whole.outputs[0].digest
    assert not again.pictures, "the latents of the attempt before are taken"
    for stop_at in {2, len(context.reports) // 2, len(context.reports) - 1}:
        stopped = tmp_path / f"stopped-{stop_at}"
        stopped.mkdir()
        with pytest.raises(Cancelled):
            make(spec, JobRecorder(stopped, stop_at=stop_at))
        assert not (stopped / "take.mov").exists()
    assert make(spec).outputs[0].digest == whole.outputs[0].digest


@pytest.mark.parametrize("name", ["wan-ti2v", "wan-t2v", "wan-i2v"])
def test_reference_case_equals_the_bare_pipeline(make: Make, name: str) -> None:
    facts = make(CheckEngine(engine="wan", model=f"tiny-{name}")).facts
    assert facts["bare"] == 0
    assert facts["calls"] == 8
    assert facts["before"] == "nothing"
