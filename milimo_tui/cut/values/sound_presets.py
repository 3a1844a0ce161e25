"""Ready-made chains of sound effects for the roles of sound in a film. Pure values.

A preset replaces the chain of a clip, a track or a bus. Each effect can be changed afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.sound_effects import SoundChain, make_sound_effect


@dataclass(frozen=True, slots=True)
class SoundPreset:
    """A ready-made chain of sound effects. `role` is the role of sound that it is meant for."""

    name: str
    role: str
    description: str
    chain: SoundChain


DIALOGUE, EFFECTS, AMBIENCE, MUSIC, VOICE = "dialogue", "effects", "ambience", "music", "voice"


_PRESETS = (
    SoundPreset(
        "dialogue", DIALOGUE, "low cut, presence, even level",
        (
            make_sound_effect(
                "eq", {"low_cut": 80, "mid_frequency": 300, "mid_gain": -2, "presence_gain": 3}
            ),
            make_sound_effect("compressor", {"threshold": -24, "makeup": 4}),
            make_sound_effect("deesser"),
        ),
    ),
    SoundPreset(
        "dialogue-clean", DIALOGUE, "dialogue of a noisy location",
        (
            make_sound_effect("eq", {"low_cut": 100}),
            make_sound_effect("denoise", {"floor": -35}),
            make_sound_effect("gate", {"threshold": -42, "range": -12}),
            make_sound_effect("compressor", {"threshold": -24, "makeup": 4}),
        ),
    ),
    SoundPreset(
        "narration", DIALOGUE, "a close, even voice",
        (
            make_sound_effect("eq", {"low_cut": 60, "low_gain": 2, "presence_gain": 3}),
            make_sound_effect("compressor", {"threshold": -28, "ratio": 4, "makeup": 8}),
            make_sound_effect("deesser", {"intensity": 0.75}),
        ),
    ),
    SoundPreset(
        "effects", EFFECTS, "more punch, without peaks",
        (
            make_sound_effect("compressor", {"threshold": -18, "ratio": 2.5, "attack": 40}),
            make_sound_effect("limiter", {"limit": -3}),
        ),
    ),
    SoundPreset(
        "ambience", AMBIENCE, "below the voices: lows and presence reduced",
        (
            make_sound_effect(
                "eq", {"low_cut": 60, "presence_frequency": 2500, "presence_gain": -4, "high_gain": -2}
            ),
        ),
    ),
    SoundPreset(
        "music", MUSIC, "music under speech: room for the voice",
        (
            make_sound_effect(
                "eq", {"low_cut": 30, "presence_frequency": 2000, "presence_gain": -3, "presence_q": 0.7}
            ),
            make_sound_effect("compressor", {"threshold": -20, "ratio": 2, "release": 400, "makeup": 2}),
        ),
    ),
    SoundPreset("telephone", VOICE, "a voice on the telephone", (make_sound_effect("telephone"),)),
    SoundPreset("radio", VOICE, "a voice on a radio", (make_sound_effect("radio"),)),
    SoundPreset(
        "off-screen", VOICE, "a voice in the next room",
        (make_sound_effect("eq", {"low_cut": 120, "high_cut": 3500}), make_sound_effect("distance")),
    ),
    SoundPreset("far", VOICE, "a voice or sound far away", (make_sound_effect("distance", {"metres": 60}),)),
    SoundPreset(
        "hall", VOICE, "a large room",
        (make_sound_effect("reverb", {"decay": 2.4, "size": 0.8, "pre_delay": 30, "mix": 0.3}),),
    ),
    SoundPreset(
        "deep", VOICE, "a deeper voice, at the same speed", (make_sound_effect("pitch", {"semitones": -4}),),
    ),
    SoundPreset(
        "high", VOICE, "a higher voice, at the same speed", (make_sound_effect("pitch", {"semitones": 4}),),
    ),
    SoundPreset(
        "thought", VOICE, "a voice in the mind",
        (
            make_sound_effect("eq", {"low_cut": 150, "high_gain": 3}),
            make_sound_effect("reverb", {"decay": 3, "size": 1, "mix": 0.4}),
        ),
    ),
)  # fmt: skip

SOUND_PRESETS: Mapping[str, SoundPreset] = MappingProxyType({preset.name: preset for preset in _PRESETS})


def find_sound_preset(name: str) -> SoundPreset:
    """Return a preset by its name. Raises BadInput."""
    if name not in SOUND_PRESETS:
        raise BadInput(f"there is no preset “{name}”", f"choices: {', '.join(SOUND_PRESETS)}")
    return SOUND_PRESETS[name]
