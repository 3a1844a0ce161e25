"""Format the line with the next step: what the user can do next, the key for it, and the estimated time.
Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.screens import ScreenName
from milimo_tui.jobs.values.views import JobView
from milimo_tui.story.values.script_reading import READING_JOB
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.terminal.theme import FAILED, WORKING, TextStyles
from milimo_tui.tui.widgets.text import join_line, truncate_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import Binding, Keymap

NEXT = "→"
GAP = "   "
# Minimum number of cells for the sentence of the next step. From a shorter sentence the user could not tell
# what the key behind it does.
LEAST = 12


def format_next_step(
    found: NextStep | JobView, place: ScreenPlace, keymap: Keymap, ink: TextStyles, room: int
) -> Text:
    """Format a next step, or the job that is running, within `room` cells. If the space is too small, the
    sentence is shortened, but not the keys.
    """
    if isinstance(found, JobView):
        head = join_line((f"{WORKING} {format_job_progress(found)}", ink.working))
        tail = (
            [("", ""), (_find_keys_to_screen(ScreenName.JOBS, keymap), "")]
            if place.screen != ScreenName.JOBS
            else []
        )
    else:
        sign, style = (FAILED, ink.failed) if found.is_wrong else (NEXT, ink.accent)
        head = join_line((f"{sign} ", style), (found.reason_text, ink.failed if found.is_wrong else ink.text))
        tail = _format_step_keys(found, place, keymap)
    line = join_line(
        *(part for keys, words in tail if keys for part in ((keys, ink.key), (words, ink.muted)))
    )
    if not line.cell_len:
        return truncate_line(head, room)
    return join_line(truncate_line(head, max(LEAST, room - line.cell_len - len(GAP))), GAP, line)


def _format_step_keys(step: NextStep, place: ScreenPlace, keymap: Keymap) -> list[tuple[str, str]]:
    """Return pairs of a key and the text after it, for the end of the next-step line. The key is `!` if the
    step is performed on this screen. Otherwise the keys open the screen on which it is performed.
    """
    if not step.screen or step.screen == place.screen:
        words = f" {step.does}" if step.does else ""
        return [(keymap.find_chord("ui.next_step", ("global",)), f"{words}{_format_step_time(step)}")]
    keys = _find_keys_to_screen(step.screen, keymap)
    if step.screen == ScreenName.JOBS and step.is_wrong:
        return [(f"{keys}", ", "), (keymap.find_chord("ui.retry", ("jobs",)), " tries again")]
    return [(keys, "")]


def _find_keys_to_screen(screen: str, keymap: Keymap) -> str:
    """Return the keys that open the screen called `screen`, or the list with that name, which is shown over
    another screen.
    """
    return keymap.find_chord("ui.mode", ("global",), screen) or keymap.find_chord(f"ui.{screen}", ("global",))


def _format_step_time(step: NextStep) -> str:
    """Return the estimated time of a step: `, 40 s` or `, 1:20`. Return an empty string if it is unknown or
    less than a second.
    """
    seconds = step.seconds
    if seconds is None or seconds < 1:
        return ""
    return f", {seconds:.0f} s" if seconds < 59.5 else f", {format_clock_duration(seconds)}"


def format_job_progress(job: JobView) -> str:
    """Return the progress of a job: its name, its step or percentage, and the remaining time, such as `2D
    step 5 of 8 0:18`. A job that reads names what it reads: `reading the screenplay, scene 14 of 62`.
    """
    done, total = (*job.steps, 0, 0)[:2]
    share = f"{round(job.progress * 100)} %" if job.progress is not None else "making"
    how = f"step {done} of {total}" if total > 1 else share
    if (job.kind, job.label) == READING_JOB and job.live.get("note"):
        how = str(job.live["note"])
    left = f"  {format_clock_duration(job.eta)}" if job.eta is not None else ""
    return f"{job.label or job.kind.replace('_', ' ')} {how}{left}"


def key_of(step: NextStep, keymap: Keymap, contexts: tuple[str, ...]) -> Binding | None:
    """Return the key binding on this screen that performs the action of the next step. If several bindings
    do, return the one that fixes the most arguments of the action. Return None if no binding does.
    """
    wanted = {**step.values, "detach": True}
    found = [
        each
        for each in keymap.list_bindings_in_reach(contexts)
        if each.run == (step.act or step.id) and each.args.items() <= wanted.items()
    ]
    return max(found, key=lambda each: len(each.args), default=None)
