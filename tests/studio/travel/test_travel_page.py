"""Test docs/travel.md: its commands run in order and print what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.studio.travel.conftest import Machines
from tests.studio.travel.films import put_weights

PAGE = (Path(__file__).parents[3] / "docs" / "travel.md").read_text()
LINES = re.findall(r"^    (milimo .*?)(?: +#.*)?$", PAGE, re.MULTILINE)


def test_page_has_every_command() -> None:
    verbs = {" ".join(line.split()[1:3]) for line in LINES}
    assert verbs == {"config set", "project push", "project pull", "home move"}


@pytest.mark.long("travel")
def test_commands_of_the_page_run_in_order(boxes: Machines, tmp_path: Path) -> None:
    for name, value in (("ssh", boxes.server.ssh), ("far_program", boxes.program())):
        boxes.here("config", "set", name, value)
    put_weights(boxes, "noise")
    for line in LINES:
        words = shlex.split(line.replace("render@box", boxes.box))[1:]
        words = [str(tmp_path / "studio") if word == "/mnt/fast/studio" else word for word in words]
        if "again" in line:
            # Otherwise the film would already be in this home under its own name.
            (boxes.film_here()).rename(tmp_path / "lost")
        if "--detach" in words:
            boxes.here("job", "wait", *boxes.here.json(*words)["jobs"])
        else:
            boxes.here(*words)
        if "again" in line:
            assert boxes.film_here("lamps-again").is_dir()
    assert (boxes.there.home / "models" / "noise" / "model.safetensors").is_file()
    assert boxes.here.home.resolve() == tmp_path / "studio"
    assert boxes.here.json("project", "list")[0]["folder"] == "lamps-again"
