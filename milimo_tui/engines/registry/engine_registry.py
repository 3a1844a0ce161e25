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
from milimo_tui.engines.contract.engine import Engine
from milimo_tui.engines.recipes.choice import rungs


@dataclass(frozen=True, slots=True)
class EngineRow:
    """`lane` is the worker lane: `gpu`, `cpu`, `render`, `quick` or `fetch` (downloads). `else_lane` is where
    it runs on a machine that has no such lane (tiny weights on the CPU); empty: not at all.

    `rungs` names the ways to run it, from the best to the one that needs least memory; a job that ran out
    of it goes on one rung lower. `step_seconds` bounds the time between two steps: a worker that reports none
    for so long hangs. `load_seconds` bounds the time its `load` may take.
    `secrets` names the variables with tokens or keys that workers of its lane get; no others do.
    `one_frame` is the engine that makes a film's takes of a single frame, which are pictures. `pass_seconds`
    is how long a take its model makes in one go, `most_frames` the longest take that it makes at all.
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
    else_lane: str = ""
    one_frame: str = ""
    pass_seconds: float = 0.0
    most_frames: int = 0


LARGE_FILE_SECONDS = 3600.0  # hashing or copying a file is one step, however large it is

ENGINES: tuple[EngineRow, ...] = (
    EngineRow(
        "animatic",
        "Animatic: boards that move, drawn on the CPU (previs)",
        "cpu",
        ("make_video", "make_picture"),
        "milimo_tui.engines.animatic.engine:Animatic",
        previs=True,
    ),
    EngineRow(
        "hub",
        "Hub: weights from their makers, whole and checked",
        "fetch",
        ("fetch_model", "verify_model"),
        "milimo_tui.engines.hub.engine:Hub",
        step_seconds=LARGE_FILE_SECONDS,
        secrets=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    ),
    EngineRow(
        "ltx2",
        "LTX-2: takes with sound, from words, pictures, clips and controls",
        "gpu",
        ("make_video",),
        "milimo_tui.engines.ltx2.engine:Ltx2",
        needs="the weights of LTX-2",
        rungs=rungs("ltx2"),
        else_lane="cpu",
        one_frame="flux2",
        pass_seconds=20.0,
        most_frames=1441,
    ),
    EngineRow(
        "flux2",
        "FLUX.2: pictures, parts painted anew, pictures enlarged",
        "gpu",
        ("make_picture", "inpaint", "upscale", "make_video"),
        "milimo_tui.engines.flux2.engine:Flux2",
        needs="the weights of FLUX.2 klein",
        rungs=rungs("flux2"),
        else_lane="cpu",
    ),
    EngineRow(
        "tiny",
        "Tiny: the smallest real checkpoints of every family, of random numbers (noise)",
        "cpu",
        ("make_tiny",),
        "milimo_tui.engines.tiny.engine:Tiny",
        needs="the model stack",
    ),
    EngineRow(
        "sam3",
        "SAM 3: masks of what is named or clicked, in pictures and through clips",
        "gpu",
        ("segment", "track"),
        "milimo_tui.engines.sam3.engine:Sam3",
        needs="the weights of SAM 3",
        rungs=rungs("sam3"),
        else_lane="cpu",
    ),
    EngineRow(
        "film",
        "Film: the renderer",
        "render",
        ("render_film",),
        "milimo_tui.engines.film.engine:Film",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "quick",
        "Quick: probe, hash, thumbnails, peaks, proxies",
        "quick",
        ("probe", "make_thumbnails", "make_peaks", "make_proxy"),
        "milimo_tui.engines.media_jobs.engine:Quick",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "gemma",
        "Gemma: prompts and breakdowns, by weights on this machine",
        "gpu",
        ("write",),
        "milimo_tui.engines.llm.gemma.engine:Gemma",
        needs="the weights of Gemma 3, or those of LTX-2, whose text encoder it is",
        rungs=rungs("gemma"),
        else_lane="cpu",
    ),
    EngineRow(
        "ollama",
        "Ollama: prompts and breakdowns, by a model that it runs",
        "cpu",
        ("write",),
        "milimo_tui.engines.llm.ollama.engine:Ollama",
        needs="Ollama at ollama_url, with the model ollama_model",
    ),
    EngineRow(
        "openai",
        "OpenAI-compatible: prompts and breakdowns, by a service",
        "cpu",
        ("write",),
        "milimo_tui.engines.llm.openai.engine:OpenAI",
        needs="a service at openai_url, with the model openai_model and a key",
        secrets=("OPENAI_API_KEY", "MILIMO_OPENAI_KEY"),
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


def mark(engine: str, previs: bool) -> str:
    """What a take is called that no real model made: `previs` of one that is drawn, `noise` of one by tiny
    weights; empty for any other.
    """
    entry = find(engine)
    return ("previs" if entry is None or entry.previs else "noise") if previs else ""


def build(name: str) -> Engine:
    """Import and construct the engine, in the worker process."""
    module, _, cls = row(name).factory.partition(":")
    return cast(Engine, getattr(importlib.import_module(module), cls)())
