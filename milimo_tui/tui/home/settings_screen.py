"""The Settings screen: each setting with its meaning, allowed values and source. Settings are changed in
place.

Settings are written by the commands of the group `config`. `u` restores the previous text of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core import config_file
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import list_config_files
from milimo_tui.core.settings import HOME, OWN_THEME, THEMES, USER, list_setting_rules
from milimo_tui.studio.commands.home import config
from milimo_tui.studio.machine import setting_check
from milimo_tui.tui.fields.reading import format_refusal_error
from milimo_tui.tui.forms.form_list import find_value_region
from milimo_tui.tui.home import setting_lines as lines
from milimo_tui.tui.home.setting_lines import SettingState
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shell import handover
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

WHERE = {USER: "user", HOME: "home"}


class SettingsScreen(PanedScreen):
    """The screen with the list of settings under headings, and the details of the setting under the
    cursor.
    """

    MODE = "settings"
    TITLE = "Settings"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("settings", "panes", "list", "global")
    CSS_PATH = "settings_screen.tcss"
    AUTO_FOCUS = "#list"

    def __init__(self) -> None:
        super().__init__()
        self._held: list[SettingState] = []
        self._themes: list[str] = []
        self._paths: dict[str, str] = {}
        self._file = USER
        self._only_set = False
        # The undo history: changed files, each with its previous text.
        self._before: list[tuple[str, str]] = []
        self._after: list[tuple[str, str]] = []

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="list"), Rows(id="detail", quiet=True), id="settings", wide=80)

    @property
    def table(self) -> Rows:
        return self.query_one("#list", Rows)

    def show_film(self, film: FilmSnapshot | None) -> None:
        """Do nothing: settings do not depend on a film."""

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.run_in_background(self._read_setting_states, "read", exclusive=True)

    async def _read_setting_states(self) -> None:
        studio = self.studio_app.studio

        def read() -> tuple[list[SettingState], list[str], dict[str, str]]:
            settings, origin = studio.read_home_settings()
            shown = {
                row["id"]: lines.format_config_value(row["value"])
                for row in config.build_setting_rows(settings, origin)
            }
            values = {name: getattr(settings, name) for name in origin}
            states = lines.list_setting_states(list_setting_rules(), values, shown, origin)
            root = studio.home.root
            own = sorted(path.name for path in (root / "themes").glob(f"*{OWN_THEME}"))
            paths = {name: str(path) for name, path in list_config_files(root).items()}
            return states, [*THEMES, *own], paths

        try:
            self._held, self._themes, self._paths = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        self._draw_settings()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_settings)

    def _draw_settings(self) -> None:
        if not self._held or not self.is_attached:
            return
        self.table.show_rows(lines.build_setting_list_rows(self._held, self.ink, only_set=self._only_set))
        self._draw_setting_detail()
        self.refresh_lines()

    def _draw_setting_detail(self) -> None:
        detail = self.query_one("#detail", Rows)
        width = detail.size.width or self.size.width
        path = self._paths.get(self._file, "")
        detail.show_rows(
            lines.build_setting_detail_rows(
                self._setting_here, self.ink, width, self._file, path, self.with_keys
            )
        )

    @property
    def _setting_here(self) -> SettingState | None:
        return next((one for one in self._held if one.rule.name == self.table.key), None)

    def format_header_facts(self) -> Text | str:
        many = sum(not one.is_default for one in self._held)
        return join_line(
            (f"{many} set   ", self.ink.text if many else self.ink.muted), (self._file, self.ink.muted)
        )

    def list_idle_acts(self) -> frozenset[str]:
        one = self._setting_here
        possible = {
            "ui.delete": one is not None and one.origin in WHERE,
            "ui.undo": bool(self._before),
            "ui.redo": bool(self._after),
        }
        return frozenset(act for act, can in possible.items() if not can)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            self._draw_setting_detail()
            self.refresh_lines()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Ask for a new value for the setting under the cursor (Enter)."""
        one = self._setting_here
        if one is not None:
            self.run_in_background(lambda: self._ask_setting(one))

    async def _ask_setting(self, one: SettingState) -> None:
        rule, home = one.rule, self.studio_app.studio.home
        if rule.is_personal and self._file == HOME:
            self.show_message(
                f"{rule.name} is not allowed in the file of a studio home",
                "warn",
                "{ui.file} writes your own file",
            )
            return
        if isinstance(one.value, bool):  # Enter toggles a switch without asking, as in forms.
            await self._write_setting(rule.name, "no" if one.value else "yes")
            return
        if rule.is_secret:
            text = await self.ask_text(f"{rule.name}: {rule.help}", secret=True, name="SECRET")
            if text:
                await self._write_setting(rule.name, text)
            return

        def check(text: str) -> str:
            try:
                setting_check.read_setting_value(rule.name, text.strip(), home)
            except MilimoError as error:
                return format_refusal_error(error)
            return ""

        field = lines.make_setting_field(one, check, self._themes)
        at = find_value_region(self.table, rule.name, lines.NAME)
        text = await self.ask_field(field, name="SETTING", at=at)
        if text is not None and text != field.text:
            await self._write_setting(rule.name, text.strip())
        elif text is not None:
            self.show_message(f"{rule.name} is unchanged")

    async def _write_setting(self, name: str, value: str) -> None:
        await self._run_with_undo(
            lambda: self.run_and_wait("config.set", name=name, value=value, where=WHERE[self._file])
        )

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Remove the setting from the file that sets it (x). The value from another file, or the default,
        then applies.
        """
        one = self._setting_here
        if one is None or one.origin not in WHERE:
            words = (
                "no setting is under the cursor"
                if one is None
                else f"{one.rule.name} is not set in a file here"
            )
            self.show_message(words, hint="{ui.enter} sets a value")
            return
        self._file = one.origin
        await self._run_with_undo(
            lambda: self.run_and_wait("config.unset", name=one.rule.name, where=WHERE[self._file])
        )

    async def _run_with_undo(self, act: Callable[[], Coroutine[Any, Any, Outcome | None]]) -> None:
        """Run an action that changes the settings file. Store the file's previous text, so that `u` can
        restore it.
        """
        file, root = self._file, self.studio_app.studio.home.root
        try:
            text = await self.in_thread(lambda: config_file.read_config_text(file, root))
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        outcome = await act()
        if outcome is not None:
            self._before.append((file, text))
            self._after.clear()
            await self._apply_settings()

    async def _apply_settings(self) -> None:
        """Read and show the present settings; apply the theme and the motion setting at once."""
        await self._read_setting_states()
        app = self.studio_app
        for one in self._held:
            if one.rule.name == "theme" and one.value != app.themes.wanted:
                try:
                    await app.themes.show_theme(str(one.value))
                except MilimoError as error:
                    app.show_error(error)
            elif one.rule.name == "motion":
                app.apply_motion(str(one.value))

    @action
    async def act_undo(self, key_command: KeyCommand) -> None:
        """Restore the previous text of the settings file that was changed last."""
        await self._restore_file_text(self._before, self._after, "the settings as they were before")

    @action
    async def act_redo(self, key_command: KeyCommand) -> None:
        await self._restore_file_text(self._after, self._before, "the change, redone")

    async def _restore_file_text(
        self, out: list[tuple[str, str]], into: list[tuple[str, str]], words: str
    ) -> None:
        if not out:
            self.show_message(
                "no setting was changed here yet" if out is self._before else "nothing was undone"
            )
            return
        file, text = out.pop()
        root = self.studio_app.studio.home.root

        def write() -> str:
            now = config_file.read_config_text(file, root)
            config_file.write_config_text(text, file, root)
            return now

        try:
            into.append((file, await self.in_thread(write)))
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        await self._apply_settings()
        self.show_message(words, "good")

    @action
    async def act_file(self, key_command: KeyCommand) -> None:
        """Switch the file that changes are written into: the user's own file or the file of the studio home
        (o).
        """
        self._file = HOME if self._file == USER else USER
        self._draw_settings()
        self.show_message(f"changes go into {self._file}", hint=self._paths.get(self._file, ""))

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Switch between all settings and only those that differ from their default (f)."""
        self._only_set = not self._only_set
        self._draw_settings()

    @action
    async def act_editor(self, key_command: KeyCommand) -> None:
        """Edit the settings file in $EDITOR (E). A text with errors is reported and not written."""
        file, studio = self._file, self.studio_app.studio
        try:
            before = await self.in_thread(lambda: config_file.read_config_text(file, studio.home.root))
            text = await handover.edit_in_editor(self.studio_app, before, "config.toml")
            outcome = await self.in_thread(lambda: config.save_settings_text(studio, text, file, before))
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        if text != before:
            self._before.append((file, before))
            self._after.clear()
        await self._apply_settings()
        self.show_message(outcome.message, "good")
