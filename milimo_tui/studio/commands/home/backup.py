"""Commands that back up the studio home, restore it, and check it for damage."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

if TYPE_CHECKING:
    from milimo_tui.engines.specs.spec_values import SpecValue
    from milimo_tui.store.backup.backup_folder import BackupFolder
    from milimo_tui.store.backup.manifest import Manifest

_FOLDER_HELP = "folder of backups (default: the setting backup_folder, else backups in the studio home)"
_BACKUP_HELP = "its name, latest, or a time: 2026-11-27, “2026-11-27 14:00”"
_DETACH_HELP = "queue the job and return"


class BackupNowArgs(Args):
    folder: str = arg("", description=_FOLDER_HELP)
    detach: bool = arg(False, description=_DETACH_HELP)


class BackupListArgs(Args):
    folder: str = arg("", description=_FOLDER_HELP)


class BackupShowArgs(Args):
    backup: str = arg("latest", description=_BACKUP_HELP)
    folder: str = arg("", description=_FOLDER_HELP)


class BackupCheckArgs(BackupNowArgs):
    pass


class BackupRestoreArgs(Args):
    backup: str = arg("latest", description=_BACKUP_HELP)
    to: str = arg("", description="folder for the restored studio home: new, or empty")
    film: str = arg(
        "", description="only this film: its name, folder or id; it does not replace the present one"
    )
    name: str = arg("", description="new name of the film")
    folder: str = arg("", description=_FOLDER_HELP)
    lacking: bool = arg(False, description="leave out files with damaged copies; they are listed")


class BackupForgetArgs(Args):
    backups: tuple[str, ...] = arg((), description="names of backups; none: those outside the retention rule")
    folder: str = arg("", description=_FOLDER_HELP)


class HomeCheckArgs(Args):
    no_mend: bool = arg(False, description="only report: repair no media from backups")
    folder: str = arg("", description=_FOLDER_HELP)
    detach: bool = arg(False, description=_DETACH_HELP)


def _open_backup_folder(studio: Studio, named: str) -> BackupFolder:
    from milimo_tui.store.backup.backup_folder import BackupFolder
    from milimo_tui.studio.backups.backup_orders import get_backup_folder

    # If the home was lost, its settings are lost too. A folder that the user names is therefore used without
    # them.
    if named:
        return BackupFolder(parse_user_path(named).absolute())
    return get_backup_folder(studio.home, studio.settings)


def _run_backup_job(
    studio: Studio, spec: SpecValue, *, detach: bool
) -> tuple[Outcome, dict[str, Any] | None]:
    """Queue a backup job and wait until it ends. Return the outcome of the command, and the figures that the
    job reported, such as the number of files.

    The figures are None if the job failed, or if `detach` is True, because the command does not wait then.
    """
    from milimo_tui.jobs.client.client import JobRequest
    from milimo_tui.studio.backups.backup_orders import LABELS, LATER
    from milimo_tui.studio.commands.queue.queued import finish_queue_command

    values = spec.model_dump(mode="json")
    label = LABELS[values["kind"]]
    client = studio.require_client()
    priority = 0 if values["kind"] == "make_backup" else LATER
    [job] = client.submit_jobs([JobRequest(spec=values, label=label, priority=priority)])
    done = finish_queue_command(studio, [job], None, detach=detach, what=label)
    if detach or done.exit_code:
        return done, None
    return done, dict(studio.require_client().fetch_job(job).history[-1].facts)


def _make_backup(studio: Studio, args: BackupNowArgs) -> Outcome:
    from milimo_tui.studio.backups.backup_orders import build_backup_spec

    done, facts = _run_backup_job(studio, build_backup_spec(studio.settings, args.folder), detach=args.detach)
    if facts is None:
        return done
    counts = (
        f"{format_count(facts['films'], 'film')}, {format_count(facts['files'], 'file')}, "
        f"{format_bytes(facts['bytes'])}"
    )
    message = f"backup {facts['backup']}: {counts} ({format_bytes(facts['copied'])} written)"
    if facts["forgotten"]:
        message += f"; {format_count(len(facts['forgotten']), 'older one')} forgotten"
    lines = [f"left out: {problem}" for problem in facts["problems"]]
    return replace(done, data={**done.data, **facts}, text="\n".join(lines), message=message)


def _build_backup_row(one: Manifest) -> dict[str, Any]:
    return {
        "id": one.id,
        "made": time.strftime("%a %d %b %Y %H:%M", time.localtime(one.created)),
        "created": one.created,
        "films": len(one.films),
        "files": len(one.entries),
        "bytes": one.bytes,
        "size": format_bytes(one.bytes),
        "home": one.home,
        "problem": "; ".join(one.problems),
    }


def _list_backups(studio: Studio, args: BackupListArgs) -> Outcome:
    folder = _open_backup_folder(studio, args.folder)
    there, damaged = folder.list_backups()
    rows: list[dict[str, Any]] = [_build_backup_row(one) for one in there]
    rows += [{"id": id, "problem": problem} for id, problem in damaged]
    text = "\n".join(f"{row['id']}: {row['problem']}" for row in rows if row["problem"])
    message = "" if rows else f"there are no backups in {folder.root}; milimo backup now makes one"
    return Outcome(data=rows, columns=("id", "made", "films", "files", "size"), text=text, message=message)


def _show_backup(studio: Studio, args: BackupShowArgs) -> Outcome:
    one = _open_backup_folder(studio, args.folder).find_backup(args.backup)
    films = [
        {"folder": film.folder, "id": film.id, "name": film.name, "shots": film.shots, "takes": film.takes}
        for film in one.films
    ]
    row = {**_build_backup_row(one), "version": one.version, "films": films, "problems": list(one.problems)}
    lines = [
        f"{one.id}  {row['made']}, {format_count(len(one.entries), 'file')}, {row['size']}, of {one.home}"
    ]
    lines += [
        f"  {film.folder}  “{film.name}”  {format_count(film.shots, 'shot')}, "
        f"{format_count(film.takes, 'take')}"
        for film in one.films
    ]
    lines += [f"  left out: {problem}" for problem in one.problems]
    return Outcome(data=row, text="\n".join(lines))


def _check_backups(studio: Studio, args: BackupCheckArgs) -> Outcome:
    from milimo_tui.studio.backups.backup_orders import build_backup_check_spec

    _open_backup_folder(studio, args.folder).require_backups()
    done, facts = _run_backup_job(
        studio, build_backup_check_spec(studio.settings, args.folder), detach=args.detach
    )
    return done if facts is None else _report_check_findings(done, facts, "the backups")


def _check_home(studio: Studio, args: HomeCheckArgs) -> Outcome:
    from milimo_tui.store.jobs.studio_file import find_queue_problem
    from milimo_tui.studio.backups.backup_orders import build_home_check_spec

    if args.folder and parse_user_path(args.folder).is_file():
        raise BadInput(
            f"{args.folder} is a file, but this command checks films and backups in folders",
            "a render checks its film: milimo run film.list --json has the results",
        )
    # The check runs as a job, and no supervisor can start with a damaged queue.
    if problem := find_queue_problem(studio.home.studio_db):
        raise Refused(
            problem,
            "milimo job recover repairs it; with --backup latest, from the newest backup",
        )
    spec = build_home_check_spec(studio.settings, args.folder, mend=not args.no_mend)
    done, facts = _run_backup_job(studio, spec, detach=args.detach)
    return done if facts is None else _report_check_findings(done, facts, "this home")


def _report_check_findings(done: Outcome, facts: dict[str, Any], what: str) -> Outcome:
    """Report the problems that a check found, one on each line. The exit code is 0 even if damage was found,
    because the check itself succeeded.

    `facts` are the findings and counts that the job reported. `what` names the checked thing in the message.
    """
    found = facts["found"]
    mended = sum(bool(one["mended"]) for one in found)
    counts = ", ".join(
        filter(
            None,
            (
                format_count(facts["databases"], "database") if facts["databases"] else "",
                format_count(facts["files"], "file"),
                format_bytes(facts["bytes"]),
            ),
        )
    )
    left = len(found) + facts["more"] - mended
    end = (
        "all undamaged"
        if not found
        else f"{format_count(left, 'fault')} left"
        if left
        else "all undamaged now"
    )
    lines = [line for one in found for line in _format_finding_lines(one)]
    lines += [f"… and {facts['more']} more: the job's log has them"] if facts["more"] else []
    mended_words = f"; {mended} mended" if mended else ""
    message = f"{what}: {counts}{mended_words}; {end}"
    return replace(done, data={**done.data, **facts}, text="\n".join(lines), message=message)


def _format_finding_lines(one: dict[str, Any]) -> list[str]:
    if one["mended"]:
        return [f"{one['place']}: {one['problem']}; mended from {one['mended']}"]
    return [f"{one['place']}: {one['problem']}", *([f"    {one['hint']}"] if one["hint"] else [])]


def _restore_backup(studio: Studio, args: BackupRestoreArgs) -> Outcome:
    if bool(args.to) == bool(args.film):
        raise BadInput(
            "name either a folder for the studio home, or one film",
            "milimo backup restore --to FOLDER, or --film NAME",
        )
    if args.name and args.to:
        raise BadInput("--name needs a film", "add the film: milimo backup restore --film NAME --name NEW")
    folder = _open_backup_folder(studio, args.folder)
    return (
        _restore_home_from_backup(studio, folder, args)
        if args.to
        else _restore_film_from_backup(studio, folder, args)
    )


def _restore_home_from_backup(studio: Studio, folder: BackupFolder, args: BackupRestoreArgs) -> Outcome:
    from milimo_tui.core.host import parse_user_path
    from milimo_tui.store.backup.restoring import restore_home

    target = parse_user_path(args.to).absolute()
    one = folder.find_backup(args.backup)
    with studio.counted(f"restoring {one.id}", len(one.entries)) as count:
        left = restore_home(folder, one, target, count, lacking=args.lacking)
    data = {"home": str(target), "backup": one.id, "films": len(one.films), "lacking": list(left)}
    message = f"{target} is the home of the backup {one.id}: milimo --home {target}"
    return Outcome(data=data, text=_format_left_out_files(left), message=message)


def _restore_film_from_backup(studio: Studio, folder: BackupFolder, args: BackupRestoreArgs) -> Outcome:
    from milimo_tui.studio.backups import film_restoring

    one = folder.find_backup(args.backup, args.film)
    film = film_restoring.find_film_in_backup(one, args.film)
    back = film_restoring.restore_from_backup(studio, folder, one, film, args.name, lacking=args.lacking)
    data = {
        "folder": back.paths.root.name,
        "name": back.name,
        "path": str(back.paths.root),
        "backup": back.backup,
        "beside": back.beside,
        "lacking": list(back.lacking),
    }
    where = "next to the present one" if back.beside else "as it was"
    message = f"“{back.name}” of the backup {back.backup} is in {back.paths.root.name}, {where}"
    return Outcome(data=data, text=_format_left_out_files(back.lacking), message=message)


def _format_left_out_files(places: tuple[str, ...]) -> str:
    return "\n".join(f"left out, its copy is damaged: {place}" for place in places)


def _forget_backups(studio: Studio, args: BackupForgetArgs) -> Outcome:
    from milimo_tui.store.backup.retention_rule import select_backups_to_keep

    folder, settings = _open_backup_folder(studio, args.folder).require_backups(), studio.settings
    if args.backups:
        forgotten = list(dict.fromkeys(_require_backup_name(folder, word) for word in args.backups))
    else:
        home = str(studio.home.root)
        mine = [one for one in folder.list_backups()[0] if one.home == home]
        stay = select_backups_to_keep(mine, settings.backup_days, settings.backup_weeks)
        forgotten = [one.id for one in mine if one.id not in stay]
    with folder.lock_for_writing():
        freed = folder.delete_backups(forgotten)
    data = {"forgotten": forgotten, "freed": freed}
    if not forgotten:
        return Outcome(data=data, message="the retention rule keeps every backup")
    return Outcome(
        data=data, message=f"forgot {format_count(len(forgotten), 'backup')}, freed {format_bytes(freed)}"
    )


def _require_backup_name(folder: BackupFolder, word: str) -> str:
    """Return `word` if it is exactly the name of a backup. The backup itself is not read, because its
    manifest may be damaged. Raises BadInput.
    """
    if word not in folder.list_backup_ids():
        raise BadInput(f"there is no backup {word}", "milimo backup list shows the backups")
    return word


CHECK = Command(
    "app.check",
    "Check all data",
    "check databases and media, and repair media from backups",
    _check_home,
    HomeCheckArgs,
    cli="check",
    positional=("folder",),
)
COMMANDS = (
    Command(
        "backup.now",
        "Back up",
        "back up the studio home",
        _make_backup,
        BackupNowArgs,
        cli="backup now",
    ),
    Command(
        "backup.list",
        "List backups",
        "list the backups",
        _list_backups,
        BackupListArgs,
        cli="backup list",
    ),
    Command(
        "backup.show",
        "Show backup",
        "list the contents of a backup",
        _show_backup,
        BackupShowArgs,
        cli="backup show",
        positional=("backup",),
    ),
    Command(
        "backup.check",
        "Check backups",
        "read every byte of the backups and report damage",
        _check_backups,
        BackupCheckArgs,
        cli="backup check",
    ),
    Command(
        "backup.restore",
        "Restore backup",
        "restore a studio home, or one film next to the present one",
        _restore_backup,
        BackupRestoreArgs,
        cli="backup restore",
        positional=("backup",),
    ),
    Command(
        "backup.forget",
        "Delete backups",
        "delete backups outside the retention rule, or the named ones",
        _forget_backups,
        BackupForgetArgs,
        cli="backup forget",
        positional=("backups",),
    ),
)
