"""Deletion of takes that were not picked. The user sees how many takes can be deleted, the space this frees
and the time to make them again, then confirms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_bytes, format_count, format_duration
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.made_takes.unpicked import UnpickedTakes
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView
    from milimo_tui.tui.terminal.theme import TextStyles

# Each choice has a name, a selection of takes (`unpicked.UnusedTakes`), and True if only takes of the current
# shot are deleted.
CHOICES = (
    ("rejected, of this shot", "rejected", True),
    ("not picked, of this shot", "unmarked", True),
    ("rejected, of the film", "rejected", False),
    ("not picked, of the film", "unmarked", False),
    ("also with stars, comments or tags", "all", False),
)


class TakeCleaning:
    """The part of the Review screen that shows the takes that can be deleted, asks, and deletes them
    permanently.
    """

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    @action
    async def act_clean(self, key_command: KeyCommand) -> None:
        item, story = self._core.item, self._core.story
        if story is None:
            return
        shot = item.shot if item else ""
        choices = [choice for choice in CHOICES if shot or not choice[2]]
        studio = self._core.studio_app.studio

        def read() -> list[UnpickedTakes]:
            from milimo_tui.studio.made_takes.unpicked import UnusedTakes, find_unpicked

            return [
                find_unpicked(studio, UnusedTakes(selection), shots=(shot,) if alone else ())
                for _, selection, alone in choices
            ]

        found = await self._core.in_thread(read)
        if not any(each.takes for each in found):
            self._core.show_message(
                "nothing to clean: every take is picked or marked", "warn", "{ui.delete} rejects one"
            )
            return
        rows = [
            make_cleaning_row(str(place), name, each, self._core.ink)
            for place, ((name, _, _), each) in enumerate(zip(choices, found, strict=True))
        ]
        panel = Overlay("Delete unpicked takes", rows, "Enter deletes for good   Esc leaves")
        key = await self._core.app.push_screen_wait(panel)
        if not key:
            return
        (name, selection, alone), chosen = choices[int(key)], found[int(key)]
        if await self._core.confirm(f"Delete for good: {name} ({chosen.summary})?"):
            self._core.take_player.clear_source()
            shots = (shot,) if alone else ()
            await self._core.run_and_wait("review.clean", shots=shots, which=selection, yes=True)


def make_cleaning_row(key: str, name: str, found: UnpickedTakes, ink: TextStyles) -> Row:
    """Return the row of a choice: the number of takes, the space that deleting them frees, and the time to
    make them again.
    """
    if not found.takes:
        return Row("", join_line((f"  {name:<40}", ink.muted), ("none", ink.muted)))
    again = "not measured here"
    if found.seconds is not None:
        again = f"again in {format_duration(max(1.0, found.seconds))}"
    left = join_line(
        (f"{name:<40}", ink.text),
        (f"{format_count(len(found.takes), 'take'):<11}", ink.text),
        (f"frees {format_bytes(found.bytes):<10}", ink.strong),
    )
    return Row(key, left, Text.assemble((again, ink.muted)))
