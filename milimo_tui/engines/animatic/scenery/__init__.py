"""Scenery: the stage that places are built on, in metres through the lens. Begin with `flats`."""
