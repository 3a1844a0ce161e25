"""Scenarios: the analysis of a story in prose, which becomes the film's screenplay.

Rules or a language model make the scenario. It is stored with the film but changes nothing in it while the
user reviews it. When the user accepts it, it becomes the screenplay.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, Failed, NotFound, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.reasons import reason
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.interchange.values.encodings import decode_text
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.files.helper_process import make_module_command, make_module_environment
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.scenario import scenario_rules
from milimo_tui.story.scenario.scenario import RULES, ItemKind, Scenario
from milimo_tui.story.scenario.scenario_script import format_as_fountain
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.script_source import read_script_bytes
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import suggestions
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine

SCENARIO_KEY = "scenario"  # The key of the setting that stores the scenario in the film's file.
# A story with more characters than this is read in a separate process, so that the studio stays responsive.
LONG_STORY_LENGTH = 60_000
TOKENS = 8192  # The model writes at most this number of tokens for each piece of a story.
TEMPERATURE = 0.2  # Low, because a scenario must stay close to its story.
TASK = "scenario"


@dataclass(frozen=True, slots=True)
class StoryText:
    """A story in prose, a title made from its file name, and notes about how its bytes were decoded."""

    text: str
    name: str
    notes: tuple[str, ...] = ()


def read_story_text(story: str) -> StoryText:
    """Read a story from a file, or from standard input if the path is `-`. Raises BadInput for data that is
    not text, or a text of unsuitable length.
    """
    data, name = read_script_bytes(story)
    found = decode_text(data)
    text = scenario_rules.require_readable_length(found.text)
    stem = Path(name).stem if story != "-" else ""
    return StoryText(text, stem.replace("-", " ").replace("_", " ").strip(), found.reading_notes)


def make_scenario_by_rules(prose: StoryText) -> Scenario:
    """Make a scenario by rules, for a long story in a separate process. Raises BadInput, Failed."""
    if len(prose.text) <= LONG_STORY_LENGTH:
        return scenario_rules.read_prose(prose.text, prose.name)
    done = subprocess.run(
        make_module_command("milimo_tui.studio.writing.story_process", prose.name),
        env=make_module_environment(),
        input=prose.text.encode("utf-8", "replace"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Failed("the process that reads the story ended too early", "run milimo script transform again")
    return Scenario.from_json(json.loads(done.stdout))


def make_scenario_job(studio: Studio, prose: StoryText, engine: str, model: str, seed: int) -> JobRequest:
    """Return the job in which a text engine makes a scenario; the scenario is saved in the film when the job
    is done.

    Raises NotFound for an engine that can't write, Unavailable for an engine that can't run here.
    """
    writer = choose_text_engine(studio, engine, model)
    spec = Write(
        engine=writer.engine,
        task="scenario",
        text=prose.text,
        background=prose.name,
        tokens=TOKENS,
        temperature=TEMPERATURE,
        seed=seed,
        model=writer.model,
    )
    root = str(studio.require_project().paths.root)
    return JobRequest(
        spec=spec.model_dump(mode="json"), label=f"scenario of {prose.name or 'a story'}", project=root
    )


def save_scenario_answer(project: ProjectFile, result: Result) -> None:
    """Save the scenario that a job has made in the film's file, for review. Raises Damaged if the file with
    the answer is missing.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    answer: dict[str, Any] = suggestions.read_writing_answer(path)
    save_scenario(project, Scenario.from_json(answer["scenario"]))


def save_scenario(project: ProjectFile, scenario: Scenario) -> None:
    """Save a scenario in the film's file for review, replacing an earlier one. The screenplay and the shots
    do not change.
    """
    project.ui.set(SCENARIO_KEY, scenario.as_json())


def delete_scenario(project: ProjectFile) -> None:
    """Delete the saved scenario."""
    project.ui.set(SCENARIO_KEY, None)


def load_scenario(project: ProjectFile) -> Scenario:
    """Return the saved scenario. Raises NotFound if there is none, Damaged if it can't be read."""
    value = project.ui.get(SCENARIO_KEY)
    if value is None:
        raise NotFound("no scenario is waiting for review", "milimo script transform STORY makes one")
    try:
        return Scenario.from_json(value)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(
            f"the stored scenario can't be read: {reason(error)}", "milimo script transform makes it again"
        ) from None


def accept_scenario(studio: Studio, *, replace: bool = False, append: bool = False) -> str:
    """Write the scenario as the film's screenplay and commit it, as one undo step. Return a summary for the
    user.

    If the film has a screenplay, `replace` overwrites it and `append` adds the scenes at its end. Raises
    BadInput if both are given, and Refused if a screenplay exists and neither is given.
    """
    if replace and append:
        raise BadInput("replace the script or append to it, not both", "give --replace or --append")
    file = studio.require_project()
    scenario = load_scenario(file)
    text = format_as_fountain(scenario)
    script = file.load_story().project.script
    if script.strip() and not (replace or append):
        raise Refused(
            "the film already has a screenplay, which is not overwritten",
            "give --append to add the scenes at its end, or --replace to replace it",
        )
    scenes = len(scenario.list_items_of_kind(ItemKind.SCENE, on=True))
    name = f"{scenario.name or 'story'}.fountain" if not (append and script.strip()) else ""
    if append and script.strip():
        body = text.split("\n\n", 1)[1] if text.startswith("Title:") else text
        text = f"{script.rstrip()}\n\n{body}"
    with file.combine_edits("the scenario as the script"):
        screenplays.save_script(studio, text, name)
        done = screenplays.commit_script(studio)
    return f"{format_count(scenes, 'scene')} of the scenario in the script; {done.commit_summary}"


def is_text_engine(name: str) -> bool:
    """Return True if the name is that of a text engine. An empty name and the name of the rules return
    False.
    """
    return bool(name) and name != RULES
