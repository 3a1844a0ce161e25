"""Styles for the cells of pictures. By these styles, the connection to the terminal recognises the cells and
sends them after text.
"""

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
        """Return True if both the style and the picture are equal. Rich caches combined styles by equality,
        so styles of different pictures must differ.
        """
        return isinstance(other, PictureStyle) and self.picture == other.picture and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = Style.__hash__

    def __add__(self, style: Style | None) -> Style:
        """Combine the style with another one, such as the tint of a panel. The cells of a picture in real
        pixels keep their style: another colour would name another picture, and the pixels can't be tinted.
        """
        return self if self.picture else super().__add__(style)

    def clear_meta_and_links(self) -> Style:  # type: ignore[override]  # Rich caches the method.
        """Return the style without links, of which the cells of a picture in real pixels have none."""
        return self if self.picture else super().clear_meta_and_links()


def make_picture_style(
    *, color: Color | None, bgcolor: Color | None = None, picture: int = 0
) -> PictureStyle:
    """Return a style for the cells of a picture, with foreground `color` and background `bgcolor`."""
    marked = PictureStyle(color=color, bgcolor=bgcolor)
    marked.picture = picture
    if picture:
        marked._hash = hash((picture, hash(marked)))
    return marked


def get_picture_id(style: Style | None) -> int | None:
    """Return the id of the picture to which cells of this style belong; 0 for a picture made of cells only,
    None for text.
    """
    return style.picture if isinstance(style, PictureStyle) else None
