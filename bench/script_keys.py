"""CPU cost of a key on the Script screen: a screenplay of 200 lines compared with one of 5,000.

Two studios, each in a pty of 160×45, type in the middle of their screenplay in turn, and delete the text
again. CPU is the studio's own, by the kernel's count. Keys come faster than the pause after which the text is
parsed. The cost of parsing after the last key is a separate figure, without the cost of the blinking cursor.
A long text is parsed by a process of the studio; the CPU of that process is a separate figure too.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from result import print_report
from ui_timeline import PtyProgram

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio

SMALL, LARGE = 200, 5_000  # lines
KEYS, ROUNDS = 25, 3
GAP = 0.05  # seconds between two keys
FIRST, IDLE = 5.0, 4.0  # seconds until a studio is ready, and seconds in which only its cursor is drawn
# seconds without work after which a parse is over, and the longest wait for a parse
RESTS, LONGEST = 1.0, 30.0
PARSER = "milimo_tui.tui.script.outline_process"


def build_screenplay(lines: int) -> str:
    """Return a screenplay of `lines` lines: short scenes, each with action and dialogue."""
    found = ["Title: Long", ""]
    while len(found) < lines:
        number = len(found) // 10 + 1
        found += [f"INT. ROOM {number} - NIGHT", "", f"Rain on roof {number}. Wide on the market.", ""]
        found += ["MARA", "You are late.", "", "JUN", "I was never coming.", ""]
    return "\n".join(found[:lines]) + "\n"


def start_studio(folder: Path, lines: int) -> PtyProgram:
    """Start a studio that opens a screenplay."""
    folder.mkdir()
    script = folder / "long.fountain"
    script.write_text(build_screenplay(lines))
    studio = Studio.open(home=str(folder / "home"), actor="bench")
    registry.run_by_id(studio, "script.import", {"script": str(script)})
    studio.close()
    env = {
        **os.environ,
        "MILIMO_HOME": str(folder / "home"),
        "TERM": "xterm-256color",
        "MILIMO_IMAGES": "off",
    }
    return PtyProgram([sys.executable, "-m", "milimo_tui.cli.main"], env)


def begin_typing_at(program: PtyProgram, line: int) -> None:
    """Begin to type at the start of a line. From then on the studio never rests, as its cursor blinks."""
    for keys in ("\x1b", f"{line}gg", "i"):
        program.press_keys(keys)
        program.listen(1.0)


def read_parser_cpu(program: PtyProgram) -> float:
    """Return the CPU seconds of the studio's parser process, or 0 without one."""
    children = Path(f"/proc/{program.pid}/task").glob("*/children")
    for child in " ".join(file.read_text() for file in children).split():
        if PARSER in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
            return int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) / 1e9
    return 0.0


def listen_until_parsed(program: PtyProgram) -> float:
    """Listen until the text is parsed and its outline drawn. Return the seconds.

    The studio's pause before parsing depends on the duration of the last parse: seconds on a busy machine.
    """
    began, last = time.monotonic(), read_parser_cpu(program)
    worked = 0.0
    while time.monotonic() - began < LONGEST and not (worked and time.monotonic() - worked > RESTS):
        program.listen(RESTS / 5)
        if (now := read_parser_cpu(program)) != last:
            last, worked = now, time.monotonic()
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class TypingCost:
    """CPU milliseconds: for each key, and after the last key in the studio and in its parser."""

    key: float
    stop: float
    parser: float


def measure_idle_cpu(program: PtyProgram) -> float:
    """Return the CPU seconds a second of a studio in which nobody types."""
    before = program.cpu
    program.listen(IDLE)
    return (program.cpu - before) / IDLE


def measure_typing(program: PtyProgram, keys: str, idle: float) -> TypingCost:
    """Type keys and pause. `idle` is the CPU share of the cursor."""
    before, parsed = program.cpu, read_parser_cpu(program)
    for key in keys:
        program.press_keys(key)
        program.listen(GAP)
    between = program.cpu
    seconds = listen_until_parsed(program)
    return TypingCost(
        1000 * (between - before) / len(keys),
        1000 * (program.cpu - between - idle * seconds),
        1000 * (read_parser_cpu(program) - parsed),
    )


def type_and_delete(program: PtyProgram, idle: float) -> list[TypingCost]:
    """Type a word and delete it, so that the line stays as short as it was."""
    return [measure_typing(program, keys, idle) for keys in (("ab" * KEYS)[:KEYS], "\x7f" * KEYS)]


def main() -> int:
    """Run the benchmark and return the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        programs = [start_studio(Path(scratch) / str(lines), lines) for lines in (SMALL, LARGE)]
        taken: list[list[TypingCost]] = [[], []]
        idle: list[float] = []
        for program, lines in zip(programs, (SMALL, LARGE), strict=True):
            program.listen(FIRST)
            program.press_keys("gs")
            program.listen(1.0)
            begin_typing_at(program, lines // 2 + 1)  # a line of dialogue
            type_and_delete(program, 0.0)  # The first pause after a start loads data that later ones do not.
            idle.append(measure_idle_cpu(program))
        for _ in range(ROUNDS):
            for program, figures, blinks in zip(programs, taken, idle, strict=True):
                figures += type_and_delete(program, blinks)
        # On the line of a cue: the person disappears, so all later shots are framed again.
        begin_typing_at(programs[1], LARGE // 2)
        anew = [each for _ in range(ROUNDS - 1) for each in type_and_delete(programs[1], idle[1])]
        framed = statistics.median(each.stop for each in anew)
        for program in programs:
            program.kill_program()
    keys, stops, parsers = (
        [statistics.median(getattr(one, what) for one in figures) for figures in taken]
        for what in ("key", "stop", "parser")
    )
    return print_report(
        "script_keys",
        {
            "cpu_ms_per_key_200": keys[0],
            "cpu_ms_per_key_5000": keys[1],
            "cpu_ms_at_a_stop_200": stops[0],
            "cpu_ms_at_a_stop_5000": stops[1],
            "cpu_ms_at_a_stop_5000_all_framed_anew": framed,
            "parser_cpu_ms_200": parsers[0],
            "parser_cpu_ms_5000": parsers[1],
        },
        {"key": keys[1] / keys[0]},
        {"key": 1.3, "cpu_ms_per_key_5000": 20.0, "cpu_ms_at_a_stop_5000": 20.0},
    )


if __name__ == "__main__":
    sys.exit(main())
