"""Commit a screenplay to a film. The film's shots are matched with the shots of the new text, and manual
changes are preserved. The package also exports manual scenes and shots as text.

Begin with `merge`. A draft is a scene or shot as the rules derive it from the screenplay. The package uses
`story.shots`.
"""
