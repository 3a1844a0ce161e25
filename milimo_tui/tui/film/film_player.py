"""The player of the Film screen. The first playback key loads the chosen film or cut.

A thread computes the render plan; the base class `SourcePlayer` plays and draws it. A second film can be
loaded for comparison.
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

    `key` identifies the film or cut. A different `version` means that it must be read again. `read` returns
    its source; it runs in a thread and raises MilimoError.
    """

    key: str
    version: str
    read: Callable[[], PlaySource]


class FilmPlayer(SourcePlayer):
    """A player for the Film screen. It plays the film or cut that the function `choose` returns."""

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

        `choose` returns the film or cut to play; None if there is nothing to play.
        """
        super().__init__(screen, (picture,), viewing_keys, on_moved=on_moved, on_marked=on_marked)
        self._choose = choose
        self.loaded: Playable | None = None
        self._loading = asyncio.Lock()
        # Key and plan of the second film, for comparison; None if there is none.
        self._beside: tuple[str, RenderPlan] | None = None

    def clear_source(self) -> None:
        """Unload the loaded film and the second film, because another film was chosen."""
        super().clear_source()
        self.loaded = self._beside = None

    @property
    def is_loaded(self) -> bool:
        """True if the chosen film is loaded in its present version."""
        chosen, loaded = self._choose(), self.loaded
        if chosen is None or loaded is None or self.source is None:
            return False
        return (chosen.key, chosen.version) == (loaded.key, loaded.version)

    def run_with_source(self, act: Callable[[PlaySource], None]) -> None:
        """Call `act` with the source of the chosen film. If the film is not loaded, load it first, in the
        background.
        """
        if self.is_loaded and self.source is not None:
            act(self.source)
        else:
            self._screen.run_in_background(partial(self._load_and_call, act), "load")

    def run_with_picture(self, act: Callable[[], None]) -> None:
        """Call `act` once a frame of the chosen film is shown. A newly loaded film shows its middle frame,
        which is also its poster.
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
        """Return the source of the chosen film. Read it first if it is not loaded or has changed. Raises
        MilimoError.
        """
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

    async def load_second_film(self, other: Playable) -> None:
        """Load a second film for comparison, and draw the picture again. If the film can't be read, show the
        error.
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
        """The frame of the second film at the same time as the played frame; its last frame if the second
        film is shorter. None if there is no second film.
        """
        if self._beside is None or self.source is None:
            return None
        key, plan = self._beside
        at = int(self.frame / self.source.plan.rate * plan.rate)
        return PlanFrame(plan, key, min(at, plan.frames - 1))
