"""Draws simple boards (storyboard pictures) for shots that have no picture. A helper process draws them in a
small size, only for visible shots, and they are cached in the film's folder.

The event loop never waits for a board: the screen first shows text, and then each board when it is ready.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.tui.play import picture_process
from milimo_tui.tui.shot.portraits import HELPER
from milimo_tui.tui.terminal.theme import EMPTY

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Shot, Story
    from milimo_tui.studio.pictures.small_boards import SmallBoard
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.widgets.picture_widget import Pictured


class DrawnBoards:
    """The source of drawn boards for one screen. `make_board_keys` gives each shot a key for its board;
    `load_boards` draws the boards of requested keys.

    The story is stored with each key, and the board is drawn from this stored story. A newer story may no
    longer contain the shot's scene.
    """

    def __init__(self, screen: StudioScreen) -> None:
        self._screen = screen
        self._shots: dict[str, tuple[Story, Shot]] = {}  # The story and the shot to draw, by board key.
        self._failed: set[Path] = set()  # Boards that could not be drawn or stored.

    def make_board_keys(self, story: Story, shots: Sequence[Shot]) -> dict[str, str]:
        """Return a key for the board of each shot, by shot id. The key is a hash of everything that the
        drawing shows, so a changed drawing gets another key.
        """
        film = hash(
            (story.elements, story.looks, story.project.name, story.project.width, story.project.height)
        )
        scenes = {scene.id: hash(scene) for scene in story.scenes}
        keys = {
            shot.id: f"drawn:{hash((film, scenes.get(shot.scene), shot, story.numbers.get(shot.id))):x}"
            for shot in shots
        }
        self._shots = {keys[shot.id]: (story, shot) for shot in shots}
        return keys

    def get_keyed_shots(self, *keys: str) -> dict[str, tuple[Story, Shot]]:
        """Return the story and the shot of each board key. Unknown keys are left out; only the keys of the
        latest `make_board_keys` are known.
        """
        return {key: self._shots[key] for key in keys if key in self._shots}

    async def load_boards(self, wanted: Sequence[str], shown_in: Pictured) -> None:
        """Draw boards for a widget that requested pictures. `wanted` has the keys of the requested pictures;
        keys that are not board keys are ignored. Each board is shown in the widget `shown_in` when it is
        ready.
        """
        shots = self.get_keyed_shots(*wanted)
        if not shots or self._screen.studio_app.terminal.pictures == "off":
            return
        async with aclosing(self.draw_boards(shots)) as drawn:
            async for key, path in drawn:
                if path is None or not await self._show_drawn_board(key, path, shown_in):
                    shown_in.mark_picture_missing(key, EMPTY)

    async def _show_drawn_board(self, key: str, path: Path, shown_in: Pictured) -> bool:
        app, (columns, rows) = self._screen.studio_app, shown_in.picture_cells
        drawing = await app.pictures.draw_file(path, columns, rows, bars=app.ink.get_rgb("background"))
        if drawing is not None:
            shown_in.set_picture(key, drawing)
        return drawing is not None

    async def find_board_file(self, story: Story, shot: Shot) -> Path | None:
        """Return the file of a shot's drawn board; draw the board first if necessary. None if the drawing
        fails or pictures are turned off.
        """
        found = None
        if self._screen.studio_app.terminal.pictures != "off":
            async with aclosing(self.draw_boards({shot.id: (story, shot)})) as drawn:
                async for _, path in drawn:
                    found = path
        return found

    async def draw_boards(
        self, shots: Mapping[str, tuple[Story, Shot]]
    ) -> AsyncGenerator[tuple[str, Path | None], None]:
        """Draw the boards of `shots`, which maps board keys to story and shot. Yield each key with the path
        of its board, cached boards first. The path is None if the board could not be drawn.
        """

        def find_cached_boards() -> tuple[dict[str, SmallBoard], set[str]]:
            from milimo_tui.studio.pictures.small_boards import make_small_board

            paths = self._screen.studio_app.studio.require_project().paths
            boards = {key: make_small_board(story, paths, shot) for key, (story, shot) in shots.items()}
            return boards, {key for key, board in boards.items() if board.path.is_file()}

        boards, there = await self._screen.in_thread(find_cached_boards)
        missing: dict[str, tuple[str, SmallBoard]] = {}
        for key, board in boards.items():
            if key in there or board.path in self._failed:
                yield key, board.path if key in there else None
            else:
                missing[str(board.path)] = key, board
        async with aclosing(
            picture_process.make_picture_files(HELPER, [board.as_json() for _, board in missing.values()])
        ) as made:
            async for order, is_kept in made:
                key, board = missing.pop(order["to"])
                if not is_kept:
                    self._failed.add(board.path)
                yield key, board.path if is_kept else None
        # These boards were not drawn, because no helper process could be started.
        for key, _ in missing.values():
            yield key, None
