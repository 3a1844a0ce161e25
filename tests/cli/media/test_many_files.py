"""Test `asset add` with many files: one process probes them all, a file that crashes it is named, and files
added so far stay.
"""

from __future__ import annotations

import os
import pty
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.files.facts import Prober, probe_in_subprocess
from milimo_tui.media.read.probe import probe
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo
from tests.media.material import make_take
from tests.tui.studio_setup import make_studio

FILES = 30
CRASHING = """
import os
from PIL import Image
Image.register_open("CRASHING", lambda *_: os.abort(), lambda prefix: prefix[:5] == b"CRASH")
"""


def pictures(folder: Path, count: int = FILES, first: int = 0) -> list[Path]:
    """Write noise pictures whose names do not form an image sequence."""
    folder.mkdir()
    noise = np.random.default_rng(first)
    made = []
    for number in range(first, first + count):
        made.append(folder / f"{number:03}x.jpg")
        Image.fromarray(noise.integers(0, 255, (540, 960, 3), dtype=np.uint8)).save(made[-1])
    return made


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def cpu() -> float:
    """Return the CPU seconds of this process and of its finished child processes."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@pytest.mark.long("files")
def test_e6_adding_takes_as_long_as_probing(studio: Studio, tmp_path: Path) -> None:
    """Adding files takes hardly longer than probing them, including the start of the probing process. The
    goal is 1.2 times as long; the test allows 1.6 times.
    """
    [one] = pictures(tmp_path / "warm", 1)
    registry.run_by_id(studio, "asset.add", {"file": str(one), "prepare": False})
    tries = [_adding_by_probing(studio, one, tmp_path / f"footage{nth}", 1 + nth * FILES) for nth in range(3)]
    # The best of three tries counts, because other work on the machine slows down single tries.
    assert min(tries) < 1.6, tries


def _adding_by_probing(studio: Studio, one: Path, folder: Path, first: int) -> float:
    files = pictures(folder, first=first)
    began = cpu()
    probe_in_subprocess(one)
    for path in files:
        probe(path)
    probing = cpu() - began
    began, revision = cpu(), studio.take_snapshot().revision
    data = registry.run_by_id(studio, "asset.add", {"file": str(folder), "prepare": False}).data
    adding = cpu() - began
    assert len(data["assets"]) == FILES
    assert studio.take_snapshot().revision == revision + 1, "their rows are written together"
    return adding / probing


@pytest.mark.long("command_line")
def test_e6_file_that_crashes_its_decoder_is_named_and_the_rest_is_added(
    milimo: Milimo, tmp_path: Path
) -> None:
    files = pictures(tmp_path / "footage", 6)
    files[2].write_bytes(b"CRASH")
    (tmp_path / "decoder").mkdir()
    (tmp_path / "decoder" / "sitecustomize.py").write_text(CRASHING)
    milimo.act("project", "new", "Many")
    path = f"{milimo.env['PYTHONPATH']}:{tmp_path / 'decoder'}"
    data = milimo.json("run", "asset.add", f"file={tmp_path / 'footage'}", "prepare=false", PYTHONPATH=path)
    assert [Path(each["file"]).name for each in data["problems"]] == [files[2].name]
    assert data["problems"][0]["message"].startswith(files[2].name)
    assert [row["name"] for row in data["assets"]] == [one.name for one in files if one is not files[2]]


def test_e6_slow_file_delays_no_other(tmp_path: Path) -> None:
    slow, other = make_take(tmp_path / "slow.mov", 3), make_take(tmp_path / "other.mov", 5)
    with Prober() as prober:
        prober.request_probe(slow)
        prober.request_probe(other)
        with pytest.raises(Exception, match=r"slow\.mov .*\b0 s"):
            prober.wait_for_facts(0)
        assert prober.wait_for_facts() == probe(other)


def test_e6_missing_file_of_several_stops_all(milimo: Milimo, tmp_path: Path) -> None:
    one, other = pictures(tmp_path / "footage", 2)
    milimo.act("project", "new", "Many")
    milimo.act("asset", "add", str(one), str(tmp_path / "gone.png"), code=2)
    assert milimo.inside("asset", "list") == []
    data = milimo.inside("asset", "add", str(one), str(other))
    assert [row["name"] for row in data["assets"]] == [one.name, other.name]


@pytest.mark.long("command_line")
def test_e6_ctrl_c_keeps_the_files_already_added(milimo: Milimo, tmp_path: Path) -> None:
    """On a terminal a progress bar counts the files. After ctrl+c, exactly the files reported as added are in
    the film.
    """
    pictures(tmp_path / "footage", 300)
    milimo.act("project", "new", "Many")
    words = ["run", "asset.add", f"file={tmp_path / 'footage'}", "prepare=false"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "milimo_tui.cli.main", *words],
        env={**milimo.env, "TERM": "xterm-256color", "COLUMNS": "100"},
        cwd=milimo.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    media = next((milimo.home / "projects").iterdir()) / "media"
    shown, end, stopped = b"", time.monotonic() + 240, False
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:
                break
        if not stopped and any(media.rglob("*.jpg")) and b"/300" in shown:
            process.send_signal(signal.SIGINT)
            stopped = True
    os.close(ours)
    assert process.wait(60) == 130, shown[-600:]
    assert b"300 files" in shown
    names = {row["digest"] for row in milimo.inside("asset", "list")}
    stems = {path.stem for path in media.rglob("*") if path.is_file()}
    assert names == stems
    assert 0 < len(names) < 300
    assert f"{len(names)} of 300 files".encode() in shown
