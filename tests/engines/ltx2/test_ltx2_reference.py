"""Test behaviour of Lightricks' own code that diffusers' pipelines lack, measured in complete jobs with tiny
weights.

One random generator serves both passes and the decoder, and the vocoder computes in 32 bits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from milimo_tui.core.errors import Cancelled
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.decode.decoding import decode_sound
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.schedules import REFINE
from milimo_tui.engines.ltx2.take.parts import load
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.budget import thorough
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.media.reading import tags

__all__ = ["tiny"]

TOKENS, CHANNELS = 128, 8  # numbers per token of the picture, and of the sound


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("makers") / "home"
    furnish(
        folder, tiny, "ltx2", "ltx23", "ltx25", "ltx2-upsampler", "ltx25-upsampler", "ltx2-distilled-lora"
    )
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 9, "rate": "24/1", "seed": 11}
    base |= {"width": 128, "height": 128, "stages": "two", "steps": 2, "guidance": 1.0, "model": "tiny-ltx2"}
    return MakeVideo(**{**base, **settings})


@dataclass
class TokenRecorder:
    """The picture and sound tokens that the transformer receives, call by call."""

    picture: list[Tensor] = field(default_factory=list)
    sound: list[Tensor] = field(default_factory=list)


@contextmanager
def handed() -> Iterator[TokenRecorder]:
    """Record the inputs of the transformer's first layers, for each loaded transformer in the model cache."""
    seen = TokenRecorder()
    entries = {
        id(held.value.proj_in): seen.picture
        for held in get_model_cache()
        if held.key.component == "transformer"
    }
    entries |= {
        id(held.value.audio_proj_in): seen.sound
        for held in get_model_cache()
        if held.key.component == "transformer"
    }

    def look(module: torch.nn.Module, told: tuple[Any, ...]) -> None:
        if id(module) in entries:
            entries[id(module)].append(told[0].detach().clone())

    hook = torch.nn.modules.module.register_module_forward_pre_hook(look)
    try:
        yield seen
    finally:
        hook.remove()


def noise_of_second(seen: TokenRecorder, first_steps: int, sound: Tensor) -> Tensor:
    """Return the noise that the second pass added to the sound of the first, computed from the transformer's
    input.
    """
    begins = seen.sound[first_steps]
    return (begins - (1 - REFINE[0]) * sound) / REFINE[0]


def packed(sound: Tensor) -> Tensor:
    """Convert sound latents from a checkpoint's form to the transformer's input form."""
    vae = next(held.value for held in get_model_cache() if held.key.component == "audio_vae")
    tokens = sound.transpose(1, 2).flatten(2, 3)
    return torch.as_tensor((tokens - vae.latents_mean) / vae.latents_std)


