"""Test media files with damaged packets: the damage is found at import, a render is refused with the places,
or the damaged pictures are bridged.
"""

from __future__ import annotations

import contextlib
import random
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.core.errors import Failed
from milimo_tui.media.viewer.preview import FilePreview, ViewSize
from tests.budget import thorough
from tests.front_door import Milimo, environment

HEADS = {".mkv": 12}  # Bytes that the container stores at the start of each packet, before the encoded data.
PRORES = ("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le")
FRAMES, WIDTH, HEIGHT, SAMPLES = 150, 160, 96, 48000


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Milimo]:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Damaged", "--size", f"{WIDTH}x{HEIGHT}", "--rate", "25")
    milimo.inside("run", "cut.new", "name=main", "empty=true")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def ffmpeg(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], capture_output=True, check=True)


def filmed(path: Path, *more: str, seconds: int = 6) -> Path:
    """Write FFmpeg's test picture with a tone, with one key frame per second. `more` are further FFmpeg
    options.
    """
    pictures, tone = f"testsrc2=s={WIDTH}x{HEIGHT}:r=25:d={seconds}", f"sine=440:d={seconds}:r={SAMPLES}"
    coded = [
        "-c:v",
        "libx264",
        "-threads",
        "1",
        "-g",
        "25",
        "-bf",
        "2",
        "-pix_fmt",
        "yuv420p",
        "-colorspace",
        "bt709",
    ]
    tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    ffmpeg(
        "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", tone, *coded, *tags, "-c:a", "aac", *more, path
    )
    return path


def overwritten(
    path: Path, source: Path, frames: list[int], *, head: bool = True, kind: str = "video"
) -> Path:
    """Write a copy of a file in which the packets of some pictures are damaged, or those of the sound with
    `kind="audio"`.

    With `head`, the beginnings of the packets are overwritten, so that they can't be decoded. Otherwise their
    middles are overwritten, so that a decoder conceals the errors.
    """
    with av.open(str(source)) as container:
        stream = container.streams.video[0] if kind == "video" else container.streams.audio[0]
        packets = [(p.pts or 0, p.pos or 0, p.size) for p in container.demux(stream) if p.size]
    data, dice = bytearray(source.read_bytes()), random.Random(7)
    for _, at, size in [sorted(packets)[number] for number in frames]:
        begin = at + HEADS.get(path.suffix, 0) if head else at + size // 2
        for place in range(begin, min(at + size, begin + 40)):
            data[place] = dice.randrange(256)
    path.write_bytes(data)
    return path


def pictures(path: Path) -> NDArray[np.uint8]:
    """Return the pictures of a film in grey, as FFmpeg decodes them."""
    raw = ffmpeg(
        "-i", path, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray", "-vsync", "passthrough", "-"
    )
    return np.frombuffer(raw.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH)


def sound(path: Path) -> NDArray[np.float32]:
    return np.frombuffer(ffmpeg("-i", path, "-af", "pan=mono|c0=c0", "-f", "f32le", "-").stdout, np.float32)


def added(home: Milimo, path: Path) -> Any:
    return home.inside("run", "asset.add", f"file={path}", "prepare=false")


def laid(home: Milimo, path: Path) -> str:
    added(home, path)
    home.inside("run", "cut.append", "track=V1", f"asset={path.name}")
    return str(home.inside("cut", "show")["tracks"][0]["clips"][-1]["id"])


def lost(row: Any, name: str = "damaged") -> set[int]:
    """Return the numbers of the pictures in the damaged ranges of a file's facts."""
    spans = [[Fraction(one) for one in span] for span in row["facts"].get(name, [])]
    return {index for index in range(FRAMES) if any(a <= Fraction(index, 25) < b for a, b in spans)}


def named(path: Path) -> str:
    """Return FFmpeg's error messages when it decodes the complete file."""
    words = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"]
    return subprocess.run(words, capture_output=True, check=False).stderr.decode()


def held(whole: NDArray[np.uint8], bad: set[int]) -> NDArray[np.uint8]:
    """Return all pictures, with each one in `bad` replaced by the last good one before it."""
    good = [max(at for at in range(index + 1) if at not in bad) for index in range(len(whole))]
    return np.array(whole[good])


