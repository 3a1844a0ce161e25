"""Test of a recorded sound that leads an LTX-2 take: the sound is encoded as in the model's training, held in
every pass, and is the unchanged sound of the take.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.scene.log_mel import FLOOR, WINDOW, compute_log_mel
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import Leading, MakeVideo, Over
from milimo_tui.media.read.frames import FrameReader
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.media.reading import read_sound, tags

__all__ = ["tiny"]

RATE, HOP, BANDS = 16_000, 160, 64


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("led") / "home"
    furnish(folder, tiny, "ltx2", "ltx23", "ltx2-upsampler", "ltx23-upsampler", "ltx2-distilled-lora")
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))


def hertz_of(mel: float) -> float:
    """Convert mels to hertz on Slaney's scale: linear up to 1 kHz at 15 mels, then 27 mels for each factor of
    6.4.
    """
    return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)


def by_formula(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the log-mel frames of one channel directly from the formula, as an independent reference:
    mirrored ends, a Hann window and triangular filters of area 1.
    """
    padded = np.pad(sound, WINDOW // 2, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    starts = range(0, len(padded) - WINDOW + 1, HOP)
    bins = np.array([np.abs(np.fft.rfft(padded[at : at + WINDOW] * window)) for at in starts])
    most = 15 + 27 * np.log(8) / np.log(6.4)  # the highest band edge: 8 kHz in mels
    edges = [hertz_of(mel) for mel in np.linspace(0, most, BANDS + 2)]
    hertz = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    rows = []
    for low, middle, high in zip(edges, edges[1:], edges[2:], strict=False):
        triangle = np.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle))
        rows.append(np.maximum(triangle, 0) * 2 / (high - low))
    return np.log(np.maximum(bins @ np.array(rows).T, FLOOR))


