"""The base class of the tables of project.db."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from milimo_tui.store.sqlite.columns import STRICT


class FilmTable(SQLModel):
    """The base of all tables of project.db, with metadata separate from other databases."""

    metadata = MetaData()
    __table_args__: Any = STRICT