@pytest.mark.long("command_line")
@pytest.mark.parametrize(
    ("suffix", "head", "frames", "more"),
    [
        ("mp4", True, [40, 71, 110], ()),
        ("mkv", True, [50, 110], ()),
        ("mp4", False, [33, 66], ()),
        ("mov", True, [40, 41, 90], PRORES),
    ],
)
def test_damage_found_by_ffmpeg_is_found_at_import(
    home: Milimo, tmp_path: Path, suffix: str, head: bool, frames: list[int], more: tuple[str, ...]
) -> None:
    source = filmed(tmp_path / f"whole.{suffix}", *more)
    street = overwritten(tmp_path / f"street.{suffix}", source, frames, head=head)
    row = added(home, street)
    assert named(street)
    assert row["facts"]["looked"]
    bad = lost(row)
    assert set(frames) <= bad
    first = min(bad)
    output = home.act("asset", "show", street.name)
    assert f"damaged at 00:00:{first // 25:02}:{first % 25:02}" in output
    # No packet is missing: pictures outside the reported ranges are unchanged, and at least one inside
    # differs.
    if not head:
        before, after = pictures(source), pictures(street)
        differ = {index for index in range(FRAMES) if not np.array_equal(before[index], after[index])}
        assert set() < differ <= bad
    if more:  # In this format no picture depends on another.
        assert bad == set(frames)


def test_undamaged_file_is_recognised(home: Milimo, tmp_path: Path) -> None:
    row = added(home, filmed(tmp_path / "whole.mp4"))
    assert row["facts"]["looked"]
    assert not {"damaged", "damaged_sound", "trouble"} & set(row["facts"])


@pytest.mark.long("command_line")
def test_render_that_shows_damage_is_refused_with_places_and_a_suggestion(
    home: Milimo, tmp_path: Path
) -> None:
    street = overwritten(tmp_path / "street.mp4", filmed(tmp_path / "whole.mp4"), [110])
    assert "street.mp4: damaged at 00:00:04:10" in home.act(
        "run", "asset.add", f"file={street}", "prepare=false"
    )
    home.inside("run", "cut.append", "track=V1", "asset=street.mp4")
    done = home("render", "-o", str(tmp_path / "film.mp4"), code=2)
    assert b"street.mp4 is damaged at 00:00:04:10" in done.stderr
    assert b"--damaged hold" in done.stderr
    assert not (tmp_path / "film.mp4").exists()
    data = home.inside("render", "--range", "0..110", "-o", str(tmp_path / "film.mp4"))
    assert (data["frames"], data["notes"]) == (110, [])  # The range ends before the damaged pictures.


@pytest.mark.long("command_line")
@pytest.mark.parametrize("way", thorough("files", ["hold", "black"]))
def test_film_bridges_damage_frame_by_frame(home: Milimo, tmp_path: Path, way: str) -> None:
    source = filmed(tmp_path / "whole.mp4")
    street = overwritten(tmp_path / "street.mp4", source, [40, 71, 110])
    bad = lost(added(home, street))
    home.inside("run", "cut.append", "track=V1", "asset=street.mp4")
    out = tmp_path / "film.mkv"
    data = home.inside("render", "--preset", "ffv1", "--damaged", way, "-o", str(out))
    [note] = data["notes"]
    assert note.startswith("street.mp4 is damaged at 00:00:01:15")
    assert note.endswith(
        ": the last good picture is shown there" if way == "hold" else ": black is shown there"
    )
    assert note in [found["text"] for found in data["report"]["findings"]]
    film, wanted = pictures(out), held(pictures(source), bad)
    if way == "black":
        wanted[sorted(bad)] = film[min(bad)].flat[0]
        assert wanted[min(bad)].max() <= 16
    assert np.array_equal(film, wanted)


@pytest.mark.long("command_line")
def test_damaged_sound_is_silent(home: Milimo, tmp_path: Path) -> None:
    source = filmed(tmp_path / "whole.mp4")
    tone = overwritten(tmp_path / "tone.mp4", source, list(range(100, 110)), kind="sound")
    row = added(home, tone)
    (start, _), *_ = [[float(Fraction(one)) for one in span] for span in row["facts"]["damaged_sound"]]
    assert abs(start - 99 * 1024 / SAMPLES) < 0.1
    home.inside("run", "cut.append", "track=V1", "asset=tone.mp4")
    assert "the sound of tone.mp4 is damaged at 00:00:02" in home.refusal("render")
    out = tmp_path / "film.mkv"
    data = home.inside("render", "--preset", "ffv1", "--damaged", "hold", "-o", str(out))
    assert data["notes"][0].endswith(": it is silent there")
    heard, before = sound(out), sound(source)
    assert len(heard) == 6 * SAMPLES
    middle = int((start + 0.03) * SAMPLES)
    assert not heard[middle : middle + 480].any()
    later = slice(5 * SAMPLES, 5 * SAMPLES + 4800)
    assert np.abs(heard[later] - before[later]).max() < 0.01


