"""Titles as they are mostly wanted: what each style sets, and for how long it stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from milimo_tui.cut.values.effects import Title


@dataclass(frozen=True, slots=True)
class TitleStyle:
    """A style: `title` without its words, what it is for, and how long it stands.

    `seconds` is its length, no longer than the clip it begins over where it is `of_clip`; `fade` is in and
    out of it, in seconds.
    """

    name: str
    note: str
    title: Title
    seconds: Fraction = Fraction(4)
    fade: Fraction = Fraction(1, 4)
    of_clip: bool = True

    def worded(self, text: str) -> Title:
        """Return a title of this style with other words."""
        return replace(self.title, text=text)

    def lasting(self, rate: Fraction, room: int | None) -> int:
        """Return its length in frames, over a clip with so many left; None: over nothing."""
        frames = max(1, int(self.seconds * rate))
        return min(frames, room) if self.of_clip and room else frames

    def fading(self, rate: Fraction, frames: int) -> int:
        """Return the frames of its fades, in a title of so many frames."""
        return min(int(self.fade * rate), frames // 3)


def _named(*styles: TitleStyle) -> Mapping[str, TitleStyle]:
    return MappingProxyType({style.name: style for style in styles})


STYLES = _named(
    TitleStyle(
        "lower third",
        "who speaks",
        Title(text="", size=0.085, align="left", place="bottom", lines=0.65, outline="#000000",
              style="lower third"),
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
        "what is said",
        Title(text="", size=0.055, place="bottom", outline="#000000", style="subtitle"),
        seconds=Fraction(3),
        fade=Fraction(0),
    ),
)  # fmt: skip
"""By name, in the order in which they are offered."""


def restyled(title: Title, style: TitleStyle) -> Title:
    """Return a title in another style; its words and its font stay."""
    return replace(style.worded(title.text), font=title.font)
