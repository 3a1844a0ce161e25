"""Describe Z-Image as an engine. Imports no torch, because the studio uses this module."""

from __future__ import annotations

from milimo_tui.engines.pictures.profile import PictureProfile
from milimo_tui.engines.z_image.models import Z_IMAGE


class ZImageProfile(PictureProfile):
    """The profile of the Z-Image engine: its fields, limits and plans, and the memory that its pictures
    need.
    """

    family = Z_IMAGE
