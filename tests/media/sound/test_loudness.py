"""Test loudness and true peak against ITU-R BS.1770, and a mix that is brought to a target loudness."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest

from milimo_tui.core.errors import Cancelled
from milimo_tui.cut.delivery.delivery import Delivery, Loudness, SoundFormat
from milimo_tui.cut.delivery.stems import list_stems
from milimo_tui.cut.plan.plan import PlanStretch, RenderPlan
from milimo_tui.media.loudness.loudness import LoudnessMeter, LoudnessResult, compute_true_peaks
from milimo_tui.media.loudness.master import MasteredMix, MasteredStem, master_mix
from milimo_tui.media.render.film import render
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.samples import Sound
from tests.media.sounds import a_sound, noise, plan_of, record

SECOND = 48000


def sine(
    hertz: float, decibels: float, seconds: int = 4, channels: tuple[int, ...] = (0, 1), of: int = 2
) -> Sound:
    """Return a tone that fades in and out, on the channels `channels` of a sound with `of` channels."""
    time = np.arange(seconds * SECOND) / SECOND
    edge = np.clip(np.minimum(time, time[-1] - time) / 0.02, 0, 1)
    out = np.zeros((of, time.size), np.float32)
    out[list(channels)] = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * time) * edge
    return out


def metered(sound: Sound, block: int = 7001) -> LoudnessResult:
    meter = LoudnessMeter(SECOND, len(sound))
    for start in range(0, sound.shape[1], block):
        meter.add_sound(sound[:, start : start + block])
    return meter.finish_measurement()


@pytest.mark.parametrize(
    ("channels", "of", "wanted"),
    [
        ((0,), 1, -23.01),
        ((0,), 2, -23.01),
        ((0, 1), 2, -20.0),
        ((2,), 6, -23.01),
        ((4,), 6, -21.51),
        ((3,), 6, None),
    ],
    ids=["mono", "left", "both", "centre", "surround, 1.5 dB more", "LFE, which does not count"],
)
def test_tone_has_the_loudness_of_the_recommendation(
    channels: tuple[int, ...], of: int, wanted: float | None
) -> None:
    """For example, 997 Hz at −20 dBFS on one channel has −23.01 LUFS."""
    assert metered(sine(997, -20, channels=channels, of=of)).lufs == pytest.approx(wanted, abs=0.06)


def test_quiet_parts_do_not_count() -> None:
    """The relative gate of BS.1770 leaves out sound that is more than ten decibels below the loudness of the
    rest.
    """
    parts = np.concatenate([sine(997, -20, 6), sine(997, -50, 6)], axis=1)
    assert metered(parts).lufs == pytest.approx(-20, abs=0.15)


def test_silence_and_short_sounds_have_no_loudness() -> None:
    assert metered(np.zeros((2, SECOND), np.float32)) == LoudnessResult(None, -np.inf)
    assert metered(sine(997, -20)[:, :15000]).lufs is None


@pytest.mark.parametrize(
    ("hertz", "turn"), [(12000, 0.25), (6000, 0.25), (8000, 1 / 3), (997, 0.0), (16000, 0.5)]
)
def test_true_peaks_are_found_between_samples(hertz: float, turn: float) -> None:
    """If the samples miss a tone's peaks by up to 3 dB, the peaks are still found within 0.2 dB."""
    time = np.arange(SECOND) / SECOND
    wave = np.sin(2 * np.pi * hertz * time + np.pi * turn)
    window = np.clip(np.minimum(time, time[-1] - time) / 0.1, 0, 1)
    peak = 20 * np.log10(compute_true_peaks((0.5 * wave * window)[None].astype(np.float32)).max())
    assert peak == pytest.approx(-6.02, abs=0.2)


def test_peak_between_two_blocks_is_found() -> None:
    sound = np.zeros((1, 4000), np.float32)
    sound[0, 1998:2002] = [0.5, 0.9, 0.9, 0.5]
    found = {metered(sound, block).true_peak for block in (500, 1999, 2000, 2001, 4000)}
    assert max(found) - min(found) < 1e-4
    between = 2 * 0.9 * np.sinc(0.5) + 2 * 0.5 * np.sinc(1.5)
    assert max(found) == pytest.approx(20 * np.log10(between), abs=0.05)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> RenderPlan:
    """Return a plan of ten seconds: noise that swells like speech on one track, and loud bangs on another."""
    folder = tmp_path_factory.mktemp("film")
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 0.7 * np.arange(10 * SECOND) / SECOND)
    speech = (noise(10 * SECOND) * swell).astype(np.float32)
    bangs = np.zeros((2, 10 * SECOND), np.float32)
    for second in range(1, 10, 2):
        fall = np.exp(-np.arange(4800) / 600)
        bangs[:, second * SECOND :][:, :4800] = (
            0.8 * fall * np.sin(2 * np.pi * 180 * np.arange(4800) / SECOND)
        )
    first = record(folder / "speech.wav", speech, SECOND)
    second_ = record(folder / "bangs.wav", bangs, SECOND)
    return plan_of(a_sound(first, 0, 250, track="A1"), a_sound(second_, 0, 250, track="A2"), frames=250)


def whole(sound: Mixer | MasteredMix | MasteredStem, step: int = 19_200) -> Sound:
    return np.concatenate(
        [sound.read(at, min(step, sound.samples - at)) for at in range(0, sound.samples, step)], axis=1
    )


