"""A hook for crash tests: the supervisor kills itself with SIGKILL at a named point.

Does nothing unless MILIMO_TEST_KILL_AT names the point. An intake may add its own points.
"""

from __future__ import annotations

import os
import signal

# The steps of publishing. A kill "at" a point happens directly before that step, so the points fall between
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
    """Kill this process if `point` is the one that the environment names."""
    if os.environ.get("MILIMO_TEST_KILL_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
