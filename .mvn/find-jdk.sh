# shellcheck shell=sh
# Sourced by mvnw and rgap: sets and exports JAVA_HOME to a JDK >= 25, or ends the calling script with status 1.
#
# The order: JAVA_HOME, the JDK that java on PATH belongs to, then the lowest version (the first in the order below,
# where two are equal) among the children of the usual directories. RGAP_JDK_DIRS, a colon-separated list, replaces
# these directories. A JDK's version is read from its `release` file, so nothing is started: this runs at each start
# of rgap. For the same reason a link such as /usr/bin/java, which takes a process to follow, is looked at last.

# rgap_jdk_version DIR: sets rgap_version to the feature version of the JDK in DIR, or to 0 if it is none.
rgap_jdk_version() {
  rgap_version=0
  if [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] && [ -r "$1/release" ]; then
    while IFS= read -r rgap_line || [ -n "$rgap_line" ]; do
      case $rgap_line in
      JAVA_VERSION=*)
        rgap_version=${rgap_line#JAVA_VERSION=}
        rgap_version=${rgap_version#\"}
        rgap_version=${rgap_version%%[!0-9]*}
        break
        ;;
      esac
    done <"$1/release"
  fi
  rgap_version=${rgap_version:-0}
}

# rgap_is_jdk DIR: whether DIR holds a JDK that is new enough.
rgap_is_jdk() {
  rgap_jdk_version "$1"
  [ "$rgap_version" -ge 25 ]
}

# rgap_lowest_jdk CANDIDATE...: sets rgap_jdk to the lowest version that is new enough, or to nothing.
rgap_lowest_jdk() {
  rgap_jdk='' rgap_lowest=''
  for rgap_dir; do
    if rgap_is_jdk "$rgap_dir" && [ "$rgap_version" -lt "${rgap_lowest:-999999}" ]; then
      rgap_jdk=$rgap_dir rgap_lowest=$rgap_version
    fi
  done
}

# rgap_find_jdk: sets rgap_jdk, or fails.
rgap_find_jdk() {
  rgap_jdk=${JAVA_HOME-}
  if [ -n "$rgap_jdk" ] && rgap_is_jdk "$rgap_jdk"; then return 0; fi

  rgap_java=$(command -v java) || rgap_java=''
  rgap_jdk=${rgap_java%/bin/java}
  if [ -n "$rgap_java" ] && rgap_is_jdk "$rgap_jdk"; then return 0; fi

  if [ -n "${RGAP_JDK_DIRS-}" ]; then
    rgap_ifs=${IFS- } # split at colons, and let the names keep their blanks
    IFS=:
    set --
    for rgap_parent in $RGAP_JDK_DIRS; do set -- "$@" "$rgap_parent"/*; done
    IFS=$rgap_ifs
  else
    set -- /usr/lib/jvm/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /opt/*
  fi
  rgap_lowest_jdk "$@"
  if [ -n "$rgap_jdk" ]; then return 0; fi

  if [ -L "$rgap_java" ] && rgap_java=$(readlink -f "$rgap_java"); then
    rgap_jdk=${rgap_java%/bin/java}
    if rgap_is_jdk "$rgap_jdk"; then return 0; fi
  fi
  return 1
}

if rgap_find_jdk; then
  JAVA_HOME=$rgap_jdk
  export JAVA_HOME
else
  echo "rgap: no JDK 25 or newer found (looked at JAVA_HOME, PATH and ${RGAP_JDK_DIRS:-/usr/lib/jvm, ~/.sdkman/candidates/java, ~/.jdks, /opt}): install one, e.g. Eclipse Temurin 25 under /usr/lib/jvm, or set JAVA_HOME" >&2
  exit 1
fi
