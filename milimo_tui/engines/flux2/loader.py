"""FLUX.2 klein in memory: found on the shelf, run by a recipe, kept between jobs by the worker's residency.

For workers alone: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.flux2 import recipe_request
from milimo_tui.engines.flux2.pipelines import Inpainter, Painter
from milimo_tui.engines.flux2.sizes import SIZES
from milimo_tui.engines.flux2.variants import UNIT, variant_of
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.courses import Variant
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.recipes.values import Choice, Recipe, Request
from milimo_tui.engines.recipes.weight_sizes import files_of, held_bytes, loras_gb, weigh, whole_bytes
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.active_loras import Adapter, set_adapters
from milimo_tui.engines.runtime.cancel import letting_go, stoppable
from milimo_tui.engines.runtime.determinism import deterministic
from milimo_tui.engines.runtime.input_caches import key_of, remembered
from milimo_tui.engines.runtime.latent_preview import Projection, flux2_projection
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import Key, Place, model_cache
from milimo_tui.engines.runtime.model_stack import quiet_libraries, reading
from milimo_tui.engines.runtime.placement import stream
from milimo_tui.engines.runtime.recipe_run import key, running
from milimo_tui.engines.runtime.single_files import load_transformer
from milimo_tui.engines.specs.spec_values import Loras

FAMILY = "flux2"
STAGES = {"loading": 2.0, "reading the prompt": 1.0, "painting": 20.0}  # about how long each takes


@dataclass(slots=True)
class Loaded:
    """A pipeline with what is known of its weights, run by that recipe. `projection` shows its latents."""

    pipe: Painter
    found: Found
    variant: Variant
    recipe: Recipe
    projection: Projection
    loras: tuple[lora_files.LoraFile, ...] = ()
    read: Mapping[str, torch.Tensor] = field(default_factory=dict)  # prompts that were read before this came

    @property
    def reads(self) -> tuple[str, str, str]:
        """Which weights in which form read a prompt: what they make of the same words is the same."""
        return _reads(self.found, self.recipe)

    @property
    def vision_words(self) -> tuple[str, ...]:
        """The same of pictures, for which it counts by what tiles they are looked at."""
        return (*self.reads, f"{self.recipe.tiling} {self.recipe.stride}")

    def inpainter(self, *, remembers: bool = True) -> Inpainter:
        """A pipeline that paints parts of a picture anew, of the same modules: nothing is loaded for it."""
        inpainter = Inpainter(**self.pipe.components, is_distilled=not self.variant.guided)
        inpainter.set_progress_bar_config(disable=True)
        inpainter.weights = self.vision_words if remembers else ()
        return inpainter

    def move(self, place: Place) -> None:
        """To the card, or to main memory, where no hooks of offloading keep it."""
        self.pipe.to(device() if place == "card" else "cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be done, as far as loading goes: the weights and LoRAs, the raster, the references looked at
    beside it, how many runs of so many steps there are, and all `texts` that will be read.
    """

    found: Found
    variant: Variant
    loras: Loras
    width: int
    height: int
    steps: int
    guided: bool
    references: int = 0
    runs: int = 1
    deterministic: bool = False
    recipe: str = ""
    texts: tuple[str, ...] = ()


def find(model: str) -> tuple[Found, Variant]:
    """The weights to load. Raises Unavailable with the command that gets them, Damaged."""
    found = model_store().resolve(FAMILY, model=model)
    return found, variant_of(_folder(found))


@contextmanager
def at_work(work: Work, context: Context) -> Iterator[Loaded]:
    """The weights in memory, wearing the job's LoRAs, while its work is done.

    Want of memory leaves as OutOfMemory in the recipe's words; whatever ends the work, what it held is free.
    """
    active = lora_files.files(model_store(), work.found, work.loras)
    context.plan(STAGES)
    with running(context, _request(work, active), _name(work.found), work.recipe) as choice:
        once = choice.recipe.text.endswith("once")
        read = read_ahead(work.found, choice.recipe, work.texts, context) if once else {}
        loaded = _resident(work.found, work.variant, choice, context)
        for note in apply.tune(loaded.pipe, choice.recipe):
            context.log(note)
        with letting_go(loaded.pipe), deterministic(work.deterministic, context):
            set_adapters(
                loaded.pipe,
                (Adapter(one.title, one.path, one.digest, one.strength) for one in active),
                context,
            )
            ready = replace(loaded, loras=active, recipe=choice.recipe, read=read)
            ready.pipe.weights = ready.vision_words
            yield ready


