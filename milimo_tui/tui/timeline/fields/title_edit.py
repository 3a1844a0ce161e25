"""A title while it is typed and placed: its text, style, duration and place. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.title_clips import TitleTiming, list_new_titles
from milimo_tui.cut.values.cut import Clip, Cut, NewId
from milimo_tui.cut.values.effects import Title
from milimo_tui.cut.values.title_styles import STYLES, change_title_style
from milimo_tui.tui.timeline.fields.fields import PALETTE

CARET = "|"
LEAST_SIZE, MOST_SIZE = 0.01, 0.6
STEP_SIZE = 0.005
_STYLE = ("size", "lines", "colour", "background", "outline", "fills", "roll", "align", "place", "font")


@dataclass(frozen=True, slots=True)
class TitleEdit:
    """A new title at a frame or, with a `clip`, a title being changed. `x` and `y` are fractions of the
    picture.
    """

    title: Title
    at: int
    frames: int
    fade: int
    x: float = 0.0
    y: float = 0.0
    clip: str = ""
    room: int | None = None  # Frames that the clip under the title still has.

    @property
    def text(self) -> str:
        return self.title.text

    @property
    def style(self) -> str:
        return self.title.style

    def with_title_text(self, text: str) -> TitleEdit:
        """Return the edit with another text."""
        return replace(self, title=replace(self.title, text=text))

    def with_style(self, step: int, rate: Fraction) -> TitleEdit:
        """Return the edit with the style `step` places further on; a new title also takes the duration of
        that style.
        """
        names = [*STYLES]
        at = names.index(self.style) + step if self.style in names else (0 if step > 0 else -1)
        style = STYLES[names[at % len(names)]]
        frames = self.frames if self.clip else style.get_length(rate, self.room)
        return replace(
            self,
            title=change_title_style(self.title, style),
            frames=frames,
            fade=style.get_fade_length(rate, frames),
            x=0.0,
            y=0.0,
        )

    def move_title_by(self, across: float, down: float) -> TitleEdit:
        """Return the edit moved by fractions of the picture, at most to the edge of the picture."""
        x, y = (round(min(1.0, max(-1.0, value)), 4) for value in (self.x + across, self.y + down))
        return replace(self, x=x, y=y)

    def resize_letters(self, count: int) -> TitleEdit:
        """Return the edit with letters `count` steps larger."""
        size = round(min(MOST_SIZE, max(LEAST_SIZE, self.title.size + count * STEP_SIZE)), 4)
        return replace(self, title=replace(self.title, size=size))

    def lengthen_by(self, by: int) -> TitleEdit:
        """Return the edit `by` frames longer."""
        return replace(self, frames=max(1, self.frames + by))

    def lengthen_fades(self, by: int) -> TitleEdit:
        """Return the edit with fades `by` frames longer."""
        return replace(self, fade=min(self.frames // 2, max(0, self.fade + by)))

    def with_next_colour(self) -> TitleEdit:
        """Return the edit with the next colour."""
        there = [*PALETTE.values()]
        at = there.index(self.title.colour) if self.title.colour in there else -1
        return replace(self, title=replace(self.title, colour=there[(at + 1) % len(there)]))

    def apply_title(self, cut: Cut, new_id: NewId, caret: int | None = None) -> Cut:
        """Return a cut with the title; `caret` draws a caret at that position in the text, for a title that
        is being typed.

        Without text the cut is returned unchanged.
        """
        text = self.text if caret is None else f"{self.text[:caret]}{CARET}{self.text[caret:]}"
        if not text.strip():
            return cut
        title, standing = replace(self.title, text=text), TitleTiming(self.frames, self.fade, self.x, self.y)
        if self.clip:
            made = edits.change_title_clip(cut, self.clip, title, standing, new_id=new_id)
        else:
            made = edits.put_title_clip(cut, self.at, title, standing, new_id=new_id)
        if caret is None:
            return made
        before = {clip.id for clip in cut.clips} - {self.clip}
        (clip,) = list_new_titles(made, before)  # The clip's label shows the text without the caret.
        return edits.set_clip(made, clip.id, label=clip.label or " ".join(self.text.split()) or "title")

    def to_title_arguments(self) -> dict[str, Any]:
        """Return the arguments of `cut.title` that write the title."""
        given: dict[str, Any] = {name: getattr(self.title, name) for name in _STYLE}
        given |= {"text": self.text, "style": self.style, "frames": self.frames, "fade": self.fade}
        given |= {"x": self.x, "y": self.y}
        return given | ({"clip": self.clip} if self.clip else {"at": str(self.at)})


def begin_new_title(at: int, rate: Fraction, room: int | None) -> TitleEdit:
    """Begin a title at a frame, in the first style; `room` is the number of frames left in the clip under
    it.
    """
    style = next(iter(STYLES.values()))
    frames = style.get_length(rate, room)
    return TitleEdit(style.title, at, frames, style.get_fade_length(rate, frames), room=room)


def begin_title_change(clip: Clip, at: int) -> TitleEdit:
    """Begin to change an existing title, at its first frame."""
    assert clip.effects.title is not None
    fade = max(clip.fade_in, clip.fade_out)
    x, y = (clip.effects.get_value_at(name, 0) for name in ("x", "y"))
    return TitleEdit(clip.effects.title, at, clip.frames, fade, x, y, clip.id)
