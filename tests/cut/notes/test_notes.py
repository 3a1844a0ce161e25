"""Test review notes: read from text, tables and EDLs, answered, ticked off, and moved from cut to cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_timecode, get_timecode_base
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow.reframing import convert_cut_format
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes import note_files, note_list
from milimo_tui.cut.notes.marker_colours import (
    MARKER_COLOURS,
    PLAIN_COLOUR,
    MarkerColour,
    convert_foreign_colour,
)
from milimo_tui.cut.notes.note_files import Kind, ReadNote
from milimo_tui.cut.notes.note_texts import format_note_file
from milimo_tui.cut.notes.note_transfer import on_clips, transfer_notes
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind
from tests.cut import films, strategies
from tests.cut.films import clip_of, track_of

PAL = Fraction(25)
NAMES = {name: name for name in "ABCD"}


def heard(
    text: str, kind: Kind = "text", rate: Fraction = PAL, length: int = 25 * 600
) -> list[tuple[int, str]]:
    return [(note.frame, note.words) for note in note_files.read_notes(text, kind, rate, length).notes]


def test_free_lines_of_text_are_read() -> None:
    text = """Notes on the cut of Tuesday

00:00:04:00 hold on her eyes
- [00:01:12:08] – cut earlier
   on the door
1:30 the rain is too loud
00:02:00:00 - 00:02:04:00: lose this
3) 2:10.5, again   — Anna
    ↳ done, see v2  — Tom
300f [x] black frame

