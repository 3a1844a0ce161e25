"""Load drawing files, text files in which each line draws a shape, and compile each drawing when it is first
used.

`drawing_lines` translates the lines to Python. This module checks which names a line uses and connects them
to the drawing methods of a subject: a stage, a still life or a head. `docs/drawings.md` describes the
language.
"""

from __future__ import annotations

import ast
import difflib
import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.animatic.draw.colour import mix_colours
from milimo_tui.engines.animatic.draw.drawing_lines import (
    Statement,
    expand_values,
    read_statements,
    translate_header,
    translate_statement,
)
from milimo_tui.engines.animatic.draw.ink import (
    close_ring,
    make_ellipse,
    make_rectangle,
    move_points,
    scale_points,
    smooth_curve,
)

DRAWINGS = Path(__file__).parents[1] / "drawings"
Draw = Callable[..., Any]

# Functions and constants that every drawing file can use.
_COMMON: dict[str, object] = {
    "yes": True,
    "no": False,
    "none": None,
    "pi": math.pi,
    "sin": math.sin,
    "cos": math.cos,
    "exp": math.exp,
    "log": math.log,
    "log1p": math.log1p,
    "pairs": pairwise,
    "mix": mix_colours,
    "closed": close_ring,
    "moved": move_points,
    "scaled": scale_points,
    "ellipse": make_ellipse,
    "rectangle": make_rectangle,
    "smooth": smooth_curve,
    "Random": random.Random,
    **{
        each.__name__: each
        for each in (abs, any, int, len, max, min, range, reversed, round, sorted, zip, enumerate)
    },
}
_ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Expr, ast.For, ast.While, ast.If,
    ast.With, ast.withitem, ast.Return, ast.Continue, ast.expr, ast.expr_context, ast.operator, ast.boolop,
    ast.unaryop, ast.cmpop, ast.comprehension, ast.keyword,
)  # fmt: skip
_FORBIDDEN = (ast.Lambda, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.JoinedStr)


