"""Generator of docs/editing.md, which the operations draw themselves: `python -m tools.editing_page` prints
it.
"""

from __future__ import annotations

import sys

from milimo_tui.cut.values.cut import Cut
from tools.cut_drawing import LEGEND, draw_tracks, join_blocks
from tools.editing_film import MEDIA, Example, ExampleFilm
from tools.examples_changing import CHANGING
from tools.examples_placing import PLACING

SECTIONS = (*PLACING, *CHANGING)
NAMES = {"cut0002": "N"}  # the name of the cut that the only compound clip shows
INTRO = """# Editing

This page shows every edit operation of the timeline. For each operation, a drawing shows the tracks before
it (left) and after it (right). `python -m tools.editing_page` runs the operations and writes this page, and
a test fails if the page is out of date.

Each operation is a command, which you can write as `milimo cut …` or as `milimo run cut.… key=value`. Both
forms accept `--json`. On the Timeline the operations have keys, and `milimo help keys` lists these keys. Each
operation is one edit, and `u` undoes it. If an operation is not possible (no media, no neighbour, a locked
track, a frozen cut), Milimo refuses it, and a message gives the reason.

In a command, name a clip by its shot (`3B`) or by its id, which `milimo cut show --json` lists. The examples
on this page name a clip by its letter in the drawing. Times are frames or timecodes. If a command has no
time, it uses the playhead or the in and out points. `milimo cut show` prints the complete cut.

The drawings use these signs:
"""


def build_editing_page() -> str:
    """Return the complete page."""
    clips = (
        f"The source of each clip has {MEDIA} frames. Before the operations, each clip begins with frame 2 "
        "of its source."
    )
    out = [INTRO, "| | |", "| --- | --- |"]
    out += [f"| `{sign}` | {words} |" for sign, words in LEGEND]
    out += ["", clips]
    for title, examples in SECTIONS:
        out += ["", f"## {title}"]
        for example in examples:
            out += [
                "",
                f"**`milimo {example.group} {example.line}`** {example.said}",
                "",
                "```",
                *draw_example(example),
                "```",
            ]
    return "\n".join(out) + "\n"


def draw_example(example: Example) -> list[str]:
    """Return three lines that show the tracks before the operation on the left and after it on the right."""
    desk = ExampleFilm()
    example.before(desk)
    before = _draw_example_lines(example, desk.cut)
    example.act(desk)
    blocks = [before, _draw_example_lines(example, desk.cut)]
    if desk.inner is not None:
        blocks.append(_draw_example_lines(example, desk.inner))
    return join_blocks(blocks, ("→", "N:"))


def _draw_example_lines(example: Example, cut: Cut) -> list[str]:
    return example.tells(cut) if example.tells else draw_tracks(cut, example.tracks, NAMES)


if __name__ == "__main__":
    sys.stdout.write(build_editing_page())
