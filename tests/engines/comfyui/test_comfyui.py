"""Test the engine `comfyui` with a server for its protocol: its requests, received messages, outputs and
failures.
"""

from __future__ import annotations

import base64
import io
import socket
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, Failed, MilimoError, Refused, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.comfyui import bindings, shelf, workflow
from milimo_tui.engines.comfyui.engine import ComfyUI
from milimo_tui.engines.comfyui.shelf import SavedWorkflow
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.specs.control_specs import MakeControl
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import Conditioning, Control, MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.footage import Footage
from tests.engines.comfyui import workflows
from tests.engines.comfyui.comfy_server import ComfyServer, serving
from tests.engines.recording_context import JobRecorder

KEY = "unguessable-key-0123456789"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home")
    home.models.mkdir(parents=True)
    home.mark.touch()
    monkeypatch.setenv("MILIMO_HOME", str(home.root))
    return home


@pytest.fixture
def server(tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[ComfyServer]:
    """Run a server, and store the workflows `lamp` (pictures) and `walk` (clips)."""
    with serving(tmp_path / "outputs") as running:
        monkeypatch.setenv("MILIMO_COMFYUI_URL", running.url)
        keep(home, "lamp", workflows.picture())
        keep(home, "walk", workflows.clip())
        yield running


def keep(home: Home, name: str, nodes: workflows.Nodes, *bound: str) -> SavedWorkflow:
    flow = workflow.Workflow(nodes)
    kept = SavedWorkflow(
        name, flow, bindings.apply_binding_texts(bound, flow, bindings.guess_bindings(flow)), flow.makes_clips
    )
    path = workflows.written(nodes, home.root / f"{name}.json")
    shelf.save_workflow(ModelStore(home.models), kept, path.read_bytes())
    return kept


@pytest.fixture
def context(tmp_path: Path) -> JobRecorder:
    return listening(tmp_path / "job")


def listening(folder: Path, stop_at: int = 0) -> JobRecorder:
    folder.mkdir(exist_ok=True)
    return JobRecorder(folder, stop_at)


def picture_spec(**fields: Any) -> MakePicture:
    return MakePicture(
        **{"engine": "comfyui:lamp", "prompt": "a red lamp", "seed": 11, "width": 96, "height": 64, **fields}
    )


def take_spec(**fields: Any) -> MakeVideo:
    asked = {
        "engine": "comfyui:walk", "prompt": "she walks", "seed": 11, "width": 96, "height": 64, "frames": 9,
        "rate": Fraction(24), **fields,
    }  # fmt: skip
    return MakeVideo(**asked)


def run(spec: Spec, context: JobRecorder) -> Result:
    return ComfyUI().run(spec, context)


def failure(spec: Spec, context: JobRecorder) -> MilimoError:
    with pytest.raises(MilimoError) as told:
        run(spec, context)
    assert "\n" not in told.value.message
    assert KEY not in told.value.message + told.value.hint
    return told.value


def sent(server: ComfyServer, id: str) -> dict[str, Any]:
    inputs: dict[str, Any] = server.posted[-1]["prompt"][id]["inputs"]
    return inputs


# ------------------------------------------------------------------ what it makes


def test_workflow_makes_a_picture_with_the_request_in_its_nodes(
    server: ComfyServer, context: JobRecorder
) -> None:
    result = run(picture_spec(negative="people", steps=3, guidance=4.0), context)
    assert sent(server, "6")["text"] == "a red lamp"
    assert sent(server, "7")["text"] == "people"
    assert {name: sent(server, "3")[name] for name in ("seed", "steps", "cfg")} == {
        "seed": 11, "steps": 3, "cfg": 4.0,
    }  # fmt: skip
    assert (sent(server, "5")["width"], sent(server, "5")["height"]) == (96, 64)
    # Values that the request does not set stay unchanged
    assert sent(server, "4")["ckpt_name"] == "small.safetensors"
    [output] = result.outputs
    with Image.open(output.path) as image:
        assert image.size == (96, 64)
        assert "comfyui:lamp" in image.info["milimo"]
    assert server.viewed[0] == {
        "filename": "lamp 00001_.png", "subfolder": "films/night", "type": "output",
    }  # fmt: skip
    assert result.facts["workflow"] == "lamp"


def test_several_pictures_have_their_own_seeds(server: ComfyServer, context: JobRecorder) -> None:
    result = run(picture_spec(count=2), context)
    assert [one["prompt"]["3"]["inputs"]["seed"] for one in server.posted] == [11, 12]
    first, second = (np.asarray(Image.open(one.path).convert("RGB")) for one in result.outputs)
    assert not np.array_equal(first, second)


def test_take_follows_an_uploaded_first_picture_and_map(
    server: ComfyServer, context: JobRecorder, tmp_path: Path
) -> None:
    first = tmp_path / "first.png"
    Image.new("RGB", (200, 100), (10, 200, 30)).save(first)
    depth = tmp_path / "depth.mov"
    with TakeWriter(depth, width=96, height=64, rate=Fraction(24), frames=12) as writer:
        for level in range(12):
            writer.picture(np.full((64, 96, 3), 20 * level, dtype=np.uint8))
    spec = take_spec(
        conditioning=(Conditioning(input=str(first)),),
        control=(Control(kind="depth", input=str(depth), prepared=True, start=2),),
    )
    result = run(spec, context)
    image, clip = sent(server, "10")["image"], sent(server, "11")["file"]
    assert image.startswith("milimo/")
    with Image.open(io.BytesIO(server.uploads[image])) as file:
        assert file.size == (96, 64)
    map_file = tmp_path / "uploaded.mov"
    map_file.write_bytes(server.uploads[clip])
    with Footage(map_file) as footage:
        assert footage.frames == 9
        assert abs(int(footage.frame(0).mean()) - 40) < 4  # the map starts at frame 2 of the source
    assert sent(server, "5")["length"] == 9
    [take] = result.outputs
    with Footage(Path(take.path)) as footage:
        assert (footage.frames, footage.rate, footage.width) == (9, Fraction(24), 96)
        assert np.abs(footage.frame(4).mean(axis=(0, 1)) - (10, 200, 30)).max() < 6


def test_clip_of_another_rate_is_sampled_by_time_and_reported(
    server: ComfyServer, context: JobRecorder, home: Home, tmp_path: Path
) -> None:
    keep(home, "walk", workflows.clip(), "rate=")
    server.rate = Fraction(48)
    error = failure(take_spec(), context)
    assert "0.19 s" in error.message
    assert "0.38 s" in error.message
    server.rate = Fraction(12)
    result = run(take_spec(), listening(tmp_path / "other"))
    assert any("12 frames" in note and "24" in note for note in result.notes)
    with Footage(Path(result.outputs[0].path)) as footage:
        blues = [int(footage.frame(number)[:, :, 2].mean()) for number in range(9)]
    assert len(set(blues)) == 5


def test_progress_rises_names_nodes_and_shows_previews(server: ComfyServer, context: JobRecorder) -> None:
    run(picture_spec(steps=5), context)
    done = [done for stage, done, _ in context.reports if stage == "making"]
    assert done == sorted(done)
    assert max(done) > 300
    assert context.pictures
    with Image.open(io.BytesIO(context.pictures[-1])) as file:
        assert file.size == (64, 32)


@pytest.mark.long("models")
def test_new_seed_makes_another_take_and_the_same_seed_the_same(server: ComfyServer, tmp_path: Path) -> None:
    digests = [
        run(picture_spec(seed=seed), listening(tmp_path / f"job-{number}")).outputs[0].digest
        for number, seed in enumerate((1, 2, 1))
    ]
    assert digests[0] == digests[2] != digests[1]


# ------------------------------------------------------------------ bindings


def test_recognisable_inputs_are_bound_automatically() -> None:
    found = bindings.guess_bindings(workflow.Workflow(workflows.clip())).targets
    assert found == {
        "prompt": ("6.text",), "negative": ("7.text",), "seed": ("3.seed",), "steps": ("3.steps",),
        "guidance": ("3.cfg",), "width": ("5.width",), "height": ("5.height",), "frames": ("5.length",),
        "rate": ("12.fps",), "first": ("10.image",), "clip": ("11.file",),
    }  # fmt: skip


def test_input_is_named_by_title_or_id() -> None:
    flow = workflow.Workflow(workflows.picture())
    bound = bindings.apply_binding_texts(
        ("prompt=positive.text", "width=5.width,5.height"), flow, bindings.guess_bindings(flow)
    )
    assert bound.targets["prompt"] == ("6.text",)
    assert bound.targets["width"] == ("5.width", "5.height")
    assert "seed" not in bindings.apply_binding_texts(("seed=",), flow, bound).targets


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prompt=Nobody.text", "“Nobody”"), ("prompt=6.words", "input “words”"),
        ("prompt=3.seed", "prompt is a text"),
        ("seed=6.text", "a whole number"),
        ("prompt=3.positive", "“Positive” (6, CLIPTextEncode)"), ("colour=6.text", "not a binding"),
        ("prompt", "not a binding"), ("prompt=text", "names no input"),
    ],
)  # fmt: skip
def test_unbindable_input_is_refused_in_one_sentence(text: str, said: str) -> None:
    flow = workflow.Workflow(workflows.picture())
    with pytest.raises(BadInput) as told:
        bindings.apply_binding_texts((text,), flow, bindings.guess_bindings(flow))
    assert said in told.value.message


