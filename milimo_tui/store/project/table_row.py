"""What every table of project.db shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from milimo_tui.store.sqlite.columns import STRICT


class Row(SQLModel):
    """What every table of project.db shares: its own metadata, apart from other databases'."""

    metadata = MetaData()
    __table_args__: Any = STRICT
