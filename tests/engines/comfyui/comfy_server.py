"""A small real server for ComfyUI's protocol on loopback: its routes, queue and websocket.

The outputs of a workflow are drawn from its values. Attributes of the server select its faults.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import queue
import struct
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.parser import BytesParser
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
from PIL import Image
from websockets.frames import Frame, Opcode

from milimo_tui.media.encode.take_file import TakeWriter

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # the WebSocket key constant of RFC 6455
NODES = {
    "KSampler", "CheckpointLoaderSimple", "EmptyLatentImage", "CLIPTextEncode", "VAEDecode", "SaveImage",
    "WanImageToVideo", "LoadImage", "LoadVideo", "CreateVideo", "SaveVideo",
}  # fmt: skip
MODELS = ("small.safetensors",)


class ComfyServer:
    """A server that runs one workflow after another, as ComfyUI does. `posted` and `uploads` hold the
    requests that it received.

    These attributes select its behaviour:

    - `pause`: seconds between two steps.
    - `cut`: close all websockets after this number of messages.
    - `refuses_lines`: answer websocket requests with 404.
    - `forgets`: lose a workflow when it starts.
    - `status`: the HTTP status of all replies.
    - `full`: the maximum number of waiting workflows.
    - `fails`: the name of a node that fails.
    - `text`: sent as a message instead of JSON.
    - `slow`: seconds that a node takes without sending messages.
    - `deaf`: stop answering requests once a workflow runs.
    - `hang`: a running workflow makes no progress.
    - `endless`: send files without an end.
    - `keeps`: False if outputs are not saved.
    - `old`: ignore ids chosen by the client and interrupts of a named workflow.
    - `rate`, `short`: frame rate of clips, and the number of frames that they lack.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.posted: list[dict[str, Any]] = []
        self.uploads: dict[str, bytes] = {}
        self.headers: list[dict[str, str]] = []
        self.interrupted: list[str] = []
        self.deleted: list[str] = []
        self.viewed: list[dict[str, str]] = []
        self.pause, self.cut, self.status, self.full = 0.0, 0, 200, 100
        self.slow, self.deaf = 0.0, False
        self.refuses_lines = self.forgets = self.hang = self.endless = self.old = False
        self.keeps = True
        self.fails = self.text = ""
        self.nodes = set(NODES)
        self.rate, self.short = Fraction(24), 0
        self.gone = threading.Event()  # set when a client disconnects in the middle of a file
        self.began = threading.Event()
        self.lines_opened = 0
        self._history: dict[str, Any] = {}
        self._pending: list[tuple[int, str, dict[str, Any], str]] = []
        self._running = ""
        self._stop_running = threading.Event()
        self._work: queue.Queue[None] = queue.Queue()
        self._lines: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._told = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True),
            threading.Thread(target=self._run, daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._stop.set()
        self._stop_running.set()
        self._work.put(None)
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(60)

    # The queue of workflows

    def busy(self, seconds: float) -> str:
        """Queue a workflow of another user that takes `seconds`, and return its id."""
        id = str(uuid.uuid4())
        with self._lock:
            self._pending.insert(0, (-1, id, {"wait": seconds}, "somebody"))
        self._work.put(None)
        return id

    def _run(self) -> None:
        while not self._stop.is_set():
            self._work.get()
            with self._lock:
                if not self._pending or self._stop.is_set():
                    continue
                _, id, nodes, client = self._pending.pop(0)
                self._running = id
                self._stop_running.clear()
            try:
                self._execute(id, nodes, client)
            finally:
                with self._lock:
                    self._running = ""
                self._tell(client, "executing", {"node": None, "prompt_id": id})

    def _execute(self, id: str, nodes: dict[str, Any], client: str) -> None:
        if "wait" in nodes:
            self._stop_running.wait(nodes["wait"])
            return
        self.began.set()
        self._tell(client, "execution_start", {"prompt_id": id})
        self._tell("", "progress", {"value": 1, "max": 1, "node": "1", "prompt_id": "somebody's"})
        self._tell(client, "execution_cached", {"nodes": ["4"], "prompt_id": id})
        if self.forgets:
            return
        outputs: dict[str, Any] = {}
        for node in nodes:
            self._tell(client, "executing", {"node": node, "prompt_id": id})
            if self.hang or self.slow:
                self._stop_running.wait(self.slow or 600)
            if self._stop_running.is_set():
                self._ended(id, nodes, {}, "execution_interrupted", {"node_id": node, "node_type": ""})
                self._tell(client, "execution_interrupted", {"prompt_id": id, "node_id": node})
                return
            if node == self.fails:
                wrong = {
                    "prompt_id": id, "node_id": node, "node_type": nodes[node]["class_type"],
                    "exception_type": "torch.OutOfMemoryError", "exception_message": "Allocation failed\n",
                }  # fmt: skip
                self._ended(id, nodes, {}, "execution_error", wrong)
                self._tell(client, "execution_error", wrong)
                return
            if nodes[node]["class_type"] == "KSampler":
                self._sample(id, node, nodes, client)
            if nodes[node]["class_type"].startswith("Save") and self.keeps:
                outputs[node] = self._save(nodes, node)
                self._tell(client, "executed", {"node": node, "output": outputs[node], "prompt_id": id})
            time.sleep(self.pause)
        self._ended(id, nodes, outputs, "execution_success", {"prompt_id": id})
        self._tell(client, "execution_success", {"prompt_id": id})

    def _sample(self, id: str, node: str, nodes: dict[str, Any], client: str) -> None:
        steps = nodes[node]["inputs"]["steps"]
        for step in range(1, steps + 1):
            if self._stop_running.is_set():
                return
            data = {"value": step, "max": steps, "node": node, "prompt_id": id}
            self._tell(client, "progress", data)
            state = {node: {"value": step, "max": steps, "state": "running", "node_id": node}}
            self._tell(client, "progress_state", {"prompt_id": id, "nodes": state})
            out = io.BytesIO()
            self._picture(nodes, 0).resize((64, 32)).save(out, "JPEG")
            self._tell_bytes(client, struct.pack(">II", 1, 1) + out.getvalue())
            self._tell_bytes(client, struct.pack(">II", 3, 2) + b"3 some text of a node")
            time.sleep(self.pause)

    def _ended(self, id: str, nodes: Any, outputs: Any, told: str, data: dict[str, Any]) -> None:
        done = told == "execution_success"
        status = {
            "status_str": "success" if done else "error", "completed": done,
            "messages": [["execution_start", {"prompt_id": id}], [told, data]],
        }  # fmt: skip
        with self._lock:
            self._history[id] = {"prompt": [0, id, nodes, {}, []], "outputs": outputs, "status": status}

    def _latents(self, nodes: dict[str, Any]) -> dict[str, Any]:
        return next(dict(one["inputs"]) for one in nodes.values() if "height" in one["inputs"])

    def _picture(self, nodes: dict[str, Any], number: int) -> Image.Image:
        """Draw a picture from the workflow's values: the uploaded first picture, or a colour from the prompt
        and the seed.
        """
        sides = self._latents(nodes)
        seed = next(one["inputs"]["seed"] for one in nodes.values() if "seed" in one["inputs"])
        words = next(one["inputs"]["text"] for one in nodes.values() if "text" in one["inputs"])
        first = next((one["inputs"]["image"] for one in nodes.values() if "image" in one["inputs"]), "")
        size = (sides["width"], sides["height"])
        if first in self.uploads:
            return Image.open(io.BytesIO(self.uploads[first])).convert("RGB").resize(size)
        mark = hashlib.sha256(f"{words}{seed}".encode()).digest()
        return Image.new("RGB", size, (mark[0], mark[1], (mark[2] + 8 * number) % 256))

    def _save(self, nodes: dict[str, Any], node: str) -> dict[str, Any]:
        prefix = nodes[node]["inputs"]["filename_prefix"]
        subfolder, _, stem = prefix.rpartition("/")
        (self.folder / subfolder).mkdir(parents=True, exist_ok=True)
        if nodes[node]["class_type"] == "SaveImage":
            name = f"{stem} 00001_.png"
            self._picture(nodes, 0).save(self.folder / subfolder / name)
            return {"images": [{"filename": name, "subfolder": subfolder, "type": "output"}]}
        sides = self._latents(nodes)
        name = f"{stem}_00001_.mov"
        frames = max(1, sides["length"] - self.short)
        with TakeWriter(
            self.folder / subfolder / name,
            width=sides["width"],
            height=sides["height"],
            rate=self.rate,
            frames=frames,
        ) as writer:
            for number in range(frames):
                writer.picture(np.asarray(self._picture(nodes, number)))
        files = [{"filename": name, "subfolder": subfolder, "type": "output"}]
        return {"images": files, "animated": [True]}

    # Websockets

    def _tell(self, client: str, type: str, data: dict[str, Any]) -> None:
        text = self.text or json.dumps({"type": type, "data": data})
        self._send(client, Frame(Opcode.TEXT, text.encode()))

    def _tell_bytes(self, client: str, data: bytes) -> None:
        self._send(client, Frame(Opcode.BINARY, data))

    def _send(self, client: str, frame: Frame) -> None:
        with self._lock:
            self._told += 1
            hang_up = self.cut and self._told >= self.cut
            lines = [one for name, one in self._lines.items() if client in ("", name)]
            for line in list(self._lines.values()) if hang_up else ():
                with suppress(OSError):
                    line.shutdown(2)
            if hang_up:
                self._lines.clear()
                self._told = 0
                return
            for line in lines:
                with suppress(OSError):
                    line.sendall(frame.serialize(mask=False))

    # HTTP routes

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._get(self)

            def do_POST(self) -> None:
                server._post(self)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _get(self, ask: BaseHTTPRequestHandler) -> None:
        self.headers.append(dict(ask.headers))
        parts = urlsplit(ask.path)
        if self.status != 200:
            return _answer(ask, {"error": {"message": "no luck today"}}, self.status)
        if self.deaf and self.began.is_set():
            self._stop.wait(60)
        if parts.path == "/ws":
            return self._line(ask, parse_qs(parts.query)["clientId"][0])
        if parts.path.startswith("/history/"):
            with self._lock:
                id = unquote(parts.path.rpartition("/")[2])
                return _answer(ask, {id: self._history[id]} if id in self._history else {})
        if parts.path == "/queue":
            with self._lock:
                running = [[0, self._running, {}, {}, []]] if self._running else []
                pending = [[number, id, {}, {}, []] for number, id, _, _ in self._pending]
            return _answer(ask, {"queue_running": running, "queue_pending": pending})
        if parts.path == "/system_stats":
            cards = [{"name": "cuda:0 A Card", "vram_total": 24 << 30, "vram_free": 20 << 30}]
            return _answer(ask, {"system": {"comfyui_version": "0.9.1"}, "devices": cards})
        if parts.path.startswith("/object_info/"):
            cls = unquote(parts.path.rpartition("/")[2])
            return _answer(ask, {cls: {"input": {}}} if cls in self.nodes else {})
        if parts.path == "/view":
            return self._view(ask, {name: one[0] for name, one in parse_qs(parts.query).items()})
        return _answer(ask, {"error": "not found"}, 404)

    def _view(self, ask: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        self.viewed.append(asked)
        path = self.folder / asked.get("subfolder", "") / asked["filename"]
        if asked["type"] != "output" or not path.is_file():
            return _answer(ask, {"error": "not found"}, 404)
        ask.send_response(200)
        if self.endless:
            ask.end_headers()
            try:
                while not self._stop.is_set():
                    ask.wfile.write(b"x" * 65536)
            except OSError:
                self.gone.set()
            ask.close_connection = True
            return None
        data = path.read_bytes()
        ask.send_header("Content-Length", str(len(data)))
        ask.end_headers()
        ask.wfile.write(data)
        return None

    def _line(self, ask: BaseHTTPRequestHandler, client: str) -> None:
        if self.refuses_lines:
            return _answer(ask, {"error": "not found"}, 404)
        key = hashlib.sha1(f"{ask.headers['Sec-WebSocket-Key']}{GUID}".encode()).digest()
        ask.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade")):
            ask.send_header(name, value)
        ask.send_header("Sec-WebSocket-Accept", base64.b64encode(key).decode())
        ask.end_headers()
        ask.wfile.flush()
        with self._lock:
            self.lines_opened += 1
            self._lines[client] = ask.connection
        status = {"status": {"exec_info": {"queue_remaining": 0}}, "sid": client}
        self._tell(client, "status", status)
        with suppress(OSError):
            while ask.connection.recv(4096) and not self._stop.is_set():
                pass
        with self._lock:
            if self._lines.get(client) is ask.connection:
                del self._lines[client]
        ask.close_connection = True
        return None

    def _post(self, ask: BaseHTTPRequestHandler) -> None:
        body = ask.rfile.read(int(ask.headers["Content-Length"]))
        self.headers.append(dict(ask.headers))
        path = urlsplit(ask.path).path
        if self.status != 200:
            return _answer(ask, {"error": {"message": "no luck today"}}, self.status)
        if path == "/upload/image":
            return self._upload(ask, body)
        value = json.loads(body)
        if path == "/prompt":
            return self._prompt(ask, value)
        with self._lock:
            if path == "/queue":
                self.deleted += value.get("delete", [])
                self._pending = [one for one in self._pending if one[1] not in value.get("delete", [])]
            elif path == "/interrupt" and value.get("prompt_id", "") in ("", self._running):
                self.interrupted.append(self._running)
                self._stop_running.set()
        return _answer(ask, None)

    def _upload(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        head = f"Content-Type: {ask.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + body)
        fields: dict[str, Any] = {}
        for part in message.walk():
            name = part.get_param("name", header="content-disposition")
            if name == "image":
                payload, file = part.get_payload(decode=True), part.get_filename()
                assert isinstance(payload, bytes)
                data = payload
            elif name:
                fields[str(name)] = str(part.get_payload())
        where = f"{fields['subfolder']}/{file}"
        self.uploads[where] = data
        return _answer(ask, {"name": file, "subfolder": fields["subfolder"], "type": fields["type"]})

    def _prompt(self, ask: BaseHTTPRequestHandler, value: dict[str, Any]) -> None:
        self.posted.append(value)
        nodes = value["prompt"]
        for id, node in nodes.items():
            if node["class_type"] not in self.nodes:
                wrong = {
                    "type": "missing_node_type", "message": f"Node '{node['class_type']}' not found.",
                    "details": f"Node ID '#{id}'",
                    "extra_info": {"node_id": id, "class_type": node["class_type"]},
                }  # fmt: skip
                return _answer(ask, {"error": wrong, "node_errors": {}}, 400)
        if errors := self._wrong(nodes):
            error = {
                "type": "prompt_outputs_failed_validation",
                "message": "Prompt outputs failed validation",
            }
            return _answer(ask, {"error": error, "node_errors": errors}, 400)
        with self._lock:
            if len(self._pending) >= self.full:
                ask.close_connection = True
                return _answer(ask, {"error": "queue is full"}, 503, {"Retry-After": "30"})
            id = str(uuid.uuid4()) if self.old else value["prompt_id"]
            self._pending.append((len(self.posted), id, nodes, value["client_id"]))
        _answer(ask, {"prompt_id": id, "number": len(self.posted), "node_errors": {}})
        self._work.put(None)
        return None

    def _wrong(self, nodes: dict[str, Any]) -> dict[str, Any]:
        """Return the errors in a workflow's values, as ComfyUI reports them: wrong types, and names that are
        in no list.
        """
        found: dict[str, Any] = {}
        for id, node in nodes.items():
            inputs = node["inputs"]
            errors = []
            if inputs.get("ckpt_name", MODELS[0]) not in MODELS:
                details = f"ckpt_name: '{inputs['ckpt_name']}' not in {list(MODELS)}"
                errors.append(
                    {"type": "value_not_in_list", "message": "Value not in list", "details": details}
                )
            for name in ("seed", "steps", "width", "height", "length"):
                if name in inputs and not isinstance(inputs[name], int):
                    details = f"{name}, {inputs[name]}, invalid literal for int()"
                    errors.append(
                        {"message": "Failed to convert an input value to a INT", "details": details}
                    )
            if errors:
                found[id] = {"errors": errors, "class_type": node["class_type"], "dependent_outputs": ["9"]}
        return found


def _answer(
    ask: BaseHTTPRequestHandler, value: Any, status: int = 200, headers: dict[str, str] | None = None
) -> None:
    data = b"" if value is None else json.dumps(value).encode()
    ask.send_response(status)
    for name, one in (headers or {}).items():
        ask.send_header(name, one)
    ask.send_header("Content-Length", str(len(data)))
    ask.end_headers()
    ask.wfile.write(data)


@contextmanager
def serving(folder: Path) -> Iterator[ComfyServer]:
    """Run a server for the duration of the block, with its outputs in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    server = ComfyServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.close()