def test_title_of_two_nodes_is_asked_about() -> None:
    nodes = workflows.picture()
    nodes["7"]["_meta"]["title"] = "Positive"
    with pytest.raises(BadInput) as told:
        workflow.Workflow(nodes).find_input("Positive.text")
    assert "6.text, 7.text" in told.value.hint


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no json", "not JSON"), (b"{}", "not a workflow"), (b'{"nodes": []}', "editor's format"),
        (b'{"1": {"class_type": "X"}}', "“1” is not a node"), (b"[]", "not a workflow"),
    ],
)  # fmt: skip
def test_file_that_is_no_workflow_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadInput) as told:
        workflow.read_workflow(data, "file.json")
    assert said in told.value.message


def test_unplaced_value_is_reported_and_an_impossible_one_refused(
    server: ComfyServer, context: JobRecorder, home: Home, tmp_path: Path
) -> None:
    keep(home, "bare", workflows.picture(), "negative=", "seed=")
    result = run(picture_spec(engine="comfyui:bare", negative="people"), context)
    assert any(": negative" in note for note in result.notes)
    assert any("seed" in note for note in result.notes)
    keep(home, "mute", workflows.picture(), "prompt=")
    assert isinstance(failure(picture_spec(engine="comfyui:mute"), context), Refused)
    assert "makes pictures" in failure(take_spec(engine="comfyui:bare"), context).message
    keep(home, "free", workflows.clip(), "clip=")
    control = (Control(kind="pose", input=str(tmp_path / "pose.mov"), prepared=True),)
    assert "pose control" in failure(take_spec(engine="comfyui:free", control=control), context).message
    asked = MakeControl(engine="comfyui", control="pose", input="x")
    assert "can't do" in failure(asked, context).message


