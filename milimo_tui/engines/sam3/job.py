"""Run a SAM 3 job: find the masks, grow and feather them, and write them to files.

The first file is the mask of all objects together. If several objects were found, each also has a file of its
own. Imports torch: only for workers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.sam3 import clip, detection
from milimo_tui.engines.sam3.clip import ClicksByObject
from milimo_tui.engines.sam3.clip_sweeps import FOLLOWING, SweepProgress
from milimo_tui.engines.sam3.detection import DetectedObject
from milimo_tui.engines.sam3.loader import StepReporter, find_sam3_weights, open_sam3_for_job
from milimo_tui.engines.sam3.mask_tracks import TrackedObject as Object
from milimo_tui.engines.sam3.mask_tracks import TrackedObjects
from milimo_tui.engines.sam3.model import Sam
from milimo_tui.engines.sam3.prompts import check_segment, check_texts, check_track
from milimo_tui.engines.specs.mask_specs import Segment, Track
from milimo_tui.media.picture.matte_files import MatteWriter, write_mask
from milimo_tui.media.picture.mattes import (
    Box,
    Mask,
    enclose_boxes,
    encode_mask_glimpse,
    grow_and_feather,
    unite_all_masks,
)
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe

# If more objects are found, only this number of the most confident objects get a file of their own. The file
# of all objects together includes every object.
MOST_FILES = 32
LOOKING = "looking"
NOTHING = "nothing was found: the mask is empty"


def segment_picture(spec: Segment, context: Context) -> Result:
    """Make a still mask of objects in a picture, as the spec requests. Raises the errors of `Sam3.run`."""
    with Footage(get_input_path(spec.input)) as footage:
        footage.check_frame_number(spec.frame)
        clicks = check_segment(spec, footage.width, footage.height)
        texts = check_texts(spec.text)
        found = find_sam3_weights(spec.model)
        objects: list[DetectedObject] = []
        with open_sam3_for_job(found, footage, context) as sam:
            total = len(texts) + bool(clicks)
            reporter = StepReporter(sam, context, LOOKING, total)
            with reporter.stops:
                if clicks:
                    objects += detection.segment_clicked_objects(sam, footage, spec.frame, clicks)
                    reporter.report(LOOKING, 1, total)
                for nth, text in enumerate(texts, start=total - len(texts) + 1):
                    first = max((detected.object for detected in objects), default=0) + 1
                    objects += detection.detect_named_objects(
                        sam, footage, spec.frame, text, spec.boxes, spec.threshold, first
                    )
                    reporter.report(LOOKING, nth, total)
            seen = {**_log_feature_reuse(sam, context), "tiny": found.tiny}
        notes = build_provenance_texts(spec, model=found, recipe=sam.recipe)
        return _write_still(
            spec, [detected for detected in objects if detected.box], footage, notes, seen, context
        )


def _write_still(
    spec: Segment,
    objects: Sequence[DetectedObject],
    footage: Footage,
    notes: dict[str, str],
    seen: dict[str, Any],
    context: Context,
) -> Result:
    size = footage.width, footage.height
    single = sorted(objects, key=lambda detected: -detected.score)[:MOST_FILES] if len(objects) > 1 else []
    wanted: list[tuple[str, Sequence[DetectedObject]]] = [("mask", objects)]
    wanted += [(f"object-{one.object}", [one]) for one in sorted(single, key=lambda one: one.object)]
    outputs = []
    for done, (role, file_objects) in enumerate(wanted, start=1):
        mask = grow_and_feather(
            unite_all_masks((one.mask for one in file_objects), *size), spec.grow, spec.feather
        )
        path = context.workspace / f"{role}.png"
        write_mask(path, mask, notes)
        known = (
            _describe_still_object(file_objects[0])
            if len(file_objects) == 1
            else _describe_mask_object(box=enclose_boxes(one.box for one in file_objects))
        )
        outputs.append(
            _build_mask_output(role, path, {**known, "frame": spec.frame, "seen": int(bool(file_objects))})
        )
        if done == 1:
            context.preview(partial(encode_mask_glimpse, footage.frame(spec.frame), mask))
        context.progress("writing", done, len(wanted))
    facts = _build_mask_facts(
        [{**_describe_still_object(one), "frame": spec.frame, "seen": 1} for one in objects], seen
    )
    return Result(outputs=tuple(outputs), notes=_build_mask_notes(len(objects), len(single)), facts=facts)


def _describe_still_object(one: DetectedObject) -> dict[str, Any]:
    return _describe_mask_object(one.object, one.label, one.score, one.box)


def track_clip(spec: Track, context: Context) -> Result:
    """Make a moving mask of objects in a clip, with the clip's size, rate and number of frames. Raises the
    errors of `Sam3.run`.
    """
    with Footage(get_input_path(spec.input)) as footage:
        if not footage.is_clip:
            raise BadInput(f"{footage.path.name} is a picture: nothing moves in it", "milimo picture segment")
        clicks = check_track(spec, footage.width, footage.height, footage.frames)
        spec = spec.model_copy(update={"text": check_texts(spec.text)})
        found = find_sam3_weights(spec.model)
        with open_sam3_for_job(found, footage, context) as sam:
            findings = _track_with_checkpoints(
                sam, footage, spec, clicks, _compute_track_signature(spec, found, footage, sam), context
            )
            seen = {**_log_feature_reuse(sam, context), "tiny": found.tiny}
        notes = build_provenance_texts(spec, model=found, recipe=sam.recipe)
        return _write_moving(spec, findings, footage, notes, seen, context)


def _track_with_checkpoints(
    sam: Sam, footage: Footage, spec: Track, clicks: ClicksByObject, signature: str, context: Context
) -> TrackedObjects:
    reporter = StepReporter(sam, context, FOLLOWING, footage.frames)

    def tell(done: int, total: int, direction: str, number: int, mask: Mask) -> None:
        context.preview(lambda: encode_mask_glimpse(footage.frame(number), mask))
        reporter.report(FOLLOWING, done, total, direction)

    with reporter.stops:
        return clip.track_all_objects(
            sam, footage, spec, clicks, SweepProgress(tell, context.checkpoints, signature, sam.device)
        )


def _compute_track_signature(spec: Track, found: ResolvedWeights, footage: Footage, sam: Sam) -> str:
    """Return a SHA-256 over everything that affects the tracked objects. Checkpoints are found by it.

    Growing and feathering are not included, because they change the masks only afterwards.
    """
    stat = footage.path.stat()
    fields = spec.model_dump(mode="json", exclude={"grow", "feather"})
    form = [sam.recipe.precision, sam.recipe.computes]
    values = [fields, stat.st_size, stat.st_mtime_ns, found.identity, form]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _write_moving(
    spec: Track,
    findings: TrackedObjects,
    footage: Footage,
    notes: dict[str, str],
    seen: dict[str, Any],
    context: Context,
) -> Result:
    objects = findings.list_visible_objects()
    single = sorted(objects, key=lambda one: -one.score)[:MOST_FILES] if len(objects) > 1 else []
    wanted: list[tuple[str, list[Object]]] = [("mask", objects)]
    wanted += [(f"object-{one.object}", [one]) for one in sorted(single, key=lambda one: one.object)]
    assert footage.rate is not None, "a clip has a rate"
    with ExitStack() as files:
        writers = [
            files.enter_context(
                MatteWriter(
                    context.workspace / f"{role}.mov",
                    width=footage.width,
                    height=footage.height,
                    rate=footage.rate,
                    frames=footage.frames,
                    metadata=notes,
                )
            )
            for role, _ in wanted
        ]
        for number in range(footage.frames):
            for writer, (_, file_objects) in zip(writers, wanted, strict=True):
                writer.add_mask_picture(
                    grow_and_feather(findings.merge_masks(number, file_objects), spec.grow, spec.feather)
                )
            context.progress("writing", number + 1, footage.frames, frames=(number + 1, footage.frames))
    outputs = []
    for role, file_objects in wanted:
        one = file_objects[0] if len(file_objects) == 1 else None
        known = (
            _describe_moving_object(findings, one)
            if one
            else _describe_mask_object(frame=min((each.first for each in file_objects), default=0))
        )
        known["seen"] = len({frame for each in file_objects for frame in each.masks})
        outputs.append(_build_mask_output(role, context.workspace / f"{role}.mov", known))
    facts = _build_mask_facts([_describe_moving_object(findings, each) for each in objects], seen)
    return Result(outputs=tuple(outputs), notes=_build_mask_notes(len(objects), len(single)), facts=facts)


def _describe_moving_object(findings: TrackedObjects, one: Object) -> dict[str, Any]:
    known = _describe_mask_object(one.object, one.label, one.score, findings.find_first_box(one), one.first)
    return {**known, "last": max(one.masks), "seen": len(one.masks)}


def _describe_mask_object(
    object: int = 0,
    label: str = "",
    score: float | None = None,
    box: Box | None = None,
    frame: int = 0,
) -> dict[str, Any]:
    """Return the facts about an object that are recorded in the job's result. Object 0 stands for all objects
    together.
    """
    score_shown = None if score is None else round(score, 4)
    return {"object": object, "label": label, "score": score_shown, "box": list(box or ()), "frame": frame}


def _build_mask_facts(objects: list[dict[str, Any]], seen: dict[str, Any]) -> dict[str, Any]:
    return {"objects": objects, "found": len(objects), **seen}


def _build_mask_notes(found: int, files: int) -> tuple[str, ...]:
    if not found:
        return (NOTHING,)
    if found > 1 and files < found:
        return (f"{found} objects were found; the {files} surest have a mask of their own",)
    return ()


def _log_feature_reuse(sam: Sam, context: Context) -> dict[str, int]:
    """Log and return the number of frames that were encoded, and the number whose cached features were
    reused.
    """
    encoded, reused = sam.eye.encoded, sam.eye.reused
    if reused:
        context.log(f"feature cache: {reused} frames did not have to be encoded again")
    context.log(f"{encoded} frames encoded; {sam.eye.features.bytes / 1e6:.1f} MB of features kept")
    return {"encoded": encoded, "reused": reused}


def _build_mask_output(role: str, path: Path, known: dict[str, Any]) -> Output:
    return Output.of_file(role, path, {**probe(path).as_json(), **known})
