"""Test handles: takes have frames before and after their shot, so that clips can be rolled, slipped and
dissolved. The film shows handle frames only where an edit uses them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.front_door import TINY, Milimo, environment

HANDLE = 12  # frames: the default of the setting


def with_handles(folder: Path) -> Milimo:
    """Return `milimo` in `folder` with the default handle settings."""
    env = environment(folder)
    del env["MILIMO_HANDLES"], env["MILIMO_MODEL_HANDLES"]
    return Milimo(env, folder / "work")


@pytest.fixture(scope="module")
def made_with_handles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with the tiny film once for the module, and return its folder."""
    folder = tmp_path_factory.mktemp("handles")
    runner = with_handles(folder)
    script = folder / "work" / "two-lamps.fountain"
    script.write_text(TINY)
    try:
        runner.act("film", str(script))
    finally:
        runner.inside("supervisor", "stop", "--now")
    return folder


@pytest.fixture
def film(made_with_handles: Path, tmp_path: Path) -> Iterator[Milimo]:
    """Return `milimo` on a separate copy of the home with the film."""
    left_out = shutil.ignore_patterns("supervisor.*")
    shutil.copytree(made_with_handles / "home", tmp_path / "home", ignore=left_out)
    runner = with_handles(tmp_path)
    yield runner
    runner.inside("supervisor", "stop", "--now")


def clips(film: Milimo, track: str = "V1") -> list[dict[str, Any]]:
    [row] = [each for each in film.json("cut", "show")["tracks"] if each["name"] == track]
    return list(row["clips"])


def takes(film: Milimo) -> list[dict[str, Any]]:
    return [take for shot in film.json("shot", "list") for take in film.json("shot", "takes", shot["id"])]


def pictures(path: Path) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def where(film: Milimo, take: dict[str, Any]) -> Path:
    return film.home / "projects" / "two-lamps" / str(take["path"])


def differ(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())


@pytest.mark.long("command_line")
def test_takes_have_handles_and_the_film_is_as_long_as_its_shots(film: Milimo) -> None:
    shots = film.json("shot", "list")
    for shot, take in zip(shots, takes(film), strict=True):
        assert (take["head"], take["tail"], take["frames"]) == (HANDLE, HANDLE, shot["frames"])
        assert len(pictures(where(film, take))) == shot["frames"] + 2 * HANDLE
    assert [clip["frames"] for clip in clips(film)] == [shot["frames"] for shot in shots]
    assert [clip["source_in"] for clip in clips(film)] == ["0/1"] * len(shots)


@pytest.mark.long("command_line")
def test_new_film_is_rolled_slipped_and_dissolved(film: Milimo) -> None:
    first, second = (clip["id"] for clip in clips(film)[:2])
    frames = [clip["frames"] for clip in clips(film)]
    film.act("cut", "roll", first, "tail", "5")
    assert [clip["frames"] for clip in clips(film)][:2] == [frames[0] + 5, frames[1] - 5]
    film.act("cut", "roll", first, "tail", "-12")
    assert clips(film)[1]["source_in"] == "-7/25", "into the handle before the second shot"
    film.act("cut", "roll", first, "tail", "7")
    film.act("cut", "slip", second, "9")
    assert clips(film)[1]["source_in"] == "9/25"
    film.act("cut", "slip", second, "-9")
    film.act("cut", "transition", first, "--frames", "20")
    [joined] = film.json("cut", "show")["transitions"]
    assert joined["frames"] == 20
    assert [clip["frames"] for clip in clips(film)] == frames
    film.act("cut", "transition", first, "--frames", "1")
    film.act("cut", "slip", second, "-99")
    assert clips(film)[1]["source_in"] == "-12/25"
    refused = film.inside("cut", "slip", second, "-1", code=2)["error"]["message"]
    assert "from its start" in refused


@pytest.mark.long("command_line")
def test_film_shows_the_take_from_the_end_of_its_handle(film: Milimo) -> None:
    """Frame 0 of the film equals frame 12 of the take's file. After a slip by -9 it equals frame 3."""
    take = pictures(where(film, takes(film)[0]))
    for by, first in ((0, HANDLE), (-9, HANDLE - 9)):
        if by:
            film.act("cut", "slip", clips(film)[0]["id"], str(by))
        out = film.cwd / f"film{by}.mkv"
        film.act("render", "--preset", "ffv1", "-o", str(out))
        shown = pictures(out)
        assert len(shown) == sum(clip["frames"] for clip in clips(film))
        for frame in (0, 7, 20):
            assert differ(shown[frame], take[first + frame]) < 1.5, (by, frame)


@pytest.mark.long("command_line")
def test_takes_older_than_handles_stay_fresh(milimo: Milimo, script: Path) -> None:
    milimo.act("film", str(script))
    before = takes(milimo)
    assert {(take["head"], take["tail"]) for take in before} == {(0, 0)}
    milimo.env["MILIMO_HANDLES"] = "12"
    assert [shot["stale"] for shot in milimo.json("shot", "list")] == [False] * len(before)
    milimo.act("shot", "make", "1A")
    assert [take["head"] for take in takes(milimo)][:2] == [0, HANDLE]
    assert [shot["stale"] for shot in milimo.json("shot", "list")] == [False] * len(before)


@pytest.mark.long("command_line")
def test_take_shown_alone_starts_at_the_same_moment(film: Milimo) -> None:
    """A take as a separate source counts time from its first frame; a take of a shot counts from the shot's
    first frame.
    """
    film.act("shot", "make", "1A")
    clip = clips(film)[0]["id"]
    film.act("cut", "take", clip, "1", "--alone")
    assert clips(film)[0]["source_in"] == "12/25"


@pytest.mark.long("command_line")
def test_other_programs_get_source_times_of_the_file(film: Milimo) -> None:
    target = film.cwd / "film.otio"
    film.act("cut", "slip", clips(film)[0]["id"], "-4")
    film.act("cut", "export", str(target))
    data = json.loads(target.read_text())
    [track] = [each for each in data["tracks"]["children"] if each["name"] == "V1"]
    first = track["children"][0]
    start = first["source_range"]["start_time"]
    [media] = first["media_references"].values()
    available = media["available_range"]
    assert Fraction(start["value"]) / Fraction(start["rate"]) == Fraction(HANDLE - 4, 25)
    assert available["start_time"]["value"] == 0
    assert available["duration"]["value"] == takes(film)[0]["frames"] + 2 * HANDLE
    film.act("cut", "import", str(target), "--name", "Back")
    assert clips(film)[0]["source_in"] == "-4/25"


@pytest.mark.long("command_line")
def test_estimate_includes_handles(film: Milimo) -> None:
    with_handles = film.json("shot", "make", "--all", "--dry-run")["estimate"]["seconds"]
    film.env["MILIMO_HANDLES"] = "0"
    without = film.json("shot", "make", "--all", "--dry-run")["estimate"]["seconds"]
    frames = sum(shot["frames"] for shot in film.json("shot", "list"))
    share = (frames + 2 * HANDLE * len(takes(film))) / frames
    assert with_handles / without == pytest.approx(share, rel=0.05)
