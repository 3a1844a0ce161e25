"""Read SubRip and WebVTT: blocks of lines with a line of times.

The library pysubs2 reads both formats, but it loses a last line that is a number, adds comments of WebVTT to
the text of captions, and drops a caption with a damaged time without a word. So these two small formats are
read here. Other formats are read with libraries.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from milimo_tui.cut.values.caption_text import clean_speaker_name, remove_style_tags
from milimo_tui.cut.values.captions import CaptionPlace
from milimo_tui.interchange.captions.caption_content import CaptionCollector, CaptionContent

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-+>\s*{_TIME}(?=\s|$)(.*)")
_HAS_ARROW = re.compile(r"-->")
# A damaged line of times begins with a time and an arrow of any form. After the number of a caption, it may
# also have only an arrow, or two times without an arrow. The limits on lengths keep long lines fast.
_TIME_LIKE = r"(?=[\w.,;:]{0,30}\d)\w{1,12}[:;][\w.,;:]{1,30}"
_ARROW_LIKE = r"(?:[-‐-―−=~ ]{0,9}[>→\u21d2\u2794\u27f6»]|[-‐-―−=~]{2,9})"
_TIMES_LIKE = re.compile(rf"\s{{0,9}}{_TIME_LIKE}\s{{0,9}}{_ARROW_LIKE}")
_NUMBERED_TIMES_LIKE = re.compile(rf".{{0,40}}->|\s{{0,9}}{_TIME_LIKE}\s.{{0,9}}?{_TIME_LIKE}")
_SKIPPED = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
_INNER_TIME = re.compile(rf"<{_TIME}>")
# Some files have tags inside a voice tag: <v <b>Mara>.
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[^\S\n]+((?:<[^<>\n]*>|[^<>\n])*)>")
_VTT_TAG = re.compile(r"<(/?)([a-z]*)(?:[\s.][^>]*)?>")
_HTML_TAG = re.compile(r"<\s*(/?)\s*([a-zA-Z]+)[^<>]*>")
_ASS_TAG = re.compile(r"\{\\[^}]*\}")
_TOP_TAG = re.compile(r"\{\\an?([1-9])\}")
# A speaker before the words of a SubRip caption: capitals and a colon, as in MARA: Wait.
_SPOKEN_BY = re.compile(r"(?:-\s*)?([^\W\d_a-z][^\n:a-z<>]{0,38}): (?=\S)")


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a caption: its number of the line with the times, the times, and the text."""

    line: int
    times: re.Match[str]
    text: str


def read_srt(text: str) -> CaptionContent:
    """Return the captions of a SubRip text."""
    found = CaptionCollector()
    for block in _split_blocks(text, found, is_vtt=False):
        words, place = _read_srt_words(block.text)
        speaker = _SPOKEN_BY.match(words)
        if speaker and speaker[1] == speaker[1].upper():
            words = words[speaker.end() :]
            found.notes.append("names in capitals before a colon are read as speakers")
        else:
            speaker = None
        start, end = _read_times(block.times)
        found.add_caption(
            f"line {block.line}", start, end, words, speaker=speaker[1] if speaker else "", place=place
        )
    return found.build_content()


def read_vtt(text: str) -> CaptionContent:
    """Return the captions of a WebVTT text, with speakers from voice tags and times of words."""
    found = CaptionCollector()
    language = re.search(r"^Language:\s*([A-Za-z0-9-]+)", text.partition("\n\n")[0], re.MULTILINE)
    for block in _split_blocks(text, found, is_vtt=True):
        start, end = _read_times(block.times)
        words, speaker, times = _read_vtt_words(block.text, start)
        found.add_caption(
            f"line {block.line}",
            start,
            end,
            words,
            speaker=speaker,
            place=_read_vtt_place(block.times[9]),
            word_times=times,
        )
    return found.build_content(language[1] if language else "")


