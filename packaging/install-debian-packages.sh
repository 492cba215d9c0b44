#!/bin/sh
# Install the Debian packages listed in a file: as root at once; otherwise name those that are missing.
set -eu
command -v dpkg-query >/dev/null 2>&1 || exit 0
# One that has another name by now provides the one in the file.
there=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed //p' | tr ',\n' '  ')
missing=
for package in $(sed 's/#.*//' "$1"); do
    case " $there " in
    *" $package "*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
    echo "These packages are needed:$missing" >&2
    echo "Install them with: sudo apt-get install$missing" >&2
    exit 1
fi
