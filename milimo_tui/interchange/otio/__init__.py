"""Convert a cut to OpenTimelineIO objects and back, including data that other programs store in them.

Begin with `otio_out` and `otio_in`. The package uses `interchange.values`.
"""
