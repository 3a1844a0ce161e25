"""Paint one actor in several states, such as with an open and a shut mouth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PIL import Image

from milimo_tui.engines.animatic.draw.ink import FrameBox, InkCanvas
from milimo_tui.engines.animatic.figures.figures import draw_actor, draw_from_above
from milimo_tui.engines.animatic.figures.people import Actor, ActorState, measure_head
from milimo_tui.engines.animatic.picture.layers import PanelLayer, blur_picture, crop_even, find_crop_box
from milimo_tui.engines.animatic.stage.staging import StagedShot


@dataclass(frozen=True, slots=True)
class Easel:
    """A painter of one actor in several states. States that differ only in the face reuse the painted
    body.
    """

    staging: StagedShot
    index: int
    # The background at the supersampled scale, so that the figure's edges blend with it
    backdrop: Image.Image
    backdrop_box: FrameBox
    box: FrameBox
    scale: float
    fine: int

    @property
    def actor(self) -> Actor:
        """The actor to paint."""
        return self.staging.actors[self.index]

    def paint_layers(self, states: tuple[ActorState, ...]) -> list[PanelLayer]:
        """Return a layer for each state. Empty if the actor is outside the picture."""
        reach = self._align_box(find_figure_box(self.staging, self.actor))
        if reach is None:
            return []
        bodies: dict[ActorState, tuple[Image.Image, Image.Image]] = {}
        out = []
        for state in dict.fromkeys(states):
            body = replace(state, mouth=0, blink=False)
            if body not in bodies:
                bodies[body] = self._paint_state(reach, body)
            picture, mask = bodies[body] if state == body else self._paste_face(reach, bodies[body], state)
            if self.actor.near:
                picture, mask = (
                    blur_picture(picture, 0.006, self.scale),
                    blur_picture(mask, 0.006, self.scale),
                )
            layer = self._crop_layer(picture, mask, reach, state)
            if layer is not None:
                out.append(layer)
        return out

    def _align_box(self, wanted: FrameBox) -> FrameBox | None:
        """Return a box limited to the picture, with its edges moved outwards to even pixel positions. None if
        the box is outside the picture.
        """
        grid = 2 / self.scale
        left = max(0, math.floor((wanted.left - self.box.left) / grid))
        top = max(0, math.floor((wanted.top - self.box.top) / grid))
        right = math.ceil((min(wanted.right, self.backdrop_box.right) - self.box.left) / grid)
        bottom = math.ceil((min(wanted.bottom, self.backdrop_box.bottom) - self.box.top) / grid)
        if right - left < 2 or bottom - top < 2:
            return None
        return FrameBox(
            self.box.left + left * grid,
            self.box.top + top * grid,
            self.box.left + (right - 0.001) * grid,
            self.box.top + (bottom - 0.001) * grid,
        )

    def _paint_state(self, place: FrameBox, state: ActorState) -> tuple[Image.Image, Image.Image]:
        grain = self.scale * self.fine
        left = round((place.left - self.backdrop_box.left) * grain)
        top = round((place.top - self.backdrop_box.top) * grain)
        canvas = InkCanvas(place, self.scale, self.fine, cut_out=True)
        size = canvas.image.size
        canvas.image.paste(self.backdrop.crop((left, top, left + size[0], top + size[1])))
        staging, actor = self.staging, self.actor
        if staging.overhead:
            draw_from_above(canvas, staging.lens, actor, staging.palette)
        else:
            nod = 0.0 if actor.near else staging.nod
            draw_actor(
                canvas, staging.lens, actor, staging.palette, state, light_left=staging.light_left, nod=nod
            )
        picture, mask = canvas.reduce_picture()
        assert mask is not None
        return picture, mask

    def _paste_face(
        self, reach: FrameBox, body: tuple[Image.Image, Image.Image], state: ActorState
    ) -> tuple[Image.Image, Image.Image]:
        """Return a painted body as picture and mask, with its face replaced by the face of the state `state`.
        `body` is the painted body, and `reach` its area in frame units.
        """
        actor, lens = self.actor, self.staging.lens
        tall = measure_head(actor.appearance)
        across, high = actor.head
        wide = max(0.5, 2 * tall)
        deep = wide if actor.pose in ("lie", "swim") else tall
        corners = [
            lens.project_point((across + dx, high + dy, actor.z))
            for dx in (-wide, wide)
            for dy in (-deep, deep)
        ]
        face = self._align_box(
            FrameBox(
                max(reach.left, min(x for x, _ in corners)),
                max(reach.top, min(y for _, y in corners)),
                min(reach.right, max(x for x, _ in corners)),
                min(reach.bottom, max(y for _, y in corners)),
            )
        )
        if face is None:
            return body
        picture, mask = body[0].copy(), body[1].copy()
        patch, patch_mask = self._paint_state(face, state)
        place = (round((face.left - reach.left) * self.scale), round((face.top - reach.top) * self.scale))
        picture.paste(patch, place)
        mask.paste(patch_mask, place)
        return picture, mask

    def _crop_layer(
        self, picture: Image.Image, mask: Image.Image, reach: FrameBox, state: ActorState
    ) -> PanelLayer | None:
        """Return a layer cropped to its figure, with a transparent margin of two pixels. None if nothing is
        visible.
        """
        found = mask.getbbox()
        if found is None:
            return None
        crop = crop_even(found, picture.size)
        actor = self.actor
        return PanelLayer(
            name=f"figure {self.index}",
            picture=picture.crop(crop),
            mask=mask.crop(crop),
            box=find_crop_box(reach, crop, self.scale),
            depth=max(0.3, self.staging.lens.measure_distance((actor.x, actor.top * 0.7, actor.z))),
            actor=self.index,
            variant=state,
        )


def find_figure_box(staging: StagedShot, actor: Actor) -> FrameBox:
    """Return the area, in frame units, that a figure may cover with arms, hat, shadow and umbrella."""
    lens = staging.lens
    wide, over = (
        (1.25 if actor.pose in ("swim", "lean", "bend") else 0.86) * actor.unit,
        0.12 + (0.78 if actor.in_hand == "umbrella" or actor.pose == "raise" else 0.0),
    )
    if actor.appearance.animal:
        wide, over = 1.1 * actor.appearance.height, 0.2 * actor.appearance.height
    corners = [
        lens.project_point((actor.x + dx, y, actor.z + dz))
        for dx in (-wide, wide)
        for y in (-0.06, max(actor.top, 2.6 if actor.rest == "wall" else 0.0) + over)
        for dz in (-0.3, 0.3)
    ]
    if actor.pose == "lie":
        corners += [
            lens.project_point((actor.x + dx * actor.unit, y, actor.z))
            for dx in (-1.35, 1.35)
            for y in (-0.1, 1.15)
        ]
    return FrameBox(
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
