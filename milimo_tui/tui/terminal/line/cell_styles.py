"""Styles that say what a cell is for the line to the terminal: a part of a picture goes after the words."""

from __future__ import annotations

from rich.color import Color
from rich.style import Style


class PictureStyle(Style):
    """The style of a picture's cell; `picture` is its id in the terminal, 0 where cells are all there is."""

    __slots__ = ("picture",)
    picture: int

    def __eq__(self, other: object) -> bool:
        """Rich keeps sums of styles by equality: one picture's must not stand for another's."""
        return isinstance(other, PictureStyle) and self.picture == other.picture and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Style.__hash__


def picture_style(*, color: Color | None, bgcolor: Color | None = None, picture: int = 0) -> PictureStyle:
    """Return the style of a picture's cell."""
    marked = PictureStyle(color=color, bgcolor=bgcolor)
    marked.picture = picture
    if picture:
        marked._hash = hash((picture, hash(marked)))
    return marked


def picture_of(style: Style | None) -> int | None:
    """Return the id of the picture that a cell of this style is a part of; None for words."""
    return style.picture if isinstance(style, PictureStyle) else None
