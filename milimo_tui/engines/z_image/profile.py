"""The profile of Z-Image. Imports no torch, as the studio uses it."""

from __future__ import annotations

from milimo_tui.engines.pictures.profile import PictureProfile
from milimo_tui.engines.z_image.models import Z_IMAGE


class ZImageProfile(PictureProfile):
    """The profile of the Z-Image engine."""

    family = Z_IMAGE
