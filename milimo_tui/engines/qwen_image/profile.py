"""How Qwen-Image describes itself. No torch: the studio asks."""

from __future__ import annotations

from milimo_tui.engines.pictures.profile import PictureProfile
from milimo_tui.engines.qwen_image.models import QWEN_IMAGE


class QwenImageProfile(PictureProfile):
    family = QWEN_IMAGE
