<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Add photos…</source>
        <translation>Fotos hinzufügen …</translation>
    </message>
    <message>
        <source>Sample photos</source>
        <translation>Beispielfotos</translation>
    </message>
    <message>
        <source>Export album…</source>
        <translation>Album ausgeben …</translation>
    </message>
    <message>
        <source>Export photos…</source>
        <translation>Fotos ausgeben …</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Colourise</source>
        <translation>Kolorieren</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>Start over with the selected</source>
        <translation>Ausgewählte neu kolorieren</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Nach links drehen</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Nach rechts drehen</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>Von der Liste nehmen</translation>
    </message>
    <message>
        <source>Empty the list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alle auswählen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Review the unsure ones</source>
        <translation>Unsichere durchsehen</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>Nächstes Foto</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>Voriges Foto</translation>
    </message>
    <message>
        <source>Preview this photo</source>
        <translation>Vorschau dieses Fotos</translation>
    </message>
    <message>
        <source>Compare variants</source>
        <translation>Varianten vergleichen</translation>
    </message>
    <message>
        <source>Adjust</source>
        <translation>Anpassen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Choose a variant…</source>
        <translation>Variante wählen …</translation>
    </message>
    <message>
        <source>Fine-tune…</source>
        <translation>Anlernen …</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation>Protokollordner zeigen</translation>
    </message>
    <message>
        <source>About KMHC</source>
        <translation>Über KMHC</translation>
    </message>
    <message>
        <source>Check for updates…</source>
        <translation>Nach Updates suchen …</translation>
    </message>
</context>
<context>
    <name>AdjustPanel</name>
    <message>
        <source>Saturation</source>
        <translation>Sättigung</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>Warmth</source>
        <translation>Wärme</translation>
    </message>
    <message>
        <source>Edge following</source>
        <translation>Kantentreue</translation>
    </message>
    <message>
        <source>Colour hint</source>
        <translation>Farbhinweis</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Remove hint</source>
        <translation>Hinweis entfernen</translation>
    </message>
    <message>
        <source>Colour of the hint</source>
        <translation>Farbe des Hinweises</translation>
    </message>
    <message>
        <source>Once a photo is in colour, its colours can be mended here.</source>
        <translation>Sobald ein Foto in Farbe ist, lassen sich seine Farben hier ausbessern.</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Back to the predicted colours</source>
        <translation>Zurück zu den vorhergesagten Farben</translation>
    </message>
    <message>
        <source>Colour hints</source>
        <translation>Farbhinweise</translation>
    </message>
    <message>
        <source>Paint a hint</source>
        <translation>Hinweis malen</translation>
    </message>
    <message>
        <source>Other colour…</source>
        <translation>Andere Farbe …</translation>
    </message>
    <message>
        <source>Click a thing or draw over it; the colour spreads up to its edges.</source>
        <translation>Klicken Sie etwas an oder malen Sie darüber; die Farbe breitet sich bis zu seinen Kanten aus.</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Hints on this photo</source>
        <translation>Hinweise auf diesem Foto</translation>
    </message>
    <message>
        <source>Copy the adjustments</source>
        <translation>Anpassungen kopieren</translation>
    </message>
    <message>
        <source>Paste the adjustments</source>
        <translation>Anpassungen einfügen</translation>
    </message>
    <message>
        <source>Apply to others…</source>
        <translation>Auf andere anwenden …</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Own colour</source>
        <translation>Eigene Farbe</translation>
    </message>
</context>
<context>
    <name>AdjustSlider</name>
    <message>
        <source>Double-click to set it back</source>
        <translation>Doppelklick setzt zurück</translation>
    </message>
</context>
<context>
    <name>AlbumDialog</name>
    <message>
        <source>Export album</source>
        <translation>Album ausgeben</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>Nach Namen</translation>
    </message>
    <message>
        <source>By date</source>
        <translation>Nach Datum</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>Von Hand</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern als</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Say where the album is to go.</source>
        <translation>Sagen Sie, wohin das Album soll.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Cancelled. What was there before is as it was.</source>
        <translation>Abgebrochen. Was vorher da war, ist wie zuvor.</translation>
    </message>
    <message>
        <source>All ({0})</source>
        <translation>Alle ({0})</translation>
    </message>
    <message>
        <source>Selected in the window ({0})</source>
        <translation>Im Fenster gewählt ({0})</translation>
    </message>
    <message>
        <source>Favourites ({0})</source>
        <translation>Favoriten ({0})</translation>
    </message>
    <message>
        <source>Ticked ({0})</source>
        <translation>Angehakt ({0})</translation>
    </message>
    <message>
        <source>Where the album goes</source>
        <translation>Wohin das Album soll</translation>
    </message>
    <message>
        <source>Replace it?</source>
        <translation>Ersetzen?</translation>
    </message>
    <message>
        <source>{0} is there already.</source>
        <translation>{0} gibt es schon.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>AlbumForm</name>
    <message>
        <source>Web album</source>
        <translation>Webalbum</translation>
    </message>
    <message>
        <source>PDF to print</source>
        <translation>PDF zum Drucken</translation>
    </message>
    <message>
        <source>Contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <source>Photos in a ZIP</source>
        <translation>Fotos in einem ZIP</translation>
    </message>
    <message>
        <source>Web album in a ZIP</source>
        <translation>Webalbum in einem ZIP</translation>
    </message>
    <message>
        <source>As the reader&apos;s system</source>
        <translation>Wie beim Betrachter</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>Show the originals too</source>
        <translation>Auch die Originale zeigen</translation>
    </message>
    <message>
        <source>Photos in full size, to download</source>
        <translation>Fotos in voller Größe dazu</translation>
    </message>
    <message>
        <source>Smaller pictures, for a web site</source>
        <translation>Kleinere Bilder, für eine Website</translation>
    </message>
    <message>
        <source>Adds WebP, a fifth smaller, beside JPEG. It makes the export slower.</source>
        <translation>Legt WebP, um ein Fünftel kleiner, neben JPEG. Das dauert länger.</translation>
    </message>
    <message>
        <source>Say that KMHC coloured the photos</source>
        <translation>Sagen, dass KMHC koloriert hat</translation>
    </message>
    <message>
        <source>Keep places, people and camera data</source>
        <translation>Orte, Personen, Kameradaten behalten</translation>
    </message>
    <message>
        <source>Otherwise only the date and the caption stay in the pictures.</source>
        <translation>Sonst bleiben nur Datum und Bildtext in den Bildern.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Papier</translation>
    </message>
    <message>
        <source>Photos a page</source>
        <translation>Fotos je Seite</translation>
    </message>
</context>
<context>
    <name>AlbumModel</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>Bildtext</translation>
    </message>
</context>
<context>
    <name>AlbumPane</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Favourites are photos that are rated four stars or five.</source>
        <translation>Favoriten sind Fotos mit vier oder fünf Sternen.</translation>
    </message>
</context>
<context>
    <name>AlbumPreview</name>
    <message>
        <source>Preview of the first page</source>
        <translation>Vorschau der ersten Seite</translation>
    </message>
    <message>
        <source>Looking for the photos…</source>
        <translation>Die Fotos werden gesucht …</translation>
    </message>
</context>
<context>
    <name>AlbumTable</name>
    <message>
        <source>Photos of the album</source>
        <translation>Fotos des Albums</translation>
    </message>
    <message>
        <source>F2 edits a caption, Space ticks, Alt with an arrow key moves. Rows can be dragged.</source>
        <translation>F2 ändert den Bildtext, die Leertaste hakt an, Alt mit Pfeiltaste verschiebt. Zeilen lassen sich ziehen.</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>CompareCanvas</name>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
</context>
<context>
    <name>CompareGrid</name>
    <message>
        <source>Add variants to see what each makes of this photo.</source>
        <translation>Fügen Sie Varianten hinzu, um zu sehen, was jede aus diesem Foto macht.</translation>
    </message>
    <message>
        <source>{0} is at work…</source>
        <translation>{0} arbeitet …</translation>
    </message>
    <message>
        <source>Add a variant</source>
        <translation>Variante hinzufügen</translation>
    </message>
    <message>
        <source>This photo</source>
        <translation>Dieses Foto</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Whole folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Import or train others…</source>
        <translation>Andere importieren oder trainieren …</translation>
    </message>
    <message>
        <source>Use {0} for</source>
        <translation>{0} für</translation>
    </message>
    <message>
        <source>Can be used when the run has ended</source>
        <translation>Verwendbar, wenn der Lauf beendet ist</translation>
    </message>
    <message>
        <source>Choose a photo to compare on.</source>
        <translation>Wählen Sie ein Foto zum Vergleichen.</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Photo, before and after</source>
        <translation>Foto, vorher und nachher</translation>
    </message>
    <message>
        <source>Not in colour yet</source>
        <translation>Noch nicht in Farbe</translation>
    </message>
    <message>
        <source>Choose a photo to see it before and after.</source>
        <translation>Wählen Sie ein Foto, um es vorher und nachher zu sehen.</translation>
    </message>
    <message>
        <source>Previous photo (Page Up)</source>
        <translation>Voriges Foto (Bild auf)</translation>
    </message>
    <message>
        <source>Next photo (Page Down)</source>
        <translation>Nächstes Foto (Bild ab)</translation>
    </message>
    <message>
        <source>Split by a handle (S)</source>
        <translation>Mit Griff geteilt (S)</translation>
    </message>
    <message>
        <source>Side by side (D)</source>
        <translation>Nebeneinander (D)</translation>
    </message>
    <message>
        <source>One at a time; the space bar flips (T)</source>
        <translation>Einzeln; die Leertaste wechselt (T)</translation>
    </message>
    <message>
        <source>Smaller (−)</source>
        <translation>Kleiner (−)</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>Größer (+)</translation>
    </message>
    <message>
        <source>Whole photo (0)</source>
        <translation>Ganzes Foto (0)</translation>
    </message>
    <message>
        <source>Actual size (1)</source>
        <translation>Originalgröße (1)</translation>
    </message>
    <message>
        <source>Full screen (F)</source>
        <translation>Vollbild (F)</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>Before on the left, after on the right; the split is at {0} %.</source>
        <translation>Links vorher, rechts nachher; die Teilung liegt bei {0} %.</translation>
    </message>
