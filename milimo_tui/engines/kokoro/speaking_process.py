"""Speak lines with Kokoro, in a process of its own. This file imports nothing of Milimo, because it runs in
the Python environment in which `kokoro-onnx` is installed.

    python speaking_process.py MODEL.onnx VOICES.npz

The first answer reports whether the model was loaded. Afterwards each line of JSON on stdin is a request,
answered by a line of JSON on stdout, in order. The sound is written to the file `path` of the request. The
process exits when stdin is closed, also while it is speaking, because its parent has ended then.
"""

from __future__ import annotations

import json
import os
import queue
import struct
import sys
import threading
from typing import Any

_FLOAT_SAMPLES = 3  # The number of the format “IEEE float” in the header of a WAV file.


def serve_speech_requests(model: str, voices: str) -> None:
    """Load the model, and answer requests until stdin is closed."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Libraries may print to stdout, so stdout is redirected to stderr to keep that output out of the answers.
    os.dup2(2, 1)

    def send(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    try:
        from importlib.metadata import version

        from kokoro_onnx import Kokoro

        speaker = Kokoro(model, voices)
    except ImportError as error:
        send({"missing": _describe_error(error)})
        return
    except Exception as error:  # noqa: BLE001 - the libraries raise exceptions of any class for damaged files
        send({"error": _describe_error(error)})
        return
    send({"version": version("kokoro-onnx")})
    while True:
        request = requests.get()
        try:
            send(_speak_text(speaker, request))
        except Exception as error:  # noqa: BLE001 - one text must not end the process
            send({"error": _describe_error(error)})


def _describe_error(error: Exception) -> str:
    """Return the class and the first line of an error."""
    return ": ".join([type(error).__name__, *str(error).splitlines()[:1]])


def _read_requests(requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    os._exit(0)


def _speak_text(speaker: Any, request: dict[str, Any]) -> dict[str, Any]:
    samples, sample_rate = speaker.create(
        request["text"], voice=request["voice"], speed=request["pace"], lang=request["language"]
    )
    data = samples.astype("<f4").tobytes()
    with open(request["path"], "wb") as file:
        file.write(_make_wav_header(len(data), sample_rate) + data)
    return {"samples": len(samples)}


def _make_wav_header(size: int, sample_rate: int) -> bytes:
    layout = struct.pack("<HHIIHH", _FLOAT_SAMPLES, 1, sample_rate, sample_rate * 4, 4, 32)
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + size) + b"WAVE" + chunks


if __name__ == "__main__":
    serve_speech_requests(sys.argv[1], sys.argv[2])
