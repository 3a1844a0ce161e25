"""Test the lists of formats: every format of libavformat that is not on the list is refused. A file that
names other files is refused before they are opened. The product opens media files in one place only.
"""

from __future__ import annotations

import ast
import os
import struct
import subprocess
import time
from pathlib import Path

import av
import pytest
from av.error import ArgumentError, FFmpegError
from av.format import ContainerFormat
from PIL import Image

import milimo_tui
from milimo_tui.media.files.allowed_formats import (
    CONTAINER_FORMATS,
    STILL_FORMATS,
    limit_formats,
    open_media,
)
from milimo_tui.media.files.stills import open_still

PRODUCT = Path(milimo_tui.__file__).parent


def find_demuxers() -> list[str]:
    """Return the names of all formats that the installed libavformat can read."""
    found = []
    for name in sorted(av.formats_available):
        try:
            found.append(ContainerFormat(name, "r").name)
        except ValueError:
            continue
    return found


DEMUXERS = find_demuxers()
LISTED = {
    name
    for each in DEMUXERS
    if set(each.split(",")) & set(CONTAINER_FORMATS)
    for name in (each, *each.split(","))
}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mov"
    source = "testsrc=size=160x120:rate=25:duration=1"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, str(path)], check=True)
    return path


def test_lists_name_formats_that_exist() -> None:
    Image.init()
    assert set(STILL_FORMATS) <= set(Image.OPEN)
    assert {name for each in DEMUXERS for name in each.split(",")} >= set(CONTAINER_FORMATS)
    playlists = {"concat", "dash", "hls", "sdp", "rtp", "rtsp", "lavfi", "image2", "tty", "sbg", "vobsub"}
    assert not playlists & set(CONTAINER_FORMATS)
    assert len(DEMUXERS) - len(LISTED) > 200


@pytest.mark.parametrize("name", [name for name in DEMUXERS if name not in LISTED])
def test_unlisted_format_is_refused_even_by_name(name: str, clip: Path) -> None:
    with pytest.raises(ArgumentError):
        av.open(str(clip), format=name, options=limit_formats(clip)).close()


@pytest.mark.parametrize("protocol", ["http", "concat", "subfile", "data", "crypto+file", "tcp", "pipe"])
def test_other_protocols_are_refused(protocol: str, clip: Path) -> None:
    address = {
        "http": "http://127.0.0.1:9/a.mov",
        "tcp": "tcp://127.0.0.1:9",
        "data": "data:video/quicktime;base64,AAAA",
        "subfile": f"subfile,,start,0,end,0,,:{clip}",
        "pipe": "pipe:0",
    }.get(protocol, f"{protocol}:{clip}")
    began = time.monotonic()
    with pytest.raises((FFmpegError, OSError)):
        av.open(address, options=limit_formats(clip)).close()
    assert time.monotonic() - began < 1


def test_file_with_the_name_of_a_protocol_is_a_file(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clip.parent)
    odd = Path("concat:clip.mov")
    odd.write_bytes(clip.read_bytes())
    with open_media(odd) as opened:
        assert opened.streams.video[0].width == 160


@pytest.mark.parametrize("kind", ["hls", "ffconcat"])
def test_nested_playlists_are_refused_in_under_a_second(kind: str, tmp_path: Path) -> None:
    for level in range(20):
        inner = [f"{level + 1}.m3u8"] * 50
        if kind == "hls":
            lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:9", *(f"#EXTINF:9,\n{each}" for each in inner)]
        else:
            lines = ["ffconcat version 1.0", *(f"file {each}" for each in inner)]
        (tmp_path / f"{level}.m3u8").write_text("\n".join(lines))
    began = time.monotonic()
    with pytest.raises(ArgumentError):
        open_media(tmp_path / "0.m3u8")
    assert time.monotonic() - began < 1


def test_playlist_named_like_a_picture_opens_no_other_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # Opening it would never end.
    for name in ("a.tga", "a.png", "a.jpg", "a.exr", "a.mov", "a.wav"):
        (tmp_path / name).write_text("ffconcat version 1.0\nfile pipe\n")
        with pytest.raises(FFmpegError), open_media(tmp_path / name) as opened:
            next(opened.decode(video=0))


def test_numbered_name_is_one_picture(tmp_path: Path) -> None:
    for name, colour in (("p1.tga", "red"), ("p2.tga", "red"), ("p%d.tga", "blue")):
        Image.new("RGB", (32, 16), colour).save(tmp_path / name)
    with open_media(tmp_path / "p%d.tga") as opened:
        (frame,) = opened.decode(video=0)
        assert tuple(frame.to_ndarray(format="rgb24")[0, 0]) == (0, 0, 255)


def test_movie_whose_samples_are_in_another_file_shows_nothing(clip: Path, tmp_path: Path) -> None:
    """A QuickTime file can name the file of its samples: a data reference of the kind `alis`."""
    named = str(clip).encode()
    record = (
        bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12) + bytes([8]) + b"clip.mov".ljust(63)
    )
    record += bytes(16) + struct.pack(">hh", 0, 0) + bytes(16) + struct.pack(">HH", 2, len(named)) + named
    record += bytes(len(named) % 2) + struct.pack(">hh", -1, 0)
    entry = struct.pack(">I4sI", 12 + len(record), b"alis", 0) + record
    data = clip.read_bytes()
    moov = data[data.index(b"moov") - 4 :]
    reference = moov.index(b"dref")
    old = struct.unpack(">I", moov[reference - 4 : reference])[0]
    extra = 16 + len(entry) - old
    new = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    moov = moov[: reference - 4] + new + moov[reference - 4 + old :]
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        at = moov.index(box) - 4
        moov = (
            moov[:at] + struct.pack(">I", struct.unpack(">I", moov[at : at + 4])[0] + extra) + moov[at + 4 :]
        )
    movie = tmp_path / "movie.mov"
    movie.write_bytes(data[: data.index(b"ftyp") + 16] + moov)
    with av.open(str(movie), options={"enable_drefs": "1", "use_absolute_path": "1"}) as opened:
        assert next(opened.decode(video=0)).width == 160  # The test's file works where references are on.
    with pytest.raises((FFmpegError, StopIteration)), open_media(movie) as opened:
        next(opened.decode(video=0))


def test_postscript_is_not_given_to_pillow(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")
    assert open_still(path) is None
    with pytest.raises(FFmpegError):
        open_media(path)


def test_media_files_are_opened_in_one_place() -> None:
    """Every other call of `av.open` in the product writes a file."""
    reading = []
    for path in PRODUCT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or ast.unparse(call.func) != "av.open":
                continue
            is_writing = len(call.args) > 1 and ast.unparse(call.args[1]) == "'w'"
            reading += [] if is_writing else [path.name]
    assert reading == ["allowed_formats.py"]
