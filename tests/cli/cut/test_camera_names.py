"""Test that exported lists have the camera's file names and timecodes, and links to the media under these
names.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import opentimelineio as otio
import pytest
from PIL import Image

from milimo_tui.core.time import parse_timecode
from tests.front_door import Milimo

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)


def make_video(path: Path, *options: str, rate: str = "30000/1001", frames: int = 60) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s=64x48:r={rate}"]
    command += ["-frames:v", str(frames), "-c:v", "mpeg4", *options, str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def cutting(film: Milimo) -> Milimo:
    """Return a film of 23.976 frames a second with an empty cut."""
    film.act("project", "new", "Conform", "--rate", "23.976")
    film.act("cut", "new", "main", "--empty")
    return film


def add_clips(film: Milimo, path: Path, lengths: Sequence[int], *options: str) -> list[str]:
    asset = film.inside("asset", "add", str(path))["id"]
    made = [film.inside("cut", "append", "--asset", asset, "--frames", str(n), *options) for n in lengths]
    return [each["added"][0] for each in made]


def list_clips(film: Milimo) -> list[tuple[int, int, Fraction, str]]:
    shown = film.inside("cut", "show")
    return [
        (clip["start"], clip["frames"], Fraction(clip["source_in"]), clip["effects"].get("speed", "1/1"))
        for track in shown["tracks"]
        for clip in track["clips"]
    ]


def export_list(film: Milimo, name: str, *options: str) -> tuple[str, Any]:
    target = film.cwd / name
    written = film.inside("cut", "export", str(target), *options)
    return target.read_text(), written


def list_events(text: str) -> list[list[str]]:
    """Return the four timecodes of each event."""
    return [line.split()[-4:] for line in text.splitlines() if re.match("[0-9]{3} ", line)]


@pytest.mark.parametrize("code", ["18:45:23;22", "18:45:23:22"])
def test_lists_have_the_rate_and_the_timecode_of_each_file(cutting: Milimo, code: str) -> None:
    add_clips(cutting, make_video(cutting.cwd / "tc_df.mov", "-timecode", code), [24, 20])
    text, _ = export_list(cutting, "film.edl")
    mark, second = code[8], "18:45:24" + code[8:]
    assert list_events(text) == [
        [code, second, "00:00:00:00", "00:00:01:00"],
        [code, f"18:45:24{mark}17", "00:00:01:00", "00:00:01:20"],
    ]
    speeds = [float(line.split()[2]) for line in text.splitlines() if line.startswith("M2")]
    assert speeds == pytest.approx([float(NTSC)] * 2, abs=1e-5)
    document = ElementTree.fromstring(export_list(cutting, "film.xml")[0])
    file = next(each for each in document.iter("file") if len(each))
    for rate in (file.find("rate"), file.find("timecode/rate")):
        assert rate is not None
        assert (rate.findtext("timebase"), rate.findtext("ntsc")) == ("30", "TRUE")
    assert file.findtext("timecode/string") == code
    assert file.findtext("timecode/displayformat") == ("DF" if mark == ";" else "NDF")
    frame = parse_timecode(code, NTSC, drop=mark == ";")
    assert file.findtext("timecode/frame") == str(frame)
    assert file.findtext("duration") == "60"
    read = otio.adapters.read_from_file(str(cutting.cwd / "film.xml"))
    clip = next(iter(read.find_clips()))
    assert clip.source_range.start_time.to_seconds() == pytest.approx(float(frame / NTSC), abs=1e-4)


@pytest.mark.parametrize("suffix", [".edl", ".xml"])
def test_clips_of_another_rate_are_equal_after_export_and_import(cutting: Milimo, suffix: str) -> None:
    source = make_video(cutting.cwd / "tc_df.mov", "-timecode", "18:45:23;22")
    clips = add_clips(cutting, source, [16, 12, 8, 8])
    cutting.act("cut", "speed", clips[1], "2")
    cutting.act("cut", "speed", clips[2], "-1")
    cutting.act("cut", "speed", clips[3], "0")
    before = list_clips(cutting)
    _, written = export_list(cutting, f"film{suffix}")
    cutting.inside("cut", "import", written["path"])
    after = list_clips(cutting)
    assert [each[:2] + each[3:] for each in after] == [each[:2] + each[3:] for each in before]
    for (_, _, back, _), (_, _, here, _) in zip(after, before, strict=True):
        assert abs(back - here) <= 1 / NTSC


def test_reversed_clip_has_as_many_source_frames_as_record_frames(film: Milimo) -> None:
    film.act("project", "new", "Reverse", "--rate", "25")
    film.act("cut", "new", "main", "--empty")
    [clip] = add_clips(film, make_video(film.cwd / "a.mov", rate="25"), [30])
    film.act("cut", "speed", clip, "-1")
    text, _ = export_list(film, "film.edl")
    [event] = list_events(text)
    first, last, start, end = (parse_timecode(code, Fraction(25)) for code in event)
    assert last - first == end - start == 30
    assert [line.split()[2:] for line in text.splitlines() if line.startswith("M2")] == [
        ["-025.00000", event[1]]
    ]


def read_paths(film: Milimo, name: str) -> set[Path]:
    """Return the paths of all media in an exported list, as OTIO's adapters read them."""
    target = str(film.cwd / name)
    if name.endswith(".edl"):
        lines = re.findall(r"^\* (?:FROM|TO) FILE: (.*)$", Path(target).read_text(), re.MULTILINE)
        return set(map(Path, lines))
    urls = re.findall(r'(?:<pathurl>|src="|"target_url": ")([^"<]*)', Path(target).read_text())
    return {Path(unquote(urlsplit(url).path)) for url in urls}


