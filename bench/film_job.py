"""The test film that `render.py` renders: 24 generated sources, and a render plan of two minutes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat, SoundFormat
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind, Transition
from milimo_tui.media.files.stream_facts import read_stream_facts

WIDTH, HEIGHT, RATE = 768, 512, 25
CLIPS, CLIP_FRAMES = 24, 125
FRAMES = CLIPS * CLIP_FRAMES
SOURCE_SECONDS = 7
HEAD = 25  # frames of each source that come before the start of its clip
SHIFT = 10  # number of frames by which a slipped clip starts later in its source
MIX = 12  # length of a dissolve in frames
MIXES = (7, 15)  # Indices of the clips that end with a dissolve into the next clip.
# Index of the overlay's source, start frame, length in frames, and opacity.
OVER, OVER_AT, OVER_FRAMES, OPACITY = 5, 1050, 150, 0.6
GAIN_DB, FADE_IN, FADE_OUT = -12.0, 50, 75  # Level of the music in dB, and lengths of its fades in frames.

# FFmpeg sources with different kinds of pictures: sharp and moving, fractal, grain, soft gradients, rotation,
# blur.
_PICTURES = (
    "testsrc2=size={size}:rate=25",
    "mandelbrot=size={size}:rate=25:start_scale={scale}",
    "testsrc2=size={size}:rate=25,noise=alls=2:allf=t:all_seed={seed}",
    "gradients=size={size}:rate=25:seed={seed}:speed=0.02",
    "smptehdbars=size={size}:rate=25,rotate=t/7",
    "testsrc2=size={size}:rate=25,boxblur=8",
)
# The last source is noise, which is hard to encode.
_HARD = "life=size={half}:rate=25:mold=12:seed={seed}:death_color=#204060,scale={size}"
# GOP length and number of B-frames of the sources, used in turn. The H.264 headers of sources with B-frames
# differ from those of the other sources.
_CODED = ((12, 0), (250, 3), (12, 3), (250, 0))


@dataclass(frozen=True, slots=True)
class FilmFiles:
    """The media files of the test film. `first[k]` is the source frame with which clip k begins."""

    sources: tuple[Path, ...]
    music: Path
    first: tuple[int, ...] = (HEAD,) * CLIPS

    def with_slipped_clip(self, clip: int) -> FilmFiles:
        """Return the same film with clip number `clip` slipped by `SHIFT` frames."""
        first = list(self.first)
        first[clip] += SHIFT
        return replace(self, first=tuple(first))

    def with_equal_headers(self) -> FilmFiles:
        """Return files whose sources all have the same H.264 headers: the sources with B-frames, each of them
        twice.
        """
        same = tuple(path for index, path in enumerate(self.sources) if _CODED[index % len(_CODED)][1])
        return replace(self, sources=same * (CLIPS // len(same)))


def make_film_files(folder: Path) -> FilmFiles:
    """Make the sources and the music in `folder`. Existing files are used again."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = tuple(_make_source_file(folder / f"source{index:02}.mp4", index) for index in range(CLIPS))
    music = folder / "music.wav"
    if not music.is_file():
        tones = "0.3*sin(2*PI*220*t)+0.2*sin(2*PI*(330+20*sin(t))*t)"
        length = ("-t", str(FRAMES // RATE))
        _run_ffmpeg("-f", "lavfi", "-i", f"aevalsrc={tones}|{tones}:s=48000", *length, str(music))
    return FilmFiles(sources, music)


def _make_source_file(path: Path, index: int) -> Path:
    if path.is_file():
        return path
    kind = _HARD if index == CLIPS - 1 else _PICTURES[index % len(_PICTURES)]
    picture = kind.format(
        size=f"{WIDTH}x{HEIGHT}", half=f"{WIDTH // 4}x{HEIGHT // 4}", scale=3 / (1 + index), seed=index + 1
    )
    gop, between = _CODED[index % len(_CODED)]
    tagged = [word for kind in ("primaries", "trc") for word in (f"-color_{kind}", "bt709")]
    _run_ffmpeg(
        *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=frequency={200 + 40 * index}:r=48000"),
        *("-t", str(SOURCE_SECONDS), "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"),
        *("-pix_fmt", "yuv420p", "-g", str(gop), "-bf", str(between), "-colorspace", "bt709", *tagged),
        *("-color_range", "tv", "-c:a", "aac", "-b:a", "128k", "-ac", "2", str(path)),
    )
    return path


def _run_ffmpeg(*words: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True)


def build_film_delivery(lossless: bool = False, speed: str = "medium") -> Delivery:
    """Return the delivery settings that the compared programs use too: x264 at crf 18 with its default GOP,
    and AAC at 192 kbit/s.

    `speed` is the x264 preset.
    """
    picture = PictureFormat(quality=0, speed="ultrafast", gop=250) if lossless else None
    return Delivery(
        picture=picture or PictureFormat(quality=18, speed=speed, gop=250),
        sound=SoundFormat(codec="aac", bit_rate=192_000),
        smart_copy=False,
    )


def read_film_media(path: Path, kind: str = "video") -> Media:
    """Return the media of a file for a plan."""
    facts = read_stream_facts(path)
    return Media.model_validate(
        {"kind": kind, "path": str(path), "seconds": facts.seconds, "has_sound": True, "facts": facts}
        | ({"rate": Fraction(RATE)} if kind == "video" else {})
    )


def build_film_plan(job: FilmFiles, rounds: int = 1) -> RenderPlan:
    """Return the render plan of the film. For longer films, the picture is repeated `rounds` times over one
    piece of music.
    """
    tracks = (
        Track(id="V1", cut="c", name="V1", kind=TrackKind.VIDEO, order="1", magnetic=True),
        Track(id="V2", cut="c", name="V2", kind=TrackKind.VIDEO, order="2"),
        Track(id="A1", cut="c", name="A1", kind=TrackKind.AUDIO, order="3"),
    )
    found = [read_film_media(path) for path in job.sources]
    keys = create_spread_keys(CLIPS * rounds)
    clips, known = [], {}
    for number, key in enumerate(keys):
        index = number % CLIPS
        clip = _build_film_clip(f"k{number}", "V1", CLIP_FRAMES, job.first[index], order=key)
        clips.append(clip)
        known[clip.id] = found[index]
    over = _build_film_clip("over", "V2", OVER_FRAMES, 0, start=OVER_AT, opacity=OPACITY, muted=True)
    loud: dict[str, Any] = {"gain_db": GAIN_DB, "fade_in": FADE_IN, "fade_out": FADE_OUT}
    music = _build_film_clip("music", "A1", FRAMES, 0, start=0, **loud)
    known |= {"over": found[OVER], "music": read_film_media(job.music, "sound")}
    cut = Cut(
        id="c",
        name="Bench",
        rate=Fraction(RATE),
        width=WIDTH,
        height=HEIGHT,
        tracks=tracks,
        clips=(*clips, over, music),
        transitions=tuple(
            Transition(id=f"t{at}", cut="c", left=f"k{at}", right=f"k{at + 1}", frames=MIX)
            for each in range(rounds)
            for at in (each * CLIPS + mix for mix in MIXES)
        ),
    )
    return make_render_plan(cut, known)


def build_joined_plan(job: FilmFiles) -> RenderPlan:
    """Return a plan that shows all sources in full length, unchanged and one after the other."""
    tracks = (Track(id="V1", cut="c", name="V1", kind=TrackKind.VIDEO, order="1", magnetic=True),)
    keys = create_spread_keys(CLIPS)
    clips = [_build_film_clip(f"k{n}", "V1", SOURCE_SECONDS * RATE, 0, order=keys[n]) for n in range(CLIPS)]
    known = {f"k{n}": read_film_media(path) for n, path in enumerate(job.sources)}
    cut = Cut(
        id="c",
        name="Joined",
        rate=Fraction(RATE),
        width=WIDTH,
        height=HEIGHT,
        tracks=tracks,
        clips=tuple(clips),
    )
    return make_render_plan(cut, known)


def _build_film_clip(id: str, track: str, frames: int, first: int, **values: Any) -> Clip:
    source = ClipSource(SourceKind.ASSET, id)
    begins = Fraction(first, RATE)
    return Clip(id=id, cut="c", track=track, source=source, frames=frames, source_in=begins, **values)
