"""A title while the user types and positions it: its text, style, duration and position. Pure."""

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
    """A title that is being made or changed.

    - `at` is its first frame in the film; `frames` and `fade` are durations in frames.
    - `x` and `y` are its offset as fractions of the picture.
    - `clip` is the id of the changed title; it is empty for a new title.
    """

    title: Title
    at: int
    frames: int
    fade: int
    x: float = 0.0
    y: float = 0.0
    clip: str = ""
    # Number of frames from the title's start to the end of the V1 clip under it. None if there is no such
    # clip.
    room: int | None = None

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
        """Return a copy of the edit with the style that is `step` positions later in the list of styles. A
        new title also gets that style's duration. The title's offset is reset, so that the title is at the
        position of its style.
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
        """Return the edit with the title moved by fractions of the picture's width and height. The offset
        stays between −1 and 1.
        """
        x, y = (round(min(1.0, max(-1.0, value)), 4) for value in (self.x + across, self.y + down))
        return replace(self, x=x, y=y)

    def resize_letters(self, count: int) -> TitleEdit:
        """Return the edit with the letters `count` steps larger, within the size limits."""
        size = round(min(MOST_SIZE, max(LEAST_SIZE, self.title.size + count * STEP_SIZE)), 4)
        return replace(self, title=replace(self.title, size=size))

    def lengthen_by(self, by: int) -> TitleEdit:
        """Return the edit with the title `by` frames longer; at least one frame remains."""
        return replace(self, frames=max(1, self.frames + by))

    def lengthen_fades(self, by: int) -> TitleEdit:
        """Return the edit with fades `by` frames longer, at most half of the title each."""
        return replace(self, fade=min(self.frames // 2, max(0, self.fade + by)))

    def with_next_colour(self) -> TitleEdit:
        """Return the edit with the next colour."""
        there = [*PALETTE.values()]
        at = there.index(self.title.colour) if self.title.colour in there else -1
        return replace(self, title=replace(self.title, colour=there[(at + 1) % len(there)]))

    def apply_title(self, cut: Cut, new_id: NewId, caret: int | None = None) -> Cut:
        """Return a copy of the cut with the title. If the title has no text, return the cut unchanged.

        While the user is typing the title, `caret` is the index of the character before which a caret is
        drawn.
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
        # The clip's name comes from its text, so it would contain the caret. Set the name to the text without
        # the caret.
        (clip,) = list_new_titles(made, before)
        return edits.set_clip(made, clip.id, label=clip.label or " ".join(self.text.split()) or "title")

    def to_title_arguments(self) -> dict[str, Any]:
        """Return the arguments of `cut.title` that write the title."""
        given: dict[str, Any] = {name: getattr(self.title, name) for name in _STYLE}
        given |= {"text": self.text, "style": self.style, "frames": self.frames, "fade": self.fade}
        given |= {"x": self.x, "y": self.y}
        return given | ({"clip": self.clip} if self.clip else {"at": str(self.at)})


def begin_new_title(at: int, rate: Fraction, room: int | None) -> TitleEdit:
    """Return a new title at frame `at` of the film, in the first style. `room` is the number of frames from
    there to the end of the V1 clip under the title; None if there is no clip.
    """
    style = next(iter(STYLES.values()))
    frames = style.get_length(rate, room)
    return TitleEdit(style.title, at, frames, style.get_fade_length(rate, frames), room=room)


def begin_title_change(clip: Clip, at: int) -> TitleEdit:
    """Return an edit of an existing title clip; `at` is its first frame in the film."""
    assert clip.effects.title is not None
    fade = max(clip.fade_in, clip.fade_out)
    x, y = (clip.effects.get_value_at(name, 0) for name in ("x", "y"))
    return TitleEdit(clip.effects.title, at, clip.frames, fade, x, y, clip.id)
