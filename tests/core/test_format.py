"""Test the choice of “a” or “an” before nouns and numbers."""

from __future__ import annotations

import pytest

from milimo_tui.core.format import choose_article


@pytest.mark.parametrize(
    "noun", ["extreme wide shot", "object", "AutoencoderKL", "upscale job", "8-frame", "11-frame", "hour"]
)
def test_vowel_sound_has_an(noun: str) -> None:
    assert choose_article(noun) == "an"


@pytest.mark.parametrize("noun", ["wide shot", "UNet", "unit", "110-frame", "1-frame", "one-shot", "user"])
def test_consonant_sound_has_a(noun: str) -> None:
    assert choose_article(noun) == "a"
