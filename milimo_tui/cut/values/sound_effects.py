"""The sound effects of a clip, a track or a bus: the values of a chain, and the catalogue of all effects.

This module holds values only. `media.sound.effect_filters` translates an effect into filters of libavfilter.
A chain is applied from left to right. Times and frequencies are those of the film, after a clip's speed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.cut.values.keyframes import Curve


@dataclass(frozen=True, slots=True)
class ImpulseFile:
    """The recorded impulse response of a room, which a reverb uses in place of a generated one.

    `asset` is the id of the media file in the film, `name` its name, and `seconds` the length of the
    response. A render plan also has the path and the digest of the file. They are empty if the file is
    missing; a generated response of the same length is then heard.
    """

    asset: str
    name: str
    seconds: float
    path: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class SoundEffect:
    """An effect of a chain. `numbers` holds the numbers that differ from the catalogue's defaults, in the
    catalogue's order.

    `bypassed` is True if the effect is switched off, but keeps its numbers. `curves` are the keys of the
    numbers that change over time, by name in the catalogue's order. A number with keys ignores its value in
    `numbers`. Keys count frames of the clip, or frames of the cut for a track, a bus and the master.
    """

    name: str
    numbers: tuple[tuple[str, float], ...] = ()
    bypassed: bool = False
    impulse: ImpulseFile | None = None
    curves: tuple[tuple[str, Curve], ...] = ()

    def get_number(self, name: str) -> float:
        """Return the value of a number, such as `threshold`."""
        for each, value in self.numbers:
            if each == name:
                return value
        return SOUND_EFFECTS[self.name].numbers[name].default

    def get_curve(self, name: str) -> Curve:
        """Return the keys of a number. Empty if the number does not change over time."""
        return next((curve for known, curve in self.curves if known == name), ())


SoundChain = tuple[SoundEffect, ...]
"""Sound effects in the order in which they are applied. An effect may occur several times."""

MAX_CHAIN = 16
"""The most effects in a chain."""

REVERB = "reverb"
"""The effect that has an impulse response."""

MAX_CURVES = 4
"""The most numbers of an effect that can have keys."""

MAX_IMPULSE_SECONDS = 12.0
"""The length of the longest impulse response."""


@dataclass(frozen=True, slots=True)
class SoundNumber:
    """A number of a sound effect, with its lowest and highest value."""

    name: str
    title: str
    default: float
    low: float
    high: float
    unit: str = ""


Seconds = Callable[[SoundEffect], float]


def _take_no_time(effect: SoundEffect) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class SoundEffectKind:
    """An effect of the catalogue.

    - `purpose` describes the effect for lists, and `words` are search words.
    - `measure_run_up` returns the seconds of sound before a sample that the sample depends on.
    - `measure_tail` returns the seconds for which the effect sounds after its input has ended.
    - `is_rendered_once` is True if each sample depends on where the effect began. Such an effect is only
      allowed on clips. It is computed once for the complete clip.
    - `allows_keys` is True if the numbers of the effect can change over time.
    """

    name: str
    title: str
    purpose: str
    words: str
    numbers: Mapping[str, SoundNumber]
    measure_run_up: Seconds = _take_no_time
    measure_tail: Seconds = _take_no_time
    is_rendered_once: bool = False
    allows_keys: bool = True


# A low cut below this frequency in Hz is off, as is a high cut at the highest frequency.
LEAST_LOW_CUT, NO_HIGH_CUT = 10.0, 20000.0
# A filter's memory counts as decayed after this many time constants, −100 dB.
_TIME_CONSTANTS = 11.5
# The detectors of `acompressor` and `agate` reach their level with a time constant of a quarter of the
# release.
_RELEASE_SHARE = 0.25
# The echoes of `delay` end when they are this many times softer than the first one (−60 dB).
_LAST_ECHO = 0.001
MAX_ECHOES = 40
BUTTERWORTH_8 = (0.50980, 0.60134, 0.89998, 2.56292)
"""The sharpnesses of four filters that together fall by 48 dB for each octave, and by 3 dB at the edge."""
# The numbers of a reverb with a recorded impulse response.
_NUMBERS_WITH_IMPULSE = ("pre_delay", "mix")
# A reverb's impulse response is this many times as long as its decay by 60 dB.
_REVERB_LENGTH = 1.25


def _measure_resonance(frequency: float, quality: float) -> float:
    """Return the seconds in which a resonant filter's memory decays by 100 dB."""
    return _TIME_CONSTANTS * quality / (math.pi * frequency)


