"""Test the engines that make sound on tiny real weights, compared with the bare pipelines of diffusers."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch

from milimo_tui.core.errors import BadInput, Cancelled, Unavailable
from milimo_tui.engines.animatic.engine import Animatic
from milimo_tui.engines.catalog.families import find_family_of_folder
from milimo_tui.engines.contract.engine import Engine, Result
from milimo_tui.engines.music.engine import AceStep, LongCatAudio, StableAudio
from milimo_tui.engines.specs.music_specs import DescribedPlace, MakeSound, SoundSource
from milimo_tui.media.encode.wav_file import write_wav_file
from milimo_tui.media.files.tags import read_embedded_texts
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.sound_file import SoundFile
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]

ENGINES: dict[str, tuple[type[Engine], str]] = {
    "stable-audio": (StableAudio, "StableAudio3Pipeline"),
    "ace-step": (AceStep, "AceStepPipeline"),
    "longcat-audio": (LongCatAudio, "LongCatAudioDiTPipeline"),
}
FILM_RATE = Fraction(24000, 1001)
Make = Callable[..., Result]


@pytest.fixture
def make(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that runs a spec in its own workspace. The weights stay in memory between tests."""
    torch.set_num_threads(1)
    home = tmp_path / "home"
    furnish(home, tiny, *ENGINES)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    numbers = count()

    def run(spec: MakeSound, stop_at: int = 0) -> Result:
        workspace = tmp_path / f"workspace-{next(numbers)}"
        workspace.mkdir()
        return ENGINES[spec.engine][0]().run(spec, JobRecorder(workspace, stop_at))

    return run


def wish(engine: str, **more: Any) -> MakeSound:
    role = "effect" if engine == "longcat-audio" else "music"
    given = {"engine": engine, "role": role, "prompt": "a slow cello", "frames": 35, "rate": FILM_RATE}
    return MakeSound.model_validate({**given, "seed": 7, **more})


