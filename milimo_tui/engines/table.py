"""The table of engines: name, title, lane, kinds of work, where its class is. Data only; nothing is imported
until a worker asks for the engine.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from functools import cache
from typing import cast

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.contract import Engine


@dataclass(frozen=True, slots=True)
class EngineRow:
    """`lane` is the worker lane: `gpu`, `cpu`, `render` or `quick`.

    `rungs` names the ways to run it, from the best to the one that needs least memory; a job that ran out
    of it goes on one rung lower. `step_seconds` bounds the time between two steps: a worker that reports none
    for so long hangs. `load_seconds` bounds the time its `load` may take.
    `secrets` names the variables with tokens or keys that workers of its lane get; no others do.
    """

    name: str
    title: str
    lane: str
    kinds: tuple[str, ...]
    factory: str  # module:Class
    needs: str = ""  # a sentence, empty when it needs nothing
    previs: bool = False
    rungs: tuple[str, ...] = ()
    step_seconds: float = 300.0
    load_seconds: float = 1800.0
    secrets: tuple[str, ...] = ()


LARGE_FILE_SECONDS = 3600.0  # hashing or copying a file is one step, however large it is

ENGINES: tuple[EngineRow, ...] = (
    EngineRow(
        "animatic",
        "Animatic: boards that move, drawn on the CPU (previs)",
        "cpu",
        ("make_video", "make_picture"),
        "milimo_tui.engines.animatic:Animatic",
        previs=True,
    ),
    EngineRow(
        "film",
        "Film: the renderer",
        "render",
        ("render_film",),
        "milimo_tui.engines.film:Film",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "quick",
        "Quick: probe, hash, thumbnails, peaks",
        "quick",
        ("probe", "make_thumbnails", "make_peaks"),
        "milimo_tui.engines.quick:Quick",
        step_seconds=LARGE_FILE_SECONDS,
    ),
)


def rows() -> tuple[EngineRow, ...]:
    """Every engine there is. Tests add rows of their own by MILIMO_TEST_ENGINES=module:ROWS."""
    injected = os.environ.get("MILIMO_TEST_ENGINES")
    return _with(injected) if injected else ENGINES


@cache
def _with(injected: str) -> tuple[EngineRow, ...]:
    module, _, name = injected.partition(":")
    return ENGINES + cast("tuple[EngineRow, ...]", getattr(importlib.import_module(module), name))


def find(name: str) -> EngineRow | None:
    """The engine by that name; None for one of another time or machine."""
    return next((entry for entry in rows() if entry.name == name), None)


def row(name: str) -> EngineRow:
    """The engine by that name. Raises NotFound with the names there are."""
    entry = find(name)
    if entry is None:
        raise NotFound(f"there is no engine “{name}”", f"engines: {', '.join(e.name for e in rows())}")
    return entry


def build(name: str) -> Engine:
    """Import and construct the engine, in the worker process."""
    module, _, cls = row(name).factory.partition(":")
    return cast(Engine, getattr(importlib.import_module(module), cls)())
