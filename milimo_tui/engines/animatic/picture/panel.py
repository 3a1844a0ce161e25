"""The panel: a staged shot painted as layers, each over a box of the frame and at a depth of its own."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import Box, Canvas, rectangle
from milimo_tui.engines.animatic.figures.figures import draw_actor, draw_from_above
from milimo_tui.engines.animatic.figures.people import REST, State
from milimo_tui.engines.animatic.picture.layers import FAR_DEPTH, Layer, even_crop, part_of, soft
from milimo_tui.engines.animatic.picture.sprites import Easel
from milimo_tui.engines.animatic.props.insert import draw_insert
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.stage_drawings import draw_place
from milimo_tui.engines.animatic.stage.staging import Staging


@dataclass(frozen=True, slots=True)
class Panel:
    """All layers of a shot, back to front; an actor has one for each state."""

    staging: Staging
    layers: tuple[Layer, ...]


def paint(
    staging: Staging,
    box: Box,
    scale: float,
    *,
    split: bool = False,
    states: Mapping[int, tuple[State, ...]] | None = None,
    fine: int = 2,
) -> Panel:
    """Paint a staged shot over `box` (frame units) at `scale` pixels per frame height.

    `split` keeps what is far on a layer of its own (for moves with parallax); `states` lists, by actor,
    the states beside the resting one that will be shown.
    """
    layers: list[Layer] = []
    set_depth = staging.distance + (2.6 if staging.inside else 8.0)
    if staging.thing:
        canvas = Canvas(box, scale, fine)
        _scenery(staging, canvas, around=True, far=True)
        backdrop = canvas.finished()[0]
        backdrop = backdrop.filter(ImageFilter.GaussianBlur(max(1.0, 0.016 * scale)))
        picture = _finish(draw_insert(staging, backdrop, canvas.box, scale, fine), staging)
        return Panel(
            staging,
            (Layer(name="insert", picture=picture, mask=None, box=canvas.box, depth=staging.distance),),
        )
    if split and staging.place.far and not staging.overhead:
        back = Canvas(box, scale, fine)
        _scenery(staging, back, around=False, far=True)
        whole = Canvas(box, scale, fine, cut_out=True, backdrop=back.image)
        _scenery(staging, whole, around=True, far=False)
        picture, cover = whole.finished()
        assert cover is not None
        far_picture = _finish(_back(back.finished()[0], staging, scale), staging)
        picture = _finish(_back(picture, staging, scale), staging)
        layers.append(Layer(name="set", picture=picture, mask=None, box=whole.box, depth=set_depth))
        # What is far shows only through the set's holes: no more of it is kept than they are large.
        hole = ImageChops.invert(cover)
        found = hole.getbbox()
        if found is not None:
            crop = even_crop(found, hole.size)
            layers.append(
                Layer(
                    name="far",
                    picture=far_picture.crop(crop),
                    mask=hole.crop(crop),
                    box=part_of(whole.box, crop, scale),
                    depth=FAR_DEPTH,
                    mask_depth=set_depth,
                )
            )
        backdrop, backdrop_box = whole.image, whole.box
    else:
        canvas = Canvas(box, scale, fine)
        _scenery(staging, canvas, around=True, far=True)
        picture = canvas.finished()[0]
        picture = _finish(_back(picture, staging, scale), staging)
        layers.append(Layer(name="set", picture=picture, mask=None, box=canvas.box, depth=set_depth))
        backdrop, backdrop_box = canvas.image, canvas.box
    for index in sorted(range(len(staging.actors)), key=lambda index: -staging.actors[index].z):
        easel = Easel(staging, index, backdrop, backdrop_box, box, scale, fine)
        layers.extend(easel.layers((State(), *(states or {}).get(index, ()))))
    front = _front(staging, box, scale, fine)
    if front is not None:
        layers.append(front)
    return Panel(staging, tuple(layers))


def _scenery(staging: Staging, canvas: Canvas, *, around: bool, far: bool) -> None:
    stage = make_stage(staging, canvas)
    if far:
        if staging.overhead or not staging.place.far:
            box = canvas.box
            canvas.fill(rectangle(box.left, box.top, box.right, box.bottom), staging.palette.tone(0.22))
        else:
            draw_place(stage, staging.place.far)
    if around:
        stage.rng = random.Random(staging.scene_seed + 1)
        draw_place(stage, staging.place.around)
        _crowd(staging, canvas)
        for actor in staging.actors:
            if actor.in_hand == "candle" and not staging.overhead:
                x = actor.x + 0.3 * actor.facing
                stage.draw_pool(x, actor.z, 1.4, (255, 190, 96), 0.6)
                stage.draw_glow(x, 1.15, actor.z, 1.9, (255, 190, 96), 0.55)


def _crowd(staging: Staging, canvas: Canvas) -> None:
    """Those whom nobody named; in less light than the cast, where some of it is there."""
    palette = staging.palette
    if staging.actors:
        palette = replace(palette, face=mix(palette.face, palette.tone(0.25), 0.3))
    for extra in staging.extras:
        if staging.overhead:
            draw_from_above(canvas, staging.lens, extra, palette)
        else:
            draw_actor(canvas, staging.lens, extra, palette, REST, light_left=staging.light_left)


def make_stage(staging: Staging, canvas: Canvas) -> Stage:
    """A stage for the place of that shot; its chances are the scene's own."""
    facts = staging.facts
    return Stage(
        canvas=canvas,
        lens=staging.lens,
        palette=staging.palette,
        rng=random.Random(staging.scene_seed),
        luck=random.Random(staging.shot_seed),
        inside=staging.inside,
        air=staging.air,
        overhead=staging.overhead,
        light_left=staging.light_left,
        density=0.0
        if staging.inside
        else staging.place.haze
        * (3.5 if "fog" in staging.air else 1.7 if "rain" in staging.air or "snow" in staging.air else 1.0),
        crowd=staging.crowd,
        words=f"{facts.heading} {facts.location} {facts.action}".lower(),
    )


