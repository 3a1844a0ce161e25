"""The Film screen: the estimate of the next render, the key that starts it, the rendered films, and the shell
line that fetches a film.

`film_view` draws the screen; this module adds the keys. Every action is a registered command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from milimo_tui.core.screens import ScreenName
from milimo_tui.cut.delivery.presets import NAMES, find_preset
from milimo_tui.cut.delivery.requests import NOTHING, STEM_DIVISIONS
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.film.film_lines import build_film_comparison_rows
from milimo_tui.tui.film.film_view import FilmView
from milimo_tui.tui.film.request_fields import make_request_field, parse_request_change
from milimo_tui.tui.keys.actions import action, action_with_names
from milimo_tui.tui.play.full_screen import continue_full_screen
from milimo_tui.tui.play.mpv import play_in_mpv
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shell.overlay import get_panel_text_width as panel_width
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class WatchingMode(Mode):
    """The mode WATCHING: a film is loaded in the player, so the playback keys apply."""

    NAME = "WATCHING"
    CONTEXTS = ("watching",)

    def __init__(self, screen: FilmScreen) -> None:
        self._screen = screen

    @property
    def is_on(self) -> bool:
        return self._screen.is_watching

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Stop watching and show the poster again."""
        self._screen.stop_watching(key_command)
        return True


class PresetsMode(Mode):
    """The mode in which keys apply to the list of presets."""

    CONTEXTS = ("presets",)

    def __init__(self, screen: FilmScreen) -> None:
        self._screen = screen

    @property
    def is_on(self) -> bool:
        return self._screen.on_presets


