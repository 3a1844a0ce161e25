"""Commit a screenplay to a film: change the film's scenes and shots to match a new version of the text. Shots
are matched with the shots of the new text, and manual changes are preserved. The package also exports scenes
and shots that the user added as text.

Begin with `merge`. In this package, a draft is a scene or shot as the rules derive it from the screenplay.
The package uses `story.shots`.
"""
