"""The filters of libavfilter that make a sound effect, with their options for a sample rate.

Every filter is FFmpeg's own. The impulse response of a reverb is read from a file, or generated here:
decaying noise, which a low-pass filter darkens. It is the same for each run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import NotFound
from milimo_tui.cut.values.sound_effects import (
    BUTTERWORTH_8,
    LEAST_LOW_CUT,
    NO_HIGH_CUT,
    SoundEffect,
    count_echoes,
    measure_reverb,
)
from milimo_tui.media.files.file_stamp import stamp_file
from milimo_tui.media.sound.resampled import SoundReader

# Frequencies above this share of the sample rate can't be filtered and are lowered to it.
_HIGHEST = 0.45
# The gain that a distortion loses for each decibel of its drive, so that speech keeps its loudness.
_DRIVE_LOSS = 0.75
# FFmpeg's `acompressor` needs at least this threshold.
_LEAST_THRESHOLD = 0.000976563


@dataclass(frozen=True, slots=True)
class Reverb:
    """The values from which an impulse response is generated. `direct` and `wet` are the levels of the
    unprocessed sound and of the reverb.

    If `path` is not empty, the response is read from that file, which has the stamp `stamp`. Decay, size and
    damping are then not used.
    """

    seconds: float
    decay: float
    size: float
    pre_delay: float
    damping: float
    direct: float
    wet: float
    path: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class FilterStep:
    """A filter of libavfilter: its name and options. A convolution (`afir`) also has the values of its
    impulse response. A filter for stereo is left out of sound with another number of channels.
    """

    name: str
    options: str = ""
    reverb: Reverb | None = None
    is_for_stereo: bool = False


def make_filter_steps(effect: SoundEffect, sample_rate: int) -> tuple[FilterStep, ...]:
    """Return the filters of an effect, in the order in which the sound passes through them."""
    match effect.name:
        case "eq":
            return _make_equaliser(effect, sample_rate)
        case "compressor":
            return (_make_compressor(effect),)
        case "gate":
            return (_make_gate(effect),)
        case "deesser":
            i, amount, f = (effect.get_number(name) for name in ("intensity", "amount", "keep"))
            # FFmpeg's option `m` is 1 for no reduction and 0 for the greatest.
            return (FilterStep("deesser", f"i={i!r}:m={1 - amount!r}:f={f!r}"),)
        case "limiter":
            return (_make_limiter(effect),)
        case "reverb":
            return (_make_reverb(effect, sample_rate),)
        case "delay":
            return _make_delay(effect)
        case "denoise":
            amount, floor = effect.get_number("amount"), effect.get_number("floor")
            return (FilterStep("afftdn", f"nr={amount!r}:nf={floor!r}"),)
        case "dehum":
            return _make_notches(effect, sample_rate)
        case "mono_lows":
            return _make_mono_lows(effect, sample_rate)
        case "telephone" | "radio":
            return _make_narrow_band(effect, sample_rate)
        case "distance":
            return _make_distance(effect, sample_rate)
        case "declick":
            return (FilterStep("adeclick", f"threshold={effect.get_number('threshold')!r}"),)
        case "leveller":
            return (_make_leveller(effect),)
    raise AssertionError(f"no filters for {effect.name}")


def _make_equaliser(effect: SoundEffect, sample_rate: int) -> tuple[FilterStep, ...]:
    out = []
    if effect.get_number("low_cut") >= LEAST_LOW_CUT:
        out.append(_make_pass("highpass", effect.get_number("low_cut"), sample_rate))
    for band, shelf in (("low", "lowshelf"), ("mid", ""), ("presence", ""), ("high", "highshelf")):
        gain = effect.get_number(f"{band}_gain")
        frequency = _limit_frequency(effect.get_number(f"{band}_frequency"), sample_rate)
        if gain and shelf:
            out.append(FilterStep(shelf, f"f={frequency!r}:t=q:w=0.707:g={gain!r}"))
        elif gain:
            quality = effect.get_number(f"{band}_q")
            out.append(FilterStep("equalizer", f"f={frequency!r}:t=q:w={quality!r}:g={gain!r}"))
    if effect.get_number("high_cut") < NO_HIGH_CUT:
        out.append(_make_pass("lowpass", effect.get_number("high_cut"), sample_rate))
    return tuple(out) or (FilterStep("anull"),)


def _make_pass(kind: str, frequency: float, sample_rate: int, quality: float = 0.707) -> FilterStep:
    return FilterStep(kind, f"f={_limit_frequency(frequency, sample_rate)!r}:t=q:w={quality!r}")


def _make_compressor(effect: SoundEffect) -> FilterStep:
    values = {
        "threshold": max(_LEAST_THRESHOLD, _get_level(effect, "threshold")),
        "ratio": effect.get_number("ratio"),
        "attack": effect.get_number("attack"),
        "release": effect.get_number("release"),
        "knee": _get_level(effect, "knee"),
        "makeup": _get_level(effect, "makeup"),
        "mix": effect.get_number("mix"),
    }
    return FilterStep("acompressor", f"link=maximum:{_format_options(values)}")


def _make_gate(effect: SoundEffect) -> FilterStep:
    values = {
        "threshold": _get_level(effect, "threshold"),
        "range": _get_level(effect, "range"),
        "ratio": effect.get_number("ratio"),
        "attack": effect.get_number("attack"),
        "release": effect.get_number("release"),
    }
    return FilterStep("agate", f"link=maximum:{_format_options(values)}")


def _make_limiter(effect: SoundEffect) -> FilterStep:
    values = {
        "limit": _get_level(effect, "limit"),
        "attack": effect.get_number("attack"),
        "release": effect.get_number("release"),
    }
    return FilterStep("alimiter", f"level=0:{_format_options(values)}")


def _make_reverb(effect: SoundEffect, sample_rate: int) -> FilterStep:
    mix, path = effect.get_number("mix"), effect.impulse.path if effect.impulse else ""
    return _make_convolution(
        Reverb(
            path=path,
            stamp=stamp_file(path),
            seconds=measure_reverb(effect),
            decay=effect.get_number("decay"),
            size=effect.get_number("size"),
            pre_delay=effect.get_number("pre_delay") / 1000,
            damping=effect.get_number("damping"),
            direct=1 - mix,
            wet=mix,
        )
    )


def _make_convolution(reverb: Reverb) -> FilterStep:
    # Automatic gain would change the level of the unprocessed sound, which is a part of the response.
    return FilterStep("afir", "irnorm=-1:precision=double:maxir=60", reverb)


def _make_delay(effect: SoundEffect) -> tuple[FilterStep, ...]:
    time, feedback, mix = (effect.get_number(name) for name in ("time", "feedback", "mix"))
    count = count_echoes(effect)
    times = "|".join(repr(time * (number + 1)) for number in range(count))
    levels = "|".join(repr(max(mix * feedback**number, 1e-9)) for number in range(count))
    # `aecho` clips at full scale, so it gets the sound 48 dB softer.
    return (
        FilterStep("volume", "volume=-48.0dB:precision=double"),
        FilterStep("aecho", f"in_gain=1:out_gain=1:delays={times}:decays={levels}"),
        FilterStep("volume", "volume=48dB:precision=double"),
    )


def _make_notches(effect: SoundEffect, sample_rate: int) -> tuple[FilterStep, ...]:
    base, quality = effect.get_number("frequency"), effect.get_number("q")
    harmonics = range(1, round(effect.get_number("harmonics")) + 1)
    steps = (
        FilterStep("bandreject", f"f={base * number!r}:t=q:w={quality * number!r}")
        for number in harmonics
        if base * number <= _HIGHEST * sample_rate
    )
    return tuple(steps)


def _make_mono_lows(effect: SoundEffect, sample_rate: int) -> tuple[FilterStep, ...]:
    """Return filters that convert stereo to middle and side, cut the lows of the side, and convert back."""
    frequency = _limit_frequency(effect.get_number("frequency"), sample_rate)
    side = FilterStep("highpass", f"f={frequency!r}:t=q:w=0.707:channels=FR", is_for_stereo=True)
    return (
        FilterStep("pan", "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1", is_for_stereo=True),
        side,
        side,
        FilterStep("pan", "stereo|c0=c0+c1|c1=c0-c1", is_for_stereo=True),
    )


def _make_narrow_band(effect: SoundEffect, sample_rate: int) -> tuple[FilterStep, ...]:
    """Return filters for a narrow band. The steep filters are after the distortion, which adds frequencies
    outside the band.
    """
    low = _make_pass("highpass", effect.get_number("low"), sample_rate)
    high = _make_pass("lowpass", effect.get_number("high"), sample_rate)
    drive = effect.get_number("drive")
    steep = (
        _make_pass(kind, effect.get_number(name), sample_rate, quality)
        for kind, name in (("highpass", "low"), ("lowpass", "high"))
        for quality in BUTTERWORTH_8
    )
    return (
        low,
        low,
        high,
        high,
        FilterStep("acompressor", "threshold=0.1:ratio=4:attack=5:release=100:makeup=2"),
        FilterStep("volume", f"volume={drive!r}dB:precision=double"),
        FilterStep("asoftclip", "type=tanh"),
        # A distorted sound is louder at the same peak.
        FilterStep("volume", f"volume={-_DRIVE_LOSS * drive!r}dB:precision=double"),
        *steep,
        low,
        high,
    )


def _make_distance(effect: SoundEffect, sample_rate: int) -> tuple[FilterStep, ...]:
    metres, room = effect.get_number("metres"), effect.get_number("room")
    loss = effect.get_number("loss") * float(np.log2(metres))
    # Air and obstacles absorb the highs: 12 kHz remain at 8 m, and 1.5 kHz at 200 m.
    remaining = 16000 / (1 + metres / 20)
    share = metres / (metres + 20)
    return (
        FilterStep("volume", f"volume={-loss!r}dB:precision=double"),
        _make_pass("lowpass", remaining, sample_rate),
        _make_convolution(
            Reverb(
                seconds=measure_reverb(effect),
                decay=room,
                size=0.3,
                pre_delay=0.0,
                damping=remaining,
                direct=1 - share,
                wet=share,
            )
        ),
    )


def _make_leveller(effect: SoundEffect) -> FilterStep:
    values = {"peak": _get_level(effect, "peak"), "maxgain": max(1.0, _get_level(effect, "most"))}
    return FilterStep(
        "dynaudnorm", f"framelen={round(effect.get_number('frame'))}:gausssize=11:{_format_options(values)}"
    )


def _get_level(effect: SoundEffect, name: str) -> float:
    return float(10 ** (effect.get_number(name) / 20))


def _format_options(values: dict[str, float]) -> str:
    return ":".join(f"{name}={value!r}" for name, value in values.items())


def _limit_frequency(frequency: float, sample_rate: int) -> float:
    return min(frequency, _HIGHEST * sample_rate)


@lru_cache(maxsize=16)
def make_impulse_response(reverb: Reverb, sample_rate: int, channels: int) -> NDArray[np.float64]:
    """Return an impulse response as an array (channels, samples). The channels have different noise, so that
    the reverb surrounds the listener.

    The noise decays by 60 dB in `reverb.decay` seconds and has a power of 1 before `reverb.wet` is applied. A
    larger room has later and sparser first reflections.
    """
    count = max(2, round(reverb.seconds * sample_rate))
    out = np.zeros((channels, count))
    begin = min(count - 1, round(reverb.pre_delay * sample_rate))
    if reverb.path:
        response = _read_response(Path(reverb.path), sample_rate, channels, count - begin)
    else:
        response = _generate_response(reverb, sample_rate, channels, count - begin)
    out[:, begin:] = response * reverb.wet
    out[:, 0] += reverb.direct
    out.flags.writeable = False
    return out


def _read_response(path: Path, sample_rate: int, channels: int, count: int) -> NDArray[np.float64]:
    """Return the first `count` samples of a recorded impulse response with a power of 1, as an array
    (channels, samples).

    Six channels get the two channels of the recording: left and right in front and behind, and both together
    in the middle. Each channel of the sound then has a reverb, except LFE. Raises NotFound for a missing
    file, and the errors of `SoundReader`.
    """
    try:
        with SoundReader(path, sample_rate, min(2, channels)) as reader:
            out = reader.read(0, count).astype(np.float64)
    except NotFound as error:
        raise NotFound(
            f"the impulse response {path.name} of a reverb is missing",
            "milimo mix effect set CLIP reverb impulse=none uses a generated response",
        ) from error
    out /= np.sqrt(np.square(out).sum() / len(out)) + 1e-12
    if channels <= 2:
        return out
    left, right = out
    return np.stack([left, right, (left + right) / 2, np.zeros(count), left, right])


def _generate_response(reverb: Reverb, sample_rate: int, channels: int, count: int) -> NDArray[np.float64]:
    """Return decaying noise with a power of 1 as an array (channels, samples)."""
    time = np.arange(count) / sample_rate
    noise = np.random.Generator(np.random.PCG64(41)).standard_normal((channels, len(time)))
    noise *= 10 ** (-3 * time / reverb.decay)
    # The density of the reflections grows during the first 5 to 80 ms.
    build = 0.005 + 0.075 * reverb.size
    noise *= np.clip(time / build, 0.0, 1.0)
    noise[:, -(len(time) // 20) - 1 :] *= np.linspace(1, 0, len(time) // 20 + 1)
    spectrum = np.fft.rfft(noise, axis=1)
    frequencies = np.fft.rfftfreq(len(time), 1 / sample_rate)
    spectrum /= np.sqrt(1 + (frequencies / reverb.damping) ** 4)
    noise = np.fft.irfft(spectrum, len(time), axis=1)
    noise /= np.sqrt(np.square(noise).sum(axis=1, keepdims=True)) + 1e-12
    return noise
