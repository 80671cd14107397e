#!/bin/sh
# Vet the farm, then build on what passed. Without a good host the build runs on this machine.
#
#   ./prestep.sh make CC='distcc gcc'
#   FARM='red green:4200/8 --min-hosts 2' ./prestep.sh ninja
#
# FARM holds the words for lsdistcc. The command gets DISTCC_HOSTS, and MAKEFLAGS with a fitting -j.
set -euf # f: the brackets of an IPv6 address in FARM are no file pattern

status=0
# shellcheck disable=SC2086 # FARM is many words
hosts=$(lsdistcc --format line ${FARM:-mydistcc%d}) || status=$?

case $status in
0) echo "prestep: building on $hosts" >&2 ;;
1)
  hosts=localhost/$(nproc)
  echo 'prestep: not enough good hosts, building on this machine' >&2
  ;;
*) exit "$status" ;; # wrong words in FARM are a mistake to correct, not a farm that is down
esac

DISTCC_HOSTS=$hosts
export DISTCC_HOSTS
MAKEFLAGS=-j$(distcc -j)
export MAKEFLAGS
exec "$@"
