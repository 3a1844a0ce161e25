"""Test files whose containers store no presentation times, or wrong ones. The pictures are in the order in
which ffmpeg shows them, one after the other from second 0, wherever reading began.
"""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.media.picture.colour import to_rgb
from milimo_tui.media.read.decoder import Decoder
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.sound_file import SoundFile
from tests.budget import thorough
from tests.media.material import HEIGHT, WIDTH, found_clicks, numbered, read_number

RATE = Fraction(25)
FRAMES = 75
XVID = "-c:v libxvid -bf 2 -qscale 3 -g 30"
MPEG4 = "-c:v mpeg4 -bf 2 -q 3 -g 30"
MPEG2 = "-c:v mpeg2video -bf 2 -q 3 -g 15"
H264 = "-c:v libx264 -bf 3 -g 24 -crf 10 -x264-params b-adapt=0:scenecut=0"
H265 = "-c:v libx265 -g 24 -x265-params log-level=none:bframes=3:b-adapt=0:scenecut=0"


@dataclass(frozen=True, slots=True)
class Case:
    """A file: how ffmpeg encodes it, and how the result is changed without decoding."""

    name: str
    encode: str
    suffix: str
    copy: str = ""  # ffmpeg's options for a copy with another suffix or other times
    copied: str = ""  # suffix of the copy
    skipped: Fraction = Fraction(0)  # share of the file that is cut off at its beginning
    unit: int = 1  # bytes of which a whole number is cut off
    has_gaps: bool = False  # True if some packets have no picture, so that the picture before stays longer

    def write(self, folder: Path) -> Path:
        path = folder / f"source{self.suffix}"
        pictures = b"".join(numbered(index).tobytes() for index in range(FRAMES))
        raw = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r 25 -i -"
        run_ffmpeg(*raw.split(), *f"-pix_fmt yuv420p {self.encode}".split(), str(path), sent=pictures)
        if self.copied:
            copy = folder / f"copy{self.copied}"
            run_ffmpeg("-i", str(path), *f"-c copy {self.copy}".split(), str(copy))
            path = copy
        if self.skipped:
            whole = path.read_bytes()
            begin = int(len(whole) * self.skipped) // self.unit * self.unit
            path.write_bytes(whole[begin:])
        return path


CASES = (
    Case("packed-avi", XVID, ".avi"),
    Case("unpacked-avi", XVID, ".avi", "-bsf:v mpeg4_unpack_bframes", ".avi", has_gaps=True),
    Case("h264-avi", H264, ".avi"),
    Case("mpeg4-avi", MPEG4, ".avi"),
    Case("h264-open-gop-avi", f"{H264}:open-gop=1", ".avi"),
    Case("hevc-avi", H265, ".mp4", "", ".avi"),
    Case("mpeg2-avi", MPEG2, ".avi"),
    Case("mpeg4-avi-copied-to-mp4", MPEG4, ".avi", "", ".mp4"),
    Case("h264-without-offsets-mp4", H264, ".mp4", "-bsf:v setts=pts=DTS -use_editlist 0", ".mp4"),
    Case("h264-without-offsets-mkv", H264, ".mp4", "-bsf:v setts=pts=DTS", ".mkv"),
    Case("h264-stream", H264, ".h264"),
    Case("hevc-stream", H265, ".h265"),
    Case("mpeg2-stream", MPEG2, ".m2v"),
    Case("mpeg2-program-stream", MPEG2, ".mpg"),
    Case("mpeg2-vob", MPEG2, ".vob"),
    Case("mpeg4-ts", MPEG4, ".ts"),
    Case("h264-open-gop-ts", f"{H264}:open-gop=1", ".ts"),
    Case("h264-open-gop-mp4", f"{H264}:open-gop=1", ".mp4"),
    Case("mpeg2-ts-begins-inside", MPEG2, ".ts", skipped=Fraction(1, 3), unit=188),
    Case("h264-ts-begins-inside", H264, ".ts", skipped=Fraction(1, 3), unit=188),
    Case("vob-begins-inside", MPEG2, ".vob", skipped=Fraction(1, 3), unit=2048),
    Case("h264-ts-with-wrong-rate", f"{H264}:fps=30:force-cfr=1", ".ts"),
    Case("negative-times-ts", H264, ".mp4", "-output_ts_offset -1", ".ts"),
    Case("wrapped-times-ts", H264, ".mp4", "-output_ts_offset 95442", ".ts"),
)


