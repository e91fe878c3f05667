"""All content formats, in the order in which they are tried: the first that explains a whole value ends the search.

What a magic number proves stands before what only a shape suggests, and structures stand before encodings of single values.
"""

from auditor.decode.base64_text import Base64
from auditor.decode.brotli_stream import Brotli
from auditor.decode.content_format import Format
from auditor.decode.deflate_stream import RawDeflate, Zlib
from auditor.decode.form_text import Form, Parameters
from auditor.decode.gzip_stream import Gzip
from auditor.decode.header_lines import HeaderLines
from auditor.decode.hex_text import Hex
from auditor.decode.html_entities import Entities
from auditor.decode.json_text import Json
from auditor.decode.lz4_frame import Lz4
from auditor.decode.multipart_body import Multipart
from auditor.decode.percent_text import Percent
from auditor.decode.unicode_escapes import UnicodeEscapes
from auditor.decode.xml_text import Xml
from auditor.decode.zstd_stream import Zstd

FORMATS: tuple[Format, ...] = (
    Gzip(),
    Zstd(),
    Lz4(),
    Zlib(),
    Multipart(),
    Json(),
    Xml(),
    HeaderLines(),
    Form(),
    Percent(),
    Entities(),
    UnicodeEscapes(),
    Parameters(),
    Base64(),
    Hex(),
    RawDeflate(),
    Brotli(),
)
