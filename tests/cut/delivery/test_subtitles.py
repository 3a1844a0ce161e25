"""Test captions written as SubRip and WebVTT."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.delivery.delivery import Caption
from milimo_tui.cut.delivery.subtitles import format_srt, format_vtt

LINES = (
    Caption(start=25, end=75, text="You are late.", speaker="MARA"),
    Caption(start=90_000, end=90_030, text=" Tea & <rain>? \n\n Both. "),
)


def test_srt_is_written() -> None:
    assert format_srt(LINES, Fraction(25)) == (
        "1\n00:00:01,000 --> 00:00:03,000\nMARA: You are late.\n\n"
        "2\n01:00:00,000 --> 01:00:01,200\nTea & <rain>?\nBoth.\n"
    )


def test_vtt_is_escaped_and_names_the_voice() -> None:
    assert format_vtt(LINES, Fraction(25)) == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:03.000\n<v MARA>You are late.\n\n"
        "01:00:00.000 --> 01:00:01.200\nTea &amp; &lt;rain&gt;?\nBoth.\n"
    )


def test_times_are_those_of_the_frame_in_milliseconds() -> None:
    line = Caption(start=1, end=30000, text="x")
    assert "00:00:00,033 --> 00:16:41,000" in format_srt((line,), Fraction(30000, 1001))


def test_film_without_captions_has_no_subtitles() -> None:
    assert format_srt((), Fraction(25)) == ""
    assert format_vtt((), Fraction(25)) == "WEBVTT\n"