</context>
<context>
    <name>CopyDialog</name>
    <message>
        <source>Export photos</source>
        <translation>Fotos ausgeben</translation>
    </message>
    <message>
        <source>All that are done ({0})</source>
        <translation>Alle fertigen ({0})</translation>
    </message>
    <message>
        <source>Selected ({0})</source>
        <translation>Gewählte ({0})</translation>
    </message>
    <message>
        <source>Folder for the copies</source>
        <translation>Ordner für die Kopien</translation>
    </message>
    <message>
        <source>As they are</source>
        <translation>Wie sie sind</translation>
    </message>
    <message>
        <source>Number the copy</source>
        <translation>Kopie nummerieren</translation>
    </message>
    <message>
        <source>Pass over it</source>
        <translation>Übergehen</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Keep places, people and camera data</source>
        <translation>Orte, Personen, Kameradaten behalten</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Ausgeben</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>{name}, {folder}, {number}, {date} and {variant} stand for what each photo has.</source>
        <translation>{name}, {folder}, {number}, {date} und {variant} stehen für Name, Ordner, Nummer, Datum und Variante des Fotos.</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Kopien</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality (JPEG, WebP)</source>
        <translation>Qualität (JPEG, WebP)</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>If a name is taken</source>
        <translation>Ist ein Name vergeben</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>Cancelled. The copies that are there are whole.</source>
        <translation>Abgebrochen. Die Kopien, die da sind, sind ganz.</translation>
    </message>
    <message>
        <source>No photo is done yet.</source>
        <translation>Noch ist kein Foto fertig.</translation>
    </message>
    <message>
        <source>For example: {0}</source>
        <translation>Zum Beispiel: {0}</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Something went wrong in the window</source>
        <translation>Im Fenster ist etwas schiefgegangen</translation>
    </message>
    <message>
        <source>Your photos are safe: originals are only ever read. You can go on, or close KMHC and start again.</source>
        <translation>Ihre Fotos sind sicher: Originale werden nur gelesen. Sie können weitermachen oder KMHC schließen und neu starten.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation>Protokollordner zeigen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Open a folder of photos</source>
        <translation>Einen Ordner mit Fotos öffnen</translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Discard it?</source>
        <translation>Verwerfen?</translation>
    </message>
    <message>
        <source>“{0}” will be deleted.</source>
        <translation>„{0}“ wird gelöscht.</translation>
    </message>
    <message>
        <source>What it has learnt cannot be brought back. Your photos stay.</source>
        <translation>Das Gelernte lässt sich nicht zurückholen. Ihre Fotos bleiben.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Remove the weights?</source>
        <translation>Gewichte entfernen?</translation>
    </message>
    <message>
        <source>The weights of “{0}” will be deleted from this computer.</source>
        <translation>Die Gewichte von „{0}“ werden von diesem Computer gelöscht.</translation>
    </message>
    <message>
        <source>Photos that they coloured keep their colours. This cannot be undone.</source>
        <translation>Fotos, die damit koloriert wurden, behalten ihre Farben. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Before or after</source>
        <translation>Vorher oder nachher</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Move the split</source>
        <translation>Teilung verschieben</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Undo an adjustment</source>
        <translation>Eine Anpassung rückgängig machen</translation>
    </message>
    <message>
        <source>Out of full screen, comparison or search</source>
        <translation>Vollbild, Vergleich oder Suche verlassen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Colourises black-and-white photos on your own computer.</source>
        <translation>Koloriert Schwarz-Weiß-Fotos auf Ihrem eigenen Computer.</translation>
    </message>
    <message>
        <source>Version {0}, Qt {1}, Python {2}</source>
        <translation>Version {0}, Qt {1}, Python {2}</translation>
    </message>
    <message>
        <source>MIT licence. With Qt for Python (LGPL), PyTorch (BSD), OpenCV (Apache) and others.</source>
        <translation>MIT-Lizenz. Mit Qt for Python (LGPL), PyTorch (BSD), OpenCV (Apache) und anderen.</translation>
    </message>
    <message>
        <source>After Hossain, “KMHCNet: a gray-scale image colorization approach using ResNet encoder based UNet++ convolutional autoencoder”.</source>
        <translation>Nach Hossain, „KMHCNet: a gray-scale image colorization approach using ResNet encoder based UNet++ convolutional autoencoder“.</translation>
    </message>
    <message>
        <source>Engine: {0}, {1}. {2}</source>
        <translation>Rechenwerk: {0}, {1}. {2}</translation>
    </message>
    <message>
        <source>Versions and logs are on the clipboard. Paste them where you ask for help.</source>
        <translation>Versionen und Protokolle sind in der Zwischenablage. Fügen Sie sie ein, wo Sie um Hilfe bitten.</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Drop your black-and-white photos here</source>
        <translation>Schwarz-Weiß-Fotos hier ablegen</translation>
    </message>
    <message>
        <source>A folder or single files. Originals are never changed, and nothing leaves this computer.</source>
        <translation>Einen Ordner oder einzelne Dateien. Originale werden nie verändert, und nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Try the sample photos</source>
        <translation>Beispielfotos ausprobieren</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>20,167 photos of public data sets, see MODEL_CARD.md</source>
        <translation>20.167 Fotos aus öffentlichen Datensätzen, siehe MODEL_CARD.md</translation>
    </message>
    <message>
        <source>an unexpected error stopped it ({0}). The log says more.</source>
        <translation>ein unerwarteter Fehler ist aufgetreten ({0}). Das Protokoll sagt mehr.</translation>
    </message>
    <message>
        <source>animated or a series: only the first picture is used</source>
        <translation>bewegt oder eine Reihe: nur das erste Bild wird verwendet</translation>
    </message>
    <message>
        <source>another run of KMHC is working in this output folder.</source>
        <translation>ein anderer Durchlauf von KMHC arbeitet in diesem Ausgabeordner.</translation>
    </message>
    <message>
        <source>Apple graphics processor</source>
        <translation>Apple-Grafikprozessor</translation>
    </message>
    <message>
        <source>became JPEG to leave its metadata out</source>
        <translation>wurde zu JPEG, damit die Metadaten wegbleiben</translation>
    </message>
    <message>
        <source>became JPEG to leave its metadata out. Keep the metadata to keep the format.</source>
        <translation>wurde zu JPEG, damit die Metadaten wegbleiben. Behalten Sie die Metadaten, dann bleibt das Format.</translation>
    </message>
    <message>
        <source>Bring it in with `kmhc weights import FILE`.</source>
        <translation>Importieren Sie sie.</translation>
    </message>
    <message>
        <source>cannot be written to ({0}). Choose another output folder.</source>
        <translation>lässt sich nicht beschreiben ({0}). Wählen Sie einen anderen Ausgabeordner.</translation>
    </message>
    <message>
        <source>Check its disk or connection, then start again to go on.</source>
        <translation>Prüfen Sie Datenträger oder Verbindung und starten Sie neu, um weiterzumachen.</translation>
    </message>
    <message>
        <source>Check that it is still there and that you may read it.</source>
        <translation>Prüfen Sie, ob sie noch da ist und Sie sie lesen dürfen.</translation>
    </message>
    <message>
        <source>Check that it is still there.</source>
        <translation>Prüfen Sie, ob sie noch da ist.</translation>
    </message>
    <message>
        <source>Check the disk that it is on.</source>
        <translation>Prüfen Sie den Datenträger, auf dem sie liegt.</translation>
    </message>
    <message>
        <source>Check the file and its permissions.</source>
        <translation>Prüfen Sie die Datei und ihre Rechte.</translation>
    </message>
    <message>
        <source>Choose a .pth, .ckpt or .safetensors file.</source>
        <translation>Wählen Sie eine Datei mit der Endung .pth, .ckpt oder .safetensors.</translation>
    </message>
    <message>
        <source>Choose a weights file.</source>
        <translation>Wählen Sie eine Datei mit Gewichten.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Choose another variant.</source>
        <translation>Wählen Sie eine andere Variante.</translation>
    </message>
    <message>
        <source>Choose the photos in it.</source>
        <translation>Wählen Sie die Fotos darin.</translation>
    </message>
    <message>
        <source>Choose the variant it was made for.</source>
        <translation>Wählen Sie die Variante, für die sie gemacht wurde.</translation>
    </message>
    <message>
        <source>colour profile dropped: it is for other photos than this</source>
        <translation>Farbprofil weggelassen: es gehört zu anderen Fotos</translation>
    </message>
    <message>
        <source>Colourise it again.</source>
        <translation>Kolorieren Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Colourise it first.</source>
        <translation>Kolorieren Sie es zuerst.</translation>
    </message>
    <message>
        <source>comment cut: too long for a JPEG</source>
        <translation>Kommentar gekürzt: zu lang für ein JPEG</translation>
    </message>
    <message>
        <source>Convert it to JPEG, PNG or TIFF.</source>
        <translation>Wandeln Sie es in JPEG, PNG oder TIFF um.</translation>
    </message>
    <message>
        <source>converted from the colour photo, for its original is gone or changed</source>
        <translation>aus dem Farbfoto umgewandelt, denn das Original ist fort oder geändert</translation>
    </message>
    <message>
        <source>Copy it again from where it came.</source>
        <translation>Kopieren Sie sie noch einmal von dort, woher sie kam.</translation>
    </message>
    <message>
        <source>CPU, 1 thread</source>
        <translation>CPU, 1 Thread</translation>
    </message>
    <message>
        <source>CPU, {0} threads</source>
        <translation>CPU, {0} Threads</translation>
    </message>
    <message>
        <source>damaged behind page {0}: what follows is left out</source>
        <translation>hinter Seite {0} beschädigt: was folgt, fehlt</translation>
    </message>
    <message>
        <source>damaged colour profile dropped</source>
        <translation>beschädigtes Farbprofil weggelassen</translation>
    </message>
    <message>
        <source>damaged {0} dropped</source>
        <translation>weggelassen, weil beschädigt: {0}</translation>
    </message>
    <message>
        <source>Develop it to JPEG or TIFF first.</source>
        <translation>Entwickeln Sie sie zuerst zu JPEG oder TIFF.</translation>
    </message>
    <message>
        <source>Do not use it.</source>
        <translation>Verwenden Sie sie nicht.</translation>
    </message>
    <message>
        <source>EXIF dropped: too long for a JPEG</source>
        <translation>EXIF weggelassen: zu lang für ein JPEG</translation>
    </message>
    <message>
        <source>Export it as JPEG, PNG or TIFF with the program that made it.</source>
        <translation>Geben Sie es mit dem Programm, aus dem es stammt, als JPEG, PNG oder TIFF aus.</translation>
    </message>
    <message>
        <source>Export it as PNG.</source>
        <translation>Geben Sie sie als PNG aus.</translation>
    </message>
    <message>
        <source>Export its pages as pictures.</source>
        <translation>Geben Sie die Seiten als Bilder aus.</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>der Dateiname ist zu lang</translation>
    </message>
    <message>
        <source>Get another file.</source>
        <translation>Nehmen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>Get it as fp32 or fp16.</source>
        <translation>Holen Sie sie als fp32 oder fp16.</translation>
    </message>
    <message>
        <source>Get the file again.</source>
        <translation>Holen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>Get the file in fp32 or fp16.</source>
        <translation>Holen Sie die Datei in fp32 oder fp16.</translation>
    </message>
    <message>
        <source>Give it another title.</source>
        <translation>Geben Sie ihr einen anderen Titel.</translation>
    </message>
    <message>
        <source>Import it as that.</source>
        <translation>Importieren Sie sie als diese Variante.</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>Install it with:</source>
        <translation>Installieren Sie es mit:</translation>
    </message>
    <message>
        <source>IPTC dropped: too long for a JPEG</source>
        <translation>IPTC weggelassen: zu lang für ein JPEG</translation>
    </message>
    <message>
        <source>it asks to run {0}</source>
        <translation>sie will {0} ausführen</translation>
    </message>
    <message>
        <source>it calls itself {0} but was trained as {1}</source>
        <translation>sie nennt sich {0}, wurde aber als {1} trainiert</translation>
    </message>
    <message>
        <source>it cannot be copied ({0})</source>
        <translation>es lässt sich nicht kopieren ({0})</translation>
    </message>
    <message>
        <source>it cannot be deleted ({0}).</source>
        <translation>das lässt sich nicht löschen ({0}).</translation>
    </message>
    <message>
        <source>another export to this place is going on. Wait until it has ended.</source>
        <translation>es wird gerade schon dorthin ausgegeben. Warten Sie, bis das fertig ist.</translation>
    </message>
    <message>
        <source>cannot be written to ({0}). Choose another folder.</source>
        <translation>lässt sich nicht beschreiben ({0}). Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>it cannot be read ({0})</source>
        <translation>die Datei ist nicht lesbar ({0})</translation>
    </message>
    <message>
        <source>it changed while it was being read</source>
        <translation>die Datei hat sich beim Lesen geändert</translation>
    </message>
    <message>
        <source>It could not be predicted ({0}). The log says more.</source>
        <translation>Die Farben ließen sich nicht vorhersagen ({0}). Das Protokoll sagt mehr.</translation>
    </message>
    <message>
        <source>it declares a header of {0} MB, more than any network needs</source>
        <translation>sie kündigt einen Kopf von {0} MB an, mehr als jedes Netz braucht</translation>
    </message>
    <message>
        <source>it did not answer</source>
        <translation>es nicht geantwortet hat</translation>
    </message>
    <message>
        <source>it did not start</source>
        <translation>es nicht gestartet ist</translation>
    </message>
    <message>
        <source>it does not fit {0}: {1}</source>
        <translation>sie passt nicht zu {0}: {1}</translation>
    </message>
    <message>
        <source>it has format {0}</source>
        <translation>sie hat das Format {0}</translation>
    </message>
    <message>
        <source>it has {0} x {1} pixels, and {2} million are the limit</source>
        <translation>das Foto hat {0} × {1} Pixel, und {2} Millionen sind die Grenze</translation>
    </message>
    <message>
        <source>it holds more than tensors</source>
        <translation>sie enthält mehr als Tensoren</translation>
    </message>
    <message>
        <source>it holds more than {0} MB beside its tensors</source>
        <translation>sie enthält mehr als {0} MB neben den Tensoren</translation>
    </message>
    <message>
        <source>it holds no state dict</source>
        <translation>sie enthält kein „state dict“</translation>
    </message>
    <message>
        <source>it holds nothing but zeros</source>
        <translation>die Datei enthält nur Nullen</translation>
    </message>
    <message>
        <source>it is a camera&apos;s raw file</source>
        <translation>es ist eine Rohdatei einer Kamera</translation>
    </message>
    <message>
        <source>it is a drawing (SVG)</source>
        <translation>es ist eine Zeichnung (SVG)</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>es ist ein Ordner</translation>
    </message>
    <message>
        <source>it is a GIMP document</source>
        <translation>es ist ein GIMP-Dokument</translation>
    </message>
    <message>
        <source>it is a JPEG 2000 picture</source>
        <translation>es ist ein JPEG-2000-Bild</translation>
    </message>
    <message>
        <source>it is a JPEG XL picture</source>
        <translation>es ist ein JPEG-XL-Bild</translation>
    </message>
    <message>
        <source>it is a PDF document</source>
        <translation>es ist ein PDF-Dokument</translation>
    </message>
    <message>
        <source>it is a Photoshop document</source>
        <translation>es ist ein Photoshop-Dokument</translation>
    </message>
    <message>
        <source>it is a link to a file that is not there</source>
        <translation>es ist eine Verknüpfung mit einer Datei, die es nicht gibt</translation>
    </message>
    <message>
        <source>it is a photo library; export its photos to a folder, and add that</source>
        <translation>es ist eine Fotomediathek; exportieren Sie ihre Fotos in einen Ordner und fügen Sie diesen hinzu</translation>
    </message>
    <message>
        <source>it is a pipe or a device, not a file</source>
        <translation>es ist keine Datei, sondern eine Pipe oder ein Gerät</translation>
    </message>
    <message>
        <source>it is a sound</source>
        <translation>es ist eine Tonaufnahme</translation>
    </message>
    <message>
        <source>it is a text</source>
        <translation>es ist ein Text</translation>
    </message>
    <message>
        <source>it is a video</source>
        <translation>es ist ein Video</translation>
    </message>
    <message>
        <source>it is a video or a sound</source>
        <translation>es ist ein Video oder eine Tonaufnahme</translation>
    </message>
    <message>
        <source>it is an archive</source>
        <translation>es ist ein Archiv</translation>
    </message>
    <message>
        <source>it is an archive or an office document</source>
        <translation>es ist ein Archiv oder ein Office-Dokument</translation>
    </message>
    <message>
        <source>it is an output folder of KMHC; choose the folder with the original photos</source>
        <translation>es ist ein Ausgabeordner von KMHC; wählen Sie den Ordner mit den Originalfotos</translation>
    </message>
    <message>
        <source>it is cut short or damaged</source>
        <translation>sie ist unvollständig oder beschädigt</translation>
    </message>
    <message>
        <source>it is cut short or no safetensors file</source>
        <translation>sie ist unvollständig oder keine safetensors-Datei</translation>
    </message>
    <message>
        <source>it is damaged (its contents do not match its sha256)</source>
        <translation>sie ist beschädigt (ihr Inhalt passt nicht zu ihrer sha256)</translation>
    </message>
    <message>
        <source>it is damaged ({0})</source>
        <translation>sie ist beschädigt ({0})</translation>
    </message>
    <message>
        <source>it is damaged or cut short ({0})</source>
        <translation>die Datei ist beschädigt oder unvollständig ({0})</translation>
    </message>
    <message>
        <source>It is damaged or made to harm: do not use it.</source>
        <translation>Die Datei ist beschädigt oder soll schaden: Verwenden Sie sie nicht.</translation>
    </message>
    <message>
        <source>it is done already</source>
        <translation>es ist schon fertig</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <source>it is in colour already</source>
        <translation>es ist schon farbig</translation>
    </message>
    <message>
        <source>it is in colour already: copied</source>
        <translation>es ist schon farbig: kopiert</translation>
    </message>
    <message>
        <source>it is in no photo format that KMHC reads</source>
        <translation>es ist in keinem Fotoformat, das KMHC liest</translation>
    </message>
    <message>
        <source>it is larger than {0} GB</source>
        <translation>sie ist größer als {0} GB</translation>
    </message>
    <message>
        <source>it is no file but a pipe, a socket or a device</source>
        <translation>es ist keine Datei, sondern eine Pipe, ein Socket oder ein Gerät</translation>
    </message>
    <message>
        <source>it is no regular file</source>
        <translation>es ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>it is no weights file</source>
        <translation>es ist keine Datei mit Gewichten</translation>
    </message>
    <message>
        <source>it is not a photo</source>
        <translation>es ist kein Foto</translation>
    </message>
    <message>
        <source>it is not in KMHC&apos;s own format</source>
        <translation>sie ist nicht im eigenen Format von KMHC</translation>
    </message>
    <message>
        <source>it is not in the folder any more</source>
        <translation>es liegt nicht mehr im Ordner</translation>
    </message>
    <message>
        <source>It is the fastest device on this computer.</source>
        <translation>Es ist das schnellste Gerät dieses Rechners.</translation>
    </message>
    <message>
        <source>it stopped by itself</source>
        <translation>es von selbst stehen geblieben ist</translation>
    </message>
    <message>
        <source>it unpacks to more than it is</source>
        <translation>entpackt ist sie größer, als sie sein darf</translation>
    </message>
    <message>
        <source>it wants far more memory than its size explains</source>
        <translation>sie verlangt weit mehr Speicher, als ihre Größe erklärt</translation>
    </message>
    <message>
        <source>It was asked for.</source>
        <translation>Es wurde so gewünscht.</translation>
    </message>
    <message>
        <source>it was stuck</source>
        <translation>es festhing</translation>
    </message>
    <message>
        <source>it was trained as {0}</source>
        <translation>sie wurde als {0} trainiert</translation>
    </message>
    <message>
        <source>its compression needs the package imagecodecs (pip install &apos;kmhc[16bit]&apos;)</source>
        <translation>für seine Kompression fehlt das Paket imagecodecs (pip install &apos;kmhc[16bit]&apos;)</translation>
    </message>
    <message>
        <source>its entry {0} is no tensor</source>
        <translation>ihr Eintrag {0} ist kein Tensor</translation>
    </message>
    <message>
        <source>its header is damaged ({0})</source>
        <translation>ihr Kopf ist beschädigt ({0})</translation>
    </message>
    <message>
        <source>its network is that of {0}</source>
        <translation>ihr Netz ist das von {0}</translation>
    </message>
    <message>
        <source>its numbers are {0}</source>
        <translation>ihre Zahlen sind {0}</translation>
    </message>
    <message>
        <source>its output cannot be written ({0}).</source>
        <translation>das Ergebnis lässt sich nicht schreiben ({0}).</translation>
    </message>
    <message>
        <source>its samples are of a kind that photos do not have ({0})</source>
        <translation>die Bildwerte sind von einer Art, die Fotos nicht haben ({0})</translation>
    </message>
    <message>
        <source>its tensors fit no network of the paper</source>
        <translation>ihre Tensoren passen zu keinem Netz des Artikels</translation>
    </message>
    <message>
        <source>Its training failed: use another file.</source>
        <translation>Ihr Training ist misslungen: Nehmen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>Make a smaller copy and colourise that.</source>
        <translation>Machen Sie eine kleinere Kopie und kolorieren Sie diese.</translation>
    </message>
    <message>
        <source>Make a smaller copy of it.</source>
        <translation>Machen Sie eine kleinere Kopie davon.</translation>
    </message>
    <message>
        <source>maker note dropped: too long for a JPEG</source>
        <translation>Herstellernotiz weggelassen: zu lang für ein JPEG</translation>
    </message>
    <message>
        <source>MIT; several of the photos behind them are for research only, see MODEL_CARD.md</source>
        <translation>MIT; mehrere der Fotos dahinter dienen nur der Forschung, siehe MODEL_CARD.md</translation>
    </message>
    <message>
        <source>no colour is stored for it as it is now</source>
        <translation>für das Foto, wie es jetzt ist, ist keine Farbe gespeichert</translation>
    </message>
    <message>
        <source>No graphics processor that PyTorch can use was found.</source>
        <translation>Es wurde kein Grafikprozessor gefunden, den PyTorch nutzen kann.</translation>
    </message>
    <message>
        <source>no photo could be read, so there is no album.</source>
        <translation>kein Foto war lesbar, daher gibt es kein Album.</translation>
    </message>
    <message>
        <source>no photo for the album is chosen. Choose some.</source>
        <translation>kein Foto für das Album ist gewählt. Wählen Sie einige.</translation>
    </message>
    <message>
        <source>no photo for the album is rated four stars or five. Rate some, or take all.</source>
        <translation>kein Foto für das Album hat vier oder fünf Sterne. Bewerten Sie einige oder nehmen Sie alle.</translation>
    </message>
    <message>
        <source>no photo for the album. Choose a folder with colourised photos.</source>
        <translation>kein Foto für das Album. Wählen Sie einen Ordner mit kolorierten Fotos.</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>kein Ordner</translation>
    </message>
    <message>
        <source>only a placeholder is on this computer; download it from the cloud first</source>
        <translation>auf diesem Rechner ist nur ein Platzhalter; laden Sie das Foto zuerst aus der Cloud</translation>
    </message>
    <message>
        <source>only your own weights can be removed.</source>
        <translation>nur eigene Gewichte lassen sich entfernen.</translation>
    </message>
    <message>
        <source>page {0} is in colour already: it keeps its colours</source>
        <translation>Seite {0} ist bereits farbig: sie behält ihre Farben</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Zugriff verweigert</translation>
    </message>
    <message>
        <source>read with 8 bits a channel: {0}</source>
        <translation>mit 8 Bit je Kanal gelesen: {0}</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>der Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
        <source>reading HEIC photos needs the package pillow-heif, which is not installed</source>
        <translation>für HEIC-Fotos fehlt das Paket pillow-heif</translation>
    </message>
    <message>
        <source>reading it crashed</source>
        <translation>das Lesen ist abgestürzt</translation>
    </message>
    <message>
        <source>reading it took more than {0} s</source>
        <translation>das Lesen dauerte länger als {0} s</translation>
    </message>
    <message>
        <source>Save it as an 8-bit or 16-bit photo.</source>
        <translation>Speichern Sie es als Foto mit 8 oder 16 Bit.</translation>
    </message>
    <message>
        <source>Save the network&apos;s `state_dict()`.</source>
        <translation>Speichern Sie das `state_dict()` des Netzes.</translation>
    </message>
    <message>
        <source>Save the network&apos;s state dict alone.</source>
        <translation>Speichern Sie nur das „state dict“ des Netzes.</translation>
    </message>
    <message>
        <source>Say what it is for with `--variant`, as KMHCNet_6 or ARCHITECTURE/ENCODER; then the differences are listed.</source>
        <translation>Markieren Sie zuerst die Variante, für die sie ist; dann werden die Unterschiede genannt.</translation>
    </message>
    <message>
        <source>Say which with `--variant`.</source>
        <translation>Markieren Sie zuerst die richtige Variante.</translation>
    </message>
    <message>
        <source>Some files in the weights folder are unusable: see `kmhc weights list`.</source>
        <translation>Einige Dateien im Ordner der Gewichte sind unbrauchbar.</translation>
    </message>
    <message>
        <source>Something unforeseen happened ({0}: {1}). Try it again.</source>
        <translation>Etwas Unvorhergesehenes ist passiert ({0}: {1}). Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>the album cannot be written ({0}). Choose another place.</source>
        <translation>das Album lässt sich nicht schreiben ({0}). Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The album shows it without its original.</source>
        <translation>Das Album zeigt es ohne sein Original.</translation>
    </message>
    <message>
        <source>the album would take the place of the photos. Choose another place.</source>
        <translation>das Album käme an die Stelle der Fotos. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The architecture {0} does not go with {1}: {2}</source>
        <translation>Die Architektur {0} passt nicht zu {1}: {2}</translation>
    </message>
    <message>
        <source>the captions cannot be read ({0}). Save the table as CSV again.</source>
        <translation>die Bildtexte sind nicht lesbar ({0}). Speichern Sie die Tabelle noch einmal als CSV.</translation>
    </message>
    <message>
        <source>the colour photo is gone</source>
        <translation>das Farbfoto ist nicht mehr da</translation>
    </message>
    <message>
        <source>the colour photos lie here already. Choose another folder.</source>
        <translation>hier liegen die Farbfotos schon. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>the disk is full. Make room, or choose another output folder.</source>
        <translation>der Datenträger ist voll. Schaffen Sie Platz oder wählen Sie einen anderen Ausgabeordner.</translation>
    </message>
    <message>
        <source>the disk is full. Make room, or choose another place.</source>
        <translation>der Datenträger ist voll. Schaffen Sie Platz oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>the disk is full. Make room, then start again: the run goes on where it stopped.</source>
        <translation>der Datenträger ist voll. Schaffen Sie Platz und starten Sie neu: Es geht weiter, wo es aufgehört hat.</translation>
    </message>
    <message>
        <source>The connection to the engine failed ({0}). Start again; a new engine begins.</source>
        <translation>Die Verbindung zum Rechenwerk ist ausgefallen ({0}). Starten Sie noch einmal; ein neues beginnt.</translation>
    </message>
    <message>
        <source>The engine does not run: {0}. Restart KMHC; if that does not help, see Help, Copy diagnostics.</source>
        <translation>Das Rechenwerk läuft nicht, weil {0}. Starten Sie KMHC neu; wenn das nicht hilft, siehe Hilfe, Diagnose kopieren.</translation>
    </message>
    <message>
        <source>The engine ended without finishing these photos. The log says more; start again.</source>
        <translation>Das Rechenwerk hat aufgehört, ohne diese Fotos fertigzustellen. Das Protokoll sagt mehr; starten Sie noch einmal.</translation>
    </message>
    <message>
        <source>The engine stopped ({0}: {1}). The log says more; start again.</source>
        <translation>Das Rechenwerk ist stehen geblieben ({0}: {1}). Das Protokoll sagt mehr; starten Sie den Durchlauf noch einmal.</translation>
    </message>
    <message>
        <source>The engine stopped on this photo. It is tried once more.</source>
        <translation>Das Rechenwerk ist bei diesem Foto stehen geblieben. Es wird noch einmal versucht.</translation>
    </message>
    <message>
        <source>The engine stopped twice on this photo. Its memory may not suffice: try a smaller working size.</source>
        <translation>Das Rechenwerk ist bei diesem Foto zweimal stehen geblieben. Vielleicht reicht der Speicher nicht: Versuchen Sie eine kleinere Arbeitsgröße.</translation>
    </message>
    <message>
        <source>The engine stopped while it worked on this photo. Try again, or use a smaller variant.</source>
        <translation>Das Rechenwerk ist bei diesem Foto stehen geblieben. Versuchen Sie es noch einmal oder nehmen Sie eine kleinere Variante.</translation>
    </message>
    <message>
        <source>The engine was started again, because {0}.</source>
        <translation>Das Rechenwerk wurde neu gestartet, weil {0}.</translation>
    </message>
    <message>
        <source>The export stopped unexpectedly. The log says more; try it again.</source>
        <translation>Der Export ist unerwartet stehen geblieben. Das Protokoll sagt mehr; versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The export stopped, perhaps for want of memory. Try it again.</source>
        <translation>Der Export ist stehen geblieben, vielleicht reichte der Speicher nicht. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <source>The journal of the output folder was damaged ({0}) and is set aside as {1}. A new one begins; photos that were done are made again, beside the old ones.</source>
        <translation>Das Journal des Ausgabeordners war beschädigt ({0}) und liegt jetzt als {1} beiseite. Ein neues beginnt; fertige Fotos werden noch einmal gemacht, neben den alten.</translation>
    </message>
    <message>
        <source>the JPEG is cut short</source>
        <translation>das JPEG ist abgeschnitten</translation>
    </message>
    <message>
        <source>the JPEG is damaged</source>
        <translation>das JPEG ist beschädigt</translation>
    </message>
    <message>
        <source>The network failed on {0}: {1}</source>
        <translation>Das Netz ist auf {0} gescheitert: {1}</translation>
    </message>
    <message>
        <source>the network gave no usable colours</source>
        <translation>das Netz lieferte keine brauchbaren Farben</translation>
    </message>
    <message>
        <source>The network of {0} gave no finite colours. Check its weights with `kmhc weights verify`.</source>
        <translation>Das Netz von {0} lieferte keine endlichen Farben. Importieren Sie seine Gewichte noch einmal.</translation>
    </message>
    <message>
        <source>the output folder cannot be written to any more ({0}).</source>
        <translation>in den Ausgabeordner lässt sich nicht mehr schreiben ({0}).</translation>
    </message>
    <message>
        <source>the output folder does not know it</source>
        <translation>der Ausgabeordner kennt es nicht</translation>
    </message>
    <message>
        <source>The photos lie on several disks. Choose an output folder.</source>
        <translation>Die Fotos liegen auf mehreren Datenträgern. Wählen Sie einen Ausgabeordner.</translation>
    </message>
    <message>
        <source>the PNG is cut short</source>
        <translation>das PNG ist abgeschnitten</translation>
    </message>
    <message>
        <source>The process that reads foreign weights did not start. `kmhc doctor` may say why.</source>
        <translation>Der Prozess, der fremde Gewichte liest, ist nicht gestartet. Starten Sie KMHC neu.</translation>
    </message>
    <message>
        <source>the stored colour cannot be read ({0})</source>
        <translation>die gespeicherte Farbe ist nicht lesbar ({0})</translation>
    </message>
    <message>
        <source>The training failed: start it again.</source>
        <translation>Das Training ist misslungen: Starten Sie es noch einmal.</translation>
    </message>
    <message>
        <source>there are no photos to export. Choose some that are done.</source>
        <translation>es gibt keine Fotos auszugeben. Wählen Sie fertige.</translation>
    </message>
    <message>
        <source>there is already something of this name.</source>
        <translation>etwas dieses Namens ist schon da.</translation>
    </message>
    <message>
        <source>There is no device {0} on this computer. Here: {1}.</source>
        <translation>Das Gerät {0} gibt es auf diesem Rechner nicht. Hier: {1}.</translation>
    </message>
    <message>
        <source>there is no such folder. Choose a folder with colourised photos.</source>
        <translation>diesen Ordner gibt es nicht. Wählen Sie einen Ordner mit kolorierten Fotos.</translation>
    </message>
    <message>
        <source>There are no weights called “{0}” here any more.</source>
        <translation>Gewichte namens „{0}“ gibt es hier nicht mehr.</translation>
    </message>
    <message>
        <source>there is not enough memory for it. Close other programs, then try again.</source>
        <translation>der Speicher reicht dafür nicht. Schließen Sie andere Programme und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>There is not enough memory for one photo. Close other programs, or use a smaller variant.</source>
        <translation>Der Speicher reicht nicht für ein Foto. Schließen Sie andere Programme oder nehmen Sie eine kleinere Variante.</translation>
    </message>
    <message>
        <source>there is not memory enough for it</source>
        <translation>der Speicher reicht dafür nicht</translation>
    </message>
    <message>
        <source>This computer cannot join the letters of some words as their script asks for.</source>
        <translation>Dieser Computer kann die Buchstaben mancher Wörter nicht so verbinden, wie ihre Schrift es verlangt.</translation>
    </message>
    <message>
        <source>This computer has no letters for some words: “?” stands for them.</source>
        <translation>Diesem Computer fehlen Buchstaben für einige Wörter: „?“ steht für sie.</translation>
    </message>
    <message>
        <source>this is a photo of the album.</source>
        <translation>dies ist ein Foto des Albums.</translation>
    </message>
    <message>
        <source>this is not an album made by KMHC, so it stays as it is. Choose another place.</source>
        <translation>dies ist kein Album von KMHC und bleibt, wie es ist. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>this kind of TIFF allows no more</source>
        <translation>mehr erlaubt diese Art von TIFF nicht</translation>
    </message>
    <message>
        <source>Torch never writes such files: do not use it.</source>
        <translation>Torch schreibt solche Dateien nie: Verwenden Sie sie nicht.</translation>
    </message>
    <message>
        <source>Try it again.</source>
        <translation>Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Unpack the photos first.</source>
        <translation>Packen Sie die Fotos zuerst aus.</translation>
    </message>
    <message>
        <source>Update KMHC, then try again.</source>
        <translation>Aktualisieren Sie KMHC und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Wait until it has ended, or choose another output folder.</source>
        <translation>Warten Sie, bis er fertig ist, oder wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Weights never need that: do not use it, or ask its maker for a .safetensors file.</source>
        <translation>Gewichte brauchen das nie: Verwenden Sie sie nicht, oder bitten Sie um eine .safetensors-Datei.</translation>
    </message>
    <message>
        <source>written as PNG: JPEG has no transparency</source>
        <translation>als PNG geschrieben: JPEG kennt keine Transparenz</translation>
    </message>
    <message>
        <source>written as PNG: the photo is too long for the other format</source>
        <translation>als PNG geschrieben: das Foto ist zu lang für das andere Format</translation>
    </message>
    <message>
        <source>written as TIFF: {0} has no pages</source>
        <translation>als TIFF geschrieben: {0} kennt keine Seiten</translation>
    </message>
    <message>
        <source>All photos would have the same name. Add {0} or {1}.</source>
        <translation>Alle Fotos hätten denselben Namen. Fügen Sie {0} oder {1} hinzu.</translation>
    </message>
    <message>
        <source>{0} is unknown. Use {1}.</source>
        <translation>{0} ist unbekannt. Verwenden Sie {1}.</translation>
    </message>
    <message>
        <source>written as {0}: KMHC reads {1}, but does not write it</source>
        <translation>als {0} geschrieben: KMHC liest {1}, schreibt es aber nicht</translation>
    </message>
    <message>
        <source>XMP beyond its first 64 kB dropped</source>
        <translation>XMP nach den ersten 64 kB weggelassen</translation>
    </message>
    <message>
        <source>XMP dropped: too long for a JPEG</source>
        <translation>XMP weggelassen: zu lang für ein JPEG</translation>
    </message>
    <message>
        <source>{0} cannot be shown ({1}). The log says more.</source>
        <translation>{0} kann nicht gezeigt werden ({1}). Das Protokoll sagt mehr.</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}). Make room there, or set KMHC_HOME.</source>
        <translation>{0} lässt sich nicht schreiben ({1}). Schaffen Sie dort Platz oder setzen Sie KMHC_HOME.</translation>
    </message>
    <message>
        <source>{0} could not be loaded ({1}). The log says more.</source>
        <translation>{0} ließ sich nicht laden ({1}). Das Protokoll sagt mehr.</translation>
    </message>
    <message>
        <source>{0} has no weights on this computer. Import a file with `kmhc weights import FILE`, or train it with `kmhc train`.</source>
        <translation>{0} hat auf diesem Rechner keine Gewichte. Wählen Sie eine andere Variante, oder importieren Sie dort eine Datei.</translation>
    </message>
    <message>
        <source>{0} has values that are not finite</source>
        <translation>{0} hat Werte, die nicht endlich sind</translation>
    </message>
    <message>
        <source>{0} is the name of another variant</source>
        <translation>{0} heißt schon eine andere Variante</translation>
    </message>
    <message>
        <source>{0} is {1}, not a float</source>
        <translation>{0} ist {1}, keine Kommazahl</translation>
    </message>
    <message>
        <source>{0}: the adjustments saved for this photo cannot be read ({1}). They were set aside as {2}; adjust the photo again.</source>
        <translation>{0}: die gespeicherten Anpassungen dieses Fotos sind nicht lesbar ({1}). Sie liegen jetzt als {2} beiseite; passen Sie das Foto neu an.</translation>
    </message>
    <message>
        <source>{0}: the changed photo could not be saved ({1}). The log says more.</source>
        <translation>{0}: das geänderte Foto ließ sich nicht speichern ({1}). Das Protokoll sagt mehr.</translation>
    </message>
    <message>
        <source>{0}: the journal cannot be read ({1}). Copy the folder again.</source>
        <translation>{0}: das Journal ist nicht lesbar ({1}). Kopieren Sie den Ordner noch einmal.</translation>
    </message>
    <message>
        <source>{0}: the journal cannot be used ({1}). Check the disk and your permissions on the folder, then start again.</source>
        <translation>{0}: das Journal ist nicht benutzbar ({1}). Prüfen Sie den Datenträger und Ihre Rechte am Ordner und starten Sie neu.</translation>
    </message>
    <message>
        <source>{0}: written by a newer KMHC. Update KMHC to go on in this folder.</source>
        <translation>{0}: von einem neueren KMHC geschrieben. Aktualisieren Sie KMHC, um in diesem Ordner weiterzumachen.</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>What you adjusted is saved first…</source>
        <translation>Was Sie angepasst haben, wird zuerst gespeichert …</translation>
    </message>
