"""A story in prose on its way to the film's screenplay: read by rules or by a text engine's job, kept beside
the film while a person looks through it, and written as the script when they accept it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, Failed, NotFound, Refused
from milimo_tui.core.format import plural
from milimo_tui.core.reasons import reason
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.interchange.screenplays.encodings import decoded
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.scenario import scenario_rules
from milimo_tui.story.scenario.scenario import RULES, ItemKind, Scenario
from milimo_tui.story.scenario.scenario_script import as_fountain
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.script_source import source_bytes
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import suggestions

KEPT = "scenario"  # what the film remembers it by
LONG = 60_000  # letters of a story from which on a process of its own reads it
TOKENS = 8192  # for each piece of a story
TEMPERATURE = 0.2  # a scenario keeps to its story
TASK = "scenario"


@dataclass(frozen=True, slots=True)
class Prose:
    """A story's text, its file's name, and what has to be said of the reading."""

    text: str
    name: str
    told: tuple[str, ...] = ()


def read_story(story: str) -> Prose:
    """Read a story's file, or standard input for `-`. Raises BadInput for what is no text."""
    data, name = source_bytes(story)
    found = decoded(data)
    text = scenario_rules.checked_length(found.text)
    stem = Path(name).stem if story != "-" else ""
    return Prose(text, stem.replace("-", " ").replace("_", " ").strip(), found.told)


def by_rules(prose: Prose) -> Scenario:
    """Read a story by rules; a long one in a process of its own. Raises BadInput, Failed."""
    if len(prose.text) <= LONG:
        return scenario_rules.read_prose(prose.text, prose.name)
    done = subprocess.run(
        [sys.executable, "-m", "milimo_tui.studio.writing.story_process", prose.name],
        input=prose.text.encode("utf-8", "replace"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Failed("the process that reads the story has ended early", "milimo script transform again")
    return Scenario.from_json(json.loads(done.stdout))


def request(studio: Studio, prose: Prose, engine: str, model: str, seed: int) -> JobRequest:
    """The job that has a text engine read a story; its scenario is kept in the film when it is done.

    Raises NotFound for an engine that can't write, Unavailable for one that can't run here.
    """
    shot_spec.check_engine(engine, "write")
    suggestions.require(studio, engine, model)
    spec = Write(
        engine=engine,
        task="scenario",
        text=prose.text,
        background=prose.name,
        tokens=TOKENS,
        temperature=TEMPERATURE,
        seed=seed,
        model=model,
    )
    root = str(studio.project().paths.root)
    return JobRequest(
        spec=spec.model_dump(mode="json"), label=f"scenario of {prose.name or 'a story'}", project=root
    )


def take_in(project: ProjectFile, spec: Write, result: Result) -> None:
    """Keep a job's scenario beside the film. Raises Damaged when the answer's file is gone."""
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    answer: dict[str, Any] = suggestions.read_answer(path)
    keep(project, Scenario.from_json(answer["scenario"]))


def keep(project: ProjectFile, scenario: Scenario) -> None:
    """Keep a scenario beside the film, in the place of the one before; the film itself does not change."""
    project.ui.set(KEPT, scenario.as_json())


def drop(project: ProjectFile) -> None:
    """Forget the scenario."""
    project.ui.set(KEPT, None)


def kept(project: ProjectFile) -> Scenario:
    """The scenario that is kept beside the film. Raises NotFound where there is none, Damaged."""
    value = project.ui.get(KEPT)
    if value is None:
        raise NotFound("no scenario waits to be looked through", "milimo script transform STORY reads one")
    try:
        return Scenario.from_json(value)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(
            f"the kept scenario can't be read: {reason(error)}", "milimo script transform reads it again"
        ) from None


def accept(studio: Studio, *, replace: bool = False, append: bool = False) -> str:
    """Write the scenario as the film's screenplay and commit it, as one step of undo; returns what that did.

    Raises Refused where the film has a screenplay and neither `replace` nor `append` says what becomes of it.
    """
    if replace and append:
        raise BadInput("a script is replaced or added to", "give --replace or --append")
    file = studio.project()
    scenario = kept(file)
    text = as_fountain(scenario)
    script = file.story().project.script
    if script.strip() and not (replace or append):
        raise Refused(
            "the film has a screenplay already: it is not written over",
            "--append puts the scenes behind it, --replace in its place; undo brings it back",
        )
    scenes = len(scenario.of(ItemKind.SCENE, on=True))
    name = f"{scenario.name or 'story'}.fountain" if not (append and script.strip()) else ""
    if append and script.strip():
        body = text.split("\n\n", 1)[1] if text.startswith("Title:") else text
        text = f"{script.rstrip()}\n\n{body}"
    with file.bundle("the scenario as the script"):
        screenplays.save_script(studio, text, name)
        done = screenplays.commit(studio)
    return f"{plural(scenes, 'scene')} of the scenario in the script; {done.sentence}"


def is_engine(name: str) -> bool:
    """Whether a name is that of a text engine, and not the rules."""
    return bool(name) and name != RULES
