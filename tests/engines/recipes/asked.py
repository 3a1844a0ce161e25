"""Requests of published models, as tests ask the ladder about them."""

from __future__ import annotations

from typing import Any

from milimo_tui.engines.recipes.model_sizes import Sizes, Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry import engine_registry

ENGINES = ("flux2", "gemma", "ltx2", "qwen-image", "sam3", "wan", "z-image")  # that run models by recipes


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
    """A request of that engine, by the weights of that id."""
    held = weights_of(weights) if isinstance(weights, str) else weights
    return Request(engine, held, sizes_of(engine).work, width, height, frames, **more)