def _front(staging: Staging, box: Box, scale: float, fine: int) -> Layer | None:
    """What stands between lens and subject, soft and dark; nothing in the tightest shots."""
    needed = 1.05 if staging.kind == "car" else 2.4
    if (
        not staging.place.front
        or staging.overhead
        or staging.distance < needed
        or staging.facts.function == "OTS"
    ):
        return None
    canvas = Canvas(box, scale, fine, cut_out=True, backdrop=None)
    dark = mix(staging.palette.tone(0.05), staging.palette.tone(0.3), 0.2)
    canvas.image.paste(dark, (0, 0, *canvas.image.size))
    draw_place(make_stage(staging, canvas), staging.place.front)
    picture, mask = canvas.finished()
    assert mask is not None
    found = mask.getbbox()
    if found is None:
        return None
    blur = 0.0016 if staging.kind in ("car", "cell") else 0.0035
    picture, mask = soft(picture, blur, scale), soft(mask, blur, scale)
    crop = even_crop(mask.getbbox() or found, picture.size)
    depth = max(0.5, staging.distance * 0.5)
    return Layer(
        name="front",
        picture=picture.crop(crop),
        mask=mask.crop(crop),
        box=part_of(canvas.box, crop, scale),
        depth=depth,
    )


def _back(picture: Image.Image, staging: Staging, scale: float) -> Image.Image:
    """What lies behind people, thrown out of focus and held back in contrast as the shot tightens."""
    if staging.blur <= 0:
        return picture
    veil = mix(staging.palette.tone(0.24), staging.palette.haze, 0.3)
    share = min(0.3, 0.12 + staging.blur * 18)
    return Image.blend(soft(picture, staging.blur, scale), Image.new("RGB", picture.size, veil), share)


def _finish(picture: Image.Image, staging: Staging) -> Image.Image:
    """Paper grain and a vignette, laid into the layer itself so that frames cost nothing."""
    width, height = picture.size
    generator = np.random.default_rng(staging.shot_seed)
    grain = generator.integers(-2, 3, size=(height // 2 + 1, width // 2 + 1), dtype=np.int16)
    grain = np.repeat(np.repeat(grain, 2, axis=0), 2, axis=1)[:height, :width]
    y, x = np.ogrid[-1.0 : 1.0 : complex(0, height), -1.0 : 1.0 : complex(0, width)]
    fall = 256 - np.clip((x * x * 0.62 + y * y * 0.75 - 0.42) * 96, 0, 92)
    values = np.asarray(picture).astype(np.int16)
    values += grain[:, :, None]
    np.clip(values, 0, 255, out=values)
    return Image.fromarray(((values * fall.astype(np.int32)[:, :, None]) >> 8).astype(np.uint8))
