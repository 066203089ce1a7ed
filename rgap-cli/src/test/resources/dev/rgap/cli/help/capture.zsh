# What zsh offers for a command line: capture.zsh FILE LINE, in a directory with capture-setup.zsh and rgap.zsh.
zmodload zsh/zpty
export OUT=$1
: >$OUT
zpty -b z zsh -f -i
await() {
  integer i
  for ((i = 0; i < 400; i++)); do
    # A terminal that no one reads blocks who writes to it.
    while zpty -rt z ignored; do :; done
    grep -q $1 $OUT && return
    sleep 0.05
  done
  exit 3
}
zpty -w z 'source ./capture-setup.zsh'
await READY
zpty -wn z "$2"$'\t\x18f'
await END
