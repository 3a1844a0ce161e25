"""What a person gives a shot, on the board and in the inspector alike: a note, tags, a board of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Shot, Story
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen


class ByHand:
    """Offers its acts for the shot that `here` returns with its number; None where there is none."""

    def __init__(self, screen: StudioScreen, here: Callable[[], tuple[Shot, str] | None]) -> None:
        self._screen, self._here = screen, here

    def _shot(self) -> tuple[Shot, str] | None:
        found = self._here()
        if found is None:
            self._screen.say("there is no shot here", "warn", "g s, c c makes them")
        return found

    async def act_note(self, key_command: KeyCommand) -> None:
        """i: a remark for people, never sent."""
        if (found := self._shot()) is None:
            return
        shot, number = found
        note = await self._screen.ask(f"{number} note:", shot.note, name="NOTE")
        if note is not None and note.strip() != shot.note:
            await self._screen.command("shot.set", id=shot.id, note=note.strip())

    async def act_tags(self, key_command: KeyCommand) -> None:
        """t: words to find it by, with commas between; Tab completes to the film's."""
        film = self._screen.film
        if (found := self._shot()) is None or film is None:
            return
        shot, number = found
        was = ", ".join(shot.tags)
        tags = await self._screen.ask(f"{number} tags:", was, name="TAGS", suggestions=tags_of(film.story))
        if tags is not None and tags.strip() != was:
            await self._screen.command("shot.set", id=shot.id, tags=tags.strip())

    async def act_own_board(self, key_command: KeyCommand) -> None:
        """c f: a drawing or a photo of one's own as the board of this shot."""
        from milimo_tui.tui.keys.completion import paths

        if (found := self._shot()) is None:
            return
        shot, number = found
        file = await self._screen.ask(f"{number} board, a picture:", name="BOARD", lines=paths)
        if file and file.strip():
            named = str(Path(file.strip()).expanduser())
            await self._screen.command("storyboard.board", ids=(shot.id,), file=named)


def tags_of(story: Story) -> tuple[str, ...]:
    """Return the tags of a film's shots, each once."""
    return tuple(dict.fromkeys(tag for shot in story.live_shots() for tag in shot.tags))
