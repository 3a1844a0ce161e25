"""Test delivery options given as words, and the refusal of impossible combinations."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.cut.delivery.containers import CONTAINERS, CONTAINERS_BY_SUFFIX
from milimo_tui.cut.delivery.delivery import Burns, Container, Delivery, Loudness
from milimo_tui.cut.delivery.presets import NAMES, PRESETS
from milimo_tui.cut.delivery.requests import (
    DeliveryRequest,
    build_delivery,
    parse_bit_rate,
    parse_size,
)
from milimo_tui.media.encode.formats import FORMATS


def asked(suffix: str = "", **values: object) -> Delivery:
    return build_delivery(DeliveryRequest(**values), suffix, 1280, 720)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", PRESETS, ids=lambda row: row.name)
def test_preset_is_found_by_its_name(row: object) -> None:
    made = asked(preset=row.name)  # type: ignore[attr-defined]
    assert made.model_copy(update={"width": 0, "height": 0}) == row.delivery  # type: ignore[attr-defined]


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_each_container_has_a_row_and_a_format_of_ffmpeg() -> None:
    assert set(CONTAINERS) == set(Container)
    assert set(FORMATS) == set(Container) - {Container.FRAMES}
    assert {row.delivery.container for row in PRESETS} <= set(CONTAINERS)


@pytest.mark.parametrize("suffix", CONTAINERS_BY_SUFFIX)
def test_file_ending_selects_the_container(suffix: str) -> None:
    assert asked(suffix).container is CONTAINERS_BY_SUFFIX[suffix]


def test_each_file_suffix_selects_its_usual_preset() -> None:
    assert {suffix: asked(suffix).preset for suffix in CONTAINERS_BY_SUFFIX} == {
        ".mp4": "h264",
        ".m4v": "h264",
        ".mov": "h264",
        ".mkv": "h264",
        ".webm": "vp9",
        ".gif": "gif",
        ".webp": "webp",
        ".wav": "wav",
        ".flac": "flac",
        ".m4a": "m4a",
        ".mp3": "mp3",
        ".opus": "opus",
        ".ogg": "opus",
    }


def test_preset_uses_the_container_of_its_file() -> None:
    assert asked(".mkv", preset="prores").container == "mkv"
    webm = asked(".webm", preset="av1")
    assert webm.sound is not None
    assert (webm.container, webm.sound.codec) == ("webm", "opus")


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("640x360", (640, 360)),
        ("640×360", (640, 360)),
        ("480p", (854, 480)),
        ("1080", (1920, 1080)),
        ("50%", (640, 360)),
    ],
)
def test_sizes_are_read(words: str, size: tuple[int, int]) -> None:
    assert parse_size(words, 1280, 720) == size
    made = asked(size=words)
    assert (made.width, made.height) == size


def test_size_of_the_cut_is_no_change() -> None:
    made = asked(size="720p")
    assert (made.width, made.height) == (0, 0)


@pytest.mark.parametrize(("words", "bits"), [("8M", 8_000_000), ("800k", 800_000), ("1.5m", 1_500_000)])
def test_bit_rates_are_read(words: str, bits: int) -> None:
    assert parse_bit_rate(words) == bits
    made = asked(bitrate=words)
    assert made.picture is not None
    assert made.picture.bit_rate == bits


def test_burnt_in_texts_are_read() -> None:
    burns = asked(burn=("timecode,captions", "slate=5", "watermark=ROUGH CUT")).burns
    assert burns == Burns(timecode=True, captions=True, slate=5, watermark="ROUGH CUT")
    assert asked(burn=("slate", "watermark")).burns == Burns(slate=3, watermark="PREVIS")


def test_rates_sound_and_loudness_are_read() -> None:
    made = asked(rate="29.97", channels=6, sample_rate=44100, loudness="-18,-2")
    assert made.rate == Fraction(30000, 1001)
    assert made.sound is not None
    assert (made.sound.channels, made.sound.sample_rate, made.sound.bit_rate) == (6, 44100, 384_000)
    assert made.loudness == Loudness(lufs=-18, true_peak=-2)
    assert asked(loudness="r128").loudness == Loudness(lufs=-23, true_peak=-1)


def test_output_is_no_larger_than_its_preset_allows() -> None:
    assert (asked(preset="gif").width, asked(preset="gif").height) == (854, 480)
    assert asked(preset="gif", size="720p").height == 0


def test_two_passes_reach_a_bit_rate() -> None:
    picture = asked(preset="h265", bitrate="2M", two_pass=True).picture
    assert picture is not None
    assert picture.two_pass


@pytest.mark.parametrize(
    ("suffix", "values", "sentence"),
    [
        (".avi", {}, "can't be written as .avi"),
        (".mp4", {"preset": "prores"}, "prores can't be written as .mp4"),
        (".mp4", {"preset": "wav"}, "wav can't be written as .mp4"),
        ("", {"size": "641x360"}, "641×360"),
        ("", {"size": "big"}, "“big” is not"),
        ("", {"size": "0x0"}, "0×0"),
        ("", {"preset": "wav", "size": "720p"}, "only sound"),
        ("", {"preset": "wav", "rate": "25"}, "only sound"),
        ("", {"preset": "wav", "silent": True}, "nothing"),
        ("", {"preset": "wav", "burn": ("timecode",)}, "only sound"),
        ("", {"preset": "prores", "quality": 3}, "prores has no quality"),
        ("", {"preset": "vp9", "quality": 64}, "vp9 has no quality 64"),
        ("", {"preset": "prores", "bitrate": "8M"}, "bit rate"),
        ("", {"bitrate": "fast"}, "bit rate"),
        ("", {"two_pass": True}, "needs a bit rate"),
        ("", {"preset": "vp9", "two_pass": True, "bitrate": "1M"}, "one pass"),
        ("", {"channels": 5}, "5 channels"),
        ("", {"preset": "mp3", "channels": 6}, "6 channels"),
        ("", {"loudness": "-60"}, "loudness"),
        ("", {"loudness": "loud"}, "loudness"),
        ("", {"burn": ("clock",)}, "“clock” can't be burnt in"),
        ("", {"burn": ("slate=11",)}, "“slate=11” can't be burnt in"),
        ("", {"subtitles": "ass"}, "subtitles"),
        ("", {"preset": "gif", "subtitles": "embedded"}, "gif can't"),
    ],
)
def test_impossible_output_is_refused_with_a_suggestion(
    suffix: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as raised:
        asked(suffix, **values)
    assert raised.value.hint


def test_unknown_preset_lists_the_known_ones() -> None:
    with pytest.raises(NotFound) as raised:
        asked(preset="betamax")
    assert "h264-fine" in raised.value.hint
