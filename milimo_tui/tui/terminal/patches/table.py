"""All faults of Textual that are mended, and the one act that mends them."""

from __future__ import annotations

import logging

from textual import __version__

from milimo_tui.tui.terminal.patches import (
    covered_rows,
    gone_screens,
    held_paint,
    hidden_change,
    kept_rows,
    lost_line,
    lost_repaint,
    second_writer,
    style_cache,
)
from milimo_tui.tui.terminal.patches.patch import Patch

log = logging.getLogger(__name__)

PATCHES: tuple[Patch, ...] = (
    covered_rows.PATCH,
    lost_repaint.PATCH,
    held_paint.PATCH,
    hidden_change.PATCH,
    lost_line.PATCH,
    second_writer.PATCH,
    style_cache.PATCH,
    kept_rows.PATCH,
    gone_screens.PATCH,
)


def mend(version: str = __version__) -> tuple[Patch, ...]:
    """Put in what fits this version of Textual; return what was left out, which the log names too."""
    left_out = []
    for patch in PATCHES:
        if patch.fits(version):
            patch.put_in()
        else:
            left_out.append(patch)
            log.warning(
                "Textual %s was not tried (%s to %s): %s", version, patch.first, patch.below, patch.fault
            )
    return tuple(left_out)
