"""Test that weights stay loaded between different jobs, through the real supervisor and worker, using the
load events of the queue.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.jobs.client.client import Client
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

SHELF = ("ltx2", "ltx2-style-lora", "ltx2-camera-lora", "flux2-klein", "flux2-lora")
ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("switching")
    milimo = Milimo({**environment(folder), **ONE_THREAD}, folder / "work")
    furnish(milimo.home, tiny, *SHELF)
    script = folder / "work" / "lamps.fountain"
    script.write_text("INT. ROOM - NIGHT\n\nA lamp.\n\nA second lamp.\n")
    milimo.json("project", "new", "Lamps", "--rate", "24", "--size", "64x64", "--engine", "ltx2")
    milimo.json("script", "import", str(script))
    milimo.json("storyboard", "commit")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def shot(film: Milimo) -> str:
    row = film.json("shot", "add", "1", "A lamp is lit")
    film.json("shot", "set", row["id"], "--length", "9f", "--steps", "2", "--stages", "one")
    return str(row["id"])


def loads(film: Milimo) -> list[dict[str, Any]]:
    """Return all load events so far, in order."""
    with Client(Home(Path(film.home))) as client:
        return [event for event in client.list_events() if event["kind"] == "load"]


def lora(film: Milimo, word: str) -> str:
    rows = ModelStore(Home(Path(film.home)).models).rows()
    return next(row.id for row in rows if row.family == "ltx2" and word in row.id)


@pytest.mark.long("models")
def test_weights_stay_loaded_while_jobs_change(film: Milimo) -> None:
    """Weights stay loaded over the jobs of one film: a second shot, other LoRAs, and a picture between two
    videos.
    """
    first, second = shot(film), shot(film)
    film.json("shot", "make", first)
    cold = loads(film)
    assert {"transformer", "text_encoder", "vae"} <= {event["what"].split()[0] for event in cold}
    weights = [event for event in cold if event["what"].startswith(("transformer", "text_encoder", "vae"))]
    assert all(event["bytes"] > 0 for event in weights), cold

    film.json("shot", "make", second)
    assert loads(film) == cold  # same models, so nothing was loaded

    def after(act: list[str]) -> list[str]:
        before = len(loads(film))
        film.json(*act)
        return [event["what"] for event in loads(film)[before:]]

    style, camera = lora(film, "style"), lora(film, "camera")
    worn = shot(film)
    film.json("shot", "lora", "add", worn, style, "--strength", "0.5")
    assert [what.split()[0] for what in after(["shot", "make", worn])] == ["LoRA"]
    film.json("shot", "lora", "add", worn, style, "--strength", "1.5")
    assert after(["shot", "make", worn]) == []  # only the strength differs
    film.json("shot", "lora", "remove", worn, style)
    film.json("shot", "lora", "add", worn, camera)
    assert [what.split()[0] for what in after(["shot", "make", worn])] == ["LoRA"]
    assert after(["shot", "make", first]) == []  # a shot without LoRAs again

    picture = ["picture", "make", "a lamp", "--width", "64", "--height", "64"]
    pictured = after(picture)
    assert len(pictured) == 1
    assert "flux2" in pictured[0]
    assert after(["shot", "make", second]) == []
    assert after(picture) == []
