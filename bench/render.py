"""Compare the rendering of a film with FFmpeg, melt and MoviePy: CPU seconds, memory, and equality of the
pictures.

The film (`film_job.py`) has 24 generated sources and lasts two minutes at 768×512 and 25 fps. It has cuts,
two dissolves, an overlay with opacity, and music with gain and fades. All programs encode with x264 medium at
crf 18 and AAC. CPU seconds include all child processes and the start of the process. Wall seconds are printed
but not judged. Options: `--pairs N` (5), `--changed N` (24 clips), `--without melt,moviepy,memory`, and
`--keep DIR` to keep all files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import film_job
import film_rivals
import numpy as np
from film_job import CLIPS, FRAMES, FilmFiles
from numpy.typing import NDArray
from result import print_report

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.render.settled_headers import plan_copies

HERE = Path(__file__).parent.resolve()
BARS = {
    "cpu_to_ffmpeg": 1.05,
    "cpu_to_melt": 1.0,
    "cpu_to_moviepy": 0.5,
    "memory_to_ffmpeg": 1.0,
    "memory_10_min_to_2": 1.1,
    "changed_median_faster": 10.0,
    "changed_worst_faster": 4.0,
    "untouched_faster": 10.0,
    "untouched_frames_encoded": 0.0,
    "psnr_mean": 50.0,
    "lossless_psnr_mean": 50.0,
    "frames_off": 0.0,
}
AT_LEAST = (
    "changed_median_faster",
    "changed_worst_faster",
    "untouched_faster",
    "psnr_mean",
    "lossless_psnr_mean",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a process: CPU seconds with all child processes, wall seconds, and peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


@dataclass(slots=True)
class RenderBench:
    """A run of this benchmark: the film's files, the working folder, and the figures measured so far."""

    job: FilmFiles
    folder: Path
    figures: dict[str, float]
    ratios: dict[str, float]

    def run(self, words: Sequence[str | Path]) -> Cost:
        """Run a command to its end and return its cost. Raises SystemExit with the command's output if it
        fails.
        """
        began = time.perf_counter()
        with tempfile.TemporaryFile() as file:
            child = subprocess.Popen([str(word) for word in words], stdout=file, stderr=file, cwd=self.folder)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                file.seek(0)
                raise SystemExit(f"{words[0]} failed:\n{file.read().decode()[-2000:]}")
        wall = time.perf_counter() - began
        return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)

    def render_with_milimo(
        self, plan: RenderPlan, delivery: Delivery, name: str, cache: Path | None = None
    ) -> Cost:
        """Render a plan in a new process and return the cost. `name` is the name of the rendered file without
        its suffix.
        """
        frozen, asked = self.folder / f"{name}.plan.json", self.folder / f"{name}.delivery.json"
        frozen.write_text(plan.model_dump_json())
        asked.write_text(delivery.model_dump_json())
        kept = [cache] if cache else []
        return self.run(
            [sys.executable, HERE / "film_one.py", frozen, asked, self.get_film_path(name), *kept]
        )

    def get_film_path(self, name: str) -> Path:
        """Return the path of the rendered film that has this name."""
        return self.folder / f"{name}.mp4"

    def print_cost(self, name: str, cost: Cost) -> Cost:
        """Print a cost under a name and return it unchanged."""
        print(f"  {name:<28}{cost.cpu:8.2f} CPU s {cost.wall:8.2f} s {cost.memory:7.0f} MiB", file=sys.stderr)
        return cost


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--changed", type=int, default=CLIPS, help="how many clips are changed in turn")
    parser.add_argument("--without", default="", help="melt, moviepy, memory: what to leave out")
    parser.add_argument("--keep", type=Path, help="a folder for all files, used again")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    left_out = set(filter(None, given.without.split(",")))
    with tempfile.TemporaryDirectory() as made:
        folder = (given.keep or Path(made)).resolve()
        bench = RenderBench(film_job.make_film_files(folder / "sources"), folder, {}, {})
        print_encoder_versions(bench)
        measure_cold_renders(bench, given.pairs)
        measure_changed_clips(bench, given.changed)
        measure_untouched_sources(bench)
        compare_with_ffmpeg_pictures(bench)
        if "memory" not in left_out:
            measure_memory(bench)
        measure_rivals(bench, left_out)
    bars = {name: bar for name, bar in BARS.items() if name in {**bench.figures, **bench.ratios}}
    return print_report(
        "render", bench.figures, bench.ratios, bars, at_least=[n for n in AT_LEAST if n in bars]
    )


