"""Compare the job queue with huey (SQLite, fsync on), using jobs that do nothing and one worker each.

Both run in turn, from submission to completion. Milimo's side is the real supervisor with its socket, a real
worker process, SQLite with full synchronisation and a new home each time. `--count N` and `--rounds N` make
the run shorter; `--profile FOLDER` writes a profile of each supervisor.
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

from result import print_report

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.client.launch import ensure_supervisor

HERE = Path(__file__).parent
BATCH = 100
WATCHERS = 50
STARTS = 100  # number of jobs, submitted one by one, whose delay until their start is measured
PAUSE = 0.1  # seconds between two of these jobs, so that the worker is idle again
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class QueueRun:
    """The result of running many jobs: jobs per second, and the supervisor's CPU seconds."""

    rate: float
    cpu: float = 0.0


def read_process_cpu(pid: int) -> float:
    """Return the CPU seconds that a process has used so far, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_resident_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def wait_until_true(holds: Callable[[], bool], what: str, pause: float) -> None:
    """Wait until `holds` returns True, checking every `pause` seconds. `what` names the condition in the
    error message.

    Raises SystemExit after `PATIENCE` seconds.
    """
    limit = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > limit:
            raise SystemExit(f"not within {PATIENCE:.0f} s: {what}")
        time.sleep(pause)


def p95(values: list[float]) -> float:
    """Return the 95th percentile of values."""
    return statistics.quantiles(values, n=20)[-1]


def build_noop_request(stamp: str = "") -> JobRequest:
    """Return the request of a job that does nothing. If `stamp` is a file path, the job appends its start
    time to that file.
    """
    spec = {"kind": "make_picture", "engine": "noop", "prompt": stamp, "width": 64, "height": 64}
    return JobRequest(spec=spec)


# Measurements of Milimo


@contextmanager
def run_bench_supervisor(folder: Path, profile: str) -> Iterator[Client]:
    """Start a supervisor in a new home, and yield a client of it once its worker has started and finished its
    first jobs. `profile` is a folder, or empty for no profile.
    """
    home = Home(folder)
    folder.mkdir(mode=0o700)
    command = [sys.executable, "-m", "milimo_tui.studio.intake.daemon", str(folder)]
    if profile:
        target = Path(profile, f"{folder.name}.prof").absolute()
        command[1:1] = ["-m", "cProfile", "-o", str(target)]
    ensure_supervisor(home, command)
    with Client(home) as client:
        try:
            for _ in range(3):
                wait_for_last_job(client, client.submit_jobs([build_noop_request()]))
            yield client
        except MilimoError:
            print(home.log.read_text()[-3000:], file=sys.stderr)
            raise
        finally:
            with suppress(Unavailable):  # The supervisor has exited already; an earlier error tells why.
                assert client.stop(now=True, wait=30), "the supervisor did not end"


def wait_for_last_job(client: Client, ids: list[str]) -> None:
    """Wait for the event that reports the end of the last job. The job's state is read first, because the job
    may have ended already.
    """
    events = client.watch_events(jobs=ids[-1:])
    if client.fetch_job(ids[-1]).ended is None:
        next(event for event in events if event.get("state") == "done")


def measure_queue(client: Client, count: int, size: int) -> QueueRun:
    """Submit `count` jobs in batches of `size`, and wait until all are done."""
    pid = client.fetch_status().pid
    orders = [build_noop_request() for _ in range(size)]
    already = client.fetch_status().counts.get("done", 0)
    cpu, began = read_process_cpu(pid), time.perf_counter()
    for _ in range(count // size):
        ids = client.submit_jobs(orders)
    wait_for_last_job(client, ids)
    taken = time.perf_counter() - began
    cpu = read_process_cpu(pid) - cpu
    counts = client.fetch_status().counts
    assert counts == {"done": already + count}, f"not every job was done: {counts}"
    return QueueRun(count / taken, cpu)


def measure_watched_queue(client: Client, home: Path, count: int) -> QueueRun:
    """Run the jobs while many watchers listen to the queue. Each watcher must receive every event."""
    command = [sys.executable, str(HERE / "watchers.py"), str(home), str(WATCHERS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as drain:
        assert drain.stdin
        assert drain.stdout
        assert drain.stdout.readline() == "ready\n"
        first = client.fetch_status().seq
        run = measure_queue(client, count, BATCH)
        last = client.fetch_status().seq
        drain.stdin.write(f"{last}\n")
        drain.stdin.flush()
        text = drain.stdout.readline().strip()
    events = last - first
    expected = f'{{"least": {events}, "most": {events}, "gaps": 0}}'
    assert text == expected, f"watchers got {text}, not {expected}"
    return run


def measure_start_delays(client: Client, stamps: Path) -> list[float]:
    """Return the delays in seconds between the call of submit and the start of the job, with an idle worker.
    `stamps` is the file of start times.
    """
    called = []
    for _ in range(STARTS):
        time.sleep(PAUSE)
        called.append(time.monotonic())
        wait_for_last_job(client, client.submit_jobs([build_noop_request(str(stamps))]))
    return compute_start_delays(called, stamps)


def compute_start_delays(called: list[float], stamps: Path) -> list[float]:
    """Return the seconds between each time in `called` and the start of its job, read from the file
    `stamps`.
    """
    started = [float(line) for line in stamps.read_text().split()]
    assert len(started) == len(called), "a job started twice, or never"
    return [after - before for before, after in zip(called, started, strict=True)]


# Measurements of huey


@contextmanager
def run_huey_consumer(folder: Path) -> Iterator[None]:
    """Run a huey consumer with one worker process on a new database, for the duration of the block. The
    worker has finished its first jobs when the block begins.
    """
    folder.mkdir()
    # The module opens the database that this variable names when it is imported, so it is imported again for
    # each database.
    os.environ["BENCH_HUEY"] = str(folder / "huey.db")
    sys.modules.pop("noop_huey", None)
    command = [sys.executable, "-m", "huey.bin.huey_consumer", "noop_huey.huey", "-w", "1", "-k", "process"]
    consumer = subprocess.Popen(command, cwd=HERE, stderr=subprocess.DEVNULL)
    try:
        run_huey_jobs(folder, 3)
        yield
    finally:
        consumer.send_signal(signal.SIGINT)
        consumer.wait(30)


def run_huey_jobs(folder: Path, count: int) -> None:
    """Queue `count` jobs in huey and wait for the last one. A single worker takes the jobs in order."""
    from noop_huey import noop

    mark = folder / f"mark-{count}"
    for _ in range(count - 1):
        noop("")
    noop(str(mark))
    wait_until_true(mark.exists, "huey works", 0.002)


def measure_huey_rate(folder: Path, count: int) -> float:
    """Return the jobs per second of huey."""
    with run_huey_consumer(folder):
        began = time.perf_counter()
        run_huey_jobs(folder, count)
        return count / (time.perf_counter() - began)


def measure_huey_start_delays(folder: Path) -> list[float]:
    """Return the delays in seconds from queueing a job in huey to its start."""
    from noop_huey import noop

    stamps = folder / "stamps"
    stamps.touch()
    called: list[float] = []
    for _ in range(STARTS):
        time.sleep(PAUSE)
        called.append(time.monotonic())
        noop(str(stamps))
        wait_until_true(lambda: stamps.read_text().count("\n") == len(called), "it starts", 0.01)
    return compute_start_delays(called, stamps)


def run_queue_rounds(folder: Path, options: argparse.Namespace) -> Mapping[str, list[float]]:
    """Run every kind of measurement in turn, `options.rounds` times. Return the measured values by name."""
    found: dict[str, list[float]] = {}

    def note(**values: float) -> None:
        for name, value in values.items():
            found.setdefault(name, []).append(value)

    for number in range(options.rounds):
        theirs = measure_huey_rate(folder / f"huey-{number}", options.count)
        with run_bench_supervisor(folder / f"batched-{number}", options.profile) as client:
            batched = measure_queue(client, options.count, BATCH)
            memory = read_resident_mb(client.fetch_status().pid)
        with run_bench_supervisor(folder / f"watched-{number}", options.profile) as client:
            queue = measure_watched_queue(client, folder / f"watched-{number}", options.count)
        with run_bench_supervisor(folder / f"singly-{number}", options.profile) as client:
            singly = measure_queue(client, options.count, 1)
        note(huey_per_s=theirs, batched_per_s=batched.rate, singly_per_s=singly.rate, resident_mb=memory)
        note(watched_per_s=queue.rate, cpu_s=batched.cpu, watched_cpu_s=queue.cpu)
        note(batched_over_huey=batched.rate / theirs, singly_over_huey=singly.rate / theirs)
        note(watched_throughput=queue.rate / batched.rate, watched_cpu=queue.cpu / batched.cpu)
    return found


def main() -> int:
    """Run the benchmark and return the exit code."""
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
        measured = run_queue_rounds(folder, options)
        with run_bench_supervisor(folder / "starts", "") as client:
            ours = measure_start_delays(client, folder / "stamps")
        with run_huey_consumer(folder / "huey-starts"):
            theirs = measure_huey_start_delays(folder / "huey-starts")
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
    return print_report("job_queue", figures, ratios, bars, at_least=least)


if __name__ == "__main__":
    sys.exit(main())
