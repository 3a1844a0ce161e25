"""Track objects through a clip, forwards, backwards or both. Objects are either clicked or named by a text.

Frames are decoded one at a time, because at the model's size each takes 12 MB. Memory use does not depend on
the length of the clip, except for the finished masks, which are stored packed. Imports torch: only for
workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

from milimo_tui.engines.sam3 import session_state
from milimo_tui.engines.sam3.clip_sweeps import SweepProgress
from milimo_tui.engines.sam3.detection import encode_text
from milimo_tui.engines.sam3.mask_tracks import TrackedObject, TrackedObjects
from milimo_tui.engines.sam3.model import Sam
from milimo_tui.engines.sam3.prompts import Clicks, find_entry_frame
from milimo_tui.engines.sam3.tracking import ClickedObjectTracker, FootageFrames, drop_unused_outputs
from milimo_tui.engines.specs.mask_specs import Track
from milimo_tui.media.masks.drawn import render_acts
from milimo_tui.media.picture.mattes import FULL, mask_from_logits
from milimo_tui.media.read.footage import Footage

FORWARD, BACKWARD = "forwards", "backwards"
ClicksByObject = Mapping[int, Mapping[int, Clicks]]  # The clicks by object number, then by frame.
Sweeps = tuple[tuple[str, range], ...]  # Each sweep is a direction and the frames to visit, in order.


def find_track_range(spec: Track, clicks: ClicksByObject, frames: int) -> tuple[int, int, int, int]:
    """Return four frame numbers: the first frame of forward tracking, the first frame of backward tracking,
    and the first and last frame of the range that is tracked.

    `clicks` are the clicks of each object, and `frames` is the number of frames in the clip.
    """
    entries = [find_entry_frame(at, spec.direction) for at in clicks.values()]
    starts = [*entries, *([spec.start] if spec.text else [])]
    low, high = min(starts), max(starts)
    most = spec.frames if spec.frames is not None else frames
    return low, high, max(0, low - most), min(frames - 1, high + most)


def track_all_objects(
    sam: Sam, footage: Footage, spec: Track, clicks: ClicksByObject, walk: SweepProgress
) -> TrackedObjects:
    """Track all objects of the spec through the clip. `walk` counts the frames and reports the progress. Its
    report may raise an exception to stop the tracking.
    """
    findings = TrackedObjects(footage.width, footage.height)
    low, high, first, last = find_track_range(spec, clicks, footage.frames)
    clicked = _plan_sweeps(spec.direction, low, high, first, last) if clicks else ()
    named = _plan_sweeps(spec.direction, spec.start, spec.start, first, last) if spec.text else ()
    kept = walk.begin_sweeps([order for _, order in (*clicked, *named)])
    findings.restore_objects(kept.get("findings", {}))
    if clicks:
        _track_clicked_objects(sam, footage, spec, clicks, clicked, findings, walk, kept.get("clicked", {}))
    if spec.text:
        after = max(clicks, default=0)
        _track_text_objects(sam, footage, spec, named, after, findings, walk, kept.get("named", {}))
    return findings


def _plan_sweeps(direction: str, low: int, high: int, first: int, last: int) -> Sweeps:
    sweeps = ((FORWARD, "backward", range(low, last + 1)), (BACKWARD, "forward", range(high, first - 1, -1)))
    return tuple(
        (sweep_direction, order) for sweep_direction, opposite, order in sweeps if direction != opposite
    )


@torch.inference_mode()
def _track_clicked_objects(
    sam: Sam,
    footage: Footage,
    spec: Track,
    clicks: ClicksByObject,
    sweeps: Sweeps,
    findings: TrackedObjects,
    walk: SweepProgress,
    kept: Mapping[int, Any],
) -> None:
    """Track the clicked objects forwards through the clip, each from its first click on, and then backwards.
    Later clicks of an object correct the tracking.

    Masks are added to `findings`. `kept` is the saved tracker state of each object if the job resumes;
    otherwise empty.
    """
    objects = {object: ClickedObjectTracker(sam, footage, object, at) for object, at in clicks.items()}
    for object, known in kept.items():
        objects[object].restore_session(known)
    direction = spec.direction
    names = {one.number: one.name for one in spec.drawing.objects} if spec.drawing is not None else {}
    enters = {object: find_entry_frame(at, direction) for object, at in clicks.items()}

    def state() -> dict[str, Any]:
        clicked = {object: followed.export_session() for object, followed in objects.items()}
        return {"findings": findings.export_objects(), "clicked": clicked}

    for sweep_direction, order in sweeps:
        backwards = sweep_direction == BACKWARD
        for number in walk.skip_done_frames(order):
            features: dict[str, list[Tensor]] | None = None
            for object, followed in objects.items():
                entry_frame = enters[object]
                is_there = number <= entry_frame if backwards else number >= entry_frame
                has_been = direction == "both" and backwards and number == entry_frame
                if not is_there or has_been:
                    continue
                features = features or sam.convert_for_tracker(sam.encode_frame(footage, number))
                step = followed.step(number, features, backwards=backwards)
                by_hand = clicks[object][number].drawn if number in clicks[object] else ()
                mask = mask_from_logits(step.logits, footage.width, footage.height)
                # A mask that the user drew in this frame is used unchanged instead of the model's.
                if by_hand:
                    mask = render_acts(by_hand, footage.width, footage.height)
                findings.add_mask(number, object, names.get(object, ""), mask, step.score)
            walk.step(sweep_direction, number, findings.merge_masks(number), state)


def _track_text_objects(
    sam: Sam,
    footage: Footage,
    spec: Track,
    sweeps: Sweeps,
    after: int,
    findings: TrackedObjects,
    walk: SweepProgress,
    kept: Mapping[str, Any],
) -> None:
    """Track the objects that the texts name. They are detected in each frame. The sweeps forwards and
    backwards both start at the same frame.

    Object numbers continue after `after`, the last number of the clicked objects. An object that is visible
    in the start frame has the same number in both directions. `kept` is the saved state if the job resumes;
    otherwise empty.
    """
    with _override_thresholds(sam.model, spec.threshold):
        for sweep_direction, order in sweeps:
            known_objects = {number: one for number, one in findings.objects.items() if number > after}
            highest = max(known_objects, default=after)
            shared = max(
                (number for number, one in known_objects.items() if spec.start in one.scores), default=after
            )
            for found in _sweep_text_objects(
                sam, footage, spec.text, (sweep_direction, order), findings, walk, kept
            ):
                number = after + found.object
                if known_objects and number > shared:
                    number += highest - shared
                into = findings.objects.setdefault(number, TrackedObject(number, found.label))
                into.masks.update(found.masks)
                into.scores.update(found.scores)


@torch.inference_mode()
def _sweep_text_objects(
    sam: Sam,
    footage: Footage,
    texts: Sequence[str],
    sweep: tuple[str, range],
    findings: TrackedObjects,
    walk: SweepProgress,
    kept: Mapping[str, Any],
) -> list[TrackedObject]:
    """Track the objects that the texts name through one sweep, and return them.

    Objects that the model discards within its first frames are left out.
    """
    sweep_direction, order = sweep
    left = walk.skip_done_frames(order)
    if not left:
        return []  # This sweep was completed before the job resumed. Its masks are already in `findings`.
    session = sam.processor.init_video_session(
        inference_device=sam.device, inference_state_device=sam.state_device, dtype=sam.dtype
    )
    session.video_height, session.video_width = footage.height, footage.width
    session.processed_frames = FootageFrames(sam, footage)
    for text in texts:
        encode_text(sam, text)  # Raises BadInput for a text that is too long.
    sam.processor.add_text_prompt(session, list(texts))
    swept = TrackedObjects(footage.width, footage.height)
    if len(left) < len(order):
        session_state.restore_session_state(kept["session"], session)
        swept.restore_objects(kept["swept"])

    def state() -> dict[str, Any]:
        named = {"session": session_state.extract_session_state(session), "swept": swept.export_objects()}
        return {"findings": findings.export_objects(), "named": named}

    for number in left:
        out = sam.model(inference_session=session, frame_idx=number, reverse=order.step < 0)
        detections = sam.processor.postprocess_outputs(session, out)
        labels = {
            object: text for text, numbers in detections["prompt_to_obj_ids"].items() for object in numbers
        }
        for object, score, mask in zip(
            detections["object_ids"], detections["scores"], detections["masks"], strict=True
        ):
            matte = mask.cpu().numpy().astype(np.uint8) * np.uint8(FULL)
            swept.add_mask(number, int(object) + 1, labels[int(object)], matte, float(score))
        for outputs in session.output_dict_per_obj.values():
            drop_unused_outputs(outputs, sam.model.tracker_model.config, number, order.start)
        walk.step(sweep_direction, number, swept.merge_masks(number), state)
    return [one for object, one in swept.objects.items() if object - 1 not in session.removed_obj_ids]


@contextmanager
def _override_thresholds(model: Any, threshold: float | None) -> Iterator[None]:
    """Set both detection thresholds of the model to `threshold` while the context is open. None leaves them
    unchanged.
    """
    own = model.score_threshold_detection, model.new_det_thresh
    if threshold is not None:
        model.score_threshold_detection = model.new_det_thresh = threshold
    try:
        yield
    finally:
        model.score_threshold_detection, model.new_det_thresh = own
