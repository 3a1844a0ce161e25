"""Test edit decision lists as other programs write them: old encodings, fades from black, long transitions,
extended sound tracks, keys, leaders and lists that pass midnight.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.interchange.files.reading import read_cut_file
from tests.interchange.files.test_edit_lists import event, list_clips, read_list
from tests.interchange.strategies import IdCounter

ACCENTS = (
    event(1, "00:00:00:00 00:00:02:00", "01:00:00:00 01:00:02:00", "* FROM CLIP NAME: Straße & Café 100%.mov")
    + "* COMMENT: Größe und Länge, prüfen\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "latin-1", "mac-roman", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_list_is_read_in_its_encoding(tmp_path: Path, encoding: str, line_end: str) -> None:
    path = tmp_path / "film.edl"
    path.write_bytes(ACCENTS.replace("\n", line_end).encode(encoding))
    arrival = read_cut_file(path, IdCounter(), Fraction(25))
    assert [each[1] for each in list_clips(arrival)] == ["Straße & Café 100%.mov"]


@pytest.mark.parametrize("code", ["D    012", "W001 012"])
@pytest.mark.parametrize("is_first", [True, False])
def test_transition_from_black_is_a_fade_in(tmp_path: Path, code: str, is_first: bool) -> None:
    lines = [] if is_first else ["001  A V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00"]
    at = "01:00:00:00" if is_first else "01:00:02:00"
    lines += [
        f"002  BL       V     C        00:00:00:00 00:00:00:00 {at} {at}",
        f"002  B        V     {code} 00:00:10:00 00:00:12:00 {at} 01:00:04:00",
        "* TO CLIP NAME: b.mov",
    ]
    arrival = read_list(tmp_path, "\n".join(lines))
    clip = list_clips(arrival)[-1]
    assert (clip[1], clip[2], clip[4]) == ("b.mov", 0 if is_first else 50, Fraction(10))
    assert arrival.bundle.cut.clips[-1].fade_in == 12
    assert not arrival.bundle.cut.transitions


def test_fade_to_black_leaves_a_gap_without_a_name(tmp_path: Path) -> None:
    text = (
        "001  A        V     C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
        "002  A        V     C        00:00:02:00 00:00:02:00 01:00:02:00 01:00:02:00\n"
        "002  BL       V     D    012 00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
        "* FROM CLIP NAME: a.mov\n"
    )
    clips = read_list(tmp_path, text).bundle.cut.clips
    assert [(each.fade_out, each.label) for each in clips] == [(12, ""), (0, "")]


def test_transition_longer_than_its_clip_is_shortened_and_the_clips_keep_their_places(tmp_path: Path) -> None:
    text = (
        "001  A        V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
        "002  A        V     C        00:00:01:00 00:00:01:00 01:00:01:00 01:00:01:00\n"
        "002  B        V     D    048 00:00:10:00 00:00:11:00 01:00:01:00 01:00:02:00\n"
        "003  B        V     C        00:00:11:00 00:00:11:00 01:00:02:00 01:00:02:00\n"
        "003  C        V     D    255 00:00:20:00 00:00:24:00 01:00:02:00 01:00:06:00\n"
    )
    arrival = read_list(tmp_path, text)
    assert [each[1:4] for each in list_clips(arrival)] == [("A", 0, 37), ("B", 37, 100), ("C", 100, 150)]
    assert [each.frames for each in arrival.bundle.cut.transitions] == [25, 100]
    assert [note[:6] for note in arrival.notes] == ["line 3", "line 5"]


@pytest.mark.parametrize("line", ["AUD  3    4", "AUD 3 4", "aud   3  4"])
def test_extended_sound_line_names_the_tracks_of_an_event(tmp_path: Path, line: str) -> None:
    text = event(1, "00:00:00:00 00:00:02:00", "01:00:00:00 01:00:02:00", channel="V", reel="A")
    text += event(2, "00:00:04:00 00:00:06:00", "01:00:02:00 01:00:04:00", line, channel="NONE", reel="S")
    assert [each[:4] for each in list_clips(read_list(tmp_path, text))] == [
        ("V1", "A", 0, 50),
        ("A3", "S", 50, 100),
        ("A4", "S", 50, 100),
    ]


@pytest.mark.parametrize("edit", ["K    024", "K    024(F)", "K O  024F", "K    024 (F)", "KB   000", "C"])
@pytest.mark.parametrize("ending", ["", "  extra words"])
def test_key_or_line_with_further_words_is_a_clip(tmp_path: Path, edit: str, ending: str) -> None:
    text = f"001  R01  V  {edit}  00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00{ending}\n"
    assert list_clips(read_list(tmp_path, text)) == [("V1", "R01", 0, 50, Fraction(10), Fraction(1))]


def test_times_may_have_other_separators(tmp_path: Path) -> None:
    text = "001  R01  V  C  00.00.10.00 00.00.12.00 01;00;00;00 01;00;02;00\n"
    assert list_clips(read_list(tmp_path, text)) == [("V1", "R01", 0, 50, Fraction(10), Fraction(1))]


@pytest.mark.parametrize(
    ("records", "starts"),
    [
        (("09:58:00:00 09:58:30:00", "10:00:00:00 10:00:02:00"), [0, 3000]),
        (("01:00:10:00 01:00:11:00", "01:00:11:00 01:00:12:00"), [250, 275]),
        (("23:59:58:00 00:00:01:00", "00:00:01:00 00:00:02:00"), [0, 75]),
        (("23:59:58:00 23:59:59:00", "00:00:01:00 00:00:02:00"), [0, 75]),
    ],
)
def test_cut_starts_at_the_hour_or_at_its_leader(
    tmp_path: Path, records: tuple[str, str], starts: list[int]
) -> None:
    text = "".join(
        event(number, "00:00:00:00 00:01:00:00", record, reel=f"R{number}")
        for number, record in enumerate(records)
    )
    assert [each[2] for each in list_clips(read_list(tmp_path, text))] == starts


@pytest.mark.parametrize("code", ["W002", "W019", "W201"])
def test_wipe_of_another_pattern_is_reported_with_its_line(tmp_path: Path, code: str) -> None:
    text = (
        "001  A  V  C         00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
        f"002  B  V  {code} 010  00:00:10:00 00:00:12:00 01:00:02:00 01:00:04:00\n"
    )
    notes = read_list(tmp_path, text).notes
    assert len(notes) == 1
    assert "line 2" in notes[0]
    assert code in notes[0]


@pytest.mark.parametrize(
    ("comments", "name"),
    [
        (["* FROM CLIP NAME: a.mov", "* SOURCE FILE: (NULL)"], "a.mov"),
        (["* SOURCE FILE: D:\\media\\a.mov"], "a.mov"),
        (["* FROM FILE: \\\\NAS\\share\\a.mov"], "a.mov"),
        (["* FROM CLIP NAME: D:\\media\\a.mov"], "a.mov"),
        (["* FROM FILE: /media/a\\b.mov"], "a\\b.mov"),
    ],
)
def test_file_name_of_another_system_is_read(tmp_path: Path, comments: list[str], name: str) -> None:
    text = event(1, "00:00:00:00 00:00:02:00", "01:00:00:00 01:00:02:00", *comments)
    assert [each[1] for each in list_clips(read_list(tmp_path, text))] == [name]


def test_drop_frame_is_announced_in_small_letters(tmp_path: Path) -> None:
    rate = Fraction(30000, 1001)
    text = "title: Low\nfcm: drop frame\n" + event(
        1, "00:00:59:28 00:01:00:04", "01:00:59:28 01:01:00:04", reel="R"
    )
    arrival = read_list(tmp_path, text, rate)
    assert arrival.bundle.cut.name == "Low"
    assert list_clips(arrival)[0][2:4] == (1798, 1802)
