"""Merging of an edited screenplay into the Final Draft file that it came from.

Unedited parts stay byte for byte as in the file, with revisions, tags, notes, locked pages, and everything
that this program does not know. If the text was not edited, the result is the file itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from milimo_tui.interchange.screenplays.fdx_in import Unit, kind_of, read_fdx
from milimo_tui.interchange.screenplays.fdx_out import (
    TYPES,
    Written,
    paragraphs_of,
    run_xml,
    title_page_xml,
    xml_of,
)
from milimo_tui.interchange.screenplays.fdx_tree import FdxTree, Paragraph, read_tree
from milimo_tui.interchange.screenplays.fountain_blocks import is_of_one_style
from milimo_tui.interchange.screenplays.paragraph_diff import Stretch, changed
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import Mode, Screenplay
from milimo_tui.story.values.emphasis import Run

_Key = tuple[object, ...]
_Edit = tuple[int, int, bytes]  # The range of bytes to replace, and their replacement.
_LOOKED_AT = 4096  # The number of bytes that are examined.


@dataclass(frozen=True, slots=True)
class _Group:
    """Paragraphs that belong together in the new text, and the key that distinguishes them."""

    paragraphs: tuple[Written, ...]

    @property
    def line(self) -> int:
        """The line of the first paragraph in the screenplay."""
        return self.paragraphs[0].line

    @property
    def key(self) -> _Key:
        """The properties that two equal groups share."""
        return tuple(
            (each.type, each.attributes, each.runs, each.notes, each.side) for each in self.paragraphs
        )


@dataclass(frozen=True, slots=True)
class Spliced:
    """The new bytes of the file, and how many of its paragraphs were written or removed."""

    data: bytes
    changed: int


def spliced(original: bytes, screenplay: Screenplay, mode: Mode = Mode.SCREENPLAY) -> Spliced:
    """Merge a screenplay into the file that it came from. `mode` is the mode in which its text was parsed.

    Raises BadInput if `original` is not a Final Draft file.
    """
    tree = read_tree(original)
    known = read_fdx(tree)
    before = fountain.parse(known.text.encode(), mode) if known.text else Screenplay(mode=mode)
    was, now = _as_groups(before), _as_groups(screenplay)
    lines = [(line, at) for at, line in enumerate(known.lines) if line]
    units = [lines[bisect_right(lines, (each.line, len(known.units))) - 1][1] for each in was]
    holders = _holders(tree, known.units, [at for _, at in lines], frozenset(units))
    held = [holders[at] for at in units]
    numbers: dict[_Key, int] = {}
    keys = [[numbers.setdefault(each.key, len(numbers)) for each in groups] for groups in (was, now)]
    edits: list[_Edit] = []
    count = 0
    for each in _by_holders(changed(*keys), [holder.first for holder in held]):
        groups, old = now[each.begin : each.end], list(dict.fromkeys(held[each.first : each.last]))
        count += max(len(old), len(groups))
        if len(old) == len(groups) == each.last - each.first:
            for at, group in enumerate(groups, each.first):
                unit = known.units[units[at]] if held[at].is_alone else None
                edits += _in_place(original, tree, held[at], unit, was[at], group)
            continue
        new = _encoded(xml_of([written for group in groups for written in group.paragraphs]), tree, original)
        gone = [(_line_start(original, one.start), _line_end(original, one.end)) for one in old]
        if not gone:
            start = held[each.first].start if each.first < len(was) else tree.content_end
            gone = [(_line_start(original, start),) * 2]
        edits += [(*gone[0], new), *((start, end, b"") for start, end in gone[1:])]
    if _title(before) != _title(screenplay):
        edits += _title_page(original, tree, screenplay)
        count += 1
    return Spliced(_with(original, edits), count)


@dataclass(frozen=True, slots=True)
class _Holder:
    """A range of bytes that belongs to one unit (`is_alone`), or to several nested units. `first` is the
    first unit.
    """

    first: int
    start: int
    end: int
    is_alone: bool = True


def _holders(
    tree: FdxTree, units: Sequence[Unit], shown: Sequence[int], begun: frozenset[int]
) -> dict[int, _Holder]:
    """Return the byte range of each shown unit.

    A unit at which no group has `begun`, because it is read as a part of the unit before, shares the range of
    that unit.
    """
    out: dict[int, _Holder] = {}
    together: list[int] = []
    spans = {at: _span(tree, units[at]) for at in shown}
    for before, at in pairwise(shown):
        if at not in begun or before not in begun:
            spans[before] = spans[before][0], max(spans[before][1], spans[at][1])
    for at in sorted(shown, key=spans.__getitem__):
        start, end = spans[at]
        if together and start < (holder := out[together[0]]).end:
            together.append(at)
            both = _Holder(min(together), holder.start, max(holder.end, end), is_alone=False)
            out |= dict.fromkeys(together, both)
        else:
            together = [at]
            out[at] = _Holder(at, start, end)
    return out


def _with(original: bytes, edits: Sequence[_Edit]) -> bytes:
    out: list[bytes] = []
    done = 0
    for start, stop, new in sorted(edits, key=lambda edit: edit[:2]):
        out += [original[done:start], new]
        done = stop
    return b"".join((*out, original[done:]))


def _title(screenplay: Screenplay) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.key.casefold(), entry.values) for entry in screenplay.title_page]


def _title_page(original: bytes, tree: FdxTree, screenplay: Screenplay) -> Iterator[_Edit]:
    """Yield the edits that replace the paragraphs of the title page, or that insert a title page if there is
    none.
    """
    rows = title_page_xml(screenplay.title_page)
    if tree.title_page:
        new = _encoded(rows.strip(), tree, original)
        done = 0
        for each in sorted(tree.title_page, key=lambda each: each.start):
            if each.start >= done:
                yield each.start, each.end, b"" if done else new
                done = each.end
        return
    page = f"\n  <TitlePage>\n    <Content>\n{rows}    </Content>\n  </TitlePage>"
    behind = tree.content_end + len(_encoded("</Content>", tree, original))
    yield behind, behind, _encoded(page, tree, original)


def _by_holders(stretches: Sequence[Stretch], holders: Sequence[int]) -> list[Stretch]:
    """Return the changed ranges, widened so that no shared byte range is changed in part. Overlapping ranges
    are merged.
    """
    out: list[Stretch] = []
    for each in stretches:
        first, last, begin, end = each.first, each.last, each.begin, each.end
        while 0 < first < len(holders) and holders[first - 1] == holders[first]:
            first, begin = first - 1, begin - 1
        while 0 < last < len(holders) and holders[last - 1] == holders[last]:
            last, end = last + 1, end + 1
        if out and out[-1].last > first:
            before = out.pop()
            first, begin = before.first, before.begin
        out.append(Stretch(first, last, begin, end))
    return out


def _as_groups(screenplay: Screenplay) -> list[_Group]:
    return [_Group(tuple(group)) for group in _grouped(paragraphs_of(screenplay))]


def _grouped(paragraphs: Sequence[Written]) -> Iterator[list[Written]]:
    """Yield paragraphs in groups. Dual dialogue is one group; every other paragraph is a group of its own."""
    waiting: list[Written] = []
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


def _span(tree: FdxTree, unit: Unit) -> tuple[int, int]:
    """Return the byte range of a unit, including the frame around it."""
    first, last = unit.paragraphs[0], unit.paragraphs[-1]
    if first in tree.frames:
        return tree.frames[first]
    return tree.paragraphs[first].start, tree.paragraphs[last].end


def _in_place(
    original: bytes, tree: FdxTree, holder: _Holder, unit: Unit | None, was: _Group, now: _Group
) -> Iterator[_Edit]:
    """Yield the edits for a unit. If its paragraphs keep their properties, only the changed text is
    replaced.
    """
    paragraphs = [tree.paragraphs[at] for at in unit.paragraphs] if unit else []
    olds, news = was.paragraphs, now.paragraphs
    alike = len(paragraphs) == len(olds) == len(news) and all(map(_stays, paragraphs, olds, news))
    if not alike:
        yield holder.start, holder.end, _encoded(xml_of(news).strip(), tree, original)
        return
    for each, old, new in zip(paragraphs, olds, news, strict=True):
        if new.runs == old.runs:
            continue
        styled = each.runs[0] if each.runs and is_of_one_style(each.runs) else Run("")
        is_left_off = is_of_one_style((Run(""), *old.runs))  # Fountain has no bold headings.
        runs = "".join(
            run_xml(replace(styled, text=run.text) if is_left_off and run.alike(Run("")) else run)
            for run in new.runs
        )
        yield (*each.texts[0], _encoded(runs, tree, original))
        yield from ((start, end, b"") for start, end in each.texts[1:])


def _stays(each: Paragraph, old: Written, new: Written) -> bool:
    """Return True if only the text of a paragraph of the file has changed."""
    was, now = ((written.type, written.attributes, written.notes, written.side) for written in (old, new))
    is_its_own = new.type in (each.type, TYPES.get(kind_of(each)))
    return was == now and is_its_own and bool(each.texts)


def _is_wide(original: bytes) -> bool:
    return b"\0" in original[:4] or original[:2] in (b"\xff\xfe", b"\xfe\xff")


def _encoded(text: str, tree: FdxTree, original: bytes) -> bytes:
    if _is_wide(original):
        little = original[:2] == b"\xff\xfe" or original[1:2] == b"\0"
        codec = "utf-16-le" if little else "utf-16-be"
    else:
        codec = "utf-8" if tree.encoding.startswith("utf") else tree.encoding
    if b"\r\n" in original[:_LOOKED_AT].replace(b"\0", b""):
        text = text.replace("\n", "\r\n")
    return text.encode(codec, "xmlcharrefreplace")


def _line_start(data: bytes, at: int) -> int:
    """Return the start of a paragraph's line if only blanks are before the paragraph, or else its own
    start.
    """
    if _is_wide(data):
        return at
    start = at
    while start and data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return start if data[start - 1 : start] == b"\n" else at


def _line_end(data: bytes, at: int) -> int:
    """Return the position after the line end that directly follows a paragraph."""
    if data[at : at + 2] == b"\r\n":
        return at + 2
    return at + 1 if data[at : at + 1] == b"\n" else at
