"""Test files whose headers are wrong: a sound file has the length of its audible sound, and a cut file
without clips is refused.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.interchange.files.relink import KnownMedia, MediaIndex, MediaMatch
from milimo_tui.interchange.values.bundle import Medium
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
    """Write four seconds of MP3 with a variable bit rate. `count` is the wrong number of frames for its Xing
    header; None leaves the header unchanged.
    """
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
def test_mp3_length_is_the_length_of_its_sound(home: Milimo, tmp_path: Path, count: int | None) -> None:
    row = home.inside("run", "asset.add", f"file={song(tmp_path / 'song.mp3', count)}", "prepare=false")
    assert abs(Fraction(row["seconds"]) - 4) < Fraction(1, 5)
    said = "it lasts 4.0 s, unlike its header" in home.act("asset", "show", "song.mp3")
    assert said is (count is not None)


@pytest.mark.long("command_line")
@pytest.mark.parametrize("spine", ["", '<gap offset="0s" duration="2s"/>'])
def test_cut_file_without_clips_is_refused_and_the_cut_stays(
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
    assert b"none.fcpxml" in done.stderr
    assert [row["name"] for row in home.inside("cut", "list")] == ["mine"]
    assert home.inside("cut", "show")["name"] == "mine"


def document(path: Path, clips: int, inside: int = 0) -> Path:
    """Write a Final Cut Pro file with `clips` clips. If `inside` is not 0, each of them is a compound clip of
    `inside` clips.
    """
    held = "".join(f'<asset-clip ref="a0" offset="{at}s" duration="1s"/>' for at in range(inside))
    inner = f'<media id="m"><sequence format="r1"><spine>{held}</spine></sequence></media>' if inside else ""
    assets = "".join(
        f'<asset id="a{at}" name="a{at}.mov" src="file:///gone/a{at}.mov" duration="4s" hasVideo="1"/>'
        for at in range(1 if inside else min(clips, 200))
    )
    one = '<ref-clip ref="m" offset="{0}s" duration="1s"/>' if inside else (
        '<asset-clip ref="a{1}" name="c{0}" offset="{0}s" duration="1s"/>'
    )  # fmt: skip
    spine = "".join(one.format(at, at % 200) for at in range(clips))
    path.write_text(
        '<fcpxml version="1.9"><resources><format id="r1" frameDuration="1/25s"/>'
        f'{assets}{inner}</resources><library><event><project name="P"><sequence format="r1"><spine>{spine}'
        "</spine></sequence></project></event></library></fcpxml>"
    )
    return path


@pytest.mark.long("command_line")
@pytest.mark.parametrize(
    ("clips", "inside", "said"),
    [
        (100_001, 0, b"100,001"),
        (60, 2000, b"120,060"),
    ],
)
def test_cut_with_too_many_clips_is_refused_with_their_number(
    home: Milimo, tmp_path: Path, clips: int, inside: int, said: bytes
) -> None:
    done = home("cut", "import", str(document(tmp_path / "many.fcpxml", clips, inside)), code=2)
    assert said in done.stderr
    assert home.inside("cut", "list") == []


def test_missing_files_are_not_probed() -> None:
    store, asked = MediaIndex(), Medium(name="a7.mov", path="/gone/a7.mov")
    for number in range(20_000):
        store.add_known_media(
            KnownMedia(f"asset{number}", f"a{number}.mov", f"/gone/a{number}.mov", "", "video", ())
        )
    begun = time.process_time()
    found = [store.find_match(asked, "") for _ in range(20_000)]
    looked_up = time.process_time() - begun
    begun = time.process_time()
    assert (
        sum(each.path == "/gone/a7.mov" for each in [KnownMedia("", "", "", "", "", ())] * 20_000 * 20) == 0
    )
    assert set(found) == {MediaMatch("asset7", "path")}
    # Media are found through an index: 20,000 searches must take less time than 20 scans of the complete
    # list.
    assert looked_up < 20 * (time.process_time() - begun)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.xml",
            '<xmeml version="5"><sequence><rate><timebase>x</timebase></rate><media/></sequence></xmeml>',
        ),
        ("a.otio", '{"OTIO_SCHEMA": "Timeline.1", "tracks": 3}'),
        (
            "a.kdenlive",
            '<mlt><profile frame_rate_num="x" frame_rate_den="0"/><playlist id="main_bin"/></mlt>',
        ),
        ("a.edl", "TITLE: x\n001  AX V C 99:99:99:99 00:00:01:00 00:00:00:00 00:00:01:00\n"),
    ],
)
def test_wrong_file_type_is_reported_without_python_terms(
    home: Milimo, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    error = home.refusal("cut", "import", str(tmp_path / name))
    for word in (
        "invalid literal",
        "with base 10",
        "Fraction(",
        "object at",
        "Error",
        "NoneType",
        "b'",
        "['",
    ):
        assert word not in error
