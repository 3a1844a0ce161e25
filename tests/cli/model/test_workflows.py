"""Test ComfyUI workflows from the command line: add, bind, explain, and make takes with them."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engines.comfyui import workflows
from tests.engines.comfyui.comfy_server import ComfyServer, serving
from tests.front_door import Milimo


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ComfyServer]:
    with serving(tmp_path / "outputs") as running:
        yield running


@pytest.fixture
def studio(film: Milimo, server: ComfyServer) -> Milimo:
    """Return `milimo` on the tiny film, with settings that name the ComfyUI server."""
    return replace(film, env={**film.env, "MILIMO_COMFYUI_URL": server.url})


def add(studio: Milimo, nodes: workflows.Nodes, name: str, *words: str) -> Any:
    path = workflows.written(nodes, studio.cwd / f"{name}.json")
    return studio.json("workflow", "add", str(path), *words)


def test_workflow_is_added_shown_bound_and_listed(studio: Milimo) -> None:
    told = add(studio, workflows.clip(), "walk")
    assert (told["engine"], told["makes"]) == ("comfyui:walk", "clips")
    assert told["targets"]["prompt"] == ["6.text"]
    output = studio.act("workflow", "show", "walk")
    assert re.search("^ *6.text +Positive +a lamp +← prompt", output, re.MULTILINE)
    assert max(map(len, output.splitlines())) <= 80
    again = studio.json("workflow", "bind", "walk", "prompt=Negative.text", "negative=Positive.text")
    assert again["targets"]["prompt"] == ["7.text"]
    assert [row["name"] for row in studio.json("workflow", "list")] == ["walk"]
    assert "comfyui:walk" in [row["id"] for row in studio.json("engine", "list")]
    assert "Nobody" in studio.refusal("workflow", "bind", "walk", "seed=Nobody.seed")
    # The refused bind changed nothing
    assert studio.json("workflow", "show", "walk")["targets"]["prompt"] == ["7.text"]
    (studio.cwd / "ui.json").write_text('{"nodes": [], "links": []}')
    assert "ui.json" in studio.refusal("workflow", "add", "ui.json")
    studio.act("model", "remove", "walk", "--yes")
    assert studio.json("workflow", "show", code=3)["error"]["hint"]


def test_server_is_asked_for_every_node_of_a_workflow(studio: Milimo, server: ComfyServer) -> None:
    add(studio, workflows.clip(), "walk")
    data = studio.json("workflow", "check")
    assert (data["version"], data["cards"], data["missing"]) == ("0.9.1", ["cuda:0 A Card"], [])
    server.nodes.remove("LoadVideo")
    assert "“Map” (11, LoadVideo)" in studio.refusal("workflow", "check", "walk", code=3)


@pytest.mark.long("command_line")
def test_take_and_board_are_made_by_workflows(studio: Milimo, server: ComfyServer) -> None:
    add(studio, workflows.picture(), "lamp")
    add(studio, workflows.clip(), "walk", "--bind", "first=", "clip=")
    studio.act("shot", "set", "1A", "--length", "9f")
    studio("shot", "make", "1A", "--engine", "comfyui")
    take = studio.json("shot", "takes", "1A")[-1]
    assert take["engine"] == "comfyui"
    [job] = [row for row in studio.json("job", "list") if row["label"].startswith("1A")][-1:]
    facts = studio.json("job", "show", job["id"])["history"][-1]["facts"]
    assert facts["workflow"] == "walk"
    assert server.posted[-1]["prompt"]["5"]["inputs"]["length"] == 9
    assert "lights a lamp" in server.posted[-1]["prompt"]["6"]["inputs"]["text"].lower()
    board = studio.json("storyboard", "board", "1B", "--engine", "comfyui:lamp")
    assert [one["state"] for one in board["ended"]] == ["done"]


@pytest.mark.long("command_line")
def test_cancel_reaches_the_server(studio: Milimo, server: ComfyServer) -> None:
    add(studio, workflows.clip(), "walk", "--bind", "first=", "clip=")
    server.hang = True
    studio.act("shot", "make", "1A", "--engine", "comfyui:walk", "--detach")
    assert server.began.wait(120)
    [job] = [row for row in studio.json("job", "list") if row["state"] not in ("done", "failed")]
    studio.act("job", "cancel", job["id"])
    until = time.monotonic() + 120
    while not server.interrupted and time.monotonic() < until:
        threading.Event().wait(0.05)
    assert server.interrupted == [server.posted[-1]["prompt_id"]]


@pytest.mark.long("command_line")
def test_server_errors_are_reported_here(studio: Milimo, server: ComfyServer) -> None:
    add(studio, workflows.clip(), "walk", "--bind", "first=", "clip=")
    server.fails = "8"
    done = studio("shot", "make", "1A", "--engine", "comfyui:walk", code=1)
    assert "“Decode” (8, VAEDecode)".encode() in done.stdout + done.stderr
    assert json.loads(studio("shot", "takes", "1A", "--json").stdout)[-1]["engine"] == "animatic"
