# shellcheck shell=bash
# What the tests of packages share; sourced by them. They set $work, a directory for this run.
# shellcheck disable=SC2154
passed=0
failed=0

# check WHAT COMMAND...: counts whether the command succeeds, and if not shows what it printed
check() {
  local what=$1
  shift
  if "$@" >"$work/check.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $what: $*"
    tail -n 20 "$work/check.log"
  fi
}
# eventually COMMAND...: waits until the command succeeds, for 10 s at most
eventually() {
  local i
  for ((i = 0; i < 100; i++)); do
    "$@" && return
    sleep 0.1
  done
  return 1
}
# links_lead DIRECTORY: whether all links of the documents in it that lead to files lead to one, and there are some
links_lead() {
  local page target links=0 broken=0
  while read -r page; do
    while read -r target; do
      links=$((links + 1))
      [ -e "$(dirname "$page")/$target" ] || { broken=1; echo "$page: $target is not there"; }
    done < <(grep -oE '\]\([^)#: ]+[)#]' "$page" | sed 's/^..//; s/.$//')
  done < <(find "$1" -name '*.md')
  [ "$links" -gt 50 ] && [ "$broken" -eq 0 ]
}
# counts: prints them as the last line; whether no check failed
counts() {
  echo "${0##*/}: $passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