def _split_blocks(text: str, found: CaptionCollector, *, is_vtt: bool) -> Iterator[_Block]:
    """Yield the captions of a text in order. Damaged lines of times are reported with their blocks."""
    lines = text.lstrip("\ufeff").split("\n")
    heads = [number for number in range(len(lines)) if _is_head(lines, number, is_vtt=is_vtt)]
    _report_text_before_captions(lines[: heads[0] if heads else 0], found, is_vtt=is_vtt)
    for number, following in pairwise([*heads, len(lines)]):
        times = _TIMES.fullmatch(lines[number])
        if times is None:
            found.problems.append(
                f"line {number + 1}: the time “{lines[number].strip()[:60]}” is not readable"
            )
            continue
        body = lines[number + 1 : following]
        if following < len(lines):
            body = _remove_next_head(body, is_vtt=is_vtt)
        if is_vtt:
            body = _cut_at_blank_line(body, found, number)
        yield _Block(number + 1, times, "\n".join(body))


def _is_head(lines: Sequence[str], number: int, *, is_vtt: bool) -> bool:
    """Return True if a line is the line of times of a caption. A damaged line of times is recognised only at
    the beginning of a block: after an empty line, or after the number or the name of a caption. Elsewhere it
    may be text, such as “5:00 -> 6:00”.
    """
    line = lines[number]
    if _HAS_ARROW.search(line):
        return True
    name, before = _get_line(lines, number - 1), _get_line(lines, number - 2)
    if not name:
        return bool(_TIMES_LIKE.match(line))
    if _looks_like_times(name) or _looks_like_times(before) or _SKIPPED.match(name):
        return False
    if name.isdigit():
        return bool(_TIMES_LIKE.match(line) or (not before and _NUMBERED_TIMES_LIKE.match(line)))
    return is_vtt and not before and bool(_TIMES_LIKE.match(line))


def _looks_like_times(line: str) -> bool:
    return bool(_HAS_ARROW.search(line) or _TIMES_LIKE.match(line))


def _get_line(lines: Sequence[str], number: int) -> str:
    """Return a line without space around it; empty before the first line."""
    return lines[number].strip() if number >= 0 else ""


def _report_text_before_captions(lines: list[str], found: CaptionCollector, *, is_vtt: bool) -> None:
    """Report text before the first line of times. Its caption has no time. The header of a WebVTT file, and
    the number or the name of the first caption, are not text.
    """
    body = _remove_next_head(lines, is_vtt=is_vtt)
    if is_vtt:
        _cut_at_blank_line(body, found, 0)
        return
    text = [(number, line.strip()) for number, line in enumerate(body, start=1) if line.strip()]
    words = [(number, line) for number, line in text if not line.isdigit()]
    if words:
        found.problems.append(f"line {words[0][0]}: “{words[0][1][:60]}” has no time")


def _remove_next_head(body: list[str], *, is_vtt: bool) -> list[str]:
    """Return the lines between two lines of times without the number or the name of the second caption."""
    if not body or not body[-1].strip():
        return body
    is_number = body[-1].strip().isdigit()
    after_blank = len(body) == 1 or not body[-2].strip()
    return body[:-1] if after_blank and (is_vtt or is_number) else body


def _cut_at_blank_line(body: list[str], found: CaptionCollector, number: int) -> list[str]:
    """Return the lines of a WebVTT caption: those before the first empty line. Comments and style sheets may
    follow, and other text is reported.
    """
    end = next((at for at, line in enumerate(body) if not line.strip()), len(body))
    rest = "\n".join(body[end:])
    for block in re.split(r"\n\s*\n", rest):
        if not block.strip():
            continue
        if _SKIPPED.match(block.strip()):
            found.notes.append("comments and style sheets are left out")
        else:
            found.problems.append(f"after line {number + 1}: “{block.strip()[:60]}” belongs to no caption")
    return body[:end]


