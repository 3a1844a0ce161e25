"""Lists in the action of a screenplay, such as the pictures of a montage: one item to a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.text import collapse_text

_ITEM_MARK = compile_lazily(r"\s*(?:(?:[-–—•·]+\s*|\*+\s+)(?=\w|[\"“'(])|(?:[A-Za-z]|\d{1,2})[.)]\s+)")


def split_list_items(rows: Sequence[tuple[int, str]], montage: bool) -> Iterator[tuple[int, int, str]]:
    """Yield the rows of a paragraph as (first line, last line, text). Each list item is separate; all other
    rows are joined. `montage` is True if the paragraph is in a montage, where one item is a list.
    """
    marks = [_ITEM_MARK.match(text) for _, text in rows]
    if not any(marks) or not (montage or (all(marks) and len(marks) > 1)):
        text = collapse_text("\n".join(text for _, text in rows))
        if rows:
            yield rows[0][0], rows[-1][0], text
        return
    groups: list[list[tuple[int, str]]] = []
    for (line, text), mark in zip(rows, marks, strict=True):
        if mark or not groups:
            groups.append([(line, text[mark.end() :] if mark else text)])
        else:
            groups[-1].append((line, text))
    for group in groups:
        yield group[0][0], group[-1][0], collapse_text("\n".join(text for _, text in group))
