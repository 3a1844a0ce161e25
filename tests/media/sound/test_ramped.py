"""Test sound at changing speeds, with the pitch following the speed or kept: pitch, timing, and equal samples
from any starting point.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.cut.plan.plan import SoundClip
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.ramps import compute_distance, find_arrival_frame, replace_speed_ramp
from milimo_tui.media.sound.eased_curves import measure_travel
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.samples import Sound
from tests.media.material import clicks, found_clicks, tone
from tests.media.sounds import a_sound, noise, plan_of, record

RAMP: Curve = (Keyframe(0, 1.0, Easing.BOTH), Keyframe(25, 2.0, Easing.LINEAR), Keyframe(40, 0.5))


@pytest.fixture(scope="module")
def pure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write eight seconds of 440 Hz."""
    return record(tmp_path_factory.mktemp("pure") / "a.wav", tone(200, Fraction(25), 0.4), 48000)


def heard(sound: SoundClip, frames: int = 50) -> Sound:
    mixer = Mixer(plan_of(sound, frames=frames))
    out = mixer.read(0, mixer.samples)
    mixer.close()
    return out


def hertz(sound: NDArray[np.float32]) -> float:
    """Return the strongest frequency of a sound in hertz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * 48000 / len(sound))


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(-3, 2)])
def test_pitch_is_kept_or_follows_the_speed(pure: Path, speed: Fraction) -> None:
    def played(effects: Effects) -> NDArray[np.float32]:
        whole = heard(a_sound(pure, 0, 50, source_in=Fraction(4), speed=speed, effects=effects))
        left: NDArray[np.float32] = whole[0, 20000:70000]
        return left

    assert hertz(played(Effects())) == pytest.approx(440 * abs(float(speed)), rel=0.01)
    kept = played(Effects(keeps_pitch=True))
    assert hertz(kept) == pytest.approx(440, rel=0.01)
    assert np.sqrt(np.mean(kept**2)) == pytest.approx(0.4 / np.sqrt(2), rel=0.1), "as loud as it was"


def test_ramp_plays_each_moment_with_its_picture(tmp_path: Path) -> None:
    at = [24000, 48000, 96000]
    path = record(tmp_path / "clicks.wav", clicks(48000 * 5, at), 48000)
    out = heard(a_sound(path, 0, 80, effects=replace_speed_ramp(Effects(), RAMP)), frames=80)
    wanted = [float(find_arrival_frame(RAMP, 0, Fraction(sample, 48000) * 25)) / 25 * 48000 for sample in at]
    assert found_clicks(out, 0.15) == pytest.approx(wanted, abs=3)


@pytest.mark.parametrize("keeps_pitch", [False, True])
def test_sound_is_the_same_wherever_reading_starts(tmp_path: Path, keeps_pitch: bool) -> None:
    path = record(tmp_path / "hiss.wav", noise(48000 * 6), 48000)
    effects = replace(replace_speed_ramp(Effects(), RAMP), keeps_pitch=keeps_pitch)
    plan = plan_of(a_sound(path, 0, 100, effects=effects), frames=100)
    whole, part = Mixer(plan), Mixer(plan)
    full = whole.read(0, whole.samples)
    for start in (90_001, 31_000, 150_500):
        assert np.allclose(part.read(start, 7_000), full[:, start : start + 7_000], atol=1e-5)
    whole.close()
    part.close()


def test_arrays_of_frames_reach_as_far_as_one_frame() -> None:
    frames = np.linspace(-30, 90, 241)
    since = float(measure_travel(RAMP, np.zeros(1))[0])
    gone = measure_travel(RAMP, frames) - since
    assert np.allclose(
        gone, [float(compute_distance(RAMP, 0, Fraction(float(each)))) for each in frames], atol=1e-5
    )
