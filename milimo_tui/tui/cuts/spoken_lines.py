"""The lines of dialogue as a list, with the takes of the line under the cursor.

Every action is a registered command. Space plays the take that is heard; Esc returns to the screen below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.screens import ListName
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.cuts.asset_playback import play_asset
from milimo_tui.tui.cuts.line_recording import LineRecording
from milimo_tui.tui.cuts.spoken_line_rows import build_line_rows, build_take_rows, format_line_headings
from milimo_tui.tui.cuts.voice_fields import make_voice_fields
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.completion import list_path_completions
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.play.screen_player import ScreenPlayer
from milimo_tui.tui.shell.modes import EscapeStep
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Asset
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.studio.speech.line_states import FilmLines, LineState
    from milimo_tui.tui.keys.key_parser import KeyCommand


class LinesScreen(PanedScreen):
    """The screen with the list of lines of dialogue, and the takes of the line under the cursor."""

    MODE = ListName.LINES
    TITLE = "Lines"
    CONTEXTS = ("lines", "panes", "list", "global")
    CSS_PATH = "spoken_lines.tcss"
    AUTO_FOCUS = "#lines"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.found: FilmLines | None = None
        self.recording: LineRecording | None = None
        self.modes = self.stack_modes(
            EscapeStep(lambda: self.recording is not None, lambda _: self._discard_recording())
        )
        # The actions of the next step, for the status line.
        self._next_acts: tuple[str, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        side = Vertical(Rows(id="takes", quiet=True), id="side")
        found = Vertical(Line(id="heads"), Rows(id="lines"), Line(id="recording"), id="found")
        yield Split(found, side, id="pane", wide=110)
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "lines")
        self.screen_player = ScreenPlayer(self)

    def on_unmount(self) -> None:
        self._discard_recording()
        self.screen_player.close()

    @property
    def list(self) -> Rows:
        return self.query_one("#lines", Rows)

    @property
    def states(self) -> tuple[LineState, ...]:
        return self.found.states if self.found is not None else ()

    @property
    def here(self) -> LineState | None:
        """The line under the cursor; None if there is none."""
        return next((state for state in self.states if state.name == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        from milimo_tui.studio.speech.line_states import list_film_lines

        if film is None:
            self.dismiss()
            return
        self.found = list_film_lines(film.story, self.studio_app.studio.settings)
        self._next_acts = self._list_next_acts(film)
        empty = self.query_one(Empty)
        empty.display = not self.states
        self.query_one("#pane").display = bool(self.states)
        if not self.states:
            empty.show_guide(
                "No character speaks in this film yet.", [("{ui.mode script}", "opens the script")]
            )
        self.query_one("#heads", Line).show_line(*format_line_headings(self.ink))
        self.list.show_rows(build_line_rows(self.states, self.ink))
        self._draw_takes()
        if self.states and self.focused is None:
            self.list.focus()
        self.refresh_lines()

    def _draw_takes(self) -> None:
        takes = self.query_one("#takes", Rows)
        here = self.here
        if here is not None and self.found is not None:
            width = max(16, takes.size.width - 3)
            over = self.found.over.get(here.shot.id)
            takes.show_rows(build_take_rows(here, over, self.ink, width))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "lines":
            self.screen_player.stop_playback()
            self._draw_takes()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Play the line under the cursor (Enter)."""
        self.run_in_background(self._play_line, "lines", exclusive=True)

    def get_current_place(self) -> ScreenPlace:
        """Return the keys for the next step: voices, takes of all lines, then lines in the cut."""
        return ScreenPlace(self.MODE, acts=self._next_acts)

    def _list_next_acts(self, film: FilmSnapshot) -> tuple[str, ...]:
        states = self.states
        if any(state.shown is None or state.stale for state in states):
            people = [state.voice.element for state in states if state.voice.element is not None]
            are_cast = all(person.voice or person.voice_engine for person in people)
            first = () if are_cast else ("ui.voice",)
            return (*first, "ui.say_due", "ui.read_in")
        laid = {clip.source.ref for clip in film.cut.clips} if film.cut is not None else set()
        is_laid = all(state.shown is None or state.shown.asset in laid for state in states)
        return ("ui.play", "ui.read_in", "ui.voice") if is_laid else ("ui.lay", "ui.play", "ui.read_in")

    def format_header_facts(self) -> Text:
        ink = self.ink
        missing = sum(state.shown is None for state in self.states)
        stale = sum(bool(state.stale) for state in self.states)
        return join_line(
            (f"{len(self.states) - missing} of {len(self.states)} spoken", ink.muted),
            (f"   {stale} stale" if stale else "", ink.stale),
        )

    @action
    def act_play(self, key_command: KeyCommand) -> None:
        """Play the line under the cursor, or stop."""
        if self.recording is not None:
            self.recording.stop()
            return
        if self.screen_player.playing:
            self.screen_player.stop_playback()
            return
        self.run_in_background(self._play_line, "lines", exclusive=True)

    async def _play_line(self) -> None:
        here, film = self.here, self.film
        if here is None or film is None:
            return
        if here.shown is None:
            self.show_message(f"line {here.name} has no take", "warn", "{ui.say} speaks it")
            return
        wanted = here.shown.asset
        asset = next((each for each in film.story.assets if each.id == wanted), None)
        if asset is not None:
            await play_asset(self, self.screen_player, self.monitor, film, asset)

    @action
    async def act_preview(self, key_command: KeyCommand) -> None:
        """Speak the line in the voice of its character and play it, without a new take."""
        here, film = self.here, self.film
        if here is None or film is None or not self._require_element(here):
            return
        outcome = await self.run_and_wait(
            "voice.preview", id=here.voice.element.id if here.voice.element else "", text=here.text[:500]
        )
        if outcome is not None:
            await self._play_file(film, Path(outcome.data["path"]))

    async def _play_file(self, film: FilmSnapshot, path: Path) -> None:
        """Play a sound file that is not in the film's media."""

        def describe_file() -> Asset:
            from milimo_tui.media.read.probe import probe
            from milimo_tui.story.values.film import Asset, AssetKind

            facts = probe(path)
            return Asset(
                id="preview",
                kind=AssetKind.SOUND,
                path=str(path),
                managed=False,
                seconds=facts.seconds,
                sample_rate=facts.sample_rate,
                channels=facts.channels,
            )

        asset = await self.in_thread(describe_file)
        story = replace(film.story, assets=(*film.story.assets, asset))
        await play_asset(self, self.screen_player, self.monitor, replace(film, story=story), asset)

    def _require_element(self, line: LineState) -> bool:
        if line.voice.element is None:
            self.show_message(
                f"{line.character} is not an element of the film", "warn", "{ui.mode elements} adds it"
            )
        return line.voice.element is not None

    @action
    async def act_say(self, key_command: KeyCommand) -> None:
        """Queue a new take of the line under the cursor."""
        if self.here is not None:
            await self.run_and_wait("line.say", lines=[self.here.name], detach=True)

    @action
    async def act_say_due(self, key_command: KeyCommand) -> None:
        """Queue takes of all lines that have none or whose take is stale."""
        await self.run_and_wait("line.say", missing=True, stale=True, detach=True)

    @action
    async def act_pick(self, key_command: KeyCommand) -> None:
        """Pick the next take of the line under the cursor."""
        if self.here is not None:
            await self.run_and_wait("line.pick", line=self.here.name, step=1)

    @action
    async def act_rate(self, key_command: KeyCommand) -> None:
        """Rate the take of the line under the cursor."""
        here = self.here
        if here is not None and key_command.argument and key_command.argument in "012345":
            await self.run_and_wait("line.rate", line=here.name, rating=int(key_command.argument))
        elif here is not None:
            self.show_message("a rating is from 0 to 5", "warn", "{ui.rate} 4 gives four stars")

    @action
    async def act_reject(self, key_command: KeyCommand) -> None:
        """Reject the take of the line under the cursor."""
        if self.here is not None:
            await self.run_and_wait("line.rate", line=self.here.name, reject=True)

    @action
    async def act_read_in(self, key_command: KeyCommand) -> None:
        """Ask for a sound file and add it as a take of the line under the cursor."""
        here = self.here
        if here is None:
            return
        file = await self.ask_text(
            f"recording of line {here.name}", name="RECORD", lines=list_path_completions
        )
        if file:
            await self.run_and_wait("line.record", line=here.name, from_=file)

    @action
    def act_record(self, key_command: KeyCommand) -> None:
        """Record the line under the cursor from the microphone, or end the recording and keep it."""
        if self.recording is not None:
            self.recording.stop()
            return
        here = self.here
        if here is None:
            return
        self.screen_player.stop_playback()
        self.recording = LineRecording(self, here, self._draw_recording)
        self.show_message(f"line {here.name}", "info", "{ui.record} ends the recording, Esc discards it")
        self.run_in_background(self._record_line, "recording", exclusive=True)

    async def _record_line(self) -> None:
        recording = self.recording
        if recording is None:
            return
        try:
            self._draw_recording()
            await recording.record_take()
        except MilimoError as error:
            self.show_message(error.message, "warn", "{ui.read_in} adds a recording from a file")
        finally:
            self.recording = None
            self._draw_recording()

    def _discard_recording(self) -> None:
        if self.recording is not None:
            self.recording.discard()

    def _draw_recording(self) -> None:
        """Show the state of the recording below the list, and nothing if there is none."""
        if not self.is_mounted:
            return
        line = self.query_one("#recording", Line)
        line.display = self.recording is not None
        if self.recording is not None:
            line.show_line(*self.recording.format_state(self.ink))

    @action
    async def act_voice(self, key_command: KeyCommand) -> None:
        """Open a form with the voice of each character. It writes only the voices that the user changes."""
        here = self.here
        if self.found is None or here is None or not self._require_element(here):
            return
        fields = await self.in_thread(partial(make_voice_fields, self.found))

        async def keep(values: Mapping[str, str]) -> str:
            pairs = [f"{element}={voice}" for element, voice in values.items()]
            return await run_form_command(self, "voice.cast", {"voices": pairs})

        form = Form("Voices of the characters", fields, keep, verb="gives these voices")
        await ask_form(self, form, here.voice.element.id if here.voice.element else "")

    @action
    async def act_lay(self, key_command: KeyCommand) -> None:
        """Put the lines on dialogue tracks of the cut."""
        outcome = await self.run_and_wait("line.lay")
        if outcome is not None and outcome.text:
            self.studio_app.show_text("Lines that do not fit", outcome.text)