</context>
<context>
    <name>FineTuningReport</name>
    <message>
        <source>Fine-tuning is running…</source>
        <translation>Anlernen läuft …</translation>
    </message>
    <message>
        <source>Fine-tuning has stopped before its end.</source>
        <translation>Das Anlernen hat vor dem Ende angehalten.</translation>
    </message>
    <message>
        <source>Fine-tuning has ended.</source>
        <translation>Das Anlernen ist beendet.</translation>
    </message>
</context>
<context>
    <name>FirstHint</name>
    <message>
        <source>“Colourise” starts. Originals stay as they are; colour copies go to a folder beside them. Drag the line over a photo to compare before and after; “Adjust” mends what came out wrong.</source>
        <translation>„Kolorieren“ beginnt. Die Originale bleiben, wie sie sind; Farbkopien kommen in einen Ordner daneben. Ziehen Sie die Linie über ein Foto, um vorher und nachher zu vergleichen; „Anpassen“ bessert aus, was misslang.</translation>
    </message>
    <message>
        <source>These photos have their colour copies already. Drag the line over a photo to compare before and after; “Adjust” mends what came out wrong, “Export album…” makes something to show round.</source>
        <translation>Zu diesen Fotos gibt es schon Farbkopien. Ziehen Sie die Linie über ein Foto, um vorher und nachher zu vergleichen; „Anpassen“ bessert aus, was misslang, und „Album ausgeben …“ macht daraus etwas zum Herumzeigen.</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
