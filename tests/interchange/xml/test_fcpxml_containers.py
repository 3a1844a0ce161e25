"""Test FCPXML documents of Final Cut: synchronised and multicam clips, media with several files, and elements
that cannot be read.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutArrival, CutBundle
from tests.interchange.strategies import IdCounter

FORMAT = '<format id="r1" frameDuration="100/2500s" width="320" height="192"/>'
ASSETS = (
    '<asset id="a1" name="long" src="file:///media/long.mp4" duration="6s" hasVideo="1" hasAudio="1"/>'
    '<asset id="a2" name="wind" src="file:///media/wind.wav" start="0s" duration="6s" hasAudio="1"/>'
    '<asset id="a3" name="mute" src="file:///media/mute.mp4" duration="6s" hasVideo="1" hasAudio="0"/>'
)
MULTICAM = (
    '<media id="m1" name="Multi"><multicam format="r1" tcStart="0s">'
    '<mc-angle name="A" angleID="A"><asset-clip ref="a1" offset="0s" start="0s" duration="6s"/></mc-angle>'
    '<mc-angle name="B" angleID="B"><gap offset="0s" duration="1s"/>'
    '<asset-clip ref="a3" offset="1s" start="0s" duration="2s"/>'
    '<asset-clip ref="a1" offset="3s" start="1s" duration="3s"/></mc-angle>'
    '<mc-angle name="S" angleID="S"><asset-clip ref="a2" offset="0s" start="0s" duration="6s"/></mc-angle>'
    "</multicam></media>"
)
FIRST = '<asset-clip ref="a1" offset="3600s" name="long" start="0s" duration="1s"/>'
LAST = '<asset-clip ref="a1" offset="3603s" name="long" start="5s" duration="1s"/>'
OUTER = [("V1", "long", 0, 25, Fraction(0)), ("V1", "long", 75, 100, Fraction(5))]
Row = tuple[str, str, int, int, Fraction]


def read_spine(folder: Path, *elements: str, resources: str = ASSETS + MULTICAM) -> CutArrival:
    """Read a document whose elements are on lines of their own, beginning with line 4."""
    body = "\n".join(elements)
    path = folder / "film.fcpxml"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<fcpxml version="1.10"><resources>{FORMAT}{resources}'
        '</resources>\n<project name="P"><sequence format="r1" tcStart="3600s"><spine>\n'
        f"{body}\n</spine></sequence></project></fcpxml>"
    )
    return read_cut_file(path, IdCounter(), Fraction(25))


def list_clips(bundle: CutBundle, cut: Cut | None = None) -> list[Row]:
    laid_out = layout(cut or bundle.cut)
    return [
        (track.name, bundle.get_medium(placed.clip).name, placed.start, placed.end, placed.clip.source_in)
        for track in laid_out.tracks
        for placed in laid_out.get_row(track.id)
        if placed.clip.source.kind is not SourceKind.GAP
    ]


def list_inner_clips(arrival: CutArrival) -> list[Row]:
    """Return the clips between the first and the last second of the film."""
    rows = list_clips(arrival.bundle)
    assert [row for row in rows if row in OUTER] == OUTER
    return [row for row in rows if row not in OUTER]


STORYLINE = '<spine><asset-clip ref="a1" offset="0s" start="0s" duration="6s"/></spine>'
INACTIVE = '<audio-role-source role="dialogue" active="0"/>'
SOUND = '<asset-clip ref="a2" lane="-1" offset="0s" start="0s" duration="6s"/>'


@pytest.mark.parametrize(
    ("contents", "rows"),
    [
        (STORYLINE + SOUND, [("V1", "long", 25, 75, 1), ("A1", "wind", 25, 75, 1)]),
        # The storyline without a spine, as Final Cut writes it.
        (
            '<asset-clip ref="a1" offset="0s" start="0s" duration="6s">'
            '<asset-clip ref="a2" lane="-1" offset="1/2s" start="0s" duration="2s"/></asset-clip>',
            [("V1", "long", 25, 75, 1), ("A1", "wind", 25, 63, Fraction(1, 2))],
        ),
        # The contents end before the clip, and the sound begins inside it.
        (
            '<spine><asset-clip ref="a1" offset="0s" start="2s" duration="2s"/></spine>'
            '<asset-clip ref="a2" lane="-1" offset="2s" start="3s" duration="6s"/>',
            [("V1", "long", 25, 50, 3), ("A1", "wind", 50, 75, 3)],
        ),
        # Another picture above, and two clips in the storyline.
        (
            '<spine><asset-clip ref="a1" offset="0s" duration="2s"/>'
            '<asset-clip ref="a3" start="1s" duration="9s"/></spine>'
            '<asset-clip ref="a3" lane="2" offset="1s" duration="1s"/>',
            [("V1", "long", 25, 50, 1), ("V1", "mute", 50, 75, 1), ("V2", "mute", 25, 50, 0)],
        ),
        # A synchronised clip inside a synchronised clip, on a lane.
        (
            f'<sync-clip offset="0s" start="1s" duration="6s">{STORYLINE}{SOUND}</sync-clip>',
            [("V1", "long", 25, 75, 2), ("A1", "wind", 25, 75, 2)],
        ),
        (
            f'{STORYLINE}<sync-clip lane="1" offset="2s" start="3s" duration="1/2s">'
            f"{STORYLINE}{SOUND}</sync-clip>",
            [("V1", "long", 25, 75, 1), ("V2", "long", 50, 63, 3), ("A1", "wind", 50, 63, 3)],
        ),
        # A multicam clip inside a synchronised clip.
        (
            '<spine><mc-clip ref="m1" offset="0s" start="0s" duration="6s">'
            '<mc-source angleID="S" srcEnable="audio"/><mc-source angleID="A" srcEnable="video"/>'
            "</mc-clip></spine>",
            [("V1", "long", 25, 75, 1), ("A1", "wind", 25, 75, 1)],
        ),
        # The sound of the camera is off, or that of the recorder.
        (
            f'{STORYLINE}{SOUND}<sync-source sourceID="storyline">{INACTIVE}</sync-source>',
            [("V1", "long", 25, 75, 1), ("A1", "wind", 25, 75, 1)],
        ),
        (
            f'{STORYLINE}{SOUND}<sync-source sourceID="connected">{INACTIVE}</sync-source>',
            [("V1", "long", 25, 75, 1)],
        ),
    ],
)  # fmt: skip
def test_synchronised_clip_shows_its_trimmed_contents(tmp_path: Path, contents: str, rows: list[Row]) -> None:
    clip = f'<sync-clip offset="3601s" name="Sync" start="1s" duration="2s">{contents}</sync-clip>'
    arrival = read_spine(tmp_path, FIRST, clip, LAST)
    assert list_inner_clips(arrival) == rows
    assert arrival.notes == ()


def test_sound_of_a_synchronised_clip_is_muted_and_linked_as_in_final_cut(tmp_path: Path) -> None:
    off = '<sync-source sourceID="storyline"><audio-role-source role="d" active="0"/></sync-source>'
    clip = f'<sync-clip offset="3601s" start="1s" duration="2s">{STORYLINE}{SOUND}{off}</sync-clip>'
    arrival = read_spine(tmp_path, FIRST, clip, LAST)
    clips = {clip.source.ref: clip for clip in arrival.bundle.cut.clips if clip.link}
    assert {ref: clip.muted for ref, clip in clips.items()} == {
        "/media/long.mp4": True,
        "/media/wind.wav": False,
    }
    assert len({clip.link for clip in clips.values()}) == 1


@pytest.mark.parametrize(
    ("sources", "rows", "muted"),
    [
        ("A:all", [("V1", "long", 25, 75, 2)], [False]),
        ("A:video", [("V1", "long", 25, 75, 2)], [True]),
        ("A:video S:audio", [("V1", "long", 25, 75, 2), ("A1", "wind", 25, 75, 2)], [True, False]),
        ("S:audio B:video",
         [("V1", "mute", 25, 50, 1), ("V1", "long", 50, 75, 1), ("A1", "wind", 25, 75, 2)],
         [True, True, False]),
        ("B:video A:audio",
         [("V1", "mute", 25, 50, 1), ("V1", "long", 50, 75, 1), ("A1", "long", 25, 75, 2)],
         [True, True, False]),
        ("A:all S:audio", [("V1", "long", 25, 75, 2), ("A1", "wind", 25, 75, 2)], [False, False]),
        ("S:all", [("A1", "wind", 25, 75, 2)], [False]),
        ("A:none B:none S:audio", [("A1", "wind", 25, 75, 2)], [False]),
        ("", [("V1", "long", 25, 75, 2)], [False]),
    ],
)  # fmt: skip
def test_multicam_clip_shows_its_active_angles(
    tmp_path: Path, sources: str, rows: list[Row], muted: list[bool]
) -> None:
    chosen = "".join(
        f'<mc-source angleID="{angle}" srcEnable="{use}"/>'
        for angle, use in (each.split(":") for each in sources.split())
    )
    clip = f'<mc-clip ref="m1" offset="3601s" name="Multi" start="2s" duration="2s">{chosen}</mc-clip>'
    arrival = read_spine(tmp_path, FIRST, clip, LAST)
    assert list_inner_clips(arrival) == rows
    laid_out = layout(arrival.bundle.cut)
    found = [each.clip for track in laid_out.tracks for each in laid_out.get_row(track.id)]
    inner = [clip for clip in found if 25 <= laid_out.get_start(clip.id) < 75]
    assert [clip.muted for clip in inner if clip.source.kind is not SourceKind.GAP] == muted


@pytest.mark.parametrize(("angle", "expected"), [("3600s", 2), ("0s", 2)])
def test_multicam_clip_may_start_at_a_timecode(tmp_path: Path, angle: str, expected: int) -> None:
    multicam = (
        '<media id="m1" name="Multi"><multicam format="r1" tcStart="3600s"><mc-angle angleID="A">'
        f'<asset-clip ref="a1" offset="{angle}" duration="6s"/></mc-angle></multicam></media>'
    )
    clip = '<mc-clip ref="m1" offset="3601s" start="3602s" duration="2s"><mc-source angleID="A"/></mc-clip>'
    arrival = read_spine(tmp_path, FIRST, clip, LAST, resources=ASSETS + multicam)
    assert list_inner_clips(arrival) == [("V1", "long", 25, 75, Fraction(expected))]


def test_multicam_clip_of_another_speed_becomes_a_nested_cut(tmp_path: Path) -> None:
    clip = (
        '<mc-clip ref="m1" offset="3601s" name="Fast" start="1s" duration="2s"><timeMap>'
        '<timept time="0s" value="0s"/><timept time="3s" value="6s"/></timeMap>'
        '<mc-source angleID="A"/></mc-clip>'
    )
    arrival = read_spine(tmp_path, FIRST, clip, LAST)
    [nested] = arrival.bundle.cuts.values()
    assert list_inner_clips(arrival) == [("V1", "Fast", 25, 75, Fraction(2))]
    assert list_clips(arrival.bundle, nested) == [("V1", "long", 0, 150, Fraction(0))]
    assert (nested.rate, nested.width, nested.height) == (Fraction(25), 320, 192)
    assert {clip.effects.speed for clip in arrival.bundle.cut.clips} == {1, 2}


@pytest.mark.parametrize(
    ("reps", "path"),
    [
        ('<media-rep kind="original-media" src="file:///media/a%20b.mov"/>', "/media/a b.mov"),
        ('<media-rep kind="original-media" sig="F" src="file:///media/a.mov"><bookmark>Ym9v</bookmark></media-rep>',
         "/media/a.mov"),
        ('<media-rep kind="proxy-media" src="file:///p/a.mov"/>'
         '<media-rep kind="original-media" src="file:///o/a.mov"/>', "/o/a.mov"),
        ('<media-rep src="file:///media/a.mov"/>', "/media/a.mov"),
        ('<media-rep kind="original-media" suggestedFilename="a"/>'
         '<media-rep kind="proxy-media" src="file:///p/a.mov"/>', "/p/a.mov"),
        ('<media-rep kind="original-media"/>', ""),
    ],
)  # fmt: skip
def test_media_representation_names_the_file(tmp_path: Path, reps: str, path: str) -> None:
    asset = f'<asset id="a9" name="a" start="0s" duration="6s" hasVideo="1">{reps}</asset>'
    clip = '<asset-clip ref="a9" offset="3601s" start="0s" duration="2s"/>'
    arrival = read_spine(tmp_path, FIRST, clip, LAST, resources=ASSETS + asset)
    [medium] = [each for each in arrival.bundle.media.values() if each.name == "a"]
    assert medium.path == path
    assert len(arrival.notes) == ("/p/" in path)


@pytest.mark.parametrize(
    "wrong",
    [
        '<asset-clip ref="a1" name="wrong" offset="x" duration="1s"/>',
        '<asset-clip ref="a1" name="wrong" offset="3601s" duration="one"/>',
        '<asset-clip ref="a1" name="wrong" offset="3601s" start="1/0s" duration="1s"/>',
        '<asset-clip ref="none" name="wrong" offset="3601s" duration="1s"/>',
        '<mc-clip ref="none" name="wrong" offset="3601s" duration="1s"/>',
        '<mc-clip ref="m1" name="wrong" offset="3601s" duration="1s"><mc-source angleID="none"/></mc-clip>',
        '<ref-clip ref="a0" name="wrong" offset="3601s" duration="1s"/>',
        '<clip name="wrong" offset="3601s" duration="1s"/>',
        '<transition name="wrong" offset="x" duration="1s"/>',
    ],
)
def test_unreadable_element_is_left_out_and_noted_with_its_line(tmp_path: Path, wrong: str) -> None:
    broken = '<media id="a0" name="wrong"><sequence format="none"/></media>'
    arrival = read_spine(tmp_path, FIRST, wrong, LAST, resources=ASSETS + MULTICAM + broken)
    assert list_inner_clips(arrival) == []
    [note] = arrival.notes
    assert note.startswith("line 5:")
    assert "wrong" in note


def test_element_without_times_follows_the_element_before_it(tmp_path: Path) -> None:
    arrival = read_spine(
        tmp_path, FIRST, '<gap duration="1s"/>', '<asset-clip ref="a1" duration="1s" start="2s"/>', LAST
    )
    assert list_inner_clips(arrival) == [("V1", "long", 50, 75, Fraction(2))]
    arrival = read_spine(tmp_path, '<asset-clip ref="a2" name="wind" offset="3600s"/>')
    assert list_clips(arrival.bundle) == [("A1", "wind", 0, 150, Fraction(0))]


def test_containers_that_contain_themselves_are_left_out(tmp_path: Path) -> None:
    angle = '<mc-clip ref="m1" offset="0s" duration="6s"><mc-source angleID="A"/></mc-clip>'
    itself = f'<media id="m1"><multicam><mc-angle angleID="A">{angle}</mc-angle></multicam></media>'
    clip = '<mc-clip ref="m1" offset="3601s" duration="2s"><mc-source angleID="A"/></mc-clip>'
    arrival = read_spine(tmp_path, FIRST, clip, LAST, resources=ASSETS + itself)
    assert list_inner_clips(arrival) == []
    assert len(arrival.notes) == 1


@pytest.mark.long("files")
def test_containers_that_repeat_each_other_endlessly_are_refused(tmp_path: Path) -> None:
    many = "".join(
        f'<media id="m{number}"><multicam><mc-angle angleID="A">'
        + 10 * f'<mc-clip ref="m{number - 1}" offset="0s" duration="1s"><mc-source angleID="A"/></mc-clip>'
        + "</mc-angle></multicam></media>"
        for number in range(1, 12)
    )
    clip = '<mc-clip ref="m11" offset="3601s" duration="999999s"><mc-source angleID="A"/></mc-clip>'
    with pytest.raises(BadInput):
        read_spine(tmp_path, FIRST, clip, LAST, resources=ASSETS + many)


def test_spine_inside_the_spine_of_the_sequence_is_read(tmp_path: Path) -> None:
    inner = (
        '<spine offset="3601s" name="Story"><asset-clip ref="a1" offset="0s" start="2s" duration="1s"/>'
        '<asset-clip ref="a3" offset="1s" duration="1s"/></spine>'
    )
    arrival = read_spine(tmp_path, FIRST, inner, LAST)
    assert list_inner_clips(arrival) == [("V1", "long", 25, 50, Fraction(2)), ("V1", "mute", 50, 75, 0)]
    assert arrival.notes == ()


@pytest.mark.parametrize(
    "unknown",
    [
        '<live-drawing name="wrong" offset="3601s" duration="1s"/>',
        '<asset-clip ref="a1" name="wrong" offset="3601s" duration="0s"/>',
        '<asset-clip ref="a1" name="wrong" offset="3601s" duration="-1s"/>',
        '<gap offset="3601s" duration="1s"><caption name="wrong" lane="1" offset="0s" duration="1s"/></gap>',
    ],
)
def test_element_that_is_not_shown_is_noted_with_its_line(tmp_path: Path, unknown: str) -> None:
    arrival = read_spine(tmp_path, FIRST, unknown, LAST)
    assert list_inner_clips(arrival) == []
    [note] = arrival.notes
    assert note.startswith("line 5:")
    assert "wrong" in note


def test_other_projects_of_the_file_are_reported(tmp_path: Path) -> None:
    second = '</spine></sequence></project><project name="Q"><sequence format="r1"><spine>'
    arrival = read_spine(tmp_path, FIRST, LAST, second)
    assert arrival.bundle.cut.name == "P"
    assert len(arrival.notes) == 1


def test_chapter_marker_and_silence_are_read(tmp_path: Path) -> None:
    clip = (
        '<asset-clip ref="a1" offset="3600s" start="1s" duration="2s"><adjust-volume amount="-infdB"/>'
        '<chapter-marker start="2s" duration="1/25s" value="Two"/></asset-clip>'
    )
    cut = read_spine(tmp_path, clip).bundle.cut
    assert [(each.frame, each.text) for each in cut.markers] == [(25, "Two")]
    assert cut.clips[0].muted


@pytest.mark.parametrize(
    ("name", "kind", "notes"), [("Cross Dissolve", "dissolve", 0), ("Bloom", "dissolve", 1)]
)
def test_transition_of_another_kind_is_reported(tmp_path: Path, name: str, kind: str, notes: int) -> None:
    arrival = read_spine(
        tmp_path,
        '<asset-clip ref="a1" offset="3600s" duration="2s"/>',
        f'<transition name="{name}" offset="36015/10s" duration="1s"/>',
        '<asset-clip ref="a1" offset="3602s" start="2s" duration="2s"/>',
    )
    [transition] = arrival.bundle.cut.transitions
    assert (transition.kind, len(arrival.notes)) == (kind, notes)
