"""Test of every precision and placement of weights, for every family, on a simulated GPU (`pretended_card`).
The simulation finds faults that a CPU hides: operations on tensors of both devices, and reads of tensors that
are still being copied.

The inputs and outputs of the transformer equal those of the bare pipeline of diffusers on the CPU with the
same quantisation. The model cache's count of bytes on the card equals the actual number.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.attention.flex_attention as flex_attention
from diffusers import AutoencoderKLWan, UniPCMultistepScheduler
from PIL import Image

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.plan.generations import NEGATIVE, find_generation
from milimo_tui.engines.ltx2.plan.guidance import FULL
from milimo_tui.engines.ltx2.plan.schedules import compute_sigmas
from milimo_tui.engines.recipes.ladder import build_recipe_ladder
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.tiny_models.families import FAMILIES
from tests.budget import rounds, thorough
from tests.engines import bare_pipelines
from tests.engines.bare_pipelines import Bare, Calls
from tests.engines.pretended_card import pretended
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, tiny

__all__ = ["tiny"]

SIDE, FRAMES, STEPS, SEED, WORDS, AGAINST = 64, 9, 4, 3, "a lamp", "blue"
# Allowed difference of numbers around 1 in 16 bits: weights read from disk have another memory layout, which
# changes the order of summation
LAST_BIT = 0.01
# Bytes on the card that the cache does not count: tables of positions, which are no weights, and a diffusion
# decoder that is not in use yet.
BESIDE = {"qwen-image": 800 << 10, "ltx2": 240 << 10}
OTHERS = 64 << 10  # allowed bytes of the other families: their tables and a scheduler's last step
TAKES = ("ltx2", "wan")


class Model(NamedTuple):
    """A tiny checkpoint under a published id. `kind` is the bare pipeline's class and `call` its arguments
    besides prompt, size and steps. `guidance` is the guidance of the spec, `shift` the noise shift of Wan's
    scheduler, and `sees` is true for models that get a picture.
    """

    tiny: str
    kind: str
    call: dict[str, Any]
    guidance: float | None = None
    shift: float = 0.0
    sees: bool = False


MODELS = {
    "ltx-2": Model("ltx2", "LTX2ConditionPipeline", {}),
    "ltx-2.3": Model("ltx23", "LTX2ConditionPipeline", {}),
    "ltx-2.5-full": Model("ltx25", "LTX2ConditionPipeline", {}),
    "flux2-klein-4b": Model("flux2-klein", "Flux2KleinPipeline", {"guidance_scale": 1.0}),
    "flux2-klein-base-9b": Model("flux2-klein-base", "Flux2KleinPipeline", {"guidance_scale": 4.0}, 4.0),
    "flux2-klein-9b-kv": Model("flux2-klein-kv", "Flux2KleinKVPipeline", {}),
    "flux2-dev": Model("flux2-dev", "Flux2Pipeline", {"guidance_scale": 4.0}, 4.0),
    "z-image-turbo": Model("z-image-turbo", "ZImagePipeline", {"guidance_scale": 0.0}),
    "z-image": Model("z-image", "ZImagePipeline", {"guidance_scale": 3.0, "negative_prompt": AGAINST}, 3.0),
    "qwen-image": Model(
        "qwen-image", "QwenImagePipeline", {"true_cfg_scale": 4.0, "negative_prompt": AGAINST}, 4.0
    ),
    "qwen-image-edit-2511": Model(
        "qwen-image-edit",
        "QwenImageEditPlusPipeline",
        {"true_cfg_scale": 4.0, "negative_prompt": AGAINST},
        4.0,
        sees=True,
    ),
    "wan-2.2-ti2v-5b": Model(
        "wan-ti2v", "WanPipeline", {"guidance_scale": 5.0, "negative_prompt": AGAINST}, 5.0, 5.0
    ),
    "wan-2.2-t2v-a14b": Model(
        "wan-t2v",
        "WanPipeline",
        {"guidance_scale": 4.0, "guidance_scale_2": 4.0, "negative_prompt": AGAINST},
        4.0,
        12.0,
    ),
    "wan-2.2-i2v-a14b": Model(
        "wan-i2v",
        "WanImageToVideoPipeline",
        {"guidance_scale": 3.5, "guidance_scale_2": 3.5, "negative_prompt": AGAINST},
        3.5,
        5.0,
        sees=True,
    ),
}
PACKAGES = tuple(name for name in ("torchao",) if name in find_recipe_packages())


class Cell(NamedTuple):
    model: str
    precision: str
    # Where weights are stored, the share that stays on the card, and the text encoder's precision
    placement: tuple[str, float, str]


def family_of(model: str) -> str:
    return FAMILIES[MODELS[model].tiny].family


def picture(folder: Path) -> Path:
    path = folder / "seen.png"
    Image.radial_gradient("L").resize((SIDE, SIDE)).convert("RGB").save(path)
    return path


def asked(id: str, folder: Path, recipe: str = "") -> MakeVideo | MakePicture:
    """Return a spec of a take or picture by this model. An empty `recipe` leaves the choice to the engine."""
    family, model = family_of(id), MODELS[id]
    said: dict[str, Any] = {"engine": family, "model": id, "prompt": WORDS, "seed": SEED, "recipe": recipe}
    said |= {"width": SIDE, "height": SIDE, "steps": STEPS}
    if family != "ltx2" and model.guidance is not None:
        said |= {"guidance": model.guidance} | ({"negative": AGAINST} if family != "flux2" else {})
    if family in TAKES:
        rate = "24/1" if family == "ltx2" or id.endswith("5b") else "16/1"
        said |= {"frames": FRAMES, "rate": rate, "stages": "one"}
        said |= {"schedule": "full"} if family == "ltx2" else {}
        seen = [Conditioning(input=str(picture(folder)), source="board")] if model.sees else []
        return MakeVideo(**said, conditioning=tuple(seen))
    return MakePicture(**said, references=(str(picture(folder)),) if model.sees else ())


def recipes_of(id: str, folder: Path) -> dict[Cell, str]:
    """Return the names of the recipes that some card gets for the model's published size, by their
    properties.
    """
    request = explanation.make_published_request(family_of(id), id, asked(id, folder))
    found: dict[Cell, str] = {}
    for one in build_recipe_ladder(request, "cuda", PACKAGES):
        found.setdefault(Cell(id, one.precision, (one.offload, one.kept, one.text)), one.name)
    return found


def every_cell(folder: Path) -> list[Cell]:
    return [cell for id in MODELS for cell in recipes_of(id, folder)]


def in_pairs(cells: list[Cell]) -> list[Cell]:
    """Choose few cells that together contain each pair of values that can occur together. Families stand for
    their models.
    """
    wanted = {pair for cell in cells for pair in combinations(enumerate(cell), 2)}
    taken = []
    while wanted:
        best = max(cells, key=lambda cell: len(set(combinations(enumerate(cell), 2)) & wanted))
        taken.append(best)
        wanted -= set(combinations(enumerate(best), 2))
    return sorted(taken)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path / "home"
    monkeypatch.setenv("MILIMO_HOME", str(folder))
    monkeypatch.setenv("MILIMO_TEST_CARD", "1000")  # GB, so that every requested recipe fits
    # Compiled code would hide single operations from the simulation, so the attention kernel of LTX-2.5's
    # text encoder runs uncompiled.
    monkeypatch.setattr(flex_attention, "_FLEX_ATTENTION_DISABLE_COMPILE_DEBUG", True)
    Home(folder).models.mkdir(parents=True)
    Home(folder).mark.touch()
    store = ModelStore(Home(folder).models)
    for id, model in MODELS.items():
        row = FAMILIES[model.tiny]
        where = str(tiny(model.tiny))
        store.register(InstalledWeights(id=id, family=row.family, generation=row.generation, path=where))
    return folder


def on_the_card(cell: Cell, folder: Path) -> tuple[Calls, int, int, int]:
    """Run the engine on the simulated card. Return the transformer's calls, the largest number of bytes on
    the card, the bytes afterwards, and the bytes that the model cache counts.
    """
    folder.mkdir(exist_ok=True)
    spec = asked(cell.model, folder, recipes_of(cell.model, folder)[cell])
    engine, context = engine_registry.build_engine(family_of(cell.model)), JobRecorder(folder)
    with pretended() as card:
        try:
            with bare_pipelines.watched() as calls:
                engine.run(spec, context)
            get_model_cache().measure_models()
            get_model_cache().memory.free_unreferenced()
            found = calls, card.most, card.bytes(), get_model_cache().bytes
        finally:
            get_model_cache().clear()
            get_input_cache.cache_clear()
    assert f"recipe: {spec.recipe}" in "\n".join(context.lines)
    return found


def reads_by(cell: Cell) -> str:
    """Return the precision of the text encoder if it differs from the rest, otherwise an empty string."""
    return cell.placement[2].removesuffix("once").strip()


class BareRuns:
    """Cached runs of the bare pipelines on the CPU. One run for each model and precision serves all
    placements.
    """

    def __init__(self, tiny: Tiny) -> None:
        self._tiny = tiny
        self._known: dict[tuple[str, str, str], Calls] = {}

    def of(self, cell: Cell, folder: Path) -> Calls:
        key = (cell.model, cell.precision, reads_by(cell))
        if key not in self._known:
            self._known[key] = self._made(cell, folder)
        return self._known[key]

    def _made(self, cell: Cell, folder: Path) -> Calls:
        model = MODELS[cell.model]
        weights = Bare(self._tiny(model.tiny), cell.precision, reads=reads_by(cell))
        if family_of(cell.model) == "ltx2":
            return bare_pipelines.video(weights, _clip(FAMILIES[model.tiny].generation), WORDS)
        named = {**model.call, "prompt": WORDS, "width": SIDE, "height": SIDE, "num_inference_steps": STEPS}
        if model.sees:
            seen = Image.open(picture(folder)).convert("RGB")
            named["image"] = seen if family_of(cell.model) == "wan" else [seen]
        parts: dict[str, Any] = {}
        if family_of(cell.model) == "wan":
            named["num_frames"] = FRAMES
            own = UniPCMultistepScheduler.from_pretrained(weights.folder, subfolder="scheduler")
            parts["scheduler"] = UniPCMultistepScheduler.from_config(own.config, flow_shift=model.shift)
            parts["vae"] = AutoencoderKLWan.from_pretrained(
                weights.folder, subfolder="vae", dtype=torch.float32
            )
        return bare_pipelines.by_call(weights, model.kind, named, SEED, **parts)


def _clip(name: str) -> bare_pipelines.Clip:
    row = find_generation(name)
    return bare_pipelines.Clip(
        width=SIDE,
        height=SIDE,
        frames=FRAMES,
        seed=SEED,
        sigmas=compute_sigmas("full", STEPS),
        refine=(),
        negative=NEGATIVE,
        guidance=FULL.build_pipeline_arguments(),
        unguided={},
        flags={"use_cross_timestep": row.cross_timestep, "spatio_temporal_guidance_blocks": [1]},
    )


@pytest.fixture(scope="module")
def twins(tiny: Tiny) -> BareRuns:
    return BareRuns(tiny)


def hold(cell: Cell, folder: Path, twins: BareRuns) -> None:
    """Compare a run on the simulated card with the CPU: bit-identical, except for rounding if weights are
    read from disk. The counted bytes must match those on the card.
    """
    calls, most, held, believed = on_the_card(cell, folder)
    assert calls.tensors
    differences = calls.differences(twins.of(cell, folder))
    assert max(differences) <= (LAST_BIT if cell.placement[0] == "disk" else 0.0), (cell, differences)
    assert most >= held
    beside = BESIDE.get(family_of(cell.model), OTHERS)
    assert abs(held - believed) <= beside, (cell, held, believed)


FIRSTS = [
    Cell("wan-2.2-ti2v-5b", "bfloat16", ("disk", 0.0, "")),
    Cell("flux2-klein-4b", "bfloat16", ("kept", 0.5, "")),
    Cell("qwen-image", "bfloat16", ("blocks", 0.0, "")),
    Cell("z-image-turbo", "fp8", ("none", 0.0, "once")),
    Cell("ltx-2", "bfloat16", ("blocks", 0.0, "")),
]


@pytest.mark.long("models")
@pytest.mark.parametrize("cell", thorough("models", FIRSTS, one=True), ids=lambda cell: cell.model)
def test_family_with_weights_elsewhere_runs(cell: Cell, tmp_path: Path, twins: BareRuns) -> None:
    hold(cell, tmp_path / "work", twins)


@pytest.mark.long("models")
def test_every_family_precision_and_placement_runs(tmp_path: Path, twins: BareRuns) -> None:
    """Every family runs in every precision and placement. The run length sets how many pairs are tested; a
    full-length run tests all combinations.
    """
    every = every_cell(tmp_path)
    assert {cell.model for cell in every} == MODELS.keys()
    pairs = in_pairs(every)
    cells = pairs if rounds("forms") < len(every) else every
    count = min(rounds("forms"), len(cells))
    fallen = []
    for number in range(count):
        cell = cells[number * len(cells) // count]
        try:
            hold(cell, tmp_path / str(number), twins)
        except (AssertionError, RuntimeError, MilimoError) as error:  # collect all failures
            fallen.append(f"{cell}: {type(error).__name__}: {error}"[:400])
    assert not fallen, "\n".join(fallen)
