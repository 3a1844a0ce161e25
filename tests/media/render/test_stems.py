"""Test stems as files: one for each track, each as long as the film, and their sum is the film's sound."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.errors import BadInput, Cancelled, Failed
from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.delivery.delivery import Container, Delivery, Loudness, PictureFormat, SoundFormat
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.loudness.master import open_film_sound
from milimo_tui.media.render.stems import write_stems
from tests.media.material import sound_of
from tests.media.sounds import a_sound, noise, plan_of, record

NTSC = Fraction(30000, 1001)
WAV = Delivery(
    container=Container.WAV,
    suffix=".wav",
    picture=None,
    sound=SoundFormat(codec="pcm_s24le", bit_rate=0),
    stems="track",
)


def quiet(stage: str, done: int, total: int) -> None:
    """Ignore reported progress."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> RenderPlan:
    path = record(tmp_path_factory.mktemp("film") / "a.wav", noise(44100 * 3) * 4, 44100)
    return plan_of(
        a_sound(path, 0, 40, track="V1"),
        a_sound(path, 10, 41, track="Musik & Ton", source_in=Fraction(1)),
        frames=51,
        rate=NTSC,
    )


@pytest.mark.parametrize("loudness", [None, Loudness(lufs=-14, true_peak=-3)], ids=["as mixed", "mastered"])
def test_stems_are_as_long_as_the_film_and_add_up_to_its_sound(
    film: RenderPlan, loudness: Loudness | None, tmp_path: Path
) -> None:
    paths = write_stems(film, WAV.model_copy(update={"loudness": loudness}), tmp_path / "stems", quiet)
    assert [path.name for path in paths] == ["01-v1.wav", "02-musik-ton.wav"]
    assert sorted((tmp_path / "stems").iterdir()) == sorted(paths)
    found = [sound_of(path) for path in paths]
    assert {sound.shape for sound in found} == {(2, frame_to_sample(51, NTSC, 48000))}
    whole = open_film_sound(film, 2, loudness)
    assert np.abs(sum(found) - whole.read(0, whole.samples)).max() < 1e-6
    whole.close()


def test_stems_next_to_pictures_are_wav_at_the_rate_and_channels_of_the_film(
    film: RenderPlan, tmp_path: Path
) -> None:
    delivery = Delivery(
        picture=PictureFormat(), sound=SoundFormat(channels=6, sample_rate=44100), stems="track"
    )
    for path in write_stems(film, delivery, tmp_path / "stems", quiet):
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            assert (path.suffix, stream.codec_context.name) == (".wav", "pcm_s24le")
            assert (stream.channels, stream.sample_rate) == (6, 44100)
            samples = sum(frame.samples for frame in container.decode(stream))
        assert samples == frame_to_sample(51, NTSC, 44100)


def test_every_second_is_reported_and_can_be_cancelled(film: RenderPlan, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_stems(film, WAV, tmp_path / "a", lambda stage, done, total: told.append((done, total)))
    assert told[-1] == (102, 102)
    assert [done for done, _ in told] == sorted(done for done, _ in told)

    def stop(stage: str, done: int, total: int) -> None:
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_stems(film, WAV, tmp_path / "b", stop)
    assert not list((tmp_path / "b").iterdir())


def test_output_without_stems_is_reported(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no sound"):
        write_stems(plan_of(), WAV, tmp_path / "a", quiet)
    with pytest.raises(Failed, match=r"gone\.wav.*not exist"):
        write_stems(plan_of(a_sound(tmp_path / "gone.wav", 0, 25)), WAV, tmp_path / "a", quiet)
    assert not list((tmp_path / "a").iterdir())
