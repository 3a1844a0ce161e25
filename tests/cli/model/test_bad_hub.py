"""Test a hub that refuses, fails or sends wrong data, on the command line: each case gives one sentence, and
retries are limited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.hub.hub_server import FakeHub
from tests.engines.hub.material import klein
from tests.front_door import Milimo, environment

KLEIN = "flux2-klein-4b"
KLEIN_HUB = "black-forest-labs/FLUX.2-klein-4B"
LARGE = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture
def milimo(hub: FakeHub, tmp_path: Path) -> Iterator[Milimo]:
    env = {**environment(tmp_path), "HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": hub.address}
    runner = Milimo(env, tmp_path / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


def refuses(status: int) -> Callable[[FakeHub], None]:
    def act(hub: FakeHub) -> None:
        hub.answers = [(status, {})]

    return act


def sends_another_file(hub: FakeHub) -> None:
    whole = hub.repositories[KLEIN_HUB].files[LARGE]
    hub.repositories[KLEIN_HUB].lies[LARGE] = bytes(len(whole))


def sends_half(hub: FakeHub) -> None:
    hub.cuts = [40_000, 40_000]


def asks_for_patience(hub: FakeHub) -> None:
    hub.answers = [(429, {"Retry-After": "0"})] * 2


SAID = (
    (refuses(401), "the hub shows no repository black-forest-labs/FLUX.2-klein-4B (404)"),
    (refuses(403), "the token may not read black-forest-labs/FLUX.2-klein-4B (403)"),
    (sends_another_file, f"{LARGE} was damaged"),
    (asks_for_patience, ""),
    (sends_half, ""),
)


@pytest.mark.long("command_line")
def test_bad_answer_of_a_hub_is_one_sentence_or_a_retry(milimo: Milimo, hub: FakeHub) -> None:
    for act, said in SAID:
        hub.add(KLEIN_HUB, klein())
        hub.requests.clear()
        act(hub)
        done = milimo.inside("model", "download", KLEIN, code=1 if said else 0)
        [end] = done["ended"]
        assert end["state"] == ("failed" if said else "done"), (said, end)
        assert said in (end["error"] or ""), end
        assert "\n" not in (end["error"] or "")
        assert len(hub.requests) < 60  # Retries must end at some point.
        if not said:
            milimo.inside("model", "remove", KLEIN, "--yes")
