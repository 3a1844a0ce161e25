"""Compose the frames of a shot from painted layers, a camera path, weather and text.

A frame depends only on its number, so that several threads can draw frames. Pillow releases the interpreter
lock while it resamples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from milimo_tui.engines.animatic.draw.ink import FrameBox
from milimo_tui.engines.animatic.figures.people import REST, ActorState
from milimo_tui.engines.animatic.picture import lettering, weather
from milimo_tui.engines.animatic.picture.layers import FAR_DEPTH, PanelLayer
from milimo_tui.engines.animatic.picture.panel import ShotPanel, paint_panel
from milimo_tui.engines.animatic.picture.planes import (
    RGB,
    YUV,
    Area,
    PlaneFrame,
    PlaneKind,
    PlanePicture,
    Region,
    reduce_masks,
)
from milimo_tui.engines.animatic.stage import camera
from milimo_tui.engines.animatic.stage.acting import act_shot
from milimo_tui.engines.animatic.stage.camera import CameraPose
from milimo_tui.engines.animatic.stage.scratch_sound import ScratchTrack, TimedLine, open_mouths
from milimo_tui.engines.animatic.stage.staging import StagedShot

PAD = 0.006  # margin in frame units that is painted beyond the area the camera sees
# If the camera moves by fewer pixels between two frames, its pose is held for a few frames; viewers do not
# notice
HOLD_PIXELS = 0.15
SLATE_SECONDS = 0.85
FADE_SECONDS = 0.16


@dataclass(frozen=True, slots=True)
class LayerCard:
    """A painted layer of a shot, converted to colour planes from which each frame takes a region. In a shot
    with a rack focus it also has an out-of-focus copy.
    """

    layer: PanelLayer
    sheet: PlanePicture
    soft: PlanePicture | None = None


class Reel:
    """A shot that can be drawn frame by frame.

    `frames` is the length of the shot, `head` and `tail` the numbers of handle frames before and after it.
    `kind` is the pixel format: YUV for takes and RGB for boards.
    """

    def __init__(
        self,
        staging: StagedShot,
        *,
        width: int,
        height: int,
        frames: int,
        rate: Fraction,
        head: int = 0,
        tail: int = 0,
        kind: PlaneKind = YUV,
        track: ScratchTrack | None = None,
        timing: tuple[TimedLine, ...] = (),
        sample_rate: int = 48000,
    ) -> None:
        self.staging, self.kind = staging, kind
        self.width, self.height, self.rate = width, height, rate
        self.head, self.shown, self.frames = head, frames, head + frames + tail
        self.seconds = float(frames / rate)
        self.poses = self._plan_camera()
        heard = [(-1, 0)] * self.frames
        if track is not None:
            heard = open_mouths(track, timing, self.frames, rate, sample_rate, head)
        self.acting = act_shot(staging, heard, timing, height, rate, head, tail)
        self.veils = tuple(veil.prepare_planes(kind) for veil in weather.make_veils(staging, width, height))
        self.panel = self._paint_layers()
        self._prepare_planes(self.panel)
        self._prepare_letters(timing)

    def _find_time(self, index: int) -> float:
        """Return the time of a frame in seconds since the shot's first frame. Negative in the handle before
        the shot.
        """
        return float((index - self.head) / self.rate)

    # Methods that prepare the reel.

    def _plan_camera(self) -> list[CameraPose]:
        """Return the camera pose at each frame. A slow camera has the same pose for up to four frames."""
        path = camera.plan_path(self.staging, self.seconds)
        poses = [path(self._find_time(frame)) for frame in range(self.frames)]
        focal, aspect = self.staging.lens.focal, self.staging.aspect
        step = 0.0
        for before, after in pairwise(poses):
            for depth in (self.staging.distance, FAR_DEPTH):
                a = camera.find_window(before, depth, focal, aspect)
                b = camera.find_window(after, depth, focal, aspect)
                step = max(
                    step,
                    abs(a.left - b.left),
                    abs(a.top - b.top),
                    abs(a.right - b.right),
                    abs(a.bottom - b.bottom),
                )
        self.hold = max(1, min(4, int(HOLD_PIXELS / max(1e-6, step * self.height))))
        return [poses[frame - frame % self.hold] for frame in range(self.frames)]

    def _paint_layers(self) -> ShotPanel:
        staging = self.staging
        near = [
            camera.find_window(pose, staging.distance, staging.lens.focal, staging.aspect).height
            for pose in self.poses
        ]
        depths = [staging.distance * 0.45, staging.distance, FAR_DEPTH]
        box = camera.find_reach(self.poses, depths, staging.lens.focal, staging.aspect)
        box = FrameBox(box.left - PAD, box.top - PAD, box.right + PAD, box.bottom + PAD)
        scale = self.height * min(1.12, max(1.0, 1 / min(near)))
        return paint_panel(
            staging,
            box,
            scale,
            split=staging.facts.movement in camera.PARALLAX,
            states={index: acting.wanted_states for index, acting in self.acting.items()},
            fine=3 if self.height < 300 else 2 if self.height <= 1200 else 1,
        )

    def _prepare_planes(self, panel: ShotPanel) -> None:
        """Convert the painted layers to planes.

        If no layer moves relative to another, people are painted onto the bottom layer in advance, once for
        each combination of their states. Each frame then needs only one resampling.
        """
        base, *rest = panel.layers
        rack = self.staging.facts.movement == "rack"
        self.plated = () if rack or not self._moves_as_one() else self._find_plated(rest)
        on_plate = [layer for layer in rest if layer.actor in self.plated]
        loose = [layer for layer in rest if layer.actor not in self.plated]
        if self._moves_as_one() and not rack and all(layer.name == "front" for layer in loose):
            on_plate, loose = rest, []
        self.plates: dict[tuple[ActorState, ...], LayerCard] = {}
        for index in range(self.frames):
            states = self._list_plate_states(index)
            if states not in self.plates:
                picture = _join_layers(base, on_plate, dict(zip(self.plated, states, strict=True)))
                self.plates[states] = self._make_card(replace(base, picture=picture), rack)
        self.behind = [self._make_card(layer, rack) for layer in loose if layer.name == "far"]
        self.before = [self._make_card(layer, rack) for layer in loose if layer.name == "front"]
        self.people: dict[int, dict[ActorState, LayerCard]] = {}
        for layer in loose:
            if layer.actor is not None:
                self.people.setdefault(layer.actor, {})[layer.variant] = self._make_card(layer, rack)

    def _moves_as_one(self) -> bool:
        """Return True if the camera only turns or zooms, and no weather falls between the layers."""
        facts = self.staging.facts
        parallax = facts.movement in camera.PARALLAX or facts.rig == "aerial"
        return not parallax and not any(veil.behind for veil in self.veils)

    def _find_plated(self, layers: list[PanelLayer]) -> tuple[int, ...]:
        """Return the indices of actors that can be painted onto the bottom layer, so that they need not be
        composed separately in every frame.

        If somebody walks, these are the actors behind the rearmost walking actor. Otherwise they are all
        actors.
        """
        out: list[int] = []
        for layer in layers:
            if layer.actor is None:
                continue
            if self.acting[layer.actor].drift != (0.0, 0.0):
                break
            if layer.actor not in out:
                out.append(layer.actor)
        return tuple(out)

    def _list_plate_states(self, index: int) -> tuple[ActorState, ...]:
        return tuple(self.acting[actor].states[index] for actor in self.plated)

    def _make_card(self, layer: PanelLayer, rack: bool) -> LayerCard:
        sheet = PlanePicture.from_picture(self.kind, layer.picture, layer.mask)
        if not rack:
            return LayerCard(layer, sheet)
        near = layer.actor is not None or layer.name == "front"
        blur = ImageFilter.GaussianBlur((0.009 if near else 0.012) * self.height)
        mask = layer.mask.filter(blur) if layer.mask is not None else None
        return LayerCard(layer, sheet, PlanePicture.from_picture(self.kind, layer.picture.filter(blur), mask))

    def _prepare_letters(self, timing: tuple[TimedLine, ...]) -> None:
        facts, width, height = self.staging.facts, self.width, self.height
        self.slate = lettering.letter_slate(facts, width, height).prepare_planes(self.kind)
        self.slate_until = min(SLATE_SECONDS, self.seconds * 0.34)
        self.mark = lettering.letter_corner(
            lettering.MARK, width, height, right=True, colour=lettering.ACCENT
        ).prepare_planes(self.kind)
        self.number = (
            lettering.letter_corner(facts.number, width, height).prepare_planes(self.kind)
            if facts.number
            else None
        )
        unknown = self.staging.unknown
        self.plate = (
            lettering.letter_plate(unknown, width, height).prepare_planes(self.kind) if unknown else None
        )
        self.subtitles: list[tuple[lettering.TimedCaption, lettering.PlaneLetters]] = []
        for item in timing:
            name = item.line.character.strip().upper()
            if item.line.extension:
                name = f"{name} ({item.line.extension.strip('() ')})"
            for caption in lettering.split_captions(
                name, item.line.text, item.start, item.end + 0.25, width, height
            ):
                self.subtitles.append(
                    (caption, lettering.letter_subtitle(caption, width, height).prepare_planes(self.kind))
                )
        self.lids = reduce_masks(self.kind, _draw_lids(width, height)) if facts.function == "POV" else ()
        self.lid_values = self.kind.values((6, 6, 8))

    # Methods that draw frames.

    def draw_videos(self, first: int, last: int) -> list[Any]:
        """Return frames `first` to `last` (exclusive) in the take writer's format. Equal neighbours are the
        same object.
        """
        out: list[Any] = []
        before: object = None
        for index in range(first, last):
            key = self._find_key(index)
            if key is None or key != before:
                out.append(self.draw_frame(index).to_video())
            else:
                out.append(out[-1])
            before = key
        return out

    def draw_picture(self, index: int, *, board: bool = False) -> Image.Image:
        """Return frame `index` as an RGB picture. A `board` has marks and an arrow in place of the slate and
        the subtitle.
        """
        return self.draw_frame(index, board=board).to_rgb()

    def draw_frame(self, index: int, *, board: bool = False) -> PlaneFrame:
        """Return frame `index`, composed from back to front."""
        # Weather uses the time since the first frame, handles included
        pose, time = self.poses[index], float(index / self.rate)
        frame = self._draw_bottom(index)
        for card in self.behind:
            self._lay_card(frame, card, pose)
        for veil in self.veils:
            if veil.behind:
                veil.lay_over(frame, time)
        for actor in self.people:
            self._lay_actor(frame, actor, index)
        for card in self.before:
            self._lay_card(frame, card, pose)
        for veil in self.veils:
            if not veil.behind:
                veil.lay_over(frame, time)
        if self.lids:
            frame.tint_area(self.lid_values, self.lids, (0, 0, self.width, self.height))
        self._lay_letters(frame, self._find_time(index), board=board)
        return frame

    def _find_key(self, index: int) -> object:
        """Return a key for the picture of a frame. Frames with equal keys look the same, so that one drawing
        can be reused. None if the frame looks like no other frame.
        """
        if self.veils or any(self.acting[actor].drift != (0.0, 0.0) for actor in self.people):
            return None
        time = self._find_time(index)
        states = tuple(acting.states[index] for acting in self.acting.values())
        shown = tuple(caption.start <= time < caption.end for caption, _ in self.subtitles)
        return (index // self.hold, states, shown, self._fade_slate(time))

    def _fade_slate(self, time: float) -> float:
        return min(1.0, max(0.0, (self.slate_until - time) / FADE_SECONDS + 1))

    def _draw_bottom(self, index: int) -> PlaneFrame:
        card, pose = self.plates[self._list_plate_states(index)], self.poses[index]
        region = self._find_source(card.layer, card.layer.depth, pose, (0, 0, self.width, self.height))
        sheet = card.sheet if card.soft is None else card.soft.blend_with(card.sheet, pose.focus)
        return PlaneFrame(self.kind, sheet.cut_region(region, (self.width, self.height)))

    def _lay_actor(self, frame: PlaneFrame, actor: int, index: int) -> None:
        cards, acting = self.people[actor], self.acting[actor]
        state = acting.states[index]
        card = cards.get(state) or cards.get(REST)
        if card is None:
            return
        focal, depth = self.staging.lens.focal, card.layer.depth
        dx = acting.find_shift((index - self.head) / max(1, self.shown - 1)) * focal / depth
        # A slight vertical movement makes a still figure look alive. A walking figure moves more with each
        # step.
        time = float(index // self.hold * self.hold / self.rate)
        dy = 0.0011 * math.sin(math.tau * (0.27 * time + 0.31 * actor))
        if state.stride % 2:
            dy -= 0.018 * focal / depth
        self._lay_card(frame, card, self.poses[index], shift=(dx, dy))

    def _lay_card(
        self, frame: PlaneFrame, card: LayerCard, pose: CameraPose, shift: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Paste the visible part of a layer onto a frame.

        The area in the frame is in whole pixels, the region of the layer may have fractions.
        """
        layer, sheet = card.layer, card.sheet
        if card.soft is not None:
            near = layer.actor is not None or layer.name == "front"
            sheet = sheet.blend_with(card.soft, pose.focus if near else 1 - pose.focus)
        mask_depth = layer.mask_depth or layer.depth
        view = camera.find_window(pose, mask_depth, self.staging.lens.focal, self.staging.aspect)
        across, down, grid = self.width / view.width, self.height / view.height, self.kind.grid
        left = max(0, _round_up((layer.box.left + shift[0] - view.left) * across, grid))
        top = max(0, _round_up((layer.box.top + shift[1] - view.top) * down, grid))
        right = min(self.width, _round_down((layer.box.right + shift[0] - view.left) * across, grid))
        bottom = min(self.height, _round_down((layer.box.bottom + shift[1] - view.top) * down, grid))
        if right <= left or bottom <= top:
            return
        area, size = (left, top, right, bottom), (right - left, bottom - top)
        through = sheet.cut_coverage(self._find_source(layer, mask_depth, pose, area, shift), size)
        frame.paste(
            sheet.cut_region(self._find_source(layer, layer.depth, pose, area, shift), size), through, area
        )

    def _find_source(
        self,
        layer: PanelLayer,
        depth: float,
        pose: CameraPose,
        area: Area,
        shift: tuple[float, float] = (0.0, 0.0),
    ) -> Region:
        """Return the region of a layer, in the layer's pixels, that is visible in `area` of the frame when
        the camera is at `pose`. `depth` is the layer's distance in metres, and `shift` the layer's movement
        in frame units. The region never extends beyond the layer.
        """
        view = camera.find_window(pose, depth, self.staging.lens.focal, self.staging.aspect)
        across, down = view.width / self.width, view.height / self.height
        wide, high = layer.picture.size
        grain_x, grain_y = wide / layer.box.width, high / layer.box.height
        left = (view.left + area[0] * across - layer.box.left - shift[0]) * grain_x
        top = (view.top + area[1] * down - layer.box.top - shift[1]) * grain_y
        right = (view.left + area[2] * across - layer.box.left - shift[0]) * grain_x
        bottom = (view.top + area[3] * down - layer.box.top - shift[1]) * grain_y
        # Rounding may put an edge outside the layer. Move the region then, because stretching would be
        # visible.
        slide_x = max(0.0, -left) - max(0.0, right - wide)
        slide_y = max(0.0, -top) - max(0.0, bottom - high)
        return (
            max(0.0, left + slide_x),
            max(0.0, top + slide_y),
            min(float(wide), right + slide_x),
            min(float(high), bottom + slide_y),
        )

    def _lay_letters(self, frame: PlaneFrame, time: float, *, board: bool) -> None:
        if self.plate is not None:
            self.plate.lay_over(frame)
        if board:
            arrow = lettering.draw_arrow(self.staging.facts.movement, self.width, self.height)
            for letters in (
                self.number,
                self.mark,
                arrow.prepare_planes(self.kind) if arrow is not None else None,
            ):
                if letters is not None:
                    letters.lay_over(frame)
            return
        share = self._fade_slate(time)
        if share > 0:
            self.slate.lay_over(frame, share)
        if share < 1:
            self.mark.lay_over(frame, 1 - share)
            if self.number is not None:
                self.number.lay_over(frame, 1 - share)
        for caption, letters in self.subtitles:
            if caption.start <= time < caption.end:
                letters.lay_over(frame)


