"""The finder: a search for anything in the film, with a preview and the usual actions on each result.

Uses the packages of a shot (its picture and state) and of the timeline (registers).
`studio.project.find_words` defines what is found, and in which order. Begin with `screen`.
"""
