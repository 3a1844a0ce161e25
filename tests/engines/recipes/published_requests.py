"""Requests of published models, for tests of the recipe ladder."""

from __future__ import annotations

from typing import Any

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry import engine_registry

# The engines that choose a recipe
ENGINES = ("flux2", "local", "ltx2", "qwen-image", "sam3", "wan", "z-image")


def sizes_of(engine: str) -> Sizes:
    sizes = engine_registry.profile(engine).sizes()
    assert sizes is not None
    return sizes


def weights_of(model: str) -> Weights:
    return next(row for row in map(_published, ENGINES, [model] * len(ENGINES)) if row is not None)


def _published(engine: str, model: str) -> Weights | None:
    return sizes_of(engine).find_published_weights(model)


def asked(
    engine: str, weights: Weights | str, width: int, height: int, frames: int = 1, **more: Any
) -> Request:
    """Return a request of this engine. `weights` are weights or the id of published ones."""
    held = weights_of(weights) if isinstance(weights, str) else weights
    return Request(engine, held, sizes_of(engine).work, width, height, frames, **more)
