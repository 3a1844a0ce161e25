"""Write a cut as an edit list for mpv (`edl://…`), so that mpv shows every frame of the cut exactly once and
no other frame.

If mpv cannot show exactly these frames, the functions refuse the cut with the reason. The studio then plays a
render instead.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import Unavailable
from milimo_tui.cut.plan.plan import PlanLayer, RenderPlan, SoundClip
from milimo_tui.cut.values.effects import NO_EFFECTS, Effects
from milimo_tui.media.files.own_content import MOV_FIRST_BOXES

# Share of a frame by which each stretch begins early. If a stretch began exactly at the time of a picture,
# mpv's rounding would sometimes lose this picture. At the beginning of a file, the stretch thus begins before
# the first picture. mpv accepts this; without it, mpv would show one frame too many.
EARLY = Fraction(1, 4)
# Containers in which mpv seeks to the exact picture. In others, such as MPEG-TS, mpv seeks wrong by some
# frames.
EXACT_CONTAINERS = ("mov", "matroska")
# The first bytes of a Matroska file.
_MATROSKA_NUMBER = b"\x1aE\xdf\xa3"


def write_edit_list(plan: RenderPlan) -> str:
    """Return the cut as an edit list for mpv, in which frame n is shown at (n + 1/4) / rate seconds. Each
    stretch begins a quarter of a frame early, because mpv's rounding would otherwise sometimes lose a
    picture.

    Raises Unavailable, with the reason, if mpv can play the cut only from a render.
    """
    if plan.mixer is not None:
        raise Unavailable("the cut's sound is mixed, which mpv can't do by itself")
    out, sounds = [], {(sound.clip, sound.start): sound for sound in plan.sounds}
    for stretch in plan.stretches:
        if len(stretch.layers) != 1:
            raise Unavailable("the cut has overlays or gaps, which mpv can't put together by itself")
        layer = stretch.layers[0]
        if not isinstance(layer, PlanLayer):
            raise Unavailable("the cut has transitions, which mpv can't do by itself")
        reason = _describe_edl_obstacle(layer, plan)
        if reason:
            raise Unavailable(reason)
        sound = sounds.pop((layer.clip, stretch.start), None)
        if layer.media.has_sound and (sound is None or not _is_unchanged_sound(sound, layer, stretch.frames)):
            raise Unavailable("the cut's sound is mixed, which mpv can't do by itself")
        out.append(_format_edl_segment(layer, stretch.frames, plan.rate))
    if sounds:
        raise Unavailable("the cut has sound of its own, which mpv can't mix by itself")
    return "edl://" + ";".join(out)


def _describe_edl_obstacle(layer: PlanLayer, plan: RenderPlan) -> str:
    if layer.media.kind != "video":
        return "some shots have no take yet, and mpv can't draw a slate"
    if layer.media.rate != plan.rate:
        return "some media and the cut differ in rate"
    container, picture = layer.media.facts.container, layer.media.facts.picture
    exact = not container or any(name in container for name in EXACT_CONTAINERS)
    if not exact or (picture is not None and not picture.constant):
        return "some media is in a format in which mpv can't find each frame"
    if not _begins_as_video(Path(layer.media.path)):
        return "some media is not the video that it was when it was added"
    if picture is not None and picture.mirrored:
        return "some media is mirrored, which mpv can't do by itself"
    if layer.opacity < 1 or layer.fade_in or layer.fade_out:
        return "the cut has fades, which mpv can't do by itself"
    if layer.speed != 1 or not _has_no_effects(layer.effects):
        return "the cut has effects or speeds, which mpv can't do by itself"
    return ""


def _begins_as_video(path: Path) -> bool:
    """Return True if a file begins as a MOV, MP4 or Matroska file does. mpv would read a text as a list of
    other files. A missing file passes, because mpv reports it.
    """
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError:
        return True
    return head.startswith(_MATROSKA_NUMBER) or head[4:] in MOV_FIRST_BOXES


def _is_unchanged_sound(sound: SoundClip, layer: PlanLayer, frames: int) -> bool:
    """Return True if `sound` is the sound of the layer's own file, without any change, and as long as the
    picture. `frames` is the number of frames of the picture.
    """
    changed = sound.gain_db or sound.fade_in or sound.fade_out or sound.rise or sound.fall
    chosen = sound.stream != 1 or sound.channels
    same = sound.frames == frames and sound.source_in == layer.source_in and sound.media == layer.media
    return same and not changed and not chosen and sound.speed == 1 and _has_no_effects(sound.effects)


def _has_no_effects(effects: Effects) -> bool:
    """Return True if neither picture nor sound has effects. The setting for damaged media is ignored, because
    it affects only a render.
    """
    return replace(effects, damaged=NO_EFFECTS.damaged) == NO_EFFECTS


def _format_edl_segment(layer: PlanLayer, frames: int, rate: Fraction) -> str:
    """Return a layer's part of the edit list, `%length%path,start,length`. Here `%length%` is the number of
    bytes in the path; `start` and the last `length` are in seconds.
    """
    first = (layer.source_in * rate - EARLY) / rate
    path = layer.media.path
    return f"%{len(path.encode())}%{path},{float(first):.9f},{float(Fraction(frames) / rate):.9f}"
