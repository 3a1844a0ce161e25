"""Built-in styles of titles: the appearance and the default duration of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from milimo_tui.cut.values.effects import Title, TitleAlign, TitlePlace


@dataclass(frozen=True, slots=True)
class TitleStyle:
    """A style of titles: the appearance and timing of a title, and a note about the use of the style. It has
    no text.

    `seconds` is the duration. With `of_clip`, the title ends no later than the clip on the track below it.
    `fade` is the duration in seconds of the fade-in and of the fade-out.
    """

    name: str
    note: str
    title: Title
    seconds: Fraction = Fraction(4)
    fade: Fraction = Fraction(1, 4)
    of_clip: bool = True

    def create_title(self, text: str) -> Title:
        """Return a title in this style with the given text."""
        return replace(self.title, text=text)

    def get_length(self, rate: Fraction, room: int | None) -> int:
        """Return the length of a title in frames.

        `room` is the number of frames until the end of the clip below. None means that there is no clip
        below.
        """
        frames = max(1, int(self.seconds * rate))
        return min(frames, room) if self.of_clip and room else frames

    def get_fade_length(self, rate: Fraction, frames: int) -> int:
        """Return the length in frames of the fade-in and of the fade-out of a title that has `frames`
        frames.
        """
        return min(int(self.fade * rate), frames // 3)


def _index_title_styles(*styles: TitleStyle) -> Mapping[str, TitleStyle]:
    return MappingProxyType({style.name: style for style in styles})


STYLES = _index_title_styles(
    TitleStyle(
        "lower third",
        "who speaks",
        Title(text="", size=0.085, align=TitleAlign.LEFT, place=TitlePlace.BOTTOM,
              lines=0.65, outline="#000000", style="lower third"),
    ),
    TitleStyle(
        "card",
        "words on black",
        Title(text="", size=0.11, background="#000000", fills=True, style="card"),
        seconds=Fraction(3),
        fade=Fraction(0),
    ),
    TitleStyle(
        "credits roll",
        "from below",
        Title(text="", size=0.06, background="#000000", fills=True, roll=True, style="credits roll"),
        seconds=Fraction(15),
        fade=Fraction(0),
        of_clip=False,
    ),
    TitleStyle(
        "subtitle",
        "spoken words",
        Title(text="", size=0.055, place=TitlePlace.BOTTOM, outline="#000000", style="subtitle"),
        seconds=Fraction(3),
        fade=Fraction(0),
    ),
)  # fmt: skip
"""The styles by name, in the order in which they are listed."""


def change_title_style(title: Title, style: TitleStyle) -> Title:
    """Return a title in another style. Its text and its font are preserved."""
    return replace(style.create_title(title.text), font=title.font)
