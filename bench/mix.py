"""Compare long sound mixes with FFmpeg.

- `clips` is three hours of 5,000 AAC clips in a row, each from its own file, as a 24-bit WAV. FFmpeg makes
  the same WAV with its concat demuxer. `--clips N` shortens the mix.
- `tracks` is a mix of 60 AAC files of ten minutes, one on each track. Every track has an equaliser and a
  compressor, and sends a copy to a bus with a reverb. FFmpeg makes the same WAV with a graph of the same
  filters. A mix of a tenth of the duration shows whether memory grows with the duration. `--tracks N` and
  `--seconds N` shorten the mix.

Both programs are complete processes that run in turn. The results are the medians of the ratios of CPU time
and of peak memory (`--pairs N`).
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from result import print_report

from milimo_tui.core.host import retain_allocator_memory
from milimo_tui.cut.delivery.delivery import Container, Delivery, SoundFormat
from milimo_tui.cut.plan.plan import Media, PlanMixer, PlanSend, PlanStrip, RenderPlan, SoundClip
from milimo_tui.cut.values.mixer import StripKind
from milimo_tui.cut.values.sound_effects import make_sound_effect
from milimo_tui.media.render.film import render
from milimo_tui.media.sound.effect_filters import make_filter_steps, make_impulse_response
from milimo_tui.media.sound.resampled import SoundReader

RATE, FPS = 48000, Fraction(25)
CLIPS, CLIP_FRAMES = 5000, 54  # 5,000 clips of 2.16 s are three hours.
FILES = 50  # Different files; the others are links to them, with names of their own.
TRACKS, SECONDS, TRACK_FILES = 60, 600, 6
SEND_DB, MASTER_DB = -12.0, -24.0
TRACK_CHAIN = (
    make_sound_effect(
        "eq", {"low_cut": 80, "low_gain": -2, "mid_gain": -2, "presence_gain": 3, "high_gain": 2}
    ),
    make_sound_effect("compressor", {"threshold": -24, "makeup": 4}),
)
REVERB = (make_sound_effect("reverb", {"decay": 2.0, "mix": 1.0}),)
WAV = Delivery(
    container=Container.WAV, suffix=".wav", picture=None, sound=SoundFormat(codec="pcm_s24le", bit_rate=0)
)
# A small process that runs the measured command. Linux counts the memory of the process that starts a command
# as the command's own.
MEASURE = """
import os, resource, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(status != 0)
"""


def write_sound(path: Path, number: int, count: int) -> None:
    """Write `count` samples of chords and soft noise as AAC. Each number gives different notes."""
    random = np.random.default_rng(number)
    notes = random.uniform(80, 4000, 6)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 192_000
        for start in range(0, count, 4096):
            time = np.arange(start, min(start + 4096, count)) / RATE
            wave = np.sin(2 * np.pi * np.outer(notes, time)).sum(axis=0) / 12
            # The level changes every second, so that a compressor has work.
            wave *= np.where(np.floor(time + number / 7) % 2 > 0, 0.9, 0.2)
            hiss = random.normal(0, 0.02, len(time))
            sound = np.stack([wave + hiss, wave - hiss]).astype(np.float32) * 0.5
            frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_sounds(folder: Path, total: int, files: int, count: int) -> list[Path]:
    """Write `total` files of `count` samples and return their paths. `files` of them are different."""
    paths = [folder / f"{number}.m4a" for number in range(total)]
    for number, path in enumerate(paths):
        if number < files:
            write_sound(path, number, count)
        else:
            os.link(paths[number % files], path)
    return paths


def build_row_plan(paths: Sequence[Path]) -> RenderPlan:
    """Return the render plan of clips that follow each other."""
    clips = tuple(
        SoundClip(
            clip=f"{number}",
            media=Media(kind="sound", path=str(path), has_sound=True),
            start=number * CLIP_FRAMES,
            frames=CLIP_FRAMES,
            clip_frames=CLIP_FRAMES,
            source_in=Fraction(0),
        )
        for number, path in enumerate(paths)
    )
    frames = len(paths) * CLIP_FRAMES
    return RenderPlan(
        cut="c", name="Mix", rate=FPS, width=64, height=48, sample_rate=RATE, frames=frames, sounds=clips
    )


def build_track_plan(paths: Sequence[Path], seconds: int) -> RenderPlan:
    """Return the render plan of a mix with a track for each file, and a bus with a reverb."""
    bus, master, frames = len(paths), len(paths) + 1, seconds * int(FPS)
    sends = (PlanSend(strip=bus, gain_db=SEND_DB),)
    strips = [
        PlanStrip(name=f"A{number}", kind=StripKind.TRACK, output=master, sends=sends, chain=TRACK_CHAIN)
        for number in range(len(paths))
    ]
    strips.append(PlanStrip(name="Reverb", kind=StripKind.BUS, output=master, chain=REVERB))
    strips.append(PlanStrip(name="master", kind=StripKind.MASTER, gain_db=MASTER_DB))
    clips = tuple(
        SoundClip(
            clip=f"{number}",
            media=Media(kind="sound", path=str(path), has_sound=True),
            start=0,
            frames=frames,
            clip_frames=frames,
            source_in=Fraction(0),
            track=f"A{number}",
            strip=number,
        )
        for number, path in enumerate(paths)
    )
    return RenderPlan(
        cut="c",
        name="Mix",
        rate=FPS,
        width=64,
        height=48,
        sample_rate=RATE,
        frames=frames,
        sounds=clips,
        mixer=PlanMixer(rate=FPS, strips=tuple(strips)),
    )


def build_graph(tracks: int, *, is_double: bool) -> str:
    """Return FFmpeg's graph of the mix of `build_track_plan`. Its last input is the impulse response.

    With `is_double` all filters get double precision, as in the product; else FFmpeg chooses the precision.
    The `afir` of FFmpeg 5 has a gain of 2, which later versions do not have.
    """
    steps = [step for effect in TRACK_CHAIN for step in make_filter_steps(effect, RATE)]
    chain = ",".join(f"{step.name}={step.options}" for step in steps)
    chain = f"aformat=sample_fmts=dblp,{chain}" if is_double else chain
    precision = "double" if is_double else "auto"
    parts = [f"[{number}:a]{chain},asplit[d{number}][s{number}]" for number in range(tracks)]
    dry, sent = ("".join(f"[{kind}{number}]" for number in range(tracks)) for kind in "ds")
    parts += [
        f"{dry}amix=inputs={tracks}:normalize=0[dry]",
        f"{sent}amix=inputs={tracks}:normalize=0,volume={SEND_DB}dB[sent]",
        f"[sent][{tracks}:a]afir=gtype=none:irgain=0.5:maxir=60:precision={precision}[wet]",
        f"[dry][wet]amix=inputs=2:normalize=0:duration=first,volume={MASTER_DB}dB[out]",
    ]
    return ";".join(parts)


def measure_command(command: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end and return its CPU seconds and its peak memory in MB."""
    measured = [sys.executable, "-S", "-E", "-c", MEASURE, *command]
    done = subprocess.run(measured, stdout=subprocess.PIPE, check=True, text=True)
    seconds, kilobytes = done.stdout.split()[-2:]
    return float(seconds), float(kilobytes) / 1024


