"""Compare long sound mixes with FFmpeg.

The mix `clips` is three hours of 5,000 AAC clips in a row, each from its own file, as a 24-bit WAV. FFmpeg
makes the same WAV with its concat demuxer. Both are complete processes that run in turn. The results are the
medians of the ratios of CPU time and of peak memory (`--pairs N`). `--clips N` shortens the mix.
"""

from __future__ import annotations

import argparse
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

from milimo_tui.cut.delivery.delivery import Container, Delivery, SoundFormat
from milimo_tui.cut.plan.plan import Media, RenderPlan, SoundClip
from milimo_tui.media.render.film import render

RATE, FPS = 48000, Fraction(25)
CLIPS, CLIP_FRAMES = 5000, 54  # 5,000 clips of 2.16 s are three hours.
FILES = 50  # Different files; the others are links to them, with names of their own.
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


def write_clip(path: Path, number: int) -> None:
    """Write a clip of chords and soft noise as AAC. Each number gives different notes."""
    random, count = np.random.default_rng(number), CLIP_FRAMES * RATE // int(FPS)
    time = np.arange(count) / RATE
    notes = random.uniform(80, 4000, 6)
    wave = np.sin(2 * np.pi * np.outer(notes, time)).sum(axis=0) / 12
    hiss = random.normal(0, 0.02, count)
    sound = np.stack([wave + hiss, wave - hiss]).astype(np.float32) * 0.5
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 192_000
        for start in range(0, count, 4096):
            part = np.ascontiguousarray(sound[:, start : start + 4096])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_clips(folder: Path, count: int) -> list[Path]:
    """Write the files of all clips and return their paths in order."""
    paths = [folder / f"{number}.m4a" for number in range(count)]
    for number, path in enumerate(paths):
        if number < FILES:
            write_clip(path, number)
        else:
            os.link(paths[number % FILES], path)
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


def measure_command(command: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end and return its CPU seconds and its peak memory in MB."""
    measured = [sys.executable, "-S", "-E", "-c", MEASURE, *command]
    done = subprocess.run(measured, stdout=subprocess.PIPE, check=True, text=True)
    seconds, kilobytes = done.stdout.split()[-2:]
    return float(seconds), float(kilobytes) / 1024


def render_mix(text: Path, out: Path) -> int:
    """Render the mix from the plan in the file `text`. The measured process runs only this function."""
    render(RenderPlan.model_validate_json(text.read_text()), out, WAV, lambda stage, done, total: None)
    return 0


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--folder", help="folder for the files (default: a temporary folder)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mix", nargs=2, metavar=("PLAN", "OUT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.mix:
        return render_mix(Path(args.mix[0]), Path(args.mix[1]))
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        paths = write_clips(folder, args.clips)
        text, listed = folder / "plan.json", folder / "list.txt"
        text.write_text(build_row_plan(paths).model_dump_json())
        listed.write_text("".join(f"file '{path}'\n" for path in paths))
        own = [sys.executable, os.path.abspath(__file__), "--mix", str(text), str(folder / "ours.wav")]
        concat = ["ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(listed)]
        theirs = [*concat, "-c:a", "pcm_s24le", str(folder / "theirs.wav")]
        pairs = [(measure_command(own), measure_command(theirs)) for _ in range(args.pairs)]
        start = measure_command([sys.executable, "-c", "import milimo_tui.media.render.film"])
    figures = {
        "hours": args.clips * CLIP_FRAMES / float(FPS) / 3600,
        "milimo_cpu_s": statistics.median(ours[0] for ours, _ in pairs),
        "ffmpeg_cpu_s": statistics.median(other[0] for _, other in pairs),
        "milimo_memory_mb": statistics.median(ours[1] for ours, _ in pairs),
        "ffmpeg_memory_mb": statistics.median(other[1] for _, other in pairs),
        "of_it_start_s": start[0],
        "of_it_start_mb": start[1],
    }
    ratios = {
        "cpu": statistics.median(ours[0] / other[0] for ours, other in pairs),
        "memory": statistics.median(ours[1] / other[1] for ours, other in pairs),
    }
    return print_report("mix", figures, ratios, {"cpu": 2.0, "memory": 2.0})


if __name__ == "__main__":
    sys.exit(main())
