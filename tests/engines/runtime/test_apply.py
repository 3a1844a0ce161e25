"""Test of each recipe on the real classes with tiny weights: the recipe has its described effect and the
result is correct.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLFlux2, AutoencoderKLLTX2Video, LTX2ConditionPipeline
from transformers import UMT5EncoderModel

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.recipes.model_sizes import WIDE
from milimo_tui.engines.recipes.tables import Offload, Precision, Tiling, find_recipe_packages
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply, attention_probe
from milimo_tui.engines.runtime.active_loras import Adapter, get_adapter_names, set_adapters
from milimo_tui.engines.runtime.latent_preview import fit_flux2_projection, fit_ltx2_projection
from milimo_tui.engines.runtime.placement import has_diffusers_hook, move_vae_on_use
from tests.budget import thorough
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, tiny

__all__ = ["tiny"]

CLOSE = 1e-4  # allowed difference: the memory layout changes the order in which a CPU adds
CPU = torch.device("cpu")
OFFLOADS: tuple[Offload, ...] = ("none", "text", "parts", "kept", "blocks", "leaves")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def job() -> JobRecorder:
    """Return a context that records the messages of one job."""
    return JobRecorder(Path())


def recipe(
    offload: Offload = "none", precision: Precision = "float32", tiling: Tiling = "none", **more: Any
) -> Recipe:
    kept = 0.5 if offload == "kept" else 0.0
    return Recipe("ltx2", f"{precision}, {offload}, {tiling}", precision, offload, tiling, kept=kept, **more)


def ltx2(folder: Path, with_recipe: Recipe) -> Any:
    pipe = LTX2ConditionPipeline.from_pretrained(folder, **apply.build_load_options(with_recipe))
    pipe.set_progress_bar_config(disable=True)
    apply.apply_recipe(pipe, with_recipe, CPU)
    return pipe


def flux2(folder: Path, with_recipe: Recipe) -> Any:
    from diffusers import Flux2KleinPipeline

    pipe = Flux2KleinPipeline.from_pretrained(folder, **apply.build_load_options(with_recipe))
    pipe.set_progress_bar_config(disable=True)
    apply.apply_recipe(pipe, with_recipe, CPU)
    return pipe


def video(pipe: Any, width: int = 64, height: int = 64, frames: int = 9) -> np.ndarray:
    made = pipe(
        prompt="a lighthouse",
        width=width,
        height=height,
        num_frames=frames,
        num_inference_steps=2,
        guidance_scale=1.0,
        stg_scale=0.0,
        modality_scale=1.0,
        guidance_rescale=0.0,
        audio_guidance_scale=1.0,
        audio_stg_scale=0.0,
        audio_modality_scale=1.0,
        audio_guidance_rescale=0.0,
        use_cross_timestep=False,
        max_sequence_length=16,
        generator=torch.Generator().manual_seed(7),
        output_type="np",
    )
    frames_made = np.asarray(made.frames)
    assert frames_made.shape == (1, frames, height, width, 3)
    assert np.isfinite(frames_made).all()
    return frames_made


def get_quantised(module: torch.nn.Module) -> float:
    """Return the share of linear layers with quantised weights (0 to 1)."""
    layers = [layer.weight for layer in module.modules() if isinstance(layer, torch.nn.Linear)]
    plain = (torch.nn.Parameter, torch.Tensor)
    held = [one for one in layers if type(one) not in plain or type(one.data) is not torch.Tensor]
    return len(held) / len(layers)


def picture(pipe: Any) -> np.ndarray:
    made = pipe(
        prompt="a lighthouse",
        width=64,
        height=64,
        num_inference_steps=2,
        guidance_scale=1.0,
        max_sequence_length=16,
        generator=torch.Generator().manual_seed(7),
        output_type="np",
    )
    return np.asarray(made.images)


@pytest.fixture(scope="module")
def whole(tiny: Tiny) -> np.ndarray:
    return video(ltx2(tiny("ltx2"), recipe()))


@pytest.mark.long("models")
@pytest.mark.parametrize("offload", OFFLOADS)
def test_placement_of_weights_changes_no_pixel(tiny: Tiny, whole: np.ndarray, offload: Offload) -> None:
    pipe = ltx2(tiny("ltx2"), recipe(offload))
    assert np.allclose(video(pipe), whole, atol=CLOSE)
    apply.apply_recipe(pipe, recipe(offload), CPU)  # applying a recipe again restores the moved weights
    assert np.allclose(video(pipe), whole, atol=CLOSE)


def test_first_blocks_stay_and_the_rest_is_streamed(tiny: Tiny) -> None:
    """The first blocks stay on the card and the rest is streamed, also after a LoRA was added, for which
    diffusers attaches its hooks again to every block.
    """
    pipe = ltx2(tiny("ltx2"), recipe("kept"))
    path = next(tiny("ltx2-style-lora").glob("*.safetensors"))

    def streamed() -> list[bool]:
        return [
            has_diffusers_hook(block, "group_offloading") for block in pipe.transformer.transformer_blocks
        ]

    assert streamed() == [False, True]
    adapter = Adapter("style", path, "a" * 64)
    for wanted in ([adapter], []):
        set_adapters(pipe, wanted, job())
        assert streamed() == [False, True]
        video(pipe)


@pytest.mark.parametrize("model", ["ltx2", "flux2-klein"])
def test_inputs_of_an_autoencoder_are_moved_with_it(tiny: Tiny, model: str) -> None:
    """Pipelines put latents where the autoencoder is stored, so the inputs have to move with it. The meta
    device stands for the card and allocates nothing.
    """
    kind, show, grid = (
        (AutoencoderKLLTX2Video, fit_ltx2_projection, (1, 2, 2))
        if model == "ltx2"
        else (AutoencoderKLFlux2, fit_flux2_projection, (4, 4))
    )
    vae = kind.from_pretrained(tiny(model) / "vae")
    nowhere = torch.device("meta")
    move_vae_on_use(vae, torch.nn.Identity(), nowhere)
    latents = torch.zeros(1, vae.config.latent_channels, *grid)
    assert vae.decode(latents, return_dict=False)[0].device == nowhere
    # The input was moved to the meta device, from which nothing can be read back
    with pytest.raises(NotImplementedError, match="meta"):
        show(vae, nowhere)


@pytest.mark.long("models")
@pytest.mark.parametrize("offload", ["parts", "kept", "blocks"])
def test_pictures_follow_the_recipe_too(tiny: Tiny, offload: Offload) -> None:
    folder = tiny("flux2-klein")
    assert np.allclose(picture(flux2(folder, recipe(offload))), picture(flux2(folder, recipe())), atol=CLOSE)


@pytest.mark.long("models")
@pytest.mark.parametrize("offload", ["none", "blocks", "leaves"])
def test_fp8_weights_take_a_byte(tiny: Tiny, offload: Offload) -> None:
    pipe = ltx2(tiny("ltx2"), recipe(offload, "fp8"))
    for name in ("transformer", "text_encoder"):
        every = dict(getattr(pipe, name).named_parameters())
        wide = {key for key in every if any(word in key for word in WIDE)}
        held = [p for p in every.values() if p.dtype == torch.float8_e4m3fn]
        assert sum(p.numel() for p in held) > 0.8 * sum(p.numel() for k, p in every.items() if k not in wide)
        assert all(every[key].dtype == torch.bfloat16 for key in wide), name
    assert pipe.text_encoder.dtype == torch.bfloat16  # prompts are read in bfloat16
    assert all(p.dtype == torch.bfloat16 for p in pipe.vae.parameters())
    first = video(pipe)
    assert np.allclose(first, video(pipe), atol=CLOSE)
    assert all(p.dtype == torch.float8_e4m3fn for p in held)  # each layer is cast back to FP8 after its use


def test_embedding_shared_by_two_layers_is_read_in_fp8(tiny: Tiny) -> None:
    """UMT5 shares one embedding weight between two layers. If the weight is converted to FP8 in one layer,
    the other layer must still be able to read it.
    """
    wide = UMT5EncoderModel.from_pretrained(tiny("wan-ti2v") / "text_encoder", dtype=torch.bfloat16)
    small = UMT5EncoderModel.from_pretrained(tiny("wan-ti2v") / "text_encoder", dtype=torch.bfloat16)
    apply.store_fp8(small, recipe(precision="fp8"))
    words = torch.arange(1, 12)[None]
    with torch.no_grad():
        right, read = (each(words).last_hidden_state.float() for each in (wide, small))
    assert float((read - right).norm() / right.norm()) < 0.1
    assert any(weight.dtype == torch.float8_e4m3fn for weight in small.parameters())


def pipeline_bytes(pipeline: Any) -> int:
    """Return the bytes of the weights of all components, as held in memory."""
    parts = [part for part in pipeline.components.values() if isinstance(part, torch.nn.Module)]
    return sum(tensor.nbytes for part in parts for tensor in (*part.parameters(), *part.buffers()))


@pytest.mark.long("models")
def test_fp8_is_smaller(tiny: Tiny) -> None:
    folder = tiny("ltx2")
    wide = pipeline_bytes(ltx2(folder, recipe(precision="bfloat16")))
    small = pipeline_bytes(ltx2(folder, recipe(precision="fp8")))
    assert small < wide


@pytest.mark.long("models")
def test_frames_are_decoded_in_tiles_and_slices(tiny: Tiny) -> None:
    """The decoder is called with tiles and slices of the recipe's size, and with the complete latents if the
    recipe has no tiling.
    """
    pipe = ltx2(tiny("ltx2"), recipe())
    pipe.vae.tile_sample_min_height = pipe.vae.tile_sample_min_width = 96
    seen: list[tuple[int, ...]] = []
    pipe.vae.decoder.register_forward_pre_hook(lambda _, args: seen.append(tuple(args[0].shape[2:])))
    sizes: dict[Tiling, list[tuple[int, ...]]] = {}
    tilings: tuple[Tiling, ...] = ("none", "space", "space and time", "none")
    for tiling in tilings:
        apply.apply_recipe(pipe, recipe(tiling=tiling, stride=64 if tiling != "none" else 0), CPU)
        seen.clear()
        video(pipe, 128, 128, 25)
        sizes[tiling] = list(seen)
    assert sizes["none"] == [(4, 4, 4)]
    assert len(sizes["space"]) > 1
    assert {size[0] for size in sizes["space"]} == {4}
    assert all(size[1] <= 3 and size[2] <= 3 for size in sizes["space"])
    assert all(size[0] < 4 for size in sizes["space and time"])


@pytest.mark.parametrize(("precision", "package"), [("int8", "torchao"), ("nf4", "bitsandbytes")])
def test_quantiser_shrinks_weights_and_a_missing_one_names_its_installation(
    tiny: Tiny, precision: Precision, package: str
) -> None:
    wanted = replace(recipe(precision=precision), needs=package)
    if package in find_recipe_packages():
        assert "quantization_config" in apply.build_model_options(wanted)
        if precision == "nf4" and not torch.cuda.is_available():
            return  # the library needs a GPU for this format
        pipe = ltx2(tiny("ltx2"), wanted)
        wide = ltx2(tiny("ltx2"), recipe(precision="bfloat16"))
        for name in ("transformer", "text_encoder"):
            assert get_quantised(getattr(pipe, name)) > 0.8, name
        assert np.abs(video(pipe) - video(wide)).mean() < 0.1
        return
    for options in (apply.build_load_options, apply.build_model_options):
        with pytest.raises(Unavailable) as error:
            options(wanted)
        assert package in error.value.hint


def test_attention_follows_the_recipe(tiny: Tiny, whole: np.ndarray) -> None:
    pipe = ltx2(tiny("ltx2"), recipe(attention="_native_math"))
    assert np.allclose(video(pipe), whole, atol=CLOSE)
    with pytest.raises(ValueError, match="AttentionBackendName"):
        apply.apply_recipe(pipe, recipe(attention="no such thing"), CPU)


def test_attention_kernel_is_used_where_the_card_supports_it(tiny: Tiny) -> None:
    """An attention kernel is used only where the device supports it. On a CPU the GPU kernels are refused
    with a reason, and torch's own attention stays.
    """
    pipe = flux2(tiny("flux2-klein"), recipe())
    for name in ("flash", "_flash_3", "sage"):
        assert attention_probe.probe_attention(name, CPU, torch.float32).why_not
        (said,) = apply.tune_pipeline(pipe, recipe(attention=name))
        assert said.startswith("attention ")
        assert f"not {name}: " in said
        assert apply.get_attention_backend(pipe.transformer) == "native"
    plain = attention_probe.probe_attention("_native_math", CPU, torch.float32)
    assert plain.why_not == ""
    assert 0 <= plain.apart < 1e-5
    assert plain.milliseconds > 0


@pytest.mark.long("models")
def test_compilation_follows_the_recipe_and_is_undone(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = ltx2(tiny("ltx2"), recipe())

    def compiled() -> int:
        return sum(part._compiled_call_impl is not None for part in pipe.transformer.modules())

    monkeypatch.setenv("TORCHDYNAMO_DISABLE", "1")
    [note] = apply.tune_pipeline(pipe, recipe(compile=True))
    assert "TORCHDYNAMO_DISABLE" in note
    assert compiled() == 0
    monkeypatch.setenv("TORCHDYNAMO_DISABLE", "0")
    for wanted, blocks in ((True, 2), (True, 2), (False, 0)):
        assert apply.tune_pipeline(pipe, recipe(compile=wanted)) == ()
        assert compiled() == blocks


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("offload", "precision"),
    thorough(
        "models",
        [
            ("none", "float32"),
            ("parts", "fp8"),
            ("kept", "fp8"),
            ("blocks", "float32"),
            ("leaves", "fp8"),
        ],
        quick=2,
    ),
)
def test_loras_are_added_and_removed_without_traces(
    tiny: Tiny, offload: Offload, precision: Precision
) -> None:
    pipe = ltx2(tiny("ltx2"), recipe(offload, precision))
    path = next(tiny("ltx2-style-lora").glob("*.safetensors"))
    told = job()
    bare = video(pipe)
    soft, strong = (Adapter("style", path, "a" * 64, strength) for strength in (0.5, 2.0))
    set_adapters(pipe, [soft], told)
    worn_soft = video(pipe)
    set_adapters(pipe, [strong], told)
    assert not np.allclose(video(pipe), worn_soft, atol=CLOSE)
    assert told.loads == ["LoRA style"]  # a new strength of a loaded LoRA reads no file
    assert get_adapter_names(pipe) == {soft.name}
    set_adapters(pipe, [], told)
    assert get_adapter_names(pipe) == frozenset()
    assert not np.allclose(worn_soft, bare, atol=CLOSE)
    assert np.allclose(video(pipe), bare, atol=CLOSE)


def test_one_of_two_loras_is_removed(tiny: Tiny) -> None:
    pipe = ltx2(tiny("ltx2"), recipe())
    path = next(tiny("ltx2-style-lora").glob("*.safetensors"))
    one, other = (Adapter("style", path, letter * 64) for letter in "ab")
    told = job()
    set_adapters(pipe, [one, other], told)
    assert get_adapter_names(pipe) == {one.name, other.name}
    set_adapters(pipe, [other], told)
    assert get_adapter_names(pipe) == {other.name}
    assert len(told.loads) == 2
