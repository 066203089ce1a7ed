# shellcheck shell=bash
# What the packages for Linux share; sourced after lib.sh. Sets
#   $package_version  $PACKAGE_VERSION or the project's; 0.1.0~snapshot is older than 0.1.0, as is 0.1.0-SNAPSHOT
#   $maintainer       $PACKAGE_MAINTAINER or who made the last commit
# shellcheck disable=SC2034 # for the scripts
package_version=${PACKAGE_VERSION:-${version/-SNAPSHOT/"~snapshot"}}
# shellcheck disable=SC2034
maintainer=${PACKAGE_MAINTAINER:-$(git log -1 --format='%an <%ae>')}

# system_tree DIRECTORY: makes the image, and fills the directory with the files as they lie in a system
system_tree() {
  image
  mkdir -p "$1"/usr/{bin,lib/{systemd/system,sysusers.d}} "$1/etc/rgap/agent"
  cp -a "$out/$image_name" "$1/usr/lib/rgap"
  mv "$1/usr/lib/rgap/share" "$1/usr/share"
  ln -s ../lib/rgap/bin/rgap "$1/usr/bin/rgap"
  install -m 644 -t "$1/usr/lib/systemd/system" packaging/systemd/*
  install -m 644 -t "$1/usr/lib/sysusers.d" packaging/sysusers.d/*
  install -m 640 -t "$1/etc/rgap" packaging/etc/rgap.yaml
  chmod 750 "$1/etc/rgap"
  chmod 700 "$1/etc/rgap/agent"
}
