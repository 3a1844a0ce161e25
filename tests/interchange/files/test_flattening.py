"""Ramps and levels of tracks on their way out: whole in `.otio`, elsewhere a mean speed and clip levels."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import RAMP, Easing, Effects, Key
from milimo_tui.cut.values.ramps import with_ramp
from milimo_tui.cut.values.timing import span
from milimo_tui.interchange.files.flattening import flattened
from milimo_tui.interchange.files.reading import read
from milimo_tui.interchange.files.writing import write
from milimo_tui.interchange.values.bundle import Bundle
from milimo_tui.interchange.values.formats import FORMATS
from tests.interchange.files.test_losses import lost, one_clip
from tests.interchange.strategies import Minting

EFFECTS = replace(
    with_ramp(Effects(), (Key(0, 1.0, Easing.BOTH), Key(30, 2.0))), keeps_pitch=True, blended=True
)


def ramped() -> Bundle:
    bundle = one_clip(effects=EFFECTS)
    tracks = tuple(replace(track, gain_db=-3.0) for track in bundle.cut.tracks)
    return replace(bundle, cut=replace(bundle.cut, tracks=tracks))


def the_clip(bundle: Bundle) -> Clip:
    (clip,) = bundle.cut.clips
    return clip


def test_an_otio_holds_all_of_it(tmp_path: Path) -> None:
    bundle = ramped()
    file = tmp_path / "film.otio"
    file.write_text(write(bundle, FORMATS["otio"], "film")[""], encoding="utf-8")
    back = read(file, Minting(), Fraction(25)).bundle
    assert the_clip(back).effects == EFFECTS
    assert {track.gain_db for track in back.cut.tracks if track.name == "V1"} == {-3.0}
    assert lost(bundle, "otio") == set()


def test_others_have_a_mean_speed_and_the_level_on_the_clip_and_say_so() -> None:
    bundle = ramped()
    flat = the_clip(flattened(bundle))
    rate = bundle.cut.rate
    assert flat.effects.curve(RAMP) == ()
    assert 1 < flat.effects.speed < 2
    assert flat.gain_db == the_clip(bundle).gain_db - 3
    for one, other in zip(span(flat, rate), span(the_clip(bundle), rate), strict=True):
        assert float(abs(one - other)) < 1e-3
    for name in ("edl", "fcp7", "fcpxml", "kdenlive", "mlt"):
        assert {"speed ramps", "levels of tracks", "kept pitch, blended frames"} <= lost(bundle, name)
        assert write(bundle, FORMATS[name], "film")[""]
    assert Fraction(flat.effects.speed).denominator <= 10**6
