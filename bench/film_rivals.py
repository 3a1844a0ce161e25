"""The same film by others: an ffmpeg filter graph, melt, and MoviePy, each with the same encoder settings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

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
    Job,
)

SAMPLES = "aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo"
QUIET = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
CODED = ["-c:v", "libx264", "-preset", "medium", "-crf", "18"]
LOSSLESS = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "0"]
SOUND = ["-c:a", "aac", "-b:a", "192k"]
TAGGED = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def spans(job: Job) -> list[tuple[int, int]]:
    """Each clip's first source frame and length, with what its dissolves show beyond its edits."""
    out = []
    for clip in range(CLIPS):
        lead = MIX // 2 if clip - 1 in MIXES else 0
        tail = MIX - MIX // 2 if clip in MIXES else 0
        out.append((job.first[clip] - lead, CLIP_FRAMES + lead + tail))
    return out


def ffmpeg(job: Job, output: Path, lossless: bool = False) -> list[str]:
    """One filter graph: cut, cross-fade, join, lay over, mix."""
    words, graph = list(QUIET), []
    for clip, (first, frames) in enumerate(spans(job)):
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
        length = spans(job)[left][1]
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
        f"[{over}:v]setpts=PTS-STARTPTS+{OVER_AT / RATE}/TB,format=yuva420p,colorchannelmixer=aa={OPACITY}[over]",
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


def ffmpeg_joined(job: Job, output: Path) -> list[str]:
    """All sources whole, one after the other, encoded again."""
    words, graph = list(QUIET), []
    frames = SOURCE_SECONDS * RATE
    for clip in range(CLIPS):
        words += ["-i", str(job.sources[clip])]
        graph.append(f"[{clip}:v]setpts=PTS-STARTPTS,fps={RATE},trim=end_frame={frames},format=yuv420p[v{clip}]")
        graph.append(f"[{clip}:a]asetpts=PTS-STARTPTS,{SAMPLES},atrim=end_sample={frames * 1920}[a{clip}]")
    for kind, shape, times in (("v", "v=1:a=0", "setpts=N/25/TB"), ("a", "v=0:a=1", "asetpts=N/SR/TB")):
        inputs = "".join(f"[{kind}{clip}]" for clip in range(CLIPS))
        graph.append(f"{inputs}concat=n={CLIPS}:{shape},{times}[{kind}]")
    mapped = ["-map", "[v]", "-map", "[a]"]
    return [*words, "-filter_complex", ";".join(graph), *mapped, *CODED, *TAGGED, *SOUND, str(output)]


def melt(job: Job, output: Path) -> list[str]:
    """A project of MLT: clips in a playlist, dissolves as little tractors, overlay and music on tracks."""
    made = spans(job)
    bodies, entries = [], []
    for clip, (first, frames) in enumerate(made):
        resource = quoteattr(str(job.sources[clip]))
        bodies.append(f'<producer id="p{clip}"><property name="resource">{_text(resource)}</property></producer>')
        begin = first + (MIX if clip - 1 in MIXES else 0)
        end = first + frames - (MIX if clip in MIXES else 0) - 1
        entries.append(f'<entry producer="p{clip}" in="{begin}" out="{end}"/>')
        if clip in MIXES:
            other = made[clip + 1][0]
            bodies.append(_dissolve(clip, first + frames - MIX, other, job))
            entries.append(f'<entry producer="mix{clip}" in="0" out="{MIX - 1}"/>')
    over = quoteattr(str(job.sources[OVER]))
    fades = (
        f'<filter mlt_service="volume"><property name="level">{GAIN_DB}</property></filter>'
        f'<filter mlt_service="volume" in="0" out="{FADE_IN - 1}"><property name="gain">0</property>'
        '<property name="end">1</property></filter>'
        f'<filter mlt_service="volume" in="{FRAMES - FADE_OUT}" out="{FRAMES - 1}">'
        '<property name="gain">1</property><property name="end">0</property></filter>'
    )
    xml = f"""<mlt><profile width="{WIDTH}" height="{HEIGHT}" progressive="1" sample_aspect_num="1"
 sample_aspect_den="1" display_aspect_num="3" display_aspect_den="2" frame_rate_num="{RATE}" frame_rate_den="1"
 colorspace="709"/>
{chr(10).join(bodies)}
<playlist id="v1">{chr(10).join(entries)}</playlist>
<producer id="over"><property name="resource">{_text(over)}</property><property name="audio_index">-1</property>
</producer>
<playlist id="v2"><blank length="{OVER_AT}"/><entry producer="over" in="0" out="{OVER_FRAMES - 1}"/></playlist>
<producer id="music"><property name="resource">{_text(quoteattr(str(job.music)))}</property>{fades}</producer>
<playlist id="a1"><entry producer="music" in="0" out="{FRAMES - 1}"/></playlist>
<tractor id="film"><multitrack><track producer="v1"/><track producer="v2" hide="audio"/>
<track producer="a1" hide="video"/></multitrack>
<transition mlt_service="composite" in="{OVER_AT}" out="{OVER_AT + OVER_FRAMES - 1}">
<property name="a_track">0</property><property name="b_track">1</property>
<property name="geometry">0 0 {WIDTH} {HEIGHT} {OPACITY}</property></transition>
<transition mlt_service="mix" in="0" out="{FRAMES - 1}"><property name="a_track">0</property>
<property name="b_track">2</property><property name="sum">1</property></transition></tractor></mlt>"""
    project = output.with_suffix(".mlt")
    project.write_text(xml)
    coded = ["vcodec=libx264", "preset=medium", "crf=18", "acodec=aac", "ab=192k", "pix_fmt=yuv420p"]
    return ["melt", "-silent", str(project), "-consumer", f"avformat:{output}", *coded, "real_time=-1"]


def _dissolve(clip: int, left: int, right: int, job: Job) -> str:
    return (
        f'<tractor id="mix{clip}" in="0" out="{MIX - 1}"><track producer="p{clip}" in="{left}" '
        f'out="{left + MIX - 1}"/><track producer="q{clip}" in="{right}" out="{right + MIX - 1}"/>'
        f'<transition mlt_service="luma" in="0" out="{MIX - 1}"><property name="a_track">0</property>'
        '<property name="b_track">1</property></transition>'
        f'<transition mlt_service="mix" in="0" out="{MIX - 1}"><property name="a_track">0</property>'
        '<property name="b_track">1</property><property name="start">-1</property></transition></tractor>'
    ).replace(
        f'<tractor id="mix{clip}"',
        f'<producer id="q{clip}"><property name="resource">'
        f"{_text(quoteattr(str(job.sources[clip + 1])))}</property></producer>"
        f'<tractor id="mix{clip}"',
    )


def _text(quoted: str) -> str:
    return quoted[1:-1]


def moviepy(python: Path, job: Job, output: Path) -> list[str]:
    """A script for a Python that has MoviePy, beside the output."""
    rows = [
        (str(path), first / RATE, frames / RATE)
        for path, (first, frames) in zip(job.sources, spans(job), strict=True)
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


if __name__ == "__main__":
    sys.exit(0)  # a part of render.py
