"""The sound effects of a clip in the mix.

Effects are applied after the clip's speed, at the film's sample rate, and before its gain, volume and pan.
They hear the source beyond the clip's edges, so that a clip that is split in two sounds the same. A reverb or
an echo only hears the clip itself, with its fades, and sounds on after the clip.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.delivery.segments import compute_sound_signature, list_media_sound_files
from milimo_tui.cut.values.effects import PARAMS
from milimo_tui.cut.values.effects_text import effects_to_json
from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    SoundChain,
    measure_chain_run_up,
    measure_chain_tail,
    measure_effect_tail,
)
from milimo_tui.media.files.cache import identify_source, locate_cached_file
from milimo_tui.media.sound.effect_chains import open_effects, order_effects
from milimo_tui.media.sound.once_rendered import RENDERED_SOUNDS, OnceRenderedSound
from milimo_tui.media.sound.samples import FrameClock, SampleSource, Sound, make_silence
from milimo_tui.media.sound.voices import MixVoice

# The seconds outside a clip that are rendered once are a multiple of this number.
_HANDLE = 4


def apply_clip_effects(source: SampleSource, voice: MixVoice) -> SampleSource:
    """Return the sound of a clip with its effects. Sample n of `source` is sample n of the film."""
    chain = order_effects(voice.clip.effects.chain)
    if not chain:
        return source
    is_tailed = [measure_effect_tail(effect) > 0 for effect in chain]
    first_tail = is_tailed.index(True) if any(is_tailed) else len(chain)
    out = _add_effects(_SoundWithHandles(source, voice), chain[:first_tail], voice)
    if first_tail < len(chain):
        out = _add_effects(_FadedSound(out, voice), chain[first_tail:], voice)
    return out


def _add_effects(source: SampleSource, chain: SoundChain, voice: MixVoice) -> SampleSource:
    """Return a source with effects. Effects that are rendered once divide the chain."""
    for number, effect in enumerate(chain):
        if SOUND_EFFECTS[effect.name].is_rendered_once:
            before, after = chain[:number], chain[number + 1 :]
            rate, (first, last) = source.sample_rate, voice.window
            first -= rate * _round_up_seconds(measure_chain_run_up(voice.clip.effects.chain))
            last += rate * _round_up_seconds(measure_chain_tail(voice.clip.effects.chain))
            cached = _locate_rendered_sound(voice, chain[: number + 1], source, first, last)
            rendered = OnceRenderedSound(_add_effects(source, before, voice), effect, first, last, cached)
            return _add_effects(rendered, after, voice)
    return open_effects(source, chain, FrameClock(voice.frame, voice.begins))


def _round_up_seconds(seconds: float) -> int:
    """Return the seconds of sound outside a clip that are rendered. They are rounded, so that few changes of
    later effects need another cached file.
    """
    return (math.floor(seconds / _HANDLE) + 1) * _HANDLE


def _locate_rendered_sound(
    voice: MixVoice, chain: SoundChain, source: SampleSource, first: int, last: int
) -> Path | None:
    """Return the path of the cached sound of a clip in samples [first, last) after the effects of `chain`,
    whether or not it exists. None if this process has no cache.

    The position of the clip in the film is not part of the key, so a moved clip is not computed again.
    """
    if RENDERED_SOUNDS.folder is None:
        return None
    clip = voice.clip
    kept = tuple(curve for curve in clip.effects.curves if PARAMS[curve[0]].timed)
    effects = effects_to_json(replace(clip.effects, curves=kept, chain=chain))
    times = (clip.clip_frames, clip.fade_in, clip.fade_out, clip.rise, clip.fall, first - voice.window[0])
    second = voice.origin + Fraction(voice.window[0], source.sample_rate) * clip.speed
    media = [identify_source(Path(path)) for path in list_media_sound_files(clip.media)]
    inner = compute_sound_signature(clip.media.plan) if clip.media.plan is not None else ""
    about = [
        media,
        clip.stream,
        clip.channels,
        inner,
        str(second),
        str(clip.speed),
        voice.frame,
        times,
        effects,
    ]
    return locate_cached_file(
        RENDERED_SOUNDS.folder,
        hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest(),
        "sound-effects",
        ".f32",
        1,
        rate=source.sample_rate,
        channels=source.channels,
        samples=last - first,
    )


class _SoundWithHandles:
    """The source of a clip, in which damage outside the clip counts as silence. Only the clip's own range
    must be readable.
    """

    def __init__(self, source: SampleSource, voice: MixVoice) -> None:
        self._source, self._window = source, voice.window
        self.sample_rate, self.channels = source.sample_rate, source.channels

    def read(self, start: int, samples: int) -> Sound:
        first, last = (min(max(edge, start), start + samples) for edge in self._window)
        parts = [
            self._read_handle(start, first - start),
            self._source.read(first, last - first) if last > first else make_silence(0, self.channels),
            self._read_handle(last, start + samples - last),
        ]
        return np.concatenate([part for part in parts if part.shape[1]] or parts[:1], axis=1)

    def close(self) -> None:
        self._source.close()

    def _read_handle(self, start: int, samples: int) -> Sound:
        if samples <= 0:
            return make_silence(0, self.channels)
        try:
            return self._source.read(start, samples)
        except MilimoError:
            return make_silence(samples, self.channels)


class _FadedSound:
    """The sound of a clip with its fades, and silence outside the clip."""

    def __init__(self, source: SampleSource, voice: MixVoice) -> None:
        self._source, self._voice = source, voice
        self.sample_rate, self.channels = source.sample_rate, source.channels

    def read(self, start: int, samples: int) -> Sound:
        out = make_silence(samples, self.channels)
        first, last = (min(max(edge, start), start + samples) for edge in self._voice.window)
        if last > first:
            gain = self._voice.compute_fade_gain(first, last).astype(np.float32)
            out[:, first - start : last - start] = self._source.read(first, last - first) * gain
        return out

    def close(self) -> None:
        self._source.close()
