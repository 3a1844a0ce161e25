"""Small source files every kind: each picture contains a number, and each sound clicks at known seconds.

The table `KINDS` says how to make each kind and which values a reader must return. Nothing here reads the
files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.linux import preserve_scheduling_class
from tests.media.material import HEIGHT, WIDTH, numbered

FRAMES = 12
RATE = Fraction(25)
MS = Fraction(1, 1000)


def number_of(frame: int) -> int:
    """Return the number shown in the picture of a frame. Numbers of neighbouring frames differ in many
    bars.
    """
    return (frame + 1) * 40503 % 65536


def picture(frame: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    return numbered(number_of(frame), width=width, height=height)


@dataclass(frozen=True, slots=True)
class Track:
    """A sound track that clicks at the seconds `clicks`, counted from the start of the track."""

    codec: str = "pcm_s16le"
    rate: int = 48000
    layout: str = "stereo"
    clicks: tuple[Fraction, ...] = (Fraction(1, 10), Fraction(3, 10))
    starts: Fraction = Fraction(0)  # start of the track, in seconds after the first picture
    seconds: Fraction = FRAMES / RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """The encoding of a test film. `times` holds the start of each picture in seconds for a film without a
    constant rate.
    """

    suffix: str = ".mp4"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    rate: Fraction = RATE
    frames: int = FRAMES
    times: tuple[Fraction, ...] = ()
    tick: Fraction | None = None
    options: dict[str, str] = field(default_factory=dict)
    aspect: Fraction = Fraction(1)
    turn: int = 0
    first: Fraction = Fraction(0)  # timestamp of the first picture, in seconds
    matrix: int = 0
    full: bool = False
    clear: bool = False
    tracks: tuple[Track, ...] = ()

    def __call__(self, folder: Path) -> Path:
        path = folder / f"source{self.suffix}"
        with preserve_scheduling_class(), av.open(str(path), "w") as out:
            video = out.add_stream(self.codec, rate=self.rate, options=self._options())
            assert isinstance(video, VideoStream)
            self._shape(video)
            sounds = [self._sound(out, track) for track in self.tracks]
            for index in range(self.frames):
                out.mux(video.encode(self._frame(video, index)))
            out.mux(video.encode(None))
            for stream, track in zip(sounds, self.tracks, strict=True):
                _click(out, stream, track, self.first)
        return path

    def begins(self) -> tuple[Fraction, ...]:
        """Return the start of each picture in seconds."""
        return self.times or tuple(index / self.rate for index in range(self.frames))

    def seconds(self) -> Fraction:
        return self.begins()[-1] + 1 / self.rate

    def _options(self) -> dict[str, str]:
        quick = {"libx264": {"preset": "veryfast", "crf": "12"}, "libx265": {"x265-params": "log-level=none"}}
        return {**quick.get(self.codec, {}), **self.options}

    def _shape(self, video: VideoStream) -> None:
        upright = self.turn % 180 == 0
        width, height = (WIDTH, HEIGHT) if upright else (HEIGHT, WIDTH)
        video.width, video.height = int(width / self.aspect), height
        video.pix_fmt = self.pixels
        if self.aspect != 1:
            video.codec_context.sample_aspect_ratio = self.aspect
        if self.turn:
            video.set_display_rotation(self.turn)
        if self.tick:
            video.codec_context.time_base = self.tick
        else:
            video.codec_context.time_base = 1 / self.rate
        if self.matrix:
            video.codec_context.colorspace = self.matrix
        if self.full:
            video.codec_context.color_range = 2

    def _frame(self, video: VideoStream, index: int) -> av.VideoFrame:
        shown = np.rot90(picture(index), -self.turn // 90)
        if self.aspect != 1:
            shown = np.asarray(
                Image.fromarray(shown).resize((video.width, video.height), Image.Resampling.BOX)
            )
        source = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="rgb24")
        if self.clear:
            seen = np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)])
            seen[shown.shape[0] * 3 // 4 :, :, 3] = 0
            source = av.VideoFrame.from_ndarray(np.ascontiguousarray(seen), format="rgba")
        frame = source.reformat(
            format=self.pixels,
            dst_colorspace=self.matrix or 1,
            src_color_range=2,
            dst_color_range=2 if self.full else 1,
        )
        base = video.codec_context.time_base or 1 / self.rate
        frame.pts = round((self.begins()[index] + self.first) / base)
        frame.time_base = base
        frame.pict_type = 0
        return frame

    @staticmethod
    def _sound(out: Any, track: Track) -> AudioStream:
        stream = out.add_stream(track.codec, rate=track.rate, layout=track.layout)
        assert isinstance(stream, AudioStream)
        return stream


@dataclass(frozen=True, slots=True)
class Song:
    """A test file with sound only."""

    suffix: str
    track: Track

    def __call__(self, folder: Path) -> Path:
        path = folder / f"source{self.suffix}"
        with av.open(str(path), "w") as out:
            stream = Film._sound(out, self.track)
            _click(out, stream, self.track, Fraction(0))
        return path


def _click(out: Any, stream: AudioStream, track: Track, first: Fraction) -> None:
    """Encode a sound track: silence with a click on every channel at each of the track's seconds. `first` is
    added to its timestamps.
    """
    count = round(track.seconds * track.rate)
    channels = av.AudioLayout(track.layout).nb_channels
    sound = np.zeros((channels, count), np.float32)
    for at in track.clicks:
        sound[:, round(at * track.rate)] = 0.9
    resampler = av.AudioResampler(
        format=stream.codec_context.format or "s16", layout=track.layout, rate=track.rate,
        frame_size=stream.codec_context.frame_size or 1024,
    )  # fmt: skip
    packed = np.ascontiguousarray(sound.T).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=track.layout)
    frame.sample_rate, frame.time_base = track.rate, Fraction(1, track.rate)
    frame.pts = round((track.starts + first) * track.rate)
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        out.mux(stream.encode(part))
    out.mux(stream.encode(None))


def animation(suffix: str, stays: Sequence[int]) -> Callable[[Path], Path]:
    """Return a function that writes an animated picture whose pages stay for `stays` milliseconds each."""

    def make(folder: Path) -> Path:
        path = folder / f"source{suffix}"
        pages = [Image.fromarray(picture(index)) for index in range(len(stays))]
        options: dict[str, Any] = {"lossless": True} if suffix == ".webp" else {}
        pages[0].save(path, save_all=True, append_images=pages[1:], duration=list(stays), **options)
        return path

    return make


def numbered_files(suffix: str, *, but: Sequence[int] = ()) -> Callable[[Path], Path]:
    """Return a function that writes an image sequence numbered from 1001, without the frames in `but`. The
    function returns the first file.
    """

    def make(folder: Path) -> Path:
        for index in range(FRAMES):
            if index not in but:
                Image.fromarray(picture(index)).save(folder / f"plate.{1001 + index}{suffix}")
        return folder / f"plate.1001{suffix}"

    return make


def still(suffix: str, mode: str = "RGB", turned: bool = False) -> Callable[[Path], Path]:
    """Return a function that writes one still with the number of frame 0. With `turned` it is stored rotated,
    with the EXIF orientation that turns it upright.
    """

    def make(folder: Path) -> Path:
        path = folder / f"source{suffix}"
        pixels = np.rot90(picture(0), 1) if turned else picture(0)
        image = Image.fromarray(np.ascontiguousarray(pixels))
        if mode == "I;16":
            image = Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257)
        else:
            image = image.convert(mode)
        exif = Image.Exif()
        if turned:
            exif[0x0112] = 6
        options: dict[str, Any] = {"lossless": True} if suffix == ".webp" else {}
        image.save(path, exif=exif, **options)
        return path

    return make


# Suffixes of still formats that FFmpeg decodes, and the pixel format of each.
PRODUCTION_STILLS = {".exr": "gbrpf32le", ".dpx": "gbrp10le", ".pfm": "gbrpf32le", ".pam": "rgb24"}


def decoded_still(suffix: str) -> Callable[[Path], Path]:
    """Return a function that writes one still with the number of frame 0, in a format of film production."""

    def make(folder: Path) -> Path:
        path = folder / f"source{suffix}"
        with av.open(str(path), "w", format="image2", options={"update": "1"}) as out:
            stream = out.add_stream(suffix[1:], rate=25)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, PRODUCTION_STILLS[suffix]
            frame = av.VideoFrame.from_ndarray(picture(0), format="rgb24")
            out.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
            out.mux(stream.encode(None))
        return path

    return make


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source file, with the values that a reader must return for it.

    - `begins`: start of each picture in seconds.
    - `shows`: index of the picture shown from each of these starts; empty if the pictures are simply in
      order.
    - `heard`: seconds of the clicks after the first picture.
    - `within`: tolerance for the clicks in seconds, larger for lossy sound.
    """

    name: str
    make: Callable[[Path], Path]
    begins: tuple[Fraction, ...] = ()
    seconds: Fraction | None = None
    heard: tuple[Fraction, ...] = ()
    shows: tuple[int, ...] = ()
    within: Fraction = Fraction(2, 48000)
    size: tuple[int, int] = (WIDTH, HEIGHT)
    rate: Fraction | None = None  # frame rate, set only for an image sequence
    length_within: Fraction = Fraction(0)
    says: dict[str, Any] = field(default_factory=dict)  # expected facts about the picture, by name


