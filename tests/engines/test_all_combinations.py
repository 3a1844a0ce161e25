"""Test of every combination of model, precision, placement of weights, stages and kind of work. In each, all
inputs and outputs of the transformer equal those of the bare pipeline of diffusers with the same
quantisation.

Tiny weights are registered under the ids of published models, and a card of a given size is simulated. The
recipes are those that a real card would get. A normal run covers all pairs of values; a full-length run
covers all combinations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image

from milimo_tui.core.paths import DOCS, Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import NEGATIVE, find_generation
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF
from milimo_tui.engines.ltx2.plan.schedules import REFINE, compute_sigmas
from milimo_tui.engines.recipes.ladder import build_recipe_ladder
from milimo_tui.engines.recipes.tables import LADDER, PRECISION_ROWS, find_recipe_packages
from milimo_tui.engines.registry import explanation
from milimo_tui.engines.runtime.latent_preview import fit_ltx2_projection
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache
from milimo_tui.engines.specs.picture_specs import Inpaint, MakePicture
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.media.read.frames import FrameReader
from tests.budget import rounds
from tests.engines import bare_pipelines
from tests.engines.bare_pipelines import Bare, Calls
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

# Tiny checkpoints by published id. The published LTX-2.5 is distilled, so its full weights get an id of their
# own here.
LTX = {"ltx-2": "ltx2", "ltx-2.3": "ltx23", "ltx-2.5-full": "ltx25"}
FLUX = {
    "flux2-klein-4b": "flux2-klein",
    "flux2-klein-base-9b": "flux2-klein-base",
    "flux2-klein-9b-kv": "flux2-klein-kv",
    "flux2-dev": "flux2-dev",
}
# Models without inpainting; their variants with reference pictures are tested instead
WHOLE = ("flux2-klein-9b-kv", "flux2-dev")
GENERATIONS = {"ltx-2": "2.0", "ltx-2.3": "2.3", "ltx-2.5-full": "2.5"}
# Quantisers that work without a GPU
PACKAGES = tuple(name for name in ("torchao",) if name in find_recipe_packages())
HELD = tuple(dict.fromkeys(rung.precision for rung in LADDER if rung.needs in ("", *PACKAGES)))
PLACES = tuple(dict.fromkeys((rung.offload, rung.kept, rung.text) for rung in LADDER))
# Step counts to try, smallest first. Some recipes are on the ladder only for longer jobs, because moving
# weights costs time in each step.
STEPS = (2, 3, 4, 6, 8, 12, 20, 50)
STRENGTH = 0.8  # strength of inpainting below 1, so that some steps are skipped
# Allowed difference of numbers around 1 in 16 bits: weights read from disk have another memory layout, which
# changes the order of summation
LAST_BIT = 0.01
# Precisions that need a GPU, with their name in docs/weights.md. No test compares them with diffusers.
UNPROVED = {"nf4": "bitsandbytes", "nvfp4": "NVFP4"}
VARIANTS = {
    **dict.fromkeys(LTX, ("words", "pictures", "two stages", "LoRA")),
    **dict.fromkeys(FLUX, ("words", "LoRA", "painted")),
    **dict.fromkeys(WHOLE, ("words", "LoRA", "pictures")),
}
LORAS = {"ltx-2": "ltx2-style-lora", "ltx-2.3": "ltx23-style-lora", **dict.fromkeys(FLUX, "flux2-lora")}


class Cell(NamedTuple):
    model: str
    precision: str
    placement: tuple[
        str, float, str
    ]  # where weights are stored, the share that stays on the card, and the text encoder's precision
    variant: str


def forms(model: str) -> set[tuple[str, tuple[str, float, str]]]:
    """Return precision and placement of all recipes that some card gets for a small take."""
    spec: MakeVideo | MakePicture = MakePicture(engine="flux2", prompt="", width=64, height=64)
    if model in LTX:
        size: dict[str, Any] = {"frames": 9, "rate": Fraction(24), "width": 64, "height": 64}
        # The same schedule and stages as in the takes below
        spec = MakeVideo(engine="ltx2", **size, stages="one", schedule="full")
    request = explanation.make_published_request(spec.engine, model, spec)
    ladder = build_recipe_ladder(request, "cuda", PACKAGES)
    return {(one.precision, (one.offload, one.kept, one.text)) for one in ladder}


FORMS = {model: forms(model) for model in (*LTX, *FLUX)}


def every_cell() -> list[Cell]:
    cells = []
    for model, precision, place in product((*LTX, *FLUX), HELD, PLACES):
        if (precision, place) not in FORMS[model]:
            continue
        for variant in VARIANTS[model]:
            if variant != "LoRA" or model in LORAS:
                cells.append(Cell(model, precision, place, variant))
    return cells


def pairs_of(cell: Cell) -> set[tuple[Any, ...]]:
    return set(combinations(enumerate(cell), 2))


def in_pairs(cells: Iterable[Cell]) -> list[Cell]:
    """Choose few cells that together contain each pair of values that can occur together."""
    left = list(cells)
    wanted = {pair for cell in left for pair in pairs_of(cell)}
    taken = []
    while wanted:
        best = max(left, key=lambda cell: len(pairs_of(cell) & wanted))
        taken.append(best)
        wanted -= pairs_of(best)
    return taken


EVERY = every_cell()
PAIRS = sorted(in_pairs(EVERY))  # sorted, so that cells with the same weights follow each other and load once

# One cell for each model, tested in every run.
FIRSTS = list({cell.model: cell for cell in reversed(PAIRS)}.values())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("forms") / "home"
    store = furnish(folder, tiny)
    for id, name in {**LTX, **FLUX, "gemma-3-12b": "gemma3", "sam3": "sam3"}.items():
        family = "ltx2" if id in LTX else "flux2" if id in FLUX else name.rstrip("3") if id != "sam3" else id
        path = str(tiny(name))
        store.register(InstalledWeights(id=id, family=family, generation=GENERATIONS.get(id, ""), path=path))
    for id in LTX:
        put(store, tiny, f"{LTX[id]}-upsampler", "upsampler", GENERATIONS[id])
    for name in ("ltx2-style-lora", "ltx23-style-lora"):
        put(store, tiny, name, "lora", "2.0" if name.startswith("ltx2-") else "2.3")
    put(store, tiny, "flux2-lora", "lora", "", family="flux2")
    put(store, tiny, "ltx2-distilled-lora", "distilled_lora", "2.0")
    for later in ("2.3", "2.5"):  # A LoRA with the shape of 2.0 serves here because its strength is zero
        put(store, tiny, "ltx23-style-lora", "distilled_lora", later, id=f"distilled-{later}")
    return folder


@pytest.fixture(scope="module", autouse=True)
def shown(home: Path, tiny: Tiny) -> None:
    """Fit the preview projections in 32 bits and cache them. In 16 bits a CPU needs almost a minute for
    each.
    """
    from diffusers import AutoencoderKLLTX2Video

    for id, name in LTX.items():
        found = ModelStore(Home(home).models).resolve("ltx2", model=id)
        fitted = fit_ltx2_projection(AutoencoderKLLTX2Video.from_pretrained(tiny(name) / "vae"), "cpu")
        key = ModelKey(found.digest or found.id, "projection", "bfloat16")
        get_model_cache().part(key, partial(lambda value: value, fitted), JobRecorder(home), 0)


def put(store: ModelStore, tiny: Tiny, name: str, role: str, generation: str, **more: Any) -> None:
    folder = tiny(name)
    is_file = "lora" in role
    path = folder / "lora.safetensors" if is_file else folder
    row: dict[str, Any] = {"id": name, "family": "ltx2", "role": role, "generation": generation, **more}
    store.register(InstalledWeights(**row, path=str(path), form="file" if is_file else "folder"))


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    monkeypatch.setenv("MILIMO_TEST_CARD", "1000")  # GB, so that every requested recipe fits


def picture(folder: Path, value: int) -> str:
    path = folder / f"{value}.png"
    Image.new("RGB", (64, 64), (value, 90, 255 - value)).save(path)
    return str(path)


def spec_of(cell: Cell, folder: Path, steps: int) -> MakeVideo | MakePicture | Inpaint:
    loras = (Lora(id=LORAS[cell.model]),) if cell.variant == "LoRA" else ()
    said: dict[str, Any] = {"prompt": "a lamp", "model": cell.model, "seed": 3, "loras": loras}
    if cell.model in FLUX:
        size = {"width": 64, "height": 64, "steps": steps}
        if cell.variant != "painted":
            seen = (picture(folder, 30), picture(folder, 220)) if cell.variant == "pictures" else ()
            return MakePicture(engine="flux2", **said, **size, references=seen)
        mask = folder / "mask.png"
        Image.new("L", (64, 64), 255).save(mask)
        painted: dict[str, Any] = {"input": picture(folder, 200), "mask": str(mask), "strength": STRENGTH}
        return Inpaint(engine="flux2", **said, steps=steps, **painted)
    side = 128 if cell.variant == "two stages" else 64
    stages = "two" if cell.variant == "two stages" else "one"
    follows = [
        Conditioning(input=picture(folder, 30), frame=0),
        Conditioning(input=picture(folder, 220), frame=1),  # the frame at which the second latent starts
    ]
    return MakeVideo(
        engine="ltx2",
        **said,
        frames=9,
        rate="24/1",
        width=side,
        height=side,
        steps=steps,
        stages=stages,
        schedule="full",
        conditioning=tuple(follows) if cell.variant == "pictures" else (),
    )


def recipe_of(cell: Cell, home: Path, spec: MakeVideo | MakePicture | Inpaint) -> str:
    """Return the name of the recipe with the cell's precision and placement for this spec, or an empty string
    if the ladder has none for so few steps.
    """
    store = ModelStore(Home(home).models)
    found = store.resolve("flux2" if cell.model in FLUX else "ltx2", model=cell.model)
    asked = (
        MakePicture(engine="flux2", prompt="", width=64, height=64, steps=spec.steps, model=spec.model)
        if isinstance(spec, Inpaint)
        else spec
    )
    engine = "flux2" if cell.model in FLUX else "ltx2"
    request = explanation.make_local_request(engine, store, found, asked)
    for recipe in build_recipe_ladder(request, "cuda", find_recipe_packages()):
        if (recipe.precision, (recipe.offload, recipe.kept, recipe.text)) == (cell.precision, cell.placement):
            return recipe.name
    return ""


def made(cell: Cell, home: Path, folder: Path) -> tuple[Result, Calls, int]:
    """Run the engine with the cell's recipe. Return the result, the transformer's calls and the number of
    steps.
    """
    specs = [spec_of(cell, folder, steps) for steps in STEPS]
    spec, name = next((spec, name) for spec in specs if (name := recipe_of(cell, home, spec)))
    engine = Flux2() if cell.model in FLUX else Ltx2()
    with bare_pipelines.watched() as calls:
        result = engine.run(spec.model_copy(update={"recipe": name}), JobRecorder(folder))
    if cell.model in LTX:
        assert result.facts["recipe"] == name
    assert spec.steps
    return result, calls, spec.steps


def reads_by(cell: Cell) -> str:
    """Return the precision of the text encoder if it differs from the rest, otherwise an empty string."""
    return cell.placement[2].removesuffix("once").strip()


class BareRuns:
    """Cached runs of the bare pipelines. The placement of weights does not change the result, so one run
    serves all placements.
    """

    def __init__(self, tiny: Tiny) -> None:
        self._tiny = tiny
        self._known: dict[tuple[str, str, str, int, str], Calls] = {}

    def of(self, cell: Cell, folder: Path, steps: int = STEPS[0]) -> Calls:
        key = (cell.model, cell.precision, cell.variant, steps, reads_by(cell))
        if key not in self._known:
            make = self._still if cell.model in FLUX else self._clip
            self._known[key] = make(cell, folder, steps)
        return self._known[key]

    def _weights(self, cell: Cell, lora: str) -> Bare:
        folder = self._tiny({**LTX, **FLUX}[cell.model])
        worn = self._tiny(lora) / "lora.safetensors" if lora else None
        return Bare(folder, cell.precision, worn, reads=reads_by(cell))

    def _clip(self, cell: Cell, folder: Path, steps: int) -> Calls:
        row, name = find_generation(GENERATIONS[cell.model]), LTX[cell.model]
        two = cell.variant == "two stages"
        lora = LORAS[cell.model] if cell.variant == "LoRA" else ""
        distilled = "ltx2-distilled-lora" if cell.model == "ltx-2" else "ltx23-style-lora"
        files = [Image.open(picture(folder, value)) for value in (30, 220)]
        clip = bare_pipelines.Clip(
            width=128 if two else 64,
            height=128 if two else 64,
            frames=9,
            seed=3,
            sigmas=compute_sigmas("full", steps),
            refine=REFINE,
            negative=NEGATIVE,
            guidance=FULL.build_pipeline_arguments(),
            unguided=OFF.build_pipeline_arguments(),
            flags={"use_cross_timestep": row.cross_timestep, "spatio_temporal_guidance_blocks": [1]},
            pictures=tuple(enumerate(files)) if cell.variant == "pictures" else (),
            upsampler=self._tiny(f"{name}-upsampler") if two else None,
        )
        return bare_pipelines.video(self._weights(cell, distilled if two else lora), clip, "a lamp")

    def _still(self, cell: Cell, folder: Path, steps: int) -> Calls:
        guided = cell.model in ("flux2-klein-base-9b", "flux2-dev")
        painted = Image.open(picture(folder, 200)) if cell.variant == "painted" else None
        strength = STRENGTH if painted else 1.0
        looks = (30, 220) if cell.variant == "pictures" else ()
        files = tuple(Image.open(picture(folder, value)) for value in looks)
        still = bare_pipelines.PictureCall(64, 64, 3, steps, 4.0 if guided else 1.0, strength, painted, files)
        weights = self._weights(cell, LORAS[cell.model] if cell.variant == "LoRA" else "")
        return bare_pipelines.picture(weights, still, "a lamp")[0]


@pytest.fixture(scope="module")
def twins(tiny: Tiny) -> BareRuns:
    return BareRuns(tiny)


def look_at(result: Result, cell: Cell) -> None:
    """Check the output: a take has its frames and sound, and no picture is a single colour."""
    [output] = result.outputs
    if cell.model in LTX:
        with FrameReader(Path(output.path)) as reader:
            pixels = np.asarray(reader.picture(Fraction(0)))
        assert output.facts["frames"] == 9
        assert output.facts["channels"] == 2
    else:
        pixels = np.asarray(Image.open(output.path).convert("RGB"))
    assert pixels.std() > 0, cell


def hold_against_its_twin(cell: Cell, home: Path, folder: Path, twins: BareRuns) -> None:
    """Compare the cell's transformer calls with the bare pipeline: bit-identical, except for rounding if
    weights are read from disk.
    """
    result, calls, steps = made(cell, home, folder)
    look_at(result, cell)
    assert calls.tensors
    differences = calls.differences(twins.of(cell, folder, steps))
    assert max(differences) <= (LAST_BIT if cell.placement[0] == "disk" else 0.0), (cell, differences)


@pytest.mark.long("models")
@pytest.mark.parametrize("cell", FIRSTS, ids=lambda cell: "-".join(map(str, cell)))
def test_one_form_of_each_model_is_equal(cell: Cell, home: Path, tmp_path: Path, twins: BareRuns) -> None:
    hold_against_its_twin(cell, home, tmp_path, twins)


@pytest.mark.long("forms")
def test_every_model_precision_placement_and_variant_is_equal(
    home: Path, tmp_path: Path, twins: BareRuns
) -> None:
    """Each model, precision, placement and variant gives the result of the bare pipeline. The run length sets
    how many pairs are tested, spread evenly; a full-length run tests all combinations.
    """
    cells = PAIRS if rounds("forms") < len(EVERY) else EVERY
    count = min(rounds("forms"), len(cells))
    for number in range(count):
        folder = tmp_path / str(number)
        folder.mkdir()
        hold_against_its_twin(cells[number * len(cells) // count], home, folder, twins)


@pytest.mark.long("models")
def test_bare_pipeline_in_other_bits_differs(twins: BareRuns, tmp_path: Path) -> None:
    """Two precisions give different results, so the comparison can detect a difference."""
    plain, packed = (Cell("ltx-2", each, ("none", 0.0, ""), "words") for each in ("bfloat16", "fp8"))
    assert max(twins.of(plain, tmp_path).differences(twins.of(packed, tmp_path))) > LAST_BIT


@pytest.mark.long("models")
def test_unprovable_forms_are_listed() -> None:
    """Every precision is compared with diffusers here or in tests of weight files. The others are listed in
    the documentation as untested.
    """
    of_files = {"gguf-q8", "gguf-q5", "gguf-q4", "fp8-scaled"}  # tested in test_gguf and test_scaled_weights
    precisions = {cell.precision for cell in EVERY}
    assert {one.precision for one in PRECISION_ROWS} - precisions - of_files - {"int8"} == UNPROVED.keys()
    page = (
        (DOCS / "weights.md")
        .read_text()
        .partition("## What has not been tested on a GPU")[2]
        .partition("\n## ")[0]
    )
    assert all(name in page for name in UNPROVED.values())
    assert "torchao" in page, "held against its twin where the package is installed"


# -- through a real worker


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    more = {"MILIMO_TEST_CARD": "1000", "OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
    milimo = Milimo({**environment(tmp_path), **more}, tmp_path / "work")
    store = furnish(Path(milimo.home), tiny)
    store.register(InstalledWeights(id="flux2-klein-4b", family="flux2", path=str(tiny("flux2-klein"))))
    milimo.act("supervisor", "start")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("forms")
def test_job_with_8_bit_weights_ends_with_its_picture(studio: Milimo) -> None:
    """A text encoder completely in 8 bits once ended the job with an error on every card. The job has to end
    with a picture.
    """
    name = "fp8 weights, whole on the card, text encoded once"
    spec = {"kind": "make_picture", "engine": "flux2", "prompt": "a lamp", "width": 64, "height": 64}
    with Client(Home(Path(studio.home))) as client:
        [job] = client.submit_jobs([JobRequest(spec={**spec, "steps": 2, "recipe": name})])
        events = client.watch_events(jobs=[job])
        if client.fetch_job(job).ended is None:
            next(event for event in events if event.get("state") in ("done", "failed"))
        ended, log = client.fetch_job(job), client.read_job_log(job)
    assert ended.state == "done", log
    assert f"recipe: {name}" in log
