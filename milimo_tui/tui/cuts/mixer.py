"""The mixer: a strip for each track, each bus and the master, with fader, pan, mute, solo, output and meters.

Every change is a registered command and one step of the cut's history. `space` plays from the playhead, and
the meters then show what is heard. While nothing plays, they show the sound just before the playhead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.core.time import format_timecode, frame_to_sample
from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.values.mixer import MASTER_NAME, MixRole, MixStrip, StripKind, format_strip_gain
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.cuts.mixer_lines import (
    LevelValues,
    build_strip_detail_rows,
    build_strip_rows,
    format_master_level,
    format_strip_headings,
)
from milimo_tui.tui.cuts.strip_effects import StripEffects
from milimo_tui.tui.cuts.timeline_playhead import find_timeline_playhead, move_film_playhead
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor, StripLevels
from milimo_tui.tui.play.playback import PlayRange
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.sound.levels import LEVELS_PER_SECOND
from milimo_tui.tui.timeline.widgets.sound_panel import SoundPanel
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

NO_ROLE = "none"
# The number of pieces of sound whose levels stay in memory until they are heard.
_PIECES_AHEAD = 8


class MixerScreen(PanedScreen):
    """The screen with the strips of the mixer, and the settings and meters of the strip under the cursor."""

    MODE = ListName.MIXER
    TITLE = "Mixer"
    CONTEXTS = ("mixer", "panes", "list", "global")
    CSS_PATH = "mixer.tcss"
    AUTO_FOCUS = "#strips"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.strips: tuple[MixStrip, ...] = ()
        # The levels that the meters show, by name of the strip.
        self.levels: dict[str, LevelValues] = {}
        self.frame = 0
        self._cut_id = ""
        self._plan: RenderPlan | None = None
        self._is_measuring = False
        # The levels of the pieces of sound that were read last, with their first samples.
        self._pieces: list[tuple[int, StripLevels]] = []
        self.strip_effects = StripEffects(self)
        self.modes = self.stack_modes(self.strip_effects)

    def compose_body(self) -> Iterable[Widget]:
        found = Vertical(Line(id="heads"), Rows(id="strips"), SoundPanel(id="chain"), id="found")
        yield Split(found, Rows(id="words", quiet=True), id="pane", wide=110)
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "mixer")
        self.monitor.on_strips = self._store_levels
        self.screen_player = ScreenPlayer(self)
        self.frame = find_timeline_playhead(self)
        self.query_one(Empty).display = False

    def on_unmount(self) -> None:
        self.screen_player.close()

    def on_screen_suspend(self) -> None:
        """Stop playback, and move the playhead of the Timeline to the mixer's, because another screen is
        shown.
        """
        self.screen_player.stop_playback()
        move_film_playhead(self, self._cut_id, self.frame)

    @property
    def list(self) -> Rows:
        return self.query_one("#strips", Rows)

    @property
    def here(self) -> MixStrip | None:
        """The strip under the cursor; None if there is none."""
        return next((each for each in self.strips if each.id == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
            return
        if self.strip_effects.is_on:
            self.strip_effects.continues_over(film)
        if film.cut.id != self._cut_id:
            self.frame = film.cut.playhead if self._cut_id else self.frame
            self._cut_id = film.cut.id
        self.strips = list_strips(film.cut)
        self._draw_strips()
        self.plan_again()

    def plan_again(self) -> None:
        """Make the plan of the cut as it is now. While the film plays, it continues with the new plan."""
        self.run_in_background(self._update_plan, "mixer plan", exclusive=True)

    def list_film_strips(self, film: FilmSnapshot | None) -> tuple[MixStrip, ...]:
        """Return the strips of the film's current cut."""
        return list_strips(film.cut) if film is not None and film.cut is not None else ()

    def show_strip_list(self, *, visible: bool) -> None:
        """Show or hide the list of strips, in whose place the effects of a strip are edited."""
        self.query_one("#heads").display = visible
        self.list.display = visible
        self._draw_details()
        self.refresh_lines()

    def move_mixer_playhead(self, frame: int) -> None:
        """Move the playhead."""
        self.screen_player.stop_playback()
        last = self._plan.frames - 1 if self._plan is not None else 0
        self.frame = max(0, min(frame, last))
        move_film_playhead(self, self._cut_id, self.frame)
        self.refresh_lines()
        self.plan_again()

    def move_by_seconds(self, key_command: KeyCommand) -> None:
        """Move the playhead by a second, or by the typed count of seconds."""
        cut = self.film.cut if self.film else None
        if cut is not None:
            by = round(cut.rate) * key_command.times
            back = key_command.binding.args["to"] == "second_back"
            self.move_mixer_playhead(self.frame + (-by if back else by))

    def go_to_frame(self, frame: int) -> bool:
        self.move_mixer_playhead(frame)
        return True

    def redraw_resized_panes(self) -> None:
        super().redraw_resized_panes()
        self._draw_strips()

    def _draw_strips(self) -> None:
        width = max(40, self.list.size.width - 2)
        self.query_one("#heads", Line).show_line(*format_strip_headings(self.ink, width))
        self.list.show_rows(build_strip_rows(self.strips, self.levels, self.ink, width))
        self._draw_details()
        self.refresh_header()
        self.refresh_lines()

    def _draw_details(self) -> None:
        if self.here is not None:
            level = self.levels.get(self.here.name)
            words = self.query_one("#words", Rows)
            width = words.size.width
            words.show_rows(
                build_strip_detail_rows(self.here, self.strips, level, self.ink, width, self.with_keys)
            )

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "strips":
            self._draw_details()

    def get_current_place(self) -> ScreenPlace:
        return ScreenPlace(self.MODE, acts=("ui.louder", "ui.pan", "ui.mute", "ui.solo", "ui.send"))

    @property
    def playhead_frame(self) -> int:
        return self.frame

    def format_header_facts(self) -> Text:
        cut = self.film.cut if self.film else None
        at = format_timecode(self.frame, cut.rate) if cut else ""
        sign = "▶" if self.screen_player.playing else "■"
        master = format_master_level(self.levels.get(MASTER_NAME))
        return join_line((f"{master}   ", self.ink.text), (f"{sign} {at}", self.ink.muted))

    # Sound and meters.

    async def _update_plan(self) -> None:
        """Make the render plan of the cut as it is now, and measure the strips before the playhead unless the
        film is playing.
        """
        film, studio = self.film, self.studio_app.studio
        if film is None or film.cut is None or not film.cut.clips:
            return

        heard = self.strip_effects.change_film(film)

        def make_plan() -> RenderPlan:
            from milimo_tui.studio.render.render_plan import plan_current_cut

            return plan_current_cut(heard, studio.require_project())

        try:
            self._plan = await self.in_thread(make_plan)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        if not self.screen_player.playing:
            await self._measure_before_playhead()

    async def _measure_before_playhead(self) -> None:
        plan = self._plan
        if plan is None:
            return
        if not plan.sounds:  # Nothing is heard, for example because the only solo track is muted.
            self._pieces, self.levels = [], {}
            self._draw_strips()
            return
        last = frame_to_sample(min(self.frame + 1, plan.frames), plan.rate, plan.sample_rate)
        first = max(0, last - plan.sample_rate // LEVELS_PER_SECOND)
        self._is_measuring = True
        try:
            await self.monitor.read_mix_sound(plan, first, last - first)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        finally:
            self._is_measuring = False
        self._show_levels(last)

    def _store_levels(self, first: int, strips: StripLevels) -> None:
        self._pieces = [*self._pieces[-_PIECES_AHEAD:], (first, strips)]

    def _show_levels(self, sample: int) -> None:
        """Show the levels of the sound that is heard at a sample of the film."""
        plan = self._plan
        heard = [each for each in self._pieces if each[0] <= sample]
        if plan is None or not heard or not self.is_attached:
            return
        first, strips = heard[-1]
        index = (sample - first) * LEVELS_PER_SECOND // plan.sample_rate
        self.levels = {name: levels[min(index, len(levels) - 1)] for name, levels in strips.items() if levels}
        self._draw_strips()

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        """Play from the playhead, or stop."""
        if self.screen_player.playing:
            self.screen_player.stop_playback()
        elif self._plan is None or not self._plan.frames:
            self.show_message("there is nothing to play here", "warn", "add clips on the Timeline first")
        else:
            self.run_in_background(self._play_film, "mixer play")

    async def _play_film(self) -> None:
        plan = self._plan
        if plan is None:
            return

        async def show_frame(frame: int) -> None:
            self.frame = frame
            if out is not None:
                self._show_levels(frame_to_sample(frame, plan.rate, plan.sample_rate))
            elif not self._is_measuring:
                # Without a sound device, playback reads no sound, so the meters read it themselves.
                self.run_in_background(self._measure_before_playhead, "mixer meters")
            if self.strip_effects.is_on:
                self.strip_effects.draw_chain()

        start = self.frame if self.frame < plan.frames - 1 else 0
        out = await self.screen_player.find_device(plan.sample_rate)
        try:
            self.frame = await self.screen_player.play(
                lambda: self._plan or plan,
                (self.monitor,),
                show_frame,
                PlayRange(0, plan.frames),
                start,
                1,
                out=out,
            )
        except MilimoError as error:
            self.studio_app.show_error(error)
        if self.is_attached:
            move_film_playhead(self, self._cut_id, self.frame)
            self._draw_strips()

    @action
    def act_move(self, key_command: KeyCommand) -> None:
        self.move_by_seconds(key_command)

    # Changes of the strip under the cursor.

    async def _set_strip(self, **values: Any) -> None:
        if self.here is not None:
            await self.run_and_wait("mix.set", strip=self.here.id, **values)

    @action
    async def act_louder(self, key_command: KeyCommand) -> None:
        """Change the level of the strip by one decibel, or by the typed count of decibels."""
        await self._set_strip(louder=key_command.binding.args["by"] * key_command.times)

    @action
    async def act_pan(self, key_command: KeyCommand) -> None:
        if self.here is not None and self._allows_pan():
            by = key_command.binding.args["by"] * key_command.times
            await self._set_strip(pan=round(min(1.0, max(-1.0, self.here.pan + by)), 3))

    def _allows_pan(self) -> bool:
        """Return True for tracks and buses. For the master, show a message."""
        if self.here is not None and self.here.kind is StripKind.MASTER:
            self.show_message("the master has only a level, effects and keys", "warn")
            return False
        return True

    @action
    async def act_reset_strip(self, key_command: KeyCommand) -> None:
        """Set the level to 0 dB and the pan to the middle."""
        if self.here is not None:
            is_master = self.here.kind is StripKind.MASTER
            await self._set_strip(gain_db=0.0, **({} if is_master else {"pan": 0.0}))

    @action
    async def act_mute(self, key_command: KeyCommand) -> None:
        if self.here is not None and self._allows_pan():
            await self._set_strip(mute=not self.here.muted)

    @action
    async def act_solo(self, key_command: KeyCommand) -> None:
        if self.here is not None and self._allows_pan():
            await self._set_strip(solo=not self.here.solo)

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        strip = self.here
        if strip is None:
            return
        text = await self.ask_text(f"level of {strip.name} in dB", f"{strip.gain_db:g}", name="LEVEL")
        if text:
            await self.run_and_wait("mix.set", strip=strip.id, gain_db=text.replace("−", "-"))

    @action
    async def act_type_pan(self, key_command: KeyCommand) -> None:
        strip = self.here
        if strip is None or not self._allows_pan():
            return
        text = await self.ask_text(f"pan of {strip.name}, -1 to 1", f"{strip.pan:g}", name="PAN")
        if text:
            await self.run_and_wait("mix.set", strip=strip.id, pan=text.replace("−", "-"))

    @action
    async def act_role(self, key_command: KeyCommand) -> None:
        strip = self.here
        if strip is None or not self._allows_pan():
            return
        roles = tuple(role.value or NO_ROLE for role in MixRole)
        role = await self.ask_text(f"role of {strip.name}", strip.role.value, name="ROLE", suggestions=roles)
        if role is not None:
            await self.run_and_wait("mix.set", strip=strip.id, role=role or NO_ROLE)

    @action
    async def act_bus(self, key_command: KeyCommand) -> None:
        strip = self.here
        if strip is None or not self._allows_pan():
            return
        buses = (MASTER_NAME, *self._list_other_buses(strip))
        bus = await self.ask_text(f"{strip.name} goes to", "", name="BUS", suggestions=buses)
        if bus:
            await self.run_and_wait("mix.set", strip=strip.id, bus=bus)

    def _list_other_buses(self, strip: MixStrip) -> tuple[str, ...]:
        return tuple(each.name for each in self.strips if each.kind is StripKind.BUS and each.id != strip.id)

    @action
    async def act_send(self, key_command: KeyCommand) -> None:
        """Ask for a bus and the level of the copy that it gets. An empty level removes the copy."""
        strip = self.here
        if strip is None or not self._allows_pan():
            return
        buses = self._list_other_buses(strip)
        if not buses:
            self.show_message("there is no bus to send to", "warn", "{ui.add} adds one")
            return
        bus = await self.ask_text(f"send {strip.name} to", buses[0], name="SEND", suggestions=buses)
        if not bus:
            return
        level = await self.ask_text("level in dB; empty: no copy", "-12", name="SEND")
        if level:
            await self.run_and_wait("mix.set", strip=strip.id, send=bus, send_db=level.replace("−", "-"))
        elif level is not None:
            await self.run_and_wait("mix.set", strip=strip.id, unsend=bus)

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        name = await self.ask_text("name of the bus", name="BUS")
        if name:
            await self.run_and_wait("mix.bus_add", name=name)

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        if self.here is not None and self.here.kind is not StripKind.BUS:
            self.show_message(f"{self.here.name} is not a bus", "warn", "tracks are deleted on the Timeline")
        elif self.here is not None:
            await self.run_and_wait("mix.bus_delete", bus=self.here.id)

    @action
    def act_sound_effects(self, key_command: KeyCommand) -> None:
        """Edit the sound effects of the strip under the cursor."""
        cut = self.film.cut if self.film else None
        if cut is not None and cut.frozen:
            self.show_message(f"“{cut.name}” is frozen", "warn", "{ui.cuts} makes a copy to change")
        else:
            self.strip_effects.begin_strip()

    @action
    async def act_automate(self, key_command: KeyCommand) -> None:
        """Set a key of the strip's volume at the playhead."""
        strip = self.here
        if strip is None:
            return
        fader = format_strip_gain(strip.gain_db)
        text = await self.ask_text(
            f"volume of {strip.name} here, added to the fader ({fader})", "0", name="KEY"
        )
        if text:
            value = text.replace("−", "-")
            await self.run_and_wait("mix.automate", strip=strip.id, value=value, at=str(self.frame))

    @action
    async def act_unautomate(self, key_command: KeyCommand) -> None:
        if self.here is not None:
            await self.run_and_wait("mix.automate", strip=self.here.id, delete=True, at=str(self.frame))

    @action
    async def act_auto_mix(self, key_command: KeyCommand) -> None:
        """Show the plan of the automatic mix with its reasons, and make the mix if the user agrees."""
        outcome = await self.run_and_wait("mix.auto", dry_run=True)
        if outcome is None or not outcome.data:
            return
        lines = [
            f"{row['strip']}: {row['setting']} {row['before']} → {row['after']}. {row['reason']}."
            for row in outcome.data
        ]
        self.studio_app.show_text("Automatic mix", "\n".join(lines))
        if await self.confirm(f"change {format_count(len(lines), 'setting')} of the mixer?"):
            await self.run_and_wait("mix.auto")

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        """Go to the frame of the playhead on the Timeline."""
        frame = self.frame

        async def go_back() -> None:
            await self.studio_app.return_from_list(frame)

        self.studio_app.run_in_background(go_back, "acts")
