"""The scripts that `milimo completion SHELL` prints. With them a shell asks `milimo complete` for
completions.

Sources: bash, Programmable Completion (manual, section 8.6); zsh, zshcompsys(1); fish, complete(1).
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput

# bash also splits words at `=` and `:`, but `milimo complete` needs words split at blanks. So the script
# splits the line itself. From each completion it then removes the part up to the last `=` or `:`, which bash
# treats as already typed.
BASH = r"""# bash completion of milimo, stored in ~/.local/share/bash-completion/completions/milimo
_milimo() {
  local typed="${COMP_LINE:0:COMP_POINT}" last word head found=()
  local -a words
  read -r -a words <<<"$typed"
  case "$typed" in *[[:space:]]) words+=("") ;; esac
  last="${words[${#words[@]} - 1]}"
  mapfile -t found < <(milimo complete -- "${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  if [ "${found[0]}" = ":files" ]; then
    compopt -o default
    return
  fi
  head="${last%"${last##*[=:]}"}"
  for word in "${found[@]}"; do
    word="${word%%$'\t'*}"
    word="$(printf %q "$word")"
    case "$word" in *=) compopt -o nospace ;; esac
    COMPREPLY+=("${word#"$head"}")
  done
}
complete -F _milimo milimo
"""

ZSH = r"""#compdef milimo
# zsh completion of milimo: put it as _milimo into a folder of $fpath
_milimo() {
  local line
  local -a found notes
  for line in "${(@f)$(milimo complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == ":files" ]]; then
      _files
      return
    fi
    [[ -n $line ]] || continue
    found+=("${line%%$'\t'*}")
    if [[ $line == *$'\t'* ]]; then
      notes+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
    else
      notes+=("$line")
    fi
  done
  local -a blank
  [[ $found[1] == *= ]] && blank=(-S '')
  compadd "${blank[@]}" -l -d notes -a found
}
if [ "$funcstack[1]" = "_milimo" ]; then _milimo "$@"; else compdef _milimo milimo; fi
"""

FISH = r"""# fish completion of milimo: put it into ~/.config/fish/completions/milimo.fish
function __milimo_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l found (milimo complete -- $words[2..-1] "$last" 2>/dev/null)
    if test "$found[1]" = ":files"
        __fish_complete_path "$last"
        return
    end
    printf '%s\n' $found
end
complete -c milimo -f -a '(__milimo_complete)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def get_completion_script(shell: str) -> str:
    """Return the completion script of a shell. Raises BadInput for an unknown shell."""
    if shell not in SCRIPTS:
        known = ", ".join(SCRIPTS)
        raise BadInput(
            f"no completion exists for the shell “{shell}”",
            f"use milimo completion SHELL with one of these shells: {known}",
        )
    return SCRIPTS[shell]
