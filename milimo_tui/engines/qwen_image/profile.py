"""The profile of Qwen-Image. No torch, because the studio process uses the profile."""

from __future__ import annotations

from milimo_tui.engines.pictures.profile import PictureProfile
from milimo_tui.engines.qwen_image.models import QWEN_IMAGE


class QwenImageProfile(PictureProfile):
    """The profile of the engine `qwen-image`."""

    family = QWEN_IMAGE
