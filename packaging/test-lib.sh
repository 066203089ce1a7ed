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
# counts: prints them as the last line; whether no check failed
counts() {
  echo "${0##*/}: $passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