def film(name: str, *, heard: tuple[Fraction, ...] | None = None, says: Any = None, **values: Any) -> Kind:
    made = Film(**values)
    sounds = heard
    if sounds is None and made.tracks:
        first = made.tracks[0]
        sounds = tuple(at + first.starts for at in first.clicks)
    lossy = bool(made.tracks) and not made.tracks[0].codec.startswith(("pcm", "flac", "alac"))
    return Kind(
        name,
        made,
        made.begins(),
        made.seconds(),
        sounds or (),
        within=MS if lossy else Fraction(2, 48000),
        says=says or {},
    )


def song(name: str, suffix: str, *, within: Fraction = Fraction(2, 48000), **values: Any) -> Kind:
    track = Track(seconds=Fraction(1, 2), **values)
    return Kind(
        name, Song(suffix, track), heard=track.clicks, seconds=track.seconds, within=within,
        length_within=Fraction(3, 50) if within == MS else Fraction(0),
    )  # fmt: skip


UNEVEN = tuple(Fraction(each, 1000) for each in (0, 40, 120, 160, 280, 320, 360, 560, 600, 640, 800, 840))
STAYS = (40, 80, 120, 40, 200, 40)
PAGES = tuple(Fraction(sum(STAYS[:index]), 1000) for index in range(len(STAYS)))
ENDS = Fraction(sum(STAYS), 1000)
EVEN = tuple(index / RATE for index in range(FRAMES))
WHOLE = FRAMES / RATE
INTER = {"flags": "+ilme+ildct"}
N = Fraction(1000, 1001)

