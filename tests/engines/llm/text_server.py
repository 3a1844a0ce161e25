"""Small real servers that speak the protocols of OpenAI and Ollama on loopback and record their requests.

A function of the request gives the answer. Attributes of the server select its faults.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Answer = Callable[[dict[str, Any]], str]

SHEET = {"reference_sheet": True, "reason": "the same woman from four sides", "prompt": "Mara turns around."}


class TextServer:
    """A text server that sends its answer in pieces.

    - `status`, with `message` and `headers`: refuse the request.
    - `cut`: disconnect after this number of pieces.
    - `hang`: send nothing after this number of pieces.
    - `keeps_alive`: send comments during `reading`.
    - `pause`: seconds between two pieces. `reading`: seconds before the first piece.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.status, self.message, self.reply_headers = 200, "", {"X-Kind": "test"}
        self.cut, self.hang, self.pause, self.reading = -1, -1, 0.0, 0.0
        self.keeps_alive = False  # send comments before the first piece
        self.letters = 8  # letters in a piece
        self.capabilities: list[str] | None = ["completion", "vision"]
        self.families: list[str] = []
        self.models: list[tuple[str, list[str]]] = []
        self.refused: list[str] = []  # request fields to refuse, one per reply
        self.busy = 0  # number of chat requests to refuse first, with `reply_headers`
        self.pulls: list[Any] = []  # progress messages of a download, without the last
        self.loaded: list[dict[str, Any]] = []
        self.listing_status = 200  # of the answer to a request for the models
        self.counts = True
        self.raw = b""  # sent instead of a stream
        self.gone = threading.Event()  # set when a client disconnects in the middle
        self.closed_at = 0.0  # time of the disconnection, on the monotonic clock
        self.stop = threading.Event()
        self.sent = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The received chat requests, without requests about a model."""
        return [one for one in self.requests if "messages" in one]

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(body)
                server.headers.append(dict(self.headers))
                try:
                    server._reply(self, body)
                except (BrokenPipeError, ConnectionResetError):
                    server.gone.set()

            def do_GET(self) -> None:
                if urlsplit(self.path).path == "/api/ps":
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(json.dumps({"models": server.loaded}).encode())
                    return
                known = [
                    {"name": name, "details": {"families": families}} for name, families in server.models
                ]
                self.send_response(server.listing_status)
                self.end_headers()
                listed = [{"id": name} for name, _ in server.models]
                self.wfile.write(json.dumps({"models": known, "data": listed}).encode())

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _reply(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if self.busy and "messages" in body:
            self.busy -= 1
            handler.send_response(429)
            for name, value in self.reply_headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            return
        unknown = next((name for name in self.refused if name in body), "")
        if self.status != 200 or unknown:
            self.message = f"Unsupported parameter: '{unknown}'" if unknown else self.message
            data = json.dumps({"error": {"message": self.message}}).encode()
            handler.send_response(400 if unknown else self.status)
            for name, value in self.reply_headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
            return
        path = urlsplit(handler.path).path  # a client with a proxy sends complete URLs
        if path == "/api/show":
            known: dict[str, Any] = {"details": {"families": self.families}}
            if self.capabilities is not None:
                known["capabilities"] = self.capabilities
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write(json.dumps(known).encode())
            return
        if path == "/api/generate":  # a request without a prompt loads or unloads a model
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write(b'{"done": true}')
            return
        if path == "/api/pull":
            self._pull(handler)
            return
        handler.send_response(200)
        handler.end_headers()  # there is no content length, so the end of the connection ends the answer
        if self.raw:
            handler.wfile.write(self.raw)
            return
        until = time.monotonic() + self.reading
        while time.monotonic() < until and not self.stop.is_set():
            if self.keeps_alive:
                handler.wfile.write(b": keep-alive\n\n")
                handler.wfile.flush()
            time.sleep(0.05)
        text = self.answer(body)
        pieces = [text[at : at + self.letters] for at in range(0, len(text), self.letters)]
        is_ollama = path == "/api/chat"
        for count, piece in enumerate(pieces):
            if count == self.cut:
                return
            if count == self.hang:
                self._wait_for_the_end(handler)
                return
            handler.wfile.write(_ollama(piece) if is_ollama else _openai(piece))
            handler.wfile.flush()
            self.sent += 1
            time.sleep(self.pause)
        counts = (len(json.dumps(body["messages"])), len(pieces)) if self.counts else None
        handler.wfile.write(_ollama("", counts, done=True) if is_ollama else _openai("", counts, done=True))

    def _wait_for_the_end(self, handler: BaseHTTPRequestHandler) -> None:
        """Send nothing until the client disconnects, and record that time."""
        handler.connection.settimeout(0.02)
        while not self.stop.is_set():
            try:
                if not handler.connection.recv(1):
                    self.closed_at = time.monotonic()
                    self.gone.set()
                    return
            except TimeoutError:
                continue

    def _pull(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for count, told in enumerate(self.pulls):
            if count == self.cut:
                return
            if count == self.hang:
                self._wait_for_the_end(handler)
                return
            handler.wfile.write(json.dumps(told).encode() + b"\n")
            time.sleep(self.pause)
        handler.wfile.write(b'{"status": "success"}\n')


def _openai(piece: str, counts: tuple[int, int] | None = None, *, done: bool = False) -> bytes:
    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": "stop" if done else None}
    data = f"data: {json.dumps({'choices': [choice]})}\n\n"
    if counts:
        usage = {"prompt_tokens": counts[0], "completion_tokens": counts[1]}
        data += f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n"
    return (data + ("data: [DONE]\n\n" if done else "")).encode()


def _ollama(piece: str, counts: tuple[int, int] | None = None, *, done: bool = False) -> bytes:
    value: dict[str, Any] = {"message": {"role": "assistant", "content": piece}, "done": done}
    if counts:
        value |= {"prompt_eval_count": counts[0], "eval_count": counts[1]}
    return (json.dumps({**value, "done_reason": "stop"} if done else value) + "\n").encode()


def words_of(body: Mapping[str, Any], role: str) -> str:
    """Return the text of a request's message with that role, in either protocol."""
    content = next(one["content"] for one in body["messages"] if one["role"] == role)
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def picture_of(body: Mapping[str, Any]) -> str:
    """Return the picture of a request as base64, or an empty text if it has none."""
    user = next(one for one in body["messages"] if one["role"] == "user")
    if user.get("images"):
        return str(user["images"][0])
    if isinstance(user["content"], str):
        return ""
    shown = [part["image_url"]["url"] for part in user["content"] if part["type"] == "image_url"]
    return str(shown[0]).partition("base64,")[2] if shown else ""


@contextmanager
def serving(answer: Answer) -> Iterator[TextServer]:
    """Run a text server for the duration of the block."""
    server = TextServer(answer)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(120)
