"""Define the commands of the studio. Each action is one function and one row of a `COMMANDS` tuple.

The registry's GROUPS name the module of each command group. A module is imported when one of its commands is
first used. A command may need functions of several packages: `shot make` needs weights, the queue and the
script. Therefore the commands are in their own packages, which may import all of these packages: `queue`,
`media`, `model`, `element`, `shot`, `script`, `cut`, `film`, `home`.
"""
