"""Describe a render plan in text: a line for each stretch, layer and sound."""

from __future__ import annotations

from milimo_tui.core.time import format_ratio, format_timecode
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.losses import describe_losses
from milimo_tui.cut.delivery.render_methods import choose_render_method
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanMixer, PlanStrip, PlanTransition, RenderPlan
from milimo_tui.cut.values.sound_effects_text import describe_sound_chain


def describe_plan(plan: RenderPlan, delivery: Delivery | None = None) -> str:
    """Return the plan as text, with times as timecodes of the cut. If a delivery is given, the line of each
    stretch includes its render method.
    """
    rate = plan.rate

    def code(frame: int) -> str:
        return format_timecode(plan.start + frame, rate)

    lines = [
        f"{plan.name}: {plan.frames} frames at {format_ratio(rate)}, {plan.width}×{plan.height}, "
        f"{plan.sample_rate} Hz{', noise' if plan.has_noise else ', previs' if plan.previs else ''}"
    ]
    lines += [f"! {loss}" for loss in describe_losses(plan, delivery)] if delivery else []
    for stretch in plan.stretches:
        method = f"{choose_render_method(stretch, plan, delivery):<10}" if delivery else ""
        black = "" if stretch.layers else "black"
        lines.append(f"{code(stretch.start)}  {stretch.frames:6d} f  {method}{black}".rstrip())
        for layer in reversed(stretch.layers):
            lines.extend(
                _describe_transition(layer) if isinstance(layer, PlanTransition) else [_describe_layer(layer)]
            )
    for sound in plan.sounds:
        gain = f"  {sound.gain_db:+g} dB" if sound.gain_db else ""
        lines.append(
            f"{code(sound.start)}  {sound.frames:6d} f  sound  {_describe_media(sound.media)}"
            f"  from {format_ratio(sound.source_in)} s{gain}"
        )
    lines += [_describe_strip(plan.mixer, strip) for strip in plan.mixer.strips] if plan.mixer else []
    return "\n".join(lines) + "\n"


def _describe_strip(mixer: PlanMixer, strip: PlanStrip) -> str:
    output = "" if strip.output is None else f"  to {mixer.strips[strip.output].name}"
    level = f"  {strip.gain_db:+g} dB" if strip.gain_db else ""
    pan = f"  pan {strip.pan:+g}" if strip.pan else ""
    sends = "".join(f"  sends {mixer.strips[each.strip].name} {each.gain_db:+g} dB" for each in strip.sends)
    effects = f"  {describe_sound_chain(strip.chain)}" if strip.chain else ""
    return f"{strip.kind:<10}  {strip.name}{level}{pan}{output}{sends}{effects}"


def _describe_transition(join: PlanTransition) -> list[str]:
    sides = [_describe_layer(side) for side in (join.left, join.right) if side is not None]
    return [f"    {join.kind} of {join.frames} f", *("  " + side for side in sides)]


def _describe_layer(layer: PlanLayer) -> str:
    opacity = f"  {layer.opacity:.0%}" if layer.opacity < 1 else ""
    return f"    {_describe_media(layer.media)}  from {format_ratio(layer.source_in)} s{opacity}"


def _describe_media(media: Media) -> str:
    return f"{media.kind}  {media.path or media.title or '(nothing to show)'}"
