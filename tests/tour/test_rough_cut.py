"""Test the section “Two minutes from forty takes” of docs/tour.md: its keys are read from the page and typed
in a pty at two sizes.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from milimo_tui.media.read.probe import probe
from tests.front_door import Milimo, environment
from tests.tour.keys_of_page import PAGE, Keys, rows
from tests.tour.terminals import PtyTerminal, shows, wait_for

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
ROOT = Path(__file__).parents[2]
HEADING = "# A rough cut"
NEXT = "# Keeping track"
SECOND_TAKES = ("1A", "4A", "8A", "12A")
TRIMMED = 25  # Number of frames that the macro trims from each shot.
FRAMES = 3000  # Two minutes at 25 frames a second.

NAMED = {"Enter": "\r", "Esc": "\x1b", "Tab": "\t", "space": " "}
# Text to wait for before the next key: the title of a field or of a mode.
OPENS = {"/": "SEARCH", ":": "COMMAND", "m m": "MARKER", "t": "TRIM", "g f": "c c  renders it"}


def type_in(terminal: PtyTerminal, keys: Keys) -> None:
    """Type the keys of a row. Words are typed unchanged, chords without their spaces."""
    asked = False
    for key in keys:
        terminal.send(NAMED.get(key, key if asked else key.replace(" ", "")))
        asked = key in ("/", ":", "m m")
        if key in OPENS:
            wait_for(terminal, shows(OPENS[key]), 300)


@dataclass
class ReportedCut:
    """The cut as the command line reports it, compared with the expected shots and lengths of V1."""

    studio: Milimo
    shots: list[str] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)

    def cut(self) -> dict[str, Any]:
        data: dict[str, Any] = self.studio.json("cut", "show")
        return data

    def row(self, name: str = "V1") -> list[dict[str, Any]]:
        clips: list[dict[str, Any]] = next(each for each in self.cut()["tracks"] if each["name"] == name)[
            "clips"
        ]
        return clips

    def is_cut(self) -> bool:
        """Return True if V1 has the expected shots and lengths."""
        row = self.row()
        return [clip["frames"] for clip in row] == self.frames and [
            clip["shot"] for clip in row
        ] == self.shots

    def place(self, number: str) -> int:
        """Return the index of a shot on V1."""
        return self.shots.index(self.id(number))

    def id(self, number: str) -> str:
        return next(str(shot["id"]) for shot in self.studio.json("shot", "list") if shot["number"] == number)


def checks(desk: ReportedCut, terminal: PtyTerminal) -> Iterator[Callable[[], bool]]:
    """Yield a check for each row of the table, in order. Each is requested after its row was typed."""
    frames, shots = desk.frames, desk.shots
    yield lambda: "00:02:39:01" in terminal.screen()
    takes = desk.studio.json("shot", "takes", shots[0])
    yield lambda: [take["picked"] for take in desk.studio.json("shot", "takes", shots[0])] == [False, True]
    assert [take["picked"] for take in takes] == [True, False]
    frames[0] -= TRIMMED
    yield desk.is_cut
    frames[1:] = [length - TRIMMED for length in frames[1:]]
    yield desk.is_cut
    frames[0] -= 6
    yield desk.is_cut
    frames[0], frames[1] = frames[0] + 10, frames[1] - 10
    yield desk.is_cut
    before = source_in(desk, 1)
    yield lambda: source_in(desk, 1) == before + 9
    frames[1], frames[3] = frames[1] - 7, frames[3] + 7
    yield desk.is_cut
    yield lambda: [each["kind"] for each in desk.cut()["transitions"]] == ["dissolve"]
    found = sum(frames[: desk.place("2C")])
    yield lambda: f"{timecode(found)} / " in terminal.screen()
    at = desk.place("2C")
    frames[at : at + 2], shots[at : at + 2] = frames[at : at + 2][::-1], shots[at : at + 2][::-1]
    yield desk.is_cut
    yield lambda: [clip["shot"] for clip in desk.row("V2")] == [desk.id("2C")]
    yield lambda: [marker["text"] for marker in desk.cut()["markers"]] == ["too long?"]
    bridge = desk.place("9A")
    del frames[bridge], shots[bridge]
    yield desk.is_cut
    cut_down(frames, shots)
    yield lambda: desk.is_cut() and desk.cut()["frames"] == FRAMES
    yield lambda: is_rendered(desk)


def source_in(desk: ReportedCut, place: int) -> int:
    """Return the first frame of the take that is shown by the clip at index `place` of V1."""
    return int(Fraction(desk.row()[place]["source_in"]) * 25)


def cut_down(frames: list[int], shots: list[str]) -> None:
    """Remove from both lists everything after two minutes."""
    over = sum(frames) - FRAMES
    while over >= frames[-1]:
        over -= frames.pop()
        shots.pop()
    frames[-1] -= over


def timecode(frame: int) -> str:
    return f"00:{frame // 1500:02}:{frame // 25 % 60:02}:{frame % 25:02}"


def is_rendered(desk: ReportedCut) -> bool:
    """Return True if the file of the newest render has as many frames as the cut."""
    films = desk.studio.json("run", "film.list")
    return bool(films) and films[-1]["frames"] == FRAMES == probe(Path(films[-1]["film"])).frames


def pictures(path: str) -> list[Any]:
    """Return every decoded frame of a file."""
    with av.open(path) as container:
        return [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]


def differences(desk: ReportedCut) -> list[float]:
    """Return for each frame of the film how far it is from the expected frame of the take, in levels of 255.

    Frames under the overlay and in the dissolve are omitted, because they mix two pictures.
    """
    film = pictures(desk.studio.json("run", "film.list")[-1]["film"])
    told = desk.cut()
    mixed = {
        frame
        for each in (*desk.row("V2"), *told["transitions"])
        for frame in range(each["start"], each["start"] + each["frames"])
    }
    found = []
    for clip in desk.row():
        takes = desk.studio.json("shot", "takes", clip["shot"])
        take = pictures(next(take["path"] for take in takes if take["picked"]))
        first = int(Fraction(clip["source_in"]) * 25)
        for frame in set(range(clip["start"], clip["start"] + clip["frames"])) - mixed:
            shown, meant = film[frame].astype(int), take[first + frame - clip["start"]]
            found.append(float(abs(shown - meant).mean()))
    return found


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create, once for all tests, a folder whose home contains the sample film with forty takes."""
    folder = tmp_path_factory.mktemp("forty")
    runner = Milimo(environment(folder), folder / "work")
    try:
        runner.act("project", "new", "The Night Bus", "--size", "96x64")
        runner.act("script", "import", str(ROOT / "examples" / "night-bus.fountain"))
        runner.act("storyboard", "commit")
        runner.act("shot", "make", "--all")
        runner.act("shot", "make", *SECOND_TAKES)
    finally:
        runner.inside("supervisor", "stop", "--now")
    return folder


