"""Work outside the event loop: following the film and the queue, work threads, garbage collection.

The package touches no widget and knows no screen; results are posted as messages. Begin with `follower`.
"""
