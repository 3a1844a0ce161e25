"""Format captions as subtitle files: SubRip and WebVTT. Pure; times are computed exactly from the frames."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.cut.delivery.delivery import Caption


def srt(captions: Sequence[Caption], rate: Fraction) -> str:
    """Return SubRip text: numbered blocks with times as `HH:MM:SS,mmm`, and the speaker before the words."""
    return "\n".join(
        f"{number}\n{_span(each, rate, ',')}\n{_spoken(each)}\n"
        for number, each in enumerate(captions, start=1)
    )


def vtt(captions: Sequence[Caption], rate: Fraction) -> str:
    """Return WebVTT text (W3C). The speaker is a voice tag, so that a player can show or hide it."""
    cues = (f"{_span(each, rate, '.')}\n{_voiced(each)}\n" for each in captions)
    return "\n".join(["WEBVTT\n", *cues])


def words(caption: Caption) -> str:
    """Return a caption's words for a picture or an embedded stream: no speaker, and no empty lines."""
    return "\n".join(line for line in (part.strip() for part in caption.text.splitlines()) if line)


def _spoken(caption: Caption) -> str:
    return f"{caption.speaker}: {words(caption)}" if caption.speaker else words(caption)


def _voiced(caption: Caption) -> str:
    line = _escaped(words(caption))
    return f"<v {_escaped(caption.speaker)}>{line}" if caption.speaker else line


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _span(caption: Caption, rate: Fraction, mark: str) -> str:
    return f"{_time(caption.start, rate, mark)} --> {_time(caption.end, rate, mark)}"


def _time(frame: int, rate: Fraction, mark: str) -> str:
    """Return the time of a frame's leading edge, to the nearest millisecond."""
    seconds, thousandths = divmod(half_up(Fraction(frame) * 1000 / rate), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{thousandths:03d}"
