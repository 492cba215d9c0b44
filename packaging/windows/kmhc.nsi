; The installer for Windows, per user. Compile: makensis -DVERSION=1.2.3 -DPAYLOAD=dist/kmhc -DICON=kmhc.ico -DOUT=kmhc.exe kmhc.nsi
Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
!include MUI2.nsh
!include FileFunc.nsh

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\KMHC"
!define APPLICATION_KEY "Software\Classes\Applications\kmhc-desktop.exe"

Name "KMHC"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\KMHC"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText " "
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "KMHC"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Colourises black-and-white photos"
VIAddVersionKey LegalCopyright "The KMHC authors, MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\kmhc-desktop.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "..\..\LICENSE"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

!macro OpenWith SUFFIX
  WriteRegStr HKCU "${APPLICATION_KEY}\SupportedTypes" "${SUFFIX}" ""
  WriteRegStr HKCU "Software\Classes\${SUFFIX}\OpenWithProgids" "KMHC.Photo" ""
!macroend
!macro NotOpenWith SUFFIX
  DeleteRegValue HKCU "Software\Classes\${SUFFIX}\OpenWithProgids" "KMHC.Photo"
!macroend
!macro ForEachSuffix DO
  !insertmacro ${DO} ".jpg"
  !insertmacro ${DO} ".jpeg"
  !insertmacro ${DO} ".png"
  !insertmacro ${DO} ".tif"
  !insertmacro ${DO} ".tiff"
  !insertmacro ${DO} ".webp"
  !insertmacro ${DO} ".bmp"
  !insertmacro ${DO} ".gif"
  !insertmacro ${DO} ".heic"
  !insertmacro ${DO} ".avif"
!macroend

; Remove what an installer put there, and nothing else.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\kmhc.exe"
  Delete "$INSTDIR\kmhc-desktop.exe"
!macroend

Section "KMHC"
  !insertmacro RemoveProgram ; an older version may have had files that this one has not
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\KMHC.lnk" "$INSTDIR\kmhc-desktop.exe"

  ; Photos and folders can be opened with KMHC; what opens them by default stays as it is.
  WriteRegStr HKCU "${APPLICATION_KEY}" "FriendlyAppName" "KMHC"
  WriteRegStr HKCU "${APPLICATION_KEY}\shell\open\command" "" '"$INSTDIR\kmhc-desktop.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\KMHC.Photo" "" "Photo"
  WriteRegStr HKCU "Software\Classes\KMHC.Photo\DefaultIcon" "" "$INSTDIR\kmhc-desktop.exe,0"
  WriteRegStr HKCU "Software\Classes\KMHC.Photo\shell\open\command" "" '"$INSTDIR\kmhc-desktop.exe" "%1"'
  !insertmacro ForEachSuffix OpenWith
  WriteRegStr HKCU "Software\Classes\Directory\shell\KMHC" "" "Colourise with KMHC"
  WriteRegStr HKCU "Software\Classes\Directory\shell\KMHC" "Icon" "$INSTDIR\kmhc-desktop.exe"
  WriteRegStr HKCU "Software\Classes\Directory\shell\KMHC\command" "" '"$INSTDIR\kmhc-desktop.exe" "%1"'

  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "KMHC"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\kmhc-desktop.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The KMHC authors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section "Uninstall"
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\KMHC.lnk"
  !insertmacro ForEachSuffix NotOpenWith
  DeleteRegKey HKCU "${APPLICATION_KEY}"
  DeleteRegKey HKCU "Software\Classes\KMHC.Photo"
  DeleteRegKey HKCU "Software\Classes\Directory\shell\KMHC"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
