"""The breakdown of a screenplay: the people and places of the film, and for each scene its facts and beats,
each with the passage of the script that proves it.

A breakdown comes from the format of the screenplay, from a language model that read it, or from the user. The
package uses `values` and `screenplay`. Begin with `scenes`.
"""
