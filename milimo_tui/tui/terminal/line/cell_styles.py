"""Styles that mark the cells of a picture, which are sent to the terminal after text."""

from __future__ import annotations

from rich.color import Color
from rich.style import Style


class PictureStyle(Style):
    """The style of a picture's cell. `picture` is the picture's id in the terminal; 0 if the picture consists
    of cells only.
    """

    __slots__ = ("picture",)
    picture: int

    def __eq__(self, other: object) -> bool:
        """Return True for the same style of the same picture. Rich caches sums of styles by equality, and
        styles of different pictures must not be mixed up.
        """
        return isinstance(other, PictureStyle) and self.picture == other.picture and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Style.__hash__


def make_picture_style(
    *, color: Color | None, bgcolor: Color | None = None, picture: int = 0
) -> PictureStyle:
    """Return the style of a picture's cell."""
    marked = PictureStyle(color=color, bgcolor=bgcolor)
    marked.picture = picture
    if picture:
        marked._hash = hash((picture, hash(marked)))
    return marked


def get_picture_id(style: Style | None) -> int | None:
    """Return the id of the picture that a cell with this style belongs to; None for text."""
    return style.picture if isinstance(style, PictureStyle) else None
