"""Small helpers for lines of text: left and right parts, columns, cutting with an ellipsis, links. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from socket import gethostname
from urllib.parse import quote

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.style import Style
from rich.text import Text

# A regular expression for a web address, or for an absolute path with at least two names.
_LINK_TARGET = re.compile(r"https://[^\s“”\"<>]+|(?<![\w./~])(?:/[\w.@+~-]+){2,}")
# If a path is wrapped, a piece of it becomes a link only if it has at least this many cells, because a
# shorter piece could be any word.
_SHORT_PIECE = 12
Part = str | Text | tuple[str, Style]


def add_link_style(style: Style, place: str) -> Style:
    """Return the style with a terminal link (OSC 8) to a web address or to a local file."""
    if place.startswith("https://"):
        return style + Style(link=quote(place, safe=":/?#[]@!$&'()*+,;=%"))
    return style + Style(link=f"file://{gethostname()}{quote(place)}")


def find_link_targets(words: str) -> tuple[str, ...]:
    """Return the web addresses and paths in a text, without duplicates and without punctuation at their
    ends.
    """
    return tuple(dict.fromkeys(found[0].rstrip(".,;:)") for found in _LINK_TARGET.finditer(words)))


def abbreviate_home(words: str) -> str:
    """Return a text with `~` in place of the user's home directory in every path."""
    home = re.escape(str(Path.home()))
    return re.sub(rf"(?<![\w./~-]){home}(?=/|$|[\s,;:)])", "~", words)


def link_targets_in_row(row: str, style: Style, places: Sequence[str]) -> Text:
    """Return a row of text in which addresses and paths are links. `places` has the complete addresses and
    paths. A path is also found if only a part of it is on this row because it is wrapped, or if its home
    directory is shown as `~`.
    """
    out = join_line((row, style))
    for token in re.finditer(r"\S+", row) if places else ():
        for place in places:
            shown = abbreviate_home(place)
            at = token[0].find(shown)
            piece = shown if at >= 0 else token[0]
            if at < 0 and (len(piece) < _SHORT_PIECE or piece not in shown):
                continue
            start = token.start() + max(0, at)
            out.stylize(add_link_style(Style(), place), start, start + len(piece))
            break
    return out


def join_line(*parts: Part) -> Text:
    """Join plain and styled parts into one line that never wraps."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis", end="")


def truncate_line(text: Text, width: int) -> Text:
    """Cut a text to at most `width` cells. A text that is cut ends in an ellipsis."""
    if text.cell_len <= width:
        return text
    out = text.copy()
    out.truncate(max(0, width), overflow="ellipsis")
    return out


def fit_to_cells(words: str, width: int) -> str:
    """Pad a text with spaces, or cut it with an ellipsis, so that it is exactly `width` cells wide."""
    if width <= 0:
        return ""
    words = " ".join(words.split())
    if cell_len(words) <= width:
        return set_cell_size(words, width)
    return set_cell_size(set_cell_size(words, width - 1).rstrip() + "…", width)


def truncate_path(path: str, width: int) -> str:
    """Cut a path to at most `width` cells at its beginning, because its end names the file."""
    if cell_len(path) <= width:
        return path
    while len(path) > 1 and cell_len(path) > width - 1:
        path = path[1:]
    return f"…{path}"


def wrap_words(words: str, cells: int, *, indent: str = "") -> list[str]:
    """Wrap words at blanks into rows of at most `cells` cells (at least 2). Every row except the first begins
    with `indent`.
    """
    cells = max(2, cells)
    # If the indent leaves fewer than two cells, drop it, because a wide character needs two cells.
    indent = indent if cell_len(indent) <= cells - 2 else ""
    rows, row = list[str](), ""
    for piece in re.findall(r"\s*\S+", words.expandtabs().replace("\n", " ")):
        if row.strip() and cell_len(row + piece) > cells:
            rows.append(row)
            row, piece = indent, piece.lstrip()
        row += piece
        while cell_len(row) > cells:
            whole = chop_cells(row, cells)[0]
            rows.append(whole)
            row = indent + row[len(whole) :]
    return [*rows, row] if row.strip() else rows


def join_line_ends(left: Text, right: Text, width: int, gap: int = 2) -> Text:
    """Return a line of `width` cells with one text at the left and another at the right end. If there is not
    enough space, the left text is cut. `gap` is the minimum distance in cells.
    """
    right = truncate_line(right, width)
    room = width - right.cell_len
    if right.cell_len and room > gap:
        room -= gap
    left = truncate_line(left, max(0, room))
    pad = width - left.cell_len - right.cell_len
    return Text.assemble(left, " " * max(0, pad), right, no_wrap=True, end="")


def join_columns(cells: Sequence[tuple[str, int, Style]], gap: int = 2) -> Text:
    """Join texts into columns of given widths in cells. Each item is a text, its width and its style. A
    negative width aligns the text right, as for numbers.
    """
    out = Text(no_wrap=True, end="")
    for index, (words, width, style) in enumerate(cells):
        if index:
            out.append(" " * gap)
        if width < 0:
            words = fit_to_cells(words, -width).rstrip()
            out.append(" " * (-width - cell_len(words)))
            out.append(words, style)
        else:
            out.append(fit_to_cells(words, width), style)
    return out


def split_progress_bar(share: float, width: int) -> tuple[str, str]:
    """Draw a progress bar of `width` cells as two strings: the finished and the remaining part. `share` is
    the finished part, 0 to 1.
    """
    done = round(max(0.0, min(1.0, share)) * width)
    return "▓" * done, "░" * (width - done)
