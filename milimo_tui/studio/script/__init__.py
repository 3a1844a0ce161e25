"""From the screenplay to shots and to a film: parsed, saved, committed, broken down, words for shots,
the whole way in one go. Begin with `screenplays`.
"""
