"""The film engine, which renders a film as a job of the queue. The rendering itself is in
`media.render.film`.
"""
