"""Test the export of cuts to `melt` and their import from Kdenlive on the command line. Each frame of the
media shows its own number, so that wrong frames are found.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.front_door import Milimo
from tests.seen import melt

RASTER = (128, 96)
SHAPES = {"same": (128, 96), "wide": (192, 64), "tall": (64, 128), "small": (64, 32)}
DARK, LIGHT, BITS = 60, 220, 8


def numbered(path: Path, size: tuple[int, int]) -> None:
    """Write a clip of a hundred frames with a tone. Eight light or dark stripes show the bits of each frame's
    number.
    """
    width, height = size
    with av.open(str(path), "w") as film:
        stream = film.add_stream("ffv1", rate=25)
        tone = film.add_stream("pcm_s16le", rate=48000, layout="mono")
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(100):
            picture = np.full((height * 3 // 2, width), 128, np.uint8)
            stripes = [LIGHT if number >> bit & 1 else DARK for bit in range(BITS)]
            picture[:height] = np.repeat(np.array(stripes, np.uint8), width // BITS)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
            wave = 8000 * np.sin(np.arange(1920) * 0.05)
            heard = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
            heard.sample_rate, heard.pts = 48000, number * 1920
            film.mux(tone.encode(heard))
        film.mux(stream.encode())
        film.mux(tone.encode())


def seen(path: Path) -> list[NDArray[np.float64]]:
    """Return the luma of every frame of a film."""
    with av.open(str(path)) as film:
        width, height = RASTER
        return [
            frame.to_ndarray(format="yuv420p")[:height, :width].astype(float)
            for frame in film.decode(video=0)
        ]


def in_melt(project: Path) -> list[NDArray[np.float64]]:
    program = shutil.which("melt")
    if program is None:
        pytest.skip("melt is not installed")
    target = project.with_suffix(".melt.mkv")
    melt.render(
        program, project, target, "vcodec=ffv1", "pix_fmt=yuv420p", "an=1", "threads=1", "real_time=-1"
    )
    return seen(target)


def rendered(film: Milimo, name: str) -> list[NDArray[np.float64]]:
    film.inside("render", "--preset", "ffv1", "--silent", "-o", name)
    return seen(film.cwd / name)


def facts(film: Milimo) -> list[tuple[Any, ...]]:
    """Return the facts of every clip of the cut: position, length, source, gain, speed and effects."""
    data = film.inside("cut", "show")
    return [
        (
            track["kind"],
            clip["start"],
            clip["frames"],
            clip["source_in"],
            clip.get("gain_db", 0),
            clip.get("speed"),
            clip.get("effects"),
        )
        for track in data["tracks"]
        for clip in track["clips"]
    ]


def laid(film: Milimo, rows: list[tuple[str, int, str, str]]) -> None:
    """Append clips of twenty frames to V1. Each row has an asset, its first source frame, a speed and a gain
    in dB.
    """
    made = {}
    for name in {row[0] for row in rows}:
        path = film.cwd / f"{name}.{'png' if name == 'still' else 'mkv'}"
        if name == "still":
            Image.new("L", (60, 100), LIGHT).save(path)
        else:
            numbered(path, SHAPES[name])
        made[name] = film.inside("asset", "add", str(path))["id"]
    for name, first, _, _ in rows:
        film.inside(
            "cut", "append", "--track", "V1", "--asset", made[name], "--frames", "20",
            "--source-in", f"{first / 25}s",
        )  # fmt: skip
    track = next(each for each in film.inside("cut", "show")["tracks"] if each["name"] == "V1")
    for clip, (_, _, speed, gain) in zip(track["clips"], rows, strict=True):
        if speed != "1":
            film.inside("cut", "speed", clip["id"], speed, "--keep-length")
        if gain != "0":
            film.inside("cut", "set", clip["id"], f"--gain-db={gain}")


@pytest.fixture
def empty(milimo: Milimo) -> Milimo:
    milimo.inside("project", "new", "Numbers", "--rate", "25", "--size", "128x96")
    milimo.inside("cut", "new", "main", "--empty")
    return milimo


def far(
    one: list[NDArray[np.float64]], other: list[NDArray[np.float64]], mixed: set[int], allowed: float = 4
) -> dict[int, float]:
    """Return the frames that differ more than scaling explains, with their mean difference in luma.

    Frames in `mixed` belong to a dissolve and may differ by half a step of the dissolve.
    """
    assert len(one) == len(other)
    apart = [float(np.abs(left - right).mean()) for left, right in zip(one, other, strict=True)]
    return {frame: round(by, 1) for frame, by in enumerate(apart) if by > (12 if frame in mixed else allowed)}


@pytest.mark.long("command_line")
def test_kdenlive_round_trip_keeps_dissolves_speeds_and_levels_to_the_frame(empty: Milimo) -> None:
    rows = [
        ("same", 30, "1", "-6"),
        ("wide", 40, "2", "0"),
        ("same", 60, "-1", "3"),
        ("same", 21, "1/2", "0"),
    ]
    laid(empty, [*rows, ("same", 50, "0", "0"), ("same", 20, "1", "0"), ("same", 50, "1", "-9.5")])
    clips = empty.inside("cut", "show")["tracks"][0]["clips"]
    empty.inside("cut", "transition", clips[0]["id"], "--edge", "tail", "--frames", "9")
    empty.inside("cut", "transition", clips[5]["id"], "--edge", "tail", "--frames", "7")
    before, ours = facts(empty), rendered(empty, "ours.mkv")
    empty.inside("cut", "export", "film.kdenlive")
    data = empty.inside("cut", "import", "film.kdenlive")
    assert (data["offline"], data["notes"]) == ([], [])
    assert facts(empty) == before
    assert far(rendered(empty, "back.mkv"), ours, set(), 0.5) == {}


@pytest.mark.long("files")
def test_melt_shows_each_shape_and_speed_at_its_frame(empty: Milimo) -> None:
    rows = [("same", 30, "1", "0"), ("wide", 40, "1", "0"), ("tall", 10, "1", "0"), ("small", 60, "2", "0")]
    rows += [
        ("wide", 21, "1/3", "0"),
        ("tall", 70, "-1", "0"),
        ("still", 0, "1", "0"),
        ("wide", 33, "0", "0"),
    ]
    laid(empty, rows)
    clips = empty.inside("cut", "show")["tracks"][0]["clips"]
    empty.inside("cut", "transition", clips[1]["id"], "--edge", "tail", "--frames", "8")
    empty.inside("cut", "export", "film.mlt")
    mixed = set(range(36, 44))
    assert far(in_melt(empty.cwd / "film.mlt"), rendered(empty, "ours.mkv"), mixed) == {}
