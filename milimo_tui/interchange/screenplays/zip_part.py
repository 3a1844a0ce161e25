"""A part of a zip that somebody gave us: no more of it than a screenplay can have."""

from __future__ import annotations

import struct
import zipfile
import zlib

from milimo_tui.core.errors import BadInput

MOST = 64_000_000  # bytes of one part, unpacked
DAMAGED = (  # what zipfile raises for a zip that is damaged
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
_HINT = "save it again in the program it comes from, or export it as plain text"


def zip_part(packed: zipfile.ZipFile, name: str) -> bytes:
    """Unpack a part of a zip. Raises BadInput where it is larger than any script or packed as no document
    is (LZMA alone may ask for gigabytes), KeyError without it.
    """
    if packed.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(f"{name} is packed in a way that no screenplay is", _HINT)
    with packed.open(name) as stream:
        found = stream.read(MOST + 1)
    if len(found) > MOST:
        raise BadInput(f"{name} unpacks to more than {MOST // 1_000_000} MB: no screenplay does", _HINT)
    return found
