#!/bin/sh
# Wrap KMHC.app into a disk image; sign and notarise it where the secrets for that are set.
# Usage: dmg.sh APP DMG
set -eu
app=$1 dmg=$2
here=$(cd "$(dirname "$0")" && pwd)
if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    codesign --force --deep --options runtime --timestamp --entitlements "$here/entitlements.plist" \
        --sign "$CODESIGN_IDENTITY" "$app"
else
    echo "CODESIGN_IDENTITY is not set: the app is not signed."
fi
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname KMHC -srcfolder "$stage" -ov -format ULFO "$dmg"
if [ -n "${CODESIGN_IDENTITY:-}" ] && [ -n "${NOTARY_APPLE_ID:-}" ]; then
    codesign --sign "$CODESIGN_IDENTITY" --timestamp "$dmg"
    xcrun notarytool submit "$dmg" --wait --apple-id "$NOTARY_APPLE_ID" --team-id "$NOTARY_TEAM_ID" \
        --password "$NOTARY_PASSWORD"
    xcrun stapler staple "$dmg"
else
    echo "NOTARY_APPLE_ID is not set: the image is not notarised."
fi
