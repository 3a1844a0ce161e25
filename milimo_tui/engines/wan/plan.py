"""Plan a take for Wan 2.2: its first and last picture, its number of frames, and the inputs that are ignored.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.engines.contract.fitting import Fitted, Limits, fit
from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo, name_ltx2_settings
from milimo_tui.engines.wan.kinds import MOST_PIXELS, TITLE, WanKind
from milimo_tui.engines.wan.lengths import WanLength, compute_wan_length


@dataclass(frozen=True, slots=True, kw_only=True)
class WanPlan:
    """The plan of one take.

    `begins` is the first picture, or None for a take from text alone. `ends` is the last picture, or None.
    """

    kind: WanKind
    begins: Conditioning | None
    ends: Conditioning | None
    length: WanLength
    fitted: Fitted
    course: SamplingCourse
    later: float | None
    changes: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The reason for this plan, as shown to the user."""
        if self.begins is None:
            return "it is made from text alone"
        return "it begins with a picture" + (" and ends with one" if self.ends is not None else "")


def plan_wan_take(spec: MakeVideo, kind: WanKind) -> WanPlan:
    """Return the plan of a take. Its length includes the handles, the extra frames before and after the shot.

    Raises BadInput for a take that is too long or too large for the model. Raises Refused for inputs that the
    model can't follow, and for a spec without a picture if these weights need one.
    """
    _refuse_unsupported_take(spec)
    fitted = fit(_build_side_limits(kind), frames=1, width=spec.width, height=spec.height, rate=spec.rate)
    first = next((one for one in spec.conditioning if one.frame == 0 and one.strength > 0), None)
    begins = first if kind.picture else None
    if begins is None and not kind.words:
        raise Refused(
            "these weights of Wan 2.2 begin with a picture, and the shot has none",
            "give it one, or choose weights that work from a prompt alone: milimo model use",
        )
    ends = _find_last_picture(spec) if kind.ends else None
    how_long = compute_wan_length(
        kind, spec.frames, spec.rate, None if ends is None else _resolve_frame_number(ends, spec)
    )
    run = kind.build_course(spec)
    return WanPlan(
        kind=kind,
        begins=begins,
        ends=ends,
        length=how_long,
        fitted=fitted,
        course=run,
        later=kind.choose_second_guidance(spec),
        changes=(
            *how_long.changes,
            *fitted.changes,
            *_warn_about_large_raster(kind, fitted),
            *run.notes,
            *_describe_ignored_inputs(spec, begins, ends),
        ),
    )


def _find_last_picture(spec: MakeVideo) -> Conditioning | None:
    """Return the picture that the shot ends with, or None. A picture is for the end if its frame number is
    negative. If there are several, the last in the spec is used.
    """
    found = [one for one in spec.conditioning if one.frame < 0 and one.strength > 0]
    return found[-1] if found else None


def _resolve_frame_number(one: Conditioning, spec: MakeVideo) -> int:
    """Return the frame of the take at which a picture is given. A negative frame counts from the end."""
    return one.frame + spec.frames if one.frame < 0 else one.frame


def _build_side_limits(kind: WanKind) -> Limits:
    """Return the limits of width and height, without those of the length. The length is checked separately,
    because its limit depends on the film's frame rate.
    """
    whole = kind.limits
    return Limits(
        title=TITLE,
        multiple=whole.multiple,
        least_side=whole.least_side,
        most_side=whole.most_side,
        most_pixels=MOST_PIXELS,
        most_rate=whole.most_rate * 4,
    )


def _refuse_unsupported_take(spec: MakeVideo) -> None:
    if spec.control:
        raise Refused(
            f"{TITLE} follows no {spec.control[0].kind} control",
            "remove the control, or use an engine that can: milimo engine list shows them",
        )
    if spec.again is not None or spec.doubled is not None or spec.extension is not None:
        raise Refused(f"{TITLE} can't change takes", "use an engine that can: milimo engine list shows them")
    if spec.sound is not None or spec.over is not None:
        raise Refused(
            f"{TITLE} makes silent video: it can't follow or make sound",
            "use an engine that can: milimo engine list shows them",
        )


def _warn_about_large_raster(kind: WanKind, fitted: Fitted) -> tuple[str, ...]:
    if fitted.width * fitted.height <= kind.width * kind.height:
        return ()
    return (f"larger than its authors’ {kind.width}×{kind.height}: unproved",)


def _describe_ignored_inputs(
    spec: MakeVideo, begins: Conditioning | None, ends: Conditioning | None
) -> tuple[str, ...]:
    """Return sentences for the user about inputs of the spec that the model does not use, or uses
    differently. `begins` and `ends` are the first and last picture that are used.
    """
    words = [*name_ltx2_settings(spec), *(["pictures of its elements"] if spec.references else [])]
    others = [one for one in spec.conditioning if one not in (begins, ends) and one.strength > 0]
    notes = []
    if others and begins is None:
        notes.append(
            "left out, as these weights work from a prompt alone: the pictures that the shot follows"
        )
    elif others and ends is not None:
        notes.append("left out: pictures between its first and its last picture")
    elif others:
        notes.append("left out: pictures after its first picture")
    if ends is not None:
        notes.append("a last picture is unproved: its authors show only a first one")
    if any(one is not None and one.strength < 1 for one in (begins, ends)):
        subject = "the first picture is" if ends is None else "its pictures are"
        notes.append(f"{subject} used at full strength: this model has no strength setting")
    if words:
        notes.append(f"left out, as {TITLE} has no use for it: {', '.join(words)}")
    return tuple(notes)