def print_encoder_versions(bench: RenderBench) -> None:
    """Print the version of every encoder, as the programs report it."""
    told = [f"PyAV {av.__version__}: " + ", ".join(f"{k} {v}" for k, v in av.library_versions.items())]
    for words in (["ffmpeg", "-version"], ["melt", "-version"]):
        said = subprocess.run(words, capture_output=True, text=True, check=False)
        told.append((said.stdout or said.stderr).splitlines()[0])
    words = [*film_rivals.QUIET, "-f", "lavfi", "-i", "color=s=64x64:d=0.1", "-c:v", "libx264"]
    bench.run([*words, bench.get_film_path("theirs")])
    told.append(f"x264 of ffmpeg: {_read_x264_version(bench.get_film_path('theirs'))}")
    print("\n".join(told), file=sys.stderr)


def _read_x264_version(path: Path) -> str:
    """Return the version that x264 wrote into a film."""
    data = path.read_bytes()
    at = data.find(b"x264 - core")
    return data[at : data.find(b" - H.264", at)].decode(errors="replace") if at >= 0 else "not told"


def measure_cold_renders(bench: RenderBench, pairs: int) -> None:
    """Render the film without a cache, in turn with FFmpeg, `pairs` times."""
    plan, mine, theirs = film_job.build_film_plan(bench.job), [], []
    for _ in range(pairs):
        shutil.rmtree(bench.folder / "cache", ignore_errors=True)
        one = bench.render_with_milimo(plan, film_job.build_film_delivery(), "milimo", bench.folder / "cache")
        mine.append(bench.print_cost("milimo", one))
        theirs.append(
            bench.print_cost(
                "ffmpeg",
                bench.run(film_rivals.build_ffmpeg_command(bench.job, bench.get_film_path("ffmpeg"))),
            )
        )
    bench.figures |= {
        "milimo_cpu_s": statistics.median(cost.cpu for cost in mine),
        "ffmpeg_cpu_s": statistics.median(cost.cpu for cost in theirs),
        "milimo_wall_s": statistics.median(cost.wall for cost in mine),
        "ffmpeg_wall_s": statistics.median(cost.wall for cost in theirs),
        "milimo_mib": statistics.median(cost.memory for cost in mine),
        "ffmpeg_mib": statistics.median(cost.memory for cost in theirs),
    }
    ratios = [one.cpu / other.cpu for one, other in zip(mine, theirs, strict=True)]
    bench.ratios["cpu_to_ffmpeg"] = statistics.median(ratios)
    bench.ratios["memory_to_ffmpeg"] = bench.figures["milimo_mib"] / bench.figures["ffmpeg_mib"]
    print(f"x264 of PyAV: {_read_x264_version(bench.get_film_path('milimo'))}", file=sys.stderr)


def measure_changed_clips(bench: RenderBench, clips: int) -> None:
    """Render the film again after one clip was slipped, using the cache of the complete film. This is done
    for `clips` clips that are evenly spread over the film.
    """
    spent = []
    for clip in [CLIPS * each // clips for each in range(clips)]:
        plan = film_job.build_film_plan(bench.job.with_slipped_clip(clip))
        one = bench.render_with_milimo(
            plan, film_job.build_film_delivery(), "changed", bench.folder / "cache"
        )
        spent.append(bench.print_cost(f"clip {clip} changed", one).cpu)
    whole = bench.figures["ffmpeg_cpu_s"]
    bench.figures |= {"changed_median_cpu_s": statistics.median(spent), "changed_worst_cpu_s": max(spent)}
    bench.ratios["changed_median_faster"] = whole / statistics.median(spent)
    bench.ratios["changed_worst_faster"] = whole / max(spent)


def measure_untouched_sources(bench: RenderBench) -> None:
    """Render all sources in full length, one after the other. Milimo copies pictures, while FFmpeg encodes
    them again.

    All pictures of a film have the same H.264 headers. Milimo therefore copies all pictures of sources with
    equal headers (`untouched`), but only a part of the test film's own sources (`mixed`).
    """
    bench.figures["frames_off"] = 0
    for name, job in (("untouched", bench.job.with_equal_headers()), ("mixed", bench.job)):
        asked = film_job.build_film_delivery().model_copy(update={"smart_copy": True})
        plan = film_job.build_joined_plan(job)
        mine = bench.print_cost(f"milimo, {name}", bench.render_with_milimo(plan, asked, "copied"))
        words = film_rivals.build_ffmpeg_join_command(job, bench.get_film_path("joined"))
        theirs = bench.print_cost(f"ffmpeg, {name}", bench.run(words))
        copied = sum(run.frames for run in plan_copies(plan, asked).runs)
        bench.figures |= {
            f"{name}_cpu_s": mine.cpu,
            f"ffmpeg_{name}_cpu_s": theirs.cpu,
            f"{name}_frames_encoded": plan.frames - copied,
        }
        bench.ratios[f"{name}_faster"] = theirs.cpu / mine.cpu
        bench.figures["frames_off"] += abs(
            sum(1 for _ in _read_luma_planes(bench.get_film_path("copied"))) - plan.frames
        )


def compare_with_ffmpeg_pictures(bench: RenderBench) -> None:
    """Compare the frames with those of FFmpeg's film, once with normal encoding and once with lossless
    encoding of both.
    """
    found = compute_luma_psnr(bench.get_film_path("milimo"), bench.get_film_path("ffmpeg"))
    bench.figures["psnr_mean"] = float(np.mean(found))
    bench.figures["psnr_least"] = float(np.min(found))
    bench.figures["frames_off"] += abs(len(found) - FRAMES)
    bench.render_with_milimo(
        film_job.build_film_plan(bench.job), film_job.build_film_delivery(lossless=True), "exact"
    )
    bench.run(film_rivals.build_ffmpeg_command(bench.job, bench.get_film_path("exact-ffmpeg"), lossless=True))
    found = compute_luma_psnr(bench.get_film_path("exact"), bench.get_film_path("exact-ffmpeg"))
    bench.figures["lossless_psnr_mean"] = float(np.mean(found))
    low = np.flatnonzero(found < 40)
    bench.figures["lossless_frames_under_40"] = float(len(low))
    bench.figures["frames_off"] += abs(len(found) - FRAMES)
    print("  frames under 40 dB with nothing lost:", _format_frame_ranges(low.tolist()), file=sys.stderr)


def compute_luma_psnr(one: Path, other: Path) -> NDArray[np.float64]:
    """Return the luma PSNR of every frame in dB; equal frames get 100. Raises ValueError if the films have
    different lengths.
    """
    found = []
    for mine, theirs in zip(_read_luma_planes(one), _read_luma_planes(other), strict=True):
        error = float(((mine.astype(np.int16) - theirs) ** 2).mean(dtype=np.float64))
        found.append(100.0 if error == 0 else min(100.0, 10 * np.log10(255**2 / error)))
    return np.array(found)


def _read_luma_planes(path: Path) -> Iterator[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            yield np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : frame.width]


def _format_frame_ranges(frames: Iterable[int]) -> str:
    """Return frame numbers as text with ranges, such as “869 to 880, 1994”."""
    runs: list[list[int]] = []
    for frame in frames:
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs) or "none"


