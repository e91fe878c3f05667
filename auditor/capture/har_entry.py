"""The parts of a HAR 1.2 entry that the auditor reads (http://www.softwareishard.com/blog/har-12-spec/). Unknown keys are
ignored; everything that recorders leave out or write as -1 is optional here."""

from msgspec import Struct, field


class NameValue(Struct, frozen=True, kw_only=True):
    """A header, a query or form parameter."""

    name: str = ""
    value: str | None = ""


class Param(NameValue, frozen=True, kw_only=True, rename={"file_name": "fileName"}):
    """A form parameter. Recorders name an uploaded file and often leave its content out."""

    file_name: str | None = None


class PostData(Struct, frozen=True, kw_only=True):
    """A request's body: as text, or as form parameters where the recorder kept only those."""

    text: str | None = None
    encoding: str | None = None
    params: tuple[Param, ...] | None = None


class Content(Struct, frozen=True, kw_only=True):
    """A response's body, content codings taken off by the recorder. `size` is the decoded size."""

    size: int | float | None = -1
    text: str | None = None
    encoding: str | None = None


class Request(Struct, frozen=True, kw_only=True, rename="camel"):
    """A request."""

    url: str
    method: str = "GET"
    http_version: str | None = ""
    headers: tuple[NameValue, ...] | None = ()
    cookies: tuple[NameValue, ...] | None = ()
    query_string: tuple[NameValue, ...] | None = ()
    post_data: PostData | None = None
    headers_size: int | float | None = -1
    body_size: int | float | None = -1


class Response(Struct, frozen=True, kw_only=True, rename="camel"):
    """A response; `status` 0 where none came."""

    status: int | float | None = 0
    status_text: str | None = ""
    http_version: str | None = ""
    headers: tuple[NameValue, ...] | None = ()
    cookies: tuple[NameValue, ...] | None = ()
    redirect_url: str | None = field(name="redirectURL", default="")
    content: Content = field(default_factory=Content)
    headers_size: int | float | None = -1
    body_size: int | float | None = -1


class WebSocketMessage(Struct, frozen=True, kw_only=True):
    """Chromium's own extension."""

    type: str = "send"
    time: float | None = None
    opcode: int | None = 1
    data: str = ""


class SecurityDetails(Struct, frozen=True, kw_only=True):
    """Playwright's and Chromium's own extension."""

    protocol: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One exchange."""

    request: Request
    started: str | None = field(name="startedDateTime", default=None)
    time: float | None = None
    response: Response = field(default_factory=Response)
    server_address: str | None = field(name="serverIPAddress", default=None)
    websocket: tuple[WebSocketMessage, ...] | None = field(name="_webSocketMessages", default=None)
    security: SecurityDetails | None = field(name="_securityDetails", default=None)
    port: int | None = field(name="_serverPort", default=None)
