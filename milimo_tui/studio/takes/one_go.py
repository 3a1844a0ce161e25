"""Request several shots of a scene as one take with cuts, which is then divided into a take for each shot.
This is a scene in one go. Pure functions.

Not proved: no test on a GPU has shown how reliably a model cuts at the requested times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import Beat, Beats, MakeVideo, Piece, Subject, Subjects
from milimo_tui.studio.takes import signatures
from milimo_tui.studio.takes.take_batch import TakeRequest

ONE_GO_EXAMPLE = "milimo shot make --scene 3 --one-go"
UNPROVED = "one-go scene with cuts, split at the detected cuts; not yet tested on a GPU"


def join_takes(requests: Sequence[TakeRequest]) -> TakeRequest:
    """Join the requests for takes of neighbouring shots into a single request. It becomes a job of the first
    shot. Raises BadInput, Refused.

    The prompt and the conditions of each shot apply to the stretch of the joined take that belongs to this
    shot.
    """
    _check_can_join(requests)
    first = requests[0]
    specs = [request.spec for request in requests]
    begins = (0, *accumulate(spec.frames for spec in specs))
    parts = [f"Shot {at}: {spec.prompt}" for at, spec in enumerate(specs, 1)]
    beats = tuple(
        Beat(words=words, start=start, end=start + spec.frames)
        for words, start, spec in zip(parts, begins, specs, strict=False)
    )
    opening = f"One scene in {len(specs)} shots, with a hard cut from each to the next."
    changes: dict[str, Any] = {
        "prompt": " ".join((opening, *parts)),
        "plain": "",
        "frames": begins[-1],
        "beats": Beats(by=specs[0].beats.by, parts=beats if specs[0].beats.by != "off" else ()),
        "conditioning": _join_conditioning(specs, begins),
        "subjects": _join_subjects(specs),
        "loras": tuple({lora.id: lora for spec in reversed(specs) for lora in spec.loras}.values()),
        "facts": specs[0].facts.model_copy(
            update={"lines": tuple(line for spec in specs for line in spec.facts.lines)}
        ),
        "pieces": tuple(
            Piece(
                shot=request.state.shot.id,
                frames=request.spec.frames,
                signature=signatures.get_signature(request.spec),
            )
            for request in requests
        ),
        "stands_for": signatures.get_signature(first.spec),
    }
    numbers = f"{first.state.number} to {requests[-1].state.number}"
    return replace(first, spec=first.spec.model_copy(update=changes), label=f"{numbers} in one go")


def list_other_shots(spec: MakeVideo, shot: str) -> tuple[str, ...]:
    """Return the ids of the shots other than `shot` that the same job makes. The result is empty unless the
    job makes a scene in one go.
    """
    return tuple(piece.shot for piece in spec.pieces if piece.shot != shot)


def get_shot_signature(spec: MakeVideo, shot: str) -> str:
    """Return the signature that the shot's take will have when the job has made it. If the job makes several
    shots in one go, each shot has a signature of its own.
    """
    found = next((piece.signature for piece in spec.pieces if piece.shot == shot), "")
    return found or signatures.get_signature(spec)


def get_output_for_shot(spec: MakeVideo, shot: str) -> tuple[str, MakeVideo]:
    """Return the role of the job output that contains a shot's take, and the spec of that take."""
    for at, piece in enumerate(spec.pieces, 1):
        if piece.shot == shot:
            alone = spec.model_copy(update={"frames": piece.frames, "head": 0, "tail": 0})
            return "take" if at == 1 else f"take-{at}", alone
    return "take", spec


def make_single_spec(scene_spec: MakeVideo, shot: str, now: MakeVideo) -> MakeVideo:
    """Return a spec for one shot of a scene in one go, as if the shot's piece had been made alone. The check
    for stale takes compares this spec with the present spec of the shot.

    `scene_spec` is the spec of the job. `now` is the present spec of the shot; it provides the values that
    the job does not store for each shot.
    """
    at = next((at for at, piece in enumerate(scene_spec.pieces) if piece.shot == shot), None)
    parts = re.split(r"(?:^| )Shot \d+: ", scene_spec.prompt)[1:]
    if at is None or len(parts) != len(scene_spec.pieces):
        return scene_spec
    words = parts[at]
    lines = tuple(line for line in scene_spec.facts.lines if line.text in words)
    kept = ("head", "tail", "beats", "conditioning", "subjects", "loras")
    changes: dict[str, Any] = {name: getattr(now, name) for name in kept}
    changes |= {
        "prompt": words,
        "plain": now.plain if words == now.prompt else "",
        "frames": scene_spec.pieces[at].frames,
        "facts": now.facts.model_copy(update={"lines": lines}),
        "pieces": (),
        "stands_for": "",
    }
    return scene_spec.model_copy(update=changes)


def _check_can_join(requests: Sequence[TakeRequest]) -> None:
    engines = {request.spec.engine for request in requests}
    if len(requests) < 2:
        raise BadInput("a one-go take needs at least two shots", f"run {ONE_GO_EXAMPLE}")
    if len({request.state.shot.id for request in requests}) < len(requests):
        raise BadInput("a one-go take shows each shot once", "leave --takes and sweeps out")
    if len({request.state.shot.scene for request in requests}) > 1:
        raise BadInput("a one-go take needs shots of one scene", f"run {ONE_GO_EXAMPLE}")
    if len(engines) > 1:
        raise BadInput(
            f"a one-go take needs one engine, not {' and '.join(sorted(engines))}", "choose one with --engine"
        )
    row = engine_registry.row(requests[0].spec.engine)
    if not row.cuts_scenes:
        raise Refused(
            f"{row.name} can't make several shots as one take", f"run {ONE_GO_EXAMPLE} --engine ltx2"
        )
    if len({(request.spec.model, request.spec.schedule, request.spec.stages) for request in requests}) > 1:
        raise BadInput(
            "a one-go take needs shots with the same model, schedule and number of stages",
            "give these shots the same settings, or make them one by one",
        )
    for request in requests:
        if not request.spec.can_be_cut:
            raise Refused(
                f"{request.state.number} can't be part of a one-go take: it follows a control or a sound, "
                "has prompts by "
                "parts, or a doubled frame rate",
                f"milimo shot make {request.state.number} makes it alone",
            )


def _join_conditioning(specs: Sequence[MakeVideo], begins: Sequence[int]) -> tuple[Any, ...]:
    """Return the conditions of all shots, each moved to its frame in the joined take. `begins` has the first
    frame of each shot in the joined take. The condition to begin with the end of the previous shot
    (continuity) is preserved only for the first shot.
    """
    found = []
    for at, (spec, start) in enumerate(zip(specs, begins, strict=False)):
        for one in spec.conditioning:
            if at and one.source == "continuity":
                continue
            frame = one.frame + spec.frames if one.frame < 0 else one.frame
            found.append(one.model_copy(update={"frame": start + frame}))
    return tuple(found)


def _join_subjects(specs: Sequence[MakeVideo]) -> Subjects:
    """Return the subject pictures of all shots without duplicates, up to the number that the engine accepts.
    A place comes last.
    """
    row = engine_registry.row(specs[0].engine)
    every = {one.input: one for spec in specs for one in spec.subjects.parts}
    kept: dict[bool, list[Subject]] = {
        is_place: list(group)
        for is_place, group in groupby(
            sorted(every.values(), key=lambda one: one.is_place), key=lambda one: one.is_place
        )
    }
    parts = (*kept.get(False, [])[: row.subjects - 1], *kept.get(True, [])[:1])
    return specs[0].subjects.model_copy(update={"parts": parts})
