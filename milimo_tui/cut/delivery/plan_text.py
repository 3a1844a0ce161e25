"""Describe a render plan in text: a line for each stretch, layer and sound."""

from __future__ import annotations

from milimo_tui.core.time import ratio_text, timecode
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.losses import lost
from milimo_tui.cut.delivery.ways import way_of
from milimo_tui.cut.plan.plan import Joined, Layer, Media, Plan


def describe(plan: Plan, delivery: Delivery | None = None) -> str:
    """Return the plan as text, with times in the cut's timecode. With a delivery, each stretch has its render
    method.
    """
    rate = plan.rate

    def code(frame: int) -> str:
        return timecode(plan.start + frame, rate)

    lines = [
        f"{plan.name}: {plan.frames} frames at {ratio_text(rate)}, {plan.width}×{plan.height}, "
        f"{plan.sample_rate} Hz{', noise' if plan.noise else ', previs' if plan.previs else ''}"
    ]
    lines += [f"! {said}" for said in lost(plan, delivery)] if delivery else []
    for stretch in plan.stretches:
        way = f"{way_of(stretch, plan, delivery):<10}" if delivery else ""
        black = "" if stretch.layers else "black"
        lines.append(f"{code(stretch.start)}  {stretch.frames:6d} f  {way}{black}".rstrip())
        for layer in reversed(stretch.layers):
            lines.extend(_joined(layer) if isinstance(layer, Joined) else [_picture(layer)])
    for sound in plan.sounds:
        gain = f"  {sound.gain_db:+g} dB" if sound.gain_db else ""
        lines.append(
            f"{code(sound.start)}  {sound.frames:6d} f  sound  {_words(sound.media)}"
            f"  from {ratio_text(sound.source_in)} s{gain}"
        )
    return "\n".join(lines) + "\n"


def _joined(join: Joined) -> list[str]:
    sides = [_picture(side) for side in (join.left, join.right) if side is not None]
    return [f"    {join.kind} of {join.frames} f", *("  " + side for side in sides)]


def _picture(layer: Layer) -> str:
    opacity = f"  {layer.opacity:.0%}" if layer.opacity < 1 else ""
    return f"    {_words(layer.media)}  from {ratio_text(layer.source_in)} s{opacity}"


def _words(media: Media) -> str:
    return f"{media.kind}  {media.path or media.title or '(nothing to show)'}"
