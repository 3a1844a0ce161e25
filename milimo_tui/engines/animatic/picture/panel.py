"""Paint a staged shot as layers, each a picture of an area of the frame at its own depth."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from milimo_tui.engines.animatic.draw.colour import mix_colours
from milimo_tui.engines.animatic.draw.ink import FrameBox, InkCanvas, make_rectangle
from milimo_tui.engines.animatic.figures.figures import draw_actor, draw_from_above
from milimo_tui.engines.animatic.figures.people import REST, ActorState
from milimo_tui.engines.animatic.picture.layers import (
    FAR_DEPTH,
    PanelLayer,
    blur_picture,
    crop_even,
    find_crop_box,
)
from milimo_tui.engines.animatic.picture.sprites import Easel
from milimo_tui.engines.animatic.props.insert import draw_insert
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.stage_drawings import paint_place
from milimo_tui.engines.animatic.stage.staging import StagedShot


@dataclass(frozen=True, slots=True)
class ShotPanel:
    """All layers of a shot, from back to front. An actor has a layer for each of their states."""

    staging: StagedShot
    layers: tuple[PanelLayer, ...]


def paint_panel(
    staging: StagedShot,
    box: FrameBox,
    scale: float,
    *,
    split: bool = False,
    states: Mapping[int, tuple[ActorState, ...]] | None = None,
    fine: int = 2,
) -> ShotPanel:
    """Paint a staged shot over the area `box` (frame units) at `scale` pixels per frame height.

    `split` puts the distant background on a separate layer, for camera moves with parallax. `states` lists
    the states of each actor in addition to the resting state. Shapes are drawn `fine` times larger and then
    reduced.
    """
    layers: list[PanelLayer] = []
    set_depth = staging.distance + (2.6 if staging.inside else 8.0)
    if staging.thing:
        canvas = InkCanvas(box, scale, fine)
        _paint_scenery(staging, canvas, around=True, far=True)
        backdrop = canvas.reduce_picture()[0]
        backdrop = backdrop.filter(ImageFilter.GaussianBlur(max(1.0, 0.016 * scale)))
        picture = _finish_picture(draw_insert(staging, backdrop, canvas.box, scale, fine), staging)
        return ShotPanel(
            staging,
            (PanelLayer(name="insert", picture=picture, mask=None, box=canvas.box, depth=staging.distance),),
        )
    if split and staging.place.far and not staging.overhead:
        back = InkCanvas(box, scale, fine)
        _paint_scenery(staging, back, around=False, far=True)
        whole = InkCanvas(box, scale, fine, cut_out=True, backdrop=back.image)
        _paint_scenery(staging, whole, around=True, far=False)
        picture, cover = whole.reduce_picture()
        assert cover is not None
        far_picture = _finish_picture(_soften_background(back.reduce_picture()[0], staging, scale), staging)
        picture = _finish_picture(_soften_background(picture, staging, scale), staging)
        layers.append(PanelLayer(name="set", picture=picture, mask=None, box=whole.box, depth=set_depth))
        # The distant background is visible only through holes in the set, so its layer is cropped to the
        # holes.
        hole = ImageChops.invert(cover)
        found = hole.getbbox()
        if found is not None:
            crop = crop_even(found, hole.size)
            layers.append(
                PanelLayer(
                    name="far",
                    picture=far_picture.crop(crop),
                    mask=hole.crop(crop),
                    box=find_crop_box(whole.box, crop, scale),
                    depth=FAR_DEPTH,
                    mask_depth=set_depth,
                )
            )
        backdrop, backdrop_box = whole.image, whole.box
    else:
        canvas = InkCanvas(box, scale, fine)
        _paint_scenery(staging, canvas, around=True, far=True)
        picture = canvas.reduce_picture()[0]
        picture = _finish_picture(_soften_background(picture, staging, scale), staging)
        layers.append(PanelLayer(name="set", picture=picture, mask=None, box=canvas.box, depth=set_depth))
        backdrop, backdrop_box = canvas.image, canvas.box
    for index in sorted(range(len(staging.actors)), key=lambda index: -staging.actors[index].z):
        easel = Easel(staging, index, backdrop, backdrop_box, box, scale, fine)
        layers.extend(easel.paint_layers((ActorState(), *(states or {}).get(index, ()))))
    front = _paint_front(staging, box, scale, fine)
    if front is not None:
        layers.append(front)
    return ShotPanel(staging, tuple(layers))


def _paint_scenery(staging: StagedShot, canvas: InkCanvas, *, around: bool, far: bool) -> None:
    stage = make_stage(staging, canvas)
    if far:
        if staging.overhead or not staging.place.far:
            box = canvas.box
            canvas.fill_polygon(
                make_rectangle(box.left, box.top, box.right, box.bottom), staging.palette.tone(0.22)
            )
        else:
            paint_place(stage, staging.place.far)
    if around:
        stage.rng = random.Random(staging.scene_seed + 1)
        paint_place(stage, staging.place.around)
        _paint_crowd(staging, canvas)
        for actor in staging.actors:
            if actor.in_hand == "candle" and not staging.overhead:
                x = actor.x + 0.3 * actor.facing
                stage.draw_pool(x, actor.z, 1.4, (255, 190, 96), 0.6)
                stage.draw_glow(x, 1.15, actor.z, 1.9, (255, 190, 96), 0.55)


def _paint_crowd(staging: StagedShot, canvas: InkCanvas) -> None:
    """Paint the crowd. The crowd is darker if characters of the film are in the picture."""
    palette = staging.palette
    if staging.actors:
        palette = replace(palette, face=mix_colours(palette.face, palette.tone(0.25), 0.3))
    for extra in staging.extras:
        if staging.overhead:
            draw_from_above(canvas, staging.lens, extra, palette)
        else:
            draw_actor(canvas, staging.lens, extra, palette, REST, light_left=staging.light_left)


def make_stage(staging: StagedShot, canvas: InkCanvas) -> Stage:
    """Return a stage for the place of a shot. Its random numbers depend on the scene, so that the scene's
    shots match.
    """
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


def _paint_front(staging: StagedShot, box: FrameBox, scale: float, fine: int) -> PanelLayer | None:
    """Paint dark, blurred objects between the lens and the subject. Return None in the tightest shots."""
    needed = 1.05 if staging.kind == "car" else 2.4
    if (
        not staging.place.front
        or staging.overhead
        or staging.distance < needed
        or staging.facts.function == "OTS"
    ):
        return None
    canvas = InkCanvas(box, scale, fine, cut_out=True, backdrop=None)
    dark = mix_colours(staging.palette.tone(0.05), staging.palette.tone(0.3), 0.2)
    canvas.image.paste(dark, (0, 0, *canvas.image.size))
    paint_place(make_stage(staging, canvas), staging.place.front)
    picture, mask = canvas.reduce_picture()
    assert mask is not None
    found = mask.getbbox()
    if found is None:
        return None
    blur = 0.0016 if staging.kind in ("car", "cell") else 0.0035
    picture, mask = blur_picture(picture, blur, scale), blur_picture(mask, blur, scale)
    crop = crop_even(mask.getbbox() or found, picture.size)
    depth = max(0.5, staging.distance * 0.5)
    return PanelLayer(
        name="front",
        picture=picture.crop(crop),
        mask=mask.crop(crop),
        box=find_crop_box(canvas.box, crop, scale),
        depth=depth,
    )


def _soften_background(picture: Image.Image, staging: StagedShot, scale: float) -> Image.Image:
    """Return the background of people blurred and with less contrast. The effect is stronger in tighter
    shots.
    """
    if staging.blur <= 0:
        return picture
    veil = mix_colours(staging.palette.tone(0.24), staging.palette.haze, 0.3)
    share = min(0.3, 0.12 + staging.blur * 18)
    return Image.blend(
        blur_picture(picture, staging.blur, scale), Image.new("RGB", picture.size, veil), share
    )


def _finish_picture(picture: Image.Image, staging: StagedShot) -> Image.Image:
    """Add paper grain and a vignette to a layer. This is done once for each layer, because it would be slow
    for each frame.
    """
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