def test_mel_of_a_sine_and_of_noise_follows_the_formula() -> None:
    sine = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    noise = np.random.default_rng(0).normal(0, 0.1, RATE)
    found = compute_log_mel(np.array([sine, noise], np.float32), rate=RATE, hop=HOP, bands=BANDS)
    assert found.shape == (1, 2, RATE // HOP + 1, BANDS)
    for channel, sound in enumerate((sine, noise)):
        assert found[0, channel].numpy() == pytest.approx(by_formula(sound), abs=0.01)
    loudest = int(found[0, 0, 50].argmax())
    assert hertz_of((loudest + 1) * 45.245640 / 65) == pytest.approx(440, abs=30)


def recorded(tmp_path: Path, seconds: float) -> str:
    """Write a WAV file of this many seconds with a 440 Hz tone on the left and a 660 Hz tone on the right.
    Return its path.
    """
    times = np.arange(round(seconds * 48_000)) / 48_000
    both = np.stack([np.sin(2 * np.pi * 440 * times), np.sin(2 * np.pi * 660 * times)], axis=1)
    path = tmp_path / "line.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((both * 16_000).astype("<i2").tobytes())
    return str(path)


def spec(sound: str, **settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"engine": "ltx2", "prompt": "a lamp", "frames": 25, "rate": "24/1"}
    base |= {"width": 128, "height": 128, "schedule": "distilled", "steps": 2, "sound": Leading(input=sound)}
    return MakeVideo(**{**base, **settings})


def latents(folder: Path, stage: str, what: str) -> Tensor:
    return torch.as_tensor(load_file(max(folder.glob(f"{stage}-*.state")))[what])


@pytest.mark.long("models")
def test_recorded_line_is_held_in_both_passes_and_heard(tmp_path: Path) -> None:
    line = recorded(tmp_path, 0.8)
    context = JobRecorder(tmp_path)
    Ltx2().run(spec(line), context)
    first, second = (latents(tmp_path, f"{stage} pass", "sound") for stage in ("first", "second"))
    assert torch.allclose(first, second, atol=1e-5)
    # More samples than the 25 frames at 24 fps last
    sound = read_sound(tmp_path / "take.mov", Fraction(0), 50_000)
    times = np.arange(50_000) / 48_000
    inside = slice(2_000, 36_000)
    assert sound[0, inside] == pytest.approx(
        np.sin(2 * np.pi * 440 * times)[inside] * 16_000 / 32_768, abs=0.02
    )
    assert np.abs(sound[:, 40_000:]).max() < 0.01, "silence where the line has ended"


@pytest.mark.long("models")
@pytest.mark.parametrize(("model", "crosses"), [("tiny-ltx23", True), ("tiny-ltx2", False)])
def test_transformer_gets_the_line_without_noise(model: str, crosses: bool, tmp_path: Path) -> None:
    """The transformer receives the recorded sound with noise level 0, for each token and, where the picture
    attends to the sound, for the sound as a unit.
    """
    line = recorded(tmp_path, 2)
    shot = spec(line, model=model, stages="one", schedule="auto", guidance=1.0)
    Ltx2().run(shot.model_copy(update={"frames": 9}), StandaloneContext(tmp_path / "loads"))
    inside = [held.value for held in get_model_cache() if held.key.component == "transformer"][-1]
    levels: list[Tensor] = []
    whole: list[Tensor] = []
    hooks = (
        inside.audio_time_embed.register_forward_pre_hook(lambda _, told: levels.append(told[0].clone())),
        inside.av_cross_attn_video_scale_shift.register_forward_pre_hook(
            lambda _, told: whole.append(told[0].clone())
        ),
    )
    try:
        Ltx2().run(shot, JobRecorder(made_in(tmp_path / "led")))
        later = shot.model_copy(update={"sound": Leading(input=line, start="1/3")})
        Ltx2().run(later, JobRecorder(made_in(tmp_path / "later")))
    finally:
        for hook in hooks:
            hook.remove()
    assert levels
    assert not any(level.any() for level in levels)
    assert all(bool(level.any()) is not crosses for level in whole)
    led, other = (latents(tmp_path / name, "sampling", "picture") for name in ("led", "later"))
    assert not torch.allclose(led, other, atol=1e-4), "other words, another picture"


@pytest.mark.long("models")
def test_leading_sound_is_not_guided(tmp_path: Path) -> None:
    """Guidance changes the picture only, as in `a2vid_two_stage.py`: the leading sound gets no negative
    prompt and no perturbation. In an earlier version the sound was guided too, and the changed sound affected
    the picture.
    """
    shot = spec(recorded(tmp_path, 2), model="tiny-ltx23", stages="one", schedule="full", negative="rain")
    Ltx2().run(shot.model_copy(update={"frames": 9}), StandaloneContext(tmp_path / "loads"))
    inside = [held.value for held in get_model_cache() if held.key.component == "transformer"][-1]
    words: list[tuple[Tensor, Tensor]] = []
    last = inside.transformer_blocks[-1]

    def heard(_: Any, __: Any, named: dict[str, Any]) -> None:
        words.append((named["encoder_hidden_states"].clone(), named["audio_encoder_hidden_states"].clone()))

    hook = last.register_forward_pre_hook(heard, with_kwargs=True)
    try:
        with perturbed(last.attn1) as of_picture, perturbed(last.audio_attn1) as of_sound:
            Ltx2().run(shot, JobRecorder(made_in(tmp_path / "led")))
    finally:
        hook.remove()
    both = [(picture, sound) for picture, sound in words if len(picture) == 2]
    assert both
    assert all(torch.equal(sound[0], sound[1]) and not torch.equal(*picture) for picture, sound in both)
    assert set(of_picture) == {True, False}
    assert set(of_sound) == {False}
    written = json.loads(tags(tmp_path / "led" / "take.mov")["milimo"])["guidance"]
    assert [written[name] for name in ("text", "audio_text", "audio_spatiotemporal")] == [3.0, 1.0, 0.0]


@contextmanager
def perturbed(attention: Any) -> Iterator[list[bool]]:
    """Record for each call of an attention module whether the call is to be skipped, seen after all hooks
    that change it.
    """
    found: list[bool] = []
    plain = attention.forward

    def forward(hidden_states: Tensor, **named: Any) -> Any:
        found.append(bool(named["all_perturbed"]))
        return plain(hidden_states, **named)

    attention.forward = forward
    try:
        yield found
    finally:
        del attention.forward


@pytest.mark.long("models")
def test_silent_take_gets_a_sound_and_keeps_its_pictures(tmp_path: Path) -> None:
    """A silent take gets a sound. The transformer receives the pictures with noise level 0, and the new sound
    follows the pictures and the prompt.
    """
    led = spec("", model="tiny-ltx23", stages="one", schedule="auto", guidance=1.0)
    shot = led.model_copy(update={"sound": None})
    Ltx2().run(shot, JobRecorder(made_in(tmp_path / "taken")))
    inside = [held.value for held in get_model_cache() if held.key.component == "transformer"][-1]
    levels: list[Tensor] = []
    whole: list[Tensor] = []
    hooks = (
        inside.time_embed.register_forward_pre_hook(lambda _, told: levels.append(told[0].clone())),
        inside.av_cross_attn_audio_scale_shift.register_forward_pre_hook(
            lambda _, told: whole.append(told[0].clone())
        ),
    )
    taken = tmp_path / "taken" / "take.mov"
    over = shot.model_copy(update={"over": Over(input=str(taken)), "seed": 5})
    try:
        result = Ltx2().run(over, JobRecorder(made_in(tmp_path / "heard")))
    finally:
        for hook in hooks:
            hook.remove()
    assert levels
    assert not any(told.any() for told in (*levels, *whole))
    made = tmp_path / "heard" / "take.mov"
    with FrameReader(taken) as before, FrameReader(made) as after:
        for frame in (0, 12, 24):
            at = Fraction(frame, 24)
            assert (before.picture(at) == after.picture(at)).all()
    sounds = [read_sound(path, Fraction(0), 48_000) for path in (taken, made)]
    assert np.abs(sounds[0] - sounds[1]).max() > 1e-4
    assert any("sound alone" in note for note in result.notes)


def made_in(folder: Path) -> Path:
    folder.mkdir()
    return folder