</context>
<context>
    <name>FolderBrowser</name>
    <message>
        <source>Folders of this computer</source>
        <translation>Ordner dieses Computers</translation>
    </message>
    <message>
        <source>Recent folders</source>
        <translation>Zuletzt verwendete Ordner</translation>
    </message>
    <message>
        <source>Favourite folders</source>
        <translation>Favoriten</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt verwendet</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favoriten</translation>
    </message>
    <message>
        <source>Add to favourites</source>
        <translation>Zu den Favoriten</translation>
    </message>
    <message>
        <source>Show photos</source>
        <translation>Fotos zeigen</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Computer</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Persönlicher Ordner</translation>
    </message>
    <message>
        <source>Unstar</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>Merken</translation>
    </message>
    <message>
        <source>Take this folder off the favourites</source>
        <translation>Diesen Ordner aus den Favoriten nehmen</translation>
    </message>
    <message>
        <source>Keep this folder as a favourite</source>
        <translation>Diesen Ordner zu den Favoriten nehmen</translation>
    </message>
    <message>
        <source>Take off the favourites</source>
        <translation>Aus den Favoriten nehmen</translation>
    </message>
</context>
<context>
    <name>Keeping</name>
    <message>
        <source>{0} cannot be written ({1}). Make room there or check its permissions, then keep it again.</source>
        <translation>{0} lässt sich nicht schreiben ({1}). Schaffen Sie dort Platz, oder prüfen Sie die Rechte; behalten Sie das Ergebnis dann noch einmal.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Adjust</source>
        <translation>Anpassen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Photos</source>
        <translation>&amp;Fotos</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Erneut öffnen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Erscheinungsbild</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>{0} was damaged and is set aside as {1}. KMHC starts with its defaults.</source>
        <translation>{0} war beschädigt und liegt nun als {1} daneben. KMHC beginnt mit seinen Vorgaben.</translation>
    </message>
    <message>
        <source>The last run was not finished. What is done stays done.</source>
        <translation>Der letzte Lauf wurde nicht fertig. Was fertig ist, bleibt fertig.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>This run goes on with {0}. {1} is used from the next run on.</source>
        <translation>Dieser Lauf wird mit {0} fortgesetzt. {1} gilt ab dem nächsten Lauf.</translation>
    </message>
    <message>
        <source>Close KMHC?</source>
        <translation>KMHC schließen?</translation>
    </message>
    <message>
        <source>KMHC is still at work.</source>
        <translation>KMHC arbeitet noch.</translation>
    </message>
    <message>
        <source>What is done stays done. The next start offers to go on with the rest.</source>
        <translation>Was fertig ist, bleibt fertig. Der nächste Start bietet an, mit dem Rest weiterzumachen.</translation>
    </message>
    <message>
        <source>Fine-tuning stops, and goes on later: Tools, Fine-tune… offers it.</source>
        <translation>Das Anlernen hält an und geht später weiter: Werkzeuge, Anlernen … bietet es an.</translation>
    </message>
    <message>
        <source>Fine-tuning has learnt nothing yet, and nothing of it is kept.</source>
        <translation>Das Anlernen hat noch nichts gelernt, und nichts davon bleibt.</translation>
    </message>
    <message>
        <source>Some adjustments are not stored.</source>
        <translation>Einige Anpassungen sind nicht gespeichert.</translation>
    </message>
    <message>
        <source>They will be lost. The message above the photos says why.</source>
        <translation>Sie gehen verloren. Die Meldung über den Fotos sagt, warum.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Keep working</source>
        <translation>Weiterarbeiten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Colourise</source>
        <translation>Kolorieren</translation>
    </message>
    <message>
        <source>Choose a variant</source>
        <translation>Variante wählen</translation>
    </message>
    <message>
        <source>{0} of {1} done</source>
        <translation>{0} von {1} fertig</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>The language changes when KMHC is started again.</source>
        <translation>Die Sprache wechselt beim nächsten Start von KMHC.</translation>
    </message>
    <message>
        <source>KMHC cannot write to its own folder {0} ({1}). Check its permissions and the room on the disk.</source>
        <translation>KMHC kann nicht in seinen eigenen Ordner {0} schreiben ({1}). Prüfen Sie seine Rechte und den Platz auf der Festplatte.</translation>
    </message>
    <message>
        <source>Photos can be started over when the run has ended.</source>
        <translation>Fotos lassen sich neu kolorieren, wenn der Lauf beendet ist.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) taken off the list.</source>
        <translation>
            <numerusform>%Ln Foto ist von der Liste genommen.</numerusform>
            <numerusform>%Ln Fotos sind von der Liste genommen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>MakingStrip</name>
    <message>
        <source>What went wrong, photo by photo</source>
        <translation>Was nicht ging, Foto für Foto</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt der Ausgabe</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Looking for the photos…</source>
        <translation>Die Fotos werden gesucht …</translation>
    </message>
    <message>
        <source>{0} of {1}: {2}</source>
        <translation>{0} von {1}: {2}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) exported.</source>
        <translation>
            <numerusform>%Ln Foto ausgegeben.</numerusform>
            <numerusform>%Ln Fotos ausgegeben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln name(s) taken, passed over.</source>
        <translation>
            <numerusform>%Ln Name vergeben, übergangen.</numerusform>
            <numerusform>%Ln Namen vergeben, übergangen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) left out.</source>
        <translation>
            <numerusform>%Ln Foto fehlt darin.</numerusform>
            <numerusform>%Ln Fotos fehlen darin.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen …</translation>
    </message>
