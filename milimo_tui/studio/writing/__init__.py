"""What a text engine or rules write for a film, and what waits for a person: words and lengths of shots, a
breakdown, a scenario, sequences of briefs, answers, marks. Stands on `script`. Begin with `suggestions`.
"""