Best, Anna
"""
    read = note_files.read_notes(text, "text", PAL, 25 * 600)
    assert [(note.frame, note.words) for note in read.notes] == [
        (100, "hold on her eyes"),
        (1808, "cut earlier on the door"),
        (2250, "the rain is too loud"),
        (3000, "lose this"),
        (3263, "again"),
        (3263, "done, see v2"),
        (300, "black frame"),
    ]
    assert [(note.author, note.answers) for note in read.notes[4:6]] == [("Anna", None), ("Tom", 4)]
    assert read.notes[6].done
    assert [(problem.split(":")[0], problem.split("“")[1]) for problem in read.problems] == [
        ("line 1", "Notes on the cut of Tuesday”"),
        ("line 12", "Best, Anna”"),
    ]


def test_short_times_are_clock_times_unless_the_film_is_shorter() -> None:
    assert heard("0:10 a\n0:20 b") == [(250, "a"), (500, "b")]
    read = note_files.read_notes("02:10 a\n07:00 b", "text", PAL, 200)  # a film of eight seconds
    assert [note.frame for note in read.notes] == [60, 175]
    assert "without hours" in read.remarks[0]
    assert heard("00:01:10 a", length=25 * 60 * 60 * 3) == [(1750, "a")]


def test_timecodes_from_an_hour_and_odd_rates_are_read() -> None:
    read = note_files.read_notes("01:00:10:00 a\n01:01:00:00 b", "text", PAL, 25 * 600)
    assert [note.frame for note in read.notes] == [250, 1500]
    [remark] = read.remarks
    assert "01:00:00:00" in remark
    for rate in (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(25, 2)):
        for frame in (0, 1799, 1800, 40_001):
            assert heard(f"{format_timecode(frame, rate)} x", rate=rate, length=10**6) == [(frame, "x")]
    drop = Fraction(30000, 1001)
    # The time is written as non-drop timecode
    assert heard("00:01:00:00 x", rate=drop, length=10**6) == [(1800, "x")]


def test_tape_starts_at_the_hour_with_most_notes_in_the_film() -> None:
    read = note_files.read_notes("00:59:58:00 slate\n01:00:01:00 a\n01:00:02:00 b", "text", PAL, 1000)
    assert [(note.frame, note.words) for note in read.notes] == [(25, "a"), (50, "b")]
    [problem] = read.problems
    assert problem.startswith("line 1: 00:59:58:00 ")
    assert problem.endswith(" 01:00:00:00")
    stray = note_files.read_notes("00:00:01:00 a\n99:00:00:00 b", "text", PAL, 1000)
    assert [(note.frame, stray.remarks) for note in stray.notes] == [(25, ())]
    # One hour of timecode at this rate is 86,400 frames, which takes longer than an hour of real time
    slow = Fraction(24000, 1001)
    assert heard("01:00:01:00 a", rate=slow, length=1000) == [(24, "a")]


def test_time_after_the_end_is_reported_by_line_and_the_rest_imported() -> None:
    read = note_files.read_notes("00:00:01:00 a\n00:00:59:00 b\n", "text", PAL, 100)
    assert [note.words for note in read.notes] == ["a"]
    [problem] = read.problems
    assert problem.startswith("line 2: 00:00:59:00 ")
    assert problem.endswith(" 00:00:04:00")


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("nothing of use", "text", "no notes in it"),
        ("", "text", "no notes in it"),
        ("", "csv", "table is empty"),
        ("\0\1", "csv", "not a text"),
        ("Comment,Name\nx,y\n", "csv", "no column “timecode”"),
        ("Timecode,Colour\n1,red\n", "csv", "no column “note”"),
        ("TITLE: x\n", "edl", "no notes in it"),
        ("00:99:00:00 x", "text", "not a timecode"),
    ],
)
def test_file_without_notes_is_refused_in_one_sentence(text: str, kind: Kind, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        note_files.read_notes(text, kind, PAL, 1000)


def test_tables_are_recognised_by_their_column_names() -> None:
    frame_io = 'Comment ID,Commenter,Timecode,Comment,Completed\n1,Anna,00:00:04:00,"hold, please",true\n'
    read = note_files.read_notes(frame_io, "csv", PAL, 1000)
    assert read.notes == (ReadNote(frame=100, words="hold, please", author="Anna", done=True),)
    premiere = "Marker Name\tDescription\tIn\tOut\tMarker Color\nEyes\thold\t00:00:04:00\t00:00:04:01\tRed\n"
    assert note_files.read_notes(premiere, "csv", PAL, 1000).notes[0] == ReadNote(
        frame=100, words="Eyes: hold", colour="red"
    )
    assert heard("frame;text\n17;x\n", "csv") == [(17, "x")]
    text = 'Nr;Reviewer name;Time (frames);Comment text\r\n1;Anna;17;"two\r\nlines"\r\n;;;x\r\n;;bad;y\r\n'
    read = note_files.read_notes(text, "csv", PAL, 1000, "odd.csv")
    assert read.notes == (ReadNote(frame=17, words="two lines", author="Anna"),)
    assert read.problems[0].startswith("odd.csv:4: ")
    assert read.problems[0].endswith("“x”")
    assert read.problems[1].startswith("odd.csv:5: ")
    assert heard("Time code (HH:MM:SS:FF),Feedback\n00:00:04:00,x\n", "csv") == [(100, "x")]
    assert heard("Seconds,Note\n1.5,x\n", "csv") == [(38, "x")]
    assert heard("TC In\tTC Out\tNote\r\n00:00:04:00\t00:00:05:00\tx\r\n", "csv") == [(100, "x")]
    assert heard("sep=;\r\nTimecode;Comment\r\n00:00:04:00;x\r\n", "csv") == [(100, "x")]
    assert note_files.decode_note_file("Timecode\tNote\n".encode("utf-16")).startswith("Timecode")
    assert note_files.decode_note_file("caf\xe9".encode("cp1252")) == "café"


def test_edl_markers_of_avid_and_resolve_are_read() -> None:
    text = """TITLE: Film
FCM: NON-DROP FRAME

001  AX       V     C        00:00:00:00 00:00:10:00 01:00:00:00 01:00:10:00
* FROM CLIP NAME:  3B
* LOC: 01:00:04:00 RED     HOLD ON HER EYES
* LOC: 01:00:06:00 GREEN
002  001      V     C        01:00:08:00 01:00:08:01 01:00:08:00 01:00:08:01
 |C:ResolveColorBlue |M:too dark |D:1
"""
    read = note_files.read_notes(text, "edl", PAL, 1000)
    assert [(note.frame, note.words, note.colour) for note in read.notes] == [
        (100, "HOLD ON HER EYES", "red"),
        (150, "", "green"),
        (200, "too dark", "blue"),
    ]


def test_resolve_marker_has_notes_and_a_name_unless_generated() -> None:
    text = """TITLE: Film
