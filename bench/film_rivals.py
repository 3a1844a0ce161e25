"""Build the commands that render the test film with other programs: an FFmpeg filter graph, melt and MoviePy.
All use the same encoder settings.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from film_job import (
    CLIP_FRAMES,
    CLIPS,
    FADE_IN,
    FADE_OUT,
    FRAMES,
    GAIN_DB,
    HEIGHT,
    MIX,
    MIXES,
    OPACITY,
    OVER,
    OVER_AT,
    OVER_FRAMES,
    RATE,
    SOURCE_SECONDS,
    WIDTH,
    FilmFiles,
)

SAMPLES = "aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo"
QUIET = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
CODED = ["-c:v", "libx264", "-preset", "medium", "-crf", "18"]
LOSSLESS = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "0"]
SOUND = ["-c:a", "aac", "-b:a", "192k"]
TAGGED = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def compute_clip_spans(job: FilmFiles) -> list[tuple[int, int]]:
    """Return the first source frame and the length of each clip. Frames that a dissolve shows outside the
    clip's edges are included.
    """
    out = []
    for clip in range(CLIPS):
        lead = MIX // 2 if clip - 1 in MIXES else 0
        tail = MIX - MIX // 2 if clip in MIXES else 0
        out.append((job.first[clip] - lead, CLIP_FRAMES + lead + tail))
    return out


def build_ffmpeg_command(job: FilmFiles, output: Path, lossless: bool = False) -> list[str]:
    """Return the FFmpeg command that renders the film in one filter graph: trims, cross-fades, joins, overlay
    and sound mix.
    """
    words, graph = list(QUIET), []
    for clip, (first, frames) in enumerate(compute_clip_spans(job)):
        words += ["-ss", str(first / RATE), "-t", str(frames / RATE), "-i", str(job.sources[clip])]
        graph.append(
            f"[{clip}:v]setpts=PTS-STARTPTS,fps={RATE},trim=end_frame={frames},format=yuv420p[v{clip}]"
        )
        graph.append(
            f"[{clip}:a]asetpts=PTS-STARTPTS,{SAMPLES},atrim=end_sample={frames * 1920},apad=whole_len="
            f"{frames * 1920}[a{clip}]"
        )
    over, music = CLIPS, CLIPS + 1
    words += ["-t", str(OVER_FRAMES / RATE), "-i", str(job.sources[OVER]), "-i", str(job.music)]
    names = [f"{clip}" for clip in range(CLIPS)]
    for left in MIXES:
        length = compute_clip_spans(job)[left][1]
        graph.append(
            f"[v{left}][v{left + 1}]xfade=duration={MIX / RATE}:offset={(length - MIX) / RATE}[v{left}x]"
        )
        graph.append(f"[a{left}][a{left + 1}]acrossfade=d={MIX / RATE}:c1=qsin:c2=qsin[a{left}x]")
        names[names.index(str(left))] = f"{left}x"
        names.remove(str(left + 1))
    for kind, shape, times in (("v", "v=1:a=0", "setpts=N/25/TB"), ("a", "v=0:a=1", "asetpts=N/SR/TB")):
        inputs = "".join(f"[{kind}{name}]" for name in names)
        graph.append(f"{inputs}concat=n={len(names)}:{shape},{times}[{kind}]")
    graph += [
        f"[{over}:v]setpts=PTS-STARTPTS+{OVER_AT / RATE}/TB,format=yuva420p,lutyuv=a=val*{OPACITY}[over]",
        "[v][over]overlay=eof_action=pass:format=yuv420,format=yuv420p[film]",
        f"[{music}:a]{SAMPLES},volume={GAIN_DB}dB,afade=t=in:d={FADE_IN / RATE},"
        f"afade=t=out:st={(FRAMES - FADE_OUT) / RATE}:d={FADE_OUT / RATE}[music]",
        "[a][music]amix=inputs=2:normalize=0[sound]",
    ]
    coded = LOSSLESS if lossless else CODED
    mapped = ["-map", "[film]", "-map", "[sound]"]
    return [
        *words,
        *("-filter_complex", ";".join(graph), *mapped, *coded, "-pix_fmt", "yuv420p", *TAGGED, *SOUND),
        *("-r", str(RATE), str(output)),
    ]


def build_ffmpeg_join_command(job: FilmFiles, output: Path) -> list[str]:
    """Return the FFmpeg command that joins all sources in full length and encodes them again."""
    words, graph = list(QUIET), []
    frames = SOURCE_SECONDS * RATE
    for clip in range(CLIPS):
        words += ["-i", str(job.sources[clip])]
        graph.append(
            f"[{clip}:v]setpts=PTS-STARTPTS,fps={RATE},trim=end_frame={frames},format=yuv420p[v{clip}]"
        )
        graph.append(f"[{clip}:a]asetpts=PTS-STARTPTS,{SAMPLES},atrim=end_sample={frames * 1920}[a{clip}]")
    for kind, shape, times in (("v", "v=1:a=0", "setpts=N/25/TB"), ("a", "v=0:a=1", "asetpts=N/SR/TB")):
        inputs = "".join(f"[{kind}{clip}]" for clip in range(CLIPS))
        graph.append(f"{inputs}concat=n={CLIPS}:{shape},{times}[{kind}]")
    mapped = ["-map", "[v]", "-map", "[a]"]
    return [*words, "-filter_complex", ";".join(graph), *mapped, *CODED, *TAGGED, *SOUND, str(output)]


def build_melt_command(job: FilmFiles, output: Path) -> list[str]:
    """Write an MLT project and return the melt command that renders it.

    The clips are in a playlist, the dissolves are small tractors, and overlay and music have their own
    tracks.
    """
    spans = compute_clip_spans(job)
    parts, entries = [], []
    for clip, (first, frames) in enumerate(spans):
        parts.append(_format_mlt_producer(f"p{clip}", job.sources[clip]))
        begin = first + (MIX if clip - 1 in MIXES else 0)
        end = first + frames - (MIX if clip in MIXES else 0) - 1
        entries.append(f'<entry producer="p{clip}" in="{begin}" out="{end}"/>')
        if clip in MIXES:
            parts.append(_format_mlt_producer(f"q{clip}", job.sources[clip + 1]))
            parts.append(_format_mlt_dissolve(clip, first + frames - MIX, spans[clip + 1][0]))
            entries.append(f'<entry producer="mix{clip}" in="0" out="{MIX - 1}"/>')
    parts += [
        f'<playlist id="v1">{"".join(entries)}</playlist>',
        _format_mlt_producer("over", job.sources[OVER], _format_mlt_property("audio_index", -1)),
        f'<playlist id="v2"><blank length="{OVER_AT}"/>',
        f'<entry producer="over" in="0" out="{OVER_FRAMES - 1}"/></playlist>',
        _format_mlt_producer("music", job.music, _format_mlt_music_filters()),
        f'<playlist id="a1"><entry producer="music" in="0" out="{FRAMES - 1}"/></playlist>',
        '<tractor id="film"><multitrack><track producer="v1"/><track producer="v2" hide="audio"/>',
        '<track producer="a1" hide="video"/></multitrack>',
        _format_mlt_transition(
            "composite", OVER_AT, OVER_FRAMES, 1, geometry=f"0 0 {WIDTH} {HEIGHT} {OPACITY}"
        ),
        _format_mlt_transition("mix", 0, FRAMES, 2, sum=1),
        "</tractor></mlt>",
    ]
    raster = f'width="{WIDTH}" height="{HEIGHT}" display_aspect_num="{WIDTH}" display_aspect_den="{HEIGHT}"'
    square = 'sample_aspect_num="1" sample_aspect_den="1" progressive="1" colorspace="709"'
    profile = f'<profile {raster} {square} frame_rate_num="{RATE}" frame_rate_den="1"/>'
    project = output.with_suffix(".mlt")
    project.write_text("\n".join(("<mlt>", profile, *parts)))
    coded = ["vcodec=libx264", "preset=medium", "crf=18", "acodec=aac", "ab=192k", "pix_fmt=yuv420p"]
    return ["melt", "-silent", str(project), "-consumer", f"avformat:{output}", *coded, "real_time=-1"]


def _format_mlt_producer(name: str, path: Path, more: str = "") -> str:
    return f'<producer id="{name}">{_format_mlt_property("resource", path)}{more}</producer>'


def _format_mlt_property(name: str, value: object) -> str:
    return f'<property name="{name}">{escape(str(value))}</property>'


def _format_mlt_transition(service: str, at: int, frames: int, track: int, **properties: object) -> str:
    text = "".join(
        _format_mlt_property(*each) for each in {"a_track": 0, "b_track": track, **properties}.items()
    )
    return f'<transition mlt_service="{service}" in="{at}" out="{at + frames - 1}">{text}</transition>'


def _format_mlt_dissolve(clip: int, left: int, right: int) -> str:
    tracks = (
        f'<track producer="{name}{clip}" in="{first}" out="{first + MIX - 1}"/>'
        for name, first in (("p", left), ("q", right))
    )
    both = _format_mlt_transition("luma", 0, MIX, 1) + _format_mlt_transition("mix", 0, MIX, 1, start=-1)
    return f'<tractor id="mix{clip}" in="0" out="{MIX - 1}">{"".join(tracks)}{both}</tractor>'


def _format_mlt_music_filters() -> str:
    """Return the gain and the fades of the music as MLT filters."""
    rows = [
        ("", _format_mlt_property("level", GAIN_DB)),
        (f'in="0" out="{FADE_IN - 1}"', _format_mlt_property("gain", 0) + _format_mlt_property("end", 1)),
        (
            f'in="{FRAMES - FADE_OUT}" out="{FRAMES - 1}"',
            _format_mlt_property("gain", 1) + _format_mlt_property("end", 0),
        ),
    ]
    return "".join(f'<filter mlt_service="volume" {when}>{told}</filter>' for when, told in rows)


def build_moviepy_command(python: Path, job: FilmFiles, output: Path) -> list[str]:
    """Write a MoviePy script next to the output file. Return the command that runs it with `python`, an
    interpreter that has MoviePy.
    """
    rows = [
        (str(path), first / RATE, frames / RATE)
        for path, (first, frames) in zip(job.sources, compute_clip_spans(job), strict=True)
    ]
    script = output.with_suffix(".py")
    script.write_text(
        f"""from moviepy import AudioFileClip, CompositeAudioClip, CompositeVideoClip, VideoFileClip