@pytest.mark.long("command_line")
def test_repair_choice_of_a_clip_is_undone_and_exported(home: Milimo, tmp_path: Path) -> None:
    source = filmed(tmp_path / "whole.mp4")
    clip = laid(home, overwritten(tmp_path / "street.mp4", source, [110]))
    assert "“skip” is not" in home.refusal("cut", "effect", clip, "damaged", "skip")
    home.inside("cut", "effect", clip, "damaged", "black")
    home.inside("run", "project.export", f"file={tmp_path / 'away.zip'}")
    out = tmp_path / "film.mkv"
    data = home.inside("render", "--preset", "ffv1", "--damaged", "hold", "-o", str(out))
    assert data["notes"][0].endswith(": black is shown there")
    assert pictures(out)[110].max() <= 16
    home.inside("cut", "undo")
    home("render", code=2)
    home.inside("project", "import", str(tmp_path / "away.zip"), "--name", "Away")
    [row] = [each for each in home.inside("cut", "effects", clip) if each["id"] == "damaged"]
    assert (row["value"], row["set"], row["default"]) == ("black", True, "refuse")


@pytest.mark.long("command_line")
def test_damage_is_never_copied(home: Milimo, tmp_path: Path) -> None:
    source = filmed(tmp_path / "whole.mp4")
    laid(home, source)
    street = overwritten(tmp_path / "street.mp4", source, [110])
    laid(home, street)
    out = tmp_path / "film.mp4"
    data = home.inside("render", "--damaged", "hold", "-o", str(out))
    assert data["frames"] == 2 * FRAMES
    assert 0 < data["copied"] <= FRAMES
    assert named(out) == ""
    assert len(pictures(out)) == 2 * FRAMES


def test_picture_after_the_damage_is_shown(home: Milimo, tmp_path: Path) -> None:
    street = overwritten(tmp_path / "street.mp4", filmed(tmp_path / "whole.mp4"), [40])
    look, size = FilePreview(), ViewSize(WIDTH, HEIGHT)
    with contextlib.closing(look):
        before = look.picture(street, Fraction(36, 25), size)
        with pytest.raises(Failed, match="damaged"):
            look.picture(street, Fraction(41, 25), size)
        after = look.picture(street, Fraction(60, 25), size)
    assert not np.array_equal(before, after)


@pytest.mark.long("files")
def test_long_film_is_not_checked_at_import(tmp_path: Path) -> None:
    """An import decodes short files only. Ten seconds of 1920 × 1080 are checked at the render instead."""
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Long", "--size", "1920x1080", "--rate", "25")
    milimo.inside("run", "cut.new", "name=main", "empty=true")
    source = filmed(tmp_path / "whole.mp4", "-s", "1920x1080", "-preset", "ultrafast", seconds=10)
    street = overwritten(tmp_path / "street.mp4", source, [110])
    try:
        row = added(milimo, street)
        assert not {"looked", "damaged"} & set(row["facts"])
        milimo.inside("run", "cut.append", "track=V1", "asset=street.mp4")
        out = tmp_path / "film.mp4"
        done = milimo("render", "--size", "160x90", "-o", str(out), code=1)
        assert b"street.mp4 is damaged at 00:00:04:10" in done.stderr
        assert not out.exists()
        data = milimo.inside("render", "--damaged", "hold", "--size", "160x90", "-o", str(out))
        assert data["frames"] == 250
        assert data["notes"][0].startswith("street.mp4 is damaged at 00:00:04:10")
        [found] = milimo.inside("asset", "check", "street.mp4")
        assert found["looked"]
        assert found["trouble"].startswith("damaged at 00:00:04:10")
        assert "street.mp4 is damaged at 00:00:04:10" in milimo.refusal("render", "-o", str(out))
    finally:
        milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("command_line")
