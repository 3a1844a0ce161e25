"""Tiny models that find depth, people, joints and likeness in pictures, built from the authors' own classes.

Imports torch and transformers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path

SIDE = 56  # The width and height of the depth model's input in pixels: 4 patches of 14.
PATCH = 14
AWAY, LOUD = 5.0, 20.0
JOINTS = 17
SURE = 2.0  # The bias of the class “person”: so high that the model always finds people.
SEEN = 0.6  # The confidence of each joint, just high enough that the joint is drawn.


def build_depth(folder: Path) -> None:
    """Build a depth model in the file layout of depth-anything/Depth-Anything-V2-Small-hf. It gives every
    pixel a depth above 0.
    """
    from transformers import DepthAnythingConfig, DepthAnythingForDepthEstimation, DPTImageProcessor

    config = DepthAnythingConfig(
        backbone_config={
            "model_type": "dinov2",
            "image_size": SIDE,
            "patch_size": PATCH,
            "hidden_size": 32,
            "num_hidden_layers": 4,
            "num_attention_heads": 2,
            "out_indices": [1, 2, 3, 4],
            "reshape_hidden_states": False,
        },
        reassemble_hidden_size=32,
        neck_hidden_sizes=[8, 16, 32, 32],
        fusion_hidden_size=16,
        head_hidden_size=8,
        patch_size=PATCH,
    )
    model = DepthAnythingForDepthEstimation(config).eval()
    model.head.conv3.bias.data.fill_(AWAY)
    for layer in (model.head.conv1, model.head.conv2, model.head.conv3):
        layer.weight.data.mul_(LOUD)  # With the initial weights a depth map would be a single grey.
    model.save_pretrained(folder)
    DPTImageProcessor(
        size={"height": SIDE, "width": SIDE}, ensure_multiple_of=PATCH, keep_aspect_ratio=True
    ).save_pretrained(folder)


def build_pose(folder: Path) -> None:
    """Build a pose model in the file layout of usyd-community/vitpose-base-simple. Its confidence in each
    joint is just high enough for drawing.
    """
    from transformers import VitPoseConfig, VitPoseForPoseEstimation, VitPoseImageProcessor

    config = VitPoseConfig(
        backbone_config={
            "model_type": "vitpose_backbone",
            "image_size": [64, 48],
            "patch_size": [16, 16],
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "out_indices": [2],
        },
        num_labels=JOINTS,
    )
    model = VitPoseForPoseEstimation(config).eval()
    model.head.conv.bias.data.fill_(SEEN)
    model.save_pretrained(folder)
    VitPoseImageProcessor(size={"height": 64, "width": 48}).save_pretrained(folder)


def build_persons(folder: Path) -> None:
    """Build a detector in the file layout of PekingU/rtdetr_r50vd_coco_o365. It always finds people, at
    random positions.
    """
    from transformers import RTDetrConfig, RTDetrForObjectDetection, RTDetrImageProcessor

    config = RTDetrConfig(
        backbone_config={
            "model_type": "rt_detr_resnet",
            "embedding_size": 8,
            "hidden_sizes": [8, 16, 32, 32],
            "depths": [1, 1, 1, 1],
            "layer_type": "basic",
            "out_indices": [2, 3, 4],
        },
        encoder_hidden_dim=32,
        encoder_in_channels=[16, 32, 32],
        encoder_ffn_dim=32,
        encoder_attention_heads=2,
        d_model=32,
        num_queries=4,
        decoder_in_channels=[32, 32, 32],
        decoder_ffn_dim=32,
        decoder_layers=1,
        decoder_attention_heads=2,
        num_denoising=0,
        id2label={0: "person", 1: "bicycle"},
    )
    model = RTDetrForObjectDetection(config).eval()
    for layer in model.model.decoder.class_embed:
        layer.bias.data[0] = SURE
    model.save_pretrained(folder)
    RTDetrImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)


def build_likeness(folder: Path) -> None:
    """Build a model in the file layout of facebook/dinov2-small, which compares pictures. Different pictures
    get different features.
    """
    from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

    config = Dinov2Config(
        image_size=SIDE, patch_size=PATCH, hidden_size=32, num_hidden_layers=2, num_attention_heads=2
    )
    Dinov2Model(config).eval().save_pretrained(folder)
    size, crop = {"shortest_edge": SIDE}, {"height": SIDE, "width": SIDE}
    BitImageProcessor(size=size, crop_size=crop).save_pretrained(folder)