def read_sound(path: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    facts = probe(Path(path))
    file = SoundFile(Path(path), facts.channels or 2)
    samples = facts.as_json()["streams"]["sounds"][0]["samples"]
    sound = file.read(0, samples)
    file.close()
    return sound


@pytest.mark.parametrize("engine", ENGINES)
def test_sound_equals_the_bare_pipeline_to_the_sample(engine: str, make: Make, tiny: Tiny) -> None:
    spec = wish(engine, bpm=90 if engine == "ace-step" else None)
    result = make(spec)
    made = read_sound(result.outputs[0].path)
    assert find_family_of_folder(tiny(engine)) == engine
    bare = getattr(diffusers, ENGINES[engine][1]).from_pretrained(tiny(engine))
    seconds = float(spec.seconds)
    arguments: dict[str, dict[str, Any]] = {
        "stable-audio": {"duration": seconds},
        "ace-step": {"audio_duration": seconds, "lyrics": "[Instrumental]", "bpm": 90},
        "longcat-audio": {"audio_duration_s": seconds + 2048 / 24000},
    }
    steps = {"longcat-audio": 16}.get(engine, 8)
    heard = bare(
        prompt=spec.prompt,
        generator=torch.Generator().manual_seed(7),
        num_inference_steps=steps,
        output_type="pt",
        **arguments[engine],
    ).audios[0]
    expected = heard.float().numpy().clip(-1, 1)
    rate = int(probe(Path(result.outputs[0].path)).sample_rate or 0)
    assert made.shape[1] == round(spec.seconds * rate) <= expected.shape[1] + 1
    both = min(made.shape[1], expected.shape[1])
    assert np.array_equal(made[:, :both], expected[:, :both])
    assert not made[:, both:].any()
    assert result.facts["tiny"] is True


@pytest.mark.parametrize("frames", [1, 24, 97])
def test_sound_has_exactly_the_samples_of_its_frames(frames: int, make: Make) -> None:
    made = read_sound(make(wish("stable-audio", frames=frames)).outputs[0].path)
    assert made.shape == (2, round(frames / FILM_RATE * 44100))


@pytest.mark.parametrize("engine", ENGINES)
def test_variations_have_seeds_of_their_own_and_repeat(engine: str, make: Make) -> None:
    result = make(wish(engine, variations=3))
    assert [output.role for output in result.outputs] == ["sound", "sound-2", "sound-3"]
    assert [output.facts["seed"] for output in result.outputs] == [7, 8, 9]
    sounds = [read_sound(output.path) for output in result.outputs]
    assert not np.array_equal(sounds[0], sounds[1])
    again = read_sound(make(wish(engine, seed=8)).outputs[0].path)
    assert np.array_equal(again, sounds[1])


def test_loop_continues_at_its_end_with_its_beginning(make: Make) -> None:
    spec = wish("stable-audio", frames=48, loop=True)
    output = make(spec).outputs[0]
    loop = read_sound(output.path)
    # The model made one second more; its first sample after the loop is the first sample of the loop.
    longer = read_sound(make(wish("stable-audio", frames=72)).outputs[0].path)
    assert output.facts["loop"] == [0, loop.shape[1]] == [0, spec.count_samples(44100)]
    assert longer.shape[1] > loop.shape[1]


@pytest.mark.parametrize("stop_at", [3, 5, 9])
def test_cancelled_sound_leaves_no_file(stop_at: int, make: Make, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        make(wish("stable-audio"), stop_at)
    assert not list(tmp_path.glob("workspace-*/*.wav"))


@pytest.mark.parametrize(
    ("engine", "more"),
    [
        ("ace-step", {"role": "ambience"}),
        ("longcat-audio", {"frames": 800}),
        ("longcat-audio", {"frames": 710, "loop": True}),
        ("stable-audio", {"frames": 10_000}),
    ],
)
def test_sound_that_a_model_cannot_make_is_refused(engine: str, more: dict[str, Any], make: Make) -> None:
    with pytest.raises(BadInput):
        make(wish(engine, **more))


def test_room_tone_follows_its_place_and_is_marked(tmp_path: Path) -> None:
    def run(**place: str) -> Path:
        folder = tmp_path / place.get("location", "none")
        folder.mkdir()
        spec = wish("animatic", role="ambience", place=DescribedPlace(**place), loop=True)
        return Path(Animatic().run(spec, JobRecorder(folder)).outputs[0].path)

    market = run(heading="EXT. MARKET - NIGHT", setting="EXT", location="MARKET", action="Rain falls.")
    room = run(heading="INT. BEDROOM - NIGHT", setting="INT", location="BEDROOM")
    sounds = [read_sound(str(path)) for path in (market, room)]
    assert sounds[0].shape == sounds[1].shape == (2, round(35 / FILM_RATE * 48000))
    assert np.sqrt(np.mean(sounds[0] ** 2)) > 2 * np.sqrt(np.mean(sounds[1] ** 2))
    texts = read_embedded_texts(market)
    assert texts["comment"].startswith("SCRATCH")
    assert json.loads(texts["milimo"])["engine"] == "animatic"


def test_music_without_a_model_is_refused_and_writes_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Animatic().run(wish("animatic"), JobRecorder(tmp_path))
    assert not list(tmp_path.glob("*.wav"))


@pytest.mark.parametrize("engine", ["stable-audio", "ace-step"])
@pytest.mark.parametrize("is_range", [False, True])
def test_sound_from_a_source_equals_the_bare_pipeline(
    engine: str, is_range: bool, make: Make, tiny: Tiny
) -> None:
    source = make(wish(engine)).outputs[0].path
    old = read_sound(source)
    span = {"since": Fraction(1, 2), "until": Fraction(1)} if is_range else {}
    made = read_sound(
        make(wish(engine, seed=9, source=SoundSource(input=source, strength=0.25, **span))).outputs[0].path
    )
    rate = 44100 if engine == "stable-audio" else 48000
    seconds, audio = float(Fraction(35) / FILM_RATE), torch.from_numpy(old)
    pipe = getattr(diffusers, ENGINES[engine][1]).from_pretrained(tiny(engine))
    latent = pipe.vae.downsampling_ratio if engine == "stable-audio" else 1920
    arguments: dict[str, Any] = {}
    match engine, is_range:
        case "stable-audio", False:
            pipe = diffusers.StableAudio3AudioToAudioPipeline(**pipe.components)
            arguments = {"duration": seconds, "audio": audio[None], "init_noise_level": 0.25}
        case "stable-audio", True:
            pipe = diffusers.StableAudio3InpaintPipeline(**pipe.components)
            mask = torch.ones(1, 1, -(-old.shape[1] // latent))
            mask[..., int(0.5 * rate / latent) : -(-rate // latent)] = 0
            arguments = {"duration": seconds, "audio": audio[None], "mask": mask}
        case _, False:
            arguments = {"task_type": "cover", "audio_cover_strength": 0.75}
        case _, True:
            arguments = {"task_type": "repaint", "repainting_start": 0.5, "repainting_end": 1.001}
    if engine == "ace-step":
        arguments |= {"audio_duration": seconds, "lyrics": "[Instrumental]", "src_audio": audio}
    torch.manual_seed(9)
    expected = pipe(
        prompt="a slow cello",
        generator=torch.Generator().manual_seed(9),
        num_inference_steps=8,
        output_type="pt",
        **arguments,
    ).audios[0]
    expected = expected.float().numpy().clip(-1, 1)
    inside = slice(rate // 2 + rate // 50, rate - rate // 50) if is_range else slice(0, expected.shape[1])
    assert np.array_equal(made[:, inside], expected[:, inside])
    if is_range:
        assert np.array_equal(made[:, : rate // 2], old[:, : rate // 2])
        assert np.array_equal(made[:, rate:], old[:, rate:])
        assert not np.array_equal(made[:, inside], old[:, inside])


def test_range_after_the_end_extends_a_source_and_preserves_it(make: Make) -> None:
    source = make(wish("stable-audio", frames=24)).outputs[0].path
    old = read_sound(source)
    span = SoundSource(input=source, since=Fraction(1), until=Fraction(2))
    made = read_sound(make(wish("stable-audio", frames=48, source=span)).outputs[0].path)
    assert np.array_equal(made[:, :44100], old[:, :44100])
    assert made.shape[1] == round(48 / FILM_RATE * 44100)
    assert np.abs(made[:, 50_000:]).max() > 0


def test_source_of_another_rate_is_converted_and_repeats(make: Make, tmp_path: Path) -> None:
    tone = np.sin(np.arange(8000) * 0.05, dtype=np.float32)[None] * 0.5
    path = tmp_path / "mono at 16 kHz.wav"
    write_wav_file(path, tone, 16000, {})
    result = make(wish("stable-audio", source=SoundSource(input=str(path))))
    assert any("16000" in note for note in result.notes)
    assert any("repeats" in note for note in result.notes)


@pytest.mark.parametrize(
    ("engine", "more"),
    [
        ("longcat-audio", {"source": SoundSource(input="/a.wav")}),
        ("stable-audio", {"source": SoundSource(input="/a.wav", since=Fraction(1), until=Fraction(9))}),
        ("stable-audio", {"source": SoundSource(input="/a.wav", since=Fraction(1), until=Fraction(1))}),
        (
            "stable-audio",
            {"source": SoundSource(input="/a.wav", since=Fraction(0), until=Fraction(1)), "loop": True},
        ),
    ],
)
def test_faulty_source_is_refused(engine: str, more: dict[str, Any], make: Make) -> None:
    with pytest.raises(BadInput):
        make(wish(engine, **more))
