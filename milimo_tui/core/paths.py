"""Paths of files and folders in a studio home and in a film's folder. Names only, no I/O.

This module is the only place that joins such paths. The layout follows the data section of DESIGN.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

HOME_MARK = ".milimo-home"
SKELETONS = "skeletons"  # folder in a film: skeletons of people
SCRIPTS = "scripts"  # folder in a film: screenplays as they were imported
DOCS = Path(__file__).parents[2] / "docs"  # next to the package in a source checkout


@dataclass(frozen=True, slots=True)
class Home:
    """The paths inside a studio home: films, models and the job database."""

    root: Path

    @property
    def mark(self) -> Path:
        """The file that marks a folder as a studio home."""
        return self.root / HOME_MARK

    @property
    def current(self) -> Path:
        """The JSON file that stores the current film and cut."""
        return self.root / "current"

    @property
    def studio_db(self) -> Path:
        """The database of jobs."""
        return self.root / "studio.db"

    @property
    def cluster(self) -> Path:
        """The folder of the home's cluster data: its address, token, nodes on this machine and their logs."""
        return self.root / "cluster"

    @property
    def node_files(self) -> Path:
        """The folder of files from another home that nodes on this machine work with. May be deleted when no
        node runs.
        """
        return self.cluster / "files"

    @property
    def models(self) -> Path:
        """The folder of model weights."""
        return self.root / "models"

    @property
    def cache(self) -> Path:
        """The cache of results that engines computed from the same words or pictures. May be deleted at any
        time.
        """
        return self.root / "cache"

    @property
    def cached_answers(self) -> Path:
        """The cache of answers from text services. May be deleted at any time."""
        return self.cache / "answers"

    @property
    def reference_results(self) -> Path:
        """The folder of results that engines made of their reference cases, to compare later results with."""
        return self.root / "checks"

    @property
    def streamed(self) -> Path:
        """The folder of weights split into groups, which engines read if main memory can't hold a complete
        model.

        May be deleted between jobs.
        """
        return self.root / "streamed"

    @property
    def projects(self) -> Path:
        """The folder of films, with one folder per film."""
        return self.root / "projects"

    @property
    def backups(self) -> Path:
        """The folder of backups, unless the settings name another folder."""
        return self.root / "backups"

    @property
    def incoming_films(self) -> Path:
        """The folder of films that other boxes are sending and that are not complete yet. One folder per
        film.
        """
        return self.root / "arriving"

    @property
    def templates(self) -> Path:
        """The folder of film templates, stored under names that the user gave."""
        return self.root / "templates"

    @property
    def lock(self) -> Path:
        """The lock file of the supervisor."""
        return self.root / "supervisor.lock"

    @property
    def terminals(self) -> Path:
        """The folder of lock files, one for each open studio. A file's number is the number of the studio's
        actor.
        """
        return self.root / "terminals"

    @property
    def run(self) -> Path:
        """The folder of sockets, used if the system has no place for sockets that is private to this user."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """The log file of the supervisor."""
        return self.root / "supervisor.log"

    @property
    def logs(self) -> Path:
        """The folder of job logs: one text file per job."""
        return self.root / "logs"

    @property
    def workspace(self) -> Path:
        """The folder of workspaces for jobs that belong to no film."""
        return self.root / "workspace"

    @property
    def key(self) -> str:
        """A short name for the home's socket: 12 hex digits derived from the real path.

        Socket paths are limited to 107 bytes, so the path itself can't be used.
        """
        return hashlib.sha256(str(self.root.resolve()).encode()).hexdigest()[:12]

    def get_project_paths(self, slug: str) -> ProjectPaths:
        """Return the paths of a film by the name of its folder."""
        return ProjectPaths(self.projects / slug)


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """The paths inside one film's folder."""

    root: Path

    @property
    def db(self) -> Path:
        """The film's database."""
        return self.root / "project.db"

    @property
    def media(self) -> Path:
        """The folder of managed media files."""
        return self.root / "media"

    @property
    def renders(self) -> Path:
        """The folder of rendered films."""
        return self.root / "renders"

    @property
    def cache(self) -> Path:
        """The folder of the film's cached files."""
        return self.root / "cache"

    @property
    def workspace(self) -> Path:
        """The folder of workspaces for the film's jobs."""
        return self.root / "workspace"

    @property
    def skeletons(self) -> Path:
        """The folder of skeletons of people, one file per skeleton."""
        return self.root / SKELETONS

    @property
    def shared_states(self) -> Path:
        """The folder of film states that both this box and another box have seen, by hash. Syncing starts
        from these.
        """
        return self.root / "met"

    def build_script_path(self, digest: str) -> Path:
        """Return the path of an imported screenplay file by its SHA-256. An export writes back into this
        file.
        """
        return self.root / SCRIPTS / f"{digest}.fdx"

    @property
    def bin_record(self) -> Path:
        """The file that marks a film as deleted. It stores when the film was put in the bin and if it was the
        current film.
        """
        return self.root / "binned"

    def build_media_path(self, digest: str, suffix: str) -> Path:
        """Return the path of a managed media file by its SHA-256: `media/ab/abcdef….mov`."""
        return self.media / digest[:2] / f"{digest}{suffix}"

    def resolve_managed_path(self, path: str) -> Path:
        """Return the path of a managed file, always inside the film's folder.

        A film from a stranger may contain any path. A path that would leave the folder is replaced by a path
        in `media`, where no such file exists.
        """
        parts = Path(path)
        if parts.is_absolute() or ".." in parts.parts:
            return self.media / parts.name
        return self.root / parts
