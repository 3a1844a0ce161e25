"""Export a screenplay to Final Draft: convert it to typed paragraphs, and write them as XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.screenplay.screenplay import (
    CENTRED_TITLE_KEYS,
    SPEECH_KINDS,
    Screenplay,
    ScriptElement,
    ScriptElementKind,
    TitleEntry,
)
from milimo_tui.story.values.emphasis import StyledRun, parse_styled_runs

TYPES = {
    ScriptElementKind.HEADING: "Scene Heading",
    ScriptElementKind.ACTION: "Action",
    ScriptElementKind.CUE: "Character",
    ScriptElementKind.PARENTHETICAL: "Parenthetical",
    ScriptElementKind.DIALOGUE: "Dialogue",
    ScriptElementKind.LYRIC: "Singing",
    ScriptElementKind.TRANSITION: "Transition",
    ScriptElementKind.CENTRED: "General",
    ScriptElementKind.SYNOPSIS: "Outline Body",
}
# The kinds of elements inside a speech of an exported screenplay.
SPOKEN = SPEECH_KINDS | {ScriptElementKind.NOTE}
_LOWER_KEYS = ("copyright", "draft date", "contact", "notes")
_IN_QUOTES = str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFdxParagraph:
    """A Final Draft paragraph to be written, with the notes that are pinned to it. `line` is its line in the
    screenplay.

    `side` is 1 or 2 for the two sides of dual dialogue, otherwise 0.
    """

    type: str
    attributes: tuple[tuple[str, str], ...]
    runs: tuple[StyledRun, ...]
    notes: tuple[str, ...] = ()
    side: int = 0
    line: int = 0


def make_fdx_paragraphs(screenplay: Screenplay) -> list[NewFdxParagraph]:
    """Return the Final Draft paragraphs of a screenplay, in order. Boneyard text is left out.

    A note is pinned to the paragraph before it. Notes before the first paragraph are pinned to the first
    paragraph.
    """
    out: list[NewFdxParagraph] = []
    early: list[str] = []
    new_page = False
    for each, side in zip(screenplay.elements, find_dual_sides(screenplay.elements), strict=True):
        if each.kind is ScriptElementKind.BONEYARD:
            continue
        if each.kind is ScriptElementKind.PAGE_BREAK:
            new_page = True
        elif each.kind is ScriptElementKind.NOTE:
            if out:
                out[-1] = _pin_note(out[-1], each.text)
            else:
                early.append(each.text)
        else:
            paragraph = _make_fdx_paragraph(each, side, new_page)
            for note in early:
                paragraph = _pin_note(paragraph, note)
            out.append(paragraph)
            early, new_page = [], False
    return out


def _pin_note(each: NewFdxParagraph, note: str) -> NewFdxParagraph:
    return replace(each, notes=(*each.notes, note))


def find_dual_sides(elements: Sequence[ScriptElement]) -> list[int]:
    """Return a number for each element: 1 if it is on the first side of dual dialogue, 2 if it is on the
    second side, otherwise 0.
    """
    out = [0] * len(elements)
    last = -1  # Index of the previous cue. -1 if something that is not spoken came after it.
    for at, each in enumerate(elements):
        if each.kind is not ScriptElementKind.CUE:
            if each.kind not in SPOKEN:
                last = -1
            continue
        if each.cue and each.cue.dual and last >= 0 and not out[last]:
            out[last:at] = [1] * (at - last)
            stop = at + 1
            while stop < len(elements) and elements[stop].kind in SPOKEN:
                stop += 1
            out[at:stop] = [2] * (stop - at)
        last = at
    return out


def _make_fdx_paragraph(each: ScriptElement, side: int, new_page: bool) -> NewFdxParagraph:
    attributes: list[tuple[str, str]] = []
    text = each.text
    if each.kind is ScriptElementKind.HEADING and each.slug and each.slug.number:
        attributes.append(("Number", each.slug.number))
    if each.kind is ScriptElementKind.CUE and each.cue:
        text = " ".join((each.cue.name, *(f"({extension})" for extension in each.cue.extensions)))
    if each.kind is ScriptElementKind.PARENTHETICAL:
        text = f"({text})"
    if each.kind is ScriptElementKind.CENTRED:
        attributes.append(("Alignment", "Center"))
    if new_page:
        attributes.append(("StartsNewPage", "Yes"))
    type_ = (
        f"Outline {min(max(each.depth, 1), 9)}"
        if each.kind is ScriptElementKind.SECTION
        else TYPES[each.kind]
    )
    return NewFdxParagraph(
        type=type_, attributes=tuple(attributes), runs=parse_styled_runs(text), side=side, line=each.span.line
    )


def format_paragraphs_xml(paragraphs: Sequence[NewFdxParagraph], indent: str = "    ") -> str:
    """Return paragraphs as XML. Each line begins with `indent`. Two sides of dual dialogue are enclosed in a
    DualDialogue element.
    """
    return "".join(f"{line}\n" for line in _iterate_xml_lines(paragraphs, indent))


def _iterate_xml_lines(paragraphs: Sequence[NewFdxParagraph], indent: str) -> Iterator[str]:
    at = 0
    while at < len(paragraphs):
        if not paragraphs[at].side:
            yield from _iterate_paragraph_lines(paragraphs[at], indent)
            at += 1
            continue
        stop = at
        while (
            stop < len(paragraphs)
            and paragraphs[stop].side
            and (paragraphs[stop].side == 2 or 2 not in {each.side for each in paragraphs[at:stop]})
        ):
            stop += 1
        yield f"{indent}<Paragraph>"
        yield f"{indent}  <DualDialogue>"
        for each in paragraphs[at:stop]:
            yield from _iterate_paragraph_lines(each, f"{indent}    ")
        yield f"{indent}  </DualDialogue>"
        yield f"{indent}</Paragraph>"
        at = stop


def _iterate_paragraph_lines(each: NewFdxParagraph, indent: str) -> Iterator[str]:
    attributes = "".join(
        f" {name}={_quote_attribute(_remove_forbidden_letters(value))}" for name, value in each.attributes
    )
    yield f"{indent}<Paragraph{attributes} Type={_quote_attribute(each.type)}>"
    for note in each.notes:
        yield f"{indent}  <ScriptNote>"
        for line in note.split("\n"):
            yield f"{indent}    <Paragraph><Text>{escape_xml_text(line)}</Text></Paragraph>"
        yield f"{indent}  </ScriptNote>"
    yield from (f"{indent}  {format_run_xml(run)}" for run in each.runs)
    yield f"{indent}</Paragraph>"


def format_run_xml(run: StyledRun) -> str:
    """Return a run of styled text as a Final Draft `Text` element."""
    styles = "+".join(
        name for name, on in (("Bold", run.bold), ("Italic", run.italic), ("Underline", run.underline)) if on
    )
    style = f' Style="{styles}"' if styles else ""
    return f"<Text{style}>{escape_xml_text(run.text)}</Text>"


def escape_xml_text(text: str) -> str:
    """Return text escaped for XML, without the control characters that XML cannot represent."""
    return _escape_markup(_remove_forbidden_letters(text))


def _remove_forbidden_letters(text: str) -> str:
    return "".join(
        letter
        for letter in text
        if letter in "\t\n" or (letter >= " " and letter not in "\ufffe\uffff" and not _is_surrogate(letter))
    )


def _is_surrogate(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"


def to_fdx(screenplay: Screenplay) -> bytes:
    """Return a screenplay as a Final Draft file in UTF-8. Equal screenplays give equal bytes."""
    title = format_title_page_xml(screenplay.title_page)
    return "".join(
        (
            _XML,
            '<FinalDraft DocumentType="Script" Template="No" Version="5">\n  <Content>\n',
            format_paragraphs_xml(make_fdx_paragraphs(screenplay)),
            "  </Content>\n",
            f"  <TitlePage>\n    <Content>\n{title}    </Content>\n  </TitlePage>\n" if title else "",
            "</FinalDraft>\n",
        )
    ).encode()


def format_title_page_xml(entries: Sequence[TitleEntry]) -> str:
    """Return the paragraphs of a title page: the title and authors centred, everything else at the left."""
    by_key: dict[str, list[str]] = {}
    for entry in entries:
        by_key.setdefault(entry.key.casefold(), []).extend(entry.values)
    rows = [(value, "Center") for key in CENTRED_TITLE_KEYS for value in by_key.pop(key, ())]
    lower = [value for key in _LOWER_KEYS for value in by_key.pop(key, ())]
    lower += [f"{key.title()}: {value}" for key, values in by_key.items() for value in values]
    rows += [(value, "Left") for value in lower]
    return "".join(
        f'      <Paragraph Alignment="{side}" Type="General">\n'
        f"        {format_run_xml(StyledRun(value))}\n      </Paragraph>\n"
        for value, side in rows
    )


def _escape_markup(text: str) -> str:
    """Return text with `&`, `<` and `>` escaped. `xml.sax.saxutils` is not used because it imports an HTTP
    client (4 MB).
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quote_attribute(value: str) -> str:
    """Return an attribute's value in quotes, with line ends and tabs escaped so that they are preserved."""
    return f'"{_escape_markup(value).translate(_IN_QUOTES)}"'
