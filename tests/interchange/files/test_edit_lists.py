"""Test edit decision lists of other programs: speeds, reels, timecodes of other rates, overlaps and
unreadable lines.
"""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutArrival, Medium, SourceTimes
from milimo_tui.interchange.values.source_times import (
    TIMECODE_RATES,
    convert_source_times,
    find_source_start,
    format_source_timecode,
    parse_list_timecode,
)
from tests.interchange.strategies import IdCounter

PAL = Fraction(25)
FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
Shown = tuple[str, str, int, int, Fraction, Fraction]


def read_list(folder: Path, text: str, rate: Fraction = PAL) -> CutArrival:
    path = folder / "film.edl"
    path.write_text(text)
    return read_cut_file(path, IdCounter(), rate)


def list_clips(arrival: CutArrival, *, gaps: bool = False) -> list[Shown]:
    """Return track, name of the medium, record in and out, source second and speed of all clips."""
    laid_out = layout(arrival.bundle.cut)
    return [
        (
            track.name,
            arrival.bundle.get_medium(placed.clip).name,
            placed.start,
            placed.end,
            placed.clip.source_in,
            placed.clip.effects.speed,
        )
        for track in laid_out.tracks
        for placed in laid_out.get_row(track.id)
        if gaps or placed.clip.source.kind is not SourceKind.GAP
    ]


def event(number: int, source: str, record: str, *more: str, reel: str = "AX", channel: str = "V") -> str:
    """Return the lines of an event. `source` and `record` are two timecodes each."""
    return "\n".join([f"{number:03d}  {reel:8} {channel:5} C        {source} {record}", *more]) + "\n"


@pytest.mark.parametrize(
    ("motion", "speed", "first"),
    [
        ("050.0", Fraction(2), 100),
        ("025.0", Fraction(1), 100),
        ("012.5", Fraction(1, 2), 100),
        ("000.0", Fraction(0), 100),
        ("-025.0", Fraction(-1), 149),
        ("-050.00", Fraction(-2), 149),
        ("008.33333", Fraction(1, 3), 100),
        ("+100.000", Fraction(4), 100),
    ],
)
def test_motion_applies_where_source_and_record_are_equally_long(
    tmp_path: Path, motion: str, speed: Fraction, first: int
) -> None:
    text = event(
        1,
        "00:00:04:00 00:00:06:00",
        "01:00:00:00 01:00:02:00",
        f"M2   AX             {motion}                00:00:04:00",
        "* FROM CLIP NAME: long.mp4",
    )
    assert list_clips(read_list(tmp_path, text)) == [("V1", "long.mp4", 0, 50, Fraction(first, 25), speed)]


@pytest.mark.parametrize("motion", ["047.95205", "047.952", "047.95", "048.0", "047.9", "048"])
def test_motion_at_23_976_is_exact_in_every_notation(tmp_path: Path, motion: str) -> None:
    text = event(
        1,
        "00:00:00:00 00:00:04:00",
        "01:00:00:00 01:00:02:00",
        f"M2   001   {motion}   00:00:00:00",
        reel="001",
    )
    assert list_clips(read_list(tmp_path, text, FILM)) == [("V1", "001", 0, 48, Fraction(0), Fraction(2))]


@pytest.mark.parametrize("order", ["00:00:04:00 00:00:05:00", "00:00:05:00 00:00:04:00"])
def test_reversed_clip_begins_with_the_last_picture_of_its_range(tmp_path: Path, order: str) -> None:
    text = event(1, order, "01:00:00:00 01:00:01:00", "M2   AX   -025.0   00:00:05:00")
    assert list_clips(read_list(tmp_path, text))[0][4:] == (Fraction(124, 25), Fraction(-1))


def test_freeze_frame_comment_without_motion_holds_the_first_picture(tmp_path: Path) -> None:
    text = event(
        1,
        "00:00:03:00 00:00:03:01",
        "01:00:00:00 01:00:01:00",
        "* FROM CLIP NAME: a.mov FF",
        "* * FREEZE FRAME",
    )
    assert list_clips(read_list(tmp_path, text)) == [("V1", "a.mov", 0, 25, Fraction(3), Fraction(0))]


def test_events_without_a_clip_name_are_named_by_their_reels(tmp_path: Path) -> None:
    text = "TITLE: Reels\nFCM: NON-DROP FRAME\n" + "".join(
        event(
            number,
            "10:00:00:00 10:00:01:00",
            f"01:00:{number:02d}:00 01:00:{number + 1:02d}:00",
            reel=reel,
        )
        for number, reel in enumerate(["A001C003", "TAPE-02", "A001C003", "A001_C004_0102AB"])
    )
    arrival = read_list(tmp_path, text)
    assert [each[1] for each in list_clips(arrival)] == [
        "A001C003",
        "TAPE-02",
        "A001C003",
        "A001_C004_0102AB",
    ]
    assert len(arrival.bundle.media) == 3
    assert arrival.notes == ()


