"""Whisper with tiny random weights: the job's words are those of the bare model, window by window."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.word_specs import Transcribe
from milimo_tui.engines.transcription.engine import Transcription
from milimo_tui.engines.transcription.values import RATE
from milimo_tui.engines.transcription.windows import WINDOW, find_quiet_place, iterate_sound_windows
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]


def write_sound(path: Path, samples: NDArray[np.float32], rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def make_noise(seconds: float, seed: int = 1) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=int(seconds * RATE)).astype(np.float32) * 0.1
    rounded = np.round(noise * 32767).clip(-32767, 32767) / 32767
    return rounded.astype(np.float32)


def transcribe(folder: Path, **fields: Any) -> dict[str, Any]:
    result = Transcription().run(Transcribe(**fields), StandaloneContext(folder / "work"))
    (output,) = result.outputs
    return {**json.loads(Path(output.path).read_text()), "facts": result.facts}


@pytest.fixture
def home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    furnish(tmp_path / "home", tiny, "whisper")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.long("models")
def test_words_and_times_are_those_of_the_bare_model(home: Path, tiny: Tiny) -> None:
    import torch
    from transformers import AutoFeatureExtractor, AutoTokenizer, WhisperForConditionalGeneration

    samples = make_noise(5)
    made = transcribe(home, input=str(write_sound(home / "noise.wav", samples)), language="en")
    model = WhisperForConditionalGeneration.from_pretrained(
        tiny("whisper"), attn_implementation="eager"
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(tiny("whisper"))
    features = AutoFeatureExtractor.from_pretrained(tiny("whisper"))(
        np.round(samples * 32767) / 32768, sampling_rate=RATE, return_tensors="pt", return_attention_mask=True
    )
    with torch.inference_mode():
        bare = model.generate(
            features["input_features"],
            attention_mask=features["attention_mask"],
            return_timestamps=True,
            return_token_timestamps=True,
            language="en",
            task="transcribe",
        )
    text = tokenizer.decode(bare["sequences"][0], skip_special_tokens=True)
    words = "".join(text.split())
    assert "".join("".join(word[2].split()) for word in made["words"]) in words
    assert made["facts"]["tiny"] is True
    last = float(bare["token_timestamps"][0].max())
    assert all(0 <= start <= end <= round(last * 1000) for start, end, _ in made["words"])


@pytest.mark.long("models")
def test_silence_has_no_words_and_unknown_languages_are_refused(home: Path) -> None:
    quiet = write_sound(home / "quiet.wav", np.zeros(RATE * 2, np.float32))
    assert transcribe(home, input=str(quiet))["words"] == []
    noise = write_sound(home / "noise.wav", make_noise(1), rate=8000)
    assert transcribe(home, input=str(noise))["language"] in ("en", "de", "fr", "ja")
    with pytest.raises(BadInput):
        transcribe(home, input=str(noise), language="xx")


def test_long_sound_is_divided_at_quiet_places() -> None:
    sound = np.ones(WINDOW * 3 + 12_345, np.float32)
    pause = WINDOW - 3 * RATE
    sound[pause : pause + RATE // 2] = 0
    windows = list(iterate_sound_windows(lambda start, count: sound[start : start + count], len(sound)))
    assert pause < windows[1].start < pause + RATE // 2
    assert sum(len(each.samples) for each in windows) == len(sound)
    assert all(len(each.samples) <= WINDOW for each in windows)
    assert 0 < find_quiet_place(np.ones(100, np.float32)) <= 100
