"""Rows that show both texts of a shot that a commit would change: first the text in the film, then the text
in the screenplay. Words that differ are highlighted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.terminal.theme import TextStyles

LABEL = 15  # Width of the column with the labels, in cells.
FILM, SCRIPT = "in the film", "in the script"


def build_both_text_rows(
    effect: Mapping[str, Any] | None, ink: TextStyles, width: int, label: str = SCRIPT
) -> list[Row]:
    """Return rows for one effect of a commit (see `storyboard commit --dry-run`): both texts of the shot,
    then other notes on the effect. `label` is the name of the new text. Return no rows if there is nothing
    to show.
    """
    if effect is None:
        return []
    old, new = effect["before"].split(), effect["after"].split()
    match = SequenceMatcher(None, old, new, autojunk=False)
    changes = [change for change in match.get_opcodes() if change[0] != "equal"]
    is_both = bool(old and new)
    lit_old = {at for _, first, end, _, _ in changes for at in range(first, end)} if is_both else set[int]()
    lit_new = {at for _, _, _, first, end in changes for at in range(first, end)} if is_both else set[int]()
    rows = _build_labelled_text_rows(FILM, old, lit_old, ink, width)
    if old != new:
        rows += [
            *([Row("", Text())] if rows else []),
            *_build_labelled_text_rows(label, new, lit_new, ink, width),
        ]
    rows += [Row("", Text())] if rows and effect["reasons"] else []
    for sentence in effect["reasons"]:
        rows += [Row("", join_line((words, ink.muted))) for words in wrap_words(sentence, width - 4)]
    return rows


def _build_labelled_text_rows(
    label: str, words: list[str], lit: Collection[int], ink: TextStyles, width: int
) -> list[Row]:
    """Return rows with a label and a text after it. `lit` has the indexes of the words to highlight. Return
    no rows if there are no words.
    """
    room = max(20, width - LABEL - 4)
    rows, at = list[Row](), 0
    for nth, piece in enumerate(wrap_words(" ".join(words), room)):
        text = Text()
        for place, word in enumerate(piece.split()):
            text.append(f" {word}" if place else word, ink.accent if at in lit else ink.text)
            at += 1
        left = join_line((fit_to_cells("" if nth else label, LABEL), ink.muted))
        rows.append(Row("", left + text))
    return rows
