"""Estimate the times of words from the measured speech, for models that return only a text."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.cut.words.transcripts import WITHOUT_SPACES
from milimo_tui.engines.transcription.values import RATE, Samples, TimedText
from milimo_tui.media.sound.speech_activity import find_speech_in_samples


def estimate_word_times(text: str, samples: Samples, language: str) -> tuple[TimedText, ...]:
    """Return the words of a text with estimated times. The words are distributed over the speech that is
    measured in the window, each in proportion to its number of letters. Without measurable speech they are
    distributed over the complete window.
    """
    words = [each for each in text.split() if any(letter.isalnum() for letter in each)]
    if language in WITHOUT_SPACES:
        words = [letter for letter in text if letter.isalnum()]
    spans = find_speech_in_samples(samples) or ((0.0, len(samples) / RATE),)
    weights = [len(each) + 1 for each in words]
    total, spoken = sum(weights), sum(end - start for start, end in spans)
    found, before = [], 0
    for word, weight in zip(words, weights, strict=True):
        start = _find_spoken_moment(spans, spoken * before / total, is_start=True)
        before += weight
        end = _find_spoken_moment(spans, spoken * before / total, is_start=False)
        found.append(TimedText(word, start, max(start, end)))
    return tuple(found)


def _find_spoken_moment(spans: Sequence[tuple[float, float]], seconds: float, *, is_start: bool) -> float:
    """Return the moment before which somebody has spoken for `seconds`. Between two spans, a start is the
    start of the later one, and an end is the end of the earlier one.
    """
    for first, end in spans:
        length = end - first
        if seconds < length - 1e-9 or (not is_start and seconds <= length + 1e-9):
            return first + min(max(0.0, seconds), length)
        seconds -= length
    return spans[-1][1]
