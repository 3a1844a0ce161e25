"""Test cuts written as text."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.compare.cut_text import OutsideFacts, format_cut
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Marker
from tests.cut import films
from tests.cut.films import clip_of, film, minter, track_of


def test_cut_is_written_as_readable_text() -> None:
    new_id = minter()
    cut = film(new_id)
    v1 = track_of(cut, "V1").id
    cut = edits.append_clip(cut, v1, edits.create_trackless_clip(films.shot("s1"), 121), new_id=new_id)
    cut = edits.append_clip(
        cut, v1, edits.create_trackless_clip(films.shot("s2"), 50, Fraction(1, 2)), new_id=new_id
    )
    cut = edits.insert_gap(cut, v1, 121, 12, new_id=new_id)
    cut = films.on(cut, "V2", 140, "rain", 20, new_id=new_id, connected=True)
    cut = edits.set_clip(cut, clip_of(cut, "rain").id, opacity=0.4, fade_in=5, muted=True)
    cut = films.on(cut, "A1", 0, "tone", 183, new_id=new_id)
    cut = edits.set_clip(cut, clip_of(cut, "tone").id, gain_db=-6)
    cut = edits.set_track(cut, track_of(cut, "A2").id, muted=True, locked=True)
    cut = edits.add_marker(cut, 4, new_id=new_id, clip=clip_of(cut, "rain").id, text="thunder")
    cut = edits.add_marker(cut, 8, new_id=new_id, name="a")
    assert format_cut(cut, OutsideFacts({"s1": "1A", "s2": "1B"})) == (
        "Test: 00:00:07:08 (183 frames, 0:07) at 25 fps, 768×512\n"
        "\n"
        "V2\n"
        "  00:00:05:15      20 f  rain  from 10 s  on 1B+7  opacity 40%  fades 5/0  muted\n"
        "\n"
        "V1  magnetic\n"
        "  00:00:00:00     121 f  1A\n"
        "  00:00:04:21      12 f  (gap)\n"
        "  00:00:05:08      50 f  1B  from 0.5 s\n"
        "\n"
        "A1\n"
        "  00:00:00:00     183 f  tone  from 10 s  gain -6 dB\n"
        "\n"
        "A2  muted, locked\n"
        "\n"
        "Markers\n"
        "  00:00:00:08  'a\n"
        "  00:00:05:19  thunder  on rain\n"
    )


def test_text_without_starts_changes_only_the_lines_of_a_ripple() -> None:
    new_id = minter()
    cut = film(new_id, "A:50 B:50 C:50")
    cut = films.on(cut, "V2", 60, "rain", 20, new_id=new_id, connected=True)
    cut = films.on(cut, "A1", 10, "tone", 30, new_id=new_id)
    cut = films.on(cut, "A1", 50, "bell", 30, new_id=new_id)
    cut = edits.add_marker(cut, 5, new_id=new_id, clip=clip_of(cut, "C").id, text="thunder")
    before = format_cut(cut, OutsideFacts(), starts=False).splitlines()
    assert before[2:4] == ["V2", "      20 f  rain  from 10 s  on B+10"]
    a1 = before.index("A1")
    assert [line.split("  from")[0].strip() for line in before[a1 + 1 : a1 + 5]] == [
        "10 f  (empty)",
        "30 f  tone",
        "10 f  (empty)",
        "30 f  bell",
    ]
    assert before[-1] == "  on C+5  thunder"
    after = format_cut(
        edits.trim_clip_out(cut, clip_of(cut, "A").id, -7, new_id=new_id), OutsideFacts(), starts=False
    ).splitlines()
    told = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new.split(":")[0].strip() for _, new in told] == ["Test", "43 f  A  from 10 s"]


def test_frozen_cut_is_marked_and_hidden_markers_are_left_out() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    cut = edits.add_marker(cut, 2, new_id=new_id, clip=clip_of(cut, "A").id, text="gone for now")
    cut = edits.trim_clip_in(cut, clip_of(cut, "A").id, 5, new_id=new_id)
    text = format_cut(replace(cut, frozen=True), OutsideFacts())
    assert text.startswith("Test: 00:00:00:05 (5 frames, 0:00) at 25 fps, 768×512, frozen\n")
    assert "Markers" not in text


def test_additional_facts_are_written_next_to_the_cut() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:10")
    cut = edits.detach_sound(cut, clip_of(cut, "A").id, new_id=new_id)
    b = clip_of(cut, "B").id
    cut = edits.group_clips(cut, [clip_of(cut, "A").id, b], new_id=new_id)
    cut = edits.set_track(cut, track_of(cut, "A2").id, sync_lock=True)
    note = Marker(id="n1", cut=cut.id, frame=3, text="darker", kind="note", author="Ada", colour="red")
    cut = replace(cut, markers=(replace(note, id="n2", text="it is now", author="Bo", parent="n1"), note))
    words = "Rain hammers the tin roofs of the market all through the night."
    facts = OutsideFacts({"A": "1A", "B": "rain.mov"}, {"A": words}, {b: "offline"})
    lines = [line.strip() for line in format_cut(cut, facts).splitlines()]
    assert lines[4:] == [
        "V1  magnetic",
        "00:00:00:00      10 f  A  “Rain hammers the tin roofs of the …”  from 10 s  muted",
        "00:00:00:10      10 f  B  OFFLINE  from 10 s  grouped with A on V1",
        "",
        "A1",
        "00:00:00:00      10 f  A  “Rain hammers the tin roofs of the …”  from 10 s  on A+0"
        "  linked with A on V1",
        "",
        "A2  sync lock",
        "",
        "Markers",
        "00:00:00:03  Ada: darker  red",
        "↳ Bo: it is now",
    ]
