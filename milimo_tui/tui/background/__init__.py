"""What runs beside the event loop: who follows the film and the queue, who works, who collects garbage.

Touches no widget and knows no screen; what it finds is posted as a message. Begin with `follower`.
"""