KINDS = (
    film("h264-25", tracks=(Track("aac"),), says={"codec": "h264", "constant": True}),
    film("h264-long-gop", options={"g": "250", "bf": "3"}, says={"has_b_frames": True}),
    film("h264-23.976", rate=24 * N, says={"rate": 24 * N}),
    film("h264-29.97-mkv", suffix=".mkv", rate=30 * N, says={"rate": 30 * N}),
    film("h264-59.94-ts", suffix=".ts", rate=60 * N, says={"constant": True}),
    film("h264-12.5", rate=Fraction(25, 2), says={"rate": Fraction(25, 2)}),
    film("h264-120", rate=Fraction(120), frames=30),
    film("h264-late-times", suffix=".mkv", first=Fraction(40), tracks=(Track(),)),
    film("variable-mp4", times=UNEVEN, tick=MS, says={"constant": False}),
    film("variable-mkv", suffix=".mkv", times=UNEVEN, tick=MS, says={"constant": False}),
    film("turned-90", turn=90, says={"rotation": 90}),
    film("turned-180", suffix=".mov", turn=180, says={"rotation": 180}),
    film("turned-270", turn=270, says={"rotation": 270}),
    film("interlaced-h264", options={**INTER, "x264-params": "tff=1"}, says={"field_order": "tt"}),
    film("interlaced-mpeg2", suffix=".mpg", codec="mpeg2video", options={**INTER, "q:v": "2"}),
    film("h264-10-bit", pixels="yuv420p10le", says={"pixels": "yuv420p10le"}),
    film("h265-10-bit", codec="libx265", pixels="yuv420p10le", says={"codec": "hevc"}),
    film("h264-4:4:4", pixels="yuv444p"),
    film("h264-full-range", pixels="yuvj420p", full=True, says={"range": "pc"}),
    film("h264-bt601", matrix=6, says={"matrix": "smpte170m"}),
    film("h264-bt2020", matrix=9, pixels="yuv420p10le", says={"matrix": "bt2020nc"}),
    film("anamorphic", aspect=Fraction(2), says={"aspect": Fraction(2)}),
    film("anamorphic-turned", aspect=Fraction(2), turn=180),
    film("prores-422", suffix=".mov", codec="prores_ks", pixels="yuv422p10le"),
    film("prores-4444-clear", suffix=".mov", codec="prores_ks", pixels="yuva444p10le", clear=True,
         options={"profile": "4444"}, says={"alpha": True}),
    film("png-clear", suffix=".mov", codec="png", pixels="rgba", clear=True, says={"alpha": True}),
    film("qtrle-clear", suffix=".mov", codec="qtrle", pixels="argb", clear=True, says={"alpha": True}),
    film("vp9-clear", suffix=".webm", codec="libvpx-vp9", pixels="yuva420p", clear=True,
         options={"deadline": "realtime", "cpu-used": "8"}, says={"alpha": True}),
    film("vp8-opus", suffix=".webm", codec="libvpx", tracks=(Track("libopus"),),
         options={"deadline": "realtime", "b": "2M"}),
    film("av1", codec="libsvtav1", options={"preset": "12", "crf": "20"}, says={"codec": "av1"}),
    film("mjpeg-avi", suffix=".avi", codec="mjpeg", pixels="yuvj422p", full=True, options={"q:v": "2"}),
    film("mpeg4-mp3-avi", suffix=".avi", codec="mpeg4", options={"q:v": "2"}),
    film("ffv1-flac", suffix=".mkv", codec="ffv1", pixels="yuv422p10le", tracks=(Track("flac"),)),
    film("utvideo-rgb", suffix=".avi", codec="utvideo", pixels="gbrp"),
    film("grey", suffix=".mkv", codec="ffv1", pixels="gray"),
    film("no-sound", says={"codec": "h264"}, heard=()),
    film("two-sounds", suffix=".mov", tracks=(Track(), Track(clicks=(Fraction(1, 5),)))),
    film("mono-22k", suffix=".mov", tracks=(Track(layout="mono", rate=22050),)),
    film("sound-5.1", suffix=".mkv", tracks=(Track(layout="5.1"),)),
    film("sound-7.1", suffix=".mkv", tracks=(Track(layout="7.1"),)),
    film("sound-late", suffix=".mov", tracks=(Track(starts=Fraction(1, 8), seconds=Fraction(7, 20)),)),
    film("sound-early", suffix=".mov", first=Fraction(1, 5), tracks=(Track(starts=-Fraction(1, 10)),)),
    film("sound-short", suffix=".mov", tracks=(Track(seconds=Fraction(1, 5), clicks=(Fraction(1, 10),)),)),
    film("sound-long", suffix=".mov", tracks=(Track(seconds=Fraction(4, 5)),)),
    Kind("gif", animation(".gif", STAYS), PAGES, ENDS),
    Kind("gif-shortest-delays", animation(".gif", (10, 10, 30, 10, 20)),
         tuple(Fraction(each, 100) for each in (0, 10, 20, 23, 33)), Fraction(35, 100)),
    Kind("gif-even-shortest-delays", animation(".gif", (10,) * 5),
         tuple(Fraction(each, 10) for each in range(5)), Fraction(1, 2), says={"constant": True, "rate": 10}),
    Kind("webp-shortest-delays", animation(".webp", (10, 5, 30, 20)),
         tuple(Fraction(each, 100) for each in (0, 10, 20, 23)), Fraction(25, 100)),
    Kind("apng", animation(".png", STAYS), PAGES, ENDS),
    Kind("webp-animated", animation(".webp", STAYS), PAGES, ENDS),
    Kind("sequence-png", numbered_files(".png"), EVEN, WHOLE, rate=RATE),
    Kind("sequence-jpeg-24", numbered_files(".jpg"), tuple(Fraction(n, 24) for n in range(FRAMES)),
         Fraction(FRAMES, 24), rate=Fraction(24)),
    Kind("sequence-tiff-holes", numbered_files(".tif", but=(4, 5, 9)), EVEN, WHOLE, rate=RATE,
         shows=(0, 1, 2, 3, 3, 3, 6, 7, 8, 8, 10, 11)),
    Kind("still-png", still(".png"), (Fraction(0),)),
    Kind("still-jpeg-turned", still(".jpg", turned=True), (Fraction(0),)),
    Kind("still-clear", still(".png", "RGBA"), (Fraction(0),)),
    Kind("still-16-bit", still(".png", "I;16"), (Fraction(0),)),
    Kind("still-palette", still(".gif", "P"), (Fraction(0),)),
    Kind("still-webp", still(".webp"), (Fraction(0),)),
    Kind("still-tiff-cmyk", still(".tif", "CMYK"), (Fraction(0),)),
    *(Kind(f"still{suffix}", decoded_still(suffix), (Fraction(0),)) for suffix in PRODUCTION_STILLS),
    song("wav", ".wav"),
    song("wav-24-bit-96k", ".wav", codec="pcm_s24le", rate=96000),
    song("wav-44.1k-mono", ".wav", rate=44100, layout="mono"),
    song("flac", ".flac", codec="flac"),
    Kind("ac3-ts", Song(".ts", Track("ac3", seconds=Fraction(4))), seconds=Fraction(4),
         heard=(Fraction(1, 10), Fraction(3, 10)), within=6 * MS, length_within=Fraction(32, 1000)),
    song("mp3", ".mp3", codec="libmp3lame", within=MS),
    song("m4a", ".m4a", codec="aac", within=MS),
    song("ogg-opus", ".ogg", codec="libopus", within=MS),
)  # fmt: skip
