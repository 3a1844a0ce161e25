"""Test Final Cut Pro 7 documents of other programs with elements that cannot be read, and with media of other
rates.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutArrival
from tests.interchange.strategies import IdCounter

RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
FILE = (
    f'<file id="f"><name>long.mp4</name><pathurl>file://localhost/media/long.mp4</pathurl>{RATE}'
    "<duration>150</duration><media><video/></media></file>"
)


def make_clip(
    start: str = "40", end: str = "70", into: str = "60", *more: str, name: str = "long.mp4", file: str = FILE
) -> str:
    return (
        f"<clipitem><name>{name}</name><duration>150</duration>{RATE}<start>{start}</start><end>{end}</end>"
        f"<in>{into}</in><out>90</out>{''.join(more)}{file}</clipitem>"
    )


def read_tracks(folder: Path, *tracks: str, rate: str = RATE, audio: str = "") -> CutArrival:
    """Read a document. Its sequence begins on line 3, and each track is on a line of its own from line 4."""
    body = "".join(f"\n<track>{track}</track>" for track in tracks)
    path = folder / "film.xml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n'
        f'<xmeml version="4"><sequence id="s"><name>Film</name>{rate}<media><video>{body}</video>'
        f"<audio>{audio}</audio></media></sequence></xmeml>"
    )
    return read_cut_file(path, IdCounter(), Fraction(25))


def list_clips(arrival: CutArrival) -> list[tuple[str, str, int, int, Fraction]]:
    laid_out = layout(arrival.bundle.cut)
    return [
        (
            track.name,
            arrival.bundle.get_medium(placed.clip).name,
            placed.start,
            placed.end,
            placed.clip.source_in,
        )
        for track in laid_out.tracks
        for placed in laid_out.get_row(track.id)
        if placed.clip.source.kind is not SourceKind.GAP
    ]


PLACEHOLDER = (
    '<clipitem id="c0"><name>wrong</name><duration>0</duration><rate><timebase>0</timebase><ntsc>FALSE</ntsc>'
    "</rate><start>0</start><end>40</end><in>0</in><out>40</out></clipitem>"
)


@pytest.mark.parametrize(
    "wrong",
    [
        PLACEHOLDER,
        make_clip("0", "40", "0", name="wrong", file=""),
        make_clip("", "", "0", name="wrong"),
        make_clip("x", "40", "0", name="wrong"),
        make_clip("40", "0", "0", name="wrong"),
        make_clip("-1", "40", "0", name="wrong"),
        "<clipitem><name>wrong</name></clipitem>",
        "<generatoritem><name>wrong</name><start>0</start><end>40</end><in>0</in></generatoritem>",
        "<transitionitem><name>wrong</name><start>0</start></transitionitem>",
        make_clip("0", "40", "0", "<filter><effect><name>Fast</name><effectid>timeremap</effectid><parameter>"
                  "<parameterid>speed</parameterid><value>0</value></parameter></effect></filter>"
                  "<sequence id='s'/>", name="wrong", file=""),
    ],
)  # fmt: skip
def test_unreadable_item_is_left_out_and_noted_with_its_line(tmp_path: Path, wrong: str) -> None:
    arrival = read_tracks(tmp_path, wrong + make_clip())
    assert list_clips(arrival) == [("V1", "long.mp4", 40, 70, Fraction(60, 25))]
    [note] = arrival.notes
    assert note.startswith("line 4:")
    assert "wrong" in note


def test_rate_of_zero_is_replaced_by_the_rate_of_the_sequence(tmp_path: Path) -> None:
    zero = "<rate><timebase>0</timebase><ntsc>FALSE</ntsc></rate>"
    arrival = read_tracks(tmp_path, make_clip().replace(RATE, zero, 1))
    assert list_clips(arrival) == [("V1", "long.mp4", 40, 70, Fraction(60, 25))]
    assert len(arrival.notes) == 1
    assert arrival.notes[0].startswith("line 4:")


@pytest.mark.parametrize(
    ("item", "span"),
    [
        (make_clip("40", "70", ""), (40, 70, Fraction(60, 25))),
        (make_clip("40", "70", "", "<in>60</in>").replace("<in></in>", ""), (40, 70, Fraction(60, 25))),
        (make_clip("40", ""), (40, 70, Fraction(60, 25))),
        (make_clip("", "70"), (40, 70, Fraction(60, 25))),
        (make_clip().replace("<out>90</out>", ""), (40, 70, Fraction(60, 25))),
        (
            make_clip().replace("<duration>150</duration>", "<duration>many</duration>"),
            (40, 70, Fraction(60, 25)),
        ),
    ],
)
def test_missing_number_is_computed_from_the_others(
    tmp_path: Path, item: str, span: tuple[int, int, Fraction]
) -> None:
    arrival = read_tracks(tmp_path, item)
    assert list_clips(arrival) == [("V1", "long.mp4", *span)]
    assert arrival.notes == ()


@pytest.mark.parametrize(
    "part",
    [
        "<marker><name>wrong</name><in>x</in><out>-1</out></marker>",
        "<marker><name>wrong</name></marker>",
        "<filter><name>wrong</name></filter>",
    ],
)
def test_unreadable_part_of_a_clip_is_left_out_alone(tmp_path: Path, part: str) -> None:
    arrival = read_tracks(tmp_path, make_clip("40", "70", "60", part))
    assert list_clips(arrival) == [("V1", "long.mp4", 40, 70, Fraction(60, 25))]
    [note] = arrival.notes
    assert note.startswith("line 4:")


def test_overlapping_clips_are_on_several_tracks(tmp_path: Path) -> None:
    arrival = read_tracks(tmp_path, make_clip("0", "50", "0") + make_clip() + make_clip("50", "60", "5"))
    assert [each[:1] + each[2:4] for each in list_clips(arrival)] == [
        ("V1", 0, 50),
        ("V1", 50, 60),
        ("V2", 40, 70),
    ]
    [note] = arrival.notes
    assert note.startswith("line 4:")


def test_file_that_an_unreadable_clip_defines_is_known_to_other_clips(tmp_path: Path) -> None:
    arrival = read_tracks(tmp_path, make_clip("x", "y") + make_clip(file='<file id="f"/>'))
    assert list_clips(arrival) == [("V1", "long.mp4", 40, 70, Fraction(60, 25))]


def test_sequence_inside_itself_is_left_out(tmp_path: Path) -> None:
    inside = make_clip("0", "40", "0", name="wrong", file='<sequence id="s"/>')
    arrival = read_tracks(tmp_path, inside + make_clip())
    assert [each[2:4] for each in list_clips(arrival)] == [(40, 70)]
    assert arrival.notes[0].startswith("line 4:")


def make_sequence(name: str, items: str) -> str:
    return (
        f'<sequence id="{name}"><name>{name}</name>{RATE}'
        f"<media><video><track>{items}</track></video></media></sequence>"
    )


def test_sequences_that_repeat_each_other_endlessly_are_refused(tmp_path: Path) -> None:
    inner = make_sequence("s0", make_clip())
    for number in range(20):
        repeated = f'<sequence id="s{number}"/>'
        items = "".join(
            make_clip(str(at), str(at + 70), "0", file=repeated if at else inner) for at in (0, 70, 140)
        )
        inner = make_sequence(f"s{number + 1}", items)
    with pytest.raises(BadInput):
        read_tracks(tmp_path, make_clip("0", "70", "0", file=inner))


def test_rate_of_the_sequence_counts_although_most_clips_have_another(tmp_path: Path) -> None:
    other = "<rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate>"
    film = "<rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>"
    clips = [make_clip(str(at), str(at + 24), "30").replace(RATE, other) for at in (0, 24, 48)]
    arrival = read_tracks(tmp_path, "".join(clips), rate=film)
    assert arrival.bundle.cut.rate == Fraction(24000, 1001)
    assert [each[2:] for each in list_clips(arrival)] == [
        (at, at + 24, Fraction(1001, 1000)) for at in (0, 24, 48)
    ]


def make_speed_filter(speed: str, *, reverse: str = "FALSE", variable: str = "0") -> str:
    values = {"variablespeed": variable, "speed": speed, "reverse": reverse}
    parameters = "".join(
        f"<parameter><parameterid>{name}</parameterid><value>{value}</value></parameter>"
        for name, value in values.items()
    )
    return f"<filter><effect><name>T</name><effectid>timeremap</effectid>{parameters}</effect></filter>"


@pytest.mark.parametrize(
    ("speed", "reverse", "expected", "source_in"),
    [
        ("100", "TRUE", Fraction(-1), Fraction(89, 25)),
        ("-100", "FALSE", Fraction(-1), Fraction(89, 25)),
        ("-100", "TRUE", Fraction(-1), Fraction(89, 25)),
        ("50", "TRUE", Fraction(-1, 2), Fraction(239, 50)),
        ("200", "FALSE", Fraction(2), Fraction(120, 25)),
        ("0", "FALSE", Fraction(0), Fraction(60, 25)),
    ],
)
def test_speed_may_be_reversed_by_a_switch_or_be_zero(
    tmp_path: Path, speed: str, reverse: str, expected: Fraction, source_in: Fraction
) -> None:
    arrival = read_tracks(tmp_path, make_clip("0", "30", "60", make_speed_filter(speed, reverse=reverse)))
    [clip] = arrival.bundle.cut.clips
    assert (clip.effects.speed, clip.source_in) == (expected, source_in)
    assert arrival.notes == ()


def test_changes_of_speed_are_reported(tmp_path: Path) -> None:
    arrival = read_tracks(tmp_path, make_clip("0", "30", "60", make_speed_filter("50", variable="1")))
    assert arrival.bundle.cut.clips[0].effects.speed == Fraction(1, 2)
    assert len(arrival.notes) == 1


def make_transition(name: str, start: int, end: int, alignment: str) -> str:
    return (
        f"<transitionitem>{RATE}<start>{start}</start><end>{end}</end><alignment>{alignment}</alignment>"
        f"<effect><name>{name}</name><effectid>{name}</effectid><effecttype>transition</effecttype></effect>"
        "</transitionitem>"
    )


def test_transitions_at_the_ends_of_a_track_are_fades(tmp_path: Path) -> None:
    arrival = read_tracks(
        tmp_path,
        make_transition("Cross Dissolve", 0, 10, "start-black")
        + make_clip("0", "30", "60")
        + make_transition("Cross Dissolve", 22, 30, "end-black"),
    )
    [clip] = arrival.bundle.cut.clips
    assert (clip.fade_in, clip.fade_out) == (10, 8)


@pytest.mark.parametrize(
    ("name", "kind", "notes"),
    [
        ("Cross Dissolve", "dissolve", 0),
        ("Additive Dissolve", "dissolve", 0),
        ("Dip to Color Dissolve", "dip", 0),
        ("Edge Wipe", "wipe", 0),
        ("Cross Fade (+3dB)", "dissolve", 0),
        ("Page Peel", "dissolve", 1),
    ],
)
def test_transition_has_its_kind_or_is_reported(tmp_path: Path, name: str, kind: str, notes: int) -> None:
    track = make_clip("0", "30", "0") + make_transition(name, 25, 35, "center") + make_clip("30", "60", "60")
    arrival = read_tracks(tmp_path, track)
    [transition] = arrival.bundle.cut.transitions
    assert (transition.kind, len(arrival.notes)) == (kind, notes)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"])
def test_document_is_read_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    read_tracks(tmp_path, make_clip("0", "30", "60", name="Größe &amp; Maß"))
    path = tmp_path / "film.xml"
    text = path.read_text().replace("UTF-8", encoding)
    path.write_bytes(text.encode(encoding))
    assert read_cut_file(path, IdCounter(), Fraction(25)).bundle.cut.clips[0].label == "Größe & Maß"


@pytest.mark.parametrize(("name", "expected"), [("a & b", "a & b"), ("a\x0bb", "ab"), ("&nbsp;a", "&nbsp;a")])
def test_characters_that_xml_does_not_allow_do_not_refuse_the_document(
    tmp_path: Path, name: str, expected: str
) -> None:
    assert read_tracks(tmp_path, make_clip(name=name)).bundle.cut.clips[-1].label == expected
