"""Measure the time from key to paint on Storyboard and Script with 2,000 shots against an empty app that
echoes keys, and the bytes of a cursor move.

Both programs run in a pty of 160×45 each and get their keys in turn, as in `ui_timeline`. The times are p95,
compared with the echo app, and end with the first bytes of output, because a cursor move changes no text. The
bytes are those of a move of the storyboard's cursor, with pictures drawn as blocks and without pictures. They
are counted both directly after the key and until the screen is at rest, when the shot's large picture is
drawn. Two figures have no limit: scrolling by a row, and the full picture that arrives when the cursor stays
longer.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from result import print_report
from ui_timeline import ECHO, GAPS, PtyProgram, p95

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.story.feature import feature

SHOTS = 2_000
# Seconds to wait after a key: between keys typed in a row; until the work that starts when the cursor rests
# is done; until the full picture has arrived.
KEYS_GO, RESTS, STAYS = 0.3, 1.2, 3.0
DRAWN = 12.0  # seconds until all cards of a screen have their pictures


@dataclass(frozen=True)
class TimedScreenAct:
    """A timed key: the keys that open its screen, and the keys to press and time in turn."""

    name: str
    opens: Sequence[str]
    keys: Sequence[str]


ACTS = (
    TimedScreenAct("board_move", ("\x1b", "gb", "20j"), ("l", "h")),
    TimedScreenAct("board_row", ("\x1b", "gb", "20j"), ("j", "k")),
    TimedScreenAct("script_line", ("\x1b", "gs", "400gg", "5j"), ("k", "j")),
    TimedScreenAct("script_letter", ("\x1b", "gs", "401gg", "i"), ("a", "b")),
)


def import_long_screenplay(folder: Path) -> Path:
    """Import a screenplay of at least 2,000 shots with the same command as a user. Return the home of the
    film.
    """
    script = folder / "long.fountain"
    scenes, count = 200, 0
    while count < SHOTS:
        scenes += 20 if not count else scenes * (SHOTS - count) // count + 2
        script.write_text(feature(scenes=scenes))
        home = folder / f"home-{scenes}"
        studio = Studio.open(home=str(home), actor="bench")
        try:
            registry.run_by_id(studio, "script.import", {"script": str(script)})
            count = len(studio.take_snapshot().story.live_shots())
        finally:
            studio.close()
    return home


def build_environment(folder: Path, home: Path, images: str) -> dict[str, str]:
    """Return the environment variables for a studio with this home. `images` is the image mode."""
    env = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "MILIMO_IMAGES": images,
        "MILIMO_HOME": str(home),
    }
    env.pop("TMUX", None)
    return env


@contextmanager
def run_pty_program(command: Sequence[str], env: dict[str, str]) -> Iterator[PtyProgram]:
    """Run a program in a pty for the duration of the block."""
    program = PtyProgram(command, env)
    try:
        yield program
    finally:
        program.kill_program()


def open_timed_screen(program: PtyProgram, act: TimedScreenAct) -> None:
    """Press the keys that open the screen of a timed key, and wait until it is drawn."""
    for keys in act.opens:
        program.press_keys(keys)
        program.listen(1.0)
    program.listen(4.0)
    program.feed_screen()


def measure_screen_act(
    act: TimedScreenAct, echo: PtyProgram, studio: PtyProgram, rounds: int
) -> tuple[list[float], list[float]]:
    """Press a key in the echo app and in the studio in turn, `rounds` times. Return the seconds of both."""
    chosen = random.Random(act.name)
    open_timed_screen(studio, act)
    taken: tuple[list[float], list[float]] = ([], [])
    for index in range(rounds):
        taken[0].append(echo.time_key_to_output("x", chosen.uniform(*GAPS)))
        taken[1].append(studio.time_key_to_output(act.keys[index % len(act.keys)], chosen.uniform(*GAPS)))
    return taken


def measure_move_bytes(
    program: PtyProgram, steps: int, keys: str = "lh", seconds: float = KEYS_GO
) -> list[int]:
    """Return the bytes sent for each of `steps` moves of the storyboard's cursor among visible cards. The
    keys are pressed in turn, `seconds` apart.
    """
    open_timed_screen(program, ACTS[0])
    program.listen(DRAWN)
    program.feed_screen()
    sent = []
    for index in range(steps):
        before = program.bytes
        program.press_keys(keys[index % len(keys)])
        program.listen(seconds)
        program.feed_screen()
        sent.append(program.bytes - before)
    return sent


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.add_argument("--rounds", type=int, default=80, help="keys of each kind to each program")
    rounds = parser.parse_args().rounds
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    bars: dict[str, float] = {}
    milimo = [sys.executable, "-m", "milimo_tui.cli.main"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        (folder / "run").mkdir(mode=0o700)
        home = import_long_screenplay(folder)
        plain = build_environment(folder, home, "off")
        with (
            run_pty_program([sys.executable, "-c", ECHO], plain) as echo,
            run_pty_program(milimo, plain) as studio,
        ):
            echo.wait_for_text("0")
            studio.listen(6.0)
            for act in ACTS:
                taken = measure_screen_act(act, echo, studio, max(10, rounds))
                for name, values in zip(("echo", "studio"), taken, strict=True):
                    figures[f"{act.name}_{name}_ms"] = statistics.median(values) * 1000
                    figures[f"{act.name}_{name}_p95_ms"] = p95(values) * 1000
                ratios[f"{act.name}_to_echo"] = p95(taken[1]) / p95(taken[0])
                bars[f"{act.name}_to_echo"] = 3.0
            figures["move_bytes_p95"] = p95(measure_move_bytes(studio, min(40, rounds)))
            figures["scrolling_row_bytes_p95"] = p95(measure_move_bytes(studio, min(40, rounds), "j"))
        with run_pty_program(milimo, build_environment(folder, home, "blocks")) as studio:
            studio.listen(6.0)
            figures["move_bytes_with_pictures_p95"] = p95(measure_move_bytes(studio, min(40, rounds)))
            figures["rest_bytes_with_pictures_p95"] = p95(
                measure_move_bytes(studio, min(20, rounds), seconds=RESTS)
            )
            figures["stay_bytes_with_pictures_p95"] = p95(
                measure_move_bytes(studio, min(10, rounds), seconds=STAYS)
            )
            scrolled = measure_move_bytes(studio, min(20, rounds), "j", seconds=RESTS)
            figures["scrolling_row_bytes_with_pictures_p95"] = p95(scrolled)
    bars |= {"move_bytes_p95": 2000, "move_bytes_with_pictures_p95": 12000}
    bars |= {"rest_bytes_with_pictures_p95": 12000}
    return print_report("ui_story", figures, ratios, bars)


if __name__ == "__main__":
    sys.exit(main())
