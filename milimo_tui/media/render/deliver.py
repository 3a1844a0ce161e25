"""Delivery of a plan: a film, a folder of pictures or stems, an animation or sound alone, and companion
files.

Everything is written under its final name in the job's folder; `beside` returns the companion files.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import atomic_path
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode.encoded_segment import Passed, packets_of
from milimo_tui.media.render import stems, subtitle_files
from milimo_tui.media.render.animations import write_clip
from milimo_tui.media.render.film import STAGE, Progress, Rendered, Show, check_target, render, workers_for
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.picture_files import SOUND, whole_of, write_pictures
from milimo_tui.media.render.soundtrack import soundtrack
from milimo_tui.media.render.two_pass import STAGE as FIRST_PASS
from milimo_tui.media.render.two_pass import second_pass


def stages_of(delivery: Delivery) -> dict[str, float]:
    """Return the stages that `progress` reports, with their approximate relative durations."""
    stages = {STAGE: 90.0}
    if delivery.picture is not None and delivery.picture.two_pass:
        stages = {FIRST_PASS: 45.0, STAGE: 45.0}
    if delivery.stems:
        stages[stems.STAGE] = 90.0 if delivery.picture is None else 5.0
    return stages


def check_place(target: Path, delivery: Delivery) -> None:
    """Raise BadInput or ReadOnly for a target that cannot be written later."""
    if not delivery.in_folder:
        check_target(target)
        return
    if target.is_dir():
        strange = next((name for name in sorted(os.listdir(target)) if not _is_ours(name, delivery)), None)
        if strange is not None:
            raise BadInput(f"the folder {target} holds other things ({strange})", "name another folder")
        target = target / "0"  # checks also whether the folder itself can be written
    elif target.exists():
        raise BadInput(f"{target} is a file", f"{delivery.preset} is a folder: name another")
    check_target(target)


def _is_ours(name: str, delivery: Delivery) -> bool:
    made = name.lstrip(".").removesuffix(".part")
    if delivery.container == "frames":
        return made == SOUND or (
            made.endswith(delivery.suffix) and made.removesuffix(delivery.suffix).isdigit()
        )
    return made.endswith(delivery.suffix) and made[:2].isdigit()


def deliver(
    plan: Plan,
    output: Path,
    delivery: Delivery,
    progress: Progress,
    show: Show,
    cache: Path | None = None,
    kept: Callable[[int], None] = lambda frames: None,
    workers: int = 0,
) -> Rendered:
    """Write everything in a delivery of a plan, which has the delivery's size and rate. Arguments and errors
    as `render`.
    """
    done = _made(plan, output, delivery, progress, show, cache, kept, workers)
    if delivery.stems and delivery.picture is not None:
        stems.write_stems(plan, delivery, stems_beside(output), progress)
    subtitle_files.write_beside(output, plan, delivery)
    return done


def beside(output: Path, delivery: Delivery) -> tuple[Path, ...]:
    """Return the existing files that belong to a film of that name."""
    found = [stems_beside(output)] if delivery.stems and delivery.picture is not None else []
    found += [subtitle_files.place_of(output, delivery)]
    return tuple(path for path in found if path.exists() and path != output)


def stems_beside(output: Path) -> Path:
    """Return the folder of the stems of a film."""
    return output.with_name(f"{output.stem}-stems")


def _made(
    plan: Plan,
    output: Path,
    delivery: Delivery,
    progress: Progress,
    show: Show,
    cache: Path | None,
    kept: Callable[[int], None],
    workers: int,
) -> Rendered:
    def told(done: int) -> None:
        progress(STAGE, done, plan.frames)

    picture = delivery.picture
    if picture is None and delivery.stems:
        stems.write_stems(plan, delivery, output, progress)
        return Rendered(plan.frames, 0, 0)
    if delivery.container == "frames":
        passed = write_pictures(plan, delivery, output, told, show, workers or workers_for(plan))
        return Rendered(plan.frames, passed, plan.frames - passed)
    if delivery.container in ("gif", "webp"):
        passed = _named(output, lambda path: write_clip(plan, delivery, path, told, show))
        return Rendered(plan.frames, passed, plan.frames - passed)
    if picture is not None and picture.two_pass:
        passed = _named(output, lambda path: _in_two_passes(plan, delivery, path, progress, show))
        return Rendered(plan.frames, passed, plan.frames - passed)
    return render(plan, output, delivery, progress, show, cache, kept, workers)


def _named(output: Path, write: Callable[[Path], int]) -> int:
    """Write a file that gets its name when it is complete; return the result of `write`."""
    with atomic_path(output) as partial:
        return write(partial)


def _in_two_passes(plan: Plan, delivery: Delivery, path: Path, progress: Progress, show: Show) -> int:
    passed, seen = Passed(), 0

    def looked(done: int) -> None:
        progress(FIRST_PASS, done, plan.frames)

    def made(picture: object) -> None:
        nonlocal seen
        seen += 1
        progress(STAGE, seen, plan.frames)

    with contextlib.ExitStack() as stack:
        second = stack.enter_context(second_pass(plan, delivery, looked, show))
        film = stack.enter_context(FilmFile(plan, second, path))
        if second.sound is not None:
            film.sounds_like(stack.enter_context(contextlib.closing(soundtrack(plan, second, None))))
        film.pictures(0, packets_of(plan, second, whole_of(plan), made, passed))
        film.finish()
    return passed.frames
