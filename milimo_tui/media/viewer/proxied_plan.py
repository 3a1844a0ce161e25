"""Replace the clips of a plan's stretch by their proxies for viewing. No film is ever rendered from such a
stretch.
"""

from __future__ import annotations

import os
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, PlanTransition
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


def substitute_proxies(stretch: PlanStretch, cache: Path) -> PlanStretch:
    """Return a copy of a stretch in which each clip that has a proxy in the film's cache folder shows the
    proxy. A proxy of an earlier version of the clip's file is not used.
    """
    # Maps the path of a clip's file to its proxy, or to None without a proxy
    found: dict[str, Media | None] = {}

    def shown(media: Media) -> Media:
        if media.plan is not None:
            inner = tuple(replaced(one) for one in media.plan.stretches)
            return media.model_copy(update={"plan": media.plan.model_copy(update={"stretches": inner})})
        if media.path not in found:
            found[media.path] = _find_proxy_media(media, cache)
        return found[media.path] or media

    def layer(one: PlanLayer) -> PlanLayer:
        return one.model_copy(update={"media": shown(one.media)})

    def joined(one: PlanTransition) -> PlanTransition:
        sides = {"left": one.left and layer(one.left), "right": one.right and layer(one.right)}
        return one.model_copy(update=sides)

    def replaced(one: PlanStretch) -> PlanStretch:
        layers = tuple(layer(each) if isinstance(each, PlanLayer) else joined(each) for each in one.layers)
        return one.model_copy(update={"layers": layers})

    return replaced(stretch)


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
