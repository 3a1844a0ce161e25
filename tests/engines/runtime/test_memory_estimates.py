"""Test of memory estimates: the size of weights is their size after loading, and the explanation of a recipe
for a card agrees with the recipe that the job uses.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from milimo_tui.core.errors import Cancelled
from milimo_tui.core.main_memory import get_total_memory
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, WeightFile
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.installed_parts import model_store as here
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.upsamplers import load_upsampler
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import list_all_combinations
from milimo_tui.engines.recipes.tables import SLACK, Offload, Precision
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.runtime import apply, memory
from milimo_tui.engines.runtime.input_caches import key_of
from milimo_tui.engines.runtime.model_cache import ModelCache, ModelKey, get_model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.engines.recording_context import JobRecorder
from tests.engines.runtime.test_model_cache import Bytes
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, milimo

__all__ = ["milimo", "tiny"]

MODELS = {
    "ltx-2": ("ltx2", "ltx2", "2.0"),
    "ltx-2-distilled": ("ltx2-distilled", "ltx2", "2.0"),
    "ltx-2.3": ("ltx23", "ltx2", "2.3"),
    "flux2-klein-4b": ("flux2-klein", "flux2", ""),
    "flux2-klein-base-9b": ("flux2-klein-base", "flux2", ""),
}
CARDS = (8, 12, 16, 24, 32, 48, 80)
LORA_PARAMETERS = 3_835_000_000  # Parameters of Lightricks' distilled LoRA: 7.67 GB in 16 bits


def recipe(precision: Precision, offload: Offload = "none") -> Recipe:
    return Recipe(
        "ltx2", f"{precision} {offload}", precision, offload, "none", kept=0.5 * (offload == "kept")
    )


# -- size of loaded weights


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "fp8"])
@pytest.mark.parametrize("offload", ["none", "kept"])
def test_memory_is_counted_by_loaded_size_not_by_file_size(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precision: Precision, offload: Offload
) -> None:
    """The size in memory depends on the recipe's precision, not on the files: all tiny weights are stored in
    32 bits.
    """
    furnish(tmp_path / "home", tiny, "ltx2", "ltx2-upsampler")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    found, way = here().resolve("ltx2"), recipe(precision, offload)
    cache = ModelCache(Bytes(80, 80), memory.count_held_bytes)
    context = JobRecorder(tmp_path)
    parts = ltx_parts.load(found, way, cache, context)
    for one in cache:
        name = one.key.component
        if name == "tokenizer":
            continue
        assert one.size == memory.count_weight_bytes(parts[name])
        expected = compute_loaded_bytes(list_part_files(found.path / name), way, packed=name in apply.LARGE)
        assert expected == pytest.approx(one.size, rel=0.03), name
        if name == "transformer" and offload == "kept":
            assert one.on_card == pytest.approx(one.size / 2, rel=0.01)


def test_active_lora_counts_in_memory(tmp_path: Path) -> None:
    cache = ModelCache(Bytes(80), memory.count_held_bytes)
    layer = cache.pipeline(
        ModelKey("one"), lambda: torch.nn.Linear(10, 10, bias=False), JobRecorder(tmp_path), 1
    )
    assert cache.bytes == 400
    layer.add_module("lora", torch.nn.Linear(10, 2, bias=False))
    cache.measure_models()
    assert cache.bytes == 480
    card = memory.card(loaded_bytes=10**15, host_held=10**15)
    assert card.free_gb <= card.memory_gb
    assert card.host_gb <= get_total_memory() / 1e9


def test_weights_stored_twice_are_counted_once(tiny: Tiny, tmp_path: Path) -> None:
    folder = tmp_path / "text_encoder"
    folder.mkdir()
    [file] = (tiny("ltx2") / "text_encoder").glob("*.safetensors")
    (folder / "model.safetensors").hardlink_to(file)
    once = compute_loaded_bytes(list_part_files(folder), recipe("bfloat16"), packed=True)
    (folder / "diffusion_pytorch_model.safetensors").hardlink_to(file)
    assert compute_loaded_bytes(list_part_files(folder), recipe("bfloat16"), packed=True) == once > 0


def test_data_read_by_an_earlier_recipe_is_not_reused() -> None:
    text = "\0".join(("words", memory.get_device().type, torch.__version__, "free", "a lamp"))
    assert key_of("words", "a lamp") != hashlib.sha256(text.encode()).hexdigest()


# -- components that stay on the card next to swapped ones


def test_autoencoder_that_encoded_a_picture_stays_next_to_the_transformer(tiny: Tiny) -> None:
    """An autoencoder that encoded a picture stays on the card next to the transformer. Each component is
    swapped out when the next one loads, but nothing swaps the autoencoder out before the transformer runs.
    """
    from diffusers import LTX2ConditionPipeline

    pipe = LTX2ConditionPipeline.from_pretrained(tiny("ltx2"))
    pipe.enable_model_cpu_offload(device=torch.device("cpu"))
    hooks = {id(hook.model): hook for hook in pipe._all_hooks}
    before = hooks[id(pipe.transformer)].hook.prev_module_hook
    assert before.model is not pipe.vae
    plain = explanation.make_published_request("ltx2", "ltx-2")
    swapped = next(one for one in list_all_combinations(plain) if one.offload == "parts")
    vae = next(part.billions for part in plain.weights.parts if part.name == "vae") * 2
    more = (
        estimate_memory(swapped, replace(plain, encodes=True)).card_gb
        - estimate_memory(swapped, plain).card_gb
    )
    assert more == pytest.approx(vae * SLACK)


@pytest.mark.parametrize(("offload", "there"), [("none", True), ("parts", False), ("kept", False)])
def test_upsampler_is_on_the_card_while_working_where_parts_move(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offload: Offload, there: bool
) -> None:
    furnish(tmp_path / "home", tiny, "ltx2", "ltx2-upsampler")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    get_model_cache().clear()
    found = here().resolve("ltx2", "upsampler")
    load_upsampler("upsampler", found, recipe("bfloat16", offload), JobRecorder(tmp_path))
    [held] = get_model_cache()
    assert (held.on_card > 0, held.on_host > 0) == (there, not there)


# -- explanation and job agree


class Chosen(JobRecorder):
    """A context that cancels the job as soon as its recipe is chosen."""

    def log(self, sentence: str) -> None:
        super().log(sentence)
        if sentence.startswith("recipe: "):
            raise Cancelled("that is all that was asked")


def hollow_lora(path: Path) -> InstalledWeights:
    """Create a LoRA file with the header and size of Lightricks' distilled LoRA. Its tensor data is a hole in
    the file and takes no disk space.
    """
    header = {"lora": {"dtype": "BF16", "shape": [LORA_PARAMETERS], "data_offsets": [0, 2 * LORA_PARAMETERS]}}
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + 2 * LORA_PARAMETERS)
    files = (WeightFile(path.name, path.stat().st_size, "a" * 64),)
    return InstalledWeights(
        id="ltx-2-distilled-lora",
        family="ltx2",
        role="distilled_lora",
        generation="2.0",
        path=str(path),
        form="file",
        files=files,
    )


@pytest.fixture
def furnished(milimo: Milimo, tiny: Tiny, tmp_path: Path) -> Milimo:
    """Register tiny weights under the ids of published models: the default set-up and others."""
    store = furnish(Path(milimo.home), tiny)
    for id, (name, family, generation) in MODELS.items():
        store.register(InstalledWeights(id=id, family=family, generation=generation, path=str(tiny(name))))
    store.register(hollow_lora(tmp_path / "lora.safetensors"))
    return milimo


@pytest.mark.long("models")
def test_explain_and_the_job_on_the_card_agree(
    furnished: Milimo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_HOME", str(furnished.home))
    for model, (_, family, _) in MODELS.items():
        engine = Ltx2() if family == "ltx2" else Flux2()
        usual = engine_registry.profile(family).describe().usual
        assert usual is not None
        for card in CARDS:
            data = furnished.inside("engine", "explain", family, "--model", model, "--card", str(card))
            monkeypatch.setenv("MILIMO_TEST_CARD", str(card))
            job = Chosen(tmp_path)
            with pytest.raises(Cancelled):
                engine.run(usual.model_copy(update={"model": model}), job)
            text = job.lines[-1].removeprefix("recipe: ")
            assert text.startswith(f"{data['plan']['recipe']}: {data['estimate_gb']:.1f} GB"), (model, card)


def test_default_setup_runs_on_24_gb_and_not_the_slowest_way(furnished: Milimo) -> None:
    """The default set-up runs on 24 GB without the slowest recipe. Guidance is active only in the first
    stage, at a quarter of the pixels, and the LoRA is streamed together with its blocks.
    """
    data = furnished.inside("engine", "explain", "ltx2", "--model", "ltx-2", "--card", "24")
    assert data["fits"] is True
    assert data["plan"]["recipe"] != data["ladder"][-1]["recipe"]
    store = ModelStore(Home(Path(furnished.home)).models)
    full = MakeVideo(
        engine="ltx2", frames=121, rate=Fraction(24), width=1536, height=1024, schedule="full", stages="two"
    )
    request = explanation.make_local_request("ltx2", store, store.resolve("ltx2", model="ltx-2"), full)
    assert (request.stages, request.passes) == (2, 2)
    assert request.loras_gb == pytest.approx(7.67)
    small = [
        one for one in list_all_combinations(request) if one.tiling == "small"
    ]  # With small tiles decoding needs less memory than denoising.
    by = {one.name.partition(", decoded")[0]: one for one in small}
    bare = replace(request, loras_gb=0.0)
    for name, share in (
        ("bf16, streamed by blocks", 2 / 48),
        ("bf16, half of the blocks on the card", 0.5 + 2 / 48),
    ):
        with_lora, without = estimate_memory(by[name], request), estimate_memory(by[name], bare)
        assert with_lora.card_gb - without.card_gb == pytest.approx(7.67 * share * SLACK, rel=0.01)
    unguided = replace(request, passes=1)
    for one in by.values():
        if (
            one.offload != "none" and estimate_memory(one, request).phase != "encode"
        ):  # Guidance encodes two prompts, so the encoding phase needs more memory and is left out.
            assert estimate_memory(one, request).card_gb <= estimate_memory(one, unguided).card_gb + 0.01


def test_main_memory_holds_what_is_not_on_the_card() -> None:
    request = explanation.make_published_request("ltx2", "ltx-2-distilled")
    sizes = {part.name: part.billions for part in request.weights.parts}
    base = recipe("bfloat16", "kept")
    for kept in (0.25, 0.5, 0.75):
        host = estimate_memory(replace(base, kept=kept), request).host_gb
        waits = ("text_encoder", "connectors", "vae", "latent_upsampler")
        expected = 2 * (sum(sizes[name] for name in waits) + sizes["transformer"] * (1 - kept))
        assert host == pytest.approx(expected)
    assert estimate_memory(recipe("bfloat16"), request).host_gb == 0
