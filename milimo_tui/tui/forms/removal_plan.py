"""The plan that removes silences and filler words, as a panel. Each range of the plan can be switched off.
Enter removes the others from the cut as one undo step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.widgets import Input

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen

_COMMAND = "transcript.tidy"
SILENCE, FILLER = "silence", "filler"


class RemovalPanel(Overlay):
    """The ranges of a plan. Dismisses with the numbers of the ranges that stay switched on, separated by
    commas; with an empty text if the user closed the panel.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("removal_plan", "overlay")
    CSS_PATH = "../shell/overlay.tcss"

    def __init__(self, title: str, plan: Sequence[Mapping[str, Any]]) -> None:
        """Create a panel. `title` names the clips, and `plan` are the rows of `transcript tidy --dry-run`."""
        super().__init__("", (), "{ui.switch_range} switches   {ui.remove_ranges} removes")
        self._title, self._plan = title, plan
        self._off: set[str] = set()

    def _prepare_panel(self) -> None:
        super()._prepare_panel()
        self._draw_plan()

    def _draw_plan(self) -> None:
        on = [row for row in self._plan if str(row["number"]) not in self._off]
        shorter = sum(row["seconds"] for row in on)
        self.query_one("#panel-head", Line).show_line(
            join_line(
                (f"Remove {len(on)} of {len(self._plan)}", self.ink.strong),
                (f"   {shorter:.2f} s shorter", self.ink.text),
            ),
            join_line((self._fill_panel_keys(self.note), self.ink.muted)),
        )
        title = Row("", join_line((self._title, self.ink.muted)))
        self.first_rows = (title, *(self._make_row(row) for row in self._plan))
        self._filter_rows(self.query_one(Input).value)

    def _make_row(self, row: Mapping[str, Any]) -> Row:
        key = str(row["number"])
        is_on = key not in self._off
        words = self.ink.text if is_on else self.ink.muted
        left = join_line(
            ("■ " if is_on else "□ ", self.ink.picked if is_on else self.ink.muted),
            (f"{row['at']}  {row['seconds']:5.2f} s  ", self.ink.muted),
            (row["reason"], words),
        )
        return Row(key, left, Text())

    def _switch(self, keys: Sequence[str]) -> None:
        """Switch ranges off if all of them are on, otherwise on."""
        if self._off.isdisjoint(keys):
            self._off |= set(keys)
        else:
            self._off -= set(keys)
        self._draw_plan()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Switch the range that was clicked."""
        event.prevent_default()  # The base class would close the panel.
        event.stop()
        self._switch([event.key])

    @action
    def act_switch_range(self, key_command: KeyCommand) -> None:
        """Switch the range under the cursor on or off, and go to the next range."""
        if self.rows.key:
            self._switch([self.rows.key])
            self.rows.move_to(self.rows.cursor + 1)

    @action
    def act_switch_kind(self, key_command: KeyCommand) -> None:
        """Switch all silences, or all filler words, on or off. The key's argument `kind` chooses."""
        kind = key_command.binding.args["kind"]
        keys = [str(row["number"]) for row in self._plan if row["kind"] == kind]
        if keys:
            self._switch(keys)

    @action
    def act_remove_ranges(self, key_command: KeyCommand) -> None:
        """Close the panel, and remove the ranges that are switched on."""
        on = [str(row["number"]) for row in self._plan if str(row["number"]) not in self._off]
        if on:
            self.dismiss(",".join(on))
        else:
            self.studio_app.show_message(
                "every range is switched off",
                "warn",
                self._fill_panel_keys("{ui.switch_range} switches one on"),
            )


async def ask_removals(screen: StudioScreen, title: str, clips: Sequence[str]) -> None:
    """Show the plan that removes silences and filler words of clips, and carry it out if the user accepts it.
    `title` names the clips, and `clips` are their ids. A plan that has changed in the meantime is shown again
    instead.
    """
    values = {"clips": tuple(clips)}
    app = screen.studio_app
    outcome = await screen.run_and_wait(_COMMAND, **values, dry_run=True)
    while outcome is not None and outcome.data:
        plan = outcome.data
        chosen = await screen.app.push_screen_wait(RemovalPanel(title, plan))
        if not chosen:
            return
        outcome = await app.run_and_wait(_COMMAND, {**values, "dry_run": True}, quiet=True)
        if outcome is not None and outcome.data == plan:
            on = set(chosen.split(","))
            skip = ",".join(str(row["number"]) for row in plan if str(row["number"]) not in on)
            await screen.run_and_wait(_COMMAND, **values, skip=skip)
            return
        app.show_message("the cut has changed, so this is a new plan", "warn")
