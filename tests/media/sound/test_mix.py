"""Test the mix by numbers: volume curves, pan, cross-fades, speeds, compound clips, tracks, joins of clips,
and two hours of sound.
"""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Failed
from milimo_tui.core.time import frame_to_sample, frames_to_seconds
from milimo_tui.cut.plan.plan import Media, RenderPlan, SoundClip
from milimo_tui.cut.values.effects import Effects, evaluate_curve
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.media.sound.eased_curves import evaluate_curve_at_frames
from milimo_tui.media.sound.mix import FILES_KEPT, Mixer
from milimo_tui.media.sound.resampled import SoundReader
from milimo_tui.media.sound.samples import Sound
from tests.media.cuts import CutBuilder
from tests.media.material import clicks, found_clicks, make_take, tone
from tests.media.sounds import a_sound, long_clicks, noise, plan_of, record

NTSC = Fraction(30000, 1001)
RATES = [Fraction(24000, 1001), Fraction(25), NTSC, Fraction(60)]


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two seconds of the constant value 0.5 on both channels."""
    return record(tmp_path_factory.mktemp("steady") / "a.wav", np.full((2, 96000), 0.5, np.float32), 48000)


@pytest.fixture(scope="module")
def hiss(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Write four seconds of the same kind of noise at each sample rate; return the files by sample rate."""
    folder = tmp_path_factory.mktemp("hiss")
    return {rate: record(folder / f"{rate}.wav", noise(rate * 4), rate) for rate in (48000, 44100)}


def curves(**numbers: Curve) -> Effects:
    return Effects(curves=tuple(sorted(numbers.items())))


def whole(plan: RenderPlan, step: int = 5000, **options: object) -> Sound:
    mixer = Mixer(plan, **options)  # type: ignore[arg-type]
    parts = [mixer.read_unclipped(at, min(step, mixer.samples - at)) for at in range(0, mixer.samples, step)]
    mixer.close()
    return np.concatenate(parts, axis=1)


def test_volume_follows_its_curve_at_every_sample(steady: Path) -> None:
    """The volume at sample s is the curve's value at frame s · frame rate / sample rate, so it does not
    change in steps of a frame.
    """
    curve = (
        Keyframe(5, 0.0),
        Keyframe(20, -12.0, Easing.BOTH),
        Keyframe(30, 6.0, Easing.HOLD),
        Keyframe(40, -96.0),
    )
    heard = whole(plan_of(a_sound(steady, 0, 50, gain_db=-1.0, effects=curves(volume=curve))))[0]
    frames = np.arange(heard.size) * 25 / 48000
    wanted = 0.5 * 10 ** ((np.array([evaluate_curve(curve, frame) for frame in frames]) - 1) / 20)
    wanted[frames >= 40] = 0  # The lowest volume of a curve is silence.
    assert np.abs(heard - wanted).max() < 1e-4
    assert np.abs(np.diff(heard[: 30 * 1920])).max() < 1e-3, "a step would be a click"


@given(
    frames=st.lists(st.integers(-50, 100), min_size=1, max_size=6, unique=True).map(sorted),
    values=st.lists(st.floats(-96, 24), min_size=6, max_size=6),
    easings=st.lists(st.sampled_from(Easing), min_size=6, max_size=6),
)
@settings(max_examples=60)
def test_array_of_a_curve_equals_its_single_values(
    frames: list[int], values: list[float], easings: list[Easing]
) -> None:
    curve = tuple(Keyframe(*each) for each in zip(frames, values, easings, strict=False))
    at = np.concatenate([np.linspace(-60, 110, 341), np.array(frames, float)])
    assert np.allclose(
        evaluate_curve_at_frames(curve, at), [evaluate_curve(curve, float(frame)) for frame in at], atol=1e-9
    )


@pytest.mark.parametrize(
    ("side", "left", "right"), [(-1, 2**0.5, 0), (0, 1, 1), (1, 0, 2**0.5), (0.5, 0.5412, 1.3066)]
)
def test_pan_keeps_its_power(steady: Path, side: float, left: float, right: float) -> None:
    heard = whole(plan_of(a_sound(steady, 0, 25, effects=curves(pan=(Keyframe(0, side),))), frames=25))
    assert np.allclose(heard[:, 100], [0.5 * left, 0.5 * right], atol=1e-4)
    assert (heard[:, 100] ** 2).sum() == pytest.approx(0.5, abs=1e-3)


