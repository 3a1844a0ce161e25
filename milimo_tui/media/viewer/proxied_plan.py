"""Replace the clips of a plan by their proxies for viewing. No film is ever rendered from such a plan."""

from __future__ import annotations

import os
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan
from milimo_tui.cut.values.streams import PictureFacts
from milimo_tui.media.picture.colour import PIXELS
from milimo_tui.media.read.proxies import KIND, choose_proxy_size, locate_proxy


def stamp_proxy_folder(cache: Path) -> str:
    """Return a text that changes when proxies in a film's cache folder are added or removed. Empty means no
    proxies.
    """
    try:
        with os.scandir(cache / KIND) as folders:
            changed = sorted((folder.name, folder.stat().st_mtime_ns) for folder in folders)
    except OSError:
        return ""
    return str(hash(tuple(changed))) if changed else ""


def substitute_proxies(plan: RenderPlan, cache: Path) -> RenderPlan:
    """Return a copy of a plan in which each clip that has a proxy in the film's cache folder shows the
    proxy.
    """
    # Maps the path of a clip's file to its proxy, or to None without a proxy
    found: dict[str, Media | None] = {}

    def shown(media: Media) -> Media:
        if media.plan is not None:
            return media.model_copy(update={"plan": substitute_proxies(media.plan, cache)})
        if media.path not in found:
            found[media.path] = _find_proxy_media(media, cache)
        return found[media.path] or media

    def layer(one: PlanLayer) -> PlanLayer:
        return one.model_copy(update={"media": shown(one.media)})

    def joined(one: PlanTransition) -> PlanTransition:
        sides = {"left": one.left and layer(one.left), "right": one.right and layer(one.right)}
        return one.model_copy(update=sides)

    def stretch(one: PlanStretch) -> PlanStretch:
        layers = tuple(layer(each) if isinstance(each, PlanLayer) else joined(each) for each in one.layers)
        return one.model_copy(update={"layers": layers})

    return plan.model_copy(update={"stretches": tuple(stretch(one) for one in plan.stretches)})


def _find_proxy_media(media: Media, cache: Path) -> Media | None:
    """Return the proxy of a clip's file as media, or None if there is no proxy."""
    picture = media.facts.picture
    if media.kind not in ("video", "sequence") or picture is None:
        return None
    try:
        place = locate_proxy(Path(media.path), cache)
    except MilimoError:
        return None  # The clip's file is missing. The error is reported when the clip is shown.
    if not place.exists():
        return None
    width, height = choose_proxy_size(picture)
    small = PictureFacts(
        codec="h264",
        pixels=PIXELS,
        width=width,
        height=height,
        rotation=picture.rotation,
        rate=picture.rate,
        constant=picture.constant,
        range="tv",
        matrix="bt709",
    )
    facts = media.facts.model_copy(update={"picture": small, "container": "mp4"})
    return media.model_copy(update={"kind": "video", "path": str(place), "digest": "", "facts": facts})
