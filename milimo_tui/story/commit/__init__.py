"""Commit of a screenplay to a film: match old shots with new ones, preserve manual changes, write the text
out.

Begin with `merge`. The package uses `story.shots`.
"""
