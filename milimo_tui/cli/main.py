"""The `milimo` program: parse the words of a command line, run that command of the registry and print its
result.

The behaviour of commands is implemented in `studio`. This module imports little, so that commands about the
queue start quickly.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from milimo_tui import __version__
from milimo_tui.cli import arguments, end_notice, output, progress
from milimo_tui.cli.user_questions import TerminalPrompter
from milimo_tui.core.errors import BadInput, Cancelled, MilimoError, Unavailable
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.screens import ScreenName
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.grammar import parse
from milimo_tui.studio.registry.registry import Command, Outcome

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot, Studio

HELP_FLAGS = {"--help", "-h"}
HELP = {"help", *HELP_FLAGS}
# Commands about the command line itself. They are run by this module and are not in the registry.
SHELL_COMMANDS = {"complete", "completion", "man"}
# A machine that pushes or pulls a film starts this command over SSH on the other machine. Help does not list
# it, because people don't use it.
FAR_SIDE = "far-side"
MISSING_WORD_MESSAGES = {
    "completion": ("milimo completion needs the name of a shell", "milimo completion bash, zsh or fish"),
    "man": ("milimo man needs a folder", "milimo man ~/.local/share/man/man1"),
}
# Values of TERM for terminals that can't move the cursor, so that the studio can't draw there.
DUMB_TERMS = {"dumb", "unknown"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` and return the exit code: 0 for success, or the code of the error
    (`core.errors`). Without `argv`, use the program's own arguments.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    output.prepare_streams()
    try:
        return _run_and_report_errors(words, as_json=as_json)
    except BrokenPipeError:  # The reader closed the pipe (`| head`), so the output up to here was sufficient.
        output.discard_stdout()
        return 0


def _run_and_report_errors(words: list[str], *, as_json: bool) -> int:
    try:
        return _dispatch_words(words)
    except MilimoError as error:
        output.print_error(error, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        error_shown = Cancelled(
            "interrupted", "queued jobs continue in the background; milimo job list shows them"
        )
        output.print_error(error_shown, as_json=as_json)
        return Cancelled.exit_code


def _dispatch_words(words: list[str]) -> int:
    globals_, rest = arguments.split_global_flags(words)
    if globals_.version:
        _print_text_document({"version": __version__}, f"milimo {__version__}", globals_)
        return 0
    if not rest:
        return _open_studio_in_terminal(globals_)
    if rest[0] in HELP or HELP_FLAGS & set(rest):
        from milimo_tui.cli import help as help_pages

        text = help_pages.build_help_page(
            [word for word in rest[rest[0] in HELP :] if word not in HELP_FLAGS]
        )
        _print_text_document({"text": text}, text, globals_)
        return 0
    if rest == [FAR_SIDE]:
        return _serve_remote_box(globals_)
    if rest[0] in SHELL_COMMANDS:
        return _run_shell_command(rest[0], rest[1:], globals_)
    try:
        entry, values = parse(rest)
    except BadInput as error:
        from milimo_tui.studio.registry.corrections import correct_refused_line

        raise correct_refused_line(error, rest, _read_film(globals_)) from None
    return _run_registry_command(entry, values, globals_)


def _run_shell_command(command: str, words: list[str], globals_: arguments.GlobalFlags) -> int:
    """Run a command of `SHELL_COMMANDS`: complete words, print a shell's completion script, or write the man
    pages. Raises MilimoError.
    """
    if command == "complete":
        from milimo_tui.cli.completing import complete_last_word

        for each in complete_last_word(words[1:] if words[:1] == ["--"] else words):
            output.print_line(each)
        return 0
    if len(words) != 1:
        raise BadInput(*MISSING_WORD_MESSAGES[command])
    if command == "completion":
        from milimo_tui.cli.shell_scripts import get_completion_script

        output.print_drawn_text(get_completion_script(words[0]).rstrip())
        return 0
    from milimo_tui.cli.man_pages import write_man_pages

    count = write_man_pages(parse_user_path(words[0]))
    data = {"folder": words[0], "pages": count}
    output.print_outcome(
        Outcome(data=data, message=f"{count} man pages are in {words[0]}"), as_json=globals_.json
    )
    return 0


def _serve_remote_box(globals_: arguments.GlobalFlags) -> int:
    """Answer the requests of another machine that pushes a film to this machine or pulls a film from it. The
    requests are read from stdin and the answers are written to stdout.
    """
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.studio.travel.far_side import serve_requests

    studio = Studio.open(home=globals_.home, actor=FAR_SIDE)
    try:
        return serve_requests(studio, sys.stdin.buffer, sys.stdout.buffer)
    finally:
        studio.close()


def _print_text_document(document: dict[str, str], text: str, globals_: arguments.GlobalFlags) -> None:
    output.print_outcome(Outcome(data=document, text=text), as_json=globals_.json)


def _run_registry_command(entry: Command, values: dict[str, Any], globals_: arguments.GlobalFlags) -> int:
    from milimo_tui.studio.session.studio import Studio

    studio = Studio.open(home=globals_.home, project=globals_.project, cut=globals_.cut)
    studio.progress, studio.counted = progress.show_job_progress, progress.show_file_progress
    studio.remark = output.print_note
    if sys.stdin.isatty() and sys.stderr.isatty():
        studio.asks = TerminalPrompter()
    try:
        with end_notice.notify_at_end(entry.id, entry.cli, studio.settings) as notify:
            outcome = _run_with_suggestion(studio, entry, values, globals_)
            if outcome.opens_card and (globals_.json or not _has_terminal()):
                raise BadInput(
                    "the test card needs a terminal",
                    "milimo doctor without --card needs no terminal",
                )
            output.print_outcome(outcome, as_json=globals_.json)
            notify(outcome.message)
        if outcome.opens_card:
            return _start_tui(studio, mode=ScreenName.HOME, card=True)
        if outcome.open_studio and not globals_.json and _has_terminal():
            return _start_tui(studio)
        return outcome.exit_code
    finally:
        studio.close()


def _run_with_suggestion(
    studio: Studio, entry: Command, values: dict[str, Any], globals_: arguments.GlobalFlags
) -> Outcome:
    """Run a command with its arguments and return its result. If the command refuses an argument with
    BadInput, the error is raised again with a suggested corrected command line.
    """
    try:
        return registry.run_by_id(studio, entry.id, values)
    except BadInput as error:
        from milimo_tui.studio.registry.corrections import suggest_after_run

        raise suggest_after_run(error, entry, values, _read_film(globals_)) from None


def _read_film(globals_: arguments.GlobalFlags) -> FilmSnapshot | None:
    """Return a snapshot of the film that the command line refers to, or None if the film can't be read.
    Corrections of a wrong command line are taken from the film's names.
    """
    from milimo_tui.cli.completing import read_named_film

    try:
        return read_named_film(globals_.home, globals_.project, globals_.cut)
    except MilimoError:
        return None


def _has_terminal() -> bool:
    """Return True if stdin and stdout are a terminal that can move the cursor."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not _is_dumb_terminal()


def _is_dumb_terminal() -> bool:
    return os.environ.get("TERM") in DUMB_TERMS


def _open_studio_in_terminal(globals_: arguments.GlobalFlags) -> int:
    from milimo_tui.studio.session.studio import Studio

    if _is_dumb_terminal():
        raise Unavailable(
            f"the studio can't draw where TERM is {os.environ['TERM']}: such a terminal can't position text",
            "milimo help lists the commands that work here; if TERM is wrong, set TERM=xterm",
        )
    if not _has_terminal():
        raise Unavailable(
            "the studio needs a terminal", "milimo help lists the commands that work without one"
        )
    studio = Studio.open(home=globals_.home, project=globals_.project, cut=globals_.cut)
    try:
        return _start_tui(studio)
    finally:
        studio.close()


def _start_tui(studio: Any, *, mode: str = "", card: bool = False) -> int:
    # Starting creates little garbage, so the garbage collector is off to save time. `RestCollector.start`
    # turns it on again.
    gc.disable()
    from milimo_tui.tui.app.running import run_studio

    return run_studio(studio, mode=mode, card=card)


if __name__ == "__main__":
    sys.exit(main())