@pytest.mark.long("models")
def test_second_pass_continues_the_random_state_of_the_first(tmp_path: Path) -> None:
    """The same generator gives the noise of the first pass, picture then sound, and then that of the second
    pass, picture then sound.
    """
    from safetensors.torch import load_file

    get_model_cache().clear()  # removes the weights of other tests
    Ltx2().run(spec(frames=1), StandaloneContext(tmp_path / "loads"))
    context = JobRecorder(tmp_path)
    with handed() as seen:
        Ltx2().run(spec(schedule="distilled"), context)  # this schedule makes one call per step
    dice = torch.Generator("cpu").manual_seed(11)
    length = seen.sound[0].shape[1]
    first = torch.randn((1, 2 * 2 * 2, TOKENS), generator=dice)
    heard = torch.randn((1, length, CHANNELS), generator=dice)
    assert torch.allclose(seen.picture[0], first)
    assert torch.allclose(seen.sound[0], heard)
    torch.randn((1, 2 * 4 * 4, TOKENS), generator=dice)
    again = torch.randn((1, length, CHANNELS), generator=dice)
    sound = load_file(next(tmp_path.glob("first pass-*.state")))["sound"]
    noise = noise_of_second(seen, 2, packed(sound))
    assert torch.allclose(noise, again, atol=1e-4)
    assert not torch.allclose(noise, heard, atol=0.5), "the noise of the first pass once more"


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("shot", "moment"),
    thorough(
        "models",
        [
            (spec(), "first pass 1"),  # in the middle of the pass
            (spec(), "second pass 0"),
            (spec(), "second pass 2"),
            # Decoded by diffusion
            (spec(model="tiny-ltx25", width=64, height=64, stages="one"), "decoding 0"),
        ],
    ),
)
def test_continued_take_has_the_random_state_of_an_unbroken_one(
    shot: MakeVideo, moment: str, tmp_path: Path
) -> None:
    """A take that was stopped in either pass or before the decoder, with a checkpoint at each step, ends with
    the same bits as an unbroken take.
    """
    stage, _, step = moment.rpartition(" ")
    made = []
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
        context = Stopped(tmp_path / name, (stage, int(step)) if name == "parts" else None)
        if name == "parts":
            with pytest.raises(Cancelled):
                Ltx2().run(shot, context)
            context = Stopped(tmp_path / name, None)
        made.append(Ltx2().run(shot, context).outputs[0].digest)
    assert made[0] == made[1]


class Stopped(JobRecorder):
    """A context that saves a checkpoint at each step and stops at one step."""

    def __init__(self, workspace: Path, stop: tuple[str, int] | None) -> None:
        super().__init__(workspace, saves=True)
        self.stop = stop

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        if self.stop == (stage, done):
            raise Cancelled("cancelled by request")


@pytest.mark.long("models")
def test_unread_part_of_a_prompt_is_reported_and_recorded_in_the_take(tmp_path: Path) -> None:
    context = JobRecorder(tmp_path)
    words = " ".join(f"lamp{index:04}" for index in range(400))
    made = Ltx2().run(spec(prompt=words, width=64, height=64, stages="one"), context)
    ((tokens, most, rest),) = json.loads(tags(Path(made.outputs[0].path))["milimo"])["unread"]
    assert (tokens > most, most, words.endswith(rest), bool(rest)) == (True, 1024, True, True)
    assert sum("is not read" in line for line in context.lines) == 1


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("model", "wide"),
    thorough("models", [("tiny-ltx2", False), ("tiny-ltx23", True), ("tiny-ltx25", True)], 2),
)
def test_later_vocoder_computes_in_32_bits_and_the_rest_in_16(
    model: str, wide: bool, home: Path, tmp_path: Path
) -> None:
    """The later vocoder computes in 32 bits and all other parts in 16, checked on the loaded parts and their
    sound. Pictures in 16 bits would take minutes on a CPU.
    """
    recipe = Recipe("ltx2", "bf16, in main memory", "bfloat16", "none", "none")
    found = ModelStore(home / "models").resolve("ltx2", "model", model)
    parts = load(found, recipe, get_model_cache(), StandaloneContext(tmp_path))
    assert parts["transformer"].dtype == parts["audio_vae"].dtype == torch.bfloat16
    computed: set[torch.dtype] = set()

    def look(module: torch.nn.Module, told: tuple[Any, ...], tensor: Tensor) -> None:
        computed.update({told[0].dtype, tensor.dtype, *(weight.dtype for weight in module.parameters())})

    hooks = [one.register_forward_hook(look) for one in parts["vocoder"].modules() if _computes(one)]
    latents = torch.randn((1, 2, 8, 4), generator=torch.Generator().manual_seed(3))
    try:
        heard, _ = decode_sound(parts, latents, 3, "cpu")
    finally:
        for hook in hooks:
            hook.remove()
    assert computed == {torch.float32 if wide else torch.bfloat16}
    assert heard.any()


def _computes(module: torch.nn.Module) -> bool:
    return isinstance(module, torch.nn.Conv1d | torch.nn.ConvTranspose1d)
