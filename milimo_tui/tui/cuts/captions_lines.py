"""Captions and spoken words as rows of their lists. Pure functions over values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from rich.text import Text

from milimo_tui.core.time import format_timecode, seconds_to_frames
from milimo_tui.cut.values.caption_text import remove_style_tags
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.words.caption_checks import CaptionProblem
from milimo_tui.cut.words.word_cuts import ClipWord
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

SPEAKER = 9  # Width of the column with the speaker, in cells.


def format_caption_headings(ink: TextStyles) -> tuple[Text, Text]:
    """Return the column headings of the captions."""
    left = f"     {'start':11}  {'length':>6}  {'speaker':{SPEAKER}}  words"
    return join_line((left, ink.muted)), join_line(("", ink.muted))


def build_caption_rows(
    shown: Sequence[CutCaption],
    captions: Sequence[CutCaption],
    problems: Mapping[str, Sequence[CaptionProblem]],
    rate: Fraction,
    ink: TextStyles,
) -> list[Row]:
    """Return a row for each shown caption: its number, start, length, speaker and words. The short form of
    its first problem is on the right, so that its words stay visible. `captions` are all of the track.
    """
    numbers = {each.id: number for number, each in enumerate(captions, start=1)}
    rows = []
    for each in shown:
        words = " / ".join(remove_style_tags(each.text).split("\n"))
        start = format_timecode(seconds_to_frames(each.start, rate), rate)
        left = join_line(
            (f"{numbers[each.id]:4} ", ink.muted),
            (f"{start:11}  ", ink.muted),
            (f"{float(each.end - each.start):5.1f}s  ", ink.muted),
            (f"{fit_to_cells(each.speaker, SPEAKER)}  ", ink.accent),
            (words, ink.text),
        )
        wrong = problems.get(each.id, ())
        right = join_line((f"▲ {wrong[0].short}" if wrong else "", ink.stale))
        rows.append(Row(each.id, left, right, f"{each.speaker} {words}"))
    return rows


def format_caption_problems(problems: Sequence[CaptionProblem], ink: TextStyles) -> Text:
    """Return the line under the list: all problems of the caption under the cursor."""
    sentences = ". ".join(each.sentence[:1].upper() + each.sentence[1:] for each in problems)
    return join_line((f"▲ {sentences}." if problems else "", ink.stale))


def build_word_rows(
    heard: Sequence[ClipWord], chosen: Collection[int], start: int, rate: Fraction, ink: TextStyles
) -> list[Row]:
    """Return a row for each word that is heard in a clip: its number, its time in the cut, and the word with
    its neighbours. `chosen` are the numbers of selected words, and `start` is the clip's first frame.
    """
    rows = []
    for index, each in enumerate(heard):
        before = " ".join(word.word.text for word in heard[max(0, index - 4) : index])
        after = " ".join(word.word.text for word in heard[index + 1 : index + 9])
        time = format_timecode(start + int(each.start), rate)
        is_chosen = each.number in chosen
        left = join_line(
            ("■ " if is_chosen else "  ", ink.picked),
            (f"{each.number:5}  {time:11}  ", ink.muted),
            (f"{before} ", ink.muted),
            (each.word.text, ink.picked if is_chosen else ink.strong),
            (f" {after}", ink.muted),
        )
        length = float((each.end - each.start) / rate)
        rows.append(
            Row(str(each.number), left, join_line((f"{length:.2f}s", ink.muted)), f"{each.word.text}")
        )
    return rows