</context>
<context>
    <name>PhotoDesk</name>
    <message>
        <source>{0} is at work…</source>
        <translation>{0} arbeitet …</translation>
    </message>
    <message>
        <source>These are not: {0}.</source>
        <translation>Diese nicht: {0}.</translation>
    </message>
    <message>
        <source>{0} is not adjusted. Adjust it first; then others can be adjusted the same way.</source>
        <translation>{0} ist nicht angepasst. Passen Sie es zuerst an; dann können andere ebenso angepasst werden.</translation>
    </message>
    <message>
        <source>Adjustments of {0}: select other photos in colour, then click “Apply to others…” under “Adjust” again.</source>
        <translation>Anpassungen von {0}: Wählen Sie andere farbige Fotos aus, und klicken Sie unter „Anpassen“ noch einmal auf „Auf andere anwenden …“.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln other photo(s) are adjusted like {0}.</source>
        <translation>
            <numerusform>%Ln weiteres Foto wird wie {0} angepasst.</numerusform>
            <numerusform>%Ln weitere Fotos werden wie {0} angepasst.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} h {1} min</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>still looking…</source>
        <translation>Suche läuft …</translation>
    </message>
    <message>
        <source>{0} to colourise</source>
        <translation>{0} zu kolorieren</translation>
    </message>
    <message>
        <source>{0} in colour already</source>
        <translation>{0} schon farbig</translation>
    </message>
    <message>
        <source>{0} done</source>
        <translation>{0} fertig</translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation>{0} fehlgeschlagen</translation>
    </message>
    <message>
        <source>{0} skipped</source>
        <translation>{0} übersprungen</translation>
    </message>
    <message>
        <source>{0} of {1} photos</source>
        <translation>{0} von {1} Fotos</translation>
    </message>
    <message>
        <source>Paused · {0}</source>
        <translation>Angehalten · {0}</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>about {0} left</source>
        <translation>noch etwa {0}</translation>
    </message>
    <message>
        <source>{0} photos a minute</source>
        <translation>{0} Fotos je Minute</translation>
    </message>
    <message>
        <source>Colourising {0}</source>
        <translation>{0} wird koloriert</translation>
    </message>
    <message>
        <source>Getting the engine ready…</source>
        <translation>Das Rechenwerk wird vorbereitet …</translation>
    </message>
