"""Write captions as subtitle files: SubRip and WebVTT. Pure functions; times are computed exactly from frame
numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.delivery import Caption
from milimo_tui.cut.values.caption_text import split_styled_text


def format_srt(captions: Sequence[Caption], rate: Fraction) -> str:
    """Return SubRip text: numbered blocks with times as `HH:MM:SS,mmm`, and the speaker before the words."""
    return "\n".join(
        f"{number}\n{_format_cue_span(each, rate, ',')}\n{_format_srt_words(each)}\n"
        for number, each in enumerate(captions, start=1)
    )


def format_vtt(captions: Sequence[Caption], rate: Fraction) -> str:
    """Return WebVTT text (W3C). The speaker is written as a voice tag, which players can show or hide."""
    cues = (f"{_format_cue_span(each, rate, '.')}\n{_format_vtt_text(each)}\n" for each in captions)
    return "\n".join(["WEBVTT\n", *cues])


def _format_srt_words(caption: Caption) -> str:
    return f"{caption.speaker}: {caption.text}" if caption.speaker else caption.text


def _format_vtt_text(caption: Caption) -> str:
    line = "".join(
        "".join(f"<{mark}>" for mark in sorted(part.marks))
        + escape_vtt_text(part.text)
        + "".join(f"</{mark}>" for mark in sorted(part.marks, reverse=True))
        for part in split_styled_text(caption.text)
    )
    return f"<v {escape_vtt_text(caption.speaker)}>{line}" if caption.speaker else line


def escape_vtt_text(text: str) -> str:
    """Return text with the characters that WebVTT reserves replaced by references."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _format_cue_span(caption: Caption, rate: Fraction, mark: str) -> str:
    start, end = (_format_caption_time(frame, rate, mark) for frame in (caption.start, caption.end))
    return f"{start} --> {end}"


def _format_caption_time(frame: int, rate: Fraction, mark: str) -> str:
    return format_cue_time(round_half_up(Fraction(frame) * 1000 / rate), mark)


def format_cue_time(milliseconds: int, mark: str) -> str:
    """Return a time as `HH:MM:SS,mmm`. `mark` separates seconds and milliseconds."""
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{thousandths:03d}"
