"""Test files as cameras, recorders and other programs write them: their streams are listed as by ffprobe,
and a cut plays the chosen stream and channels at the samples at which FFmpeg plays them.

All sounds are clips of one cut, which is rendered once in stereo and once in 5.1.
"""

from __future__ import annotations

import json
import struct
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.cli.cut.test_sound_streams import add_media, render_samples
from tests.front_door import Milimo, environment

pytestmark = pytest.mark.long("command_line")

RATE = 48000
HALF = 0.5**0.5
PICTURE = ["-f", "lavfi", "-i", "testsrc=size=96x64:rate=25:duration=1"]
X264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p"]
MICROPHONES = ("Boom", "Lav Mara", "Lav Jun", "Plant", "Car L", "Car R", "Mix L", "Mix R")
SEVEN = (200, 300, 400, 60, 500, 600, 700, 800)


def make_tones(tones: tuple[int, ...], layout: str = "mono", rate: int = RATE, delay: float = 0) -> list[str]:
    """Return the input options of FFmpeg for a second of rising tones, one in each channel."""
    waves = "|".join(f"0.2*sin(2*PI*({tone}*t+40*t*t))" for tone in tones)
    return ["-itsoffset", str(delay), "-f", "lavfi", "-i", f"aevalsrc={waves}:d=1:s={rate}:c={layout}"]


def map_streams(count: int) -> list[str]:
    return [word for number in range(count) for word in ("-map", str(number))]


def run_ffmpeg(*words: str) -> bytes:
    return subprocess.run(["ffmpeg", "-v", "error", *words], check=True, capture_output=True).stdout


def write_recording(path: Path, names: tuple[str, ...], *, has_names: bool) -> None:
    """Write a recorder's WAV without channel positions; with names, also the chunks `bext` and `iXML`."""
    count = len(names)
    layout = {4: "4.0", 6: "5.1", 8: "7.1"}[count]
    data = run_ffmpeg(*make_tones(SEVEN[:count], layout), "-f", "s24le", "-")
    chunks = [(b"fmt ", struct.pack("<HHIIHH", 1, count, RATE, RATE * count * 3, count * 3, 24))]
    if has_names:
        tracks = "".join(
            f"<TRACK><CHANNEL_INDEX>{at}</CHANNEL_INDEX><INTERLEAVE_INDEX>{at}</INTERLEAVE_INDEX>"
            f"<NAME>{name}</NAME></TRACK>"
            for at, name in enumerate(names, 1)
        )
        document = f"<BWFXML><TRACK_LIST><TRACK_COUNT>{count}</TRACK_COUNT>{tracks}</TRACK_LIST></BWFXML>"
        chunks.insert(0, (b"bext", bytes(602)))
        chunks.append((b"iXML", document.encode()))
    chunks.insert(-1 if has_names else 1, (b"data", data))
    body = b"".join(
        name + struct.pack("<I", len(each)) + each + bytes(len(each) % 2) for name, each in chunks
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body)


def write_files(folder: Path) -> None:
    """Write all files of this trial."""
    three, five, seven, nine = (make_tones((tone,)) for tone in (300, 500, 700, 900))
    run_ffmpeg(
        *PICTURE, *three, *five, *seven, *nine, *map_streams(5), "-c:a", "pcm_s24le", str(folder / "four.mxf")
    )
    languages = ["-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=fra"]
    titles = ["-metadata:s:a:1", "title=Boom", "-metadata:s:a:2", "title=Lavalier"]
    codecs = ["-c:a:0", "aac", "-c:a:1", "libopus", "-c:a:2", "aac"]
    sounds = [*three, *five, *make_tones((700,), rate=44100)]
    run_ffmpeg(
        *PICTURE, *sounds, *map_streams(4), *X264, *codecs, *languages, *titles, str(folder / "langs.mkv")
    )
    surround = make_tones(SEVEN, "7.1")
    for name, codec in (("seven.wav", "pcm_s24le"), ("seven.flac", "flac"), ("seven.mka", "libopus")):
        run_ffmpeg(*surround, "-c:a", codec, "-b:a", "512k", str(folder / name))
    ambisonic = ["-c:a", "libopus", "-b:a", "256k", "-mapping_family", "2"]
    run_ffmpeg(*make_tones(SEVEN[:4], "4.0"), *ambisonic, str(folder / "ambisonic.mka"))
    write_recording(folder / "four.wav", MICROPHONES[:4], has_names=False)
    write_recording(folder / "six.wav", MICROPHONES[:6], has_names=False)
    write_recording(folder / "recorder6.wav", MICROPHONES[:6], has_names=True)
    write_recording(folder / "recorder8.wav", MICROPHONES, has_names=True)
    two = [*make_tones((300, 400), "stereo"), *make_tones(SEVEN[:6], "5.1")]
    run_ffmpeg(*PICTURE, *two, *map_streams(3), *X264, "-c:a", "aac", str(folder / "two.mp4"))
    late = [
        *make_tones((300,), rate=44100, delay=0.1),
        *make_tones((500,), delay=0.3),
        *make_tones((700,), rate=32000),
    ]
    for name in ("late.mkv", "late.mov"):
        run_ffmpeg(*PICTURE, *late, *map_streams(4), *X264, "-c:a", "pcm_s16le", str(folder / name))
    run_ffmpeg(*late, *map_streams(3), "-c:a", "pcm_s16le", str(folder / "late.mka"))


