"""Track one clicked object from frame to frame, first in one direction and then in the other.

Each object has its own session of the library, so that it can begin and be corrected in any frame. A session
grows with every frame; only the state that later frames use is retained. Imports torch: only for workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from milimo_tui.core.errors import Failed
from milimo_tui.engines.sam3 import session_state
from milimo_tui.engines.sam3.model import Sam
from milimo_tui.engines.sam3.prompts import Clicks
from milimo_tui.media.masks.drawn import render_acts
from milimo_tui.media.picture.mattes import FULL
from milimo_tui.media.read.footage import Footage


@dataclass(frozen=True, slots=True)
class TrackStep:
    """The tracker's result for an object in one frame: mask logits (h, w) at the model's size, and the
    confidence (0 to 1) that the object is visible.
    """

    logits: NDArray[np.float32]
    score: float


class FootageFrames:
    """The frames of a clip as a sequence for the library's session. Each frame is read when it is accessed
    and not stored.
    """

    def __init__(self, sam: Sam, footage: Footage) -> None:
        self._sam, self._footage = sam, footage

    def __len__(self) -> int:
        return self._footage.frames

    def __getitem__(self, number: int) -> Tensor:
        return self._sam.read_pixels(self._footage, number)


class ClickedObjectTracker:
    """A tracker of one clicked object, with its own session.

    `clicks` maps frame numbers to the object's clicks. `remembers` is False for a single picture, where no
    memory of earlier frames is needed. `forgets` drops state that no later frame uses.
    """

    def __init__(
        self,
        sam: Sam,
        footage: Footage,
        object: int,
        clicks: Mapping[int, Clicks],
        *,
        remembers: bool = True,
        forgets: bool = True,
    ) -> None:
        from transformers.models.sam3_tracker_video.modeling_sam3_tracker_video import (
            Sam3TrackerVideoInferenceSession,
        )

        self.object = object
        self._footage = footage
        self._sam = sam
        self._left = dict(clicks)
        self._remembers, self._forgets = remembers, forgets
        self._begun: int | None = None
        self._session = Sam3TrackerVideoInferenceSession(
            video_height=footage.height,
            video_width=footage.width,
            inference_device=sam.device,
            inference_state_device=sam.state_device,
            dtype=sam.dtype,
        )
        self._session.processed_frames = FootageFrames(sam, footage)

    def export_session(self) -> dict[str, Any]:
        """Return the tracker's state as values for a checkpoint."""
        session = session_state.extract_session_state(self._session)
        return {"left": list(self._left), "begun": self._begun, "session": session}

    def restore_session(self, state: Mapping[str, Any]) -> None:
        """Restore the tracker's state from the values of a checkpoint."""
        self._left = {number: self._left[number] for number in state["left"]}
        self._begun = state["begun"]
        session_state.restore_session_state(state["session"], self._session)

    def step(self, number: int, features: dict[str, list[Tensor]], *, backwards: bool = False) -> TrackStep:
        """Return the object's mask and confidence in frame `number`. `features` are the output of the image
        encoder for this frame.

        Clicks in that frame are passed to the model. In the object's first frame they find the object, in
        later frames they correct the tracking.
        """
        self._session.cache.cache_vision_features(number, features)
        clicks = self._left.pop(number, None)
        is_new = self._begun is None
        if is_new:
            self._begun = number
        out = None if is_new else self._run_tracker(number, backwards)
        if clicks is not None:
            self._add_clicks(number, clicks)
            out = self._run_tracker(number, backwards)
            if not is_new:
                self._mark_as_clicked(number)
        if out is None:
            raise Failed(f"object {self.object} is followed from frame {number}, where it was not clicked")
        self._drop_far_frames(number)
        return TrackStep(
            out.pred_masks[0, 0].float().cpu().numpy(),
            float(out.object_score_logits.float().sigmoid().flatten()[0]),
        )

    def _run_tracker(self, number: int, backwards: bool) -> Any:
        return self._sam.model.tracker_model(
            inference_session=self._session,
            frame_idx=number,
            reverse=backwards,
            run_mem_encoder=self._remembers,
        )

    def _add_clicks(self, number: int, clicks: Clicks) -> None:
        given: dict[str, Any] = {}
        if clicks.drawn:
            mask = render_acts(clicks.drawn, self._footage.width, self._footage.height)
            given["input_masks"] = [mask > FULL // 2]
        if clicks.points:
            given["input_points"] = [[[[x, y] for x, y, _ in clicks.points]]]
            given["input_labels"] = [[[int(positive) for _, _, positive in clicks.points]]]
        if clicks.box:
            given["input_boxes"] = [[list(clicks.box)]]
        self._sam.tracker_processor.add_inputs_to_inference_session(
            self._session, frame_idx=number, obj_ids=1, **given
        )

    def _mark_as_clicked(self, number: int) -> None:
        """Make the library treat a corrected frame as clicked and no longer as tracked.

        Otherwise the library would track the frame again without its clicks when the frame is visited again.
        """
        outputs = self._session.output_dict_per_obj[0]
        outputs["cond_frame_outputs"][number] = outputs["non_cond_frame_outputs"].pop(number)

    def _drop_far_frames(self, number: int) -> None:
        """Drop the state of frames that are too far from the current frame `number` to be used again, whether
        tracking goes forwards or backwards.
        """
        if self._forgets:
            tracker = self._sam.model.tracker_model.config
            for outputs in self._session.output_dict_per_obj.values():
                drop_unused_outputs(outputs, tracker, number, number if self._begun is None else self._begun)


def drop_unused_outputs(outputs: Any, tracker: Any, number: int, first_frame: int) -> None:
    """Drop outputs of an object that no later frame uses. `number` is the current frame, `first_frame` the
    first frame with the object.

    Full-size masks are dropped, because only their own frame needs them. The tracker looks back at a limited
    number of frames; tracked frames further away than that from both `number` and `first_frame` are dropped.
    """
    for kind in ("cond_frame_outputs", "non_cond_frame_outputs"):
        if number in outputs[kind]:
            outputs[kind][number].pop("high_res_masks", None)
    reach = max(tracker.num_maskmem, tracker.max_object_pointers_in_encoder)
    followed = outputs["non_cond_frame_outputs"]
    for far in [one for one in followed if abs(one - number) > reach and abs(one - first_frame) > reach]:
        del followed[far]
