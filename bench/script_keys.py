"""What a key costs on the Script screen, in CPU: a screenplay of 200 lines beside one of 5,000.

Two studios, each in a pty of 160×45, write in the middle of their screenplay in turn. CPU is the studio's
own, by the kernel's count. Keys come faster than the pause after which the text is parsed; what that costs
when they stop is a figure of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from result import report
from ui_timeline import Program

from milimo_tui.studio import registry
from milimo_tui.studio.studio import Studio

SMALL, LARGE = 200, 5_000  # lines
KEYS, ROUNDS = 100, 7
GAP = 0.05  # seconds between two keys
PARSED = 6.0  # seconds in which what was typed has been parsed


def screenplay(lines: int) -> str:
    """A screenplay of so many lines: short scenes, each with its action and its talk."""
    found = ["Title: Long", ""]
    while len(found) < lines:
        number = len(found) // 10 + 1
        found += [f"INT. ROOM {number} - NIGHT", "", f"Rain on roof {number}. Wide on the market.", ""]
        found += ["MARA", "You are late.", "", "JUN", "I was never coming.", ""]
    return "\n".join(found[:lines]) + "\n"


def start(folder: Path, lines: int) -> Program:
    """A studio on the middle of a screenplay, writing."""
    folder.mkdir()
    script = folder / "long.fountain"
    script.write_text(screenplay(lines))
    studio = Studio.open(home=str(folder / "home"), actor="bench")
    registry.run(studio, "script.import", {"script": str(script)})
    studio.close()
    env = {
        **os.environ,
        "MILIMO_HOME": str(folder / "home"),
        "TERM": "xterm-256color",
        "MILIMO_IMAGES": "off",
    }
    program = Program([sys.executable, "-m", "milimo_tui.cli.main"], env)
    program.rest(3.0)
    for keys in ("gs", f"{lines // 2}gg", "i"):
        program.keys(keys)
        program.rest(1.0)
    program.listen(PARSED)
    return program


def typed(program: Program) -> tuple[float, float]:
    """Milliseconds of CPU a key, and those of what follows when the person stops."""
    before = program.cpu
    for number in range(KEYS):
        program.keys("ab"[number % 2])
        program.listen(GAP)
    between = program.cpu
    program.listen(PARSED)
    after = program.cpu
    for _ in range(KEYS):  # the line stays as short as it was
        program.keys("\x7f")
        program.listen(GAP / 4)
    program.listen(PARSED)
    return 1000 * (between - before) / KEYS, 1000 * (after - between)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        programs = [start(Path(scratch) / str(lines), lines) for lines in (SMALL, LARGE)]
        taken: list[list[tuple[float, float]]] = [[], []]
        for _ in range(ROUNDS):
            for program, figures in zip(programs, taken, strict=True):
                figures.append(typed(program))
        for program in programs:
            program.end()
    keys = [statistics.median(key for key, _ in figures) for figures in taken]
    stops = [statistics.median(stop for _, stop in figures) for figures in taken]
    return report(
        "script_keys",
        {
            "cpu_ms_per_key_200": keys[0],
            "cpu_ms_per_key_5000": keys[1],
            "cpu_ms_at_a_stop_200": stops[0],
            "cpu_ms_at_a_stop_5000": stops[1],
        },
        {"key": keys[1] / keys[0]},
        {"key": 1.3, "cpu_ms_per_key_5000": 20.0},
    )


if __name__ == "__main__":
    sys.exit(main())
