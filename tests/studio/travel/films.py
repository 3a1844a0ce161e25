"""Helpers that change and inspect the films of two homes in the transfer tests."""

from __future__ import annotations

import json
import random
import sqlite3
import struct
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.project.project_file import ProjectFile
from tests.studio.travel.conftest import Machines


def set_length(film: Path, number: str, frames: int) -> None:
    """Set the length of a shot in frames directly in the film file, as a user other than the command line."""
    with ProjectFile.open(ProjectPaths(film)) as file:
        story = file.load_story()
        (shot,) = [each for each in story.shots if story.numbers[each.id] == number]
        after = replace(shot, frames=frames)
        file.write_edit(
            f"{number}: length", scope="project", actor="terminal-1", before=[shot], after=[after]
        )


def lengths(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {row["number"]: row["frames"] for row in rows}


def big_file(boxes: Machines, name: str, megabytes: int, seed: int = 1) -> Path:
    """Write a render of random bytes, which compression cannot make smaller."""
    path = boxes.film_here() / "renders" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(random.Random(seed).randbytes(megabytes * 1_000_000))
    return path


def put_weights(boxes: Machines, name: str) -> int:
    """Write weights of random numbers into the local model store and return their size in bytes."""
    folder = boxes.here.home / "models" / name
    folder.mkdir()
    data = random.Random(1).randbytes(2_000_000)
    tensor = {"dtype": "F32", "shape": [len(data) // 4], "data_offsets": [0, len(data)]}
    header = json.dumps({"noise": tensor}).encode()
    path = folder / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    ModelStore(folder.parent).register(InstalledWeights(id=name, family="z-image", title="Noise", tiny=True))
    return path.stat().st_size


def state_of(paths: ProjectPaths) -> dict[str, int]:
    end = time.monotonic() + 20
    while True:  # After a kill, the process on the other side may hold the file for a short time.
        try:
            with ProjectFile.open(paths) as film:
                story = film.load_story()
                return {story.numbers[shot.id]: shot.frames for shot in story.shots}
        except (Failed, sqlite3.Error):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def came(arriving: Path) -> int:
    """Return the number of bytes in partly received files."""
    total = 0
    for path in arriving.rglob("*.part") if arriving.is_dir() else ():
        with suppress(FileNotFoundError):  # The file may have been completed and renamed since it was listed.
            total += path.stat().st_size
    return total
