"""The reel: a painted panel, a camera path, weather and letters, made into the frames of a shot.

Frames are independent of each other, so that several threads may draw them; Pillow lets go of the
interpreter while it resizes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from milimo_tui.engines.animatic import camera, lettering, weather
from milimo_tui.engines.animatic.camera import Pose
from milimo_tui.engines.animatic.figures import State
from milimo_tui.engines.animatic.ink import Box
from milimo_tui.engines.animatic.panel import FAR_DEPTH, Layer, Panel, paint
from milimo_tui.engines.animatic.sound import Timed, Track, mouths
from milimo_tui.engines.animatic.staging import Staging

PAD = 0.006  # frame units painted beyond what the camera reaches
_CLOSE = ("ECU", "CU", "MCU")


@dataclass(frozen=True, slots=True)
class Acting:
    """What one actor does in each frame, and the states that takes."""

    states: tuple[State, ...]
    drift: tuple[float, float] = (0.0, 0.0)  # metres sideways at the shot's head and end

    def wanted(self) -> tuple[State, ...]:
        return tuple(dict.fromkeys(state for state in self.states if state != State()))


class Reel:
    """One shot, ready to be drawn frame by frame."""

    def __init__(
        self,
        staging: Staging,
        *,
        width: int,
        height: int,
        frames: int,
        rate: Fraction,
        track: Track | None = None,
        timing: tuple[Timed, ...] = (),
        sample_rate: int = 48000,
    ) -> None:
        self.staging, self.width, self.height, self.frames, self.rate = staging, width, height, frames, rate
        self.seconds = float(frames / rate)
        path = camera.path_of(staging, self.seconds)
        self.poses = [path(float(frame / rate)) for frame in range(frames)]
        self.acting = self._act(track, timing, sample_rate)
        self.panel = self._paint()
        self._base = self.panel.layers[0]
        self._racked = self._rack_layers() if staging.facts.movement == "rack" else {}
        self._figures: list[dict[State, Layer]] = []
        seen = [layer.actor for layer in self.panel.layers if layer.actor is not None]
        self._order = tuple(dict.fromkeys(seen))
        self._by_actor = {index: self.panel.actor_layers(index) for index in self._order}
        self.veils = weather.veils(staging, width, height)
        self._letters(timing)

    # Setting up

    def _act(self, track: Track | None, timing: tuple[Timed, ...], sample_rate: int) -> dict[int, Acting]:
        staging = self.staging
        heard = (
            mouths(track, timing, self.frames, self.rate, sample_rate)
            if track is not None
            else [(-1, 0)] * self.frames
        )
        speakers = [staging.speaker(item.line.character) for item in timing]
        out = {}
        for index, actor in enumerate(staging.actors):
            if actor.near:
                continue
            size = staging.facts.size
            close = size in _CLOSE
            tall = staging.lens.size_at((actor.x, 1.5, actor.z)) * 0.24 * self.height
            states = []
            for frame in range(self.frames):
                line, mouth = heard[frame]
                speaking = line >= 0 and speakers[line] == index
                time = float(frame / self.rate)
                state = State()
                if speaking and tall > 15:
                    state = replace(state, mouth=mouth if tall > 40 else 2 * (mouth > 0))
                if speaking and not close and actor.pose in ("stand", "sit", "walk"):
                    share = (time - timing[line].start) / max(0.1, timing[line].end - timing[line].start)
                    state = replace(state, gesture=0.12 < share < 0.4 or 0.62 < share < 0.88)
                if tall > 60 and not state.mouth and (time + 1.9 + 0.7 * index) % 3.1 < 0.13:
                    state = replace(state, blink=True)
                if actor.pose in ("walk", "run") and not close and size != "MS":
                    state = replace(
                        state,
                        stride=int(time * (4.4 if actor.pose == "walk" else 6.0))
                        % (4 if actor.pose == "walk" else 2),
                    )
                states.append(state)
            drift = (0.0, 0.0)
            if actor.pose in ("walk", "run") and staging.facts.movement != "track" and not close:
                way = (
                    min(staging.span * 0.2, (0.55 if actor.pose == "walk" else 1.2) * self.seconds)
                    * actor.facing
                )
                drift = (-way * 0.5, way * 0.5)
            out[index] = Acting(tuple(states), drift)
        return out

    def _paint(self) -> Panel:
        staging = self.staging
        # A few poses bound the path: moves are monotone, the shake is added as padding.
        depths = [staging.distance * 0.45, staging.distance, FAR_DEPTH]
        step = max(1, self.frames // 24)
        sampled = [*self.poses[::step], self.poses[-1]]
        box = camera.reach(sampled, depths, staging.lens.focal, staging.aspect)
        pad = PAD + (
            0.008
            if staging.facts.rig in ("handheld", "underwater") or staging.facts.function == "POV"
            else 0.0
        )
        box = Box(box.left - pad, box.top - pad, box.right + pad, box.bottom + pad)
        closest = max(
            pose.zoom * staging.distance / max(0.2, staging.distance - pose.into) for pose in sampled
        )
        scale = self.height * min(1.12, max(1.0, closest))
        split = staging.facts.movement in camera.PARALLAX
        fine = 3 if self.height < 300 else 2
        return paint(
            staging,
            box,
            scale,
            split=split,
            states={index: acting.wanted() for index, acting in self.acting.items()},
            fine=fine,
        )

    def _rack_layers(self) -> dict[int, Layer]:
        """Each layer out of focus, by its index: what the rack pulls from or to."""
        out = {}
        for index, layer in enumerate(self.panel.layers):
            near = layer.actor is not None or layer.name == "front"
            soft = ImageFilter.GaussianBlur((0.009 if near else 0.012) * self.height)
            out[index] = replace(
                layer,
                picture=layer.picture.filter(soft),
                mask=layer.mask.filter(soft) if layer.mask is not None else None,
            )
        return out

    def _letters(self, timing: tuple[Timed, ...]) -> None:
        facts, width, height = self.staging.facts, self.width, self.height
        self.slate = lettering.slate(facts, width, height)
        self.slate_until = min(0.85, self.seconds * 0.34)
        self.mark = lettering.corner(lettering.MARK, width, height, right=True, colour=lettering.ACCENT)
        self.number = lettering.corner(facts.number, width, height) if facts.number else None
        self.subtitles: list[tuple[lettering.Caption, lettering.Sticker]] = []
        for item in timing:
            name = item.line.character.strip()
            if item.line.extension:
                name = f"{name} ({item.line.extension.strip('() ')})"
            for caption in lettering.captions(
                name, item.line.text, item.start, item.end + 0.25, width, height
            ):
                self.subtitles.append((caption, lettering.subtitle(caption, width, height)))

    # Drawing

    def frame(self, index: int) -> NDArray[np.uint8]:
        """Frame `index` as uint8 (height, width, 3)."""
        return np.asarray(self.picture(index))

    def picture(self, index: int, *, board: bool = False) -> Image.Image:
        """Frame `index` as a picture; as a `board` with its marks and an arrow, without slate or subtitle."""
        pose = self.poses[index]
        time = float(index / self.rate)
        frame = self._bottom(pose)
        for layer in self.panel.layers[1:]:
            if layer.actor is None and layer.name == "far":
                self._lay(frame, layer, pose)
        for veil in self.veils:
            if veil.behind:
                veil.lay(frame, time)
        for actor in self._order:
            self._lay_actor(frame, actor, index, pose)
        for layer in self.panel.layers[1:]:
            if layer.name == "front":
                self._lay(frame, layer, pose)
        for veil in self.veils:
            if not veil.behind:
                veil.lay(frame, time)
        if self.staging.facts.function == "POV":
            frame.paste((6, 6, 8), (0, 0), self._lids())
        self._letter(frame, time, pose, board=board)
        return frame

    def _bottom(self, pose: Pose) -> Image.Image:
        box = self._source(self._base, self._base.depth, pose, (0, 0, self.width, self.height))
        picture = self._base.picture
        if pose.focus < 0.999 and self._racked:
            picture = (
                Image.blend(self._racked[0].picture, picture, pose.focus)
                if pose.focus > 0.001
                else self._racked[0].picture
            )
        return picture.resize((self.width, self.height), Image.Resampling.BILINEAR, box=box)

    def _lay_actor(self, frame: Image.Image, actor: int, index: int, pose: Pose) -> None:
        layers = self._by_actor[actor]
        acting = self.acting.get(actor)
        if acting is None:
            self._lay(frame, layers[State()], pose)
            return
        state = acting.states[index]
        layer = layers.get(state) or layers[State()]
        share = index / max(1, self.frames - 1)
        metres = acting.drift[0] + (acting.drift[1] - acting.drift[0]) * share
        dx = metres * self.staging.lens.focal / layer.depth
        time = float(index / self.rate)
        # Breath: a rise too small to see that keeps a held figure alive; a walker's step is larger.
        dy = 0.0011 * math.sin(math.tau * (0.27 * time + 0.31 * actor))
        if state.stride % 2:
            dy -= 0.018 * self.staging.lens.focal / layer.depth
        self._lay(frame, layer, pose, shift=(dx, dy))

    def _lay(
        self, frame: Image.Image, layer: Layer, pose: Pose, shift: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Paste a layer's visible part: whole pixels of the frame, fractions of the layer's."""
        assert layer.mask is not None
        picture, mask = layer.picture, layer.mask
        if self._racked:
            near = layer.actor is not None or layer.name == "front"
            soft = pose.focus if near else 1 - pose.focus
            if soft > 0.001:
                other = self._racked[self.panel.layers.index(layer)]
                assert other.mask is not None
                picture = Image.blend(picture, other.picture, soft)
                mask = Image.blend(mask, other.mask, soft)
        mask_depth = layer.mask_depth or layer.depth
        view = camera.window(pose, mask_depth, self.staging.lens.focal, self.staging.aspect)
        across, down = self.width / view.width, self.height / view.height
        left = max(0, math.ceil((layer.box.left + shift[0] - view.left) * across))
        top = max(0, math.ceil((layer.box.top + shift[1] - view.top) * down))
        right = min(self.width, math.floor((layer.box.right + shift[0] - view.left) * across))
        bottom = min(self.height, math.floor((layer.box.bottom + shift[1] - view.top) * down))
        if right <= left or bottom <= top:
            return
        area = (left, top, right, bottom)
        size = (right - left, bottom - top)
        through = mask.resize(
            size, Image.Resampling.BILINEAR, box=self._source(layer, mask_depth, pose, area, shift)
        )
        paint_box = self._source(layer, layer.depth, pose, area, shift)
        frame.paste(picture.resize(size, Image.Resampling.BILINEAR, box=paint_box), area, through)

    def _source(
        self,
        layer: Layer,
        depth: float,
        pose: Pose,
        area: tuple[int, int, int, int],
        shift: tuple[float, float] = (0.0, 0.0),
    ) -> tuple[float, float, float, float]:
        """The box of a layer's pixels that fills an area of the frame, kept within the layer."""
        view = camera.window(pose, depth, self.staging.lens.focal, self.staging.aspect)
        across, down = view.width / self.width, view.height / self.height
        wide, high = layer.picture.size
        grain_x, grain_y = wide / layer.box.width, high / layer.box.height
        left = (view.left + area[0] * across - layer.box.left - shift[0]) * grain_x
        top = (view.top + area[1] * down - layer.box.top - shift[1]) * grain_y
        right = (view.left + area[2] * across - layer.box.left - shift[0]) * grain_x
        bottom = (view.top + area[3] * down - layer.box.top - shift[1]) * grain_y
        # Rounding may leave a hair outside; slide rather than stretch.
        slide_x = max(0.0, -left) - max(0.0, right - wide)
        slide_y = max(0.0, -top) - max(0.0, bottom - high)
        return (
            max(0.0, left + slide_x),
            max(0.0, top + slide_y),
            min(float(wide), right + slide_x),
            min(float(high), bottom + slide_y),
        )

    def _lids(self) -> Image.Image:
        """The soft dark lids of a point-of-view shot."""
        y, x = np.mgrid[-1:1:72j, -1:1:108j]
        lids = np.clip((np.abs(y) ** 1.6 + np.abs(x) ** 3.2 * 0.55 - 0.74) * 2.6, 0, 0.93)
        return Image.fromarray((lids * 255).astype(np.uint8)).resize(
            (self.width, self.height), Image.Resampling.BILINEAR
        )

    def _letter(self, frame: Image.Image, time: float, pose: Pose, *, board: bool) -> None:
        if board:
            for sticker in (
                self.number,
                self.mark,
                lettering.arrow(self.staging.facts.movement, self.width, self.height),
            ):
                if sticker is not None:
                    sticker.lay(frame)
            return
        fade = min(1.0, max(0.0, (self.slate_until - time) / 0.16 + 1)) if time > self.slate_until else 1.0
        if fade > 0:
            self.slate.lay(frame, fade)
        if fade < 1:
            self.mark.lay(frame, 1 - fade)
            if self.number is not None:
                self.number.lay(frame, 1 - fade)
        for caption, sticker in self.subtitles:
            if caption.start <= time < caption.end:
                sticker.lay(frame)
