"""Test scopes against the output of FFmpeg's own filters for the same picture, and against known pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.media.loudness.loudness_course import (
    PART,
    STEPS,
    LoudnessHistory,
    LoudnessPairs,
    measure_loudness_pairs,
)
from milimo_tui.media.picture import colour, filter_graphs
from milimo_tui.media.picture.filter_graphs import make_filter
from milimo_tui.media.scopes.histogram import count_levels, draw_histogram
from milimo_tui.media.scopes.levels import extract_planes, luma_to_percent
from milimo_tui.media.scopes.loudness_graph import draw_loudness_graph, loudness_to_row
from milimo_tui.media.scopes.trace import GROUND, level_to_row
from milimo_tui.media.scopes.vectorscope import count_chroma, draw_vectorscope, list_bar_targets
from milimo_tui.media.scopes.waveforms import count_levels_by_column, draw_luma_waveform, draw_rgb_parade
from tests.media.material import tone
from tests.media.sounds import noise

RATE = 48000


def drawn_by_ffmpeg(source: str, width: int, height: int, pixels: str = "yuv444p") -> av.VideoFrame:
    """Return a picture of one of FFmpeg's test sources, encoded like a film's pictures: BT.709, limited
    range.
    """
    graph = av.filter.Graph()
    into = graph.add(source, f"size={width}x{height}:duration=1:rate=1")
    scale = graph.add("scale", "out_color_matrix=bt709:out_range=tv")
    form, out = graph.add("format", f"pix_fmts={pixels}"), graph.add("buffersink")
    into.link_to(scale)
    scale.link_to(form)
    form.link_to(out)
    graph.configure()
    found = out.pull()
    assert isinstance(found, av.VideoFrame)
    return found


def first_plane(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Return the first plane of a picture with its rows from top to bottom. Some filters store them from
    bottom to top.
    """
    found = np.asarray(frame.to_ndarray(), np.uint8)
    return found[0] if found.ndim == 3 else found[: frame.height]


def busy(width: int = 256, height: int = 96, pixels: str = "yuv444p") -> av.VideoFrame:
    """Return a picture of noise with every level and colour."""
    return colour.to_yuv(
        np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8), pixels
    )


def test_waveform_has_its_levels_where_ffmpeg_has_them() -> None:
    for frame in (busy(), drawn_by_ffmpeg("smptehdbars", 256, 96)):
        theirs = filter_graphs.run(
            frame, make_filter("waveform", mode="column", mirror=1, intensity=1, components=1)
        )
        lit = first_plane(theirs) > 16
        ours = count_levels_by_column(extract_planes(frame).luma, 256, 256)
        assert (lit == (ours > 0)).mean() > 0.999
        assert ours.sum() == 256 * 96, "each sample is counted once"


def test_ramp_is_a_line_from_black_to_white() -> None:
    ramp = np.repeat(np.linspace(0, 255, 256).round().astype(np.uint8)[None, :, None], 3, axis=2)
    frame = colour.to_yuv(np.ascontiguousarray(np.broadcast_to(ramp, (64, 256, 3))))
    luma = extract_planes(frame).luma
    assert (int(luma[0, 0]), int(luma[0, -1])) == (16, 235)
    assert luma_to_percent(16) == 0
    assert luma_to_percent(235) == 100
    waveform = draw_luma_waveform(luma, 256, 128)
    bright = waveform.sum(axis=2).argmax(axis=0)
    assert bright[0] == level_to_row(16, 128)
    assert bright[-1] == level_to_row(235, 128)
    assert (np.diff(bright) <= 0).all(), "it only rises"


def test_scope_wider_than_the_picture_has_no_holes() -> None:
    counts = count_levels_by_column(np.full((10, 7), 100, np.uint8), 320, 64)
    assert (counts[level_to_row(100, 64)] == 10).all()


def test_colours_of_bars_are_in_the_boxes_of_the_vectorscope() -> None:
    frame = drawn_by_ffmpeg("smptehdbars", 1280, 720)
    planes = extract_planes(frame)
    for cb, cr in list_bar_targets().values():
        near = (np.abs(planes.cb.astype(int) - cb) <= 1.5) & (np.abs(planes.cr.astype(int) - cr) <= 1.5)
        assert near.mean() > 0.03, "a bar has that colour"
    size = 288
    empty, seen = (
        draw_vectorscope(extract_planes(each), size, size)
        for each in (colour.make_black_frame(320, 180, "yuv444p"), frame)
    )
    for cb, cr in list_bar_targets().values():
        x, y = int(cb * size / 256), int((255 - cr) * size / 256)
        assert (empty[y, x] == GROUND).all()
        assert seen[y - 2 : y + 3, x - 2 : x + 3].max() > 150, "light in the middle of the box"


def test_vectorscope_counts_like_ffmpeg() -> None:
    frame = busy(320, 180)
    theirs = filter_graphs.run(frame, make_filter("vectorscope", mode="gray", intensity=1))
    lit = first_plane(theirs) > 16
    ours = count_chroma(extract_planes(frame), 256, 256) > 0
    assert ours.shape == lit.shape
    assert (lit == ours).mean() > 0.999


