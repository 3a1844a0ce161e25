"""`storyboard parse`: the shots that a text would give, by rules or by a language model; `--commit` saves
them.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.studio.commands.script.script import TextArgs
from milimo_tui.studio.registry.args import arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.script import screenplays, shot_lists
from milimo_tui.studio.script.script_source import read_screenplay
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import breakdown
from milimo_tui.studio.writing.breakdown import RULES, BrokenDown

COLUMNS = ("scene", "size", "movement", "function", "frames", "characters", "action")


class ParseArgs(TextArgs):
    engine: str = arg(RULES, description="who breaks it down: rules, gemma, ollama or openai")
    model: str = arg("", description="its model (default: the chosen one)")
    seed: int = arg(42, ge=0, le=2**32 - 1, description="same seed, same shots")
    commit: bool = arg(False, description="make them the film's shots at once")


def _parse(studio: Studio, args: ParseArgs) -> Outcome:
    if args.commit and args.script:
        raise BadInput(
            "only the film's own screenplay can be committed",
            f"milimo script import {args.script}, then storyboard parse --engine {args.engine} --commit",
        )
    data = read_screenplay(args.script).data if args.script else None
    screenplay, rate = screenplays.read(studio, data, args.mode)
    if args.engine == RULES:
        found = breakdown.by_rules(screenplay, rate)
    else:
        text = data.decode() if data is not None else studio.project().story().project.script
        asking = breakdown.BreakdownRequest(args.engine, args.model, args.seed)
        found = breakdown.by_model(studio, text, screenplay, rate, asking, or_rules=not args.commit)
    committed = (_committed(studio, args.engine, found),) if args.commit else ()
    return Outcome(data=list(found.rows), columns=COLUMNS, message="\n".join((*found.notes, *committed)))


def _committed(studio: Studio, engine: str, found: BrokenDown) -> str:
    """Make the parsed shots the film's shots and return a summary. Raises Failed if the model gave no usable
    shots.
    """
    if engine == RULES:
        return screenplays.commit(studio).sentence
    if all(row["by"] == RULES for row in found.rows):
        raise Failed(
            f"nothing that {engine} answered was a list of shots: nothing has changed",
            "give another --seed or --model; milimo storyboard commit uses the rules",
        )
    return screenplays.commit(studio, shot_lists.listed_of(found.rows)).sentence


PARSE = Command(
    "storyboard.parse",
    "Parse",
    "the shots a text would give, by rules or a language model",
    _parse,
    ParseArgs,
    cli="storyboard parse",
    positional=("script",),
)
