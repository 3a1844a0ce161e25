"""Estimate a render before it starts: the numbers of shots and takes in it, the number of frames for each
encoding method, and the file size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.losses import describe_losses, list_source_layers
from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.delivery.render_methods import count_render_methods
from milimo_tui.cut.delivery.requests import DeliveryRequest, build_delivery
from milimo_tui.cut.delivery.sizes import MeasuredFilm, SizeEstimate, estimate_delivery_size
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.studio.render import deliveries, render_jobs, render_plan
from milimo_tui.studio.render.deliveries import RenderOrder
from milimo_tui.studio.render.rendered_films import RenderedFilm
from milimo_tui.studio.session.studio import Studio

UNKNOWN_SIZE = SizeEstimate(0, "preset")


@dataclass(frozen=True, slots=True)
class RenderEstimate:
    """An estimate of a render.

    `shots`, `takes`, `boards` and `slates` count visible shots, and `offline` counts clips without a file.
    `copied`, `passed` and `composited` count frames by encoding method. `lost` has a sentence for each
    property of the sources that the rendered film can't preserve. `problem` is the reason why nothing can be
    rendered; otherwise it is empty.
    """

    frames: int = 0
    size: str = ""
    rate: str = ""
    shots: int = 0
    takes: int = 0
    boards: int = 0
    slates: int = 0
    offline: int = 0
    copied: int = 0
    passed: int = 0
    composited: int = 0
    previs: bool = False
    noise: bool = False
    target: str = ""
    files: int = 1
    bytes: SizeEstimate = UNKNOWN_SIZE
    delivery: Delivery = deliveries.DEFAULT_DELIVERY
    done_before: bool = False
    lost: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""


def estimate_render(
    studio: Studio,
    request: DeliveryRequest,
    output: str,
    span: tuple[int, int | None],
    films: Sequence[RenderedFilm],
    *,
    scenes: bool = False,
) -> RenderEstimate:
    """Return an estimate for a delivery request.

    `span` has the first frame and the end frame; an end of None means the end of the cut. The file size is
    estimated from `films`, the films rendered earlier, newest first. If the request can't be rendered,
    `problem` has the reason.
    """
    try:
        orders = deliveries.make_render_orders(studio, request, output, *span, scenes=scenes)
    except MilimoError as error:
        return RenderEstimate(problem=error.message, hint=error.hint)
    done = all(
        render_jobs.is_already_rendered(studio, order.target, order.plan.compute_signature(), order.delivery)
        for order in orders
    )
    return replace(_sum_estimates(orders, films, _map_clips_to_shots(studio)), done_before=done)


@dataclass(frozen=True, slots=True)
class PresetEstimate:
    """An estimate for a delivery preset: the file size, the target path, and the time of its last use
    (seconds since 1970; 0 means never).

    `problem` is the reason why the preset can't be used; otherwise it is empty.
    """

    bytes: SizeEstimate = UNKNOWN_SIZE
    target: str = ""
    last: float = 0.0
    problem: str = ""


def estimate_presets(
    studio: Studio,
    span: tuple[int, int | None],
    films: Sequence[RenderedFilm],
    requests: Mapping[str, DeliveryRequest],
) -> dict[str, PresetEstimate]:
    """Return an estimate for each preset, by the name of the preset. All estimates use the same plan of the
    cut. Return an empty mapping if there is nothing to render.

    `requests` maps the names of presets to requests that replace their default values. `films` are the
    rendered films of this project, newest first. `span` is the first frame and the end frame.
    """
    snapshot, project = studio.take_snapshot(), studio.require_project()
    try:
        plan = render_plan.plan_current_cut(snapshot, project, *span)
    except MilimoError:
        return {}
    measured = [
        MeasuredFilm(film_delivery, film.seconds, film.bytes)
        for film in films
        if (film_delivery := film.delivery)
    ]
    last = {film.preset: film.created for film in reversed(films)}
    out = {}
    for row in PRESETS:
        request = deliveries.apply_default_quality(
            studio, requests.get(row.name, DeliveryRequest(preset=row.name))
        )
        try:
            delivery = build_delivery(request, "", plan.width, plan.height)
            ready, counted = prepare_delivered_plan(plan, delivery)
            size = estimate_delivery_size(ready, counted, measured)
        except MilimoError as error:
            out[row.name] = PresetEstimate(problem=error.message)
            continue
        target = deliveries.get_default_output(snapshot, project.paths.renders, delivery)
        out[row.name] = PresetEstimate(size, str(target), last.get(row.name, 0.0))
    return out


def _map_clips_to_shots(studio: Studio) -> dict[str, str]:
    """Return a mapping from clip ids to shot ids, for all clips of the film's cuts that show a shot."""
    clips = (clip for cut in studio.take_snapshot().cuts for clip in cut.clips)
    return {clip.id: clip.source.ref for clip in clips if clip.source.kind is SourceKind.SHOT}


def _sum_estimates(
    orders: Sequence[RenderOrder], films: Sequence[RenderedFilm], shots: Mapping[str, str]
) -> RenderEstimate:
    each = [estimate_plan(order.plan, str(order.target), shots, order.delivery) for order in orders]
    # Skip films rendered by another version: their delivery settings can't be read, so their size proves
    # nothing.
    measured = [
        MeasuredFilm(delivery, film.seconds, film.bytes) for film in films if (delivery := film.delivery)
    ]
    sizes = [estimate_delivery_size(order.plan, order.delivery, measured) for order in orders]
    total = replace(sizes[0], bytes=sum(size.bytes for size in sizes))
    names = (
        "frames", "shots", "takes", "boards", "slates", "offline", "copied", "passed", "composited",
        "previs", "noise",
    )  # fmt: skip
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in each) for name in names}
    marks = {name: bool(sums[name]) for name in ("previs", "noise")}
    lost = tuple(dict.fromkeys(sentence for one in each for sentence in one.lost))
    return replace(each[0], **{**sums, **marks, "files": len(orders), "bytes": total, "lost": lost})


def estimate_plan(
    plan: RenderPlan, target: str, shots: Mapping[str, str], delivery: Delivery = deliveries.DEFAULT_DELIVERY
) -> RenderEstimate:
    """Return an estimate of a plan. It counts the shots by what they show (a take, a board or a slate), and
    the frames by encoding method. `target` is the target path. `shots` maps ids of clips to ids of the shots
    that they show.
    """
    layers = list(list_source_layers(plan))
    kinds = {
        shots[layer.clip]: (layer.media.kind, layer.media.previs) for layer in layers if layer.clip in shots
    }
    offline = len({layer.clip for layer in layers if layer.media.kind == "offline"})
    counts = [kind for kind, _ in kinds.values()]
    boards = sum(kind == "picture" and previs for kind, previs in kinds.values())
    slates = counts.count("slate")
    methods = count_render_methods(plan, delivery) if delivery.picture else None
    return RenderEstimate(
        frames=plan.frames,
        size=f"{plan.width} × {plan.height}",
        rate=f"{float(plan.rate):.6g}",
        shots=len(kinds),
        takes=len(kinds) - boards - slates - counts.count("offline"),
        boards=boards,
        slates=slates,
        offline=offline,
        copied=methods.copied if methods else 0,
        passed=methods.passed if methods else 0,
        composited=methods.composited if methods else 0,
        previs=plan.previs,
        noise=plan.has_noise,
        target=target,
        delivery=delivery,
        lost=describe_losses(plan, delivery),
    )
