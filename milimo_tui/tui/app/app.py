"""The Textual application of the studio: its screens (modes), the actions available on every screen, and the
command line.

`running.run_studio` starts the application. The project is read only after the first frame has been painted,
so that the studio appears at once.
"""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.screens import ListName, ScreenName
from milimo_tui.store.history.edit_places import FILM
from milimo_tui.tui.app import panels
from milimo_tui.tui.app.beginning import start_after_first_frame, start_after_first_screen
from milimo_tui.tui.app.copying import CopyingApp
from milimo_tui.tui.app.leaving import Leaving
from milimo_tui.tui.app.modes import SCREENS, OpeningScreen, make_screen_factory
from milimo_tui.tui.app.tour import Tour
from milimo_tui.tui.app.watcher import Watcher
from milimo_tui.tui.background.follower import FilmChanged, FilmTrouble
from milimo_tui.tui.background.known_terminal import KnownTerminal
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.shell.mpv_session import MpvSession
from milimo_tui.tui.terminal.line.kitty import make_free_command
from milimo_tui.tui.terminal.patches import table as patches
from milimo_tui.tui.terminal.reset import make_picture_cleanup, make_terminal_reset
from milimo_tui.tui.terminal.row_filters import IndexedColourFilter
from milimo_tui.tui.terminal.window_title import WindowTitle

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from milimo_tui.studio.project.review import FilmReview
    from milimo_tui.studio.script.unsaved_text import UnsavedText
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.terminal.capabilities import Terminal

# The CSS classes that apply from a minimum width or height in cells. Terminals with `-narrow` or `-short` are
# too small to work in.
WIDTHS = [(0, "-narrow"), (80, "-w80"), (110, "-w110"), (160, "-w160")]
HEIGHTS = [(0, "-short"), (24, "-h24"), (36, "-h36")]
LEAVING_SECONDS = 3.0  # Longest time in seconds that leaving waits for changes that are being written.
TWICE_SECONDS = 2.0  # A second ctrl+c within this number of seconds asks if the user wants to leave.


def drawing_facts(terminal: Terminal) -> tuple[object, ...]:
    """Return the capabilities on which the drawings of pictures depend."""
    return terminal.pictures, terminal.colours, terminal.wrap, terminal.cell


