"""The player of the Film screen: what is chosen there is loaded by the first key that moves in it.

The plan is worked out in a thread; how it is played and drawn is `SourcePlayer`'s. `beside` is a second film,
to compare the first with.
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
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.tui.play.play_source import PlaySource
    from milimo_tui.tui.play.source_player import Marked
    from milimo_tui.tui.play.viewing_keys import ViewingKeys
    from milimo_tui.tui.shell.screen import StudioScreen


@dataclass(frozen=True, slots=True)
class Playable:
    """What can be played: `key` says what it is, `version` changes when it is to be read anew.

    `read` gives its source, done in a thread; it raises MilimoError.
    """

    key: str
    version: str
    read: Callable[[], PlaySource]


class FilmPlayer(SourcePlayer):
    """Plays what `choose` names."""

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
        """Draw into the picture of that id; `choose` gives what is to be played, None where nothing is."""
        super().__init__(screen, (picture,), viewing_keys, on_moved=on_moved, on_marked=on_marked)
        self._choose = choose
        self.loaded: Playable | None = None
        self._loading = asyncio.Lock()
        self._beside: tuple[str, Plan] | None = None  # key and plan of the film that is compared with

    def forget(self) -> None:
        """Unload what was played: something else is chosen."""
        super().forget()
        self.loaded = self._beside = None

    @property
    def is_loaded(self) -> bool:
        """Return whether what is chosen now is what is loaded."""
        chosen, loaded = self._choose(), self.loaded
        if chosen is None or loaded is None or self.source is None:
            return False
        return (chosen.key, chosen.version) == (loaded.key, loaded.version)

    def with_source(self, act: Callable[[PlaySource], None]) -> None:
        """Call `act` with the source of what is chosen, loaded first where it is not yet."""
        if self.is_loaded and self.source is not None:
            act(self.source)
        else:
            self._screen.background(partial(self._load, act), "load")

    def once_there(self, act: Callable[[], None]) -> None:
        """Call `act` once there is a picture to look at: of what was not loaded the middle, as its poster."""

        def act_there(source: PlaySource) -> None:
            if self._requested is None:
                self.go_to_frame(source.frames // 2)
            act()

        self.with_source(act_there)

    async def _load(self, act: Callable[[PlaySource], None]) -> None:
        try:
            source = await self.newest()
        except MilimoError as error:
            self._screen.studio_app.say_error(error)
            return
        act(source)

    async def newest(self) -> PlaySource:
        """Return the source of what is chosen, read anew where it has changed. Raises MilimoError."""
        async with self._loading:
            while self.source is None or not self.is_loaded:
                chosen = self._choose()
                if chosen is None:
                    raise Unavailable("there is nothing to play here")
                if self.loaded is None or chosen.key != self.loaded.key:
                    self.forget()
                try:
                    source = await self._screen.in_thread(chosen.read)
                except MilimoError:
                    self.forget()
                    raise
                self.loaded, self.source = chosen, source
                self._loads += 1
                self.frame = min(self.frame, source.frames - 1)
            return self.source

    # -- two films -------------------------------------------------------------------------------------

    async def load_beside(self, other: Playable) -> None:
        """Load a film to compare with, and draw the picture again; say why where it can't be had."""
        if self._beside is not None and self._beside[0] == other.key:
            return
        try:
            source = await self._screen.in_thread(other.read)
        except MilimoError as error:
            self._screen.studio_app.say_error(error)
            return
        self._beside = other.key, source.plan
        self.ask_frame()

    @property
    def frame_beside(self) -> PlanFrame | None:
        """Return the other film's frame at the same time, its last where it is shorter; None for none."""
        if self._beside is None or self.source is None:
            return None
        key, plan = self._beside
        at = int(self.frame / self.source.plan.rate * plan.rate)
        return PlanFrame(plan, key, min(at, plan.frames - 1))