</context>
<context>
    <name>QueuePane</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>Nach Namen suchen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>By folder</source>
        <translation>Nach Ordner</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>Nach Namen</translation>
    </message>
    <message>
        <source>By date</source>
        <translation>Nach Datum</translation>
    </message>
    <message>
        <source>Largest first</source>
        <translation>Größte zuerst</translation>
    </message>
    <message>
        <source>Most unsure first</source>
        <translation>Unsicherste zuerst</translation>
    </message>
    <message>
        <source>Order of the photos</source>
        <translation>Reihenfolge der Fotos</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>No photo here matches. Choose another filter or clear the search.</source>
        <translation>Kein Foto passt. Wählen Sie einen anderen Filter oder leeren Sie die Suche.</translation>
    </message>
</context>
<context>
    <name>Roots</name>
    <message>
        <source>No photos were found in {0}. Choose another folder.</source>
        <translation>In {0} wurden keine Fotos gefunden. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The folder {0} is not there. Connect its drive, then try again.</source>
        <translation>Der Ordner {0} ist nicht da. Schließen Sie sein Laufwerk an, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{0} cannot be opened. Check its permissions, then try again.</source>
        <translation>{0} lässt sich nicht öffnen. Prüfen Sie die Zugriffsrechte, und versuchen Sie es noch einmal.</translation>
    </message>
</context>
<context>
    <name>RunReport</name>
    <message>
        <source>Save elsewhere…</source>
        <translation>Woanders speichern …</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) could not be colourised.</source>
        <translation>
            <numerusform>%Ln Foto konnte nicht koloriert werden.</numerusform>
            <numerusform>%Ln Fotos konnten nicht koloriert werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>These are coloured with {0} already. Choose another variant, or mend them with “Adjust”.</source>
        <translation>Diese sind schon mit {0} koloriert. Wählen Sie eine andere Variante, oder bessern Sie sie mit „Anpassen“ nach.</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>{0}: the disk is full. Make room, then click “Save” again.</source>
        <translation>{0}: der Datenträger ist voll. Schaffen Sie Platz, und klicken Sie dann noch einmal auf „Speichern“.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Each photo&apos;s own</source>
        <translation>Wie das jeweilige Foto</translation>
    </message>
    <message>
        <source>Skip them</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Copy them to the results</source>
        <translation>Zu den Ergebnissen kopieren</translation>
    </message>
    <message>
        <source>Colourise them anew</source>
        <translation>Neu kolorieren</translation>
    </message>
    <message>
        <source>When I go to the next photo</source>
        <translation>Wenn ich zum nächsten Foto gehe</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Sofort</translation>
    </message>
    <message>
        <source>Beside each folder</source>
        <translation>Neben jedem Ordner</translation>
    </message>
    <message>
        <source>Beside each folder, as “… colourised”</source>
        <translation>Neben dem Ordner, als „… colourised“</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Quality (JPEG, WebP)</source>
        <translation>Qualität (JPEG, WebP)</translation>
    </message>
    <message>
        <source>Photos in colour already</source>
        <translation>Fotos, die schon farbig sind</translation>
    </message>
    <message>
        <source>Save adjustments</source>
        <translation>Anpassungen speichern</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>Ordner für die Ergebnisse</translation>
    </message>
</context>
<context>
    <name>SheetView</name>
    <message>
        <source>Sample photos</source>
        <translation>Beispielfotos</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
    <message>
        <source>Colourised</source>
        <translation>Koloriert</translation>
    </message>
    <message>
        <source>True</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>In Arbeit …</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>In colour already</source>
        <translation>Schon farbig</translation>
    </message>
    <message>
        <source>Colourising…</source>
        <translation>Wird koloriert …</translation>
    </message>
    <message>
        <source>In colour already; left as it is</source>
        <translation>Schon farbig; bleibt, wie es ist</translation>
    </message>
