"""Fixtures for the tests of the store: films on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from tests.store.samples import PROJECT, scenes, shots


@pytest.fixture
def paths(tmp_path: Path) -> ProjectPaths:
    return ProjectPaths(tmp_path / "projects" / "rain-market")


@pytest.fixture
def empty(paths: ProjectPaths) -> Iterator[ProjectFile]:
    """Create a film without scenes."""
    with ProjectFile.create(paths, PROJECT) as file:
        yield file


@pytest.fixture
def film(empty: ProjectFile) -> ProjectFile:
    """Create a film of two scenes with three shots each, in one edit by the actor "writer"."""
    empty.write_edit(
        "commit the script", scope="project", actor="writer", before=[], after=[*scenes(2), *shots(6, 3)]
    )
    return empty
