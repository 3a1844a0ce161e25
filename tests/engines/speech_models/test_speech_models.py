"""Test speech models on tiny random weights: the lines of a job are equal to those of the bare model."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.speech_models.engine import SpeechModels
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound

__all__ = ["tiny"]

TEXT = "You are late. I waited for an hour."


@pytest.fixture
def home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    furnish(folder, tiny, "vits", "pocket-tts", "pocket-tts-codec")
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(folder))
    return folder


def record_voice(path: Path, rate: int = 24_000) -> Path:
    """Write a recording of one second of a tone that becomes louder."""
    times = np.arange(rate) / rate
    samples = (np.sin(2 * np.pi * 220 * times) * times * 12_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def run_spec(spec: MakeSpeech, folder: Path) -> np.ndarray[Any, Any]:
    """Run a spec outside the queue. Return the samples of its file."""
    result = SpeechModels().run(spec, StandaloneContext(folder))
    [output] = result.outputs
    assert output.facts["sample_rate"] == spec.sample_rate
    samples = round(Fraction(output.facts["seconds"]) * spec.sample_rate)
    return np.asarray(read_sound(Path(output.path), Fraction(0), samples, spec.sample_rate, 1)[0])


@pytest.mark.long("models")
def test_vits_speaks_as_the_bare_model(home: Path, tiny: Tiny, tmp_path: Path) -> None:
    from transformers import VitsModel, VitsTokenizer

    model = VitsModel.from_pretrained(tiny("vits")).eval()
    inputs = VitsTokenizer.from_pretrained(tiny("vits"))(TEXT, return_tensors="pt")
    torch.manual_seed(7)
    with torch.no_grad():
        bare = model(**inputs).waveform[0].numpy()
    spec = MakeSpeech(engine="speech:tiny-vits", text=TEXT, seed=7, sample_rate=16_000)
    heard = run_spec(spec, tmp_path / "one")
    np.testing.assert_array_equal(heard, bare)
    np.testing.assert_array_equal(run_spec(spec, tmp_path / "again"), heard)
    other = run_spec(spec.model_copy(update={"seed": 8}), tmp_path / "other")
    assert other.shape != heard.shape or not np.array_equal(other, heard)


@pytest.mark.long("models")
@pytest.mark.parametrize("pace", [1.0, 1.5])
def test_vits_reports_the_times_of_words(home: Path, tmp_path: Path, pace: float) -> None:
    spec = MakeSpeech(engine="speech:tiny-vits", text=TEXT, seed=7, sample_rate=16_000, pace=pace)
    result = SpeechModels().run(spec, StandaloneContext(tmp_path))
    words = result.facts["words"]
    assert [word for word, _, _ in words] == TEXT.lower().replace(".", "").split()
    times = [time for _, start, end in words for time in (start, end)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= Fraction(result.outputs[0].facts["seconds"])
    assert times[-1] > Fraction(result.outputs[0].facts["seconds"]) * Fraction(3, 4)


@pytest.mark.long("models")
def test_pocket_tts_imitates_a_recording_as_the_bare_model(home: Path, tiny: Tiny, tmp_path: Path) -> None:
    from transformers import (
        AutoTokenizer,
        PocketTTSAudioTokenizerModel,
        PocketTTSFeatureExtractor,
        PocketTTSForConditionalGeneration,
        PocketTTSProcessor,
    )

    voice = record_voice(tmp_path / "voice.wav")
    text = "You are late."
    spec = MakeSpeech(
        engine="speech:tiny-pocket-tts",
        text=text,
        seed=3,
        sample_rate=24_000,
        reference=str(voice),
        seconds=4,
    )
    heard = run_spec(spec, tmp_path / "one")
    folder = tiny("pocket-tts")
    processor = PocketTTSProcessor(
        PocketTTSFeatureExtractor.from_pretrained(folder),
        AutoTokenizer.from_pretrained(folder),
        audio_tokenizer=PocketTTSAudioTokenizerModel.from_pretrained(tiny("pocket-tts-codec")).eval(),
        chat_template=(folder / "chat_template.jinja").read_text(),
    )
    model = PocketTTSForConditionalGeneration.from_pretrained(folder).eval()
    recorded = read_sound(voice, Fraction(0), 24_000, 24_000, 1)[0]
    content = [{"type": "audio", "audio": recorded}, {"type": "text", "text": text}]
    inputs = processor.apply_chat_template(
        [{"role": "user", "content": content}], tokenize=True, return_dict=True, return_tensors="pt"
    )
    torch.manual_seed(3)
    with torch.no_grad():
        spoken = model.generate(**inputs, max_new_tokens=50)
    [bare] = processor.decode(spoken.audio_latents, spoken.audio_latents_mask)
    np.testing.assert_array_equal(heard, bare.numpy()[: heard.size])
    assert heard.size == min(bare.numel(), 4 * 24_000)
    with pytest.raises(BadInput):
        run_spec(spec.model_copy(update={"reference": None}), tmp_path / "none")


@pytest.fixture
def speaking(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    """Return a film with one line in a home with tiny speech models."""
    milimo = Milimo(
        {**environment(tmp_path), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}, tmp_path / "work"
    )
    furnish(milimo.home, tiny, "vits", "pocket-tts", "pocket-tts-codec")
    script = tmp_path / "work" / "room.fountain"
    script.write_text("INT. ROOM - NIGHT\n\nMARA sits.\n\nMARA\nHello.\n")
    milimo.act("project", "new", "Room", "--rate", "24", "--size", "64x64")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("models")
def test_worker_speaks_a_line_in_the_voice_of_a_character(speaking: Milimo, tmp_path: Path) -> None:
    engines = [row["id"] for row in speaking.inside("engine", "list")]
    assert "speech:tiny-pocket-tts" in engines
    voice = record_voice(tmp_path / "voice.wav")
    speaking.act("voice", "set", "@MARA", "--engine", "speech:tiny-pocket-tts", "--reference", str(voice))
    speaking.act("line", "say", "--all")
    speaking.act("line", "say", "--all", "--engine", "speech:tiny-vits")
    [line] = speaking.inside("line", "list")
    assert [take["engine"] for take in line["takes"]] == ["speech:tiny-pocket-tts", "speech:tiny-vits"]
    # Tiny weights make noise, so their takes are marked as provisional.
    assert all(take["scratch"] for take in line["takes"])
    assert line["stale"] is False
