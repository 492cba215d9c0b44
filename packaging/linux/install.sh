#!/bin/sh
# Install KMHC for the user who runs this: no root, nothing outside the home.
# Usage: install.sh [FOLDER]; by default the program goes to ~/.local/lib/kmhc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-"$HOME/.local/lib/kmhc"}
case $target in
/*) ;;
*) target=${USER_PWD:-$PWD}/$target ;; # the archive runs this elsewhere, and says where the user is
esac
bin="$HOME/.local/bin"
share="${XDG_DATA_HOME:-$HOME/.local/share}"

if [ -e "$target" ] && ! grep -qs '^# Remove KMHC' "$target/uninstall.sh"; then
    echo "$target is there and is no KMHC. Name another folder after the installer's name." >&2
    exit 1
fi
[ ! -e "$target" ] || sh "$target/uninstall.sh" >/dev/null
mkdir -p "$target" "$bin" "$share/applications" "$share/icons/hicolor/scalable/apps"

# First of all, for a disk may be full, what removes the rest.
in_quotes() {
    printf '%s' "$1" | sed -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/'/"
}
cat >"$target/uninstall.sh" <<END
#!/bin/sh
# Remove KMHC; your photos, settings and own weights stay.
set -eu
target=$(in_quotes "$target") bin=$(in_quotes "$bin") share=$(in_quotes "$share")
END
cat >>"$target/uninstall.sh" <<'END'
rm -f "$bin/kmhc" "$bin/kmhc-desktop" "$share/applications/kmhc.desktop" "$share/icons/hicolor/scalable/apps/kmhc.svg"
rm -rf "$target/_internal"
rm -f "$target/kmhc" "$target/kmhc-desktop" "$target/uninstall.sh"
rmdir "$target" 2>/dev/null || echo "Files in $target that are not KMHC's stay."
update-desktop-database "$share/applications" 2>/dev/null || true
echo "KMHC is removed."
END
chmod +x "$target/uninstall.sh"

cp -R "$here/kmhc/." "$target/"
ln -sf "$target/kmhc" "$bin/kmhc"
ln -sf "$target/kmhc-desktop" "$bin/kmhc-desktop"
cp "$target/_internal/resources/icons/kmhc.svg" "$share/icons/hicolor/scalable/apps/kmhc.svg"
quoted=$(printf '%s' "$target/kmhc-desktop" | sed 's/[\\"`$&|]/\\&/g')
sed -e "s|^Exec=kmhc-desktop|Exec=\"$quoted\"|" -e '/^TryExec=/d' "$here/kmhc.desktop" >"$share/applications/kmhc.desktop"
update-desktop-database "$share/applications" 2>/dev/null || true
echo "KMHC is in $target. Start it from the menu, or with $bin/kmhc-desktop."
echo "To remove it: $target/uninstall.sh"
