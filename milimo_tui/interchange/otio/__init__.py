"""OpenTimelineIO: a cut as its objects and back, and what other programs leave in them. Begin with `otio_out`
and `otio_in`. Uses `interchange.values`.
"""