def test_equal_clip_names_on_several_reels_are_several_media(tmp_path: Path) -> None:
    text = "".join(
        event(
            number,
            "10:00:00:00 10:00:01:00",
            f"01:00:{number:02d}:00 01:00:{number + 1:02d}:00",
            "* FROM CLIP NAME:  Wide",
            reel=f"A00{number}",
        )
        for number in (0, 1)
    )
    arrival = read_list(tmp_path, text)
    assert [each[1] for each in list_clips(arrival)] == ["A000", "A001"]
    assert {clip.label for clip in arrival.bundle.cut.clips} == {"Wide"}


def test_source_file_comment_names_the_medium(tmp_path: Path) -> None:
    text = event(
        1,
        "00:00:00:00 00:00:01:00",
        "00:00:00:00 00:00:01:00",
        "* FROM CLIP NAME:  Rain",
        "* SOURCE FILE: A001.mov",
        "* FROM FILE: /media/0123abcd.mov",
    )
    arrival = read_list(tmp_path, text)
    [medium] = arrival.bundle.media.values()
    assert (medium.name, medium.path) == ("A001.mov", "/media/0123abcd.mov")
    assert [clip.label for clip in arrival.bundle.cut.clips] == ["Rain"]


def test_overlapping_event_is_on_a_track_of_its_own_and_noted_with_its_line(tmp_path: Path) -> None:
    text = "TITLE: Overlap\n\n" + "".join(
        [
            event(1, "00:00:00:00 00:00:02:00", "01:00:00:00 01:00:02:00", "* FROM CLIP NAME: a.mov"),
            event(2, "00:00:00:00 00:00:02:00", "01:00:01:00 01:00:03:00", "* FROM CLIP NAME: b.mov"),
            event(3, "00:00:00:00 00:00:01:00", "01:00:02:00 01:00:03:00", "* FROM CLIP NAME: c.mov"),
        ]
    )
    arrival = read_list(tmp_path, text)
    assert [(each[0], each[1], each[2]) for each in list_clips(arrival)] == [
        ("V1", "a.mov", 0),
        ("V1", "c.mov", 50),
        ("V2", "b.mov", 25),
    ]
    [note] = arrival.notes
    assert note.startswith("line 5:")


def test_events_in_any_order_are_placed_by_their_record_times(tmp_path: Path) -> None:
    text = event(1, "00:00:09:00 00:00:10:00", "01:00:02:00 01:00:03:00") + event(
        2, "00:00:01:00 00:00:02:00", "01:00:00:00 01:00:01:00"
    )
    assert [each[2:5] for each in list_clips(read_list(tmp_path, text))] == [
        (0, 25, Fraction(1)),
        (50, 75, Fraction(9)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00",
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:0x:00",
        "002  AX  V  Q  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00",
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:02:00 01:00:01:00",
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:01:99",
        "002  AX  V  C  00:00:00:00 00:00:99:00 01:00:01:00 01:00:02:00",
        "002",
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:01:00",
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\nM2   AX   9999.0   00:00:00:00",
    ],
)
def test_unreadable_event_is_left_out_and_noted_with_its_line(tmp_path: Path, line: str) -> None:
    first = event(1, "00:00:00:00 00:00:01:00", "01:00:00:00 01:00:01:00")
    last = event(3, "00:00:05:00 00:00:06:00", "01:00:02:00 01:00:03:00")
    arrival = read_list(tmp_path, f"TITLE: t\n{first}{line}\n* FROM CLIP NAME: wrong.mov\n{last}")
    assert [each[2:5] for each in list_clips(arrival)] == [(0, 25, Fraction(0)), (50, 75, Fraction(5))]
    [note] = arrival.notes
    assert "line 3" in note


def test_list_of_another_rate_is_refused_with_a_hint(tmp_path: Path) -> None:
    for mark in ":;":
        text = "".join(
            event(
                number,
                f"00:00:00{mark}27 00:00:01{mark}27",
                f"01:00:0{number}{mark}27 01:00:0{number + 1}{mark}27",
            )
            for number in range(4)
        )
        with pytest.raises(BadInput) as caught:
            read_list(tmp_path, text, PAL)
        assert "--rate" in caught.value.hint
        assert len(list_clips(read_list(tmp_path, text, NTSC))) == 4


def test_transition_between_lines_with_the_same_number(tmp_path: Path) -> None:
    text = (
        "001  A        V     C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
        "* FROM CLIP NAME:  a.mov\n"
        "002  A        V     C        00:00:02:00 00:00:02:00 01:00:02:00 01:00:02:00\n"
        "002  B        V     D    010 00:00:10:00 00:00:12:00 01:00:02:00 01:00:04:00\n"
        "* FROM CLIP NAME:  a.mov\n* TO CLIP NAME:  b.mov\n* TO FILE: /media/b.mov\n"
    )
    arrival = read_list(tmp_path, text)
    assert [(each[1], each[2], each[3]) for each in list_clips(arrival)] == [
        ("a.mov", 0, 55),
        ("b.mov", 55, 100),
    ]
    assert [each.frames for each in arrival.bundle.cut.transitions] == [10]
    assert arrival.bundle.cut.clips[1].source_in == 10 + Fraction(5, 25)


