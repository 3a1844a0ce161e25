"""Measure the CPU cost of a key on the Script screen, for a screenplay of 200 lines and one of 5,000 lines.

Two studios run in a pty of 160×45 each. In turn, text is typed in the middle of their screenplays and deleted
again. The kernel reports the CPU time of each studio. The keys come faster than the pause after which the
studio parses the text. The cost of parsing after the last key is a separate figure, from which the cost of
the blinking cursor is subtracted. A long text is parsed in a separate process; its CPU time is a separate
figure too.
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

SMALL, LARGE = 200, 5_000  # lines of the two screenplays
KEYS, ROUNDS = 25, 3
GAP = 0.05  # seconds between two keys
# Seconds until a studio is ready, and seconds for which the cost of the blinking cursor alone is measured.
FIRST, IDLE = 5.0, 4.0
# Seconds without CPU use after which parsing counts as finished, and the longest wait for this in seconds.
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
    """Start a studio that shows a screenplay of `lines` lines."""
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
    """Enter insert mode at the start of a line. From now on the studio always uses some CPU time, because the
    cursor blinks.
    """
    for keys in ("\x1b", f"{line}gg", "i"):
        program.press_keys(keys)
        program.listen(1.0)


def read_parser_cpu(program: PtyProgram) -> float:
    """Return the CPU seconds of the process that parses the text for the studio, or 0 if there is none."""
    children = Path(f"/proc/{program.pid}/task").glob("*/children")
    for child in " ".join(file.read_text() for file in children).split():
        if PARSER in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
            return int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) / 1e9
    return 0.0


def listen_until_parsed(program: PtyProgram) -> float:
    """Wait until the text is parsed and its outline is drawn. Return the seconds this took.

    The studio waits before parsing, depending on the duration of the last parse. On a busy machine this can
    be seconds.
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
    """CPU milliseconds of typing: `key` for each key; after the last key, `stop` in the studio and `parser`
    in the parser process.
    """

    key: float
    stop: float
    parser: float


def measure_idle_cpu(program: PtyProgram) -> float:
    """Return the CPU seconds that a studio uses per second while nobody types."""
    before = program.cpu
    program.listen(IDLE)
    return (program.cpu - before) / IDLE


def measure_typing(program: PtyProgram, keys: str, idle: float) -> TypingCost:
    """Type keys and wait until the text is parsed. `idle` is the CPU seconds per second that the blinking
    cursor uses.
    """
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
    """Type a word and delete it again, so that the line does not grow from round to round. Return the cost of
    both.
    """
    return [measure_typing(program, keys, idle) for keys in (("ab" * KEYS)[:KEYS], "\x7f" * KEYS)]


def main() -> int:
    """Run the benchmark and return the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        programs = [start_studio(Path(scratch) / str(lines), lines) for lines in (SMALL, LARGE)]
        costs: list[list[TypingCost]] = [[], []]
        idle: list[float] = []
        for program, lines in zip(programs, (SMALL, LARGE), strict=True):
            program.listen(FIRST)
            program.press_keys("gs")
            program.listen(1.0)
            begin_typing_at(program, lines // 2 + 1)  # The middle of the screenplay is a line of dialogue.
            # The first pause after a start also loads data, so it is not measured.
            type_and_delete(program, 0.0)
            idle.append(measure_idle_cpu(program))
        for _ in range(ROUNDS):
            for program, figures, blinks in zip(programs, costs, idle, strict=True):
                figures += type_and_delete(program, blinks)
        # Typing in the line of a cue renames the speaker, so that all later shots are framed again.
        begin_typing_at(programs[1], LARGE // 2)
        anew = [each for _ in range(ROUNDS - 1) for each in type_and_delete(programs[1], idle[1])]
        framed = statistics.median(each.stop for each in anew)
        for program in programs:
            program.kill_program()
    keys, stops, parsers = (
        [statistics.median(getattr(one, what) for one in figures) for figures in costs]
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
