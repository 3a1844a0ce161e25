"""The `milimo` program: parse the words of a command, run the command of the registry and print its outcome.

The program adds no behaviour: everything a command does is in `studio`. Imports stay light, so that commands
about the queue answer at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

from milimo_tui import __version__
from milimo_tui.cli import arguments, output, progress, told
from milimo_tui.cli.asking import AtTerminal
from milimo_tui.core.errors import BadInput, Cancelled, MilimoError, Unavailable
from milimo_tui.core.host import named_path
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.grammar import parse
from milimo_tui.studio.registry.registry import Command, Outcome

HELP = {"help", "--help", "-h"}
# verbs about the command line itself; they are not commands of the studio
SHELL_VERBS = {"complete", "completion", "man"}
FAR_SIDE = "far-side"  # the verb that another box starts by ssh; not meant for people and not listed in help
NEEDS_ONE = {
    "completion": ("milimo completion needs the name of a shell", "milimo completion bash, zsh or fish"),
    "man": ("milimo man needs a folder", "milimo man ~/.local/share/man/man1"),
}
DUMB = {"dumb", "unknown"}  # values of TERM for terminals that can't move the cursor


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of the shell and return the exit code of the CLI contract."""
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    output.prepare()
    try:
        return _answer(words, as_json=as_json)
    except BrokenPipeError:  # The reader closed the pipe (`| head`). The output so far was correct.
        output.discard()
        return 0


def _answer(words: list[str], *, as_json: bool) -> int:
    try:
        return _dispatch(words)
    except MilimoError as error:
        output.error(error, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        error_shown = Cancelled("interrupted", "what was queued goes on in the background: milimo job list")
        output.error(error_shown, as_json=as_json)
        return Cancelled.exit_code


def _dispatch(words: list[str]) -> int:
    globals_, rest = arguments.split_globals(words)
    if globals_.version:
        _print_document({"version": __version__}, f"milimo {__version__}", globals_)
        return 0
    if not rest:
        return _open_studio(globals_)
    if rest[0] in HELP or (rest[0] == "run" and HELP & {*rest[1:]}):
        from milimo_tui.cli import help as help_pages

        text = help_pages.page([word for word in rest if word not in HELP][:2])
        _print_document({"text": text}, text, globals_)
        return 0
    if rest == [FAR_SIDE]:
        return _answer_a_box(globals_)
    if rest[0] in SHELL_VERBS:
        return _for_the_shell(rest[0], rest[1:], globals_)
    entry, values = parse(rest)
    return _run(entry, values, globals_)


def _for_the_shell(verb: str, words: list[str], globals_: arguments.Globals) -> int:
    """Complete words, print a shell's completion script, or write the man pages. Raises MilimoError."""
    if verb == "complete":
        from milimo_tui.cli.completing import lines

        for each in lines(words[1:] if words[:1] == ["--"] else words):
            output.line(each)
        return 0
    if len(words) != 1:
        raise BadInput(*NEEDS_ONE[verb])
    if verb == "completion":
        from milimo_tui.cli.shell_scripts import script

        output.drawn(script(words[0]).rstrip())
        return 0
    from milimo_tui.cli.man_pages import write

    count = write(named_path(words[0]))
    data = {"folder": words[0], "pages": count}
    output.outcome(Outcome(data=data, message=f"{count} man pages are in {words[0]}"), as_json=globals_.json)
    return 0


def _answer_a_box(globals_: arguments.Globals) -> int:
    """Answer a push or a pull: standard input and output are a conversation with another Milimo."""
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.studio.travel.far_side import serve

    studio = Studio.open(home=globals_.home, actor=FAR_SIDE)
    try:
        return serve(studio, sys.stdin.buffer, sys.stdout.buffer)
    finally:
        studio.close()


def _print_document(document: dict[str, str], text: str, globals_: arguments.Globals) -> None:
    output.outcome(Outcome(data=document, text=text), as_json=globals_.json)


def _run(entry: Command, values: dict[str, Any], globals_: arguments.Globals) -> int:
    from milimo_tui.studio.session.studio import Studio

    studio = Studio.open(home=globals_.home, project=globals_.project, cut=globals_.cut)
    studio.progress, studio.counted = progress.shown, progress.counted
    if sys.stdin.isatty() and sys.stderr.isatty():
        studio.asks = AtTerminal()
    try:
        with told.notified_at_the_end(entry.id, entry.cli, studio.settings) as say:
            outcome = registry.run(studio, entry.id, values)
            if outcome.opens_card and (globals_.json or not _has_terminal()):
                raise BadInput("the test card needs a terminal", "milimo doctor tells the rest without one")
            output.outcome(outcome, as_json=globals_.json)
            say(outcome.message)
        if outcome.opens_card:
            return _tui(studio, mode="home", card=True)
        if outcome.open_studio and not globals_.json and _has_terminal():
            return _tui(studio)
        return outcome.exit_code
    finally:
        studio.close()


def _has_terminal() -> bool:
    """Return True if input and output are a terminal that can place text on the screen."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not _is_dumb()


def _is_dumb() -> bool:
    return os.environ.get("TERM") in DUMB


def _open_studio(globals_: arguments.Globals) -> int:
    from milimo_tui.studio.session.studio import Studio

    if _is_dumb():
        raise Unavailable(
            f"the studio can't draw where TERM is {os.environ['TERM']}: there is no way to place words",
            "milimo help lists the verbs, which all work here; if TERM is wrong: TERM=xterm",
        )
    if not _has_terminal():
        raise Unavailable("the studio needs a terminal", "milimo help lists the verbs that work without one")
    studio = Studio.open(home=globals_.home, project=globals_.project, cut=globals_.cut)
    try:
        return _tui(studio)
    finally:
        studio.close()


def _tui(studio: Any, *, mode: str = "", card: bool = False) -> int:
    gc.disable()  # Starting creates little garbage. `RestCollector.start` turns the collector on again.
    from milimo_tui.tui.app.running import run

    return run(studio, mode=mode, card=card)


if __name__ == "__main__":
    sys.exit(main())
