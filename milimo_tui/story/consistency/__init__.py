"""What in a screenplay does not go together: names, people in two places, who knows what, looks, entrances.

Begin with `checking`. A mark leads to a line and is a question, never a verdict. Uses `story.shots`.
"""
