"""Test that encoding AV1 does not raise the process's scheduling class, whatever the encoder library sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from milimo_tui.core.linux import preserve_scheduling_class

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getscheduler"), reason="this system has no scheduling classes"
)


def classes() -> set[int]:
    return {os.sched_getscheduler(int(each.name)) for each in Path("/proc/self/task").iterdir()}


def test_scheduling_class_changed_by_a_library_is_restored() -> None:
    before = classes()
    with preserve_scheduling_class():
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    assert classes() == before