def _join_layers(base: PanelLayer, layers: list[PanelLayer], states: dict[int, ActorState]) -> Image.Image:
    """Return the bottom picture with other layers painted on it. If a layer shows an actor, it is painted
    only if it shows the actor's state in `states`.
    """
    picture = base.picture.copy()
    for layer in layers:
        if layer.actor is not None and not _is_wanted_layer(layer, layers, states):
            continue
        assert layer.mask is not None
        place = (
            round((layer.box.left - base.box.left) / base.box.width * picture.width),
            round((layer.box.top - base.box.top) / base.box.height * picture.height),
        )
        picture.paste(layer.picture, place, layer.mask)
    return picture


def _is_wanted_layer(layer: PanelLayer, layers: list[PanelLayer], states: dict[int, ActorState]) -> bool:
    """Return True if a layer shows the wanted state of its actor, or the resting state if there is no layer
    for that state.
    """
    assert layer.actor is not None
    wanted = states[layer.actor]
    variants = {other.variant for other in layers if other.actor == layer.actor}
    return layer.variant == (wanted if wanted in variants else REST)


def _round_up(value: float, grid: int) -> int:
    return math.ceil(value / grid) * grid


def _round_down(value: float, grid: int) -> int:
    return math.floor(value / grid) * grid


def _draw_lids(width: int, height: int) -> Image.Image:
    """Return the soft dark eyelids that frame a point-of-view shot."""
    y, x = np.mgrid[-1:1:72j, -1:1:108j]
    lids = np.clip((np.abs(y) ** 1.6 + np.abs(x) ** 3.2 * 0.55 - 0.74) * 2.6, 0, 0.93)
    return Image.fromarray((lids * 255).astype(np.uint8)).resize((width, height), Image.Resampling.BILINEAR)


def board(staging: StagedShot, width: int, height: int) -> Image.Image:
    """Return a shot's board: a still picture with the marks of a storyboard."""
    return Reel(staging, width=width, height=height, frames=1, rate=Fraction(25), kind=RGB).draw_picture(
        0, board=True
    )
