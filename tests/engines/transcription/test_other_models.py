"""Parakeet, Qwen3-ASR, Moonshine and Nemotron 3 Diarization with tiny random weights: the job's result is
that of the bare model.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe
from milimo_tui.engines.transcription.engine import Diarization, Transcription
from milimo_tui.engines.transcription.estimated_times import estimate_word_times
from milimo_tui.engines.transcription.values import RATE
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.engines.transcription.test_whisper import make_noise, write_sound

__all__ = ["tiny"]
MODELS = ("parakeet-ctc", "parakeet-tdt", "qwen3-asr", "moonshine")


@pytest.fixture
def home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    furnish(tmp_path / "home", tiny, *MODELS, "diarization")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    return tmp_path


def make_bursts() -> NDArray[np.float32]:
    """Return noise at changing levels, so that the tiny models hear changes."""
    levels = np.repeat(np.asarray([0.02, 1.0, 0.1, 3.0, 0.01, 1.0, 0.3, 2.0]), RATE * 5 // 8)
    return np.asarray(make_noise(5)[: len(levels)] * levels, np.float32).clip(-1, 1)


def read_made(result: Result) -> dict[str, Any]:
    (output,) = result.outputs
    made: dict[str, Any] = json.loads(Path(output.path).read_text())
    return made


def load_bare(folder: Path, samples: NDArray[np.float32], name: str) -> str:
    """Return the text of the bare model."""
    import torch
    import transformers

    kinds = {
        "parakeet-ctc": transformers.ParakeetForCTC,
        "parakeet-tdt": transformers.ParakeetForTDT,
        "qwen3-asr": transformers.Qwen3ASRForConditionalGeneration,
        "moonshine": transformers.MoonshineForConditionalGeneration,
    }
    processor = transformers.AutoProcessor.from_pretrained(folder)
    model = kinds[name].from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():
        if name == "qwen3-asr":
            inputs = processor.apply_transcription_request(audio=samples, language="en")
            made = model.generate(**inputs, max_new_tokens=65, do_sample=False)
            text = processor.decode(made[0, inputs["input_ids"].shape[1] :], return_format="parsed")
            return str(text["transcription"])
        inputs = processor(samples, sampling_rate=RATE, return_tensors="pt")
        more = {"max_new_tokens": 65, "do_sample": False} if name == "moonshine" else {}
        made = model.generate(**inputs, **more)
    tokens = getattr(made, "sequences", made)
    return str(processor.batch_decode(tokens, skip_special_tokens=True)[0])


def keep_letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


@pytest.mark.long("models")
@pytest.mark.parametrize("name", MODELS)
def test_words_are_those_of_the_bare_model(home: Path, tiny: Tiny, name: str) -> None:
    samples = make_bursts()
    path = write_sound(home / "noise.wav", samples)
    spec = Transcribe(input=str(path), language="en", model=f"tiny-{name}")
    made = read_made(Transcription().run(spec, StandaloneContext(home / "work")))
    bare = load_bare(tiny(name), (np.round(samples * 32767) / 32768).astype(np.float32), name)
    assert keep_letters("".join(word[2] for word in made["words"])) == keep_letters(bare)
    assert keep_letters(bare)
    assert made["language"] == "en"
    assert made["estimated"] is (name in ("qwen3-asr", "moonshine"))
    starts = [word[0] for word in made["words"]]
    assert starts == sorted(starts)
    assert all(0 <= start <= end <= 5000 for start, end, _ in made["words"])


@pytest.mark.long("models")
def test_times_of_parakeet_tdt_are_those_of_its_processor(home: Path, tiny: Tiny) -> None:
    import torch
    from transformers import AutoProcessor, ParakeetForTDT

    samples = make_bursts()
    quantised = (np.round(samples * 32767) / 32768).astype(np.float32)
    processor = AutoProcessor.from_pretrained(tiny("parakeet-tdt"))
    model = ParakeetForTDT.from_pretrained(tiny("parakeet-tdt"), dtype=torch.float32).eval()
    made = model.generate(
        **processor(quantised, sampling_rate=RATE, return_tensors="pt"), return_dict_in_generate=True
    )
    _, times = processor.decode(made.sequences, durations=made.durations, skip_special_tokens=True)
    starts = [round(each["start"] * 1000) for each in times[0]]
    path = write_sound(home / "noise.wav", samples)
    spec = Transcribe(input=str(path), model="tiny-parakeet-tdt")
    words = read_made(Transcription().run(spec, StandaloneContext(home / "work")))["words"]
    # A word is trimmed to its sound, by at most its own length.
    assert words[0][0] >= starts[0]
    assert all(any(abs(word[0] - start) <= 400 for start in starts) for word in words)


@pytest.mark.long("models")
def test_speakers_are_those_of_the_bare_model(home: Path, tiny: Tiny) -> None:
    import torch
    from transformers import AutoModelForAudioFrameClassification, AutoProcessor

    samples = make_bursts()
    path = write_sound(home / "noise.wav", samples)
    made = read_made(Diarization().run(FindSpeakers(input=str(path)), StandaloneContext(home / "work")))
    processor = AutoProcessor.from_pretrained(tiny("diarization"))
    model = AutoModelForAudioFrameClassification.from_pretrained(tiny("diarization")).eval()
    inputs = processor((np.round(samples * 32767) / 32768).astype(np.float32), sampling_rate=RATE)
    with torch.inference_mode():
        bare = processor.extract_speaker_dict(model(**inputs).logits, inputs["attention_mask"])[0]
    assert made["spans"] == [
        [round(each["Start"] * 1000), round(each["End"] * 1000), each["Speaker"] + 1] for each in bare
    ]
    assert len({each[2] for each in made["spans"]}) > 1


def test_estimated_times_are_in_the_measured_speech() -> None:
    rng = np.random.default_rng(3)
    seconds = np.arange(RATE * 6) / RATE
    spoken = ((seconds > 1) & (seconds < 2)) | ((seconds > 4) & (seconds < 5))
    tone = np.sin(2 * np.pi * 180 * seconds) + np.sin(2 * np.pi * 1100 * seconds)
    voice = tone * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * seconds)) * spoken
    samples = (0.2 * voice + 0.0005 * rng.normal(size=len(seconds))).astype(np.float32)
    words = estimate_word_times("one two, three four!", samples, "en")
    assert [word.text for word in words] == ["one", "two,", "three", "four!"]
    assert abs(words[0].start - 1) < 0.1
    assert abs(words[-1].end - 5) < 0.1
    pause = max(right.start - left.end for left, right in itertools.pairwise(words))
    inside = any(word.start < 2 and word.end > 4 for word in words)
    assert pause > 1.8 or inside
