#!/bin/sh
# Install KMHC for the user who runs this: no root, nothing outside the home.
# Usage: install.sh [FOLDER]; by default the program goes to ~/.local/lib/kmhc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-"$HOME/.local/lib/kmhc"}
bin="$HOME/.local/bin"
share="${XDG_DATA_HOME:-$HOME/.local/share}"

if [ -e "$target" ] && [ ! -x "$target/uninstall.sh" ]; then
    echo "$target is there and is no KMHC. Name another folder: $0 FOLDER" >&2
    exit 1
fi
[ ! -e "$target" ] || "$target/uninstall.sh" >/dev/null
mkdir -p "$target" "$bin" "$share/applications" "$share/icons/hicolor/scalable/apps"
cp -R "$here/kmhc/." "$target/"
ln -sf "$target/kmhc" "$bin/kmhc"
ln -sf "$target/kmhc-desktop" "$bin/kmhc-desktop"
cp "$target/_internal/resources/icons/kmhc.svg" "$share/icons/hicolor/scalable/apps/kmhc.svg"
quoted=$(printf '%s' "$target/kmhc-desktop" | sed 's/[\\"`$&|]/\\&/g')
sed -e "s|^Exec=kmhc-desktop|Exec=\"$quoted\"|" -e '/^TryExec=/d' "$here/kmhc.desktop" >"$share/applications/kmhc.desktop"

cat >"$target/uninstall.sh" <<END
#!/bin/sh
# Remove KMHC; your photos, settings and own weights stay.
set -eu
rm -f "$bin/kmhc" "$bin/kmhc-desktop" "$share/applications/kmhc.desktop" "$share/icons/hicolor/scalable/apps/kmhc.svg"
rm -rf "$target/_internal"
rm -f "$target/kmhc" "$target/kmhc-desktop" "$target/uninstall.sh"
rmdir "$target"
update-desktop-database "$share/applications" 2>/dev/null || true
echo "KMHC is removed."
END
chmod +x "$target/uninstall.sh"
update-desktop-database "$share/applications" 2>/dev/null || true
echo "KMHC is in $target. Start it from the menu, or with $bin/kmhc-desktop."
echo "To remove it: $target/uninstall.sh"
