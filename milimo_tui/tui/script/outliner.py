"""Parse the screenplay of the editor. A short text is parsed in the studio's own process, a long one in a
separate process, so that keys need not wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.story.screenplay.screenplay import ScriptProblem
from milimo_tui.story.shots.outline import Outline, SceneLines, ShotLine, make_outline
from milimo_tui.story.values.shot_words import Function, Size
from milimo_tui.tui.script.outline_process import KINDS
from milimo_tui.tui.script.text.source_text import restore_odd_characters

if TYPE_CHECKING:
    from milimo_tui.media.files.helper_process import HelperProcess

# Number of lines up to which a text is parsed in the studio's own process, because a separate process would
# cost more than it saves.
FEW = 150
_PATIENCE = 30.0  # Maximum time in seconds to wait for the process's answer.
_SIZES = {size.value: size for size in Size}
_FUNCTIONS = {function.value: function for function in Function}
_KIND_OF = {ord("a") + index: kind for index, kind in enumerate(KINDS)}


class Outliner:
    """A parser for the text of the editor, which is called again after each change. Call `parse` in a
    thread.
    """

    def __init__(self) -> None:
        self.seconds = 0.0  # CPU time in seconds of the last parse, in whichever process it was done.
        self._helper: HelperProcess | None = None
        self._scenes: tuple[SceneLines, ...] = ()  # The scenes in the last answer of the parsing process.
        self._lock = threading.Lock()
        self._ended = False

    @property
    def process(self) -> int | None:
        """The id of the parsing process; None if it does not run."""
        return None if self._helper is None else self._helper.pid

    def parse(self, lines: Sequence[str], base: int, rate: Fraction) -> Outline:
        """Return the outline of the editor's lines. `base` is the first of the characters that stand in for
        unprintable characters (see `text.source_text`). `rate` is the film's frame rate.
        """
        text = "\n".join(lines)
        with self._lock:
            answer = self._ask_process(text, base, rate) if len(lines) > FEW and not self._ended else None
            if answer is not None:
                return self._merge_answer(answer)
        began = time.thread_time()
        found = make_outline(restore_odd_characters(text, base), len(lines), rate)
        self.seconds = time.thread_time() - began
        return found

    def end_outliner(self) -> None:
        """Stop the parsing process, even while it parses a text. After that, `parse` does all the work in the
        studio's own process.
        """
        self._ended = True
        if self._helper is not None:
            self._helper.kill_process()
            self._helper = None

    def _end_helper(self) -> None:
        helper, self._helper, self._scenes = self._helper, None, ()
        if helper is not None:
            helper.kill_process()

    def _ask_process(self, text: str, base: int, rate: Fraction) -> dict[str, Any] | None:
        """Return the answer of the parsing process; None if it can't start, ends or takes too long."""
        from milimo_tui.media.files.helper_process import start_helper_module

        try:
            if self._helper is None:
                self._helper = start_helper_module("milimo_tui.tui.script.outline_process")
            helper = self._helper
            helper.send({"text": text, "base": base, "rate": str(rate)})
            answer = helper.wait_for_answer(_PATIENCE)
        except (OSError, ValueError):
            answer = None  # The process took too long, or was ended meanwhile.
        if answer is None:
            self._end_helper()
        return answer

    def _merge_answer(self, answer: dict[str, Any]) -> Outline:
        old, head, tail = self._scenes, answer["head"], answer["tail"]
        lines: list[int] = answer["lines"]
        tail_start = len(lines) - tail
        new = zip(answer["scenes"], lines[head:tail_start], strict=True)
        self._scenes = (
            *_move_scenes(old[:head], lines[:head]),
            *[_unpack_scene(line, *packed) for packed, line in new],
            *_move_scenes(old[len(old) - tail :], lines[tail_start:]),
        )
        self.seconds = answer["cpu"]
        return Outline(
            tuple([_KIND_OF[letter] for letter in answer["kinds"].encode()]),
            self._scenes,
            tuple(answer["names"]),
            tuple(ScriptProblem(*problem) for problem in answer["problems"]),
            answer["trouble"],
        )


def _unpack_scene(line: int, number: str, heading: str, shots: list[list[Any]]) -> SceneLines:
    lines = [
        ShotLine(name, _SIZES[size], _FUNCTIONS[function], frames, words, first, last, digest)
        for name, size, function, frames, words, first, last, digest in shots
    ]
    return SceneLines(number, heading, line, tuple(lines))


def _move_scenes(scenes: Sequence[SceneLines], lines: Sequence[int]) -> list[SceneLines]:
    """Return the scenes with the line numbers in `lines`. A scene whose line number has changed is replaced
    by a new object; other scenes stay the same objects.
    """
    places = zip(scenes, lines, strict=True)
    return [s if s.line == line else SceneLines(s.number, s.heading, line, s.shots) for s, line in places]
