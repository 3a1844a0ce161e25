"""Queries to the hub from the studio. Each runs in a child process, so that this process has no network
code.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from milimo_tui.core.errors import Failed, Unavailable, read_json_error
from milimo_tui.media.files.helper_process import make_module_command, make_module_environment
from milimo_tui.studio.machine.model_stack import require_hub

SECONDS = 120.0


def ask_hub(question: str, **words: Any) -> Any:
    """Ask the hub a question and return the answer of `engines.hub.questions`. `words` are the arguments of
    the question.

    Raises the error in the answer, and Unavailable if the hub can't be reached. Arguments, such as a token,
    are sent on the child's standard input, because command lines are visible to other users.
    """
    require_hub("asking the hub")
    try:
        done = subprocess.run(
            make_module_command("milimo_tui.engines.hub.questions"),
            input=json.dumps({"ask": question, **words}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            env={**make_module_environment(), "HF_HUB_DISABLE_TELEMETRY": "1"},
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unavailable("the hub did not answer in time", "try again; the network may be slow") from None
    except ValueError:
        raise Failed("the request to the hub failed", "milimo doctor shows what is missing") from None
    if "error" in answer:
        raise read_json_error(answer)
    return answer["answer"]