# ------------------------------------------------------------------ what goes wrong


@pytest.mark.long("models")
def test_repeatedly_lost_connection_loses_nothing(server: ComfyServer, context: JobRecorder) -> None:
    server.cut = 6
    server.pause = 0.3
    result = run(picture_spec(steps=12), context)
    assert result.outputs
    assert server.lines_opened > 1
    assert len(server.posted) == 1
    assert sum("asked for instead" in line for line in context.lines) == 1


def test_server_without_a_websocket_is_polled(server: ComfyServer, context: JobRecorder) -> None:
    server.refuses_lines = True
    assert run(picture_spec(), context).outputs
    assert any("asked for instead" in line for line in context.lines)


def test_old_server_without_client_ids_works(server: ComfyServer, context: JobRecorder) -> None:
    server.old = True
    assert run(picture_spec(), context).outputs


def test_failed_node_is_named(server: ComfyServer, context: JobRecorder) -> None:
    server.fails = "3"
    error = failure(picture_spec(), context)
    assert isinstance(error, Failed)
    assert "“Sampler” (3, KSampler)" in error.message
    assert "OutOfMemoryError" in error.message


def test_node_missing_on_the_server_is_named(server: ComfyServer, context: JobRecorder) -> None:
    server.nodes.remove("VAEDecode")
    error = failure(picture_spec(), context)
    assert isinstance(error, Unavailable)
    assert "“Decode” (8, VAEDecode)" in error.message


def test_invalid_value_is_reported_with_its_node(
    server: ComfyServer, context: JobRecorder, home: Home
) -> None:
    nodes = workflows.picture()
    nodes["4"]["inputs"]["ckpt_name"] = "gone.safetensors"
    keep(home, "lost", nodes)
    error = failure(picture_spec(engine="comfyui:lost"), context)
    assert "“Loader” (4, CheckpointLoaderSimple): " in error.message


def test_full_queue_gives_the_time_to_retry(server: ComfyServer, context: JobRecorder) -> None:
    server.full = 0
    error = failure(picture_spec(), context)
    assert "(503)" in error.message
    assert "in 30 s" in error.hint


@pytest.mark.parametrize("status", [401, 403])
def test_required_login_is_reported(server: ComfyServer, context: JobRecorder, status: int) -> None:
    server.status = status
    error = failure(picture_spec(), context)
    assert isinstance(error, Unavailable)
    assert "comfyui_key" in error.hint