def _read_times(times: re.Match[str]) -> tuple[Fraction, Fraction]:
    return _read_time(times, 1), _read_time(times, 5)


def _read_time(times: re.Match[str], first: int) -> Fraction:
    hours, minutes, seconds, part = (times[first + index] or "" for index in range(4))
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + (Fraction(int(part), 10 ** len(part)) if part else Fraction(0))


def _read_srt_words(text: str) -> tuple[str, CaptionPlace]:
    anchor = _TOP_TAG.search(text)
    place = CaptionPlace.OF_TRACK
    if anchor:
        place = _PLACES[(int(anchor[1]) - 1) // 3]
    return _HTML_TAG.sub(_keep_style_tag, _ASS_TAG.sub("", text)), place


_PLACES = (CaptionPlace.BOTTOM, CaptionPlace.MIDDLE, CaptionPlace.TOP)


def _keep_style_tag(tag: re.Match[str]) -> str:
    """Return the tag if it is for italic, bold or underlined text. Remove other tags that SubRip files have,
    and keep anything else as text.
    """
    name = tag[2].lower()
    if name in ("i", "b", "u"):
        return f"<{tag[1]}{name}>"
    return "" if name in ("font", "s", "em", "strong", "span", "ruby", "rt", "c", "v", "br") else tag[0]


def _read_vtt_words(text: str, start: Fraction) -> tuple[str, str, tuple[int, ...]]:
    """Return the text, the speaker and the times of the words of a WebVTT caption. A caption with several
    voices has their names before their words.
    """
    voices = [_read_voice_name(each) for each in _VOICE.finditer(text)]
    is_one_voice = len(set(voices)) < 2
    text = _VOICE.sub("" if is_one_voice else lambda each: f"{_VTT_TAG.sub('', each[1])}: ", text)
    pieces = _INNER_TIME.split(text)
    times: list[int] = []
    if len(pieces) > 1:
        times = _read_inner_times(text, start)
    plain = _VTT_TAG.sub(_keep_vtt_tag, _INNER_TIME.sub("", text))
    words = _unescape_outside_tags(plain)
    if len(times) != len(remove_style_tags(words).split()):
        times = []
    return words, voices[0] if voices and is_one_voice else "", tuple(times)


def _read_voice_name(voice: re.Match[str]) -> str:
    return clean_speaker_name(html.unescape(_VTT_TAG.sub("", voice[1])))


def _keep_vtt_tag(tag: re.Match[str]) -> str:
    return f"<{tag[1]}{tag[2]}>" if tag[2] in ("i", "b", "u") else ""


def _unescape_outside_tags(text: str) -> str:
    return "".join(
        part if re.fullmatch(r"</?[ibu]>", part) else html.unescape(part)
        for part in re.split(r"(</?[ibu]>)", text)
    )


def _read_inner_times(text: str, start: Fraction) -> list[int]:
    """Return the start of each word in milliseconds after the start of the caption. The words before the
    first time start with the caption.
    """
    out: list[int] = []
    at = Fraction(0)
    end = 0
    for time in [*_INNER_TIME.finditer(text), None]:
        words = _VTT_TAG.sub("", text[end : time.start() if time else len(text)]).split()
        out += [int(at * 1000)] * len(words)
        if time:
            end = time.end()
            at = max(Fraction(0), _read_time(time, 1) - start)
    return out


def _read_vtt_place(settings: str) -> CaptionPlace:
    """Return the place that the settings of a WebVTT caption name by a percentage or a number of lines."""
    line = re.search(r"\bline:(-?\d+)(?:\.\d+)?(%?)", settings or "")
    if line is None:
        return CaptionPlace.OF_TRACK
    number = int(line[1])
    if line[2]:
        return (
            CaptionPlace.TOP if number < 34 else CaptionPlace.MIDDLE if number < 67 else CaptionPlace.BOTTOM
        )
    return CaptionPlace.BOTTOM if number < 0 else CaptionPlace.TOP
