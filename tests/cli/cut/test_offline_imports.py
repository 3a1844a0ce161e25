"""Test imports of cuts whose media are missing at first: an online file comes before an offline asset of an
earlier import, and `offline` lists what is offline.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo, environment


@dataclass(frozen=True)
class ImportedList:
    """A cut file that names `clip`, a film of 2 s, by a path in a folder that does not exist yet."""

    milimo: Milimo
    file: Path
    path: Path  # The path that the list names.
    clip: Path  # The film, in another folder and with another name.

    def bring(self, *words: str) -> dict[str, Any]:
        data: dict[str, Any] = self.milimo.inside("cut", "import", str(self.file), *words)
        return data

    def list_assets(self) -> list[tuple[str, bool]]:
        return [(row["path"], row["online"]) for row in self.milimo.inside("asset", "list")]


def write_film(path: Path, colour: str = "blue") -> Path:
    path.parent.mkdir(exist_ok=True)
    source = f"color={colour}:size=160x120:rate=25:duration=2"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, str(path)], check=True)
    return path


@pytest.fixture(params=["otio", "fcpxml", "xml"])
def arrived(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ImportedList]:
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    milimo.inside("project", "new", "Sender")
    milimo.inside("run", "cut.new", "name=reel", "empty=true")
    clip, path = write_film(tmp_path / "vault" / "original.mov"), tmp_path / "footage" / "shot.mov"
    path.parent.mkdir()
    shutil.copy(clip, path)
    row = milimo.inside("run", "asset.add", f"file={path}", "link=true", "prepare=false")
    milimo.inside("run", "cut.append", "track=V1", f"asset={row['id']}", "frames=40")
    file = tmp_path / f"reel.{request.param}"
    milimo.inside("cut", "export", str(file))
    # A file of another program has no hash.
    file.write_text(file.read_text().replace(row["digest"], "").replace('uid=""', ""))
    path.unlink()
    milimo.inside("project", "new", "Receiver")
    try:
        yield ImportedList(milimo, file, path, clip)
    finally:
        milimo.inside("supervisor", "stop", "--now")


def test_offline_asset_is_not_found_media(arrived: ImportedList) -> None:
    for _ in range(3):
        data = arrived.bring()
        assert (data["linked"], data["offline"]) == ({}, ["shot.mov"])
    assert arrived.list_assets() == [(str(arrived.path), False)]


def test_file_that_returns_to_its_path_is_read(arrived: ImportedList) -> None:
    arrived.bring()
    shutil.copy(arrived.clip, arrived.path)
    data = arrived.bring()
    assert (data["linked"], data["offline"]) == ({"path": 1}, [])
    (row,) = arrived.milimo.inside("asset", "list")
    shown = arrived.milimo.inside("asset", "show", row["id"])
    assert (row["online"], shown["frames"], shown["facts"]["picture"]["width"]) == (True, 50, 160)


def test_file_in_a_searched_folder_comes_before_an_offline_asset(arrived: ImportedList) -> None:
    arrived.bring()
    other = arrived.path.parent / "disk" / arrived.path.name
    other.parent.mkdir()
    shutil.copy(arrived.clip, other)
    data = arrived.bring("--media", str(other.parent))
    assert (data["linked"], data["offline"]) == ({"name": 1}, [])
    assert (str(other), True) in arrived.list_assets()


def test_file_at_the_path_comes_before_an_asset_of_the_same_name(arrived: ImportedList) -> None:
    other = write_film(arrived.path.parent / "disk" / arrived.path.name, "red")
    arrived.milimo.inside("run", "asset.add", f"file={other}", "link=true", "prepare=false")
    shutil.copy(arrived.clip, arrived.path)
    data = arrived.bring()
    assert (data["linked"], data["offline"]) == ({"path": 1}, [])
    (clip,) = (clip for each in arrived.milimo.inside("cut", "show")["tracks"] for clip in each["clips"])
    assert arrived.milimo.inside("asset", "show", clip["asset"])["path"] == str(arrived.path)


def test_managed_copy_of_the_file_at_the_path_is_used(arrived: ImportedList) -> None:
    shutil.copy(arrived.clip, arrived.path)
    managed = arrived.milimo.inside("run", "asset.add", f"file={arrived.path}", "prepare=false")["id"]
    assert arrived.bring()["offline"] == []
    assert [row["id"] for row in arrived.milimo.inside("asset", "list")] == [managed]


def test_relinked_placeholder_gets_the_facts_of_its_file(arrived: ImportedList) -> None:
    arrived.bring()
    (row,) = arrived.milimo.inside("asset", "list")
    arrived.milimo.inside("asset", "relink", row["id"], str(arrived.clip), "--by", "path")
    shown = arrived.milimo.inside("asset", "show", row["id"])
    assert (shown["frames"], shown["facts"]["picture"]["width"]) == (50, 160)


def test_playlist_with_the_name_of_a_medium_is_no_medium(arrived: ImportedList, tmp_path: Path) -> None:
    private = write_film(tmp_path / "private" / "private.mov", "red")
    arrived.path.write_text(f"ffconcat version 1.0\nfile {private}\n")
    data = arrived.bring("--media", str(arrived.path.parent))
    assert (data["linked"], data["offline"]) == ({}, ["shot.mov"])
    assert len(data["notes"]) == 1
    ((place, online),) = arrived.list_assets()
    assert (Path(place).name, online) == ("shot.mov", False)
    (row,) = arrived.milimo.inside("asset", "list")
    for by in ("hash", "name", "path"):
        arrived.milimo.refusal("asset", "relink", row["id"], str(arrived.path), "--by", by)
    found = arrived.path.parent / "disk" / "shot.mov"
    found.parent.mkdir()
    shutil.copy(arrived.clip, found)
    arrived.milimo.inside("asset", "relink", row["id"], str(found), "--by", "name")
    assert arrived.list_assets() == [(str(found), True)]
