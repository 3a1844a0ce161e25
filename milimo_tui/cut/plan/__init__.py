"""The render plan: what every frame shows and every sample sounds, made of a cut. Begin with `plan`, then
`video`.
"""
