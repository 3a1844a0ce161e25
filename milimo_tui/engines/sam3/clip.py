"""Tracking through a clip: objects that were clicked and objects that a text names, forwards, backwards or
both.

Frames are decoded one at a time and never held at the model's size (12 MB each). A clip of any length takes
the same memory, except for the finished masks, which are stored packed. Imports torch: only for workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

from milimo_tui.engines.sam3 import session_state
from milimo_tui.engines.sam3.clip_sweeps import Walk
from milimo_tui.engines.sam3.detection import encode_text
from milimo_tui.engines.sam3.mask_tracks import Findings, Found
from milimo_tui.engines.sam3.model import Sam
from milimo_tui.engines.sam3.prompts import Clicks, entry
from milimo_tui.engines.sam3.tracking import Followed, Seen, forget
from milimo_tui.engines.specs.mask_specs import Track
from milimo_tui.media.masks.drawn import mask_of
from milimo_tui.media.picture.mattes import FULL, from_logits
from milimo_tui.media.read.footage import Footage

FORWARD, BACKWARD = "forwards", "backwards"
Clicked = Mapping[int, Mapping[int, Clicks]]  # by object, then by frame
Sweeps = tuple[tuple[str, range], ...]  # a direction and the frames in that order


def reach(spec: Track, clicks: Clicked, frames: int) -> tuple[int, int, int, int]:
    """Return the start frame forwards, the start frame backwards, and the first and last frame that tracking
    may reach.
    """
    entries = [entry(at, spec.direction) for at in clicks.values()]
    starts = [*entries, *([spec.start] if spec.text else [])]
    low, high = min(starts), max(starts)
    most = spec.frames if spec.frames is not None else frames
    return low, high, max(0, low - most), min(frames - 1, high + most)


def follow(sam: Sam, footage: Footage, spec: Track, clicks: Clicked, walk: Walk) -> Findings:
    """Track all objects of the spec through the clip. `walk` is notified after each frame and may raise to
    stop.
    """
    findings = Findings(footage.width, footage.height)
    low, high, first, last = reach(spec, clicks, footage.frames)
    clicked = _sweeps(spec.direction, low, high, first, last) if clicks else ()
    named = _sweeps(spec.direction, spec.start, spec.start, first, last) if spec.text else ()
    kept = walk.begin([order for _, order in (*clicked, *named)])
    findings.restore(kept.get("findings", {}))
    if clicks:
        _follow_clicked(sam, footage, spec, clicks, clicked, findings, walk, kept.get("clicked", {}))
    if spec.text:
        after = max(clicks, default=0)
        _follow_named(sam, footage, spec, named, after, findings, walk, kept.get("named", {}))
    return findings


def _sweeps(direction: str, low: int, high: int, first: int, last: int) -> Sweeps:
    ways = ((FORWARD, "backward", range(low, last + 1)), (BACKWARD, "forward", range(high, first - 1, -1)))
    return tuple((way, order) for way, opposite, order in ways if direction != opposite)


@torch.inference_mode()
def _follow_clicked(
    sam: Sam,
    footage: Footage,
    spec: Track,
    clicks: Clicked,
    sweeps: Sweeps,
    findings: Findings,
    walk: Walk,
    kept: Mapping[int, Any],
) -> None:
    """Track each clicked object forwards from its first click, with later clicks as corrections, then
    backwards from there.
    """
    objects = {object: Followed(sam, footage, object, at) for object, at in clicks.items()}
    for object, known in kept.items():
        objects[object].restore(known)
    direction = spec.direction
    names = {one.number: one.name for one in spec.drawing.objects} if spec.drawing is not None else {}
    enters = {object: entry(at, direction) for object, at in clicks.items()}

    def state() -> dict[str, Any]:
        clicked = {object: followed.state() for object, followed in objects.items()}
        return {"findings": findings.state(), "clicked": clicked}

    for way, order in sweeps:
        backwards = way == BACKWARD
        for number in walk.over(order):
            features: dict[str, list[Tensor]] | None = None
            for object, followed in objects.items():
                met = enters[object]
                is_there = number <= met if backwards else number >= met
                has_been = direction == "both" and backwards and number == met
                if not is_there or has_been:
                    continue
                features = features or sam.tracked(sam.encoded_frame(footage, number))
                step = followed.step(number, features, backwards=backwards)
                by_hand = clicks[object][number].drawn if number in clicks[object] else ()
                mask = from_logits(step.logits, footage.width, footage.height)
                if by_hand:  # A mask that a person drew is used unchanged.
                    mask = mask_of(by_hand, footage.width, footage.height)
                findings.keep(number, object, names.get(object, ""), mask, step.score)
            walk.step(way, number, findings.mask(number), state)


def _follow_named(
    sam: Sam,
    footage: Footage,
    spec: Track,
    sweeps: Sweeps,
    after: int,
    findings: Findings,
    walk: Walk,
    kept: Mapping[str, Any],
) -> None:
    """Track the objects that the texts name. They are detected in each frame; each direction begins again at
    the start frame.

    Object numbers continue after `after`, the last number of the clicked objects. An object that is visible
    in the start frame has the same number in both directions.
    """
    with _thresholds(sam.model, spec.threshold):
        for way, order in sweeps:
            met = {number: one for number, one in findings.objects.items() if number > after}
            highest = max(met, default=after)
            shared = max((number for number, one in met.items() if spec.start in one.scores), default=after)
            for found in _sweep_named(sam, footage, spec.text, (way, order), findings, walk, kept):
                number = after + found.object
                if met and number > shared:
                    number += highest - shared
                into = findings.objects.setdefault(number, Found(number, found.label))
                into.masks.update(found.masks)
                into.scores.update(found.scores)


@torch.inference_mode()
def _sweep_named(
    sam: Sam,
    footage: Footage,
    texts: Sequence[str],
    sweep: tuple[str, range],
    findings: Findings,
    walk: Walk,
    kept: Mapping[str, Any],
) -> list[Found]:
    """Track the texts' objects through one sweep and return them.

    Objects that the model removed within its first frames are left out.
    """
    way, order = sweep
    left = walk.over(order)
    if not left:
        return []  # A completed sweep is already among the restored findings.
    session = sam.processor.init_video_session(
        inference_device=sam.device, inference_state_device=sam.state_device, dtype=sam.dtype
    )
    session.video_height, session.video_width = footage.height, footage.width
    session.processed_frames = Seen(sam, footage)
    for text in texts:
        encode_text(sam, text)  # Raises BadInput for a text that is too long.
    sam.processor.add_text_prompt(session, list(texts))
    swept = Findings(footage.width, footage.height)
    if len(left) < len(order):
        session_state.into_session(kept["session"], session)
        swept.restore(kept["swept"])

    def state() -> dict[str, Any]:
        named = {"session": session_state.of_session(session), "swept": swept.state()}
        return {"findings": findings.state(), "named": named}

    for number in left:
        out = sam.model(inference_session=session, frame_idx=number, reverse=order.step < 0)
        things = sam.processor.postprocess_outputs(session, out)
        labels = {object: text for text, those in things["prompt_to_obj_ids"].items() for object in those}
        for object, score, mask in zip(things["object_ids"], things["scores"], things["masks"], strict=True):
            matte = mask.cpu().numpy().astype(np.uint8) * np.uint8(FULL)
            swept.keep(number, int(object) + 1, labels[int(object)], matte, float(score))
        for outputs in session.output_dict_per_obj.values():
            forget(outputs, sam.model.tracker_model.config, number, order.start)
        walk.step(way, number, swept.mask(number), state)
    return [one for object, one in swept.objects.items() if object - 1 not in session.removed_obj_ids]


@contextmanager
def _thresholds(model: Any, threshold: float | None) -> Iterator[None]:
    """Set the model's detection thresholds to `threshold` while open. None leaves the model's own two
    thresholds.
    """
    own = model.score_threshold_detection, model.new_det_thresh
    if threshold is not None:
        model.score_threshold_detection = model.new_det_thresh = threshold
    try:
        yield
    finally:
        model.score_threshold_detection, model.new_det_thresh = own
