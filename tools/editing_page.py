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

Every operation of the timeline, drawn before and after by the operation itself: this page is made by
`python -m tools.editing_page`, and a test holds it current. Each is one edit that `u` takes back, a
command (`milimo cut …`, or `milimo run cut.… key=value`, with `--json`), and refuses with a sentence where it
can't be: no media, no neighbour, a locked track, a frozen cut. On the timeline they have keys:
`milimo help keys`.

A clip is named by its id (`milimo cut show --json`) or by the shot it shows (`3B`), here by its letter; times
are frames or timecodes, the playhead or the marks where none is given. `milimo cut show` tells the whole cut.
"""


def build_editing_page() -> str:
    """Return the complete page."""
    clips = f"Clips of these films have {MEDIA} frames of media each, and begin with frame 2 of it."
    out = [INTRO, "| | |", "| --- | --- |"]
    out += [f"| `{sign}` | {words} |" for sign, words in LEGEND]
    out += ["", clips]
    for title, examples in SECTIONS:
        out += ["", f"## {title}"]
        for example in examples:
            out += [
                "",
                f"**`milimo cut {example.line}`** {example.said}",
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
