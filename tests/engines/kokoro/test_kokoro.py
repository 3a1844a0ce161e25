"""Test that the engine `kokoro` speaks lines in a process of its own: voices, languages, pace, cancel,
crashes and missing parts. The library is a stand-in; `test_real_speech` uses the real one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from milimo_tui.core.errors import BadInput, Cancelled, Damaged, Failed, Unavailable
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.kokoro.engine import Kokoro
from milimo_tui.engines.kokoro.kokoro_voices import choose_voice, find_language
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.spec_values import DescribedPerson
from tests.engines.kokoro.kokoro_stand_in import (
    CRASH,
    HANG,
    LETTER_SECONDS,
    REFUSE,
    VOICES,
    compute_pitch,
    stand_in,
    write_stand_in,
)
from tests.engines.recording_context import JobRecorder
from tests.front_door import Milimo

__all__ = ["stand_in"]


@pytest.fixture
def engine() -> Iterator[Kokoro]:
    made = Kokoro()
    yield made
    made.unload()


def speak(engine: Kokoro, folder: Path, text: str = "Hello there.", **fields: Any) -> Result:
    """Speak a text outside the queue."""
    spec = MakeSpeech(engine="kokoro", text=text, **fields)
    return engine.run(spec, StandaloneContext(folder / "work"))


def read_samples(result: Result) -> tuple[np.ndarray[Any, Any], int]:
    """Return the samples of a spoken line and their rate."""
    with av.open(result.outputs[0].path) as file:
        stream = file.streams.audio[0]
        return np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(stream)]), stream.rate


def measure_pitch(result: Result) -> float:
    """Return the strongest frequency of a spoken line."""
    samples, rate = read_samples(result)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)


def list_kokoro_processes() -> list[psutil.Process]:
    """Return the speaking processes that this process has started."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "speaking_process" in " ".join(child.cmdline())]


@pytest.mark.parametrize("voice", ["am_adam", "jm_kumo"])
def test_line_is_spoken_in_the_chosen_voice(engine: Kokoro, stand_in: Path, voice: str) -> None:
    result = speak(engine, stand_in, voice=voice, sample_rate=44100)
    samples, rate = read_samples(result)
    assert rate == 44100
    assert samples.size / rate == pytest.approx(12 * LETTER_SECONDS, abs=0.01)
    assert measure_pitch(result) == pytest.approx(compute_pitch(voice), abs=2)
    assert (result.facts["voice"], result.notes) == (voice, ())


def test_process_is_retained_between_lines_and_ended_by_unload(engine: Kokoro, stand_in: Path) -> None:
    engine.load()
    [first] = list_kokoro_processes()
    assert {*map(len, (speak(engine, stand_in, text).outputs for text in ("One.", "Two.")))} == {1}
    assert list_kokoro_processes() == [first]
    engine.unload()
    assert list_kokoro_processes() == []


def test_library_is_never_imported_by_this_process(engine: Kokoro, stand_in: Path) -> None:
    speak(engine, stand_in)
    assert not {"kokoro_onnx", "phonemizer", "onnxruntime"} & set(sys.modules)


def test_language_reaches_the_library(engine: Kokoro, stand_in: Path) -> None:
    british = speak(engine, stand_in, voice="bm_george", language="en_GB")
    assert measure_pitch(british) == pytest.approx(compute_pitch("bm_george", "en-gb"), abs=2)


@pytest.mark.parametrize("language", ["de", "ja", "zh"])
def test_language_that_kokoro_does_not_speak_is_refused(
    engine: Kokoro, stand_in: Path, language: str
) -> None:
    with pytest.raises(BadInput, match=language):
        speak(engine, stand_in, language=language)


@pytest.mark.parametrize(
    ("language", "pronoun", "voices"),
    [
        ("en", "she", {"af_bella"}),
        ("en", "he", {"am_adam"}),
        ("en-gb", "", {"bm_george"}),
        ("es", "she", {"ef_dora"}),
        ("it", "he", {"am_adam", "bm_george", "jm_kumo"}),
    ],
)
def test_voice_suits_language_and_gender(language: str, pronoun: str, voices: set[str]) -> None:
    chosen = [
        choose_voice(VOICES, find_language(language), name=name, pronoun=pronoun)
        for name in ("MARA", "JUN", "OLD TAM", "OTTO", "mara")
    ]
    assert set(chosen) <= voices
    assert chosen[0] == chosen[-1]


