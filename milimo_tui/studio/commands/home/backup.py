"""Commands that back up the studio home, restore it, and check it for damage."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import bytes_text, plural
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

if TYPE_CHECKING:
    from milimo_tui.engines.specs.spec_values import SpecValue
    from milimo_tui.store.backup.backup_folder import BackupFolder
    from milimo_tui.store.backup.manifest import Manifest

_FOLDER = "folder of backups (default: the setting backup_folder, else backups in the studio home)"
_WHICH = "its name, latest, or a time: 2026-11-27, “2026-11-27 14:00”"
_DETACH = "queue it and return"


class NowArgs(Args):
    folder: str = arg("", description=_FOLDER)
    detach: bool = arg(False, description=_DETACH)


class ListArgs(Args):
    folder: str = arg("", description=_FOLDER)


class ShowArgs(Args):
    backup: str = arg("latest", description=_WHICH)
    folder: str = arg("", description=_FOLDER)


class CheckArgs(NowArgs):
    pass


class RestoreArgs(Args):
    backup: str = arg("latest", description=_WHICH)
    to: str = arg("", description="folder that becomes the restored studio home: new, or empty")
    film: str = arg(
        "", description="one film instead: its name, folder or id; it comes beside the present one"
    )
    name: str = arg("", description="what the film is called then")
    folder: str = arg("", description=_FOLDER)
    lacking: bool = arg(False, description="leave out files whose copies are damaged: they are named")


class ForgetArgs(Args):
    backups: tuple[str, ...] = arg((), description="their names; none: those that the rule does not keep")
    folder: str = arg("", description=_FOLDER)


class HomeCheckArgs(Args):
    no_mend: bool = arg(False, description="only tell: put no damaged media back from backups")
    folder: str = arg("", description=_FOLDER)
    detach: bool = arg(False, description=_DETACH)


def _folder(studio: Studio, named: str) -> BackupFolder:
    from milimo_tui.core.host import named_path
    from milimo_tui.store.backup.backup_folder import BackupFolder
    from milimo_tui.studio.backups.backup_orders import folder_of

    if named:  # After the loss of a home, its backups are read without that home's settings.
        return BackupFolder(named_path(named).absolute())
    return folder_of(studio.home, studio.settings)


def _done(studio: Studio, spec: SpecValue, *, detach: bool) -> tuple[Outcome, dict[str, Any] | None]:
    """Queue a job and wait for it; return the outcome and the job's facts.

    The facts are None if the job failed or the command does not wait for it.
    """
    from milimo_tui.jobs.client.client import JobRequest
    from milimo_tui.studio.backups.backup_orders import LABELS, LATER
    from milimo_tui.studio.commands.queue.queued import ended

    asked = spec.model_dump(mode="json")
    label = LABELS[asked["kind"]]
    client = studio.client()
    priority = 0 if asked["kind"] == "make_backup" else LATER
    [job] = client.submit([JobRequest(spec=asked, label=label, priority=priority)])
    done = ended(studio, [job], None, detach=detach, what=label)
    if detach or done.exit_code:
        return done, None
    return done, dict(studio.client().job(job).history[-1].facts)


def _now(studio: Studio, args: NowArgs) -> Outcome:
    from milimo_tui.studio.backups.backup_orders import backup_spec

    done, facts = _done(studio, backup_spec(studio.settings, args.folder), detach=args.detach)
    if facts is None:
        return done
    counts = (
        f"{plural(facts['films'], 'film')}, {plural(facts['files'], 'file')}, {bytes_text(facts['bytes'])}"
    )
    message = f"backup {facts['backup']}: {counts} ({bytes_text(facts['copied'])} written)"
    if facts["forgotten"]:
        message += f"; {plural(len(facts['forgotten']), 'older one')} forgotten"
    lines = [f"left out: {problem}" for problem in facts["problems"]]
    return replace(done, data={**done.data, **facts}, text="\n".join(lines), message=message)


def _row(one: Manifest) -> dict[str, Any]:
    return {
        "id": one.id,
        "made": time.strftime("%a %d %b %Y %H:%M", time.localtime(one.created)),
        "created": one.created,
        "films": len(one.films),
        "files": len(one.entries),
        "bytes": one.bytes,
        "size": bytes_text(one.bytes),
        "home": one.home,
        "problem": "; ".join(one.problems),
    }


def _list(studio: Studio, args: ListArgs) -> Outcome:
    folder = _folder(studio, args.folder)
    there, damaged = folder.backups()
    rows: list[dict[str, Any]] = [_row(one) for one in there]
    rows += [{"id": id, "problem": problem} for id, problem in damaged]
    text = "\n".join(f"{row['id']}: {row['problem']}" for row in rows if row["problem"])
    message = "" if rows else f"there are no backups in {folder.root}; milimo backup now makes one"
    return Outcome(data=rows, columns=("id", "made", "films", "files", "size"), text=text, message=message)


def _show(studio: Studio, args: ShowArgs) -> Outcome:
    one = _folder(studio, args.folder).find(args.backup)
    films = [
        {"folder": film.folder, "id": film.id, "name": film.name, "shots": film.shots, "takes": film.takes}
        for film in one.films
    ]
    row = {**_row(one), "version": one.version, "films": films, "problems": list(one.problems)}
    lines = [f"{one.id}  {row['made']}, {plural(len(one.entries), 'file')}, {row['size']}, of {one.home}"]
    lines += [
        f"  {film.folder}  “{film.name}”  {plural(film.shots, 'shot')}, {plural(film.takes, 'take')}"
        for film in one.films
    ]
    lines += [f"  left out: {problem}" for problem in one.problems]
    return Outcome(data=row, text="\n".join(lines))


def _check(studio: Studio, args: CheckArgs) -> Outcome:
    from milimo_tui.studio.backups.backup_orders import backup_check_spec

    _folder(studio, args.folder).require()
    done, facts = _done(studio, backup_check_spec(studio.settings, args.folder), detach=args.detach)
    return done if facts is None else _found(done, facts, "the backups")


def _look(studio: Studio, args: HomeCheckArgs) -> Outcome:
    from milimo_tui.store.jobs.studio_file import problem_of_queue
    from milimo_tui.studio.backups.backup_orders import home_check_spec

    if problem := problem_of_queue(studio.home.studio_db):  # A supervisor can't start with a damaged queue.
        raise Refused(problem, "milimo job recover; with --backup latest as it was then")
    spec = home_check_spec(studio.settings, args.folder, mend=not args.no_mend)
    done, facts = _done(studio, spec, detach=args.detach)
    return done if facts is None else _found(done, facts, "this home")


def _found(done: Outcome, facts: dict[str, Any], what: str) -> Outcome:
    """Report the findings of a check, a line each. The exit code is 0, because the check itself succeeded."""
    found = facts["found"]
    mended = sum(bool(one["mended"]) for one in found)
    counts = ", ".join(
        filter(
            None,
            (
                plural(facts["databases"], "database") if facts["databases"] else "",
                plural(facts["files"], "file"),
                bytes_text(facts["bytes"]),
            ),
        )
    )
    left = len(found) + facts["more"] - mended
    end = "all whole" if not found else f"{plural(left, 'fault')} left" if left else "all whole now"
    lines = [line for one in found for line in _lines(one)]
    lines += [f"… and {facts['more']} more: the job's log has them"] if facts["more"] else []
    mended_words = f"; {mended} mended" if mended else ""
    message = f"{what}: {counts}{mended_words}; {end}"
    return replace(done, data={**done.data, **facts}, text="\n".join(lines), message=message)


def _lines(one: dict[str, Any]) -> list[str]:
    if one["mended"]:
        return [f"{one['place']}: {one['problem']}; mended from {one['mended']}"]
    return [f"{one['place']}: {one['problem']}", *([f"    {one['hint']}"] if one["hint"] else [])]


def _restore(studio: Studio, args: RestoreArgs) -> Outcome:
    if bool(args.to) == bool(args.film):
        raise BadInput("restore all of it, or one film", "milimo backup restore --to FOLDER, or --film NAME")
    if args.name and args.to:
        raise BadInput("a name is for a film", "milimo backup restore --film NAME --name NEW")
    folder = _folder(studio, args.folder)
    return _restore_home(studio, folder, args) if args.to else _restore_film(studio, folder, args)


def _restore_home(studio: Studio, folder: BackupFolder, args: RestoreArgs) -> Outcome:
    from milimo_tui.core.host import named_path
    from milimo_tui.store.backup.restoring import restore_home

    target = named_path(args.to).absolute()
    one = folder.find(args.backup)
    with studio.counted(f"restoring {one.id}", len(one.entries)) as count:
        left = restore_home(folder, one, target, count, lacking=args.lacking)
    data = {"home": str(target), "backup": one.id, "films": len(one.films), "lacking": list(left)}
    message = f"{target} is the home of the backup {one.id}: milimo --home {target}"
    return Outcome(data=data, text=_left(left), message=message)


def _restore_film(studio: Studio, folder: BackupFolder, args: RestoreArgs) -> Outcome:
    from milimo_tui.studio.backups import film_restoring

    one = folder.find(args.backup, args.film)
    film = film_restoring.find_film(one, args.film)
    back = film_restoring.bring_back(studio, folder, one, film, args.name, lacking=args.lacking)
    data = {
        "folder": back.paths.root.name,
        "name": back.name,
        "path": str(back.paths.root),
        "backup": back.backup,
        "beside": back.beside,
        "lacking": list(back.lacking),
    }
    where = "beside the present one" if back.beside else "as it was"
    message = f"“{back.name}” of the backup {back.backup} is in {back.paths.root.name}, {where}"
    return Outcome(data=data, text=_left(back.lacking), message=message)


def _left(places: tuple[str, ...]) -> str:
    return "\n".join(f"left out, its copy is damaged: {place}" for place in places)


def _forget(studio: Studio, args: ForgetArgs) -> Outcome:
    from milimo_tui.store.backup.keep_rule import kept

    folder, settings = _folder(studio, args.folder).require(), studio.settings
    if args.backups:
        gone = list(dict.fromkeys(_named(folder, word) for word in args.backups))
    else:
        home = str(studio.home.root)
        mine = [one for one in folder.backups()[0] if one.home == home]
        stay = kept(mine, settings.backup_days, settings.backup_weeks)
        gone = [one.id for one in mine if one.id not in stay]
    with folder.held():
        freed = folder.forget(gone)
    data = {"forgotten": gone, "freed": freed}
    if not gone:
        return Outcome(data=data, message="every backup is kept by the rule")
    return Outcome(data=data, message=f"forgot {plural(len(gone), 'backup')}, freed {bytes_text(freed)}")


def _named(folder: BackupFolder, word: str) -> str:
    """Return `word` if it is the exact name of a backup, which may have a damaged manifest. Raises
    BadInput.
    """
    if word not in folder.ids():
        raise BadInput(f"there is no backup {word}", "milimo backup list shows them")
    return word


CHECK = Command(
    "app.check",
    "Check all",
    "look through databases and media, and mend media from backups",
    _look,
    HomeCheckArgs,
    cli="check",
)
COMMANDS = (
    Command("backup.now", "Back up", "keep the studio home as it is now", _now, NowArgs, cli="backup now"),
    Command("backup.list", "Backups", "the backups that there are", _list, ListArgs, cli="backup list"),
    Command(
        "backup.show",
        "Backup",
        "what a backup holds",
        _show,
        ShowArgs,
        cli="backup show",
        positional=("backup",),
    ),
    Command(
        "backup.check",
        "Check backups",
        "read every byte of the backups",
        _check,
        CheckArgs,
        cli="backup check",
    ),
    Command(
        "backup.restore",
        "Restore",
        "a whole studio home, or one film beside the present one",
        _restore,
        RestoreArgs,
        cli="backup restore",
        positional=("backup",),
    ),
    Command(
        "backup.forget",
        "Forget backups",
        "those the rule does not keep, or those that are named",
        _forget,
        ForgetArgs,
        cli="backup forget",
        positional=("backups",),
    ),
)
