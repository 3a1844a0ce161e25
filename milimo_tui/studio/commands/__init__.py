"""Commands of the studio. Each action is one function and one row of `COMMANDS`.

The registry's GROUPS name the module of each command group. A module is imported when one of its commands is
first used. A command may need functions of several packages: `shot make` needs weights, the queue and the
script. The commands therefore have their own packages above all of those: `queue`, `media`, `model`,
`element`, `shot`, `script`, `cut`, `film`, `home`.
"""