class MilimoApp(CopyingApp):
    """The Textual application of the studio. The attribute `leaving` ends the application; the lines that it
    stores are printed in the shell afterwards.
    """

    CSS_PATH = "app.tcss"
    TITLE = "Milimo"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = []
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "opening": OpeningScreen,
        **{mode: make_screen_factory(mode) for mode in SCREENS},
    }
    DEFAULT_MODE = "opening"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(self, studio: Studio, *, mode: str = "", card: bool = False) -> None:
        """Create the application.

        `mode` is the screen to open first; empty means the screen that was open last. `card` opens the
        terminal's test card over the first screen, and closing the card ends the studio.
        """
        patches.apply_patches()  # Patch Textual before it creates any object.
        super().__init__(studio)
        self._filters.append(IndexedColourFilter(lambda: self.theme))
        self.watcher, self.window_title = Watcher(), WindowTitle(self.write_to_terminal)
        self.line.farewell, self.line.sends = self.window_title.restore_title, self.guard_sent_picture
        self.first_mode = mode
        self._begins_with_card = card
        self.known_terminal = KnownTerminal(
            studio,
            self.line,
            self.reading,
            self.images,
            run_in_background=self.run_in_background,
            use=self.use_terminal,
        )
        self.leaving = Leaving(self)
        # The id of the open film after its inbox was announced, so that the inbox is announced only once.
        self._announced = ""
        self.player_window = MpvSession()
        self.tour = Tour(self)
        # A separate thread for reads that may wait for the queue, so that they delay no other reads.
        self.inbox = WorkThread("inbox")
        self._trail: list[str] = []
        # Ids of the commands that were run from the palette or the command line, the latest first.
        self.used: list[str] = []
        self._interrupted = -math.inf
        self.twice_seconds = TWICE_SECONDS

    def on_mount(self) -> None:
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self.leaving.hang_up, number)
            # The event loop must not handle SIGINT, because programs to which the studio hands the terminal
            # (`handover`) handle ctrl+c themselves.
            self.line.lost = self.leaving.make_interrupt_handler(loop)
            signal.signal(signal.SIGINT, self.line.lost)
        self.app_suspend_signal.subscribe(self, self._release_terminal, immediate=True)
        self.app_resume_signal.subscribe(self, self._reclaim_terminal)
        # Paint the first frame before reading anything of the project.
        self.call_after_refresh(partial(start_after_first_frame, self))

    def on_resize(self) -> None:
        self.known_terminal.note_resize()

    def use_terminal(self, found: Terminal) -> None:
        """Use the detected capabilities of the terminal for drawing. Redraw the screens only if a capability
        that affects drawing has changed.
        """
        if found == self.terminal:
            return
        before, self.terminal = self.terminal, found
        self.pictures.terminal = found
        self.guard_terminal()
        if found.colours != before.colours:
            self.colours = found.colours
            self.line.use_colours(found.colours)
            self.apply_fitted_theme()
        if drawing_facts(found) != drawing_facts(before):
            self.pictures.ground = self.ink.get_rgb("surface")
            self.pictures.drop_cached_drawings()
            self._redraw_pictures()
            self.refresh(layout=True, repaint=True)
        self.catch_up()

    def redraw_all_screens(self) -> None:
        """Redraw every screen in new colours: the visible screens now, the others when they are shown."""
        self.pictures.drop_cached_drawings()
        for screen in self.open_screens():
            screen.mark_for_redraw()
        self._redraw_pictures()
        self.refresh(layout=True, repaint=True)
        self.catch_up()

    def _redraw_pictures(self, *, lost_alone: bool = False) -> None:
        """Draw the pictures on all screens again, first on the visible screens.

        With `lost_alone`, only draw a picture again if the terminal no longer has it and it can't be sent
        again.
        """
        screens = self.open_screens()
        for screen in sorted(screens, key=lambda screen: screen not in self.screen_stack):
            screen.redraw_pictures(lost_alone=lost_alone)

    def _repaint_terminal(self) -> None:
        """Paint the entire screen again, and detect the terminal's capabilities again. This is necessary if
        another program has written to the terminal, or if another terminal now shows the studio.
        """
        self.line.resend_screen()
        self._redraw_pictures(lost_alone=True)
        self.known_terminal.query_terminal()
        self.refresh(layout=True, repaint=True)

    def guard_terminal(self) -> None:
        """Tell the watcher process how to restore the terminal if the studio crashes. Call this again when
        the picture protocol changes.
        """
        kitty, wrap = self.terminal.pictures == "kitty", self.terminal.wrap
        self.watcher.arm_recovery(make_picture_cleanup(kitty=kitty, wrap=wrap), make_terminal_reset())

    def guard_sent_picture(self, id: int) -> None:
        """Tell the watcher process to delete a picture from the terminal's memory if the studio crashes. `id`
        is the id under which the picture was sent.
        """
        self.watcher.add_picture(make_free_command(id, wrap=self.line.wrap))

    def release_picture_id(self, id: int) -> None:
        super().release_picture_id(id)
        self.watcher.remove_picture(make_free_command(id, wrap=self.line.wrap))

    def update_window_title(self) -> None:
        """Set the title of the terminal window to the names of the film, the screen and the product."""
        film, screens = self.film.story.project.name if self.film else "", self.list_studio_screens()
        place = screens[0].TITLE if screens else ""
        self.window_title.set_window_title(" · ".join(part for part in (film, place, "Milimo") if part))

    async def on_unmount(self) -> None:
        self.follower.stop_following()
        await self.player_window.end_mpv()
        await self.pictures.close()
        # Carry out the commands that the user has given. Their threads end with the process.
        await asyncio.gather(
            self.editing.finish_tasks(LEAVING_SECONDS), self.working.finish_tasks(LEAVING_SECONDS)
        )
        lanes = (self.editing, self.working, self.reading, self.travelling)
        for thread in (*lanes, self.notices, self.inbox):
            thread.close()
        self.next_steps.thread.close()

    async def on_film_changed(self, event: FilmChanged) -> None:
        first = not self.film_known
        self.film, self.film_known = event.film, True
        self.pictures.proxies = event.cache or self.pictures.proxies
        if first:
            await self.switch_mode(self.first_mode or await self._read_last_mode())
            self._open_first_card()
            self.run_in_background(partial(start_after_first_screen, self), "beginning")
        else:
            self.read_inbox_and_next_steps()
        self.update_window_title()
        self.catch_up()

    def read_inbox_and_next_steps(self) -> None:
        """Start background reads of the film's next steps and, whenever another film is opened, of its inbox
        and of its unsaved text.
        """
        film = self.film.story.project.id if self.film else ""
        if film != self._announced:
            self._announced = film
            if film:
                self.run_in_background(self._announce_inbox, "inbox")
                self.run_in_background(self._offer_unsaved_text, "recovery")
        self.next_steps.schedule_read()

    async def _offer_unsaved_text(self) -> None:
        """Offer unsaved text of the screenplay that a killed studio left behind."""
        folder = self.studio.home.unsaved
        if not await self.reading.run(lambda: any(folder.glob("*.json"))):
            return
        from milimo_tui.tui.script.recovery import offer_recoveries

        await offer_recoveries(self)

    async def _announce_inbox(self) -> None:
        """Show a message about takes that were made or failed since the film was last open, with the key that
        opens Review. Show nothing if there is no news.
        """

        def read() -> FilmReview | None:
            from milimo_tui.studio.project.inbox import read_inbox

            # The error is ignored here, because the thread that follows the film reports it.
            with suppress(MilimoError):
                return read_inbox(self.studio)
            return None

        review = await self.inbox.run(read)
        if (
            review is not None
            and (sentence := review.describe_unseen())
            and self.current_mode != ScreenName.REVIEW
        ):
            self.show_message(sentence, "good", "{ui.mode review} shows it")

    async def _read_last_mode(self) -> str:
        """Return the screen that was open last in this project, or the storyboard if none is stored. Return
        "home" if no film is open.
        """
        if self.film is None:
            return ScreenName.HOME

        def read() -> tuple[str, Any]:
            file = self.studio.require_project()
            return file.read_only, file.ui.get("mode")

        read_only, mode = await self.reading.run(read)
        if read_only:
            self.show_message(f"the film is read-only: {read_only}", "warn")
        return mode if isinstance(mode, str) and mode in SCREENS else ScreenName.STORYBOARD

    async def on_film_trouble(self, event: FilmTrouble) -> None:
        self.show_error(event.error)
        if not self.film_known:
            self.film_known = True
            await self.switch_mode(ScreenName.HOME)
            self._open_first_card()
            self.run_in_background(partial(start_after_first_screen, self), "beginning")
            self.update_window_title()

    def _open_first_card(self) -> None:
        """Open the test card if the studio was started for it; leaving the card ends the studio."""
        if self._begins_with_card:
            self.open_card(lambda _: self.exit(0))

    def open_card(self, left: Callable[[None], None] | None = None) -> None:
        """Open the test card over the visible screen. `left` is called when the card is closed."""
        from milimo_tui.tui.home.card_screen import CardScreen

        self.push_screen(CardScreen(), left)

    def observe_act(self, key_command: KeyCommand) -> None:
        self.tour.count_action(key_command)

    def list_tour_lines(self, contexts: tuple[str, ...]) -> Sequence[Text]:
        return self.tour.build_tour_lines(contexts)

    @action
    async def act_tour(self, key_command: KeyCommand) -> None:
        """Begin the tour, or resume it."""
        await self.tour.begin_or_resume()

    @action
    async def act_tour_menu(self, key_command: KeyCommand) -> None:
        """Open the menu that leaves the running tour or skips its step."""
        await self.tour.open_tour_menu()

    @action
    async def act_mode(self, key_command: KeyCommand) -> None:
        await self.go_to_mode(str(key_command.binding.args["mode"]))

    async def go_to_mode(self, mode: str) -> None:
        """Show a screen, and close the panels and lists over it, such as the mixer. The action `back` returns
        to the screen that was shown before, with its panels.

        Raises BadInput for an unknown mode.
        """
        if mode not in SCREENS:
            raise BadInput(f"there is no screen “{mode}”", f"screens: {', '.join(SCREENS)}")
        here = self.current_mode
        if mode != here:
            self._trail.append(here)
            await self._switch_to_mode(mode)
        while len(self.screen_stack) > 1:
            if mode != here and self._describe_unsaved_changes_here():
                return  # A mask that is not saved stays open, because closing it would lose the mask.
            await self.pop_screen()

    def _describe_unsaved_changes_here(self) -> str:
        screen = self.studio_screen
        return screen.describe_unsaved_changes() if screen is not None else ""

    async def _switch_to_mode(self, mode: str) -> None:
        self.keyboard.parser.reset()
        await self.switch_mode(mode)
        self.update_window_title()
        if self.film is not None:
            self.save_ui_value("mode", mode)

    @property
    def previous_mode(self) -> str:
        """The mode that Backspace returns to; empty if there is none."""
        return self._trail[-1] if self._trail else ""

    @action
    async def act_back(self, key_command: KeyCommand) -> None:
        if len(self.screen_stack) > 1:
            await self.pop_screen()
        elif self._trail:
            await self._switch_to_mode(self._trail.pop())
        else:
            self.show_message("there is no earlier screen", hint="{ui.mode home} goes Home")

    @action
    async def act_help(self, key_command: KeyCommand) -> None:
        if self.studio_screen is not None:
            await panels.open_key_sheet(self, self.studio_screen)

    @action
    async def act_palette(self, key_command: KeyCommand) -> None:
        if self.studio_screen is not None:
            await panels.open_palette(self, self.studio_screen)

    @action
    async def act_finder(self, key_command: KeyCommand) -> None:
        """Open the finder, the search through the film. It replaces an open command line or panel."""
        await panels.open_finder(self, "")

    async def open_commands(self, words: str) -> None:
        """Open the command palette over the visible screen. `words` is the text in its search field."""
        if self.studio_screen is not None:
            await panels.open_palette(self, self.studio_screen, words)

    async def list_recent_commands(self) -> list[str]:
        """Return the ids of the commands used last, newest first. If none was used since the studio started,
        return those stored with the film.
        """
        if not self.used and self.film is not None:

            def read() -> Any:
                from milimo_tui.tui.app.command_line import USED

                file = self.studio.project_or_none()  # None if the film was closed a moment ago.
                return file.ui.get(USED) if file is not None else None

            kept = await self.reading.run(read)
            self.used = [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []
        return self.used

    @action
    def act_own_keys(self, key_command: KeyCommand) -> None:
        """Open the editor for the user's own key bindings, at the keys of the visible screen."""
        if self.studio_screen is not None:
            panels.open_own_keys(self, self.studio_screen)

    @action
    def act_settings(self, key_command: KeyCommand) -> None:
        """Open the settings."""
        panels.open_settings(self)

    @action
    def act_save(self, key_command: KeyCommand) -> None:
        """Show a message that every change is saved automatically. A screen with text that is not saved yet
        overrides this action.
        """
        self.show_message(
            "every change is saved automatically",
            "good",
            "{ui.cuts} saves versions, {ui.history} goes to earlier states",
        )

    @action
    async def act_command_line(self, key_command: KeyCommand) -> None:
        from milimo_tui.tui.app.command_line import CommandLine

        if self.studio_screen is not None:
            await CommandLine(self, self.studio_screen).open()

    @action
    def act_history(self, key_command: KeyCommand) -> None:
        if self.studio_screen is not None:
            panels.open_history(self, self.studio_screen)

    @action
    async def act_notes(self, key_command: KeyCommand) -> None:
        """Open the list of the cut's notes and markers."""
        await self._open_cut_list(ListName.NOTES)

    @action
    async def act_captions(self, key_command: KeyCommand) -> None:
        """Open the list of the cut's captions."""
        await self._open_cut_list(ListName.CAPTIONS)

    @action
    async def act_transcript(self, key_command: KeyCommand) -> None:
        """Open the list of the words that are spoken in the clip under the playhead."""
        await self._open_cut_list(ListName.TRANSCRIPT)

    @action
    async def act_cuts(self, key_command: KeyCommand) -> None:
        """Open the list of cuts. From it the user opens another cut, saves a version, or compares cuts."""
        await self._open_cut_list(ListName.CUTS)

    @action
    async def act_arrivals(self, key_command: KeyCommand) -> None:
        """Open the list of arrivals: new shots that are not in the cut yet, and clips whose new take has
        another length.
        """
        await self._open_cut_list(ListName.ARRIVALS)

    @action
    async def act_mixer(self, key_command: KeyCommand) -> None:
        """Open the mixer: levels, pan, mute, solo and buses of the tracks, with meters."""
        await self._open_cut_list(ListName.MIXER)

    @action
    async def act_unsure(self, key_command: KeyCommand) -> None:
        """Open the list of unsure values: passages that the screenplay leaves open, with the guess made for
        each.
        """
        await self._open_cut_list(ListName.UNSURE)

    @action
    async def act_lines(self, key_command: KeyCommand) -> None:
        """Open the list of lines of dialogue and their spoken takes."""
        await self._open_cut_list(ListName.LINES)

    @action
    async def act_sounds(self, key_command: KeyCommand) -> None:
        """Open the list of takes of music, effects and ambience."""
        await self._open_cut_list(ListName.SOUNDS)

    @action
    async def act_read_script(self, key_command: KeyCommand) -> None:
        """Let a language model read the screenplay, as a job."""
        from milimo_tui.tui.script.reading_start import start_reading

        await start_reading(self)

    @action
    async def act_reading(self, key_command: KeyCommand) -> None:
        """Open the reading of the screenplay that waits for the user's decision."""
        from milimo_tui.tui.script.reading_start import open_reading

        await open_reading(self)

    async def _open_cut_list(self, list_name: ListName) -> None:
        if self.studio_screen is not None:
            await panels.open_cut_list(self, self.studio_screen, list_name)

    @action
    async def act_themes(self, key_command: KeyCommand) -> None:
        """Open the list of themes; each theme is shown while the cursor is on its row."""
        from milimo_tui.tui.app.theme_panel import open_theme_panel

        await open_theme_panel(self)

    @action
    def act_log(self, key_command: KeyCommand) -> None:
        panels.open_log(self)

    def show_text(self, heading: str, text: str, manual: str = "") -> None:
        """Show a longer text in a panel under a heading. `manual` is the path of a documentation page with
        more information; empty for none.
        """
        panels.open_text_panel(self, heading, self.replace_commands_with_keys(text), manual)

    async def go_to_script_line(self, number: int) -> None:
        """Show the screenplay with the cursor on line `number`, counted from 1."""
        from milimo_tui.tui.script.screen import ScriptScreen

        await self.go_to_mode(ScreenName.SCRIPT)
        if isinstance(self.screen, ScriptScreen):
            self.screen.go_to_line(max(1, number))

    async def recover_script_text(self, copy: UnsavedText) -> None:
        """Load the text of a recovery copy into the Script screen, without saving it."""
        from milimo_tui.tui.script.screen import ScriptScreen

        await self.go_to_mode(ScreenName.SCRIPT)
        if isinstance(self.screen, ScriptScreen):
            await self.screen.take_recovered_text(copy)
            self.show_message(
                "the unsaved text was restored", "good", "{ui.save} saves it, {ui.undo} removes it again"
            )

    async def return_from_list(self, frame: int | None = None) -> None:
        """Close the list that is open over a screen, and show the timeline. If `frame` is given, move the
        playhead to that frame of the cut.
        """
        if len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.go_to_mode(ScreenName.TIMELINE)
        if frame is not None and self.studio_screen is not None:
            self.studio_screen.go_to_frame(frame)

    async def go_to_job(self, job: str) -> None:
        """Show the queue with the cursor on a job."""
        from milimo_tui.tui.jobs.screen import JobsScreen

        await self.go_to_mode(ScreenName.JOBS)
        if isinstance(self.screen, JobsScreen):
            self.screen.go_to_job(job)

    async def go_to_shot(self, shot: str) -> None:
        """Show the storyboard with the cursor on a shot."""
        from milimo_tui.tui.storyboard.storyboard import StoryboardScreen

        self.shot = shot
        await self.go_to_mode(ScreenName.STORYBOARD)
        if isinstance(self.screen, StoryboardScreen):
            self.screen.go_to_shot(shot)

    @action
    async def act_copy_line(self, key_command: KeyCommand) -> None:
        """Copy a shell command to the clipboard. The user pastes it on their own machine, where it plays the
        selected item or downloads the item's file.
        """
        words = await panels.choose_shell_line(self, self.studio_screen) if self.studio_screen else None
        if words:
            self.copy_to_clipboard(words)
            self.show_message(f"copied: {words}")
        elif words is None:
            self.show_message(
                "there is nothing to play or fetch here",
                "warn",
                "use this key on the Storyboard, Media or Film screen",
            )

    @action
    def act_editor(self, key_command: KeyCommand) -> None:
        self.show_message(
            "there is no text to edit on this screen", "warn", "{ui.mode script} opens the screenplay"
        )

    @action
    async def act_undo(self, key_command: KeyCommand) -> None:
        await self._undo_or_redo("cut.undo", key_command)

    @action
    async def act_redo(self, key_command: KeyCommand) -> None:
        await self._undo_or_redo("cut.redo", key_command)

    async def _undo_or_redo(self, command: str, key_command: KeyCommand) -> None:
        """Run `command`, which undoes or redoes an edit in the history that the visible screen uses
        (`studio.project.undo_scope`). Repeat it as often as the count typed before the key says.
        """
        screens = self.list_studio_screens()  # The last of them may be below a panel.
        values = screens[-1].undo_arguments if screens else {"place": FILM}
        for _ in range(key_command.times):
            if await self.run_and_wait(command, values) is None:
                return

    @action
    def act_line_stats(self, key_command: KeyCommand) -> None:
        """Show or hide the transfer figures of the connection to the terminal."""
        self.line_stats.switch_figures()

    @action
    def act_redraw(self, key_command: KeyCommand) -> None:
        self._repaint_terminal()

    @action
    def act_shell(self, key_command: KeyCommand) -> None:
        self.action_suspend_process()

    def _release_terminal(self, _app: object) -> None:
        """Restore the title of the terminal window and turn the watcher off, before another program uses the
        terminal.
        """
        self.window_title.restore_title()
        self.watcher.disarm_recovery()

    def _reclaim_terminal(self, _app: object) -> None:
        self.guard_terminal()
        self.update_window_title()
        self._repaint_terminal()

    @action
    async def act_cancel(self, key_command: KeyCommand) -> None:
        """Copy the text selected with the mouse. If none is selected, a second ctrl+c within `TWICE_SECONDS`
        asks if the user wants to leave.
        """
        if self.screen.selections and self.screen.get_selected_text():
            self.act_copy_text(key_command)
            self.screen.clear_selection()
            return
        now = time.monotonic()
        if now - self._interrupted < self.twice_seconds:
            self._interrupted = -math.inf
            screen = self.studio_screen
            if screen is not None and await screen.confirm("Leave the studio?"):
                await self.leave_studio()
            return
        self._interrupted = now
        self.show_message("nothing to cancel", hint="{ui.cancel} again offers to leave")

    @action
    async def act_leave(self, key_command: KeyCommand) -> None:
        await self.leave_studio()

    async def leave_studio(self) -> None:
        await self.leaving.end_studio()

    def describe_leave_keys(self) -> str:
        return self.leaving.describe_leaving()

    def panic(self, *renderables: RenderableType) -> None:
        """End the app after an unexpected error, with an exit code that reports the failure. Textual (8.2)
        would end with 0 after an error on the thread that reads the input.
        """
        self._return_code = self._return_code or 1
        super().panic(*renderables)

    @property
    def is_ending(self) -> bool:
        """True if the application is ending: its event loop was asked to stop."""
        return self._exit

    def open_screens(self) -> list[StudioScreen]:
        """Return every open screen, including screens that are hidden under the visible one and the screens
        of other modes.
        """
        from milimo_tui.tui.shell.screen import StudioScreen

        screens = [screen for stack in self._screen_stacks.values() for screen in stack]
        return [screen for screen in screens if isinstance(screen, StudioScreen)]
