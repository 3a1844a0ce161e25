"""Specs that download weights, verify them, or make tiny ones."""

from __future__ import annotations

from typing import Literal

from milimo_tui.engines.specs.spec_values import SpecValue


class FetchModel(SpecValue):
    """Download weights: all files of a row of the registry, or the named files.

    For weights that the registry does not know, the spec gives their source and type: `hub` (OWNER/NAME),
    `family`, `role`, `generation`; `model` is the id that they get.
    """

    kind: Literal["fetch_model"] = "fetch_model"
    engine: str = "hub"
    model: str
    files: tuple[str, ...] = ()  # names, or patterns
    revision: str = ""
    endpoint: str = ""  # empty: the hub's default, or the environment's
    hub: str = ""
    family: str = ""
    role: str = ""
    generation: str = ""


class VerifyModel(SpecValue):
    """Hash the files of installed weights and compare them with the manifest."""

    kind: Literal["verify_model"] = "verify_model"
    engine: str = "hub"
    model: str


class PullModel(SpecValue):
    """Have an Ollama server download a model of its library."""

    kind: Literal["pull_model"] = "pull_model"
    engine: str = "ollama-models"
    model: str


class CheckEngine(SpecValue):
    """Run an engine's reference case and compare it with the bare pipeline, and with earlier results."""

    kind: Literal["check_engine"] = "check_engine"
    engine: str
    model: str = ""


class MakeTiny(SpecValue):
    """Make tiny checkpoints with random weights and the real classes: one by name, all of a family, or
    (empty) all.
    """

    kind: Literal["make_tiny"] = "make_tiny"
    engine: str = "tiny"
    family: str = ""
    seed: int = 0
