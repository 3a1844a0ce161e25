"""Work outside the event loop: following the film and the queue, work threads, garbage collection.

The package uses no widget and no screen; results are posted as Textual messages. Begin with `follower`.
"""