</context>
<context>
    <name>Swatch</name>
    <message>
        <source>Fair skin</source>
        <translation>Helle Haut</translation>
    </message>
    <message>
        <source>Tanned skin</source>
        <translation>Gebräunte Haut</translation>
    </message>
    <message>
        <source>Dark skin</source>
        <translation>Dunkle Haut</translation>
    </message>
    <message>
        <source>Blond hair</source>
        <translation>Blondes Haar</translation>
    </message>
    <message>
        <source>Brown hair</source>
        <translation>Braunes Haar</translation>
    </message>
    <message>
        <source>Red hair</source>
        <translation>Rotes Haar</translation>
    </message>
    <message>
        <source>Blue sky</source>
        <translation>Blauer Himmel</translation>
    </message>
    <message>
        <source>Evening sky</source>
        <translation>Abendhimmel</translation>
    </message>
    <message>
        <source>Sea</source>
        <translation>Meer</translation>
    </message>
    <message>
        <source>Grass</source>
        <translation>Gras</translation>
    </message>
    <message>
        <source>Foliage</source>
        <translation>Laub</translation>
    </message>
    <message>
        <source>Straw</source>
        <translation>Stroh</translation>
    </message>
    <message>
        <source>Light wood</source>
        <translation>Helles Holz</translation>
    </message>
    <message>
        <source>Dark wood</source>
        <translation>Dunkles Holz</translation>
    </message>
    <message>
        <source>Brick</source>
        <translation>Ziegel</translation>
    </message>
    <message>
        <source>Earth</source>
        <translation>Erde</translation>
    </message>
    <message>
        <source>Cream</source>
        <translation>Creme</translation>
    </message>
    <message>
        <source>Neutral grey</source>
        <translation>Neutrales Grau</translation>
    </message>
    <message>
        <source>Navy</source>
        <translation>Marineblau</translation>
    </message>
    <message>
        <source>Blue dress</source>
        <translation>Blaues Kleid</translation>
    </message>
    <message>
        <source>Khaki</source>
        <translation>Khaki</translation>
    </message>
    <message>
        <source>Burgundy</source>
        <translation>Weinrot</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>Rosa</translation>
    </message>
</context>
<context>
    <name>Training</name>
    <message>
        <source>Another training is at work in {0}. Wait until it has ended, or name another folder.</source>
        <translation>In {0} ist schon ein Anlernen am Werk. Warten Sie, bis es zu Ende ist.</translation>
    </message>
    <message>
        <source>Fine-tuning needs at least {0} photos with colour ({1}). Add some.</source>
        <translation>Zum Anlernen braucht es mindestens {0} Fotos mit Farbe ({1}). Fügen Sie welche hinzu.</translation>
    </message>
    <message>
        <source>Not readable: {0}</source>
        <translation>Nicht lesbar: {0}</translation>
    </message>
    <message>
        <source>None of the {0} photos can be read: {1}</source>
        <translation>Keines der {0} Fotos ist lesbar: {1}</translation>
    </message>
    <message>
        <source>None of the {0} photos have colour. Add colour photos to the folder.</source>
        <translation>Keines der {0} Fotos hat Farbe. Legen Sie Farbfotos in den Ordner.</translation>
    </message>
    <message>
        <source>Only {0} of {1} photos have colour. Add colour photos to the folder.</source>
        <translation>Farbe haben nur {0} von {1} Fotos. Legen Sie Farbfotos in den Ordner.</translation>
    </message>
    <message>
        <source>There are too few photos to learn from and to judge by ({0}). Add some.</source>
        <translation>Es sind zu wenige Fotos zum Lernen und zum Beurteilen ({0}). Fügen Sie welche hinzu.</translation>
    </message>
    <message>
        <source>{0} photos: {1} to learn from, {2} to tune by, {3} held out; left out: {4} grey, {5} tinted, {6} unreadable</source>
        <translation>{0} Fotos: {1} zum Lernen, {2} zum Abstimmen, {3} zum Beurteilen; weggelassen: {4} ohne Farbe, {5} nur getönt, {6} nicht lesbar</translation>
    </message>
    <message>
        <source>{0} is no folder. Give a folder of colour photos, or an index file.</source>
        <translation>{0} ist kein Ordner. Wählen Sie einen Ordner mit Farbfotos.</translation>
    </message>
    <message>
        <source>{0} holds no photos. Give a folder of colour photos.</source>
        <translation>{0} enthält keine Fotos. Wählen Sie einen Ordner mit Farbfotos.</translation>
    </message>
    <message>
        <source>{0}: the disk is full. Make room, then start again.</source>
        <translation>{0}: der Datenträger ist voll. Schaffen Sie Platz und beginnen Sie neu.</translation>
    </message>
    <message>
        <source>{0}: the disk is full. Make room, then go on with the run.</source>
        <translation>{0}: der Datenträger ist voll. Schaffen Sie Platz und setzen Sie das Anlernen dann fort.</translation>
    </message>
    <message>
        <source>{0}: there is too little memory to learn from {1} photos of {2} pixels at once. Close other programs, or choose a smaller batch, smaller crops or the CPU.</source>
        <translation>{0}: Der Arbeitsspeicher reicht nicht, um aus {1} Fotos von {2} Pixeln zugleich zu lernen. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>{0} is damaged. Begin a new run.</source>
        <translation>{0} ist beschädigt. Beginnen Sie das Anlernen neu.</translation>
    </message>
    <message>
        <source>{0} is damaged ({1}). Begin a new run.</source>
        <translation>{0} ist beschädigt ({1}). Beginnen Sie das Anlernen neu.</translation>
    </message>
    <message>
        <source>{0} is damaged, or of another version of KMHC ({1}). Begin a new run.</source>
        <translation>{0} ist beschädigt oder von einer anderen Version von KMHC ({1}). Beginnen Sie das Anlernen neu.</translation>
    </message>
    <message>
        <source>Training needs {0}. Install KMHC with the extra “training”.</source>
        <translation>Zum Anlernen fehlt {0}. Installieren Sie KMHC mit dem Zusatz „training“.</translation>
    </message>
</context>
<context>
    <name>TrainingHint</name>
    <message>
        <source>Some steps are tried, to say how long it will take. That takes about a minute.</source>
        <translation>Einige Schritte werden probiert, um die Dauer zu nennen. Das dauert etwa eine Minute.</translation>
    </message>
    <message>
        <source>Looking at the photos</source>
        <translation>Die Fotos werden angesehen</translation>
    </message>
    <message>
        <source>Curves and sample photos appear here. From the first sample photos on, training can be stopped and goes on later.</source>
        <translation>Hier erscheinen Kurven und Beispielfotos. Ab den ersten Beispielfotos lässt sich das Anlernen anhalten und später fortsetzen.</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>A training has ended</source>
        <translation>Ein Anlernen ist zu Ende</translation>
    </message>
    <message>
        <source>Its verdict waits.</source>
        <translation>Sein Urteil wartet.</translation>
    </message>
    <message>
        <source>A training waits</source>
        <translation>Ein Anlernen wartet</translation>
    </message>
    <message>
        <source>It goes on where it stopped.</source>
        <translation>Es geht dort weiter, wo es aufhörte.</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das ging nicht</translation>
    </message>
    <message>
        <source>The message below says why.</source>
        <translation>Die Meldung unten sagt, warum.</translation>
    </message>
    <message>
        <source>They have to be, to say how long it will take. Try again, or choose others.</source>
        <translation>Erst danach steht fest, wie lange es dauert. Versuchen Sie es noch einmal, oder wählen Sie andere.</translation>
    </message>
    <message>
        <source>The photos have not been looked at</source>
        <translation>Die Fotos wurden noch nicht angesehen</translation>
    </message>
    <message>
        <source>Best are photos of one album: the same places, people, film. 20 are enough.</source>
        <translation>Am besten sind Fotos aus einem Album: dieselben Orte, Menschen, Filme. 20 genügen.</translation>
    </message>
    <message>
        <source>Choose a folder of colour photos</source>
        <translation>Wählen Sie einen Ordner mit Farbfotos</translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>Fine-tune</source>
        <translation>Anlernen</translation>
    </message>
    <message>
        <source>Fine-tune a variant on your own photos</source>
        <translation>Eine Variante mit eigenen Fotos anlernen</translation>
    </message>
    <message>
        <source>Colour photos of the same time, place and kind teach a variant the colours that your black-and-white ones had. Some are held out to judge the result. Photos are only read, and stay on this computer.</source>
        <translation>Farbfotos derselben Zeit, desselben Orts und derselben Art lehren eine Variante die Farben, die Ihre schwarz-weißen hatten. Einige bleiben zurück, um das Ergebnis zu beurteilen. Fotos werden nur gelesen und bleiben auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Start fine-tuning</source>
        <translation>Anlernen beginnen</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Use it from now on</source>
        <translation>Ab jetzt verwenden</translation>
    </message>
    <message>
        <source>Stopped before the first sample photos: nothing was learnt yet, and nothing is kept.</source>
        <translation>Vor den ersten Beispielfotos angehalten: Noch war nichts gelernt, und nichts bleibt.</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Es wird vorbereitet …</translation>
    </message>
    <message>
        <source>Looking at photo {0} of {1}</source>
        <translation>Foto {0} von {1} wird angesehen</translation>
    </message>
    <message>
        <source>Training ended without a result. Try again.</source>
        <translation>Das Anlernen endete ohne Ergebnis. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The most improved photo first</source>
        <translation>Das am meisten verbesserte Foto zuerst</translation>
    </message>
    <message>
        <source>Training has ended.</source>
        <translation>Das Anlernen ist zu Ende.</translation>
    </message>
    <message>
        <source>“{0}”, fine-tuned on the photos of “{1}”, is not decided yet.</source>
        <translation>Über „{0}“, angelernt mit den Fotos aus „{1}“, ist noch nicht entschieden.</translation>
    </message>
    <message>
        <source>See the verdict</source>
        <translation>Das Urteil ansehen</translation>
    </message>
    <message>
        <source>Training has stopped.</source>
        <translation>Das Anlernen hat angehalten.</translation>
    </message>
    <message>
        <source>Better on {0} of {1} held-out photos. Mean colour difference {2} → {3} (no colour: {4}).</source>
        <translation>Besser bei {0} von {1} zurückgehaltenen Fotos. Mittlerer Farbabstand {2} → {3} (ohne Farbe: {4}).</translation>
    </message>
    <message>
        <source>That is no improvement: discard it, or add photos of the same kind.</source>
        <translation>Das ist keine Verbesserung: Verwerfen Sie es, oder nehmen Sie mehr Fotos derselben Art.</translation>
    </message>
    <message>
        <source>That is still no closer to the truth than grey: look at the photos first.</source>
        <translation>Das ist der Wahrheit noch nicht näher als Grau: Sehen Sie erst die Fotos an.</translation>
    </message>
    <message>
        <source>But it is a tint they share: within the photos, colours are no closer to the truth.</source>
        <translation>Aber es ist ein gemeinsamer Farbstich: Innerhalb der Fotos sind die Farben der Wahrheit nicht näher.</translation>
    </message>
    <message>
        <source>Its colours are duller, though: they have less chroma than before.</source>
        <translation>Die Farben sind aber blasser: Sie sind weniger kräftig als zuvor.</translation>
    </message>
    <message>
        <source>Look at the photos before you keep it.</source>
        <translation>Sehen Sie die Fotos an, bevor Sie es behalten.</translation>
    </message>
    <message>
        <source>“{0}” stands among your variants now.</source>
        <translation>„{0}“ steht jetzt bei Ihren Varianten.</translation>
    </message>
    <message>
        <source>You can close this page and go on working; training goes on.</source>
        <translation>Sie können diese Seite schließen und weiterarbeiten; das Anlernen geht weiter.</translation>
    </message>
    <message>
        <source>Go on where it stopped?</source>
        <translation>Dort weitermachen, wo es aufgehört hat?</translation>
    </message>
