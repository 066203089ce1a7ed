# Makes an interactive zsh note in $OUT what it offers, instead of showing it.
autoload -Uz compinit
compinit -u -D
source ./rgap.zsh
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return $?
  fi
  typeset -a hits
  builtin compadd -A hits "$@"
  print -l -- $hits >>$OUT
  builtin compadd "$@"
}
finish() { print END >>$OUT }
zle -N finish
bindkey '^Xf' finish
bindkey '^I' complete-word
unsetopt beep
print READY >>$OUT
