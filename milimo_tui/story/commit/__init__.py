"""Commit a screenplay to a film: match the film's shots with the shots of the new text, preserve manual
changes, and write manual scenes and shots as text.

Begin with `merge`. The package uses `story.shots`. A draft is a scene or shot as the rules derive it from the
screenplay.
"""
