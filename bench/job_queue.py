"""The job queue beside huey (SQLite, fsync on): no-op jobs through submit, claim and done, one worker each.

In turn, in one run: the real supervisor on its socket, the real worker process, FULL sync, fresh homes.
`--count N` and `--rounds N` make it shorter; `--profile FOLDER` writes a profile of each supervisor there.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from result import report

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.client.launch import ensure

HERE = Path(__file__).parent
BATCH = 100
WATCHERS = 50
STARTS = 100  # jobs whose way from submit to start is measured, one by one
PAUSE = 0.1  # between those: the worker is idle again
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of many jobs: jobs a second, and the supervisor's CPU seconds."""

    rate: float
    cpu: float = 0.0


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def until(holds: Callable[[], bool], what: str, pause: float) -> None:
    limit = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > limit:
            raise SystemExit(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(pause)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def order(stamp: str = "") -> JobRequest:
    spec = {"kind": "make_picture", "engine": "noop", "prompt": stamp, "width": 64, "height": 64}
    return JobRequest(spec=spec)


# Milimo


@contextmanager
def supervised(folder: Path, profile: str) -> Iterator[Client]:
    """A client of a supervisor of its own in a new home, whose worker is there and has worked."""
    home = Home(folder)
    folder.mkdir(mode=0o700)
    command = [sys.executable, "-m", "milimo_tui.studio.intake.daemon", str(folder)]
    if profile:
        target = Path(profile, f"{folder.name}.prof").absolute()
        command[1:1] = ["-m", "cProfile", "-o", str(target)]
    ensure(home, command)
    with Client(home) as client:
        try:
            for _ in range(3):
                settle(client, client.submit([order()]))
            yield client
        except MilimoError:
            print(home.log.read_text()[-3000:], file=sys.stderr)
            raise
        finally:
            with suppress(Unavailable):  # it is gone: what came before this tells why
                assert client.stop(now=True, wait=30), "the supervisor did not end"


def settle(client: Client, ids: list[str]) -> None:
    """Wait until the last of those has ended, told by an event; ask once more in case it was before."""
    events = client.watch(jobs=ids[-1:])
    if client.job(ids[-1]).ended is None:
        next(event for event in events if event.get("state") == "done")


def work(client: Client, count: int, size: int) -> Run:
    """Submit that many jobs, so many at a time, and wait until all are done."""
    pid = client.status().pid
    orders = [order() for _ in range(size)]
    already = client.status().counts.get("done", 0)
    cpu, began = cpu_seconds(pid), time.perf_counter()
    for _ in range(count // size):
        ids = client.submit(orders)
    settle(client, ids)
    taken = time.perf_counter() - began
    cpu = cpu_seconds(pid) - cpu
    counts = client.status().counts
    assert counts == {"done": already + count}, f"not every job was done: {counts}"
    return Run(count / taken, cpu)


def watched(client: Client, home: Path, count: int) -> Run:
    """The same with many watchers, who all have to get every event."""
    command = [sys.executable, str(HERE / "watchers.py"), str(home), str(WATCHERS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as drain:
        assert drain.stdin
        assert drain.stdout
        assert drain.stdout.readline() == "ready\n"
        first = client.status().seq
        run = work(client, count, BATCH)
        last = client.status().seq
        drain.stdin.write(f"{last}\n")
        drain.stdin.flush()
        told = drain.stdout.readline().strip()
    events = last - first
    expected = f'{{"least": {events}, "most": {events}, "gaps": 0}}'
    assert told == expected, f"watchers got {told}, not {expected}"
    return run


def starts(client: Client, stamps: Path) -> list[float]:
    """Seconds from the call of submit to the start of the job, the worker being idle."""
    called = []
    for _ in range(STARTS):
        time.sleep(PAUSE)
        called.append(time.monotonic())
        settle(client, client.submit([order(str(stamps))]))
    return gaps(called, stamps)


def gaps(called: list[float], stamps: Path) -> list[float]:
    started = [float(line) for line in stamps.read_text().split()]
    assert len(started) == len(called), "a job started twice, or never"
    return [after - before for before, after in zip(called, started, strict=True)]


# huey


@contextmanager
def huey_works(folder: Path) -> Iterator[None]:
    """A consumer of its own with one worker process, on a new file, that has worked."""
    folder.mkdir()
    # One file a process: the module opens the one that the environment names.
    os.environ["BENCH_HUEY"] = str(folder / "huey.db")
    sys.modules.pop("noop_huey", None)
    command = [sys.executable, "-m", "huey.bin.huey_consumer", "noop_huey.huey", "-w", "1", "-k", "process"]
    consumer = subprocess.Popen(command, cwd=HERE, stderr=subprocess.DEVNULL)
    try:
        huey_settle(folder, 3)
        yield
    finally:
        consumer.send_signal(signal.SIGINT)
        consumer.wait(30)


def huey_settle(folder: Path, count: int) -> None:
    """Queue that many, and wait for the last: one worker takes them in their order."""
    from noop_huey import noop

    mark = folder / f"mark-{count}"
    for _ in range(count - 1):
        noop("")
    noop(str(mark))
    until(mark.exists, "huey works", 0.002)


def huey_rate(folder: Path, count: int) -> float:
    with huey_works(folder):
        began = time.perf_counter()
        huey_settle(folder, count)
        return count / (time.perf_counter() - began)


def huey_starts(folder: Path) -> list[float]:
    from noop_huey import noop

    stamps = folder / "stamps"
    stamps.touch()
    called: list[float] = []
    for _ in range(STARTS):
        time.sleep(PAUSE)
        called.append(time.monotonic())
        noop(str(stamps))
        until(lambda: stamps.read_text().count("\n") == len(called), "it starts", 0.01)
    return gaps(called, stamps)


def rounds(folder: Path, options: argparse.Namespace) -> Mapping[str, list[float]]:
    """Every kind of run in turn, as often as asked; what each measured, by name."""
    found: dict[str, list[float]] = {}

    def note(**values: float) -> None:
        for name, value in values.items():
            found.setdefault(name, []).append(value)

    for number in range(options.rounds):
        theirs = huey_rate(folder / f"huey-{number}", options.count)
        with supervised(folder / f"batched-{number}", options.profile) as client:
            batched = work(client, options.count, BATCH)
            memory = resident_mb(client.status().pid)
        with supervised(folder / f"watched-{number}", options.profile) as client:
            seen = watched(client, folder / f"watched-{number}", options.count)
        with supervised(folder / f"singly-{number}", options.profile) as client:
            singly = work(client, options.count, 1)
        note(huey_per_s=theirs, batched_per_s=batched.rate, singly_per_s=singly.rate, resident_mb=memory)
        note(watched_per_s=seen.rate, cpu_s=batched.cpu, watched_cpu_s=seen.cpu)
        note(batched_over_huey=batched.rate / theirs, singly_over_huey=singly.rate / theirs)
        note(watched_throughput=seen.rate / batched.rate, watched_cpu=seen.cpu / batched.cpu)
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", default="", help="a folder for a profile of each supervisor")
    options = parser.parse_args()
    options.count -= options.count % BATCH
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "run").mkdir(mode=0o700)
        os.environ |= {
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "MILIMO_TEST_ENGINES": "noop_engine:ROWS",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
        }
        measured = rounds(folder, options)
        with supervised(folder / "starts", "") as client:
            ours = starts(client, folder / "stamps")
        with huey_works(folder / "huey-starts"):
            theirs = huey_starts(folder / "huey-starts")
    medians = {name: statistics.median(values) for name, values in measured.items()}
    bars = {
        "batched_over_huey": 1.5,
        "singly_over_huey": 1.0,
        "watched_throughput": 0.9,
        "watched_cpu": 1.1,
        "start_p95_ms": 10.0,
    }
    ratios = {name: value for name, value in medians.items() if name in bars}
    figures = {name: value for name, value in medians.items() if name not in bars}
    for side, taken in (("", ours), ("huey_", theirs)):
        figures[f"{side}start_p50_ms"] = 1000 * statistics.median(taken)
        figures[f"{side}start_p95_ms"] = 1000 * p95(taken)
    least = ("batched_over_huey", "singly_over_huey", "watched_throughput")
    return report("job_queue", figures, ratios, bars, at_least=least)


if __name__ == "__main__":
    sys.exit(main())
