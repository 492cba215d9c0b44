<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%Ln photo(s) taken off the list.</source>
        <translation>
            <numerusform>%Ln photo taken off the list.</numerusform>
            <numerusform>%Ln photos taken off the list.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MakingStrip</name>
    <message numerus="yes">
        <source>%Ln photo(s) exported.</source>
        <translation>
            <numerusform>%Ln photo exported.</numerusform>
            <numerusform>%Ln photos exported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln name(s) taken, passed over.</source>
        <translation>
            <numerusform>%Ln name taken, passed over.</numerusform>
            <numerusform>%Ln names taken, passed over.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) left out.</source>
        <translation>
            <numerusform>%Ln photo left out.</numerusform>
            <numerusform>%Ln photos left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoDesk</name>
    <message numerus="yes">
        <source>%Ln other photo(s) are adjusted like {0}.</source>
        <translation>
            <numerusform>%Ln other photo is adjusted like {0}.</numerusform>
            <numerusform>%Ln other photos are adjusted like {0}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunReport</name>
    <message numerus="yes">
        <source>%Ln photo(s) could not be colourised.</source>
        <translation>
            <numerusform>%Ln photo could not be colourised.</numerusform>
            <numerusform>%Ln photos could not be colourised.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrainingSetup</name>
    <message numerus="yes">
        <source>%Ln photo(s) found</source>
        <translation>
            <numerusform>%Ln photo found</numerusform>
            <numerusform>%Ln photos found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without colour left out</source>
        <translation>
            <numerusform>%Ln without colour left out</numerusform>
            <numerusform>%Ln without colour left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln only tinted left out</source>
        <translation>
            <numerusform>%Ln only tinted left out</numerusform>
            <numerusform>%Ln only tinted left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unreadable left out</source>
        <translation>
            <numerusform>%Ln unreadable left out</numerusform>
            <numerusform>%Ln unreadable left out</numerusform>
        </translation>
    </message>
</context>
</TS>