def _measure_eq_run_up(effect: SoundEffect) -> float:
    times = [0.0]
    for band in ("mid", "presence"):
        gain = effect.get_number(f"{band}_gain")
        ring = effect.get_number(f"{band}_q") * math.pow(10, abs(gain) / 40)
        times.append(_measure_resonance(effect.get_number(f"{band}_frequency"), ring))
    boost = math.pow(10, abs(effect.get_number("low_gain")) / 40)
    times.append(_measure_resonance(effect.get_number("low_frequency"), boost))
    if effect.get_number("low_cut") >= LEAST_LOW_CUT:
        times.append(_measure_resonance(effect.get_number("low_cut"), 1.0))
    return sum(times)


def _measure_release(effect: SoundEffect) -> float:
    slowest = max(effect.get_number("attack"), effect.get_number("release")) / 1000
    return _TIME_CONSTANTS * _RELEASE_SHARE * slowest


def _measure_limiter_run_up(effect: SoundEffect) -> float:
    return 2 * (effect.get_number("attack") + effect.get_number("release")) / 1000


def _measure_deesser_run_up(effect: SoundEffect) -> float:
    # The slow low-pass filter of `deesser` moves by the square of its option `f` at each sample at 44.1 kHz.
    return _TIME_CONSTANTS / (effect.get_number("keep") ** 2 * 44100)


def measure_reverb(effect: SoundEffect) -> float:
    """Return the length in seconds of the impulse response of a `reverb` or `distance`."""
    if effect.name == "distance":
        return effect.get_number("room") * _REVERB_LENGTH
    if effect.impulse is not None:
        return effect.get_number("pre_delay") / 1000 + effect.impulse.seconds
    return effect.get_number("pre_delay") / 1000 + effect.get_number("decay") * _REVERB_LENGTH


def count_echoes(effect: SoundEffect) -> int:
    """Return the number of echoes of a `delay` before they are softer than −60 dB."""
    feedback = effect.get_number("feedback")
    if feedback <= _LAST_ECHO:
        return 1
    return min(MAX_ECHOES, 1 + math.floor(math.log(_LAST_ECHO) / math.log(feedback)))


def _measure_echoes(effect: SoundEffect) -> float:
    return count_echoes(effect) * effect.get_number("time") / 1000


def _measure_hum_run_up(effect: SoundEffect) -> float:
    ring = _measure_resonance(effect.get_number("frequency"), effect.get_number("q"))
    return math.sqrt(effect.get_number("harmonics")) * ring


def _measure_mono_run_up(effect: SoundEffect) -> float:
    return 2 * _measure_resonance(effect.get_number("frequency"), 1.0)


def _measure_band_run_up(effect: SoundEffect) -> float:
    stages = sum(max(1.0, quality) for quality in (1.0, 1.0, 1.0, *BUTTERWORTH_8))
    return stages * _measure_resonance(effect.get_number("low"), 1.0) + 0.75


def _index_numbers(*numbers: SoundNumber) -> Mapping[str, SoundNumber]:
    return MappingProxyType({number.name: number for number in numbers})


def _make_frequency(name: str, title: str, default: float, low: float, high: float) -> SoundNumber:
    return SoundNumber(name, title, default, low, high, "Hz")


def _make_gain(name: str, title: str) -> SoundNumber:
    return SoundNumber(name, title, 0.0, -24.0, 24.0, "dB")


