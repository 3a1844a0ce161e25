"""Captions in files: SubRip, WebVTT, ASS and TTML preserve what each format can hold, damaged files are
reported with their lines, and pysubs2 reads the same captions from what is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.cut.values.caption_text import clean_caption_text, count_caption_words, remove_style_tags
from milimo_tui.cut.values.captions import CaptionPlace, CaptionTrack, CutCaption
from milimo_tui.interchange.captions.caption_files import (
    CaptionFormat,
    Raster,
    format_caption_file,
    read_caption_file,
)

TRACK = CaptionTrack(id="t", cut="c", name="English", order="V", language="en")
RASTER = Raster(768, 512)
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf"])


@st.composite
def caption_lists(draw: st.DrawFn) -> tuple[CutCaption, ...]:
    """Return captions without overlaps, with styles, speakers, places and times of words."""
    out = []
    at = Fraction(0)
    for _ in range(draw(st.integers(1, 6))):
        start = at + Fraction(draw(st.integers(0, 5000)), 1000)
        end = start + Fraction(draw(st.integers(20, 9000)), 1000)
        at = end
        lines = draw(st.lists(st.text(LETTERS, min_size=1, max_size=30), min_size=1, max_size=3))
        style = draw(st.sampled_from(["{}", "<i>{}</i>", "<b>{}</b> x", "a <u>{}</u>"]))
        text = clean_caption_text(style.format("\n".join(lines)))
        if not remove_style_tags(text).strip() or "-->" in text:
            text = "words"
        count = count_caption_words(text)
        times: tuple[int, ...] = ()
        if draw(st.booleans()):
            length = int((end - start) * 100) - 1
            times = (
                0,
                *sorted(
                    draw(st.lists(st.integers(0, max(0, length)), min_size=count - 1, max_size=count - 1))
                ),
            )
        out.append(
            CutCaption(
                id="",
                cut="",
                track="",
                start=start,
                end=end,
                text=text,
                speaker=draw(st.sampled_from(["", "MARA", "OLD TAM", "Zoë"])),
                place=draw(st.sampled_from(list(CaptionPlace))),
                word_times=tuple(each * 10 for each in times),
            )
        )
    return tuple(out)


def what_srt_holds(caption: CutCaption) -> CutCaption:
    """SubRip has no times of words, and a speaker only as capitals before the words."""
    return replace(caption, word_times=())


def what_ass_holds(caption: CutCaption) -> CutCaption:
    """ASS has hundredths of seconds and no braces."""
    start, end = (Fraction((each * 200 + 1) // 2, 100) for each in (caption.start, caption.end))
    text = caption.text.replace("{", "❴").replace("}", "❵")
    return replace(caption, start=start, end=max(end, start + Fraction(1, 100)), text=text)


def what_vtt_holds(caption: CutCaption) -> CutCaption:
    """WebVTT has a time only for words that begin after their caption."""
    return caption if any(caption.word_times) else replace(caption, word_times=())


def what_ttml_holds(caption: CutCaption) -> CutCaption:
    """TTML has no times of words here."""
    return replace(caption, word_times=())


def read_back(kind: CaptionFormat, captions: Sequence[CutCaption]) -> tuple[CutCaption, ...]:
    text = format_caption_file(kind, captions, TRACK, RASTER)
    content = read_caption_file(text.encode(), f"film.{kind}")
    assert content.problems == ()
    return content.captions


@given(caption_lists())
def test_vtt_preserves_captions_with_styles_speakers_and_word_times(captions: tuple[CutCaption, ...]) -> None:
    assert read_back(CaptionFormat.VTT, captions) == tuple(map(what_vtt_holds, captions))


@given(caption_lists())
def test_ttml_preserves_captions_with_styles_and_speakers(captions: tuple[CutCaption, ...]) -> None:
    assert read_back(CaptionFormat.TTML, captions) == tuple(map(what_ttml_holds, captions))


@given(caption_lists())
def test_ass_preserves_captions_to_the_hundredth_of_a_second(captions: tuple[CutCaption, ...]) -> None:
    found = read_back(CaptionFormat.ASS, captions)
    for old, new in zip(captions, found, strict=True):
        held = what_ass_holds(old)
        assert replace(new, word_times=()) == replace(held, word_times=())
        if old.word_times and new.word_times:
            pairs = zip(old.word_times, new.word_times, strict=True)
            assert all(abs(before - after) <= 10 for before, after in pairs)


@given(caption_lists())
def test_srt_preserves_captions_without_word_times(captions: tuple[CutCaption, ...]) -> None:
    # A name that is not in capitals, or text that looks like a speaker or a tag, has no form in SubRip.
    plain = [
        replace(
            each,
            speaker=each.speaker.upper(),
            text=re.sub(r"[:{}<>]", "", remove_style_tags(each.text)) or "x",
        )
        for each in captions
    ]
    plain = [replace(each, text=clean_caption_text(each.text) or "x") for each in plain]
    assert read_back(CaptionFormat.SRT, plain) == tuple(map(what_srt_holds, plain))


@given(caption_lists())
def test_srt_times_and_numbers_are_those_that_pysubs2_reads(captions: tuple[CutCaption, ...]) -> None:
    text = format_caption_file(CaptionFormat.SRT, captions, TRACK, RASTER)
    events = pysubs2.SSAFile.from_string(text, format_="srt").events
    assert [(each.start, each.end) for each in events] == [
        (int(each.start * 1000), int(each.end * 1000)) for each in captions
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac_roman"])
def test_file_is_read_in_any_encoding(encoding: str) -> None:
    text = "1\r\n00:00:01,000 --> 00:00:02,500\r\nCafé fermé à l’été\r\n"
    (caption,) = read_caption_file(text.encode(encoding), "film.srt").captions
    assert (caption.text, caption.end) == ("Café fermé à l’été", Fraction(5, 2))


def test_damaged_times_are_reported_with_their_lines_and_the_rest_is_read() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nfirst\n\n"
        "2\n00:00:xx,000 --> 00:00:04,000\nlost\n\n"
        "3\n00:00:05,000 --> 00:00:04,000\nbackwards\n\n"
        "4\n00:00:06,000 --> 00:00:07,000\n42\n"
    )
    content = read_caption_file(text.encode(), "film.srt")
    assert [each.text for each in content.captions] == ["first", "42"]
    assert [problem.split(":")[0] for problem in content.problems] == ["line 6", "line 10"]


def test_comments_styles_and_names_of_vtt_captions_are_not_text() -> None:
    text = (
        "WEBVTT - a title\nLanguage: de\n\nSTYLE\n::cue { color: red }\n\nNOTE a\ncomment\n\n"
        "intro\n00:01.000 --> 00:02.000 line:5% align:start\n<v.loud Mara><c.red>Wer</c> da? &amp; wo?\n\n"
        "NOTE another\n\n00:03.000 --> 00:04.000\nHier\n"
    )
    content = read_caption_file(text.encode(), "film.vtt")
    assert [(each.speaker, each.text, each.place) for each in content.captions] == [
        ("Mara", "Wer da? & wo?", CaptionPlace.TOP),
        ("", "Hier", CaptionPlace.OF_TRACK),
    ]
    assert content.language == "de"
    assert content.problems == ()


def test_ttml_times_of_all_forms_and_nested_elements_are_read() -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><tt xmlns="http://www.w3.org/2006/10/ttaf1"'
        ' xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="1000"'
        ' xml:lang="fr">'
        '<body begin="10s"><div begin="00:00:01.000"><p begin="00:00:01:05" end="2s">frames</p>'
        '<p begin="3000t" dur="1.5s">ticks<br/>and line</p><p begin="x" end="9s">lost</p></div></body></tt>'
    )
    content = read_caption_file(text.encode(), "film.dfxp")
    assert [(each.start, each.end, each.text) for each in content.captions] == [
        (Fraction(61, 5), Fraction(13), "frames"),
        (Fraction(14), Fraction(31, 2), "ticks\nand line"),
    ]
    assert len(content.problems) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\x03" * 100,
        b"\xff\xfe\x00",
        b"hello",
        b"WEBVTT\n",
        b"1\n00:00:01,000 --> \n",
        b'<!DOCTYPE x [<!ENTITY a "b">]><tt xmlns="http://www.w3.org/ns/ttml"/>',
        b'<tt xmlns="http://www.w3.org/ns/ttml">' + b"<div>" * 5000 + b"</div>" * 5000 + b"</tt>",
        b"<tt>",
        b"[Script Info]\n[V4+ Styles]\nStyle: a,b\nDialogue: 0,0:00:01.00\n",
        b"[Script Info]\n[V4+ Styles]\nStyle: a,b,zz,&Hxx\n",
        b"-->" * 100_000,
        b"0" * 30_000_000,
    ],
)
def test_hostile_files_are_refused_with_a_reason(data: bytes) -> None:
    for name in ("film.srt", "film.vtt", "film.ass", "film.ttml"):
        with pytest.raises(BadInput) as refused:
            read_caption_file(data, name)
        assert refused.value.message.count("\n") == 0


@given(st.binary(max_size=400), st.sampled_from(list(CaptionFormat)))
def test_any_bytes_are_read_or_refused(data: bytes, kind: CaptionFormat) -> None:
    head = {"vtt": b"WEBVTT\n\n", "ass": b"[Script Info]\n[Events]\n", "ttml": b"<tt>", "srt": b""}[kind]
    try:
        content = read_caption_file(head + data, f"film.{kind}")
    except MilimoError:
        return
    assert all(each.end > each.start and each.text for each in content.captions)


PIECES = (
    "00:00:01,000 --> 00:00:02,000", "00:00:01.000 --> 00:00:02.000 line:90%", "1", "2", "", "", "text",
    "MARA: hi", "<v Tom>hi", "NOTE", "STYLE", "<i>open", "</i>", "-->", "{\\an8}", "99:99:99,999 --> 0",
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}x", "[Events]", "[V4+ Styles]", "Style: a,b,c",
    '<p begin="1s" end="2s">', "</p>", "<tt>", "</tt>", "&amp;", "&#xD800;", "\u2028", "00:00:01.000",
    "00:00:04,000 -> 00:00:0x,000", "00:00:04,000 -> 00:00:05,000", "5:00 → 6:00", "-> there",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(list(CaptionFormat)))
def test_any_mixture_of_lines_is_read_or_refused(lines: list[str], kind: CaptionFormat) -> None:
    head = {"vtt": "WEBVTT\n\n", "ass": "[Script Info]\n", "ttml": "<tt ", "srt": ""}[kind]
    try:
        content = read_caption_file((head + "\n".join(lines)).encode(), f"film.{kind}")
    except MilimoError:
        return
    for each in content.captions:
        assert each.text == clean_caption_text(each.text)
        assert 0 <= each.start < each.end