LONG = pytest.mark.long("command_line")


@pytest.mark.parametrize(
    "suffix", [".edl", ".xml", pytest.param(".fcpxml", marks=LONG), pytest.param(".otio", marks=LONG)]
)
def test_lists_point_to_links_with_the_names_of_the_camera(cutting: Milimo, suffix: str) -> None:
    add_clips(cutting, make_video(cutting.cwd / "card A" / "C0001.MP4"), [24])
    add_clips(cutting, make_video(cutting.cwd / "card B" / "C0001.MP4", frames=50), [24])
    still = cutting.cwd / "map (old).png"
    Image.new("RGB", (64, 64), "red").save(still)
    add_clips(cutting, still, [24])
    plain, _ = export_list(cutting, f"plain{suffix}")
    assert all(path.is_file() for path in read_paths(cutting, f"plain{suffix}"))
    assert plain.count("C0001.MP4") >= 2
    folder = cutting.cwd / "media for the editor"
    name = f"film{suffix}"
    _, written = export_list(cutting, name, "--media", str(folder))
    paths = read_paths(cutting, name)
    assert paths == set(map(Path, written["links"]))
    assert sorted(path.name for path in paths) == ["C0001.MP4", "C0001.MP4", "map (old).png"]
    contents = {path.read_bytes() for path in paths}
    assert contents == {path.read_bytes() for path in (*cutting.cwd.glob("card */C0001.MP4"), still)}
    assert all(path.is_relative_to(folder) for path in paths)
    _, again = export_list(cutting, name, "--media", str(folder), "--overwrite")
    assert again["links"] == written["links"]
    assert len(list(folder.rglob("*.*"))) == 3


def test_links_never_replace_files_of_the_user(cutting: Milimo) -> None:
    add_clips(cutting, make_video(cutting.cwd / "C0001.MP4"), [24])
    folder = cutting.cwd / "out"
    folder.mkdir()
    (folder / "C0001.MP4").write_text("mine")
    _, written = export_list(cutting, "film.edl", "--media", str(folder))
    assert written["links"] == [str(folder / "2" / "C0001.MP4")]
    assert (folder / "C0001.MP4").read_text() == "mine"
    (cutting.cwd / "file").write_text("")
    cutting.inside("cut", "export", "other.edl", "--media", str(cutting.cwd / "file"), code=2)
    cutting.inside("cut", "export", "--beside", "--media", str(folder), code=2)
    assert not (cutting.cwd / "other.edl").exists()


def test_refused_export_makes_no_links(cutting: Milimo) -> None:
    add_clips(cutting, make_video(cutting.cwd / "C0001.MP4"), [24])
    (cutting.cwd / "film.edl").write_text("mine")
    cutting.inside("cut", "export", "film.edl", "--media", "out", code=2)
    assert not (cutting.cwd / "out").exists()