_ATTACK = SoundNumber("attack", "attack", 20.0, 0.1, 500.0, "ms")
_RELEASE = SoundNumber("release", "release", 250.0, 5.0, 3000.0, "ms")
_MIX = SoundNumber("mix", "share of the effect", 0.25, 0.0, 1.0)

_KINDS = (
    SoundEffectKind(
        "eq", "equaliser", "low cut, lows, mids, presence, highs, high cut",
        "eq bass treble tone frequency low cut high pass presence",
        _index_numbers(
            _make_frequency("low_cut", "low cut (0: off)", 0.0, 0.0, 1000.0),
            _make_frequency("low_frequency", "frequency of the lows", 120.0, 20.0, 1000.0),
            _make_gain("low_gain", "lows"),
            _make_frequency("mid_frequency", "frequency of the mids", 500.0, 40.0, 8000.0),
            _make_gain("mid_gain", "mids"),
            SoundNumber("mid_q", "sharpness of the mids", 1.0, 0.1, 10.0),
            _make_frequency("presence_frequency", "frequency of the presence", 3500.0, 200.0, 16000.0),
            _make_gain("presence_gain", "presence"),
            SoundNumber("presence_q", "sharpness of the presence", 1.0, 0.1, 10.0),
            _make_frequency("high_frequency", "frequency of the highs", 8000.0, 1000.0, 16000.0),
            _make_gain("high_gain", "highs"),
            _make_frequency("high_cut", "high cut (20000: off)", NO_HIGH_CUT, 500.0, NO_HIGH_CUT),
        ),
        _measure_eq_run_up,
    ),
    SoundEffectKind(
        "compressor", "compressor", "makes loud passages softer",
        "dynamics even louder softer leveller",
        _index_numbers(
            SoundNumber("threshold", "threshold", -20.0, -60.0, 0.0, "dB"),
            SoundNumber("ratio", "ratio", 3.0, 1.0, 20.0, ": 1"),
            _ATTACK,
            _RELEASE,
            SoundNumber("knee", "knee", 6.0, 0.0, 18.0, "dB"),
            SoundNumber("makeup", "make-up gain", 0.0, 0.0, 24.0, "dB"),
            replace(_MIX, default=1.0),
        ),
        _measure_release,
    ),
    SoundEffectKind(
        "gate", "gate", "makes pauses softer",
        "noise gate silence pauses background expander",
        _index_numbers(
            SoundNumber("threshold", "threshold", -45.0, -80.0, 0.0, "dB"),
            SoundNumber("range", "level when closed", -24.0, -90.0, 0.0, "dB"),
            SoundNumber("ratio", "ratio", 4.0, 1.0, 20.0, ": 1"),
            replace(_ATTACK, default=5.0),
            _RELEASE,
        ),
        _measure_release,
    ),
    SoundEffectKind(
        "deesser", "de-esser", "makes sharp “s” sounds softer",
        "de-esser sibilance s hiss voice",
        _index_numbers(
            SoundNumber("intensity", "intensity", 0.7, 0.0, 1.0),
            SoundNumber("amount", "greatest reduction", 0.5, 0.0, 1.0),
            SoundNumber("keep", "share of highs retained", 0.5, 0.05, 1.0),
        ),
        _measure_deesser_run_up,
    ),
    SoundEffectKind(
        "limiter", "limiter", "limits the peaks",
        "peaks clipping ceiling",
        _index_numbers(
            SoundNumber("limit", "highest peak", -1.0, -24.0, 0.0, "dB"),
            replace(_ATTACK, default=5.0, high=80.0),
            replace(_RELEASE, default=80.0),
        ),
        _measure_limiter_run_up,
    ),
    SoundEffectKind(
        "reverb", "reverb", "a room, generated or from a file",
        "room hall church echo space",
        _index_numbers(
            SoundNumber("decay", "decay by 60 dB", 1.2, 0.1, 8.0, "s"),
            SoundNumber("size", "size of the room", 0.4, 0.0, 1.0),
            SoundNumber("pre_delay", "delay before the reverb", 15.0, 0.0, 200.0, "ms"),
            _make_frequency("damping", "highest frequency", 6000.0, 500.0, 20000.0),
            _MIX,
        ),
        measure_reverb,
        measure_reverb,
    ),
    SoundEffectKind(
        "delay", "delay", "echoes",
        "echo repeat canyon",
        _index_numbers(
            SoundNumber("time", "time between echoes", 300.0, 1.0, 2000.0, "ms"),
            SoundNumber("feedback", "level of the next echo", 0.35, 0.0, 0.8),
            _MIX,
        ),
        _measure_echoes,
        _measure_echoes,
    ),
    SoundEffectKind(
        "denoise", "noise reduction", "reduces constant noise",
        "noise hiss background clean wind air conditioning",
        _index_numbers(
            SoundNumber("amount", "reduction", 12.0, 0.1, 40.0, "dB"),
            SoundNumber("floor", "level of the noise", -40.0, -80.0, -20.0, "dB"),
        ),
    ),
    SoundEffectKind(
        "dehum", "de-hum", "removes the hum of the mains",
        "hum mains buzz 50 60 hertz ground loop",
        _index_numbers(
            _make_frequency("frequency", "frequency of the hum", 50.0, 25.0, 500.0),
            SoundNumber("harmonics", "number of harmonics", 4.0, 1.0, 12.0),
            SoundNumber("q", "sharpness", 20.0, 1.0, 100.0),
        ),
        _measure_hum_run_up,
    ),
    SoundEffectKind(
        "mono_lows", "mono lows", "puts the lows in the middle",
        "bass mono middle centre lows low end stereo",
        _index_numbers(_make_frequency("frequency", "mono below", 120.0, 20.0, 500.0)),
        _measure_mono_run_up,
    ),
    SoundEffectKind(
        "pitch", "pitch", "raises or lowers the pitch, not the speed",
        "transpose semitones higher deeper lower voice chipmunk monster octave key",
        _index_numbers(SoundNumber("semitones", "pitch", 0.0, -12.0, 12.0, "semitones")),
        allows_keys=False,
    ),
    SoundEffectKind(
        "telephone", "telephone", "a voice on the telephone",
        "phone call line mobile",
        _index_numbers(
            _make_frequency("low", "lowest frequency", 300.0, 100.0, 1000.0),
            _make_frequency("high", "highest frequency", 3400.0, 1000.0, 8000.0),
            SoundNumber("drive", "distortion", 3.0, 0.0, 24.0, "dB"),
        ),
        _measure_band_run_up,
    ),
    SoundEffectKind(
        "radio", "radio", "a voice on a small loudspeaker",
        "walkie talkie loudspeaker tannoy transmitter television",
        _index_numbers(
            _make_frequency("low", "lowest frequency", 400.0, 100.0, 1000.0),
            _make_frequency("high", "highest frequency", 4500.0, 1000.0, 10000.0),
            SoundNumber("drive", "distortion", 9.0, 0.0, 24.0, "dB"),
        ),
        _measure_band_run_up,
    ),
    SoundEffectKind(
        "distance", "distance", "a sound that is far away",
        "far away off screen behind door muffled wall",
        _index_numbers(
            SoundNumber("metres", "distance", 8.0, 1.0, 200.0, "m"),
            SoundNumber("loss", "loss for each doubling", 3.0, 0.0, 6.0, "dB"),
            SoundNumber("room", "decay of the room", 0.6, 0.1, 4.0, "s"),
        ),
        measure_reverb,
        measure_reverb,
    ),
    SoundEffectKind(
        "declick", "de-click", "removes clicks and crackle",
        "clicks crackle pops vinyl mouth",
        _index_numbers(SoundNumber("threshold", "threshold", 2.0, 1.0, 100.0)),
        is_rendered_once=True,
        allows_keys=False,
    ),
    SoundEffectKind(
        "leveller", "leveller", "evens out a long recording",
        "normalise even loudness automatic gain interview",
        _index_numbers(
            SoundNumber("peak", "highest peak", -1.0, -24.0, 0.0, "dB"),
            SoundNumber("most", "greatest boost", 12.0, 0.0, 40.0, "dB"),
            SoundNumber("frame", "length of the measurement", 500.0, 10.0, 2000.0, "ms"),
        ),
        is_rendered_once=True,
        allows_keys=False,
    ),
)  # fmt: skip

