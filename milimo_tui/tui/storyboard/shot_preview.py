"""The pane next to the storyboard, if there is space for it: the shot under the cursor with a large picture
and its complete text.
"""

from __future__ import annotations

import asyncio
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.widgets import Static

from milimo_tui.story.values.film import Scene, Shot
from milimo_tui.tui.shot.shot_state import PictureSource, describe_framing, format_shot_length, format_tags
from milimo_tui.tui.terminal.images.pictures import OFF
from milimo_tui.tui.terminal.theme import OFFLINE, TextStyles
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp

# Seconds for which the cursor must rest before the large picture is requested, so that it does not delay
# keys.
REST = 0.3
# Seconds after which the first version of the picture, which has few bytes, is replaced by the picture in
# full quality.
LOOKED_AT = 1.2


class ShotBeside(Vertical):
    """The pane next to the storyboard with the text and the picture of one shot. While the pane is hidden, no
    picture is drawn.
    """

    DEFAULT_CSS = """
    ShotBeside { display: none; height: 1fr; }
    ShotBeside Picture { height: 20; margin-bottom: 1; }
    #beside-words { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        # The picture that is shown in full quality, and its size in cells. The same picture is then not
        # replaced by a version with fewer bytes.
        self._in_full: tuple[PictureSource, Size] | None = None

    def compose(self) -> ComposeResult:
        yield Picture(id="beside-picture")
        yield Static(id="beside-words", markup=False)

    def fit_picture_height(self, ratio: float) -> None:
        """Set the height of the picture to fit its present width. `ratio` is the film's width divided by its
        height.
        """
        picture = self.query_one(Picture)
        wide = picture.size.width
        if wide:
            picture.styles.height = max(4, round(wide / ratio / 2))

    def show_words(self, words: list[Text]) -> None:
        """Replace the text in the pane."""
        self.query_one("#beside-words", Static).update(Text("\n").join(words), layout=False)

    async def show_picture(self, app: StudioApp, source: PictureSource) -> None:
        """Show the picture of a shot: first a version with few bytes, because the cursor may move on soon,
        then the picture in full quality.
        """
        seen = source, self.query_one(Picture).size
        if app.pictures.has_light_mode and seen != self._in_full:
            self._in_full = None
            await self._show_source(app, source, light=True)
            await asyncio.sleep(LOOKED_AT)
        await self._show_source(app, source)
        self._in_full = seen

    async def _show_source(self, app: StudioApp, source: PictureSource, *, light: bool = False) -> None:
        picture = self.query_one(Picture)
        columns, rows = picture.size
        if not self.display or not columns:
            return
        if app.terminal.pictures == "off" or not source.path:
            picture.show_shared_drawing(None, "no picture yet" if not source.path else OFF)
            return
        drawing = await app.pictures.draw_file(
            Path(source.path),
            columns,
            rows,
            seconds=source.seconds,
            bars=get_terminal_app(self).ink.get_rgb("surface"),
            crop=source.crop,
            light=light,
        )
        if drawing is None or drawing is not picture.drawing:
            picture.show_shared_drawing(drawing, f"{OFFLINE} offline")


def draw_shot_text(
    number: str, shot: Shot, scene: Scene | None, state: Text, rate: Fraction, ink: TextStyles, width: int
) -> list[Text]:
    """Return the lines that describe a shot, wrapped to `width` cells: number, framing, scene, state, action
    and dialogue.
    """
    length = f"{format_shot_length(shot.frames, rate)}   {shot.frames} f   "
    out = [join_line((number, ink.strong), "  ", (describe_framing(shot), ink.text))]
    out += [join_line((scene.heading, ink.muted))] if scene is not None else []
    out += [join_line(), join_line((length, ink.muted), state), join_line()]
    out += [join_line((part, ink.text)) for part in wrap_words(shot.action, width)]
    for spoken in shot.dialogue:
        out += [join_line(), join_line((spoken.character, ink.muted))]
        out += [join_line((part, ink.text)) for part in wrap_words(f"“{spoken.text}”", width)]
    if shot.note or shot.tags:
        out += [join_line()]
    if shot.note:
        out += [join_line((part, ink.text)) for part in wrap_words(f"note  {shot.note}", width)]
    if shot.tags:
        out += [join_line((part, ink.accent)) for part in wrap_words(" ".join(format_tags(shot.tags)), width)]
    return out