def test_channels_name_the_tracks(tmp_path: Path) -> None:
    text = "".join(
        event(
            number, "00:00:00:00 00:00:01:00", f"01:00:0{number}:00 01:00:0{number + 1}:00", channel=channel
        )
        for number, channel in enumerate(["V", "AA/V", "A2", "B", "NONE"])
    )
    counts: dict[str, int] = {}
    for each in list_clips(read_list(tmp_path, text)):
        counts[each[0]] = counts.get(each[0], 0) + 1
    # The sound of “AA/V” and “B” is the sound of their pictures.
    assert counts == {"V1": 4, "A2": 1}


def convert(arrival: CutArrival, medium: Medium, rate: Fraction) -> list[tuple[Fraction, Fraction]]:
    files = {clip.id: medium for clip in arrival.bundle.cut.clips}
    cut = convert_source_times(arrival.bundle.cut, arrival.times, files, rate)
    return [(clip.source_in, clip.effects.speed) for clip in cut.clips]


@pytest.mark.parametrize(
    ("rate", "own", "starts", "drops", "source", "motion", "second", "speed"),
    [
        (FILM, NTSC, "18:45:23;22", True, "18:45:24;22 18:45:25;22", "029.97003", 30 / NTSC, 1),
        (FILM, NTSC, "18:45:23;22", True, "18:45:24;22 18:45:25;22", "", 30 / NTSC, 1),
        (FILM, NTSC, "01:00:00:00", False, "01:00:01:15 01:00:02:15", "", 45 / NTSC, 1),
        (NTSC, FILM, "01:00:00:00", False, "01:00:01:12 01:00:02:12", "023.976", 36 / FILM, 1),
        (PAL, 2 * PAL, "10:00:00:00", False, "10:00:01:30 10:00:02:05", "25.0", 40 / PAL, 1 / Fraction(2)),
        (PAL, Fraction(30), "00:00:00:00", False, "00:00:02:00 00:00:04:00", "-60.0", Fraction(119, 30), -2),
        (Fraction(24), Fraction(30), "00:00:00:00", False, "00:00:01:00 00:00:03:00", "48.0", Fraction(1), 2),
    ],
)  # fmt: skip
def test_source_times_count_at_the_rate_of_the_file(
    tmp_path: Path,
    rate: Fraction,
    own: Fraction,
    starts: str,
    drops: bool,
    source: str,
    motion: str,
    second: Fraction,
    speed: Fraction,
) -> None:
    motions = [f"M2   AX   {motion}   {source[:11]}"] if motion else []
    arrival = read_list(
        tmp_path, event(1, source, "01:00:00:00 01:00:01:00", *motions, "* FROM CLIP NAME: a.mov"), rate
    )
    medium = Medium(
        name="a.mov",
        rate=own,
        seconds=Fraction(10),
        starts=parse_list_timecode(starts, own, drops=drops) / own,
        drops=drops,
    )
    assert convert(arrival, medium, rate) == [(second, speed)]


def test_timecode_after_midnight_belongs_to_a_file_that_began_before(tmp_path: Path) -> None:
    medium = Medium(name="a.mov", rate=PAL, seconds=Fraction(60), starts=Fraction(24 * 3600 - 10))
    arrival = read_list(tmp_path, event(1, "00:00:05:00 00:00:06:00", "01:00:00:00 01:00:01:00"))
    assert convert(arrival, medium, PAL) == [(Fraction(15), Fraction(1))]


@given(st.sampled_from(sorted(TIMECODE_RATES)), st.integers(0, 2 * 10**6), st.booleans())
def test_source_timecode_is_read_as_it_is_written(rate: Fraction, frame: int, drops: bool) -> None:
    code = format_source_timecode(frame, rate, drops=drops)
    assert parse_list_timecode(code, rate) == frame
    times = SourceTimes(start=code, end=format_source_timecode(frame + 10, rate, drops=drops))
    assert find_source_start(times, rate, Medium(name="")).second == frame / rate


WORDS = st.sampled_from(
    ["001", "AX", "V", "C", "D", "025", "M2", "*", "FCM:", "DROP", "FRAME", "LOC:", "RED", "00:00:00:00",
     "00:00:01:10", "01:00:00;02", "-25.0", "K", "B", "W001", "FROM", "CLIP", "NAME:", "a.mov", "SPLIT", "\n"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_any_list_is_read_or_refused(tmp_path: Path, words: list[str]) -> None:
    with contextlib.suppress(BadInput):
        arrival = read_list(tmp_path, "TITLE: t\n" + " ".join(words))
        assert all(clip.frames > 0 for clip in arrival.bundle.cut.clips)
