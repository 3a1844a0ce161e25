"""A test engine that writes every secret it can find to every output, and then does what its prompt says.

With `quiet`, only its child prints a secret. With `gate=PATH` it then works until this file exists.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

from PIL import Image

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from tests.jobs.prompt_options import wishes

ROWS = (
    EngineRow(
        "leaky",
        "Tells everything",
        "cpu",
        ("make_picture",),
        "tests.jobs.leaky_engine:Leaky",
        secrets=("LEAKY_API_KEY",),
    ),
)


class Leaky:
    name = "leaky"

    def load(self) -> None:
        print("loads with", os.environ.get("LEAKY_API_KEY"))

    def unload(self) -> None:
        pass

    def run(self, spec: Spec, context: Context) -> Result:
        assert isinstance(spec, MakePicture)
        options = wishes(spec.prompt)
        declared = os.environ["LEAKY_API_KEY"]
        token = "hf_" + "Q7" * 12  # a token that is not from the environment
        text = f"{declared} {token} {os.environ.get('OTHER_API_KEY', 'undeclared: nothing')}"
        if "quiet" in options:
            subprocess.run(["sh", "-c", "echo its child printed $LEAKY_API_KEY"], check=True)
            while "gate" in options and not Path(options["gate"]).exists():
                time.sleep(0.01)
            return Result()
        print("printed", text)
        print("error printed", text, file=sys.stderr, flush=True)
        sys.stdout.write(f"in halves {declared[:5]}")
        sys.stdout.write(f"{declared[5:]}\n")
        subprocess.run(["sh", "-c", "echo its child printed $LEAKY_API_KEY $OTHER_API_KEY"], check=True)
        logging.getLogger("some.library").warning("logged %s", text)
        warnings.warn(f"warned {text}", stacklevel=1)
        context.log(f"said {text}")
        context.progress(f"draw {declared}", 0, 2, f"noted {text}")
        try:
            raise ValueError(text)
        except ValueError:
            logging.getLogger("some.library").exception("with a traceback")
        if spec.prompt == "fail":
            raise Failed(f"refused: {text}", f"try with {declared}")
        if spec.prompt == "crash":
            raise RuntimeError(
                f"401 for https://user:{declared}@host/?token={declared}, {'x' * 1950}{declared}"
            )
        if spec.prompt == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        path = context.workspace / "board.png"
        Image.new("RGB", (64, 64), "navy").save(path)
        return Result(
            outputs=(Output(role="board", path=str(Path(path))),),
            facts={"by": text, "width": 64, "height": 64},
            notes=(f"made with {text}",),
        )
