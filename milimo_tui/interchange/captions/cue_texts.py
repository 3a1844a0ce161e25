"""Write SubRip and WebVTT from captions with exact times."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.subtitles import escape_vtt_text, format_cue_time
from milimo_tui.cut.values.caption_text import count_caption_words, split_styled_text
from milimo_tui.cut.values.captions import CaptionPlace, CutCaption

_SRT_PLACES = {
    CaptionPlace.TOP: r"{\an8}",
    CaptionPlace.MIDDLE: r"{\an5}",
    CaptionPlace.BOTTOM: r"{\an2}",
}
_VTT_PLACES = {
    CaptionPlace.TOP: " line:10%",
    CaptionPlace.MIDDLE: " line:50%",
    CaptionPlace.BOTTOM: " line:90%",
}


def write_srt(captions: Sequence[CutCaption]) -> str:
    """Return SubRip text. The speaker is written before the words, because SubRip has no field for it."""
    return "\n".join(
        f"{number}\n{_format_span(each, ',')}\n{_SRT_PLACES.get(each.place, '')}"
        f"{f'{each.speaker}: ' if each.speaker else ''}{each.text.replace('-->', '→')}\n"
        for number, each in enumerate(captions, start=1)
    )


def write_vtt(captions: Sequence[CutCaption], language: str = "") -> str:
    """Return WebVTT text with voice tags, and with the times of words where they are known."""
    head = "WEBVTT\n" + (f"Language: {language}\n" if language else "")
    return "\n".join(
        [
            head,
            *(
                f"{_format_span(each, '.')}{_VTT_PLACES.get(each.place, '')}\n{_format_vtt_words(each)}\n"
                for each in captions
            ),
        ]
    )


def _format_span(caption: CutCaption, mark: str) -> str:
    start, end = (round_half_up(at * 1000) for at in (caption.start, caption.end))
    return f"{format_cue_time(start, mark)} --> {format_cue_time(max(end, start + 1), mark)}"


def _format_vtt_words(caption: CutCaption) -> str:
    times = caption.word_times if len(caption.word_times) == count_caption_words(caption.text) else ()
    words, seen, inside = [], 0, False
    for part in split_styled_text(caption.text):
        marks = sorted(part.marks)
        words.append("".join(f"<{mark}>" for mark in marks))
        for letter in part.text:
            if letter.isspace():
                inside = False
            elif not inside:
                if times and seen and times[seen] > 0:
                    at = round_half_up((caption.start + Fraction(times[seen], 1000)) * 1000)
                    words.append(f"<{format_cue_time(at, '.')}>")
                seen, inside = seen + 1, True
            words.append(escape_vtt_text(letter))
        words.append("".join(f"</{mark}>" for mark in reversed(marks)))
    voice = f"<v {escape_vtt_text(caption.speaker)}>" if caption.speaker else ""
    return voice + "".join(words)
