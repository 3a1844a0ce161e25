"""Benchmark the animatic engine against real time, shot by shot, including the writing and hashing of each
file.

The shots last four seconds at 768×512 and 25 frames per second. Synthetic speech is off, so that only
Milimo's own work is timed. The benchmark fails if the median shot needs more than 0.25 seconds for each
second of film on two cores.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from result import print_report

from milimo_tui.engines.animatic.engine import Animatic
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts, SpokenLine
from milimo_tui.engines.specs.video_specs import MakeVideo

ROUNDS = 3
FRAMES, RATE = 100, Fraction(25)
_MARA = DescribedPerson(name="MARA", description="a courier in a grey coat")
_JUN = DescribedPerson(name="JUN", description="a cook with an apron")
SHOTS = {
    "close_up_static": ("CU", "static", "single", "INT. NOODLE BAR - NIGHT"),
    "two_shot_dolly": ("MS", "dolly in", "two-shot", "INT. NOODLE BAR - NIGHT"),
    "street_pan": ("FS", "pan right", "single", "EXT. STREET - DAY"),
    "rain_track": ("WS", "track", "single", "EXT. RAIN MARKET - NIGHT"),
    "establishing_crane": ("EWS", "crane up", "establishing", "EXT. BEACH - SUNSET"),
    "insert": ("CU", "static", "insert", "INT. OFFICE - DAY"),
}


def build_animatic_spec(size: str, movement: str, function: str, heading: str) -> MakeVideo:
    """Return the spec of a take for a shot with this size, camera movement, function and scene heading."""
    setting, _, rest = heading.partition(". ")
    location, _, hour = rest.rpartition(" - ")
    facts = ShotFacts(
        number="1A",
        heading=heading,
        setting=setting,
        location=location,
        time_of_day=hour,
        action="Mara walks past Jun and lays down a coin.",
        size=size,
        movement=movement,
        function=function,
        characters=(_MARA, _JUN),
        lines=(SpokenLine(character="MARA", text="It is paid for. Walk out of here with me."),),
        title="Bench",
    )
    return MakeVideo(frames=FRAMES, rate=RATE, width=768, height=512, seed=1, facts=facts)


def main() -> int:
    """Run the benchmark and return the exit code."""
    os.environ["MILIMO_SPEECH"] = ""
    engine, film = Animatic(), float(FRAMES / RATE)
    taken: dict[str, list[float]] = {name: [] for name in SHOTS}
    with tempfile.TemporaryDirectory() as folder:
        place = StandaloneContext(Path(folder))
        for _ in range(ROUNDS):
            for name, shot in SHOTS.items():
                began = time.perf_counter()
                engine.run(build_animatic_spec(*shot), place)
                taken[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(walls) for name, walls in taken.items()}
    median = statistics.median(medians.values())
    figures = {f"{name}_x_real_time": film / wall for name, wall in medians.items()}
    figures["median_x_real_time"] = film / median
    return print_report("animatic", figures, {"wall_over_film": median / film}, {"wall_over_film": 0.25})


if __name__ == "__main__":
    sys.exit(main())
