"""Test the reports of properties that a film can't preserve from its sources, at import and before a
render.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.media.read.probe import probe
from tests.budget import thorough
from tests.front_door import Milimo, environment

CURVES = {"smpte2084": "HDR (PQ)", "arib-std-b67": "HDR (HLG)"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Milimo]:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Kept")
    milimo.inside("run", "cut.new", "name=main", "empty=true")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def filmed(path: Path, *more: str, frames: int = 10, pixels: str = "yuv422p10le") -> Path:
    """Write `frames` frames of FFmpeg's test picture in a pixel format. `more` are further FFmpeg options."""
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25", "-frames:v", str(frames),
         "-pix_fmt", pixels, *more, str(path)],
        check=True,
    )  # fmt: skip
    return path


def laid(home: Milimo, path: Path) -> None:
    home.inside("run", "asset.add", f"file={path}", "prepare=false")
    home.inside("run", "cut.append", "track=V1", f"asset={path.name}")


@pytest.mark.parametrize("curve", thorough("files", sorted(CURVES), quick=0))
def test_high_dynamic_range_is_reported_at_import_and_around_a_render(
    home: Milimo, tmp_path: Path, curve: str
) -> None:
    tags = ["-color_trc", curve, "-color_primaries", "bt2020", "-colorspace", "bt2020nc"]
    file = filmed(tmp_path / "sky.mp4", "-c:v", "libx264", *tags, pixels="yuv420p10le")
    said = CURVES[curve]
    assert f"sky.mp4 is {said}: films are SDR" in home.act(
        "run", "asset.add", f"file={file}", "prepare=false"
    )
    assert f"{said} shown as SDR" in home.act("asset", "show", "sky.mp4")
    home.inside("run", "cut.append", "track=V1", "asset=sky.mp4")
    note = f"sky.mp4 is {said} and is written as SDR without tone mapping"
    assert note in home.act("render", "--plan")
    data = home.inside("render", "-o", str(tmp_path / "film.mp4"))
    assert data["notes"] == [note]
    assert note in [found["text"] for found in data["report"]["findings"]]


def test_standard_range_film_gets_no_warning(home: Milimo, tmp_path: Path) -> None:
    laid(home, filmed(tmp_path / "plain.mp4", "-c:v", "libx264", pixels="yuv420p"))
    assert home.inside("render", "--plan")["notes"] == []


@pytest.mark.long("command_line")
@pytest.mark.parametrize("pixels", thorough("files", ["yuv422p10le", "yuv420p", "yuv444p12le"]))
def test_ffv1_keeps_depth_and_subsampling_of_its_sources(home: Milimo, tmp_path: Path, pixels: str) -> None:
    laid(home, filmed(tmp_path / "plate.mkv", "-c:v", "ffv1", pixels=pixels))
    out = tmp_path / "film.mkv"
    data = home.inside("render", "--preset", "ffv1", "-o", str(out))
    picture = probe(out).streams.picture
    assert picture is not None
    assert (picture.pixels, data["notes"]) == (pixels, [])


@pytest.mark.long("files")
def test_rounding_of_a_lossless_film_is_reported(home: Milimo, tmp_path: Path) -> None:
    laid(home, filmed(tmp_path / "deep.mkv", "-c:v", "ffv1", pixels="yuv422p16le"))
    [note] = home.inside("render", "--plan", "--preset", "ffv1")["notes"]
    assert note == "deep.mkv has 16 bits per channel: FFV1 keeps 12 here"
    [note] = home.inside("render", "--plan", "--preset", "png")["notes"]
    assert note == "deep.mkv has 16 bits per channel: PNG keeps 8 here"
