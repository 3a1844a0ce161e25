"""Merge an edited screenplay into the Final Draft file that it was imported from.

Unedited parts stay byte for byte as in the file, including revisions, tags, notes, locked pages, and
everything that this program does not know. If the text was not edited at all, the result is the file itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from milimo_tui.interchange.screenplays.fdx_in import FdxUnit, classify_fdx_paragraph, read_fdx
from milimo_tui.interchange.screenplays.fdx_out import (
    TYPES,
    NewFdxParagraph,
    format_paragraphs_xml,
    format_run_xml,
    format_title_page_xml,
    make_fdx_paragraphs,
)
from milimo_tui.interchange.screenplays.fdx_tree import FdxParagraph, FdxTree, parse_fdx_tree
from milimo_tui.interchange.screenplays.fountain_blocks import has_one_style
from milimo_tui.interchange.screenplays.paragraph_diff import ChangedRange, find_changed_ranges
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode
from milimo_tui.story.values.emphasis import StyledRun

_Key = tuple[object, ...]
_Edit = tuple[int, int, bytes]  # Start and end of the bytes to replace, and their replacement.
_LOOKED_AT = 4096  # Number of bytes at the start of the file that are examined.


@dataclass(frozen=True, slots=True)
class _ParagraphGroup:
    """Paragraphs of the edited text that belong together, such as the two sides of dual dialogue. Groups with
    equal keys have the same content.
    """

    paragraphs: tuple[NewFdxParagraph, ...]

    @property
    def line(self) -> int:
        """The line of the screenplay in which the group starts."""
        return self.paragraphs[0].line

    @property
    def key(self) -> _Key:
        """The content of the group as a tuple. Groups with equal tuples are treated as unchanged."""
        return tuple(
            (each.type, each.attributes, each.runs, each.notes, each.side) for each in self.paragraphs
        )


@dataclass(frozen=True, slots=True)
class MergedFdx:
    """The result of a merge: the new bytes of the file, and the number of paragraphs that were written or
    removed.
    """

    data: bytes
    changed: int


def merge_into_fdx(
    original: bytes, screenplay: Screenplay, mode: ScreenplayMode = ScreenplayMode.SCREENPLAY
) -> MergedFdx:
    """Merge a screenplay into the Final Draft file that it was imported from. `mode` is the mode in which its
    text was parsed.

    Raises BadInput if `original` is not a Final Draft file.
    """
    tree = parse_fdx_tree(original)
    known = read_fdx(tree)
    before = fountain.parse(known.text.encode(), mode) if known.text else Screenplay(mode=mode)
    was, now = _make_paragraph_groups(before), _make_paragraph_groups(screenplay)
    lines = [(line, at) for at, line in enumerate(known.lines) if line]
    units = [lines[bisect_right(lines, (each.line, len(known.units))) - 1][1] for each in was]
    holders = _find_unit_spans(tree, known.units, [at for _, at in lines], frozenset(units))
    unit_spans = [holders[at] for at in units]
    numbers: dict[_Key, int] = {}
    keys = [[numbers.setdefault(each.key, len(numbers)) for each in groups] for groups in (was, now)]
    edits: list[_Edit] = []
    count = 0
    for each in _widen_to_spans(find_changed_ranges(*keys), [holder.first for holder in unit_spans]):
        groups, old = now[each.begin : each.end], list(dict.fromkeys(unit_spans[each.first : each.last]))
        count += max(len(old), len(groups))
        if len(old) == len(groups) == each.last - each.first:
            for at, group in enumerate(groups, each.first):
                unit = known.units[units[at]] if unit_spans[at].is_alone else None
                edits += _edit_unit(original, tree, unit_spans[at], unit, was[at], group)
            continue
        new = _encode_like_original(
            format_paragraphs_xml([written for group in groups for written in group.paragraphs]),
            tree,
            original,
        )
        replaced = [(_find_line_start(original, one.start), _find_line_end(original, one.end)) for one in old]
        if not replaced:
            start = unit_spans[each.first].start if each.first < len(was) else tree.content_end
            replaced = [(_find_line_start(original, start),) * 2]
        edits += [(*replaced[0], new), *((start, end, b"") for start, end in replaced[1:])]
    if _list_title_entries(before) != _list_title_entries(screenplay):
        edits += _replace_title_page(original, tree, screenplay)
        count += 1
    return MergedFdx(_apply_byte_edits(original, edits), count)


@dataclass(frozen=True, slots=True)
class _UnitSpan:
    """A byte range of the file that is replaced as a whole. It usually belongs to a single unit (a group of
    paragraphs). If several units overlap in the file, the range covers all of them and `is_alone` is False.
    `first` is the lowest index of these units.
    """

    first: int
    start: int
    end: int
    is_alone: bool = True


def _find_unit_spans(
    tree: FdxTree, units: Sequence[FdxUnit], shown: Sequence[int], group_starts: frozenset[int]
) -> dict[int, _UnitSpan]:
    """Return the byte range of each unit (group of paragraphs) that appears in the Fountain text. `shown` are
    the indices of these units.

    `group_starts` are the units at which a paragraph group of the unedited text starts. A unit that is not in
    `group_starts` was parsed as a part of the unit before it, so both share a byte range.
    """
    out: dict[int, _UnitSpan] = {}
    together: list[int] = []
    spans = {at: _find_unit_bytes(tree, units[at]) for at in shown}
    for before, at in pairwise(shown):
        if at not in group_starts or before not in group_starts:
            spans[before] = spans[before][0], max(spans[before][1], spans[at][1])
    for at in sorted(shown, key=spans.__getitem__):
        start, end = spans[at]
        if together and start < (holder := out[together[0]]).end:
            together.append(at)
            both = _UnitSpan(min(together), holder.start, max(holder.end, end), is_alone=False)
            out |= dict.fromkeys(together, both)
        else:
            together = [at]
            out[at] = _UnitSpan(at, start, end)
    return out


def _apply_byte_edits(original: bytes, edits: Sequence[_Edit]) -> bytes:
    out: list[bytes] = []
    done = 0
    for start, stop, new in sorted(edits, key=lambda edit: edit[:2]):
        out += [original[done:start], new]
        done = stop
    return b"".join((*out, original[done:]))


def _list_title_entries(screenplay: Screenplay) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.key.casefold(), entry.values) for entry in screenplay.title_page]


def _replace_title_page(original: bytes, tree: FdxTree, screenplay: Screenplay) -> Iterator[_Edit]:
    """Yield the byte edits that replace the paragraphs of the title page, or insert a title page if the file
    has none.
    """
    rows = format_title_page_xml(screenplay.title_page)
    if tree.title_page:
        new = _encode_like_original(rows.strip(), tree, original)
        done = 0
        for each in sorted(tree.title_page, key=lambda each: each.start):
            if each.start >= done:
                yield each.start, each.end, b"" if done else new
                done = each.end
        return
    page = f"\n  <TitlePage>\n    <Content>\n{rows}    </Content>\n  </TitlePage>"
    insert_at = tree.content_end + len(_encode_like_original("</Content>", tree, original))
    yield insert_at, insert_at, _encode_like_original(page, tree, original)


def _widen_to_spans(stretches: Sequence[ChangedRange], holders: Sequence[int]) -> list[ChangedRange]:
    """Return the changed ranges, widened where necessary. If several paragraph groups share a byte range of
    the file, a change of one group is widened to all of them. Overlapping ranges are merged.

    `holders` has, for each group of the unedited text, the first unit of its byte range. Groups with equal
    values share a range.
    """
    out: list[ChangedRange] = []
    for each in stretches:
        first, last, begin, end = each.first, each.last, each.begin, each.end
        while 0 < first < len(holders) and holders[first - 1] == holders[first]:
            first, begin = first - 1, begin - 1
        while 0 < last < len(holders) and holders[last - 1] == holders[last]:
            last, end = last + 1, end + 1
        if out and out[-1].last > first:
            before = out.pop()
            first, begin = before.first, before.begin
        out.append(ChangedRange(first, last, begin, end))
    return out


def _make_paragraph_groups(screenplay: Screenplay) -> list[_ParagraphGroup]:
    return [_ParagraphGroup(tuple(group)) for group in _group_dual_dialogue(make_fdx_paragraphs(screenplay))]


def _group_dual_dialogue(paragraphs: Sequence[NewFdxParagraph]) -> Iterator[list[NewFdxParagraph]]:
    """Yield paragraphs in groups. A pair of dual dialogue is one group; every other paragraph is a group of
    its own.
    """
    waiting: list[NewFdxParagraph] = []
    for each in paragraphs:
        if waiting and (not each.side or (each.side == 1 and waiting[-1].side == 2)):
            yield waiting
            waiting = []
        if each.side:
            waiting.append(each)
        else:
            yield [each]
    if waiting:
        yield waiting


def _find_unit_bytes(tree: FdxTree, unit: FdxUnit) -> tuple[int, int]:
    """Return the byte range of a unit in the file. If its paragraphs are inside another element, such as that
    of dual dialogue, the range includes this element.
    """
    first, last = unit.paragraphs[0], unit.paragraphs[-1]
    if first in tree.frames:
        return tree.frames[first]
    return tree.paragraphs[first].start, tree.paragraphs[last].end


def _edit_unit(
    original: bytes,
    tree: FdxTree,
    holder: _UnitSpan,
    unit: FdxUnit | None,
    was: _ParagraphGroup,
    now: _ParagraphGroup,
) -> Iterator[_Edit]:
    """Yield the byte edits that turn a unit of the file from the group `was` into the group `now`.

    If only text has changed, only the text is replaced, so that all attributes in the file stay. Otherwise
    the byte range of the unit is replaced.
    """
    paragraphs = [tree.paragraphs[at] for at in unit.paragraphs] if unit else []
    olds, news = was.paragraphs, now.paragraphs
    alike = len(paragraphs) == len(olds) == len(news) and all(map(_keeps_properties, paragraphs, olds, news))
    if not alike:
        yield (
            holder.start,
            holder.end,
            _encode_like_original(format_paragraphs_xml(news).strip(), tree, original),
        )
        return
    for each, old, new in zip(paragraphs, olds, news, strict=True):
        if new.runs == old.runs:
            continue
        styled = each.runs[0] if each.runs and has_one_style(each.runs) else StyledRun("")
        # If a paragraph is completely in one style, such as a bold heading, Fountain drops that style. New
        # text then gets the style that the paragraph has in the file.
        is_left_off = has_one_style((StyledRun(""), *old.runs))
        runs = "".join(
            format_run_xml(
                replace(styled, text=run.text) if is_left_off and run.has_same_style(StyledRun("")) else run
            )
            for run in new.runs
        )
        yield (*each.texts[0], _encode_like_original(runs, tree, original))
        yield from ((start, end, b"") for start, end in each.texts[1:])


def _keeps_properties(each: FdxParagraph, old: NewFdxParagraph, new: NewFdxParagraph) -> bool:
    """Return True if `old` and `new` differ only in their text, so that the paragraph `each` of the file can
    keep its other properties.
    """
    was, now = ((written.type, written.attributes, written.notes, written.side) for written in (old, new))
    is_its_own = new.type in (each.type, TYPES.get(classify_fdx_paragraph(each)))
    return was == now and is_its_own and bool(each.texts)


def _is_utf16(original: bytes) -> bool:
    return b"\0" in original[:4] or original[:2] in (b"\xff\xfe", b"\xfe\xff")


def _encode_like_original(text: str, tree: FdxTree, original: bytes) -> bytes:
    if _is_utf16(original):
        little = original[:2] == b"\xff\xfe" or original[1:2] == b"\0"
        codec = "utf-16-le" if little else "utf-16-be"
    else:
        codec = "utf-8" if tree.encoding.startswith("utf") else tree.encoding
    if b"\r\n" in original[:_LOOKED_AT].replace(b"\0", b""):
        text = text.replace("\n", "\r\n")
    return text.encode(codec, "xmlcharrefreplace")


def _find_line_start(data: bytes, at: int) -> int:
    """Return the byte offset at which a line begins. `at` is the offset of a paragraph in this line. If
    anything but blanks is before the paragraph, return `at`.
    """
    if _is_utf16(data):
        return at
    start = at
    while start and data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return start if data[start - 1 : start] == b"\n" else at


def _find_line_end(data: bytes, at: int) -> int:
    """Return the byte offset after the line end that directly follows a paragraph. `at` is the offset of the
    paragraph's end. If no line end follows directly, return `at`.
    """
    if data[at : at + 2] == b"\r\n":
        return at + 2
    return at + 1 if data[at : at + 1] == b"\n" else at
