"""Mask actions that models perform: find objects by words, clicks and boxes, and track objects through the
clip.

Each action is a job of the queue. The job's result is added to the drawing, and the keys stay usable while
the job runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.media.masks.drawing import (
    MOST_OBJECTS,
    MaskClick,
    add_mask_click,
    set_found_mask,
    set_tracked_files,
)
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.store.rows.stored_values import Mask
    from milimo_tui.tui.background.queue_feed import Job, LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.mask.mask_core import MaskCore

WORDS, CLICKS, FOLLOWED, KEPT, PAINTED = "words", "clicks", "followed", "kept", "painted"


@dataclass(frozen=True, slots=True)
class MaskJobRequest:
    """A requested job: its purpose (`kind`), the frame, the number of the object that receives the result (0
    for new objects), and the words that describe the objects.
    """

    kind: str
    frame: int = 0
    number: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class FoundObject:
    """An object that a job found: its number in the job's result, its name, the model's confidence, and its
    mask file.
    """

    number: int
    label: str
    score: float | None
    file: str


class MaskModelKeys:
    """The part of the mask screen with the keys that start jobs of models. When such a job has ended, this
    part adds its result to the drawing.
    """

    def __init__(self, screen: MaskCore) -> None:
        self._screen = screen
        self._asked: dict[str, MaskJobRequest] = {}

    @action
    async def act_text(self, key_command: KeyCommand) -> None:
        """Ask for a description in words, and start a job that finds all objects that match it."""
        words = await self._screen.ask_text("things to find:", name="FIND")
        state = self._screen.state
        if words and words.strip() and state is not None:
            text = " ".join(words.split())
            request = MaskJobRequest(WORDS, state.frame, text=text)
            await self._submit_mask_job(
                "picture.segment", request, {"text": (text,), "threshold": state.sure}
            )

    @action
    async def act_sure(self, key_command: KeyCommand) -> None:
        """Ask for the minimum confidence of objects that the model finds by words."""
        state = self._screen.state
        if state is None:
            return
        field = FormField(
            key="sure",
            label="lowest confidence:",
            kind=FieldKind.NUMBER,
            text=f"{state.sure:g}",
            least=0,
            most=1,
            step=0.1,
        )
        confidence = await self._screen.ask_field(field, name="SURE")
        if confidence:
            state.sure = float(confidence)

    @action
    def act_click(self, key_command: KeyCommand) -> None:
        """Add a click at the cross. One key adds the pixel to the current object, the other excludes it."""
        self.click_at_cross(belongs=key_command.binding.args["belongs"] == "in")

    def click_at_cross(self, *, belongs: bool) -> None:
        """Add a click at the cross to the current object, and start a job that finds the object again from
        all its clicks. `belongs` is False for a pixel that is not part of the object.
        """
        state = self._screen.state
        if state is None:
            return
        one = state.object
        if not belongs and (one is None or not self._has_click_target()):
            self._screen.show_message(
                "the first click must be on the object", "warn", "move the cross to it, then {ui.click in}"
            )
            return
        drawing = state.ensure_object()
        click = MaskClick(at=state.spot, belongs=belongs)
        around = self._screen.get_object_box(state.number)
        self._screen.apply_drawing(add_mask_click(drawing, state.number, state.frame, click, around))
        self._screen.run_in_background(self._submit_clicks, "clicks", exclusive=True)

    def _has_click_target(self) -> bool:
        """Return True if the current object has a drawn area or a click in this frame, which another click
        can correct.
        """
        state = self._screen.state
        one = state.object if state is not None else None
        if one is None or state is None:
            return False
        key = one.key(state.frame)
        return bool(one.acts_at(state.frame)) or (key is not None and any(c.belongs for c in key.clicks))

    async def _submit_clicks(self) -> None:
        """Start a job that finds the current object from its clicks in this frame. If the clicks correct a
        drawn area, the job also gets the box around this area.
        """
        state = self._screen.state
        one = state.object if state is not None else None
        key = one.key(state.frame) if one is not None and state is not None else None
        if state is None or one is None or key is None:
            return
        points = [f"{c.at[0]:g},{c.at[1]:g},{'+' if c.belongs else '-'}" for c in key.clicks]
        values: dict[str, Any] = {"point": tuple(points)}
        if key.box is not None:
            values["box"] = (",".join(f"{side:g}" for side in key.box),)
        await self._submit_mask_job(
            "picture.segment", MaskJobRequest(CLICKS, state.frame, one.number), values
        )

    def find_in_box(self, corners: tuple[float, float, float, float]) -> None:
        """Start a job that finds the object in a box. Use a new object if the current object already has a
        drawn area in this frame.
        """
        state = self._screen.state
        if state is None:
            return
        one = state.object
        if one is None or one.acts_at(state.frame):
            self._screen.apply_drawing(state.begin_object())
        right, bottom = min(corners[2], state.drawing.width), min(corners[3], state.drawing.height)
        words = ",".join(f"{side:g}" for side in (corners[0], corners[1], right, bottom))
        request = MaskJobRequest(CLICKS, state.frame, state.number)
        self._screen.run_in_background(
            partial(self._submit_mask_job, "picture.segment", request, {"box": (words,)})
        )

    @action
    async def act_track(self, key_command: KeyCommand) -> None:
        """Track the drawn objects through the clip, from the frames in which they were drawn. `T b`, `T f`
        and `T a` choose the direction.
        """
        state, direction = self._screen.state, str(key_command.binding.args["way"])
        if state is None:
            return
        if not state.is_clip:
            self._screen.show_message("a still picture can't be tracked", "warn")
            return
        if not any(key.acts for one in state.drawing.active_objects for key in one.keys):
            self._screen.show_message(
                "there is no object to track",
                "warn",
                "{ui.text} finds it, {ui.tool brush} draws it",
            )
            return
        values = {"drawing": state.drawing.model_dump_json(), "direction": direction, "start": state.frame}
        await self._submit_mask_job("picture.track", MaskJobRequest(FOLLOWED, state.frame), values)

    async def _submit_mask_job(
        self, command: str, request: MaskJobRequest, values: Mapping[str, Any]
    ) -> None:
        state = self._screen.state
        if state is None:
            return
        frame = {"frame": request.frame} if command == "picture.segment" else {}
        outcome = await self._screen.run_and_wait(command, file=state.source, detach=True, **frame, **values)
        if outcome is not None:
            self.wait_for_job(str(outcome.data["job"]), request)

    def wait_for_job(self, job: str, request: MaskJobRequest) -> None:
        """Register a job, so that its result is added to the drawing when it has ended. Return at once.
        `request` is the request that started the job.
        """
        self._asked[job] = request
        self._screen.redraw_mask()
        self.handle_queue(self._screen.studio_app.queue)

    def handle_queue(self, queue: LiveQueue) -> None:
        """Find the requested jobs that have ended, and add their results to the drawing. Called with each new
        state of the queue.
        """
        for job in queue.jobs:
            if job.id in self._asked and job.state in ENDED:
                request = self._asked.pop(job.id)
                self._screen.run_in_background(partial(self._handle_ended_job, job, request))
        self._screen.refresh_header()

    def describe_mask_job(self) -> str:
        """Describe the running job: its stage, progress and remaining seconds. Return an empty string if no
        job runs.
        """
        jobs = [job for job in self._screen.studio_app.queue.jobs if job.id in self._asked]
        if not jobs:
            return "▒ asked" if self._asked else ""
        job = jobs[0]
        far = f" {job.progress:.0%}" if job.progress is not None else ""
        left = f"  {job.eta:.0f} s" if job.eta else ""
        return f"▒ {job.stage or job.state}{far}{left}"

    @action
    async def act_stop(self, key_command: KeyCommand) -> None:
        """Stop all jobs of this mask."""
        if not self._asked:
            self._screen.show_message("no model is working here")
            return
        await self._screen.run_and_wait("job.cancel", ids=tuple(self._asked))

    async def _handle_ended_job(self, job: Job, request: MaskJobRequest) -> None:
        if job.state != "done":
            if job.state != "cancelled":
                self._screen.show_message(job.error or f"the job ended: {job.state}", "error", job.hint)
            self._screen.redraw_mask()
            return
        try:
            objects = await self._screen.in_thread(partial(self._read_found_objects, job))
        except MilimoError as error:
            self._screen.show_message(error.message, "error", error.hint)
            return
        if self._screen.state is None:
            return
        match request.kind:
            case "words":
                self._add_named_objects(request, objects)
            case "clicks":
                self._apply_clicked_object(request, objects)
            case "followed":
                self._apply_tracked_objects(objects, job)
            case "kept":
                self._screen.mark_as_saved(job.id)
            case _:
                self._screen.show_message(
                    "the new picture is in the film's media", "good", "{ui.mode media} shows it"
                )
        self._screen.redraw_mask()

    def _read_found_objects(self, job: Job) -> list[FoundObject]:
        """Return the objects that a job found, from the masks that it added to the film."""
        studio = self._screen.studio_app.studio
        from milimo_tui.studio.pictures import masks

        rows: tuple[Mask, ...] = studio.require_project().facts.list_masks(job=job.id)
        single = [row for row in rows if row.object] or [row for row in rows if row.box]
        return [
            FoundObject(row.object, row.label, row.score, str(masks.get_mask_path(studio, row)))
            for row in single
        ]

    def _add_named_objects(self, request: MaskJobRequest, objects: list[FoundObject]) -> None:
        state = self._screen.state
        if state is None:
            return
        if not objects:
            self._screen.show_message(
                f"no “{request.text}” was found",
                "warn",
                "{ui.sure} accepts less certain matches, {ui.click in} marks the object yourself",
            )
            return
        drawing, was = state.drawing, state.drawing
        first, room = 0, MOST_OBJECTS - len(drawing.objects)
        for one in objects[:room]:
            state.drawing = drawing
            drawing = state.begin_object(request.text)
            drawing = set_found_mask(drawing, state.number, request.frame, one.file)
            first = first or state.number
            if one.score is not None:
                state.scores[state.number] = one.score
        state.drawing = was
        state.apply_drawing(drawing)
        state.number = first
        more = f", {room} used" if len(objects) > room else ""
        message = f"found {len(objects)} “{request.text}”{more}"
        self._screen.show_message(message, "good", "{ui.toggle} leaves an object out")

    def _apply_clicked_object(self, request: MaskJobRequest, objects: list[FoundObject]) -> None:
        state = self._screen.state
        if state is None or not any(one.number == request.number for one in state.drawing.objects):
            return
        if not objects:
            self._screen.show_message("nothing was found there", "warn", "{ui.tool brush} draws it")
            return
        drawing = set_found_mask(state.drawing, request.number, request.frame, objects[0].file)
        if objects[0].score is not None:
            state.scores[request.number] = objects[0].score
        state.apply_drawing(drawing)

    def _apply_tracked_objects(self, objects: list[FoundObject], job: Job) -> None:
        state = self._screen.state
        if state is None:
            return
        numbers = [one.number for one in state.drawing.active_objects]
        if len(objects) == 1 and not objects[0].number and len(numbers) == 1:
            files = {numbers[0]: objects[0].file}
        else:
            files = {one.number: one.file for one in objects if one.number}
        state.apply_drawing(set_tracked_files(state.drawing, files))
        self._screen.mark_as_saved(job.id)
        self._screen.show_message(
            "tracking finished; frames that you drew in keep their drawing",
            "good",
            "{ui.track both} tracks again",
        )
