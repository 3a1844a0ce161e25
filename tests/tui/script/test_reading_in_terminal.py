"""Test a reading of the screenplay in a real terminal, from the key that starts it to the decision, with a
real queue and worker and a service that answers as a language model would.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.script.test_reading import SCRIPT, answer
from tests.engines.llm.text_server import TextServer, serving
from tests.front_door import Milimo
from tests.terminal import Terminal

ROOT = Path(__file__).parents[3]
DESCRIPTION = "a tall woman with a scar"

pytestmark = pytest.mark.long("screens")


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer) as running:
        yield running


@pytest.fixture
def film(milimo: Milimo, server: TextServer, tmp_path: Path) -> Milimo:
    """Yield a film whose character has a description by the user."""
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
    )
    script = tmp_path / "ferns.fountain"
    script.write_text(SCRIPT)
    milimo.act("script", "import", str(script))
    milimo.act("element", "set", "@Ida", "--description", DESCRIPTION)
    return milimo


def open_studio(film: Milimo, columns: int, rows: int) -> Terminal:
    env = {**film.env, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID"):
        env.pop(name, None)
    return Terminal([sys.executable, "-m", "milimo_tui.cli.main"], env, columns, rows)


def read_script(terminal: Terminal) -> None:
    """Start a reading from the next step, wait for it, and open it."""
    terminal.wait_for("read the script with")
    terminal.press("!")
    terminal.wait_for("tokens")
    terminal.press("y")
    terminal.wait_for("the script is read")
    terminal.press("Z", "v")
    terminal.wait_for("Reading  reader")


def wait_until_gone(terminal: Terminal, words: str) -> None:
    for _ in range(2000):
        terminal.read(0.05)
        if words not in terminal.text:
            return
    raise AssertionError(f"“{words}” stays:\n{terminal.text}")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_single_item_is_accepted_undone_and_everything_accepted(
    film: Milimo, columns: int, rows: int
) -> None:
    before = film.json("shot", "list")
    with open_studio(film, columns, rows) as terminal:
        read_script(terminal)
        assert "1 kept" in terminal.text, "the description by the user stays"
        terminal.press(")", "a")
        terminal.wait_for("in the film")
        terminal.press("u")
        wait_until_gone(terminal, "in the film")
        terminal.press("enter")
        terminal.wait_for("Storyboard")
        film.refusal("script", "reading")
        terminal.press("u")
        terminal.wait_for("undone")
        terminal.press("Z", "v")
        terminal.wait_for("Reading  reader")
        terminal.press("enter")
        terminal.wait_for("Storyboard")
        terminal.press(":", "q", "enter")
        assert terminal.wait() == 0
    film.refusal("script", "reading")
    assert [shot["number"] for shot in film.json("shot", "list")] == [shot["number"] for shot in before]
    ida = next(each for each in film.json("element", "list") if each["name"] == "Ida")
    assert ida["description"] == DESCRIPTION


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_declined_reading_leaves_the_film_as_it_was(film: Milimo, columns: int, rows: int) -> None:
    before = film.json("shot", "list"), film.json("element", "list")
    with open_studio(film, columns, rows) as terminal:
        read_script(terminal)
        terminal.press("x")
        terminal.wait_for("Decline")
        terminal.press("y")
        terminal.wait_for("Storyboard")
        terminal.press(":", "q", "enter")
        assert terminal.wait() == 0
    film.refusal("script", "reading")
    assert (film.json("shot", "list"), film.json("element", "list")) == before
