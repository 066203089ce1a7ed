# shellcheck shell=bash
# What the benchmarks share; sourced by them. Changes into the project's directory, builds what is missing, and sets
#   $work      a directory for this run, deleted at its end; what is made there can be read by its owner only
#   $java, $lib, $RGAP_PSK (exported)
# Processes started by `listener` or put into `pids` are ended with the script.
set -euo pipefail
umask 077
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
pids=()
finish() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait || true
  rm -rf "$work"
}
trap finish EXIT
cd "$home"
# shellcheck source=/dev/null
. .mvn/find-jdk.sh
lib=rgap-cli/target/dist/lib
stamp=rgap-benchmarks/target/stamp
if ! [ -e "$stamp" ] || [ -n "$(find pom.xml rgap-{core,host,outputs,http,worker,cli,benchmarks}/{pom.xml,src/main} -newer "$stamp" -print -quit)" ]; then
  ./mvnw -q -B -ntp -DskipTests package
  touch "$stamp"
fi
# shellcheck disable=SC2034 # for the benchmarks
java=$JAVA_HOME/bin/java
export RGAP_PSK

# rgap ARGUMENT...: the program, for what is not measured
rgap() { "$java" -XX:+UseSerialGC -cp "$lib/*" dev.rgap.cli.Main "$@"; }
# benchmark CLASS ARGUMENT...: a program of rgap-benchmarks
benchmark() {
  local class=$1
  shift
  "$java" -XX:+UseSerialGC -cp "rgap-benchmarks/target/classes:$lib/*" "dev.rgap.benchmarks.$class" "$@"
}
RGAP_PSK=$(rgap genpsk)

# need PROGRAM PACKAGE: ends the script if the program is missing
need() { command -v "$1" >/dev/null || { echo "Error: $1 is missing; install the package $2" >&2; exit 1; }; }
port() { echo $((10000 + RANDOM % 20000)); }
# listener NAME [JAVA-OPTION...]: starts a listener with $work/NAME.yaml as the launcher does, and waits until it is ready.
# It logs to $work/NAME.log or, if log is set, to a pipe of this name whose reader writes that file.
listener() {
  local name=$1 i
  shift
  "$java" @rgap-cli/listener.args "$@" -cp "$lib/*" dev.rgap.cli.Main listener -c "$work/$name.yaml" \
    >"$work/$name.out" 2>"${log:-$work/$name.log}" &
  pid=$!
  pids+=("$pid")
  for ((i = 0; i < 300; i++)); do
    grep -q 'listener ready' "$work/$name.log" && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  exit 1
}
# no_http: the setting for a listener that answers by no HTTP, not even on this host
no_http() { echo "http: {socket: {path: $work/no-such-directory/socket}}"; }
# http PORT: the setting for one that does
http() { echo "http: {listen: ['127.0.0.1:$1']}"; }
# ask PORT: reads a listener's numbers every 15 s, as Prometheus does, and follows its events, in the background
ask() {
  curl -sN "http://127.0.0.1:$1/v1/events" >/dev/null &
  pids+=("$!")
  while curl -s "http://127.0.0.1:$1/metrics" >/dev/null; do sleep 15; done &
  pids+=("$!")
}
# stop PID: ends a process started here
stop() {
  local pid kept=()
  kill "$1"
  wait "$1" || true
  for pid in "${pids[@]}"; do [ "$pid" = "$1" ] || kept+=("$pid"); done
  pids=("${kept[@]}")
}
# cpu PID: user and system time of a process so far, in µs
cpu() { awk -v hz="$(getconf CLK_TCK)" '{ printf "%.0f\n", ($14 + $15) * 1e6 / hz }' "/proc/$1/stat"; }
# heap PID: the bytes of the objects that a JVM still uses. The serial collector leaves some of the others where they are,
# as fillers.
heap() {
  "$JAVA_HOME/bin/jcmd" "$1" GC.class_histogram |
    awk '$4 ~ /^(\[L)?jdk\.internal\.vm\.Filler/ { fillers += $3 } $1 == "Total" { print $3 - fillers }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# ratio FILE-A FILE-B: the median of the ratios of two files with one number a line, round by round
ratio() { paste -d' ' "$1" "$2" | awk '{ printf "%.3f\n", $1 / $2 }' | median; }
