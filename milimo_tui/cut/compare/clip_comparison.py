"""Describe how a clip changed between two cuts, in phrases such as “loses 12 frames at its end”. Pure
functions.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.format import format_count
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import PARAMS, Blend, Effects
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.sound_choice import format_sound_choice
from milimo_tui.cut.values.sound_effects_text import describe_sound_chain
from milimo_tui.cut.values.timing import ENDLESS, get_source_span


def format_frames(count: int) -> str:
    """Return a count of frames: `1 frame`, `12 frames`."""
    return format_count(count, "frame")


def describe_clip_changes(old: Clip, new: Clip, old_rate: Fraction, new_rate: Fraction) -> list[str]:
    """Return a phrase for each change from the clip `old` to the clip `new`. Empty if the clips are equal.

    The rates are the frame rates of the two cuts.
    """
    ratio = new_rate / old_rate
    return [
        *_describe_time_changes(old, new, old_rate, new_rate),
        *_describe_level_changes(old, new, ratio),
        *_describe_effect_changes(old.effects, new.effects, ratio),
    ]


def _describe_time_changes(old: Clip, new: Clip, old_rate: Fraction, new_rate: Fraction) -> list[str]:
    """Return phrases about changes of trims, slips, lengths and speeds. Differences in length that come only
    from rounding to another frame rate are left out.
    """
    speed, was = new.effects.speed, old.effects.speed
    longer = round_half_up(Fraction(new.frames) - old.frames * new_rate / old_rate)
    if abs(longer) <= 1 and old_rate != new_rate:
        longer = 0
    if speed != was:
        parts = [f"runs at {_format_clip_speed(speed)}, not at {_format_clip_speed(was)}"]
        return [*parts, *_describe_length_change(longer)]
    if not speed or old.source.kind in ENDLESS:
        return _describe_length_change(longer)
    (low, high), (old_low, old_high) = get_source_span(new, new_rate), get_source_span(old, old_rate)
    inward = (low - old_low, old_high - high) if speed > 0 else (old_high - high, low - old_low)
    head, tail = (_count_changed_frames(each, abs(speed), old_rate, new_rate) for each in inward)
    if head and head == -tail:
        direction = "later" if (head > 0) == (speed > 0) else "earlier"
        return [f"shows a part {format_frames(abs(head))} {direction} of its source"]
    return [*_describe_edge_change(head, "head"), *_describe_edge_change(tail, "end")]


def _count_changed_frames(seconds: Fraction, speed: Fraction, old_rate: Fraction, new_rate: Fraction) -> int:
    count = round_half_up(seconds * new_rate / speed)
    return 0 if abs(count) <= 1 and old_rate != new_rate else count


def _describe_edge_change(lost: int, edge: str) -> list[str]:
    if not lost:
        return []
    return [f"{'loses' if lost > 0 else 'gains'} {format_frames(abs(lost))} at its {edge}"]


def _describe_length_change(longer: int) -> list[str]:
    return [f"is {format_frames(abs(longer))} {'longer' if longer > 0 else 'shorter'}"] if longer else []


def _format_clip_speed(speed: Fraction) -> str:
    return "a standstill" if not speed else f"{float(speed):g}×"


def _format_gain(gain: float) -> str:
    return f"{gain:+g} dB".replace("-", "−") if gain else "0 dB"


def _describe_level_changes(old: Clip, new: Clip, ratio: Fraction) -> list[str]:
    parts = []
    if old.gain_db != new.gain_db:
        parts.append(f"has a gain of {_format_gain(new.gain_db)}, not {_format_gain(old.gain_db)}")
    if old.opacity != new.opacity:
        parts.append(f"has an opacity of {new.opacity:.0%}, not {old.opacity:.0%}")
    fades = (old.fade_in, new.fade_in), (old.fade_out, new.fade_out)
    if not all(_is_same_time(was, now, ratio) for was, now in fades):
        parts.append(f"fades {new.fade_in}/{new.fade_out}, not {old.fade_in}/{old.fade_out}")
    if old.muted != new.muted:
        parts.append("is muted" if new.muted else "is no longer muted")
    heard = format_sound_choice(new.stream, new.channels)
    if heard != format_sound_choice(old.stream, old.channels):
        parts.append(f"is heard from {heard}")
    if old.label != new.label:
        parts.append(f"is called “{new.label}”" if new.label else "has no name of its own")
    return parts


def _is_same_time(was: int, now: int, ratio: Fraction) -> bool:
    """Return True if frame `was` and frame `now` are the same time apart from rounding. `ratio` is the new
    frame rate divided by the old.
    """
    return abs(now - round_half_up(was * ratio)) <= (ratio != 1)


def _is_same_curve(was: Curve, now: Curve, ratio: Fraction) -> bool:
    return len(was) == len(now) and all(
        _is_same_time(old.frame, new.frame, ratio) and replace(old, frame=new.frame) == new
        for old, new in zip(was, now, strict=True)
    )


def _describe_effect_changes(old: Effects, new: Effects, ratio: Fraction) -> list[str]:
    """Return phrases about differences in effects: numbers such as `scale`, choices such as the blend mode,
    and titles. `ratio` is the new frame rate divided by the old.
    """
    parts = []
    for name in sorted({name for name, _ in (*old.curves, *new.curves)}):
        was, now = old.get_curve(name), new.get_curve(name)
        if _is_same_curve(was, now, ratio):
            continue
        value, before = _format_curve_value(name, now), _format_curve_value(name, was)
        parts.append(
            f"has {PARAMS[name].title} {value}, not {before}"
            if value != before
            else f"has other keys of {PARAMS[name].title}"
        )
    if old.title != new.title and new.title:
        same = old.title and old.title.text == new.title.text
        parts.append("has another style" if same else f"says “{new.title.text.strip()}”")
    if old.blend is not new.blend:
        parts.append("is blended normally" if new.blend is Blend.NORMAL else f"is blended by {new.blend}")
    if (old.flip_h, old.flip_v) != (new.flip_h, new.flip_v):
        parts.append("is flipped" if new.flip_h or new.flip_v else "is no longer flipped")
    if old.lut != new.lut:
        parts.append(f"has {_describe_replacement(old.lut, new.lut)} LUT")
    if (old.matte, old.matte_inverted) != (new.matte, new.matte_inverted):
        parts.append(f"has {_describe_replacement(old.matte, new.matte)} matte")
    if old.chain != new.chain:
        chain, before = describe_sound_chain(new.chain), describe_sound_chain(old.chain)
        parts.append(
            "has other numbers of its sound effects"
            if chain == before
            else f"has the sound effects {chain}"
            if chain
            else "has no sound effects"
        )
    if old.damaged is not new.damaged:
        parts.append(f"uses {new.damaged} where its file is damaged")
    return parts


def _describe_replacement(old: str, new: str) -> str:
    return ("another" if old else "a") if new else "no"


def _format_curve_value(name: str, curve: Curve) -> str:
    if not curve:
        return f"{PARAMS[name].default:g}"
    return f"{curve[0].value:g}" if len(curve) == 1 else f"{len(curve)} keys"
