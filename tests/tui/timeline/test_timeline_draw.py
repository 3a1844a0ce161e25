"""Test the rows of the timeline as text: edges, names, states, ruler, flags and minimap at exact cells."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, SourceKind, Transition
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.jobs.values.views import JobView
from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.tui.terminal.palettes import ANSI
from milimo_tui.tui.timeline.values.clip_style import (
    ClipState,
    ClipStyles,
    ShotWork,
    build_clip_styles,
    collect_shot_work,
)
from milimo_tui.tui.timeline.values.model import Lane, TimelineFilm
from milimo_tui.tui.timeline.values.view import (
    TimelineViewport,
    seek_frame,
    zoom_in_steps,
    zoom_out_steps,
    zoom_to_film,
)
from milimo_tui.tui.timeline.widgets.clip_rows import shorten_name
from milimo_tui.tui.timeline.widgets.drawing import draw_timeline_row, format_ruler_timecode
from milimo_tui.tui.timeline.widgets.minimap import find_map_playhead
from milimo_tui.tui.timeline.widgets.row_layout import HEAD, LanePart, RowKind, lay_out_rows
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import (
    REVERSED,
    CanvasRow,
    draw_line_through,
    draw_progress_bar,
    get_drawing_palette,
    overlay_character,
)
from milimo_tui.tui.widgets.waveform import Peaks, compute_wave_levels, draw_wave_rows, peak_to_eighths
from tests.tui.timeline.timeline_films import clip, film, run, story, track

PALETTE = {name: Color.parse("#808080") for name in ("text", "muted", "clip", "current", "picked", "rule")}


def picture(
    cutting: TimelineFilm,
    clip_styles: ClipStyles,
    *,
    width: int,
    height: int,
    zoom: int,
    at: int = 0,
    lane: int = 1,
) -> list[str]:
    view = seek_frame(TimelineViewport(lane=lane, zoom=zoom, width=width - HEAD), cutting, at)
    lines = lay_out_rows(cutting, height, lane)
    content = TimelineContent(cutting, view, clip_styles, lines=lines)
    return [draw_timeline_row(content, line, width).text for line in lines]


def rows_of(
    cutting: TimelineFilm,
    clip_styles: ClipStyles,
    kind: RowKind,
    *,
    width: int = 80,
    height: int = 10,
    zoom: int = 10,
) -> list[str]:
    view = TimelineViewport(lane=1, zoom=zoom, width=width - HEAD)
    lines = lay_out_rows(cutting, height, 1)
    content = TimelineContent(cutting, view, clip_styles, lines=lines)
    return [draw_timeline_row(content, line, width).text for line in lines if line.kind is kind]


def test_small_film_at_80_columns_looks_as_drawn_here() -> None:
    cutting = film([100, 121, 97, 130], v2=[-150, 120], a1=[300], marks={260: ""}, mark_in=300, mark_out=420)
    work = {"shot_3": ShotWork(ClipState.WORKING, 0.62, 18.0)}
    clip_styles = build_clip_styles(
        story(4, picked={0, 1, 2}, dialogue={1, 3}), work, stale=frozenset({"shot_2"})
    )
    drawn = picture(cutting, clip_styles, width=60, height=9, zoom=9, at=333)
    assert drawn == GOLDEN, "\n".join(drawn)


GOLDEN = [
    "      00:00        00:05         00:10         00:15        ",
    "      ╷            ╷             ╷◆    [━━━━━━━━━━━━]       ",
    " V2                    ▏1B CU Ma ● ▉                        ",
    "▸V1   ▏1A CU  ● ▉▏1B CU Mar ● ▍▏1C CU  ◐ ▏▏1D ▒▒░ 62 % ▋    ",
    "      ▏Steam f… ▉▏“You are l… ▍▏Steam f… ▏▏“You are l… ▋    ",
    "      ▏         ▉▏            ▍▏         ▏▏            ▋    ",
    " A1   ▏1A CU Mara                    ● ▏                    ",
    "                                                            ",
    "      [━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━]  whole film ",
]


def test_clips_are_separated_by_an_eighth_and_start_on_the_next_cell() -> None:
    cutting = film([80, 80, 80])
    (row,) = rows_of(cutting, ClipStyles(), RowKind.LANE, height=5)[1:2]
    body = row[HEAD:]
    assert body[7] == "▉", "an edge on a cell's border leaves an eighth free"
    assert body[15] == "▉"
    (row,) = rows_of(film([85, 80]), ClipStyles(), RowKind.LANE, height=5)[1:2]
    assert row[HEAD + 8] == "▍", "8.5 cells: the ninth holds three eighths, one stays free"


def test_each_clip_starts_with_an_edge_and_has_two_ends_without_a_ground() -> None:
    cutting = film([400], v2=[-45, 200])
    v2 = rows_of(cutting, ClipStyles(), RowKind.LANE, height=6)[0]
    assert v2[HEAD + 3 : HEAD + 7] == "  ▏s"
    lines = lay_out_rows(cutting, 6, 1)
    content = TimelineContent(
        cutting, TimelineViewport(zoom=10, width=74, lane=1), ClipStyles(), lines=lines, ends=True
    )
    lanes = [line for line in lines if line.kind is RowKind.LANE]
    v2, v1 = (draw_timeline_row(content, line, 80).text[HEAD:].rstrip() for line in lanes[:2])
    assert (v2.index("▐"), v2.index("▌")) == (5, 23)
    assert (v1[0], v1[-1]) == ("▐", "▌")


def test_every_state_has_its_glyph_without_colour() -> None:
    glyphs = [state.glyph for state in ClipState if state is not ClipState.PLAIN]
    assert len(set(glyphs)) == len(glyphs)
    work = {
        "shot_2": ShotWork(ClipState.WAITING),
        "shot_3": ShotWork(ClipState.WORKING, 0.5),
        "shot_4": ShotWork(ClipState.FAILED),
    }
    offline = frozenset({"V1_6"})
    clip_styles = build_clip_styles(
        story(7, picked={0, 1, 6}), work, stale=frozenset({"shot_1"}), offline=offline
    )
    cutting = film([100] * 7)
    row = rows_of(cutting, clip_styles, RowKind.LANE, height=6, width=90)[1]
    cells = [row[HEAD + index * 10 : HEAD + index * 10 + 10] for index in range(7)]
    assert [name in cell for name, cell in zip("ABCDEFG", cells, strict=True)] == [True] * 7
    for glyph, cell in zip("●◐…▒✕○⊘", cells, strict=True):
        assert glyph in cell, (glyph, cell)


def test_shot_in_progress_shows_its_progress() -> None:
    clip_styles = build_clip_styles(story(1), {"shot_0": ShotWork(ClipState.WORKING, 0.62)})
    row = rows_of(film([500]), clip_styles, RowKind.LANE, height=6)[1]
    assert "1A ▒" in row
    assert "62 %" in row
    assert row.count("▒") > row.count("░") > 0


def test_failed_job_of_a_shot_with_a_take_keeps_the_picture_of_the_take() -> None:
    clip_styles = build_clip_styles(story(1, picked={0}), {"shot_0": ShotWork(ClipState.FAILED)})
    assert clip_styles.find_state(clip_styles.shots["shot_0"]) is ClipState.PICKED


def test_newest_job_of_a_shot_is_shown_and_jobs_of_other_films_are_not() -> None:
    jobs: dict[str, dict[str, object]] = {
        "a": {
            "shot": "shot_0",
            "kind": "make_video",
            "state": "failed",
            "error": "no memory",
            "project": "/p",
        },
        "b": {"shot": "shot_0", "kind": "make_video", "state": "running", "progress": 0.25, "project": "/p"},
        "c": {"shot": "shot_1", "kind": "make_video", "state": "queued", "project": "/other"},
        "d": {"shot": "shot_2", "kind": "make_video", "state": "failed", "error": "x", "project": "/p"},
        "e": {"shot": "shot_2", "kind": "make_video", "state": "done", "project": "/p"},
    }
    views = {id: JobView.from_json({"id": id, **job}) for id, job in jobs.items()}
    work = collect_shot_work(views, lambda job: job.project == "/p")
    assert work == {"shot_0": ShotWork(ClipState.WORKING, 0.25, None, "")}


def test_assets_gaps_and_missing_sources_have_their_own_drawing() -> None:
    asset = Asset(id="ast_1", kind=AssetKind.SOUND, path="media/ab/rain.wav", name="rain\tloop")
    clip_styles = ClipStyles(assets={"ast_1": asset})
    assert (
        clip_styles.find_clip_style(clip("c", "A1", 10, ClipSource(SourceKind.ASSET, "ast_1"))).name
        == "rain loop"
    )
    assert clip_styles.find_clip_style(clip("c", "V1", 10, ClipSource(SourceKind.GAP))).gap
    assert (
        clip_styles.find_clip_style(clip("c", "V1", 10, ClipSource(SourceKind.SHOT, "gone"))).state
        is ClipState.OFFLINE
    )


def test_ruler_labels_stand_on_their_seconds() -> None:
    cutting = film([4000])
    ruler = rows_of(cutting, ClipStyles(), RowKind.RULER, zoom=5)[0]
    assert ruler[HEAD : HEAD + 5] == "00:00"
    assert ruler[HEAD + 10 : HEAD + 15] == "00:02"
    near = rows_of(film([4000], rate=Fraction(24)), ClipStyles(), RowKind.RULER, zoom=1)[0]
    assert near[HEAD + 12 : HEAD + 20] == "00:00:12", "frames are told where there is room to"
    long = rows_of(film([25 * 4000]), ClipStyles(), RowKind.RULER, zoom=500)[0]
    assert long[HEAD : HEAD + 8] == "00:00:00", "a film of over an hour has hours"


def test_short_timecodes_follow_drop_frame() -> None:
    ntsc = Fraction(30000, 1001)
    assert format_ruler_timecode(1800, ntsc, frames=True, hours=True) == "00:01:00;02"
    assert format_ruler_timecode(1800, ntsc, frames=False, hours=False) == "01:00"


def test_flags_show_range_markers_and_marks() -> None:
    cutting = film([1000], marks={100: "", 200: "q"}, mark_in=300, mark_out=400)
    flags = rows_of(cutting, ClipStyles(), RowKind.FLAGS)[0]
    assert flags[HEAD + 10] == "◆"
    assert flags[HEAD + 20] == "q"
    assert flags[HEAD + 30 : HEAD + 40] == "[━━━━━━━━]"


def test_minimap_shows_window_playhead_and_missing_media() -> None:
    cutting = film([1000, 1000], marks={})
    view = seek_frame(TimelineViewport(zoom=10, width=74, lane=1), cutting, 500)
    clip_styles = build_clip_styles(story(2, picked={0}))
    content = TimelineContent(cutting, view, clip_styles)
    text = draw_timeline_row(content, lay_out_rows(cutting, 10, 1)[-1], 80).text
    assert text.rstrip().endswith("whole film")
    assert "[" in text
    assert "]" in text
    assert text.index("[") < find_map_playhead(cutting, view, 80) < text.index("]")
    assert find_map_playhead(TimelineFilm(), TimelineViewport(), 80) == -1
    assert "╌" in text, "the half with no take is dotted"


def test_rows_are_distributed_by_height_and_the_current_lane_is_shown() -> None:
    cutting = film([10], v2=[10], a1=[10])
    for height in range(1, 30):
        lines = lay_out_rows(cutting, height, 1)
        assert len(lines) == height
        assert lines[0].kind is RowKind.RULER
        if height >= 5:
            assert lines[1].kind is RowKind.FLAGS
        if height >= 2:
            assert any(line.kind is RowKind.LANE and line.lane == 1 for line in lines)
    many = TimelineFilm(lanes=tuple(Lane(track(f"A{n}", f"{n:03d}")) for n in range(30)), frames=10)
    for current in range(30):
        assert any(line.lane == current for line in lay_out_rows(many, 8, current))


def test_ten_thousand_clips_cost_by_cell_not_by_clip() -> None:
    cutting = film([3] * 10_000)
    asked = 0

    class Counting(ClipStyles):
        def find_clip_style(self, clip: Clip):  # type: ignore[no-untyped-def]
            nonlocal asked
            asked += 1
            return super().find_clip_style(clip)

    clip_styles = Counting(
        **{
            name: getattr(build_clip_styles(story(3)), name)
            for name in ("shots", "takes", "assets", "numbers")
        }
    )
    for zoom in (1, 50, 400):
        asked = 0
        rows_of(cutting, clip_styles, RowKind.LANE, height=6, zoom=zoom, width=200)
        assert asked < 1000, (zoom, asked)


def test_wide_characters_take_two_cells_and_never_overrun() -> None:
    row = CanvasRow(10)
    assert row.put(0, "雨の市場", limit=7) == 6
    assert row.text == "雨の市    "
    assert row.to_strip(PALETTE).cell_length == 10


def test_row_joins_cells_of_one_style_and_an_overlay_changes_one_cell() -> None:
    row = CanvasRow(12, "text")
    row.fill_cells(2, 8, " ", "text", "clip")
    row.put(3, "1A", "picked", bold=True)
    strip = row.to_strip(PALETTE)
    assert len(list(strip)) == 5
    over = overlay_character(strip, 4, "│", Color.parse("red"))
    assert over.text == row.text[:4] + "│" + row.text[5:]
    assert over.cell_length == 12
    changed = next(segment for segment in over if segment.text == "│")
    assert changed.style is not None
    assert changed.style.bgcolor == PALETTE["clip"], "the clip's ground stays under the playhead"
    assert overlay_character(strip, 99, "│", None) is strip


def test_playhead_marks_a_letter_and_crosses_everything_else() -> None:
    row = CanvasRow(12, "text")
    row.fill_cells(1, 11, " ", "text", "clip")
    row.put(2, "1A 雨▁", "text")
    ink, ground = Color.parse("red"), Color.parse("black")
    for cell, shown in ((0, "┃"), (2, "1"), (4, "┃"), (5, "雨"), (6, "雨"), (7, "┃"), (10, "┃")):
        over = draw_line_through(row.to_strip(PALETTE), cell, "┃", ink, ground)
        marked = next(segment for segment in over if segment.text == shown)
        assert over.cell_length == 12
        assert marked.style is not None
        is_word = shown != "┃"
        assert (marked.style.color, marked.style.bgcolor == ink) == (
            (ground, True) if is_word else (ink, False)
        )
    none = Color.parse("default")
    for below, reverse in (({}, True), ({"clip": REVERSED}, False)):
        over = draw_line_through(row.to_strip(below), 2, "┃", none, none)
        marked = next(segment for segment in over if segment.text == "1")
        assert marked.style is not None
        assert marked.style.reverse is reverse, "told from its neighbours without colour"


def test_names_are_shortened_where_still_distinct() -> None:
    assert [shorten_name("rain on tin.wav", cells) for cells in (20, 15, 14, 11, 10, 4)] == [
        "rain on tin.wav", "rain on tin.wav", "rain on tin", "rain on tin", "rain on t…", "rai…",
    ]  # fmt: skip
    assert shorten_name("v1.2 of the cut", 9) == "v1.2 of…"


def test_waveforms_are_eighths_of_the_peak_and_silence_is_blank() -> None:
    peaks = Peaks([0.0] * 100 + [1.0] * 100)
    drawn = compute_wave_levels(peaks, source_in=Fraction(0), rate=Fraction(25), offset=0, zoom=5, cells=12)
    assert drawn == [0] * 5 + [8] * 5 + [0] * 2
    assert draw_wave_rows([0, 4, 8], 1) == [" ▄█"]
    assert draw_wave_rows([0, 4, 8], 2) == ["  █", " ██"]
    assert [peak_to_eighths(peak) for peak in (0, 0.001, 0.01, 0.25, 1, 9)] == [0, 0, 1, 4, 8, 8]


def test_waveform_is_drawn_at_the_speed_of_the_clip() -> None:
    """The sound is a second of silence and a second of tone. It is drawn at double speed, reversed, and as a
    freeze frame.
    """
    peaks = Peaks([0.0] * 100 + [1.0] * 100)

    def drawn(speed: str, source_in: Fraction = Fraction(0)) -> list[int]:
        return compute_wave_levels(
            peaks,
            source_in=source_in,
            rate=Fraction(25),
            offset=0,
            zoom=5,
            cells=6,
            speed=Fraction(speed),
        )

    assert drawn("2") == [0, 0, 8, 8, 8, 0], "at 5 frames a cell a cell is 0.4 s of source"
    assert drawn("1/2", Fraction(4, 5)) == [0, 0, 8, 8, 8, 8]
    assert drawn("-2", Fraction(49, 25)) == [8, 8, 8, 0, 0, 0], "the last picture first"
    assert drawn("0", Fraction(3, 2)) == [0] * 6, "a freeze frame is silent"


def test_quieter_clip_has_a_lower_waveform_from_its_in_point() -> None:
    span = PlacedClip(
        replace(clip("c", "A1", 100, ClipSource(SourceKind.ASSET, "a")), source_in=Fraction(1)), 0, 100
    )
    cutting = TimelineFilm(frames=100, lanes=(Lane(track("A1", "a"), (span,)),))
    peaks = Peaks([0.0] * 100 + [1.0] * 400)
    view = TimelineViewport(zoom=10, width=74, lane=0)
    loud = draw_timeline_row(
        TimelineContent(cutting, view, ClipStyles(), peaks=lambda clip: peaks),
        lay_out_rows(cutting, 4, 0)[1],
        80,
    ).text
    assert "█" in loud
    quiet_span = PlacedClip(replace(span.clip, gain_db=-20.0), 0, 100)
    quiet_film = TimelineFilm(frames=100, lanes=(Lane(track("A1", "a"), (quiet_span,)),))
    quiet = draw_timeline_row(
        TimelineContent(quiet_film, view, ClipStyles(), peaks=lambda clip: peaks),
        lay_out_rows(cutting, 4, 0)[1],
        80,
    ).text
    assert "█" not in quiet
    assert "▃" in quiet


@pytest.mark.parametrize(("share", "text"), [(0.0, "░░░░"), (0.5, "▓▓░░"), (1.0, "▓▓▓▓"), (7.0, "▓▓▓▓")])
def test_bars_differ_by_shape(share: float, text: str) -> None:
    assert draw_progress_bar(share, 4) == text


def test_gap_clips_and_dissolves_are_drawn() -> None:
    gap = PlacedClip(clip("g", "V1", 100, ClipSource(SourceKind.GAP)), 100, 200)
    spans = (
        *run("V1", [100]),
        gap,
        PlacedClip(clip("n", "V1", 100, ClipSource(SourceKind.SHOT, "shot_1")), 200, 300),
    )
    joins = {("g", "n"): Transition(id="t", cut="c", left="g", right="n", frames=12)}
    lane = Lane(track("V1", "a", magnetic=True), spans, joins)
    cutting = TimelineFilm(frames=300, lanes=(lane,))
    content = TimelineContent(cutting, TimelineViewport(zoom=10, width=74), build_clip_styles(story(2)))
    row = draw_timeline_row(content, lay_out_rows(cutting, 6, 0)[2], 80).text
    assert row[HEAD + 11 : HEAD + 18] == "╌" * 7
    assert row[HEAD + 19 : HEAD + 21] == "╲╱"


def lane_row(
    cutting: TimelineFilm,
    clip_styles: ClipStyles,
    *,
    zoom: int = 10,
    width: int = 80,
    lane: int = 0,
    **seen: Any,
) -> str:
    """Return the title row of a lane as text. `lane` is the index of the lane."""
    lines = lay_out_rows(cutting, 12, lane)
    line = next(line for line in lines if line.lane == lane and line.part is LanePart.TITLE)
    view = TimelineViewport(lane=lane, zoom=zoom, width=width - HEAD)
    return draw_timeline_row(TimelineContent(cutting, view, clip_styles, lines=lines), line, width).text


def one(clip: Clip, frames: int, *, name: str = "V1", **more: Any) -> TimelineFilm:
    """Return a film with one clip of `frames` frames on one lane."""
    lane = Lane(track(name, "a", magnetic=name == "V1"), (PlacedClip(clip, 0, frames),), **more)
    return TimelineFilm(frames=frames, lanes=(lane,))


def test_row_67_zoom_goes_from_one_frame_a_cell_to_ten_hours_on_a_screen() -> None:
    hours = film([25 * 3600] * 10)
    view = TimelineViewport(zoom=8, width=74, lane=1)
    near = zoom_in_steps(view, hours, 99)
    assert near.zoom == 1
    assert zoom_out_steps(near, hours, 99).width * zoom_out_steps(near, hours, 99).zoom >= hours.frames
    whole = zoom_to_film(view, hours)
    assert (whole.origin, whole.shows_frame(hours.frames - 1)) == (0, True)


def test_titles_show_take_speed_link_group_and_keyframes() -> None:
    shown = story(1, picked={0})
    takes = tuple(
        Take(id=f"take_{n}", shot="shot_0", asset=f"ast_{n}", job=f"j{n}", engine="x", seed=n, frames=9)
        for n in (7, 0)
    )
    clip_styles = build_clip_styles(replace(shown, takes=takes))
    plain_clip = clip("c", "V1", 400, ClipSource(SourceKind.SHOT, "shot_0"))
    assert "●2" in lane_row(one(plain_clip, 400), clip_styles)
    faster = replace(
        plain_clip, effects=replace(plain_clip.effects, speed=Fraction(-3, 2)), link="l", group="g"
    )
    row = lane_row(one(faster, 400), clip_styles)
    assert row.index("−1.5×") > row.index("∞") > row.index("≡")
    row = lane_row(one(replace(plain_clip, link="l"), 400), clip_styles, zoom=40)
    assert "1A ∞ ●" in row, "where no words can stand, a sign does"
    fading = replace(plain_clip.effects, curves=(("opacity", (Keyframe(0, 0.0), Keyframe(50, 1.0))),))
    keyed = one(replace(plain_clip, effects=fading), 400, keyed=True)
    assert "◆" in lane_row(keyed, clip_styles)
    lines = lay_out_rows(keyed, 14, 0)
    keys = next(line for line in lines if line.part is LanePart.KEYS)
    drawn = draw_timeline_row(
        TimelineContent(keyed, TimelineViewport(zoom=10, width=74), clip_styles, lines=lines), keys, 80
    ).text
    assert (drawn[HEAD], drawn[HEAD + 5], drawn[HEAD + 1]) == ("◆", "◆", "┈")


def test_trimmed_edge_shows_that_the_source_continues() -> None:
    asset = Asset(id="ast_1", kind=AssetKind.VIDEO, path="a.mov", name="rain", seconds=Fraction(20))
    clip_styles = ClipStyles(assets={"ast_1": asset})
    whole = clip("c", "V1", 400, ClipSource(SourceKind.ASSET, "ast_1"))
    row = lane_row(one(replace(whole, frames=500), 500), clip_styles)
    assert "‹" not in row
    assert "›" not in row
    row = lane_row(one(replace(whole, source_in=Fraction(1)), 400), clip_styles)
    assert row[HEAD : HEAD + 2] == "▏‹"
    assert "›" in row
    row = lane_row(one(replace(whole, source_in=Fraction(4)), 400), clip_styles)
    assert row[HEAD : HEAD + 2] == "▏‹"
    assert "›" not in row


def test_transition_is_as_wide_as_its_length_with_titles_next_to_it() -> None:
    spans = run("V1", [300, 300])
    join = Transition(id="t", cut="c", left="V1_0", right="V1_1", frames=80)
    lane = Lane(track("V1", "a", magnetic=True), spans, {("V1_0", "V1_1"): join})
    row = lane_row(TimelineFilm(frames=600, lanes=(lane,)), build_clip_styles(story(2)))
    assert row[HEAD + 26 : HEAD + 34].strip() == "╲╱"
    assert row[HEAD + 34 : HEAD + 38].strip() == "1B"


def test_connected_clips_hang_by_a_stem_on_the_clip_below() -> None:
    over = replace(clip("o", "V2", 200, ClipSource(SourceKind.SHOT, "shot_1")), anchor="V1_0", offset=50)
    lanes = (
        Lane(track("V2", "b"), (PlacedClip(over, 50, 250),)),
        Lane(track("V1", "a", magnetic=True), run("V1", [400])),
    )
    cutting = TimelineFilm(frames=400, lanes=lanes, is_connected=True)
    lines = lay_out_rows(cutting, 14, 1)
    content = TimelineContent(
        cutting, TimelineViewport(zoom=10, width=74), build_clip_styles(story(2)), lines=lines
    )
    drawn = [draw_timeline_row(content, line, 80).text for line in lines]
    stems = next(at for at, line in enumerate(lines) if line.kind is RowKind.STEMS)
    assert drawn[stems].strip() == "│"
    assert drawn[stems].index("│") == HEAD + 5
    v2 = next(at for at, line in enumerate(lines) if line.lane == 0)
    assert drawn[v2][HEAD + 5] == "└"


def test_selection_is_shown_on_its_lanes_and_without_colour() -> None:
    cutting = film([400], v2=[400])
    lines = lay_out_rows(cutting, 10, 1)
    content = TimelineContent(
        cutting, TimelineViewport(zoom=10, width=74, lane=1), ClipStyles(), picked=(100, 200), lines=lines
    )
    plain = get_drawing_palette(ANSI, plain=True)
    for line in lines:
        if line.kind is RowKind.LANE:
            strip = draw_timeline_row(content, line, 80).to_strip(plain)
            reversed_cells = sum(s.cell_length for s in strip if s.style and s.style.reverse)
            assert reversed_cells == (10 if line.lane == 1 else 0)
    both = replace(content, picked_lanes=(0, 1))
    assert both.is_picked(0)


def test_waveforms_advance_at_the_speed_of_the_clip() -> None:
    peaks = Peaks([0.0] * 100 + [1.0] * 100)

    def drawn(speed: Fraction, source_in: int = 0) -> list[int]:
        return compute_wave_levels(
            peaks, source_in=Fraction(source_in), rate=Fraction(25), offset=0, zoom=5, cells=6, speed=speed
        )

    assert drawn(Fraction(2)) == [0, 0, 8, 8, 8, 0]
    assert drawn(Fraction(-1), source_in=2)[:5] == [8] * 5
    assert drawn(Fraction(0)) == [0] * 6


def test_hour_of_sound_on_one_screen_is_read_in_few_steps() -> None:
    levels = [0.0] * 360_000
    levels[123_456] = 0.9
    peaks = Peaks(levels)
    assert peaks.loudest_between(0, 3600) == 0.9
    assert peaks.loudest_between(Fraction(1234), Fraction(1235)) == 0.9
    assert peaks.loudest_between(0, 1234) == 0.0
    assert len(peaks.coarse) == -(-360_000 // 64)


def test_frames_are_drawn_at_the_head_and_where_they_fit_at_the_tail() -> None:
    def pictures(clip: Clip, end: str, rows: int) -> list[Strip]:
        return [Strip([Segment("H" * 6 if end == "head" else "T" * 6)], 6)] * rows

    cutting = film([400, 100])
    lines = lay_out_rows(cutting, 16, 1, pictures=True)
    line = next(line for line in lines if line.part is LanePart.PICTURE)
    content = TimelineContent(
        cutting, TimelineViewport(zoom=10, width=74, lane=1), ClipStyles(), lines=lines, pictures=pictures
    )
    text = draw_timeline_row(content, line, 80).to_strip({}).text
    assert text.count("H" * 6) == 2
    assert text.count("T" * 6) == 1, "a clip of ten cells has no room for its last frame"