def test_nested_cut_is_checked_as_far_as_it_is_shown(home: Milimo, tmp_path: Path) -> None:
    source = filmed(tmp_path / "whole.mp4")
    laid(home, overwritten(tmp_path / "street.mp4", source, [110]))
    home.inside("run", "cut.nest", "start=0", "end=150", "name=inner")
    assert "street.mp4 is damaged at 00:00:04:10" in home.refusal("render")
    out = tmp_path / "film.mkv"
    data = home.inside("render", "--range", "0..105", "--preset", "ffv1", "-o", str(out))
    assert (data["frames"], data["notes"]) == (105, [])
    data = home.inside("render", "--damaged", "black", "--preset", "ffv1", "-o", str(out))
    assert data["notes"][0].endswith(": black is shown there")
    assert pictures(out)[110].max() <= 16


def numbered(folder: Path, suffix: str, damage: list[int], count: int = 12, gone: int | None = None) -> Path:
    """Write numbered pictures and return their file name pattern. Picture n has the grey value 20n.

    Files in `damage` are cut off in the middle, and the file number `gone` is deleted.
    """
    folder.mkdir()
    for index in range(count):
        path = folder / f"plate.{index:04}{suffix}"
        grey = f"color=c=0x{f'{index * 20:02x}' * 3}:s={WIDTH}x{HEIGHT}"
        ffmpeg("-f", "lavfi", "-i", grey, "-frames:v", "1", path)
        if index in damage:
            path.write_bytes(path.read_bytes()[:60])
    if gone is not None:
        (folder / f"plate.{gone:04}{suffix}").unlink()
    return folder / f"plate.%04d{suffix}"


@pytest.mark.long("command_line")
@pytest.mark.parametrize(("suffix", "first"), [(".png", 0), (".tiff", 5), (".jpg", 5)])
def test_damaged_picture_of_a_sequence_is_found_and_bridged(
    home: Milimo, tmp_path: Path, suffix: str, first: int
) -> None:
    """Damaged and missing pictures are found, even if the first picture is damaged or a missing one follows a
    damaged one.
    """
    bad = {first, 7, 8}
    pattern = numbered(tmp_path / "plates", suffix, sorted(bad - {8}), gone=8)
    row = home.inside("run", "asset.add", f"file={pattern}", "prepare=false", "link=true", "rate=25")
    assert row["facts"]["looked"]
    assert {index for index in lost(row) if index < 12} == bad
    assert "a picture is missing (8)" in row["facts"]["trouble"]
    home.inside("run", "cut.append", "track=V1", f"asset={row['name']}")
    assert "is damaged at 00:00:00:0" in home.refusal("render")
    out = tmp_path / "film.mkv"
    data = home.inside("render", "--preset", "ffv1", "--damaged", "hold", "-o", str(out))
    assert data["notes"][0].endswith(": the last good picture is shown there")
    levels = pictures(out)[:, HEIGHT // 2, WIDTH // 2].astype(int)
    good = [index for index in range(12) if index not in bad]
    shown = [max([each for each in good if each <= index], default=good[0]) for index in range(12)]
    assert [int(np.abs(levels[index] - levels[shown[index]])) for index in range(12)] == [0] * 12
    assert len(set(levels[good])) == len(good)
    home.inside("render", "--preset", "ffv1", "--damaged", "black", "-o", str(out))
    assert pictures(out)[sorted(bad)].max() <= 16
    [checked] = home.inside("asset", "check", str(row["name"]))
    assert (checked["looked"], checked["trouble"]) == (True, row["facts"]["trouble"])


@pytest.mark.long("command_line")
def test_damaged_picture_of_a_copied_sequence_is_found(home: Milimo, tmp_path: Path) -> None:
    pattern = numbered(tmp_path / "plates", ".png", [5])
    row = home.inside("run", "asset.add", f"file={pattern}", "prepare=false", "rate=25")
    assert lost(row) == {5}
    home.inside("run", "cut.append", "track=V1", f"asset={row['name']}")
    out = tmp_path / "film.mkv"
    home.inside("render", "--preset", "ffv1", "--damaged", "hold", "-o", str(out))
    levels = pictures(out)[:, HEIGHT // 2, WIDTH // 2]
    assert levels[5] == levels[4] != levels[6]
