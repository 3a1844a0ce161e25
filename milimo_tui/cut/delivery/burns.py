"""Add the burn-ins of a delivery to a render plan, as layers above the pictures and as a slate before them.

Pure functions. `media.picture.burns` draws the burn-ins.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from milimo_tui.core.time import format_timecode, frames_to_seconds, round_half_up
from milimo_tui.cut.delivery import burn_text
from milimo_tui.cut.delivery.delivery import Caption, CaptionStyle, Delivery
from milimo_tui.cut.plan.mixer import delay_plan_mixer
from milimo_tui.cut.plan.parts import split_stretch_at
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan

TIMECODE, WATERMARK, CAPTION, SLATE = "timecode", "watermark", "caption", "slate"


def add_burn_ins(plan: RenderPlan, delivery: Delivery) -> RenderPlan:
    """Return the plan with layers for timecode, watermark and captions on top of its pictures. A stretch of
    the plan (a run of frames with the same layers) is split where a caption begins or ends.
    """
    burns = delivery.burns
    shown = delivery.captions if burns.captions else ()
    if not (burns.timecode or burns.watermark or shown):
        return plan
    edges = sorted({edge for each in shown for edge in _list_caption_edges(each, burns.caption_style)})
    stretches = (
        _add_burn_in_layers(plan, part, delivery, shown)
        for stretch in plan.stretches
        for part in split_stretch_at(stretch, plan.rate, edges)
    )
    return plan.model_copy(update={"stretches": tuple(stretches)})


def add_slate(plan: RenderPlan, delivery: Delivery) -> tuple[RenderPlan, Delivery]:
    """Return the plan with a silent slate before its first frame, and the delivery with captions and chapters
    moved accordingly. Both are returned unchanged if the delivery has no slate.
    """
    frames = round_half_up(delivery.burns.slate * plan.rate)
    if frames == 0:
        return plan, delivery
    head = PlanStretch(start=0, frames=frames, layers=(_build_slate_layer(plan, delivery, frames),))
    rest = (each.model_copy(update={"start": each.start + frames}) for each in plan.stretches)
    later = plan.model_copy(
        update={
            "frames": plan.frames + frames,
            "start": plan.start - frames,
            "stretches": (head, *rest),
            "sounds": tuple(each.model_copy(update={"start": each.start + frames}) for each in plan.sounds),
            "mixer": plan.mixer and delay_plan_mixer(plan.mixer, frames_to_seconds(frames, plan.rate)),
        }
    )
    return later, move_delivery_frames(delivery, lambda frame: frame + frames)


def move_delivery_frames(delivery: Delivery, place: Callable[[int], int]) -> Delivery:
    """Return the delivery with its captions and chapters moved. `place` maps an old frame number to the new
    one. A caption stays at least one frame long.
    """
    tracks = tuple(
        each.model_copy(update={"captions": _move_captions(each.captions, place)})
        for each in delivery.subtitle_tracks
    )
    chapters = tuple(each.model_copy(update={"start": place(each.start)}) for each in delivery.chapters)
    captions = _move_captions(delivery.captions, place)
    return delivery.model_copy(update={"captions": captions, "subtitle_tracks": tracks, "chapters": chapters})


def _move_captions(captions: tuple[Caption, ...], place: Callable[[int], int]) -> tuple[Caption, ...]:
    return tuple(
        each.model_copy(
            update={
                "start": place(each.start),
                "end": max(place(each.start) + 1, place(each.end)),
                "words": tuple(place(each.start + word) - place(each.start) for word in each.words),
            }
        )
        for each in captions
    )


def _build_slate_layer(plan: RenderPlan, delivery: Delivery, frames: int) -> PlanLayer:
    last = plan.start + plan.frames - 1
    facts = {
        "length": f"{format_timecode(plan.frames, plan.rate)} · {plan.frames:,} frames",
        "timecode": f"{format_timecode(plan.start, plan.rate)} – {format_timecode(last, plan.rate)}",
        "picture": f"{plan.width} × {plan.height} · {float(plan.rate):.6g} fps",
        "delivered": delivery.preset,
    }
    if plan.has_noise or plan.previs:
        facts["marked"] = "noise" if plan.has_noise else "previs"
    text = "\n".join((plan.name, *(f"{name}\t{value}" for name, value in facts.items())))
    media = Media(kind="burn", title=SLATE, text=text, rate=plan.rate)
    return PlanLayer(clip=f"burn:{SLATE}", media=media, source_in=Fraction(0), clip_frames=frames)


def _list_caption_edges(caption: Caption, style: CaptionStyle) -> list[int]:
    """Return the frames at which the drawing of a caption changes: its start and end, and the starts of its
    words if the spoken word is highlighted.
    """
    words = [caption.start + word for word in caption.words] if style.highlight else []
    return [caption.start, *(frame for frame in words if caption.start < frame < caption.end), caption.end]


def _add_burn_in_layers(
    plan: RenderPlan, stretch: PlanStretch, delivery: Delivery, captions: tuple[Caption, ...]
) -> PlanStretch:
    burn_ins = []
    if delivery.burns.watermark:
        burn_ins.append(_build_burn_in_layer(plan, stretch, WATERMARK, delivery.burns.watermark))
    if delivery.burns.timecode:
        burn_ins.append(_build_burn_in_layer(plan, stretch, TIMECODE))
    visible = [each for each in captions if each.start <= stretch.start < each.end]
    style = delivery.burns.caption_style
    for place in dict.fromkeys(each.place or style.place for each in visible):
        here = [each for each in visible if (each.place or style.place) is place]
        text = burn_text.format_burned_captions(here, style, place, stretch.start)
        burn_ins.append(_build_burn_in_layer(plan, stretch, CAPTION, text))
    return stretch.model_copy(update={"layers": (*stretch.layers, *burn_ins)})


def _build_burn_in_layer(plan: RenderPlan, stretch: PlanStretch, kind: str, text: str = "") -> PlanLayer:
    """Return the layer that shows a burn-in during a stretch. For timecode, the layer's source time is set to
    the time in the cut, because the drawing function reads the timecode from it.
    """
    at = plan.start + stretch.start if kind == TIMECODE else 0
    return PlanLayer(
        clip=f"burn:{kind}",
        media=Media(kind="burn", title=kind, text=text, rate=plan.rate),
        source_in=frames_to_seconds(at, plan.rate),
        clip_frames=stretch.frames,
    )
