"""Test that sound and picture stay in sync: every flash and every click is where its source has it, at every
rate and up to the end of the film.

A source flashes white for one picture at the start of its click. Two hours are tested by arithmetic only. A
few minutes are really rendered, decoded and measured.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample, frames_to_seconds
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.render.film import render
from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.samples import Sound, make_silence
from milimo_tui.media.sound.voices import make_voice
from tests.budget import rounds
from tests.media.cuts import CutBuilder, media_of
from tests.media.reading import delivery_of
from tests.media.sounds import a_sound, plan_of

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)]
WIDTH, HEIGHT = 64, 48
MILLISECOND = Fraction(1, 1000)
SOURCE_SECONDS = 20
CLEAR = 5  # Fewest frames between a flash and the edge of a clip.


class OneClick:
    """A sound source that is silent except for one sample."""

    def __init__(self, rate: int, at: int) -> None:
        self.sample_rate, self.channels, self._at = rate, 1, at

    def read(self, start: int, samples: int) -> Sound:
        out = make_silence(samples, 1)
        if start <= self._at < start + samples:
            out[0, self._at - start] = 1.0
        return out

    def close(self) -> None:
        """Do nothing, because there is no open file."""


@given(
    rate=st.sampled_from(RATES),
    native=st.sampled_from([44100, 48000, 96000]),
    share=st.fractions(0, 1, max_denominator=10_000),
    offset=st.integers(0, 500_000),
    event=st.integers(0, 400),
)
@settings(max_examples=150)
def test_two_hours_are_exact_by_arithmetic(
    rate: Fraction, native: int, share: Fraction, offset: int, event: int
) -> None:
    """Anywhere in two hours of film and from any start in its source, the click is at the start of the frame
    that flashes. The error is at most half a sample of the film plus half a sample of the source.
    """
    start = int(share * 7200 * rate)
    second = frames_to_seconds(offset + event, rate)
    source = OneClick(native, round(second * native))
    clip = a_sound(Path("a.wav"), start, 500, source_in=frames_to_seconds(offset, rate))
    voice = make_voice(plan_of(clip, frames=start + 500, rate=rate), clip)
    sound = ResampledSound(source, Fraction(native, 48000), voice.origin * native, 48000)
    exact = Fraction(start + event) / rate
    around = int(exact * 48000) - 100
    found = around + int(np.abs(sound.read(around, 200)[0]).argmax())
    assert abs(Fraction(found, 48000) - exact) < MILLISECOND / 20
    assert voice.start == frame_to_sample(start, rate, 48000)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_two_hours_of_frames_are_two_hours_of_samples(rate: Fraction) -> None:
    """Every frame edge is within half a sample of its exact time, and the sound is as long as the frames."""
    frames = int(7200 * rate)
    edges = [frame_to_sample(frame, rate, 48000) for frame in range(0, frames + 1, 997)]
    for frame, edge in zip(range(0, frames + 1, 997), edges, strict=True):
        assert abs(Fraction(edge, 48000) - Fraction(frame) / rate) <= Fraction(1, 96000)
    assert abs(frame_to_sample(frames, rate, 48000) - 7200 * 48000) <= 48000 / rate


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    rate: Fraction
    events: tuple[int, ...]  # frame numbers at which the picture flashes

    def seconds(self) -> list[Fraction]:
        return [frames_to_seconds(frame, self.rate) for frame in self.events]


def burst(rate: int) -> NDArray[np.float32]:
    """Return a click: four milliseconds of 2 kHz in a bell curve, whose middle is at the flash."""
    time = (np.arange(2 * (rate // 500) + 1) - rate // 500) / rate
    bell = np.exp(-((time / 0.0007) ** 2))
    return (0.9 * bell * np.cos(2 * np.pi * 2000 * time)).astype(np.float32)


def make_source(path: Path, rate: Fraction, native: int, seed: int) -> Source:
    """Write a take of changing grey with a flash and a click about every second."""
    draw = random.Random(seed)
    frames = int(SOURCE_SECONDS * rate)
    events, at = [], draw.randrange(15, 25)
    while at < frames - 15:
        events.append(at)
        at += draw.randrange(int(rate * 0.9), int(rate * 1.5))
    sound = np.zeros((2, frame_to_sample(frames, rate, native)), np.float32)
    shape = burst(native)
    for event in events:
        middle = frame_to_sample(event, rate, native)
        sound[:, middle - shape.size // 2 : middle + shape.size // 2 + 1] += shape

    def pictures() -> Iterator[Rgb]:
        for frame in range(frames):
            picture = np.full((HEIGHT, WIDTH, 3), 40 + frame % 7, np.uint8)
            picture[:, frame % WIDTH] = 90
            if frame in events:
                picture[:] = 235
            yield picture

    write_take(
        path,
        pictures(),
        width=WIDTH,
        height=HEIGHT,
        rate=rate,
        frames=frames,
        sound=sound,
        sample_rate=native,
    )
    return Source(path, rate, tuple(events))


def as_film(source: Source, path: Path) -> Source:
    """Render a source to H.264 with B-frames and AAC, like a file from another program."""
    bench = CutBuilder(rate=source.rate, width=WIDTH, height=HEIGHT)
    bench.add("V1", source.path, int(SOURCE_SECONDS * source.rate))
    render(bench.plan(), path, delivery_of("h264"), lambda stage, done, total: None)
    return Source(path, source.rate, source.events)


def film_of(
    sources: list[Source], rate: Fraction, frames: int, seed: int
) -> tuple[RenderPlan, list[Fraction]]:
    """Build a cut of random ranges of the sources that start and end away from flashes. Returns the plan and
    the second of each flash.
    """
    draw, bench = random.Random(seed), CutBuilder(rate=rate, width=WIDTH, height=HEIGHT)
    media = {source.path: media_of(source.path) for source in sources}
    clear = CLEAR / min(rate, *(source.rate for source in sources))
    expected: list[Fraction] = []
    at = 0
    while at < frames:
        source = draw.choice(sources)
        length = min(frames - at, draw.randrange(20, 90))
        last = int((SOURCE_SECONDS - 1) * rate) - length
        begin = frames_to_seconds(draw.randrange(last), rate)
        ends = (begin, begin + length / rate)
        seconds = source.seconds()
        if at + length < frames and any(abs(second - edge) < clear for second in seconds for edge in ends):
            continue
        bench.add("V1", media[source.path], length, source_in=begin)
        expected += [at / rate + second - begin for second in seconds if ends[0] <= second < ends[1]]
        at += length
    return bench.plan(), [second for second in expected if second < (frames - CLEAR) / rate]


def flashes(path: Path) -> list[int]:
    """Return the frame numbers of a film at which a flash starts."""
    out, before = [], False
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            white = frame.to_ndarray(format="gray").mean() > 150
            if white and not before:
                out.append(number)
            before = bool(white)
    return out


def heard_clicks(path: Path) -> list[Fraction]:
    """Return the seconds of a film at which the middle of a click is heard."""
    shape = burst(48000)
    with av.open(str(path)) as container:
        assert container.streams.audio[0].sample_rate == 48000
        plain = av.AudioResampler("fltp", "mono")
        frames = [part for frame in container.decode(audio=0) for part in plain.resample(frame)]
        sound = np.concatenate([part.to_ndarray()[0] for part in frames])
    likeness = np.convolve(sound, shape, "same")
    loud = np.flatnonzero(likeness > 0.4 * float((shape**2).sum()))
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > 500) + 1)
    return [Fraction(int(group[likeness[group].argmax()]), 48000) for group in groups if group.size]


@pytest.mark.long("sync")
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_flash_and_click_of_a_film_is_in_sync(tmp_path: Path, rate: Fraction) -> None:
    """The sources have the film's frame rate and sample rate or other rates, and one source is itself a
    rendered film. All are cut to short ranges.
    """
    sources = [
        make_source(tmp_path / "own.mov", rate, 48000, 1),
        make_source(tmp_path / "other.mov", Fraction(25) if rate != 25 else Fraction(24), 44100, 2),
    ]
    sources.append(as_film(sources[0], tmp_path / "film of it.mp4"))
    frames = int(rounds("sync") * rate)
    plan, expected = film_of(sources, rate, frames, 3)
    film = tmp_path / "film.mp4"
    render(plan, film, delivery_of("h264"), lambda stage, done, total: None)
    seen, heard = flashes(film), heard_clicks(film)
    assert len(expected) > frames / rate / 3
    for second in expected:
        frame = min(seen, key=lambda each: abs(each / rate - second))
        assert abs(frame / rate - second) < 1 / rate, (frame, float(second))
        near = bisect_left(heard, second - 1 / rate)
        click = min(heard[max(0, near - 1) : near + 2], key=lambda each: abs(each - second))
        assert abs(click - second) < MILLISECOND, (float(click), float(second))
    assert abs(len(seen) - len(expected)) <= 1
    assert abs(len(heard) - len(expected)) <= 1


DELIVERED = ["h264", "vp9", "prores", "ffv1", "wav", "flac", "m4a", "mp3", "opus"]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[RenderPlan, list[Fraction]]:
    """Build a cut of six seconds at 29.97 frames per second, with the seconds of its flashes."""
    rate = Fraction(30000, 1001)
    source = make_source(tmp_path_factory.mktemp("short") / "own.mov", rate, 48000, 4)
    return film_of([source], rate, int(6 * rate), 5)


@pytest.mark.parametrize("name", DELIVERED)
def test_no_codec_and_no_container_shifts_the_sound(
    short: tuple[RenderPlan, list[Fraction]], name: str, tmp_path: Path
) -> None:
    """Samples that an encoder adds at the start or end are not part of the film. A render of sound alone
    reports its progress every second.
    """
    plan, expected = short
    delivery = delivery_of(name)
    path = tmp_path / f"film{delivery.suffix}"
    told: list[int] = []
    render(plan, path, delivery, lambda stage, done, total: told.append(done))
    heard = heard_clicks(path)
    assert [round(float(each), 4) for each in heard] == pytest.approx(
        [round(float(each), 4) for each in expected], abs=0.001
    )
    if delivery.container in ("mp4", "mov", "m4a", "flac", "wav"):
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            assert stream.duration is not None
            assert stream.time_base is not None
            assert stream.duration * stream.time_base * 48000 == frame_to_sample(
                plan.frames, plan.rate, 48000
            )
    if delivery.picture is None:
        assert len(told) >= 5
    else:
        seen = flashes(path)
        assert [frame / plan.rate for frame in seen] == expected
    assert told[-1] == plan.frames
    assert told == sorted(told)
