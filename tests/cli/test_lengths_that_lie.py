"""A sound file lasts as long as it is heard, whatever its header says; a cut file without clips is none."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from tests.front_door import Milimo, environment


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Milimo]:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Lengths")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def song(path: Path, count: int | None = None) -> Path:
    """Four seconds of MP3 at a variable rate, its Xing header counting so many frames (None: as it is)."""
    tone = "sine=frequency=330:duration=4:sample_rate=44100"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone, "-c:a", "libmp3lame", "-q:a", "4", str(path)],
        check=True,
    )
    if count is not None:
        data = bytearray(path.read_bytes())
        at = max(data.find(b"Xing"), data.find(b"Info")) + 8
        data[at : at + 4] = count.to_bytes(4, "big")
        path.write_bytes(data)
    return path


@pytest.mark.parametrize("count", [None, 20, 5000])
def test_an_mp3_is_as_long_as_it_is_heard(home: Milimo, tmp_path: Path, count: int | None) -> None:
    row = home.inside("run", "asset.add", f"file={song(tmp_path / 'song.mp3', count)}", "prepare=false")
    assert abs(Fraction(row["seconds"]) - 4) < Fraction(1, 5)
    said = "it lasts 4.0 s, whatever its header says" in home.act("asset", "show", "song.mp3")
    assert said is (count is not None)


@pytest.mark.parametrize("spine", ["", '<gap offset="0s" duration="2s"/>'])
def test_a_cut_file_without_clips_is_refused_and_the_current_cut_stays(
    home: Milimo, tmp_path: Path, spine: str
) -> None:
    home.inside("run", "cut.new", "name=mine", "empty=true")
    file = tmp_path / "none.fcpxml"
    file.write_text(
        '<fcpxml version="1.9"><resources><format id="r1" frameDuration="1/25s"/></resources><library><event>'
        f'<project name="P"><sequence format="r1"><spine>{spine}</spine></sequence></project>'
        "</event></library></fcpxml>"
    )
    done = home("cut", "import", str(file), code=2)
    assert b"there are no clips in none.fcpxml" in done.stderr
    assert [row["name"] for row in home.inside("cut", "list")] == ["mine"]
    assert home.inside("cut", "show")["name"] == "mine"