def test_pan_follows_its_curve_with_the_centre_of_six_channels(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", np.full((1, 96000), 0.5, np.float32), 48000, layout="mono")
    clip = a_sound(path, 0, 50, effects=curves(pan=(Keyframe(0, -1.0), Keyframe(50, 1.0))))
    heard = whole(plan_of(clip), channels=6)
    assert np.allclose((heard**2).sum(axis=0), 0.25, atol=1e-3), "as much power wherever it is"
    assert np.allclose(heard[[0, 1, 2], 48000], [0, 0, 0.5], atol=1e-3)
    assert heard[0, 0] == pytest.approx(0.5, abs=1e-3)
    assert heard[1, -1] == pytest.approx(0.5, abs=1e-3)
    assert np.abs(np.diff(heard)).max() < 1e-3


@pytest.mark.parametrize("frames", [12, 7, 1])
def test_cross_fade_of_two_sounds_keeps_their_power(steady: Path, frames: int) -> None:
    """During the fade the squares of both gains add up to 1 at every sample. Before and after it only one
    sound is heard.
    """
    before, after = frames // 2, frames - frames // 2
    left = a_sound(steady, 0, 25 + after, clip_frames=25, fall=frames, track="L")
    right = a_sound(
        steady, 25 - before, 25 + before, clip_frames=25, clip_offset=-before, rise=frames, track="R"
    )
    plan = plan_of(left, right)
    one, other = (whole(plan, tracks={track})[0] for track in ("L", "R"))
    edge = [frame_to_sample(frame, Fraction(25), 48000) for frame in (25 - before, 25 + after)]
    assert np.allclose(one**2 + other**2, 0.25, atol=1e-4)
    assert not other[: edge[0]].any()
    assert not one[edge[1] :].any()
    assert np.allclose(one[: edge[0]], 0.5, atol=1e-4)
    assert np.allclose(other[edge[1] :], 0.5, atol=1e-4)
    assert max(np.abs(np.diff(one)).max(), np.abs(np.diff(other)).max()) < 0.5 * 2 / (edge[1] - edge[0])


def test_speed_changes_the_pitch_like_tape(tmp_path: Path) -> None:
    """Double speed raises the pitch by an octave, and the sound of second 1 comes at second 0.5. Negative
    speed plays from the end.
    """
    path = record(tmp_path / "a.wav", tone(100, Fraction(25), hertz=500), 48000)
    heard = whole(plan_of(a_sound(path, 0, 50, speed=Fraction(2))))[0]
    spectrum = np.abs(np.fft.rfft(heard[24000:72000] * np.hanning(48000)))
    assert abs(int(spectrum.argmax()) - 1000) <= 1
    path = record(tmp_path / "b.wav", clicks(48000 * 4, [48000, 48000 * 3]), 48000)
    for speed, source_in, at in (
        (Fraction(2), Fraction(0), [24000, 72000]),
        (Fraction(1, 2), Fraction(1, 2), [48000]),
        (Fraction(-1), Fraction(4), [48000]),
        (Fraction(-2), Fraction(4), [24000, 72000]),
    ):
        found = found_clicks(whole(plan_of(a_sound(path, 0, 50, speed=speed, source_in=source_in))), 0.2)
        assert len(found) == len(at)
        assert np.abs(np.subtract(found, at)).max() <= 1, speed


def test_reversed_sound_has_its_samples_reversed(hiss: dict[int, Path]) -> None:
    forward = whole(plan_of(a_sound(hiss[48000], 0, 100), frames=100))
    back = a_sound(hiss[48000], 0, 100, source_in=Fraction(4), speed=Fraction(-1))
    assert np.array_equal(whole(plan_of(back, frames=100)), forward[:, ::-1])


def test_sounds_of_a_dissolve_cross_at_equal_power(tmp_path: Path) -> None:
    """A dissolve in a real cut, between two takes with handles and unrelated sounds, gives an equal-power
    cross-fade.
    """
    draw = np.random.default_rng(8)
    takes = []
    for name in ("a", "b"):
        sound = draw.choice(
            np.array([-0.25, 0.25], np.float32), (2, frame_to_sample(60, Fraction(25), 48000))
        )
        takes.append(make_take(tmp_path / f"{name}.mov", 60, sound=sound))
    bench = CutBuilder()
    left = bench.add("V1", takes[0], 30, source_in=Fraction(10, 25))
    right = bench.add("V1", takes[1], 30, source_in=Fraction(10, 25))
    bench.join(left, right, 10)
    heard = whole(bench.plan())
    power = [float((heard[:, at : at + 1920] ** 2).mean()) for at in range(0, heard.shape[1], 1920)]
    assert np.allclose(power, 0.0625, rtol=0.1), "as loud all along"
    one = SoundReader(takes[0], 48000)
    alone = one.read(19200, 25 * 1920)
    one.close()
    assert np.allclose(heard[:, : 25 * 1920], alone, atol=1e-4)
    assert not np.allclose(heard[:, 26 * 1920 : 27 * 1920], 0.25, atol=0.1)


@pytest.mark.long("files")
@given(
    rate=st.sampled_from(RATES),
    native=st.sampled_from([48000, 44100]),
    speed=st.sampled_from([Fraction(1), Fraction(1), Fraction(3, 2), Fraction(-1), Fraction(99, 100)]),
    start=st.integers(0, 9),
    offset=st.integers(0, 20),
    splits=st.sets(st.integers(1, 29), max_size=4),
    step=st.sampled_from([1601, 4801, 9600]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_sound_divided_in_place_has_no_seams(
    hiss: dict[int, Path],
    rate: Fraction,
    native: int,
    speed: Fraction,
    start: int,
    offset: int,
    splits: set[int],
    step: int,
) -> None:
    """A clip that is divided into pieces sounds the same as the undivided clip: no sample is repeated or
    lost.
    """
    path, frames = hiss[native], 30
    origin = Fraction(2) if speed < 0 else frames_to_seconds(offset, rate)

    def piece(first: int, last: int) -> SoundClip:
        return a_sound(
            path,
            start + first,
            last - first,
            source_in=origin + frames_to_seconds(first, rate) * speed,
            speed=speed,
        )

    bounds = [0, *sorted(splits), frames]
    pieces = [piece(*each) for each in pairwise(bounds)]
    one = whole(plan_of(piece(0, frames), frames=40, rate=rate), step)
    many = whole(plan_of(*pieces, frames=40, rate=rate), step)
    assert np.abs(one).max() > 0.05
    if native == 48000 and abs(speed) == 1:
        assert np.array_equal(one, many)
    assert np.abs(one - many).max() < 1e-6


def test_cut_of_one_take_has_its_own_samples(hiss: dict[int, Path]) -> None:
    """At 29.97 frames per second the frame edges are between samples. The samples are still those of the
    file, moved by an integer number of samples.
    """
    clips = [a_sound(hiss[48000], 7 + at, 1, source_in=frames_to_seconds(3 + at, NTSC)) for at in range(40)]
    heard = whole(plan_of(*clips, frames=50, rate=NTSC))
    first, last = frame_to_sample(7, NTSC, 48000), frame_to_sample(47, NTSC, 48000)
    own = np.round(noise(48000 * 4) * 32768).clip(-32768, 32767).astype(np.int16) / np.float32(32768)
    moved = round(4 * 1601.6)
    assert np.abs(heard[:, first:last] - own[:, first - moved : last - moved]).max() < 1 / 32768 + 1e-9


def nested(inner: RenderPlan, start: int, frames: int, **values: object) -> SoundClip:
    media = Media(kind="cut", plan=inner, has_sound=True, title="Inner")
    return SoundClip.model_validate(
        {"clip": "n", "media": media, "start": start, "frames": frames, "source_in": Fraction(0)}
        | {"clip_frames": frames}
        | values
    )


def test_nested_cut_sounds_as_it_does_alone(hiss: dict[int, Path], steady: Path) -> None:
    inner = plan_of(a_sound(hiss[44100], 0, 40), a_sound(steady, 20, 25, gain_db=9.0), frames=50)
    alone = whole(inner)
    outer = plan_of(nested(inner, 10, 50, gain_db=-6.0206, track="A"), frames=70)
    heard = whole(outer)
    assert np.abs(alone).max() > 1, "what is inside is not cut off at full scale on the way"
    assert np.abs(heard[:, 19200:115200] - alone * 0.5).max() < 1e-4
    assert not heard[:, :19200].any()
    assert not heard[:, 115200:].any()
    assert np.abs(whole(outer, channels=6)[:2] - heard).max() < 1e-6


def test_cut_of_another_rate_is_placed_by_seconds(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", clicks(96000, [48000]), 48000)
    inner = plan_of(a_sound(path, 12, 40), frames=60, rate=Fraction(24)).model_copy(
        update={"sample_rate": 44100}
    )
    heard = whole(plan_of(nested(inner, 25, 50, source_in=Fraction(1, 2)), frames=75))
    assert found_clicks(heard) == [48000 + 48000]


def test_single_tracks_add_up_to_all(hiss: dict[int, Path], steady: Path) -> None:
    plan = plan_of(
        a_sound(hiss[44100], 0, 40, track="A1"),
        a_sound(steady, 5, 40, track="A2", fade_in=10),
        a_sound(hiss[48000], 3, 30, track="V1", gain_db=3.0),
    )
    alone = [whole(plan, tracks={track}) for track in ("A1", "A2", "V1")]
    assert np.abs(sum(alone) - whole(plan)).max() < 1e-6
    assert np.array_equal(whole(plan, tracks={"A1", "A2", "V1"}), whole(plan))
    assert not whole(plan, tracks=()).any()


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_film_has_the_requested_channels(hiss: dict[int, Path], channels: int) -> None:
    heard = whole(plan_of(a_sound(hiss[48000], 0, 50)), channels=channels)
    assert heard.shape == (channels, 96000)
    assert heard[0].any()


def test_any_part_of_a_mix_is_the_same_sound(hiss: dict[int, Path], steady: Path) -> None:
    """Blocks read in any order and of any size, as a player reads them, equal the continuous mix."""
    plan = plan_of(
        a_sound(hiss[44100], 0, 45, effects=curves(volume=(Keyframe(0, 0.0), Keyframe(45, -20.0)))),
        a_sound(steady, 5, 40, fade_in=10, fade_out=10),
        a_sound(hiss[48000], 0, 50, source_in=Fraction(3), speed=Fraction(-1)),
    )
    all_of_it = whole(plan)
    draw = np.random.default_rng(2)
    mixer = Mixer(plan)
    for _ in range(25):
        start, samples = int(draw.integers(0, 90_000)), int(draw.integers(1, 6000))
        assert (
            np.abs(mixer.read_unclipped(start, samples) - all_of_it[:, start : start + samples]).max() < 1e-6
        )
    mixer.close()


def test_film_of_thousands_of_clips_opens_only_the_needed_ones(hiss: dict[int, Path]) -> None:
    """Only two of 3,000 clips have a file. The missing files are reported only where their clips play, and
    files do not stay open.
    """
    path = Path("gone.wav")
    clips = [a_sound(hiss[48000] if at in (0, 1500) else path, at * 2, 2) for at in range(3000)]
    mixer = Mixer(plan_of(*clips, frames=6000))
    assert mixer.read_unclipped(1500 * 2 * 1920, 3840).any()
    assert mixer.read_unclipped(0, 3840).any()
    with pytest.raises(Failed, match=r"gone\.wav.*00:00:00:02"):
        mixer.read_unclipped(3840, 100)
    mixer.close()


def test_files_are_closed_after_use(tmp_path: Path, hiss: dict[int, Path]) -> None:
    data = hiss[48000].read_bytes()
    paths = [tmp_path / f"{number}.wav" for number in range(60)]
    for path in paths:
        path.write_bytes(data)
    mixer = Mixer(plan_of(*(a_sound(path, at, 1) for at, path in enumerate(paths)), frames=60))
    before = len(os.listdir("/proc/self/fd"))
    for frame in range(60):
        assert mixer.read_unclipped(frame * 1920, 1920).any()
    assert len(os.listdir("/proc/self/fd")) <= before + FILES_KEPT
    mixer.close()
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize("native", [48000, 44100])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_two_hours_later_the_sound_has_not_drifted(
    two_hours: dict[int, Path], rate: Fraction, native: int
) -> None:
    """Every click is within half a sample after two hours, in one long clip and in short clips cut from its
    end.
    """
    path, frames = two_hours[native], int(7200 * rate)
    plan = plan_of(a_sound(path, 0, frames), frames=frames, rate=rate)
    mixer = Mixer(plan)
    for second in (1, 3599, 7199):
        heard = mixer.read_unclipped((second * 48000) - 500, 1000)
        assert found_clicks(heard) == [500]
    mixer.close()
    frame = int(7199 * rate) - 20
    late = a_sound(path, frame, 40, source_in=frames_to_seconds(frame, rate), clip_frames=40)
    mixer = Mixer(plan_of(late, frames=frames, rate=rate))
    assert found_clicks(mixer.read_unclipped(7199 * 48000 - 500, 1000)) == [500]
    mixer.close()


@pytest.fixture(scope="module")
def two_hours(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Write two hours of silence with three clicks at each sample rate; return the files by sample rate."""
    folder = tmp_path_factory.mktemp("long")
    return {rate: long_clicks(folder / f"{rate}.wav", 7200, [1, 3599, 7199], rate) for rate in (48000, 44100)}
