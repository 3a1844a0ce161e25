"""An example plug-in with a command that lists the longest shots, an export format for the shot list, and a
check for very short shots.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from milimo_tui import api


class LongestArgs(api.Args):
    """The arguments of the command `longest`: `most` is the number of shots to list."""

    most: int = api.arg(5, ge=1, le=100, description="so many of them")


@api.command("longest", title="Longest shots", help="the longest shots of the film", args=LongestArgs)
def longest(film: api.Film, args: LongestArgs) -> list[dict[str, object]]:
    """Return the `args.most` longest shots, longest first."""
    shots = sorted(film.shots(), key=lambda shot: -shot.frames)[: args.most]
    return [
        {"shot": shot.number, "seconds": round(float(shot.frames / film.rate), 2), "action": shot.action}
        for shot in shots
    ]


@api.export(".csv", title="Shot list")
def shot_list(film: api.Film) -> str:
    """Return a CSV table with a row for each shot: number, scene, size, seconds and action."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["shot", "scene", "size", "seconds", "action"])
    for shot in film.shots():
        seconds = f"{float(shot.frames / film.rate):.2f}"
        rows.writerow([shot.number, shot.scene, shot.size, seconds, shot.action])
    return out.getvalue()


@api.check("short_shots", title="Shots below a second")
def short_shots(film: api.Film) -> Iterator[str]:
    """Yield a sentence for each shot that is shorter than a second."""
    for shot in film.shots():
        if shot.frames < film.rate:
            yield f"{shot.number} is {float(shot.frames / film.rate):.2f} s long"
