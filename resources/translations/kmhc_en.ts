<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>MainWindow</name>
        <message numerus="yes">
            <source>%n photo(s)</source>
            <translation>
                <numerusform>%n photo</numerusform>
                <numerusform>%n photos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n photo(s) could not be colourised.</source>
            <translation>
                <numerusform>%n photo could not be colourised.</numerusform>
                <numerusform>%n photos could not be colourised.</numerusform>
            </translation>
        </message>
    </context>
</TS>
