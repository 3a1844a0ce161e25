"""Test of the import of the model libraries in a worker: garbage collection is paused meanwhile."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from milimo_tui.engines.runtime.model_stack import pause_garbage_collection

# Script with two cases: the first import of torch, and a later import, when a worker may already hold
# weights.
FIRST_AND_LATER = """
import gc, sys
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
with pause_garbage_collection():
    sys.modules["torch"] = gc
print(gc.get_freeze_count() > 0)
gc.unfreeze()
with pause_garbage_collection():
    pass
print(gc.get_freeze_count() > 0)
"""


def test_collection_is_paused_and_restored_after_a_failure() -> None:
    seen = []

    def fail() -> None:
        with pause_garbage_collection():
            seen.append(gc.isenabled())
            raise ModuleNotFoundError

    with pytest.raises(ModuleNotFoundError):
        fail()
    assert (seen, gc.isenabled()) == ([False], True)


def test_early_objects_are_frozen_and_later_ones_are_collected() -> None:
    told = subprocess.run([sys.executable, "-c", FIRST_AND_LATER], capture_output=True, check=True)
    assert told.stdout.split() == [b"True", b"False"]
