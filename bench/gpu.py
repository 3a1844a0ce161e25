"""Models on a card: seconds a step and a clip, load, swap and peak memory by recipe, beside a bare script.

Random weights in the published size, so nothing has to be downloaded; `--weights FOLDER` takes those that
are there (a folder as diffusers has it). `--cpu` proves with tiny weights that nothing is lost over calling
the same diffusers pipeline in a bare script. `--soak N` makes N clips and looks at the memory. `--makers
COMMAND` times the makers' own package in turn: the arguments of a python that makes a clip of the same size.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import full_size
import numpy as np
import torch
from result import report, wall

from milimo_tui.core.errors import OutOfMemory, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import Installed
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Checkpoint, Checkpoints, Output
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.guidance import OFF
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.tiny.build import build
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.sound.resample import resample

RATE = Fraction(24)
SMALL = (128, 128, 9)  # clips of the soak on a CPU
ALL = 1 << 62  # bytes: more than any card has
LETTERS = 1024  # tokens of a prompt, as the engine pads it
NO_CARD = "no card is here: seconds and memory of real sizes stay unmeasured; --cpu proves the overhead alone"


class Timed:
    """What an engine tells, with the time of each step and load (`engines.contract.engine.Context`)."""

    def __init__(self, workspace: Path, rung: int = 0) -> None:
        workspace.mkdir(parents=True, exist_ok=True)
        self.workspace, self.rung = workspace, rung
        self.steps: list[float] = []
        self.loads: dict[str, float] = {}
        self.lines: list[str] = []
        self._last = ("", 0.0)

    @property
    def checkpoints(self) -> Checkpoints:
        return NoCheckpoints()

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        now = time.perf_counter()
        before, at = self._last
        if stage == before and total == len(DISTILLED) and done > 1:
            self.steps.append(now - at)
        self._last = (stage, now)

    def plan(self, stages: Mapping[str, float]) -> None: ...

    def log(self, sentence: str) -> None:
        self.lines.append(sentence)

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        self.loads[what] = seconds

    def part(self, output: Output) -> None: ...

    def preview(self, picture: bytes | Callable[[], bytes]) -> None: ...


class NoCheckpoints:
    """Keeps nothing: it is the clip that is measured."""

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        return None

    def due(self) -> bool:
        return False

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None: ...


def shelve(home: Path, folder: Path) -> str:
    """Put that checkpoint on the shelf of a new home; its id."""
    models = Home(home).models
    models.mkdir(parents=True, exist_ok=True)
    Home(home).mark.touch()
    row = Installed(id="bench", family="ltx2", generation="2.0", path=str(folder), tiny=True)
    ModelStore(models).register(row)
    os.environ["MILIMO_HOME"] = str(home)
    return row.id


def spec(model: str, size: tuple[int, int, int], number: int) -> MakeVideo:
    """A clip of distilled steps in one stage; each number has words and a seed of its own."""
    width, height, frames = size
    return MakeVideo(
        engine="ltx2",
        model=model,
        prompt=f"lamp {number} is lit",
        seed=number,
        width=width,
        height=height,
        frames=frames,
        rate=RATE,
        schedule="distilled",
        stages="one",
        deterministic=False,
    )


class Bare:
    """What a bare script does: one diffusers pipeline, kept in memory, and a file of what it makes."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline

        pipe = LTX2ConditionPipeline.from_pretrained(folder, dtype=dtype)
        pipe.set_progress_bar_config(disable=True)
        pipe.scheduler = FlowMatchEulerDiscreteScheduler.from_config(
            pipe.scheduler.config, use_dynamic_shifting=False, shift_terminal=None
        )
        self.pipe: Any = pipe.to(memory.device())

    def clip(self, asked: MakeVideo, path: Path) -> None:
        pipe = self.pipe
        made = pipe(
            prompt=asked.prompt,
            width=asked.width,
            height=asked.height,
            num_frames=asked.frames,
            frame_rate=float(asked.rate),
            sigmas=list(DISTILLED),
            num_inference_steps=len(DISTILLED),
            generator=torch.Generator().manual_seed(asked.seed),
            use_cross_timestep=False,
            max_sequence_length=LETTERS,
            output_type="np",
            **OFF.arguments(),
        )
        pictures = (np.asarray(made.frames)[0] * 255).round().astype(np.uint8)
        heard = made.audio[0].float().cpu().numpy()
        sound = resample(heard, pipe.vocoder.config.output_sampling_rate, asked.sample_rate)
        samples = round(asked.frames / asked.rate * asked.sample_rate)
        sound = np.pad(sound[:, :samples], ((0, 0), (0, max(0, samples - sound.shape[1]))))
        write_take(
            path,
            pictures,
            width=asked.width,
            height=asked.height,
            rate=asked.rate,
            frames=asked.frames,
            sound=np.ascontiguousarray(sound, np.float32),
            sample_rate=asked.sample_rate,
        )


