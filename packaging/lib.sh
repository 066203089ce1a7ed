# shellcheck shell=bash
# What the packaging scripts share; sourced by them, with their arguments. Changes into the project's directory and sets
#   $home        the project's directory
#   $version     RGAP_VERSION, for tests of what was made of another commit, or the version in pom.xml
#   $arch        as uname -m says it
#   $image_name  the name of the self-contained image's directory
#   $out         where results go: the first argument or packaging/target
#   $SOURCE_DATE_EPOCH, $JAVA_HOME (exported)
set -euo pipefail
umask 022 # files in packages are to be read by all
[ $# -lt 1 ] || out=$(realpath -m -- "$1")
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$home"
out=${out:-$home/packaging/target}
mkdir -p "$out"
# shellcheck source=/dev/null
. .mvn/find-jdk.sh
version=${RGAP_VERSION:-$(sed -n 's:^  <version>\(.*\)</version>:\1:p' pom.xml)}
arch=$(uname -m)
image_name=rgap-$version-linux-$arch
if [ -z "${SOURCE_DATE_EPOCH-}" ]; then SOURCE_DATE_EPOCH=$(git log -1 --format=%ct); fi
export SOURCE_DATE_EPOCH

# need PROGRAM PACKAGE: ends the script if the program is missing
need() { command -v "$1" >/dev/null || { echo "Error: $1 is missing; install the package $2" >&2; exit 1; }; }

# image: makes the self-contained image, unless it is there
image() { [ -e "$out/$image_name.tar.gz" ] || packaging/image "$out"; }