@pytest.mark.long("tour")
@pytest.mark.parametrize(("columns", "lines"), [(200, 50), (80, 24)], ids=["200x50", "80x24"])
def test_two_minutes_are_cut_from_forty_takes(forty: Path, tmp_path: Path, columns: int, lines: int) -> None:
    shutil.copytree(forty / "home", tmp_path / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    studio = Milimo(environment(tmp_path), tmp_path / "work")
    row = studio.json("cut", "show")["tracks"][0]["clips"]
    desk = ReportedCut(studio, [clip["shot"] for clip in row], [clip["frames"] for clip in row])
    assert (len(desk.shots), sum(desk.frames)) == (36, 3976)
    assert sum(shot["takes"] for shot in studio.json("shot", "list")) == 40
    terminal = PtyTerminal(COMMAND, studio.env, columns, lines)
    try:
        wait_for(terminal, shows("The Night Bus", "NORMAL"), 300)
        for keys, check in zip(rows(HEADING, NEXT), checks(desk, terminal), strict=True):
            type_in(terminal, keys)
            wait_for(terminal, lambda screen, done=check: done(), 300)  # type: ignore[misc]
        off = differences(desk)
        assert max(off) < 2, "every frame is the one that the edit says"
        assert off.count(0.0) > 0.9 * FRAMES, "and but for those beside a mix it is the take's own, copied"
    finally:
        terminal.close()
        studio.inside("supervisor", "stop", "--now")


def test_page_begins_with_what_the_test_makes() -> None:
    page = PAGE.read_text().partition(HEADING)[2]
    assert "milimo film examples/night-bus.fountain" in page
    assert f"milimo shot make {' '.join(SECOND_TAKES)}" in page
    assert len(rows(HEADING, NEXT)) > 10