class FilmScreen(FilmView):
    """The Film screen: the view with its keys."""

    MODE = ScreenName.FILM
    TITLE = "Film"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("film", "panes", "viewing", "list", "global")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#films"

    def __init__(self) -> None:
        super().__init__()
        self.modes = self.stack_modes(self.viewing_keys.hand, WatchingMode(self), PresetsMode(self))

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self.player,)

    def get_current_place(self) -> ScreenPlace:
        return ScreenPlace(self.MODE, instead={"film.render": "ui.render"})

    def stop_watching(self, key_command: KeyCommand) -> None:
        """Unload the played film, and show its poster again."""
        self.player.clear_source()
        self.viewing_keys.act_view_plain(key_command)
        self._draw_renders()

    @action
    async def act_render(self, key_command: KeyCommand) -> None:
        """Render the marked presets as one batch; if none is marked, render the chosen preset (c c)."""
        from milimo_tui.studio.commands.film.outputs import RenderOutput

        outputs = [self.outputs[name] for name in self.output_presets] or [
            RenderOutput(self.request, self.output)
        ]
        if not self.output_presets and self.estimate is not None and self.estimate.problem:
            self.show_message(self.estimate.problem, "warn", self.estimate.hint)
            return
        first, *others = outputs
        request = first.request
        values: dict[str, Any] = {
            "preset": request.preset,
            "size": request.size,
            "rate": request.rate,
            "quality": request.quality,
            "bitrate": request.bitrate,
            "burn": request.burn,
            "subtitles": request.subtitles or (NOTHING if self.stored_delivery.subtitles else ""),
            "loudness": request.loudness or (NOTHING if self.stored_delivery.loudness else ""),
            "stems": request.stems,
            "scenes": self.scenes,
            "output": first.output,
            "range": f"{self.range[0]}..{self.range[1]}" if self.range else "",
            "detach": True,
            "also": tuple(each.format_words() for each in others),
        }
        given = {name: value for name, value in values.items() if value}
        if await self.studio_app.run_and_wait("film.render", given) is not None and self.output_presets:
            self.presets.clear_marks()
            self._draw_renders()

    def _change_request(self, **changes: Any) -> None:
        """Change settings of the render request, and estimate the render again."""
        self.request = replace(self.request, **changes)
        self._store_output()
        self._schedule_renders_read()

    def _store_output(self) -> None:
        """Store the current settings under their preset. They apply when the preset is chosen again or
        rendered with others.
        """
        from milimo_tui.studio.commands.film.outputs import RenderOutput

        self.outputs[self.request.preset] = RenderOutput(self.request, self.output)

    @action
    def act_range(self, key_command: KeyCommand) -> None:
        """Switch between rendering the complete cut and rendering from the in mark to the out mark."""
        self.marked_only = not self.marked_only
        if self.marked_only and self.range is None:
            self.marked_only = False
            self.show_message(
                "no range is marked",
                "warn",
                "{timeline:ui.mark_in} and {timeline:ui.mark_out} mark one on the Timeline",
            )
            return
        self.show_message(
            "only the range from in to out will be rendered"
            if self.marked_only
            else "the entire cut will be rendered"
        )
        self._schedule_renders_read()

    @action
    def act_scenes(self, key_command: KeyCommand) -> None:
        """Switch between rendering one file and one file for every scene."""
        self.scenes = not self.scenes
        self._schedule_renders_read()

    @action
    def act_preset(self, key_command: KeyCommand) -> None:
        """Choose the next preset; after the last one, the first."""
        self._apply_preset(NAMES[(NAMES.index(self.request.preset) + 1) % len(NAMES)])

    @action
    def act_presets(self, key_command: KeyCommand) -> None:
        """Move the focus between the list of presets and the list of films (P)."""
        self.focus_list("films" if self.on_presets else "presets")

    @action_with_names("previous_pane")
    def act_next_pane(self, key_command: KeyCommand) -> None:
        self.act_presets(key_command)

    @action
    def act_mark_output(self, key_command: KeyCommand) -> None:
        """Mark or unmark the preset under the cursor for rendering together with others (a)."""
        self._store_output()
        self.presets.toggle_mark()
        self._draw_renders()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Open the film under the cursor in mpv. In the list of presets, mark or unmark the preset
        (Enter).
        """
        if event.rows.id == "presets":
            self._store_output()
            self.presets.toggle_mark()
            self._draw_renders()
        else:
            self.run_in_background(self._open_in_external_player)

    def choose_preset(self, name: str) -> None:
        if name and name != self.request.preset:
            self._apply_preset(name)

    def _apply_preset(self, name: str) -> None:
        """Choose a preset. If settings were stored for it, use them. Otherwise keep the current settings, but
        reset those that depend on the preset, such as the quality.
        """
        if name in self.outputs:
            kept = self.outputs[name]
            self.request, self.output = kept.request, kept.output
            self._schedule_renders_read()
            return
        picture = find_preset(name).delivery.picture
        alone: dict[str, Any] = {} if picture else {"size": "", "rate": "", "burn": ()}
        self.output = ""
        self.request = replace(self.request, preset=name, quality=None, bitrate="", subtitles="", **alone)
        self._schedule_renders_read()

    def _lacks_pictures(self) -> bool:
        has_no_picture = find_preset(self.request.preset).delivery.picture is None
        if has_no_picture:
            self.show_message(
                f"{self.request.preset} has no picture", "warn", "{ui.preset} chooses another preset"
            )
        return has_no_picture

    async def _ask_request_value(self, name: str) -> None:
        """Ask for the setting `name` of the render request. If a text is refused, the field stays open and
        shows the reason.
        """
        cut = self.film.cut if self.film else None
        typed = await self.ask_field(make_request_field(name, self.request, cut), name=name.upper())
        if typed is not None:
            self._change_request(**parse_request_change(name, typed, self.request))

    @action
    async def act_size(self, key_command: KeyCommand) -> None:
        if not self._lacks_pictures():
            await self._ask_request_value("size")

    @action
    async def act_rate(self, key_command: KeyCommand) -> None:
        if not self._lacks_pictures():
            await self._ask_request_value("rate")

    @action
    async def act_quality(self, key_command: KeyCommand) -> None:
        """Ask for the quality. A short number is the encoder's quality; a number with a unit, such as 8M, is
        a bit rate.
        """
        await self._ask_request_value("quality")

    @action
    async def act_burn(self, key_command: KeyCommand) -> None:
        if not self._lacks_pictures():
            await self._ask_request_value("burn")

    @action
    def act_subtitles(self, key_command: KeyCommand) -> None:
        """Switch to the next kind of subtitles: none, in the film's file, SRT, VTT. The chosen captions stay
        the same.
        """
        kinds = ("", "embedded", "srt", "vtt")
        kind, _, names = self.request.subtitles.partition("=")
        following = kinds[(kinds.index(kind) + 1) % len(kinds)]
        self._change_request(subtitles=f"{following}={names}" if following and names else following)

    @action
    async def act_choose_captions(self, key_command: KeyCommand) -> None:
        """Ask for the captions that are written as subtitles, by language or name (C)."""
        if not self._lacks_pictures():
            await self._ask_request_value("captions")

    @action
    def act_stems(self, key_command: KeyCommand) -> None:
        """Switch to the next kind of stems: none, a file for each track, role or bus."""
        kinds = tuple(STEM_DIVISIONS.values())
        self._change_request(stems=kinds[(kinds.index(self.request.stems) + 1) % len(kinds)])

    @action
    async def act_loudness(self, key_command: KeyCommand) -> None:
        await self._ask_request_value("loudness")

    @action
    async def act_output(self, key_command: KeyCommand) -> None:
        target = self.estimate.target if self.estimate else ""
        field = FormField(key="output", label="file", kind=FieldKind.PATH, text=self.output or target)
        typed = await self.ask_field(field, name="FILE")
        if typed is not None:
            self.output = typed.strip()
            self._store_output()
            self._schedule_renders_read()

    @action
    def act_mark_film(self, key_command: KeyCommand) -> None:
        if self.film_here is None:
            self.show_message("there is no film to mark yet", "warn", "{ui.render} renders one")
            return
        key = self.film_here.key
        self.marked = "" if key == self.marked else key
        # Drop the grabbed frame, so that pictures are compared with the marked film from now on.
        self.viewing_keys.grabbed = None
        self._draw_renders()

    @action
    async def act_compare(self, key_command: KeyCommand) -> None:
        """Show the facts of the film under the cursor next to those of the marked film, or of the film before
        it.
        """
        here, other = self.film_here, self.other_film
        if here is None or other is None:
            self.show_message("a comparison needs two rendered films", "warn", "{ui.render} renders one")
            return
        rows = build_film_comparison_rows(other, here, panel_width(self.size.width), self.ink)
        await self.app.push_screen_wait(Overlay("Two films", rows))

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Play the film under the cursor in full screen; if no film was rendered, play the cut (F)."""
        self.player.run_with_source(
            lambda source: continue_full_screen(self, self.player, self.player.load_current_source)
        )

    @action
    async def act_player(self, key_command: KeyCommand) -> None:
        await self._open_in_external_player()

    async def _open_in_external_player(self) -> None:
        if self.path_here:
            await play_in_mpv(self.studio_app, self.path_here)
        else:
            self.show_message("there is no film to play yet", "warn", "{ui.render} renders one")

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        await self.act_player(key_command)

    def get_selected_file(self) -> str:
        return self.path_here

    def get_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments of the command `play`: the chosen film's file; if no film was rendered, the id
        of the current cut.
        """
        cut = self.film.cut if self.film else None
        return super().get_play_arguments() or ((cut.id,) if cut is not None else ())
