"""Test of speed ramps and track levels on export: complete in `.otio`, elsewhere a mean speed and levels of
clips.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import RAMP, Easing, Effects, Keyframe
from milimo_tui.cut.values.ramps import replace_speed_ramp
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.interchange.files.flattening import flatten_bundle
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.files.writing import format_cut_files
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.formats import FORMATS, CutFormat
from tests.interchange.files.test_losses import lost, one_clip
from tests.interchange.strategies import IdCounter

EFFECTS = replace(
    replace_speed_ramp(Effects(), (Keyframe(0, 1.0, Easing.BOTH), Keyframe(30, 2.0))),
    keeps_pitch=True,
    blended=True,
)


def ramped() -> CutBundle:
    bundle = one_clip(effects=EFFECTS)
    tracks = tuple(replace(track, gain_db=-3.0) for track in bundle.cut.tracks)
    return replace(bundle, cut=replace(bundle.cut, tracks=tracks))


def the_clip(bundle: CutBundle) -> Clip:
    (clip,) = bundle.cut.clips
    return clip


def test_otio_file_contains_the_whole_ramp(tmp_path: Path) -> None:
    bundle = ramped()
    file = tmp_path / "film.otio"
    file.write_text(format_cut_files(bundle, FORMATS[CutFormat.OTIO], "film")[""], encoding="utf-8")
    back = read_cut_file(file, IdCounter(), Fraction(25)).bundle
    assert the_clip(back).effects == EFFECTS
    assert {track.gain_db for track in back.cut.tracks if track.name == "V1"} == {-3.0}
    assert lost(bundle, CutFormat.OTIO) == set()


def test_other_formats_use_a_mean_speed_and_clip_level_and_report_it() -> None:
    bundle = ramped()
    flat = the_clip(flatten_bundle(bundle))
    rate = bundle.cut.rate
    assert flat.effects.get_curve(RAMP) == ()
    assert 1 < flat.effects.speed < 2
    assert flat.gain_db == the_clip(bundle).gain_db - 3
    for one, other in zip(get_source_span(flat, rate), get_source_span(the_clip(bundle), rate), strict=True):
        assert float(abs(one - other)) < 1e-3
    for name in set(CutFormat) - {CutFormat.OTIO}:
        assert {"speed ramps", "levels of tracks", "kept pitch, blended frames"} <= lost(bundle, name)
        assert format_cut_files(bundle, FORMATS[name], "film")[""]
    assert Fraction(flat.effects.speed).denominator <= 10**6
