"""Test lines that a service or a program speaks, and every failure of them."""

from __future__ import annotations

import io
import json
import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.voice.test_lines import list_lines, read_sound
from tests.front_door import Milimo
from tests.programs import python_program

KEY = "voice-key-of-a-test"


def encode_tone(seconds: float = 0.8, rate: int = 22_050) -> bytes:
    """Return a WAV file with a tone."""
    samples = (9_000 * np.sin(np.arange(round(seconds * rate)) * 0.08)).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()


@dataclass
class VoiceServer:
    """A pretended service with OpenAI's protocol. `mode` is its behaviour."""

    mode: str = "speak"
    requests: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def server() -> Iterator[VoiceServer]:
    state = VoiceServer()
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append({"path": self.path, **json.loads(body)})
            answers = {
                "speak": (200, "audio/wav", encode_tone()),
                "text": (200, "application/json", b'{"error": "no voice today"}'),
                "picture": (200, "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 400),
                "empty": (200, "audio/wav", b""),
                "long": (200, "audio/wav", encode_tone(90)),
                "refuse": (401, "application/json", b'{"error": {"message": "wrong key"}}'),
                "fail": (500, "text/plain", b"out of order"),
            }
            if state.mode == "hang":
                ended.wait(30)
                return
            status, kind, data = answers[state.mode]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{http.server_port}/v1"
    yield state
    ended.set()
    http.shutdown()


@pytest.fixture
def served(film: Milimo, server: VoiceServer) -> Milimo:
    """Return `milimo` on the tiny film with the pretended service."""
    more = {
        "MILIMO_VOICE_SERVICE_URL": server.address,
        "MILIMO_VOICE_SERVICE_KEY": KEY,
        "MILIMO_VOICE_SERVICE_SECONDS": "0.5",
    }
    return Milimo({**film.env, **more}, film.cwd)


def test_service_speaks_a_line(served: Milimo, server: VoiceServer) -> None:
    served.act("voice", "set", "@MARA", "--engine", "voice-service", "--voice", "nova", "--pace", "1.25")
    served.act("line", "say", "--all")
    [line] = list_lines(served)
    assert (line["state"], line["seconds"]) == ("spoken", pytest.approx(0.8, abs=0.01))
    [sent] = server.requests
    assert sent["path"] == "/v1/audio/speech"
    assert (sent["voice"], sent["speed"], sent["response_format"]) == ("nova", 1.25, "wav")
    assert read_sound(line["path"]).size == pytest.approx(0.8 * 48_000, abs=50)


@pytest.mark.parametrize("mode", ["text", "picture", "empty", "long", "refuse", "fail", "hang"])
def test_failure_of_the_service_is_one_sentence_and_loses_nothing(
    served: Milimo, server: VoiceServer, mode: str
) -> None:
    served.act("line", "say", "--all", "--engine", "voice-service")
    server.mode = mode
    begin = time.monotonic()
    done = served.inside("line", "say", "--all", "--engine", "voice-service", code=1)
    assert time.monotonic() - begin < 20
    [job] = done["ended"]
    assert job["state"] == "failed"
    assert "\n" not in job["error"]
    assert KEY not in json.dumps(served.inside("job", "show", job["id"]))
    assert len(list_lines(served)[0]["takes"]) == 1


SPEAKS = """
import sys, wave
text = sys.stdin.read().strip()
path = sys.argv[sys.argv.index("--out") + 1] if "--out" in sys.argv else None
with wave.open(path or sys.stdout.buffer, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
    file.writeframes(b"".join(int(8000 * (i % 80 < 40) - 4000).to_bytes(2, "little", signed=True)
                              for i in range(200 * len(text))))
"""


@pytest.mark.parametrize("more", ["--voice {voice} --out {output}", ""])
def test_program_speaks_a_line(film: Milimo, tmp_path: Path, more: str) -> None:
    program = python_program(tmp_path / "piper", SPEAKS)
    speaking = Milimo({**film.env, "MILIMO_VOICE_COMMAND": f"{program} {more}"}, film.cwd)
    speaking.act("line", "say", "--all", "--engine", "voice-command")
    [line] = list_lines(speaking)
    assert line["seconds"] == pytest.approx(200 * len(line["text"]) / 16_000, abs=0.01)


@pytest.mark.parametrize(
    "body", ["import sys; sys.exit('no such model')", "print('hello')", "", "import time; time.sleep(60)"]
)
def test_failing_program_is_one_sentence(film: Milimo, tmp_path: Path, body: str) -> None:
    program = python_program(tmp_path / "piper", body)
    more = {"MILIMO_VOICE_COMMAND": program, "MILIMO_VOICE_COMMAND_SECONDS": "1"}
    speaking = Milimo({**film.env, **more}, film.cwd)
    done = speaking.inside("line", "say", "--all", "--engine", "voice-command", code=1)
    [job] = done["ended"]
    assert (job["state"], "\n" in job["error"]) == ("failed", False)


def test_engines_without_settings_explain_what_is_missing(film: Milimo) -> None:
    for engine in ("voice-service", "voice-command"):
        [job] = film.inside("line", "say", "--all", "--engine", engine, code=1)["ended"]
        assert job["state"] == "failed"
        assert engine.replace("-", "_") in film.inside("job", "show", job["id"])["hint"]
