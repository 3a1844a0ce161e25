"""The settings: each with its meaning, allowed values and source; changed in place.

Settings are written by the commands of `config`; `u` restores the file's previous text.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core import config_file
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import config_files
from milimo_tui.core.settings import HOME, OWN_THEME, THEMES, USER, rules
from milimo_tui.studio.commands.home import config
from milimo_tui.studio.machine import setting_check
from milimo_tui.tui.fields.reading import why
from milimo_tui.tui.forms.form_list import value_region
from milimo_tui.tui.home import setting_lines as lines
from milimo_tui.tui.home.setting_lines import Held
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shell import handover
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

WHERE = {USER: "user", HOME: "home"}


class SettingsScreen(PanedScreen):
    """The list of settings by part, next to the details of the setting under the cursor."""

    MODE = "settings"
    TITLE = "Settings"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("settings", "panes", "list", "global")
    CSS_PATH = "settings_screen.tcss"
    AUTO_FOCUS = "#list"

    def __init__(self) -> None:
        super().__init__()
        self._held: list[Held] = []
        self._themes: list[str] = []
        self._paths: dict[str, str] = {}
        self._file = USER
        self._only_set = False
        self._before: list[tuple[str, str]] = []  # Files with their previous texts, for `u`.
        self._after: list[tuple[str, str]] = []

    def body(self) -> Iterable[Widget]:
        yield Split(Rows(id="list"), Rows(id="detail", quiet=True), id="settings", wide=80)

    @property
    def table(self) -> Rows:
        return self.query_one("#list", Rows)

    def show_film(self, film: Snapshot | None) -> None:
        """Do nothing: settings do not depend on a film."""

    # -- reading and drawing -------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.background(self._read, "read", exclusive=True)

    async def _read(self) -> None:
        studio = self.studio_app.studio

        def read() -> tuple[list[Held], list[str], dict[str, str]]:
            settings, origin = studio.read_settings()
            shown = {row["id"]: lines.words_of(row["value"]) for row in config.rows_of(settings, origin)}
            values = {name: getattr(settings, name) for name in origin}
            held = lines.held_settings(rules(), values, shown, origin)
            root = studio.home.root
            own = sorted(path.name for path in (root / "themes").glob(f"*{OWN_THEME}"))
            paths = {name: str(path) for name, path in config_files(root).items()}
            return held, [*THEMES, *own], paths

        try:
            self._held, self._themes, self._paths = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        self._draw()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self._held or not self.is_attached:
            return
        self.table.show(lines.list_rows(self._held, self.ink, only_set=self._only_set))
        self._draw_detail()
        self.refresh_lines()

    def _draw_detail(self) -> None:
        detail = self.query_one("#detail", Rows)
        width = detail.size.width or self.size.width
        path = self._paths.get(self._file, "")
        detail.show(lines.detail_rows(self._chosen, self.ink, width, self._file, path, self.with_keys))

    @property
    def _chosen(self) -> Held | None:
        return next((one for one in self._held if one.rule.name == self.table.key), None)

    def facts(self) -> Text | str:
        many = sum(not one.is_default for one in self._held)
        return line(
            (f"{many} set   ", self.ink.text if many else self.ink.muted), (self._file, self.ink.muted)
        )

    def idle_acts(self) -> frozenset[str]:
        one = self._chosen
        could = {
            "ui.delete": one is not None and one.origin in WHERE,
            "ui.undo": bool(self._before),
            "ui.redo": bool(self._after),
        }
        return frozenset(act for act, can in could.items() if not can)

    # -- actions -------------------------------------------------------------------------------------

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            self._draw_detail()
            self.refresh_lines()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: ask for another value of the setting under the cursor."""
        one = self._chosen
        if one is not None:
            self.background(lambda: self._ask(one))

    async def _ask(self, one: Held) -> None:
        rule, home = one.rule, self.studio_app.studio.home
        if rule.is_personal and self._file == HOME:
            self.say(f"{rule.name} can't stand in a studio home", "warn", "{ui.file} writes your own file")
            return
        if isinstance(one.value, bool):  # Enter toggles a switch, as in forms.
            await self._set(rule.name, "no" if one.value else "yes")
            return
        if rule.is_secret:
            text = await self.ask(f"{rule.name}: {rule.help}", secret=True, name="SECRET")
            if text:
                await self._set(rule.name, text)
            return

        def check(text: str) -> str:
            try:
                setting_check.read(rule.name, text.strip(), home)
            except MilimoError as error:
                return why(error)
            return ""

        field = lines.setting_field(one, check, self._themes)
        at = value_region(self.table, rule.name, lines.NAME)
        text = await self.ask_field(field, name="SETTING", at=at)
        if text is not None and text != field.text:
            await self._set(rule.name, text.strip())
        elif text is not None:
            self.say(f"{rule.name} is {one.shown or 'empty'} as before")

    async def _set(self, name: str, value: str) -> None:
        await self._write(lambda: self.command("config.set", name=name, value=value, where=WHERE[self._file]))

    async def act_delete(self, key_command: KeyCommand) -> None:
        """x: remove the setting from its file; the value of the next file, or the default, applies again."""
        one = self._chosen
        if one is None or one.origin not in WHERE:
            words = (
                "no setting is under the cursor"
                if one is None
                else f"{one.rule.name} is not set in a file here"
            )
            self.say(words, hint="{ui.enter} gives a value")
            return
        self._file = one.origin
        await self._write(lambda: self.command("config.unset", name=one.rule.name, where=WHERE[self._file]))

    async def _write(self, act: Callable[[], Coroutine[Any, Any, Outcome | None]]) -> None:
        """Run an action that changes the file, and store the file's text for `u`."""
        file, root = self._file, self.studio_app.studio.home.root
        try:
            text = await self.in_thread(lambda: config_file.text_of(file, root))
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        outcome = await act()
        if outcome is not None:
            self._before.append((file, text))
            self._after.clear()
            await self._take_up()

    async def _take_up(self) -> None:
        """Show the present settings; colours and motion change at once."""
        await self._read()
        app = self.studio_app
        for one in self._held:
            if one.rule.name == "theme" and one.value != app.themes.wanted:
                try:
                    await app.themes.show(str(one.value))
                except MilimoError as error:
                    app.say_error(error)
            elif one.rule.name == "motion":
                app.move_so(str(one.value))

    async def act_undo(self, key_command: KeyCommand) -> None:
        """Restore the previous text of the file that was changed last."""
        await self._back(self._before, self._after, "the settings as they were before")

    async def act_redo(self, key_command: KeyCommand) -> None:
        await self._back(self._after, self._before, "the change once more")

    async def _back(self, out: list[tuple[str, str]], into: list[tuple[str, str]], words: str) -> None:
        if not out:
            self.say("no setting was changed here yet" if out is self._before else "nothing was taken back")
            return
        file, text = out.pop()
        root = self.studio_app.studio.home.root

        def write() -> str:
            now = config_file.text_of(file, root)
            config_file.write_text(text, file, root)
            return now

        try:
            into.append((file, await self.in_thread(write)))
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        await self._take_up()
        self.say(words, "good")

    async def act_file(self, key_command: KeyCommand) -> None:
        """o: write into the other file, the user's own or the home's."""
        self._file = HOME if self._file == USER else USER
        self._draw()
        self.say(f"changes go into {self._file}", hint=self._paths.get(self._file, ""))

    def act_filter(self, key_command: KeyCommand) -> None:
        """f: show only changed settings, or all settings."""
        self._only_set = not self._only_set
        self._draw()

    async def act_editor(self, key_command: KeyCommand) -> None:
        """E: open the file in $EDITOR; an invalid text is reported and not written."""
        file, studio = self._file, self.studio_app.studio
        try:
            before = await self.in_thread(lambda: config_file.text_of(file, studio.home.root))
            text = await handover.edit(self.studio_app, before, "config.toml")
            outcome = await self.in_thread(lambda: config.kept(studio, text, file, before))
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        if text != before:
            self._before.append((file, before))
            self._after.clear()
        await self._take_up()
        self.say(outcome.message, "good")
