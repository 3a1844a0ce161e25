"""Estimate the file size of a delivery from a requested bit rate, from earlier films, or from its preset.
Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milimo_tui.cut.delivery.delivery import Delivery, SoundFormat
from milimo_tui.cut.delivery.presets import find_preset
from milimo_tui.cut.delivery.stems import list_stems
from milimo_tui.cut.plan.plan import RenderPlan

# Bits per sample of formats without a bit rate. For flac this is an average.
_SAMPLE_BITS = {"pcm_s16le": 16.0, "pcm_s24le": 24.0, "flac": 14.0}
_LATEST = 5  # Maximum number of earlier renders that an estimate averages. Older renders are ignored.


@dataclass(frozen=True, slots=True)
class MeasuredFilm:
    """A film that was rendered earlier: its delivery options, duration and file size."""

    delivery: Delivery
    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class SizeEstimate:
    """An estimated file size in bytes, and the basis of the estimate.

    `source` names the basis. It is `bits` for a requested bit rate, `films` for earlier renders and `preset`
    for measurements of the preset. `films` is the number of earlier renders that were used.
    """

    bytes: int
    source: str
    films: int = 0


def estimate_delivery_size(
    plan: RenderPlan, delivery: Delivery, films: Iterable[MeasuredFilm]
) -> SizeEstimate:
    """Return the estimated file size of a plan rendered with a delivery. `films` are earlier renders of the
    same film, newest first.
    """
    seconds = float(plan.frames / plan.rate)
    sound = _get_sound_bit_rate(plan, delivery.sound) * seconds if delivery.sound else 0.0
    if delivery.picture is None:
        count = len(list_stems(plan, delivery.stems)) if delivery.stems else 1
        return SizeEstimate(int(sound * max(1, count) / 8), "bits")
    if delivery.picture.bit_rate:
        return SizeEstimate(int((delivery.picture.bit_rate * seconds + sound) / 8), "bits")
    like = [
        film
        for film in films
        if film.seconds > 0 and _get_format_key(film.delivery) == _get_format_key(delivery)
    ][:_LATEST]
    if like:
        rate = sum(film.bytes for film in like) / sum(film.seconds for film in like)
        return SizeEstimate(int(rate * seconds), "films", len(like))
    pixels = plan.width * plan.height * plan.frames
    return SizeEstimate(int((pixels * find_preset(delivery.preset).bits + sound) / 8), "preset")


def _get_format_key(delivery: Delivery) -> tuple[object, ...]:
    """Return a key of delivery options. Renders of one film with equal keys have about the same bit rate."""
    raster = delivery.width, delivery.height, delivery.rate
    return (*raster, delivery.container, delivery.picture, delivery.sound)


def _get_sound_bit_rate(plan: RenderPlan, sound: SoundFormat) -> float:
    """Return the bit rate of the sound in bits per second."""
    if sound.bit_rate:
        return float(sound.bit_rate)
    return _SAMPLE_BITS.get(sound.codec, 16.0) * sound.channels * (sound.sample_rate or plan.sample_rate)
