"""A tiny SAM 3. Its folder can be loaded as each of four models: for pictures, for tracking in pictures, for
video, and for tracking in video.

Imports torch and transformers, so it is only for workers and tests.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.tiny_models import tokenizers

SIDE = 112  # The width and height of the input in pixels: 8 patches of 14.
# The number of channels. The width of the memory is fixed at 64 in the class, so less than 128 fails.
WIDTH = 128
PHRASE = 32  # The largest number of tokens of a phrase that describes an object.
SURE = 4.0  # The bias of the output “the object is visible”.


def _configure_sam3_vision() -> dict[str, Any]:
    grid = SIDE // 14
    return {
        "model_type": "sam3_vision_model",
        "fpn_hidden_size": WIDTH,
        "backbone_feature_sizes": [[4 * grid] * 2, [2 * grid] * 2, [grid] * 2],
        "backbone_config": {
            "model_type": "sam3_vit_model",
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIDE,
            "pretrain_image_size": SIDE,
            "patch_size": 14,
            "window_size": 4,
            "global_attn_indexes": [1],
        },
    }


def _configure_sam3_detector() -> dict[str, Any]:
    small = {"hidden_size": WIDTH, "num_attention_heads": 4}
    layers = {**small, "intermediate_size": 64, "dropout": 0.0}
    return {
        "model_type": "sam3",
        "vision_config": _configure_sam3_vision(),
        "text_config": {
            "model_type": "clip_text_model",
            "vocab_size": tokenizers.CLIP_WORDS,
            "hidden_size": 32,
            "intermediate_size": 64,
            "projection_dim": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "max_position_embeddings": PHRASE,
            "hidden_act": "gelu",
            "bos_token_id": 0,
            "eos_token_id": 1,
            "pad_token_id": 1,
        },
        "geometry_encoder_config": {**layers, "num_layers": 1},
        "detr_encoder_config": {**layers, "num_layers": 1},
        "detr_decoder_config": {**layers, "num_layers": 1, "num_queries": 10},
        "mask_decoder_config": small,
    }


def _configure_sam3_tracker() -> dict[str, Any]:
    return {
        "model_type": "sam3_tracker_video",
        "vision_config": _configure_sam3_vision(),
        "prompt_encoder_config": {"hidden_size": WIDTH, "image_size": SIDE, "patch_size": 14},
        "mask_decoder_config": {
            "hidden_size": WIDTH,
            "mlp_dim": 64,
            "num_attention_heads": 4,
            "iou_head_hidden_dim": 32,
        },
        "image_size": SIDE,
        "memory_attention_hidden_size": WIDTH,
        "memory_attention_num_layers": 1,
        "memory_attention_feed_forward_hidden_size": 64,
        "memory_attention_dropout": 0.0,
        "memory_attention_rope_dropout": 0.0,
        "memory_encoder_hidden_size": WIDTH,
        "mask_downsampler_embed_dim": WIDTH,
        "memory_fuser_num_layers": 1,
        "memory_fuser_embed_dim": WIDTH,
        "memory_fuser_intermediate_dim": 64,
    }


def build(folder: Path) -> None:
    """Build a folder in the file layout of facebook/sam3. Its thresholds are so low that random weights find
    objects.
    """
    from transformers import (
        Sam2VideoVideoProcessor,
        Sam3ImageProcessor,
        Sam3VideoConfig,
        Sam3VideoModel,
        Sam3VideoProcessor,
    )

    config = Sam3VideoConfig(
        detector_config=_configure_sam3_detector(),
        tracker_config=_configure_sam3_tracker(),
        low_res_mask_size=4 * (SIDE // 14),
        score_threshold_detection=0.0,
        new_det_thresh=0.0,
        hotstart_delay=0,
        hotstart_unmatch_thresh=0,
        hotstart_dup_thresh=0,
        max_num_objects=3,
    )
    sides = {"height": SIDE, "width": SIDE}
    mask_sides = {"height": 4 * (SIDE // 14), "width": 4 * (SIDE // 14)}
    model = Sam3VideoModel(config).eval()
    # With random weights the model would be certain that a clicked object is not
    # visible, and never track anything.
    model.tracker_model.mask_decoder.pred_obj_score_head.proj_out.bias.data.fill_(SURE)
    # Do not use the “original format”: transformers 5.23 writes the tracker's prefix twice in it, so that the
    # tracker loaded alone can't find its weights. Without that format, the names are those of the authors'
    # file.
    model.save_pretrained(folder, save_original_format=False)
    Sam3VideoProcessor(
        Sam3ImageProcessor(size=sides, mask_size=mask_sides),
        # Normalise video frames with the same values as pictures.
        Sam2VideoVideoProcessor(size=sides, image_mean=[0.5] * 3, image_std=[0.5] * 3),
        tokenizers.build_clip_tokenizer(PHRASE),
        target_size=SIDE,
    ).save_pretrained(folder)
