"""Define the studio object, which every command gets as its first argument. It has the home, the open project
and a client of the queue.

It stores no film data of its own. Snapshots are read from the project and cached until the database changes.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import DiskFull, MilimoError, NotFound, Unavailable
from milimo_tui.core.host import read_settings as read_settings
from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.core.settings import Settings
from milimo_tui.media.files.helper_process import make_module_command
from milimo_tui.studio.session.home import ChosenHome, choose_home, locate_home
from milimo_tui.studio.session.prompts import NobodyToAsk, Prompter

# Imported lazily, so that commands load only what they use: `milimo job list` opens no project, and
# `milimo cut show` no queue.
if TYPE_CHECKING:
    from milimo_tui.cut.layout.layout import Layout
    from milimo_tui.cut.values.cut import Cut
    from milimo_tui.jobs.client.client import Client
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.story.values.film import Story

_CUT_KEY = "current_cut"  # The key under which a film stores the id of its current cut.
LEAVING_SECONDS = 0.5  # The time in seconds that `close` waits for another thread which is using the queue.


@dataclass(frozen=True)
class FilmSnapshot:
    """A consistent state of the open film at one time: its story, its cuts, and the current cut."""

    story: Story
    cuts: tuple[Cut, ...]
    cut: Cut | None
    revision: int
    # The clip positions of the previous snapshot, from which those of this snapshot are computed faster.
    before: Layout | None = field(default=None, repr=False, compare=False)

    @cached_property
    def layout(self) -> Layout | None:
        """The positions of all clips in the current cut, or None if there is no cut. To save time, the layout
        is derived from the layout of the previous snapshot if both snapshots show the same cut.
        """
        from milimo_tui.cut.layout.layout import cache_layout, layout

        if self.cut is None:
            return None
        if self.before is None or self.before.cut.id != self.cut.id:
            return layout(self.cut)
        return cache_layout(self.before.update_cut(self.cut))

    def has_same_content(self, other: FilmSnapshot) -> bool:
        """Return True if both snapshots contain the same objects (compared by identity)."""
        same = len(self.cuts) == len(other.cuts) and all(map(is_, self.cuts, other.cuts))
        return same and self.story is other.story and self.cut is other.cut


# The front end's progress display while a command waits for jobs. `Progress` takes a title and returns a
# context manager, which yields an `OnJobs` function. The command calls that function with the present state
# of the jobs.
OnJobs = Callable[[Mapping[str, "JobView"], Mapping[str, float | None]], None]
Progress = Callable[[str], AbstractContextManager[OnJobs]]


# The front end's progress display for counted work, such as importing files. It takes a title and the total,
# and returns a context manager, which yields a function. That function takes the number done and the name of
# the next item. It raises Cancelled if the user stops the work.
Counted = Callable[[str, int], AbstractContextManager[Callable[[int, str], None]]]


def _show_no_count(title: str, total: int) -> AbstractContextManager[Callable[[int, str], None]]:
    return nullcontext(lambda done, name: None)


def _show_no_progress(title: str) -> AbstractContextManager[OnJobs]:
    return nullcontext(lambda jobs, ends: None)


def build_daemon_command(home: Home) -> list[str]:
    """Return the command that starts the supervisor of a home."""
    return make_module_command("milimo_tui.studio.intake.daemon", str(home.root))


def _is_ending(client: Client) -> bool:
    """Return True if the supervisor of this client is ending and accepts no new work, or has already
    ended.
    """
    try:
        return client.fetch_status().draining
    except Unavailable:
        return True


class Studio:
    """A user's session: the home, the current project and cut, and the name under which edits are recorded
    (the name of the front end). Every command gets this object. Safe to use from several threads.
    """

    def __init__(
        self,
        found: ChosenHome | Callable[[], ChosenHome],
        settings: Settings,
        *,
        project: str = "",
        cut: str = "",
        actor: str = "cli",
    ) -> None:
        self._found = found
        self.settings = settings
        self.actor = actor
        self._wanted_project = project
        self._wanted_cut = cut
        self.progress: Progress = _show_no_progress
        self.counted: Counted = _show_no_count
        # Shows a sentence while a command runs.
        self.remark: Callable[[str], None] = lambda text: None
        self.asks: Prompter = NobodyToAsk()
        self._lock = threading.RLock()  # Guards the open project and the snapshot read from it.
        # Guards the client. It is a separate lock, so that threads which read pictures from the project do
        # not wait for the queue.
        self._queue_lock = threading.RLock()
        self._project: ProjectFile | None = None
        self._snapshot: tuple[int, FilmSnapshot] | None = None
        self._client: Client | None = None

    @classmethod
    def open(cls, *, home: str | None = None, project: str = "", cut: str = "", actor: str = "cli") -> Studio:
        """Read the settings and return a studio. Home and project are found on first use, since some commands
        need neither.
        """
        working = Path.cwd()
        settings, _ = read_settings(home=locate_home(home, os.environ.get("MILIMO_HOME"), working))

        def found() -> ChosenHome:
            return choose_home(home, os.environ.get("MILIMO_HOME"), working)

        return cls(found, settings, project=project, cut=cut, actor=actor)

    def _find_home(self) -> ChosenHome:
        with self._lock:
            if callable(self._found):
                self._found = self._found()
            return self._found

    @property
    def home(self) -> Home:
        """The studio home. Raises BadInput or ReadOnly if it is not usable."""
        return self._find_home().home

    def read_home_settings(self) -> tuple[Settings, dict[str, str]]:
        """Return the home's current settings, and for each setting its origin, such as a file or an
        environment variable. Raises BadInput.
        """
        return read_settings(home=self.home.root)

    @property
    def why_home(self) -> str:
        """The reason for the choice of the home."""
        return self._find_home().why

    @property
    def wanted_project(self) -> str:
        """The project that the user named for this process with `--project`; empty if the current project is
        used.
        """
        return self._wanted_project

    def project_or_none(self) -> ProjectFile | None:
        """Return the project in use, opening it if necessary. Return None if the user named no project and
        none is current.
        """
        from milimo_tui.store.project.project_file import ProjectFile

        with self._lock:
            if self._project is None:
                slug = self._wanted_project or self.read_current().get("project", "")
                if slug:
                    paths = (
                        self.find_project(slug) if self._wanted_project else self.home.get_project_paths(slug)
                    )
                    if self._wanted_project or (paths.db.exists() and not paths.bin_record.exists()):
                        self._project = ProjectFile.open(paths)
            return self._project

    def require_project(self) -> ProjectFile:
        """Return the project in use, opening it if necessary. Raises NotFound if there is none."""
        project = self.project_or_none()
        if project is None:
            raise NotFound(
                "no film is open",
                "start one with milimo film SCRIPT, or open one with milimo project use NAME",
            )
        return project

    def list_project_folders(self) -> list[ProjectPaths]:
        """Return the folders of all projects of the home, including projects in the bin. Folders with a
        leading dot are skipped, because they are incomplete copies.
        """
        if not self.home.projects.is_dir():
            return []
        folders = [ProjectPaths(path) for path in sorted(self.home.projects.iterdir()) if path.is_dir()]
        return [paths for paths in folders if paths.db.exists() and paths.root.name[0] != "."]

    def list_films(self) -> list[ProjectPaths]:
        """Return every project of the home that is not in the bin."""
        return [paths for paths in self.list_project_folders() if not paths.bin_record.exists()]

    def list_binned_films(self) -> list[ProjectPaths]:
        """Return every project of the home that is in the bin."""
        return [paths for paths in self.list_project_folders() if paths.bin_record.exists()]

    def find_project(self, name: str, *, in_bin: bool = False) -> ProjectPaths:
        """Return the project with this folder name, id or title. Search only the bin if `in_bin` is True,
        otherwise only outside the bin.

        Raises NotFound, which lists the existing names, and Ambiguous.
        """
        from milimo_tui.store.project.opening import read_film_summary
        from milimo_tui.studio.session.names import find_by_name

        folders = self.list_binned_films() if in_bin else self.list_films()
        for paths in folders:
            if paths.root.name == name:
                return paths
        seen = find_by_name(
            name,
            "projects",
            [read_film_summary(paths) for paths in folders],
            lambda each: (each.root.name, f"(shots: {each.shots}, takes: {each.takes})"),
            lambda each: each.id == name,
            lambda each: each.name == name,
        )
        if seen is None:
            names = ", ".join(paths.root.name for paths in folders) or "none yet"
            where = "in the bin" if in_bin else "here"
            missing = f"there is no film “{name}”{' in the bin' if in_bin else ''}"
            raise NotFound(missing, f"films {where}: {names}")
        return ProjectPaths(seen.root)

    def use_project(self, paths: ProjectPaths, cut: str = "") -> None:
        """Make a project (and a cut of it) current, for this studio and for later processes.

        If `cut` is empty, the cut that was current in the project stays current.
        """
        with self._lock:
            another = self._project is not None and self._project.paths.root != paths.root
            if cut or another:
                self._wanted_cut = cut
            self.close_project()
            self._wanted_project = ""
            last = self.read_current()
            kept = last.get("cut", "") if last.get("project") == paths.root.name else ""
            state = {"project": paths.root.name, "cut": self._wanted_cut or kept}
            write_file_atomically(self.home.current, json.dumps(state).encode())

    def read_current(self) -> dict[str, str]:
        """Return the folder name of the current project and the id of the current cut, as recorded in the
        home. Return an empty mapping if nothing is recorded.
        """
        try:
            state = json.loads(self.home.current.read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def use_cut(self, cut: str) -> None:
        """Make the cut with this id current, for this studio and for later processes. If the studio was
        opened for a project that is not the home's current project, only this studio uses the cut.
        """
        with self._lock:
            file = self.require_project()
            slug = file.paths.root.name
            self._wanted_cut = ""
            self._snapshot = None
            if not self._wanted_project or self.read_current().get("project") == slug:
                if not file.read_only:
                    # If the film can't be written, its current cut is forgotten once another film is open.
                    with suppress(MilimoError):
                        file.ui.set(_CUT_KEY, cut)
                write_file_atomically(self.home.current, json.dumps({"project": slug, "cut": cut}).encode())
            else:
                self._wanted_cut = cut

    def close_project(self) -> None:
        """Close the open project, if any."""
        with self._lock:
            if self._project is not None:
                self._project.close()
            self._project = None
            self._snapshot = None

    def close(self) -> None:
        """Close the project and the connection to the queue.

        If another thread is still waiting for a supervisor to start, its connection is not closed here; it
        ends with the process.
        """
        self.close_project()
        if self._queue_lock.acquire(timeout=LEAVING_SECONDS):
            try:
                if self._client is not None:
                    self._client.close()
                    self._client = None
            finally:
                self._queue_lock.release()

    def take_snapshot(self) -> FilmSnapshot:
        """Return the film as it is now. The film is read again only when the database has changed."""
        with self._lock:
            file = self.require_project()
            version = file.read_data_version()
            if self._snapshot is None or self._snapshot[0] != version:
                story, cuts = file.load_film()
                known = self._snapshot[1] if self._snapshot is not None else None
                before = known.__dict__.get("layout", known.before) if known is not None else None
                snapshot = FilmSnapshot(story, cuts, self._choose_cut(cuts), story.revision, before)
                # If the database was written but nothing of the film has changed, reuse the old snapshot, so
                # that screens are not redrawn.
                self._snapshot = (
                    version,
                    known if known is not None and known.has_same_content(snapshot) else snapshot,
                )
            return self._snapshot[1]

    def _choose_cut(self, cuts: tuple[Cut, ...]) -> Cut | None:
        if self._wanted_cut:
            from milimo_tui.studio.session.lookup import require_cut

            return require_cut(cuts, self._wanted_cut)
        # The home records only the cut of the film that was used last.
        last = self.read_current().get("cut") or self.require_project().ui.get(_CUT_KEY)
        return next((cut for cut in cuts if cut.id == last), cuts[0] if cuts else None)

    def require_client(self) -> Client:
        """Return the queue's client; start the supervisor if none is running."""
        with self._queue_lock:
            client = self.client_or_none()
            if client is None or _is_ending(client):
                from milimo_tui.jobs.client.launch import ensure_supervisor

                # A supervisor that is shutting down accepts no new work, so wait for its replacement.
                ensure_supervisor(self.home, build_daemon_command(self.home))
                client = self.reach_supervisor()
            return client

    def get_client_if_used(self) -> Client | None:
        """Return the queue's client if this home ever had a job; the supervisor is then started if necessary.
        Return None for a home without jobs.
        """
        return self.require_client() if self.home.studio_db.exists() else None

    def client_or_none(self) -> Client | None:
        """Return the queue's client if a supervisor is running, else None. Never starts one."""
        try:
            return self.reach_supervisor()
        except (Unavailable, DiskFull):
            return None

    def reach_supervisor(self) -> Client:
        """Return a client whose connection works: the existing client, or a new one if its supervisor has
        ended.

        Raises Unavailable if no supervisor is running, and DiskFull if the supervisor waits for disk space
        and answers no client.
        """
        from milimo_tui.jobs.client.client import Client

        with self._queue_lock:
            if self._client is not None and _is_ending(self._client):
                self._client.close()
                self._client = None
            if self._client is None:
                self._client = Client(self.home)
            return self._client
