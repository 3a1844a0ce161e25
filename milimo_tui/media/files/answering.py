"""The code that runs in a process started by `helper_process`. Each line of JSON on stdin is a request,
answered by a line of JSON on stdout, in order.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.core.reasons import reason


def serve_json_requests(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer requests with the results of `answer` until stdin ends.

    An exception raised by `answer` is sent as `{"error": {kind, message, hint}}`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(1), "wb")
    # Libraries may print to stdout, so stdout is redirected to stderr to keep that output out of the answers.
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        try:
            found = answer(json.loads(line))
        except MilimoError as error:
            found = dict(error.as_json())
        except Exception as error:  # noqa: BLE001 - one bad request must not end the helper
            found = dict(Failed(f"{type(error).__name__}: {reason(error)}").as_json())
        sink.write(json.dumps(found).encode() + b"\n")
        sink.flush()
