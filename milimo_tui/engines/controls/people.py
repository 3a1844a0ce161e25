"""The detection of people and their joints: boxes by RT-DETR (Zhao et al. 2023), joints by ViTPose (Xu et al.
2022).

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.control_specs import JOINTS
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.drawn_people import SURE

PERSON = "person"  # name of the first class in the COCO data set
MOST = 32  # maximum number of people in a picture; the highest scores are preferred
# Array of (17, 3): x and y in pixels, and the confidence, of each joint of a person
Joints = NDArray[np.float32]


class PersonFinder:
    """A model that finds people in a picture, with its image processor. The boxes that it finds are the input
    of `PoseModel`.
    """

    def __init__(self, model: Any, processor: Any, person: int) -> None:
        self.model = model
        self._processor = processor
        self._person = person

    @torch.inference_mode()
    def find_boxes(self, picture: Rgb) -> NDArray[np.float32]:
        """Return the boxes of people that were detected with enough confidence, as an array of (n, 4): left,
        top, width and height in pixels.
        """
        seen = self._processor(images=Image.fromarray(picture), return_tensors="pt").to(self.model.device)
        [found] = self._processor.post_process_object_detection(
            self.model(**seen), threshold=SURE, target_sizes=[picture.shape[:2]]
        )
        is_person = found["labels"] == self._person
        boxes = found["boxes"][is_person][:MOST].float().cpu().numpy()
        boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
        boxes[:, 2:] -= boxes[:, :2]
        return boxes[(boxes[:, 2:] >= 1).all(axis=1)]


class PoseModel:
    """A model that finds the joints of a person inside a given box, with its image processor."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model = model
        self._processor = processor

    @torch.inference_mode()
    def find_pose_joints(self, picture: Rgb, boxes: NDArray[np.float32]) -> list[Joints]:
        """Return the joints of each person, in the order of `boxes`. The joints of a person are an array
        (joints, 3) of x, y and confidence, with x and y in pixels of the picture.
        """
        if not len(boxes):
            return []
        seen = self._processor(images=Image.fromarray(picture), boxes=[boxes], return_tensors="pt")
        given = {"pixel_values": seen["pixel_values"].to(self.model.device)}
        # The model has several experts; the first expert was trained on COCO.
        if self.model.config.backbone_config.num_experts > 1:
            given["dataset_index"] = torch.zeros(len(boxes), dtype=torch.long, device=self.model.device)
        outputs = self.model(**given)
        [found] = self._processor.post_process_pose_estimation(outputs, boxes=[boxes])
        return [
            np.concatenate([one["keypoints"].numpy(), one["scores"].numpy()[:, None]], axis=1)
            for one in found
        ]


def load_person_finder(found: ResolvedWeights) -> PersonFinder:
    """Load the person detector from the folder of its installed weights. Raises Damaged for a model without a
    class for people.
    """
    from transformers import AutoImageProcessor, AutoModelForObjectDetection

    quiet_libraries()
    model = AutoModelForObjectDetection.from_pretrained(
        found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    person = next((int(number) for number, name in model.config.id2label.items() if name == PERSON), None)
    if person is None:
        raise Damaged(
            f"the weights {found.id} can't recognise the class “{PERSON}”",
            "milimo model list --family controls lists other weights",
        )
    processor = AutoImageProcessor.from_pretrained(found.path, local_files_only=True)
    # Run the processor once, so that a missing package raises its error here and not in the middle of a clip.
    processor(images=Image.new("RGB", (64, 64)), return_tensors="pt")
    return PersonFinder(model.eval().to(get_device()), processor, person)


def load_pose_model(found: ResolvedWeights) -> PoseModel:
    """Load the pose model from the folder of its installed weights. Raises Damaged if the model does not
    detect the 17 joints of COCO.
    """
    from transformers import AutoImageProcessor, VitPoseForPoseEstimation

    quiet_libraries()
    model = VitPoseForPoseEstimation.from_pretrained(
        found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    if model.config.num_labels != JOINTS:
        raise Damaged(
            f"the weights {found.id} find {model.config.num_labels} joints instead of the {JOINTS} of COCO",
            "milimo model list --family controls lists other weights",
        )
    processor = AutoImageProcessor.from_pretrained(found.path, local_files_only=True)
    processor(images=Image.new("RGB", (64, 64)), boxes=[[[0.0, 0.0, 64.0, 64.0]]], return_tensors="pt")
    return PoseModel(model.eval().to(get_device()), processor)
