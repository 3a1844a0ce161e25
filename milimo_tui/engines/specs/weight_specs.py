"""Define the specs that download weights, verify weights, or make tiny weights for tests."""

from __future__ import annotations

from typing import Literal

from milimo_tui.engines.specs.spec_values import SpecValue


class FetchModel(SpecValue):
    """Download weights: all files of a known model, or only the named files.

    For a model that this program does not know, the spec also gives its source `hub` (OWNER/NAME), and its
    `family`, `role` and `generation` (version). `model` is the id that the weights get.
    """

    kind: Literal["fetch_model"] = "fetch_model"
    engine: str = "hub"
    model: str
    files: tuple[str, ...] = ()  # Names of the files to download, or patterns for them.
    revision: str = ""
    endpoint: str = ""  # URL of the hub; empty: the hub in the environment, or the default hub.
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
    """Run the reference case of an engine, and compare the result with diffusers' own pipeline and with
    earlier results.
    """

    kind: Literal["check_engine"] = "check_engine"
    engine: str
    model: str = ""


class MakeTiny(SpecValue):
    """Make tiny weights for tests: random numbers in models of the real classes. `family` is the name of the
    weights, or a family whose weights are all made; empty: all.
    """

    kind: Literal["make_tiny"] = "make_tiny"
    engine: str = "tiny"
    family: str = ""
    seed: int = 0
