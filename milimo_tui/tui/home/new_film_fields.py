"""The fields of the form that starts a film: a line of words, a choice of a few, and a label for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from rich.text import Text
from textual.suggester import Suggester
from textual.widget import Widget

from milimo_tui.tui.keys.completion import paths
from milimo_tui.tui.terminal.theme import CURSOR, Ink
from milimo_tui.tui.widgets.host import host_of
from milimo_tui.tui.widgets.prompt import Field
from milimo_tui.tui.widgets.text import line

T = TypeVar("T")
SUFFIXES = (".fountain", ".spmd", ".txt", ".md")
LABEL = 10  # cells


class FieldName(Widget):
    """The name of a field; a mark stands before it while the field has the keys."""

    can_focus = False

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of
        self._text = Text()

    def show(self, ink: Ink, has_keys: bool) -> None:
        """Draw the name, with the mark or without; repaints only where that differs."""
        mark = f"{CURSOR} " if has_keys else "  "
        new = line((mark, ink.accent), (self.of, ink.text if has_keys else ink.muted))
        if new != self._text:
            self._text = new
            self.refresh()

    def render(self) -> Text:
        return self._text


class PathSuggester(Suggester):
    """Goes on with a path: folders and screenplays first."""

    def __init__(self, in_thread: Callable[[Callable[[], Sequence[str]]], Awaitable[Sequence[str]]]) -> None:
        """`in_thread` reads the disk off the event loop."""
        super().__init__(use_cache=False, case_sensitive=True)
        self._in_thread = in_thread

    async def get_suggestion(self, value: str) -> str | None:
        if not value:
            return None
        found = [each for each in await self._in_thread(lambda: paths(value)) if each != value]
        scripts = [each for each in found if each.endswith(("/", *SUFFIXES))]
        return next(iter(scripts or found), None)


class TextLine(Field):
    """A line of words; `→` at its end takes the words that are ahead."""

    is_writing = True

    def __init__(self, *, id: str, value: str = "", suggester: Suggester | None = None) -> None:
        super().__init__(value, id=id, compact=True, select_on_focus=False, suggester=suggester)


class ChoiceLine(Widget, can_focus=True):
    """One of a few: `h l` or the arrows go through them."""

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        *,
        id: str,
        value: str = "",
        about: Callable[[str], str] = lambda value: "",
        shows_all: bool = False,
    ) -> None:
        """`choices`: words and value; `about` says more of a value; `shows_all`: all are seen."""
        super().__init__(id=id)
        self._choices, self._about, self._shows_all = tuple(choices), about, shows_all
        self._at = next((at for at, (_, each) in enumerate(choices) if each == value), 0)

    @property
    def value(self) -> str:
        return self._choices[self._at][1]

    def step(self, by: int) -> None:
        """Go so many choices further, and stay at the ends."""
        self._at = max(0, min(len(self._choices) - 1, self._at + by))
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render(self) -> Text:
        ink = host_of(self).ink
        words, value = self._choices[self._at]
        style = ink.cursor if self.has_focus else ink.text
        if self._shows_all:
            parts = [
                (f" {each} ", style if at == self._at else ink.muted)
                for at, (each, _) in enumerate(self._choices)
            ]
            return line(*parts)
        more = f"   {self._about(value)}" + ("   h l" if self.has_focus else "")
        return line((f" {words} ", style), (more, ink.muted))