def overhead(
    model: str, folder: Path, size: tuple[int, int, int], rounds: int, work: Path
) -> tuple[dict[str, float], float]:
    """Seconds of a clip by the engine and by the bare script, in turn, both warm: the median of each, and of
    the ratio of each pair.

    On the CPU they are seconds of it, all threads': how busy the machine is matters little then.
    """
    clock = time.process_time if memory.device().type == "cpu" else time.perf_counter
    engine, dtype = Ltx2(), torch.float32 if memory.device().type == "cpu" else torch.bfloat16
    bare, numbers = Bare(folder, dtype), count(1)

    def ours() -> float:
        number = next(numbers)
        context = Timed(work / f"ours-{number}")
        began = clock()
        engine.run(spec(model, size, number), context)
        return clock() - began

    def theirs() -> float:
        asked, path = spec(model, size, next(numbers)), work / "bare.mov"
        began = clock()
        bare.clip(asked, path)
        return clock() - began

    for warm in (ours, theirs):
        warm()
    pairs = []
    for number in range(rounds):  # the one that comes first may have it easier or harder
        if number % 2:
            other = theirs()
            pairs.append((ours(), other))
        else:
            pairs.append((ours(), theirs()))
    mine, plain = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return {"clip_s": mine, "bare_clip_s": plain}, ratio


def ladder(model: str, size: tuple[int, int, int], work: Path) -> dict[str, float]:
    """For each recipe that can run here, from the best: load, a step, a clip, the most memory."""
    figures: dict[str, float] = {}
    engine = Ltx2()
    for rung in count():
        model_cache().clear()
        cold, warm = Timed(work / f"cold-{rung}", rung), Timed(work / f"warm-{rung}", rung)
        peak = memory.Peak()
        try:
            engine.run(spec(model, size, 1000 + 2 * rung), cold)
            began = time.perf_counter()
            engine.run(spec(model, size, 1001 + 2 * rung), warm)
        except Unavailable as error:
            print(f"  {error.message}")
            return figures
        except OutOfMemory as error:
            print(f"  {error.message}")
            continue
        taken = time.perf_counter() - began
        back = _moved_out_and_back(engine, spec(model, size, 3000 + rung), work / f"back-{rung}")
        told = next(line for line in warm.lines if line.startswith("recipe: "))
        name = told.removeprefix("recipe: ").partition(":")[0]
        print(f"  {name}")
        figures |= {
            f"{name} | load_s": sum(cold.loads.values()),
            f"{name} | step_s": statistics.median(warm.steps) if warm.steps else 0.0,
            f"{name} | clip_s": taken,
            f"{name} | swap_s": max(0.0, back - taken),
            f"{name} | peak_gb": peak.bytes() / 1e9,
        }
    return figures


def _moved_out_and_back(engine: Ltx2, asked: MakeVideo, work: Path) -> float:
    """Seconds of a clip for which the weights are brought back from where they made room for others."""
    model_cache().free(ALL)
    began = time.perf_counter()
    engine.run(asked, Timed(work))
    return time.perf_counter() - began


