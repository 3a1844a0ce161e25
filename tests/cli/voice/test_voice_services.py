"""Test lines that a service or a program speaks, and every failure of them."""

from __future__ import annotations

import contextlib
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
                "verbose": (500, "text/plain", b"x" * 5_000),
                "moved": (302, "text/plain", b""),
            }
            if state.mode == "hang":
                ended.wait(30)
                return
            if state.mode in ("drip", "endless"):
                self.send_response(200)
                self.end_headers()
                pause, piece = (0.02, b"R") if state.mode == "drip" else (0, bytes(1 << 20))
                with contextlib.suppress(OSError):
                    while not ended.wait(pause):
                        self.wfile.write(piece)
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


MODES = (
    "text", "picture", "empty", "long", "refuse", "fail", "verbose", "moved", "hang", "drip", "endless",
)  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
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
    assert len(job["error"]) < 240
    assert job["hint"] or mode == "long"
    assert KEY not in json.dumps(served.inside("job", "show", job["id"]))
    assert len(list_lines(served)[0]["takes"]) == 1


@pytest.mark.parametrize(("mode", "setting"), [("moved", "voice_service_url"), ("drip", "_seconds")])
def test_failure_of_the_service_is_printed_on_stderr_with_its_remedy(
    served: Milimo, server: VoiceServer, mode: str, setting: str
) -> None:
    server.mode = mode
    failed = served("line", "say", "--all", "--engine", "voice-service", code=1)
    assert failed.stdout == b""
    assert setting in failed.stderr.decode()
    assert server.address.removesuffix("/v1") in failed.stderr.decode()


def test_dripping_service_lets_the_job_be_cancelled(served: Milimo, server: VoiceServer) -> None:
    server.mode = "drip"
    patient = Milimo({**served.env, "MILIMO_VOICE_SERVICE_SECONDS": "60"}, served.cwd)
    [job] = patient.inside("line", "say", "--all", "--engine", "voice-service", "--detach")["jobs"]
    begin = time.monotonic()
    while not server.requests:
        assert time.monotonic() - begin < 60
        time.sleep(0.05)
    patient.act("job", "cancel", job)
    patient.act("job", "wait", job, code=1)
    assert time.monotonic() - begin < 60
    assert patient.inside("job", "show", job)["state"] == "cancelled"


def test_line_names_the_job_that_must_end_first(served: Milimo, server: VoiceServer) -> None:
    server.mode = "hang"
    patient = Milimo({**served.env, "MILIMO_VOICE_SERVICE_SECONDS": "8"}, served.cwd)
    patient.act("line", "say", "--all", "--engine", "voice-service", "--detach")
    begin = time.monotonic()
    while not server.requests:
        assert time.monotonic() - begin < 60
        time.sleep(0.05)
    [line] = list_lines(patient)
    label = f"{line['line']} {line['character']}"
    assert label in patient.act("line", "say", "--all", "--engine", "scratch-voice", "--detach")
    said = patient("line", "say", "--all", "--engine", "scratch-voice")
    assert label in said.stderr.decode()
    assert label not in patient("line", "say", "--all", "--engine", "scratch-voice").stderr.decode()


ADDRESSES = ("nonsense", "file:///etc/passwd", "ftp://host/v1", "http://", "http://[::1", "http://a b/v1")


def test_address_of_a_service_is_an_http_address(film: Milimo) -> None:
    for setting in ("voice_service_url", "openai_url", "ollama_url", "comfyui_url"):
        before = film.inside("config", "get", setting)["value"]
        for address in ADDRESSES:
            assert f"milimo config set {setting}" in film.refusal("config", "set", setting, address)
        assert film.inside("config", "get", setting)["value"] == before
    for address in ADDRESSES:
        wrong = Milimo({**film.env, "MILIMO_VOICE_SERVICE_URL": address}, film.cwd)
        wrong.refusal("line", "say", "--all", "--engine", "voice-service")
    assert list_lines(film)[0]["takes"] == []


def test_address_of_a_service_can_be_set_and_removed(film: Milimo) -> None:
    film.act("config", "set", "voice_service_url", "https://voices.example/v1")
    film.act("config", "set", "voice_service_url", "")
    assert film.inside("config", "get", "voice_service_url")["value"] == ""


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


FAILING = {
    "reason": "import sys; sys.exit('no such model')",
    "silent": "import sys; sys.exit(1)",
    "text": "print('hello')",
    "nothing": "",
    "slow": "import time; time.sleep(60)",
    "endless": "import os\nwhile True: os.write(1, bytes(1 << 16))",
    "endless errors": "import os\nwhile True: os.write(2, bytes(1 << 16))",
}


@pytest.mark.parametrize("name", FAILING)
def test_failing_program_is_one_sentence(film: Milimo, tmp_path: Path, name: str) -> None:
    program = python_program(tmp_path / "piper", FAILING[name])
    more = {"MILIMO_VOICE_COMMAND": program, "MILIMO_VOICE_COMMAND_SECONDS": "5"}
    speaking = Milimo({**film.env, **more}, film.cwd)
    done = speaking.inside("line", "say", "--all", "--engine", "voice-command", code=1)
    [job] = done["ended"]
    assert (job["state"], "\n" in job["error"], bool(job["hint"])) == ("failed", False, True)
    assert not job["error"].rstrip().endswith(":")
    assert ("5 s" in job["error"]) == (name == "slow")
    assert ("MB" in job["error"]) == name.startswith("endless")


def test_wrong_setting_is_refused_before_a_job_is_queued(film: Milimo) -> None:
    jobs = film.inside("job", "list")
    for engine, value, code in (
        ("voice-service", "", 3),
        ("voice-command", "", 3),
        ("voice-command", "no-such-program --out", 3),
        ("voice-command", "piper 'unfinished", 2),
    ):
        setting = "voice_service_url" if engine == "voice-service" else "voice_command"
        wrong = Milimo({**film.env, f"MILIMO_{setting.upper()}": value}, film.cwd)
        wrong.act("voice", "set", "@MARA", "--engine", engine)
        for command in (("line", "say", "--all"), ("voice", "preview", "@MARA")):
            error = wrong.inside(*command, code=code)["error"]
            assert f"milimo config set {setting}" in error["hint"]
    assert film.inside("job", "list") == jobs