from moviepy import afx, concatenate_videoclips, vfx
rows, parts, held = {rows!r}, [], []
for path, first, length in rows:
    parts.append(VideoFileClip(path).subclipped(first, first + length))
for left in {tuple(reversed(MIXES))!r}:
    one, two = parts[left], parts.pop(left + 1)
    two = two.with_start(one.duration - {MIX / RATE}).with_effects([vfx.CrossFadeIn({MIX / RATE})])
    parts[left] = CompositeVideoClip([one, two])
film = concatenate_videoclips(parts)
over = VideoFileClip({str(job.sources[OVER])!r}).subclipped(0, {OVER_FRAMES / RATE}).without_audio()
over = over.with_start({OVER_AT / RATE}).with_opacity({OPACITY})
music = AudioFileClip({str(job.music)!r}).subclipped(0, {FRAMES / RATE}).with_effects([
    afx.MultiplyVolume({10 ** (GAIN_DB / 20)}), afx.AudioFadeIn({FADE_IN / RATE}),
    afx.AudioFadeOut({FADE_OUT / RATE})])
whole = CompositeVideoClip([film, over])
whole = whole.with_audio(CompositeAudioClip([film.audio, music])).with_duration({FRAMES / RATE})
whole.write_videofile({str(output)!r}, fps={RATE}, codec="libx264", preset="medium", audio_codec="aac",
    audio_bitrate="192k", ffmpeg_params=["-crf", "18", "-pix_fmt", "yuv420p"], logger=None)
"""
    )
    return [str(python), str(script)]
