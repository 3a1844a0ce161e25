"""Test films that contain both copied and newly encoded pictures, on the command line.

The complete film must have one set of H.264 headers. This is checked in the file itself and by decoding it
with libavcodec and OpenH264.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from milimo_tui.media.files import h264
from milimo_tui.media.picture import colour, yuv
from tests.budget import thorough
from tests.front_door import Milimo, environment
from tests.media.material import HEIGHT, WIDTH, numbered, pictures_of, read_number

# Frames of the source; frame at which the title begins; length of the title in frames.
FRAMES, OVER, LONG = 100, 45, 10
RATE = Fraction(25)
# Encoder options of other programs for x264, and whether Milimo's encoder can write the same headers.
# Pictures are copied only in that case.
CODINGS = {
    "plain": ("crf=30:bframes=0:keyint=20", True),
    "usual": ("crf=23:keyint=20", True),
    "small": ("crf=30:cabac=0:8x8dct=0:bframes=0:weightp=0:level=31:keyint=20", True),
    "bits": ("bitrate=300:ref=5:bframes=5:keyint=20:aud=1:repeat-headers=1", True),
    "steady": ("crf=20:bframes=0:force-cfr=1:constrained-intra=1:keyint=20", True),
    "alone": ("crf=30:keyint=1", True),
    "broadcast": ("bitrate=300:vbv-maxrate=400:vbv-bufsize=500:nal-hrd=vbr:keyint=20", False),
}
DEMUXERS = {"mp4": "qtdemux", "mov": "qtdemux", "mkv": "matroskademux"}


def source(path: Path, words: str) -> Path:
    """Encode a BT.709 source with these x264 options. Picture k shows the number 100 + k."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.options = {"preset": "medium", "x264-params": f"{words}:scenecut=0"}
        yuv.tag_bt709(stream.codec_context)
        for index in range(FRAMES):
            frame = colour.to_yuv(numbered(100 + index))
            frame.pts, frame.time_base = index, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@dataclass(frozen=True)
class CodingHome:
    """A home with a cut for each kind of coding. The cut has the complete source on V1, and a title over its
    middle.
    """

    milimo: Milimo
    sources: dict[str, Path]

    def render(self, name: str, ending: str) -> dict[str, Any]:
        self.milimo.inside("cut", "use", name)
        data: dict[str, Any] = self.milimo.json("render", "-o", str(self.milimo.cwd / f"{name}.{ending}"))
        return data


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodingHome]:
    folder = tmp_path_factory.mktemp("copies")
    milimo = Milimo(environment(folder), folder / "work")
    milimo.inside("project", "new", "Copies", "--size", f"{WIDTH}x{HEIGHT}", "--rate", "25")
    made = CodingHome(
        milimo, {name: source(folder / f"{name}.mp4", words) for name, (words, _) in CODINGS.items()}
    )
    try:
        for name, path in made.sources.items():
            asset = milimo.inside("run", "asset.add", f"file={path}", "prepare=false")["id"]
            milimo.inside("run", "cut.new", f"name={name}", "empty=true")
            milimo.inside("run", "cut.append", "track=V1", f"asset={asset}", f"frames={FRAMES}")
            milimo.inside("run", "cut.title", "text=Rain", "track=V2", f"at={OVER}", f"frames={LONG}")
        yield made
    finally:
        milimo.inside("supervisor", "stop", "--now")


def units_of(path: Path) -> tuple[h264.ParameterSets | None, set[int]]:
    """Return the headers of a film, and the types of the NAL units among its pictures."""
    with av.open(str(path)) as film:
        extra = bytes(film.streams.video[0].codec_context.extradata or b"")
        data = [bytes(packet) for packet in film.demux(video=0) if packet.size]
    size = h264.read_length_size(extra)
    return h264.parse_parameter_sets(extra), {
        h264.get_unit_type(unit) for each in data for unit in h264.split_nal_units(each, size)
    }


def by_openh264(path: Path) -> list[bytes]:
    """Return each picture of a film as OpenH264 decodes it."""
    raw = path.with_suffix(".yuv")
    steps = (
        f"filesrc location={path}", DEMUXERS[path.suffix[1:]], "h264parse", "openh264dec", "videoconvert",
        "video/x-raw,format=I420", f"filesink location={raw}",
    )  # fmt: skip
    words = " ! ".join(steps).split()
    subprocess.run(["gst-launch-1.0", "-q", *words], check=True, capture_output=True, timeout=120)
    data, size = raw.read_bytes(), WIDTH * HEIGHT * 3 // 2
    return [data[at : at + size] for at in range(0, len(data), size)]


def by_libavcodec(path: Path) -> list[bytes]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="yuv420p").tobytes() for frame in film.decode(video=0)]


@pytest.mark.long("command_line")
@pytest.mark.parametrize("ending", thorough("files", ["mkv", "mp4", "mov"]))
@pytest.mark.parametrize("name", CODINGS)
def test_copies_next_to_a_title_get_its_headers(house: CodingHome, name: str, ending: str) -> None:
    """A film of copied pictures with ten frames of title in the middle has only one set of headers. Earlier,
    Matroska files failed for all seven codings, and the headers of MP4 files changed within the file.
    """
    told = house.render(name, ending)
    path = Path(told["film"])
    assert (told["frames"], told["composited"]) == (FRAMES, LONG)
    assert (told["copied"] > 0) == CODINGS[name][1]

    headers, among = units_of(path)
    assert headers is not None
    assert (len(headers.sps), len(headers.pps)) == (1, 1)
    assert not among & {h264.SPS, h264.PPS}
    if told["copied"]:
        with av.open(str(house.sources[name])) as file:
            assert headers == h264.parse_parameter_sets(
                bytes(file.streams.video[0].codec_context.extradata or b"")
            )
    if ending != "mkv":
        data = path.read_bytes()
        assert (data.count(b"avc1\0\0\0\0\0\0"), data.count(b"avcC"), data.count(b"avc3")) == (1, 1, 0)

    numbers = [read_number(picture) for picture in pictures_of(path)]
    assert len(numbers) == FRAMES
    assert numbers[:OVER] == list(range(100, 100 + OVER))
    assert numbers[OVER + LONG :] == list(range(100 + OVER + LONG, 100 + FRAMES))
    if told["copied"]:
        assert told["notes"] == []
    else:
        [note] = told["notes"]
        assert note.startswith(f"{name}.mp4 is encoded")
        assert note in [each["text"] for each in told["report"]["findings"]]


@pytest.mark.long("command_line")
@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="needs GStreamer with openh264dec")
@pytest.mark.parametrize("ending", thorough("files", ["mkv", "mp4"]))
@pytest.mark.parametrize("name", thorough("files", ["plain", "usual", "small", "steady", "alone"], 2))
def test_openh264_shows_the_same_pictures_as_libavcodec(house: CodingHome, name: str, ending: str) -> None:
    """Both decoders return identical pictures. With B-frames, which OpenH264 rounds differently, each picture
    is at its right position.
    """
    path = Path(house.render(name, ending)["film"])
    mine, theirs = by_openh264(path), by_libavcodec(path)
    assert len(mine) == len(theirs) == FRAMES
    if name != "usual":
        assert mine == theirs
        return
    whole = by_openh264(house.sources[name])
    begins = next(at for at in range(OVER + LONG, FRAMES) if at % 20 == 0)
    assert mine[:20] == whole[:20], "as it shows the source itself"
    assert mine[begins + 1 :] == whole[begins + 1 :]