def measure_memory(bench: RenderBench) -> None:
    """Render two and ten minutes of film with quick encoding, to show that the memory does not grow with the
    length of the film.
    """
    quick = film_job.build_film_delivery(speed="ultrafast")
    short = bench.print_cost(
        "2 minutes, ultrafast", bench.render_with_milimo(film_job.build_film_plan(bench.job), quick, "short")
    )
    long = bench.print_cost(
        "10 minutes, ultrafast",
        bench.render_with_milimo(film_job.build_film_plan(bench.job, 5), quick, "long"),
    )
    bench.figures |= {"memory_2_min_mib": short.memory, "memory_10_min_mib": long.memory}
    bench.ratios["memory_10_min_to_2"] = long.memory / short.memory


def measure_rivals(bench: RenderBench, left_out: set[str]) -> None:
    """Render the film once with melt and once with MoviePy, unless they are in `left_out`."""
    mine = bench.figures["milimo_cpu_s"]
    if "melt" not in left_out and shutil.which("melt"):
        cost = bench.print_cost(
            "melt", bench.run(film_rivals.build_melt_command(bench.job, bench.get_film_path("melt")))
        )
        bench.figures |= {"melt_cpu_s": cost.cpu, "melt_wall_s": cost.wall}
        bench.ratios["cpu_to_melt"] = mine / cost.cpu
    python = None if "moviepy" in left_out else _install_moviepy(bench)
    if python is not None:
        cost = bench.print_cost(
            "MoviePy",
            bench.run(film_rivals.build_moviepy_command(python, bench.job, bench.get_film_path("movie"))),
        )
        bench.figures |= {"moviepy_cpu_s": cost.cpu, "moviepy_wall_s": cost.wall}
        bench.ratios["cpu_to_moviepy"] = mine / cost.cpu


def _install_moviepy(bench: RenderBench) -> Path | None:
    """Install MoviePy into a virtual environment of this benchmark and return its Python. Return None if no
    package index can be reached.
    """
    home = bench.folder / "moviepy"
    python = home / "bin" / "python"
    try:
        if not python.is_file():
            subprocess.run([sys.executable, "-m", "venv", home], check=True, capture_output=True)
            words = [str(python), "-m", "pip", "install", "--quiet", "moviepy==2.2.1"]
            clean = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
            subprocess.run(words, check=True, capture_output=True, env=clean)
    except (subprocess.CalledProcessError, OSError):
        print("  MoviePy can't be installed here: it is left out", file=sys.stderr)
        return None
    return python


if __name__ == "__main__":
    sys.exit(main())