@pytest.mark.long("files")
@pytest.mark.parametrize(("lufs", "peak"), [(-23.0, -1.0), (-16.0, -1.0), (-14.0, -2.0), (-30.0, -6.0)])
def test_film_reaches_its_loudness_within_its_peak(film: RenderPlan, lufs: float, peak: float) -> None:
    made = master_mix(Mixer(film), Loudness(lufs=lufs, true_peak=peak))
    sound = whole(made)
    found = metered(sound)
    assert found.lufs == pytest.approx(lufs, abs=0.15)
    assert found.true_peak <= peak
    assert sound.shape == (2, 10 * SECOND)
    for start, samples in ((0, 100), (47_000, 3000), (479_000, 1000), (100_000, 20_000)):
        again = made.read(start, samples)
        assert np.abs(again - sound[:, start : start + samples]).max() < 1e-6, "the same from any start"
    made.close()


def test_another_meter_agrees(film: RenderPlan, tmp_path: Path) -> None:
    """FFmpeg's meter measures the same loudness in the written file."""
    made = master_mix(Mixer(film), Loudness(lufs=-16, true_peak=-1.5))
    path = record(tmp_path / "a.wav", whole(made), SECOND, "pcm_f32le")
    made.close()
    graph = av.filter.Graph()
    with av.open(str(path)) as container:
        source = graph.add_abuffer(template=container.streams.audio[0])
        meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        told: dict[str, str] = {}
        for frame in container.decode(audio=0):
            source.push(frame)
            while True:
                try:
                    told = {**told, **graph.pull().metadata}
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
    assert float(told["lavfi.r128.I"]) == pytest.approx(-16, abs=0.15)
    peaks = [20 * np.log10(float(told[f"lavfi.r128.true_peaks_ch{channel}"])) for channel in (0, 1)]
    assert max(peaks) <= -1.5


def test_sound_within_limits_is_only_amplified(film: RenderPlan) -> None:
    quiet = film.model_copy(update={"sounds": film.sounds[:1]})
    made = master_mix(Mixer(quiet), Loudness(lufs=-30, true_peak=-1))
    plain = Mixer(quiet)
    assert np.allclose(whole(made), whole(plain) * np.float32(10 ** (made.gain_db / 20)), atol=1e-7)
    made.close()
    plain.close()


def test_limiter_is_smooth_and_has_no_delay(film: RenderPlan) -> None:
    """The gain never jumps, and it is back at its full value a tenth of a second away from a bang."""
    mix = MasteredMix(Mixer(film), 6.0, -6.0)
    levels = mix.compute_gains(0, mix.samples) / 10 ** (6 / 20)
    mix.close()
    assert levels.min() < 0.5
    assert np.abs(np.diff(levels)).max() < 0.01
    assert levels[: int(0.9 * SECOND)].min() == levels[int(1.3 * SECOND) : int(2.9 * SECOND)].min() == 1


def test_stems_add_up_to_the_mastered_mix(film: RenderPlan) -> None:
    loudness = Loudness(lufs=-14, true_peak=-2)
    made = master_mix(Mixer(film), loudness)
    mix = whole(made)
    parts = list_stems(film, "track")
    assert [part.name for part in parts] == ["A1", "A2"]
    stems = [
        MasteredStem(Mixer(part.plan), MasteredMix(Mixer(film), made.gain_db, loudness.true_peak))
        for part in parts
    ]
    assert np.abs(sum(whole(stem) for stem in stems) - mix).max() < 1e-6
    assert np.abs(whole(stems[0]) - mix).max() > 0.1
    made.close()
    for stem in stems:
        stem.close()


def test_silent_film_stays_silent(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", np.zeros((2, SECOND), np.float32), SECOND)
    made = master_mix(Mixer(plan_of(a_sound(path, 0, 25), frames=25)), Loudness())
    assert made.gain_db == 0
    assert not whole(made).any()
    made.close()


def test_measuring_shows_progress_and_can_be_cancelled(film: RenderPlan) -> None:
    told: list[tuple[int, int]] = []
    master_mix(Mixer(film), Loudness(lufs=-30), lambda done, total: told.append((done, total))).close()
    assert told[-1] == (480_000, 480_000)

    def stop(done: int, total: int) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        master_mix(Mixer(film), Loudness(), stop)


@pytest.mark.long("files")
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_rendered_film_has_the_requested_loudness(
    film: RenderPlan, tmp_path: Path, channels: Literal[1, 2, 6]
) -> None:
    """The loudness is right after rendering and AAC encoding, with one, two and six channels."""
    sounds = tuple(sound.model_copy(update={"gain_db": -6.0}) for sound in film.sounds)
    plan = film.model_copy(update={"sounds": sounds, "stretches": (PlanStretch(start=0, frames=250),)})
    delivery = Delivery(sound=SoundFormat(channels=channels), loudness=Loudness(lufs=-20, true_peak=-3))
    render(plan, tmp_path / "film.mp4", delivery, lambda stage, done, total: None)
    meter = LoudnessMeter(SECOND, channels)
    samples = 0
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.streams.audio[0].channels == channels
        for frame in container.decode(audio=0):
            meter.add_sound(frame.to_ndarray().astype(np.float32))
            samples += frame.samples
    assert meter.finish_measurement().lufs == pytest.approx(-20, abs=0.5)
    assert 0 <= samples - 10 * SECOND < 1024
