"""The pictures of the Review screen: one take, or two takes at the same frame, shown and played.

Plans and checks of the takes are computed in a thread. The base class `SourcePlayer` plays and draws them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.play.full_screen import continue_full_screen
from milimo_tui.tui.play.mpv import play_in_mpv
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.source_player import SourcePlayer
from milimo_tui.tui.shell.mpv_session import PlayerListener

if TYPE_CHECKING:
    from milimo_tui.core.paths import ProjectPaths
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.studio.project.inbox import TakeCheck
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.play.monitor import PlanFrame
    from milimo_tui.tui.play.viewing_keys import ViewingKeys
    from milimo_tui.tui.shell.screen import StudioScreen

# Ids of the widgets for the shown take and for the take that it is compared with.
PICTURES = ("picture", "other")
NEXT = "{ui.next_item} goes to the next one"


@dataclass(frozen=True)
class LoadedTake:
    """A take with the plan to play it, and the checks that its record contains."""

    take: str
    path: str
    plan: RenderPlan
    key: str
    checks: tuple[TakeCheck, ...]
    notes: tuple[int, ...] = ()


def load_playable_take(story: Story, paths: ProjectPaths, take: Take) -> LoadedTake:
    """Return a take with a plan to play it. Called in a thread. Raises MilimoError."""
    from milimo_tui.studio.project.inbox import check_take
    from milimo_tui.studio.render.render_plan import plan_single_take

    plan = plan_single_take(story, paths, take)
    media = plan.stretches[0].list_pictures()[0].media
    there = media.kind != "offline"
    notes = tuple(note.frame for note in take.notes)
    return LoadedTake(
        take.id, media.path, plan, plan.compute_signature(), check_take(story, take, there=there), notes
    )


class TakePlayer(SourcePlayer):
    """The player of the Review screen. It loads and plays the shown take and, if there is one, the take that
    it is compared with.
    """

    def __init__(
        self,
        screen: StudioScreen,
        viewing_keys: ViewingKeys[PlanFrame],
        *,
        on_moved: Callable[[], None],
        on_loaded: Callable[[], None],
    ) -> None:
        """Create a player on `screen`, in the viewing mode of `viewing_keys`.

        `on_moved` is called when the playhead or the speed has changed. `on_loaded` is called when a take is
        loaded, because its plan and checks are available then.
        """
        super().__init__(screen, PICTURES, viewing_keys, on_moved=on_moved, hint=NEXT)
        self._on_loaded = on_loaded
        self.loaded: LoadedTake | None = None
        self.loaded_beside: LoadedTake | None = None

    async def load(self, story: Story, take: Take | None, beside: Take | None = None) -> None:
        """Load a take to play, and a take to compare it with (`beside`); None for no take.

        The playhead stays at its frame. If the take is the same as before, playback continues.
        """
        if self.loaded is None or take is None or self.loaded.take != take.id:
            self.halt_playback()
        before = self._plan_keys, self.loaded.notes if self.loaded else ()
        paths = self._screen.studio_app.studio.require_project().paths

        def load_one(take: Take | None) -> LoadedTake | None:
            return load_playable_take(story, paths, take) if take is not None else None

        try:
            self.loaded, self.loaded_beside = await self._screen.in_thread(
                lambda: (load_one(take), load_one(beside))
            )
        except MilimoError as error:
            self.loaded = self.loaded_beside = None
            self._screen.studio_app.show_error(error)
        self._on_loaded()
        if (self._plan_keys, self.loaded.notes if self.loaded else ()) != before:
            self._set_loaded_source()

    def _set_loaded_source(self) -> None:
        if self.loaded is None:
            self.source = None
            return
        shown = (self.loaded, self.loaded_beside) if self.loaded_beside else (self.loaded,)
        plans = tuple(one.plan for one in shown)
        self.set_source(PlaySource(plans, self.loaded.plan.name, notes=self.loaded.notes))

    @property
    def _plan_keys(self) -> tuple[str, str]:
        """The signatures of the two plans to draw, to detect a changed plan."""
        return self.loaded.key if self.loaded else "", self.loaded_beside.key if self.loaded_beside else ""

    def clear_source(self) -> None:
        """Unload the takes and go to the first frame."""
        super().clear_source()
        self.loaded = self.loaded_beside = None

    # These actions have the same names as actions of the contact sheet, which come first while the sheet is
    # visible.

    @action
    def act_right(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame + key_command.times)

    @action
    def act_left(self, key_command: KeyCommand) -> None:
        self.go_to_frame(self.frame - key_command.times)

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Play the take at full screen, or both compared takes in step (`F`)."""
        continue_full_screen(self._screen, self)

    @action
    async def act_player(self, key_command: KeyCommand) -> None:
        """Open the take in mpv, starting at the playhead (`H`)."""
        self.halt_playback()
        if self.loaded is None or not self.loaded.path:
            self.report_no_source()
            return
        plan = self.loaded.plan
        # If the playhead is on the last frame, play from the beginning.
        at = self.frame if self.frame < plan.frames - 1 else 0
        await play_in_mpv(
            self._screen.studio_app,
            self.loaded.path,
            start=float(at / plan.rate),
            listener=PlayerListener(on_time=self._follow_mpv_position),
        )

    def _follow_mpv_position(self, seconds: float) -> None:
        if self.loaded is not None:
            at = int(seconds * float(self.loaded.plan.rate) + 0.5)
            self.frame = max(0, min(at, self.loaded.plan.frames - 1))
            self._on_moved()

    def get_take_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments of `milimo play` for the shown take; empty if no take is shown."""
        return (self.loaded.take,) if self.loaded else ()

    def get_take_file(self) -> str:
        """Return the path of the shown take's file; an empty string if no take is shown."""
        return self.loaded.path if self.loaded else ""