</context>
<context>
    <name>TrainingProcess</name>
    <message>
        <source>{0} could not be started: {1}. Install KMHC again.</source>
        <translation>{0} ließ sich nicht starten: {1}. Installieren Sie KMHC neu.</translation>
    </message>
    <message>
        <source>Training stopped by itself. Its last words: {0}</source>
        <translation>Das Anlernen brach ab. Seine letzten Worte: {0}</translation>
    </message>
    <message>
        <source>Training stopped without a word; the memory may not have sufficed. Close other programs.</source>
        <translation>Das Anlernen brach wortlos ab; vielleicht reichte der Speicher nicht. Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Training stopped without a word (exit code {0}).</source>
        <translation>Das Anlernen brach wortlos ab (Code {0}).</translation>
    </message>
</context>
<context>
    <name>TrainingSetup</name>
    <message>
        <source>20 to 500 photos</source>
        <translation>20 bis 500 Fotos</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Name of your variant</source>
        <translation>Name Ihrer Variante</translation>
    </message>
    <message>
        <source>Photos to learn from</source>
        <translation>Fotos zum Lernen</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Beginnen mit</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) found</source>
        <translation>
            <numerusform>%Ln Foto gefunden</numerusform>
            <numerusform>%Ln Fotos gefunden</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} to learn from, {1} to tune by, {2} held out to judge by</source>
        <translation>{0} zum Lernen, {1} zum Abstimmen, {2} zurückgehalten zum Beurteilen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln without colour left out</source>
        <translation>
            <numerusform>%Ln ohne Farbe bleibt weg</numerusform>
            <numerusform>%Ln ohne Farbe bleiben weg</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln only tinted left out</source>
        <translation>
            <numerusform>%Ln nur getöntes bleibt weg</numerusform>
            <numerusform>%Ln nur getönte bleiben weg</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unreadable left out</source>
        <translation>
            <numerusform>%Ln unlesbares bleibt weg</numerusform>
            <numerusform>%Ln unlesbare bleiben weg</numerusform>
        </translation>
    </message>
    <message>
        <source>So few held-out photos prove little: add photos, or look closely.</source>
        <translation>So wenige zurückgehaltene Fotos beweisen wenig: Nehmen Sie mehr, oder sehen Sie genau hin.</translation>
    </message>
    <message>
        <source>About {0} on {1}</source>
        <translation>Etwa {0} mit {1}</translation>
    </message>
    <message>
        <source>About {0} GB of memory</source>
        <translation>Etwa {0} GB Speicher</translation>
    </message>
    <message>
        <source>Colour photos to learn from</source>
        <translation>Farbfotos zum Lernen</translation>
    </message>
</context>
<context>
    <name>TrainingWatch</name>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>lower is better</source>
        <translation>niedrig ist gut</translation>
    </message>
    <message>
        <source>higher is better</source>
        <translation>hoch ist gut</translation>
    </message>
    <message>
        <source>What training makes smaller, on the photos it learns from.</source>
        <translation>Was das Anlernen kleiner macht, bei den Fotos zum Lernen.</translation>
    </message>
    <message>
        <source>Colour difference</source>
        <translation>Farbabstand</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Mean CIEDE2000 difference to the true colours, on the photos to tune by.</source>
        <translation>Mittlerer CIEDE2000-Abstand zu den wahren Farben, bei den Fotos zum Abstimmen.</translation>
    </message>
    <message>
        <source>Likeness to the true photo by MS-SSIM, on the photos to tune by.</source>
        <translation>Ähnlichkeit mit dem wahren Foto nach MS-SSIM, bei den Fotos zum Abstimmen.</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>Fortschritt des Anlernens</translation>
    </message>
    <message>
        <source>Decoding photo {0} of {1}</source>
        <translation>Foto {0} von {1} wird geladen</translation>
    </message>
    <message>
        <source>Trying some steps, to say how long it will take…</source>
        <translation>Einige Schritte werden probiert, um die Dauer zu schätzen …</translation>
    </message>
    <message>
        <source>The first step takes longest…</source>
        <translation>Der erste Schritt dauert am längsten …</translation>
    </message>
    <message>
        <source>about {0} left</source>
        <translation>noch etwa {0}</translation>
    </message>
    <message>
        <source>Judging the held-out photos…</source>
        <translation>Die zurückgehaltenen Fotos werden beurteilt …</translation>
    </message>
    <message>
        <source>Step {0} of {1}</source>
        <translation>Schritt {0} von {1}</translation>
    </message>
</context>
<context>
    <name>Updates</name>
    <message>
        <source>Updates</source>
        <translation>Updates</translation>
    </message>
    <message>
        <source>Looking for a newer version…</source>
        <translation>Eine neuere Version wird gesucht …</translation>
    </message>
    <message>
        <source>This copy does not know where newer versions are published. Ask where you got it from.</source>
        <translation>Diese Kopie weiß nicht, wo neuere Versionen erscheinen. Fragen Sie dort, woher Sie sie haben.</translation>
    </message>
    <message>
        <source>Nobody answered. You may be offline: check the connection and try again. KMHC itself works without a network.</source>
        <translation>Niemand hat geantwortet. Vielleicht sind Sie offline: Prüfen Sie die Verbindung, und versuchen Sie es noch einmal. KMHC selbst braucht kein Netz.</translation>
    </message>
    <message>
        <source>No answer came in time. Check the connection, or try again later.</source>
        <translation>Es kam rechtzeitig keine Antwort. Prüfen Sie die Verbindung, oder versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>What answered could not prove that it is the right place, so it was told nothing. Check this computer&apos;s date and time, then try again.</source>
        <translation>Die Gegenstelle konnte sich nicht ausweisen, darum wurde sie nichts gefragt. Prüfen Sie Datum und Uhrzeit dieses Computers, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>What answered does not tell of versions. Try again later; to some networks one has to log in first.</source>
        <translation>Die Antwort nennt keine Version. Versuchen Sie es später noch einmal; in manchen Netzen muss man sich zuerst anmelden.</translation>
    </message>
    <message>
        <source>Version {0} is published; this is {1}. Get it here: {2}</source>
        <translation>Version {0} ist erschienen; dies ist {1}. Sie finden sie hier: {2}</translation>
    </message>
    <message>
        <source>This is the newest version, {0}.</source>
        <translation>Dies ist die neueste Version, {0}.</translation>
    </message>
</context>
<context>
    <name>VariantCell</name>
    <message>
        <source>picked</source>
        <translation>gewählt</translation>
    </message>
</context>
<context>
    <name>VariantModel</name>
    <message>
        <source>{0} over {1}, {2} in {3}</source>
        <translation>{0} auf {1}, {2} in {3}</translation>
    </message>
    <message>
        <source>{0} through {1}</source>
        <translation>{0} durch {1}</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>Trainiert auf</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publiziert</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>{0} M</source>
        <translation>{0} Mio.</translation>
    </message>
    <message>
        <source>Not here</source>
        <translation>Nicht da</translation>
    </message>
    <message>
        <source>Interim</source>
        <translation>Vorläufig</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Da</translation>
    </message>
</context>
<context>
    <name>VariantPicker</name>
    <message>
        <source>Choose a variant</source>
        <translation>Variante wählen</translation>
    </message>
    <message>
        <source>Import weights…</source>
        <translation>Gewichte einlesen …</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Use this variant</source>
        <translation>Variante verwenden</translation>
    </message>
    <message>
        <source>Variants</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>What suits the weights</source>
        <translation>Was zu den Gewichten passt</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Working size</source>
        <translation>Arbeitsgröße</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Now: {0}, {1}. {2}</source>
        <translation>Jetzt: {0}, {1}. {2}</translation>
    </message>
    <message>
        <source>A variant is one trained network. “Published” is the accuracy the paper reports; “Measured” is ours.</source>
        <translation>Eine Variante ist ein trainiertes Netz. „Publiziert“ ist die Genauigkeit laut Veröffentlichung, „Gemessen“ ist unsere.</translation>
    </message>
    <message>
        <source>A run is at work with these weights.</source>
        <translation>Ein Lauf benutzt diese Gewichte gerade.</translation>
    </message>
    <message>
        <source>{0} has no weights on this computer. Import a file with them, or choose another variant.</source>
        <translation>{0} hat auf diesem Rechner keine Gewichte. Lesen Sie eine Datei mit ihnen ein oder wählen Sie eine andere Variante.</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation>Gewichte einlesen</translation>
    </message>
    <message>
        <source>Reading {0}…</source>
        <translation>{0} wird gelesen …</translation>
    </message>
    <message>
        <source>The weights are here.</source>
        <translation>Die Gewichte sind da.</translation>
    </message>
</context>
</TS>
