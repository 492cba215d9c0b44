; The installer for Windows, per user. Compile: makensis -INPUTCHARSET UTF8 -DVERSION=1.2.3 -DPAYLOAD=dist/kmhc -DICON=kmhc.ico -DOUT=kmhc.exe kmhc.nsi
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
LangString COLOURISE ${LANG_ENGLISH} "Colourise with KMHC"
LangString COLOURISE ${LANG_GERMAN} "Mit KMHC kolorieren"
LangString PHOTO ${LANG_ENGLISH} "Photo"
LangString PHOTO ${LANG_GERMAN} "Foto"
LangString RUNNING ${LANG_ENGLISH} "KMHC is running. Close it, then try again."
LangString RUNNING ${LANG_GERMAN} "KMHC läuft. Schließen Sie es und versuchen Sie es dann noch einmal."

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
  !insertmacro ${DO} ".jpe"
  !insertmacro ${DO} ".jfif"
  !insertmacro ${DO} ".png"
  !insertmacro ${DO} ".tif"
  !insertmacro ${DO} ".tiff"
  !insertmacro ${DO} ".webp"
  !insertmacro ${DO} ".bmp"
  !insertmacro ${DO} ".dib"
  !insertmacro ${DO} ".gif"
  !insertmacro ${DO} ".heic"
  !insertmacro ${DO} ".heif"
  !insertmacro ${DO} ".hif"
  !insertmacro ${DO} ".avif"
!macroend

; A program that runs keeps its files: neither replace nor take half of them.
!macro WaitFor PROGRAM
  try_${PROGRAM}:
  IfFileExists "$INSTDIR\${PROGRAM}" 0 closed_${PROGRAM}
  ClearErrors
  FileOpen $0 "$INSTDIR\${PROGRAM}" a
  IfErrors 0 opened_${PROGRAM}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY try_${PROGRAM}
  Abort
  opened_${PROGRAM}:
  FileClose $0
  closed_${PROGRAM}:
!macroend

; Remove what an installer put there, and nothing else.
!macro RemoveProgram
  !insertmacro WaitFor "kmhc-desktop.exe"
  !insertmacro WaitFor "kmhc.exe"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\kmhc.exe"
  Delete "$INSTDIR\kmhc-desktop.exe"
!macroend

Section "KMHC"
  !insertmacro RemoveProgram ; an older version may have had files that this one has not
  SetOutPath "$INSTDIR"
  ; On Windows makensis splits paths at backslashes alone, elsewhere at both.
  File /r "${PAYLOAD}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\KMHC.lnk" "$INSTDIR\kmhc-desktop.exe"

  ; Photos and folders can be opened with KMHC; what opens them by default stays as it is.
  WriteRegStr HKCU "${APPLICATION_KEY}" "FriendlyAppName" "KMHC"
  WriteRegStr HKCU "${APPLICATION_KEY}\shell\open\command" "" '"$INSTDIR\kmhc-desktop.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\KMHC.Photo" "" "$(PHOTO)"
  WriteRegStr HKCU "Software\Classes\KMHC.Photo\DefaultIcon" "" "$INSTDIR\kmhc-desktop.exe,0"
  WriteRegStr HKCU "Software\Classes\KMHC.Photo\shell\open\command" "" '"$INSTDIR\kmhc-desktop.exe" "%1"'
  !insertmacro ForEachSuffix OpenWith
  WriteRegStr HKCU "Software\Classes\Directory\shell\KMHC" "" "$(COLOURISE)"
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
