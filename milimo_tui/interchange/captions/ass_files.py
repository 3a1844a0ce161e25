"""Read and write Advanced SubStation (ASS and SSA) with the library pysubs2."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.caption_text import (
    StyledText,
    count_caption_words,
    join_styled_text,
    remove_style_tags,
    split_styled_text,
)
from milimo_tui.cut.values.captions import CaptionPlace, CaptionTrack, CutCaption
from milimo_tui.interchange.captions.caption_content import CaptionCollector, CaptionContent

if TYPE_CHECKING:
    from pysubs2 import SSAEvent, SSAFile

_DIALOGUE = re.compile(r"Dialogue:([^,]*),([^,]*),([^,]*),")
_TIME = re.compile(r"\s*\d{1,2}:\d{1,2}:\d{1,2}([.,]\d{1,3})?\s*")
_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_ANCHOR = re.compile(r"\\an([1-9])")
_KARAOKE = re.compile(r"\\[kK][fo]?(\d{1,6})")
_MARK = re.compile(r"\\([ibu])(\d*)")
_PLACES = (CaptionPlace.BOTTOM, CaptionPlace.MIDDLE, CaptionPlace.TOP)
_ANCHORS = {CaptionPlace.BOTTOM: 2, CaptionPlace.MIDDLE: 5, CaptionPlace.TOP: 8}
# An invisible character after a backslash, so that players don't read it as a command.
_JOINER = "\u2060"


def read_ass(text: str) -> CaptionContent:
    """Return the captions of an ASS or SSA text. Comments and drawings are left out."""
    import pysubs2

    found = CaptionCollector()
    lines = list(_list_readable_lines(text, found))
    numbers = [number for number, line in lines if line.startswith("Dialogue:")]
    kind = "ass" if re.search(r"V4\+ Styles", text, re.IGNORECASE) else "ssa"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = pysubs2.SSAFile.from_string("\n".join(line for _, line in lines), format_=kind)
    except (ValueError, TypeError, KeyError, IndexError, pysubs2.Pysubs2Error) as error:
        raise BadInput(
            f"the subtitles can't be read: {reason(error)}", "save them again in their program"
        ) from None
    for number, event in zip(numbers, file.events, strict=False):
        if event.is_drawing:
            found.notes.append("drawings are left out")
            continue
        words, times = _read_words(event)
        found.add_caption(
            f"line {number}",
            Fraction(event.start, 1000),
            Fraction(event.end, 1000),
            words,
            speaker=event.name,
            place=_read_ass_place(event, file),
            word_times=times,
        )
    return found.build_content(file.info.get("Language", ""))


def write_ass(captions: Sequence[CutCaption], track: CaptionTrack, width: int, height: int) -> str:
    """Return an ASS text for a raster of width × height, with the style of a caption track. Times are rounded
    to hundredths of a second, which is the unit of ASS.
    """
    import pysubs2

    file = pysubs2.SSAFile()
    file.info.update({"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "0"})
    if track.language:
        file.info["Language"] = track.language
    file.styles["Default"] = pysubs2.SSAStyle(
        fontsize=round(height * 0.065 * track.size, 1),
        primarycolor=_parse_ass_colour(track.highlight or track.colour),
        secondarycolor=_parse_ass_colour(track.colour),
        backcolor=pysubs2.Color(16, 18, 22, 79),
        outlinecolor=pysubs2.Color(16, 18, 22, 79 if track.boxed else 0),
        borderstyle=3 if track.boxed else 1,
        alignment=pysubs2.Alignment(_ANCHORS.get(track.place, 2)),
        marginv=round(height * 0.05),
    )
    for each in captions:
        start, end = (round_half_up(at * 100) * 10 for at in (each.start, each.end))
        anchor = _ANCHORS.get(each.place)
        text = (rf"{{\an{anchor}}}" if anchor else "") + _format_ass_words(each)
        file.events.append(
            pysubs2.SSAEvent(
                start=start, end=max(end, start + 10), text=text, name=each.speaker.replace(",", " ")
            )
        )
    return file.to_string("ass", header_notice="")


def _list_readable_lines(text: str, found: CaptionCollector) -> Iterator[tuple[int, str]]:
    """Yield the lines of an ASS text with their numbers. Captions with damaged times are reported and left
    out: the library would refuse the complete file.
    """
    for number, indented in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        line = indented.strip()
        if line.startswith("Comment:"):
            found.notes.append("comments are left out")
            continue
        if line.startswith("Dialogue:"):
            fields = _DIALOGUE.match(line)
            if fields is None:
                found.problems.append(f"line {number}: the caption has too few fields")
                continue
            wrong = next((time for time in (fields[2], fields[3]) if not _TIME.fullmatch(time)), None)
            if wrong is not None:
                found.problems.append(f"line {number}: the time “{wrong.strip()[:60]}” is not readable")
                continue
        yield number, line


def _read_words(event: SSAEvent) -> tuple[str, tuple[int, ...]]:
    """Return the text of an event with tags for its styles, and the times of its words in milliseconds."""
    parts: list[StyledText] = []
    marks: frozenset[str] = frozenset()
    times: list[int] = []
    at, wait, end = 0, 0, 0
    inside = False
    text = event.text
    for tag in [*_OVERRIDE.finditer(text), None]:
        piece = _read_plain_text(text[end : tag.start() if tag else len(text)])
        parts.append(StyledText(piece, marks))
        # A word that continues after a tag is not counted again.
        starts_inside = inside and piece[:1].strip() != ""
        times += [at] * (len(piece.split()) - starts_inside)
        inside = piece[-1:].strip() != "" if piece else inside
        if tag is None:
            break
        end = tag.end()
        for step in _KARAOKE.findall(tag[1]):
            at, wait = at + wait, int(step) * 10
        if "\\r" in tag[1]:
            marks = frozenset()
        for letter, value in _MARK.findall(tag[1]):
            marks = marks - {letter} if value in ("", "0") else marks | {letter}
    words = join_styled_text(tuple(parts))
    known = wait > 0 and len(times) == len(remove_style_tags(words).split())
    return words, tuple(times) if known else ()


def _read_plain_text(text: str) -> str:
    spaced = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return spaced.replace("\\" + _JOINER, "\\")


def _read_ass_place(event: SSAEvent, file: SSAFile) -> CaptionPlace:
    """Return the place that an event names itself. The place of its style counts if it is not the bottom."""
    anchor = _ANCHOR.search(event.text)
    if anchor:
        return _PLACES[(int(anchor[1]) - 1) // 3]
    style = file.styles.get(event.style)
    default = file.styles.get("Default")
    if style is None or style is default:
        return CaptionPlace.OF_TRACK
    place = _PLACES[(int(style.alignment) - 1) // 3]
    return CaptionPlace.OF_TRACK if place is CaptionPlace.BOTTOM else place


def _format_ass_words(caption: CutCaption) -> str:
    times = caption.word_times if len(caption.word_times) == count_caption_words(caption.text) else ()
    length = int((caption.end - caption.start) * 1000)
    ends = (*times[1:], length) if times else ()
    steps = [round(after / 10) - round(at / 10) for at, after in zip(times, ends, strict=True)]
    out, seen, inside = [], 0, False
    if times and times[0] >= 10:
        out.append(rf"{{\k{round(times[0] / 10)}}}")
    for part in split_styled_text(caption.text):
        out.append("".join(rf"{{\{mark}1}}" for mark in sorted(part.marks)))
        for letter in part.text:
            if letter.isspace():
                inside = False
            elif not inside:
                if times:
                    out.append(rf"{{\k{max(0, steps[seen])}}}")
                seen, inside = seen + 1, True
            out.append(_ESCAPES.get(letter, letter))
        out.append("".join(rf"{{\{mark}0}}" for mark in sorted(part.marks)))
    return "".join(out)


# ASS can't represent braces, so that similar characters are written.
_ESCAPES = {"\n": "\\N", "\\": "\\" + _JOINER, "{": "❴", "}": "❵"}


def _parse_ass_colour(text: str) -> pysubs2.Color:  # type: ignore[name-defined]  # noqa: F821
    import pysubs2

    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return pysubs2.Color(red, green, blue)
