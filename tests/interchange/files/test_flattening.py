"""Test of speed ramps and track levels on export: complete in `.otio`, elsewhere a mean speed and levels of
clips.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.cut.edit import edits
from milimo_tui.cut.sound import mixing
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import RAMP, Effects, evaluate_curve
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.ramps import replace_speed_ramp
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.interchange.files.flattening import flatten_bundle
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.files.writing import format_cut_files
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.formats import FORMATS, CutFormat
from milimo_tui.interchange.values.level_curves import compute_level_curve
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
        levels = "levels of tracks, buses and the master, with their keyframes"
        expected = {"speed ramps", levels, "kept pitch, blended frames"}
        assert expected <= lost(bundle, name)
        assert format_cut_files(bundle, FORMATS[name], "film")[""]
    assert Fraction(flat.effects.speed).denominator <= 10**6


@pytest.mark.parametrize("name", sorted(set(CutFormat) - {CutFormat.OTIO}))
def test_levels_of_buses_are_on_the_clips_and_the_rest_of_the_mixer_is_reported(name: CutFormat) -> None:
    bundle = one_clip()
    cut = mixing.add_bus(bundle.cut, "Music", new_id=IdCounter())
    bus, track = cut.buses[0].id, the_clip(bundle).track
    cut = mixing.set_strip(cut, bus, gain_db=-6.0)
    cut = mixing.set_strip(cut, track, gain_db=-3.0, pan=0.5, bus=bus)
    cut = mixing.set_strip(cut, cut.id, gain_db=-1.0)
    cut = mixing.set_automation(cut, bus, "volume", (Keyframe(0, 0.0), Keyframe(9, -9.0)))
    cut = edits.set_curve(cut, the_clip(bundle).id, "ducking", (Keyframe(0, -2.0),))
    mixed = replace(bundle, cut=cut)
    flat = the_clip(flatten_bundle(mixed))
    assert flat.gain_db == the_clip(bundle).gain_db - 10
    found = lost(mixed, name)
    assert "roles, buses, pan, sends and effects of tracks" in found
    assert "levels of tracks, buses and the master, with their keyframes" in found
    assert format_cut_files(mixed, FORMATS[name], "film")[""]
    assert [evaluate_curve(compute_level_curve(flat), frame) for frame in (0, 9)] == [
        the_clip(bundle).gain_db - 12,
        the_clip(bundle).gain_db - 21,
    ]
    assert ("gain" in found) is (name is CutFormat.EDL)