def render_mix(text: Path, out: Path) -> int:
    """Render the mix from the plan in the file `text`, as the film engine does. The measured process runs
    only this function.
    """
    retain_allocator_memory()
    render(RenderPlan.model_validate_json(text.read_text()), out, WAV, lambda stage, done, total: None)
    return 0


def measure_clips(folder: Path, args: argparse.Namespace) -> int:
    """Measure the row `clips`, print it, and return 1 if a limit is missed."""
    paths = write_sounds(folder, args.clips, FILES, CLIP_FRAMES * RATE // int(FPS))
    text, listed = folder / "plan.json", folder / "list.txt"
    text.write_text(build_row_plan(paths).model_dump_json(exclude_defaults=True))
    listed.write_text("".join(f"file '{path}'\n" for path in paths))
    own = make_own_command(text, folder / "ours.wav")
    concat = ["ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(listed)]
    theirs = [*concat, "-c:a", "pcm_s24le", str(folder / "theirs.wav")]
    pairs = [(measure_command(own), measure_command(theirs)) for _ in range(args.pairs)]
    start = measure_command([sys.executable, "-c", "import milimo_tui.media.render.film"])
    hours = args.clips * CLIP_FRAMES / float(FPS) / 3600
    figures = {"hours": hours, **summarise(pairs), "of_it_start_s": start[0], "of_it_start_mb": start[1]}
    ratios = {
        "cpu": statistics.median(ours[0] / other[0] for ours, other in pairs),
        "memory": statistics.median(ours[1] / other[1] for ours, other in pairs),
    }
    return print_report("mix of clips", figures, ratios, {"cpu": 2.0, "memory": 2.0})


def measure_tracks(folder: Path, args: argparse.Namespace) -> int:
    """Measure the row `tracks`, print it, and return 1 if a limit is missed."""
    paths = write_sounds(folder, args.tracks, TRACK_FILES, args.seconds * RATE)
    text, brief, graph = folder / "plan.json", folder / "brief.json", folder / "graph.txt"
    text.write_text(build_track_plan(paths, args.seconds).model_dump_json(exclude_defaults=True))
    brief.write_text(build_track_plan(paths, args.seconds // 10).model_dump_json(exclude_defaults=True))
    graph.write_text(build_graph(args.tracks, is_double=not args.single))
    response = folder / "response.wav"
    write_response(response)
    inputs = [word for path in (*paths, response) for word in ("-i", str(path))]
    theirs = ["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex_script", str(graph), "-map", "[out]"]
    theirs += ["-c:a", "pcm_s24le", str(folder / "theirs.wav")]
    own, short = make_own_command(text, folder / "ours.wav"), make_own_command(brief, folder / "brief.wav")
    pairs = [(measure_command(own), measure_command(theirs)) for _ in range(args.pairs)]
    figures = {
        "tracks": args.tracks,
        "seconds": args.seconds,
        **summarise(pairs),
        "milimo_memory_of_a_tenth_mb": measure_command(short)[1],
        "difference_db": measure_difference(folder / "ours.wav", folder / "theirs.wav"),
    }
    ratios = {
        "cpu": statistics.median(ours[0] / other[0] for ours, other in pairs),
        "memory_in_length": figures["milimo_memory_mb"] / figures["milimo_memory_of_a_tenth_mb"],
    }
    return print_report("mix of tracks", figures, ratios, {"cpu": 1.3, "memory_in_length": 1.1})


def write_response(path: Path) -> None:
    """Write the impulse response of the reverb as FFmpeg's input."""
    [step] = make_filter_steps(REVERB[0], RATE)
    assert step.reverb is not None
    response = make_impulse_response(step.reverb, RATE, 2).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(response), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def measure_difference(ours: Path, theirs: Path) -> float:
    """Return the level of the difference of two WAV files in dB, relative to the second file."""
    level = difference = 1e-12
    with SoundReader(ours, RATE) as first, SoundReader(theirs, RATE) as second:
        with av.open(str(theirs)) as container:
            seconds = int((container.duration or 0) / av.time_base)
        for at in range(seconds):
            one, other = (reader.read(at * RATE, RATE).astype(np.float64) for reader in (first, second))
            level += float(np.square(other).mean())
            difference += float(np.square(one - other).mean())
    return 10 * math.log10(difference / level)


def make_own_command(plan: Path, out: Path) -> list[str]:
    """Return the command of the process that renders a plan."""
    return [sys.executable, os.path.abspath(__file__), "--mix", str(plan), str(out)]


def summarise(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> dict[str, float]:
    """Return the medians of CPU seconds and of peak memory of both programs."""
    names = ("milimo_cpu_s", "milimo_memory_mb", "ffmpeg_cpu_s", "ffmpeg_memory_mb")
    return {
        name: statistics.median(pair[number // 2][number % 2] for pair in pairs)
        for number, name in enumerate(names)
    }


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--row", choices=["clips", "tracks"], help="measure only this row")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--tracks", type=int, default=TRACKS)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="duration of the tracks")
    parser.add_argument("--single", action="store_true", help="let FFmpeg choose the precision")
    parser.add_argument("--folder", help="folder for the files (default: a temporary folder)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mix", nargs=2, metavar=("PLAN", "OUT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.mix:
        return render_mix(Path(args.mix[0]), Path(args.mix[1]))
    measures = {"clips": measure_clips, "tracks": measure_tracks}
    missed = 0
    for row in [args.row] if args.row else measures:
        with tempfile.TemporaryDirectory(dir=args.folder) as name:
            missed |= measures[row](Path(name), args)
    return missed


if __name__ == "__main__":
    sys.exit(main())
