"""Weights: what is installed, what is missing, how large it is, and the command that adds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.theme import EMPTY, PICKED
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import columns, fit, line

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke


HEADINGS = ("model", "makes", "on disk", "GPU needs", "licence")


class ModelsScreen(StudioScreen):
    """The table of models with the state of each, and of the model stack itself."""

    MODE = "models"
    TITLE = "Weights"
    NEEDS_FILM = False
    CONTEXTS = ("models", "list", "global")
    CSS_PATH = "models.tcss"
    AUTO_FOCUS = "#list"

    def __init__(self) -> None:
        super().__init__()
        self._models: list[dict[str, Any]] = []
        self._stack = ""  # the command that adds the model stack; empty when it is installed
        self._loaded: tuple[str, ...] = ()

    def body(self) -> Iterable[Widget]:
        yield Rows(id="list")

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.background(self._read, "read", exclusive=True)

    async def _read(self) -> None:
        def stack() -> str:
            from milimo_tui.studio.commands.model import stack_command, stack_missing

            return stack_command() if stack_missing() else ""

        self._stack = await self.in_thread(stack)
        outcome = await self.studio_app.command("model.list", {}, quiet=True)
        if outcome is not None:
            self._models = outcome.data
            self._draw()

    def _draw(self) -> None:
        ink = self.ink
        rows = [
            Row(
                "stack",
                line(("Model stack", ink.strong), ("   torch, diffusers, transformers", ink.muted)),
                _state(not self._stack, ink),
            ),
        ]
        if self._stack:
            rows.append(
                Row(
                    "",
                    line(
                        (
                            f"  adds it: {self._stack}    about 6 GB of programs, then the weights below",
                            ink.muted,
                        )
                    ),
                )
            )
        rows += [Row("", Text()), Row("", self._columns(HEADINGS, ink.muted, ink.muted))]
        for model in self._models:
            cells = (
                model["title"],
                model["does"],
                f"{model['gb']:.1f} GB",
                f"{model['memory_gb']} GB",
                model["licence"],
            )
            rows.append(
                Row(
                    model["id"],
                    self._columns(cells, ink.text, ink.muted),
                    _state(model["installed"], ink),
                    search=f"{model['title']} {model['does']} {model['family']}",
                )
            )
        chosen = next((model for model in self._models if model["id"] == self.query_one(Rows).key), None)
        rows += [Row("", Text()), *self._detail(chosen)]
        self.query_one(Rows).show(rows)
        self.refresh_lines()

    def _columns(self, cells: Sequence[str], strong: Style, weak: Style) -> Text:
        """One line of the table; the licence only where there is room for it."""
        widths = (20, 42, -8, -9, 18) if self.size.width >= 110 else (16, 19, -8, -9, 0)
        styles = (strong, weak, strong, strong, weak)
        return columns([cell for cell in zip(cells, widths, styles, strict=True) if cell[1]])

    def _detail(self, model: dict[str, Any] | None) -> list[Row]:
        ink = self.ink
        if model is None:
            return [
                Row("", line(("Without any model the studio works whole:", ink.muted))),
                Row("", line(("the animatic engine makes previs of every shot.", ink.muted))),
            ]
        folder = f"{self.studio_app.studio.home.models}/{model['id']}"
        size = (
            "published by its makers"
            if model["evidence"] == "published"
            else "calculated from its parameters"
        )
        return [
            Row(
                "", line((model["title"], ink.strong), (f"   {model['hub']}   {model['licence']}", ink.muted))
            ),
            Row(
                "",
                line(
                    (
                        f"Its size is {size}; it runs best with {model['memory_gb']} GB of GPU memory.",
                        ink.muted,
                    )
                ),
            ),
            Row("", line((fit("goes to", 9), ink.muted), (folder, ink.text))),
            Row("", line((fit("command", 9), ink.muted), (self._command(model["id"]), ink.text))),
        ]

    def _command(self, id: str) -> str:
        """The line that adds what the cursor is on, for a shell."""
        if id == "stack":
            return self._stack
        model = next((model for model in self._models if model["id"] == id), None)
        if model is None:
            return ""
        return f"hf download {model['hub']} --local-dir {self.studio_app.studio.home.models}/{model['id']}"

    def facts(self) -> Text | str:
        here = [model for model in self._models if model["installed"]]
        taken = sum(model["bytes"] for model in here) / 1e9
        return f"{len(here)} of {len(self._models)} on disk   {taken:.1f} GB" if self._models else ""

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self._draw()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self._copy()

    def act_copy_command(self, stroke: Stroke) -> None:
        self._copy()

    def _copy(self) -> None:
        command = self._command(self.query_one(Rows).key)
        if not command:
            self.say("it is installed: there is nothing to copy")
            return
        self.app.copy_to_clipboard(command)
        self.say(f"copied: {command}")

    async def act_reload(self, stroke: Stroke) -> None:
        await self._read()
        self.say("looked again")


def _state(installed: bool, ink: Any) -> Text:
    if installed:
        return line((f"{PICKED} ", ink.picked), ("installed", ink.text))
    return line((f"{EMPTY} missing  ", ink.muted))
