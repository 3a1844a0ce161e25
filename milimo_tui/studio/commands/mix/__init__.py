"""Commands on the mix of the film's sound. Start with `mix`. May import `studio.commands.cut` and below."""
