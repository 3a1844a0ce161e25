"""Test the Weights screen on a real home: installed and missing weights, and every action by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.terminal.palettes import DARK
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.weights import models_lines
from tests.engines.comfyui import workflows
from tests.engines.hub.hub_server import FakeHub, serving
from tests.engines.hub.material import klein, safetensors
from tests.engines.llm import text_server
from tests.tui.stage import Stage, on

KLEIN = "flux2-klein-4b"
KLEIN_HUB = "black-forest-labs/FLUX.2-klein-4B"
TOKEN = "hf_" + "typedonascreen" * 2


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    with serving() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        yield hub


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio.open()
    store = ModelStore(Home(Path(studio.home.root)).models)
    for id, family in (("mine", "flux2"), ("other", "flux2")):
        folder = store.folder / id
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(safetensors({"a": (9, 9)}))
        store.register(InstalledWeights(id=id, family=family, title=f"{id} klein"))
    yield studio
    client = studio.client_or_none()
    if client is not None:
        client.stop(now=True)
    studio.close()


def text(stage: Stage) -> str:
    return "\n".join(stage.lines())


async def at(stage: Stage, id: str) -> None:
    """Move the cursor to the weights with this id."""
    await stage.until(lambda: stage.screen._models)
    stage.screen.table.show_rows(stage.screen.table.rows, key=id)
    await stage.settle()
    assert stage.screen.table.key == id


@pytest.mark.parametrize("size", [(80, 24), (110, 30), (200, 50)])
async def test_every_family_shows_its_engine(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "models", size) as stage:
        await stage.until(lambda: "LTX-2.5 22B" in text(stage) and stage.screen.table.key == "ltx-2.5")
        shown = text(stage)
        assert "Video" in shown
        assert "no weights for it" in shown
        assert "71.9 GB" in shown
        assert any("LTX-2.5 22B" in row and "recommended " in row for row in shown.splitlines())
        assert "plan setup" in shown
        # The licence of the weights under the cursor is shown without pressing a key.
        assert "licence" in shown


async def test_use_changes_the_weights_of_a_family(studio: Studio) -> None:
    async with on(studio, "models") as stage:
        await at(stage, "other")
        await stage.press("e")
        await stage.until(lambda: "● runs other" in text(stage))
        assert ModelStore(studio.home.models).read_selection() == {"flux2": "other"}
        await stage.press("e")
        assert "already" in stage.said
        await at(stage, "ltx-2")
        await stage.press("e")
        assert stage.said.startswith("ltx-2 is missing")


async def test_model_is_removed_after_a_question(studio: Studio) -> None:
    async with on(studio, "models") as stage:
        await at(stage, "mine")
        await stage.press("x")
        assert "Remove mine klein?" in text(stage)
        await stage.press("n")
        assert (studio.home.models / "mine").is_dir()
        await stage.press("x")
        await stage.press("y")
        await stage.until(lambda: not (studio.home.models / "mine").exists())


async def test_gated_model_shows_the_steps_before_queueing(studio: Studio, hub: FakeHub) -> None:
    async with on(studio, "models") as stage:
        await at(stage, "sam3")
        assert "gated:" in text(stage)
        await stage.press("a")
        assert "licence SAM?" in text(stage)
        await stage.press("y")
        await stage.until(lambda: "read facebook/sam3" in text(stage))
        await stage.press("escape")
        await stage.until(lambda: "is gated" in stage.said and "1. open" in stage.said)
        assert not hub.requests


@pytest.mark.long("screens")
async def test_token_is_typed_hidden_and_gives_access(studio: Studio, hub: FakeHub, tmp_path: Path) -> None:
    files = {"config.json": b'{"model_type": "sam3_video"}', "model.safetensors": safetensors({"a": (99, 9)})}
    hub.add("facebook/sam3", files, gated="manual")
    hub.tokens[TOKEN] = ("facebook/sam3",)
    async with on(studio, "models") as stage:
        await at(stage, "sam3")
        await stage.press("a")
        await stage.press("y")
        await stage.until(lambda: stage.screen.prompt.is_open)
        await stage.paste(TOKEN)
        assert "•••" in text(stage)
        assert TOKEN not in text(stage)
        await stage.press("enter")
        await stage.until(lambda: ModelStore(studio.home.models).has("sam3", model="sam3"))
        await stage.press("t")  # After a change to other weights nothing of the first is shown.
        await stage.until(lambda: stage.screen.prompt.is_open)
        await stage.press("up")
        assert stage.screen.prompt.query_one(Input).value == ""
        await stage.press("escape")
        await stage.until(lambda: "no token" in stage.said)
    assert (tmp_path / "hf" / "token").read_text() == TOKEN
    for path in studio.home.root.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


@pytest.mark.long("screens")
async def test_download_runs_in_the_background_with_progress(studio: Studio, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein(3_000_000))
    hub.bytes_per_second = 600_000
    async with on(studio, "models") as stage:
        await at(stage, KLEIN)
        await stage.press("enter")
        await stage.press("y")
        await stage.until(lambda: "▒" in text(stage) and "of 3 MB" in text(stage))
        await stage.press("p")
        await stage.until(lambda: "paused" in text(stage))
        hub.bytes_per_second = 0
        await stage.press("p")
        await stage.until(lambda: ModelStore(studio.home.models).has("flux2", model=KLEIN))
        await stage.until(lambda: "runs flux2-klein-4b" in text(stage) or "installed" in text(stage))


@pytest.mark.long("screens")
async def test_form_shows_every_option_of_any_card(studio: Studio) -> None:
    async with on(studio, "models", (120, 44)) as stage:
        await stage.until(lambda: stage.screen._models)
        await stage.press("o")
        await stage.fill({"family": "ltx2", "card": "24", "ram": "64", "disk": "500"})
        await stage.until(lambda: "24 GB" in text(stage))
        shown = text(stage)
        assert "distilled, as" in shown
        # The hash was never looked up, so it is taken from the first download.
        assert "at first download" in shown
        assert ":model setup ltx2" in stage.said
        await stage.press("j")
        assert "24 GB" not in text(stage)


@pytest.mark.long("screens")
async def test_form_sets_this_machine_up_after_a_yes(studio: Studio, hub: FakeHub) -> None:
    hub.add(KLEIN_HUB, klein())
    async with on(studio, "models", (120, 44)) as stage:
        await at(stage, KLEIN)
        await stage.press("o")
        await stage.fill({"model": KLEIN})
        await stage.until(lambda: "licence Apache-2.0?" in text(stage))
        assert "8c0506e7f493" in text(stage)  # These are the first digits of a file's hash.
        assert not hub.requests
        await stage.press("y")
        await stage.until(lambda: ModelStore(studio.home.models).has("flux2", model=KLEIN))


@pytest.mark.long("screens")
async def test_search_lists_models_of_the_hub(studio: Studio, hub: FakeHub) -> None:
    hub.add("Lightricks/LTX-2-new-LoRA", klein(), downloads=7)
    async with on(studio, "models") as stage:
        await stage.until(lambda: stage.screen._models)
        await stage.press("s")
        await stage.type("new")
        await stage.press("enter")
        await stage.until(lambda: "Lightricks/LTX-2-new-LoRA" in text(stage))
        await stage.press("y")
        assert "copied the command" in stage.said


async def test_add_ons_are_listed_on_request(studio: Studio) -> None:
    async with on(studio, "models", (110, 60)) as stage:
        await stage.until(lambda: "LTX-2.5 22B" in text(stage))
        assert "camera LoRA" not in text(stage)
        await stage.press("l")
        assert "camera LoRA" in text(stage)


def model(**fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": "m", "title": "M", "family": "ltx2", "role": "model", "generation": "2.0", "does": "video",
        "gb": 69.0, "memory_gb": 76, "installed": False, "selected": False, "tiny": False, "bytes": 0,
        "unfinished": 0, "state": "missing", "problem": "", "path": "", "form": "", "hub": "a/b", "page": "",
        "licence": "L", "gate": "", "commercial": True, "needs": [], "unlocks": [], "notes": "",
        "evidence": "read", "recommended": "", "live": None,
    }  # fmt: skip
    return {**row, **fields}


@pytest.mark.parametrize(
    ("fields", "glyph", "words"),
    [
        ({}, "○", "missing"),
        ({"unfinished": 5}, "◐", "unfinished"),
        ({"installed": True, "selected": True, "state": "in use"}, "●", "in use"),
        ({"installed": True, "state": "installed, in ComfyUI", "form": "comfyui"}, "●", "ComfyUI"),
        ({"problem": "cut"}, "✕", "damaged"),
        ({"live": JobView(id="job", state="running", kind="fetch_model", progress=0.43)}, "▒", "43%"),
        (
            {"live": JobView(id="job", state="running", kind="verify_model", progress=0.5)},
            "▒",
            "checking 50%",
        ),
        ({"live": JobView(id="job", state="paused", kind="fetch_model", progress=0.5)}, "…", "paused"),
    ],
)
def test_state_is_shown_by_shape_and_words(fields: dict[str, Any], glyph: str, words: str) -> None:
    told = models_lines.draw_model_state(model(**fields), TextStyles(DARK)).plain
    assert (told[0], told[2:].strip()) == (glyph, words)


def test_tiny_weights_are_marked_as_noise() -> None:
    tiny = model(id="tiny-ltx2", tiny=True, installed=True, selected=True, state="in use")
    ready = {"ltx2": {"family": "ltx2", "model": "tiny-ltx2", "ready": True, "tiny": True, "why": ""}}
    rows = models_lines.draw_model_list([tiny], ready, TextStyles(DARK), str, width=80, additions=False)
    assert rows[0].right.plain == "◐ tiny-ltx2: makes noise"


async def test_workflow_is_added_and_its_inputs_bound_by_keys(studio: Studio, tmp_path: Path) -> None:
    file = workflows.written(workflows.picture(), tmp_path / "lamp.json")
    async with on(studio, "models", (80, 24)) as stage:
        await stage.until(lambda: stage.screen._models)
        await stage.press("W")
        await stage.paste(str(file))
        await stage.press("enter")
        await stage.until(lambda: any(each["id"] == "lamp" for each in stage.screen._models))
        await at(stage, "mine")
        await stage.press("b")
        assert "no workflow" in stage.said
        await at(stage, "lamp")
        await stage.press("b")
        await stage.until(lambda: stage.screen.MODE == "form")
        assert "Inputs of lamp" in stage.text
        assert "6.text" in stage.text, "the prompt goes where its sampler takes it"
        await stage.fill({"steps": "3.steps", "seed": "nothing"})
        if stage.screen.MODE == "form":
            await stage.press(*(["escape"] if stage.screen.prompt.is_open else []), "w")
        await stage.until(lambda: stage.screen.MODE == "models")
        bound = registry.run_by_id(studio, "workflow.show", {"name": "lamp"}).data["targets"]
        assert bound["steps"] == ["3.steps"]
        assert not bound.get("seed")


async def test_models_of_a_service_are_listed_on_a_key(studio: Studio) -> None:
    with text_server.serving(lambda asked: "yes") as server:
        server.models = [("gemma3:latest", ["completion", "vision"])]
        studio.settings = replace(studio.settings, ollama_url=server.url)
        async with on(studio, "models", (80, 24)) as stage:
            await stage.until(lambda: stage.screen._models)
            await stage.press("m")
            await stage.until(lambda: "gemma3:latest" in stage.text)
            assert "gemma3:latest" in stage.screen.table.key
            await stage.press("i")
            assert "no language model" in stage.said
