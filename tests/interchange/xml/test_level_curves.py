"""Test of level keys in files for other programs: the level of a clip after a round trip through each format,
and what `melt` plays.
"""

from __future__ import annotations

import shutil
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind
from milimo_tui.cut.values.effects import Effects, evaluate_curve
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.files.writing import format_cut_files
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.interchange.values.formats import FORMATS, CutFormat
from milimo_tui.interchange.values.level_curves import compute_level_curve, convert_gain_keys
from milimo_tui.interchange.xml import mlt
from tests.cli.mix.talk import write_samples
from tests.interchange.strategies import IdCounter
from tests.media.reading import read_sound
from tests.seen import melt

RATE, FRAMES, SAMPLE_RATE = Fraction(25), 100, 48000
WIND = ClipSource(SourceKind.ASSET, "wind")
READABLE = (CutFormat.FCP7, CutFormat.FCPXML, CutFormat.KDENLIVE)
KEYS = st.builds(
    Keyframe,
    st.integers(-20, FRAMES + 20),
    st.floats(-40, 6).map(lambda value: round(value, 1)),
    st.sampled_from(Easing),
)
CURVES = st.lists(KEYS, max_size=5, unique_by=lambda key: key.frame).map(
    lambda keys: tuple(sorted(keys, key=lambda key: key.frame))
)


def make_bundle(path: str, gain: float, curves: dict[str, Curve], source_in: int = 25) -> CutBundle:
    """Return a cut with one clip of a sound file on an audio track, which begins after a second."""
    kinds = {"V1": TrackKind.VIDEO, "A1": TrackKind.AUDIO}
    tracks = tuple(
        Track(id=name, cut="cut", name=name, kind=kind, order=order)
        for (name, kind), order in zip(kinds.items(), create_spread_keys(2), strict=True)
    )
    used = tuple(sorted((name, curve) for name, curve in curves.items() if curve))
    clip = Clip(
        id="clip",
        cut="cut",
        track="A1",
        source=WIND,
        frames=FRAMES,
        start=25,
        source_in=source_in / RATE,
        gain_db=gain,
        effects=Effects(curves=used),
    )
    cut = Cut(id="cut", name="Film", rate=RATE, width=64, height=48, tracks=tracks, clips=(clip,))
    medium = Medium(name="wind.wav", path=path, kind="sound", seconds=Fraction(10), channels=2)
    return CutBundle(cut=cut, media={WIND: medium})


def read_levels(clip: Clip) -> list[float]:
    """Return the level of a clip at each of its frames in dB. The softest parts all count as −50 dB."""
    curve = compute_level_curve(clip) or (Keyframe(0, 0.0),)
    return [max(-50.0, evaluate_curve(curve, frame)) for frame in range(FRAMES)]


@pytest.mark.parametrize("name", READABLE)
@given(gain=st.integers(-6, 6), volume=CURVES, ducking=CURVES)
@settings(max_examples=40, deadline=None)
def test_level_keys_survive_a_round_trip(name: CutFormat, gain: int, volume: Curve, ducking: Curve) -> None:
    bundle = make_bundle("/media/wind.wav", float(gain), {"volume": volume, "ducking": ducking})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"film{FORMATS[name].suffix}"
        file.write_text(format_cut_files(bundle, FORMATS[name], "film")[""], encoding="utf-8")
        back = read_cut_file(file, IdCounter(), RATE).bundle
    [clip] = back.cut.clips
    assert layout(back.cut).get_start(clip.id) == 25
    assert read_levels(clip) == pytest.approx(read_levels(bundle.cut.clips[0]), abs=0.35)


@given(
    gains=st.dictionaries(st.integers(0, 400), st.floats(0.002, 2), min_size=2, max_size=6),
)
def test_lines_of_a_linear_gain_become_keys_in_decibels(gains: dict[int, float]) -> None:
    curve = convert_gain_keys(gains)
    frames = range(min(gains), max(gains) + 1)
    exact = np.interp(frames, sorted(gains), [gains[frame] for frame in sorted(gains)])
    levels = [evaluate_curve(curve, frame) for frame in frames]
    assert levels == pytest.approx(20 * np.log10(exact), abs=0.15)
    assert len(curve) <= len(frames)


def test_melt_plays_the_levels(tmp_path: Path) -> None:
    program = shutil.which("melt")
    if program is None:
        pytest.skip("melt is not installed")
    tone = np.sin(2 * np.pi * 440 * np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE)
    path = tmp_path / "wind.wav"
    write_samples(path, np.stack([tone, tone]) * 0.5)
    ducking = (Keyframe(20, 0.0), Keyframe(30, -12.0), Keyframe(60, -12.0), Keyframe(80, -3.0))
    bundle = make_bundle(str(path), -3.0, {"ducking": ducking})
    (tmp_path / "film.mlt").write_text(mlt.write_mlt(bundle, "film", ".mlt")[""])
    target = tmp_path / "film.wav"
    melt.render(
        program, tmp_path / "film.mlt", target, "acodec=pcm_s16le", "vn=1", "ar=48000", "real_time=-1"
    )
    heard = read_sound(target, Fraction(0), 6 * SAMPLE_RATE)
    step = SAMPLE_RATE // int(RATE)
    for frame in (2, 15, 35, 50, 70, 90):
        part = heard[:, (25 + frame) * step : (26 + frame) * step]
        level = 20 * np.log10(np.sqrt(np.mean(np.square(part))) / (0.5 / np.sqrt(2)))
        # MLT goes from the level of the last frame to that of this frame.
        assert level == pytest.approx(evaluate_curve(ducking, frame - 0.5) - 3, abs=0.3), frame
