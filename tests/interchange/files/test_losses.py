"""Test of the table of features that each format cannot store: it is reported for a cut and matches the
exported file.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from milimo_tui.cut.values.cut import ClipSource, Marker, SourceKind
from milimo_tui.cut.values.effects import Effects, Title
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.sound_effects import make_sound_effect
from milimo_tui.interchange.files import losses
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.formats import FORMATS, CutFormat
from milimo_tui.interchange.xml import fcp7, fcpxml, mlt
from milimo_tui.studio.commands.cut.exchange import CutExportArgs, CutImportArgs
from milimo_tui.studio.registry.args import read_arguments
from tests.interchange.strategies import IdCounter, bundles
from tests.interchange.test_adapters import BEACH, long_cut

PAGE = Path(__file__).parents[3] / "docs" / "interchange.md"


def one_clip(**changed: object) -> CutBundle:
    """Return a cut with one clip of 50 frames on V1, with these fields changed."""
    bundle = long_cut(Fraction(25))
    clip = replace(bundle.cut.clips[0], frames=50, **changed)  # type: ignore[arg-type]
    return replace(bundle, cut=replace(bundle.cut, clips=(clip,)))


def lost(bundle: CutBundle, name: CutFormat) -> set[str]:
    return {loss.what for loss in losses.find_losses(bundle, FORMATS[name])}


def test_page_has_the_table() -> None:
    heads = [row.suffix for row in FORMATS.values()]
    lines = ["| | " + " | ".join(f"`{head}`" for head in heads) + " |", "| --- |" + " --- |" * len(heads)]
    for feature in losses.FEATURES:
        cells = (
            "yes" if feature.is_carried_by(name) else feature.instead.get(name, "no") for name in CutFormat
        )
        lines.append(f"| {feature.title} | " + " | ".join(cells) + " |")
    assert "\n".join(lines) in PAGE.read_text()


def test_table_names_existing_features_and_formats() -> None:
    assert set(FORMATS) == set(CutFormat)
    for feature in losses.FEATURES:
        assert not any(feature.is_carried_by(name) for name in feature.instead), feature.title


def test_command_help_names_every_suffix() -> None:
    helps = {args: read_arguments(args)["file"].description for args in (CutImportArgs, CutExportArgs)}
    assert all(row.suffix in helps[CutExportArgs] for row in FORMATS.values())
    assert all((row.suffix in helps[CutImportArgs]) is bool(row.reader) for row in FORMATS.values())


@given(bundles())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_cut_lists_its_losses_and_otio_has_none(bundle: CutBundle) -> None:
    assert losses.find_losses(bundle, FORMATS[CutFormat.OTIO]) == ()
    for name, kind in FORMATS.items():
        for loss in losses.find_losses(bundle, kind):
            assert loss.where
            assert loss.describe_loss().startswith(loss.what), name


@pytest.mark.parametrize(
    ("changed", "what", "carried_by"),
    [
        ({"opacity": 0.5}, "opacity", {"otio", "fcp7", "fcpxml"}),
        ({"fade_in": 5}, "fades", {"otio", "fcpxml"}),
        ({"source_in": Fraction(1, 3)}, "source times between two frames", {"otio"}),
        ({"effects": Effects(speed=Fraction(0))}, "freeze frames", set(FORMATS)),
        ({"effects": Effects(speed=Fraction(-1))}, "clips that run backwards", set(FORMATS)),
        ({"effects": Effects(flip_h=True)}, "flips", {"otio"}),
        ({"effects": Effects(chain=(make_sound_effect("eq"),))}, "sound effects", {"otio"}),
        ({"effects": Effects(lut="lut")}, "LUTs", {"otio"}),
        (
            {"effects": Effects(curves=(("x", (Keyframe(0, 0.5),)),))},
            "position, scale and rotation",
            {"otio", "fcpxml"},
        ),
        (
            {"effects": Effects(curves=(("blur", (Keyframe(0, 0.1), Keyframe(9, 0.0))),))},
            "keyframes",
            {"otio"},
        ),
        ({"source": ClipSource(SourceKind.SHOT, "shot")}, "shots and takes", {"otio"}),
    ],
)
def test_loss_is_reported_where_it_happens(
    changed: dict[str, object], what: str, carried_by: set[str]
) -> None:
    bundle = one_clip(**changed)
    assert {name for name in FORMATS if what not in lost(bundle, name)} == carried_by
    for loss in losses.find_losses(bundle, FORMATS[CutFormat.MLT]):
        if loss.what == what:
            assert loss.where == ("clip 0",)
            assert loss.as_json()["count"] == 1


def test_features_declared_for_fcpxml_are_read_again(tmp_path: Path) -> None:
    look = Effects(
        curves=(
            ("rotation", (Keyframe(0, 30.0),)),
            ("scale_x", (Keyframe(0, 2.0),)),
            ("x", (Keyframe(0, 0.25),)),
            ("y", (Keyframe(0, -0.5),)),
        )
    )
    bundle = one_clip(opacity=0.25, gain_db=-6.0, fade_in=5, fade_out=7, muted=True, effects=look)
    heard = {BEACH: replace(bundle.media[BEACH], channels=2)}
    marks = (
        Marker(id="m1", cut="cut", frame=3, text="here", done=True),
        Marker(id="m2", cut="cut", frame=9, clip=bundle.cut.clips[0].id, text="there"),
    )
    words = replace(
        bundle.cut.clips[0],
        id="t",
        track="V2",
        source=ClipSource(SourceKind.TITLE),
        effects=Effects(title=Title(text="Fin")),
    )
    cut = replace(bundle.cut, markers=marks, clips=(*bundle.cut.clips, words))
    path = tmp_path / "a.fcpxml"
    path.write_text(fcpxml.write_fcpxml(replace(bundle, cut=cut, media=heard)))
    back = read_cut_file(path, IdCounter(), Fraction(25)).bundle.cut
    [clip, title] = back.clips
    assert (clip.opacity, clip.gain_db, clip.fade_in, clip.fade_out, clip.muted) == (0.25, -6.0, 5, 7, True)
    assert clip.effects == look
    assert title.effects.title is not None
    assert (title.effects.title.text, title.frames) == ("Fin", 50)
    assert sorted((each.text, each.frame, bool(each.clip), each.done) for each in back.markers) == [
        ("here", 3, False, True),
        ("there", 9, True, False),
    ]


def test_features_declared_for_final_cut_7_are_read_again(tmp_path: Path) -> None:
    bundle = one_clip(opacity=0.25, gain_db=-6.0)
    heard = {BEACH: replace(bundle.media[BEACH], channels=2)}
    marks = (
        Marker(id="m1", cut="cut", frame=3, text="here"),
        Marker(id="m2", cut="cut", frame=9, clip=bundle.cut.clips[0].id, text="there"),
    )
    path = tmp_path / "a.xml"
    path.write_text(fcp7.write_fcp7(replace(bundle, cut=replace(bundle.cut, markers=marks), media=heard)))
    arrival = read_cut_file(path, IdCounter(), Fraction(25))
    back = arrival.bundle.cut
    [clip] = back.clips  # the sound is on its own track in the file and returns to the clip
    assert (clip.opacity, round(clip.gain_db, 2), clip.muted) == (0.25, -6.0, False)
    assert (back.width, back.height, arrival.sized) == (768, 512, True)
    assert sorted((each.text, each.frame, bool(each.clip)) for each in back.markers) == [
        ("here", 3, False),
        ("there", 9, True),
    ]


def test_picture_without_its_sound_in_the_file_is_silent(tmp_path: Path) -> None:
    bundle = one_clip(muted=True)
    music = replace(
        bundle.cut.clips[0], id="m", track="A1", source=ClipSource(SourceKind.ASSET, "wind"), muted=False
    )
    path = tmp_path / "a.xml"
    path.write_text(
        fcp7.write_fcp7(replace(bundle, cut=replace(bundle.cut, clips=(*bundle.cut.clips, music))))
    )
    picture, sound = read_cut_file(path, IdCounter(), Fraction(25)).bundle.cut.clips
    assert (picture.muted, sound.muted) == (True, False)


def test_kdenlive_keeps_markers_names_and_nested_cuts(tmp_path: Path) -> None:
    bundle = long_cut(Fraction(25))
    inner = replace(bundle.cut, id="inner", name="Inner")
    clip = replace(bundle.cut.clips[0], source=ClipSource(SourceKind.CUT, "inner"), frames=30)
    marks = (Marker(id="m1", cut="cut", frame=3, text="here"),)
    cut = replace(bundle.cut, clips=(clip,), markers=marks)
    texts = mlt.write_mlt(replace(bundle, cut=cut, cuts={"inner": inner}), "film", ".kdenlive")
    assert set(texts) == {"", "in 1 Inner"}
    assert "film.IN-1-INNER.kdenlive" in texts[""]
    path = tmp_path / "film.kdenlive"
    path.write_text(texts[""])
    back = read_cut_file(path, IdCounter(), Fraction(25)).bundle.cut
    assert [(each.text, each.frame) for each in back.markers] == [("here", 3)]
    assert [track.name for track in back.tracks] == ["V1", "V2", "A1"]
    assert (back.width, back.height) == (768, 512)


def test_positions_and_titles_of_fcpxml_are_read_in_the_size_of_their_own_sequence(tmp_path: Path) -> None:
    """The compound clip is upright, and the sequence around it is not. Their formats are two resources."""
    look = Effects(curves=(("x", (Keyframe(0, 0.25),)),))
    inner = one_clip(effects=look).cut
    words = replace(
        inner.clips[0],
        id="t",
        track="V2",
        source=ClipSource(SourceKind.TITLE),
        effects=Effects(title=Title(text="Fin", size=0.1)),
    )
    inner = replace(inner, id="inner", width=1080, height=1920, clips=(*inner.clips, words))
    outer = one_clip(source=ClipSource(SourceKind.CUT, "inner"), effects=look)
    path = tmp_path / "a.fcpxml"
    path.write_text(fcpxml.write_fcpxml(replace(outer, cuts={"inner": inner})))
    back = read_cut_file(path, IdCounter(), Fraction(25)).bundle
    [upright] = back.cuts.values()
    picture, title = upright.clips
    assert (upright.width, upright.height) == (1080, 1920)
    assert back.cut.clips[0].effects == picture.effects == look
    assert title.effects.title is not None
    assert title.effects.title.size == 0.1
