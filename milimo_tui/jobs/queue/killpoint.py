"""Crash the supervisor in tests: the supervisor kills itself with SIGKILL at a named point of its code.

Nothing happens unless the environment variable MILIMO_TEST_KILL_AT names the point. An `Intake` may define
further points.
"""

from __future__ import annotations

import os
import signal

# The kill points of publishing. Each point is directly before one step, so that there is a point between
# every two consecutive steps.
PUBLISHING = {
    "publishing:1": "the result is heard; before `publishing` is written",
    "publishing:2": "`publishing` is written; before its intake begins",
    "publishing:3": "in the intake's thread; before the film takes it in",
    "publishing:4": "the film has it; before `done` is written",
    "publishing:5": "`done` is written; before the workspace is removed",
    "publishing:6": "the workspace is removed; before that is noted",
}


def pass_kill_point(point: str) -> None:
    """Kill this process if MILIMO_TEST_KILL_AT names `point`."""
    if os.environ.get("MILIMO_TEST_KILL_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
