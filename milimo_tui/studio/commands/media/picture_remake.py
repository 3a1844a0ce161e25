"""The command `picture remake`: make a picture again and compare it with the original, or make a changed
version.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.provenance import parse_provenance_marks
from milimo_tui.engines.contract.provenance_diff import describe_provenance_differences
from milimo_tui.media.files.compare_media import compare_in_subprocess
from milimo_tui.studio.pictures import picture_jobs, picture_remake, picture_spec
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import readiness

CHANGEABLE_FIELDS = ("prompt", "negative", "seed", "steps", "guidance")


class PictureRemakeArgs(Args):
    picture: str = arg(description="a picture made here: an asset, a file, a shot with a board (3B)")
    prompt: str | None = arg(None, description="new prompt")
    negative: str | None = arg(None, description="new negative prompt")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="new seed")
    steps: int | None = arg(None, ge=1, le=1000, description="new number of steps")
    guidance: float | None = arg(None, ge=0, le=100, description="new guidance scale")
    dry_run: bool = arg(False, description="only show the request, make nothing")
    detach: bool = arg(False, description="queue the work and return at once")


def _remake_picture(studio: Studio, args: PictureRemakeArgs) -> Outcome:
    given = picture_spec.find_picture(studio, args.picture)
    made_by = picture_remake.read_picture_provenance(studio, given)
    order = picture_remake.restore_picture_spec(studio, made_by)
    changes_given = args.given("picture", "dry_run", "detach")
    changes = {name: value for name, value in changes_given.items() if name in type(order).model_fields}
    if unknown := changes_given.keys() - changes.keys():
        raise BadInput(
            f"{given.path.name} was made by {order.kind.replace('_', ' ')}, which has no option "
            f"{min(unknown)}",
            f"options: {', '.join(name for name in CHANGEABLE_FIELDS if name in type(order).model_fields)}",
        )
    spec = order.model_copy(update=changes)
    if args.dry_run:
        text = "\n".join(f"{name:<12}{value}" for name, value in changes.items()) or "no changes"
        return Outcome(data={"spec": spec.model_dump(mode="json"), "changes": changes}, text=text)
    readiness.require_runnable_weights(studio, spec.engine, spec.model)
    label = f"{given.asset.name if given.asset else given.path.name} again"
    request = picture_jobs.make_picture_job_request(studio, spec, label)
    done = picture_jobs.run_picture_jobs(studio, [request], detach=args.detach, message=label)
    if args.detach or changes:
        return done
    return _compare_with_first_picture(done, given.path, made_by)


def _compare_with_first_picture(done: Outcome, before: Path, record: dict[str, object]) -> Outcome:
    """Add the differences between a picture and its remake to the outcome `done` of the remake. `before` is
    the file of the original picture, and `record` is the record of how the original was made.
    """
    from milimo_tui.media.files.tags import read_embedded_texts

    path = Path(done.data["path"])
    found = compare_in_subprocess(before, path)
    changed = list(describe_provenance_differences(record, parse_provenance_marks(read_embedded_texts(path))))
    data = {**done.data, "equal": found.equal, "differences": list(found.differences), "changed": changed}
    lines = [str(path), *found.differences, *changed]
    verdict = "equal" if found.equal else "not equal"
    return Outcome(data=data, text="\n".join(lines), message=f"{before.name}: {verdict}")


REMAKE = Command(
    "picture.remake",
    "Remake picture",
    "make a picture again and compare the two, or make it with changes",
    _remake_picture,
    PictureRemakeArgs,
    cli="picture remake",
    positional=("picture",),
)
