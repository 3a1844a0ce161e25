"""The player of the Film screen: the first playback key loads the chosen film or cut.

The plan is computed in a thread; `SourcePlayer` plays and draws it. A second film can be loaded to compare
with the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.tui.play.monitor import PlanFrame
from milimo_tui.tui.play.source_player import SourcePlayer

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.tui.play.play_source import PlaySource
    from milimo_tui.tui.play.source_player import Marked
    from milimo_tui.tui.play.viewing_keys import ViewingKeys
    from milimo_tui.tui.shell.screen import StudioScreen


@dataclass(frozen=True, slots=True)
class Playable:
    """A film or cut that can be played.

    `key` identifies it; `version` changes when it has to be read again. `read` returns its source; it runs in
    a thread and raises MilimoError.
    """

    key: str
    version: str
    read: Callable[[], PlaySource]


class FilmPlayer(SourcePlayer):
    """Plays the film or cut that `choose` returns."""

    def __init__(
        self,
        screen: StudioScreen,
        picture: str,
        viewing_keys: ViewingKeys[PlanFrame],
        *,
        on_moved: Callable[[], None],
        on_marked: Marked,
        choose: Callable[[], Playable | None],
    ) -> None:
        """Create a player that draws into the picture widget with the id `picture`.

        `choose` returns what to play, or None if there is nothing.
        """
        super().__init__(screen, (picture,), viewing_keys, on_moved=on_moved, on_marked=on_marked)
        self._choose = choose
        self.loaded: Playable | None = None
        self._loading = asyncio.Lock()
        self._beside: tuple[str, RenderPlan] | None = None  # Key and plan of the film to compare with.

    def clear_source(self) -> None:
        """Unload the played film, because another one was chosen."""
        super().clear_source()
        self.loaded = self._beside = None

    @property
    def is_loaded(self) -> bool:
        """True if the film chosen now is loaded in its present version."""
        chosen, loaded = self._choose(), self.loaded
        if chosen is None or loaded is None or self.source is None:
            return False
        return (chosen.key, chosen.version) == (loaded.key, loaded.version)

    def run_with_source(self, act: Callable[[PlaySource], None]) -> None:
        """Call `act` with the source of the chosen film, after loading it if necessary."""
        if self.is_loaded and self.source is not None:
            act(self.source)
        else:
            self._screen.run_in_background(partial(self._load_and_call, act), "load")

    def run_with_picture(self, act: Callable[[], None]) -> None:
        """Call `act` when there is a picture to look at. A newly loaded film shows its middle frame, like its
        poster.
        """

        def act_there(source: PlaySource) -> None:
            if self._requested is None:
                self.go_to_frame(source.frames // 2)
            act()

        self.run_with_source(act_there)

    async def _load_and_call(self, act: Callable[[PlaySource], None]) -> None:
        try:
            source = await self.load_current_source()
        except MilimoError as error:
            self._screen.studio_app.show_error(error)
            return
        act(source)

    async def load_current_source(self) -> PlaySource:
        """Return the source of the chosen film, read again if it has changed. Raises MilimoError."""
        async with self._loading:
            while self.source is None or not self.is_loaded:
                chosen = self._choose()
                if chosen is None:
                    raise Unavailable("there is nothing to play here")
                if self.loaded is None or chosen.key != self.loaded.key:
                    self.clear_source()
                try:
                    source = await self._screen.in_thread(chosen.read)
                except MilimoError:
                    self.clear_source()
                    raise
                self.loaded, self.source = chosen, source
                self._loads += 1
                self.frame = min(self.frame, source.frames - 1)
            return self.source

    # -- two films -------------------------------------------------------------------------------------

    async def load_second_film(self, other: Playable) -> None:
        """Load a film to compare with, and draw the picture again; show the error if the film can't be
        read.
        """
        if self._beside is not None and self._beside[0] == other.key:
            return
        try:
            source = await self._screen.in_thread(other.read)
        except MilimoError as error:
            self._screen.studio_app.show_error(error)
            return
        self._beside = other.key, source.plan
        self.request_frame()

    @property
    def second_film_frame(self) -> PlanFrame | None:
        """The second film's frame at the same time, or its last frame if it is shorter; None without a second
        film.
        """
        if self._beside is None or self.source is None:
            return None
        key, plan = self._beside
        at = int(self.frame / self.source.plan.rate * plan.rate)
        return PlanFrame(plan, key, min(at, plan.frames - 1))
