"""Test of OpenTimelineIO export and import: any cut comes back unchanged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings

from milimo_tui.cut.edit import edits
from milimo_tui.cut.notes import note_list
from milimo_tui.cut.notes.note_files import ReadNote
from milimo_tui.cut.values.cut import Cut
from milimo_tui.interchange.otio.otio_in import from_otio
from milimo_tui.interchange.otio.otio_out import to_otio
from milimo_tui.interchange.otio.otio_text import format_otio, read_otio
from milimo_tui.interchange.values.bundle import CutBundle
from tests.cut import films
from tests.interchange.fixed import RATE, film
from tests.interchange.strategies import IdCounter, bundles, told

FIXED = Path(__file__).parent / "data" / "film.otio"


@pytest.mark.long("files")
@given(bundles())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_feature_is_equal_after_a_round_trip(bundle: CutBundle) -> None:
    text = format_otio(to_otio(bundle))
    arrival = from_otio(read_otio(text), IdCounter())
    assert told(arrival.bundle) == told(bundle)
    assert arrival.notes == ()
    assert arrival.sized


@pytest.mark.long("files")
@given(bundles())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_foreign_data_is_written_back_unchanged(bundle: CutBundle) -> None:
    once = from_otio(read_otio(format_otio(to_otio(bundle))), IdCounter()).bundle
    twice = from_otio(read_otio(format_otio(to_otio(once))), IdCounter()).bundle
    assert format_otio(to_otio(twice)).count("\n") == format_otio(to_otio(once)).count("\n")
    assert told(twice) == told(bundle)


def test_reference_film_is_written_as_before_and_read_completely() -> None:
    assert format_otio(to_otio(film())) == FIXED.read_text()
    arrival = from_otio(read_otio(FIXED.read_text()), IdCounter())
    assert told(arrival.bundle) == told(film())
    assert len(arrival.bundle.cuts) == 1  # the nested cut is used by two clips and imported once


def test_standard_fields_of_otio_are_used_where_possible() -> None:
    timeline = otio.adapters.read_from_file(str(FIXED))
    v1, over, a1 = timeline.tracks
    assert [type(each).__name__ for each in v1] == [
        "Clip",
        "Transition",
        "Clip",
        "Gap",
        "Stack",
        "Transition",
        "Stack",
    ]
    assert (over.name, over.enabled, a1.enabled) == ("Over", False, False)
    assert abs(v1[0].source_range.duration.rate - float(RATE)) < 1e-9
    assert (v1[1].in_offset.value, v1[1].out_offset.value) == (6, 7)
    assert v1[2].effects[0].time_scalar == -1.5
    assert isinstance(over[1].effects[0], otio.schema.FreezeFrame)
    assert [(each.name, each.marked_range.start_time.value) for each in timeline.tracks.markers] == [
        ("turn", 25)
    ]
    assert v1[0].media_reference.target_url == "file:///media/ab/take.mov"
    assert v1[0].media_reference.metadata["milimo"]["shot"]["number"] == "3B"
    assert a1[1].media_reference.target_url == "file:///media/wind.wav"


def test_changes_by_another_program_are_read() -> None:
    timeline = read_otio(FIXED.read_text())
    clip = timeline.tracks[0][2]
    start = clip.source_range.start_time
    clip.source_range = otio.opentime.TimeRange(
        start + otio.opentime.RationalTime(10, start.rate), otio.opentime.RationalTime(70, start.rate)
    )
    clip.effects[0].time_scalar = 0.5
    changed = from_otio(timeline, IdCounter()).bundle.cut.clips[1]
    before = film().cut.clips[1]
    assert changed.frames == 70
    assert changed.effects.speed * 2 == 1
    assert abs(changed.source_in - before.source_in - 10 / RATE) < 1e-6
    assert changed.fade_out == before.fade_out


def test_links_groups_sync_locks_notes_and_answers_are_kept() -> None:
    new_id = films.minter()
    cut = films.film(new_id, "A:40 B:40")
    cut = edits.detach_sound(cut, films.clip_of(cut, "A").id, new_id=new_id)
    cut = edits.group_clips(cut, [films.clip_of(cut, "A").id, films.clip_of(cut, "B").id], new_id=new_id)
    cut = edits.set_track(cut, films.track_of(cut, "A2").id, sync_lock=True)
    cut = note_list.add_notes(
        cut, [ReadNote(frame=9, words="longer", author="Anna", colour="red")], new_id=new_id
    )
    cut = note_list.add_reply(cut, cut.markers[0].id, "it is", "Tom", new_id=new_id)

    def back(text: str) -> Cut:
        return from_otio(read_otio(text), IdCounter()).bundle.cut

    text = format_otio(to_otio(CutBundle(cut=cut, media={})))
    there = back(text)
    assert films.broken_rules(there) == []
    assert [(clip.link, clip.group) for clip in there.clips] == [
        (clip.link, clip.group) for clip in cut.clips
    ]
    assert [track.sync_lock for track in there.tracks] == [track.sync_lock for track in cut.tracks]
    note, answer = there.markers
    assert (note.kind, note.author, note.text, note.colour) == ("note", "Anna", "longer", "red")
    assert (answer.parent, answer.author, answer.text) == (note.id, "Tom", "it is")
    (sound,) = [clip for clip in cut.clips if clip.anchor]
    alone = back(
        format_otio(to_otio(CutBundle(cut=edits.unlink_clips(cut, sound.id, new_id=new_id), media={})))
    )
    assert {clip.link for clip in alone.clips} == {""}
    cut_off = replace(cut, clips=tuple(clip for clip in cut.clips if clip is not sound))
    assert {clip.link for clip in back(format_otio(to_otio(CutBundle(cut=cut_off, media={})))).clips} == {""}