FCM: NON-DROP FRAME
001  001      V     C        00:00:08:00 00:00:08:01 00:00:08:00 00:00:08:01
her eyes |C:ResolveColorBlue |M:Marker 1 |D:1
002  001      V     C        00:00:09:00 00:00:09:01 00:00:09:00 00:00:09:01
her hands |C:ResolveColorBlue |M:close |D:1
003  001      V     C        00:00:10:00 00:00:10:01 00:00:10:00 00:00:10:01
 |C:ResolveColorBlue |M:Marker 3 |D:1
"""
    assert heard(text, "edl") == [(200, "her eyes"), (225, "close: her hands"), (250, "Marker 3")]
    assert heard("Name,Notes,Record In\nMarker 1,x,00:00:02:00\n", "csv") == [(50, "x")]


def test_edl_with_semicolons_counts_drop_frame() -> None:
    text = "001 AX V C 00:01:00;02 00:01:00;03 00:01:00;02 00:01:00;03\n |C:ResolveColorRed |M:x |D:1\n"
    assert heard(text, "edl", rate=Fraction(30000, 1001), length=10_000) == [(1800, "x")]


def test_marker_list_of_avid_is_read() -> None:
    read = note_files.read_notes(
        "Ada\t01:00:02:10\tV1\tred\tHold on\r\nTom\t01:00:03:00\tV1\tblue\tcut\t1\r\n", "text", PAL, 1000
    )
    assert [(note.frame, note.words, note.author, note.colour) for note in read.notes] == [
        (60, "Hold on", "Ada", "red"),
        (75, "cut", "Tom", "blue"),
    ]


words = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 5000), words, words, st.booleans(), st.sampled_from(["", *MarkerColour])),
        max_size=5,
    ),
    st.sampled_from(["csv", "edl"]),
    st.sampled_from(strategies.RATES),
)
def test_written_notes_are_read_again(
    rows: list[tuple[int, str, str, bool, str]], kind: Kind, rate: Fraction
) -> None:
    new_id = films.minter()
    cut = replace(films.film(new_id, "A:6000"), rate=rate)
    wanted = [ReadNote(frame=f, words=w, author=a, done=d, colour=c) for f, w, a, d, c in rows if w and a]
    cut = note_list.add_notes(cut, wanted, new_id=new_id)
    found = note_list.list_threads(layout(cut))
    text = format_note_file(cut, found, kind, lambda thread: "")
    if not wanted:
        return
    back = note_files.read_notes(text, kind, rate, 10**7).notes
    assert [note.frame for note in back] == [thread.frame for thread in found]
    if kind == "edl":
        said = [(note.words, note.author, note.colour) for note in back]
        assert said == [
            (thread.marker.text, thread.marker.author, thread.marker.colour or "green") for thread in found
        ]
    if kind == "csv":
        told = [(note.words, note.author, note.done, note.colour) for note in back]
        marks = [thread.marker for thread in found]
        assert told == [(each.text, each.author, each.done, each.colour) for each in marks]


def test_edl_gets_the_nearest_colour_number() -> None:
    new_id = films.minter()
    cut = note_list.add_notes(
        films.film(new_id, "A:600"), [ReadNote(frame=30, words="x", colour="#fe6001")], new_id=new_id
    )
    text = format_note_file(cut, note_list.list_threads(layout(cut)), "edl", lambda thread: "")
    assert [note.colour for note in note_files.read_notes(text, "edl", PAL, 600).notes] == ["red"]


def test_text_is_written_and_read_with_authors_answers_and_check_marks() -> None:
    new_id = films.minter()
    cut = note_list.add_notes(
        films.film(new_id, "A:600"), [ReadNote(frame=30, words="longer", author="Anna")], new_id=new_id
    )
    cut = note_list.add_reply(cut, cut.markers[0].id, "it is now", "Tom", new_id=new_id)
    cut = note_list.change_note(cut, cut.markers[0].id, done=True)
    text = format_note_file(cut, note_list.list_threads(layout(cut)), "text", lambda thread: "")
    assert text == "00:00:01:05  [x] longer  — Anna\n    ↳ it is now  — Tom\n"
    again = note_list.add_notes(
        films.film(new_id, "A:600"), note_files.read_notes(text, "text", PAL, 600).notes, new_id=new_id
    )
    assert [(m.text, m.author, m.done, bool(m.parent)) for m in again.markers] == [
        ("longer", "Anna", True, False),
        ("it is now", "Tom", False, True),
    ]


def test_notes_are_imported_as_tasks() -> None:
    new_id = films.minter()
    cut = films.film(new_id, "A:100")
    cut = note_list.add_notes(cut, [ReadNote(frame=f, words=str(f)) for f in (80, 20, 50)], new_id=new_id)
    found = note_list.list_threads(layout(cut))
    assert [(each.number, each.frame) for each in found] == [(1, 20), (2, 50), (3, 80)]
    assert [
        each.frame
        for each in (note_list.find_next_open_task(found, 20), note_list.find_next_open_task(found, 90))
        if each
    ] == [
        50,
        20,
    ]
    before = note_list.find_next_open_task(found, 50, -1)
    assert before is not None
    assert before.frame == 20
    done = note_list.change_note(cut, note_list.find_thread(found, "2").marker.id, done=True, colour="Blue")
    assert [each.colour for each in done.markers if each.done] == ["blue"]
    skipped = note_list.find_next_open_task(note_list.list_threads(layout(done)), 20)
    assert skipped is not None
    assert skipped.frame == 80
    gone = edits.remove_marker(
        note_list.add_reply(cut, found[0].marker.id, "no", "", new_id=new_id), found[0].marker.id
    )
    assert len(gone.markers) == 2
    with pytest.raises(BadInput, match="“beige-ish”"):
        note_list.change_note(cut, cut.markers[0].id, colour="beige-ish")


# Notes from a frozen cut to the live cut


def versions() -> tuple[Cut, Cut, edits.NewId]:
    new_id = films.minter()
    cut = films.film(new_id, "A:50 B:50 C:50")
    return new_cuts.duplicate_cut(cut, "v1", new_id), cut, new_id


def test_notes_are_placed_at_the_same_moment_of_the_same_shot() -> None:
    v1, cut, new_id = versions()
    v1 = note_list.add_notes(
        v1, [ReadNote(frame=f, words=f"at {f}") for f in (10, 60, 95, 120)], new_id=new_id
    )
    line = track_of(cut, "V1").id
    cut = edits.move_clip(cut, clip_of(cut, "C").id, by=-2, new_id=new_id)  # the order is now C A B
    cut = edits.insert_clip(cut, line, 0, films.piece("new", 7), new_id=new_id)
    cut = edits.trim_clip_out(cut, clip_of(cut, "B").id, -10, new_id=new_id)
    came = transfer_notes(v1, cut, {}, NAMES, new_id=new_id)
    placed = layout(came.cut)
    at = {each.marker.text: each.frame for each in note_list.list_threads(placed)}
    assert at == {"at 10": 67, "at 60": 117, "at 120": 27}
    assert [(lost.thread.marker.text, lost.why) for lost in came.lost] == [
        ("at 95", "that moment of B was cut from “Test”")
    ]
    gone = transfer_notes(
        v1, edits.delete_clip(cut, clip_of(cut, "B").id, new_id=new_id), {}, NAMES, new_id=new_id
    )
    assert {lost.why for lost in gone.lost} == {"B is no longer in “Test”"}


def test_second_import_adds_answers_only() -> None:
    v1, cut, new_id = versions()
    v1 = note_list.add_notes(
        v1, [ReadNote(frame=10, words="longer"), ReadNote(frame=60, words="longer")], new_id=new_id
    )
    once = transfer_notes(v1, cut, {}, NAMES, new_id=new_id)
    assert (len(once.landed), once.already) == (2, 0)
    v1 = note_list.add_reply(v1, v1.markers[1].id, "really", "Anna", new_id=new_id)
    again = transfer_notes(v1, once.cut, {}, NAMES, new_id=new_id)
    assert (again.landed, again.already, again.lost) == ((), 2, ())
    (answer,) = [each for each in again.cut.markers if each.parent]
    assert layout(again.cut).get_marker_frame(answer) == 60


def test_notes_find_their_moment_at_another_rate_speed_and_nesting() -> None:
    v1, cut, new_id = versions()
    v1 = note_list.add_notes(v1, [ReadNote(frame=70, words="x")], new_id=new_id)  # frame 20 of B
    slow = edits.set_speed(cut, clip_of(cut, "B").id, Fraction(1, 2), new_id=new_id)
    assert (
        note_list.list_threads(layout(transfer_notes(v1, slow, {}, NAMES, new_id=new_id).cut))[0].frame == 90
    )
    back = edits.reverse_clip(cut, clip_of(cut, "B").id, new_id=new_id)
    assert (
        note_list.list_threads(layout(transfer_notes(v1, back, {}, NAMES, new_id=new_id).cut))[0].frame
        == 50 + 29
    )
    there = convert_cut_format(cut, rate=Fraction(50))
    assert (
        note_list.list_threads(layout(transfer_notes(v1, there, {}, NAMES, new_id=new_id).cut))[0].frame
        == 140
    )
    outer = films.film(new_id)
    nested = edits.create_trackless_clip(ClipSource(SourceKind.CUT, cut.id), 100, Fraction(1), label="scene")
    outer = edits.append_clip(outer, track_of(outer, "V1").id, films.piece("D", 10), new_id=new_id)
    outer = edits.append_clip(outer, track_of(outer, "V1").id, nested, new_id=new_id)
    came = transfer_notes(v1, outer, {cut.id: cut}, NAMES, new_id=new_id)
    assert note_list.list_threads(layout(came.cut))[0].frame == 10 + 70 - 25


@settings(max_examples=40)
@given(data=st.data())
def test_note_is_placed_where_the_same_frames_are_shown(data: st.DataObject) -> None:
    """After any edits, the note is placed at a frame of the live cut that shows the same source at the same
    source time.
    """
    new_id = films.minter()
    cut = data.draw(strategies.cuts(new_id))
    frame = data.draw(st.integers(0, max(0, strategies.length(cut) - 1)))
    v1 = note_list.add_notes(
        new_cuts.duplicate_cut(cut, "v1", new_id), [ReadNote(frame=frame, words="x")], new_id=new_id
    )
    clip = strategies.some_clip(data, cut) or ""
    line = track_of(cut, "V1").id
    acts: list[Callable[[Cut], Cut]] = [
        lambda cut: edits.delete_clip(cut, clip, new_id=new_id),
        lambda cut: edits.insert_clip(cut, line, frame // 2, films.piece("new", 9), new_id=new_id),
        lambda cut: edits.split_clips(cut, frame, new_id=new_id, track=line),
        lambda cut: edits.trim_clip_in(cut, clip, 2, new_id=new_id),
    ]
    for act in data.draw(st.lists(st.sampled_from(acts), max_size=3)):
        cut = strategies.attempt(partial(act, cut)) or cut
    came = transfer_notes(v1, cut, {}, NAMES, new_id=new_id, only=[v1.markers[-1].id])
    assert len(came.landed) + len(came.lost) == 1
    for marker in came.cut.markers[len(cut.markers) :]:
        here = layout(came.cut).get_placed(marker.clip or "")
        now = films.shown_of(here.clip, marker.frame, cut.rate)
        was = [
            films.shown(layout(v1), track.id, frame)
            for track in v1.tracks
            if layout(v1).find_clip_at(track.id, frame)
        ]
        assert now is not None
        assert (now[0], now[1]) in [(each[0], each[1]) for each in was if each]


def test_notes_connect_to_the_clip_below_and_follow_it() -> None:
    new_id = films.minter()
    cut = films.film(new_id, "A:50 B:50")
    since = len(cut.markers)
    cut = note_list.add_notes(
        cut, [ReadNote(frame=60, words="x"), ReadNote(frame=60, words="y", answers=0)], new_id=new_id
    )
    cut = on_clips(layout(cut), cut, since)
    cut = edits.insert_clip(cut, track_of(cut, "V1").id, 0, films.piece("new", 5), new_id=new_id)
    (thread,) = note_list.list_threads(layout(cut))
    assert (thread.frame, len(thread.answers)) == (65, 1)
    assert get_timecode_base(cut.rate) == 25


def test_each_colour_has_a_row_with_opentimelineio_codes() -> None:
    assert set(MARKER_COLOURS) == set(MarkerColour)
    assert {colour.upper() for colour in MarkerColour} <= set(dir(otio.schema.MarkerColor))
    for name, row in MARKER_COLOURS.items():
        assert convert_foreign_colour(row.resolve) in (name, PLAIN_COLOUR)
        assert convert_foreign_colour(row.avid) in (name, PLAIN_COLOUR)