def test_key_is_sent_only_to_the_server(
    server: ComfyServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_COMFYUI_KEY", KEY)
    run(picture_spec(), context)
    assert {one.get("Authorization") for one in server.headers} == {f"Bearer {KEY}"}
    assert all(KEY.encode() not in path.read_bytes() for path in context.workspace.iterdir())
    assert KEY not in str(server.posted) + str(context.lines)
    monkeypatch.setenv("MILIMO_COMFYUI_KEY", "")
    monkeypatch.setenv("MILIMO_COMFYUI_URL", server.url.replace("//", f"//me:{KEY}@"))
    run(picture_spec(seed=12), context)
    assert base64.b64decode(server.headers[-1]["Authorization"].split()[1]) == f"me:{KEY}".encode()
    monkeypatch.setenv("MILIMO_COMFYUI_URL", "http://elsewhere.example:8188")
    monkeypatch.setenv("MILIMO_COMFYUI_KEY", KEY)
    assert "without encryption" in failure(picture_spec(seed=13), context).message


def test_invalid_json_is_reported(server: ComfyServer, context: JobRecorder) -> None:
    server.text = "{oops"
    assert "not JSON" in failure(picture_spec(), context).message


@pytest.mark.long("models")
def test_work_forgotten_by_the_server_is_reported(
    server: ComfyServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.forgets = True
    assert "no longer has" in failure(picture_spec(), context).message


@pytest.mark.long("models")
def test_silent_server_is_reported(
    server: ComfyServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_COMFYUI_SECONDS", "3")
    server.hang = server.deaf = True
    assert "for 3 s" in failure(picture_spec(), context).message


@pytest.mark.long("models")
def test_node_slower_than_the_silence_limit_is_waited_for(
    server: ComfyServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that takes longer than the silence limit is not interrupted. ComfyUI sends no messages while a
    node computes, but reports the workflow as running when asked.
    """
    monkeypatch.setenv("MILIMO_COMFYUI_SECONDS", "1")
    server.slow = 1.5
    assert run(picture_spec(), context)
    assert server.interrupted == []


def test_endless_file_is_abandoned(
    server: ComfyServer, context: JobRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_COMFYUI_MOST_MB", "2")
    server.endless = True
    assert "of 2 MB" in failure(picture_spec(), context).message
    assert server.gone.wait(60)
    assert not list(context.workspace.glob("*.partial"))


def test_workflow_that_saves_nothing_is_reported(server: ComfyServer, context: JobRecorder) -> None:
    server.keeps = False
    assert "saved no file" in failure(picture_spec(), context).message


def test_too_short_clip_is_reported(server: ComfyServer, context: JobRecorder) -> None:
    server.short = 4
    assert "bind its length" in failure(take_spec(), context).hint


def test_unreachable_server_is_reported_with_the_setting(
    home: Home, context: JobRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home, "lamp", workflows.picture())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("MILIMO_COMFYUI_URL", f"http://127.0.0.1:{port}")
    error = failure(picture_spec(), context)
    assert isinstance(error, Unavailable)
    assert "comfyui_url" in error.hint


# ------------------------------------------------------------------ cancel, and going on


def cancelled(spec: Spec, folder: Path, after: threading.Event) -> float:
    """Run a job that is cancelled once `after` is set, and return the seconds from the cancel to its end."""

    class Stopping(JobRecorder):
        at = 0.0

        def progress(self, *args: Any, **more: Any) -> None:
            if after.is_set():
                self.at = self.at or time.monotonic()
                raise Cancelled("cancelled by request")

    folder.mkdir()
    context = Stopping(folder)
    with pytest.raises(Cancelled):
        run(spec, context)
    return time.monotonic() - context.at


def test_cancel_stops_the_running_workflow(server: ComfyServer, tmp_path: Path) -> None:
    server.hang = True
    assert cancelled(picture_spec(), tmp_path / "job", server.began) < 60
    assert server.interrupted == [server.posted[0]["prompt_id"]]


def test_cancel_removes_the_queued_workflow_and_stops_no_other(server: ComfyServer, tmp_path: Path) -> None:
    server.busy(120)
    posted = threading.Event()

    def watch() -> None:
        while not server.posted:
            time.sleep(0.01)
        posted.set()

    watching = threading.Thread(target=watch)
    watching.start()
    cancelled(picture_spec(), tmp_path / "job", posted)
    watching.join()
    assert server.deleted == [server.posted[0]["prompt_id"]]
    assert server.interrupted == []


def test_retry_of_a_failure_is_queued_again(server: ComfyServer, context: JobRecorder) -> None:
    server.fails = "3"
    failure(picture_spec(), context)
    server.fails = ""
    assert run(picture_spec(), context).outputs
    assert len(server.posted) == 2


@pytest.mark.long("models")
def test_retry_continues_with_the_results_of_the_server(server: ComfyServer, tmp_path: Path) -> None:
    context = listening(tmp_path / "job")
    run(picture_spec(), context)
    for path in context.workspace.glob("made-*"):
        path.unlink()
    again = listening(tmp_path / "job")
    assert run(picture_spec(), again).outputs
    assert len(server.posted) == 1
    assert any("followed on" in line for line in again.lines)
