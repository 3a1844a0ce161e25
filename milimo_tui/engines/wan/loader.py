"""Wan 2.2 in memory: found on the shelf, run by a recipe, kept between jobs by the worker's residency.

For workers alone: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan, WanImageToVideoPipeline, WanPipeline, WanTransformer3DModel
from torch import Tensor

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.pictures.family import folder_of
from milimo_tui.engines.pictures.loader import FROM_DISK
from milimo_tui.engines.pictures.loader import Loaded as LoadedPipeline
from milimo_tui.engines.pictures.reading import TEXT, read_ahead, reads_once
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.recipes.values import Choice, Recipe
from milimo_tui.engines.recipes.weight_sizes import whole_bytes
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.active_loras import Adapter, set_adapters
from milimo_tui.engines.runtime.cancel import letting_go
from milimo_tui.engines.runtime.determinism import deterministic
from milimo_tui.engines.runtime.latent_preview import wan_projection
from milimo_tui.engines.runtime.memory import device
from milimo_tui.engines.runtime.model_cache import model_cache
from milimo_tui.engines.runtime.model_stack import quiet_libraries, reading
from milimo_tui.engines.runtime.recipe_run import key, running
from milimo_tui.engines.runtime.single_files import load_transformer
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan import halves, recipe_request
from milimo_tui.engines.wan.kinds import FAMILY, Kind
from milimo_tui.engines.wan.plan import Plan

TOKENS = 512  # of a prompt; more are cut, as its makers do


@dataclass(slots=True)
class Loaded(LoadedPipeline):
    """A pipeline with what is known of its weights, and which of the models it is."""

    kind: Kind = field(kw_only=True)

    def pipeline(self, *, begins: bool) -> Any:
        """The pipeline for a take that begins with a picture, or of words alone: of the same modules."""
        cls = WanImageToVideoPipeline if begins else WanPipeline
        if isinstance(self.pipe, cls):
            return self.pipe
        own = self.pipe.config
        made = cls(
            **self.pipe.components,
            boundary_ratio=own.boundary_ratio,
            expand_timesteps=own.expand_timesteps,
        )
        made.set_progress_bar_config(disable=True)
        return made

    def bring_decoder(self) -> None:
        """Have the autoencoder where others compute, where the recipe lets it come and go: its first layer
        works before its encoder and decoder do, which is when it is brought.
        """
        if self.recipe.offload in ("kept", "blocks", "disk"):
            self.pipe.vae.to(device())


def find(model: str) -> Found:
    """The weights to load. Raises Unavailable with the command that gets them, Damaged."""
    return model_store().resolve(FAMILY, model=model)


def read(pipe: Any, text: str, where: Any) -> tuple[Tensor, ...]:
    """What its text encoder makes of a prompt."""
    embedded, _ = pipe.encode_prompt(
        text, do_classifier_free_guidance=False, max_sequence_length=TOKENS, device=where
    )
    return (embedded,)


@contextmanager
def at_work(
    found: Found, way: Plan, spec: MakeVideo, context: Context, texts: Sequence[str]
) -> Iterator[Loaded]:
    """The weights in memory, wearing the job's LoRAs, while its work is done; `texts` are all that will be
    read.

    Want of memory leaves as OutOfMemory in the recipe's words; whatever ends the work, what it held is free.
    """
    active = lora_files.files(model_store(), found, spec.loras)
    request = recipe_request.installed(way, found, dict.fromkeys(one.path for one in active))
    with running(context, request, _name(found), spec.recipe) as choice:
        ahead = read_ahead(found, choice.recipe, texts, _reader(found), read, context)
        loaded = _resident(found, way.kind, choice, context)
        for note in apply.tune(loaded.pipe, choice.recipe):
            context.log(note)
        with letting_go(loaded.pipe), deterministic(spec.deterministic, context):
            set_adapters(
                loaded.pipe,
                (_adapter(one, way.kind) for one in active),
                context,
            )
            yield replace(loaded, loras=active, recipe=choice.recipe, read=ahead)


def _adapter(one: lora_files.LoraFile, kind: Kind) -> Adapter:
    """A LoRA with the transformers of a pair that wear it."""
    parts = halves.parts_of(one.path.stem) if kind.later is not None else ()
    return Adapter(one.title, one.path, one.digest, one.strength, parts)


def _reader(found: Found) -> Any:
    """Gives a pipeline of the text encoder alone."""

    def load(options: dict[str, Any]) -> Any:
        quiet_libraries()
        without = {"transformer": None, "transformer_2": None, "vae": None}
        return WanPipeline.from_pretrained(folder_of(found), **FROM_DISK, **without, **options)

    return load


def _name(found: Found) -> str:
    """What the weights are held under."""
    return found.digest or found.id


def _resident(found: Found, kind: Kind, choice: Choice, context: Context) -> Loaded:
    recipe = choice.recipe
    mover = None if recipe.placed or recipe.needs else Loaded.move  # quantised weights stay where they are

    def build() -> Loaded:
        return _load(found, kind, recipe, context)

    size = whole_bytes(found, recipe)
    return model_cache().pipeline(key(_name(found), choice), build, context, size, move=mover)


def _single(found: Found, folder: Path, recipe: Recipe) -> dict[str, Any]:
    """The transformers of single files, in place of the folder's."""
    if found.path.is_dir():
        return {}
    files = {"transformer": found.path, "transformer_2": found.second}
    options = apply.model_options(recipe, "transformer")
    return {
        name: load_transformer(
            WanTransformer3DModel, path, folder, options["dtype"], {}, options.get("quantization_config")
        )
        for name, path in files.items()
        if path is not None
    }


def _load(found: Found, kind: Kind, recipe: Recipe, context: Context) -> Loaded:
    """Raises Unavailable for what a recipe needs and this machine lacks, Damaged for what can't be read."""
    quiet_libraries()
    context.progress("loading", 0, 1, found.id)
    folder = folder_of(found)
    gone = {TEXT: None, "tokenizer": None} if reads_once(recipe) else {}
    cls = WanPipeline if kind.words else WanImageToVideoPipeline
    with reading(found.id):
        # In 32 bits whatever the recipe, as its makers have it.
        vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae", dtype=torch.float32, **FROM_DISK)
        own = {"vae": vae, **_single(found, folder, recipe), **gone}
        pipe = cls.from_pretrained(folder, **own, **FROM_DISK, **apply.load_options(recipe))
    pipe.set_progress_bar_config(disable=True)
    apply.apply(pipe, recipe, weights=_name(found))
    projection = wan_projection(pipe.vae, pipe._execution_device)
    pipe.maybe_free_model_hooks()
    context.progress("loading", 1, 1, found.id)
    return Loaded(pipe, found, recipe, projection, kind=kind)
