"""Provide a small library with the interface of `kokoro-onnx`, in an environment of its own, so that the
process of Kokoro is tested without the model.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

VOICES = ("af_bella", "am_adam", "bm_george", "ef_dora", "jm_kumo")
HANG, CRASH, REFUSE = "hang", "crash", "refuse"
# The stand-in speaks a tone of 0.1 s for each letter at the pace 1. Its pitch shows the voice and language.
LETTER_SECONDS, SAMPLE_RATE = 0.1, 24000

_LIBRARY = f'''
import os, time
import numpy as np

class Kokoro:
    def __init__(self, model, voices):
        if open(model, "rb").read() != b"model":
            raise ValueError("not a model")
        self.voices = sorted(np.load(voices))
        print("loaded")

    def create(self, text, voice, speed, lang):
        print("speaking", text)
        if "{HANG}" in text:
            time.sleep(600)
        if "{CRASH}" in text:
            os._exit(9)
        if "{REFUSE}" in text:
            raise ValueError("no phonemes")
        count = round(len(text) * {LETTER_SECONDS} * {SAMPLE_RATE} / speed)
        pitch = 200 + 50 * self.voices.index(voice) + (25 if lang == "en-gb" else 0)
        phase = np.arange(count) * 2 * np.pi * pitch / {SAMPLE_RATE}
        return 0.5 * np.sin(phase).astype(np.float32), {SAMPLE_RATE}
'''


def compute_pitch(voice: str, language: str = "en-us") -> float:
    """Return the frequency of the tone that the stand-in makes for a voice and a language."""
    return 200 + 50 * VOICES.index(voice) + (25 if language == "en-gb" else 0)


def write_stand_in(folder: Path) -> dict[str, str]:
    """Write the library, its Python, and the files of a model. Return the variables that name them."""
    library, model = folder / "library", folder / "kokoro-files"
    (library / "kokoro_onnx").mkdir(parents=True)
    (library / "kokoro_onnx" / "__init__.py").write_text(_LIBRARY)
    (library / "kokoro_onnx-0.6.1.dist-info").mkdir()
    description = "Metadata-Version: 2.1\nName: kokoro-onnx\nVersion: 0.6.1\n"
    (library / "kokoro_onnx-0.6.1.dist-info" / "METADATA").write_text(description)
    model.mkdir()
    (model / "kokoro.onnx").write_bytes(b"model")
    styles = {name: np.zeros((4, 1, 8), np.float32) for name in VOICES}
    np.savez(model / "voices.npz", **styles)  # type: ignore[arg-type]
    python = folder / "python-with-kokoro"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{library}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return {"MILIMO_KOKORO_PYTHON": str(python), "MILIMO_KOKORO_FOLDER": str(model)}


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the stand-in as this machine's Kokoro. Return the folder with its files."""
    for name, value in write_stand_in(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path