def run_ffmpeg(*words: str, sent: bytes = b"") -> bytes:
    line = ["ffmpeg", "-v", "error", "-y", *words]
    return subprocess.run(line, input=sent, check=True, stdout=subprocess.PIPE, timeout=60).stdout


def numbers_shown_by_ffmpeg(path: Path) -> list[int]:
    """Return the number in each picture that ffmpeg decodes, in its order."""
    raw = run_ffmpeg(*f"-i {path} -map 0:v:0 -fps_mode passthrough -f rawvideo -pix_fmt rgb24 -".split())
    return [read_number(each) for each in np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)]


def times_of_ffmpeg(path: Path) -> list[Fraction]:
    """Return the start of each picture in seconds after the first picture, as ffmpeg estimates it. The last
    picture may have no estimate and then follows after one frame.
    """
    line = f"-v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time -of csv=p=0 {path}"
    shown = subprocess.run(["ffprobe", *line.split()], check=True, capture_output=True, text=True, timeout=60)
    words = [word.strip(",") for word in shown.stdout.split()]
    times = [Fraction(word) for word in words if word != "N/A"]
    times += [times[-1] + 1 / RATE for word in words if word == "N/A"]
    return [at - times[0] for at in times]


@pytest.mark.parametrize("case", thorough("files", CASES, 3), ids=lambda case: case.name)
def test_pictures_are_in_the_order_in_which_they_are_shown(tmp_path: Path, case: Case) -> None:
    path = case.write(tmp_path)
    wanted = numbers_shown_by_ffmpeg(path)
    assert len(wanted) > FRAMES // 3
    facts = probe(path)
    starts = times_of_ffmpeg(path) if case.has_gaps else [index / RATE for index in range(len(wanted))]
    assert (facts.seconds, facts.rate) == (starts[-1] + 1 / RATE, RATE)
    assert case.has_gaps or facts.frames == len(wanted)
    decoder = Decoder(path)
    found = [(at, read_number(to_rgb(frame))) for at, frame in decoder.iterate_pictures()]
    decoder.close()
    assert [number for _, number in found] == wanted
    # A difference of one tick of the container is allowed.
    pairs = zip((at for at, _ in found), starts, strict=True)
    assert all(abs(at - start) <= Fraction(1, 90000) for at, start in pairs)
    draw = random.Random(3)
    places = [draw.randrange(len(wanted)) for _ in range(20)]
    places += [*range(len(wanted) - 1, len(wanted) - 20, -1), *range(10, 20)]
    with FrameReader(path) as reader:
        numbers = [read_number(reader.picture(starts[place] + Fraction(1, 50))) for place in places]
    assert numbers == [wanted[place] for place in places]


def test_sound_and_picture_of_an_avi_with_b_frames_have_one_second_zero(tmp_path: Path) -> None:
    """The first picture of this file is shown after the start of the sound, which is cut off until then."""
    pictures = b"".join(numbered(index).tobytes() for index in range(FRAMES))
    path = tmp_path / "both.avi"
    raw = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r 25 -i -".split()
    click = "aevalsrc=0.9*eq(n\\,48000):s=48000:d=3"
    run_ffmpeg(
        *raw, "-f", "lavfi", "-i", click, *f"-pix_fmt yuv420p {MPEG4} -c:a pcm_s16le {path}".split(),
        sent=pictures,
    )  # fmt: skip
    first = Fraction(1, 25)  # The decoder needs one more packet before its first picture.
    file = SoundFile(path)
    try:
        [at] = found_clicks(file.read(0, 2 * 48000))
    finally:
        file.close()
    assert at == 48000 - first * 48000
    assert probe(path).streams.sounds[0].starts == -first
