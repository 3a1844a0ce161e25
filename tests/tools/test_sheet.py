"""Test the contact sheet: it has twelve different panels."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools import animatic_sheet


def test_sheet_has_twelve_different_panels(tmp_path: Path) -> None:
    assert len(animatic_sheet.SHOTS) == 12
    panels = [
        np.asarray(animatic_sheet.draw_sheet_panel(shot, 96, 64), dtype=int) for shot in animatic_sheet.SHOTS
    ]
    for one, other in combinations(panels, 2):
        assert np.abs(one - other).mean() > 10


@pytest.mark.long("drawings")
def test_sheet_is_written_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = animatic_sheet.draw_contact_sheet(animatic_sheet.SHOTS[:4], width=96, height=64, columns=2)
    assert small.width == 2 * 106 + 10
    assert animatic_sheet.main([str(tmp_path / "sheet.png")]) == 0
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.width > 1500
    assert animatic_sheet.main([]) == 2
    assert "OUT.png" in capsys.readouterr().err
