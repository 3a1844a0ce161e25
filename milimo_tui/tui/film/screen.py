"""The Film screen: the render to be, the key that makes it, the films made so far, how to fetch one.

Draws the snapshot, the queue and the project's renders; every action is a command of the registry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from milimo_tui.cut.delivery.presets import NAMES, PRESETS, preset_of
from milimo_tui.studio.project.next_here import Place
from milimo_tui.tui.fields.form_field import FormField, Kind
from milimo_tui.tui.film.film_lines import comparison_rows
from milimo_tui.tui.film.film_view import FilmView
from milimo_tui.tui.film.request_fields import changed, request_field
from milimo_tui.tui.play.full_screen import go_on_alone
from milimo_tui.tui.play.mpv import to_player
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shell.overlay import room as panel_width
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class FilmScreen(FilmView):
    """The keys of the Film screen."""

    MODE = "film"
    TITLE = "Film"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("film", "viewing", "list", "global")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#films"

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self.player,)

    @property
    def own_contexts(self) -> tuple[str, ...]:
        return ("watching", *self.CONTEXTS) if self.is_watching else self.CONTEXTS

    def mode_name(self) -> str:
        name = super().mode_name()
        return name.replace("NORMAL", "WATCHING", 1) if self.is_watching else name

    def next_place(self) -> Place:
        return Place(self.MODE, instead={"film.render": "ui.render"})

    # -- acts --------------------------------------------------------------------------------------

    def act_out(self, key_command: KeyCommand) -> None:
        """Esc: put away what is watched."""
        if self.is_watching and not self.typing:
            self.player.forget()
            self.viewing_keys.act_view_plain(key_command)
            self._draw()
        else:
            super().act_out(key_command)

    async def act_render(self, key_command: KeyCommand) -> None:
        if self.estimate is not None and self.estimate.trouble:
            self.say(self.estimate.trouble, "warn", self.estimate.hint)
            return
        request = self.request
        values: dict[str, Any] = {
            "preset": request.preset,
            "size": request.size,
            "rate": request.rate,
            "quality": request.quality,
            "bitrate": request.bitrate,
            "burn": request.burn,
            "subtitles": request.subtitles,
            "loudness": request.loudness,
            "scenes": self.scenes,
            "output": self.output,
            "range": f"{self.range[0]}..{self.range[1]}" if self.range else "",
            "detach": True,
        }
        await self.studio_app.command("film.render", {name: value for name, value in values.items() if value})

    def _change_request(self, **changes: Any) -> None:
        """Change the request and estimate it again."""
        self.request = replace(self.request, **changes)
        self._read_again()

    def act_range(self, key_command: KeyCommand) -> None:
        """Render the whole cut, or in to out."""
        self.marked_only = not self.marked_only
        if self.marked_only and self.range is None:
            self.marked_only = False
            self.say("no range is marked", "warn", "i and o mark one on the timeline")
            return
        self.say("renders in to out" if self.marked_only else "renders the whole cut")
        self._read_again()

    def act_scenes(self, key_command: KeyCommand) -> None:
        """Render one file, or one for every scene."""
        self.scenes = not self.scenes
        self._read_again()

    def act_preset(self, key_command: KeyCommand) -> None:
        """Take the next preset, round the end."""
        self._choose(NAMES[(NAMES.index(self.request.preset) + 1) % len(NAMES)])

    async def act_presets(self, key_command: KeyCommand) -> None:
        """Choose a preset from the list of all."""
        ink = self.ink
        rows = [
            Row(
                row.name,
                line((f"{row.name:<14}", ink.strong), (row.title, ink.text)),
                line((row.group, ink.muted)),
            )
            for row in PRESETS
        ]
        panel = Overlay("How the film is written", rows, "Enter chooses   Esc leaves")
        name = await self.app.push_screen_wait(panel)
        if name:
            self._choose(name)

    def _choose(self, name: str) -> None:
        """Take a preset, with those requests that suit any."""
        picture = preset_of(name).delivery.picture
        alone = {} if picture else {"size": "", "rate": "", "burn": ()}
        self.output = ""
        self._change_request(preset=name, quality=None, bitrate="", subtitles="", **alone)

    def _lacks_pictures(self) -> bool:
        lacks = preset_of(self.request.preset).delivery.picture is None
        if lacks:
            self.say(f"{self.request.preset} is sound alone", "warn", "p is another preset")
        return lacks

    async def _ask_for(self, name: str) -> None:
        """Ask for a part of the request; what can't be stays as it was typed, with the reason."""
        typed = await self.ask_field(request_field(name, self.request), name=name.upper())
        if typed is not None:
            self._change_request(**changed(name, typed))

    async def act_size(self, key_command: KeyCommand) -> None:
        if not self._lacks_pictures():
            await self._ask_for("size")

    async def act_rate(self, key_command: KeyCommand) -> None:
        if not self._lacks_pictures():
            await self._ask_for("rate")

    async def act_quality(self, key_command: KeyCommand) -> None:
        """Ask for quality: a number is the encoder's, one with a unit is a bit rate."""
        await self._ask_for("quality")

    async def act_burn(self, key_command: KeyCommand) -> None:
        if not self._lacks_pictures():
            await self._ask_for("burn")

    def act_subtitles(self, key_command: KeyCommand) -> None:
        """Go through none, SRT, VTT and embedded."""
        kinds = ("", "srt", "vtt", "embedded")
        self._change_request(subtitles=kinds[(kinds.index(self.request.subtitles) + 1) % len(kinds)])

    async def act_loudness(self, key_command: KeyCommand) -> None:
        await self._ask_for("loudness")

    async def act_output(self, key_command: KeyCommand) -> None:
        target = self.estimate.target if self.estimate else ""
        field = FormField(key="output", label="file", kind=Kind.PATH, text=self.output or target)
        typed = await self.ask_field(field, name="FILE")
        if typed is not None:
            self.output = typed.strip()
            self._read_again()

    def act_mark_film(self, key_command: KeyCommand) -> None:
        if self.film_here is None:
            self.say("there is no film to mark yet", "warn", "c c renders it")
            return
        key = self.film_here.key
        self.marked = "" if key == self.marked else key
        self.viewing_keys.grabbed = None  # the marked film is what is compared with now
        self._draw()

    async def act_compare(self, key_command: KeyCommand) -> None:
        """Compare the film here with the marked one, or the one before it."""
        here, other = self.film_here, self.other_film
        if here is None or other is None:
            self.say("two films can be compared once there are two", "warn", "c c renders one")
            return
        rows = comparison_rows(other, here, panel_width(self.size.width), self.ink)
        await self.app.push_screen_wait(Overlay("Two films", rows))

    def act_full_screen(self, key_command: KeyCommand) -> None:
        """F: play the film under the cursor alone, or the cut where there is no film."""
        self.player.with_source(lambda source: go_on_alone(self, self.player, self.player.newest))

    async def act_player(self, key_command: KeyCommand) -> None:
        if self.chosen:
            await to_player(self.studio_app, self.chosen)
        else:
            self.say("there is no film to play yet", "warn", "c c renders it")

    async def act_enter(self, key_command: KeyCommand) -> None:
        await self.act_player(key_command)

    def shown_file(self) -> str:
        return self.chosen
