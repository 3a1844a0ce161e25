"""What will be made of a shot, before anything is loaded: generations of the model, pipeline, guidance,
schedule, chunks, weights. No torch: for everyone. Begin with `plan`.
"""
