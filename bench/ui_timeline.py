"""Measure the timeline with 10,000 clips on each of three tracks, compared with 100 clips and with an empty
app that echoes keys.

Three programs run in a pty of 160×45 each and get their keys in turn. The time from key to paint ends when
the bytes arrive that make the screen show the effect of the key. pyte finds these bytes afterwards, so that
checking does not slow the programs down. Limits apply to the large film's p95 compared with the small film
and the echo, to its memory, and to its bytes.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import random
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyte
from result import print_report

from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.core.settings import Settings
from milimo_tui.cut.follow.assembly import assemble_shots
from milimo_tui.cut.values.cut import Clip, ClipSource, SourceKind
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Project, Scene, Shot
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio

ROWS, COLUMNS = 45, 160
SMALL, LARGE = 100, 10_000
SHOTS = 100
ECHO = """
from textual.app import App
from textual.widgets import Static
class Echo(App):
    count = 0
    def compose(self):
        yield Static("0")
    def on_key(self, event):
        self.count += 1
        self.query_one(Static).update(str(self.count))
Echo().run()
"""
GAPS = (0.03, 0.08)  # Range in seconds of the random pause between two keys.
PATIENCE = 60.0
SETTLED = 0.6  # seconds without output after which a program has no work left
# Sequences that pyte does not understand are removed. The query for synchronised output is answered, so that
# the programs send complete frames.
DEAF = re.compile(rb"\x1b\[[<>=?][0-9;]*[a-gi-km-zA-Z]|\x1b\[[0-9;?]*\$[a-z]|\x1b[P_][^\x1b]*\x1b\\")
ASKS = b"\x1b[?2026$p"


def create_long_timeline(home: Path, clips: int) -> None:
    """Create a home with a film of `clips` clips on each of V1, V2 and A1. The film opens at the start of the
    timeline.
    """
    found = ChosenHome(Home(home), "the bench's own")
    home.mkdir()
    (home / HOME_MARK).write_text("bench\n")
    found.home.projects.mkdir()
    paths = found.home.get_project_paths("film")
    with ProjectFile.create(paths, Project(id=new_id("prj"), name="Film", created=1.0)) as file:
        scenes = [
            Scene(id=new_id("scn"), order=key, number=str(number), heading=f"INT. ROOM {number} - NIGHT")
            for number, key in enumerate(create_spread_keys(10), 1)
        ]
        shots = [
            Shot(id=new_id("shot"), scene=scenes[index // 10].id, order=key, action="A lamp turns", frames=48)
            for index, key in enumerate(create_spread_keys(SHOTS))
        ]
        shown = [(shots[index % SHOTS].id, 20 + index * 7 % 50) for index in range(clips)]
        cut = assemble_shots(create_cut("long", new_id=new_id), shown, new_id)
        more = []
        for track in (track for track in cut.tracks if track.name in ("V2", "A1")):
            at = 0
            for index in range(clips):
                frames = 15 + index * 11 % 50
                source = ClipSource(SourceKind.SHOT, shots[index % SHOTS].id)
                id = new_id("clip")
                more.append(Clip(id=id, cut=cut.id, track=track.id, source=source, frames=frames, start=at))
                at += frames + (10 if index % 4 == 0 else 0)
        cut = replace(cut, clips=(*cut.clips, *more), hand_edited=True)
        file.write_edit("film", scope="project", actor="cli", before=[], after=[*scenes, *shots, cut])
        file.ui.set("mode", "timeline")
    studio = Studio(found, Settings(), actor="bench")
    studio.use_project(paths)
    studio.close()


@dataclass(frozen=True, slots=True)
class OutputChunk:
    """Bytes of output with their arrival time, in seconds of the monotonic clock."""

    at: float
    data: bytes


class PtyProgram:
    """A program running in a pty. Its output is stored with arrival times and given to pyte only when
    needed.
    """

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._chunks: list[OutputChunk] = []
        self._held = b""
        self.bytes = 0
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), env)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def listen(self, seconds: float) -> None:
        """Read and store output for a number of seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._read_chunk(left):
            pass

    def wait_for_silence(self, silence: float = SETTLED) -> None:
        """Read and store output until none has arrived for `silence` seconds."""
        while self._read_chunk(silence):
            pass
        self.feed_screen()

    def _read_chunk(self, seconds: float) -> bool:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        data = os.read(self._terminal, 262144)
        self._chunks.append(OutputChunk(time.monotonic(), data))
        self.bytes += len(data)
        if ASKS in data:
            os.write(self._terminal, b"\x1b[?2026;2$y")
        return True

    def feed_screen(self, seen: Callable[[], bool] | None = None) -> float | None:
        """Give the stored output to pyte, chunk by chunk. Return the time of the chunk after which `seen`
        first returned True, or None.
        """
        found = None
        for chunk in self._chunks:
            whole = self._held + chunk.data
            cut = whole.rfind(b"\x1b")
            self._held = whole[cut:] if cut >= 0 and len(whole) - cut < 24 else b""
            self._stream.feed(DEAF.sub(b"", whole[: len(whole) - len(self._held)]))
            if found is None and seen is not None and seen():
                found = chunk.at
        self._chunks.clear()
        return found

    def wait_for_text(self, words: str) -> None:
        """Read output until the screen shows the words. Raises SystemExit after `PATIENCE` seconds."""
        end = time.monotonic() + PATIENCE
        while words not in self.get_screen_text():
            if time.monotonic() > end:
                raise SystemExit(f"“{words}” never came; the screen shows:\n{self.get_screen_text()}")
            self._read_chunk(0.2)
            self.feed_screen()

    def get_screen_text(self, first: int = 0, last: int = ROWS) -> str:
        """Return the text of the screen rows from `first` up to, but not including, `last`."""
        return "\n".join(self.screen.display[first:last])

    def press_keys(self, text: str) -> None:
        """Write keys to the program."""
        os.write(self._terminal, text.encode())

    def time_key_to_paint(self, text: str, rows: tuple[int, int], wait: float) -> float:
        """Press a key and return the seconds until one of these rows of the screen changes.

        Output is first read for `wait` seconds and then as long as necessary. The screen is checked only
        after that, so that checking does not disturb the measurement.
        """
        before = self.get_screen_text(*rows)
        began = time.monotonic()
        self.press_keys(text)
        self.listen(wait)
        end = began + PATIENCE
        while True:
            found = self.feed_screen(lambda: self.get_screen_text(*rows) != before)
            if found is not None:
                return found - began
            if time.monotonic() > end:
                raise SystemExit(
                    f"“{text}” left these rows as they were:\n{before}\n\n{self.get_screen_text()}"
                )
            self._read_chunk(0.2)

    def time_key_to_output(self, text: str, wait: float) -> float:
        """Press a key while the program is idle, and return the seconds until the first byte of output.
        Output is read for `wait` seconds.
        """
        self.feed_screen()
        began = time.monotonic()
        self.press_keys(text)
        self.listen(wait)
        while not self._chunks:
            if time.monotonic() > began + PATIENCE:
                raise SystemExit(f"“{text}” brought nothing:\n{self.get_screen_text()}")
            self._read_chunk(0.2)
        found = self._chunks[0].at - began
        self.wait_for_silence(0.1)
        return found

    @property
    def cpu(self) -> float:
        """The CPU seconds that all threads of the process have used so far."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue  # The thread has just exited.
        return total / 1e9

    @property
    def megabytes(self) -> float:
        """The resident memory of the process in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill_program(self) -> None:
        """Kill the process and close its terminal."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)


def find_screen_row(program: PtyProgram, words: str) -> int:
    """Return the row of the screen that begins with the words. Raises SystemExit if there is none."""
    for row, text in enumerate(program.screen.display):
        if text.lstrip("▸ >").startswith(words):
            return row
    raise SystemExit(f"no row begins with “{words}”:\n{program.get_screen_text()}")


@dataclass(frozen=True)
class TimedTimelineAct:
    """A key whose effect on the timeline is timed.

    `before` holds keys that are pressed without timing before each round. `row` selects the row that shows
    the effect.
    """

    name: str
    keys: Sequence[str]  # Pressed in turn: each key undoes or continues the effect of the previous key.
    row: str  # Beginning of the row's text; empty for the header.
    before: str = ""
    first: str = ""  # Keys that are pressed once before all rounds.
    rounds: float = 1.0  # share of the usual number of rounds


ACTS = (
    TimedTimelineAct("move", ("l",), ""),
    TimedTimelineAct("scroll", ("\x1b[6~", "\x1b[5~"), "ruler"),
    TimedTimelineAct("zoom", ("+", "+", "-", "-"), "ruler"),
    # The timeline is zoomed in so far that the playhead hides no edge of a clip.
    TimedTimelineAct("split", ("s",), "V1", before="w12l", first="++++", rounds=0.5),
)


def choose_watched_rows(act: TimedTimelineAct, program: PtyProgram) -> tuple[int, int]:
    """Return the first row and the row after the last one among the rows that the key changes."""
    if not act.row:
        return (0, 1)
    v1 = find_screen_row(program, "V1")
    if act.row == "ruler":
        ruler = next(row for row in range(v1, 0, -1) if re.search(r"\d\d:\d\d", program.screen.display[row]))
        return (ruler, ruler + 2)
    return (v1, v1 + 3)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile of values."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


@dataclass
class TimelineTimes:
    """Seconds from key to paint in each program, and CPU seconds per key in the two films."""

    echo: list[float]
    small: list[float]
    large: list[float]
    small_cpu: float
    large_cpu: float


def measure_timeline_act(
    act: TimedTimelineAct, echo: PtyProgram, small: PtyProgram, large: PtyProgram, rounds: int
) -> TimelineTimes:
    """Press one key in each program in turn, `rounds` times. Each round begins with another program."""
    done = TimelineTimes([], [], [], 0.0, 0.0)
    chosen = random.Random(act.name)
    told = (done.echo, done.small, done.large)
    films = (small, large)
    for film in films:
        film.press_keys(f"gg{act.first}")
        film.wait_for_silence()
    cpu = [film.cpu for film in films]
    for index in range(rounds):
        for turn in range(3):
            which = (index + turn) % 3
            program = (echo, *films)[which]
            if program is echo:
                told[which].append(echo.time_key_to_paint("x", (0, 1), chosen.uniform(*GAPS)))
                continue
            if act.before:
                program.press_keys(act.before)
                program.wait_for_silence(0.3)
            key = act.keys[index % len(act.keys)]
            told[which].append(
                program.time_key_to_paint(key, choose_watched_rows(act, program), chosen.uniform(*GAPS))
            )
    for film in films:
        film.wait_for_silence()
    done.small_cpu, done.large_cpu = ((film.cpu - was) / rounds for film, was in zip(films, cpu, strict=True))
    return done


def measure_step_bytes(program: PtyProgram, steps: int) -> list[int]:
    """Return the bytes sent for each of `steps` moves of the playhead by one cell, without scrolling."""
    program.press_keys("gg")
    program.wait_for_silence()
    out = []
    for _ in range(steps):
        before = program.bytes
        program.press_keys("l")
        program.listen(0.12)
        program.feed_screen()
        out.append(program.bytes - before)
    return out


@contextmanager
def open_three_programs(folder: Path) -> Iterator[tuple[PtyProgram, PtyProgram, PtyProgram]]:
    """Start the echo app, the small film and the large film, and yield them for the duration of the block."""
    env = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "MILIMO_IMAGES": "off",
    }
    env.pop("TMUX", None)
    (folder / "run").mkdir(mode=0o700)
    milimo = [sys.executable, "-m", "milimo_tui.cli.main"]
    for name, clips in (("small", SMALL), ("large", LARGE)):
        create_long_timeline(folder / name, clips)
        home = {**env, "MILIMO_HOME": str(folder / name)}
        subprocess.run([*milimo, "cut", "list"], env=home, check=True, capture_output=True)
    programs = [PtyProgram([sys.executable, "-c", ECHO], env)]
    try:
        for name in ("small", "large"):
            programs.append(PtyProgram(milimo, {**env, "MILIMO_HOME": str(folder / name)}))
        programs[0].wait_for_text("0")
        for film in programs[1:]:
            film.wait_for_text("whole film")
            film.wait_for_silence()
        yield programs[0], programs[1], programs[2]
    finally:
        for program in programs:
            program.kill_program()


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.add_argument("--rounds", type=int, default=120, help="keys of each kind to each program")
    rounds = parser.parse_args().rounds
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    bars: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, open_three_programs(Path(folder)) as (echo, small, large):
        stepped = measure_step_bytes(large, min(40, rounds))
        for act in ACTS:
            done = measure_timeline_act(act, echo, small, large, max(10, round(rounds * act.rounds)))
            for name, values in (("echo", done.echo), ("100", done.small), ("10000", done.large)):
                figures[f"{act.name}_{name}_ms"] = statistics.median(values) * 1000
                figures[f"{act.name}_{name}_p95_ms"] = p95(values) * 1000
            figures[f"{act.name}_100_cpu_ms"] = done.small_cpu * 1000
            figures[f"{act.name}_10000_cpu_ms"] = done.large_cpu * 1000
            ratios[f"{act.name}_10000_to_100"] = p95(done.large) / p95(done.small)
            ratios[f"{act.name}_10000_to_echo"] = p95(done.large) / p95(done.echo)
            bars |= {f"{act.name}_10000_to_100": 1.5, f"{act.name}_10000_to_echo": 3.0}
        figures["memory_100_mb"], figures["memory_10000_mb"] = small.megabytes, large.megabytes
        figures["memory_above_mb"] = large.megabytes - small.megabytes
        figures["step_bytes"] = statistics.median(stepped)
        figures["step_bytes_p95"] = p95(stepped)
    bars |= {"memory_above_mb": 60, "step_bytes_p95": 2000}
    return print_report("ui_timeline", figures, ratios, bars)


if __name__ == "__main__":
    sys.exit(main())
