"""An edited screenplay put back into the Final Draft file that it came from.

What was not edited stays as the file has it, byte for byte: its revisions, tags, notes, locked pages, and all
that this program does not know. A text that nobody edited gives the file itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from milimo_tui.interchange.screenplays.fdx_in import Unit, kind_of, read_fdx
from milimo_tui.interchange.screenplays.fdx_out import (
    Written,
    paragraphs_of,
    run_xml,
    title_page_xml,
    xml_of,
)
from milimo_tui.interchange.screenplays.fdx_tree import FdxTree, Paragraph, read_tree
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import Kind, Mode, Screenplay

_Key = tuple[object, ...]
_NOTHING = Screenplay(mode=Mode.SCREENPLAY)


@dataclass(frozen=True, slots=True)
class _Group:
    """Paragraphs that stand or go together in the new text, and what tells them apart."""

    paragraphs: tuple[Written, ...]

    @property
    def line(self) -> int:
        return self.paragraphs[0].line

    @property
    def key(self) -> _Key:
        return tuple(
            (each.type, each.attributes, each.runs, each.notes, each.side) for each in self.paragraphs
        )


@dataclass(frozen=True, slots=True)
class Spliced:
    """The file's new bytes, and how many of its paragraphs were written anew or taken out."""

    data: bytes
    changed: int


def spliced(original: bytes, screenplay: Screenplay) -> Spliced:
    """Put a screenplay into the file it came from. Raises BadInput where that is no Final Draft file."""
    tree = read_tree(original)
    known = read_fdx(tree)
    before = fountain.parse(known.text.encode(), Mode.SCREENPLAY) if known.text else _NOTHING
    was, now = _as_groups(before), _as_groups(screenplay)
    lines = [(line, at) for at, line in enumerate(known.lines) if line]
    units = [lines[bisect_right(lines, (each.line, len(known.units))) - 1][1] for each in was]
    matcher = SequenceMatcher(None, [each.key for each in was], [each.key for each in now], autojunk=False)
    spans = {at: _span(tree, known.units[at]) for at in units}
    edits: list[tuple[int, int, bytes]] = []
    changed = 0
    for first, last, begin, end in _by_units(matcher.get_opcodes(), units):
        groups, old = now[begin:end], list(dict.fromkeys(units[first:last]))
        changed += max(len(old), len(groups))
        if len(old) == len(groups) == last - first:
            for at, group in zip(old, groups, strict=True):
                edits.append((*spans[at], _in_place(original, tree, known.units[at], group)))
            continue
        start = spans[units[first]][0] if first < len(was) else tree.content_end
        start = _line_start(original, start)
        stop = _line_end(original, spans[old[-1]][1]) if old else start
        new = xml_of([each for group in groups for each in group.paragraphs])
        edits.append((start, stop, _encoded(new, tree, original)))
    if _title(before) != _title(screenplay):
        edits.append(_title_page(original, tree, screenplay))
        changed += 1
    return Spliced(_with(original, edits), changed)


def _with(original: bytes, edits: Sequence[tuple[int, int, bytes]]) -> bytes:
    out: list[bytes] = []
    done = 0
    for start, stop, new in sorted(edits, key=lambda edit: edit[:2]):
        out += [original[done:start], new]
        done = stop
    return b"".join((*out, original[done:]))


def _title(screenplay: Screenplay) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.key.casefold(), entry.values) for entry in screenplay.title_page]


def _title_page(original: bytes, tree: FdxTree, screenplay: Screenplay) -> tuple[int, int, bytes]:
    """Where the title page's paragraphs stand, and those to put there; without any, a page of its own."""
    rows = title_page_xml(screenplay.title_page)
    if tree.title_page:
        new = _encoded(rows.strip(), tree, original)
        return tree.title_page[0].start, tree.title_page[-1].end, new
    page = f"\n  <TitlePage>\n    <Content>\n{rows}    </Content>\n  </TitlePage>"
    behind = tree.content_end + len(_encoded("</Content>", tree, original))
    return behind, behind, _encoded(page, tree, original)


def _by_units(
    codes: Sequence[tuple[str, int, int, int, int]], units: Sequence[int]
) -> list[tuple[int, int, int, int]]:
    """What changed, widened so that no paragraph of the file is changed by half; overlaps become one."""
    out: list[tuple[int, int, int, int]] = []
    for tag, first, last, begin, end in codes:
        if tag == "equal":
            continue
        while 0 < first < len(units) and units[first - 1] == units[first]:
            first, begin = first - 1, begin - 1
        while 0 < last < len(units) and units[last - 1] == units[last]:
            last, end = last + 1, end + 1
        if out and out[-1][1] > first:
            first, _, begin, _ = out.pop()
        out.append((first, last, begin, end))
    return out


def _as_groups(screenplay: Screenplay) -> list[_Group]:
    return [_Group(tuple(group)) for group in _grouped(paragraphs_of(screenplay))]


def _grouped(paragraphs: Sequence[Written]) -> Iterator[list[Written]]:
    """Paragraphs by units: two who speak at once are one, all others stand for themselves."""
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
    """The bytes of a unit, with the frame that holds it."""
    first, last = unit.paragraphs[0], unit.paragraphs[-1]
    if first in tree.frames:
        return tree.frames[first]
    return tree.paragraphs[first].start, tree.paragraphs[last].end


def _in_place(original: bytes, tree: FdxTree, unit: Unit, group: _Group) -> bytes:
    """A unit's new bytes. One paragraph that stays what it was keeps all but its letters."""
    start, stop = _span(tree, unit)
    new, old = group.paragraphs[0], tree.paragraphs[unit.paragraphs[0]]
    alone = len(group.paragraphs) == len(unit.paragraphs) == 1 and not new.side
    if alone and old.text_start and _stays(new, old):
        runs = _encoded("".join(run_xml(run) for run in new.runs), tree, original)
        return original[start : old.text_start] + runs + original[old.text_end : stop]
    return _encoded(xml_of(group.paragraphs).strip(), tree, original)


def _stays(new: Written, old: Paragraph) -> bool:
    """Whether a paragraph is what it was but for its letters."""
    attributes = dict(new.attributes)
    return (
        (new.type == old.type or (new.type == "Action" and kind_of(old) is Kind.ACTION))
        and new.notes == tuple(note.text for note in old.notes)
        and attributes.get("Number", "") == old.number
        and attributes.get("StartsNewPage", "No") == old.attributes.get("StartsNewPage", "No")
    )


def _encoded(text: str, tree: FdxTree, original: bytes) -> bytes:
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(original[:2], "")
    if not codec:
        codec = "utf-8" if tree.encoding.startswith("utf") else tree.encoding
    return text.encode(codec, "xmlcharrefreplace")


def _line_start(data: bytes, at: int) -> int:
    """The begin of the line of a paragraph, where nothing but blanks stands before it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return at
    start = at
    while start and data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return start if data[start - 1 : start] == b"\n" else at


def _line_end(data: bytes, at: int) -> int:
    """The byte behind the line end that follows a paragraph at once."""
    if data[at : at + 2] == b"\r\n":
        return at + 2
    return at + 1 if data[at : at + 1] == b"\n" else at