SOUND_EFFECTS: Mapping[str, SoundEffectKind] = MappingProxyType({kind.name: kind for kind in _KINDS})

LEAST_RUN_UP = 1.0
"""The fewest seconds of sound that an effect hears before the first sample that is read."""


def find_sound_effect(name: str) -> SoundEffectKind:
    """Return an effect of the catalogue by its name, its title, or by search words that match no other
    effect. Raises BadInput.
    """
    wanted = name.strip().casefold()
    for kind in _KINDS:
        if wanted in (kind.name, kind.title.casefold()):
            return kind
    found = [kind for kind in _KINDS if wanted and wanted in f"{kind.title} {kind.words}".casefold().split()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(kind.name for kind in found or _KINDS)
    if found:
        raise BadInput(f"“{name}” matches several sound effects", f"choices: {names}")
    raise BadInput(f"there is no sound effect “{name}”", f"choices: {names}")


def make_sound_effect(
    name: str, numbers: Mapping[str, float] | None = None, *, bypassed: bool = False
) -> SoundEffect:
    """Return an effect of the catalogue with some numbers set. Raises BadInput for an unknown name, and
    Refused for a number out of range.
    """
    effect = SoundEffect(find_sound_effect(name).name, bypassed=bypassed)
    return set_effect_numbers(effect, numbers or {})


def find_effect_number(effect: str, name: str) -> SoundNumber:
    """Return a number of an effect, such as `threshold`. Raises BadInput."""
    kind = SOUND_EFFECTS[effect]
    if name not in kind.numbers:
        raise BadInput(f"the {kind.title} has no number “{name}”", f"its numbers: {', '.join(kind.numbers)}")
    return kind.numbers[name]


def set_effect_numbers(effect: SoundEffect, numbers: Mapping[str, float]) -> SoundEffect:
    """Return an effect with some of its numbers replaced. Raises BadInput for an unknown number, and Refused
    for a value out of range.
    """
    kind = SOUND_EFFECTS[effect.name]
    for name in numbers:
        find_effect_number(effect.name, name)
    values = {**dict(effect.numbers), **numbers}
    kept = []
    for name, number in kind.numbers.items():
        value = float(values.get(name, number.default))
        if not (math.isfinite(value) and number.low <= value <= number.high):
            unit = f" {number.unit}" if number.unit else ""
            raise Refused(
                f"{number.title} of the {kind.title} must be between {number.low:g} and "
                f"{number.high:g}{unit}",
                f"for example {name}={number.default:g}",
            )
        if value != number.default:
            kept.append((name, value))
    return replace(effect, numbers=tuple(kept))


def require_impulse_effect(effect: SoundEffect) -> None:
    """Raise BadInput for an effect that has no impulse response."""
    if effect.name != REVERB:
        title = SOUND_EFFECTS[effect.name].title
        raise BadInput(f"the {title} has no impulse response", "add a reverb: it has one")


def set_impulse_file(effect: SoundEffect, impulse: ImpulseFile | None) -> SoundEffect:
    """Return a reverb with a recorded impulse response, or with a generated one if `impulse` is None. Raises
    BadInput for an effect that has no impulse response.
    """
    if impulse is not None:
        require_impulse_effect(effect)
    if impulse is not None and not 0 < impulse.seconds <= MAX_IMPULSE_SECONDS:
        raise Refused(f"an impulse response can be at most {MAX_IMPULSE_SECONDS:g} s long")
    return replace(effect, impulse=impulse)


def list_used_numbers(effect: SoundEffect) -> tuple[SoundNumber, ...]:
    """Return the numbers that change the sound of an effect. A recorded impulse response has its own decay,
    size and highs.
    """
    numbers = SOUND_EFFECTS[effect.name].numbers
    if effect.impulse is None:
        return tuple(numbers.values())
    return tuple(numbers[name] for name in _NUMBERS_WITH_IMPULSE)


def set_effect_curve(effect: SoundEffect, name: str, curve: Curve) -> SoundEffect:
    """Return an effect in which a number has other keys. An empty curve removes them. Raises BadInput for an
    unknown number, and Refused for keys that the number can't have.
    """
    kind, number = SOUND_EFFECTS[effect.name], find_effect_number(effect.name, name)
    if curve and not kind.allows_keys:
        raise Refused(
            f"the numbers of the {kind.title} can't change over time", "split the clip and set each part"
        )
    if [key.frame for key in curve] != sorted({key.frame for key in curve}):
        raise Refused(f"two keys of {number.title} are on the same frame", "remove one of them")
    for key in curve:
        set_effect_numbers(effect, {name: key.value})
    curves = {known: keys for known, keys in effect.curves if known != name} | (
        {name: curve} if curve else {}
    )
    return replace(effect, curves=tuple((each, curves[each]) for each in kind.numbers if each in curves))


def list_extreme_effects(effect: SoundEffect) -> Iterator[SoundEffect]:
    """Yield an effect without keys for each combination of the lowest and highest values of its keys. Every
    run-up and tail of the effect is at most as long as the longest of these.
    """
    still = replace(effect, curves=())
    ends = [
        {min(values), max(values)} for values in ([key.value for key in curve] for _, curve in effect.curves)
    ]
    for values in product(*ends):
        names = (name for name, _ in effect.curves)
        yield set_effect_numbers(still, dict(zip(names, values, strict=True)))


def measure_effect_tail(effect: SoundEffect) -> float:
    """Return the seconds for which an effect sounds after its input has ended."""
    measure = SOUND_EFFECTS[effect.name].measure_tail
    return max(measure(each) for each in list_extreme_effects(effect))


def measure_effect_run_up(effect: SoundEffect) -> float:
    """Return the seconds of sound before a sample that the sample depends on."""
    measure = SOUND_EFFECTS[effect.name].measure_run_up
    return max(measure(each) for each in list_extreme_effects(effect))


def require_valid_chain(chain: SoundChain, *, is_clip: bool = False) -> None:
    """Raise BadInput or Refused for a chain with an unknown effect, a number out of range, too many effects,
    or, on a track or bus, an effect that only clips can have.
    """
    if len(chain) > MAX_CHAIN:
        raise Refused(f"there can be at most {MAX_CHAIN} sound effects", "remove one first")
    for effect in chain:
        if effect.name not in SOUND_EFFECTS:
            find_sound_effect(effect.name)
        set_effect_numbers(effect, dict(effect.numbers))
        set_impulse_file(effect, effect.impulse)
        if len(effect.curves) > MAX_CURVES:
            raise Refused(f"at most {MAX_CURVES} numbers of an effect can have keys", "remove keys first")
        for name, curve in effect.curves:
            set_effect_curve(effect, name, curve)
        kind = SOUND_EFFECTS[effect.name]
        if kind.is_rendered_once and not is_clip:
            raise Refused(
                f"the {kind.title} depends on where it begins, so only a clip can have it",
                "add it to the clips of the track",
            )


def list_active_effects(chain: SoundChain) -> SoundChain:
    """Return the effects of a chain that are not bypassed."""
    return tuple(effect for effect in chain if not effect.bypassed)


def measure_chain_run_up(chain: SoundChain) -> float:
    """Return the seconds of sound that a chain must hear before the first sample that is read."""
    active = list_active_effects(chain)
    return LEAST_RUN_UP + sum(measure_effect_run_up(effect) for effect in active)


def measure_chain_tail(chain: SoundChain) -> float:
    """Return the seconds for which a chain sounds after its input has ended."""
    active = list_active_effects(chain)
    return sum(measure_effect_tail(effect) for effect in active)
