"""Commands on the screenplay: import, check, lock numbers, save, edit, export."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.core.host import parse_user_path, write_file_atomically
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.interchange.files.script import STDIN, make_text_file_name
from milimo_tui.story.commit.written_script import WrittenScript, write_script
from milimo_tui.story.consistency.checking import check_consistency
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode
from milimo_tui.story.shots import script_check
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.studio.commands.queue.printing import check_output_path
from milimo_tui.studio.commands.script.marks import MARKS
from milimo_tui.studio.commands.script.read import READING_COMMANDS
from milimo_tui.studio.commands.script.recover import RECOVER
from milimo_tui.studio.commands.script.scenario import TRANSFORM
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.script_source import (
    ScriptFormat,
    export_script,
    find_script_format,
    read_script_source,
    save_original_script,
)
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import film_questions, story_marks
from milimo_tui.studio.writing.story_marks import mark_to_json


class ScriptImportArgs(Args):
    script: str = arg(description="a screenplay (.fountain, .fdx, .pdf, .docx …), or - for standard input")
    name: str = arg(
        "", description="name of the film (default: the current film if it is empty, else the title)"
    )
    mode: ScreenplayMode = arg(
        ScreenplayMode.AUTO, description="how the text is read: auto, screenplay, freeform, numbered"
    )
    commit: bool = arg(True, description="also make scenes, shots and the first cut")


def _import_script(studio: Studio, args: ScriptImportArgs) -> Outcome:
    source = read_script_source(args.script)
    screenplay = screenplays.parse_script(source.data, args.mode)
    named = args.name or studio.wanted_project
    screenplays.open_project_for_script(studio, screenplay, name=source.name, project=named)
    text = source.data.decode()
    if args.commit:
        message = screenplays.import_script(studio, text, source.name, args.mode).commit_summary
    else:
        screenplays.save_script(studio, text, source.name, args.mode)
        message = "imported"
    save_original_script(studio, source)
    message += source.notes
    if next(script_check.find_unread_parts(screenplay), None):
        message += (
            "; the language of the script is not known, so only names, speeches and headings were read: "
            "milimo script read uses a language model"
        )
    if screenplay.problems:
        count = format_count(len(screenplay.problems), "line")
        message += f"; {count} of the screenplay to look at: milimo script check"
    return Outcome(data={"project": studio.require_project().paths.root.name}, message=message)


class ScreenplayTextArgs(Args):
    script: str = arg("", description="a screenplay file, or - for standard input (default: the film's)")
    mode: ScreenplayMode | None = arg(
        None, description="how the text is read: auto, screenplay, freeform, numbered"
    )


def read_given_screenplay(studio: Studio, args: ScreenplayTextArgs) -> tuple[Screenplay, Fraction]:
    """Return the screenplay to work on, and the frame rate for the lengths of its shots.

    This is the screenplay that `args` names, or else the open film's screenplay.
    """
    data = read_script_source(args.script).data if args.script else None
    return screenplays.parse_given_or_saved_script(studio, data, args.mode)


def _check_script_by_model(studio: Studio, args: ScriptCheckArgs) -> tuple[str, ...]:
    """Let a language model check the film's screenplay and save the marks that it finds. Return the result as
    lines of text.
    """
    if args.script:
        raise BadInput(
            "a model can only read the screenplay of the film",
            "milimo script import imports a file as the screenplay",
        )
    question = film_questions.make_check_job(studio, args.engine, args.model)
    [job] = studio.require_client().submit_jobs([question.request])
    check_job_done(wait_with_progress(studio, question.request.label, [job])[job])
    talk = next(talk for talk in studio.require_project().facts.list_talks(task="check") if talk.job == job)
    answered = [read_stored_object(note) for note in talk.notes]
    marks, lost = story_marks.parse_model_marks(
        studio.take_snapshot().story.project.script, answered, talk.model
    )
    words = (
        f"{talk.model} found {format_count(len(marks), 'mark')}; about {talk.told + talk.answered:,} tokens"
    )
    left_out = (
        (f"{lost} of its marks are left out, because no line contains the words that they quote",)
        if lost
        else ()
    )
    room = (f"did not fit into the prompt: {', '.join(talk.left_out)}",) if talk.left_out else ()
    return (words, *left_out, *room)


class ScriptCheckArgs(ScreenplayTextArgs):
    dismissed: bool = arg(False, description="list dismissed marks too")
    engine: str = arg("", description="also check with a language model: auto, local, ollama, openai")
    model: str = arg("", description="model of the engine (default: from the settings)")


def _check_script(studio: Studio, args: ScriptCheckArgs) -> Outcome:
    """Count the scenes and other elements of a screenplay, and list its problems and marks.

    Marks that the user dismissed are left out unless `--dismissed` is given.
    """
    model_lines = _check_script_by_model(studio, args) if args.engine else ()
    screenplay, rate = read_given_screenplay(studio, args)
    found = script_check.check_script(screenplay, rate)
    lines = [f"{problem.line}:{problem.column}  {problem.message}" for problem in found.problems]
    if args.script:
        every = check_consistency(break_down_script(screenplay, rate))
        story = None
    else:
        story = studio.take_snapshot().story
        every = story_marks.list_all_marks(studio, screenplay)
    passed = set(story.project.passed) if story is not None and not args.dismissed else set()
    marks = [mark for mark in every if mark.stable_key not in passed]
    for mark in marks:
        other_line = f" (line {mark.other})" if mark.other else ""
        dismissed = "  dismissed" if story is not None and mark.stable_key in story.project.passed else ""
        lines.append(f"{mark.line}  {mark.kind}: {mark.sentence}{other_line}  {mark.stable_key}{dismissed}")
    if left := len(every) - len(marks):
        lines.append(
            f"{format_count(left, 'mark')} dismissed (--dismissed shows {'it' if left == 1 else 'them'})"
        )
    lines.append(
        f"{format_count(found.scenes, 'scene')}, {format_count(found.cues, 'cue')}, "
        f"{format_count(found.dialogue, 'line')} of dialogue, {format_count(found.shots, 'shot')}, "
        f"about {format_clock_duration(float(found.seconds))}"
    )
    lines += model_lines
    rows = [mark_to_json(mark, story) for mark in marks]
    data = asdict(found) | {"seconds": float(found.seconds), "marks": rows}
    return Outcome(data=data, text="\n".join(lines))


class ScriptSaveArgs(Args):
    text: str = arg(description="the complete text of the screenplay", verbatim=True)


def _save_script_text(studio: Studio, args: ScriptSaveArgs) -> Outcome:
    changed = screenplays.save_script(studio, args.text)
    return Outcome(data={"changed": changed}, message="saved" if changed else "nothing changed")


def _edit_script(studio: Studio, args: NoArgs) -> Outcome:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise BadInput("no editor is named", "set EDITOR, for example EDITOR=nano")
    before = studio.take_snapshot().story.project.script
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / make_text_file_name(studio.take_snapshot().story.project.script_name)
        path.write_bytes(before.encode())
        try:
            code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
            after = path.read_bytes()
        except (ValueError, OSError) as error:
            raise BadInput(
                f"the editor “{editor}” can't be run: {reason(error)}",
                "set EDITOR to another editor, for example EDITOR=nano",
            ) from error
        if code:
            raise Failed(f"{editor} ended with an error; the screenplay is unchanged")
    fountain.parse(after)
    changed = screenplays.save_script(studio, after.decode())
    return Outcome(
        data={"changed": changed},
        message="saved; milimo storyboard commit applies it to the film" if changed else "nothing changed",
    )


class NumberLockArgs(Args):
    lock: bool = arg(False, description="lock the numbers of scenes and shots")
    unlock: bool = arg(False, description="unlock the numbers and renumber")


def _lock_script_numbers(studio: Studio, args: NumberLockArgs) -> Outcome:
    """Lock or unlock the numbers of scenes and shots, and report the numbers. Raises BadInput if both are
    requested.
    """
    if args.lock and args.unlock:
        raise BadInput("lock the numbers or unlock them, not both", "give --lock or --unlock")
    messages: tuple[str, ...] = ()
    if args.lock or args.unlock:
        messages = screenplays.lock_numbers(studio, lock=args.lock).told
    story = studio.take_snapshot().story
    scenes, shots = story.shown_scenes(), story.shown_shots()
    is_locked = story.project.numbers_locked
    omitted_count = sum(one.omitted for one in scenes) + sum(one.omitted for one in shots)
    counts = f"{format_count(len(scenes), 'scene')}, {format_count(len(shots), 'shot')}"
    state = "numbers are locked" if is_locked else "numbers are not locked"
    message = "; ".join(
        (f"{state}: {counts}{f', {omitted_count} omitted' if omitted_count else ''}", *messages)
    )
    data = {
        "locked": is_locked,
        "scenes": [{"number": one.number, "heading": one.heading, "omitted": one.omitted} for one in scenes],
        "shots": [{"number": story.numbers.get(one.id, ""), "omitted": one.omitted} for one in shots],
        "told": list(messages),
    }
    return Outcome(data=data, message=message)


def _write_current_script(studio: Studio) -> WrittenScript:
    """Return the screenplay as it would be exported: with the changes that the user made in the film, and
    with locked numbers.
    """
    story, mode = studio.take_snapshot().story, screenplays.get_script_mode(studio.require_project())

    def read(text: str) -> tuple[Screenplay, tuple[SceneDraft, ...]]:
        screenplay = fountain.parse(text.encode(), mode)
        return screenplay, screenplays.break_down_with_coverage(story, screenplay)

    return write_script(story, read)


class ScriptExportArgs(Args):
    file: str = arg(description="the file to write (.fountain, .fdx, .pdf), or - for standard output")
    form: ScriptFormat | None = arg(
        None, description="fountain, fdx or pdf (default: by the suffix of the file)"
    )
    overwrite: bool = arg(False, description="replace an existing file")


def _export_script(studio: Studio, args: ScriptExportArgs) -> Outcome:
    path = None if args.file == STDIN else parse_user_path(args.file).absolute()
    form = args.form or find_script_format(path.suffix if path else "")
    if path is None and form is ScriptFormat.PDF:
        raise BadInput(
            "a PDF can't be written to standard output", "name a file: milimo script export film.pdf"
        )
    written = _write_current_script(studio)
    left_out = written.left_out
    loss_note = (
        f"left out, the text can't hold {'it' if len(left_out) == 1 else 'them'}: {', '.join(left_out)}"
    )
    file = export_script(studio, written.text, screenplays.get_script_mode(studio.require_project()), form)
    message = "; ".join((*((loss_note,) if left_out else ()), *file.notes))
    if path is None:
        text = file.data.decode("utf-8", "replace")
        return Outcome(data={"text": text, "left_out": list(left_out)}, text=text.removesuffix("\n"))
    check_output_path(path, overwrite=args.overwrite)
    write_file_atomically(path, file.data)
    data = {"path": str(path), "left_out": list(left_out), "blank_letters": list(file.blank_letters)}
    return Outcome(data=data, text=str(path), message=message)


COMMANDS = (
    *MARKS,
    *RECOVER,
    Command(
        "script.import",
        "Import screenplay",
        "import a screenplay and make its film",
        _import_script,
        ScriptImportArgs,
        cli="script import",
        positional=("script",),
    ),
    TRANSFORM,
    *READING_COMMANDS,
    Command(
        "script.check",
        "Check screenplay",
        "count the parts of a screenplay and check it for contradictions",
        _check_script,
        ScriptCheckArgs,
        cli="script check",
        positional=("script",),
    ),
    Command(
        "script.numbers",
        "Lock numbers",
        "lock or unlock the numbers of scenes and shots",
        _lock_script_numbers,
        NumberLockArgs,
        refuse_without_film,
        cli="script numbers",
    ),
    Command(
        "script.save",
        "Save screenplay",
        "save the text of the screenplay",
        _save_script_text,
        ScriptSaveArgs,
        refuse_without_film,
    ),
    Command(
        "script.edit",
        "Edit screenplay",
        "open the screenplay in $EDITOR",
        _edit_script,
        NoArgs,
        refuse_without_film,
        cli="script edit",
    ),
    Command(
        "script.export",
        "Export screenplay",
        "export the screenplay as a file",
        _export_script,
        ScriptExportArgs,
        refuse_without_film,
        cli="script export",
        positional=("file",),
    ),
)