class DrawingLibrary:
    """The drawings in some folders, for one kind of subject: a stage, a still life, a body or a head.

    - `words` maps the name of each value that a drawing can read to the Python expression that gets the value
      from the subject.
    - `commands` maps the name of each shape that a drawing can draw to the method that draws it, for example
      `{"card": "stage.draw_card"}`.
    """

    def __init__(
        self,
        folders: Sequence[str],
        subject: str,
        *,
        words: Mapping[str, str],
        commands: Mapping[str, str],
        helpers: Mapping[str, object],
        root: Path = DRAWINGS,
    ) -> None:
        self._paths = [path for folder in folders for path in sorted((root / folder).glob("*.drawing"))]
        self._subject = subject
        self._words = {**words, **{f"draw_{word}": text for word, text in commands.items()}}
        self._namespace: dict[str, object] = {
            "__builtins__": {},
            **_COMMON,
            **helpers,
            "_bind": self._bind_drawing,
        }
        self._compiled: dict[str, Draw] = {}

    def list_names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the drawings in the files of one folder."""
        return tuple(name for name, (path, _) in self._sources.items() if path.parent.name == folder)

    def find_drawing(self, name: str) -> Draw:
        """Return the drawing called `name` as a function that takes the subject."""
        if name not in self._compiled:
            self._compiled[name] = self._compile_drawing(name)
        return self._compiled[name]

    def _bind_drawing(self, name: str, subject: object) -> Draw:
        return partial(self.find_drawing(name), subject)

    @cached_property
    def _sources(self) -> dict[str, tuple[Path, list[Statement]]]:
        """The file and the statements of each drawing, by the drawing's name. Reading this property for the
        first time also evaluates the constants that the files define.
        """
        sources: dict[str, tuple[Path, list[Statement]]] = {}
        # Use a copy, so that two threads can read the files at the same time
        namespace = dict(self._namespace)
        for path in self._paths:
            lines: list[Statement] | None = None
            for line in read_statements(path.read_text(encoding="utf-8")):
                if line.text.startswith("drawing "):
                    name = line.text.removesuffix(":").split()[1]
                    if name in sources:
                        raise _make_error(path, line, f"“{name}” is the name of another drawing.")
                    lines = [line]
                    sources[name] = (path, lines)
                elif lines is None:
                    _define_constant(path, line, namespace)
                else:
                    lines.append(line)
        self._namespace = namespace
        return sources

    def _compile_drawing(self, name: str) -> Draw:
        path, lines = self._sources[name]
        source = [translate_header(lines[0], self._subject), *map(translate_statement, lines[1:])]
        try:
            tree = ast.parse("\n".join(source))
        except SyntaxError as error:
            line = lines[min(error.lineno or 1, len(lines)) - 1]
            raise _make_error(path, line, f"“{line.text}” can't be read: {error.msg}.") from error
        for node in ast.walk(tree):
            line = lines[getattr(node, "lineno", 1) - 1]
            hidden = isinstance(node, ast.Attribute) and node.attr.startswith("_")
            if hidden or isinstance(node, _FORBIDDEN) or not isinstance(node, _ALLOWED):
                raise _make_error(path, line, f"“{line.text}” can't be used in a drawing.")
        for node in ast.walk(tree):
            # Use the line number of the drawing file, so that a traceback shows the line in that file.
            if isinstance(node, ast.expr | ast.stmt | ast.arg | ast.keyword):
                node.lineno = node.end_lineno = lines[node.lineno - 1].number
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.body[:0] = self._make_bindings(path, lines[0], function)
        made: dict[str, Draw] = {}
        exec(compile(ast.fix_missing_locations(tree), str(path), "exec"), self._namespace, made)
        return made[name]

    def _make_bindings(self, path: Path, header: Statement, function: ast.FunctionDef) -> list[ast.stmt]:
        """Return Python assignments to insert at the start of a drawing's function. They define each name
        that the drawing uses but does not define: a value of the subject, a shape or another drawing. `path`
        and `header`, the drawing's first line, are for error messages.

        Raises an error for an unknown name, and for a drawing that redefines a known name.
        """
        used = {node.id: node for node in ast.walk(function) if isinstance(node, ast.Name)}
        own = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
        own |= {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        # A drawing that contains `reseed` assigns its own `random` and `choice`, so these two names are
        # allowed.
        if "_source" in own:
            own -= {"random", "choice"}
        for word in own & {*self._words, *self._namespace}:
            raise _make_error(path, header, f"“{word}” has a meaning already.", "Choose another name.")
        lines = []
        for word, node in used.items():
            if word in own or word in self._namespace:
                continue
            if word in self._words:
                lines.append(f"{word} = {self._words[word]}")
            elif word.removeprefix("draw_") in self._sources:
                lines.append(f"{word} = _bind({word.removeprefix('draw_')!r}, {self._subject})")
            else:
                where = Statement(node.lineno, 0, "")
                raise _make_error(path, where, *self._explain_unknown(word.removeprefix("draw_")))
        return ast.parse("\n".join(lines)).body

    def _explain_unknown(self, word: str) -> tuple[str, str]:
        known = [each.removeprefix("draw_") for each in (*self._words, *self._namespace, *self._sources)]
        close = difflib.get_close_matches(word, known, 1)
        return f"There is no word “{word}”.", f"Did you mean “{close[0]}”?" if close else ""


def _define_constant(path: Path, line: Statement, namespace: dict[str, object]) -> None:
    name, _, value = line.text.partition(" = ")
    if name in namespace:
        raise _make_error(path, line, f"“{name}” has a meaning already.", "Choose another name.")
    try:
        namespace[name] = eval(expand_values(value), namespace)
    except (NameError, SyntaxError, TypeError) as error:
        raise _make_error(path, line, f"“{line.text}” can't be read.") from error


def _make_error(path: Path, line: Statement, reason: str, hint: str = "") -> BadInput:
    hint = hint or "docs/drawings.md describes drawing files."
    return BadInput(f"{path.name}, line {line.number}: {reason}", hint)
