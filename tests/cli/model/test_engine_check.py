"""Test `milimo engine check`: an engine's reference case is compared with the plain pipeline in a real
worker, and with the previous result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from milimo_tui.core.paths import Home
from tests.budget import thorough
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

ENGINES = {
    "ltx2": "ltx2",
    "flux2": "flux2-klein",
    "wan": "wan-ti2v",
    "z-image": "z-image-turbo",
    "qwen-image": "qwen-image",
}


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    milimo = Milimo({**environment(tmp_path), "OMP_NUM_THREADS": "1"}, tmp_path / "work")
    furnish(Path(milimo.home), tiny, *ENGINES.values())
    milimo.act("supervisor", "start")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("command_line")
@pytest.mark.parametrize("engine", thorough("models", list(ENGINES), one=True))
def test_reference_case_equals_the_bare_pipelines_twice(engine: str, studio: Milimo) -> None:
    first = studio.inside("engine", "check", engine)["facts"]
    assert first["bare"] == 0.0, "bit by bit, call by call"
    assert first["calls"] >= 4
    assert first["before"] == "nothing"
    again = studio.inside("engine", "check", engine)["facts"]
    assert again["hash"] == first["hash"]
    assert again["equal"] is True
    [kept] = (Home(Path(studio.home)).reference_results).glob("*/*.safetensors")
    kept.rename(kept.with_name("another machine.safetensors"))
    elsewhere = studio.inside("engine", "check", engine)["facts"]
    assert elsewhere["same_build"] is False
    assert elsewhere["picture_difference"] == 0.0
    output = studio.act("engine", "check", engine)
    assert output.count("same bits") >= 2, "as the bare pipeline, and as before"
    assert "(CPU with " in output
    assert "none" not in output
    assert output.rstrip().endswith(")"), "what was found is the last that is said"


@pytest.mark.long("command_line")
def test_difference_from_another_machine_is_shown_in_decibels(studio: Milimo) -> None:
    studio.act("engine", "check", "ltx2")
    [kept] = (Home(Path(studio.home)).reference_results).glob("*/*.safetensors")
    file = load_file(kept)
    file["picture"][0] += 0.25
    notes = {"said": "another card", "when": "2026-01-01", "hash": "another"}
    save_file(file, kept.with_name("another machine.safetensors"), metadata=notes)
    kept.unlink()
    lines = studio.act("engine", "check", "ltx2").splitlines()
    assert any("(another card, 2026-01-01)" in line for line in lines)
    assert any(re.fullmatch(r"picture: .*0\.25 .*\d+\.\d dB", line) for line in lines)
    assert lines[-1].startswith("sound: ")
    assert not re.search(r"\d", lines[-1]), "no difference"


@pytest.mark.long("command_line")
def test_engine_without_a_case_lists_those_that_have_one(studio: Milimo) -> None:
    error = studio.refusal("engine", "check", "film")
    assert "ltx2, flux2" in error
