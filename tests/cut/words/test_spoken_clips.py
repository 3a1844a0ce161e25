"""Test the choice of the clip whose words are shown: selected clips, and the order under the playhead."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.ids import new_id
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind, create_trackless_clip
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.cut.words.spoken_clips import CutPlace, list_likely_speech


def make_cut() -> Cut:
    """Return a cut with an interview on V1, its lavalier on A1 and a sound without a role on A2."""
    cut = create_cut("Talk", new_id=new_id)
    for track, name in zip((cut.tracks[0], *cut.tracks[2:4]), ("talk", "lavalier", "theme"), strict=True):
        clip = create_trackless_clip(ClipSource(SourceKind.ASSET, name), 100)
        cut = edits.overwrite_clip(cut, track.id, 0, clip, new_id=new_id)
    return cut


def list_sources(cut: Cut, place: CutPlace) -> list[str]:
    return [each.clip.source.ref for each in list_likely_speech(layout(cut), place)]


def test_clip_of_the_current_track_is_first() -> None:
    cut = make_cut()
    assert list_sources(cut, CutPlace(0)) == ["talk", "lavalier", "theme"]
    assert list_sources(cut, CutPlace(50, cut.tracks[2].id)) == ["lavalier", "talk", "theme"]
    assert list_sources(cut, CutPlace(100, cut.tracks[3].id)) == ["theme", "talk", "lavalier"]


def test_selected_clips_replace_those_under_the_playhead() -> None:
    cut = make_cut()
    (theme,) = (clip.id for clip in cut.clips if clip.source.ref == "theme")
    assert list_sources(cut, CutPlace(0, cut.tracks[2].id, (theme,))) == ["theme"]


def test_music_and_muted_tracks_are_last() -> None:
    cut = make_cut()
    for changes in ({"role": MixRole.MUSIC}, {"name": "Music"}, {"muted": True}):
        tracks = tuple(replace(each, **changes) if each.name == "A2" else each for each in cut.tracks)
        changed = replace(cut, tracks=tracks)
        assert list_sources(changed, CutPlace(0, cut.tracks[3].id)) == ["talk", "lavalier", "theme"]


def test_picture_and_its_linked_sound_are_listed_once() -> None:
    cut = make_cut()
    cut = edits.detach_sound(cut, cut.clips[0].id, new_id=new_id)
    assert list_sources(cut, CutPlace(0)).count("talk") == 1
