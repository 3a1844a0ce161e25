"""OpenTimelineIO: conversion of a cut to its objects and back, and the data that other programs store in
them.

Begin with `otio_out` and `otio_in`. The package uses `interchange.values`.
"""
