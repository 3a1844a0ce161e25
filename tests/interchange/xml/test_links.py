"""Test of links in Final Cut Pro 7 XML, as Premiere and Resolve read them, and of on and off switches set by
other programs.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind, TrackKind
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutArrival, CutBundle
from milimo_tui.interchange.xml import fcp7, fcpxml, mlt
from tests.interchange.strategies import IdCounter
from tests.interchange.test_adapters import BEACH, MEDIA, WIND, long_cut

RATE = Fraction(25)
HEARD = {**MEDIA, BEACH: replace(MEDIA[BEACH], channels=2)}


def l_cut() -> CutBundle:
    """Return a cut with an L cut: V1 has a picture with its own sound, then a picture whose linked sound
    continues for ten frames on A1.
    """
    cut = long_cut(RATE).cut
    first = replace(cut.clips[0], frames=50, start=0)
    second = replace(first, id="p", start=50, muted=True, link="link_1", label="later")
    sound = replace(second, id="s", track="A1", frames=60, muted=False)
    return CutBundle(cut=replace(cut, clips=(first, second, sound)), media=HEARD)


def back(folder: Path, text: str, suffix: str = ".xml") -> CutArrival:
    path = folder / f"film{suffix}"
    path.write_text(text)
    return read_cut_file(path, IdCounter(), RATE)


def places(cut: Cut) -> list[tuple[str, int, int, str]]:
    laid_out = layout(cut)
    return [
        (track.name, each.start, each.end, each.clip.link)
        for track in laid_out.tracks
        for each in laid_out.get_row(track.id)
    ]


def test_each_item_names_all_linked_items_by_position() -> None:
    root = ElementTree.fromstring(fcp7.write_fcp7(l_cut()))
    found: dict[str, tuple[str, int, int]] = {}
    for kind in ("video", "audio"):
        for index, track in enumerate(root.findall(f"sequence/media/{kind}/track")):
            for number, item in enumerate(track.findall("clipitem")):
                found[item.get("id", "")] = kind, index + 1, number + 1
    assert found == {
        "clipitem-1": ("video", 1, 1),
        "clipitem-2": ("video", 1, 2),
        "clipitem-3": ("audio", 1, 1),
        "clipitem-4": ("audio", 2, 1),
    }
    for own, mates in (("1", "14"), ("4", "14"), ("2", "23"), ("3", "23")):
        item = next(each for each in root.iter("clipitem") if each.get("id") == f"clipitem-{own}")
        links = item.findall("link")
        assert [each.findtext("linkclipref") for each in links] == [f"clipitem-{mate}" for mate in mates]
        for link in links:
            kind, place, count = found[link.findtext("linkclipref") or ""]
            assert (link.findtext("mediatype"), link.findtext("trackindex")) == (kind, str(place))
            assert link.findtext("clipindex") == str(count)
            assert link.findtext("groupindex") == ("1" if kind == "audio" else None)


def test_single_clip_has_no_link() -> None:
    bundle = l_cut()
    mute = tuple(replace(clip, muted=True, link="") for clip in bundle.cut.clips)
    root = ElementTree.fromstring(fcp7.write_fcp7(replace(bundle, cut=replace(bundle.cut, clips=mute))))
    assert list(root.iter("link")) == []


@pytest.mark.parametrize("suffix", [".xml", ".fcpxml"])
def test_linked_sound_is_linked_to_its_picture_after_reading(tmp_path: Path, suffix: str) -> None:
    text = fcp7.write_fcp7(l_cut()) if suffix == ".xml" else fcpxml.write_fcpxml(l_cut())
    cut = back(tmp_path, text, suffix).bundle.cut
    assert [each[:3] for each in places(cut)] == [("V1", 0, 50), ("V1", 50, 100), ("A1", 50, 110)]
    alone, picture, sound = (link for *_, link in places(cut))
    assert alone == ""
    assert picture == sound != ""
    hung = next(clip for clip in cut.clips if clip.track != cut.clips[0].track)
    assert [clip.label for clip in cut.clips if clip.id == hung.anchor] == ["later"]


def edited(text: str, change: dict[str, str], tag: str, at: int) -> str:
    root = ElementTree.fromstring(text)
    item: Element = list(root.iter(tag))[at]
    for name, value in change.items():
        there = item.find(name)
        (there if there is not None else ElementTree.SubElement(item, name)).text = value
    return ElementTree.tostring(root, encoding="unicode")


def test_broken_links_are_ignored(tmp_path: Path) -> None:
    text = fcp7.write_fcp7(l_cut()).replace("<linkclipref>clipitem-3<", "<linkclipref>clipitem-99<")
    text = text.replace("<linkclipref>clipitem-2<", "<linkclipref><")
    assert {link for *_, link in places(back(tmp_path, text).bundle.cut)} == {""}


def test_track_switches_are_read_again(tmp_path: Path) -> None:
    bundle = l_cut()
    music = replace(bundle.cut.clips[0], id="m", track="A1", source=WIND, start=200, muted=True)
    tracks = tuple(
        replace(track, muted=True, locked=True)
        if track.kind is TrackKind.AUDIO
        else replace(track, hidden=True)
        for track in bundle.cut.tracks
    )
    cut = replace(bundle.cut, tracks=tracks, clips=(*bundle.cut.clips, music))
    there = back(tmp_path, fcp7.write_fcp7(replace(bundle, cut=cut))).bundle.cut
    assert [
        (each.name, each.hidden, each.muted, each.locked) for each in there.tracks if each.name != "V2"
    ] == [
        ("V1", True, False, False),
        ("A1", False, True, True),
    ]
    assert [clip.muted for clip in there.clips if clip.start == 200] == [True]


@pytest.mark.parametrize("suffix", [".xml", ".fcpxml"])
def test_disabled_picture_is_not_seen_and_reported(tmp_path: Path, suffix: str) -> None:
    if suffix == ".xml":
        text = edited(fcp7.write_fcp7(l_cut()), {"enabled": "FALSE"}, "clipitem", 0)
    else:
        text = fcpxml.write_fcpxml(l_cut()).replace(
            '<asset-clip ref="r2"', '<asset-clip enabled="0" ref="r2"', 1
        )
    arrival = back(tmp_path, text, suffix)
    # In the older format the sound is a separate item, which is switched on
    first = arrival.bundle.cut.clips[0]
    assert (first.opacity, first.muted) == (0.0, suffix == ".fcpxml")
    assert any("“clip 0” is disabled in the file" in note for note in arrival.notes)


def nested(*, muted: bool) -> CutBundle:
    """Return a cut that contains another cut with sound."""
    bundle = l_cut()
    inner = replace(bundle.cut, id="inner", name="Inner", clips=bundle.cut.clips[:1])
    clip = replace(
        bundle.cut.clips[0], source=ClipSource(SourceKind.CUT, "inner"), label="", muted=muted, frames=40
    )
    return replace(bundle, cut=replace(bundle.cut, clips=(clip,)), cuts={"inner": inner})


@pytest.mark.parametrize("muted", [True, False])
@pytest.mark.parametrize("suffix", [".xml", ".fcpxml"])
def test_nested_cut_is_audible_unless_muted(tmp_path: Path, suffix: str, muted: bool) -> None:
    bundle = nested(muted=muted)
    text = fcp7.write_fcp7(bundle) if suffix == ".xml" else fcpxml.write_fcpxml(bundle)
    if suffix == ".xml":
        matches = ElementTree.fromstring(text).findall("sequence/media/audio/track/clipitem")
        assert [len(each.findall("link")) for each in matches] == ([] if muted else [2])
    [clip] = back(tmp_path, text, suffix).bundle.cut.clips
    assert (clip.source.kind, clip.muted) == (SourceKind.CUT, muted)


def test_nested_cut_is_audible_in_mlt() -> None:
    text = mlt.write_mlt(nested(muted=False), "film", ".mlt")[""]
    assert text.count('producer="producer0"') == 3  # used in the bin, for the picture and for the sound
