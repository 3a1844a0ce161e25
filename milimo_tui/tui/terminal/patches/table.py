"""The list of all patches for Textual, and the function that applies them."""

from __future__ import annotations

import logging
from pathlib import Path

import textual

from milimo_tui.tui.terminal.patches import (
    closed_screens,
    closed_widget_rows,
    covered_rows,
    cut_text_cache,
    held_paint,
    hidden_change,
    lost_repaint,
    pictures_under_panels,
    strip_memories,
    style_cache,
)
from milimo_tui.tui.terminal.patches.patch import Patch

log = logging.getLogger(__name__)

PATCHES: tuple[Patch, ...] = (
    covered_rows.PATCH,
    lost_repaint.PATCH,
    held_paint.PATCH,
    hidden_change.PATCH,
    style_cache.PATCH,
    closed_widget_rows.PATCH,
    cut_text_cache.PATCH,
    strip_memories.PATCH,
    closed_screens.PATCH,
    pictures_under_panels.PATCH,
)


def get_textual_version() -> str:
    """Return the version of Textual, read from the name of the folder that pip creates next to it.

    Textual itself reads the version with `importlib.metadata`. That import takes a tenth of the time until
    the first frame.
    """
    folders = Path(textual.__file__).parents[1].glob("textual-*.dist-info")
    found = [folder.name.removeprefix("textual-").removesuffix(".dist-info") for folder in folders]
    return found[0] if len(found) == 1 else textual.__version__


def apply_patches(version: str = "") -> tuple[Patch, ...]:
    """Apply the patches for the given version of Textual, or for the installed version if `version` is empty.
    Return the patches that were not applied because they are for other versions; they are logged too.
    """
    version, left_out = version or get_textual_version(), []
    for patch in PATCHES:
        if patch.fits_version(version):
            patch.put_in()
        else:
            left_out.append(patch)
            log.warning(
                "Textual %s was not tried (%s to %s): %s", version, patch.first, patch.below, patch.fault
            )
    return tuple(left_out)
