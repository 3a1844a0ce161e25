"""The takes of music, effects and ambience as a list: hear, pick, rate and lay them, and order new ones.

Every action is a registered command. Space plays the take under the cursor; Esc returns to the screen below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.cuts.asset_playback import play_asset
from milimo_tui.tui.cuts.sound_take_rows import (
    build_sound_fact_rows,
    build_sound_rows,
    format_sound_headings,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.shot.sound_form import LIBRARY, SoundPlace, ask_sound
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class SoundsScreen(PanedScreen):
    """The screen with the takes of sound of the film, and the facts of the take under the cursor."""

    MODE = ListName.SOUNDS
    TITLE = "Sounds"
    CONTEXTS = ("sounds", "panes", "list", "global")
    CSS_PATH = "sound_takes.tcss"
    AUTO_FOCUS = "#sounds"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.takes: tuple[Mapping[str, Any], ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        side = Vertical(Rows(id="facts", quiet=True), id="side")
        found = Vertical(Line(id="heads"), Rows(id="sounds"), id="found")
        yield Split(found, side, id="pane", wide=110)
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "sounds")
        self.screen_player = ScreenPlayer(self)

    def on_unmount(self) -> None:
        self.screen_player.close()

    @property
    def list(self) -> Rows:
        return self.query_one("#sounds", Rows)

    @property
    def here(self) -> Mapping[str, Any] | None:
        """The take under the cursor; None if there is none."""
        return next((take for take in self.takes if take["id"] == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
            return
        self.run_in_background(self._read_takes, "sounds", exclusive=True)

    async def _read_takes(self) -> None:
        """Read the takes with their stale marks, and draw them."""

        def read() -> list[Mapping[str, Any]]:
            from milimo_tui.studio.registry.registry import run_by_id

            rows: list[Mapping[str, Any]] = run_by_id(self.studio_app.studio, "sound.list", {}).data
            return rows

        self.takes = tuple(await self.in_thread(read))
        self._draw_takes()

    def _draw_takes(self) -> None:
        empty = self.query_one(Empty)
        empty.display = not self.takes
        self.query_one("#pane").display = bool(self.takes)
        if not self.takes:
            empty.show_guide(
                "This film has no music, effects or ambience yet.",
                [("{ui.new_sound}", "makes a sound"), ("{ui.library}", "lays a sound of the library")],
            )
        cut = self.film.cut if self.film is not None else None
        laid = {clip.source.ref for clip in cut.clips} if cut is not None else set()
        self.query_one("#heads", Line).show_line(*format_sound_headings(self.ink))
        self.list.show_rows(build_sound_rows(self.takes, laid, self.ink))
        self._draw_facts()
        if self.takes and self.focused is None:
            self.list.focus()
        self.refresh_lines()

    def _draw_facts(self) -> None:
        facts, here = self.query_one("#facts", Rows), self.here
        if here is not None:
            facts.show_rows(build_sound_fact_rows(here, self.ink, max(16, facts.size.width - 3)))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "sounds":
            self.screen_player.stop_playback()
            self._draw_facts()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Play the take under the cursor (Enter)."""
        self.run_in_background(self._play_take, "play", exclusive=True)

    def get_current_place(self) -> ScreenPlace:
        return ScreenPlace(self.MODE, acts=("ui.play", "ui.new_sound", "ui.pick"))

    def format_header_facts(self) -> Text:
        stale = sum(bool(take["stale"]) for take in self.takes)
        return join_line(
            (format_count(len(self.takes), "take"), self.ink.muted),
            (f"   {stale} stale" if stale else "", self.ink.stale),
        )

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        """Play the take under the cursor, or stop."""
        if self.screen_player.playing:
            self.screen_player.stop_playback()
            return
        self.run_in_background(self._play_take, "play", exclusive=True)

    async def _play_take(self) -> None:
        here, film = self.here, self.film
        if here is None or film is None:
            return
        asset = next((each for each in film.story.assets if each.id == here["asset"]), None)
        if asset is not None:
            await play_asset(self, self.screen_player, self.monitor, film, asset)

    @action
    async def act_new_sound(self, key_command: KeyCommand) -> None:
        """Order a new sound of the same kind as the take under the cursor."""
        here = self.here
        place = SoundPlace(here["role"], self._find_scene_number(here)) if here is not None else SoundPlace()
        await ask_sound(self, place)

    @action
    async def act_variation(self, key_command: KeyCommand) -> None:
        """Order a sound that is made from the take under the cursor."""
        here = self.here
        if here is not None:
            source = str(here["number"])
            await ask_sound(
                self, SoundPlace(here["role"], self._find_scene_number(here), source=source, lays=False)
            )

    @action
    async def act_library(self, key_command: KeyCommand) -> None:
        """Lay a sound of the library in the cut."""
        here = self.here
        scene = self._find_scene_number(here) if here is not None else ""
        await ask_sound(self, SoundPlace(LIBRARY, scene))

    def _find_scene_number(self, take: Mapping[str, Any]) -> str:
        scenes = self.film.story.scenes if self.film is not None else ()
        return next((scene.number for scene in scenes if scene.id == take["scene"]), "")

    @action
    async def act_pick(self, key_command: KeyCommand) -> None:
        """Pick the take under the cursor, and replace another take of the same sound in the cut."""
        here, cut = self.here, self.film.cut if self.film is not None else None
        if here is None:
            return
        same = {
            take["asset"]
            for take in self.takes
            if (take["role"], take["scene"]) == (here["role"], here["scene"])
        }
        lays = cut is not None and any(clip.source.ref in same for clip in cut.clips)
        await self.run_and_wait("sound.pick", take=here["id"], lay=lays)

    @action
    async def act_rate(self, key_command: KeyCommand) -> None:
        """Rate the take under the cursor."""
        here = self.here
        if here is not None and key_command.argument and key_command.argument in "012345":
            await self.run_and_wait("sound.rate", take=here["id"], rating=int(key_command.argument))
        elif here is not None:
            self.show_message("a rating is from 0 to 5", "warn", "{ui.rate} 4 gives four stars")

    @action
    async def act_reject(self, key_command: KeyCommand) -> None:
        """Reject the take under the cursor, or undo the rejection."""
        here = self.here
        if here is not None:
            verdict = {"accept": True} if here["rejected"] else {"reject": True}
            await self.run_and_wait("sound.rate", take=here["id"], **verdict)

    @action
    async def act_lay(self, key_command: KeyCommand) -> None:
        """Lay the take under the cursor in the cut."""
        if self.here is not None:
            await self.run_and_wait("sound.lay", take=self.here["id"])
