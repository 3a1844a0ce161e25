"""The line of the next step: what to do, the key that does it or leads there, and the estimated time.
Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.screens import ScreenName
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.project.next_here import NextStep, ScreenPlace
from milimo_tui.tui.terminal.theme import FAILED, WORKING, TextStyles
from milimo_tui.tui.widgets.text import join_line, truncate_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import Binding, Keymap

NEXT = "→"
GAP = "   "
LEAST = 12  # With fewer cells for the sentence, the key would have no meaning.


def format_next_step(
    found: NextStep | JobView, place: ScreenPlace, keymap: Keymap, ink: TextStyles, room: int
) -> Text:
    """Format a next step, or the job in progress, within `room` cells: the words are cut, the keys are
    not.
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
    behind = join_line(
        *(part for keys, words in tail if keys for part in ((keys, ink.key), (words, ink.muted)))
    )
    if not behind.cell_len:
        return truncate_line(head, room)
    return join_line(truncate_line(head, max(LEAST, room - behind.cell_len - len(GAP))), GAP, behind)


def _format_step_keys(step: NextStep, place: ScreenPlace, keymap: Keymap) -> list[tuple[str, str]]:
    """Return pairs of a key and its label: `!` if the step is done on this screen, else the keys that open
    its screen.
    """
    if not step.screen or step.screen == place.screen:
        words = f" {step.does}" if step.does else ""
        return [(keymap.find_chord("ui.next_step", ("global",)), f"{words}{_format_step_time(step)}")]
    way = _find_keys_to_screen(step.screen, keymap)
    if step.screen == ScreenName.JOBS and step.is_wrong:
        return [(f"{way}", ", "), (keymap.find_chord("ui.retry", ("jobs",)), " tries again")]
    return [(way, "")]


def _find_keys_to_screen(screen: str, keymap: Keymap) -> str:
    """Return the keys that lead to a screen, or to a list over a screen."""
    return keymap.find_chord("ui.mode", ("global",), screen) or keymap.find_chord(f"ui.{screen}", ("global",))


def _format_step_time(step: NextStep) -> str:
    """Return `, 40 s`, `, 1:20`; empty if the time is not known or is below a second."""
    seconds = step.seconds
    if seconds is None or seconds < 1:
        return ""
    return f", {seconds:.0f} s" if seconds < 59.5 else f", {format_clock_duration(seconds)}"


def format_job_progress(job: JobView) -> str:
    """Return the progress of a job: `2D step 5 of 8  0:18`, `Film 62 %  0:40`."""
    done, total = (*job.steps, 0, 0)[:2]
    share = f"{round(job.progress * 100)} %" if job.progress is not None else "making"
    how = f"step {done} of {total}" if total > 1 else share
    left = f"  {format_clock_duration(job.eta)}" if job.eta is not None else ""
    return f"{job.label or job.kind.replace('_', ' ')} {how}{left}"


def key_of(step: NextStep, keymap: Keymap, contexts: tuple[str, ...]) -> Binding | None:
    """Return the binding of this screen that does the same as a step, the most specific one; None if there is
    none.
    """
    wanted = {**step.values, "detach": True}
    found = [
        each
        for each in keymap.list_bindings_in_reach(contexts)
        if each.run == (step.act or step.id) and each.args.items() <= wanted.items()
    ]
    return max(found, key=lambda each: len(each.args), default=None)