@dataclass(frozen=True)
class Heard:
    """A clip of the trial: its stream and channels, and the gains from the channels of the file to left and
    right.
    """

    file: str
    stream: int
    left: tuple[float, ...]
    right: tuple[float, ...]
    channels: str = "all"

    def __str__(self) -> str:
        return f"{self.file}:{self.stream}:{self.channels}"


ALONE = ((1.0,), (1.0,))
BS_775 = ((1, 0, HALF, 0, HALF, 0), (0, 1, HALF, 0, 0, HALF))
OF_SEVEN = ((1, 0, HALF, 0, 0.5, 0, 0.5, 0), (0, 1, HALF, 0, 0, 0.5, 0, 0.5))
OF_MIX = ((*[0.0] * 6, 1.0, 0.0), (*[0.0] * 6, 0.0, 1.0))
OF_MARA = ((0.0, 1.0, *[0.0] * 6),) * 2


def spread_evenly(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the gains of channels without positions: in the middle, with the power of one channel."""
    return (count**-0.5,) * count, (count**-0.5,) * count


CASES = (
    *(Heard("four.mxf", stream, *ALONE) for stream in (1, 2, 3, 4)),
    *(Heard("langs.mkv", stream, *ALONE) for stream in (1, 2, 3)),
    *(Heard(f"seven.{kind}", 1, *OF_SEVEN) for kind in ("wav", "flac", "mka")),
    Heard("ambisonic.mka", 1, (HALF, HALF, 0, 0), (HALF, -HALF, 0, 0)),
    Heard("four.wav", 1, *spread_evenly(4)),
    Heard("four.wav", 1, (0, 0, 1, 0), (0, 0, 1, 0), channels="3"),
    Heard("six.wav", 1, *BS_775),
    Heard("recorder6.wav", 1, *spread_evenly(6)),
    Heard("recorder6.wav", 1, *BS_775, channels="1,2,3,4,5,6"),
    Heard("recorder8.wav", 1, *spread_evenly(8)),
    Heard("recorder8.wav", 1, *OF_MIX, channels="7,8"),
    Heard("recorder8.wav", 1, *OF_MARA, channels="2"),
    Heard("recorder8.wav", 1, *OF_SEVEN, channels="1,2,3,4,5,6,7,8"),
    Heard("two.mp4", 1, (1, 0), (0, 1)),
    Heard("two.mp4", 2, *BS_775),
    *(Heard(f"late.{kind}", stream, *ALONE) for kind in ("mkv", "mov", "mka") for stream in (1, 2, 3)),
)


@dataclass(frozen=True)
class Trial:
    """The rendered sounds of all clips, by case, and the facts of the files as Milimo lists them."""

    folder: Path
    stereo: dict[Heard, NDArray[np.float64]]
    surround: dict[Heard, NDArray[np.float64]]
    facts: dict[str, Any]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    place = tmp_path_factory.mktemp("studio")
    home = Milimo(environment(place), place / "work")
    home.inside("project", "new", "Talk")
    home.inside("run", "cut.new", "name=talk", "empty=true")
    try:
        assets = {path.name: add_media(home, path)["id"] for path in sorted(folder.iterdir())}
        facts = {name: home.inside("asset", "show", id)["facts"] for name, id in assets.items()}
        for case in CASES:
            source = [f"asset={assets[case.file]}", f"stream={case.stream}", f"channels={case.channels}"]
            home.inside("run", "cut.append", "track=A1", *source, "frames=25")
        rendered = [render_samples(home, "--channels", count) for count in ("2", "6")]
        home.json("render", "-o", "eight.wav", "--channels", "8", code=2)
    finally:
        home.inside("supervisor", "stop", "--now")
    stereo, surround = (
        dict(zip(CASES, np.split(sound, len(CASES), axis=1), strict=True)) for sound in rendered
    )
    return Trial(folder, stereo, surround, facts)


def probe_file(path: Path, *words: str) -> Any:
    """Return the answer of ffprobe as JSON."""
    command = ["ffprobe", "-v", "error", *words, "-of", "json", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def list_by_ffprobe(path: Path, kind: str) -> tuple[list[Any], list[float]]:
    """Return the streams of a kind (`a` or `v`), and the time of the first decoded frame of each."""
    streams = probe_file(path, "-select_streams", kind, "-show_streams")["streams"]
    begins = []
    for number in range(len(streams)):
        first = ["-select_streams", f"{kind}:{number}", "-read_intervals", "%+#3"]
        frames = probe_file(path, *first, "-show_entries", "frame=pts_time")["frames"]
        begins.append(float(frames[0].get("pts_time", 0)))
    return streams, begins


def decode_by_ffmpeg(path: Path, stream: int) -> NDArray[np.float64]:
    """Return the first second of a sound stream by FFmpeg at 48 kHz, as an array (channels, samples). Second
    0 is the first picture, or else the first sound.
    """
    sounds, begins = list_by_ffprobe(path, "a")
    zero = min(list_by_ffprobe(path, "v")[1] or begins)
    sound, begin = sounds[stream - 1], begins[stream - 1] - zero
    rate, count = int(sound["sample_rate"]), sound["channels"]
    # FFmpeg would otherwise assume positions for channels without positions.
    words = ["-guess_layout_max", "0", "-i", str(path), "-map", f"0:a:{stream - 1}", "-f", "f32le", "-"]
    raw = np.frombuffer(run_ffmpeg(*words), "<f4").reshape(-1, count).T.astype(float)
    # Times of equal rates are whole samples, as the sound of a film is.
    begin = round(begin * rate) / rate if rate == RATE else begin
    times = begin + np.arange(raw.shape[1]) / rate
    wanted = np.arange(RATE) / RATE
    return np.array([np.interp(wanted, times, channel, left=0, right=0) for channel in raw])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_chosen_stream_and_channels_are_heard_at_the_samples_of_ffmpeg(case: Heard, trial: Trial) -> None:
    decoded = decode_by_ffmpeg(trial.folder / case.file, case.stream)
    wanted = np.array([case.left, case.right]) @ decoded
    wrong = np.abs(trial.stereo[case] - wanted)
    rate = trial.facts[case.file]["sounds"][case.stream - 1]["sample_rate"]
    if rate == RATE:
        assert wrong.max() < 1e-5
        return
    # Two resamplers differ at the ends of a sound, and by less than half a sample in between.
    slope = np.abs(np.diff(wanted)).max()
    begin = np.flatnonzero(np.abs(wanted).max(axis=0) > 1e-4)[0]
    assert wrong[:, begin + 200 : -200].max() < slope / 2
    assert wrong[:, : max(0, begin - 200)].max(initial=0.0) < 1e-4


@pytest.mark.parametrize("file", sorted({case.file for case in CASES}))
def test_streams_are_listed_as_by_ffprobe(file: str, trial: Trial) -> None:
    sounds, begins = list_by_ffprobe(trial.folder / file, "a")
    zero = min(list_by_ffprobe(trial.folder / file, "v")[1] or begins)
    listed = trial.facts[file]["sounds"]
    assert len(listed) == len(sounds)
    for ours, theirs, begin in zip(listed, sounds, begins, strict=True):
        tags = {"title": "", "language": "", **theirs.get("tags", {})}
        assert ours["codec"] == theirs["codec_name"]
        assert ours["sample_rate"] == int(theirs["sample_rate"])
        assert ours["channels"] == theirs["channels"]
        assert ours.get("title", "") == tags["title"]
        assert ours.get("language", "") == tags["language"].replace("und", "")
        # The codec's padding, 6.5 ms of Opus, is before the first sample that is heard.
        assert abs(float(Fraction(ours.get("starts", "0"))) - (begin - zero)) < 0.008


def test_tracks_of_a_recorder_are_listed(trial: Trial) -> None:
    assert tuple(trial.facts["recorder8.wav"]["sounds"][0]["tracks"]) == MICROPHONES
    assert "tracks" not in trial.facts["six.wav"]["sounds"][0]


@pytest.mark.parametrize("name", ["late.mov", "late.mkv", "late.mka"])
def test_file_ends_with_its_last_sound(name: str, trial: Trial) -> None:
    facts = trial.facts[name]
    ends = [
        Fraction(each.get("starts", "0")) + Fraction(each["samples"], each["sample_rate"])
        for each in facts["sounds"]
        if "samples" in each
    ]
    # Matroska rounds times to milliseconds.
    assert abs(max([Fraction(facts["seconds"]), *ends]) - Fraction("1.3")) < Fraction("0.002")


def test_surround_is_rendered_with_its_channels(trial: Trial) -> None:
    """5.1 is unchanged. Of 7.1, each pair behind has half its power. Microphones are in the centre."""
    five, seven = Heard("two.mp4", 2, *BS_775), Heard("seven.wav", 1, *OF_SEVEN)
    recorder = Heard("recorder8.wav", 1, *spread_evenly(8))
    decoded = {
        case: decode_by_ffmpeg(trial.folder / case.file, case.stream) for case in (five, seven, recorder)
    }
    assert np.abs(trial.surround[five] - decoded[five]).max() < 1e-5
    behind = HALF * (decoded[seven][4:6] + decoded[seven][6:8])
    assert np.abs(trial.surround[seven] - np.concatenate([decoded[seven][:4], behind])).max() < 1e-5
    centre = np.zeros((6, RATE))
    centre[2] = decoded[recorder].sum(axis=0) / 8**0.5
    assert np.abs(trial.surround[recorder] - centre).max() < 1e-5
