"""Test of a Wan shot in a film, by command line and a real worker: the take matches the description shown
before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo

__all__ = ["tiny"]


@pytest.mark.long("models")
def test_announced_results_are_made(film: Milimo, tiny: Tiny) -> None:
    furnish(Path(film.env["MILIMO_HOME"]), tiny, "wan-ti2v")

    def told(*words: str) -> Any:
        return json.loads(film(*words, "--json").stdout)

    film("shot", "set", "1A", "--engine", "wan", "--length", "9f", "--steps", "1")
    text = film("shot", "show", "1A").stdout.decode()
    assert " 9 f\n" in text  # no mention of handles, which this film's takes do not have
    try:
        film("shot", "make", "1A")
    finally:
        film("supervisor", "stop", "--now")
    take = told("shot", "takes", "1A")[-1]
    assert (take["engine"], take["frames"]) == ("wan", 9)
    assert probe(Path(take["path"])).frames == 9
    film("shot", "set", "1B", "--engine", "z-image")
    assert "Z-Image can make shots" in film("shot", "show", "1B").stdout.decode()