def test_histogram_counts_like_ffmpeg() -> None:
    frame = drawn_by_ffmpeg("testsrc2", 320, 180)
    luma = extract_planes(frame).luma
    counts = count_levels(luma)
    assert counts.sum() == 320 * 180
    theirs = filter_graphs.run(
        frame,
        make_filter("histogram", display_mode="overlay", components=1, level_height=200, scale_height=0),
    )
    bars = (first_plane(theirs) > 100).sum(axis=0)[:256]
    wanted = counts * 200 / counts.max()
    assert np.abs(bars - wanted).max() <= 1.01
    picture = draw_histogram(colour.to_rgb(frame), luma, 256, 100)
    assert (picture[-1] != GROUND).any(axis=1)[counts > 20].all()


def test_parade_shows_the_three_colours_separately() -> None:
    orange = np.zeros((40, 60, 3), np.uint8)
    orange[:] = (250, 128, 10)
    parade = draw_rgb_parade(orange, 300, 128)
    for channel, level in enumerate((250, 128, 10)):
        third = parade[:, channel * 100 + 10 : channel * 100 + 90].astype(int)
        row = level_to_row(level, 128)
        assert third[row].sum() == third.sum(axis=(1, 2)).max(), (
            f"the light of channel {channel} is at its level"
        )
        assert third[row, 0].argmax() == channel


def test_deep_pictures_have_the_levels_of_eight_bits() -> None:
    flat = np.full((16, 16, 3), 180, np.uint8)
    shallow, deep = (
        int(extract_planes(colour.to_yuv(flat, pixels)).luma[4, 4]) for pixels in ("yuv420p", "yuv422p10le")
    )
    assert shallow == pytest.approx(16 + 180 * 219 / 255, abs=0.5)
    assert 0 <= shallow - deep <= 1, "the upper eight bits"


def test_loudness_over_time_of_a_tone_follows_the_recommendation() -> None:
    sound = tone(
        25 * 8, Fraction(25), level=10 ** (-23 / 20), hertz=997.0
    )  # 997 Hz at −23 dBFS on both channels
    course = measure_loudness_pairs(sound, RATE)
    assert course.shape == (80, 2)
    assert course[40:, 0] == pytest.approx(-23 + 0.0, abs=0.1), "EBU Tech 3341, case 1: −23 LUFS momentary"
    assert course[40:, 1] == pytest.approx(-23 + 0.0, abs=0.1)
    assert np.isneginf(measure_loudness_pairs(np.zeros((2, RATE), np.float32), RATE)).all()


def test_parts_of_a_loudness_curve_join_without_a_seam() -> None:
    sound = noise(RATE * 25) * np.linspace(0.1, 1, RATE * 25, dtype=np.float32)
    asked: list[tuple[int, int]] = []

    def read(start: int, samples: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        asked.append((start, samples))
        return sound[:, start : start + samples]

    course, whole = LoudnessHistory(read, RATE, sound.shape[1]), measure_loudness_pairs(sound, RATE)

    def before(seconds: float) -> LoudnessPairs:
        return course.get_pairs_before(int(seconds * RATE), 20)

    assert before(24)[-10:] == pytest.approx(whole[230:240], abs=0.15)
    assert before(24) == pytest.approx(whole[40:240], abs=0.15)
    assert np.isneginf(before(5)[:150]).all(), "before the film there is silence"
    assert before(5)[150:] == pytest.approx(whole[:50], abs=0.01)
    assert len(asked) == 3, f"each part of {PART} s is measured once"
    assert len(before(0.05)) == 20 * STEPS


def test_loudness_graph_has_the_present_at_the_right() -> None:
    course = np.full((200, 2), -np.inf, np.float32)
    course[150:] = (-14, -23)
    seen = draw_loudness_graph(course, 100, 61).astype(int)
    assert (seen[30, :70] == GROUND).all()
    assert (seen[30, 80:] != GROUND).any(axis=1).all(), "a bar up to −14"
    assert seen[loudness_to_row(-23, 61), 90].sum() > seen[30, 90].sum(), "the line at −23"
    assert (draw_loudness_graph(course[:0], 10, 10).shape) == (10, 10, 3)


@pytest.mark.parametrize("name", ["waveform", "parade", "vectorscope", "histogram"])
def test_scope_costs_little_more_than_counting_the_values(name: str) -> None:
    frame = busy(768, 432, "yuv420p")
    planes, picture = extract_planes(frame), colour.to_rgb(frame)
    draw: dict[str, Callable[[], object]] = {
        "waveform": lambda: draw_luma_waveform(planes.luma, 320, 160),
        "parade": lambda: draw_rgb_parade(picture, 320, 160),
        "vectorscope": lambda: draw_vectorscope(planes, 320, 160),
        "histogram": lambda: draw_histogram(picture, planes.luma, 320, 160),
    }
    assert least_time(draw[name]) < 8 * least_time(lambda: np.bincount(picture.ravel(), minlength=256))


def least_time(work: Callable[[], object]) -> float:
    """Return the shortest CPU time of this thread, in seconds, over twelve calls of `work`."""
    taken = []
    for _ in range(12):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return min(taken)
