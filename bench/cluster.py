"""Measure the throughput of a cluster against local workers, with the same animatic shots.

Three set-ups run in turn: one local worker, a cluster of one node, and a cluster of two nodes on the same
cores. Supervisors, workers and nodes are real processes that communicate over the loopback interface. The
shots are those of the sample film, and small shots of a tenth of a second, which show the overhead of a job
itself. `--shots N` and `--rounds N` make the run shorter.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from result import print_report

from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.client.launch import ensure_supervisor
from milimo_tui.jobs.cluster import access as accesses
from milimo_tui.jobs.cluster import node_processes
from milimo_tui.jobs.cluster.node_processes import HEAD, MachineShare

ROOT = Path(__file__).parents[1]
WARM = 4  # shots made before the measurement, so that the workers have started and loaded their engines
PATIENCE = 600.0


SIZES = {"film's": (768, 512, 80), "small": (384, 216, 48)}  # width, height and number of frames of a shot


def build_cluster_request(seed: int, size: str) -> JobRequest:
    """Return the request for an animatic shot. `size` is a key of `SIZES`."""
    width, height, frames = SIZES[size]
    spec = {
        "kind": "make_video",
        "engine": "animatic",
        "prompt": f"a street at night, {seed}",
        "width": width,
        "height": height,
        "frames": frames,
        "rate": "24",
        "seed": seed,
    }
    return JobRequest(spec=spec)


def find_free_port() -> int:
    """Return a free port on the loopback interface."""
    with socket.socket() as probe:
        probe.bind((accesses.LOOPBACK, 0))
        return int(probe.getsockname()[1])


class BenchHome:
    """A studio home with its supervisor. If nodes are named, jobs run only on these nodes and not on local
    workers.
    """

    def __init__(self, folder: Path, *nodes: str) -> None:
        folder.mkdir(mode=0o700)
        self.home = Home(folder)
        os.environ["TEST_MACHINE"] = "none" if nodes else ""
        if nodes:
            self.access = accesses.create_cluster_access(accesses.LOOPBACK, find_free_port())
            accesses.write_cluster_access(self.home, self.access)
            node_processes.start_node(self.home, self.access, HEAD, MachineShare(store_mb=80))
            for name in nodes:
                node_processes.start_node(self.home, self.access, name, MachineShare(cpus=1, store_mb=80))
        ensure_supervisor(self.home, [sys.executable, "-m", "tests.jobs.daemon", str(folder)])
        self.client = Client(self.home)
        self._asked = 0

    def measure_shot_rate(self, count: int, size: str) -> float:
        """Submit `count` shots and return the shots per second, measured until the last shot is stored in its
        film.
        """
        began = time.perf_counter()
        self.client.submit_jobs([build_cluster_request(seed, size) for seed in range(count)])
        self._asked += count
        while self.client.fetch_status().counts.get("done", 0) < self._asked:
            if time.perf_counter() - began > PATIENCE:
                raise SystemExit(f"not within {PATIENCE:.0f} s: {count} shots")
            time.sleep(0.02)
        return count / (time.perf_counter() - began)

    def read_cpu_seconds(self) -> float:
        """Return the CPU seconds that the supervisor, cluster driver, nodes and workers have used so far."""
        pids = [
            self.client.fetch_status().pid or 0,
            *(note.pid for note in node_processes.list_running_nodes(self.home)),
        ]
        found = {
            one
            for pid in pids
            for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
        }
        total = 0.0
        for process in found:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def shut_down(self) -> None:
        """Stop the supervisor and the nodes."""
        self.client.stop(now=True, wait=30)
        self.client.close()
        for note in reversed(node_processes.list_running_nodes(self.home)):
            node_processes.end_node(self.home, note)
        if hasattr(self, "access"):
            node_processes.remove_ray_scratch(self.home, self.access)


@contextmanager
def open_bench_homes(folder: Path) -> Iterator[dict[str, BenchHome]]:
    """Start the homes of the three set-ups and yield them by name. They are shut down at the end."""
    found: dict[str, BenchHome] = {}
    try:
        found["local"] = BenchHome(folder / "local")
        found["one node"] = BenchHome(folder / "one", "a")
        found["two nodes"] = BenchHome(folder / "two", "a", "b")
        yield found
    finally:
        for place in found.values():
            place.shut_down()


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    os.environ |= {
        "PYTHONPATH": str(ROOT),
        "MILIMO_GPU_PROBE": "0",
        "MILIMO_WORKER_IDLE_SECONDS": "3600",
        "MILIMO_TEST_ENGINES": "",
    }
    rates: dict[str, list[float]] = {}
    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="mc") as folder, open_bench_homes(Path(folder)) as all_places:
        for size in SIZES:
            for place in all_places.values():
                place.measure_shot_rate(WARM, size)
            for number in range(wanted.rounds):
                order = list(all_places.items())
                for name, place in order if number % 2 else reversed(order):
                    before, what = place.read_cpu_seconds(), f"{size}, {name}"
                    rates.setdefault(what, []).append(place.measure_shot_rate(wanted.shots, size))
                    spent.setdefault(what, []).append((place.read_cpu_seconds() - before) / wanted.shots)
    figures = {f"{what}, shots a second": statistics.median(found) for what, found in rates.items()}
    figures |= {f"{what}, CPU s a shot": statistics.median(found) for what, found in spent.items()}
    ratios = {
        f"{size}, {name} beside local": statistics.median(
            a / b for a, b in zip(rates[f"{size}, {name}"], rates[f"{size}, local"], strict=True)
        )
        for size in SIZES
        for name in ("one node", "two nodes")
    }
    bars = {"film's, one node beside local": 0.95, "film's, two nodes beside local": 0.9}
    return print_report("cluster", figures, ratios, bars, at_least=tuple(bars))


if __name__ == "__main__":
    sys.exit(main())
