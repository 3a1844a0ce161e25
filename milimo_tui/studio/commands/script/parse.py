"""`storyboard parse`: preview the shots for a text, found by rules or also by a language model. `--commit`
saves the shots.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.story.values.film import Project, Story
from milimo_tui.studio.commands.script.script import ScreenplayTextArgs
from milimo_tui.studio.registry.args import arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.script_source import read_script_source
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import parsed_shots, script_readings
from milimo_tui.studio.writing.parsed_shots import RULES, ParsedShots
from milimo_tui.studio.writing.script_readings import ReadingPlan
from milimo_tui.studio.writing.text_engine_choice import AUTO

PARSE_COLUMNS = ("scene", "size", "movement", "function", "frames", "characters", "action")


class StoryboardParseArgs(ScreenplayTextArgs):
    engine: str = arg(RULES, description="reader of the text: rules, auto, local, ollama or openai")
    model: str = arg("", description="model of the engine (default: the selected one)")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="seed of the model; another seed reads the text again"
    )
    commit: bool = arg(False, description="also make these the shots of the film")


def _parse_shots(studio: Studio, args: StoryboardParseArgs) -> Outcome:
    if args.commit and args.script:
        raise BadInput(
            "only the screenplay of the film can be committed",
            f"run milimo script import {args.script}, then "
            f"milimo storyboard parse --engine {args.engine} --commit",
        )
    data = read_script_source(args.script).data if args.script else None
    # The film's screenplay is committed as it was imported.
    mode = None if args.commit else args.mode
    screenplay, rate = screenplays.parse_given_or_saved_script(studio, data, mode)
    story = Story(project=Project(id="", name="", rate=rate))
    if data is None:
        story = studio.require_project().load_story()
    if args.engine == RULES:
        found = parsed_shots.list_shots(story, screenplay)
    else:
        if args.engine != AUTO:
            shot_spec.check_engine(args.engine, "write")
        make_plan: Callable[[], ReadingPlan]
        if data is None and mode is None:
            make_plan = partial(script_readings.plan_reading, studio, args.engine, args.model, seed=args.seed)
        else:
            text = data.decode() if data is not None else story.project.script
            make_plan = partial(
                script_readings.plan_text_reading, studio, text, screenplay.mode, args.engine, args.model,
                args.seed,
            )  # fmt: skip
        read = parsed_shots.read_shots if args.commit else parsed_shots.read_shots_if_possible
        found = read(studio, story, screenplay, make_plan)
    notes = list(found.notes)
    if args.commit:
        notes.append(_commit_parsed_shots(studio, args.engine, found))
    elif found.reading is not None and data is None and mode is None:
        notes.append(
            f"the reading of {found.reading.reader} waits for your decision: milimo script accept makes "
            "these shots, milimo script decline removes it"
        )
    return Outcome(data=list(found.rows), columns=PARSE_COLUMNS, message="\n".join(notes))


def _commit_parsed_shots(studio: Studio, engine: str, found: ParsedShots) -> str:
    """Replace the film's shots by the parsed shots, and return a summary. Raises Failed if the model gave no
    usable answer about any scene.
    """
    if found.reading is None:
        return screenplays.commit_script(studio).commit_summary
    if not found.is_any_scene_read:
        raise Failed(
            f"{engine} could not read the screenplay; nothing was changed",
            "try another --seed or --model; milimo storyboard commit needs no model",
        )
    done = screenplays.commit_script(studio, reading=found.reading, is_decided=lambda _: True)
    return done.commit_summary


PARSE = Command(
    "storyboard.parse",
    "Preview the commit",
    "list the shots that would be made from a text, by rules or a language model",
    _parse_shots,
    StoryboardParseArgs,
    cli="storyboard parse",
    positional=("script",),
)
