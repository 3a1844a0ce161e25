"""Test `tools.walk`: it follows a call path over tasks, callbacks and threads, and counts only the functions
on this path.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import walk, walk_trace

STOPS = "jobs.worker.worker:Worker._stop"
PROGRAM = """
import asyncio, queue, threading
from concurrent.futures import ThreadPoolExecutor

class Edit:
    def goal(self): ...

STOPS = "jobs.worker.worker:Worker._stop"


def beside(): ...

def entry(work):
    beside()
    [middle(work) for _ in "1"]

def middle(work):
    work()

def direct():
    Edit().goal()

def other_way():
    Edit().goal()

async def later():
    await asyncio.sleep(0)
    await inner()

async def inner():
    Edit().goal()

def as_task():
    global task
    task = asyncio.get_running_loop().create_task(later())

def as_callback():
    asyncio.get_running_loop().call_soon(direct)

def as_timer():
    asyncio.get_running_loop().call_later(0.01, direct)

def in_thread():
    thread = threading.Thread(target=direct)
    thread.start()
    thread.join()

def in_pool():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(direct).result()

line = queue.SimpleQueue()

def serve():
    line.get()()

def in_line():
    line.put(direct)
    thread.join()

async def main(name):
    beside()
    entry(globals()[name])
    await asyncio.sleep(0.05)

if __name__ == "__main__":
    import sys
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    asyncio.run(main(sys.argv[1]))
    other_way()
"""


def ways(folder: Path, name: str) -> list[tuple[str, ...]]:
    """Run a small program that calls from `entry` to `goal` through the function `name`. Return the call
    paths that were recorded.
    """
    (folder / "milimo_tui").mkdir()
    (folder / "milimo_tui" / "__init__.py").touch()
    (folder / "milimo_tui" / "small.py").write_text(PROGRAM)
    shutil.copy(walk_trace.__file__, folder / "sitecustomize.py")
    (folder / "ways").mkdir()
    orders = {
        walk_trace.ROOT: str(folder),
        walk_trace.FOLDER: str(folder / "ways"),
        walk_trace.ENTRIES: json.dumps(["small:entry"]),
        walk_trace.GOALS: json.dumps(["small:Edit.goal"]),
    }
    command = [sys.executable, "-m", "milimo_tui.small", name]
    env = {**os.environ, **orders, "PYTHONPATH": str(folder)}
    subprocess.run(command, cwd=folder, env=env, check=True)
    lines = [line for file in (folder / "ways").iterdir() for line in file.read_text().splitlines()]
    return [tuple(way) for _, way in map(json.loads, lines)]


@pytest.mark.parametrize(
    ("name", "between"),
    [
        ("direct", ["direct"]),
        ("as_task", ["as_task", "later", "inner"]),
        ("as_callback", ["as_callback", "direct"]),
        ("as_timer", ["as_timer", "direct"]),
        ("in_thread", ["in_thread", "direct"]),
        ("in_pool", ["in_pool", "direct"]),
        ("in_line", ["in_line", "serve", "direct"]),
    ],
)
def test_walk_goes_from_its_entry_to_its_goal(tmp_path: Path, name: str, between: list[str]) -> None:
    (way,) = ways(tmp_path, name)  # Calls that start elsewhere and parallel calls must not be recorded.
    assert way == tuple(f"small:{step}" for step in ["entry", "middle", *between, "Edit.goal"])


def test_shortest_walk_is_taken() -> None:
    found = [("a", "b", "c", "z"), ("a", "c", "z"), ("a", "b", "d", "e", "z"), ("b", "z"), ("a", "y")]
    assert walk.shortest(found, "a", "z") == ("a", "c", "z")
    assert walk.shortest(found, "a", "z", "b") == ("a", "b", "c", "z")
    assert walk.shortest(found, "a", "x") == ()


def test_function_counts_once_a_walk() -> None:
    walks = {each.name: [("a", "b"), ("a", "c", "b")] for each in walk.WALKS}
    assert walk.steps(walks[walk.KEY.name]) == ["a", "b", "c"]
    text, within = walk.report(walks)
    assert within
    assert text.startswith(
        f"{walk.KEY.name}: 3 functions, at most 14\n    a\n    b\n    --\n    c\n{walk.CANCEL.name}"
    )


def test_walk_longer_than_its_target_is_reported() -> None:
    walks = {each.name: [tuple(map(str, range(each.most + 1)))] for each in walk.WALKS}
    assert not walk.report(walks)[1]


@pytest.mark.parametrize("each", walk.WALKS, ids=lambda each: each.name)
def test_entries_and_goals_exist_in_this_tree(each: walk.Walk) -> None:
    """Every entry and goal is found by its first name, except the worker's stop. An older tree has both of
    its names and stops in the other one.
    """
    for leg in each.legs:
        for names in leg.names():
            assert walk.in_tree(walk.HERE, names) == (names[-1] if STOPS in names else names[0])


def test_missing_entry_names_are_reported(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"none of cut\.trims:trim_to, cut\.trimming:trim_to: name it"):
        walk.in_tree(tmp_path, ("cut.trims:trim_to", "cut.trimming:trim_to"))
