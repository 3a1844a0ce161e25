"""Delivery of a plan: a film, a folder of pictures or stems, an animation or sound alone, with companion
files.

Everything is written under its final name in the job's folder. `list_delivered_files` returns the companion
files.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import replace_file_atomically
from milimo_tui.cut.delivery.delivery import Container, Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode.encoded_segment import PassedCounter, encode_packets
from milimo_tui.media.render import stems, subtitle_files
from milimo_tui.media.render.animations import write_animation
from milimo_tui.media.render.film import (
    STAGE,
    Progress,
    RenderResult,
    Show,
    check_film_target,
    choose_worker_count,
    render,
)
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.picture_files import SOUND, make_single_segment, write_picture_folder
from milimo_tui.media.render.soundtrack import encode_soundtrack
from milimo_tui.media.render.two_pass import STAGE as FIRST_PASS
from milimo_tui.media.render.two_pass import run_first_pass


def weigh_stages(delivery: Delivery) -> dict[str, float]:
    """Return the stages of a delivery by name, each with its approximate duration relative to the others.
    `progress` reports these stages.
    """
    stages = {STAGE: 90.0}
    if delivery.picture is not None and delivery.picture.two_pass:
        stages = {FIRST_PASS: 45.0, STAGE: 45.0}
    if delivery.stems:
        stages[stems.STAGE] = 90.0 if delivery.picture is None else 5.0
    return stages


def check_delivery_target(target: Path, delivery: Delivery) -> None:
    """Raise BadInput or ReadOnly if the delivery could not be written to `target`."""
    if not delivery.is_file_folder:
        check_film_target(target)
        return
    if target.is_dir():
        strange = next(
            (name for name in sorted(os.listdir(target)) if not _is_delivery_file(name, delivery)), None
        )
        if strange is not None:
            raise BadInput(f"the folder {target} contains other files ({strange})", "name another folder")
        # A file inside the folder, so that the check below tests if the folder itself is writable.
        target = target / "0"
    elif target.exists():
        raise BadInput(f"{target} is a file", f"{delivery.preset} writes a folder: name another")
    check_film_target(target)


def _is_delivery_file(name: str, delivery: Delivery) -> bool:
    made = name.lstrip(".").removesuffix(".part")
    if delivery.container is Container.FRAMES:
        return made == SOUND or (
            made.endswith(delivery.suffix) and made.removesuffix(delivery.suffix).isdigit()
        )
    return made.endswith(delivery.suffix) and made[:2].isdigit()


def deliver_plan(
    plan: RenderPlan,
    output: Path,
    delivery: Delivery,
    progress: Progress,
    show: Show,
    cache: Path | None = None,
    kept: Callable[[int], None] = lambda frames: None,
    workers: int = 0,
) -> RenderResult:
    """Write all files of a delivery: the main output, stems and subtitles.

    The plan must already have the delivery's size and rate. All arguments and errors are described at
    `film.render`.
    """
    done = _write_main_output(plan, output, delivery, progress, show, cache, kept, workers)
    if delivery.stems and delivery.picture is not None:
        stems.write_stems(plan, delivery, locate_stems_folder(output), progress)
    subtitle_files.write_subtitle_files(output, plan, delivery)
    return done


def list_delivered_files(output: Path, delivery: Delivery) -> tuple[Path, ...]:
    """Return the existing companion files of the film at `output`: its stems folder and subtitle file."""
    found = [locate_stems_folder(output)] if delivery.stems and delivery.picture is not None else []
    found += subtitle_files.locate_subtitle_files(output, delivery)
    return tuple(path for path in found if path.exists())


def locate_stems_folder(output: Path) -> Path:
    """Return the path of the folder for the stems of the film at `output`."""
    return output.with_name(f"{output.stem}-stems")


def _write_main_output(
    plan: RenderPlan,
    output: Path,
    delivery: Delivery,
    progress: Progress,
    show: Show,
    cache: Path | None,
    kept: Callable[[int], None],
    workers: int,
) -> RenderResult:
    def told(done: int) -> None:
        progress(STAGE, done, plan.frames)

    picture = delivery.picture
    if picture is None and delivery.stems:
        stems.write_stems(plan, delivery, output, progress)
        return RenderResult(plan.frames, 0, 0)
    if delivery.container is Container.FRAMES:
        passed = write_picture_folder(
            plan, delivery, output, told, show, workers or choose_worker_count(plan)
        )
        return RenderResult(plan.frames, passed, plan.frames - passed)
    if delivery.container in (Container.GIF, Container.WEBP):
        passed = _write_atomically(output, lambda path: write_animation(plan, delivery, path, told, show))
        return RenderResult(plan.frames, passed, plan.frames - passed)
    if picture is not None and picture.two_pass:
        passed = _write_atomically(
            output, lambda path: _write_in_two_passes(plan, delivery, path, progress, show)
        )
        return RenderResult(plan.frames, passed, plan.frames - passed)
    return render(plan, output, delivery, progress, show, cache, kept, workers)


def _write_atomically(output: Path, write: Callable[[Path], int]) -> int:
    """Call `write` with a temporary path and rename the complete file to `output`. Return the result of
    `write`.
    """
    with replace_file_atomically(output) as partial:
        return write(partial)


def _write_in_two_passes(
    plan: RenderPlan, delivery: Delivery, path: Path, progress: Progress, show: Show
) -> int:
    passed, seen = PassedCounter(), 0

    def looked(done: int) -> None:
        progress(FIRST_PASS, done, plan.frames)

    def made(picture: object) -> None:
        nonlocal seen
        seen += 1
        progress(STAGE, seen, plan.frames)

    with contextlib.ExitStack() as stack:
        second = stack.enter_context(run_first_pass(plan, delivery, looked, show))
        film = stack.enter_context(FilmFile(plan, second, path))
        if second.sound is not None:
            film.set_sound_packets(
                stack.enter_context(contextlib.closing(encode_soundtrack(plan, second, None)))
            )
        film.write_picture_packets(0, encode_packets(plan, second, make_single_segment(plan), made, passed))
        film.finish_film()
    return passed.frames
