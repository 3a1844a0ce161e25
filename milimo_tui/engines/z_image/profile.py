"""How Z-Image describes itself. No torch: the studio asks."""

from __future__ import annotations

from milimo_tui.engines.pictures.profile import PictureProfile
from milimo_tui.engines.z_image.models import Z_IMAGE


class ZImageProfile(PictureProfile):
    family = Z_IMAGE
