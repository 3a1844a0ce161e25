"""A preview of what a commit would do to shots that have takes. The page shows counts and a list of the
effects; Enter commits.

For the effect under the cursor, the shot's complete text in the film and in the screenplay are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.studio.script.commit_preview import count_commit_effects
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.script.both_texts import SCRIPT, build_both_text_rows
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

KIND, NAME = 11, 10  # Widths in cells of the columns with the kind of an effect and the name of its shot.
ANSWERS = {True: "[yes]", False: "[no]"}


class CommitScreen(PanedScreen):
    """The screen that lists the effects of a commit. For the effect under the cursor, it shows the shot's
    text in the film and in the screenplay. Enter commits; Esc goes back to the screenplay.
    """

    MODE = "commit"
    TITLE = "Commit"
    CONTEXTS = ("commit", "panes", "list", "global")
    CSS_PATH = "commit.tcss"
    AUTO_FOCUS = "#effects"
    NEW_TEXT = SCRIPT  # The label of the text that a commit brings.

    def __init__(self, effects: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._effects = list(effects)
        self._kind = ""  # Kind of the effects that are listed; empty for all kinds.
        self._waits = False

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="effects"), Rows(id="both", quiet=True), id="commit", wide=110)

    @property
    def effects(self) -> Rows:
        """The list of effects."""
        return self.query_one("#effects", Rows)

    @property
    def _effect(self) -> dict[str, Any] | None:
        """The effect under the cursor; None if there is none."""
        key = self.effects.key
        return self._effects[int(key)] if key else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        self._draw_commit_effects()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_commit_effects)

    def _draw_commit_effects(self) -> None:
        shown = [at for at, effect in enumerate(self._effects) if self._is_shown(effect)]
        self.effects.show_rows([self._draw_effect_row(at, self._effects[at]) for at in shown])
        self._draw_both()
        self.refresh_lines()

    def _is_shown(self, effect: dict[str, Any]) -> bool:
        return not self._kind or effect["kind"] == self._kind

    def _draw_effect_row(self, at: int, effect: dict[str, Any]) -> Row:
        ink = self.ink
        asks = any(each["element"] for each in self._effects)
        width = max(20, (self.effects.size.width or 80) - KIND - NAME - (9 if asks else 4))
        answer = ANSWERS[effect["follows"]] if effect["element"] else ""
        name = "" if effect["element"] else fit_to_cells(effect["name"], NAME - 1)
        words = fit_to_cells(effect["words"], width + (NAME - 2 if effect["element"] else 0))
        left = join_line((f"{effect['kind']:<{KIND}}", ink.muted), (name and f"{name:<{NAME}}", ink.strong))
        return Row(str(at), left + join_line((words, ink.text)), join_line((answer, ink.accent)))

    def _draw_both(self) -> None:
        both = self.query_one("#both", Rows)
        width = both.size.width or self.size.width
        both.show_rows(build_both_text_rows(self._effect, self.ink, width, self.NEW_TEXT))

    def get_current_place(self) -> ScreenPlace:
        # No next step is proposed, because this page itself says what to do.
        return ScreenPlace(self.MODE, is_quiet=True)

    def format_header_title(self) -> Text:
        return join_line(
            ("Commit", self.ink.strong), ("  ▒ comparing" if self._waits else "", self.ink.muted)
        )

    def format_header_facts(self) -> Text | str:
        return "   ".join(count_commit_effects(self._effects))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.effects:
            self._draw_both()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.run_in_background(self._try_commit)

    def _collect_answers(self) -> dict[str, str]:
        """Return the user's answers for renamed elements, as parameters of the commit command. `same` has the
        elements that take their new name, and `apart` the elements that stay separate.
        """
        effects = [effect for effect in self._effects if effect["element"]]
        return {
            "same": ", ".join(effect["element"] for effect in effects if effect["follows"]),
            "apart": ", ".join(effect["element"] for effect in effects if not effect["follows"]),
        }

    async def _try_commit(self) -> bool:
        """Commit the screenplay. If that succeeds, close the page and return True."""
        if await self.run_and_wait("storyboard.commit", **self._collect_answers()) is None:
            return False
        self.dismiss()
        return True

    @action
    async def act_commit_and_make(self, key_command: KeyCommand) -> None:
        """Commit, then make all stale takes again (`m`). Ask first if that takes more than a minute."""
        app = self.studio_app
        if await self._try_commit():
            app.run_command("app.build")  # The app runs the command, because this page is closed now.

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        """Reverse the user's answer for the element under the cursor: take the new name, or stay a separate
        element.
        """
        effect = self._effect
        if effect is None or not effect["element"]:
            self.show_message(
                "only a question about a new name can be answered",
                hint="Enter commits, Esc returns to the script",
            )
            return
        effect["follows"] = not effect["follows"]
        self.run_in_background(partial(self._compare_again), "compare", exclusive=True)

    async def _compare_again(self) -> None:
        """Compute the effects of the commit again, because the user has changed an answer."""
        self._waits = True
        self._draw_commit_effects()
        try:
            found = await self.run_and_wait("storyboard.commit", dry_run=True, **self._collect_answers())
        finally:
            self._waits = False
        if found is not None:
            self._effects = found.data
        self._draw_commit_effects()

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Show only the next kind of effects. After the last kind, show all effects."""
        kinds = ["", *dict.fromkeys(str(effect["kind"]) for effect in self._effects)]
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)] if self._kind in kinds else ""
        self._draw_commit_effects()

    @action
    async def act_to_script(self, key_command: KeyCommand) -> None:
        """Go back to the screenplay, to the line of the shot under the cursor."""
        effect, film = self._effect, self.film
        shots = film.story.shots if film is not None else ()
        shot = next((shot for shot in shots if effect is not None and shot.id == effect["shot"]), None)
        if effect is None or not (effect["line"] or shot):
            self.show_message("this change has no line in the script", "warn")
            return
        await self.app.pop_screen()
        await self.studio_app.go_to_script_line(effect["line"] or (shot.line if shot else 1))
