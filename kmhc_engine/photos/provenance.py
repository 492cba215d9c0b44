"""Who coloured a photo: told in EXIF and XMP, so that the copy never passes for an old colour photo."""

from dataclasses import dataclass
from xml.dom import minidom
from xml.dom.minidom import Document, Element
from xml.parsers.expat import ExpatError

import kmhc_engine

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XMLNS = "http://www.w3.org/2000/xmlns/"
DC = "http://purl.org/dc/elements/1.1/"
_TIFF = "http://ns.adobe.com/tiff/1.0/"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_NOTE = "http://ns.adobe.com/xmp/note/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
_IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_KMHC = "https://kmhc.invalid/ns/1.0/"
_PREFIXES = {
    DC: "dc",
    _TIFF: "tiff",
    _XMP: "xmp",
    PHOTOSHOP: "photoshop",
    _IPTC_EXT: "Iptc4xmpExt",
    _KMHC: "kmhc",
}
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"

# True of the old pixels only; the namespaces tell of pictures that lay behind the old one: gain maps, clips, previews.
_STALE = {
    *((_TIFF, name) for name in ("Orientation", "ImageWidth", "ImageLength", "BitsPerSample", "SamplesPerPixel")),
    *((_TIFF, name) for name in ("PhotometricInterpretation", "Compression", "YCbCrSubSampling")),
    *((_EXIF, name) for name in ("ColorSpace", "PixelXDimension", "PixelYDimension", "Gamma")),
    *((PHOTOSHOP, name) for name in ("ICCProfile", "ColorMode")),
    (_XMP, "Thumbnails"),
    (_NOTE, "HasExtendedXMP"),
}
_STALE_NAMESPACES = {
    "http://ns.adobe.com/hdr-gain-map/1.0/",
    "http://ns.apple.com/HDRGainMap/1.0/",
    "http://ns.google.com/photos/1.0/container/",
    "http://ns.google.com/photos/1.0/camera/",
    "http://ns.google.com/photos/1.0/image/",
    "http://ns.google.com/photos/1.0/depthmap/",
}

Texts = dict[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True)
class Provenance:
    """Who coloured a photo.

    Attributes:
        variant: Name of the variant.
        weights: SHA-256 of its weights.
    """

    variant: str
    weights: str

    @property
    def software(self) -> str:
        """The program, as EXIF and XMP name it."""
        return f"KMHC {kmhc_engine.__version__}"


def is_xmp(packet: bytes) -> bool:
    """Tell whether an XMP packet can be read."""
    return _parse(packet) is not None


def tell(packet: bytes, provenance: Provenance, texts: Texts) -> bytes:
    """Return an XMP packet (ISO 16684-1) that keeps what the old one tells and adds who coloured the photo.

    Args:
        packet: The old one; may be empty.
        provenance: Who coloured the photo.
        texts: Further values by namespace and name, such as IPTC's; only added where the old packet is silent.
    """
    document = _parse(packet) or _parse(_EMPTY)
    assert document is not None
    rdf = document.getElementsByTagNameNS(_RDF, "RDF")[0]
    single = {
        (_TIFF, "Software"): provenance.software,
        (_IPTC_EXT, "DigitalSourceType"): _SOURCE_TYPE,
        (_KMHC, "Variant"): provenance.variant,
        (_KMHC, "Weights"): provenance.weights,
    }
    about = ""
    for description in _descriptions(rdf):
        about = description.getAttributeNS(_RDF, "about") or about
        _remove(description, _STALE | single.keys())
    known = {key for description in _descriptions(rdf) for key in _properties(description)}
    added = _add(document, rdf, about)
    for (namespace, name), value in single.items():
        _property(document, added, namespace, name).appendChild(document.createTextNode(value))
    for key, values in texts.items():
        if key not in known:
            _set_texts(document, added, key, values)
    root = rdf.parentNode if isinstance(rdf.parentNode, Element) else rdf
    body = root.toxml()
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{body}<?xpacket end="w"?>'.encode()


_EMPTY = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"/></x:xmpmeta>'.encode()


def _parse(packet: bytes) -> Document | None:
    packet = packet.strip(b"\0 \t\r\n")
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return None
    try:
        document = minidom.parseString(packet)
    except (ExpatError, ValueError, LookupError):
        return None
    return document if document.getElementsByTagNameNS(_RDF, "RDF") else None


def _descriptions(rdf: Element) -> list[Element]:
    return [
        child
        for child in rdf.childNodes
        if isinstance(child, Element) and (child.namespaceURI, child.localName) == (_RDF, "Description")
    ]


def _properties(description: Element) -> set[tuple[str, str]]:
    """Return namespace and name of what a description tells, as attributes or as elements."""
    elements = (child for child in description.childNodes if isinstance(child, Element))
    nodes = [*description.attributes.values(), *elements]
    return {(node.namespaceURI or "", node.localName or "") for node in nodes}


def _remove(description: Element, stale: set[tuple[str, str]]) -> None:
    for namespace, name in _properties(description):
        if namespace == _XMLNS or not ((namespace, name) in stale or namespace in _STALE_NAMESPACES):
            continue
        if description.hasAttributeNS(namespace, name):
            description.removeAttributeNS(namespace, name)
        for child in list(description.childNodes):
            if isinstance(child, Element) and (child.namespaceURI, child.localName) == (namespace, name):
                description.removeChild(child)


def _add(document: Document, rdf: Element, about: str) -> Element:
    """Add an empty description of the same thing, with its own prefixes."""
    prefix = rdf.prefix or "rdf"
    description = document.createElementNS(_RDF, f"{prefix}:Description")
    description.setAttribute(f"xmlns:{prefix}", _RDF)
    description.setAttributeNS(_RDF, f"{prefix}:about", about)
    for namespace, own in _PREFIXES.items():
        description.setAttribute(f"xmlns:{own}", namespace)
    rdf.appendChild(description)
    return description


def _property(document: Document, description: Element, namespace: str, name: str) -> Element:
    element = document.createElementNS(namespace, f"{_PREFIXES[namespace]}:{name}")
    description.appendChild(element)
    return element


_ARRAYS = {"title": "Alt", "description": "Alt", "rights": "Alt", "creator": "Seq", "subject": "Bag"}


def _set_texts(document: Document, description: Element, key: tuple[str, str], values: tuple[str, ...]) -> None:
    element = _property(document, description, *key)
    if key[0] != DC:
        element.appendChild(document.createTextNode(values[0]))
        return
    prefix = description.prefix
    array = document.createElementNS(_RDF, f"{prefix}:{_ARRAYS[key[1]]}")
    element.appendChild(array)
    for value in values:
        item = document.createElementNS(_RDF, f"{prefix}:li")
        if _ARRAYS[key[1]] == "Alt":
            item.setAttribute("xml:lang", "x-default")
        item.appendChild(document.createTextNode(value))
        array.appendChild(item)
