"""What brings weights, looks them through, or makes the smallest there are."""

from __future__ import annotations

from typing import Literal

from milimo_tui.engines.specs.spec_values import SpecValue


class FetchModel(SpecValue):
    """Download weights: all files of a row of the registry, or those named.

    What the registry does not know says where it comes from and what it is: `hub` (OWNER/NAME), `family`,
    `role`, `generation`; `model` is the id it gets.
    """

    kind: Literal["fetch_model"] = "fetch_model"
    engine: str = "hub"
    model: str
    files: tuple[str, ...] = ()  # names, or patterns
    revision: str = ""
    endpoint: str = ""  # empty: the hub's own, or what the environment says
    hub: str = ""
    family: str = ""
    role: str = ""
    generation: str = ""


class VerifyModel(SpecValue):
    """Hash the files of installed weights and compare with the manifest."""

    kind: Literal["verify_model"] = "verify_model"
    engine: str = "hub"
    model: str


class PullModel(SpecValue):
    """Have an Ollama fetch a model of its library."""

    kind: Literal["pull_model"] = "pull_model"
    engine: str = "ollama-models"
    model: str


class CheckEngine(SpecValue):
    """Run an engine's reference case and hold it against the bare pipeline, and what was made before."""

    kind: Literal["check_engine"] = "check_engine"
    engine: str
    model: str = ""


class MakeTiny(SpecValue):
    """The smallest real checkpoints, with random weights: one by name, all of a family, or (empty) all."""

    kind: Literal["make_tiny"] = "make_tiny"
    engine: str = "tiny"
    family: str = ""
    seed: int = 0
