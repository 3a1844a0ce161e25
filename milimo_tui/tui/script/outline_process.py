"""The process that parses the editor's screenplay and returns how its outline has changed.

A long text takes longer to parse than a key press may wait, so this is done in a separate process. A request
is one line of JSON, and so is the answer. Scenes that are unchanged since the previous answer are only
counted, not sent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from fractions import Fraction
from typing import Any

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.shots.outline import TITLE_PAGE, SceneLines, make_outline
from milimo_tui.tui.script.text.source_text import restore_odd_characters

# All kinds of lines. The kind of each line is sent as one letter, which stands for the index in this tuple.
KINDS: tuple[str | None, ...] = (None, TITLE_PAGE, *ScriptElementKind)
_LETTERS = {kind: chr(ord("a") + index) for index, kind in enumerate(KINDS)}


class OutlineParser:
    """A parser of screenplays that answers with the changes of the outline. It remembers the scenes of its
    last answer, in order to find unchanged scenes.
    """

    def __init__(self) -> None:
        self._last_scenes: list[list[Any]] = []

    def answer_outline_request(self, text: str, base: int, rate: str) -> dict[str, Any]:
        """Return the outline of a text as JSON values. Scenes that are unchanged since the last answer are
        not included, but counted in `head` (at the start) and `tail` (at the end).

        `base` is the code of the first character that stands in for a special character in `text`. `rate` is
        the film's frame rate.
        """
        began = time.process_time()
        found = make_outline(restore_odd_characters(text, base), text.count("\n") + 1, Fraction(rate))
        scenes = [_pack_scene(scene) for scene in found.scenes]
        head, tail = _count_same_ends(self._last_scenes, scenes)
        self._last_scenes = scenes
        return {
            "kinds": "".join(_LETTERS[kind] for kind in found.kinds),
            "head": head,
            "tail": tail,
            "scenes": scenes[head : len(scenes) - tail],
            "lines": [scene.line for scene in found.scenes],
            "names": found.names,
            "problems": [[problem.line, problem.column, problem.message] for problem in found.problems],
            "trouble": found.problem,
            "cpu": time.process_time() - began,
        }


def _pack_scene(scene: SceneLines) -> list[Any]:
    """Return a scene as lists, without its line number."""
    return [scene.number, scene.heading, [list(shot) for shot in scene.shots]]


def _count_same_ends(old: list[list[Any]], new: list[list[Any]]) -> tuple[int, int]:
    """Compare two lists of scenes. Return the number of equal scenes at the start, and the number of equal
    scenes at the end. A scene is counted only once.
    """
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return head, tail


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser, answers = OutlineParser(), os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin.buffer:
        try:
            answers.write(json.dumps(parser.answer_outline_request(**json.loads(line))) + "\n")
            answers.flush()
        except BrokenPipeError:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
