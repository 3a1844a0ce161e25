"""The finder: anything of the film by its words, seen beside the list, with the usual acts on it.

Stands on the room of a shot (its picture and state) and on the timeline (registers). What is found, and in
which order, `studio.project.find_words` says. Begin with `screen`.
"""