def test_pace_changes_the_length_and_pitch_does_not(engine: Kokoro, stand_in: Path) -> None:
    fast = speak(engine, stand_in / "fast", voice="am_adam", pace=2.0)
    high = speak(engine, stand_in / "high", voice="am_adam", pitch=12.0)
    usual = 12 * LETTER_SECONDS
    assert read_samples(fast)[0].size / 48000 == pytest.approx(usual / 2, abs=0.01)
    assert read_samples(high)[0].size / 48000 == pytest.approx(usual, abs=0.02)
    assert measure_pitch(high) == pytest.approx(2 * compute_pitch("am_adam"), rel=0.02)


def test_parts_of_the_spec_without_effect_are_noted(engine: Kokoro, stand_in: Path) -> None:
    recording = stand_in / "reference.wav"
    recording.write_bytes(b"")
    person = DescribedPerson(name="MARA", gender="she")
    result = speak(
        engine, stand_in, style="whispered", reference=str(recording), voice="xf_unknown", speaker=person
    )
    assert len(result.notes) == 3
    assert result.facts["voice"] == "af_bella"


def test_cancel_ends_the_process_and_the_next_line_is_spoken(engine: Kokoro, stand_in: Path) -> None:
    (stand_in / "cancelled").mkdir()
    spec = MakeSpeech(engine="kokoro", text=HANG)
    with pytest.raises(Cancelled):
        engine.run(spec, JobRecorder(stand_in / "cancelled", stop_at=4))
    assert list_kokoro_processes() == []
    assert list((stand_in / "cancelled").iterdir()) == []
    assert speak(engine, stand_in).outputs


@pytest.mark.parametrize("text", [CRASH, REFUSE])
def test_failed_line_does_not_disturb_the_next_one(engine: Kokoro, stand_in: Path, text: str) -> None:
    with pytest.raises(Failed):
        speak(engine, stand_in, text)
    assert speak(engine, stand_in).outputs


def test_damaged_model_is_reported(engine: Kokoro, stand_in: Path) -> None:
    (stand_in / "kokoro-files" / "kokoro.onnx").write_bytes(b"nothing")
    with pytest.raises(Damaged, match=r"kokoro\.onnx"):
        engine.load()
    assert list_kokoro_processes() == []


@pytest.mark.parametrize("missing", ["library", "python", "model", "voices", "folder"])
def test_missing_part_is_unavailable_with_the_next_step(
    engine: Kokoro, stand_in: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = stand_in / "kokoro-files"
    if missing == "library":
        monkeypatch.setenv("MILIMO_KOKORO_PYTHON", sys.executable)
    elif missing == "python":
        monkeypatch.setenv("MILIMO_KOKORO_PYTHON", str(stand_in / "absent"))
    elif missing == "folder":
        monkeypatch.delenv("MILIMO_KOKORO_FOLDER")
    else:
        (files / {"model": "kokoro.onnx", "voices": "voices.npz"}[missing]).unlink()
    with pytest.raises(Unavailable) as caught:
        engine.load()
    assert caught.value.hint


def test_process_exits_while_it_speaks_if_its_parent_is_killed(stand_in: Path) -> None:
    code = (
        "from pathlib import Path; from milimo_tui.core.host import read_settings; "
        "from milimo_tui.engines.kokoro.installation import find_kokoro; "
        "from milimo_tui.engines.kokoro.speaker import KokoroSpeaker; "
        "speaker = KokoroSpeaker(find_kokoro(read_settings()[0])); print(speaker.pid, flush=True); "
        f"speaker.speak_text({HANG!r}, voice='am_adam', language='en-us', pace=1.0, path=Path('x'), "
        "tick=lambda: None)"
    )
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    ) as parent:
        assert parent.stdout is not None
        speaking = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.5)
        parent.send_signal(signal.SIGKILL)
    speaking.wait(timeout=20)


def test_profile_lists_the_voices_of_the_installed_file(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = engine_registry.profile("kokoro")
    assert [voice.id for voice in profile.voices()] == list(VOICES)
    assert (profile.has_voice("am_adam"), profile.has_voice("am_nobody")) == (True, False)
    monkeypatch.delenv("MILIMO_KOKORO_FOLDER")
    assert (profile.voices(), profile.has_voice("am_adam")) == ((), None)


def test_line_is_spoken_by_kokoro_through_the_queue(film: Milimo, tmp_path: Path) -> None:
    film.env.update(write_stand_in(tmp_path))
    film.act("voice", "set", "@MARA", "--engine", "kokoro", "--voice", "bm_george")
    film.refusal("voice", "set", "@MARA", "--voice", "bm_nobody")
    film.act("line", "say", "--all")
    [line] = film.inside("line", "list")
    [take] = line["takes"]
    assert (line["state"], take["engine"], take["scratch"]) == ("spoken", "kokoro", False)
    assert take["seconds"] == pytest.approx(len(line["text"]) * LETTER_SECONDS, abs=0.01)