def _request(work: Work, active: Sequence[lora_files.LoraFile]) -> Request:
    return recipe_request.work(
        weigh(work.found, SIZES),
        width=max(work.width, UNIT),
        height=max(work.height, UNIT),
        steps=work.steps,
        guided=work.guided,
        references=work.references,
        runs=work.runs,
        loras=loras_gb({one.path for one in active}),
    )


def _name(found: Found) -> str:
    """What the weights are held under."""
    return found.digest or found.id


def _resident(found: Found, variant: Variant, choice: Choice, context: Context) -> Loaded:
    recipe = choice.recipe
    size = whole_bytes(found, recipe)
    mover = None if recipe.placed or recipe.needs else Loaded.move  # quantised weights stay where they are

    def build() -> Loaded:
        return _load(found, variant, recipe, context)

    return model_cache().pipeline(key(_name(found), choice), build, context, size, move=mover)


def _load(found: Found, variant: Variant, recipe: Recipe, context: Context) -> Loaded:
    """Raises Unavailable for what a recipe needs and this machine lacks, Damaged for what can't be read."""
    quiet_libraries()
    context.progress("loading", 0, 1, found.id)
    with reading(found.id):
        pipe = Painter.from_pretrained(
            _folder(found),
            local_files_only=True,
            use_safetensors=True,
            **_single(found, recipe),
            **({"text_encoder": None, "tokenizer": None} if recipe.text.endswith("once") else {}),
            **apply.load_options(recipe),
        )
    pipe.set_progress_bar_config(disable=True)
    apply.apply(pipe, recipe, weights=_name(found))
    projection = flux2_projection(pipe.vae, pipe._execution_device)
    pipe.maybe_free_model_hooks()
    context.progress("loading", 1, 1, found.id)
    return Loaded(pipe, found, variant, recipe, projection)


def read_text(pipe: Any, text: str, known_as: tuple[str, ...], context: Context) -> torch.Tensor:
    """The text as the pipeline's encoder reads it, (1, 512, width); one that is known is not read again."""
    where = pipe._execution_device

    def read() -> tuple[torch.Tensor]:
        with torch.no_grad(), stoppable(pipe.text_encoder, context, "reading the prompt"):
            embedded, _ = pipe.encode_prompt(prompt=text, device=where)
        return (embedded,)

    return remembered().get(key_of("words", *known_as, text), read, where)[0]


def read_ahead(
    found: Found, recipe: Recipe, texts: tuple[str, ...], context: Context
) -> dict[str, torch.Tensor]:
    """Every text, read before the transformer is in memory by an encoder that is in none afterwards."""
    known_as = _reads(found, recipe)
    keys = {text: key_of("words", *known_as, text) for text in texts}
    if all(one in remembered() for one in keys.values()):
        return {text: remembered().get(one, tuple)[0] for text, one in keys.items()}
    held, own = (
        model_cache(),
        Key(_name(found), "reader", *_reads(found, recipe)[1:], recipe.placed, found.id),
    )

    def build() -> Any:
        quiet_libraries()
        options = apply.load_options(recipe, ("text_encoder",))
        reader = Painter.from_pretrained(
            _folder(found), local_files_only=True, use_safetensors=True, transformer=None, vae=None, **options
        )
        apply.hold("text_encoder", reader.text_encoder, recipe)
        if recipe.offload == "none":
            reader.text_encoder.to(device())
        else:
            stream(reader.text_encoder, device())
        return reader

    size = held_bytes(files_of(_folder(found) / "text_encoder"), recipe, packed=False)
    try:
        reader = held.part(own, build, context, size)
        return {text: read_text(reader, text, known_as, context) for text in texts}
    finally:
        held.drop(own)


def _reads(found: Found, recipe: Recipe) -> tuple[str, str, str]:
    return _name(found), apply.precision_of(recipe, "text_encoder"), recipe.computes


def _folder(found: Found) -> Path:
    """The folder as diffusers reads it: of a single file that of its other parts."""
    if found.path.is_dir():
        return found.path
    if found.base is None:
        raise Unavailable(
            f"{found.id} is one file and needs the other parts of its model", "milimo model download"
        )
    return found.base


def _single(found: Found, recipe: Recipe) -> dict[str, Any]:
    """The transformer of a single file, in place of the folder's."""
    if found.path.is_dir():
        return {}
    from diffusers import Flux2Transformer2DModel

    options = apply.model_options(recipe, "transformer")
    quantiser = options.get("quantization_config")
    folder = _folder(found)
    transformer = load_transformer(
        Flux2Transformer2DModel, found.path, folder, options["dtype"], {}, quantiser
    )
    return {"transformer": transformer}
