"""Wheels: for each Python and system of docs/platforms.md every dependency of the light studio has one."""

from __future__ import annotations

import pytest

from tests.budget import rounds
from tools import wheels

PAIRS = [(python, system) for system in wheels.SYSTEMS for python in wheels.PYTHONS]


@pytest.mark.long("wheels")
def test_every_dependency_has_a_wheel() -> None:
    if not wheels.index_answers():
        pytest.skip("no package index answers")
    names = list(wheels.pins())
    assert len(names) > 30
    for python, system in PAIRS[: rounds("wheels")]:
        lacking = wheels.LACKING.get(python, ())
        assert wheels.problem([name for name in names if name not in lacking], python, system) == "", python