def test_media_on_another_disk_are_linked_or_copied(cutting: Milimo, tmp_path: Path) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or os.stat(memory).st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("there is no second file system")
    add_clips(cutting, make_video(cutting.cwd / "C0001.MP4"), [24])
    folder = memory / f"milimo-{os.getpid()}-{tmp_path.name}"
    try:
        _, written = export_list(cutting, "film.edl", "--media", str(folder))
        [link] = map(Path, written["links"])
        assert link.read_bytes() == (cutting.cwd / "C0001.MP4").read_bytes()
        assert link.is_symlink()
    finally:
        for path in folder.rglob("*"):
            path.unlink()
        folder.rmdir()


def test_generated_take_is_named_by_its_shot(film: Milimo) -> None:
    text, written = export_list(film, "film.edl", "--media", "out")
    names = [Path(link).name for link in written["links"]]
    assert names == ["1A.mov", "1B.mov", "2A.mov"]
    assert re.findall(r"\* FROM CLIP NAME:  (.*)", text) == ["1A", "1B", "2A"]
    assert re.findall(r"\* SOURCE FILE: (.*)", text) == names
    data = film.inside("cut", "import", str(film.cwd / "film.edl"))
    assert data["offline"] == []


def test_no_reel_has_the_name_of_another_file(cutting: Milimo) -> None:
    """A number at the end of a reel of eight characters would give the name of another file of the camera."""
    names = ["A001C001_R1AB", "A001C001_R2CD", "A001C002_R1AB", "A001C003_R1AB"]
    for index, name in enumerate(names):
        add_clips(cutting, make_video(cutting.cwd / f"{name}.mov", frames=30 + index), [10])
    text, _ = export_list(cutting, "film.edl")
    reels = [line.split()[1] for line in text.splitlines() if re.match("[0-9]{3} ", line)]
    assert reels == ["A001C001", "A001C001_R2CD", "A001C002", "A001C003"]


def test_list_with_other_letter_case_finds_the_media_in_a_folder(cutting: Milimo) -> None:
    make_video(cutting.cwd / "media" / "Café A.mov")
    make_video(cutting.cwd / "media" / "b.mov", frames=40)
    lines = ["TITLE: Names"]
    for number, name in enumerate(["CAFE\u0301 A.MOV", "B.MOV"]):
        lines.append(
            f"{number:03d}  AX  V  C  00:00:00:00 00:00:01:00 01:00:0{number}:00 01:00:0{number + 1}:00"
        )
        lines.append(f"* FROM CLIP NAME: {name}")
    (cutting.cwd / "names.edl").write_text("\n".join(lines))
    data = cutting.inside("cut", "import", str(cutting.cwd / "names.edl"), "--media", "media")
    assert (data["offline"], data["linked"]) == ([], {"name": 2})


def test_clip_after_the_end_of_its_file_is_reported_with_its_time(cutting: Milimo) -> None:
    make_video(cutting.cwd / "media" / "a.mov", "-timecode", "01:00:00:00", rate="24000/1001")
    lines = ["TITLE: Times"]
    for number, source in enumerate(["01:00:01:00 01:00:02:00", "05:00:01:00 05:00:02:00"]):
        lines.append(f"{number:03d}  AX  V  C  {source} 01:00:0{number}:00 01:00:0{number + 1}:00")
        lines.append("* FROM CLIP NAME: a.mov")
    (cutting.cwd / "times.edl").write_text("\n".join(lines))
    data = cutting.inside("cut", "import", str(cutting.cwd / "times.edl"), "--media", "media")
    [note] = [each for each in data["notes"] if "a.mov" in each]
    assert "00:00:01:00" in note
    assert "00:00:00:00" not in note


@pytest.mark.parametrize("suffix", ["edl", "xml"])
def test_copies_of_a_file_keep_their_names(cutting: Milimo, suffix: str) -> None:
    first = make_video(cutting.cwd / "a.mov")
    second = cutting.cwd / "b.mov"
    second.write_bytes(first.read_bytes())
    for path in (first, second):
        asset = cutting.inside("asset", "add", str(path), "--link")["id"]
        cutting.inside("cut", "append", "--asset", asset, "--frames", "10")
    before = [clip["asset"] for track in cutting.inside("cut", "show")["tracks"] for clip in track["clips"]]
    assert before[0] != before[1]
    export_list(cutting, f"film.{suffix}", "--media", "out")
    cutting.inside("cut", "import", str(cutting.cwd / f"film.{suffix}"))
    after = [clip["asset"] for track in cutting.inside("cut", "show")["tracks"] for clip in track["clips"]]
    assert after == before
