"""`storyboard parse`: preview the shots for a text, found by rules or by a language model. `--commit` saves
the shots.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput, Failed, Refused
from milimo_tui.studio.commands.script.script import ScreenplayTextArgs
from milimo_tui.studio.registry.args import arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.script import screenplays, shot_lists
from milimo_tui.studio.script.script_source import read_script_source
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import breakdown
from milimo_tui.studio.writing.breakdown import RULES, BreakdownResult

PARSE_COLUMNS = ("scene", "size", "movement", "function", "frames", "characters", "action")


class StoryboardParseArgs(ScreenplayTextArgs):
    engine: str = arg(RULES, description="reader of the text: rules, auto, local, ollama or openai")
    model: str = arg("", description="model of the engine (default: the selected one)")
    seed: int = arg(42, ge=0, le=2**32 - 1, description="seed; the same seed gives the same shots")
    commit: bool = arg(False, description="also make these the shots of the film")


def _parse_shots(studio: Studio, args: StoryboardParseArgs) -> Outcome:
    if args.commit and args.script:
        raise BadInput(
            "only the screenplay of the film can be committed",
            f"run milimo script import {args.script}, then "
            f"milimo storyboard parse --engine {args.engine} --commit",
        )
    data = read_script_source(args.script).data if args.script else None
    screenplay, rate = screenplays.parse_given_or_saved_script(studio, data, args.mode)
    if args.engine == RULES:
        found = breakdown.break_down_by_rules(screenplay, rate)
    else:
        text = data.decode() if data is not None else studio.require_project().load_story().project.script
        asking = breakdown.BreakdownRequest(args.engine, args.model, args.seed)
        found = breakdown.break_down_by_model(
            studio, text, screenplay, rate, asking, or_rules=not args.commit
        )
    committed = (_commit_parsed_shots(studio, args.engine, found),) if args.commit else ()
    return Outcome(
        data=list(found.rows), columns=PARSE_COLUMNS, message="\n".join((*found.notes, *committed))
    )


def _commit_parsed_shots(studio: Studio, engine: str, found: BreakdownResult) -> str:
    """Replace the film's shots by the parsed shots and return a summary. Raises Failed if the model gave no
    usable shots, and Refused if they contradict the screenplay.
    """
    if engine == RULES:
        return screenplays.commit_script(studio).commit_summary
    if all(row["by"] == RULES for row in found.rows):
        raise Failed(
            f"{engine} returned no list of shots; nothing was changed",
            "try another --seed or --model; milimo storyboard commit needs no model",
        )
    if found.faults:
        raise Refused(
            f"nothing was changed: shots from {engine} differ from the script ({'; '.join(found.faults)})",
            "try another --seed or --model; milimo storyboard commit needs no model",
        )
    return screenplays.commit_script(studio, shot_lists.parse_shot_list_rows(found.rows)).commit_summary


PARSE = Command(
    "storyboard.parse",
    "Preview the commit",
    "list the shots that would be made from a text, by rules or a language model",
    _parse_shots,
    StoryboardParseArgs,
    cli="storyboard parse",
    positional=("script",),
)