def soak(model: str, size: tuple[int, int, int], rounds: int, work: Path) -> dict[str, float]:
    """Megabytes a clip by which memory grows, the first fifth left out."""
    engine, held = Ltx2(), []
    for number in range(rounds):
        engine.run(spec(model, size, 5000 + number), Timed(work / f"soak-{number}"))
        memory.DeviceMemory().collect()
        held.append(_held())
    settled = held[rounds // 5 :]
    slope = float(np.polyfit(range(len(settled)), settled, 1)[0]) if len(settled) > 1 else 0.0
    return {"soak_clips": rounds, "soak_mb_a_clip": slope / 1e6, "soak_end_mb": held[-1] / 1e6}


def _held() -> int:
    """Bytes that this process holds on its card, or in main memory without one."""
    if torch.cuda.is_available():
        return int(torch.cuda.memory_allocated())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def makers(command: str, rounds: int) -> dict[str, float]:
    """The makers' own package, a process a clip as its command line is; empty where it is not here."""
    if not command or importlib.util.find_spec("ltx_pipelines") is None:
        print("  ltx_pipelines: " + ("not installed" if command else "not asked for (--makers COMMAND)"))
        return {}
    taken = [wall([sys.executable, *shlex.split(command)]) for _ in range(rounds)]
    return {"makers_clip_s": statistics.median(taken)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.add_argument("--cpu", action="store_true", help="tiny weights, whatever card there is")
    parser.add_argument("--weights", default="", help="a folder with a checkpoint; else one is made")
    parser.add_argument(
        "--scratch", default=None, help="where that is made (69 GB); else the temporary folder"
    )
    parser.add_argument("--size", default="", help="WIDTHxHEIGHTxFRAMES")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--soak", type=int, default=50, help="clips; 0: none")
    parser.add_argument("--makers", default="", help="arguments of the makers' package: -m ltx_pipelines…")
    options = parser.parse_args()
    on_card = not options.cpu and memory.device().type != "cpu"
    if not on_card and not options.cpu:
        print(NO_CARD)
        return report("gpu", {"cards": 0.0}, {}, {})
    if not on_card:
        os.environ |= {"TORCHDYNAMO_DISABLE": "1", "CUDA_VISIBLE_DEVICES": ""}
        torch.set_num_threads(1)
    size = _size(options.size or ("768x512x121" if on_card else "320x192x49"))
    with tempfile.TemporaryDirectory(dir=options.scratch) as name:
        work = Path(name)
        folder = Path(options.weights).absolute() if options.weights else work / "weights"
        if not options.weights and on_card:
            full_size.write(folder, memory.device())
        elif not options.weights:
            build("ltx2-distilled", folder)
        model = shelve(work / "home", folder)
        return _measure(model, folder, size, work, options, on_card=on_card)


def _measure(
    model: str,
    folder: Path,
    size: tuple[int, int, int],
    work: Path,
    options: argparse.Namespace,
    *,
    on_card: bool,
) -> int:
    card = memory.card()
    print(f"  {card.name}, {card.memory_gb:.0f} GB; torch {torch.__version__}; {size}")
    figures: dict[str, float] = {"cards": float(on_card)}
    figures |= ladder(model, size, work)
    model_cache().clear()
    if on_card:
        figures |= makers(options.makers, options.rounds)
    found, ratio = overhead(model, folder, size, options.rounds, work)
    figures |= found
    if options.soak:
        figures |= soak(model, size if on_card else SMALL, options.soak, work)
    ratios = {"over_bare": ratio}
    if "makers_clip_s" in figures:
        ratios["over_makers"] = found["clip_s"] / figures["makers_clip_s"]
    bars = {"over_bare": 1.02 if on_card else 1.05}
    if options.soak:
        bars["soak_mb_a_clip"] = 5.0
    return report("gpu", figures, ratios, bars)


def _size(text: str) -> tuple[int, int, int]:
    width, height, frames = (int(word) for word in text.split("x"))
    return width, height, frames


if __name__ == "__main__":
    sys.exit(main())
