"""Provide the fixtures of all tests: a separate home, short idle times, and a check that no child process
remains.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Lets tests control the clock, free space and boot time of the processes that they start
os.environ["MILIMO_TEST_HOST"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"  # each core already runs a test process, so more threads would only wait

import psutil
import pytest
from hypothesis import HealthCheck, settings

from tests import hang
from tests.budget import BUDGETS, PART, PARTS, choose_part, find_files_left_out

# Hundreds of processes start during the tests: they share compiled bytecode instead of compiling each module
# again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
gc.disable()  # off until collection ends, because imported objects stay alive

# Settings of a developer's desktop, terminal and model folders must not influence the tests.
DESK = "COLUMNS LINES NO_COLOR COLORTERM TERM_PROGRAM TMUX STY SSH_CONNECTION DISPLAY WAYLAND_DISPLAY"
SHELF = "EDITOR VISUAL XDG_CACHE_HOME HF_HOME HF_HUB_CACHE HUGGINGFACE_HUB_CACHE HF_TOKEN_PATH HF_ENDPOINT"

# A busy machine makes an example slow, not wrong, so there is no deadline. Examples are the same in each run
# of the same code. With MILIMO_LENGTH=full each run tries new examples.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=os.environ.get("MILIMO_LENGTH") != "full",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


def pytest_configure() -> None:
    """Restore default signal handlers and remove variables of the desktop from the environment.

    The tests hang up terminals and send interrupts. Child processes must not inherit ignored signals from the
    test runner, nor its terminal width or editor.
    """
    choose_part()
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in (*DESK.split(), *SHELF.split()):
        os.environ.pop(name, None)
    os.environ.setdefault("TERM", "xterm")  # Links are drawn only in terminals that are known to show them.


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test separate home, config and runtime folders, and short timeouts."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MILIMO_IDLE_SECONDS", "20")
    monkeypatch.setenv("MILIMO_LEASE_SECONDS", "5")
    monkeypatch.setenv("MILIMO_GRACE_SECONDS", "1")
    monkeypatch.setenv("MILIMO_GPU_PROBE", "0")
    monkeypatch.setenv("MILIMO_BACKUP", "off")  # no backup becomes due during another test
    monkeypatch.setenv("MILIMO_HANDLES", "0")
    monkeypatch.setenv("MILIMO_MODEL_HANDLES", "0")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


SUPERVISOR = "milimo_tui.studio.intake.daemon"
# Python's helper exits with the process that spawned other processes
TRACKER = "multiprocessing.resource_tracker"


def _ours(home: Path, pids: set[int]) -> list[psutil.Process]:
    """Return the processes among `pids` that use this studio home, children or detached, without Python's
    resource tracker.
    """
    found = []
    for pid in pids - {os.getpid()}:
        try:
            process = psutil.Process(pid)
            if process.environ().get("MILIMO_HOME") != str(home):
                continue
            is_helper = process.ppid() == os.getpid() and TRACKER in " ".join(process.cmdline())
        except psutil.Error:
            continue  # the process ended meanwhile or belongs to another user
        if not is_helper:
            found.append(process)
    return found


def _end_supervisors(left: list[psutil.Process]) -> None:
    """Terminate supervisors at once, because they would otherwise wait until they are idle long enough. Other
    processes must end on their own.
    """
    for process in left:
        with suppress(psutil.Error):
            if SUPERVISOR in process.cmdline():
                process.terminate()


@pytest.fixture(autouse=True)
def no_process_left(tmp_path: Path) -> Iterator[None]:
    """Fail the test if a process outlives it, and end that process so that it does not disturb the next test.

    Only processes that started during the test are checked. A check of all processes would take longer than
    most tests.
    """
    earlier = set(psutil.pids())
    yield
    began = set(psutil.pids()) - earlier
    left = [process for process in _ours(tmp_path / "home", began) if process.is_running()]
    _end_supervisors(left)
    _, alive = psutil.wait_procs(left, timeout=120)
    names = [" ".join(process.cmdline()) for process in alive]
    for process in alive:
        process.kill()
    assert not alive, f"processes left alive: {names}"


@pytest.fixture(autouse=True, scope="module")
def nothing_held() -> Iterator[None]:
    """Clear the model and input caches of this process after the last test of a file, so that the tests of
    the next file start without loaded weights.
    """
    yield
    runtime = "milimo_tui.engines.runtime"
    if held := sys.modules.get(f"{runtime}.model_cache"):
        held.get_model_cache().clear()
    if computed := sys.modules.get(f"{runtime}.input_caches"):
        computed.get_input_cache.cache_clear()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check that each long test names a suite with a CI time budget, select this CI share's tests, and sort
    them.
    """
    suites = {item: marker.args[0] if marker.args else "" for item, marker in _long(items)}
    for item in suites:
        item.add_marker(pytest.mark.timeout(hang.LONG_SECONDS))
    for item, suite in suites.items():
        assert suite in BUDGETS, f"{item.nodeid} names no suite of tests/budget.py"
    files = [(suite, str(item.path)) for item, suite in suites.items()]
    # A second run of failed tests collects their files alone: a share of those would leave failed tests out.
    left_out = set[tuple[str, str]]() if config.getoption("lf") else find_files_left_out(files)
    gone = {item for item, suite in suites.items() if (suite, str(item.path)) in left_out}
    if gone:
        config.hook.pytest_deselected(items=list(gone))
        items[:] = [item for item in items if item not in gone]
        suites = {item: suite for item, suite in suites.items() if item not in gone}
    items.sort(key=lambda item: item not in suites)
    items[: len(suites)] = longest_first(suites)


def _long(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Mark]]:
    return ((item, marker) for item in items for marker in item.iter_markers("long"))


def longest_first(suites: dict[pytest.Item, str]) -> list[pytest.Item]:
    """Sort the long tests by expected duration, longest first, so that parallel processes, which take one
    file each, end at about the same time.
    """
    tests = Counter(suites.values())
    return sorted(suites, key=lambda item: -BUDGETS[suites[item]].seconds / tests[suites[item]])


def pytest_collection_finish() -> None:
    """Freeze the objects that test modules imported: they stay alive, so the garbage collector need not scan
    them again.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


_unlisted_skips: list[str] = []


def _allowed_skips() -> set[str]:
    if os.environ.get("MILIMO_NO_SKIPS"):
        return set()
    lines = (Path(__file__).parent / "allowed_skips.txt").read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Record a skip whose reason is not in the list of allowed reasons. The session then fails."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in _allowed_skips():
            _unlisted_skips.append(f"{report.nodeid}: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the skips that fail the session, and which part of the divided long suites this run selected."""
    for skip in _unlisted_skips:
        terminalreporter.write_line(f"skipped without leave: {skip}")
    if os.environ.get("MILIMO_LENGTH") == "ci":
        part = int(os.environ[PART])
        terminalreporter.write_line(f"long tests: part {part + 1} of {PARTS} ({PART}={part} repeats it)")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _unlisted_skips and session.exitstatus == 0:
        session.exitstatus = 1
