"""Test large speech models on tiny random weights: the lines of a job equal those of the bare model."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from milimo_tui.core.errors import BadInput, Damaged, Unavailable
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.spec_values import DescribedPerson
from milimo_tui.engines.speech_models.engine import LargeSpeechModels
from tests.engines.speech_models.test_speech_models import record_voice
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound

__all__ = ["tiny"]

TEXT, KNOWN = "You are late.", "I am here."
SECONDS = 1.0
HAS_TORCHAUDIO = importlib.util.find_spec("torchaudio") is not None
needs_torchaudio = pytest.mark.skipif(not HAS_TORCHAUDIO, reason="torchaudio is not installed")
pytestmark = pytest.mark.long("models")


@pytest.fixture
def home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    codec = ("higgs-audio-codec",) if HAS_TORCHAUDIO else ()
    furnish(folder, tiny, "dia", "dia-codec", "csm", "vibevoice", "higgs-audio", *codec)
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(folder))
    return folder


def run_spec(spec: MakeSpeech, folder: Path) -> tuple[np.ndarray[Any, Any], tuple[str, ...]]:
    """Run a spec outside the queue. Return the samples of its file, and its notes."""
    result = LargeSpeechModels().run(spec, StandaloneContext(folder))
    [output] = result.outputs
    samples = round(Fraction(output.facts["seconds"]) * spec.sample_rate)
    return np.asarray(
        read_sound(Path(output.path), Fraction(0), samples, spec.sample_rate, 1)[0]
    ), result.notes


def make_spec(engine: str, rate: int, **more: Any) -> MakeSpeech:
    values = {"text": TEXT, "seed": 5, "sample_rate": rate, "seconds": SECONDS, **more}
    return MakeSpeech(engine=f"speech-large:tiny-{engine}", **values)


def chat(processor: Any, messages: list[dict[str, Any]], **more: Any) -> Any:
    return processor.apply_chat_template(
        messages, tokenize=True, return_dict=True, return_tensors="pt", **more
    )


def say(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def play(samples: Any) -> dict[str, Any]:
    return {"type": "audio", "audio": samples}


def speak_by_dia(tiny: Tiny, voice: Any) -> Any:
    from transformers import (
        DacModel,
        DiaFeatureExtractor,
        DiaForConditionalGeneration,
        DiaProcessor,
        DiaTokenizer,
    )

    folder = tiny("dia")
    processor = DiaProcessor(
        DiaFeatureExtractor.from_pretrained(folder),
        DiaTokenizer.from_pretrained(folder),
        audio_tokenizer=DacModel.from_pretrained(tiny("dia-codec")).eval(),
    )
    model = DiaForConditionalGeneration.from_pretrained(folder).eval()
    torch.manual_seed(5)
    if voice is None:
        inputs = processor(text=[f"[S1] {TEXT}"], padding=True, return_tensors="pt")
        return processor.batch_decode(model.generate(**inputs, max_new_tokens=103))[0]
    inputs = processor(text=[f"[S1] {KNOWN} {TEXT}"], audio=voice, padding=True, return_tensors="pt")
    length = processor.get_audio_prompt_len(inputs["decoder_attention_mask"])
    return processor.batch_decode(model.generate(**inputs, max_new_tokens=103), audio_prompt_len=length)[0]


def speak_by_csm(tiny: Tiny, voice: Any) -> Any:
    from transformers import AutoTokenizer, CsmForConditionalGeneration, CsmProcessor, EncodecFeatureExtractor

    folder = tiny("csm")
    processor = CsmProcessor(
        EncodecFeatureExtractor.from_pretrained(folder),
        AutoTokenizer.from_pretrained(folder),
        chat_template=(folder / "chat_template.jinja").read_text(),
    )
    model = CsmForConditionalGeneration.from_pretrained(folder).eval()
    torch.manual_seed(5)
    messages = [{"role": "0", "content": [say(TEXT)]}]
    if voice is not None:
        messages.insert(0, {"role": "0", "content": [say(KNOWN), play(voice)]})
    return model.generate(**chat(processor, messages), output_audio=True, max_new_tokens=13)[0]


def speak_by_vibevoice(tiny: Tiny, voice: Any) -> Any:
    from transformers import (
        AutoTokenizer,
        VibeVoiceAcousticTokenizerFeatureExtractor,
        VibeVoiceForConditionalGeneration,
        VibeVoiceProcessor,
    )

    folder = tiny("vibevoice")
    processor = VibeVoiceProcessor(
        VibeVoiceAcousticTokenizerFeatureExtractor.from_pretrained(folder),
        AutoTokenizer.from_pretrained(folder),
        chat_template=(folder / "chat_template.jinja").read_text(),
    )
    model = VibeVoiceForConditionalGeneration.from_pretrained(folder).eval()
    torch.manual_seed(5)
    content = [say(TEXT), *([] if voice is None else [play(voice)])]
    inputs = chat(processor, [{"role": "0", "content": content}])
    return model.generate(**inputs, max_new_tokens=38)[0]


def speak_by_higgs(tiny: Tiny, voice: Any) -> Any:
    from transformers import (
        AutoTokenizer,
        DacFeatureExtractor,
        HiggsAudioV2ForConditionalGeneration,
        HiggsAudioV2Processor,
        HiggsAudioV2TokenizerModel,
    )

    folder = tiny("higgs-audio")
    processor = HiggsAudioV2Processor(
        DacFeatureExtractor.from_pretrained(folder),
        AutoTokenizer.from_pretrained(folder),
        HiggsAudioV2TokenizerModel.from_pretrained(tiny("higgs-audio-codec")).eval(),
        chat_template=(folder / "chat_template.jinja").read_text(),
        audio_stream_bos_id=64,
        audio_stream_eos_id=65,
    )
    model = HiggsAudioV2ForConditionalGeneration.from_pretrained(folder).eval()
    torch.manual_seed(5)
    manner = "feminine;whispering" if voice is None else "whispering"
    scene = [say("Audio is recorded from a quiet room."), say(f"SPEAKER0: {manner}")]
    before = [
        {"role": "user", "content": [say(KNOWN)]},
        {"role": "assistant", "content": [play(voice)]},
    ]
    messages = [
        {"role": "system", "content": [say("Generate audio following instruction.")]},
        {"role": "scene", "content": scene},
        *(before if voice is not None else []),
        {"role": "user", "content": [say(TEXT)]},
    ]
    inputs = chat(processor, messages, add_generation_prompt=True, sampling_rate=24_000)
    return processor.batch_decode(model.generate(**inputs, max_new_tokens=33))[0]


MODELS = [
    pytest.param("dia", 44_100, speak_by_dia, id="dia"),
    pytest.param("csm", 24_000, speak_by_csm, id="csm"),
    pytest.param("vibevoice", 24_000, speak_by_vibevoice, id="vibevoice"),
    pytest.param("higgs-audio", 24_000, speak_by_higgs, id="higgs", marks=needs_torchaudio),
]


@pytest.mark.parametrize("cloned", [False, True])
@pytest.mark.parametrize(("engine", "rate", "speak"), MODELS)
def test_large_model_speaks_as_the_bare_model(
    home: Path,
    tiny: Tiny,
    tmp_path: Path,
    engine: str,
    rate: int,
    speak: Callable[[Tiny, Any], Any],
    cloned: bool,
) -> None:
    voice = record_voice(tmp_path / "voice.wav", rate)
    style = {"style": "whispered", "speaker": DescribedPerson(name="Mara", gender="she")}
    more = {"reference": str(voice), "reference_text": KNOWN} if cloned else {}
    spec = make_spec(engine, rate, **more, **(style if engine == "higgs-audio" else {}))
    heard, notes = run_spec(spec, tmp_path / "one")
    np.testing.assert_array_equal(run_spec(spec, tmp_path / "again")[0], heard)
    recorded = read_sound(voice, Fraction(0), rate, rate, 1)[0] if cloned else None
    with torch.inference_mode():
        bare = speak(tiny, recorded).numpy().reshape(-1)
    assert heard.size == min(bare.size, round(SECONDS * rate))
    np.testing.assert_array_equal(heard, bare[: heard.size])
    assert float(np.abs(heard).max()) > 0
    assert all(len(note) < 80 for note in notes)


def test_models_that_need_more_refuse_in_one_sentence(home: Path, tiny: Tiny, tmp_path: Path) -> None:
    voice = str(record_voice(tmp_path / "voice.wav", 44_100))
    with pytest.raises(BadInput):
        run_spec(make_spec("dia", 44_100, reference=voice), tmp_path / "dia")
    _, notes = run_spec(make_spec("csm", 24_000, reference=voice, style="shouted"), tmp_path / "csm")
    assert len(notes) == 2
    if not HAS_TORCHAUDIO:
        with pytest.raises(Unavailable):
            run_spec(make_spec("higgs-audio", 24_000), tmp_path / "higgs")
    (home / "models" / "tiny-dia-codec" / "config.json").unlink()
    with pytest.raises((Unavailable, Damaged)):
        run_spec(make_spec("dia", 44_100), tmp_path / "none")


def test_line_in_another_language_and_with_a_voice_gets_notes(home: Path, tmp_path: Path) -> None:
    _, notes = run_spec(make_spec("csm", 24_000, language="de", voice="nova"), tmp_path / "csm")
    assert len(notes) >= 2


@pytest.fixture
def speaking(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    """Return a film with one line in a home with tiny large speech models."""
    milimo = Milimo(
        {**environment(tmp_path), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}, tmp_path / "work"
    )
    codec = ("higgs-audio-codec",) if HAS_TORCHAUDIO else ()
    furnish(milimo.home, tiny, "dia", "dia-codec", "csm", "vibevoice", "higgs-audio", *codec)
    script = tmp_path / "work" / "room.fountain"
    script.write_text("INT. ROOM - NIGHT\n\nMARA sits.\n\nMARA\nHello.\n")
    milimo.act("project", "new", "Room", "--rate", "24", "--size", "64x64")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def test_worker_speaks_a_line_with_each_large_model(speaking: Milimo) -> None:
    engines = [row["id"] for row in speaking.inside("engine", "list")]
    names = ["dia", "csm", "vibevoice", *(["higgs-audio"] if HAS_TORCHAUDIO else [])]
    for name in names:
        assert f"speech-large:tiny-{name}" in engines
        speaking.act("line", "say", "--all", "--engine", f"speech-large:tiny-{name}")
    [line] = speaking.inside("line", "list")
    assert [take["engine"] for take in line["takes"]] == [f"speech-large:tiny-{name}" for name in names]
    assert all(take["scratch"] and take["seconds"] > 0 for take in line["takes"])
    if not HAS_TORCHAUDIO:
        engine = "speech-large:tiny-higgs-audio"
        done = speaking.inside("line", "say", "--all", "--engine", engine, code=1)
        [job] = done["ended"]
        assert job["state"] == "failed"
