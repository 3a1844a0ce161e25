"""Test the waveforms cached for clips: each needs few bytes, and those of closed films are removed."""

from __future__ import annotations

from array import array
from fractions import Fraction

import numpy as np

from milimo_tui.cut.plan.plan import Media, RenderPlan, SoundClip
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.tui.play.monitor import parse_peak_levels
from milimo_tui.tui.timeline.widgets.clip_waves import MOST_ASIDE, ClipWaves
from milimo_tui.tui.widgets.waveform import Peaks
from tests.tui.timeline.timeline_films import run


def sounding(clip: Clip, path: str) -> RenderPlan:
    """Return a render plan with one clip that takes its sound from a file."""
    media = Media(kind="sound", path=path)
    sound = SoundClip(clip=clip.id, media=media, start=0, frames=clip.frames, source_in=Fraction(0))
    rate = Fraction(25)
    return RenderPlan(
        cut="c", name="", rate=rate, width=96, height=64, sample_rate=48000, frames=25, sounds=(sound,)
    )


def test_levels_are_stored_as_four_byte_numbers() -> None:
    pairs = np.array([(-32768, 5), (-3, 32767), (0, 0)], "<i2")
    found = parse_peak_levels(pairs.tobytes()).levels
    assert list(found) == [1.0, 32767 / 32768, 0.0]
    assert isinstance(found, array)
    assert found.itemsize == 4


def test_waveforms_of_closed_films_are_removed() -> None:
    """A user may open many films in an evening, each with its own files."""
    waves, clip = ClipWaves(), run("V1", [25])[0].clip
    for number in range(3 * MOST_ASIDE):
        assert waves.update_sounds(sounding(clip, f"take {number}.mov")) == [HeardSound(f"take {number}.mov")]
        waves.store_peaks(HeardSound(f"take {number}.mov"), Peaks([number]))
        assert waves.of(clip) == Peaks([number])
    before = f"take {3 * MOST_ASIDE - 2}.mov"
    assert waves.update_sounds(sounding(clip, before)) == [], "one that comes back is known yet"
    assert waves.update_sounds(sounding(clip, "take 0.mov")) == [HeardSound("take 0.mov")]
